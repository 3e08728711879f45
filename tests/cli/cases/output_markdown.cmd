# The ending says the form.
file orders.csv a,b\n1,2\n
kept-sample worth fit --orders orders.csv -o fit.md
