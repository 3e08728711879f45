/* Are warnings by P(missed) better than rules of thumb? Simulated firms promise their customers
 * deliveries in time and are warned by several rules, with what is known on each day. Prints tables
 * and one test point per claim (TAP).
 *
 * usage: warnings FIRMS [SEED]. The seed is printed; a fresh one by default. From 100 firms on, the
 * claims must hold with their 95 % intervals (clustered by firm), and the study is repeated where
 * failures come in bad weeks; for fewer and for bad weeks the sign counts.
 *
 * What is claimed: at a chance of .7 one rule beats both rules of thumb in both respects; at .5 it
 * beats the eager one, at .8 the late one in both. At .5 there are more false warnings than at the
 * last failure allowed (and more than twice as many that are right and in time): the tables show
 * it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "kept/parallel.h"
#include "watch.h"

enum { MANY_FIRMS = 100, MOST_FIRMS = 10000 };
static const double Z95 = 1.959963984540054;

typedef struct study {
    weather weather;
    uint64_t seed;
    bool strict; /* claims must hold with their intervals */
    size_t n;
    watched *firms;
    kept_arena *arenas; /* of the firms' results */
    kept_err *errs;
    int points, failed;
} study;

static void watch_one(void *context, size_t number)
{
    study *s = context;
    KEPT_AUTO_ARENA made = KEPT_ARENA_INIT;
    firm *f = NULL;
    kept_err *err = &s->errs[number];
    if (firm_make(s->weather, s->seed, number, &made, &f, err) == KEPT_OK)
        (void)watch_firm(f, (int64_t)number, &s->arenas[number], &s->firms[number], err);
}

/* --- Estimates over firms --- */

typedef struct estimate {
    double value, low, high;
} estimate;

typedef struct group {
    const char *name;
    bool able;       /* only firms that are */
    int first, last; /* bands of customers */
} group;

static const group groups[] = {
    {"all", false, 0, N_BANDS - 1},
    {"5 to 25 deliveries a year", false, 0, 0},
    {"25 to 100 deliveries a year", false, 1, 1},
    {"100 to 500 deliveries a year", false, 2, 2},
    {"firms that fail less than they allow themselves", true, 0, N_BANDS - 1},
};
static const group *const everyone = &groups[0];

enum { NONE = -1 };

/* Adds up a firm's counts by rule a, less those by rule b. */
static void add_up(const group *g, measure m, int a, int b, const watched *w, double *ret_count,
                   double *ret_of)
{
    *ret_count = *ret_of = 0.0;
    for (int k = g->first; k <= g->last; k++) {
        const tally *t = &w->bands[k];
        *ret_count += t->count[m][a] - (b == NONE ? 0.0 : t->count[m][b]);
        *ret_of += t->of[m];
    }
}

/* Counts per window missed or customer-year: a ratio of sums, its error from the firms' residuals
 * (Cochran, Sampling Techniques, 3rd ed., section 6.4). */
static estimate estimate_of(const study *s, const group *g, measure m, int a, int b)
{
    double count, of, counts = 0.0, ofs = 0.0, squares = 0.0, firms = 0.0;
    for (size_t i = 0; i < s->n; i++) {
        if (g->able && !s->firms[i].able)
            continue;
        add_up(g, m, a, b, &s->firms[i], &count, &of);
        counts += count;
        ofs += of;
        firms++;
    }
    double value = counts / ofs;
    for (size_t i = 0; i < s->n; i++) {
        if (g->able && !s->firms[i].able)
            continue;
        add_up(g, m, a, b, &s->firms[i], &count, &of);
        squares += (count - value * of) * (count - value * of);
    }
    double se = sqrt(firms / (firms - 1.0) * squares) / ofs;
    return (estimate){value, value - Z95 * se, value + Z95 * se};
}

/* --- What is printed --- */

static const char *const rule_names[N_RULES] = {
    "first failure", "last allowed one", "tripwire",  "chance .5 or tripwire",
    "chance .3",     "chance .4",        "chance .5", "chance .6",
    "chance .7",     "chance .8",        "chance .9"};

static void print_rules(const study *s, const group *g)
{
    double missed = 0.0, years = 0.0, count, of;
    for (size_t i = 0; i < s->n; i++) {
        if (g->able && !s->firms[i].able)
            continue;
        add_up(g, TIMELY, 0, NONE, &s->firms[i], &count, &of);
        missed += of;
        add_up(g, MISTAKEN, 0, NONE, &s->firms[i], &count, &of);
        years += of;
    }
    printf("#\n# %s%s: %.0f customer-years, %.0f windows missed\n", g->name,
           s->weather == BAD_WEEKS ? ", failures in bad weeks" : "", years, missed);
    printf("# %-22s  %-30s  %s\n", "warned at", "missed, warned 7 days ahead",
           "false per customer-year");
    for (int k = 0; k < N_RULES; k++) {
        estimate t = estimate_of(s, g, TIMELY, k, NONE), f = estimate_of(s, g, MISTAKEN, k, NONE);
        printf("# %-22s  %5.1f %%  (%4.1f to %4.1f)         %.3f  (%.3f to %.3f)\n", rule_names[k],
               100.0 * t.value, 100.0 * t.low, 100.0 * t.high, f.value, f.low, f.high);
    }
}

/* --- Claims --- */

/* more: is the difference above zero, else below it? */
static void claim(study *s, bool more, estimate d, const char *what)
{
    bool holds = more ? (s->strict ? d.low : d.value) > 0.0 : (s->strict ? d.high : d.value) < 0.0;
    printf("%s %d - %s%s: %+.4f (%+.4f to %+.4f)\n", holds ? "ok" : "not ok", ++s->points, what,
           s->weather == BAD_WEEKS ? ", bad weeks" : "", d.value, d.low, d.high);
    s->failed += !holds;
}

