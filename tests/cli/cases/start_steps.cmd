# The next steps follow from what is missing, and name the record they are about.
kept init w
kept -w w customer add "Fenmoor Foods" --key-account yes
kept -w w start --need know --csv --table next
