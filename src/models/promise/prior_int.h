/* models/promise/prior_int.h - the grid of hyperparameters, and what becomes of it.
 *
 * The grid is the same for all data, so that taking one subject out of a fit gives the fit without
 * it. Along it the hyperprior is flat: means are sin^2 of evenly spaced angles, which is
 * Beta(1/2, 1/2), and logarithms of weights are evenly spaced. */
#ifndef KEPT_MODELS_PROMISE_PRIOR_INT_H
#define KEPT_MODELS_PROMISE_PRIOR_INT_H

#include "kept/missed.h"

enum { KEPT_PRIOR__MEANS = 160, KEPT_PRIOR__WEIGHTS = 10 };

typedef double kept_prior__row[KEPT_PRIOR__MEANS]; /* of one weight */

/* At any place between -1/2 and the number of them - 1/2; whole numbers are points of the grid. */
double kept_prior__mean_at(double place);
double kept_prior__weight_at(double place);

/* Few points for a log-likelihood on the grid (rows by weight): writes points and n. */
KEPT_MUST_CHECK kept_status kept_prior__condense(const kept_prior__row *loglik, kept_arena *arena,
                                                 kept_prior *ret_prior, kept_err *err);

#endif
