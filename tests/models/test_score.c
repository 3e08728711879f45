#include "support.h"

#include "kept/random.h"
#include "kept/score.h"

typedef struct scored {
    kept_scored of;
    kept_bin bins[KEPT_SCORE_BINS];
} scored;

static scored score(const kept_forecast *forecasts, size_t n)
{
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    scored s;
    CHECK_OK(kept_score(forecasts, n, &arena, &s.of, s.bins, &err));
    return s;
}

static size_t in_bins(const scored *s)
{
    size_t n = 0;
    for (size_t i = 0; i < KEPT_SCORE_BINS; i++)
        n += s->bins[i].n;
    return n;
}

/* Five predictions, by hand:
 *   p         .1   .1   .8   .8   .8
 *   happened   0    1    1    1    0
 *   error^2  .01  .81  .04  .04  .64     sum 1.54, Brier .308
 * Base rate 3/5, of it .6 x .4 = .24, skill 1 - .308 / .24 = -.28333. Mean prediction .52.
 * Bins [.1, .2): 2 of which 1, rate 1/2; [.8, .9): 3 of which 2, rate 2/3.
 * Reliability (2 (.1 - .5)^2 + 3 (.8 - 2/3)^2) / 5 = (.32 + .0533333) / 5 = .0746667
 * Resolution  (2 (.5 - .6)^2 + 3 (2/3 - .6)^2) / 5 = (.02 + .0133333) / 5 = .0066667
 * .0746667 - .0066667 + .24 = .308. */
void test_score__brier_and_its_parts_by_hand(void **state)
{
    (void)state;
    const kept_forecast f[] = {{.1, 0, 1}, {.1, 1, 2}, {.8, 1, 3}, {.8, 1, 4}, {.8, 0, 5}};
    scored s = score(f, 5);
    assert_int_equal(s.of.n, 5);
    assert_int_equal(s.of.clusters, 5);
    CHECK_ABS(s.of.brier, .308, 1e-15);
    CHECK_ABS(s.of.base_rate, .6, 1e-15);
    CHECK_ABS(s.of.base_brier, .24, 1e-15);
    CHECK_ABS(s.of.skill, 1.0 - .308 / .24, 1e-14);
    CHECK_ABS(s.of.mean_p, .52, 1e-15);
    CHECK_ABS(s.of.reliability, .0746666666666667, 1e-15);
    CHECK_ABS(s.of.resolution, .0066666666666667, 1e-15);
    CHECK_ABS(s.of.uncertainty, .24, 1e-15);
    assert_int_equal(s.bins[1].n, 2);
    assert_int_equal(s.bins[8].n, 3);
    assert_int_equal(s.bins[8].happened, 2);
    CHECK_ABS(s.bins[8].mean_p, .8, 1e-15);
    assert_int_equal(in_bins(&s), 5);
    /* Plain error of a mean: sqrt(sum (e - .308)^2 / 4 / 5), with e as above: deviations -.298,
     * .502, -.268, -.268, .332, squares .088804 .252004 .071824 .071824 .110224, sum .59468. */
    CHECK_ABS(s.of.brier_se, sqrt(.59468 / 20.0), 1e-14);
}

/* The same five, of two subjects {1, 2, 3} and {4, 5}: sums of deviations -.298 + .502 - .268 =
 * -.064 and -.268 + .332 = .064; 2/1 x (.064^2 + .064^2) = .016384, root .128, over 5: .0256. */
