kept-sample help help
