exit 2
kept-sample worth fit --until 30.9.1997
