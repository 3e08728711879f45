# A firm's own words; without a record some of it cannot be told.
kept init w
file w/catalogue/wording.yaml checks:\n- {check: vague, words: [zeitnah], drop: [soon]}\n
kept -w w promise wording --text 'Wir liefern zeitnah, and soon' --csv --table checks
