/* kept/alarm.h - alarms on sequences of failures, with limits from exact calculation.
 *
 * Two alarms watch the order of cases: k failures within the last m, and a falling trend over three
 * periods. Their limits are such that a subject who is exactly at target gives at most `false_rate`
 * false alarms in a horizon (one in two years), computed exactly from the binomial distribution,
 * not by a formula for large numbers. */
#ifndef KEPT_ALARM_H
#define KEPT_ALARM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { KEPT_ALARM_WINDOW_MAX = 12 };

/* k failures among the last m. k 0: no such alarm can be had within m. */
typedef struct kept_run_alarm {
    int k, m;
    double expected; /* false alarms expected in the horizon at target */
} kept_run_alarm;

/* The expected number of times that "k of the last m failed" begins to hold within n cases, each
 * failing with probability p, starting with none. An alarm that still holds does not begin again.
 * 1 <= k <= m <= KEPT_ALARM_WINDOW_MAX, n >= 0, 0 <= p <= 1, else NaN. */
double kept_run_alarm_expected(int k, int m, int64_t n, double p);
/* The smallest k for m whose expected number is at most false_rate over n cases, and that of every
 * larger k too: where most cases fail, a small k holds for so long that it seldom begins. */
kept_run_alarm kept_run_alarm_limit(int m, int64_t n, double p, double false_rate);
/* Does it hold after these outcomes (failed[0] the oldest)? */
bool kept_run_alarm_holds(const kept_run_alarm *alarm, const bool *failed, size_t n);

/* Trend over three periods: failures rose twice in a row and those of the last period are at least
 * `least` above those of the first, on equal volume n per period. Exact expected number at target
 * of the periods of the horizon at whose end it holds, each compared with the two before it. */
typedef struct kept_trend_alarm {
    int64_t least; /* 0: no such alarm can be had */
    double expected;
} kept_trend_alarm;

/* The smallest least, from 2 on, that keeps to false_rate. */
kept_trend_alarm kept_trend_alarm_limit(int64_t n_per_period, int64_t periods, double p,
                                        double false_rate);
/* Shares of three periods, oldest first, as failures of cases; periods of unlike volume are
 * compared by share times the mean volume. A period without a case: it does not hold. */
bool kept_trend_alarm_holds(const kept_trend_alarm *alarm, const int64_t failed[3],
                            const int64_t n[3]);

#endif
