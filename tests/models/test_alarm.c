#include "support.h"

#include "kept/alarm.h"
#include "kept/random.h"

/* How often "k of the last m failed" begins in one sequence, by the words of the definition. */
static int beginnings(int k, int m, int n, const bool *failed)
{
    int begun = 0;
    bool held = false;
    for (int t = 0; t < n; t++) {
        int count = 0;
        for (int i = t - m + 1 > 0 ? t - m + 1 : 0; i <= t; i++)
            count += failed[i];
        begun += count >= k && !held;
        held = count >= k;
    }
    return begun;
}

/* Over all 2^n sequences, each with its probability. */
static double enumerated(int k, int m, int n, double p)
{
    double sum = 0.0;
    for (unsigned bits = 0; bits < 1u << n; bits++) {
        bool failed[16];
        double chance = 1.0;
        for (int i = 0; i < n; i++) {
            failed[i] = bits >> i & 1u;
            chance *= failed[i] ? p : 1.0 - p;
        }
        sum += chance * beginnings(k, m, n, failed);
    }
    return sum;
}

void test_alarm__run_expected_agrees_with_every_sequence(void **state)
{
    (void)state;
    const double p[] = {0.0, .03, .5, .9, 1.0};
    for (size_t i = 0; i < sizeof p / sizeof p[0]; i++)
        for (int n = 0; n <= 11; n++)
            for (int m = 1; m <= 6; m++)
                for (int k = 1; k <= m; k++)
                    CHECK_ABS(kept_run_alarm_expected(k, m, n, p[i]), enumerated(k, m, n, p[i]),
                              1e-13);
}

/* 2 of the last 3, four cases, p = 1/10, by hand: it begins with case 2 when cases 1 and 2 fail
 * (.01), with case 3 when 3 and one of 1, 2 fail (2 x .1 x .1 x .9 = .018), with case 4 when 4
 * fails, 1 does not and one of 2, 3 did (.9 x .018 = .0162). Together .0442. */
void test_alarm__run_expected_by_hand(void **state)
{
    (void)state;
    CHECK_ABS(kept_run_alarm_expected(2, 3, 4, .1), .0442, 1e-15);
}

/* The distribution over the last m outcomes, one case after the other. */
static double by_chain(int k, int m, int n, double p)
{
    static double now[1 << KEPT_ALARM_WINDOW_MAX], next[1 << KEPT_ALARM_WINDOW_MAX];
    unsigned states = 1u << m;
    memset(now, 0, sizeof now);
    now[0] = 1.0;
    double expected = 0.0;
    for (int t = 0; t < n; t++) {
        memset(next, 0, sizeof next);
        for (unsigned s = 0; s < states; s++) {
            unsigned good = s << 1 & (states - 1), bad = good | 1u;
            next[good] += now[s] * (1.0 - p);
            next[bad] += now[s] * p;
            if (__builtin_popcount(bad) >= k && __builtin_popcount(s) < k)
                expected += now[s] * p;
        }
        memcpy(now, next, sizeof now);
    }
    return expected;
}

void test_alarm__run_expected_agrees_with_the_chain(void **state)
{
    (void)state;
    CHECK_REL(kept_run_alarm_expected(3, 12, 400, .05), by_chain(3, 12, 400, .05), 1e-10);
    CHECK_REL(kept_run_alarm_expected(6, 12, 200, .3), by_chain(6, 12, 200, .3), 1e-10);
    CHECK_REL(kept_run_alarm_expected(10, 10, 1000, .6), by_chain(10, 10, 1000, .6), 1e-10);
}

/* 20,000 subjects of 300 cases; the mean may be off by four of its own standard errors. */
void test_alarm__run_expected_agrees_with_simulation(void **state)
{
    (void)state;
    enum { SUBJECTS = 20000, CASES = 300 };
    const double p = .05;
    double sum = 0.0, squares = 0.0;
    for (uint64_t s = 0; s < SUBJECTS; s++) {
        kept_rng rng = kept_rng_make(41, s);
        bool failed[CASES];
        for (int i = 0; i < CASES; i++)
            failed[i] = kept_rng_uniform(&rng) < p;
        double begun = beginnings(3, 10, CASES, failed);
        sum += begun;
        squares += begun * begun;
    }
    double mean = sum / SUBJECTS, se = sqrt((squares / SUBJECTS - mean * mean) / SUBJECTS);
    CHECK_ABS(mean, kept_run_alarm_expected(3, 10, CASES, p), 4.0 * se);
    assert_true(se < .02 * mean);
}

