# A field that customers do not have.
kept init w -q
file d.csv customer,delivery_id,requested_at,promised_at,delivered_at\nK-1,D1,2024-03-01,2024-03-10,2024-03-09\n
kept -w w import deliveries d.csv -q
kept -w w promise add 'On the day' --receiver everyone --judged counted --measure on_time --target 90% --state active -q
exit 2
kept -w w promise show P-1 --by segment
