/* BG/NBD: predictions over columns. */
#include <math.h>
#include <string.h>

#include "models/worth/bgnbd_int.h"

/* ---- A customer of whom only the first order is known ---- */

kept_status kept_bgnbd_expected(kept_bgnbd_par par, size_t n, const double *t, double *ret_mean,
                                kept_err *err)
{
    KEPT_TRY(kept_bgnbd__check_par(par, err));
    for (size_t i = 0; i < n; i++)
        KEPT_TRY(kept_bgnbd__check_horizon(t[i], err));
    for (size_t i = 0; i < n; i++)
        kept_bgnbd__moments(par, t[i], &ret_mean[i], NULL);
    return KEPT_OK;
}

static void fill_pmf(kept_bgnbd_par par, double t, double alive, size_t n, double *ret_p,
                     double *ret_tail)
{
    kept_bgnbd_walk walk = kept_bgnbd__walk(par, t);
    for (size_t k = 0; k < n; k++)
        ret_p[k] = alive * kept_bgnbd__step(&walk) + (k == 0 ? 1.0 - alive : 0.0);
    if (ret_tail)
        *ret_tail = n == 0 ? 1.0 : alive * kept_bgnbd__beyond(par, t, (double)n);
}

kept_status kept_bgnbd_pmf(kept_bgnbd_par par, double t, size_t n, double *ret_p, double *ret_tail,
                           kept_err *err)
{
    KEPT_TRY(kept_bgnbd__check_par(par, err));
    KEPT_TRY(kept_bgnbd__check_horizon(t, err));
    fill_pmf(par, t, 1.0, n, ret_p, ret_tail);
    return KEPT_OK;
}

/* ---- Tracking ---- */

/* E[X(t)] / t as a Chebyshev series in v = ln(1 + t / alpha), in which it is smooth over its whole
 * range: thousands of (cohort, period) pairs then cost one short sum each. */
enum { N_CHEB = 64 };

typedef struct curve {
    double alpha, width, c[N_CHEB];
} curve;

static void fit_curve(kept_bgnbd_par par, double t_max, curve *f)
{
    const double pi = 3.14159265358979323846;
    double value[N_CHEB];
    f->alpha = par.alpha;
    f->width = log1p(t_max / par.alpha);
    for (int j = 0; j < N_CHEB; j++) {
        double v = 0.5 * f->width * (1.0 + cos(pi * (j + 0.5) / N_CHEB));
        double t = par.alpha * expm1(v);
        kept_bgnbd__moments(par, t, &value[j], NULL);
        value[j] /= t;
    }
    for (int k = 0; k < N_CHEB; k++) {
        double sum = 0.0;
        for (int j = 0; j < N_CHEB; j++)
            sum += value[j] * cos(pi * k * (j + 0.5) / N_CHEB);
        f->c[k] = (k == 0 ? 1.0 : 2.0) / N_CHEB * sum;
    }
}

static double curve_at(const curve *f, double t)
{
    double y = 2.0 * log1p(t / f->alpha) / f->width - 1.0, d = 0.0, dd = 0.0;
    for (int k = N_CHEB - 1; k > 0; k--) { /* Clenshaw */
        double keep = d;
        d = 2.0 * y * d - dd + f->c[k];
        dd = keep;
    }
    return t * (y * d - dd + f->c[0]);
}

static kept_status check_track(size_t n_start, const double *start, const double *w, size_t n_end,
                               const double *end, double *ret_longest, kept_err *err)
{
    double first = INFINITY, last = -INFINITY;
    for (size_t i = 0; i < n_start; i++) {
        if (!isfinite(start[i]) || (w && !(w[i] >= 0.0 && isfinite(w[i]))))
            return kept_fail(err, KEPT_EARG, "Cohort %zu has no finite start or weight.", i);
        first = fmin(first, start[i]);
    }
    for (size_t k = 0; k < n_end; k++) {
        if (!isfinite(end[k]))
            return kept_fail(err, KEPT_EARG, "Period %zu has no finite end.", k);
        last = fmax(last, end[k]);
    }
    *ret_longest = last - first;
    return KEPT_OK;
}

