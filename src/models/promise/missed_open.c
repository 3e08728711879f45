/* Open cases that say something by being open still.
 *
 * Who promises a day with room to spare has most cases done well before it. Then those that are
 * still open shortly before their day are mostly the ones that will fail, and those done already
 * are mostly the good ones: neither is a fair sample. Let a good case that falls due in d days
 * still be open with chance s(d), and one that will fail be open always. The number J of failures
 * among the open cases then has
 *
 *     P(J = j) ~ [z^j] prod (s(d) + z)  x  P(F + j of n fail | prior),
 *
 * F and n being the failures and cases of the window so far, open ones among n. Given J the window
 * is known whole, so the rest is what kept_missed_by_end does without open cases. With s = 1 this
 * is the beta-binomial again. */
#include <math.h>

#include "kept/special.h"
#include "models/promise/missed_int.h"

enum {
    NODES = 32,        /* values of J that are looked at, at most */
    EXACT_MOST = 2048, /* open cases up to which all values of J are weighed */
    EM_STEPS = 200,
};
static const double negligible = 1e-7;

typedef struct node { /* so many of the open cases fail */
    int64_t failed;
    double p;
} node;

bool kept_missed__says(const kept_missed_ask *ask)
{
    for (size_t i = 0; i < ask->n_waits; i++)
        if (ask->waits[i].n > 0 && ask->waits[i].still < 1)
            return ask->open > 0;
    return false;
}

kept_status kept_missed__check_waits(const kept_missed_ask *ask, kept_err *err)
{
    int64_t n = 0;
    for (size_t i = 0; i < ask->n_waits; i++) {
        const kept_missed_wait *w = &ask->waits[i];
        if (w->n < 0 || !(w->still > 0 && w->still <= 1))
            return kept_fail(err, KEPT_EARG,
                             "Open cases: give numbers of 0 or more, each with a chance above 0 "
                             "and up to 1 that a good one would be open still.");
        n += w->n;
    }
    if (ask->n_waits && n != ask->open)
        return kept_fail(err, KEPT_EARG, "There are %lld open cases, but %lld are told apart.",
                         (long long)ask->open, (long long)n);
    return KEPT_OK;
}

/* Coefficients of prod (s + z), each factor divided by s + 1: P(J = j) were all equally likely to
 * fail as not. */
static void coefficients(const kept_missed_ask *ask, double *c)
{
    size_t n = 0;
    c[0] = 1;
    for (size_t i = 0; i < ask->n_waits; i++) {
        double fails = 1 / (1 + ask->waits[i].still);
        for (int64_t k = 0; k < ask->waits[i].n; k++) {
            c[n + 1] = c[n] * fails;
            for (size_t j = n; j > 0; j--)
                c[j] = c[j] * (1 - fails) + c[j - 1] * fails;
            c[0] *= 1 - fails;
            n++;
        }
    }
}

/* ln P(j more of the open cases fail) over the points, up to a constant: from j to j + 1 each point
 * gains the factor (a + j) / (b + open - j - 1). */
static void weigh(const kept_missed__points *pt, int64_t open, double *c, double *part)
{
    double scale = 0;
    for (size_t g = 0; g < pt->n; g++) {
        double rise = kept_lgamma_rise(pt->b[g], (double)open) -
                      kept_lgamma_rise(pt->a[g] + pt->b[g], (double)open);
        part[g] = pt->p[g] > 0 ? log(pt->p[g]) + rise : -INFINITY;
    }
    for (int64_t j = 0; j <= open; j++) {
        double top = -INFINITY, sum = 0;
        for (size_t g = 0; g < pt->n; g++)
            top = fmax(top, part[g]);
        for (size_t g = 0; g < pt->n; g++) {
            sum += exp(part[g] - top);
            if (j < open)
                part[g] += log((pt->a[g] + (double)j) / (pt->b[g] + (double)(open - j - 1)));
        }
        c[j] = c[j] > 0 ? log(c[j]) + top + log(sum) : -INFINITY;
        scale = j == 0 ? c[0] : fmax(scale, c[j]);
    }
    double sum = 0;
    for (int64_t j = 0; j <= open; j++)
        sum += c[j] = exp(c[j] - scale);
    for (int64_t j = 0; j <= open; j++)
        c[j] /= sum;
}

