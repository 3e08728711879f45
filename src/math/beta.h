/* math/beta.h - the incomplete beta function with both tails of the argument and its constant
 * supplied, for callers that evaluate it many times. */
#ifndef KEPT_MATH_BETA_H
#define KEPT_MATH_BETA_H

/* I_x(a, b) with y = 1 - x given separately (so that x near 1 keeps its precision) and log_beta =
 * ln B(a, b). *ret_density_logit (may be NULL): x^a y^b / B(a, b), the density of ln(x / y). */
double kept_beta_inc_xy(double a, double b, double x, double y, double log_beta,
                        double *ret_density_logit);

#endif
