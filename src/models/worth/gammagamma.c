/* Gamma-Gamma: likelihood with first and second derivatives, its maximum, expected spend.
 *
 * With C = ln(1 + gamma / (x m)) and B = ln(1 + x m / gamma), one customer's log-likelihood is
 *
 *   ln Gamma(p x + q) / Gamma(p x) - ln Gamma(q) - ln m - p x C - q B.
 *
 * The gamma functions are summed over distinct x; a row costs one logarithm. */
#include "kept/gammagamma.h"

#include <math.h>
#include <string.h>

#include "kept/parallel.h"
#include "kept/special.h"
#include "math/newton.h"
#include "models/worth/gammagamma_int.h"
#include "models/worth/index.h"

const char *const kept_gammagamma_par_name[KEPT_GAMMAGAMMA_N_PAR] = {"p", "q", "gamma"};

enum { N_SUMS = 6, FIT_BLOCK = 2048 };

typedef struct plan {
    size_t n, n_counts;
    double *x, *sum, *log_sum, *w; /* of rows in use; sum = x m, and its log */
    double *count, *count_w;       /* distinct x and their weights */
    double customers, left_out;
    double log_m; /* weighted sum of ln m */
    size_t threads;
    double (*sums)[N_SUMS];
    kept_gammagamma_par par;
} plan;

/* ---- Checks ---- */

kept_status kept_gammagamma__check_par(kept_gammagamma_par par, kept_err *err)
{
    const double value[] = {par.p, par.q, par.gamma};
    for (size_t i = 0; i < KEPT_GAMMAGAMMA_N_PAR; i++)
        if (!(value[i] > 0.0) || !isfinite(value[i]))
            return kept_fail(err, KEPT_EARG,
                             "The Gamma-Gamma parameter %s is %g; it must be above 0 (was the "
                             "model estimated?).",
                             kept_gammagamma_par_name[i], value[i]);
    return KEPT_OK;
}

kept_status kept_gammagamma__check_data(const kept_gammagamma_data *data, kept_err *err)
{
    for (size_t i = 0; i < data->n; i++) {
        if (data->x[i] > 0 && !(data->m[i] >= 0.0 && isfinite(data->m[i])))
            return kept_fail(err, KEPT_EARG,
                             "Row %zu has a mean spend of %g; it must be 0 or more (net returns "
                             "against orders first).",
                             i, data->m[i]);
        if (data->w && !(data->w[i] >= 0.0 && isfinite(data->w[i])))
            return kept_fail(err, KEPT_EARG, "Row %zu has a weight of %g; it must be 0 or more.", i,
                             data->w[i]);
    }
    return KEPT_OK;
}

/* ---- Arranging the data ---- */

static kept_status make_plan(const kept_gammagamma_data *d, size_t threads, kept_arena *arena,
                             plan *p, kept_err *err)
{
    if (d->n >= UINT32_MAX / 2)
        return kept_fail(err, KEPT_EARG, "%zu rows are more than one fit can take.", d->n);
    memset(p, 0, sizeof *p);
    p->threads = threads;
    kept_index index;
    p->x = KEPT_NEW_N(arena, double, d->n);
    p->sum = KEPT_NEW_N(arena, double, d->n);
    p->log_sum = KEPT_NEW_N(arena, double, d->n);
    p->w = KEPT_NEW_N(arena, double, d->n);
    p->count = KEPT_NEW_N(arena, double, d->n);
    p->count_w = KEPT_NEW_N(arena, double, d->n);
    p->sums = kept_arena_alloc(arena, d->n / FIT_BLOCK + 1, sizeof *p->sums);
    if (!p->x || !p->sum || !p->log_sum || !p->w || !p->count || !p->count_w || !p->sums ||
        !kept_index__make(&index, d->n, arena))
        return kept_nomem(err);
    for (size_t i = 0; i < d->n; i++) {
        double w = d->w ? d->w[i] : 1.0;
        if (w == 0.0)
            continue;
        if (d->x[i] == 0 || d->m[i] == 0.0) {
            p->left_out += w;
            continue;
        }
        uint32_t k = kept_index__of(&index, d->x[i]);
        p->count[k] = d->x[i];
        p->count_w[k] += w;
        p->x[p->n] = d->x[i];
        p->sum[p->n] = d->x[i] * d->m[i];
        p->log_sum[p->n] = log(p->sum[p->n]);
        p->w[p->n++] = w;
        p->customers += w;
        p->log_m += w * log(d->m[i]);
    }
    p->n_counts = index.n;
    return KEPT_OK;
}