void test_score__clustered_error_by_hand(void **state)
{
    (void)state;
    const kept_forecast f[] = {{.1, 0, 7}, {.8, 1, 9}, {.1, 1, 7}, {.8, 0, 9}, {.8, 1, 7}};
    scored s = score(f, 5);
    assert_int_equal(s.of.clusters, 2);
    CHECK_ABS(s.of.brier_se, .0256, 1e-15);
    /* Skill = 1 - B / (b (1 - b)) has derivatives -1/.24 by B and .308 (1 - 1.2) / .0576 by b.
     * Sums of happened - .6: 7: -.6 + .4 + .4 = .2, 9: .4 - .6 = -.2. Sums of the two together:
     * 7: .064/.24 - .0616/.0576 x .2 = .2666667 - .2138889 = .0527778, 9: the opposite.
     * Error: sqrt(2 x 2 x .0527778^2) / 5 = .0211111. */
    CHECK_ABS(s.of.skill_high - s.of.skill, 1.959963984540054 * .0211111111111111, 1e-14);
    CHECK_ABS(s.of.skill - s.of.skill_low, 1.959963984540054 * .0211111111111111, 1e-14);
}

/* Repeating every forecast of a subject adds no evidence: the error stays. */
void test_score__repeats_of_a_subject_are_no_evidence(void **state)
{
    (void)state;
    kept_forecast once[40], often[40 * 7];
    kept_rng rng = kept_rng_make(3, 0);
    for (size_t i = 0; i < 40; i++) {
        double p = kept_rng_uniform(&rng);
        once[i] = (kept_forecast){p, kept_rng_uniform(&rng) < p, (int64_t)i};
        for (size_t k = 0; k < 7; k++)
            often[k * 40 + i] = once[i];
    }
    scored a = score(once, 40), b = score(often, 280);
    CHECK_REL(b.of.brier, a.of.brier, 1e-13);
    CHECK_REL(b.of.brier_se, a.of.brier_se, 1e-12);
    CHECK_REL(b.of.skill_low, a.of.skill_low, 1e-12);
}

/* Of 1,000 data sets of 60 subjects with one chance each and five forecasts, how many 95 %
 * intervals hold the expected score? All forecasts say .3, chances are Beta(1.5, 3.5), so that the
 * score's mean is .3 x .7. Without clusters it would be near 83 %. */
void test_score__clustered_error_covers(void **state)
{
    (void)state;
    int covered = 0;
    for (uint64_t set = 0; set < 1000; set++) {
        kept_forecast f[300];
        kept_rng rng = kept_rng_make(5, set);
        for (size_t i = 0; i < 60; i++) {
            double chance = kept_rng_beta(&rng, 1.5, 3.5);
            for (size_t k = 0; k < 5; k++)
                f[5 * i + k] = (kept_forecast){.3, kept_rng_uniform(&rng) < chance, (int64_t)i};
        }
        scored s = score(f, 300);
        covered += fabs(s.of.brier - .21) <= 1.96 * s.of.brier_se;
    }
    assert_in_range(covered, 925, 970);
}

/* When all predictions of a bin are equal the parts give the score exactly. */
void test_score__parts_add_up_when_bins_are_pure(void **state)
{
    (void)state;
    const double said[] = {0.0, .13, .25, .3, .49, .5, .6, .77, .81, 1.0};
    kept_forecast f[997];
    kept_rng rng = kept_rng_make(11, 0);
    for (size_t i = 0; i < 997; i++) {
        double p = said[kept_rng_below(&rng, 10)];
        f[i] = (kept_forecast){p, kept_rng_uniform(&rng) < .2 + .5 * p, (int64_t)(i / 3)};
    }
    scored s = score(f, 997);
    CHECK_ABS(s.of.reliability - s.of.resolution + s.of.uncertainty, s.of.brier, 1e-14);
    assert_true(s.of.reliability > 0.0 && s.of.resolution > 0.0);
}

/* Each edge k/10 opens its own bin, the number just below belongs to the one before; 1 closes the
 * last. Multiplying by ten and cutting would misplace some. */
