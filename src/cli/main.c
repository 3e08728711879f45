#include "cli/cli.h"
#include "op/table.h"

int main(int argc, char **argv)
{
    return kept_cli_main(kept_ops_load, argc, argv);
}
