file o.csv customer,date,amount\n1,2024-01-05,10\n
kept init w
exit 4
kept -w w import order o.csv
