#include "support.h"

#include "kept/allowance.h"

static kept_allowance share(int64_t target)
{
    return (kept_allowance){false, 0, target};
}

static kept_allowance count(int64_t n)
{
    return (kept_allowance){true, n, 0};
}

static int64_t allowed(kept_allowance a, int64_t n)
{
    return kept_allowed(&a, n);
}

void test_allowance__shares_are_exact(void **state)
{
    (void)state;
    /* In binary fractions 100 x (1 - .93) is 6.999..., 1000 x (1 - .971) 29.000...03. */
    assert_int_equal(allowed(share(930000), 100), 7);
    assert_int_equal(allowed(share(971000), 1000), 29);
    assert_int_equal(allowed(share(930000), 99), 6);
    assert_int_equal(allowed(share(950000), 59), 2);
    assert_int_equal(allowed(share(950000), 60), 3);
    assert_int_equal(allowed(share(950000), 0), 0);
    assert_int_equal(allowed(share(0), 17), 17);
    assert_int_equal(allowed(share(KEPT_SHARE_ONE), 1000000000), 0);
    assert_int_equal(allowed(count(3), 0), 3);
    assert_int_equal(allowed(count(3), 1000), 3);
    /* Every share of a hundredth of every volume up to 300, in whole hundredths. */
    for (int64_t hundredths = 0; hundredths <= 100; hundredths++)
        for (int64_t n = 0; n <= 300; n++)
            assert_int_equal(allowed(share(hundredths * 10000), n), n * (100 - hundredths) / 100);
}

void test_allowance__huge_counts_do_not_overflow(void **state)
{
    (void)state;
    assert_int_equal(allowed(share(0), INT64_MAX), INT64_MAX);
    /* floor((2^63 - 1) / 2) and floor((2^63 - 1) / 10^6). */
    assert_int_equal(allowed(share(500000), INT64_MAX), 4611686018427387903);
    assert_int_equal(allowed(share(999999), INT64_MAX), 9223372036854);
    assert_int_equal(kept_attained(INT64_MAX, INT64_MAX), KEPT_SHARE_ONE);
    assert_int_equal(kept_attained(INT64_MAX / 2, INT64_MAX), 499999);
    assert_int_equal(kept_attained(2, 3), 666666);
    kept_counts counts = {.good = 4000000000000000000, .bad = 4000000000000000000};
    kept_verdict_rule rule = {.allowance = count(INT64_MAX), .exempted = INT64_MAX};
    assert_int_equal(kept_verdict_of(&counts, &rule), KEPT_VERDICT_KEPT);
}

