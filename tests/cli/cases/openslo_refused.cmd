# A window of hours is no window of a promise.
file slo.yaml apiVersion: openslo/v1\nkind: SLO\nmetadata:\n  name: x\nspec:\n  service: x\n  indicator: {spec: {thresholdMetric: {}}}\n  timeWindow:\n    - duration: 12h\n  budgetingMethod: Occurrences\n  objectives: [{op: lt, value: 1, target: 0.9}]\n
kept init w
exit 3
kept -w w openslo import slo.yaml