kept_status kept_bgnbd_track(kept_bgnbd_par par, size_t n_start, const double *start,
                             const double *w, size_t n_end, const double *end,
                             double *ret_cumulative, kept_err *err)
{
    KEPT_TRY(kept_bgnbd__check_par(par, err));
    double longest = 0.0;
    KEPT_TRY(check_track(n_start, start, w, n_end, end, &longest, err));
    bool few = n_start < 4 * N_CHEB / (n_end ? n_end : 1);
    curve f = {0};
    if (!few && longest > 0.0)
        fit_curve(par, longest, &f);
    for (size_t k = 0; k < n_end; k++) {
        double sum = 0.0;
        for (size_t i = 0; i < n_start; i++) {
            double t = end[k] - start[i], mean;
            if (!(t > 0.0))
                continue;
            if (few)
                kept_bgnbd__moments(par, t, &mean, NULL);
            else
                mean = curve_at(&f, t);
            sum += (w ? w[i] : 1.0) * mean;
        }
        ret_cumulative[k] = sum;
    }
    return KEPT_OK;
}

/* ---- Customers with a history ---- */

typedef struct predict_job {
    const kept_bgnbd_data *data;
    kept_bgnbd_par par;
    double horizon;
    double *mean, *variance, *p;
    size_t n_prob;
    const double *prob;
    uint32_t *quantile;
} predict_job;

static kept_status check_job(const predict_job *job, kept_err *err)
{
    KEPT_TRY(kept_bgnbd__check_par(job->par, err));
    KEPT_TRY(kept_bgnbd__check_horizon(job->horizon, err));
    return kept_bgnbd__check_data(job->data, err);
}

static void alive_block(void *context, size_t from, size_t to)
{
    const predict_job *job = context;
    for (size_t i = from; i < to; i++)
        job->p[i] = kept_bgnbd__alive(job->data, i, job->par);
}

kept_status kept_bgnbd_p_alive(const kept_bgnbd_data *data, kept_bgnbd_par par, size_t threads,
                               double *ret_p, kept_err *err)
{
    predict_job job = {.data = data, .par = par, .p = ret_p};
    KEPT_TRY(check_job(&job, err));
    kept_bgnbd__for_rows(data->n, threads, alive_block, &job);
    return KEPT_OK;
}

static void order_block(void *context, size_t from, size_t to)
{
    const predict_job *job = context;
    for (size_t i = from; i < to; i++) {
        kept_bgnbd_par now = kept_bgnbd__update(job->data, i, job->par);
        job->p[i] = kept_bgnbd__alive(job->data, i, job->par) *
                    -expm1(-now.r * log1p(job->horizon / now.alpha));
    }
}

kept_status kept_bgnbd_p_order(const kept_bgnbd_data *data, kept_bgnbd_par par, double horizon,
                               size_t threads, double *ret_p, kept_err *err)
{
    predict_job job = {.data = data, .par = par, .horizon = horizon, .p = ret_p};
    KEPT_TRY(check_job(&job, err));
    kept_bgnbd__for_rows(data->n, threads, order_block, &job);
    return KEPT_OK;
}

static void moments_block(void *context, size_t from, size_t to)
{
    const predict_job *job = context;
    for (size_t i = from; i < to; i++) {
        double alive = kept_bgnbd__alive(job->data, i, job->par), mean, pairs = 0.0;
        kept_bgnbd__moments(kept_bgnbd__update(job->data, i, job->par), job->horizon, &mean,
                            job->variance ? &pairs : NULL);
        job->mean[i] = alive * mean;
        if (job->variance)
            job->variance[i] = alive * (pairs + mean * (1.0 - alive * mean));
    }
}

kept_status kept_bgnbd_orders(const kept_bgnbd_data *data, kept_bgnbd_par par, double horizon,
                              size_t threads, double *ret_mean, double *ret_variance, kept_err *err)
{
    predict_job job = {
        .data = data, .par = par, .horizon = horizon, .mean = ret_mean, .variance = ret_variance};
    KEPT_TRY(check_job(&job, err));
    kept_bgnbd__for_rows(data->n, threads, moments_block, &job);
    return KEPT_OK;
}

