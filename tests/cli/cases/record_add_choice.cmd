# A word that is no choice.
kept init w
exit 2
kept -w w promise add 'Two days' --giver custmer
