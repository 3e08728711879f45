#include "op/extend.h"

#include <string.h>

#include "op/ctx.h"

/* An operation with what was added to it. */
typedef struct extended {
    kept_op op; /* first: what runs is known by its address */
    const kept_op *inner;
    const kept_extension *more;
} extended;

/* Tables from the n-th on go before the others: what was added matters more than lists of changes.
 */
static kept_status tables_first(kept_result *result, size_t n, kept_err *err)
{
    size_t more = result->n_tables - n;
    kept_table *tables = KEPT_NEW_N(result->arena, kept_table, result->n_tables);
    if (!tables)
        return kept_nomem(err);
    for (size_t i = 0; i < more; i++)
        tables[i] = result->tables[n + i];
    for (size_t i = 0; i < n; i++)
        tables[more + i] = result->tables[i];
    result->tables = tables;
    return KEPT_OK;
}

static kept_status run_extended(kept_ctx *ctx, const kept_args *args, kept_result *result,
                                kept_err *err)
{
    const extended *e = (const extended *)ctx->op;
    if (e->more->before)
        KEPT_TRY(e->more->run(ctx, args, result, err));
    KEPT_TRY(e->inner->run(ctx, args, result, err));
    size_t n = result->n_tables;
    if (e->more->before)
        return KEPT_OK;
    KEPT_TRY(e->more->run(ctx, args, result, err));
    return tables_first(result, n, err);
}

static size_t count(const void *const *list)
{
    size_t n = 0;
    while (list && list[n])
        n++;
    return n;
}

/* Both lists behind each other; *ok false when memory is out. */
static const void *join(const void *first, const void *second, kept_arena *arena, bool *ok)
{
    const void *const *a = first, *const *b = second;
    size_t n = count(a), m = count(b);
    if (m == 0)
        return first;
    const void **list = KEPT_NEW_N(arena, const void *, n + m + 1);
    if (!list) {
        *ok = false;
        return NULL;
    }
    for (size_t i = 0; i < n; i++)
        list[i] = a[i];
    for (size_t i = 0; i < m; i++)
        list[n + i] = b[i];
    return list;
}

static const kept_op *extend(const kept_op *op, const kept_extension *more, kept_arena *arena)
{
    bool ok = true;
    size_t n = more->n_params ? *more->n_params : 0;
    extended *e = KEPT_NEW(arena, extended);
    kept_param *params = KEPT_NEW_N(arena, kept_param, op->n_params + n);
    if (!e || !params)
        return NULL;
    *e = (extended){.op = *op, .inner = op, .more = more};
    for (size_t i = 0; i < op->n_params; i++)
        params[i] = op->params[i];
    for (size_t i = 0; i < n; i++)
        params[op->n_params + i] = more->params[i];
    e->op.params = params;
    e->op.n_params = op->n_params + n;
    e->op.groups = join(op->groups, more->groups, arena, &ok);
    e->op.tables = more->before ? join(more->tables, op->tables, arena, &ok)
                                : join(op->tables, more->tables, arena, &ok);
    e->op.run = run_extended;
    return ok ? &e->op : NULL;
}

kept_status kept_ops_extend(const kept_op **ops, size_t n, const kept_extension *extensions,
                            size_t n_extensions, kept_arena *arena, kept_err *err)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n_extensions; k++)
            if (strcmp(ops[i]->name, extensions[k].name) == 0) {
                ops[i] = extend(ops[i], &extensions[k], arena);
                if (!ops[i])
                    return kept_nomem(err);
            }
    return KEPT_OK;
}
