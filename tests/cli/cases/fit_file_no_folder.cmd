exit 4
kept-sample worth fit --xlsx no/such/folder/out.xlsx
