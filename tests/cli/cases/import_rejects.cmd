# Bad rows are set aside with line, column, value and reason.
file o.csv customer,date,amount\n1,2024-01-05,10\n,2024-01-06,20\n3,2024-02-30,30\n4,2024-01-09,abc\n5,2024-01-09,30,extra\n
kept init w
kept -w w import orders o.csv --rejects bad.csv --csv --table rejects --quiet