/* ---- Evaluation ---- */

typedef struct total {
    double f, g[KEPT_GAMMAGAMMA_N_PAR], h[KEPT_GAMMAGAMMA_N_PAR][KEPT_GAMMAGAMMA_N_PAR];
} total;

static void add_counts(const plan *p, total *s)
{
    double P = p->par.p, Q = p->par.q;
    double log_gamma_q = kept_lgamma(Q), psi_q = kept_digamma(Q), psi1_q = kept_trigamma(Q);
    for (size_t k = 0; k < p->n_counts; k++) {
        double x = p->count[k], w = p->count_w[k], px = P * x;
        double psi_all = kept_digamma(px + Q), psi1_all = kept_trigamma(px + Q);
        double slope_p = kept_digamma_rise(px, Q), bend_p = kept_trigamma_rise(px, Q);
        s->f += w * (kept_lgamma_rise(px, Q) - log_gamma_q);
        s->g[0] += w * px * slope_p;
        s->g[1] += w * Q * (psi_all - psi_q);
        s->h[0][0] += w * px * (slope_p + px * bend_p);
        s->h[0][1] += w * px * Q * psi1_all;
        s->h[1][1] += w * Q * (psi_all - psi_q + Q * (psi1_all - psi1_q));
    }
}

/* Sums of w times: x C, B, x k, k, x k (1 - k), k (1 - k), where k = gamma / (gamma + x m). */
static void add_rows(void *context, size_t block)
{
    const plan *p = context;
    double gamma = p->par.gamma, log_gamma = log(gamma), sum[N_SUMS] = {0};
    size_t from = block * FIT_BLOCK;
    size_t to = p->n - from < FIT_BLOCK ? p->n : from + FIT_BLOCK;
    for (size_t i = from; i < to; i++) {
        double all = p->sum[i], log_u = p->log_sum[i] - log_gamma, x = p->x[i], w = p->w[i];
        double near = log1p(all < gamma ? all / gamma : gamma / all);
        double B = all < gamma ? near : near + log_u, C = all < gamma ? near - log_u : near;
        double k = gamma / (gamma + all), kk = k * (all / (gamma + all));
        sum[0] += w * x * C;
        sum[1] += w * B;
        sum[2] += w * x * k;
        sum[3] += w * k;
        sum[4] += w * x * kk;
        sum[5] += w * kk;
    }
    memcpy(p->sums[block], sum, sizeof sum);
}

static void evaluate(plan *p, kept_gammagamma_par par, total *s)
{
    memset(s, 0, sizeof *s);
    p->par = par;
    add_counts(p, s);
    size_t blocks = p->n / FIT_BLOCK + (p->n % FIT_BLOCK != 0);
    kept_parallel_for(blocks, p->threads, add_rows, p);
    double sum[N_SUMS] = {0}, P = par.p, Q = par.q;
    for (size_t b = 0; b < blocks; b++)
        for (size_t j = 0; j < N_SUMS; j++)
            sum[j] += p->sums[b][j];
    s->f -= p->log_m + P * sum[0] + Q * sum[1];
    s->g[0] -= P * sum[0];
    s->g[1] -= Q * sum[1];
    s->g[2] += Q * (p->customers - sum[3]) - P * sum[2];
    s->h[0][0] -= P * sum[0];
    s->h[1][1] -= Q * sum[1];
    s->h[0][2] -= P * sum[2];
    s->h[1][2] += Q * (p->customers - sum[3]);
    s->h[2][2] -= P * sum[4] + Q * sum[5];
    for (size_t i = 0; i < KEPT_GAMMAGAMMA_N_PAR; i++)
        for (size_t j = 0; j < i; j++)
            s->h[i][j] = s->h[j][i];
}

