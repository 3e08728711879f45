# What a target means at a volume and a rate that are said.
kept init w
kept -w w promise counts --target 95% --window quarter --volume 10 --rate 3%
