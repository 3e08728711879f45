/* Declarations of measures: those that come with Kept, and what is refused. */
#include "support.h"

#include "catalogue/measure.h"

static kept_fact_kinds facts(kept_arena *arena)
{
    kept_err err = KEPT_ERR_INIT;
    kept_fact_kinds kinds;
    CHECK_OK(kept_fact_kinds_load(NULL, arena, &kinds, &err));
    return kinds;
}

static kept_status parse(const char *yaml, bool own, kept_arena *arena, kept_measure **ret,
                         kept_err *err)
{
    kept_fact_kinds kinds = facts(arena);
    return kept_measure_parse(yaml, strlen(yaml), "m.yaml", own, &kinds, arena, ret, err);
}

#define HEAD "title: T\nsummary: S\nstage: know\npack: core\nbetter: higher\n"
#define GOOD HEAD "unit: money\nfacts: orders\n"

void test_measure__built_in(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_fact_kinds kinds = facts(&arena);
    kept_measures all;
    const kept_measure *m = NULL;
    static const char *const expected[] = {
        "sales.last_year",      "margin.last_year",  "orders.last_year",
        "sales.per_quarter",    "tickets.last_year", "deliveries.on_time_last_year",
        "complaints.last_year", "last_order",        "deliveries.late_last_year",
        "days_overdue",         "money_overdue",     "clv.remaining_margin"};
    CHECK_OK(kept_measures_load(NULL, &kinds, &arena, &all, &err));
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
        CHECK_OK(kept_measures_find(&all, expected[i], &m, &err));
    CHECK_OK(kept_measures_find(&all, "margin.last_year", &m, &err));
    assert_true(m->sensitive);
    assert_int_equal(m->unit, KEPT_UNIT_MONEY);
    assert_int_equal(m->window.months, 12);
    assert_int_equal(m->n_needs, 2);
    CHECK_OK(kept_measures_find(&all, "clv.remaining_margin", &m, &err));
    assert_string_equal(m->made_by, "clv predict");
    assert_true(m->sensitive && !m->value);
    assert_int_equal(kept_measures_find(&all, "sales.lastyear", &m, &err), KEPT_ENOTFOUND);
    CHECK_CONTAINS(err.msg, "did you mean \"sales.last_year\"?");
}

void test_measure__reads(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    KEPT_AUTO_BUF window = KEPT_BUF_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_measure *m = NULL;
    CHECK_OK(parse("measure: x_web.sales\n" GOOD "where: channel = 'web'\nvalue: sum(amount)\n"
                   "time: paid_at\nwindow: 90 days\nneeds: [amount, channel]\nsensitive: yes\n"
                   "requirements: [K006, R001]",
                   true, &arena, &m, &err));
    assert_string_equal(m->name, "x_web.sales");
    assert_string_equal(m->ids, "K006 R001");
    assert_int_equal(m->window.days, 90);
    assert_int_equal(m->per, KEPT_PER_CUSTOMER);
    assert_int_equal(m->n_needs, 2);
    assert_true(m->own && m->sensitive && m->where && m->time);
    kept_measure_window_write(m->window, &window);
    assert_string_equal(kept_buf_text(&window), "90 days");
    /* No needs at all is an answer. */
    CHECK_OK(parse("measure: m\n" GOOD "value: sum(amount)\nwindow: all\nneeds: []", false, &arena,
                   &m, &err));
    assert_int_equal(m->n_needs, 0);
}

void test_measure__refused(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    static const struct {
        const char *yaml, *part;
        bool own;
    } cases[] = {
        {"measure: m\n" GOOD "value: sum(amont)\nwindow: all",
         "m.yaml, line 9, column 8: value, character 5: orders has no column \"amont\"; did you "
         "mean \"amount\"?",
         false},
        {"measure: m\n" GOOD "value: sum(amount)\nwindow: all\nwhere: amount",
         "\"where\" must be a condition; this is money", false},
        {"measure: m\n" GOOD "value: count()\nwindow: all", "\"value\" must be money", false},
        {"measure: m\n" HEAD "unit: count\nfacts: orders\nvalue: sum(amount)\nwindow: all",
         "must be a whole number", false},
        {"measure: m\n" HEAD "unit: share\nfacts: orders\nvalue: sum(amount)\nwindow: all",
         "must be a number", false},
        {"measure: m\n" GOOD "value: sum(amount)\nwindow: all\ntime: amount",
         "\"time\" must be a date", false},
        {"measure: m\n" GOOD "value: sum(amount)", "\"window\" is missing", false},
        {"measure: m\n" GOOD "value: sum(amount)\nwindow: a year", "is no window", false},
        {"measure: m\n" GOOD "value: sum(amount)\nwindow: 0 months", "is no window", false},
        {"measure: m\n" GOOD "value: sum(amount)\nwindow: all\nperiods: quarter",
         "has a window that ends", false},
        {"measure: m\n" GOOD "value: sum(amount)\nwindow: 13 months\nperiods: quarter",
         "that 3 divides", false},
        {"measure: m\n" GOOD "value: sum(amount)\nwindow: 90 days\nperiods: month", "whole ones",
         false},
        {"measure: m\n" GOOD "value: sum(amount)\nwindow: all\nneeds: [cots]",
         "\"cots\" is not a column of orders; did you mean \"cost\"?", false},
        {"measure: m\n" GOOD "value: sum(amount)\nwindow: all\nneeds: [cost, cost]", "stands twice",
         false},
        {"measure: m\n" GOOD "valeu: sum(amount)\nwindow: all", "value", false},
        {"measure: Sales\n" GOOD "value: sum(amount)\nwindow: all", "not a name of a measure",
         false},
        {"measure: a..b\n" GOOD "value: sum(amount)\nwindow: all", "not a name of a measure",
         false},
        {"measure: m\n" GOOD "value: sum(amount)\nwindow: all", "x_m instead of m", true},
        {"measure: x_m\n" GOOD "value: sum(amount)\nwindow: all", "as only a workspace's own",
         false},
        {"measure: m\n" HEAD "unit: euro\nfacts: orders\nvalue: sum(amount)\nwindow: all",
         "not a unit", false},
        {"measure: m\n" HEAD "unit: money\nfacts: order\nvalue: sum(amount)\nwindow: all",
         "did you mean \"orders\"?", false},
        {"measure: m\n" HEAD "unit: money\nfacts: spend\nvalue: sum(amount)\nwindow: all",
         "are of no customer; write \"per: firm\"", false},
        {"measure: m\n" HEAD "unit: money\nmade_by: clv predict\nvalue: sum(amount)",
         "is written by kept clv predict, so it has no \"value\"", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        kept_err err = KEPT_ERR_INIT;
        kept_measure *m = NULL;
        if (parse(cases[i].yaml, cases[i].own, &arena, &m, &err) != KEPT_EINPUT)
            fail_msg("accepted: %s (%s)", cases[i].yaml, err.msg);
        CHECK_CONTAINS(err.msg, cases[i].part);
        CHECK_CONTAINS(err.msg, "m.yaml, line ");
    }
}
