/* How many more cases there will be. With c = 1 / shape, the ratio of successive probabilities of
 * the negative binomial is P(k + 1) / P(k) = (1 + c k) m / ((1 + c m) (k + 1)); c = 0 is Poisson's.
 */
#include <math.h>

#include "kept/special.h"
#include "models/promise/missed_int.h"

enum { EVEN = 64 };

static const double TAIL = 1e-10;

/* Three sources of variance: cases come at random, periods are not alike, and the mean itself is an
 * estimate. How unlike periods are weighs (n - 1) / n: with one period nothing is known of it. */
kept_volume kept_volume_forecast(const int64_t *counts, size_t n, double period, double ahead)
{
    double sum = 0.0, square = 0.0, periods = (double)n;
    for (size_t i = 0; i < n; i++)
        sum += (double)counts[i];
    if (!(sum > 0.0) || !(period > 0.0) || !(ahead > 0.0))
        return (kept_volume){0.0, 0.0};
    double mean = sum / periods, unlike = 0.0;
    for (size_t i = 0; i < n; i++)
        square += ((double)counts[i] - mean) * ((double)counts[i] - mean);
    if (n > 1)
        unlike = fmax(0.0, (square / (periods - 1.0) - mean) / (mean * mean)) * (periods - 1.0) /
                 periods;
    /* Over several periods their differences even out. */
    double c = unlike / fmax(1.0, ahead / period) + (1.0 / mean + unlike) / periods;
    return (kept_volume){mean * ahead / period, 1.0 / c};
}

typedef struct negbin {
    double m, c; /* mean, 1 / shape */
    double q;    /* limit of the ratio for large k */
} negbin;

static double ratio(const negbin *v, double k)
{
    return (1.0 + v->c * k) * v->m / ((1.0 + v->c * v->m) * (k + 1.0));
}

static double log_probability(const negbin *v, double k)
{
    if (v->c == 0.0)
        return k * log(v->m) - v->m - kept_lgamma(k + 1.0);
    double shape = 1.0 / v->c;
    return kept_lgamma_rise(shape, k) - kept_lgamma(k + 1.0) - shape * log1p(v->c * v->m) +
           k * log(v->q);
}

/* Where the probability, going from the mode by `sign`, has fallen to next to nothing. */
static double edge(const negbin *v, double mode, double sign)
{
    const double nothing = 30.0;
    double top = log_probability(v, mode), reach = 1.0;
    while (mode + sign * reach > 0.0 && log_probability(v, mode + sign * reach) > top - nothing)
        reach *= 2.0;
    return fmax(0.0, mode + sign * reach);
}

static void fill_even(const negbin *v, double mode, kept_missed__spread *ret_spread)
{
    double low = edge(v, mode, -1.0), high = edge(v, mode, 1.0), top = log_probability(v, mode);
    int64_t step = (int64_t)((high - low) / EVEN) + 1, from = (int64_t)low + step / 2;
    double sum = 0.0;
    for (int i = 0; i < EVEN; i++)
        sum += ret_spread->p[i] = exp(log_probability(v, (double)(from + i * step)) - top);
    for (int i = 0; i < EVEN; i++)
        ret_spread->p[i] /= sum;
    ret_spread->from = from;
    ret_spread->step = step;
    ret_spread->n = EVEN;
}

typedef struct range {
    double low, high; /* apart from the tails */
    double sum;       /* relative to the mode, of this range */
} range;

/* False when it reaches beyond `most`. Ratios fall towards the mode from above it and again beyond
 * it, so that a geometric series bounds what is left. */
static bool find_range(const negbin *v, double mode, double most, range *ret_range)
{
    range r = {mode, mode, 1.0};
    for (double p = 1.0; r.low > 0.0; r.low--) {
        double down = 1.0 / ratio(v, r.low - 1.0);
        if (down < 1.0 && p * down < TAIL / 2.0 * (1.0 - down) * r.sum)
            break;
        p *= down;
        r.sum += p;
    }
    for (double p = 1.0; r.high <= most; r.high++) {
        double up = ratio(v, r.high), bound = fmax(up, v->q);
        if (bound < 1.0 && p * bound < TAIL / 2.0 * (1.0 - bound) * r.sum)
            break;
        p *= up;
        r.sum += p;
    }
    *ret_range = r;
    return r.high <= most;
}

static void fill_all(const negbin *v, double mode, const range *r, kept_missed__spread *ret_spread)
{
    double *p = ret_spread->p;
    size_t top = (size_t)(mode - r->low);
    p[top] = 1.0 / r->sum;
    for (size_t i = top; i > 0; i--)
        p[i - 1] = p[i] / ratio(v, r->low + (double)(i - 1));
    for (size_t i = top; i + 1 < ret_spread->n; i++)
        p[i + 1] = p[i] * ratio(v, r->low + (double)i);
}

kept_status kept_missed__spread_of(kept_volume more, int64_t most, kept_arena *arena,
                                   kept_missed__spread *ret_spread, kept_err *err)
{
    kept_missed__spread spread = {0, 1, 1, NULL};
    negbin v = {more.mean, 1.0 / more.shape, 0.0};
    v.q = v.c * v.m / (1.0 + v.c * v.m);
    bool none = more.mean == 0.0 || more.shape == 0.0;
    double mode = none ? 0.0 : floor(fmax(0.0, v.m * (1.0 - v.c)));
    range r = {0.0, 0.0, 1.0};
    bool all = none || (mode <= (double)most && find_range(&v, mode, (double)most, &r));
    spread.n = all ? (size_t)(r.high - r.low) + 1 : EVEN;
    spread.p = KEPT_NEW_N(arena, double, spread.n);
    if (!spread.p)
        return kept_nomem(err);
    if (none) {
        spread.p[0] = 1.0;
    } else if (all) {
        spread.from = (int64_t)r.low;
        fill_all(&v, mode, &r, &spread);
    } else {
        fill_even(&v, mode, &spread);
    }
    *ret_spread = spread;
    return KEPT_OK;
}
