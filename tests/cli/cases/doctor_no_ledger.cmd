# A ledger that is none: what it is, and what to do.
kept init w
file w/kept.db These are words, but enough of them to be taken for a database at first sight.\n
exit 1
kept -w w doctor --json
