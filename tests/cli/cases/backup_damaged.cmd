# What is no backup is told, with exit code 1.
file b.zip These are words.\n
exit 1
kept backup check b.zip
