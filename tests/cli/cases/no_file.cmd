exit 4
kept-sample worth fit --orders no.csv
