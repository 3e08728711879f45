# Notes beside CSV go to standard error.
kept-sample worth fit --csv
