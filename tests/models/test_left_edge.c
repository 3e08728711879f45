#include "support.h"

#include "kept/left_edge.h"

static size_t fill(int32_t *day, const int *per_week, size_t weeks)
{
    size_t n = 0;
    for (size_t w = 0; w < weeks; w++)
        for (int k = 0; k < per_week[w]; k++)
            day[n++] = (int32_t)(100 + 7 * w) + k % 7;
    return n;
}

/* First orders per week of the CDNOW 1/10 sample, counted from the file: one cohort, so nobody
 * was there before. */
void test_left_edge__one_cohort_has_nobody_before(void **state)
{
    (void)state;
    static const int week[] = {157, 164, 182, 193, 216, 220, 202, 204, 219, 217, 204, 179};
    static int32_t day[4000];
    size_t n = fill(day, week, sizeof week / sizeof week[0]);
    assert_int_equal(n, 2357);
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_left_edge edge;
    CHECK_OK(kept_left_edge_estimate(day, n, 100, &arena, &edge, &err));
    assert_int_equal(edge.before, 0);
    assert_int_equal(edge.from, 100);
}

/* 20 new customers a week for 40 weeks, and 300 old ones who show up over the first four weeks as
 * 120, 90, 60, 30. A four-week mean is at 22 or less from week 4 on. */
void test_left_edge__old_customers_are_counted(void **state)
{
    (void)state;
    int week[40];
    for (int i = 0; i < 40; i++)
        week[i] = 20 + (i < 4 ? 120 - 30 * i : 0);
    int32_t day[2000];
    size_t n = fill(day, week, 40);
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_left_edge edge;
    CHECK_OK(kept_left_edge_estimate(day, n, 100, &arena, &edge, &err));
    assert_int_equal(edge.before, 300);
    assert_int_equal(edge.from, 100 + 28);
    CHECK_ABS(edge.new_per_week, 20, 0);
}

void test_left_edge__small_or_wrong_input(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_left_edge edge;
    int32_t day[] = {100, 101, 99};
    CHECK_OK(kept_left_edge_estimate(NULL, 0, 100, &arena, &edge, &err));
    assert_int_equal(edge.before, 0);
    CHECK_OK(kept_left_edge_estimate(day, 2, 100, &arena, &edge, &err));
    assert_int_equal(edge.before, 0);
    assert_int_equal(kept_left_edge_estimate(day, 3, 100, &arena, &edge, &err), KEPT_EARG);
}
