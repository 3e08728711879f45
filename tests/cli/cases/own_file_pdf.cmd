# What it is is told from the content, not from the name.
file o.csv %PDF-1.7 and so on\n
exit 3
kept clv fit --orders o.csv
