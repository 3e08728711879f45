# A result, not an error: the fit says that it knows nothing.
file o.csv customer,date,amount\n1,2024-01-05,10\n2,2024-01-06,20\n3,2024-01-07,30\n4,2024-01-09,30\n5,2024-01-09,30\n
kept clv fit --orders o.csv --quiet
