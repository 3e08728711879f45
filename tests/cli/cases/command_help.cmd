kept-sample worth fit --help