kept_status kept_gammagamma_loglik(const kept_gammagamma_data *data, kept_gammagamma_par par,
                                   size_t threads, kept_arena *scratch, double *ret_loglik,
                                   double *ret_gradient,
                                   double (*ret_hessian)[KEPT_GAMMAGAMMA_N_PAR], kept_err *err)
{
    KEPT_TRY(kept_gammagamma__check_data(data, err));
    KEPT_TRY(kept_gammagamma__check_par(par, err));
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
    evaluate(context, (kept_gammagamma_par){exp(u[0]), exp(u[1]), exp(u[2])}, &s);
    *ret_f = s.f;
    for (size_t i = 0; i < KEPT_GAMMAGAMMA_N_PAR; i++) {
        ret_gradient[i] = s.g[i];
        for (size_t j = 0; j < KEPT_GAMMAGAMMA_N_PAR; j++)
            ret_hessian[i][j] = s.h[i][j];
    }
}

static kept_status resolve_opts(const kept_gammagamma_opts *opts, kept_gammagamma_opts *ret_opts,
                                kept_err *err)
{
    static const kept_gammagamma_opts defaults = KEPT_GAMMAGAMMA_OPTS_INIT;
    kept_gammagamma_opts o = opts ? *opts : defaults;
    const double start[] = {o.start.p, o.start.q, o.start.gamma};
    for (size_t i = 0; i < KEPT_GAMMAGAMMA_N_PAR; i++)
        if (!(start[i] >= 0.0) || !isfinite(start[i]))
            return kept_fail(err, KEPT_EARG, "The starting value %g of %s must be above 0.",
                             start[i], kept_gammagamma_par_name[i]);
    if (!(o.step_tol > 0.0) || o.max_eval < 1 || !(o.level > 0.0 && o.level < 1.0))
        return kept_fail(err, KEPT_EARG,
                         "A fit needs a step tolerance above 0, at least one evaluation and a "
                         "level between 0 and 1.");
    *ret_opts = o;
    return KEPT_OK;
}

/* p or q at the top of the box: the spends of a customer, or the customers, are all alike. gamma is
 * measured by the geometric mean, which one enormous order does not move far. */
static void set_problem(const plan *p, kept_gammagamma_par from, kept_newton_problem *problem)
{
    double usual = exp(p->log_m / p->customers);
    const double start[] = {from.p > 0.0 ? from.p : 2.0, from.q > 0.0 ? from.q : 4.0,
                            from.gamma > 0.0 ? from.gamma : 1.5 * usual};
    const double unit[] = {1.0, 1.0, usual};
    const double low[] = {1e-6, 1e-6, 1e-12}, high[] = {1e6, 1e6, 1e12};
    for (size_t i = 0; i < KEPT_GAMMAGAMMA_N_PAR; i++) {
        problem->start[i] = log(start[i]);
        problem->lower[i] = log(low[i] * unit[i]);
        problem->upper[i] = log(high[i] * unit[i]);
    }
}

