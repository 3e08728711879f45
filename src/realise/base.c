#include "realise/base.h"

#include <inttypes.h>
#include <math.h>

#include "base/date.h"

static kept_status lay_out(kept_ctx *ctx, kept_base *base, kept_err *err)
{
    const kept_order_summary *o = &base->orders;
    base->x = o->x;
    base->t_x = KEPT_NEW_N(ctx->arena, double, o->n);
    base->T = KEPT_NEW_N(ctx->arena, double, o->n);
    base->m = KEPT_NEW_N(ctx->arena, double, o->n);
    if (!base->t_x || !base->T || !base->m)
        return kept_nomem(err);
    for (size_t i = 0; i < o->n; i++) {
        base->t_x[i] = (o->last_day[i] - o->first_day[i]) / base->unit_days;
        base->T[i] = (o->until - o->first_day[i]) / base->unit_days;
        base->m[i] = o->x[i] ? (double)o->spend_repeat[i] / 1e4 / o->x[i] : 0.0;
        /* Returns can cost more than the repeat orders brought: no spend to learn from. */
        if (base->m[i] < 0)
            base->m[i] = 0;
    }
    return KEPT_OK;
}

/* The customers acquired inside the file, compressed. */
static kept_status pick_fitted(kept_ctx *ctx, kept_base *base, kept_err *err)
{
    const kept_order_summary *o = &base->orders;
    kept_bgnbd_data all = {o->n, base->x, base->t_x, base->T, NULL};
    KEPT_TRY(kept_bgnbd_compress(&all, ctx->arena, &base->all_rows, err));
    double *w = KEPT_NEW_N(ctx->arena, double, o->n);
    if (!w)
        return kept_nomem(err);
    for (size_t i = 0; i < o->n; i++) {
        bool in = o->first_day[i] >= base->acquired_from;
        w[i] = in;
        base->n_fitted += in;
        base->repeat_orders += in ? o->x[i] : 0;
    }
    all.w = w;
    return kept_bgnbd_compress(&all, ctx->arena, &base->fit_rows, err);
}

kept_status kept_base_read(kept_ctx *ctx, const kept_args *args, bool money_needed,
                           kept_result *result, kept_base *ret_base, kept_err *err)
{
    kept_base base = {.unit = KEPT_UNIT_WEEK};
    KEPT_TRY(kept_unit_parse(kept_args_text(args, "unit"), &base.unit, err));
    base.unit_days = kept_unit_days(base.unit);
    KEPT_TRY(kept_ctx_facts(ctx, args, money_needed, result, &base.store, err));
    const kept_arg *until = kept_args_get(args, "until");
    /* As of a day, the silence up to that day has been observed too. */
    kept_order_opts opts = {.until = until->given ? (int32_t)until->integer : ctx->scope.as_of,
                            .from = KEPT_NO_DAY};
    KEPT_TRY(kept_order_summarise(base.store, &ctx->scope, &opts, ctx->arena, &base.orders, err));
    if (base.orders.n == 0)
        return kept_fail(err, KEPT_EINPUT,
                         "There are no orders to look at%s. Load some: kept import orders FILE",
                         until->given ? " up to the day given with --until" : "");
    KEPT_TRY(kept_left_edge_estimate(base.orders.first_day, base.orders.n, base.orders.from,
                                     ctx->arena, &base.edge, err));
    const kept_arg *from = kept_args_get(args, "acquired-from");
    base.acquired_from = from->given ? (int32_t)from->integer : base.edge.from;
    KEPT_TRY(lay_out(ctx, &base, err));
    KEPT_TRY(pick_fitted(ctx, &base, err));
    if (base.n_fitted == 0)
        return kept_fail(err, KEPT_EINPUT,
                         "No customer has a first order on the day given with --acquired-from or "
                         "later. Choose an earlier day.");
    *ret_base = base;
    return KEPT_OK;
}

kept_status kept_base_fit_orders(kept_ctx *ctx, kept_base *base, kept_err *err)
{
    kept_ctx_progress(ctx, "fitting the model of orders", -1);
    KEPT_TRY(kept_ctx_check_cancel(ctx, err));
    kept_bgnbd_data data = kept_bgnbd_rows_view(&base->fit_rows);
    kept_bgnbd_opts opts = KEPT_BGNBD_OPTS_INIT;
    opts.threads = ctx->threads;
    return kept_bgnbd_fit_ml(&data, &opts, ctx->arena, &base->fit, err);
}

