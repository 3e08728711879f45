/* kept clv predict: what each customer is worth, and how sure that is. */
#include "base/array.h"
#include "realise/ops.h"
#include "realise/remaining.h"
#include "realise/value.h"

static const kept_param params[] = {
    KEPT_PARAMS_BASE,
    KEPT_PARAMS_VALUE,
    KEPT_PARAMS_LIST("20"),
};

static kept_status run(kept_ctx *ctx, const kept_args *args, kept_result *result, kept_err *err)
{
    kept_base base;
    kept_value value;
    bool stores = kept_remaining_open(ctx, args);
    KEPT_TRY(kept_value_of_base(ctx, args, result, &base, &value, err));
    result->title = "What customers are worth";
    kept_value_show_totals(&base, &value, result);
    KEPT_TRY(kept_value_show_customers(ctx, args, &base, &value, result, err));
    kept_value_show_grades(&base, &value, result);
    kept_base_notes(&base, result);
    return stores ? kept_remaining_store(ctx, &base, &value, result, err) : KEPT_OK;
}

static const kept_group_def *const groups[] = {&kept_value_total_group, &kept_value_terms_group,
                                               NULL};
static const kept_table_def *const tables[] = {&kept_value_table, &kept_value_grade_table, NULL};

const kept_op kept_op_clv_predict = {
    .name = "clv predict",
    .stage = KEPT_REALISE,
    .summary = "Predict what each customer is worth, with intervals",
    .detail =
        "Three named variants: revenue (expected in the horizon, not discounted), margin (margin "
        "share x expected revenue, discounted) and net (margin less the cost to acquire a "
        "customer). What the data do not give stays empty and is said.\n\n"
        "A customer's interval says what this one customer may do, at the fitted parameters; the "
        "interval of the total also covers the uncertainty of the models.\n\n"
        "In a workspace that can be written the margins are stored as the measure "
        "clv.remaining_margin, unless --as-of, --known-at or --until looks at another time.",
    .example = "kept clv predict --horizon 52 --margin 35% --discount 8%",
    .ids = "R004 R024",
    .params = params,
    .n_params = KEPT_N(params),
    .groups = groups,
    .tables = tables,
    .access = KEPT_READS,
    .role = KEPT_ROLE_MANAGER,
    .flags = KEPT_LONG | KEPT_REPEATABLE | KEPT_ON_FILES,
    .run = run,
};
