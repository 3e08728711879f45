/* The chance that a promise is missed by the end of its window.
 *
 * Of k more cases, F fail: beta-binomial at each point of the prior. With r failures left at that
 * volume, P(F > r) is walked from one volume to the next,
 *     P(F[k+1] > r) = P(F[k] > r) + P(F[k] = r) (a + r) / (a + b + k),
 * and so is P(F = r); where the allowance of one more case is one more failure, r moves on. Every
 * step costs a few multiplications for a point, whatever the allowance. */
#include <math.h>
#include <string.h>

#include "kept/special.h"
#include "models/promise/missed_int.h"

enum {
    LANES = KEPT_MISSED__LANES,
    SLICES = 16,         /* of the volume, for the interval */
    WALK_MOST = 1 << 18, /* cases to come up to which all volumes are walked through */
    RESTART = 64,        /* steps after which a probability that underflowed is looked at again */
    SUM_MOST = 4096,     /* terms added up where volumes are not walked through */
};

/* --- The beta-binomial at one place --- */

static double log_density(double a, double b, double k, double r)
{
    return kept_lgamma_rise(k - r + 1.0, r) - kept_lgamma(r + 1.0) + kept_lgamma_rise(a, r) +
           kept_lgamma_rise(b, k - r) - kept_lgamma_rise(a + b, k);
}

/* P(F > r) of k cases, 0 <= r < k, for large k. Few terms are added up; else F / k is taken for
 * beta distributed with the same mean and variance, which is right to about .001. */
static double tail_of_many(double a, double b, double k, double r)
{
    if (r > SUM_MOST) {
        double mean = a / (a + b), weight = (a + b + 1.0) * k / (a + b + k) - 1.0;
        return kept_beta_inc((1.0 - mean) * weight, mean * weight, 1.0 - (r + 0.5) / k);
    }
    double term = exp(log_density(a, b, k, r)), sum = term;
    for (double j = r; j > 0.0; j--) {
        term *= j * (b + k - j) / ((k - j + 1.0) * (a + j - 1.0));
        sum += term;
    }
    return fmin(1.0, fmax(0.0, 1.0 - sum));
}

/* --- Cells: each point of the prior with each slice of the volume --- */

typedef struct cell_table {
    size_t points;
    double *value;       /* [slice][point]: P(missed) times the mass of the slice */
    double mass[SLICES]; /* probability of the volumes in it */
} cell_table;

static int slice_of(double below)
{
    int slice = (int)(below * SLICES);
    return slice < SLICES ? slice : SLICES - 1;
}

/* --- The walk --- */

typedef struct step { /* k cases to come, r failures left */
    double k, r;      /* r < 0: already broken at this volume */
    double grow;      /* (k + 1) / (k + 1 - max(r, 0)) */
    double lift;   /* (k + 1 - r) / (r + 1), where one case more leaves one failure more; else 0 */
    bool opens;    /* one case more leaves no failure, where now it is broken */
    double p;      /* of this volume */
    double *value; /* of its slice */
} step;

typedef struct walk {
    step *steps;
    size_t n;
} walk;

static int64_t left_at(const kept_missed_ask *ask, int64_t k)
{
    return kept_allowed(&ask->allowance, ask->seen + k) - ask->failed;
}

/* The first number of cases that leaves no more failures than it has cases; with fewer, nothing
 * can be missed. k - left_at(k) never falls and rises by 0 or 1. */
