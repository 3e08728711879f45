exit 2
kept-sample help chek