/* Where there are many, neighbours together: as many in each, or the tails would vanish. */
static size_t join(const double *c, int64_t open, node *nodes)
{
    int64_t low = 0, high = open;
    size_t n = 0;
    double sum = 0;
    while (low < high && c[low] < negligible)
        low++;
    while (high > low && c[high] < negligible)
        high--;
    int64_t width = (high - low) / NODES + 1;
    for (int64_t j = low; j <= high; j += width) {
        double p = 0, mean = 0;
        for (int64_t i = j; i <= high && i < j + width; i++) {
            p += c[i];
            mean += c[i] * (double)i;
        }
        if (p > 0)
            nodes[n++] = (node){(int64_t)floor(mean / p + 0.5), p};
        sum += p;
    }
    for (size_t i = 0; i < n; i++)
        nodes[i].p /= sum;
    return n;
}

/* Very many open cases: the mean alone. Going to and fro between how many fail and the chance that
 * one does settles where the two agree; from above it gets there soon. */
static size_t expect(const kept_missed_ask *ask, const kept_missed__points *pt, node *nodes)
{
    double weight = 0, chance = 1, failing = 0;
    for (size_t g = 0; g < pt->n; g++)
        weight += pt->p[g] * (pt->a[g] + pt->b[g]);
    for (int i = 0; i < EM_STEPS; i++) {
        failing = 0;
        for (size_t k = 0; k < ask->n_waits; k++) {
            double n = (double)ask->waits[k].n, still = ask->waits[k].still;
            failing += n * chance / (chance + (1 - chance) * still);
        }
        chance = (pt->chance * weight + failing) / (weight + (double)ask->open);
    }
    nodes[0] = (node){(int64_t)floor(failing + 0.5), 1};
    return 1;
}

static kept_status find_nodes(const kept_missed_ask *ask, const kept_prior *prior,
                              kept_arena *arena, node *nodes, size_t *ret_n, kept_err *err)
{
    kept_missed__points pt;
    KEPT_TRY(kept_missed__learn(prior, ask->before_n + ask->seen, ask->before_failed + ask->failed,
                                arena, &pt, err));
    if (ask->open > EXACT_MOST) {
        *ret_n = expect(ask, &pt, nodes);
        return KEPT_OK;
    }
    double *c = KEPT_NEW_N(arena, double, (size_t)ask->open + 1);
    double *part = KEPT_NEW_N(arena, double, pt.n);
    if (!c || !part)
        return kept_nomem(err);
    coefficients(ask, c);
    weigh(&pt, ask->open, c, part);
    *ret_n = join(c, ask->open, nodes);
    return KEPT_OK;
}

kept_status kept_missed__by_waits(const kept_missed_ask *ask, const kept_prior *prior,
                                  kept_arena *arena, kept_missed *result, kept_err *err)
{
    node nodes[NODES];
    size_t n = 0;
    kept_missed sum = {0};
    KEPT_TRY(kept_missed__forecast(ask, prior, arena, &sum, err));
    if (sum.settled) { /* whatever becomes of the open ones */
        *result = sum;
        return KEPT_OK;
    }
    sum = (kept_missed){0};
    KEPT_TRY(find_nodes(ask, prior, arena, nodes, &n, err));
    for (size_t i = 0; i < n; i++) {
        kept_missed one = {0};
        kept_missed_ask known = *ask;
        known.waits = NULL;
        known.n_waits = 0;
        known.seen += ask->open;
        known.failed += nodes[i].failed;
        known.open = 0;
        KEPT_TRY(kept_missed__forecast(&known, prior, arena, &one, err));
        sum.p += nodes[i].p * one.p;
        sum.low += nodes[i].p * one.low;
        sum.high += nodes[i].p * one.high;
        sum.chance += nodes[i].p * one.chance;
        sum.allowed += nodes[i].p * one.allowed;
        sum.volume += nodes[i].p * one.volume;
    }
    sum.p = fmin(1 - negligible, fmax(negligible, sum.p)); /* of what was left out */
    sum.low = fmin(sum.low, sum.p);
    sum.high = fmax(sum.high, sum.p);
    *result = sum;
    return KEPT_OK;
}
