/* BG/NBD: likelihood with first and second derivatives, and its maximum.
 *
 * With u = (ln r, ln alpha, ln a, ln b), z(t) = t / (alpha + t) and L(t) = ln(1 + t / alpha), the
 * log-likelihood of one customer is the sum of
 *
 *   time    -(r + x) L(T) - x ln alpha                             depends on T (and x linearly)
 *   counts  ln Gamma(r + x) / Gamma(r) - sum_{j < x} ln(1 + a / (b + j))      depends on x
 *   ended   ln(1 + e^d), d = ln a / (b + x - 1) + (r + x) (L(T) - L(t_x))     only where x > 0
 *
 * The first two are summed over distinct times and distinct x; only the third costs an exp and a
 * log per row. L rather than ln(alpha + t) keeps all digits when alpha is far above every t. */
#include <math.h>
#include <string.h>

#include "kept/parallel.h"
#include "kept/special.h"
#include "math/newton.h"
#include "models/worth/bgnbd_int.h"
#include "models/worth/index.h"

enum { N_SUMS = 18, FIT_BLOCK = 2048, LONG_GAP = 256 };

typedef struct time_point { /* one distinct time, with the customers observed for exactly that long
                             */
    double t;
    double w, wx;    /* their weight and their weighted repeat orders */
    double L, z, zz; /* at the present alpha: see above; zz = z (1 - z) */
} time_point;

typedef struct count_point { /* one distinct x > 0 */
    uint32_t x;
    double w;                 /* customers with at least this many repeat orders */
    double log_odds, db, dbb; /* ln a / (b + x - 1) and its derivatives in ln b */
} count_point;

typedef struct plan { /* the data, arranged for evaluation; tables are refilled at each point */
    size_t n_times, n_counts, n; /* n: rows with x > 0 and w > 0 */
    time_point *times;
    count_point *counts;
    uint32_t *i_T, *i_tx, *i_x; /* of each row, into the tables */
    double *w;
    double customers, orders; /* weighted */
    double mean_T;
    size_t distinct;
    size_t threads;
    double (*sums)[N_SUMS]; /* one line per block */
    kept_bgnbd_par par;
} plan;

/* ---- Arranging the data ---- */

static uint64_t time_key(double t)
{
    uint64_t bits;
    t += 0.0; /* -0 and 0 are one time */
    memcpy(&bits, &t, sizeof bits);
    return bits;
}

/* Puts the counts in ascending order and turns weights into "this many or more". */
static bool order_counts(plan *p, kept_arena *arena)
{
    uint32_t *place = KEPT_NEW_N(arena, uint32_t, p->n_counts);
    count_point *sorted = KEPT_NEW_N(arena, count_point, p->n_counts);
    uint32_t *from = KEPT_NEW_N(arena, uint32_t, p->n_counts);
    if (!place || !sorted || !from)
        return false;
    for (uint32_t i = 0; i < p->n_counts; i++)
        from[i] = i;
    for (size_t gap = p->n_counts / 2; gap > 0; gap /= 2) /* shell sort: short lists */
        for (size_t i = gap; i < p->n_counts; i++) {
            uint32_t item = from[i];
            size_t j = i;
            for (; j >= gap && p->counts[from[j - gap]].x > p->counts[item].x; j -= gap)
                from[j] = from[j - gap];
            from[j] = item;
        }
    double above = 0.0;
    for (size_t i = p->n_counts; i-- > 0;) {
        sorted[i] = p->counts[from[i]];
        above += sorted[i].w;
        sorted[i].w = above;
        place[from[i]] = (uint32_t)i;
    }
    p->counts = sorted;
    for (size_t i = 0; i < p->n; i++)
        p->i_x[i] = place[p->i_x[i]];
    return true;
}

static void arrange_row(plan *p, const kept_bgnbd_data *d, size_t i, kept_index *times,
                        kept_index *counts, double *sum_T)
{
    double w = d->w ? d->w[i] : 1.0;
    if (w == 0.0)
        return;
    uint32_t i_T = kept_index__of(times, time_key(d->T[i]));
    p->times[i_T].t = d->T[i];
    p->times[i_T].w += w;
    p->times[i_T].wx += w * d->x[i];
    p->customers += w;
    p->orders += w * d->x[i];
    p->distinct++;
    *sum_T += w * d->T[i];
    if (d->x[i] == 0)
        return;
    uint32_t i_tx = kept_index__of(times, time_key(d->t_x[i]));
    uint32_t i_x = kept_index__of(counts, d->x[i]);
    p->times[i_tx].t = d->t_x[i];
    p->counts[i_x].x = d->x[i];
    p->counts[i_x].w += w;
    p->i_T[p->n] = i_T;
    p->i_tx[p->n] = i_tx;
    p->i_x[p->n] = i_x;
    p->w[p->n++] = w;
}

