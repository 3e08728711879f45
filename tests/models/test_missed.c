#include "support.h"

#include "kept/missed.h"
#include "kept/random.h"
#include "kept/special.h"
#include "models/promise/missed_int.h"

static const kept_volume none = {0.0, 0.0};

static kept_missed by_end(const kept_missed_ask *ask, const kept_prior *prior)
{
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_missed m;
    CHECK_OK(kept_missed_by_end(ask, prior, &arena, &m, &err));
    assert_true(m.p >= 0.0 && m.p <= 1.0 && m.low >= 0.0 && m.high <= 1.0);
    assert_true(m.low <= m.p && m.p <= m.high);
    return m;
}

static kept_prior stated(double mean, double weight, kept_arena *arena)
{
    kept_err err = KEPT_ERR_INIT;
    kept_prior prior;
    CHECK_OK(kept_prior_stated(mean, weight, arena, &prior, &err));
    return prior;
}

/* 60 deliveries a quarter at 95 %, prior mean .03 with weight 50. Worked exactly with SciPy's
 * betabinom: first with 3 allowed and exactly 60 - seen to come, then with 60 - seen on average
 * (Poisson) and floor(5 %) of the volume that comes allowed. */
void test_missed__worked_example(void **state)
{
    (void)state;
    static const struct {
        int64_t seen, failed;
        double fixed, share;
    } cells[] = {{15, 0, .0546, .0837}, {15, 1, .2622, .3543}, {15, 2, .6244, .7384},
                 {30, 1, .0924, .1557}, {30, 2, .3633, .5148}, {30, 3, .7716, .8978},
                 {45, 3, .4924, .7576}};
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_prior prior = stated(.03, 50, &arena);
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
        kept_missed_ask ask = {.seen = cells[i].seen, .failed = cells[i].failed, .level = .9};
        ask.allowance = (kept_allowance){true, 3, 0};
        ask.open = 60 - ask.seen;
        kept_missed m = by_end(&ask, &prior);
        CHECK_ABS(m.p, cells[i].fixed, 5e-5);
        /* One point and no doubt about the volume: nothing that p could be off by. */
        CHECK_ABS(m.low, m.p, 1e-12);
        CHECK_ABS(m.high, m.p, 1e-12);
        CHECK_ABS(m.volume, 60, 0);
        CHECK_ABS(m.allowed, 3, 1e-12);
        CHECK_ABS(m.chance, (1.5 + (double)ask.failed) / (50.0 + (double)ask.seen), 1e-15);
        assert_false(m.settled);
        ask.allowance = (kept_allowance){false, 0, 950000};
        ask.open = 0;
        ask.more = (kept_volume){60.0 - (double)ask.seen, INFINITY};
        m = by_end(&ask, &prior);
        CHECK_ABS(m.p, cells[i].share, 5e-5);
        CHECK_ABS(m.volume, 60, 0);
        assert_true(m.low < m.p && m.p < m.high);
    }
}

/* At a true 3 %: of 10 none may be late at 95 %: broken in 26 % of quarters; of 40 two: 12 % of
 * years; at 90 % of 40 four: .7 % (1 - .97^10 and binomial sums). */
void test_missed__break_chance(void **state)
{
    (void)state;
    CHECK_ABS(kept_break_chance(10, 0, .03), .2626, 5e-5);
    CHECK_ABS(kept_break_chance(40, 2, .03), .12, 5e-3);
    CHECK_ABS(kept_break_chance(40, 4, .03), .007, 5e-4);
    double sum = 0.0;
    for (int k = 0; k <= 4; k++)
        sum +=
            exp(lgamma(41.0) - lgamma(k + 1.0) - lgamma(41.0 - k)) * pow(.03, k) * pow(.97, 40 - k);
    CHECK_ABS(kept_break_chance(40, 4, .03), 1.0 - sum, 1e-12);
    CHECK_ABS(kept_break_chance(10, 10, .5), 0, 0);
    CHECK_ABS(kept_break_chance(0, 0, .5), 0, 0);
    CHECK_ABS(kept_break_chance(10, -1, .5), 1, 0);
    CHECK_ABS(kept_break_chance(10, 3, 0), 0, 0);
    CHECK_ABS(kept_break_chance(10, 3, 1), 1, 0);
}

/* --- Against sums of gamma functions --- */

