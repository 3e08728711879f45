/* op/extend.h - what one stage adds to an operation of another: stages do not know each other, so
 * op/table.c joins them. */
#ifndef KEPT_OP_EXTEND_H
#define KEPT_OP_EXTEND_H

#include "op/op.h"

typedef struct kept_extension {
    const char *name; /* of the operation */
    bool before;      /* shows its part first */
    const kept_param *params;
    const size_t *n_params;              /* NULL: none */
    const kept_group_def *const *groups; /* NULL-terminated; NULL: none */
    const kept_table_def *const *tables;
    kept_status (*run)(kept_ctx *ctx, const kept_args *args, kept_result *result, kept_err *err);
} kept_extension;

/* Replaces operations of the list by extended ones. Lives in arena. */
KEPT_MUST_CHECK kept_status kept_ops_extend(const kept_op **ops, size_t n,
                                            const kept_extension *extensions, size_t n_extensions,
                                            kept_arena *arena, kept_err *err);

#endif
