# March waits for D1, which the facts, that end on 5 March, cannot decide; April is closed, since D2
# came early; and the month of today runs. Of the two that run the newest is stored.
kept init w -q
file d.csv customer,delivery_id,requested_at,promised_at,delivered_at\nK-1,D1,2024-03-01,2024-03-20,\nK-1,D2,2024-03-02,2024-04-10,2024-03-05\n
kept -w w import deliveries d.csv -q
kept -w w promise add 'On the day' --receiver everyone --judged counted --measure on_time --target 90% --window month --starts-on 2024-03-01 --state active -q
kept -w w judge -q -o judged.json
kept -w w promise show P-1 --csv --table windows