static double log_choose(double n, double k)
{
    return lgamma(n + 1.0) - lgamma(k + 1.0) - lgamma(n - k + 1.0);
}

static double betabinomial(double k, double r, double a, double b)
{
    return exp(log_choose(k, r) + kept_log_beta(a + r, b + (k - r)) - kept_log_beta(a, b));
}

static double negbin(kept_volume v, double k)
{
    if (v.mean == 0.0 || v.shape == 0.0)
        return k == 0.0;
    if (isinf(v.shape))
        return exp(k * log(v.mean) - v.mean - lgamma(k + 1.0));
    return exp(lgamma(v.shape + k) - lgamma(v.shape) - lgamma(k + 1.0) +
               v.shape * log(v.shape / (v.shape + v.mean)) + k * log(v.mean / (v.shape + v.mean)));
}

/* The definition, term by term. */
static double plain(const kept_missed_ask *ask, const kept_prior *prior, int most)
{
    double sum = 0.0, mass = 0.0;
    double n = (double)(ask->seen + ask->before_n);
    double failed = (double)(ask->failed + ask->before_failed);
    for (size_t g = 0; g < prior->n; g++) {
        double a = prior->points[g].mean * prior->points[g].weight;
        double b = prior->points[g].weight - a;
        double w = prior->points[g].p *
                   exp(kept_log_beta(a + failed, b + n - failed) - kept_log_beta(a, b));
        mass += w;
        for (int more = 0; more <= most; more++) {
            int64_t k = ask->open + more;
            int64_t left = kept_allowed(&ask->allowance, ask->seen + k) - ask->failed;
            double missed = 0.0;
            for (int64_t r = left < 0 ? 0 : left + 1; r <= k; r++)
                missed += betabinomial((double)k, (double)r, a + failed, b + n - failed);
            sum += w * negbin(ask->more, more) * missed;
        }
    }
    return sum / mass;
}

void test_missed__agrees_with_plain_sums(void **state)
{
    (void)state;
    kept_prior_point points[] = {
        {.02, 10, .3}, {.05, 150, .4}, {.3, 4, .2}, {.9, 3, .05}, {1e-5, 50, .05}};
    kept_prior prior = {points, 5, 20, 400};
    kept_rng rng = kept_rng_make(11, 0);
    for (int i = 0; i < 400; i++) {
        kept_missed_ask ask = {.level = .9};
        ask.seen = (int64_t)kept_rng_below(&rng, 40);
        ask.failed = (int64_t)kept_rng_below(&rng, (uint64_t)(ask.seen < 6 ? ask.seen + 1 : 6));
        ask.open = (int64_t)kept_rng_below(&rng, 30);
        ask.before_n = i % 3 ? (int64_t)kept_rng_below(&rng, i % 3 == 1 ? 50 : 500) : 0;
        ask.before_failed = ask.before_n / 20;
        ask.allowance = (kept_allowance){i % 2 == 0, (int64_t)kept_rng_below(&rng, 6),
                                         700000 + (int64_t)kept_rng_below(&rng, 300001)};
        static const double shapes[] = {INFINITY, 0, 20, 2, .5};
        ask.more = (kept_volume){(double)kept_rng_below(&rng, 12), shapes[i % 5]};
        kept_missed m = by_end(&ask, &prior);
        CHECK_ABS(m.p, plain(&ask, &prior, i % 5 < 3 ? 120 : 500), 2e-10);
    }
}

/* Differences of P(F > r) are the beta-binomial density; they add up to 1. */
void test_missed__density(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    static const double priors[][2] = {{.03, 50}, {.5, 2}, {1e-9, 100}, {1 - 1e-9, 100}, {.2, 1e6}};
    for (size_t i = 0; i < sizeof priors / sizeof priors[0]; i++) {
        kept_prior prior = stated(priors[i][0], priors[i][1], &arena);
        double a = priors[i][0] * priors[i][1], b = (1.0 - priors[i][0]) * priors[i][1], sum = 0.0;
        double above = 1.0;
        for (int r = 0; r <= 70; r++) {
            kept_missed_ask ask = {.allowance = {true, r, 0}, .open = 70, .level = .9};
            double next = by_end(&ask, &prior).p;
            sum += above - next;
            CHECK_ABS(above - next, betabinomial(70, r, a, b), 1e-9);
            above = next;
        }
        CHECK_ABS(sum, 1, 1e-12);
    }
}

