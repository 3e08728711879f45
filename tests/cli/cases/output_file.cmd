# The ending says the format.
kept-sample worth fit -o out.html
kept-sample worth fit -o out.json -q
kept-sample worth fit -o out.txt
kept-sample worth fit -o OUT.XLSX
kept-sample worth fit -o out.csv --table weeks
