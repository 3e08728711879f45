# What was agreed is not changed in passing.
kept init w
kept -w w customer add 'Harrow Mill' -q
kept -w w person add 'Moira Kay' --customer C-1 --level functional
kept -w w promise add 'Nineteen of twenty on the day' --customer C-1 --judged counted --measure on_time --target 95% --state active
exit 3
kept -w w promise edit P-1 --target 90%
