#include "cli/cli.h"
#include "op/table.h"

int main(int argc, char **argv)
{
    return kept_cli_main(&kept_all_ops, argc, argv);
}
