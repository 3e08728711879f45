#include "realise/value.h"

#include <math.h>
#include <stdlib.h>

#include "kept/special.h"
#include "realise/terms.h"

/* Grades: A, the customers who together hold the first half of the expected value; B, the next
 * 30 %; C, the rest. Our convention. */
static const double SHARE_A = 0.5, SHARE_B = 0.8;

typedef struct expected { /* per distinct history */
    double *p_alive, *orders, *orders_variance, *discounted;
} expected;

static kept_status predict_histories(kept_ctx *ctx, const kept_base *base,
                                     const kept_value_terms *terms, expected *ret, kept_err *err)
{
    size_t n = base->all_rows.n;
    bool finite = isfinite(terms->horizon);
    expected e = {KEPT_NEW_N(ctx->arena, double, n), KEPT_NEW_N(ctx->arena, double, n),
                  KEPT_NEW_N(ctx->arena, double, n), KEPT_NEW_N(ctx->arena, double, n)};
    if (!e.p_alive || !e.orders || !e.orders_variance || !e.discounted)
        return kept_nomem(err);
    kept_bgnbd_data data = kept_bgnbd_rows_view(&base->all_rows);
    kept_clv_opts opts = {.horizon = terms->horizon,
                          .discount = terms->discount_unit,
                          .level = terms->level,
                          .threads = ctx->threads};
    kept_clv_out out = {.p_alive = e.p_alive,
                        .orders = finite ? e.orders : NULL,
                        .orders_variance = finite ? e.orders_variance : NULL,
                        .discounted_orders = e.discounted};
    KEPT_TRY(kept_clv_predict(&data, NULL, base->fit.par, NULL, &opts, ctx->arena, &out, err));
    for (size_t i = 0; !finite && i < n; i++)
        e.orders[i] = e.orders_variance[i] = NAN;
    *ret = e;
    return KEPT_OK;
}

static kept_status alloc_columns(kept_ctx *ctx, size_t n, kept_value *v, kept_err *err)
{
    double **columns[] = {&v->p_alive, &v->orders, &v->spend_mean, &v->revenue,
                          &v->margin,  &v->net,    &v->rank_by};
    for (size_t k = 0; k < sizeof columns / sizeof columns[0]; k++) {
        *columns[k] = KEPT_NEW_N(ctx->arena, double, n);
        if (!*columns[k])
            return kept_nomem(err);
    }
    v->by_worth = KEPT_NEW_N(ctx->arena, uint32_t, n);
    v->grade = KEPT_NEW_N(ctx->arena, char, n);
    return v->by_worth && v->grade ? KEPT_OK : kept_nomem(err);
}

static kept_status expect_spend(const kept_base *base, double *ret_mean, kept_err *err)
{
    size_t n = base->orders.n;
    bool usable = base->has_spend && !isnan(base->spend.par.p);
    if (!usable) {
        for (size_t i = 0; i < n; i++)
            ret_mean[i] = NAN;
        return KEPT_OK;
    }
    kept_gammagamma_data data = {n, base->x, base->m, NULL};
    return kept_gammagamma_expected(&data, base->spend.par, ret_mean, err);
}

static void fill_variants(const kept_base *base, const expected *e, kept_value *v)
{
    for (size_t i = 0; i < base->orders.n; i++) {
        size_t row = base->all_rows.row[i];
        double discounted = e->discounted[row];
        v->p_alive[i] = e->p_alive[row];
        v->orders[i] = e->orders[row];
        v->revenue[i] = e->orders[row] * v->spend_mean[i];
        v->margin[i] = v->terms.margin * discounted * v->spend_mean[i];
        v->net[i] = v->margin[i] - v->terms.acquisition_cost;
        v->rank_by[i] = isnan(v->spend_mean[i]) ? discounted : discounted * v->spend_mean[i];
    }
}

typedef struct ranked {
    double worth;
    uint32_t index;
} ranked;

