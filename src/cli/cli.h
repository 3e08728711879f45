/* cli/cli.h - the command line program around the operations that load gives. */
#ifndef KEPT_CLI_CLI_H
#define KEPT_CLI_CLI_H

#include "op/op.h"

/* Runs one command line and returns the exit code. cancel turns non-zero when the user wants to
 * stop. Results go to standard output, everything else to standard error. */
int kept_cli_run(kept_op_loader load, int argc, const char *const *argv,
                 const volatile int *cancel);

/* kept_cli_run with Ctrl-C and SIGTERM turned into cancel (the second one kills). */
int kept_cli_main(kept_op_loader load, int argc, char **argv);

#endif