static kept_status make_plan(const kept_bgnbd_data *d, size_t threads, kept_arena *arena, plan *p,
                             kept_err *err)
{
    if (d->n >= UINT32_MAX / 2)
        return kept_fail(err, KEPT_EARG, "%zu rows are more than one fit can take.", d->n);
    memset(p, 0, sizeof *p);
    p->threads = threads;
    kept_index times, counts;
    size_t blocks = d->n / FIT_BLOCK + 1;
    p->times = KEPT_NEW_N(arena, time_point, 2 * d->n);
    p->counts = KEPT_NEW_N(arena, count_point, d->n);
    p->i_T = KEPT_NEW_N(arena, uint32_t, d->n);
    p->i_tx = KEPT_NEW_N(arena, uint32_t, d->n);
    p->i_x = KEPT_NEW_N(arena, uint32_t, d->n);
    p->w = KEPT_NEW_N(arena, double, d->n);
    p->sums = kept_arena_alloc(arena, blocks, sizeof *p->sums);
    if (!p->times || !p->counts || !p->i_T || !p->i_tx || !p->i_x || !p->w || !p->sums ||
        !kept_index__make(&times, 2 * d->n, arena) || !kept_index__make(&counts, d->n, arena))
        return kept_nomem(err);
    double sum_T = 0.0;
    for (size_t i = 0; i < d->n; i++)
        arrange_row(p, d, i, &times, &counts, &sum_T);
    p->n_times = times.n;
    p->n_counts = counts.n;
    p->mean_T = p->customers > 0.0 ? sum_T / p->customers : 0.0;
    return order_counts(p, arena) ? KEPT_OK : kept_nomem(err);
}

/* ---- Evaluation ---- */

/* What the three parts add to f, gradient and Hessian, all over log-parameters. */
typedef struct total {
    double f, g[KEPT_BGNBD_N_PAR], h[KEPT_BGNBD_N_PAR][KEPT_BGNBD_N_PAR]; /* h: upper half */
} total;

static void add_times(plan *p, total *s)
{
    double r = p->par.r, alpha = p->par.alpha;
    double sum_L = 0.0, sum_z = 0.0, f = 0.0, z_all = 0.0, zz_all = 0.0;
    for (size_t i = 0; i < p->n_times; i++) {
        time_point *t = &p->times[i];
        t->L = log1p(t->t / alpha);
        t->z = t->t / (alpha + t->t);
        t->zz = t->z * (alpha / (alpha + t->t));
        double weight = r * t->w + t->wx;
        f += weight * t->L;
        sum_L += t->w * t->L;
        sum_z += t->w * t->z;
        z_all += weight * t->z;
        zz_all += weight * t->zz;
    }
    s->f -= f + p->orders * log(alpha);
    s->g[0] -= r * sum_L;
    s->g[1] += z_all - p->orders;
    s->h[0][0] -= r * sum_L;
    s->h[0][1] += r * sum_z;
    s->h[1][1] -= zz_all;
}

/* Sums over j in [from, to) of ln(v + j), 1 / (v + j), 1 / (v + j)^2. */
static void rise(double v, uint32_t from, uint32_t to, double sum[3])
{
    sum[0] = sum[1] = sum[2] = 0.0;
    if (to - from > LONG_GAP) {
        double gap = (double)(to - from);
        sum[0] = kept_lgamma_rise(v + from, gap);
        sum[1] = kept_digamma_rise(v + from, gap);
        sum[2] = -kept_trigamma_rise(v + from, gap);
        return;
    }
    for (uint32_t j = from; j < to; j++) {
        double inverse = 1.0 / (v + j);
        sum[0] += log(v + j);
        sum[1] += inverse;
        sum[2] += inverse * inverse;
    }
}

/* Sum over j in [from, to) of ln(1 + a / (b + j)), without cancellation when b is far above a. */
static double log_ratio(double a, double b, uint32_t from, uint32_t to, double rise_b,
                        double rise_ab)
{
    if (to - from > LONG_GAP)
        return rise_ab - rise_b;
    double sum = 0.0;
    for (uint32_t j = from; j < to; j++)
        sum += log1p(a / (b + j));
    return sum;
}