static int more_worth(const void *a, const void *b)
{
    const ranked *x = a, *y = b;
    if (x->worth != y->worth)
        return x->worth > y->worth ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

static kept_status rank(kept_ctx *ctx, size_t n, kept_value *v, kept_err *err)
{
    kept_arena_mark mark = kept_arena_get_mark(ctx->arena);
    ranked *order = KEPT_NEW_N(ctx->arena, ranked, n);
    if (!order)
        return kept_nomem(err);
    double total = 0, seen = 0;
    for (size_t i = 0; i < n; i++) {
        order[i] = (ranked){v->rank_by[i], (uint32_t)i};
        total += v->rank_by[i];
    }
    qsort(order, n, sizeof *order, more_worth);
    for (size_t k = 0; k < n; k++) {
        uint32_t i = order[k].index;
        v->by_worth[k] = i;
        v->grade[i] = seen < SHARE_A * total ? 'A' : seen < SHARE_B * total ? 'B' : 'C';
        seen += order[k].worth;
    }
    kept_arena_rewind(ctx->arena, mark);
    return KEPT_OK;
}

/* Standard deviation of the total revenue from the uncertain spend parameters: delta method with
 * central differences over their logs. */
static kept_status spend_estimation_sd(kept_ctx *ctx, const kept_base *base, const kept_value *v,
                                       double *ret_sd, kept_err *err)
{
    enum { N = KEPT_GAMMAGAMMA_N_PAR };
    const double step = 1e-4;
    size_t n = base->orders.n;
    kept_arena_mark mark = kept_arena_get_mark(ctx->arena);
    double *mean = KEPT_NEW_N(ctx->arena, double, n);
    if (!mean)
        return kept_nomem(err);
    kept_gammagamma_data data = {n, base->x, base->m, NULL};
    double gradient[N] = {0};
    kept_status status = KEPT_OK;
    for (int k = 0; k < N && status == KEPT_OK; k++) {
        for (int side = -1; side <= 1 && status == KEPT_OK; side += 2) {
            double par[N] = {base->spend.par.p, base->spend.par.q, base->spend.par.gamma};
            par[k] *= exp(side * step);
            status = kept_gammagamma_expected(&data, (kept_gammagamma_par){par[0], par[1], par[2]},
                                              mean, err);
            for (size_t i = 0; i < n && status == KEPT_OK; i++)
                gradient[k] += side * v->orders[i] * mean[i] / (2 * step);
        }
    }
    kept_arena_rewind(ctx->arena, mark);
    KEPT_TRY(status);
    double variance = 0;
    for (int j = 0; j < N; j++)
        for (int k = 0; k < N; k++)
            variance += gradient[j] * base->spend.cov_log[j][k] * gradient[k];
    *ret_sd = sqrt(variance);
    return KEPT_OK;
}

/* Spread of the total revenue: chance (what customers happen to do) and estimation (of both
 * models). For the orders model each history weighs what its customers spend per order. */
static kept_status revenue_sd(kept_ctx *ctx, const kept_base *base, const kept_value *v,
                              const expected *e, const kept_clv_opts *opts, double *ret_sd,
                              kept_err *err)
{
    size_t n_rows = base->all_rows.n;
    double *weight = KEPT_NEW_N(ctx->arena, double, n_rows);
    if (!weight)
        return kept_nomem(err);
    double chance = 0;
    for (size_t i = 0; i < base->orders.n; i++) {
        size_t row = base->all_rows.row[i];
        kept_spend_history history = {base->x[i], base->m[i]};
        double mean, variance;
        kept_gammagamma_spend_moments(base->spend.par, history, e->orders[row],
                                      e->orders_variance[row], &mean, &variance);
        chance += variance;
        weight[row] += v->spend_mean[i];
    }
    kept_bgnbd_data data = kept_bgnbd_rows_view(&base->all_rows);
    data.w = weight;
    kept_clv_total total;
    KEPT_TRY(kept_clv_total_orders(&data, &base->fit, opts, ctx->arena, &total, err));
    double spend_sd = 0;
    KEPT_TRY(spend_estimation_sd(ctx, base, v, &spend_sd, err));
    *ret_sd = sqrt(chance + total.orders_sd_estimation * total.orders_sd_estimation +
                   spend_sd * spend_sd);
    return KEPT_OK;
}

static kept_status add_up(kept_ctx *ctx, const kept_base *base, const expected *e, kept_value *v,
                          kept_err *err)
{
    for (size_t i = 0; i < base->orders.n; i++) {
        v->total_active += v->p_alive[i];
        v->total_orders += v->orders[i];
        v->total_revenue += v->revenue[i];
        v->total_margin += v->margin[i];
        v->total_net += v->net[i];
    }
    v->total_orders_low = v->total_orders_high = NAN;
    v->total_revenue_low = v->total_revenue_high = NAN;
    if (!isfinite(v->terms.horizon) || !base->fit.converged)
        return KEPT_OK;
    double z = kept_normal_quantile(0.5 + v->terms.level / 2);
    kept_clv_opts opts = {.horizon = v->terms.horizon,
                          .discount = v->terms.discount_unit,
                          .level = v->terms.level,
                          .threads = ctx->threads};
    kept_bgnbd_data data = kept_bgnbd_rows_view(&base->all_rows);
    kept_clv_total total;
    KEPT_TRY(kept_clv_total_orders(&data, &base->fit, &opts, ctx->arena, &total, err));
    double sd = hypot(total.orders_sd_chance, total.orders_sd_estimation);
    v->total_orders_low = fmax(0, v->total_orders - z * sd);
    v->total_orders_high = v->total_orders + z * sd;
    if (!isfinite(v->total_revenue) || !base->spend.converged)
        return KEPT_OK;
    KEPT_TRY(revenue_sd(ctx, base, v, e, &opts, &sd, err));
    if (isfinite(sd)) {
        v->total_revenue_low = fmax(0, v->total_revenue - z * sd);
        v->total_revenue_high = v->total_revenue + z * sd;
    }
    return KEPT_OK;
}

static kept_status predict(kept_ctx *ctx, const kept_args *args, const kept_base *base,
                           kept_value *ret_value, kept_err *err)
{
    if (isnan(base->fit.par.r))
        return kept_fail(err, KEPT_ENUM, "Nothing can be predicted. %s",
                         kept_stop_text(base->fit.stop));
    kept_ctx_progress(ctx, "predicting for every customer", -1);
    kept_value v = {0};
    KEPT_TRY(kept_value_terms_read(ctx, args, base, &v.terms, err));
    KEPT_TRY(alloc_columns(ctx, base->orders.n, &v, err));
    expected e = {0};
    KEPT_TRY(predict_histories(ctx, base, &v.terms, &e, err));
    KEPT_TRY(kept_ctx_check_cancel(ctx, err));
    KEPT_TRY(expect_spend(base, v.spend_mean, err));
    fill_variants(base, &e, &v);
    KEPT_TRY(rank(ctx, base->orders.n, &v, err));
    KEPT_TRY(add_up(ctx, base, &e, &v, err));
    *ret_value = v;
    return KEPT_OK;
}

kept_status kept_value_of_base(kept_ctx *ctx, const kept_args *args, kept_result *result,
                               kept_base *ret_base, kept_value *ret_value, kept_err *err)
{
    KEPT_TRY(kept_base_read(ctx, args, false, result, ret_base, err));
    KEPT_TRY(kept_base_fit_orders(ctx, ret_base, err));
    KEPT_TRY(kept_base_fit_spend(ctx, ret_base, err));
    return predict(ctx, args, ret_base, ret_value, err);
}

static kept_status alloc_intervals(kept_ctx *ctx, size_t n, kept_value_interval *iv, kept_err *err)
{
    double **columns[] = {&iv->orders_low, &iv->orders_high, &iv->revenue_low, &iv->revenue_high};
    for (size_t k = 0; k < 4; k++) {
        *columns[k] = KEPT_NEW_N(ctx->arena, double, n);
        if (!*columns[k])
            return kept_nomem(err);
        for (size_t i = 0; i < n; i++)
            (*columns[k])[i] = NAN;
    }
    return KEPT_OK;
}

kept_status kept_value_intervals(kept_ctx *ctx, const kept_base *base, const kept_value *value,
                                 const uint32_t *index, size_t n, kept_value_interval *ret_interval,
                                 kept_err *err)
{
    kept_value_interval iv;
    KEPT_TRY(alloc_intervals(ctx, n, &iv, err));
    *ret_interval = iv;
    if (!isfinite(value->terms.horizon) || n == 0)
        return KEPT_OK;
    bool money = base->has_spend && !isnan(base->spend.par.p);
    uint32_t *x = KEPT_NEW_N(ctx->arena, uint32_t, n);
    uint32_t *low = KEPT_NEW_N(ctx->arena, uint32_t, n);
    uint32_t *high = KEPT_NEW_N(ctx->arena, uint32_t, n);
    double *t_x = KEPT_NEW_N(ctx->arena, double, n);
    double *T = KEPT_NEW_N(ctx->arena, double, n);
    double *m = KEPT_NEW_N(ctx->arena, double, n);
    if (!x || !low || !high || !t_x || !T || !m)
        return kept_nomem(err);
    for (size_t k = 0; k < n; k++) {
        x[k] = base->x[index[k]];
        t_x[k] = base->t_x[index[k]];
        T[k] = base->T[index[k]];
        m[k] = base->m[index[k]];
    }
    kept_bgnbd_data data = {n, x, t_x, T, NULL};
    kept_clv_opts opts = {.horizon = value->terms.horizon,
                          .discount = value->terms.discount_unit,
                          .level = value->terms.level,
                          .threads = ctx->threads};
    kept_clv_out out = {.orders_low = low,
                        .orders_high = high,
                        .spend_low = money ? iv.revenue_low : NULL,
                        .spend_high = money ? iv.revenue_high : NULL};
    KEPT_TRY(kept_clv_predict(&data, m, base->fit.par, money ? &base->spend.par : NULL, &opts,
                              ctx->arena, &out, err));
    for (size_t k = 0; k < n; k++) {
        iv.orders_low[k] = low[k];
        iv.orders_high[k] = high[k];
    }
    *ret_interval = iv;
    return KEPT_OK;
}
