/* models/worth/gammagamma_int.h - what the files of Gamma-Gamma share. */
#ifndef KEPT_MODELS_GAMMAGAMMA_INT_H
#define KEPT_MODELS_GAMMAGAMMA_INT_H

#include "kept/gammagamma.h"

KEPT_MUST_CHECK kept_status kept_gammagamma__check_par(kept_gammagamma_par par, kept_err *err);
KEPT_MUST_CHECK kept_status kept_gammagamma__check_data(const kept_gammagamma_data *data,
                                                        kept_err *err);

/* The parameters of the differences once the history is known: q + p x and gamma + x m. */
kept_gammagamma_par kept_gammagamma__update(kept_gammagamma_par par, kept_spend_history history);

/* A distribution of the number of orders above 0 by points; counts need not be whole. */
typedef struct kept_count_point {
    double n, mass;
} kept_count_point;

/* Quantiles of the spend of an updated customer; point[] ascending in n and n >= 1, none: mass at
 * 0. The points are overwritten. */
void kept_gammagamma__quantiles(kept_gammagamma_par now, size_t n_point, kept_count_point *point,
                                size_t n_prob, const double *prob, double *ret_q);

#endif
