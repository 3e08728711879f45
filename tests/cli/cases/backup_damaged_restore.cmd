# And nothing is made of it.
file b.zip These are words.\n
exit 3
kept backup restore b.zip w
