#include <math.h>

#include "support.h"

#include "kept/missed.h"

static kept_missed by_end(const kept_missed_ask *ask, const kept_prior *prior)
{
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_missed m;
    CHECK_OK(kept_missed_by_end(ask, prior, &arena, &m, &err));
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

/* By the definition, with the chance of failure q integrated by Simpson's rule: of the open cases
 * each fails with chance q / (q + (1 - q) still). Nothing more to come; `left` may fail. */
static double plain(const kept_missed_ask *ask, double a, double b, int left)
{
    enum { STEPS = 4000, MOST = 64 };
    double all = 0, missed = 0;
    for (int i = 1; i < STEPS; i++) {
        double q = (double)i / STEPS, p[MOST] = {1}, likelihood = i % 2 ? 4 : 2;
        int n = 0;
        likelihood *=
            pow(q, a - 1 + (double)(ask->failed + ask->before_failed)) *
            pow(1 - q,
                b - 1 + (double)(ask->seen + ask->before_n - ask->failed - ask->before_failed));
        for (size_t w = 0; w < ask->n_waits; w++) {
            double open = q + (1 - q) * ask->waits[w].still, fails = q / open;
            for (int64_t k = 0; k < ask->waits[w].n; k++) {
                likelihood *= open;
                for (int j = ++n; j > 0; j--)
                    p[j] = p[j] * (1 - fails) + p[j - 1] * fails;
                p[0] *= 1 - fails;
            }
        }
        double kept = 0;
        for (int j = 0; j <= n && j <= left; j++)
            kept += p[j];
        all += likelihood;
        missed += likelihood * (1 - kept);
    }
    return missed / all;
}

void test_missed_open__as_defined(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_prior prior = stated(.2, 20, &arena);
    const kept_missed_wait waits[] = {{3, .02}, {4, .3}, {6, .9}};
    for (int left = 0; left < 8; left++) {
        kept_missed_ask ask = {.allowance = {true, left + 1, 0},
                               .seen = 9,
                               .failed = 1,
                               .open = 13,
                               .waits = waits,
                               .n_waits = 3,
                               .before_n = 40,
                               .before_failed = 6,
                               .level = .9};
        CHECK_ABS(by_end(&ask, &prior).p, plain(&ask, 4, 16, left), 2e-7);
    }
}

/* That a case is open says nothing when good ones are open too: the beta-binomial again. */
void test_missed_open__says_nothing(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_prior prior = stated(.05, 30, &arena);
    const kept_missed_wait waits[] = {{5, 1 - 1e-9}, {7, 1 - 1e-9}};
    kept_missed_ask ask = {.allowance = {false, 0, 900000},
                           .seen = 10,
                           .failed = 1,
                           .open = 12,
                           .more = {4, 8},
                           .level = .9};
    kept_missed without = by_end(&ask, &prior);
    ask.waits = waits;
    ask.n_waits = 2;
    kept_missed with = by_end(&ask, &prior);
    CHECK_ABS(with.p, without.p, 1e-6);
    CHECK_ABS(with.chance, without.chance, 1e-6);
    CHECK_ABS(with.volume, without.volume, 1e-9);
    CHECK_ABS(with.allowed, without.allowed, 1e-9);
}

/* What is certain stays certain, and what is not certain is never said to be. */
void test_missed_open__certain(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_prior prior = stated(.05, 30, &arena);
    const kept_missed_wait waits[] = {{3, 1e-12}};
    kept_missed_ask ask = {.allowance = {true, 1, 0},
                           .seen = 5,
                           .failed = 2,
                           .open = 3,
                           .waits = waits,
                           .n_waits = 1,
                           .level = .9};
    kept_missed m = by_end(&ask, &prior);
    assert_true(m.settled && m.p == 1);
    ask.failed = 0;
    m = by_end(&ask, &prior);
    assert_true(!m.settled && m.p > .99 && m.p < 1);
    ask.allowance.count = 3;
    m = by_end(&ask, &prior);
    assert_true(m.settled && m.p == 0);
}

/* Very many open cases are taken at their mean. Of 10,000 cases 5 % fail; of the good ones a fifth
 * is open still, so 500 + 1,900 are open and 7,600 done: 500 failures are to be expected, and
 * nothing was learnt that was not known. */
void test_missed_open__many(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_prior prior = stated(.05, 100, &arena);
    const kept_missed_wait waits[] = {{1000, .2}, {1400, .2}};
    kept_missed_ask ask = {.seen = 7600, .open = 2400, .waits = waits, .n_waits = 2, .level = .9};
    ask.allowance = (kept_allowance){true, 490, 0};
    CHECK_ABS(by_end(&ask, &prior).p, 1, 1e-6);
    ask.allowance.count = 510;
    CHECK_ABS(by_end(&ask, &prior).p, 0, 1e-6);
    /* All of them looked at one by one, of a sixth as many. */
    const kept_missed_wait fewer[] = {{400, .2}};
    ask = (kept_missed_ask){.seen = 1267, .open = 400, .waits = fewer, .n_waits = 1, .level = .9};
    ask.allowance = (kept_allowance){true, 82, 0};
    double p = by_end(&ask, &prior).p;
    assert_true(p > .3 && p < .7);
}

void test_missed_open__refused(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_prior prior = stated(.05, 30, &arena);
    kept_err err = KEPT_ERR_INIT;
    kept_missed m;
    kept_missed_wait wait = {2, .5};
    kept_missed_ask ask = {
        .allowance = {true, 1, 0}, .open = 3, .waits = &wait, .n_waits = 1, .level = .9};
    assert_int_equal(kept_missed_by_end(&ask, &prior, &arena, &m, &err), KEPT_EARG);
    assert_string_equal(err.msg, "There are 3 open cases, but 2 are told apart.");
    wait = (kept_missed_wait){3, 0};
    assert_int_equal(kept_missed_by_end(&ask, &prior, &arena, &m, &err), KEPT_EARG);
    wait.still = 1.5;
    assert_int_equal(kept_missed_by_end(&ask, &prior, &arena, &m, &err), KEPT_EARG);
}
