kept init w
file w/catalogue/records/x_visit.yaml kind: x_visit\ntitle: Visit\nplural: Visits\nprefix: XV\nstage: keep\npack: core\nsummary: A visit to a customer.\nlabel: purpose\nof: customer\nquick: [customer, purpose]\nstates:\n  planned: {title: Planned, moves: [made]}\n  made: {title: Made, closed: yes}\nfields:\n  - {name: purpose, type: text, title: Purpose, required: yes}\n  - {name: customer, type: ref, title: Customer, to: customer, required: yes}\n  - {name: people, type: refs, title: People, to: person}\n  - {name: mood, type: choice, title: Mood, choices: [warm, cool]}\n  - {name: minutes, type: integer, title: Length, unit: minutes, min: 1, max: 600}\n
kept -w w customer add 'Harrow Mill' --external-id crm:4711 -q
kept -w w x-visit C-1 'Show the loom' --mood warm
kept -w w x-visit add 'Mend it' --customer C-1 --minutes 90
kept -w w customer add Other
kept -w w x-visit Other 'Say hello' --mood cool
kept -w w x-visit move XV-2 made
kept -w w x-visit list --customer 'Harrow Mill' --state all
