# The second record for a day replaces the first.
kept init w
kept -w w customer add 'Harrow Mill' -q
kept -w w person add 'Moira Kay' --customer C-1 --level functional
kept -w w promise add 'A review every quarter' --customer C-1 --judged done --rhythm quarterly --state active
file minutes.pdf Minutes.\n
kept -w w promise done P-1 --on 2020-04-03 --due 2020-03-31 --cause Holidays
kept -w w promise done P-1 --on 2020-03-30 --due 2020-03-31 --proof minutes.pdf --json
