/* kept promises: the register, worst first. */
#include <string.h>

#include "base/array.h"
#include "keep/ops.h"
#include "keep/register.h"

static const kept_param params[] = {
    {.name = "level",
     .type = KEPT_P_CHOICE,
     .value = "LEVEL",
     .choices = "strategic|functional|front-line|whole",
     .help = "promises at this level alone"},
    {.name = "outlook",
     .type = KEPT_P_CHOICE,
     .value = "OUTLOOK",
     .choices = "on_track|at_risk|broken|not_measured",
     .help = "promises with this outlook alone"},
    {.name = "limit",
     .type = KEPT_P_INTEGER,
     .value = "N",
     .preset = "50",
     .min = 0,
     .max = 1000000,
     .help = "so many rows at most; 0 for all"},
};

static bool fits(const kept_registered *r, const kept_args *args)
{
    const char *level = kept_args_text(args, "level"), *outlook = kept_args_text(args, "outlook");
    if (level && (!r->promise->level || strcmp(r->promise->level, level) != 0))
        return false;
    return !outlook ||
           strcmp(kept_outlook_name(r->now ? r->now->outlook : KEPT_OUTLOOK_NOT_MEASURED),
                  outlook) == 0;
}

static kept_status run(kept_ctx *ctx, const kept_args *args, kept_result *result, kept_err *err)
{
    kept_store *store;
    kept_promise *promises = NULL;
    kept_judged *judged = NULL;
    kept_registered *rows = NULL;
    size_t n_promises = 0, n_judged = 0, n = 0, kept = 0;
    KEPT_TRY(kept_ctx_store(ctx, false, &store, err));
    KEPT_TRY(kept_promises_load(store, &ctx->scope, 0, ctx->arena, &promises, &n_promises, err));
    KEPT_TRY(kept_judged_read(store, &ctx->scope, 0, false, ctx->arena, &judged, &n_judged, err));
    KEPT_TRY(kept_register(ctx, store, promises, n_promises, judged, n_judged, &rows, &n, err));
    for (size_t i = 0; i < n; i++)
        if (fits(&rows[i], args))
            rows[kept++] = rows[i];
    result->currency = kept_store_currency(store);
    kept_levels_add(result, rows, kept);
    kept_register_add(ctx, result, rows, kept, (size_t)kept_args_get(args, "limit")->integer);
    if (n_judged == 0 && n)
        kept_result_note(result, KEPT_ADVICE, "No promise has been judged yet: kept judge");
    return KEPT_OK;
}

static const kept_table_def *const tables[] = {&kept_levels_table, &kept_register_table, NULL};

const kept_op kept_op_promises = {
    .name = "promises",
    .stage = KEPT_KEEP,
    .summary = "List what was promised with its last verdict and its outlook, worst first",
    .detail = "Ordered by the chance that a promise will be missed times the margin of its "
              "customer's last twelve months. It says what kept judge found last; what was not "
              "measured is never counted as kept.",
    .example = "kept promises --outlook at_risk",
    .ids = "P002 P004 P006",
    .params = params,
    .n_params = KEPT_N(params),
    .tables = tables,
    .access = KEPT_READS,
    .role = KEPT_ROLE_VIEWER,
    .flags = KEPT_REPEATABLE,
    .run = run,
};
