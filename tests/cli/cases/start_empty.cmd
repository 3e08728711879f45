# A workspace with nothing in it: the first screen says how to begin.
kept init w
kept -w w
