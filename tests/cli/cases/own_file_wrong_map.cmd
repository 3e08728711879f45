# The nearest column is named.
file o.csv custmer,date,amount\n1,2024-01-05,10\n
exit 2
kept clv fit --orders o.csv --map customer=customer
