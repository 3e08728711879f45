/* BG/NBD: discounted expected orders, over a finite (DECT) or infinite (DERT) horizon.
 *
 * Given a customer's rate lambda and chance p, and alive at T, orders come at the rate
 * lambda exp(-lambda p u) after a time u, so the discounted number in a horizon h is
 * lambda (1 - exp(-(lambda p + delta) h)) / (lambda p + delta). Its mean over p depends on the
 * row only through x: it is tabulated once per distinct x on a grid of ln lambda. What remains
 * per row is one sum over the grid with the Gamma(r + x, alpha + T) density as weights; the
 * trapezoidal rule in ln lambda converges exponentially. */
#include <math.h>

#include "kept/parallel.h"
#include "kept/special.h"
#include "models/worth/bgnbd_int.h"
#include "models/worth/index.h"

typedef struct grid { /* for one distinct x */
    uint32_t x;
    double T_min, T_max; /* over its rows */
    double step;         /* of ln lambda */
    double first;        /* ln lambda at node 0 is first * step */
    size_t n;
    double *lambda, *mean;
} grid;

typedef struct discount_job {
    const kept_bgnbd_data *data;
    kept_bgnbd_par par;
    double horizon, discount;
    grid *grids;
    const uint32_t *which; /* grid of each row */
    double *out;
} discount_job;

static double density_step(double shape)
{
    return fmin(0.25, 0.7 / sqrt(shape));
}

/* Where the integrand is not negligible, in units of step: lambda = g / rate with g ~ Gamma(shape).
 * To the left it falls like g^shape, and like g^(shape + 1) once orders within the horizon become
 * unlikely. */
static void range_of(const discount_job *job, double shape, double rate, double *ret_low,
                     double *ret_high)
{
    double step = density_step(shape);
    double reach = job->discount > 0.0 ? fmin(job->horizon, 1.0 / job->discount) : job->horizon;
    double left =
        log(fmin(shape, rate / reach)) - fmin(9.0, 9.0 / sqrt(shape)) - 40.0 / (shape + 1.0);
    double right = log(shape + 9.0 * sqrt(shape) + 45.0);
    *ret_low = floor((left - log(rate)) / step);
    *ret_high = ceil((right - log(rate)) / step);
}

static kept_status lay_out(discount_job *job, kept_arena *arena, size_t *ret_grids, kept_err *err)
{
    const kept_bgnbd_data *d = job->data;
    kept_index index;
    uint32_t *which = KEPT_NEW_N(arena, uint32_t, d->n);
    if (!which || !kept_index__make(&index, d->n, arena))
        return kept_nomem(err);
    for (size_t i = 0; i < d->n; i++)
        which[i] = kept_index__of(&index, d->x[i]);
    grid *grids = KEPT_NEW_N(arena, grid, index.n);
    if (!grids)
        return kept_nomem(err);
    for (size_t k = 0; k < index.n; k++)
        grids[k].T_min = INFINITY;
    for (size_t i = 0; i < d->n; i++) {
        grid *g = &grids[which[i]];
        g->x = d->x[i];
        g->T_min = fmin(g->T_min, d->T[i]);
        g->T_max = fmax(g->T_max, d->T[i]);
    }
    for (size_t k = 0; k < index.n; k++) {
        grid *g = &grids[k];
        double shape = job->par.r + g->x, low, high, unused;
        range_of(job, shape, job->par.alpha + g->T_max, &low, &unused);
        range_of(job, shape, job->par.alpha + g->T_min, &unused, &high);
        g->step = density_step(shape);
        g->first = low;
        g->n = (size_t)(high - low) + 1;
        g->lambda = KEPT_NEW_N(arena, double, g->n);
        g->mean = KEPT_NEW_N(arena, double, g->n);
        if (!g->lambda || !g->mean)
            return kept_nomem(err);
    }
    job->grids = grids;
    job->which = which;
    *ret_grids = index.n;
    return KEPT_OK;
}

