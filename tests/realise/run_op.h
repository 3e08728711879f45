/* Runs an operation as a program would, for tests: arguments as texts, a result to look at. */
#ifndef KEPT_TESTS_RUN_OP_H
#define KEPT_TESTS_RUN_OP_H

#include "support.h"

#include "op/ctx.h"
#include "op/op.h"
#include "op/result.h"

typedef struct op_run {
    kept_arena arena;
    kept_ctx ctx;
    kept_result result;
    kept_err err;
} op_run;

/* words: name, value, name, value, ..., NULL; a repeated name adds a value. */
static inline kept_status run_op_as(op_run *run, const kept_op *op, const char *workspace,
                                    kept_scope scope, const char *const *words)
{
    enum { MOST = 8 };
    *run = (op_run){.err = KEPT_ERR_INIT};
    run->ctx = (kept_ctx){.arena = &run->arena,
                          .scope = scope,
                          .role = KEPT_ROLE_ADMIN,
                          .workspace = workspace,
                          .seed = 1};
    kept_result_init(&run->result, &run->arena);
    kept_given *given = KEPT_NEW_N(&run->arena, kept_given, op->n_params + 1);
    for (size_t i = 0; words && words[i]; i += 2) {
        const kept_param *param = kept_op_param(op, words[i]);
        assert_non_null(param);
        kept_given *g = &given[param - op->params];
        if (!g->values)
            g->values = KEPT_NEW_N(&run->arena, const char *, MOST);
        assert_true(g->n < MOST);
        g->values[g->n++] = words[i + 1];
    }
    kept_args args;
    kept_status status = kept_args_check(op, given, &run->arena, &args, &run->err);
    if (status == KEPT_OK)
        status = kept_op_run(op, &run->ctx, &args, &run->result, &run->err);
    return status;
}

/* As somebody who sees everything. */
static inline kept_status run_op(op_run *run, const kept_op *op, const char *workspace,
                                 const char *const *words)
{
    kept_scope scope = KEPT_SCOPE_ALL("tester");
    return run_op_as(run, op, workspace, scope, words);
}

static inline void run_end(op_run *run)
{
    kept_ctx_close(&run->ctx);
    kept_arena_free(&run->arena);
}

static inline kept_cell op_cell(const op_run *run, const char *group, const char *field)
{
    const kept_group *g = kept_result_find_group(&run->result, group);
    assert_non_null(g);
    int i = kept_field_index(g->def->fields, g->def->n_fields, field);
    assert_true(i >= 0);
    return g->cells[i];
}

static inline double op_real(const op_run *run, const char *group, const char *field)
{
    kept_cell cell = op_cell(run, group, field);
    assert_true(cell.known);
    return cell.v.real;
}

static inline int64_t op_int(const op_run *run, const char *group, const char *field)
{
    kept_cell cell = op_cell(run, group, field);
    assert_true(cell.known);
    return cell.v.i;
}

#endif