/* No more than one expected where one failure fewer would give more. */
void test_alarm__run_limit_is_the_smallest(void **state)
{
    (void)state;
    for (int m = 1; m <= KEPT_ALARM_WINDOW_MAX; m++)
        for (int64_t n = 0; n <= 1000; n += 50) {
            kept_run_alarm a = kept_run_alarm_limit(m, n, .05, 1.0);
            if (a.k == 0) {
                assert_true(kept_run_alarm_expected(m, m, n, .05) > 1.0);
                continue;
            }
            assert_int_equal(a.m, m);
            CHECK_ABS(a.expected, kept_run_alarm_expected(a.k, m, n, .05), 0.0);
            assert_true(a.expected <= 1.0);
            assert_true(a.k == 1 || kept_run_alarm_expected(a.k - 1, m, n, .05) > 1.0);
        }
}

/* 60 deliveries a quarter at 95 %: 480 in two years. "3 of the last 5 failed" is expected to begin
 * 475 x C(4, 2) x .05^3 x .95^3 = .305440 times in the steady state and P(Bin(5, .05) >= 3) =
 * .001158 times in the first five cases; 2 of 5 would begin 475 x 4 x .05^2 x .95^4 = 3.9 times. */
void test_alarm__run_limit_of_an_ordinary_promise(void **state)
{
    (void)state;
    kept_run_alarm a = kept_run_alarm_limit(5, 480, .05, 1.0);
    assert_int_equal(a.k, 3);
    CHECK_ABS(a.expected, .305440 + .001158, 1e-6);
    assert_int_equal(kept_run_alarm_limit(1, 480, .05, 1.0).k, 0); /* 24 failures are expected */
    /* Where nine of ten fail, 1 of 12 holds almost always and hardly ever begins: no alarm. */
    assert_true(kept_run_alarm_expected(1, 12, 300, .9) < 1.1);
    assert_int_equal(kept_run_alarm_limit(12, 300, .9, 1.1).k, 0);
    /* At a target of 100 % every failure is one too many. */
    assert_int_equal(kept_run_alarm_limit(8, 480, 0.0, 1.0).k, 1);
}

void test_alarm__run_holds_on_the_last_m(void **state)
{
    (void)state;
    const bool failed[] = {true, true, false, false, true, false, true};
    kept_run_alarm two_of_three = {.k = 2, .m = 3}, three_of_three = {.k = 3, .m = 3};
    kept_run_alarm three_of_six = {.k = 3, .m = 6}, none = {.k = 0, .m = 3};
    assert_true(kept_run_alarm_holds(&two_of_three, failed, 7));
    assert_false(kept_run_alarm_holds(&two_of_three, failed, 6));
    assert_true(kept_run_alarm_holds(&two_of_three, failed, 2)); /* fewer than m so far */
    assert_false(kept_run_alarm_holds(&three_of_three, failed, 7));
    assert_true(kept_run_alarm_holds(&three_of_six, failed, 7));
    assert_false(kept_run_alarm_holds(&none, failed, 7));
    assert_false(kept_run_alarm_holds(&two_of_three, failed, 0));
}

void test_alarm__run_outside_its_domain(void **state)
{
    (void)state;
    assert_true(isnan(kept_run_alarm_expected(0, 3, 10, .1)));
    assert_true(isnan(kept_run_alarm_expected(4, 3, 10, .1)));
    assert_true(isnan(kept_run_alarm_expected(1, KEPT_ALARM_WINDOW_MAX + 1, 10, .1)));
    assert_true(isnan(kept_run_alarm_expected(1, 3, -1, .1)));
    assert_true(isnan(kept_run_alarm_expected(1, 3, 10, 1.1)));
    assert_true(isnan(kept_run_alarm_expected(1, 3, 10, (double)NAN)));
    assert_int_equal(kept_run_alarm_limit(13, 100, .1, 1.0).k, 0);
    assert_int_equal(kept_run_alarm_limit(0, 100, .1, 1.0).k, 0);
    assert_int_equal(kept_run_alarm_limit(5, 100, (double)NAN, 1.0).k, 0);
}

/* --- Trend --- */

static double pmf(int n, int x, double p)
{
    double ways = 1.0;
    for (int i = 1; i <= x; i++)
        ways = ways * (n - x + i) / i;
    return ways * pow(p, x) * pow(1.0 - p, n - x);
}

enum { MOST_CASES = 60 };

static double trend_by_counting(int n, int least, double p)
{
    double chance[MOST_CASES + 1], sum = 0.0;
    for (int x = 0; x <= n; x++)
        chance[x] = pmf(n, x, p);
    for (int a = 0; a <= n; a++)
        for (int b = a + 1; b <= n; b++)
            for (int c = b + 1; c <= n; c++)
                if (c - a >= least)
                    sum += chance[a] * chance[b] * chance[c];
    return sum;
}

void test_alarm__trend_limit_agrees_with_every_triple(void **state)
{
    (void)state;
    const double p[] = {.01, .05, .3, .9};
    const int n[] = {2, 3, 8, 30, MOST_CASES};
    for (size_t i = 0; i < sizeof p / sizeof p[0]; i++)
        for (size_t k = 0; k < sizeof n / sizeof n[0]; k++)
            for (double rate = 1e-4; rate < 2.0; rate *= 10.0) {
                kept_trend_alarm a = kept_trend_alarm_limit(n[k], 8, p[i], rate);
                int least = 2;
                while (least <= n[k] && 8.0 * trend_by_counting(n[k], least, p[i]) > rate)
                    least++;
                assert_int_equal(a.least, least <= n[k] ? least : 0);
                if (a.least)
                    CHECK_ABS(a.expected, 8.0 * trend_by_counting(n[k], least, p[i]), 1e-12);
            }
}