static void add_counts(plan *p, total *s)
{
    double r = p->par.r, a = p->par.a, b = p->par.b;
    uint32_t from = 0;
    for (size_t i = 0; i < p->n_counts; i++) {
        count_point *c = &p->counts[i];
        double in_r[3], in_b[3], in_ab[3];
        rise(r, from, c->x, in_r);
        rise(b, from, c->x, in_b);
        rise(a + b, from, c->x, in_ab);
        s->f += c->w * (in_r[0] - log_ratio(a, b, from, c->x, in_b[0], in_ab[0]));
        s->g[0] += c->w * r * in_r[1];
        s->h[0][0] += c->w * r * (in_r[1] - r * in_r[2]);
        s->g[2] -= c->w * a * in_ab[1];
        s->h[2][2] -= c->w * a * (in_ab[1] - a * in_ab[2]);
        s->h[2][3] += c->w * a * b * in_ab[2];
        double slope_b = in_b[1] - in_ab[1];
        s->g[3] += c->w * b * slope_b;
        s->h[3][3] += c->w * b * (slope_b - b * (in_b[2] - in_ab[2]));
        from = c->x;
        double rest = b + (c->x - 1.0);
        c->log_odds = log(a / rest);
        c->db = -b / rest;
        c->dbb = -b * (c->x - 1.0) / (rest * rest);
    }
}

/* One block of the third part. Sums: 0 f; 1-4 q times the gradient of d (3: q alone); 5-8 q times
 * its second derivatives (r alpha, alpha alpha, b b); 8-17 q (1 - q) times the outer products. */
static void add_ended(void *context, size_t block)
{
    const plan *p = context;
    double r = p->par.r, sum[N_SUMS] = {0};
    size_t from = block * FIT_BLOCK;
    size_t to = p->n - from < FIT_BLOCK ? p->n : from + FIT_BLOCK;
    for (size_t i = from; i < to; i++) {
        const time_point *T = &p->times[p->i_T[i]], *tx = &p->times[p->i_tx[i]];
        const count_point *c = &p->counts[p->i_x[i]];
        double rx = r + c->x, gap = T->L - tx->L, dz = tx->z - T->z;
        double d = c->log_odds + rx * gap;
        double e = exp(-fabs(d));
        double top = d > 0.0 ? 1.0 : e;
        double q = top / (1.0 + e);
        double w = p->w[i], wq = w * q, v = wq * (1.0 - q);
        double d1 = r * gap, d2 = rx * dz, d4 = c->db;
        sum[0] += w * ((d > 0.0 ? d : 0.0) + log(1.0 + e));
        sum[1] += wq * d1;
        sum[2] += wq * d2;
        sum[3] += wq;
        sum[4] += wq * d4;
        sum[5] += wq * dz;
        sum[6] += wq * rx * (T->zz - tx->zz);
        sum[7] += wq * c->dbb;
        sum[8] += v * d1 * d1;
        sum[9] += v * d1 * d2;
        sum[10] += v * d1;
        sum[11] += v * d1 * d4;
        sum[12] += v * d2 * d2;
        sum[13] += v * d2;
        sum[14] += v * d2 * d4;
        sum[15] += v;
        sum[16] += v * d4;
        sum[17] += v * d4 * d4;
    }
    memcpy(p->sums[block], sum, sizeof sum);
}

static void sum_ended(plan *p, total *s)
{
    size_t blocks = p->n / FIT_BLOCK + (p->n % FIT_BLOCK != 0);
    kept_parallel_for(blocks, p->threads, add_ended, p);
    double sum[N_SUMS] = {0};
    for (size_t k = 0; k < blocks; k++)
        for (size_t j = 0; j < N_SUMS; j++)
            sum[j] += p->sums[k][j];
    s->f += sum[0];
    for (size_t j = 0; j < KEPT_BGNBD_N_PAR; j++)
        s->g[j] += sum[1 + j];
    const double *outer = sum + 8;
    for (size_t i = 0; i < KEPT_BGNBD_N_PAR; i++)
        for (size_t j = i; j < KEPT_BGNBD_N_PAR; j++)
            s->h[i][j] += *outer++;
    s->h[0][0] += sum[1];
    s->h[0][1] += p->par.r * sum[5];
    s->h[1][1] += sum[6];
    s->h[3][3] += sum[7];
}

