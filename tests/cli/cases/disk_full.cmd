exit 3
full kept-sample worth fit --json