/* With very unequal customers a maximum can lie beside a slope that leads to the edge. */
static kept_status climb(plan *p, const kept_gammagamma_opts *o, kept_newton_result *ret_at,
                         kept_err *err)
{
    static const kept_gammagamma_par elsewhere[] = {{1, .5, 0}, {20, .5, 0}, {.1, .2, 0}};
    kept_newton_problem problem = {.n = KEPT_GAMMAGAMMA_N_PAR,
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

static void fill_errors(const kept_newton_result *at, double level, kept_gammagamma_fit *fit)
{
    const double par[] = {fit->par.p, fit->par.q, fit->par.gamma};
    double cov[KEPT_NEWTON_MAX][KEPT_NEWTON_MAX];
    bool known = fit->converged &&
                 kept_newton_covariance(KEPT_GAMMAGAMMA_N_PAR,
                                        (const double(*)[KEPT_NEWTON_MAX])at->hessian, cov);
    double z = kept_normal_quantile(0.5 + 0.5 * level);
    for (size_t i = 0; i < KEPT_GAMMAGAMMA_N_PAR; i++) {
        for (size_t j = 0; j < KEPT_GAMMAGAMMA_N_PAR; j++)
            fit->cov_log[i][j] = known ? cov[i][j] : NAN;
        double sd = sqrt(fit->cov_log[i][i]);
        fit->se[i] = par[i] * sd;
        fit->low[i] = par[i] * exp(-z * sd);
        fit->high[i] = par[i] * exp(z * sd);
    }
}

static kept_status run(plan *p, const kept_gammagamma_opts *o, kept_gammagamma_fit *fit,
                       kept_err *err)
{
    kept_newton_result at;
    memset(&at, 0, sizeof at);
    fit->customers = p->customers;
    fit->left_out = p->left_out;
    fit->distinct_rows = p->n;
    fit->par = (kept_gammagamma_par){NAN, NAN, NAN};
    fit->loglik = fit->gradient_norm = NAN;
    fit->stop = KEPT_STOP_NOT_IDENTIFIED;
    if (p->customers >= KEPT_GAMMAGAMMA_N_PAR) {
        KEPT_TRY(climb(p, o, &at, err));
        fit->par = (kept_gammagamma_par){exp(at.u[0]), exp(at.u[1]), exp(at.u[2])};
        fit->loglik = at.f;
        fit->n_eval = at.n_eval;
        fit->stop = at.stop;
        fit->gradient_norm = 0.0;
        for (size_t i = 0; i < KEPT_GAMMAGAMMA_N_PAR; i++)
            fit->gradient_norm = fmax(fit->gradient_norm, fabs(at.gradient[i]));
    }
    fit->converged = kept_stop_converged(fit->stop);
    fit->aic = 2.0 * KEPT_GAMMAGAMMA_N_PAR - 2.0 * fit->loglik;
    fit->bic = KEPT_GAMMAGAMMA_N_PAR * log(p->customers) - 2.0 * fit->loglik;
    fill_errors(&at, o->level, fit);
    return KEPT_OK;
}

kept_status kept_gammagamma_fit_ml(const kept_gammagamma_data *data,
                                   const kept_gammagamma_opts *opts, kept_arena *scratch,
                                   kept_gammagamma_fit *ret_fit, kept_err *err)
{
    kept_gammagamma_opts o = KEPT_GAMMAGAMMA_OPTS_INIT;
    KEPT_TRY(resolve_opts(opts, &o, err));
    KEPT_TRY(kept_gammagamma__check_data(data, err));
    kept_arena_mark mark = kept_arena_get_mark(scratch);
    plan p;
    kept_gammagamma_fit fit;
    memset(&fit, 0, sizeof fit);
    kept_status status = make_plan(data, o.threads, scratch, &p, err);
    if (status == KEPT_OK)
        status = run(&p, &o, &fit, err);
    kept_arena_rewind(scratch, mark);
    if (status == KEPT_OK)
        *ret_fit = fit;
    return status;
}

/* ---- Expected spend ---- */

double kept_gammagamma_population_mean(kept_gammagamma_par par)
{
    return par.q > 1.0 ? par.p * par.gamma / (par.q - 1.0) : INFINITY;
}

kept_gammagamma_par kept_gammagamma__update(kept_gammagamma_par par, kept_spend_history history)
{
    if (history.x == 0 || history.m == 0.0)
        return par;
    return (kept_gammagamma_par){par.p, par.q + par.p * history.x,
                                 par.gamma + history.x * history.m};
}

kept_status kept_gammagamma_expected(const kept_gammagamma_data *data, kept_gammagamma_par par,
                                     double *ret_mean, kept_err *err)
{
    KEPT_TRY(kept_gammagamma__check_par(par, err));
    KEPT_TRY(kept_gammagamma__check_data(data, err));
    for (size_t i = 0; i < data->n; i++) {
        kept_spend_history history = {data->x[i], data->x[i] > 0 ? data->m[i] : 0.0};
        ret_mean[i] = kept_gammagamma_population_mean(kept_gammagamma__update(par, history));
    }
    return KEPT_OK;
}

kept_status kept_gammagamma_simulate(kept_gammagamma_par par, size_t n, kept_rng *rng,
                                     double *ret_nu, double *ret_spend, kept_err *err)
{
    KEPT_TRY(kept_gammagamma__check_par(par, err));
    double nu = kept_rng_gamma(rng, par.q) / par.gamma;
    for (size_t i = 0; i < n; i++)
        ret_spend[i] = kept_rng_gamma(rng, par.p) / nu;
    *ret_nu = nu;
    return KEPT_OK;
}
