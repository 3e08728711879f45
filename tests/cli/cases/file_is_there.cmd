file orders.csv a,b\n1,2\n
kept-sample worth fit --orders orders.csv --orders orders.csv -q --csv --table weeks
