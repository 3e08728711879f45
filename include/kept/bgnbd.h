/* kept/bgnbd.h - the BG/NBD model of repeat orders (Fader, Hardie & Lee 2005, "Counting Your
 * Customers" the Easy Way: An Alternative to the Pareto/NBD Model, Marketing Science 24(2)).
 *
 * A customer orders at random at an own rate lambda ~ Gamma(r, alpha) and may drop out right
 * after any repeat order with an own chance p ~ Beta(a, b). One row per customer, or per group of
 * customers with the same history (weights), held as columns. t_x, T, horizons and alpha share
 * one time unit, the caller's choice; a discount is continuous, per that unit (see kept/clv.h).
 * Memory only from the arenas passed; a scratch arena is rewound before return. `threads`: 0 = one
 * per core; results have the same bits for any number. */
#ifndef KEPT_BGNBD_H
#define KEPT_BGNBD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kept/arena.h"
#include "kept/err.h"
#include "kept/random.h"
#include "kept/stop.h"

/* ---- Data ----------------------------------------------------------------------------------- */

typedef struct kept_bgnbd_data { /* borrowed: must outlive the call */
    size_t n;                    /* length of every column */
    const uint32_t *x;           /* repeat orders in (0, T] */
    const double *t_x;           /* time of the last order; 0 where x == 0, else in (0, T] */
    const double *T;             /* time observed since the first order, >= 0 */
    const double *w;             /* customers in the row, >= 0; NULL means all 1 */
} kept_bgnbd_data;

typedef struct kept_bgnbd_par {
    double r, alpha; /* order rates: shape, and rate in time units; mean r / alpha per unit */
    double a, b;     /* chance of dropping out after an order; mean a / (a + b) */
} kept_bgnbd_par;    /* all > 0 and finite */

enum { KEPT_BGNBD_N_PAR = 4 };
extern const char *const kept_bgnbd_par_name[KEPT_BGNBD_N_PAR]; /* "r", "alpha", "a", "b" */

typedef struct kept_bgnbd_rows { /* distinct rows, sorted by x, T, t_x; in the caller's arena */
    size_t n;
    uint32_t *x;
    double *t_x, *T, *w; /* w: customers (sum of the input's weights) */
    size_t n_input;
    uint32_t *row; /* n_input: which distinct row the input row became */
} kept_bgnbd_rows;

/* Groups equal (x, t_x, T). O(n + distinct log distinct). KEPT_EARG: a bad row, its index in err;
 * more than 2^32 - 2 rows. KEPT_ENOMEM. */
KEPT_MUST_CHECK kept_status kept_bgnbd_compress(const kept_bgnbd_data *data, kept_arena *arena,
                                                kept_bgnbd_rows *ret_rows, kept_err *err);
kept_bgnbd_data kept_bgnbd_rows_view(const kept_bgnbd_rows *rows); /* borrowed view for the rest */

/* ---- Estimation ----------------------------------------------------------------------------- */

typedef struct kept_bgnbd_opts { /* start from KEPT_BGNBD_OPTS_INIT; NULL means that too */
    kept_bgnbd_par start;        /* a parameter of 0 takes its default: {1, mean T, 1, 1} */
    double step_tol; /* converged when the Newton step is below this in every log-parameter */
    int max_eval;    /* evaluations of the likelihood with its derivatives */
    double level;    /* of the intervals */
    size_t threads;
} kept_bgnbd_opts;

#define KEPT_BGNBD_OPTS_INIT                                                                       \
    {                                                                                              \
        {0, 0, 0, 0}, 1e-8, 200, 0.95, 0                                                           \
    }

typedef struct kept_bgnbd_fit {
    kept_bgnbd_par par;   /* NaN when not identified: nothing can be predicted then */
    double loglik;        /* weighted sum of natural logs, at par; NaN when not identified */
    double aic, bic;      /* 8 - 2 loglik; 4 ln(customers) - 2 loglik */
    double customers;     /* sum of the weights */
    size_t distinct_rows; /* rows with a weight above 0 that the likelihood was summed over */
    int n_eval;           /* over all starting points tried */
    double gradient_norm; /* largest |d loglik / d ln parameter| at par */
    kept_stop stop;
    bool converged; /* kept_stop_converged(stop) */
    /* In the order r, alpha, a, b; NaN where not converged. */
    double se[KEPT_BGNBD_N_PAR];                          /* by the delta method */
    double low[KEPT_BGNBD_N_PAR], high[KEPT_BGNBD_N_PAR]; /* made on the log scale */
    double cov_log[KEPT_BGNBD_N_PAR][KEPT_BGNBD_N_PAR];   /* covariance of the log-parameters */
} kept_bgnbd_fit;

/* Maximum likelihood over the logs of the parameters, by Newton steps in a trust region. Pass
 * compressed rows when many customers are alike: the cost is in rows. KEPT_EARG: a bad row, its
 * index in err, or a bad option. KEPT_ENUM: the likelihood is not finite at the start.
 * KEPT_ENOMEM. Too little data is no error: see ret_fit->stop. */
KEPT_MUST_CHECK kept_status kept_bgnbd_fit_ml(const kept_bgnbd_data *data,
                                              const kept_bgnbd_opts *opts, kept_arena *scratch,
                                              kept_bgnbd_fit *ret_fit, kept_err *err);

/* Log-likelihood at par with its gradient and Hessian over the log-parameters; ret_gradient
 * (4 values) and ret_hessian (4 rows of 4) may be NULL. */
KEPT_MUST_CHECK kept_status kept_bgnbd_loglik(const kept_bgnbd_data *data, kept_bgnbd_par par,
                                              size_t threads, kept_arena *scratch,
                                              double *ret_loglik, double *ret_gradient,
                                              double (*ret_hessian)[KEPT_BGNBD_N_PAR],
                                              kept_err *err);