static void claim_better(study *s, int a, int b)
{
    char what[160];
    snprintf(what, sizeof what, "%s warns in time of more than %s", rule_names[a], rule_names[b]);
    claim(s, true, estimate_of(s, everyone, TIMELY, a, b), what);
    snprintf(what, sizeof what, "%s warns falsely less often than %s", rule_names[a],
             rule_names[b]);
    claim(s, false, estimate_of(s, everyone, MISTAKEN, a, b), what);
}

/* --- Forecasts --- */

static kept_forecast *all_forecasts(const study *s, int point, forecaster by, kept_arena *arena,
                                    size_t *ret_n)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n; i++)
        n += s->firms[i].n;
    kept_forecast *all = KEPT_NEW_N(arena, kept_forecast, n);
    *ret_n = 0;
    for (size_t i = 0; all && i < s->n; i++)
        for (size_t k = 0; k < s->firms[i].n; k++)
            all[(*ret_n)++] = s->firms[i].forecasts[point][by][k];
    return all;
}

static void print_bins(const kept_bin bins[KEPT_SCORE_BINS])
{
    for (int k = 0; k < KEPT_SCORE_BINS; k++)
        printf("#   said %.1f to %.1f: %6zu times, %.3f on average; missed %.3f\n", bins[k].from,
               bins[k].to, bins[k].n, bins[k].mean_p, bins[k].rate);
}

static kept_status score_point(study *s, int point, kept_arena *arena, kept_err *err)
{
    static const char *const names[N_FORECASTERS] = {"", "first failure", "last allowed one",
                                                     "the firm's share missed, in hindsight"};
    const int percent = 100 * (point + 1) / (N_POINTS + 1);
    size_t n;
    kept_scored scored;
    kept_bin bins[KEPT_SCORE_BINS];
    char what[160];
    const kept_forecast *kept = all_forecasts(s, point, SAYS_KEPT, arena, &n);
    if (!kept)
        return kept_nomem(err);
    KEPT_TRY(kept_score(kept, n, arena, &scored, bins, err));
    printf("#\n# at %d %% of the window: Brier score of P(missed) %.4f (%.4f to %.4f), of the base "
           "rate %.4f\n",
           percent, scored.brier, scored.brier - Z95 * scored.brier_se,
           scored.brier + Z95 * scored.brier_se, scored.base_brier);
    print_bins(bins);
    snprintf(what, sizeof what, "at %d %% of the window: skill of P(missed)", percent);
    claim(s, true, (estimate){scored.skill, scored.skill_low, scored.skill_high}, what);
    for (int by = SAYS_FIRST; by < N_FORECASTERS; by++) {
        kept_brier_difference d;
        const kept_forecast *other = all_forecasts(s, point, (forecaster)by, arena, &n);
        if (!other)
            return kept_nomem(err);
        KEPT_TRY(kept_score_compare(kept, other, n, arena, &d, err));
        snprintf(what, sizeof what, "at %d %% of the window: Brier score less that of %s", percent,
                 names[by]);
        claim(s, false, (estimate){d.difference, d.low, d.high}, what);
    }
    return KEPT_OK;
}

static kept_status run(study *s, kept_err *err)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_parallel_for(s->n, 0, watch_one, s);
    for (size_t i = 0; i < s->n; i++)
        if (s->errs[i].code != KEPT_OK) {
            *err = s->errs[i];
            return err->code;
        }
    for (size_t k = 0; k < sizeof groups / sizeof groups[0]; k++)
        print_rules(s, &groups[k]);
    claim_better(s, RULE_BEST, RULE_FIRST);
    claim_better(s, RULE_BEST, RULE_LAST);
    claim_better(s, RULE_WATCH, RULE_FIRST);
    claim_better(s, RULE_ACT, RULE_LAST);
    for (int point = 0; point < N_POINTS; point++)
        KEPT_TRY(score_point(s, point, &arena, err));
    return KEPT_OK;
}

static kept_status study_weather(weather how, uint64_t seed, bool strict, size_t firms, study *s,
                                 kept_err *err)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    *s = (study){.weather = how,
                 .seed = seed,
                 .strict = strict,
                 .n = firms,
                 .firms = KEPT_NEW_N(&arena, watched, firms),
                 .arenas = KEPT_NEW_N(&arena, kept_arena, firms),
                 .errs = KEPT_NEW_N(&arena, kept_err, firms),
                 .points = s->points,
                 .failed = s->failed};
    if (!s->firms || !s->arenas || !s->errs)
        return kept_nomem(err);
    kept_status status = run(s, err);
    for (size_t i = 0; i < firms; i++)
        kept_arena_free(&s->arenas[i]);
    return status;
}

int main(int argc, char **argv)
{
    long firms = argc > 1 ? strtol(argv[1], NULL, 10) : 0;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : (uint64_t)time(NULL);
    bool many = firms >= MANY_FIRMS;
    if (firms < 2 || firms > MOST_FIRMS) {
        fprintf(stderr, "usage: warnings FIRMS [SEED], 2 to %d firms\n", MOST_FIRMS);
        return 2;
    }
    printf("# %ld firms, seed %llu\n", firms, (unsigned long long)seed);
    kept_err err = KEPT_ERR_INIT;
    study s = {.points = 0};
    kept_status status = study_weather(STEADY, seed, many, (size_t)firms, &s, &err);
    if (status == KEPT_OK && many)
        status = study_weather(BAD_WEEKS, seed, false, (size_t)firms, &s, &err);
    if (status != KEPT_OK) {
        fprintf(stderr, "%s\n", err.msg);
        return 1;
    }
    printf("1..%d\n", s.points);
    return s.failed ? 1 : 0;
}
