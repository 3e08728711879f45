#include "support.h"

#include "kept/missed.h"
#include "kept/special.h"

static kept_missed rolling(const kept_missed_rolling_ask *ask, const kept_prior *prior,
                           double *ret_error)
{
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_missed m;
    CHECK_OK(kept_missed_rolling(ask, prior, &arena, &m, ret_error, &err));
    assert_true(m.low >= 0.0 && m.low <= m.p && m.p <= m.high && m.high <= 1.0);
    return m;
}

static kept_prior stated(double mean, double weight, kept_arena *arena)
{
    kept_err err = KEPT_ERR_INIT;
    kept_prior prior;
    CHECK_OK(kept_prior_stated(mean, weight, arena, &prior, &err));
    return prior;
}

/* Every way in which the open cases can come out, on each of the days; given a and b a sequence of
 * n cases of which f fail has probability B(a + f, b + n - f) / B(a, b). */
static double enumerate(const kept_missed_rolling_ask *ask, double a, double b)
{
    int day_of[16], n = 0;
    double seen = 0, failed = 0, sum = 0.0;
    for (size_t d = 0; d < ask->length; d++) {
        for (int64_t k = 0; k < ask->open[d]; k++)
            day_of[n++] = (int)d;
        seen += (double)ask->seen[d];
        failed += (double)ask->failed[d];
    }
    a += failed + (double)ask->before_failed;
    b += seen - failed + (double)(ask->before_n - ask->before_failed);
    for (unsigned way = 0; way < 1u << n; way++) {
        int fails = 0;
        bool missed = false;
        for (int k = 0; k < n; k++)
            fails += (way & 1u << k) != 0;
        for (int today = 0; today < (int)ask->length; today++) {
            int64_t cases = 0, bad = 0;
            for (size_t d = (size_t)today + 1; d < ask->length; d++) {
                cases += ask->seen[d];
                bad += ask->failed[d];
            }
            for (int k = 0; k < n; k++)
                if (day_of[k] <= today) {
                    cases++;
                    bad += (way & 1u << k) != 0;
                }
            missed = missed || bad > kept_allowed(&ask->allowance, cases);
        }
        if (missed)
            sum += exp(kept_log_beta(a + fails, b + n - fails) - kept_log_beta(a, b));
    }
    return sum;
}

void test_missed_rolling__agrees_with_enumeration(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_prior prior = stated(.2, 10, &arena);
    const int64_t seen[] = {2, 1, 0, 3}, failed[] = {1, 0, 0, 1}, open[] = {0, 2, 1, 3};
    const int64_t no_failure[] = {0, 0, 0, 0};
    static const kept_allowance allowances[] = {
        {true, 1, 0}, {true, 2, 0}, {true, 4, 0}, {false, 0, 600000}, {false, 0, 500000}};
    for (int i = 0; i < 10; i++) {
        kept_missed_rolling_ask ask = {.allowance = allowances[i % 5],
                                       .length = 4,
                                       .seen = seen,
                                       .failed = i < 5 ? failed : no_failure,
                                       .open = open,
                                       .before_n = 12,
                                       .before_failed = 1,
                                       .level = .9,
                                       .seed = 4,
                                       .draws = 40000};
        double error, want = enumerate(&ask, 2, 8);
        kept_missed m = rolling(&ask, &prior, &error);
        if (m.settled)
            CHECK_ABS(m.p, want, 1e-12);
        else
            CHECK_ABS(m.p, want, 4 * error + 1e-9);
        assert_true(m.settled == (want < 1e-12 || want > 1 - 1e-12));
    }
}

/* A window of one day holds only what comes: what kept_missed_by_end says of it, too. */
void test_missed_rolling__agrees_with_a_window_that_ends(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_prior_point points[] = {{.05, 20, .5}, {.2, 50, .3}, {.4, 5, .2}};
    kept_prior prior = {points, 3, 9, 100};
    static const kept_volume volumes[] = {{0, 0}, {6, INFINITY}, {6, 2}, {300, 40}, {.5, INFINITY}};
    for (int i = 0; i < 5; i++) {
        const int64_t seen = 9, failed = 2, open = 12;
        kept_missed_rolling_ask ask = {.allowance = {false, 0, 850000},
                                       .length = 1,
                                       .seen = &seen,
                                       .failed = &failed,
                                       .open = &open,
                                       .more = volumes[i],
                                       .before_n = 30,
                                       .before_failed = 3,
                                       .level = .9,
                                       .draws = 40000};
        kept_missed_ask by_end = {.allowance = ask.allowance,
                                  .open = open,
                                  .more = volumes[i],
                                  .before_n = 39,
                                  .before_failed = 5,
                                  .level = .9};
        double error;
        kept_missed got = rolling(&ask, &prior, &error), want;
        CHECK_OK(kept_missed_by_end(&by_end, &prior, &arena, &want, &err));
        CHECK_ABS(got.p, want.p, 4 * error);
        CHECK_ABS(got.chance, want.chance, 1e-12);
        CHECK_ABS(got.volume, want.volume, 1e-9);
        CHECK_ABS(got.allowed, want.allowed, 1e-9);
        /* Its interval is coarser. */
        CHECK_ABS(got.low, want.low, .2);
        CHECK_ABS(got.high, want.high, .2);
    }
}

