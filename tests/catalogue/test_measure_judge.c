/* Declarations of measures that judge cases. */
#include "support.h"

#include "catalogue/measure.h"

static kept_status parse(const char *lines, kept_arena *arena, kept_measure **ret, kept_err *err)
{
    kept_fact_kinds kinds;
    KEPT_TRY(kept_fact_kinds_load(NULL, arena, &kinds, err));
    const char *yaml = kept_arena_printf(arena,
                                         "measure: x_j\ntitle: T\nsummary: S\nstage: keep\n"
                                         "pack: core\nbetter: higher\n%s\n",
                                         lines);
    return kept_measure_parse(yaml, strlen(yaml), "j.yaml", true, &kinds, arena, ret, err);
}

#define DELIVERIES "unit: days\nfacts: deliveries\n"
#define TICKETS    "unit: number\nfacts: tickets\n"

void test_measure_judge__built_in(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_fact_kinds kinds;
    kept_measures all;
    const kept_measure *m = NULL;
    static const char *const expected[] = {
        "on_time",          "in_full",      "on_time_in_full", "days_late",
        "first_response",   "availability", "complaint_rate",  "first_contact_resolution",
        "invoice_accuracy", "repeat",       "resolution_time", "ticket_satisfaction",
        "own_outcome",      "satisfaction", "adoption"};
    CHECK_OK(kept_fact_kinds_load(NULL, &arena, &kinds, &err));
    CHECK_OK(kept_measures_load(NULL, &kinds, &arena, &all, &err));
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        CHECK_OK(kept_measures_find(&all, expected[i], &m, &err));
        assert_non_null(m->judge);
        assert_null(m->value);
        assert_int_equal(m->n_needs, 0);
    }
    CHECK_OK(kept_measures_find(&all, "on_time", &m, &err));
    assert_string_equal(m->judge->level, "front-line");
    assert_string_equal(m->judge->done_text, "delivered_at");
    assert_int_equal(m->judge->grain, KEPT_GRAIN_CASE);
    CHECK_OK(kept_measures_find(&all, "repeat", &m, &err));
    assert_int_equal(m->judge->grain, KEPT_GRAIN_QUARTER);
    assert_string_equal(kept_measure_grain_name(m->judge->grain), "quarter");
    CHECK_OK(kept_measures_find(&all, "complaint_rate", &m, &err));
    assert_string_equal(m->judge->total->name, "orders");
    CHECK_OK(kept_measures_find(&all, "first_response", &m, &err));
    assert_int_equal(m->unit, KEPT_UNIT_MINUTES);
    CHECK_OK(kept_measures_find(&all, "sales.last_year", &m, &err));
    assert_null(m->judge);
}

void test_measure_judge__reads(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_measure *m = NULL;
    CHECK_OK(parse(DELIVERIES "where: carrier = 'x'\ndue: promised_at\ndone: delivered_at\n"
                              "needs: [promised_quantity]\nlevel: functional\n",
                   &arena, &m, &err));
    assert_string_equal(m->where_text, "carrier = 'x'");
    assert_int_equal(m->n_needs, 1);
    assert_string_equal(m->judge->level, "functional");
    CHECK_OK(parse(TICKETS "good: satisfaction >= target and target > 1\nmiss: target - 1\n",
                   &arena, &m, &err));
    CHECK_OK(parse(TICKETS "figure: satisfaction\nnewest: yes", &arena, &m, &err));
    assert_true(m->judge->newest);
    CHECK_OK(parse("unit: money\nfacts: orders\ngood: amount > target", &arena, &m, &err));
    CHECK_OK(parse("unit: money\nfacts: orders\ngrain: week\ngood: sum(amount) > target", &arena,
                   &m, &err));
}

void test_measure_judge__says_what_is_wrong_and_where(void **state)
{
    (void)state;
    static const struct {
        const char *lines, *part;
    } cases[] = {
        {DELIVERIES "due: promised_at\ndone: delivered_at\nvalue: count()",
         "The measure judges cases, so it has no \"value\"."},
        {DELIVERIES "due: promised_at\ndone: delivered_at\nperiods: month",
         "so it has no \"periods\""},
        {DELIVERIES "due: promised_at\ndone: delivered_at\nwindow: 12 months",
         "so it has no \"window\""},
        {DELIVERIES "due: promised_at\ndone: delivered_at\ntime: promised_at",
         "so it has no \"time\""},
        {DELIVERIES "due: promised_at\nstart: requested_at\ndone: delivered_at", "not both"},
        {DELIVERIES "start: requested_at\ngood: yes", "\"start\" needs \"done\""},
        {DELIVERIES "done: delivered_at", "\"done\" needs \"due\""},
        {DELIVERIES "due: promised_at", "Nothing says what a good case is"},
        {DELIVERIES "level: front-line", "Nothing says what a good case is"},
        {DELIVERIES "due: promised_at\ndone: delivered_at\nlevel: frontline",
         "did you mean \"front-line\"?"},
        {DELIVERIES "due: as_of\ndone: delivered_at", "must be a column of days"},
        {DELIVERIES "due: first_known(promised_at, '2024-01-01')\ndone: delivered_at",
         "must be a column of days"},
        {DELIVERIES "due: product\ndone: delivered_at", "must be a column of days"},
        {DELIVERIES "due: promised\ndone: delivered_at", "did you mean \"promised_at\"?"},
        {DELIVERIES "due: promised_at\ngood: promised_quantity",
         "\"good\" must be a condition; this is a number"},
        {DELIVERIES "due: promised_at\ndone: delivered_at\nexcused: cancelled_at",
         "\"excused\" must be a condition"},
        {DELIVERIES "due: promised_at\ndone: delivered_at\nexcused: promised_quantity < target",
         "has no column \"target\""},
        {DELIVERIES "due: promised_at\ndone: delivered_at\nmiss: product",
         "\"miss\" must be a number"},
        {DELIVERIES "due: promised_at\ngood: count() > 0", "looks at all rows"},
        {DELIVERIES "due: promised_at\ndone: delivered_at\nnewest: yes", "is of a figure"},
        {"unit: money\nfacts: orders\nfigure: quantity", "\"figure\" must be money"},
        {TICKETS "total: order\ngood: yes", "did you mean \"orders\"?"},
        {TICKETS "total: orders\nfigure: satisfaction", "\"total\" needs \"good\""},
        {TICKETS "grain: weekly\ngood: count() > 0", "did you mean \"week\"?"},
        {TICKETS "grain: week", "judged by \"good\", which is missing"},
        {TICKETS "grain: week\ngood: satisfaction > 3", "sum(satisfaction)"},
        {TICKETS "grain: week\ngood: median(satisfaction) > 3", "mean() can be"},
        {TICKETS "grain: week\ngood: count() > 0\ndue: opened_at", "so it has no \"due\""},
        {TICKETS "grain: week\ngood: count() > 0\nstart: opened_at", "others have neither"},
        {TICKETS "grain: week\ngood: count() > 0\ntotal: orders", "so it has no \"total\""},
        {"unit: count\nmade_by: clv predict\ngood: yes", "so it has no \"good\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
        kept_err err = KEPT_ERR_INIT;
        kept_measure *m = NULL;
        assert_int_equal(parse(cases[i].lines, &arena, &m, &err), KEPT_EINPUT);
        CHECK_CONTAINS(err.msg, "j.yaml, line ");
        CHECK_CONTAINS(err.msg, cases[i].part);
    }
}
