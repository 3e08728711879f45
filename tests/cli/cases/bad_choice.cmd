exit 2
kept-sample worth fit --model bgnbd
