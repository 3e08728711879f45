/* The command line program around the table of tests. */
#include "cli/cli.h"
#include "sample_ops.h"

int main(int argc, char **argv)
{
    return kept_cli_main(&sample_table, argc, argv);
}
