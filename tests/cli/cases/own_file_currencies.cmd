file o.csv customer,date,amount,currency\n1,2024-01-05,10,EUR\n2,2024-01-06,20,USD\n
exit 3
kept clv fit --orders o.csv
