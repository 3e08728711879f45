# Which one is not for us to guess.
exit 2
kept-sample -w a worth echo -w b x
