# What needs no workspace still runs.
kept init w
file w/catalogue/records/x_visit.yaml kind: x_visit\ntitle: Visit\nplurl: Visits\n
kept -w w glossary promise
