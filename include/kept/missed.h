/* kept/missed.h - the chance that a promise will be missed, at the low counts of business.
 *
 * Failures of one subject are beta-binomial: its chance of failure has a Beta(m w, (1 - m) w) prior
 * with mean m and weight w. m and w come from other subjects: their likelihood times a proper
 * hyperprior, m ~ Beta(1/2, 1/2), ln w uniform within 2..200, on a grid; every figure is integrated
 * over the grid and over how many more cases there will be, the allowance recomputed for each
 * volume. Pure: no state, same bits whatever the thread count.
 *
 * Source of the model: Gelman et al., Bayesian Data Analysis, 3rd ed., section 5.3 (hierarchical
 * beta-binomial); negative binomial as gamma mixture of Poisson: Johnson, Kemp & Kotz, Univariate
 * Discrete Distributions, 3rd ed., section 5.3. */
#ifndef KEPT_MISSED_H
#define KEPT_MISSED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kept/allowance.h"
#include "kept/arena.h"
#include "kept/err.h"

/* --- The prior --- */

/* How `subjects` subjects each fared: failed of n. Equal ones may be given as one. */
typedef struct kept_record_of {
    int64_t n, failed;
    int64_t subjects; /* >= 1 */
} kept_record_of;

/* One point of the mixture. */
typedef struct kept_prior_point {
    double mean, weight; /* Beta(mean weight, (1 - mean) weight) */
    double p;            /* its probability; those of a prior add up to 1 */
} kept_prior_point;

typedef struct kept_prior {
    kept_prior_point *points;
    size_t n;
    int64_t subjects, cases; /* that it rests on; 0: stated */
} kept_prior;

/* A stated prior: one point. 0 < mean < 1, weight > 0, else KEPT_EARG. */
KEPT_MUST_CHECK kept_status kept_prior_stated(double mean, double weight, kept_arena *arena,
                                              kept_prior *ret_prior, kept_err *err);
/* From other subjects. Few points (30 or 40, up to about 100 when there is hardly a case) are
 * placed and weighed so that predictions are those of the whole grid to about .005; points with a
 * negligible share of the probability are left out (together below 1e-4). O(n). n 0, or no case at
 * all: KEPT_EARG, as are counts above 10^12. subjects and cases count those that had a case. */
KEPT_MUST_CHECK kept_status kept_prior_fit(const kept_record_of *records, size_t n,
                                           kept_arena *arena, kept_prior *ret_prior, kept_err *err);
/* The same without one subject that was among the records: "from other subjects only". full: what
 * kept_prior_fit gave. Exact: the likelihood of that subject is taken out again on the whole grid,
 * so the fit must have kept what this needs. When no other subject is left: KEPT_ENOTFOUND. */
typedef struct kept_prior_fitted kept_prior_fitted; /* the whole grid, in the arena of the fit */
KEPT_MUST_CHECK kept_status kept_prior_fit_grid(const kept_record_of *records, size_t n,
                                                kept_arena *arena, kept_prior_fitted **ret_fitted,
                                                kept_err *err);
KEPT_MUST_CHECK kept_status kept_prior_without(const kept_prior_fitted *fitted, int64_t subject_n,
                                               int64_t subject_failed, kept_arena *arena,
                                               kept_prior *ret_prior, kept_err *err);

/* --- How many more cases --- */

/* Negative binomial: Poisson with a mean that is gamma distributed. shape 0: exactly none. shape
 * INFINITY: Poisson(mean). */
typedef struct kept_volume {
    double mean;  /* 0 to 10^12 */
    double shape; /* variance is mean + mean^2 / shape; 0 or from .001 on */
} kept_volume;

/* Cases to come in `ahead` days (not whole ones alone) from counts[n] of earlier periods of
 * `period` days each. The dispersion is estimated by moments and drawn towards that of a Poisson
 * when there are few periods; never below it. That the mean is itself an estimate is part of it:
 * one period of c cases gives shape c. n 0 or all 0: mean 0. */
