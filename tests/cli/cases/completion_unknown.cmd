exit 2
kept-sample help --completion tcsh
