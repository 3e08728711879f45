kept-sample help
