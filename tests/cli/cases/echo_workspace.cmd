# -w wins over the environment.
env KEPT_WORKSPACE=elsewhere
kept-sample -w here worth echo -- -x
