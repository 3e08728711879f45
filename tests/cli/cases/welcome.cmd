# No command, no workspace: what this is and how to begin.
kept-sample
