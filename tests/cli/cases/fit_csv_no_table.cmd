exit 2
kept-sample worth fit --csv --table custommers
