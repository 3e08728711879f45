kept-sample worth fit --json
