file o.csv 
exit 3
kept clv fit --orders o.csv
