/* op/table.h - the table of all operations. Alone in knowing every stage, table.c belongs to the
 * programs (command line, server), not to the library of this layer. */
#ifndef KEPT_OP_TABLE_H
#define KEPT_OP_TABLE_H

#include "op/op.h"

/* A kept_op_loader: what is coded, and behind it what comes from declarations. */
KEPT_MUST_CHECK kept_status kept_ops_load(const char *workspace, kept_arena *arena,
                                          kept_op_table *ret_table, kept_err *err);

#endif
