#include "support.h"

#include <stdbool.h>

#include "base/array.h"
#include "base/worktime.h"
#include "kept/random.h"

/* Monday and Tuesday 8-12 and 13-17, in hours from Monday 0:00; worked: 4, 8, 12, 16. */
static const kept_span spans[] = {{8, 12, 0}, {13, 17, 4}, {32, 36, 8}, {37, 41, 12}};
static const kept_worktime two_days = {spans, KEPT_N(spans)};

void test_worktime__up_to_a_moment(void **state)
{
    (void)state;
    static const int64_t cases[][2] = {
        {INT64_MIN, 0}, {7, 0},   {8, 0},   {9, 1},   {12, 4},  {13, 4},         {15, 6},
        {17, 8},        {20, 8},  {32, 8},  {34, 10}, {36, 12}, {37, 12},        {40, 15},
        {41, 16},       {42, 16}, {99, 16}, {36, 12}, {33, 9},  {INT64_MAX, 16},
    };
    for (size_t i = 0; i < KEPT_N(cases); i++)
        assert_int_equal(kept_worktime_at(&two_days, cases[i][0]), cases[i][1]);
    const kept_worktime never = {NULL, 0};
    assert_int_equal(kept_worktime_at(&never, 5), 0);
}

void test_worktime__between_two_moments(void **state)
{
    (void)state;
    assert_int_equal(kept_worktime_between(&two_days, 11, 14), 2); /* over lunch */
    assert_int_equal(kept_worktime_between(&two_days, 16, 33), 2); /* over night */
    assert_int_equal(kept_worktime_between(&two_days, 33, 16), -2);
    assert_int_equal(kept_worktime_between(&two_days, 18, 31), 0);
    assert_int_equal(kept_worktime_between(&two_days, 10, 10), 0);
}

void test_worktime__a_deadline(void **state)
{
    (void)state;
    static const int64_t cases[][3] = {
        {0, 0, 0},          /* nothing to do: at once, also outside of hours */
        {0, 1, 9},          /* the clock starts when they open */
        {8, 4, 12},         /* the end of a span, not the beginning of the next */
        {8, 5, 14},         /* over lunch */
        {12, 1, 14},        /* */
        {17, 1, 33},        /* over night */
        {10, 12, 39},       /* 2 + 4 + 4 + 2 */
        {8, 16, 41},        /* all there is */
        {8, 17, INT64_MAX}, /* one more */
        {41, 1, INT64_MAX}, /* */
        {50, 0, 50},        /* */
        {50, 1, INT64_MAX}, /* */
        {-9, 16, 41},       /* */
        {0, INT64_MAX, INT64_MAX},
    };
    for (size_t i = 0; i < KEPT_N(cases); i++)
        assert_int_equal(kept_worktime_add(&two_days, cases[i][0], cases[i][1]), cases[i][2]);
    const kept_worktime never = {NULL, 0};
    assert_int_equal(kept_worktime_add(&never, 5, 0), 5);
    assert_int_equal(kept_worktime_add(&never, 5, 1), INT64_MAX);
}

void test_worktime__pauses_are_subtracted(void **state)
{
    (void)state;
    static const struct {
        kept_span pauses[4];
        size_t n;
        int64_t work; /* of the 16 - 2 from 9 to 40 */
    } cases[] = {
        {{{0}}, 0, 14},
        {{{10, 11, 0}}, 1, 13},
        {{{12, 13, 0}}, 1, 14},                            /* over lunch */
        {{{18, 30, 0}}, 1, 14},                            /* at night */
        {{{11, 14, 0}}, 1, 12},                            /* lunch and an hour on both sides */
        {{{10, 12, 0}, {11, 14, 0}}, 2, 11},               /* overlapping */
        {{{11, 14, 0}, {10, 12, 0}}, 2, 11},               /* in no order */
        {{{10, 11, 0}, {11, 12, 0}}, 2, 12},               /* touching */
        {{{10, 11, 0}, {10, 11, 0}}, 2, 13},               /* twice the same */
        {{{10, 20, 0}, {14, 15, 0}}, 2, 8},                /* one within the other */
        {{{14, 15, 0}, {33, 34, 0}, {10, 20, 0}}, 3, 7},   /* */
        {{{0, 9, 0}, {40, 99, 0}}, 2, 14},                 /* before and after */
        {{{0, 10, 0}, {39, 99, 0}}, 2, 12},                /* reaching in */
        {{{0, 99, 0}}, 1, 0},                              /* all of it */
        {{{0, 20, 0}, {19, 99, 0}}, 2, 0},                 /* */
        {{{15, 15, 0}, {16, 14, 0}}, 2, 14},               /* of no length, and back to front */
        {{{9, 10, 0}, {11, 12, 0}, {10, 11, 0}}, 3, 11},   /* one closes the gap */
        {{{INT64_MIN, 10, 0}, {39, INT64_MAX, 0}}, 2, 12}, /* without end */
    };
    for (size_t i = 0; i < KEPT_N(cases); i++) {
        int64_t work = kept_worktime_without(&two_days, 9, 40, cases[i].pauses, cases[i].n);
        if (work != cases[i].work)
            fail_msg("case %zu: %lld", i, (long long)work);
        assert_int_equal(kept_worktime_without(&two_days, 40, 9, cases[i].pauses, cases[i].n), 0);
    }
}

