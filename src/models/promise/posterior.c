/* What the subject's own cases make of the prior, and what both forecasts of a miss check and say
 * in the same way. */
#include <math.h>
#include <string.h>

#include "kept/special.h"
#include "models/promise/missed_int.h"

enum { LANES = KEPT_MISSED__LANES, FEW = 16, PRODUCT_MOST = 128, STEPS = 1024 };

/* ln(x (x + 1) ... (x + k - 1)) */
static double log_rise(double x, int64_t k)
{
    if (k > FEW)
        return kept_lgamma_rise(x, (double)k);
    double product = 1.0;
    for (int64_t i = 0; i < k; i++)
        product *= x + (double)i;
    return log(product);
}

/* Likelihood of each point, relative to the others: from logarithms. */
static void likelihood_of_many(const kept_missed__points *pt, int64_t failed, int64_t good,
                               double *ret_likelihood)
{
    double top = -INFINITY;
    for (size_t g = 0; g < pt->n; g++) {
        double l = log_rise(pt->a[g], failed) + log_rise(pt->b[g], good) -
                   log_rise(pt->a[g] + pt->b[g], failed + good);
        ret_likelihood[g] = l;
        if (pt->p[g] > 0.0)
            top = fmax(top, l);
    }
    for (size_t g = 0; g < pt->n; g++)
        ret_likelihood[g] = pt->p[g] > 0.0 ? exp(ret_likelihood[g] - top) : 0.0;
}

/* The same as a product, which is faster for few cases. */
static void likelihood_of_few(const kept_missed__points *pt, int failed, int good,
                              double *ret_likelihood)
{
    for (size_t g = 0; g < pt->n; g += LANES) {
        double a[LANES], b[LANES], sum[LANES], product[LANES];
        for (int j = 0; j < LANES; j++) {
            a[j] = pt->a[g + (size_t)j];
            b[j] = pt->b[g + (size_t)j];
            sum[j] = a[j] + b[j];
            product[j] = 1.0;
        }
        for (int i = 0; i < failed; i++)
            for (int j = 0; j < LANES; j++)
                product[j] *= (a[j] + i) / (sum[j] + i);
        for (int i = 0; i < good; i++)
            for (int j = 0; j < LANES; j++)
                product[j] *= (b[j] + i) / (sum[j] + (failed + i));
        memcpy(ret_likelihood + g, product, sizeof product);
    }
}

static double move_probability(kept_missed__points *pt, const double *likelihood)
{
    double sum = 0.0;
    for (size_t g = 0; g < pt->n; g++)
        sum += pt->p[g] * likelihood[g];
    if (sum > 1e-250)
        for (size_t g = 0; g < pt->n; g++)
            pt->p[g] *= likelihood[g] / sum;
    return sum;
}

kept_status kept_missed__learn(const kept_prior *prior, int64_t n, int64_t failed,
                               kept_arena *arena, kept_missed__points *ret_points, kept_err *err)
{
    size_t padded = (prior->n + LANES - 1) / LANES * LANES;
    double *columns = KEPT_NEW_N(arena, double, 4 * padded);
    if (!columns)
        return kept_nomem(err);
    kept_missed__points pt = {padded, columns, columns + padded, columns + 2 * padded, 0.0};
    double *likelihood = columns + 3 * padded;
    for (size_t g = 0; g < padded; g++) {
        const kept_prior_point *from = &prior->points[g < prior->n ? g : 0];
        pt.a[g] = from->mean * from->weight;
        pt.b[g] = (1.0 - from->mean) * from->weight;
        pt.p[g] = g < prior->n ? from->p : 0.0;
    }
    if (n > 0 && prior->n > 1) {
        bool few = n <= PRODUCT_MOST;
        if (few)
            likelihood_of_few(&pt, (int)failed, (int)(n - failed), likelihood);
        if (!few || !(move_probability(&pt, likelihood) > 1e-250)) {
            likelihood_of_many(&pt, failed, n - failed, likelihood);
            move_probability(&pt, likelihood);
        }
    }
    for (size_t g = 0; g < padded; g++) {
        pt.a[g] += (double)failed;
        pt.b[g] += (double)(n - failed);
        pt.chance += pt.p[g] * pt.a[g] / (pt.a[g] + pt.b[g]);
    }
    *ret_points = pt;
    return KEPT_OK;
}

static const double COUNT_MOST = 1e12;

kept_status kept_missed__check_cases(const char *what, int64_t n, int64_t failed, kept_err *err)
{
    if (failed < 0 || failed > n || (double)n > COUNT_MOST)
        return kept_fail(err, KEPT_EARG,
                         "%lld of %lld cases %s failed; give counts from 0 to 10^12, of which no "
                         "more failed than there were.",
                         (long long)failed, (long long)n, what);
    return KEPT_OK;
}

kept_status kept_missed__check(const kept_allowance *allowance, kept_volume more, int64_t before_n,
                               int64_t before_failed, double level, const kept_prior *prior,
                               kept_err *err)
{
    KEPT_TRY(kept_missed__check_cases("before this window", before_n, before_failed, err));
    if (allowance->fixed ? allowance->count < 0
                         : allowance->target < 0 || allowance->target > KEPT_SHARE_ONE)
        return kept_fail(err, KEPT_EARG,
                         "The allowance is out of range; give a count of 0 or more, or a target of "
                         "0 to 1000000 millionths.");
    if (!(more.mean >= 0.0 && more.mean <= COUNT_MOST) ||
        !(more.shape == 0.0 || more.shape >= 1e-3))
        return kept_fail(err, KEPT_EARG,
                         "The volume to come has mean %g and shape %g; give a mean of 0 to 10^12, "
                         "and a shape of 0 or from 0.001 on.",
                         more.mean, more.shape);
    if (!(level > 0.0 && level < 1.0))
        return kept_fail(err, KEPT_EARG, "The level %g of an interval must lie between 0 and 1.",
                         level);
    if (prior->n == 0)
        return kept_fail(err, KEPT_EARG, "The prior has no point; fit or state one.");
    return KEPT_OK;
}

void kept_missed__interval(size_t n, const double *value, const double *weight, double p,
                           double level, double *ret_low, double *ret_high)
{
    double mass[STEPS] = {0}, least = p, most = p, tail = (1.0 - level) / 2.0, below = 0.0;
    for (size_t i = 0; i < n; i++) {
        if (!(weight[i] > 0.0))
            continue;
        int at = (int)(value[i] * STEPS);
        mass[at < STEPS ? at : STEPS - 1] += weight[i];
        least = value[i] < least ? value[i] : least;
        most = value[i] > most ? value[i] : most;
    }
    int first = 0, last = STEPS - 1;
    for (; first < STEPS - 1 && below + mass[first] <= tail; first++)
        below += mass[first];
    below = 0.0;
    for (; last > 0 && below + mass[last] <= tail; last--)
        below += mass[last];
    *ret_low = fmin(p, fmax(least, (double)first / STEPS));
    *ret_high = fmax(p, fmin(most, (double)(last + 1) / STEPS));
}
