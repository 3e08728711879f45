# And are completed.
kept init w
file w/catalogue/records/x_visit.yaml kind: x_visit\ntitle: Visit\nplural: Visits\nprefix: XV\nstage: keep\npack: core\nsummary: A visit to a customer.\nlabel: purpose\nof: customer\nquick: [customer, purpose]\nstates:\n  planned: {title: Planned, moves: [made]}\n  made: {title: Made, closed: yes}\nfields:\n  - {name: purpose, type: text, title: Purpose, required: yes}\n  - {name: customer, type: ref, title: Customer, to: customer, required: yes}\n  - {name: people, type: refs, title: People, to: person}\n  - {name: mood, type: choice, title: Mood, choices: [warm, cool]}\n  - {name: minutes, type: integer, title: Length, unit: minutes, min: 1, max: 600}\n
kept -w w customer add 'Harrow Mill' --external-id crm:4711 -q
kept help --complete -w w x
