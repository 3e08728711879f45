/* From a grid of hyperparameters to few points: a quadrature rule for the posterior.
 *
 * Weights: Gauss-Legendre in ln w over the part that counts. Means, given a weight: evenly spaced
 * angles. sin^2 is even about both ends of its range, so that the posterior of the angle goes on as
 * a smooth periodic function, for which evenly spaced points are as good as any: at a distance of
 * 1.5 standard deviations the error is about exp(-2 (pi / 1.5)^2), or .0002. They must also be
 * near enough for what the cases of the subject itself will make of the prior: given the weight,
 * these cannot tell angles apart that are nearer than about 1 / (2 sqrt(w + 1)). Between points of
 * the grid the log-likelihood is interpolated. */
#include <math.h>
#include <string.h>

#include "models/promise/prior_int.h"

enum {
    MEANS = KEPT_PRIOR__MEANS,
    WEIGHTS = KEPT_PRIOR__WEIGHTS,
    NODES = 7, /* weights */
    POINTS_MOST = NODES * MEANS,
};

static const double HALF_PI = 1.57079632679489661923;
static const double WEIGHT_LEAST = 2.0, WEIGHT_MOST = 200.0;
static const double NEGLIGIBLE = 1e-4; /* all together */
static const double NOTHING = 20.0;    /* logarithms below the top */
static const double LITTLE = 10.0;     /* likewise, where the weights that count end */
static const double NEAR = 1.8;        /* standard deviations between angles */
static const double NEAR_CASES = 1.4;  /* the same of what cases can tell */
static const double REACH = 4.5;       /* standard deviations from the mean to the last angle */

static const double node[NODES] = {-.9491079123427585, -.7415311855993945, -.4058451513773972, 0.0,
                                   .4058451513773972,  .7415311855993945,  .9491079123427585};
static const double node_weight[NODES] = {.1294849661688697, .2797053914892766, .3818300505051189,
                                          .4179591836734694, .3818300505051189, .2797053914892766,
                                          .1294849661688697};

double kept_prior__mean_at(double place)
{
    double s = sin((place + 0.5) / MEANS * HALF_PI);
    return s * s;
}

double kept_prior__weight_at(double place)
{
    return WEIGHT_LEAST * pow(WEIGHT_MOST / WEIGHT_LEAST, (place + 0.5) / WEIGHTS);
}

/* --- Interpolation --- */

/* Weights of the cubic through four of n neighbours, of which it returns the first. */
static int cubic(double place, int n, double ret_weight[4])
{
    int first = (int)floor(place) - 1;
    first = first < 0 ? 0 : first > n - 4 ? n - 4 : first;
    double t = place - first;
    ret_weight[0] = -(t - 1.0) * (t - 2.0) * (t - 3.0) / 6.0;
    ret_weight[1] = t * (t - 2.0) * (t - 3.0) / 2.0;
    ret_weight[2] = -t * (t - 1.0) * (t - 3.0) / 2.0;
    ret_weight[3] = t * (t - 1.0) * (t - 2.0) / 6.0;
    return first;
}

static void row_at(const kept_prior__row *loglik, double place, kept_prior__row ret_row)
{
    double w[4];
    const kept_prior__row *from = loglik + cubic(place, WEIGHTS, w);
    for (int i = 0; i < MEANS; i++)
        ret_row[i] = w[0] * from[0][i] + w[1] * from[1][i] + w[2] * from[2][i] + w[3] * from[3][i];
}

static double value_at(const double *row, double place)
{
    double w[4];
    const double *from = row + cubic(place, MEANS, w);
    return w[0] * from[0] + w[1] * from[1] + w[2] * from[2] + w[3] * from[3];
}

/* --- Where the probability is --- */

typedef struct bump {
    double mean, sd; /* places */
    double height;   /* logarithm */
} bump;

/* Of n logarithms of a density: by its moments; where it is less than a place wide, by the parabola
 * through the top. */
