/* The command line program around the table of tests. */
#include "cli/cli.h"
#include "sample_ops.h"

static kept_status load(const char *workspace, kept_arena *arena, kept_op_table *ret_table,
                        kept_err *err)
{
    (void)workspace;
    (void)arena;
    (void)err;
    *ret_table = sample_table;
    return KEPT_OK;
}

int main(int argc, char **argv)
{
    return kept_cli_main(load, argc, argv);
}
