# Back to how it stood after the first change of it.
kept init w
file w/catalogue/records/x_visit.yaml kind: x_visit\ntitle: Visit\nplural: Visits\nprefix: XV\nstage: keep\npack: core\nsummary: A visit to a customer.\nlabel: purpose\nof: customer\nquick: [customer, purpose]\nstates:\n  planned: {title: Planned, moves: [made]}\n  made: {title: Made, closed: yes}\nfields:\n  - {name: purpose, type: text, title: Purpose, required: yes}\n  - {name: customer, type: ref, title: Customer, to: customer, required: yes}\n  - {name: people, type: refs, title: People, to: person}\n  - {name: mood, type: choice, title: Mood, choices: [warm, cool]}\n  - {name: minutes, type: integer, title: Length, unit: minutes, min: 1, max: 600}\n
kept -w w customer add 'Harrow Mill' --external-id crm:4711 -q
kept -w w x-visit C-1 Hello --mood warm
kept -w w x-visit edit XV-1 --mood cool --minutes 5
kept -w w x-visit revert XV-1 2
