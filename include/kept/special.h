/* kept/special.h - special functions and small statistics. No state, no aborts: an argument
 * outside the stated domain gives NaN. Thread-safe. */
#ifndef KEPT_SPECIAL_H
#define KEPT_SPECIAL_H

#include <stddef.h>

#include "kept/err.h"

double kept_lgamma(double x);                  /* ln Gamma(x), x > 0 */
double kept_lgamma_rise(double x, double d);   /* ln Gamma(x + d) - ln Gamma(x), x > 0, d >= 0,
                                                  without the cancellation at large x */
double kept_digamma(double x);                 /* derivative of ln Gamma, x > 0 */
double kept_trigamma(double x);                /* second derivative, x > 0 */
double kept_digamma_rise(double x, double d);  /* digamma(x + d) - digamma(x), likewise */
double kept_trigamma_rise(double x, double d); /* trigamma(x + d) - trigamma(x), likewise; <= 0 */
double kept_log_beta(double a, double b);      /* ln B(a, b), a, b > 0 */

/* Regularised incomplete beta function I_x(a, b), the distribution function of Beta(a, b);
 * a, b > 0, 0 <= x <= 1. About 1e-13 absolute up to a, b of 1e4, 1e-9 at 1e6. */
double kept_beta_inc(double a, double b, double x);

double kept_normal_cdf(double z);      /* standard normal */
double kept_normal_quantile(double p); /* 0 < p < 1; -+INFINITY at 0 and 1 */

/* Pearson's correlation of two weighted columns and its interval by Fisher's z. */
typedef struct kept_correlation {
    double r;         /* NaN when either column does not vary or n < 2 */
    double low, high; /* interval at the level asked for; NaN when n < 4 */
    double n;         /* sum of the weights */
} kept_correlation;

/* w may be NULL (all 1); weights are counts of equal rows. level in (0, 1), e.g. 0.95.
 * KEPT_EARG: a value is not finite or a weight negative. */
KEPT_MUST_CHECK kept_status kept_correlate(size_t n, const double *u, const double *v,
                                           const double *w, double level,
                                           kept_correlation *ret_correlation, kept_err *err);

#endif
