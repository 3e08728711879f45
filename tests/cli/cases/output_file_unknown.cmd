exit 2
kept-sample worth fit -o report.pdf
