/* The chance that a promise is missed on any day of a rolling window: by simulation, since the
 * windows of neighbouring days share most of their cases. */
#include <math.h>
#include <string.h>

#include "kept/random.h"
#include "models/promise/missed_int.h"

enum {
    DRAWS = 4000,
    LENGTH_MOST = 3660,
    PARTS = 4,          /* of the prior and of the volume: their 16 cells give the interval */
    ONE_BY_ONE = 32,    /* cases that are drawn one by one */
    ALL_MOST = 1 << 18, /* volumes above are taken at even distances */
};

typedef struct rolling {
    const kept_missed_rolling_ask *ask;
    kept_missed__points points;
    double *below; /* [point]: probability of those before it */
    size_t *part;  /* [point]: which quarter of the prior, by mean */
    kept_missed__spread more;
    int64_t limit[PARTS - 1]; /* of the volume: the last of each quarter but the last */
    int64_t *cases;           /* [length]: to come, in one draw */
    double drawn[PARTS * PARTS], missed[PARTS * PARTS]; /* [prior part][volume part] */
} rolling;

/* --- Random numbers --- */

/* By halves: the number below p among n uniform ones, from the middle one of them, which is beta
 * distributed (Devroye, Non-Uniform Random Variate Generation, section X.4). */
static int64_t draw_binomial(kept_rng *rng, int64_t n, double p)
{
    int64_t below = 0;
    while (n > ONE_BY_ONE) {
        int64_t half = (n + 1) / 2;
        double middle = kept_rng_beta(rng, (double)half, (double)(n + 1 - half));
        if (middle <= p) {
            below += half;
            n -= half;
            p = (p - middle) / (1.0 - middle);
        } else {
            n = half - 1;
            p /= middle;
        }
    }
    for (int64_t i = 0; i < n; i++)
        below += kept_rng_uniform(rng) < p;
    return below;
}

/* Cases of every day to come; returns how many there are beside the open ones. */
static int64_t draw_cases(rolling *r, kept_rng *rng)
{
    const kept_missed_rolling_ask *ask = r->ask;
    double days = (double)ask->length, mean = ask->more.mean;
    if (ask->open)
        memcpy(r->cases, ask->open, ask->length * sizeof *r->cases);
    else
        memset(r->cases, 0, ask->length * sizeof *r->cases);
    if (mean == 0.0 || ask->more.shape == 0.0)
        return 0;
    if (isfinite(ask->more.shape))
        mean *= kept_rng_gamma(rng, ask->more.shape) / ask->more.shape;
    int64_t sum = 0;
    if (mean <= days) {
        sum = kept_rng_poisson(rng, mean);
        for (int64_t i = 0; i < sum; i++)
            r->cases[kept_rng_below(rng, ask->length)]++;
    } else {
        for (size_t d = 0; d < ask->length; d++) {
            int64_t cases = kept_rng_poisson(rng, mean / days);
            r->cases[d] += cases;
            sum += cases;
        }
    }
    return sum;
}

/* --- One draw --- */

static bool broken_some_day(const rolling *r, kept_rng *rng, double chance)
{
    const kept_missed_rolling_ask *ask = r->ask;
    int64_t n = 0, failed = 0;
    for (size_t d = 0; d < ask->length; d++) {
        n += ask->seen[d];
        failed += ask->failed[d];
    }
    for (size_t d = 0; d < ask->length; d++) {
        n += r->cases[d] - ask->seen[d];
        failed -= ask->failed[d];
        if (r->cases[d] > 0)
            failed += draw_binomial(rng, r->cases[d], chance);
        if (failed > 0 && failed > kept_allowed(&ask->allowance, n))
            return true;
    }
    return false;
}

static void draw(rolling *r, kept_rng *rng)
{
    const kept_missed__points *pt = &r->points;
    double u = kept_rng_uniform(rng);
    size_t g = pt->n - 1, part = 0;
    while (g > 0 && (pt->p[g] == 0.0 || r->below[g] > u))
        g--;
    double chance = kept_rng_beta(rng, pt->a[g], pt->b[g]);
    int64_t more = draw_cases(r, rng);
    while (part < PARTS - 1 && more > r->limit[part])
        part++;
    size_t cell = r->part[g] * PARTS + part;
    r->drawn[cell]++;
    r->missed[cell] += broken_some_day(r, rng, chance);
}

/* --- The ask --- */

static kept_status check(const kept_missed_rolling_ask *ask, const kept_prior *prior, kept_err *err)
{
    if (ask->length < 1 || ask->length > LENGTH_MOST)
        return kept_fail(err, KEPT_EARG, "A rolling window of %zu days cannot be; give 1 to %d.",
                         ask->length, LENGTH_MOST);
    for (size_t d = 0; d < ask->length; d++) {
        KEPT_TRY(
            kept_missed__check_cases("on a day of this window", ask->seen[d], ask->failed[d], err));
        if (ask->open)
            KEPT_TRY(kept_missed__check_cases("on a day to come", ask->open[d], 0, err));
    }
    return kept_missed__check(&ask->allowance, ask->more, ask->before_n, ask->before_failed,
                              ask->level, prior, err);
}