void test_missed_rolling__failures_age_out(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_prior prior = stated(.03, 50, &arena);
    int64_t seen[90] = {0}, failed[90] = {0};
    for (int d = 0; d < 90; d++)
        seen[d] = d % 3 == 0;
    kept_missed_rolling_ask ask = {.allowance = {true, 2, 0},
                                   .length = 90,
                                   .seen = seen,
                                   .failed = failed,
                                   .more = {30, INFINITY},
                                   .level = .9};
    double error, p[3];
    /* Two failures: about to age out, half-way, fresh. */
    for (int i = 0; i < 3; i++) {
        size_t at = i == 0 ? 0 : i == 1 ? 42 : 84;
        failed[at] = failed[at + 3] = 1;
        p[i] = rolling(&ask, &prior, &error).p;
        failed[at] = failed[at + 3] = 0;
    }
    assert_true(p[0] + 5 * error < p[1] && p[1] + 5 * error < p[2]);
    /* Four fresh ones: tomorrow's window holds them too, whatever comes. */
    failed[78] = failed[81] = failed[84] = failed[87] = 1;
    kept_missed m = rolling(&ask, &prior, &error);
    assert_true(m.settled && m.p == 1.0 && error == 0.0);
    /* As many may fail as there are. */
    ask.allowance = (kept_allowance){false, 0, 0};
    m = rolling(&ask, &prior, &error);
    assert_true(m.settled && m.p == 0.0);
    /* No case any more: a window without one allows all. */
    ask.allowance = (kept_allowance){false, 0, KEPT_SHARE_ONE};
    ask.more = (kept_volume){0, 0};
    memset(failed, 0, sizeof failed);
    m = rolling(&ask, &prior, &error);
    assert_true(m.settled && m.p == 0.0 && m.volume == 0.0);
}

void test_missed_rolling__same_bits_for_a_seed(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_prior prior = stated(.03, 50, &arena);
    int64_t seen[30] = {3, 1}, failed[30] = {1};
    kept_missed_rolling_ask ask = {.allowance = {true, 1, 0},
                                   .length = 30,
                                   .seen = seen,
                                   .failed = failed,
                                   .more = {25, 4},
                                   .level = .9,
                                   .seed = 77};
    double error[3];
    kept_missed a = rolling(&ask, &prior, &error[0]), b = rolling(&ask, &prior, &error[1]);
    assert_true(a.p == b.p && a.low == b.low && a.high == b.high && error[0] == error[1]);
    ask.seed = 78;
    kept_missed c = rolling(&ask, &prior, &error[2]);
    assert_true(c.p != a.p);
    CHECK_ABS(c.p, a.p, 6 * error[0]);
    CHECK_ABS(error[0], sqrt(a.p * (1 - a.p) / 4000), 1e-12);
}

/* Millions of cases a day are drawn by halves, not one by one. */
void test_missed_rolling__huge_counts(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_prior prior = stated(.03, 50, &arena);
    int64_t seen[7], failed[7];
    for (int d = 0; d < 7; d++) {
        seen[d] = 10000000;
        failed[d] = 300000;
    }
    kept_missed_rolling_ask ask = {.allowance = {false, 0, 969000},
                                   .length = 7,
                                   .seen = seen,
                                   .failed = failed,
                                   .more = {7e7, INFINITY},
                                   .level = .9,
                                   .draws = 100};
    double error;
    assert_true(rolling(&ask, &prior, &error).p < .001);
    ask.allowance.target = 970500;
    assert_true(rolling(&ask, &prior, &error).p > .999);
}

void test_missed_rolling__refuses(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_prior prior = stated(.03, 50, &arena);
    const int64_t seen[] = {3, 1}, failed[] = {1, 0}, many[] = {1, 2}, negative[] = {0, -1};
    const kept_missed_rolling_ask good = {.allowance = {true, 1, 0},
                                          .length = 2,
                                          .seen = seen,
                                          .failed = failed,
                                          .open = seen,
                                          .level = .9};
    kept_missed_rolling_ask bad[6];
    for (size_t i = 0; i < 6; i++)
        bad[i] = good;
    bad[0].length = 0;
    bad[1].length = 3661;
    bad[2].failed = many;
    bad[3].open = negative;
    bad[4].level = NAN;
    bad[5].before_failed = 1;
    kept_missed m = {.p = 7};
    double error = 7;
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(kept_missed_rolling(&bad[i], &prior, &arena, &m, &error, &err), KEPT_EARG);
    for (size_t n = 1; n <= 5; n++) {
        kept_arena_fail_nth(n);
        kept_status status = kept_missed_rolling(&good, &prior, &arena, &m, &error, &err);
        kept_arena_fail_nth(0);
        assert_int_equal(status, KEPT_ENOMEM);
    }
    assert_true(m.p == 7.0 && error == 7.0);
    CHECK_OK(kept_missed_rolling(&good, &prior, &arena, &m, &error, &err));
}
