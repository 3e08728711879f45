# Days of records and rhythms, overdue first, as of a day.
kept init w
kept -w w customer add "Fenmoor Foods" --key-account yes
kept -w w action add "Send the offer" --customer C-1 --due-on 2026-06-28
kept -w w review add "Second quarter" --customer C-1 --planned-on 2026-07-10
kept -w w --as-of 2026-06-30 due --about C-1