kept_volume kept_volume_forecast(const int64_t *counts, size_t n, double period, double ahead);

/* --- By the end of a window --- */

/* n of the open cases, of which each would, if it turns out good, be open still with this chance
 * (0 < still <= 1). What is promised with room to spare is mostly done long before its day; then
 * what is open shortly before it is mostly what will fail. */
typedef struct kept_missed_wait {
    int64_t n;
    double still;
} kept_missed_wait;

typedef struct kept_missed_ask {
    kept_allowance allowance;
    int64_t seen, failed;          /* of this window: decided so far, and of these failed */
    int64_t open;                  /* known to fall due yet in this window: the open order book */
    const kept_missed_wait *waits; /* of all open ones; NULL: that they are open says nothing */
    size_t n_waits;
    kept_volume more; /* not known yet */
    /* What the subject did before this window: tells of its own chance, not of the allowance. */
    int64_t before_n, before_failed;
    double level; /* of the interval, as 0.9 */
} kept_missed_ask;

typedef struct kept_missed {
    double p;         /* chance of more failures than allowed by the end */
    double low, high; /* how far p could be off; low <= p <= high */
    double chance;    /* posterior mean of the chance that one more case fails */
    double volume;    /* cases expected by the end */
    double allowed;   /* failures allowed, on average over the volume */
    bool settled;     /* p is 0 or 1 whatever comes */
} kept_missed;

/* The interval: were the mean and weight of the prior known and the volume, what would p be? For
 * each point of the prior (weighed by what the subject itself did; its own chance integrated over)
 * and each sixteenth of the volume that is one p; low and high are their central quantiles at the
 * level, outwards to the next 1024th, drawn out to p where that lies beyond. With one point and a
 * certain volume both are p.
 *
 * Volumes are cut where their tails hold 1e-10, which is also what `settled` overlooks. Exact to
 * that for up to 262,144 cases to come; for more, to about .001. O(points x cases to come).
 * KEPT_EARG for negative counts, counts above 10^12, failed > seen, level outside (0, 1), a prior
 * without points. Memory of the arena is given back. */
KEPT_MUST_CHECK kept_status kept_missed_by_end(const kept_missed_ask *ask, const kept_prior *prior,
                                               kept_arena *arena, kept_missed *ret_missed,
                                               kept_err *err);

/* --- On any day of a rolling window --- */

/* Cases and failures of each of the last `length` days (index 0: the oldest, which ages out first),
 * what is known to fall due on each of the next `length` days, and the volume per day beyond that.
 * Missed: on any of the next `length` days the trailing window of `length` days holds more failures
 * than its volume allows (a window without a case allows all). */
typedef struct kept_missed_rolling_ask {
    kept_allowance allowance;
    size_t length;                /* days, 1..3660 */
    const int64_t *seen, *failed; /* [length] */
    const int64_t *open;          /* [length] or NULL */
    kept_volume more;             /* over the next `length` days together */
    int64_t before_n, before_failed;
    double level;
    uint64_t seed;
    size_t draws; /* 0: 4000 */
} kept_missed_rolling_ask;

/* By simulation: the same bits for a seed. error: standard error of p by simulation; 0 when
 * settled. volume and allowed are those of the window on the last of the days. The interval is as
 * above, but over quarters of the prior (by mean) and of the volume, each of which holds a share of
 * the draws. KEPT_EARG as above. */
KEPT_MUST_CHECK kept_status kept_missed_rolling(const kept_missed_rolling_ask *ask,
                                                const kept_prior *prior, kept_arena *arena,
                                                kept_missed *ret_missed, double *ret_error,
                                                kept_err *err);

/* --- What a promise would mean --- */

/* The chance that Binomial(n, p) exceeds allowed: how often a promise breaks at a known p; NaN for
 * p outside 0..1. */
double kept_break_chance(int64_t n, int64_t allowed, double p);

#endif