void test_missed__volumes(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    static const kept_volume volumes[] = {{.01, INFINITY}, {7, INFINITY}, {400, INFINITY},
                                          {7, 3},          {30, .4},      {3000, 50},
                                          {1e-9, 1},       {20000, 1e6}};
    for (size_t v = 0; v < sizeof volumes / sizeof volumes[0]; v++) {
        KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
        kept_missed__spread s;
        CHECK_OK(kept_missed__spread_of(volumes[v], 1 << 18, &arena, &s, &err));
        assert_int_equal(s.step, 1);
        double sum = 0.0, mean = 0.0, square = 0.0;
        for (size_t i = 0; i < s.n; i++) {
            double k = (double)s.from + (double)i;
            CHECK_ABS(s.p[i], negbin(volumes[v], k), 2e-10);
            sum += s.p[i];
            mean += s.p[i] * k;
            square += s.p[i] * k * k;
        }
        CHECK_ABS(sum, 1, 1e-12);
        CHECK_REL(mean, volumes[v].mean, 1e-6);
        double variance = volumes[v].mean + volumes[v].mean * volumes[v].mean / volumes[v].shape;
        CHECK_REL(square - mean * mean, variance, 1e-5);
    }
    /* Too many to go through one by one. */
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_missed__spread s;
    CHECK_OK(kept_missed__spread_of((kept_volume){1e7, 100}, 1 << 18, &arena, &s, &err));
    double mean = 0.0, square = 0.0;
    for (size_t i = 0; i < s.n; i++) {
        double k = (double)(s.from + (int64_t)i * s.step);
        mean += s.p[i] * k;
        square += s.p[i] * k * k;
    }
    CHECK_REL(mean, 1e7, 1e-3);
    CHECK_REL(sqrt(square - mean * mean), 1e6, 1e-2);
    CHECK_OK(kept_missed__spread_of(none, 10, &arena, &s, &err));
    assert_true(s.n == 1 && s.from == 0 && s.p[0] == 1.0);
}

void test_missed__agrees_with_simulation(void **state)
{
    (void)state;
    enum { DRAWS = 200000 };
    kept_prior_point points[] = {{.04, 20, .5}, {.1, 60, .5}};
    kept_prior prior = {points, 2, 9, 100};
    kept_missed_ask ask = {.allowance = {false, 0, 900000},
                           .seen = 12,
                           .failed = 1,
                           .open = 5,
                           .more = {14, 3},
                           .level = .9};
    /* Lives that begin with 1 failure in 12, counted by what becomes of them. */
    kept_rng rng = kept_rng_make(5, 0);
    double alike = 0.0, missed = 0.0;
    for (int i = 0; i < DRAWS; i++) {
        const kept_prior_point *at = &points[kept_rng_uniform(&rng) < .5];
        double chance = kept_rng_beta(&rng, at->mean * at->weight, (1 - at->mean) * at->weight);
        int begin = 0;
        for (int k = 0; k < 12; k++)
            begin += kept_rng_uniform(&rng) < chance;
        if (begin != 1)
            continue;
        int64_t more = kept_rng_poisson(&rng, 14 * kept_rng_gamma(&rng, 3) / 3), failed = 1;
        for (int64_t k = 0; k < 5 + more; k++)
            failed += kept_rng_uniform(&rng) < chance;
        alike++;
        missed += failed > kept_allowed(&ask.allowance, 17 + more);
    }
    double p = missed / alike;
    CHECK_ABS(by_end(&ask, &prior).p, p, 4.0 * sqrt(p * (1 - p) / alike));
}

/* --- The interval --- */

