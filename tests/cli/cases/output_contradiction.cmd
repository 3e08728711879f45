exit 2
kept-sample worth fit --json --csv
