#include "support.h"

#include "base/window.h"

static void check(kept_window_kind kind, const char *day, const char *anchor, int length,
                  const char *start, const char *end, const char *words)
{
    kept_day d, a;
    char text[11], name[48];
    assert_true(kept_day_read_iso(day, 10, &d));
    assert_true(kept_day_read_iso(anchor, 10, &a));
    kept_window_days w = kept_window_of(kind, d, a, length);
    kept_day_write(w.start, text);
    assert_string_equal(text, start);
    kept_day_write(w.end, text);
    assert_string_equal(text, end);
    kept_window_write(kind, w, name);
    assert_string_equal(name, words);
}

void test_window__calendar(void **state)
{
    (void)state;
    check(KEPT_WINDOW_WEEK, "2026-06-28", "2026-01-01", 0, "2026-06-22", "2026-06-28",
          "week of 2026-06-22");
    check(KEPT_WINDOW_WEEK, "1969-12-28", "2026-01-01", 0, "1969-12-22", "1969-12-28",
          "week of 1969-12-22");
    check(KEPT_WINDOW_MONTH, "2024-02-29", "2026-01-01", 0, "2024-02-01", "2024-02-29",
          "February 2024");
    check(KEPT_WINDOW_MONTH, "2026-12-31", "2026-01-01", 0, "2026-12-01", "2026-12-31",
          "December 2026");
    check(KEPT_WINDOW_QUARTER, "2026-11-30", "2026-01-01", 0, "2026-10-01", "2026-12-31",
          "2026 Q4");
    check(KEPT_WINDOW_HALF_YEAR, "2026-06-30", "2026-01-01", 0, "2026-01-01", "2026-06-30",
          "first half of 2026");
    check(KEPT_WINDOW_YEAR, "2026-06-30", "2026-01-01", 0, "2026-01-01", "2026-12-31", "2026");
}

void test_window__contract_year(void **state)
{
    (void)state;
    check(KEPT_WINDOW_CONTRACT_YEAR, "2026-02-28", "2023-03-01", 0, "2025-03-01", "2026-02-28",
          "2025-03-01 to 2026-02-28");
    check(KEPT_WINDOW_CONTRACT_YEAR, "2026-03-01", "2023-03-01", 0, "2026-03-01", "2027-02-28",
          "2026-03-01 to 2027-02-28");
    /* Begun on a day that most years do not have. */
    check(KEPT_WINDOW_CONTRACT_YEAR, "2025-02-28", "2024-02-29", 0, "2024-02-29", "2025-02-28",
          "2024-02-29 to 2025-02-28");
    check(KEPT_WINDOW_CONTRACT_YEAR, "2028-02-29", "2024-02-29", 0, "2028-02-29", "2029-02-28",
          "2028-02-29 to 2029-02-28");
}

void test_window__rolling(void **state)
{
    (void)state;
    check(KEPT_WINDOW_ROLLING, "2026-03-01", "2026-01-01", 90, "2025-12-02", "2026-03-01",
          "2025-12-02 to 2026-03-01");
}

/* A promise that began in the middle of a quarter is judged on what was left of it. */
void test_window__cut(void **state)
{
    (void)state;
    char name[48];
    kept_window_write(KEPT_WINDOW_QUARTER, (kept_window_days){20500, 20541}, name);
    assert_string_equal(name, "2026-02-16 to 2026-03-29");
}

/* Windows follow each other without gap or overlap. */
void test_window__no_gaps(void **state)
{
    (void)state;
    for (int kind = 0; kind < KEPT_WINDOW_ROLLING; kind++)
        for (kept_day day = -3000; day < 30000; day += 7) {
            kept_window_days w = kept_window_of((kept_window_kind)kind, day, -777, 0);
            assert_true(w.start <= day && day <= w.end);
            kept_window_days next = kept_window_of((kept_window_kind)kind, w.end + 1, -777, 0);
            assert_int_equal(next.start, w.end + 1);
        }
}

void test_window__names(void **state)
{
    (void)state;
    for (int kind = 0; kind < KEPT_N_WINDOW_KINDS; kind++) {
        kept_window_kind back;
        assert_true(kept_window_find(kept_window_name((kept_window_kind)kind), &back));
        assert_int_equal(back, kind);
    }
    kept_window_kind none;
    assert_false(kept_window_find("fortnight", &none));
    assert_null(kept_window_name(KEPT_N_WINDOW_KINDS));
}
