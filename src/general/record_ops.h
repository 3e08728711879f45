/* general/record_ops.h - the commands of every kind of record, made from its declaration:
 * `kept KIND add|list|show|edit|move|link|archive|history|revert|form`. */
#ifndef KEPT_GENERAL_RECORD_OPS_H
#define KEPT_GENERAL_RECORD_OPS_H

#include "catalogue/catalogue.h"
#include "op/op.h"

/* The operations of all kinds, kind by kind. about of each is its
 * kept_record_kind. Lives in arena, as long as catalogue does. */
KEPT_MUST_CHECK kept_status kept_record_ops(const kept_catalogue *catalogue, kept_arena *arena,
                                            kept_op_table *ret_table, kept_err *err);

#endif
