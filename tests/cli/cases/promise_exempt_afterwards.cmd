kept init w
kept -w w customer add 'Harrow Mill' -q
kept -w w person add 'Moira Kay' --customer C-1 --level functional
kept -w w promise add 'Nineteen of twenty on the day' --customer C-1 --judged counted --measure on_time --target 95% --state active
exit 2
kept -w w promise exempt P-1 --from 2020-01-20 --until 2020-01-22 --reason Strike --agreed-with PE-1 --agreed-on 2020-01-21
