/* kept/gammagamma.h - the Gamma-Gamma model of spend per order (Fader & Hardie 2013, "The
 * Gamma-Gamma Model of Monetary Value").
 *
 * A customer's orders are worth Gamma(p, nu) each, with an own nu ~ Gamma(q, gamma): spends vary
 * around an own mean p / nu. It assumes that what an order is worth has nothing to do with how
 * often a customer orders (check with kept_correlate). Spends in any one currency unit. */
#ifndef KEPT_GAMMAGAMMA_H
#define KEPT_GAMMAGAMMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kept/arena.h"
#include "kept/err.h"
#include "kept/random.h"
#include "kept/stop.h"

typedef struct kept_gammagamma_data { /* borrowed: must outlive the call */
    size_t n;
    const uint32_t *x; /* orders behind the mean; by convention the repeat orders */
    const double *m;   /* mean spend of those orders, >= 0; ignored where x == 0 */
    const double *w;   /* customers in the row, >= 0; NULL means all 1 */
} kept_gammagamma_data;

typedef struct kept_gammagamma_par {
    double p;          /* shape of the spends of one customer */
    double q;          /* shape of the differences between customers */
    double gamma;      /* scale, in money */
} kept_gammagamma_par; /* all > 0 and finite */

enum { KEPT_GAMMAGAMMA_N_PAR = 3 };
extern const char *const kept_gammagamma_par_name[KEPT_GAMMAGAMMA_N_PAR]; /* "p", "q", "gamma" */

typedef struct kept_gammagamma_opts { /* start from KEPT_GAMMAGAMMA_OPTS_INIT; NULL means that too
                                       */
    kept_gammagamma_par
        start;       /* a parameter of 0 takes its default: {2, 4, 1.5 * geometric mean of m} */
    double step_tol; /* as in kept/bgnbd.h */
    int max_eval;
    double level;
    size_t threads;
} kept_gammagamma_opts;

#define KEPT_GAMMAGAMMA_OPTS_INIT                                                                  \
    {                                                                                              \
        {0, 0, 0}, 1e-8, 200, 0.95, 0                                                              \
    }

typedef struct kept_gammagamma_fit { /* fields as in kept_bgnbd_fit; order p, q, gamma */
    kept_gammagamma_par par;
    double loglik, aic, bic;
    double customers; /* with x > 0 and m > 0: those the fit rests on */
    double left_out;  /* customers with x == 0 or m == 0, which say nothing about spends */
    size_t distinct_rows;
    int n_eval;
    double gradient_norm;
    kept_stop stop;
    bool converged;
    double se[KEPT_GAMMAGAMMA_N_PAR];
    double low[KEPT_GAMMAGAMMA_N_PAR], high[KEPT_GAMMAGAMMA_N_PAR];
    double cov_log[KEPT_GAMMAGAMMA_N_PAR][KEPT_GAMMAGAMMA_N_PAR];
} kept_gammagamma_fit;

/* Maximum likelihood. Rows with x == 0 or m == 0 are left out and counted. KEPT_EARG: a bad row
 * (its index in err) or option. KEPT_ENUM: likelihood not finite at the start. KEPT_ENOMEM. */
KEPT_MUST_CHECK kept_status kept_gammagamma_fit_ml(const kept_gammagamma_data *data,
                                                   const kept_gammagamma_opts *opts,
                                                   kept_arena *scratch,
                                                   kept_gammagamma_fit *ret_fit, kept_err *err);

/* As kept_bgnbd_loglik, over ln p, ln q, ln gamma. */
KEPT_MUST_CHECK kept_status kept_gammagamma_loglik(const kept_gammagamma_data *data,
                                                   kept_gammagamma_par par, size_t threads,
                                                   kept_arena *scratch, double *ret_loglik,
                                                   double *ret_gradient,
                                                   double (*ret_hessian)[KEPT_GAMMAGAMMA_N_PAR],
                                                   kept_err *err);

/* Mean spend of a customer of whom nothing is known: p gamma / (q - 1); INFINITY when q <= 1 (the
 * fitted tail is so heavy that no mean exists: say so, do not print a number). */
double kept_gammagamma_population_mean(kept_gammagamma_par par);

/* ret_mean[i] = expected mean spend per order of customer i; the population mean where x == 0 or
 * m == 0; INFINITY when p x + q <= 1. */
KEPT_MUST_CHECK kept_status kept_gammagamma_expected(const kept_gammagamma_data *data,
                                                     kept_gammagamma_par par, double *ret_mean,
                                                     kept_err *err);

/* Future spend of one customer (history x, m) whose number of future orders has the distribution
 * count_p[0 .. n_count - 1] (as from kept_bgnbd_order_pmf; what it lacks of 1 is taken as n_count -
 * 1 orders). Given n orders, S / (S + gamma') ~ Beta(p n, q') with q' = q + p x, gamma' = gamma + x
 * m. */
typedef struct kept_spend_history {
    uint32_t x;
    double m;
} kept_spend_history;

/* P(future spend <= s), s >= 0. */
KEPT_MUST_CHECK kept_status kept_gammagamma_spend_cdf(kept_gammagamma_par par,
                                                      kept_spend_history history, size_t n_count,
                                                      const double *count_p, double s,
                                                      double *ret_p, kept_err *err);

/* Quantiles of the future spend; prob in [0, 1). 0 where P(no order) >= prob. The mixture is used
 * as it is up to 128 possible counts; beyond, runs of counts are put together, which keeps a
 * quantile within 0.003 in probability. scratch holds n_count points and is rewound. */
KEPT_MUST_CHECK kept_status kept_gammagamma_spend_quantiles(
    kept_gammagamma_par par, kept_spend_history history, size_t n_count, const double *count_p,
    kept_arena *scratch, size_t n_prob, const double *prob, double *ret_q, kept_err *err);

/* Mean and variance of the future spend from the mean and variance of the number of orders.
 * INFINITY where they do not exist (p x + q <= 1, or <= 2 for the variance) and orders are
 * possible. */
void kept_gammagamma_spend_moments(kept_gammagamma_par par, kept_spend_history history,
                                   double count_mean, double count_variance, double *ret_mean,
                                   double *ret_variance);

/* One customer: nu, then n spends into ret_spend. */
KEPT_MUST_CHECK kept_status kept_gammagamma_simulate(kept_gammagamma_par par, size_t n,
                                                     kept_rng *rng, double *ret_nu,
                                                     double *ret_spend, kept_err *err);

#endif
