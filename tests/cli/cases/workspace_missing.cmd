exit 4
kept facts
