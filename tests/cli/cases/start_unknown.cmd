# In a workspace too, what is no command is said to be none.
kept init w
exit 2
kept -w w strat
