kept init w
kept -w w customer add 'Harrow Mill' -q
kept -w w person add 'Moira Kay' --customer C-1 --level functional
kept -w w promise add 'Nineteen of twenty on the day' --customer C-1 --judged counted --measure on_time --target 95% --state active
kept -w w promise amend P-1 --target 90% --from 2020-01-20 --on 2020-01-15 --acknowledged-by PE-1 --words Fine --why 'new carrier' --dry-run
kept -w w amendment list
