# A new workspace: an empty log, and a head that is not in it.
kept init w
exit 1
kept -w w verify --head 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
