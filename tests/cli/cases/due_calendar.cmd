# The ending of the file says that a calendar is wanted.
kept init w
kept -w w action add "Send the offer; then ring" --due-on 2026-07-02
kept -w w --as-of 2026-06-30 due --about A-1 -o due.ics
kept -w w --as-of 2026-06-30 due --about A-1 --ics
