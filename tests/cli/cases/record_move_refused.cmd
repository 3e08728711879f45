# The declaration says which moves there are.
kept init w
kept -w w promise add 'Two days'
exit 3
kept -w w promise move P-1 closed
