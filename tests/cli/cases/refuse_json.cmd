# The sentence for people, the problem for programs.
exit 3
kept-sample refuse --json