static int64_t first_at_risk(const kept_missed_ask *ask, int64_t end)
{
    int64_t low = 0, high = end;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (middle >= left_at(ask, middle))
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static kept_status plan_walk(const kept_missed_ask *ask, const kept_missed__spread *more,
                             int64_t end, kept_arena *arena, cell_table *cells, walk *ret_walk,
                             kept_err *err)
{
    int64_t first = ask->open + more->from, start = first_at_risk(ask, end);
    walk w = {.n = (size_t)(end - start) + 1};
    w.steps = KEPT_NEW_N(arena, step, w.n);
    if (!w.steps)
        return kept_nomem(err);
    int64_t next = left_at(ask, start);
    for (int64_t k = start; k <= end; k++) {
        int64_t r = next;
        next = left_at(ask, k + 1);
        double dk = (double)k, dr = (double)r;
        w.steps[k - start] = (step){
            .k = dk,
            .r = dr,
            .grow = r > 0 ? (dk + 1.0) / (dk + 1.0 - dr) : 1.0,
            .lift = r >= 0 && next > r ? (dk + 1.0 - dr) / (dr + 1.0) : 0.0,
            .opens = r < 0 && next == 0,
        };
    }
    double below = 0.0;
    for (size_t i = 0; i < more->n; i++) {
        int slice = slice_of(below);
        int64_t k = first + (int64_t)i;
        below += more->p[i];
        cells->mass[slice] += more->p[i];
        if (k >= start) {
            w.steps[k - start].p = more->p[i];
            w.steps[k - start].value = cells->value + (size_t)slice * cells->points;
        }
    }
    *ret_walk = w;
    return KEPT_OK;
}

typedef struct lanes {
    double a[LANES], b[LANES], sum[LANES]; /* sum = a + b */
    double at[LANES];                      /* P(F = max(r, 0)) */
    double above[LANES];                   /* P(F > r) */
} lanes;

static lanes begin(const walk *w, const double *a, const double *b)
{
    const step *s = w->steps;
    lanes x;
    for (int j = 0; j < LANES; j++) {
        x.a[j] = a[j];
        x.b[j] = b[j];
        x.sum[j] = a[j] + b[j];
        x.at[j] = 1.0;
        x.above[j] = s->r < 0.0 ? 1.0 : 0.0;
    }
    /* All failed so far, or there was none. */
    for (double i = 0.0; i < s->k; i++)
        for (int j = 0; j < LANES; j++)
            x.at[j] *= (x.a[j] + i) / (x.sum[j] + i);
    return x;
}

static void restart_vanished(lanes *x, const step *s)
{
    for (int j = 0; j < LANES; j++)
        if (x->at[j] < 1e-250)
            x->at[j] = exp(log_density(x->a[j], x->b[j], s->k, fmax(0.0, s->r)));
}

static void walk_on(lanes *x, const step *s)
{
    double k = s->k, r = s->r;
    if (r < 0.0) {
        for (int j = 0; j < LANES; j++)
            x->at[j] *= (x->b[j] + k) / (x->sum[j] + k);
        for (int j = 0; s->opens && j < LANES; j++)
            x->above[j] = 1.0 - x->at[j];
        return;
    }
    for (int j = 0; j < LANES; j++) {
        double at = x->at[j] / (x->sum[j] + k);
        x->above[j] += at * (x->a[j] + r);
        x->at[j] = at * (x->b[j] + (k - r)) * s->grow;
    }
    if (s->lift > 0.0)
        for (int j = 0; j < LANES; j++) {
            x->at[j] *= s->lift * (x->a[j] + r) / (x->b[j] + (k - r));
            x->above[j] -= x->at[j];
        }
}

static void collect(double *restrict value, const double *restrict above, double p)
{
    for (int j = 0; j < LANES; j++)
        value[j] += p * above[j];
}

static void walk_points(const walk *w, const kept_missed__points *pt)
{
    for (size_t g = 0; g < pt->n; g += LANES) {
        lanes x = begin(w, pt->a + g, pt->b + g);
        for (size_t i = 0; i < w->n; i++) {
            const step *s = &w->steps[i];
            if (i % RESTART == 0)
                restart_vanished(&x, s);
            if (s->value)
                collect(s->value + g, x.above, s->p);
            walk_on(&x, s);
        }
    }
}

/* --- Without walking: for many cases --- */

static void jump_points(const kept_missed_ask *ask, const kept_missed__spread *more,
                        const kept_missed__points *pt, cell_table *cells)
{
    double below = 0.0;
    for (size_t i = 0; i < more->n; i++) {
        int slice = slice_of(below);
        int64_t k = ask->open + more->from + (int64_t)i * more->step, r = left_at(ask, k);
        double *value = cells->value + (size_t)slice * cells->points, p = more->p[i];
        below += p;
        cells->mass[slice] += p;
        for (size_t g = 0; g < pt->n && r < k; g++)
            if (pt->p[g] > 0.0)
                value[g] +=
                    p * (r < 0 ? 1.0 : tail_of_many(pt->a[g], pt->b[g], (double)k, (double)r));
    }
}

/* --- The answer --- */

/* From the cells, which it turns into probabilities. */
static kept_status answer(const kept_missed_ask *ask, const kept_missed__points *pt,
                          cell_table *cells, kept_arena *arena, kept_missed *result, kept_err *err)
{
    size_t n = SLICES * cells->points;
    double *weight = KEPT_NEW_N(arena, double, n), p = 0.0;
    if (!weight)
        return kept_nomem(err);
    for (size_t slice = 0, i = 0; slice < SLICES; slice++) {
        double scale = cells->mass[slice] > 0.0 ? 1.0 / cells->mass[slice] : 0.0;
        for (size_t g = 0; g < cells->points; g++, i++) {
            p += pt->p[g] * cells->value[i];
            weight[i] = pt->p[g] * cells->mass[slice];
            cells->value[i] *= scale;
        }
    }
    result->p = fmin(1.0, fmax(0.0, p));
    kept_missed__interval(n, cells->value, weight, result->p, ask->level, &result->low,
                          &result->high);
    return KEPT_OK;
}

kept_status kept_missed__forecast(const kept_missed_ask *ask, const kept_prior *prior,
                                  kept_arena *arena, kept_missed *result, kept_err *err)
{
    kept_missed__points pt;
    kept_missed__spread more;
    KEPT_TRY(kept_missed__learn(prior, ask->before_n + ask->seen, ask->before_failed + ask->failed,
                                arena, &pt, err));
    int64_t most = ask->open < WALK_MOST ? WALK_MOST - ask->open : 0;
    KEPT_TRY(kept_missed__spread_of(ask->more, most, arena, &more, err));
    result->chance = pt.chance;
    result->volume =
        (double)(ask->seen + ask->open) + (ask->more.shape > 0.0 ? ask->more.mean : 0.0);
    int64_t first = ask->open + more.from, end = first + (int64_t)(more.n - 1) * more.step;
    for (size_t i = 0; i < more.n; i++)
        result->allowed +=
            more.p[i] * (double)(left_at(ask, first + (int64_t)i * more.step) + ask->failed);
    bool never = end <= left_at(ask, end), ever = left_at(ask, end) < 0;
    if (never || ever) {
        result->settled = true;
        result->p = result->low = result->high = ever ? 1.0 : 0.0;
        return KEPT_OK;
    }
    cell_table cells = {.points = pt.n, .value = KEPT_NEW_N(arena, double, SLICES *pt.n)};
    if (!cells.value)
        return kept_nomem(err);
    if (end <= WALK_MOST) {
        walk w = {NULL, 0};
        KEPT_TRY(plan_walk(ask, &more, end, arena, &cells, &w, err));
        walk_points(&w, &pt);
    } else {
        jump_points(ask, &more, &pt, &cells);
    }
    return answer(ask, &pt, &cells, arena, result, err);
}

kept_status kept_missed_by_end(const kept_missed_ask *ask, const kept_prior *prior,
                               kept_arena *arena, kept_missed *ret_missed, kept_err *err)
{
    KEPT_TRY(kept_missed__check_cases("in this window", ask->seen, ask->failed, err));
    KEPT_TRY(kept_missed__check_cases("known to come", ask->open, 0, err));
    KEPT_TRY(kept_missed__check_waits(ask, err));
    KEPT_TRY(kept_missed__check(&ask->allowance, ask->more, ask->before_n, ask->before_failed,
                                ask->level, prior, err));
    kept_missed result = {0};
    kept_arena_mark mark = kept_arena_get_mark(arena);
    kept_status status = kept_missed__says(ask)
                             ? kept_missed__by_waits(ask, prior, arena, &result, err)
                             : kept_missed__forecast(ask, prior, arena, &result, err);
    kept_arena_rewind(arena, mark);
    if (status == KEPT_OK)
        *ret_missed = result;
    return status;
}

double kept_break_chance(int64_t n, int64_t allowed, double p)
{
    if (allowed < 0)
        return 1.0;
    if (allowed >= n)
        return 0.0;
    return kept_beta_inc((double)allowed + 1.0, (double)(n - allowed), p);
}
