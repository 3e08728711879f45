kept-sample worth echo orders 1 -2.5 --scale -2 --seed 7 --as-of 2024-02-29 --known-at 2024-03-31
