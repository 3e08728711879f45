kept-sample worth echo orders 0.1 0.2 --json