/* --- Against counting one by one --- */

enum { TICKS = 2000, PAIRS = 4000, PAUSES = 5 };

static int64_t random_to(kept_rng *rng, int64_t most)
{
    return (int64_t)kept_rng_below(rng, (uint64_t)most + 1);
}

/* Spans of random length in 0..TICKS, some touching; open[i]: the tick from i to i + 1 is worked.
 */
static kept_worktime random_calendar(kept_rng *rng, kept_span made[TICKS], bool open[TICKS])
{
    size_t n = 0;
    int64_t work = 0;
    memset(open, 0, TICKS * sizeof *open);
    for (int64_t at = random_to(rng, 20); at < TICKS;) {
        int64_t closes = at + 1 + random_to(rng, 30);
        if (closes > TICKS)
            break;
        made[n++] = (kept_span){at, closes, work};
        work += closes - at;
        for (; at < closes; at++)
            open[at] = true;
        at += random_to(rng, 3) ? random_to(rng, 40) : 0;
    }
    return (kept_worktime){made, n};
}

static int64_t count(const bool open[TICKS], int64_t a, int64_t b, const kept_span *pauses,
                     size_t n)
{
    int64_t work = 0;
    for (int64_t t = a < 0 ? 0 : a; t < b && t < TICKS; t++) {
        bool paused = false;
        for (size_t i = 0; i < n; i++)
            paused |= pauses[i].opens <= t && t < pauses[i].closes;
        work += open[t] && !paused;
    }
    return work;
}

void test_worktime__agrees_with_counting_one_by_one(void **state)
{
    (void)state;
    static kept_span made[TICKS];
    static bool open[TICKS];
    kept_rng rng = kept_rng_make(4, 0);
    kept_worktime calendar = {0};
    for (int i = 0; i < PAIRS; i++) {
        if (i % 100 == 0)
            calendar = random_calendar(&rng, made, open);
        int64_t a = random_to(&rng, TICKS + 40) - 20, b = random_to(&rng, TICKS + 40) - 20;
        kept_span pauses[PAUSES];
        size_t n = (size_t)random_to(&rng, PAUSES);
        for (size_t k = 0; k < n; k++) {
            pauses[k].opens = random_to(&rng, TICKS);
            pauses[k].closes = pauses[k].opens + random_to(&rng, 200) - 5;
        }
        assert_int_equal(kept_worktime_between(&calendar, a, b),
                         a < b ? count(open, a, b, NULL, 0) : -count(open, b, a, NULL, 0));
        assert_int_equal(kept_worktime_without(&calendar, a, b, pauses, n),
                         count(open, a, b, pauses, n));
    }
}

void test_worktime__a_deadline_is_the_first_moment_with_so_much_work(void **state)
{
    (void)state;
    static kept_span made[TICKS];
    static bool open[TICKS];
    kept_rng rng = kept_rng_make(5, 0);
    kept_worktime calendar = {0};
    for (int i = 0; i < PAIRS; i++) {
        if (i % 100 == 0)
            calendar = random_calendar(&rng, made, open);
        int64_t from = random_to(&rng, TICKS), left = count(open, from, TICKS, NULL, 0);
        int64_t work = random_to(&rng, left + 10);
        int64_t due = kept_worktime_add(&calendar, from, work);
        if (work == 0) {
            assert_int_equal(due, from);
        } else if (work > left) {
            assert_int_equal(due, INT64_MAX);
        } else {
            assert_int_equal(kept_worktime_between(&calendar, from, due), work);
            assert_int_equal(kept_worktime_between(&calendar, from, due - 1), work - 1);
        }
        /* And back: as much work as lies between two moments leads to the second, or to the end of
         * the work before it. */
        int64_t b = from + random_to(&rng, TICKS - from);
        int64_t back =
            kept_worktime_add(&calendar, from, kept_worktime_between(&calendar, from, b));
        assert_true(back <= b);
        assert_int_equal(kept_worktime_between(&calendar, back, b), 0);
    }
}