kept_status kept_base_fit_spend(kept_ctx *ctx, kept_base *base, kept_err *err)
{
    base->has_spend = base->orders.has_amount;
    if (!base->has_spend)
        return KEPT_OK;
    kept_ctx_progress(ctx, "fitting the model of spends", -1);
    KEPT_TRY(kept_ctx_check_cancel(ctx, err));
    size_t n = base->orders.n;
    kept_arena_mark mark = kept_arena_get_mark(ctx->arena);
    double *w = KEPT_NEW_N(ctx->arena, double, n);
    double *u = KEPT_NEW_N(ctx->arena, double, n);
    if (!w || !u)
        return kept_nomem(err);
    for (size_t i = 0; i < n; i++) {
        bool in = base->orders.first_day[i] >= base->acquired_from;
        w[i] = in && base->x[i] > 0 && base->m[i] > 0;
        u[i] = base->x[i];
    }
    kept_status status = kept_correlate(n, u, base->m, w, 0.95, &base->correlation, err);
    kept_gammagamma_data data = {n, base->x, base->m, w};
    kept_gammagamma_opts opts = KEPT_GAMMAGAMMA_OPTS_INIT;
    opts.threads = ctx->threads;
    if (status == KEPT_OK)
        status = kept_gammagamma_fit_ml(&data, &opts, ctx->arena, &base->spend, err);
    kept_arena_rewind(ctx->arena, mark);
    return status;
}

static void note_left_edge(const kept_base *base, kept_result *result)
{
    char from[11];
    kept_day_write(base->acquired_from, from);
    if (base->edge.before > 0)
        kept_result_note(result, KEPT_WARNING,
                         "The file probably starts after its customers did: about %" PRId64
                         " of %zu were active before the first row, by the many first orders of "
                         "the first weeks.",
                         base->edge.before, base->orders.n);
    if (base->n_fitted < base->orders.n)
        kept_result_note(result, KEPT_NOTE,
                         "The model is fitted on the %zu customers whose first order is on %s or "
                         "later; predictions cover all %zu. Another day: --acquired-from DATE",
                         base->n_fitted, from, base->orders.n);
}

static void note_returns(const kept_base *base, kept_result *result)
{
    const kept_order_summary *o = &base->orders;
    if (o->returns == 0)
        return;
    kept_result_note(result, KEPT_NOTE,
                     "%" PRId64 " returns were netted: %" PRId64 " against a sale of the same "
                     "product, %" PRId64 " against the newest earlier sales, %" PRId64
                     " had no earlier sale in the data and were left out. %" PRId64
                     " order days came to nothing, and %" PRId64
                     " customers with them. The rule: %s",
                     o->returns, o->returns_matched, o->returns_spread, o->returns_unplaced,
                     o->days_cancelled, o->customers_cancelled, kept_return_rule_text());
}

static void note_spend(const kept_base *base, kept_result *result)
{
    const kept_gammagamma_fit *s = &base->spend;
    if (!base->has_spend)
        return;
    if (s->stop == KEPT_STOP_NOT_IDENTIFIED)
        kept_result_note(result, KEPT_WARNING,
                         "Not enough data for spends: too few customers came back with a spend "
                         "above 0.");
    else if (!s->converged)
        kept_result_note(result, KEPT_WARNING, "The model of spends did not converge: %s",
                         kept_stop_text(s->stop));
    else if (s->par.q <= 1)
        kept_result_note(result, KEPT_WARNING,
                         "The spends are so uneven (q = %.3g) that the model has no mean spend for "
                         "new customers.",
                         s->par.q);
    const kept_correlation *c = &base->correlation;
    if (!isnan(c->low) && (c->low > 0.1 || c->high < -0.1))
        kept_result_note(result, KEPT_WARNING,
                         "Customers who order more often spend %s per order (correlation %.2f, "
                         "%.2f to %.2f): the model of spends assumes no relation, so values of "
                         "frequent customers are %s.",
                         c->r > 0 ? "more" : "less", c->r, c->low, c->high,
                         c->r > 0 ? "somewhat low" : "somewhat high");
}

/* The edge that real files reach most: a short file in which nobody seems to stop. */
static bool no_drop_out(const kept_bgnbd_fit *fit)
{
    return fit->stop == KEPT_STOP_BOUNDARY && fit->par.a / (fit->par.a + fit->par.b) < 1e-4;
}

void kept_base_notes(const kept_base *base, kept_result *result)
{
    enum { FEW = 100 };
    if (no_drop_out(&base->fit))
        kept_result_note(result, KEPT_WARNING,
                         "The data show no drop-out: the chance to stop after an order went to "
                         "zero, so everyone counts as still active and no intervals are given for "
                         "the total. In so short a file silence cannot be told from waiting; take "
                         "the expected orders as a high estimate.");
    else if (!base->fit.converged)
        kept_result_note(result, KEPT_WARNING, "The model of orders did not converge: %s",
                         kept_stop_text(base->fit.stop));
    else if (base->n_fitted < FEW)
        kept_result_note(result, KEPT_WARNING,
                         "Only %zu customers to learn from: look at the intervals, not at the "
                         "single numbers.",
                         base->n_fitted);
    note_spend(base, result);
    note_left_edge(base, result);
    note_returns(base, result);
}
