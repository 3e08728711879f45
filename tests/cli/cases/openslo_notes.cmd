# What OpenSLO cannot say is said, also where the document goes into a file.
kept init a
kept -w a promise add 'Always on the day' --judged counted --measure on_time --target 100% --value-at-stake 1000 -q
kept -w a promise add 'Three at most' --judged counted --measure on_time --allowance count --allowed 3 -q
kept -w a promise add 'Late by two days at most' --judged counted --measure days_late --target-value 2 --target-is at-most -q
kept -w a promise add 'A review every quarter' --judged done -q
kept -w a openslo export -o slo.yaml
