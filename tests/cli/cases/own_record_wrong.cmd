# A wrong declaration: opening the workspace says what is wrong with it.
kept init w
file w/catalogue/records/x_visit.yaml kind: x_visit\ntitle: Visit\nplurl: Visits\n
exit 3
kept -w w promise list