/* ---- A customer of whom nothing is known but the first order, at time 0 --------------------- */

/* ret_mean[i] = E[repeat orders in (0, t[i]]]; t >= 0. */
KEPT_MUST_CHECK kept_status kept_bgnbd_expected(kept_bgnbd_par par, size_t n, const double *t,
                                                double *ret_mean, kept_err *err);

/* ret_p[k] = P(k repeat orders in (0, t]) for k = 0 .. n - 1; *ret_tail (may be NULL) = P(n or
 * more). */
KEPT_MUST_CHECK kept_status kept_bgnbd_pmf(kept_bgnbd_par par, double t, size_t n, double *ret_p,
                                           double *ret_tail, kept_err *err);

/* Expected cumulative repeat orders of a cohort: n_start groups of w[i] customers (NULL: 1 each)
 * with their first order at start[i]; ret_cumulative[k] counts up to end[k]. A customer counts
 * nothing before the first order. The tracking plot is the differences. */
KEPT_MUST_CHECK kept_status kept_bgnbd_track(kept_bgnbd_par par, size_t n_start,
                                             const double *start, const double *w, size_t n_end,
                                             const double *end, double *ret_cumulative,
                                             kept_err *err);

/* ---- Customers with a history: one result per row of data (weights play no part) ------------- */

/* P(still a customer at T). Exactly 1 where x == 0: in BG/NBD a customer can only drop out just
 * after a repeat order. */
KEPT_MUST_CHECK kept_status kept_bgnbd_p_alive(const kept_bgnbd_data *data, kept_bgnbd_par par,
                                               size_t threads, double *ret_p, kept_err *err);

/* P(at least one order in (T, T + horizon]). */
KEPT_MUST_CHECK kept_status kept_bgnbd_p_order(const kept_bgnbd_data *data, kept_bgnbd_par par,
                                               double horizon, size_t threads, double *ret_p,
                                               kept_err *err);

/* Orders in (T, T + horizon]: mean (CET, conditional expected transactions) and variance (which
 * may be NULL) of the prediction for each customer. */
KEPT_MUST_CHECK kept_status kept_bgnbd_orders(const kept_bgnbd_data *data, kept_bgnbd_par par,
                                              double horizon, size_t threads, double *ret_mean,
                                              double *ret_variance, kept_err *err);

/* Quantiles of the number of orders in (T, T + horizon]: ret_q[i * n_prob + j] is the smallest k
 * with P(at most k) >= prob[j]; prob in [0, 1), ascending. Together with kept_bgnbd_orders: an
 * interval for every customer. */
KEPT_MUST_CHECK kept_status kept_bgnbd_order_quantiles(const kept_bgnbd_data *data,
                                                       kept_bgnbd_par par, double horizon,
                                                       size_t n_prob, const double *prob,
                                                       size_t threads, uint32_t *ret_q,
                                                       kept_err *err);

/* The whole predictive distribution for row `row` of data: ret_p[k] = P(k orders in (T, T +
 * horizon]), k = 0 .. n - 1; *ret_tail (may be NULL) = P(n or more). */
KEPT_MUST_CHECK kept_status kept_bgnbd_order_pmf(const kept_bgnbd_data *data, size_t row,
                                                 kept_bgnbd_par par, double horizon, size_t n,
                                                 double *ret_p, double *ret_tail, kept_err *err);

/* The length that kept_bgnbd_order_pmf needs so that the tail is below `tail` (0 < tail < 1). */
KEPT_MUST_CHECK kept_status kept_bgnbd_order_limit(const kept_bgnbd_data *data, size_t row,
                                                   kept_bgnbd_par par, double horizon, double tail,
                                                   size_t *ret_n, kept_err *err);

/* Discounted expected orders. discount: continuous rate per time unit, >= 0 (zero is a value).
 * horizon: a finite one gives DECT; INFINITY gives DERT, the discounted expected residual
 * transactions, which is INFINITY at discount 0 when a <= 1 (the mean lifetime diverges). */
KEPT_MUST_CHECK kept_status kept_bgnbd_discounted(const kept_bgnbd_data *data, kept_bgnbd_par par,
                                                  double horizon, double discount, size_t threads,
                                                  kept_arena *scratch, double *ret_discounted,
                                                  kept_err *err);

/* ---- Simulation ------------------------------------------------------------------------------ */

typedef struct kept_bgnbd_customer { /* one draw from the model */
    double lambda, p;                /* own order rate and chance of dropping out */
    bool alive;                      /* still a customer at the end of the simulated time */
    size_t n;                        /* repeat orders */
    double *times;                   /* ascending, in (0, duration]; in the caller's arena */
} kept_bgnbd_customer;

/* Exact simulation over (0, duration], duration finite. KEPT_EARG, KEPT_ENOMEM. */
KEPT_MUST_CHECK kept_status kept_bgnbd_simulate(kept_bgnbd_par par, double duration, kept_rng *rng,
                                                kept_arena *arena,
                                                kept_bgnbd_customer *ret_customer, kept_err *err);

/* n customers in summary form; row i draws from stream i of the seed. T[i]: time observed. Each
 * output is a column of n or NULL; alive is at T, future counts orders in (T, T + horizon]. */
typedef struct kept_bgnbd_sim {
    uint32_t *x;
    double *t_x;
    double *lambda, *p;
    bool *alive;
    uint32_t *future;
} kept_bgnbd_sim;

KEPT_MUST_CHECK kept_status kept_bgnbd_simulate_rows(kept_bgnbd_par par, size_t n, const double *T,
                                                     double horizon, uint64_t seed, size_t threads,
                                                     const kept_bgnbd_sim *ret_sim, kept_err *err);

#endif
