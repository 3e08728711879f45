exit 1
kept-sample check --json