static void evaluate(plan *p, kept_bgnbd_par par, total *s)
{
    memset(s, 0, sizeof *s);
    p->par = par;
    add_times(p, s);
    add_counts(p, s);
    sum_ended(p, s);
    for (size_t i = 0; i < KEPT_BGNBD_N_PAR; i++)
        for (size_t j = 0; j < i; j++)
            s->h[i][j] = s->h[j][i];
}

kept_status kept_bgnbd_loglik(const kept_bgnbd_data *data, kept_bgnbd_par par, size_t threads,
                              kept_arena *scratch, double *ret_loglik, double *ret_gradient,
                              double (*ret_hessian)[KEPT_BGNBD_N_PAR], kept_err *err)
{
    KEPT_TRY(kept_bgnbd__check_data(data, err));
    KEPT_TRY(kept_bgnbd__check_par(par, err));
    kept_arena_mark mark = kept_arena_get_mark(scratch);
    plan p;
    kept_status status = make_plan(data, threads, scratch, &p, err);
    if (status == KEPT_OK) {
        total s;
        evaluate(&p, par, &s);
        *ret_loglik = s.f;
        if (ret_gradient)
            memcpy(ret_gradient, s.g, sizeof s.g);
        if (ret_hessian)
            memcpy(ret_hessian, s.h, sizeof s.h);
    }
    kept_arena_rewind(scratch, mark);
    return status;
}

/* ---- The fit ---- */

static void evaluate_log(void *context, const double *u, double *ret_f, double *ret_gradient,
                         double (*ret_hessian)[KEPT_NEWTON_MAX])
{
    total s;
    evaluate(context, (kept_bgnbd_par){exp(u[0]), exp(u[1]), exp(u[2]), exp(u[3])}, &s);
    *ret_f = s.f;
    for (size_t i = 0; i < KEPT_BGNBD_N_PAR; i++) {
        ret_gradient[i] = s.g[i];
        for (size_t j = 0; j < KEPT_BGNBD_N_PAR; j++)
            ret_hessian[i][j] = s.h[i][j];
    }
}

static kept_status resolve_opts(const kept_bgnbd_opts *opts, kept_bgnbd_opts *ret_opts,
                                kept_err *err)
{
    static const kept_bgnbd_opts defaults = KEPT_BGNBD_OPTS_INIT;
    kept_bgnbd_opts o = opts ? *opts : defaults;
    const double start[] = {o.start.r, o.start.alpha, o.start.a, o.start.b};
    for (size_t i = 0; i < KEPT_BGNBD_N_PAR; i++)
        if (!(start[i] >= 0.0) || !isfinite(start[i]))
            return kept_fail(err, KEPT_EARG, "The starting value %g of %s must be above 0.",
                             start[i], kept_bgnbd_par_name[i]);
    if (!(o.step_tol > 0.0) || o.max_eval < 1 || !(o.level > 0.0 && o.level < 1.0))
        return kept_fail(err, KEPT_EARG,
                         "A fit needs a step tolerance above 0, at least one evaluation and a "
                         "level between 0 and 1.");
    *ret_opts = o;
    return KEPT_OK;
}

/* The box is wide enough for any firm: beyond it customers are alike to a part in a thousand (r, a
 * + b large) or nobody ever orders or leaves (r, a / b small). alpha goes with r and the time unit.
 */
static void set_problem(const plan *p, kept_bgnbd_par from, kept_newton_problem *problem)
{
    const double start[] = {from.r > 0.0 ? from.r : 1.0, from.alpha > 0.0 ? from.alpha : p->mean_T,
                            from.a > 0.0 ? from.a : 1.0, from.b > 0.0 ? from.b : 1.0};
    const double unit[] = {1.0, p->mean_T, 1.0, 1.0};
    const double low[] = {1e-6, 1e-9, 1e-7, 1e-7}, high[] = {1e6, 1e9, 1e6, 1e6};
    for (size_t i = 0; i < KEPT_BGNBD_N_PAR; i++) {
        problem->start[i] = log(start[i]);
        problem->lower[i] = log(low[i] * unit[i]);
        problem->upper[i] = log(high[i] * unit[i]);
    }
}

