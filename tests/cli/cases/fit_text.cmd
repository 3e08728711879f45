kept-sample worth fit