static bump bump_of(const double *y, int n)
{
    int top = 0;
    for (int i = 1; i < n; i++)
        top = y[i] > y[top] ? i : top;
    double sum = 0.0, mean = 0.0, square = 0.0;
    for (int i = 0; i < n; i++) {
        double d = i - top;
        if (y[i] < y[top] - NOTHING)
            continue;
        double p = exp(y[i] - y[top]);
        sum += p;
        mean += p * d;
        square += p * d * d;
    }
    mean /= sum;
    bump b = {top + mean, sqrt(fmax(0.0, square / sum - mean * mean)), y[top]};
    if (b.sd < 1.0 && top > 0 && top < n - 1) {
        double left = y[top] - y[top - 1], right = y[top] - y[top + 1];
        double tilt = left - right, bend = left + right;
        b = (bump){top + tilt / bend / 2.0, 1.0 / sqrt(bend), y[top] + tilt * tilt / bend / 8.0};
    }
    return b;
}

/* Where, between a height above `level` and its neighbour below it, it is crossed. */
static double crossing(double above, double below, double level)
{
    return (above - level) / (above - below);
}

/* First and last place of the weights that count. */
static void find_weights(const kept_prior__row *loglik, double *ret_from, double *ret_to)
{
    double height[WEIGHTS];
    for (int v = 0; v < WEIGHTS; v++)
        height[v] = bump_of(loglik[v], MEANS).height;
    bump b = bump_of(height, WEIGHTS);
    double level = b.height - LITTLE, reach = sqrt(2.0 * LITTLE) * b.sd;
    int first = 0, last = WEIGHTS - 1;
    while (first < last && height[first] < level)
        first++;
    while (last > first && height[last] < level)
        last--;
    if (first == last) {
        *ret_from = fmax(-0.5, b.mean - reach);
        *ret_to = fmin(WEIGHTS - 0.5, b.mean + reach);
        return;
    }
    *ret_from = first == 0 ? -0.5 : first - crossing(height[first], height[first - 1], level);
    *ret_to = last == WEIGHTS - 1 ? WEIGHTS - 0.5
                                  : last + crossing(height[last], height[last + 1], level);
}

/* --- Points --- */

typedef struct rule {
    size_t n;
    kept_prior_point point[POINTS_MOST]; /* p: its logarithm, until all are known */
} rule;

static void add_means(const double *row, double weight, double log_share, rule *r)
{
    bump b = bump_of(row, MEANS);
    double apart = fmin(NEAR * b.sd, NEAR_CASES * 0.5 / sqrt(weight + 1.0) / HALF_PI * MEANS);
    double count = ceil(MEANS / fmax(apart, 0.02));
    apart = MEANS / count;
    double from = fmax(0.0, floor((b.mean - REACH * b.sd + 0.5) / apart));
    double to = fmin(count - 1.0, ceil((b.mean + REACH * b.sd + 0.5) / apart));
    for (double k = from; k <= to && r->n < POINTS_MOST; k++) {
        double place = (k + 0.5) * apart - 0.5;
        r->point[r->n++] = (kept_prior_point){kept_prior__mean_at(place), weight,
                                              value_at(row, place) + log_share + log(apart)};
    }
}

/* Leaves out what is negligible; the rest adds up to 1. */
static void finish(rule *r)
{
    double top = -INFINITY, sum = 0.0, kept = 0.0;
    for (size_t i = 0; i < r->n; i++)
        top = fmax(top, r->point[i].p);
    for (size_t i = 0; i < r->n; i++)
        sum += r->point[i].p = exp(r->point[i].p - top);
    size_t n = 0;
    for (size_t i = 0; i < r->n; i++)
        if (r->point[i].p > NEGLIGIBLE / (double)r->n * sum) {
            r->point[n++] = r->point[i];
            kept += r->point[i].p;
        }
    r->n = n;
    for (size_t i = 0; i < n; i++)
        r->point[i].p /= kept;
}

kept_status kept_prior__condense(const kept_prior__row *loglik, kept_arena *arena,
                                 kept_prior *ret_prior, kept_err *err)
{
    rule r;
    r.n = 0;
    double from, to;
    find_weights(loglik, &from, &to);
    for (int k = 0; k < NODES; k++) {
        double place = (from + to) / 2.0 + (to - from) / 2.0 * node[k];
        kept_prior__row row;
        row_at(loglik, place, row);
        add_means(row, kept_prior__weight_at(place), log(node_weight[k]), &r);
    }
    finish(&r);
    kept_prior_point *points = KEPT_NEW_N(arena, kept_prior_point, r.n);
    if (!points)
        return kept_nomem(err);
    memcpy(points, r.point, r.n * sizeof *points);
    ret_prior->points = points;
    ret_prior->n = r.n;
    return KEPT_OK;
}
