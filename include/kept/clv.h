/* kept/clv.h - from orders and spends to customer value: units, discounting, and one pass that
 * joins BG/NBD and Gamma-Gamma. */
#ifndef KEPT_CLV_H
#define KEPT_CLV_H

#include <stddef.h>
#include <stdint.h>

#include "kept/arena.h"
#include "kept/bgnbd.h"
#include "kept/err.h"
#include "kept/gammagamma.h"

/* ---- Time units ------------------------------------------------------------------------------ */

typedef enum kept_time_unit {
    KEPT_UNIT_DAY,
    KEPT_UNIT_WEEK,
    KEPT_UNIT_MONTH,
    KEPT_UNIT_YEAR
} kept_time_unit;

double kept_unit_days(kept_time_unit unit);      /* 1, 7, 365.25 / 12, 365.25 */
const char *kept_unit_name(kept_time_unit unit); /* "day", "week", "month", "year" */
/* Also "days", "weeks" ... KEPT_EARG: no such unit. */
KEPT_MUST_CHECK kept_status kept_unit_parse(const char *text, kept_time_unit *ret_unit,
                                            kept_err *err);

/* The continuous rate per unit that equals an effective yearly rate (0.10 = 10 % a year):
 * ln(1 + yearly) * days / 365.25. yearly > -1; zero gives zero. NaN outside. */
double kept_discount_per_unit(double yearly, kept_time_unit unit);
double kept_discount_yearly(double per_unit, kept_time_unit unit); /* the way back */

/* ---- Value per customer ---------------------------------------------------------------------- */

typedef struct kept_clv_opts { /* start from KEPT_CLV_OPTS_INIT */
    double horizon;  /* in the time unit of the data; INFINITY only where just p_alive, spend_mean,
                        discounted_orders and value are asked for */
    double discount; /* continuous, per unit; 0 is a value */
    double level;    /* of the intervals, e.g. 0.9: the middle 90 % */
    size_t threads;
} kept_clv_opts;

#define KEPT_CLV_OPTS_INIT                                                                         \
    {                                                                                              \
        0.0, 0.0, 0.9, 0                                                                           \
    }

/* Columns of data->n owned by the caller; NULL: not wanted and not computed. Money is in the unit
 * of m; multiply by a margin afterwards. */
typedef struct kept_clv_out {
    double *p_alive;
    double *p_order; /* at least one order in the horizon */
    double *orders;  /* expected in the horizon */
    double *orders_variance;
    uint32_t *orders_low, *orders_high; /* interval for the customer's own number of orders */
    double *discounted_orders;          /* DECT, or DERT for an infinite horizon */
    double *spend_mean;                 /* expected mean spend per order */
    double *spend;                      /* expected total spend in the horizon, not discounted */
    double *spend_variance;
    double *spend_low, *spend_high; /* interval for that total, from the full distribution */
    double *value;                  /* discounted_orders * spend_mean */
} kept_clv_out;

/* m[i]: mean spend of the x repeat orders of row i (ignored where x == 0); m and gg may be NULL
 * when no money column is asked for. An interval says what this customer may do, at the given
 * parameters; it does not carry the uncertainty of the parameters. KEPT_EARG, KEPT_ENOMEM. */
KEPT_MUST_CHECK kept_status kept_clv_predict(const kept_bgnbd_data *data, const double *m,
                                             kept_bgnbd_par par, const kept_gammagamma_par *gg,
                                             const kept_clv_opts *opts, kept_arena *scratch,
                                             const kept_clv_out *ret_out, kept_err *err);

/* Totals over the base, each with its variance: sum of customers' own variances (what they happen
 * to do) and the part from the uncertainty of the parameters (delta method over cov_log). Use
 * weights for compressed rows. */
typedef struct kept_clv_total {
    double customers;
    double orders, orders_sd_chance, orders_sd_estimation; /* in the horizon */
    double discounted_orders, discounted_orders_sd_estimation;
} kept_clv_total;

/* fit must be converged for the estimation parts; they are NaN else. horizon finite. */
KEPT_MUST_CHECK kept_status kept_clv_total_orders(const kept_bgnbd_data *data,
                                                  const kept_bgnbd_fit *fit,
                                                  const kept_clv_opts *opts, kept_arena *scratch,
                                                  kept_clv_total *ret_total, kept_err *err);

#endif
