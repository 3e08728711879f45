# So does a command that it would have made.
kept init w
file w/catalogue/records/x_visit.yaml kind: x_visit\ntitle: Visit\nplurl: Visits\n
exit 3
kept -w w x-visit list
