# A customer that is not there.
kept init w
exit 4
kept -w w promise add 'Two days' --customer C-9
