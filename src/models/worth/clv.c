/* Customer value: units, discounting, and one pass that joins BG/NBD and Gamma-Gamma. */
#include "kept/clv.h"

#include <math.h>
#include <string.h>

#include "models/worth/bgnbd_int.h"
#include "models/worth/gammagamma_int.h"

/* ---- Time units ---- */

static const double year_days = 365.25;

static const struct {
    const char *name, *plural;
    double days;
} units[] = {
    [KEPT_UNIT_DAY] = {"day", "days", 1.0},
    [KEPT_UNIT_WEEK] = {"week", "weeks", 7.0},
    [KEPT_UNIT_MONTH] = {"month", "months", 365.25 / 12.0},
    [KEPT_UNIT_YEAR] = {"year", "years", 365.25},
};

enum { N_UNITS = sizeof units / sizeof units[0] };

double kept_unit_days(kept_time_unit unit)
{
    return (size_t)unit < N_UNITS ? units[unit].days : NAN;
}

const char *kept_unit_name(kept_time_unit unit)
{
    return (size_t)unit < N_UNITS ? units[unit].name : "unknown";
}

kept_status kept_unit_parse(const char *text, kept_time_unit *ret_unit, kept_err *err)
{
    for (size_t i = 0; text && i < N_UNITS; i++)
        if (strcmp(text, units[i].name) == 0 || strcmp(text, units[i].plural) == 0) {
            *ret_unit = (kept_time_unit)i;
            return KEPT_OK;
        }
    return kept_fail(err, KEPT_EARG, "\"%s\" is not a time unit; use day, week, month or year.",
                     text ? text : "");
}

double kept_discount_per_unit(double yearly, kept_time_unit unit)
{
    return yearly > -1.0 ? log1p(yearly) * (kept_unit_days(unit) / year_days) : NAN;
}

double kept_discount_yearly(double per_unit, kept_time_unit unit)
{
    return expm1(per_unit * (year_days / kept_unit_days(unit)));
}

/* ---- The distribution of one customer's spend ---- */

enum { WALK_POINTS = 4096 };

/* P(k orders) for k = 1, 2, ... as points: each count by itself, or, when a customer may order
 * thousands of times, runs of counts from the closed form of P(at least k). What lies beyond a
 * probability of `negligible` is put on the last point. */
static size_t count_points(kept_bgnbd_par now, double alive, double horizon, double negligible,
                           kept_count_point point[WALK_POINTS])
{
    kept_bgnbd_walk walk = kept_bgnbd__walk(now, horizon);
    kept_bgnbd__step(&walk);
    size_t n = 0;
    while (n < WALK_POINTS && alive * walk.beyond > negligible) {
        double k = walk.k;
        point[n++] = (kept_count_point){k, alive * kept_bgnbd__step(&walk)};
    }
    if (n < WALK_POINTS) {
        if (n > 0)
            point[n - 1].mass += alive * walk.beyond;
        return n;
    }
    double last = WALK_POINTS;
    while (last < 1e15 && alive * kept_bgnbd__beyond(now, horizon, last) > negligible)
        last *= 2.0;
    double width = last / WALK_POINTS, above = alive * kept_bgnbd__beyond(now, horizon, 1.0);
    n = 0;
    for (double k = 1.0; n < WALK_POINTS; k += width) {
        double next = alive * kept_bgnbd__beyond(now, horizon, k + width);
        point[n++] = (kept_count_point){k + 0.5 * (width - 1.0), fmax(0.0, above - next)};
        above = next;
    }
    return n;
}

typedef struct spend_job {
    const kept_bgnbd_data *data;
    const double *m;
    kept_bgnbd_par par;
    kept_gammagamma_par gg;
    double horizon, prob[2];
    double *low, *high;
} spend_job;

static kept_spend_history history_of(const kept_bgnbd_data *data, const double *m, size_t i)
{
    return (kept_spend_history){data->x[i], data->x[i] > 0 ? m[i] : 0.0};
}

static void spend_block(void *context, size_t from, size_t to)
{
    const spend_job *job = context;
    const double negligible = fmin(1e-6, 1e-3 * job->prob[0]); /* far inside the outer tail */
    kept_count_point point[WALK_POINTS];
    for (size_t i = from; i < to; i++) {
        size_t n = count_points(kept_bgnbd__update(job->data, i, job->par),
                                kept_bgnbd__alive(job->data, i, job->par), job->horizon, negligible,
                                point);
        double q[2];
        kept_gammagamma__quantiles(
            kept_gammagamma__update(job->gg, history_of(job->data, job->m, i)), n, point, 2,
            job->prob, q);
        if (job->low)
            job->low[i] = q[0];
        if (job->high)
            job->high[i] = q[1];
    }
}

/* ---- Prediction ---- */