static void fill_errors(const kept_newton_result *at, double level, kept_bgnbd_fit *fit)
{
    const double par[] = {fit->par.r, fit->par.alpha, fit->par.a, fit->par.b};
    double cov[KEPT_NEWTON_MAX][KEPT_NEWTON_MAX];
    bool known = fit->converged &&
                 kept_newton_covariance(KEPT_BGNBD_N_PAR,
                                        (const double(*)[KEPT_NEWTON_MAX])at->hessian, cov);
    double z = kept_normal_quantile(0.5 + 0.5 * level);
    for (size_t i = 0; i < KEPT_BGNBD_N_PAR; i++) {
        for (size_t j = 0; j < KEPT_BGNBD_N_PAR; j++)
            fit->cov_log[i][j] = known ? cov[i][j] : NAN;
        double sd = sqrt(fit->cov_log[i][i]);
        fit->se[i] = par[i] * sd;
        fit->low[i] = par[i] * exp(-z * sd);
        fit->high[i] = par[i] * exp(z * sd);
    }
}

/* Where hardly anybody leaves, the likelihood can have a maximum beside a slope that leads to the
 * edge: hence the other places to climb from. */
static kept_status climb(plan *p, const kept_bgnbd_opts *o, kept_newton_result *ret_at,
                         kept_err *err)
{
    static const kept_bgnbd_par elsewhere[] = {{0, 0, .02, .5}, {.3, 0, .3, 10}, {10, 0, .1, 5}};
    kept_newton_problem problem = {.n = KEPT_BGNBD_N_PAR,
                                   .fn = evaluate_log,
                                   .context = p,
                                   .step_tol = o->step_tol,
                                   .max_eval = o->max_eval};
    set_problem(p, o->start, &problem);
    enum { PLACES = sizeof elsewhere / sizeof elsewhere[0] };
    double starts[PLACES][KEPT_NEWTON_MAX];
    for (size_t i = 0; i < PLACES; i++) {
        kept_newton_problem there = problem;
        set_problem(p, elsewhere[i], &there);
        memcpy(starts[i], there.start, sizeof starts[i]);
    }
    return kept_newton_maximise_from(&problem, PLACES, (const double(*)[KEPT_NEWTON_MAX])starts,
                                     ret_at, err);
}

static kept_status run(plan *p, const kept_bgnbd_opts *o, kept_bgnbd_fit *fit, kept_err *err)
{
    kept_newton_result at;
    memset(&at, 0, sizeof at);
    fit->customers = p->customers;
    fit->distinct_rows = p->distinct;
    fit->par = (kept_bgnbd_par){NAN, NAN, NAN, NAN};
    fit->loglik = fit->gradient_norm = NAN;
    fit->stop = KEPT_STOP_NOT_IDENTIFIED;
    /* Four parameters need at least four customers and someone who came back. */
    if (p->customers >= KEPT_BGNBD_N_PAR && p->orders > 0.0) {
        KEPT_TRY(climb(p, o, &at, err));
        fit->par = (kept_bgnbd_par){exp(at.u[0]), exp(at.u[1]), exp(at.u[2]), exp(at.u[3])};
        fit->loglik = at.f;
        fit->n_eval = at.n_eval;
        fit->stop = at.stop;
        fit->gradient_norm = 0.0;
        for (size_t i = 0; i < KEPT_BGNBD_N_PAR; i++)
            fit->gradient_norm = fmax(fit->gradient_norm, fabs(at.gradient[i]));
    }
    fit->converged = kept_stop_converged(fit->stop);
    fit->aic = 2.0 * KEPT_BGNBD_N_PAR - 2.0 * fit->loglik;
    fit->bic = KEPT_BGNBD_N_PAR * log(p->customers) - 2.0 * fit->loglik;
    fill_errors(&at, o->level, fit);
    return KEPT_OK;
}

kept_status kept_bgnbd_fit_ml(const kept_bgnbd_data *data, const kept_bgnbd_opts *opts,
                              kept_arena *scratch, kept_bgnbd_fit *ret_fit, kept_err *err)
{
    kept_bgnbd_opts o = KEPT_BGNBD_OPTS_INIT;
    KEPT_TRY(resolve_opts(opts, &o, err));
    KEPT_TRY(kept_bgnbd__check_data(data, err));
    kept_arena_mark mark = kept_arena_get_mark(scratch);
    plan p;
    kept_bgnbd_fit fit;
    memset(&fit, 0, sizeof fit);
    kept_status status = make_plan(data, o.threads, scratch, &p, err);
    if (status == KEPT_OK)
        status = run(&p, &o, &fit, err);
    kept_arena_rewind(scratch, mark);
    if (status == KEPT_OK)
        *ret_fit = fit;
    return status;
}
