/* make/ops.h - the operations of the stage "make". */
#ifndef KEPT_MAKE_OPS_H
#define KEPT_MAKE_OPS_H

#include "catalogue/catalogue.h"
#include "op/op.h"

/* kept promise agree, amend, pause, resume, close, exempt, done, said, listed with the other
 * commands of the kind promise. records: those made from declarations. Lives in arena. */
KEPT_MUST_CHECK kept_status kept_make_ops(const kept_catalogue *catalogue,
                                          const kept_op_table *records, kept_arena *arena,
                                          kept_op_table *ret_table, kept_err *err);

extern const kept_op kept_op_openslo_export;
extern const kept_op kept_op_openslo_import;

#endif