void test_score__edges_of_bins(void **state)
{
    (void)state;
    const double edges[] = {0.0, .1, .2, .3, .4, .5, .6, .7, .8, .9, 1.0};
    for (size_t k = 0; k <= 10; k++) {
        scored s = score(&(kept_forecast){edges[k], 1, 1}, 1);
        size_t bin = k < 10 ? k : 9;
        assert_int_equal(s.bins[bin].n, 1);
        assert_int_equal(in_bins(&s), 1);
        CHECK_ABS(s.bins[bin].from, edges[bin], 0.0);
        CHECK_ABS(s.bins[bin].to, edges[bin + 1], 0.0);
        if (k == 0)
            continue;
        s = score(&(kept_forecast){nextafter(edges[k], 0.0), 0, 1}, 1);
        assert_int_equal(s.bins[k - 1].n, 1);
        assert_int_equal(in_bins(&s), 1);
    }
    scored low = score(&(kept_forecast){-0.0, 0, 1}, 1);
    assert_int_equal(low.bins[0].n, 1);
    scored least = score(&(kept_forecast){4.9e-324, 0, 1}, 1);
    assert_int_equal(least.bins[0].n, 1);
}

/* No forecast is dropped, none counted twice, each lies within its bin. */
void test_score__bins_hold_every_forecast(void **state)
{
    (void)state;
    enum { N = 5000 };
    static kept_forecast f[N];
    kept_rng rng = kept_rng_make(17, 0);
    size_t happened = 0;
    for (size_t i = 0; i < N; i++) {
        /* Hundredths, computed in two ways that round differently, and any numbers. */
        double hundredths = (double)kept_rng_below(&rng, 101);
        double p[] = {hundredths / 100.0, hundredths * .01, kept_rng_uniform(&rng)};
        f[i] = (kept_forecast){p[i % 3], kept_rng_uniform(&rng) < .4, (int64_t)(i % 50)};
        f[i].p = f[i].p > 1.0 ? 1.0 : f[i].p;
        happened += (size_t)f[i].happened;
    }
    scored s = score(f, N);
    assert_int_equal(in_bins(&s), N);
    size_t sum = 0;
    for (size_t k = 0; k < KEPT_SCORE_BINS; k++) {
        size_t want = 0;
        for (size_t i = 0; i < N; i++)
            want += f[i].p >= s.bins[k].from && (k == 9 ? f[i].p <= 1.0 : f[i].p < s.bins[k].to);
        assert_int_equal(s.bins[k].n, want);
        assert_true(s.bins[k].mean_p >= s.bins[k].from && s.bins[k].mean_p <= s.bins[k].to);
        sum += s.bins[k].happened;
    }
    assert_int_equal(sum, happened);
}

static void check_wilson(size_t happened, size_t n, double low, double high)
{
    static kept_forecast f[400];
    for (size_t i = 0; i < n; i++)
        f[i] = (kept_forecast){.25, i < happened, (int64_t)i};
    scored s = score(f, n);
    CHECK_ABS(s.bins[2].low, low, 5e-5);
    CHECK_ABS(s.bins[2].high, high, 5e-5);
}

/* Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3 (score). */
void test_score__wilson_as_published(void **state)
{
    (void)state;
    check_wilson(81, 263, .2553, .3662);
    check_wilson(15, 148, .0624, .1605);
    check_wilson(0, 20, 0.0, .1611);
    check_wilson(1, 29, .0061, .1718);
    check_wilson(20, 20, 1.0 - .1611, 1.0); /* the mirror of 0 of 20 */
}

