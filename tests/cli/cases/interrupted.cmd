# Ctrl-C: the operation stops by itself and says so.
exit 130
interrupt kept-sample wait
