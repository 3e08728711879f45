# The file of rows set aside, mended, goes in as it is.
file o.csv customer,date,amount\n1,2024-01-05,10\n,2024-01-06,20\n
file bad.csv customer,date,amount,kept_file,kept_line,kept_column,kept_value,kept_reason\n9,2024-01-06,20,o.csv,3,customer,,customer is missing\n
kept init w
kept -w w import orders o.csv
kept -w w import orders bad.csv --csv --table mapping --quiet