void test_score__small_input(void **state)
{
    (void)state;
    scored s = score(NULL, 0);
    assert_int_equal(s.of.n, 0);
    assert_true(isnan(s.of.brier) && isnan(s.of.skill) && isnan(s.of.uncertainty));
    assert_true(isnan(s.of.brier_se) && isnan(s.of.base_rate) && isnan(s.of.mean_p));
    assert_int_equal(in_bins(&s), 0);
    assert_true(isnan(s.bins[0].rate) && isnan(s.bins[0].low));
    const kept_forecast one_subject[] = {{.2, 0, 1}, {.4, 1, 1}};
    s = score(one_subject, 2);
    assert_int_equal(s.of.clusters, 1);
    assert_true(isnan(s.of.brier_se) && isnan(s.of.skill_low) && isnan(s.of.skill_high));
    CHECK_ABS(s.of.brier, .2, 1e-15);
    const kept_forecast never[] = {{.2, 0, 1}, {.4, 0, 2}};
    s = score(never, 2);
    assert_true(isnan(s.of.skill) && isnan(s.of.skill_low) && isnan(s.of.skill_high));
    CHECK_ABS(s.of.base_brier, 0.0, 0.0);
    const kept_forecast perfect[] = {{1, 1, 1}, {0, 0, 2}, {1, 1, 3}};
    s = score(perfect, 3);
    CHECK_ABS(s.of.skill, 1.0, 0.0);
    CHECK_ABS(s.of.skill_high, 1.0, 0.0);
}

void test_score__wrong_input(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_scored s = {.n = 99};
    kept_bin bins[KEPT_SCORE_BINS];
    const kept_forecast wrong[] = {
        {1.0000001, 0, 1}, {-1e-9, 0, 1}, {(double)NAN, 0, 1}, {.5, 2, 1}, {.5, -1, 1}};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        kept_err err = KEPT_ERR_INIT;
        const kept_forecast f[] = {{.5, 1, 1}, wrong[i]};
        assert_int_equal(kept_score(f, 2, &arena, &s, bins, &err), KEPT_EARG);
        CHECK_CONTAINS(err.msg, "rediction 1");
        assert_int_equal(s.n, 99);
    }
    assert_int_equal(arena.used, 0);
}

/* a: errors .01 .04 .25, b: .16 .04 .01; differences -.15 0 .24, mean .03, deviations -.18 -.03
 * .21, of subjects 1, 1, 2: sums -.21 and .21; sqrt(2 x 2 x .0441) / 3 = .14. */
void test_score__compare_by_hand(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    const kept_forecast a[] = {{.1, 0, 1}, {.8, 1, 1}, {.5, 0, 2}};
    kept_forecast b[] = {{.4, 0, 1}, {.8, 1, 1}, {.1, 0, 2}};
    kept_brier_difference d;
    CHECK_OK(kept_score_compare(a, b, 3, &arena, &d, &err));
    CHECK_ABS(d.difference, .03, 1e-15);
    CHECK_ABS(d.se, .14, 1e-14);
    CHECK_ABS(d.low, .03 - 1.959963984540054 * .14, 1e-14);
    CHECK_ABS(d.high, .03 + 1.959963984540054 * .14, 1e-14);
    CHECK_OK(kept_score_compare(a, a, 3, &arena, &d, &err));
    CHECK_ABS(d.difference, 0.0, 0.0);
    CHECK_ABS(d.se, 0.0, 0.0);
    CHECK_OK(kept_score_compare(a, b, 0, &arena, &d, &err));
    assert_true(isnan(d.difference));
    b[2].happened = 1;
    assert_int_equal(kept_score_compare(a, b, 3, &arena, &d, &err), KEPT_EARG);
    CHECK_CONTAINS(err.msg, "not about the same");
    b[2] = (kept_forecast){.1, 0, 3};
    assert_int_equal(kept_score_compare(a, b, 3, &arena, &d, &err), KEPT_EARG);
    assert_int_equal(arena.used, 0);
}

void test_score__out_of_memory(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    const kept_forecast f[] = {{.1, 0, 1}, {.8, 1, 1}};
    kept_scored s;
    kept_bin bins[KEPT_SCORE_BINS];
    kept_brier_difference d;
    kept_arena_fail_nth(1);
    assert_int_equal(kept_score(f, 2, &arena, &s, bins, NULL), KEPT_ENOMEM);
    kept_arena_fail_nth(1);
    assert_int_equal(kept_score_compare(f, f, 2, &arena, &d, NULL), KEPT_ENOMEM);
    kept_arena_fail_nth(0);
}
