exit 2
kept promise ad
