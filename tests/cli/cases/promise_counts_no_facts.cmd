# Before anything is loaded it says what is not known and how to say it.
kept init w
kept -w w promise counts --measure on_time --target 95%
