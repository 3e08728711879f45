# As with head(1): no word, just an end.
exit -13
closed kept-sample worth fit
