kept-sample help options
