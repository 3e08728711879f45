# A kind of the firm's own needs no C: a YAML file in the workspace's catalogue is enough.
kept init w
file w/catalogue/facts/x_visits.yaml kind: x_visits\ntitle: Visits\nsummary: Visits to the showroom\nstage: know\ntime: happened_at\nkey: [visit]\ncolumns:\n  - name: customer\n    type: customer\n    title: Customer\n    required: true\n  - name: happened_at\n    type: when\n    title: Day\n    required: true\n    guess: [day]\n  - name: visit\n    type: text\n    title: Visit\n  - name: minutes\n    type: number\n    title: Minutes\n
file v.csv visit,customer,day,minutes\n1,A,2024-01-05,30\n2,B,2024-01-06,45\n
file v2.csv visit,customer,day,minutes\n2,B,2024-01-06,50\n3,A,2024-01-07,5\n
kept -w w import x_visits v.csv
kept -w w import x_visits v2.csv
kept -w w facts --csv
