# 03/04 may be March or April: refused with the option that settles it.
file o.csv customer,date,amount\n1,03/04/2024,10\n2,05/06/2024,20\n
exit 3
kept clv fit --orders o.csv
