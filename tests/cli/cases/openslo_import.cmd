# A file of another program: what is taken, and what is remarked.
env COLUMNS=100
file slo.yaml apiVersion: openslo/v1\nkind: SLO\nmetadata:\n  name: shop-answers\n  displayName: The shop answers\n  labels: {team: web}\nspec:\n  service: shop\n  indicator:\n    metadata: {name: answers}\n    spec:\n      thresholdMetric:\n        metricSource:\n          type: Prometheus\n          spec: {query: histogram(answers)}\n  timeWindow:\n    - duration: 1w\n      calendar: {startTime: 2022-01-01 12:00:00, timeZone: America/New_York}\n  budgetingMethod: Occurrences\n  objectives:\n    - {displayName: soon, op: lte, value: 0.5, target: 0.99}\n    - {displayName: at last, op: lte, value: 2, target: 0.999}\n---\napiVersion: openslo/v1\nkind: AlertPolicy\nmetadata: {name: page}\nspec: {}\n
kept init w
kept -w w customer add 'Harrow Mill' -q
kept -w w openslo import slo.yaml --customer 'Harrow Mill'
