# The same week's overlapping export three times with changes: new, changed, unchanged.
file 1.csv order_id,line_id,customer,date,amount\n1,1,A,2024-01-05,10\n2,1,B,2024-01-06,20\n
file 2.csv order_id,line_id,customer,date,amount\n1,1,A,2024-01-05,10\n2,1,B,2024-01-06,25\n3,1,A,2024-01-09,30\n
file 3.csv order_id,line_id,customer,date,amount\n2,1,B,2024-01-06,25\n3,1,A,2024-01-09,31\n4,1,C,2024-01-11,40\n
kept init w
kept -w w import orders 1.csv
kept -w w import orders 2.csv
kept -w w import orders 3.csv
kept -w w undo 2
kept -w w facts --csv
