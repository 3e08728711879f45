kept init w
exit 2
kept -w w promise wording
