exit 3
kept-sample refuse
