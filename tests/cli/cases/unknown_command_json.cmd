exit 2
kept-sample zebra --json
