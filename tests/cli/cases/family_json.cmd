exit 2
kept-sample worth --json
