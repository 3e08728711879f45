kept init w
kept -w w promise add 'We will always do our best to deliver promptly and we keep you informed' --judged counted --measure on_time --target 95% -q
kept -w w promise wording P-1
