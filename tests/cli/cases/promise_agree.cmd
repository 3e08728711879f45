# From proposed to active, with who acknowledged it.
kept init w
kept -w w customer add 'Harrow Mill' -q
kept -w w person add 'Moira Kay' --customer C-1 --level functional
kept -w w promise add 'Nineteen of twenty on the day' --customer C-1 --judged counted --measure on_time --target 95%
kept -w w promise agree P-1 --acknowledged-by 'Moira Kay' --on 2020-01-15 --words 'Yes, do it so' --start
