# What is exported reads back as the same promises, here and in another workspace.
env COLUMNS=100
kept init a
kept -w a customer add 'Harrow Mill' -q
kept -w a promise add 'Every delivery on the day' --customer C-1 --judged counted --measure on_time --only "product = 'P-20'" --target 95% --window contract-year --starts-on 2026-03-01 --zone Europe/Berlin --counted-by week --within 4 --within-unit working-hours -q
kept -w a promise add 'A review every quarter' --customer C-1 --judged done -q
kept -w a openslo export -o slo.yaml
kept -w a openslo import slo.yaml
kept init b
kept -w b customer add 'Another one' -q
kept -w b customer add 'Harrow Mill' -q
kept -w b openslo import slo.yaml
kept -w b openslo import slo.yaml
kept -w b openslo export
