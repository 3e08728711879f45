# Nothing in the file looks like a customer.
file o.csv when,net\n2024-01-05,10.50\n2024-01-06,20.10\n
exit 3
kept clv fit --orders o.csv
