/* What a target means in counts. Figures of promises at 3 %: computed apart, by the sum of the
 * binomial distribution: 1 - P(X <= k) of Binomial(n, .03) is .2626 for (10, 0), .1178 for (40, 2),
 * .0067 for (40, 4). */
#include "support.h"

#include <math.h>

#include "make/counts.h"

static kept_counts_ask ask_of(double per_year, double rate, int64_t target, kept_window_kind window)
{
    return (kept_counts_ask){.cases = "deliveries",
                             .fails = "late",
                             .per_year = per_year,
                             .rate = rate,
                             .from = KEPT_RATE_OWN,
                             .allowance = {.target = target},
                             .window = window,
                             .length = 90};
}

static const char *sentence(const kept_counts_ask *ask, kept_arena *arena)
{
    kept_counts_line lines[KEPT_COUNTS_LINES];
    size_t n = kept_counts_lines(ask, lines);
    const char *text = kept_counts_sentence(ask, lines, n, arena);
    assert_non_null(text);
    return text;
}

void test_counts__ten_deliveries_a_quarter(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_counts_line lines[KEPT_COUNTS_LINES];
    const kept_counts_ask ask = ask_of(40, 0.03, 950000, KEPT_WINDOW_QUARTER);
    assert_int_equal(kept_counts_lines(&ask, lines), 3);
    assert_int_equal(lines[0].cases, 10);
    assert_int_equal(lines[0].allowed, 0);
    CHECK_REL(lines[0].chance, 0.262575873, 1e-7);
    assert_int_equal(lines[1].window, KEPT_WINDOW_YEAR);
    assert_int_equal(lines[1].cases, 40);
    assert_int_equal(lines[1].allowed, 2);
    CHECK_REL(lines[1].chance, 0.117828867, 1e-7);
    assert_int_equal(lines[2].target, 900000);
    assert_int_equal(lines[2].allowed, 4);
    CHECK_REL(lines[2].chance, 0.006670106, 1e-6);
    assert_string_equal(sentence(&ask, &arena),
                        "10 deliveries a quarter: 95% allows none late; at your 3% you would break "
                        "it one quarter in four; per year two allowed, one year in eight; 90% a "
                        "year: four allowed, under one in a hundred");
}

void test_counts__the_share_is_exact(void **state)
{
    (void)state;
    kept_counts_line lines[KEPT_COUNTS_LINES];
    const kept_counts_ask ask = ask_of(100, 0.01, 930000, KEPT_WINDOW_YEAR);
    assert_int_equal(kept_counts_lines(&ask, lines), 1); /* safe: nothing easier is offered */
    assert_int_equal(lines[0].allowed, 7);               /* not floor(6.99...) */
}

void test_counts__short_windows_are_lengthened_twice(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    const kept_counts_ask ask = ask_of(12, 0.2, 900000, KEPT_WINDOW_MONTH);
    /* 1 - .8, 1 - .8^3 = .488; of 12 one is allowed: .725; 60 % allows four: .073; 55 % five: .019.
     */
    assert_string_equal(sentence(&ask, &arena),
                        "1 delivery a month: 90% allows none late; at your 20% you would break it "
                        "one month in five; per quarter none allowed, every second quarter; per "
                        "year one allowed, three years in four; 55% a year: five allowed, one year "
                        "in 50");
}

void test_counts__windows_without_a_whole_case_are_left_out(void **state)
{
    (void)state;
    kept_counts_line lines[KEPT_COUNTS_LINES];
    const kept_counts_ask ask = ask_of(1.5, 0.01, 950000, KEPT_WINDOW_QUARTER);
    assert_int_equal(kept_counts_lines(&ask, lines), 1);
    assert_int_equal(lines[0].window, KEPT_WINDOW_YEAR);
    const kept_counts_ask none = ask_of(0.3, 0.01, 950000, KEPT_WINDOW_QUARTER);
    assert_int_equal(kept_counts_lines(&none, lines), 0);
}

void test_counts__without_a_rate_only_what_is_allowed(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    const kept_counts_ask ask = ask_of(40, NAN, 950000, KEPT_WINDOW_QUARTER);
    assert_string_equal(sentence(&ask, &arena),
                        "10 deliveries a quarter: 95% allows none late; per year two allowed");
}

void test_counts__a_fixed_count_stays_with_its_window(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_counts_ask ask = ask_of(40, 0.5, 0, KEPT_WINDOW_QUARTER);
    ask.allowance = (kept_allowance){.fixed = true, .count = 3};
    ask.fails = "to fail";
    ask.from = KEPT_RATE_GIVEN;
    /* 1 - P(Binomial(10, .5) <= 3) = 1 - 176/1024 = .828 */
    assert_string_equal(sentence(&ask, &arena), "10 deliveries a quarter: the promise allows three "
                                                "to fail; at 50% you would break it four quarters "
                                                "in five");
}

void test_counts__rolling_windows_are_counted_by_days_that_stand_broken(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_counts_ask ask = ask_of(365.25 / 9, 0.03, 950000, KEPT_WINDOW_ROLLING);
    /* 10 in 90 days, as a quarter; 41 a year allow two: .125 */
    assert_string_equal(sentence(&ask, &arena),
                        "10 deliveries in 90 days: 95% allows none late; at your 3% it would stand "
                        "broken one day in four; per year two allowed, one year in eight; 90% a "
                        "year: four allowed, under one in a hundred");
}

void test_counts__never_and_always(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    const kept_counts_ask all = ask_of(4, 0.5, 0, KEPT_WINDOW_YEAR);
    assert_string_equal(sentence(&all, &arena), "4 deliveries a year: 0% allows four late; at your "
                                                "50% you would never break it");
}

static void check_odds(double chance, const char *want)
{
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    kept_odds_write(&out, chance, "year");
    assert_string_equal(kept_buf_text(&out), want);
}

void test_counts__odds_in_words(void **state)
{
    (void)state;
    check_odds(0, "never");
    check_odds(0.0099, "under one in a hundred");
    check_odds(0.01, "one year in 100");
    check_odds(0.021, "one year in 50");
    check_odds(0.0335, "one year in 30");
    check_odds(0.07, "one year in 15");
    check_odds(0.0833, "one year in twelve");
    check_odds(0.1178, "one year in eight");
    check_odds(0.2626, "one year in four");
    check_odds(0.3334, "one year in three");
    check_odds(0.45, "every second year");
    check_odds(0.66, "two years in three");
    check_odds(0.75, "three years in four");
    check_odds(0.8, "four years in five");
    check_odds(0.93, "nearly every year");
    check_odds(1, "every year");
    check_odds(NAN, "");
}

static void check_percent(double share, const char *want)
{
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    kept_percent_write(&out, share);
    assert_string_equal(kept_buf_text(&out), want);
}

void test_counts__percentages_are_short_and_not_rounded_to_all(void **state)
{
    (void)state;
    check_percent(0.03, "3%");
    check_percent(0.0257, "2.6%");
    check_percent(0.95, "95%");
    check_percent(0.153, "15.3%");
    check_percent(0.9995, "99.95%");
    check_percent(1, "100%");
}
