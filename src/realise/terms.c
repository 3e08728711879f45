/* Horizon, discount, margin and acquisition cost: from the arguments, else from the facts. */
#include <math.h>
#include <string.h>

#include "realise/terms.h"
#include "store/facts/read.h"

static kept_status sum_two(kept_ctx *ctx, kept_store *store, const char *kind, const char *sql,
                           int32_t from, int32_t until, double *ret_a, double *ret_b, kept_err *err)
{
    KEPT_TRY(kept_facts_view(store, &ctx->scope, kind, err));
    kept_duck_value days[] = {KEPT_DV_DAY(from), KEPT_DV_DAY(until)};
    KEPT_AUTO_ROWS *rows = NULL;
    KEPT_TRY(kept_facts_query(store, sql, days, 2, &rows, err));
    size_t n;
    KEPT_TRY(kept_duck_next(rows, &n, err));
    bool known = n == 1 && kept_duck_known(rows, 0, 0) && kept_duck_known(rows, 1, 0);
    *ret_a = known ? ((const double *)kept_duck_data(rows, 0))[0] : NAN;
    *ret_b = known ? ((const double *)kept_duck_data(rows, 1))[0] : NAN;
    return KEPT_OK;
}

/* Margin share from the rows that state both amount and cost. */
static kept_status margin_from_cost(kept_ctx *ctx, const kept_base *base, double *ret_margin,
                                    kept_err *err)
{
    double amount, cost;
    KEPT_TRY(sum_two(ctx, base->store, "orders",
                     "SELECT sum(amount)::DOUBLE, sum(cost)::DOUBLE FROM orders "
                     "WHERE amount IS NOT NULL AND cost IS NOT NULL "
                     "AND happened_at BETWEEN $1 AND $2",
                     base->orders.from, base->orders.until, &amount, &cost, err));
    *ret_margin = amount > 0 ? 1.0 - cost / amount : NAN;
    return KEPT_OK;
}

/* Spend to acquire since acquired_from, over the customers acquired since then. */
static kept_status cost_from_spend(kept_ctx *ctx, const kept_base *base, double *ret_cost,
                                   kept_err *err)
{
    double spent, rows;
    KEPT_TRY(sum_two(ctx, base->store, "spend",
                     "SELECT sum(amount)::DOUBLE, count(*)::DOUBLE FROM spend "
                     "WHERE purpose = 'acquire' AND happened_at BETWEEN $1 AND $2",
                     base->acquired_from, base->orders.until, &spent, &rows, err));
    *ret_cost = rows > 0 && base->n_fitted > 0 ? spent / (double)base->n_fitted : NAN;
    return KEPT_OK;
}

kept_status kept_value_terms_read(kept_ctx *ctx, const kept_args *args, const kept_base *base,
                                  kept_value_terms *ret_terms, kept_err *err)
{
    const kept_arg *horizon = kept_args_get(args, "horizon");
    const kept_arg *margin = kept_args_get(args, "margin");
    const kept_arg *cost = kept_args_get(args, "acquisition-cost");
    kept_value_terms terms = {.horizon = 365.25 / base->unit_days,
                              .discount_yearly = kept_args_get(args, "discount")->real,
                              .level = kept_args_get(args, "level")->real,
                              .margin = margin->real,
                              .acquisition_cost = cost->real};
    if (kept_args_flag(args, "forever") && horizon->given)
        return kept_fail(err, KEPT_EARG, "Give either --horizon or --forever, not both.");
    if (horizon->given)
        terms.horizon = horizon->real;
    if (kept_args_flag(args, "forever"))
        terms.horizon = INFINITY;
    terms.discount_unit = kept_discount_per_unit(terms.discount_yearly, base->unit);
    if (!margin->given) {
        KEPT_TRY(margin_from_cost(ctx, base, &terms.margin, err));
        terms.margin_from_cost = !isnan(terms.margin);
    }
    if (!cost->given) {
        KEPT_TRY(cost_from_spend(ctx, base, &terms.acquisition_cost, err));
        terms.cost_from_spend = !isnan(terms.acquisition_cost);
    }
    *ret_terms = terms;
    return KEPT_OK;
}
