# Words that only begin commands ask what there is; a program is told that it is wrong.
kept-sample worth
