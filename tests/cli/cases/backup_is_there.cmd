# No file is replaced unasked.
file b.zip These are words.\n
kept init w
exit 2
kept -w w backup create b.zip
