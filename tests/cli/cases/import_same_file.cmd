# The very same file again is refused, since it would change nothing or double rows without a key.
file o.csv customer,date,amount\n1,2024-01-05,10\n
kept init w
kept -w w import orders o.csv
exit 3
kept -w w import orders o.csv
