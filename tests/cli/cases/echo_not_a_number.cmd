exit 2
kept-sample worth echo orders 1 two
