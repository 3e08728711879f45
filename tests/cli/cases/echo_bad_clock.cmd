exit 2
kept-sample worth echo orders --known-at yesterday
