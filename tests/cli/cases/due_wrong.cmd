# Two answers to the same question are refused.
kept init w
exit 2
kept -w w due --all --until 2026-07-01
