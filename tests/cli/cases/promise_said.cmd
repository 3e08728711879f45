kept init w
kept -w w customer add 'Harrow Mill' -q
kept -w w person add 'Moira Kay' --customer C-1 --level functional
kept -w w promise add 'You grow with us' --customer C-1 --judged said --due-on 2020-03-31 --state active
kept -w w promise said P-1 --verdict partial --by 'Moira Kay' --words 'Better, not good' --on 2020-03-30 --value 3.5
