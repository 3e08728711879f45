# Nor by a sheet: the row is set aside.
kept init w
kept -w w customer add 'Harrow Mill' -q
kept -w w person add 'Moira Kay' --customer C-1 --level functional
kept -w w promise add 'Nineteen of twenty on the day' --customer C-1 --judged counted --measure on_time --target 95% --state active
file p.csv id,target,level\nP-1,90%,whole\n
exit 3
kept -w w promise import p.csv
