kept-sample worth fit --csv --raw --table=customers -q