/* Warn at max(1, N - 1), act at N; N = 0: every failure breaks it. */
void test_allowance__tripwires(void **state)
{
    (void)state;
    static const struct {
        int64_t bad, allowed;
        kept_tripwire want;
    } cases[] = {
        {0, 0, KEPT_TRIP_NONE},  {1, 0, KEPT_TRIP_BROKEN}, {0, 1, KEPT_TRIP_NONE},
        {1, 1, KEPT_TRIP_ACT},   {2, 1, KEPT_TRIP_BROKEN}, {0, 2, KEPT_TRIP_NONE},
        {1, 2, KEPT_TRIP_WARN},  {2, 2, KEPT_TRIP_ACT},    {3, 2, KEPT_TRIP_BROKEN},
        {1, 3, KEPT_TRIP_NONE},  {2, 3, KEPT_TRIP_WARN},   {3, 3, KEPT_TRIP_ACT},
        {8, 10, KEPT_TRIP_NONE}, {9, 10, KEPT_TRIP_WARN},  {10, 10, KEPT_TRIP_ACT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (kept_tripwire_of(cases[i].bad, cases[i].allowed) != cases[i].want)
            fail_msg("%d bad of %d allowed: %d", (int)cases[i].bad, (int)cases[i].allowed,
                     (int)kept_tripwire_of(cases[i].bad, cases[i].allowed));
}

typedef struct verdict_case {
    kept_counts counts; /* good, bad, excused, unknown, open */
    kept_verdict_rule rule;
    kept_verdict want;
} verdict_case;

static void check_verdicts(const verdict_case *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        kept_verdict got = kept_verdict_of(&cases[i].counts, &cases[i].rule);
        if (got != cases[i].want)
            fail_msg("case %zu: %s, want %s", i, kept_verdict_name(got),
                     kept_verdict_name(cases[i].want));
    }
}

#define SHARE(target)                                                                              \
    {                                                                                              \
        false, 0, (target)                                                                         \
    }
#define COUNT(n)                                                                                   \
    {                                                                                              \
        true, (n), 0                                                                               \
    }
#define CHECK_VERDICTS(cases) check_verdicts((cases), sizeof(cases) / sizeof(cases)[0])

void test_allowance__verdicts(void **state)
{
    (void)state;
    static const verdict_case cases[] = {
        /* Nothing was due; all that was due was excused; what was excused counts neither way. */
        {{0, 0, 0, 0, 0}, {SHARE(0), 0, 0, 0}, KEPT_NOT_MEASURED},
        {{0, 0, 3, 0, 0}, {SHARE(950000), 0, 0, 0}, KEPT_VERDICT_EXCUSED},
        {{0, 1, 90, 0, 0}, {SHARE(950000), 0, 0, 0}, KEPT_VERDICT_BROKEN},
        {{1, 0, 90, 0, 0}, {SHARE(950000), 0, 0, 0}, KEPT_VERDICT_KEPT},
        {{57, 3, 0, 0, 0}, {SHARE(950000), 0, 0, 0}, KEPT_VERDICT_KEPT},
        {{56, 3, 0, 0, 0}, {SHARE(950000), 0, 0, 0}, KEPT_VERDICT_BROKEN},
        {{0, 3, 0, 0, 0}, {COUNT(3), 0, 0, 0}, KEPT_VERDICT_KEPT},
        {{0, 4, 0, 0, 0}, {COUNT(3), 0, 0, 0}, KEPT_VERDICT_BROKEN},
        /* Failures that were agreed beforehand not to count. */
        {{56, 4, 0, 0, 0}, {SHARE(950000), 1, 0, 0}, KEPT_VERDICT_KEPT},
        {{56, 5, 0, 0, 0}, {SHARE(950000), 1, 0, 0}, KEPT_VERDICT_BROKEN},
        {{0, 4, 0, 0, 0}, {COUNT(3), 1, 0, 0}, KEPT_VERDICT_KEPT},
        /* A miss from 90 % on is a partial one; an exempted failure does not count there either. */
        {{90, 10, 0, 0, 0}, {SHARE(950000), 0, 900000, 0}, KEPT_VERDICT_PARTLY},
        {{89, 11, 0, 0, 0}, {SHARE(950000), 0, 900000, 0}, KEPT_VERDICT_BROKEN},
        {{89, 11, 0, 0, 0}, {SHARE(950000), 1, 900000, 0}, KEPT_VERDICT_PARTLY},
        {{90, 10, 0, 0, 0}, {SHARE(950000), 0, 900001, 0}, KEPT_VERDICT_BROKEN},
        {{2, 1, 0, 0, 0}, {COUNT(0), 0, 666666, 0}, KEPT_VERDICT_PARTLY},
        {{2, 1, 0, 0, 0}, {COUNT(0), 0, 666667, 0}, KEPT_VERDICT_BROKEN},
    };
    CHECK_VERDICTS(cases);
}

void test_allowance__verdicts_on_what_is_not_known(void **state)
{
    (void)state;
    static const verdict_case cases[] = {
        /* Nothing decided is never kept, whatever coverage is asked for. */
        {{0, 0, 0, 5, 0}, {COUNT(9), 0, 0, 0}, KEPT_NOT_MEASURED},
        {{0, 0, 0, 0, 5}, {COUNT(9), 0, 0, 0}, KEPT_NOT_MEASURED},
        {{0, 0, 7, 1, 0}, {COUNT(9), 0, 0, 0}, KEPT_NOT_MEASURED},
        /* Just covered, just not. */
        {{8, 0, 0, 2, 0}, {SHARE(900000), 0, 0, 800000}, KEPT_VERDICT_KEPT},
        {{8, 0, 0, 2, 0}, {SHARE(900000), 0, 0, 800001}, KEPT_NOT_MEASURED},
        {{2, 0, 0, 1, 0}, {SHARE(900000), 0, 0, 666667}, KEPT_NOT_MEASURED},
        {{2, 0, 0, 1, 0}, {SHARE(900000), 0, 0, 666666}, KEPT_VERDICT_KEPT},
        /* Three failures of twelve: broken even if all the unknown are good, measured or not. */
        {{1, 3, 0, 8, 0}, {SHARE(800000), 0, 0, 800000}, KEPT_VERDICT_BROKEN},
        /* Of fifteen three may fail: not certain, and not covered. */
        {{1, 3, 0, 11, 0}, {SHARE(800000), 0, 0, 800000}, KEPT_NOT_MEASURED},
        /* Covered: judged by what is known, though the unknown one would allow one more. */
        {{18, 1, 0, 1, 0}, {SHARE(950000), 0, 0, 800000}, KEPT_VERDICT_BROKEN},
        /* The open ones could still break it; could not; could still mend it; could not. */
        {{56, 3, 0, 0, 1}, {SHARE(950000), 0, 0, 0}, KEPT_NOT_MEASURED},
        {{58, 1, 0, 0, 1}, {SHARE(950000), 0, 0, 0}, KEPT_VERDICT_KEPT},
        {{57, 2, 0, 0, 1}, {SHARE(950000), 0, 0, 0}, KEPT_VERDICT_KEPT},
        {{57, 3, 0, 0, 1}, {SHARE(950000), 0, 0, 0}, KEPT_NOT_MEASURED},
        {{10, 4, 0, 0, 9}, {COUNT(3), 0, 0, 0}, KEPT_VERDICT_BROKEN},
        /* Open ones are no gap in what was measured. */
        {{5, 0, 0, 0, 3}, {COUNT(3), 0, 0, 1000000}, KEPT_VERDICT_KEPT},
    };
    CHECK_VERDICTS(cases);
}

/* Over all small counts: kept is never said of a window that could be broken by what is open, nor
 * of one with nothing decided; a broken one stays so whatever the open and unknown turn out. */
void test_allowance__verdicts_hold(void **state)
{
    (void)state;
    kept_verdict_rule rule = {.allowance = SHARE(700000), .min_coverage = 500000};
    for (int i = 0; i < 5 * 5 * 5 * 5; i++) {
        kept_counts c = {.good = i % 5, .bad = i / 5 % 5, .unknown = i / 25 % 5, .open = i / 125};
        kept_verdict now = kept_verdict_of(&c, &rule);
        for (int64_t fail = 0; fail <= c.open; fail++) {
            kept_counts later = {
                .good = c.good + c.open - fail, .bad = c.bad + fail, .unknown = c.unknown};
            kept_verdict then = kept_verdict_of(&later, &rule);
            if (now == KEPT_VERDICT_KEPT || now == KEPT_VERDICT_BROKEN)
                assert_int_equal(then, now);
        }
        if (now == KEPT_VERDICT_KEPT)
            assert_true(c.good + c.bad > 0 && c.good + c.bad >= c.unknown);
    }
}

void test_allowance__names(void **state)
{
    (void)state;
    for (int i = 0; i < KEPT_N_VERDICTS; i++) {
        kept_verdict found = KEPT_N_VERDICTS;
        assert_true(kept_verdict_find(kept_verdict_name((kept_verdict)i), &found));
        assert_int_equal(found, i);
        assert_true(strlen(kept_verdict_words((kept_verdict)i)) > 0);
    }
    assert_string_equal(kept_verdict_words(KEPT_NOT_MEASURED), "not measured");
    assert_string_equal(kept_verdict_name(KEPT_NOT_MEASURED), "not_measured");
    kept_verdict untouched = KEPT_VERDICT_PARTLY;
    assert_false(kept_verdict_find("green", &untouched));
    assert_false(kept_verdict_find(NULL, &untouched));
    assert_int_equal(untouched, KEPT_VERDICT_PARTLY);
}