static void fill_grid(void *context, size_t k)
{
    const discount_job *job = context;
    grid *g = &job->grids[k];
    kept_beta_node node[KEPT_BETA_NODES];
    size_t n = kept_bgnbd__beta_nodes(job->par.a, job->par.b + g->x, 1.0 / 16.0, node);
    for (size_t j = 0; j < g->n; j++) {
        double lambda = exp((g->first + (double)j) * g->step), sum = 0.0;
        for (size_t i = 0; i < n; i++) {
            double rate = lambda * node[i].p + job->discount;
            double span = rate * job->horizon;
            sum += node[i].w * (span < 1e-290 ? job->horizon : -expm1(-span) / rate);
        }
        g->lambda[j] = lambda;
        g->mean[j] = lambda * sum;
    }
}

static double discounted_row(const discount_job *job, size_t i)
{
    const grid *g = &job->grids[job->which[i]];
    double shape = job->par.r + g->x, rate = job->par.alpha + job->data->T[i], low, high;
    range_of(job, shape, rate, &low, &high);
    double log_rate = log(rate), constant = shape * log_rate - kept_lgamma(shape), sum = 0.0;
    size_t from = (size_t)(low - g->first), to = (size_t)(high - g->first);
    for (size_t j = from; j <= to && j < g->n; j++) {
        double y = (g->first + (double)j) * g->step;
        sum += g->mean[j] * exp(constant + shape * y - rate * g->lambda[j]);
    }
    return kept_bgnbd__alive(job->data, i, job->par) * g->step * sum;
}

static void discount_block(void *context, size_t from, size_t to)
{
    const discount_job *job = context;
    for (size_t i = from; i < to; i++)
        job->out[i] = discounted_row(job, i);
}

/* No discount, no end: E[1 / p] orders of a customer who is alive. */
static void undiscounted(const discount_job *job)
{
    double a = job->par.a;
    for (size_t i = 0; i < job->data->n; i++) {
        double b = job->par.b + job->data->x[i];
        double alive = kept_bgnbd__alive(job->data, i, job->par);
        job->out[i] = a > 1.0 ? alive * (a + b - 1.0) / (a - 1.0) : alive > 0.0 ? INFINITY : 0.0;
    }
}

kept_status kept_bgnbd_discounted(const kept_bgnbd_data *data, kept_bgnbd_par par, double horizon,
                                  double discount, size_t threads, kept_arena *scratch,
                                  double *ret_discounted, kept_err *err)
{
    KEPT_TRY(kept_bgnbd__check_par(par, err));
    if (!(horizon >= 0.0))
        return kept_fail(err, KEPT_EARG, "A horizon of %g is not a time of 0 or more.", horizon);
    if (!(discount >= 0.0) || !isfinite(discount))
        return kept_fail(err, KEPT_EARG, "A discount of %g is not a rate of 0 or more.", discount);
    if (discount == 0.0 && isfinite(horizon))
        return kept_bgnbd_orders(data, par, horizon, threads, ret_discounted, NULL, err);
    KEPT_TRY(kept_bgnbd__check_data(data, err));
    discount_job job = {data, par, horizon, discount, NULL, NULL, ret_discounted};
    if (discount == 0.0) {
        undiscounted(&job);
        return KEPT_OK;
    }
    if (horizon == 0.0) {
        for (size_t i = 0; i < data->n; i++)
            ret_discounted[i] = 0.0;
        return KEPT_OK;
    }
    kept_arena_mark mark = kept_arena_get_mark(scratch);
    size_t n_grids = 0;
    kept_status status = lay_out(&job, scratch, &n_grids, err);
    if (status == KEPT_OK) {
        kept_parallel_for(n_grids, threads, fill_grid, &job);
        kept_bgnbd__for_rows(data->n, threads, discount_block, &job);
    }
    kept_arena_rewind(scratch, mark);
    return status;
}