void test_missed__interval(void **state)
{
    (void)state;
    /* Two points, a certain volume: the interval is what each of them says. */
    kept_prior_point points[] = {{.02, 50, .5}, {.2, 50, .5}};
    kept_prior both = {points, 2, 9, 100};
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_prior one = stated(.02, 50, &arena), other = stated(.2, 50, &arena);
    kept_missed_ask ask = {.allowance = {true, 2, 0}, .open = 20, .level = .9};
    kept_missed m = by_end(&ask, &both), low = by_end(&ask, &one), high = by_end(&ask, &other);
    CHECK_ABS(m.p, (low.p + high.p) / 2, 1e-12);
    CHECK_ABS(m.low, low.p, 1e-3);
    CHECK_ABS(m.high, high.p, 1e-3);
    /* What failed moves the probability to the second one, until the first is out. */
    ask.before_n = 200;
    ask.before_failed = 60;
    m = by_end(&ask, &both);
    assert_true(m.low > high.p);
    /* A wider level never gives a narrower interval. */
    ask.before_n = ask.before_failed = 0;
    ask.more = (kept_volume){20, 2};
    ask.allowance = (kept_allowance){false, 0, 900000};
    double was_low = 1.0, was_high = 0.0;
    for (ask.level = .05; ask.level < 1.0; ask.level += .1) {
        m = by_end(&ask, &both);
        assert_true(m.low <= was_low && m.high >= was_high);
        was_low = m.low;
        was_high = m.high;
    }
    assert_true(was_high - was_low > .5);
}

/* --- Edges --- */

void test_missed__settled(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_prior prior = stated(.03, 50, &arena);
    static const struct {
        kept_missed_ask ask;
        bool settled;
        double p;
    } cases[] = {
        /* As many may fail as there will be. */
        {{.allowance = {true, 10, 0}, .seen = 4, .open = 6, .level = .9}, true, 0},
        {{.allowance = {true, 10, 0}, .seen = 9, .failed = 4, .open = 6, .level = .9}, true, 0},
        {{.allowance = {false, 0, 0}, .seen = 3, .failed = 3, .more = {9, 1}, .level = .9},
         true,
         0},
        {{.allowance = {true, 0, 0}, .seen = 7, .level = .9}, true, 0},
        /* More failed than can be allowed. */
        {{.allowance = {true, 3, 0}, .seen = 9, .failed = 4, .open = 9, .level = .9}, true, 1},
        {{.allowance = {false, 0, 900000}, .seen = 9, .failed = 3, .open = 20, .level = .9},
         true,
         1},
        {{.allowance = {false, 0, KEPT_SHARE_ONE},
          .seen = 9,
          .failed = 1,
          .more = {50, 1},
          .level = .9},
         true,
         1},
        {{.allowance = {false, 0, 900000}, .seen = 29, .failed = 3, .level = .9}, true, 1},
        {{.allowance = {false, 0, 900000}, .seen = 30, .failed = 3, .level = .9}, true, 0},
        /* One more good one mends it: P(good) = 1 - 4.5 / 79. */
        {{.allowance = {false, 0, 900000}, .seen = 29, .failed = 3, .open = 1, .level = .9},
         false,
         4.5 / 79},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        kept_missed m = by_end(&cases[i].ask, &prior);
        if (m.settled != cases[i].settled || !(fabs(m.p - cases[i].p) < 1e-12))
            fail_msg("case %zu: %g, settled %d", i, m.p, m.settled);
    }
}

void test_missed__huge_counts(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_prior prior = stated(.03, 50, &arena);
    /* A million behind it at exactly 3 %: what comes is binomial to a hair. */
    kept_missed_ask ask = {
        .allowance = {true, 30003, 0}, .seen = 1000000, .failed = 30000, .open = 100, .level = .9};
    CHECK_ABS(by_end(&ask, &prior).p, kept_break_chance(100, 3, .03), 1e-4);
    /* At target, half of the way through: whether it is kept is a toss. */
    ask = (kept_missed_ask){.allowance = {false, 0, 970000},
                            .seen = 1000000,
                            .failed = 30000,
                            .more = {1e6, 1000},
                            .level = .9};
    CHECK_ABS(by_end(&ask, &prior).p, .5, .01);
    ask.failed = 33000;
    assert_true(by_end(&ask, &prior).p > .9999);
    ask.failed = 27000;
    assert_true(by_end(&ask, &prior).p < 1e-4);
    /* Nothing known of the subject: P(chance > 4 %) under the prior, by either way of counting. */
    double want = kept_beta_inc(48.5, 1.5, .96);
    for (int64_t n = 262143; n <= 262146; n++) {
        ask = (kept_missed_ask){.allowance = {false, 0, 960000}, .open = n, .level = .9};
        CHECK_ABS(by_end(&ask, &prior).p, want, 1e-4);
    }
    ask.open = 1000000000000;
    CHECK_ABS(by_end(&ask, &prior).p, want, 1e-4);
    /* The same, few allowed: P(F > 3) is 1 but for those who hardly ever fail. */
    ask.allowance = (kept_allowance){true, 3, 0};
    for (ask.open = 262143; ask.open <= 262146; ask.open++) {
        double p = by_end(&ask, &prior).p, sum = 0.0;
        for (int r = 0; r <= 3; r++)
            sum += exp(lgamma((double)ask.open + 1) - lgamma(r + 1.0) -
                       lgamma((double)(ask.open - r) + 1) + lgamma(1.5 + r) +
                       lgamma(48.5 + (double)(ask.open - r)) - lgamma(50 + (double)ask.open) +
                       lgamma(50.0) - lgamma(1.5) - lgamma(48.5));
        CHECK_ABS(p, 1.0 - sum, 1e-8);
    }
    /* Nobody ever failed, nobody ever did not. */
    static const double means[] = {1e-12, 1 - 1e-12};
    for (int i = 0; i < 2; i++) {
        kept_prior extreme = stated(means[i], 200, &arena);
        ask = (kept_missed_ask){.allowance = {false, 0, 950000},
                                .seen = 1000000,
                                .failed = i ? 1000000 : 0,
                                .more = {1000, 10},
                                .level = .9};
        CHECK_ABS(by_end(&ask, &extreme).p, i, 1e-9);
        ask.seen = ask.failed = 0;
        CHECK_ABS(by_end(&ask, &extreme).p, i, 1e-3);
    }
}

