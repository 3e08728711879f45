exit 2
kept-sample worth fit --table customers