static double times(double count, double mean)
{
    return count == 0.0 ? 0.0 : count * mean; /* no order is no spend, even at an infinite mean */
}

typedef struct work { /* columns that several outputs need */
    double *orders, *variance, *discounted, *spend_mean;
} work;

static kept_status column(bool wanted, double *given, size_t n, kept_arena *scratch,
                          double **ret_column, kept_err *err)
{
    *ret_column = given;
    if (wanted && !given) {
        *ret_column = KEPT_NEW_N(scratch, double, n);
        if (!*ret_column)
            return kept_nomem(err);
    }
    return KEPT_OK;
}

static kept_status predict_orders(const kept_bgnbd_data *d, kept_bgnbd_par par,
                                  const kept_clv_opts *o, kept_arena *scratch,
                                  const kept_clv_out *out, work *w, kept_err *err)
{
    const double tails[] = {0.5 - 0.5 * o->level, 0.5 + 0.5 * o->level};
    KEPT_TRY(column(out->spend || out->spend_variance || out->orders_variance, out->orders, d->n,
                    scratch, &w->orders, err));
    KEPT_TRY(column(out->spend_variance, out->orders_variance, d->n, scratch, &w->variance, err));
    KEPT_TRY(column(out->value, out->discounted_orders, d->n, scratch, &w->discounted, err));
    if (out->p_alive)
        KEPT_TRY(kept_bgnbd_p_alive(d, par, o->threads, out->p_alive, err));
    if (out->p_order)
        KEPT_TRY(kept_bgnbd_p_order(d, par, o->horizon, o->threads, out->p_order, err));
    if (w->orders)
        KEPT_TRY(kept_bgnbd_orders(d, par, o->horizon, o->threads, w->orders, w->variance, err));
    if (w->discounted)
        KEPT_TRY(kept_bgnbd_discounted(d, par, o->horizon, o->discount, o->threads, scratch,
                                       w->discounted, err));
    if (out->orders_low)
        KEPT_TRY(kept_bgnbd_order_quantiles(d, par, o->horizon, 1, &tails[0], o->threads,
                                            out->orders_low, err));
    if (out->orders_high)
        KEPT_TRY(kept_bgnbd_order_quantiles(d, par, o->horizon, 1, &tails[1], o->threads,
                                            out->orders_high, err));
    return KEPT_OK;
}

static kept_status predict_money(const kept_bgnbd_data *d, const double *m, kept_bgnbd_par par,
                                 kept_gammagamma_par gg, const kept_clv_opts *o,
                                 kept_arena *scratch, const kept_clv_out *out, work *w,
                                 kept_err *err)
{
    kept_gammagamma_data spends = {d->n, d->x, m, NULL};
    KEPT_TRY(kept_gammagamma__check_data(&spends, err));
    KEPT_TRY(column(out->spend || out->value, out->spend_mean, d->n, scratch, &w->spend_mean, err));
    if (w->spend_mean)
        KEPT_TRY(kept_gammagamma_expected(&spends, gg, w->spend_mean, err));
    for (size_t i = 0; i < d->n; i++) {
        double mean, variance;
        if (out->spend)
            out->spend[i] = times(w->orders[i], w->spend_mean[i]);
        if (out->value)
            out->value[i] = times(w->discounted[i], w->spend_mean[i]);
        if (out->spend_variance) {
            kept_gammagamma_spend_moments(gg, history_of(d, m, i), w->orders[i], w->variance[i],
                                          &mean, &variance);
            out->spend_variance[i] = variance;
        }
    }
    if (out->spend_low || out->spend_high) {
        KEPT_TRY(kept_bgnbd__check_horizon(o->horizon, err));
        spend_job job = {d,
                         m,
                         par,
                         gg,
                         o->horizon,
                         {0.5 - 0.5 * o->level, 0.5 + 0.5 * o->level},
                         out->spend_low,
                         out->spend_high};
        kept_bgnbd__for_rows(d->n, o->threads, spend_block, &job);
    }
    return KEPT_OK;
}

static bool wants_money(const kept_clv_out *out)
{
    return out->spend_mean || out->spend || out->spend_variance || out->spend_low ||
           out->spend_high || out->value;
}

kept_status kept_clv_predict(const kept_bgnbd_data *data, const double *m, kept_bgnbd_par par,
                             const kept_gammagamma_par *gg, const kept_clv_opts *opts,
                             kept_arena *scratch, const kept_clv_out *ret_out, kept_err *err)
{
    if (!(opts->level > 0.0 && opts->level < 1.0))
        return kept_fail(err, KEPT_EARG, "The level of an interval must lie between 0 and 1.");
    KEPT_TRY(kept_bgnbd__check_par(par, err));
    KEPT_TRY(kept_bgnbd__check_data(data, err));
    bool money = wants_money(ret_out);
    if (money && (!m || !gg))
        return kept_fail(err, KEPT_EARG,
                         "Money was asked for, but there are no spends or no Gamma-Gamma model.");
    if (money)
        KEPT_TRY(kept_gammagamma__check_par(*gg, err));
    kept_arena_mark mark = kept_arena_get_mark(scratch);
    work w = {NULL, NULL, NULL, NULL};
    kept_status status = predict_orders(data, par, opts, scratch, ret_out, &w, err);
    if (status == KEPT_OK && money)
        status = predict_money(data, m, par, *gg, opts, scratch, ret_out, &w, err);
    kept_arena_rewind(scratch, mark);
    return status;
}

