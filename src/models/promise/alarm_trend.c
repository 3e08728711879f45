#include "kept/alarm.h"

#include <math.h>

#include "kept/special.h"

typedef struct binomial {
    double n, log_p, log_q, log_n; /* log_n: ln n! */
    int64_t low, high;             /* what lies outside is below 1e-20 together */
} binomial;

static binomial binomial_make(int64_t n, double p)
{
    double mean = (double)n * p, reach = 25.0 + 10.0 * sqrt(mean * (1.0 - p));
    return (binomial){
        .n = (double)n,
        .log_p = log(p),
        .log_q = log1p(-p),
        .log_n = kept_lgamma((double)n + 1.0),
        .low = mean > reach ? (int64_t)(mean - reach) : 0,
        .high = (double)n - mean > reach ? (int64_t)ceil(mean + reach) : n,
    };
}

static double chance_of(const binomial *b, int64_t x)
{
    double failed = (double)x, good = b->n - failed;
    return exp(b->log_n - kept_lgamma(failed + 1.0) - kept_lgamma(good + 1.0) + failed * b->log_p +
               good * b->log_q);
}

/* P(first < middle < last, last - first >= least) of three equal and independent periods: the sum
 * over first = a of f(a) times that over last = c >= a + least of f(c) (F(c - 1) - F(a)), both
 * walked from the top so that no table is needed. least >= 2. */
static double chance_of_trend(const binomial *b, int64_t least)
{
    double above = 0.0;   /* P(X > a) */
    double at_last = 0.0; /* P(X >= c) */
    double below = 0.0;   /* sum of f(x) F(x - 1) over x >= c */
    double sum = 0.0;
    for (int64_t a = b->high; a >= b->low; a--) {
        double first = chance_of(b, a);
        int64_t c = a + least;
        if (c <= b->high) {
            double last = chance_of(b, c);
            at_last += last;
            below += last * (1.0 - at_last);
            sum += first * (below - (1.0 - above) * at_last);
        }
        above += first;
    }
    return fmax(sum, 0.0);
}

kept_trend_alarm kept_trend_alarm_limit(int64_t n_per_period, int64_t periods, double p,
                                        double false_rate)
{
    kept_trend_alarm none = {.least = 0, .expected = 0.0};
    if (n_per_period < 2 || periods < 1 || !(p >= 0.0 && p <= 1.0) || !(false_rate >= 0.0))
        return none;
    if (p <= 0.0 || p >= 1.0) /* every period is like the last */
        return (kept_trend_alarm){.least = 2, .expected = 0.0};
    binomial b = binomial_make(n_per_period, p);
    int64_t least = 2, most = n_per_period;
    while (least < most) { /* the chance falls with least */
        int64_t half = least + (most - least) / 2;
        if ((double)periods * chance_of_trend(&b, half) <= false_rate)
            most = half;
        else
            least = half + 1;
    }
    double expected = (double)periods * chance_of_trend(&b, least);
    return expected <= false_rate ? (kept_trend_alarm){.least = least, .expected = expected} : none;
}

/* By cross products: whole numbers, so that a difference of exactly `least` counts. */
bool kept_trend_alarm_holds(const kept_trend_alarm *alarm, const int64_t failed[3],
                            const int64_t n[3])
{
    if (alarm->least <= 0 || n[0] <= 0 || n[1] <= 0 || n[2] <= 0)
        return false;
    double first = (double)failed[0], middle = (double)failed[1], last = (double)failed[2];
    double n0 = (double)n[0], n1 = (double)n[1], n2 = (double)n[2];
    if (!(first * n1 < middle * n0 && middle * n2 < last * n1))
        return false;
    return (last * n0 - first * n2) * (n0 + n1 + n2) >= 3.0 * (double)alarm->least * n0 * n2;
}
