/* op/table.h - the table of all operations. Alone in knowing every stage, table.c belongs to the
 * programs (command line, server), not to the library of this layer. */
#ifndef KEPT_OP_TABLE_H
#define KEPT_OP_TABLE_H

#include "op/op.h"

extern const kept_op_table kept_all_ops;

#endif
