kept-sample help worth echo
