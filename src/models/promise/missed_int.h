/* models/promise/missed_int.h - what the forecasts of a missed promise share. */
#ifndef KEPT_MODELS_PROMISE_MISSED_INT_H
#define KEPT_MODELS_PROMISE_MISSED_INT_H

#include "kept/missed.h"

/* --- Volume --- */

/* How many more cases: from + i step, with probability p[i]; these add up to 1. */
typedef struct kept_missed__spread {
    int64_t from, step;
    size_t n;
    double *p;
} kept_missed__spread;

/* Every volume apart from tails of 1e-10 in all (step 1) when none is above `most`, else 64 volumes
 * at even distances. */
KEPT_MUST_CHECK kept_status kept_missed__spread_of(kept_volume more, int64_t most,
                                                   kept_arena *arena,
                                                   kept_missed__spread *ret_spread, kept_err *err);

/* --- What the subject's own cases make of the prior --- */

enum { KEPT_MISSED__LANES = 8 }; /* points are worked on so many at a time */

typedef struct kept_missed__points {
    size_t n; /* a multiple of the lanes: the last ones may have probability 0 */
    double *a, *b, *p;
    double chance; /* mean of a / (a + b) */
} kept_missed__points;

/* failed of n cases; also moves the probability between the points. */
KEPT_MUST_CHECK kept_status kept_missed__learn(const kept_prior *prior, int64_t n, int64_t failed,
                                               kept_arena *arena, kept_missed__points *ret_points,
                                               kept_err *err);

/* --- Open cases that say something by being open still (missed_open.c) --- */

bool kept_missed__says(const kept_missed_ask *ask);
KEPT_MUST_CHECK kept_status kept_missed__check_waits(const kept_missed_ask *ask, kept_err *err);
KEPT_MUST_CHECK kept_status kept_missed__by_waits(const kept_missed_ask *ask,
                                                  const kept_prior *prior, kept_arena *arena,
                                                  kept_missed *result, kept_err *err);
/* Without looking at waits (missed.c). */
KEPT_MUST_CHECK kept_status kept_missed__forecast(const kept_missed_ask *ask,
                                                  const kept_prior *prior, kept_arena *arena,
                                                  kept_missed *result, kept_err *err);

/* --- Shared by both asks --- */

/* KEPT_EARG, with one sentence, for what no ask may hold. */
KEPT_MUST_CHECK kept_status kept_missed__check(const kept_allowance *allowance, kept_volume more,
                                               int64_t before_n, int64_t before_failed,
                                               double level, const kept_prior *prior,
                                               kept_err *err);
KEPT_MUST_CHECK kept_status kept_missed__check_cases(const char *what, int64_t n, int64_t failed,
                                                     kept_err *err);

/* Central interval of n values in 0..1 with weights (adding up to 1): outwards to the next of 1024
 * steps, within the smallest and largest value, and drawn out to p where p lies outside it. */
void kept_missed__interval(size_t n, const double *value, const double *weight, double p,
                           double level, double *ret_low, double *ret_high);

#endif