/* Smallest k >= low with alive P(X > k) <= 1 - prob, by bisection on the closed form. */
static double far_quantile(kept_bgnbd_par par, double t, double alive, double prob, double low)
{
    double high = 2.0 * low + 1.0;
    while (high < UINT32_MAX && alive * kept_bgnbd__beyond(par, t, high + 1.0) > 1.0 - prob)
        high *= 2.0;
    high = fmin(high, UINT32_MAX);
    while (low < high) {
        double mid = floor(0.5 * (low + high));
        if (alive * kept_bgnbd__beyond(par, t, mid + 1.0) > 1.0 - prob)
            low = mid + 1.0;
        else
            high = mid;
    }
    return high;
}

static void quantiles_of_row(const predict_job *job, size_t i)
{
    const double walk_at_most = 4096.0;
    kept_bgnbd_par now = kept_bgnbd__update(job->data, i, job->par);
    double alive = kept_bgnbd__alive(job->data, i, job->par);
    kept_bgnbd_walk walk = kept_bgnbd__walk(now, job->horizon);
    uint32_t *out = job->quantile + i * job->n_prob;
    double k = 0.0;
    kept_bgnbd__step(&walk); /* walk.beyond is now P(X >= k + 1) */
    for (size_t j = 0; j < job->n_prob; j++) {
        double over = 1.0 - job->prob[j];
        while (k < walk_at_most && alive * walk.beyond > over) {
            kept_bgnbd__step(&walk);
            k += 1.0;
        }
        if (alive * walk.beyond > over)
            k = far_quantile(now, job->horizon, alive, job->prob[j], k);
        out[j] = (uint32_t)k;
        if (k > walk_at_most)
            walk.beyond = 1.0; /* the walk has been left behind: ask the closed form from now on */
    }
}

static void quantile_block(void *context, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        quantiles_of_row(context, i);
}

kept_status kept_bgnbd_order_quantiles(const kept_bgnbd_data *data, kept_bgnbd_par par,
                                       double horizon, size_t n_prob, const double *prob,
                                       size_t threads, uint32_t *ret_q, kept_err *err)
{
    predict_job job = {.data = data,
                       .par = par,
                       .horizon = horizon,
                       .n_prob = n_prob,
                       .prob = prob,
                       .quantile = ret_q};
    KEPT_TRY(check_job(&job, err));
    KEPT_TRY(kept_bgnbd__check_probs(n_prob, prob, err));
    kept_bgnbd__for_rows(data->n, threads, quantile_block, &job);
    return KEPT_OK;
}

/* ---- One customer's whole distribution ---- */

static kept_status check_one(const kept_bgnbd_data *data, size_t row, kept_bgnbd_par par,
                             double horizon, kept_err *err)
{
    if (row >= data->n)
        return kept_fail(err, KEPT_EARG, "There is no row %zu among %zu.", row, data->n);
    kept_bgnbd_data one = {1, data->x + row, data->t_x + row, data->T + row, NULL};
    predict_job job = {.data = &one, .par = par, .horizon = horizon};
    return check_job(&job, err);
}

kept_status kept_bgnbd_order_pmf(const kept_bgnbd_data *data, size_t row, kept_bgnbd_par par,
                                 double horizon, size_t n, double *ret_p, double *ret_tail,
                                 kept_err *err)
{
    KEPT_TRY(check_one(data, row, par, horizon, err));
    fill_pmf(kept_bgnbd__update(data, row, par), horizon, kept_bgnbd__alive(data, row, par), n,
             ret_p, ret_tail);
    return KEPT_OK;
}

kept_status kept_bgnbd_order_limit(const kept_bgnbd_data *data, size_t row, kept_bgnbd_par par,
                                   double horizon, double tail, size_t *ret_n, kept_err *err)
{
    KEPT_TRY(check_one(data, row, par, horizon, err));
    if (!(tail > 0.0 && tail < 1.0))
        return kept_fail(err, KEPT_EARG, "A tail of %g does not lie between 0 and 1.", tail);
    double k = far_quantile(kept_bgnbd__update(data, row, par), horizon,
                            kept_bgnbd__alive(data, row, par), 1.0 - tail, 0.0);
    *ret_n = (size_t)k + 1;
    return KEPT_OK;
}