static void find_parts(rolling *r)
{
    const kept_missed__points *pt = &r->points;
    for (size_t g = 0; g < pt->n; g++) {
        double mean = pt->a[g] / (pt->a[g] + pt->b[g]), lower = 0.0;
        for (size_t h = 0; h < pt->n; h++) {
            double other = pt->a[h] / (pt->a[h] + pt->b[h]);
            if (other < mean || (other == mean && h < g))
                lower += pt->p[h];
        }
        size_t part = (size_t)((lower + pt->p[g] / 2.0) * PARTS);
        r->part[g] = part < PARTS ? part : PARTS - 1;
        r->below[g] = g == 0 ? 0.0 : r->below[g - 1] + pt->p[g - 1];
    }
    double below = 0.0;
    int part = 0;
    for (size_t i = 0; i < r->more.n; i++) {
        below += r->more.p[i];
        for (; part < PARTS - 1 && below >= (part + 1.0) / PARTS; part++)
            r->limit[part] = r->more.from + (int64_t)i * r->more.step;
    }
    for (; part < PARTS - 1; part++)
        r->limit[part] = INT64_MAX;
}

/* Is it missed on some day if all that is to come is good, or never even if all fails? */
static bool is_settled(const rolling *r, int64_t most, bool *ret_missed)
{
    const kept_missed_rolling_ask *ask = r->ask;
    int64_t n = 0, failed = 0, open = 0;
    for (size_t d = 0; d < ask->length; d++) {
        n += ask->seen[d];
        failed += ask->failed[d];
    }
    bool ever = false, never = true;
    for (size_t d = 0; d < ask->length; d++) {
        n -= ask->seen[d];
        failed -= ask->failed[d];
        open += ask->open ? ask->open[d] : 0;
        int64_t allowed = kept_allowed(&ask->allowance, n + open + most);
        ever = ever || failed > allowed;
        never = never && failed + open + most <= allowed;
    }
    *ret_missed = ever;
    return ever || never;
}

static void simulate(rolling *r, size_t draws, kept_missed *result)
{
    kept_rng rng = kept_rng_make(r->ask->seed, 0);
    for (size_t i = 0; i < draws; i++)
        draw(r, &rng);
    double value[PARTS * PARTS] = {0}, weight[PARTS * PARTS], missed = 0.0;
    for (size_t i = 0; i < PARTS * PARTS; i++) {
        missed += r->missed[i];
        weight[i] = r->drawn[i] / (double)draws;
        if (r->drawn[i] > 0.0)
            value[i] = r->missed[i] / r->drawn[i];
    }
    result->p = missed / (double)draws;
    kept_missed__interval(PARTS * PARTS, value, weight, result->p, r->ask->level, &result->low,
                          &result->high);
}

static kept_status forecast(rolling *r, const kept_prior *prior, kept_arena *arena,
                            kept_missed *result, double *ret_error, kept_err *err)
{
    const kept_missed_rolling_ask *ask = r->ask;
    int64_t n = ask->before_n, failed = ask->before_failed, open = 0;
    for (size_t d = 0; d < ask->length; d++) {
        n += ask->seen[d];
        failed += ask->failed[d];
        open += ask->open ? ask->open[d] : 0;
    }
    KEPT_TRY(kept_missed__learn(prior, n, failed, arena, &r->points, err));
    KEPT_TRY(kept_missed__spread_of(ask->more, ALL_MOST, arena, &r->more, err));
    r->below = KEPT_NEW_N(arena, double, r->points.n);
    r->part = KEPT_NEW_N(arena, size_t, r->points.n);
    r->cases = KEPT_NEW_N(arena, int64_t, ask->length);
    if (!r->below || !r->part || !r->cases)
        return kept_nomem(err);
    result->chance = r->points.chance;
    result->volume = (double)open + (ask->more.shape > 0.0 ? ask->more.mean : 0.0);
    int64_t volume = 0;
    for (size_t i = 0; i < r->more.n; i++) {
        volume = open + r->more.from + (int64_t)i * r->more.step;
        result->allowed += r->more.p[i] * (double)kept_allowed(&ask->allowance, volume);
    }
    bool missed;
    result->settled = is_settled(r, volume - open, &missed);
    if (result->settled) {
        result->p = result->low = result->high = missed ? 1.0 : 0.0;
        *ret_error = 0.0;
        return KEPT_OK;
    }
    size_t draws = ask->draws > 0 ? ask->draws : DRAWS;
    find_parts(r);
    simulate(r, draws, result);
    *ret_error = sqrt(result->p * (1.0 - result->p) / (double)draws);
    return KEPT_OK;
}

kept_status kept_missed_rolling(const kept_missed_rolling_ask *ask, const kept_prior *prior,
                                kept_arena *arena, kept_missed *ret_missed, double *ret_error,
                                kept_err *err)
{
    KEPT_TRY(check(ask, prior, err));
    rolling r = {.ask = ask};
    kept_missed result = {0};
    double error = 0.0;
    kept_arena_mark mark = kept_arena_get_mark(arena);
    kept_status status = forecast(&r, prior, arena, &result, &error, err);
    kept_arena_rewind(arena, mark);
    if (status == KEPT_OK) {
        *ret_missed = result;
        *ret_error = error;
    }
    return status;
}