/* ---- Totals ---- */

typedef struct sums {
    double orders, variance, discounted;
} sums;

static kept_status sum_orders(const kept_bgnbd_data *d, kept_bgnbd_par par, const kept_clv_opts *o,
                              bool spread, double *column[3], kept_arena *scratch, sums *ret_sums,
                              kept_err *err)
{
    sums s = {0.0, 0.0, 0.0};
    KEPT_TRY(kept_bgnbd_orders(d, par, o->horizon, o->threads, column[0], spread ? column[1] : NULL,
                               err));
    KEPT_TRY(kept_bgnbd_discounted(d, par, o->horizon, o->discount, o->threads, scratch, column[2],
                                   err));
    for (size_t i = 0; i < d->n; i++) {
        double w = d->w ? d->w[i] : 1.0;
        s.orders += w * column[0][i];
        s.variance += spread ? w * column[1][i] : 0.0;
        s.discounted += w * column[2][i];
    }
    *ret_sums = s;
    return KEPT_OK;
}

/* sqrt(g' V g) over the log-parameters. */
static double delta_sd(const double *g, const double (*cov)[KEPT_BGNBD_N_PAR])
{
    double v = 0.0;
    for (size_t i = 0; i < KEPT_BGNBD_N_PAR; i++)
        for (size_t j = 0; j < KEPT_BGNBD_N_PAR; j++)
            v += g[i] * cov[i][j] * g[j];
    return sqrt(v);
}

static kept_status total(const kept_bgnbd_data *d, const kept_bgnbd_fit *fit,
                         const kept_clv_opts *o, kept_arena *scratch, kept_clv_total *ret_total,
                         kept_err *err)
{
    const double step = 1e-4; /* central differences in ln parameter: error about 1e-8 */
    double *column[3], g_orders[KEPT_BGNBD_N_PAR], g_discounted[KEPT_BGNBD_N_PAR];
    for (size_t i = 0; i < 3; i++)
        if (!(column[i] = KEPT_NEW_N(scratch, double, d->n)))
            return kept_nomem(err);
    sums at, up, down;
    KEPT_TRY(sum_orders(d, fit->par, o, true, column, scratch, &at, err));
    for (size_t i = 0; i < KEPT_BGNBD_N_PAR && fit->converged; i++) {
        double high[] = {fit->par.r, fit->par.alpha, fit->par.a, fit->par.b}, low[4];
        memcpy(low, high, sizeof low);
        high[i] *= exp(step);
        low[i] *= exp(-step);
        kept_bgnbd_par par_up = {high[0], high[1], high[2], high[3]};
        kept_bgnbd_par par_down = {low[0], low[1], low[2], low[3]};
        KEPT_TRY(sum_orders(d, par_up, o, false, column, scratch, &up, err));
        KEPT_TRY(sum_orders(d, par_down, o, false, column, scratch, &down, err));
        g_orders[i] = (up.orders - down.orders) / (2.0 * step);
        g_discounted[i] = (up.discounted - down.discounted) / (2.0 * step);
    }
    kept_clv_total t = {.orders = at.orders,
                        .discounted_orders = at.discounted,
                        .orders_sd_chance = sqrt(at.variance),
                        .orders_sd_estimation = NAN,
                        .discounted_orders_sd_estimation = NAN};
    for (size_t i = 0; i < d->n; i++)
        t.customers += d->w ? d->w[i] : 1.0;
    if (fit->converged) {
        t.orders_sd_estimation = delta_sd(g_orders, fit->cov_log);
        t.discounted_orders_sd_estimation = delta_sd(g_discounted, fit->cov_log);
    }
    *ret_total = t;
    return KEPT_OK;
}

kept_status kept_clv_total_orders(const kept_bgnbd_data *data, const kept_bgnbd_fit *fit,
                                  const kept_clv_opts *opts, kept_arena *scratch,
                                  kept_clv_total *ret_total, kept_err *err)
{
    KEPT_TRY(kept_bgnbd__check_horizon(opts->horizon, err));
    kept_arena_mark mark = kept_arena_get_mark(scratch);
    kept_status status = total(data, fit, opts, scratch, ret_total, err);
    kept_arena_rewind(scratch, mark);
    return status;
}
