kept-sample worth --help
