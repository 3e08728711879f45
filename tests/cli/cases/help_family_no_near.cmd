exit 2
kept promise zzzz
