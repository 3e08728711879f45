exit 2
kept-sample worth fit --discount 10
