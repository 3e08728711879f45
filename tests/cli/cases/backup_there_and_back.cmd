# A workspace, its backup, a workspace made of it: the same imports.
file 1.csv order_id,line_id,customer,date,amount\n1,1,A,2024-01-05,10\n2,1,B,2024-01-06,20\n
kept init w
kept -w w import orders 1.csv
kept -w w backup create b.zip
kept backup check b.zip
kept backup restore b.zip again
kept -w again doctor
kept -w again facts --csv
