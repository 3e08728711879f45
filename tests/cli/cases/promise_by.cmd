# Cases by a field of customers' records. K-1 is in both segments, K-3 in none; D5 is open at the end.
kept init w -q
file d.csv customer,delivery_id,requested_at,promised_at,delivered_at,cancelled_at\nK-1,D1,2024-03-01,2024-03-10,2024-03-09,\nK-1,D2,2024-03-01,2024-03-11,2024-03-13,\nK-2,D3,2024-03-01,2024-03-12,2024-03-12,\nK-3,D4,2024-03-01,2024-04-02,,2024-03-20\nK-2,D5,2024-03-02,2024-04-20,,\nK-2,D6,2024-04-03,,,\n
file r.yaml segment:\n  - {id: north, name: North}\n  - {id: old, name: Long with us}\ncustomer:\n  - {id: K-1, name: Harrow Mill, segments: [north, old], place: Leeds}\n  - {id: K-2, name: Dale Works, segments: [north], place: Leeds}\npromise:\n  - {id: p, text: On the day, receiver: everyone, judged: counted, measure: on_time, target: 90%, window_kind: month, starts_on: 2024-03-01, state: active}\n  - {id: n, text: On the day, receiver: segment, receiver_party: old, judged: counted, measure: on_time, target: 90%, window_kind: month, starts_on: 2024-03-01, state: active}\n
kept -w w import deliveries d.csv -q
kept -w w apply r.yaml -q
kept -w w promise show p --by segments --as-of 2024-04-05 --csv --table by