/* Two cases a period, half failing: only 0, 1, 2 rises twice: 1/4 x 1/2 x 1/4 = 1/32; of eight
 * periods a quarter. */
void test_alarm__trend_limit_by_hand(void **state)
{
    (void)state;
    kept_trend_alarm a = kept_trend_alarm_limit(2, 8, .5, 1.0);
    assert_int_equal(a.least, 2);
    CHECK_ABS(a.expected, .25, 1e-14);
    assert_int_equal(kept_trend_alarm_limit(2, 8, .5, .2).least, 0);
}

/* 100,000 chains of three quarters of 500 cases at 95 %. */
void test_alarm__trend_limit_agrees_with_simulation(void **state)
{
    (void)state;
    enum { DRAWS = 100000, CASES = 500 };
    kept_trend_alarm a = kept_trend_alarm_limit(CASES, 24, .05, 1.0);
    kept_rng rng = kept_rng_make(43, 0);
    int held = 0;
    for (int i = 0; i < DRAWS; i++) {
        /* The number of failures by the gaps between them. */
        int64_t failed[3], n[3] = {CASES, CASES, CASES};
        for (int k = 0; k < 3; k++) {
            failed[k] = 0;
            for (int64_t at = kept_rng_geometric(&rng, .05); at < CASES;
                 at += 1 + kept_rng_geometric(&rng, .05))
                failed[k]++;
        }
        held += kept_trend_alarm_holds(&a, failed, n);
    }
    double rate = (double)held / DRAWS, se = sqrt(rate * (1.0 - rate) / DRAWS);
    CHECK_ABS(rate, a.expected / 24.0, 4.0 * se);
    assert_true(held > 1000 && a.least > 2);
}

/* It stays quick and sensible at volumes of a whole region. */
void test_alarm__trend_limit_at_large_volume(void **state)
{
    (void)state;
    kept_trend_alarm a = kept_trend_alarm_limit(1000000, 24, .05, 1.0);
    /* One in 24; the difference of two has sd sqrt(2 x 1e6 x .05 x .95) = 308. */
    assert_true(a.least > 308 && a.least < 3 * 308);
    CHECK_ABS(a.expected, 1.0, .01);
}

void test_alarm__trend_holds(void **state)
{
    (void)state;
    kept_trend_alarm a = {.least = 3}, none = {.least = 0};
    const int64_t equal[3] = {60, 60, 60};
    assert_true(kept_trend_alarm_holds(&a, (int64_t[3]){1, 2, 4}, equal)); /* exactly 3 more */
    assert_false(kept_trend_alarm_holds(&a, (int64_t[3]){1, 2, 3}, equal));
    assert_false(kept_trend_alarm_holds(&a, (int64_t[3]){1, 1, 9}, equal)); /* rose only once */
    assert_false(kept_trend_alarm_holds(&a, (int64_t[3]){1, 9, 9}, equal));
    assert_false(kept_trend_alarm_holds(&none, (int64_t[3]){1, 2, 4}, equal));
    /* More cases, the same share: nothing rose. */
    assert_false(kept_trend_alarm_holds(&a, (int64_t[3]){2, 4, 8}, (int64_t[3]){20, 40, 80}));
    /* 2 of 20, 6 of 40, 16 of 80: 10, 15, 20 %, over a mean volume of 46 2/3: 4 2/3 more. */
    assert_true(kept_trend_alarm_holds(&a, (int64_t[3]){2, 6, 16}, (int64_t[3]){20, 40, 80}));
    assert_false(kept_trend_alarm_holds(&a, (int64_t[3]){0, 1, 4}, (int64_t[3]){0, 60, 60}));
}

void test_alarm__trend_outside_its_domain(void **state)
{
    (void)state;
    assert_int_equal(kept_trend_alarm_limit(1, 8, .05, 1.0).least, 0); /* cannot rise twice */
    assert_int_equal(kept_trend_alarm_limit(60, 0, .05, 1.0).least, 0);
    assert_int_equal(kept_trend_alarm_limit(60, 8, (double)NAN, 1.0).least, 0);
    assert_int_equal(kept_trend_alarm_limit(60, 8, 1.5, 1.0).least, 0);
    /* A target of 100 %: any rise is an alarm and none is expected. */
    assert_int_equal(kept_trend_alarm_limit(60, 8, 0.0, 1.0).least, 2);
    CHECK_ABS(kept_trend_alarm_limit(60, 8, 0.0, 1.0).expected, 0.0, 0.0);
}
