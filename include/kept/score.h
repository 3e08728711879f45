/* kept/score.h - were predictions worth believing: Brier score, base rate, calibration.
 *
 * Brier, Monthly Weather Review 78 (1950) 1-3; decomposition: Murphy, J. Applied Meteorology 12
 * (1973) 595-600; interval of a proportion: Wilson (1927). Errors are clustered by subject:
 * predictions about one subject are no independent evidence (Liang & Zeger 1986, with the factor
 * G / (G - 1)). */
#ifndef KEPT_SCORE_H
#define KEPT_SCORE_H

#include <stddef.h>
#include <stdint.h>

#include "kept/arena.h"
#include "kept/err.h"

typedef struct kept_forecast {
    double p;        /* 0..1 */
    int happened;    /* 0 or 1 */
    int64_t subject; /* cluster */
} kept_forecast;

typedef struct kept_scored {
    size_t n, clusters;
    double brier, brier_se; /* mean of (p - happened)^2; clustered standard error, NaN below two
                               clusters */
    double base_rate;       /* share that happened */
    double base_brier;      /* of always saying the base rate: base (1 - base) */
    double skill;           /* 1 - brier / base_brier; NaN when all or none happened */
    double skill_low, skill_high; /* 95 %, delta method, clustered; NaN as above, and below two
                                     clusters; cut at 1 */
    double mean_p;                /* mean prediction, beside base_rate: calibration in the large */
    /* Murphy's parts, over the bins: reliability - resolution + uncertainty is the Brier score, but
     * for the spread of predictions within a bin. */
    double reliability, resolution, uncertainty;
} kept_scored;

typedef struct kept_bin {
    double from, to; /* predictions in [from, to), the last closed */
    size_t n, happened;
    double mean_p, rate;
    double low, high; /* of the rate, Wilson, 95 % */
} kept_bin;

enum { KEPT_SCORE_BINS = 10 };

/* Scores n forecasts over KEPT_SCORE_BINS bins of equal width; empty bins have n 0 and NaN rates.
 * n 0: all NaN. KEPT_EARG for p outside 0..1 or happened other than 0 or 1. */
KEPT_MUST_CHECK kept_status kept_score(const kept_forecast *forecasts, size_t n, kept_arena *arena,
                                       kept_scored *ret_scored, kept_bin ret_bins[KEPT_SCORE_BINS],
                                       kept_err *err);

/* Difference of two Brier scores of the same happenings (a - b), clustered, with its 95 % interval.
 * KEPT_EARG also when a[i] and b[i] are not of one subject and happening. n 0: all NaN. */
typedef struct kept_brier_difference {
    double difference, se, low, high;
} kept_brier_difference;
KEPT_MUST_CHECK kept_status kept_score_compare(const kept_forecast *a, const kept_forecast *b,
                                               size_t n, kept_arena *arena,
                                               kept_brier_difference *ret_difference,
                                               kept_err *err);

#endif
