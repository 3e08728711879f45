exit 2
kept-sample worth fit --untill 2024-01-01