void test_missed__no_number_out_of_range(void **state)
{
    (void)state;
    kept_prior_point points[] = {{1e-6, 200, .2}, {.5, 2, .5}, {.9999, 200, .3}};
    kept_prior prior = {points, 3, 9, 100};
    kept_rng rng = kept_rng_make(3, 0);
    for (int i = 0; i < 3000; i++) {
        kept_missed_ask ask = {.level = .8};
        ask.seen = (int64_t)exp(kept_rng_uniform(&rng) * 9) - 1;
        ask.failed = (int64_t)(kept_rng_uniform(&rng) * (double)(ask.seen + 1));
        ask.open = (int64_t)exp(kept_rng_uniform(&rng) * 6) - 1;
        ask.before_n = (int64_t)exp(kept_rng_uniform(&rng) * 9) - 1;
        ask.before_failed = (int64_t)(kept_rng_uniform(&rng) * (double)(ask.before_n + 1));
        ask.more = (kept_volume){kept_rng_uniform(&rng) * 50, .01 + 5 * kept_rng_uniform(&rng)};
        ask.allowance = (kept_allowance){i % 2 == 0, (int64_t)kept_rng_below(&rng, 50),
                                         (int64_t)kept_rng_below(&rng, KEPT_SHARE_ONE + 1)};
        kept_missed m = by_end(&ask, &prior);
        assert_true(m.chance > 0.0 && m.chance < 1.0 && m.allowed >= 0.0);
        /* One failure more among the same cases is never better. */
        if (ask.failed < ask.seen) {
            ask.failed++;
            assert_true(by_end(&ask, &prior).p >= m.p - 1e-9);
        }
    }
}

void test_missed__refuses(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_prior prior = stated(.03, 50, &arena), empty = {0};
    const kept_missed_ask good = {.allowance = {true, 3, 0}, .seen = 9, .open = 9, .level = .9};
    kept_missed_ask bad[12];
    for (size_t i = 0; i < 12; i++)
        bad[i] = good;
    bad[0].seen = -1;
    bad[1].failed = 10;
    bad[2].failed = -1;
    bad[3].open = -1;
    bad[4].before_failed = 1;
    bad[5].level = 0;
    bad[6].level = 1;
    bad[7].more = (kept_volume){-1, 1};
    bad[8].more = (kept_volume){1, NAN};
    bad[9].allowance.count = -1;
    bad[10].allowance = (kept_allowance){false, 0, KEPT_SHARE_ONE + 1};
    bad[11].more = (kept_volume){1, 1e-9};
    kept_missed m = {.p = 7};
    for (size_t i = 0; i < 12; i++) {
        if (kept_missed_by_end(&bad[i], &prior, &arena, &m, &err) != KEPT_EARG)
            fail_msg("ask %zu was accepted", i);
        assert_true(strlen(err.msg) > 20 && m.p == 7.0);
    }
    assert_int_equal(kept_missed_by_end(&good, &empty, &arena, &m, &err), KEPT_EARG);
    for (size_t n = 1; n <= 5; n++) {
        kept_arena_fail_nth(n);
        kept_status status = kept_missed_by_end(&good, &prior, &arena, &m, &err);
        kept_arena_fail_nth(0);
        assert_int_equal(status, KEPT_ENOMEM);
    }
    assert_true(m.p == 7.0);
    size_t used = arena.used;
    CHECK_OK(kept_missed_by_end(&good, &prior, &arena, &m, &err));
    assert_int_equal(arena.used, used);
}

