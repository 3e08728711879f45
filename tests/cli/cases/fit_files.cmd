# The file is written, not what would stand in it printed.
kept-sample worth fit --xlsx out.xlsx --html out.html
