kept init w
kept -w w customer add 'Harrow Mill' -q
kept -w w person add 'Moira Kay' --customer C-1 --level functional
kept -w w promise add 'Nineteen of twenty on the day' --customer C-1 --judged counted --measure on_time --target 95% --state active
kept -w w notice P-1 D-1001 'One day late, we are sorry' --told-on 2020-01-15
kept -w w notice list