/* --- How many more cases --- */

void test_missed__volume_forecast(void **state)
{
    (void)state;
    /* Nothing to go by, nothing ahead. */
    assert_true(kept_volume_forecast(NULL, 0, 30, 10).mean == 0.0);
    int64_t zeros[] = {0, 0, 0};
    assert_true(kept_volume_forecast(zeros, 3, 30, 10).mean == 0.0);
    /* One period of 12: a gamma prior of nothing and 12 cases give the negative binomial of shape
     * 12, exactly. */
    int64_t twelve[] = {12};
    kept_volume v = kept_volume_forecast(twelve, 1, 30, 10);
    CHECK_REL(v.mean, 4, 1e-12);
    CHECK_REL(v.shape, 12, 1e-12);
    assert_true(kept_volume_forecast(twelve, 1, 30, 0).mean == 0.0);
    /* Even periods: no dispersion beyond that, never below a Poisson's. */
    int64_t even[] = {12, 12, 12, 12};
    v = kept_volume_forecast(even, 4, 30, 45);
    CHECK_REL(v.mean, 18, 1e-12);
    CHECK_REL(v.shape, 48, 1e-12);
    /* Of 400 periods with shape 3 and mean 20, it is found again; over four it evens out. */
    int64_t many[400];
    kept_rng rng = kept_rng_make(8, 0);
    for (int i = 0; i < 400; i++)
        many[i] = kept_rng_poisson(&rng, 20 * kept_rng_gamma(&rng, 3) / 3);
    v = kept_volume_forecast(many, 400, 30, 30);
    CHECK_ABS(v.mean, 20, 2);
    CHECK_ABS(v.shape, 3, .6);
    CHECK_ABS(kept_volume_forecast(many, 400, 30, 120).shape, 12, 2.4);
    /* With few periods it is drawn towards a Poisson's: less spread than the moments say. */
    int64_t few[] = {5, 35, 20};
    double moments = (225.0 - 20.0) / 400.0;
    assert_true(1 / kept_volume_forecast(few, 3, 30, 30).shape < moments);
}

/* Of 2,000 firms, in how many does the 90 % interval hold what comes? */
static double covered(double shape, size_t n)
{
    enum { FIRMS = 2000 };
    kept_err err = KEPT_ERR_INIT;
    kept_rng rng = kept_rng_make(9, n);
    int inside = 0;
    for (int f = 0; f < FIRMS; f++) {
        int64_t counts[9];
        double mean = 5 + 40 * kept_rng_uniform(&rng);
        for (size_t i = 0; i <= n; i++)
            counts[i] = kept_rng_poisson(
                &rng, isinf(shape) ? mean : mean * kept_rng_gamma(&rng, shape) / shape);
        KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
        kept_missed__spread s;
        kept_volume v = kept_volume_forecast(counts, n, 30, 30);
        CHECK_OK(kept_missed__spread_of(v, 1 << 18, &arena, &s, &err));
        double below = 0.0, upto = 0.0;
        for (size_t i = 0; i < s.n && s.from + (int64_t)i <= counts[n]; i++) {
            below = upto;
            upto += s.p[i];
        }
        double at = below + (upto - below) * kept_rng_uniform(&rng);
        inside += at > .05 && at < .95;
    }
    return (double)inside / FIRMS;
}

void test_missed__volume_forecast_covers(void **state)
{
    (void)state;
    CHECK_ABS(covered(INFINITY, 1), .9, .025);
    CHECK_ABS(covered(INFINITY, 4), .91, .025);
    CHECK_ABS(covered(INFINITY, 8), .9, .025);
    /* Where periods differ by a third, a few of them do not tell that well. */
    CHECK_ABS(covered(10, 8), .86, .03);
}
