env COLUMNS=60
kept-sample worth fit --quiet
