/* Cases of other forms than a day and whether it was kept: time from a start on, periods, failures
 * among opportunities, values, figures. Worked out by hand. */
#include "cases_support.h"

static kept_scope as_of(int32_t day)
{
    kept_scope scope = *everyone();
    scope.as_of = day;
    return scope;
}

static const char *count(workspace *w, const kept_case_group *group, kept_case_window window,
                         const kept_scope *scope, kept_arena *arena, kept_case_count *ret)
{
    kept_err err = KEPT_ERR_INIT;
    kept_case_count counted;
    kept_case_ask ask = {.group = group, .windows = &window, .n_windows = 1, .seen = scope->as_of};
    CHECK_OK(kept_cases_count(w->store, scope, &ask, arena, &counted, &err));
    if (ret)
        *ret = counted;
    return count_text(&counted, arena);
}

/* Rows (id, customer, opened, its time, answered, its time, solved, contacts, complaint,
 * satisfaction). */
static void plant_tickets(workspace *w, const char *values)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    plant(w, "tickets",
          kept_arena_printf(
              &arena,
              "SELECT row_number() OVER () AS \"row\", c::VARCHAR AS customer, i::VARCHAR AS"
              " ticket_id, o::DATE AS opened_at, ot::TIME AS opened_at_clock, r::DATE AS"
              " responded_at, rt::TIME AS responded_at_clock, s::DATE AS resolved_at,"
              " k::BIGINT AS contacts, x::BOOLEAN AS complaint, q::DECIMAL(18,4) AS satisfaction"
              " FROM (VALUES %s) v(i, c, o, ot, r, rt, s, k, x, q)",
              values));
}

/* T1 after 3 h 59; T2 after 4 h; T3 after 4 h 1; T4 over midnight in time; T5 unanswered; T6
 * unanswered and solved the next day; T7, T8 days alone: the next day is in time, the one after is
 * not; T9 answered within the hour; T10 opened on the last day late at night. */
static const char tickets[] =
    "('T1','a','2024-06-03','10:00','2024-06-03','13:59',NULL,NULL,true,NULL),"
    "('T2','a','2024-06-03','10:00','2024-06-03','14:00','2024-06-05',1,false,4),"
    "('T3','a','2024-06-03','10:00','2024-06-03','14:01','2024-06-05',2,false,3.5),"
    "('T4','a','2024-06-03','22:30','2024-06-04','02:29',NULL,NULL,false,NULL),"
    "('T5','a','2024-06-07','10:00',NULL,NULL,NULL,NULL,NULL,NULL),"
    "('T6','a','2024-06-07','10:00',NULL,NULL,'2024-06-08',NULL,true,5),"
    "('T7','b','2024-06-07',NULL,'2024-06-08',NULL,NULL,NULL,false,NULL),"
    "('T8','b','2024-06-07',NULL,'2024-06-09',NULL,NULL,NULL,false,NULL),"
    "('T9','b','2024-06-08','09:00','2024-06-08','09:30','2024-06-08',1,NULL,2),"
    "('T10','b','2024-06-30','23:00',NULL,NULL,NULL,NULL,false,NULL)";

void test_cases__time_from_a_start_on(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    plant_tickets(&w, tickets);
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_scope scope = as_of(on(2024, 6, 30));
    kept_case_group group = {.measure = measure_named(&w, "first_response", &arena)};
    /* Three promises to the same customers with other times, and one to nobody. */
    kept_case_window windows[4];
    for (size_t i = 0; i < 4; i++)
        windows[i] = window_of(on(2024, 6, 1), on(2024, 6, 30));
    windows[0].within = 240;
    windows[1].within = 30;
    windows[2].within = 240;
    windows[2].tolerance = 1000000; /* a minute */
    windows[3].set = 2;
    kept_case_member members[] = {{1, customer_of(&w, "a")}, {1, customer_of(&w, "b")}};
    kept_case_ask ask = {.group = &group,
                         .windows = windows,
                         .n_windows = 4,
                         .members = members,
                         .n_members = 2,
                         .seen = on(2024, 6, 30)};
    /* Within four hours: T1 T2 T4 T7 T9 good; T3 T5 T6 T8 bad (T6 was solved a day later); T10 is
     * due in July. Within half an hour: T7 (of which only days are known) and T9. */
    const char *const want[] = {"5 4 0 0 0+0", "2 8 0 0 0+0", "6 3 0 0 0+0", "0 0 0 0 0+0"};
    check_counts(&w, &scope, &ask, want);
    assert_string_equal(rows_text(&w, &scope, &ask, 0, &arena),
                        "T3:bad 1; T5:bad! 3.312e+04; T6:bad 1440; T8:bad 1440; T1:good -1; "
                        "T2:good 0; T4:good -1; T7:good 0; T9:good -210");
    /* Without a time promised there are no failures: what is answered is done, the rest is open. */
    kept_case_window none = window_of(on(2024, 6, 1), on(2024, 6, 30));
    group.match = KEPT_MATCH_ALL;
    assert_string_equal(count(&w, &group, none, &scope, &arena, NULL), "8 0 0 0 2+0");
    remove_workspace(&w);
}

/* Office hours Monday to Friday, 9:00 to 17:00. 7 June 2024 is a Friday. */
void test_cases__working_time(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    plant_tickets(&w, "('W1','a','2024-06-07','16:00','2024-06-10','12:00',NULL,NULL,NULL,NULL),"
                      "('W2','a','2024-06-07','16:00','2024-06-10','12:01',NULL,NULL,NULL,NULL),"
                      "('W3','a','2024-06-08','03:00','2024-06-10','13:00',NULL,NULL,NULL,NULL),"
                      "('W4','a','2024-06-07','13:00','2024-06-07','18:00',NULL,NULL,NULL,NULL),"
                      "('W5','a','2024-06-07','13:00','2024-06-10','09:20',NULL,NULL,NULL,NULL),"
                      "('W6','a','2024-06-07',NULL,'2024-06-10',NULL,NULL,NULL,NULL,NULL),"
                      "('W7','a','2024-06-07',NULL,'2024-06-11',NULL,NULL,NULL,NULL,NULL)");
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_shift day = {9 * 60, 17 * 60};
    kept_calendar office = {.name = "test"};
    for (size_t i = 0; i < 5; i++)
        office.weekdays[i] = (kept_weekday){.shifts = {day}, .n = 1};
    kept_scope scope = as_of(on(2024, 6, 30));
    kept_case_group group = {.measure = measure_named(&w, "first_response", &arena),
                             .calendar = &office,
                             .match = KEPT_MATCH_ALL};
    kept_case_window june = window_of(on(2024, 6, 1), on(2024, 6, 30));
    june.within = 240;
    kept_case_ask ask = {.group = &group, .windows = &june, .n_windows = 1, .seen = scope.as_of};
    /* Four working hours. W1, W2: due Monday 12:00. W3: Monday 13:00. W4, W5: due Friday 17:00;
     * after hours is too late, though no working minute has passed. W6, W7: days alone, due on
     * Monday. */
    assert_string_equal(rows_text(&w, &scope, &ask, 0, &arena),
                        "W4:bad 0; W5:bad 20; W2:bad 1; W7:bad 1440; W1:good 0; W3:good 0; "
                        "W6:good 0");
    june.tolerance = 20 * 1000000;
    assert_string_equal(count(&w, &group, june, &scope, &arena, NULL), "6 1 0 0 0+0");
    remove_workspace(&w);
}

void test_cases__values_and_figures(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    plant_tickets(&w, tickets);
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_scope scope = as_of(on(2024, 6, 30));
    kept_case_count counted;
    kept_case_group group = {.match = KEPT_MATCH_ALL};
    kept_case_window june = window_of(on(2024, 6, 1), on(2024, 6, 30));
    /* Rated 4, 3.5, 5 and 2. */
    group.measure = measure_named(&w, "ticket_satisfaction", &arena);
    june.target_value = 4000000;
    assert_string_equal(count(&w, &group, june, &scope, &arena, &counted), "2 2 0 0 0+0");
    assert_true(fabs(counted.figure - 14.5 / 4) < 1e-12);
    june.tolerance = 500000;
    assert_string_equal(count(&w, &group, june, &scope, &arena, NULL), "3 1 0 0 0+0");
    /* Other promises of the group ask for other values. */
    kept_case_window windows[] = {june, june, june};
    windows[1].target_value = 2000001;
    windows[2].tolerance = 0;
    kept_case_ask ask = {.group = &group, .windows = windows, .n_windows = 3, .seen = scope.as_of};
    const char *const want[] = {"3 1 0 0 0+0", "4 0 0 0 0+0", "2 2 0 0 0+0"};
    check_counts(&w, &scope, &ask, want);
    /* T2, T9 at the first contact, T3 at the second; of T6 it is not known. */
    group.measure = measure_named(&w, "first_contact_resolution", &arena);
    june.tolerance = 0;
    assert_string_equal(count(&w, &group, june, &scope, &arena, NULL), "2 1 0 1 0+0");
    /* Days until solved: 2, 2, 1 and 0. */
    group.measure = measure_named(&w, "resolution_time", &arena);
    assert_string_equal(count(&w, &group, june, &scope, &arena, &counted), "4 0 0 0 6+0");
    assert_true(fabs(counted.figure - 1.25) < 1e-12);
    /* Answers that are numbers, however they are written. */
    plant(&w, "responses",
          "SELECT row_number() OVER () AS \"row\", 'S' AS survey, r::VARCHAR AS respondent,"
          " q::VARCHAR AS question, a::VARCHAR AS answer, 'a' AS customer,"
          " DATE '2024-06-05' AS happened_at FROM (VALUES ('1','Q7','8'), ('2','Q7',' 7.5 '),"
          "('3','Q7','+9'), ('4','Q7','none'), ('5','Q7','1e1'), ('6','Q8','10'), ('7','Q7','-3'))"
          " v(r, q, a)");
    group.measure = measure_named(&w, "satisfaction", &arena);
    group.only = "question = 'Q7'";
    june.target_value = 8000000;
    assert_string_equal(count(&w, &group, june, &scope, &arena, &counted), "2 2 0 0 0+0");
    assert_true(fabs(counted.figure - 21.5 / 4) < 1e-12);
    /* The newest of a customer's own figures, not the mean. */
    plant(
        &w, "outcomes",
        "SELECT row_number() OVER () AS \"row\", 'a' AS customer, m::VARCHAR AS measure,"
        " d::DATE AS happened_at, v::DECIMAL(18,4) AS value FROM (VALUES ('hours','2024-06-01',9),"
        "('hours','2024-06-20',4.25), ('hours','2024-06-10',7), ('other','2024-06-25',1),"
        "('hours','2024-07-02',1)) v(m, d, v)");
    group.measure = measure_named(&w, "own_outcome", &arena);
    group.only = "measure = 'hours'";
    kept_scope july = as_of(on(2024, 7, 31));
    assert_string_equal(count(&w, &group, june, &july, &arena, &counted), "3 0 0 0 0+0");
    assert_true(counted.figure == 4.25);
    kept_case_ask one = {.group = &group, .windows = &june, .n_windows = 1, .seen = july.as_of};
    june.start = on(2020, 1, 1);
    june.end = on(2020, 1, 31);
    CHECK_OK(kept_cases_count(w.store, &july, &one, &arena, &counted, &err));
    assert_true(isnan(counted.figure));
    remove_workspace(&w);
}

/* Orders are opportunities once, however many lines they have; without a number each line is. */
void test_cases__failures_among_opportunities(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    plant_tickets(&w, tickets);
    import_orders(&w, "('O1','1','a','2024-06-01',1), ('O1','2','a','2024-06-02',1),"
                      "('O2','1','a','2024-06-03',1), ('O3','1','b','2024-06-03',1),"
                      "('O4','1','a','2024-07-03',1), (NULL,'1','a','2024-06-04',1),"
                      "(NULL,'2','a','2024-06-04',1)");
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_scope scope = as_of(on(2024, 7, 31));
    kept_case_group group = {.measure = measure_named(&w, "complaint_rate", &arena)};
    kept_case_window windows[] = {window_of(on(2024, 6, 1), on(2024, 6, 30)),
                                  window_of(on(2024, 6, 1), on(2024, 6, 30)),
                                  window_of(on(2024, 7, 1), on(2024, 7, 31))};
    windows[1].set = 2;
    uint64_t a = customer_of(&w, "a"), b = customer_of(&w, "b");
    kept_case_member members[] = {{1, a}, {2, b}};
    kept_case_ask ask = {.group = &group,
                         .windows = windows,
                         .n_windows = 3,
                         .members = members,
                         .n_members = 2,
                         .seen = scope.as_of};
    /* a: O1, O2 and two lines of no order; T1 and T6 complained, of T5 it is not known. b: one
     * order and a ticket of which it is not known (T9). */
    const char *const want[] = {"1 2 0 1 0+0", "0 0 0 1 0+0", "1 0 0 0 0+0"};
    check_counts(&w, &scope, &ask, want);
    kept_case_histories h;
    CHECK_OK(kept_cases_history(w.store, &scope, &ask, on(2024, 6, 1), on(2024, 6, 30), &arena, &h,
                                &err));
    assert_int_equal(h.n, 2);
    assert_int_equal(h.items[0].customer == a ? h.items[0].n : h.items[1].n, 4);
    assert_int_equal(h.items[0].customer == a ? h.items[0].failed : h.items[1].failed, 2);
    const char *rows = rows_text(&w, &scope, &ask, 0, &arena);
    CHECK_CONTAINS(rows, "T1:bad; T6:bad; T5:unknown;");
    remove_workspace(&w);
}

void test_cases__periods_of_customers(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    import_orders(&w, "('O1','1','a','2023-11-01',1), ('O2','1','a','2024-03-31',1),"
                      "('O3','1','a','2024-07-01',1), ('O4','1','b','2024-05-05',1),"
                      "('O5','1','c','2019-05-05',1)");
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_scope scope = as_of(on(2024, 9, 29));
    kept_case_group group = {.measure = measure_named(&w, "repeat", &arena)};
    kept_case_window windows[] = {window_of(on(2024, 1, 1), on(2024, 12, 31)),
                                  window_of(on(2024, 1, 1), on(2024, 12, 31)),
                                  window_of(on(2024, 4, 1), on(2024, 6, 29))};
    windows[1].set = 2;
    uint64_t a = customer_of(&w, "a"), b = customer_of(&w, "b");
    kept_case_member members[] = {{1, a}, {2, a}, {2, b}};
    kept_case_ask ask = {.group = &group,
                         .windows = windows,
                         .n_windows = 3,
                         .members = members,
                         .n_members = 3,
                         .seen = scope.as_of};
    /* a: yes, no; the third quarter has a day to go. b: no, yes. No quarter ends by 29 June. */
    const char *const want[] = {"1 1 0 0 2+2", "2 2 0 0 4+4", "0 0 0 0 0+0"};
    check_counts(&w, &scope, &ask, want);
    assert_string_equal(rows_text(&w, &scope, &ask, 0, &arena),
                        "2024-04-01:bad; 2024-07-01:open; 2024-10-01:open; 2024-01-01:good");
    /* Everybody, from the first order on: b from the second quarter, c long since. */
    group.match = KEPT_MATCH_ALL;
    kept_case_window year = windows[0];
    assert_string_equal(count(&w, &group, year, &scope, &arena, NULL), "2 3 0 0 6+6");
    kept_case_histories h;
    CHECK_OK(kept_cases_history(w.store, &scope, &ask, on(2024, 1, 1), on(2024, 6, 30), &arena, &h,
                                &err));
    assert_int_equal(h.n, 3);
    /* Who sees b alone judges b alone. */
    group.match = KEPT_MATCH_CUSTOMERS;
    scope.sight = KEPT_SEES_SOME;
    scope.customers = &b;
    scope.n_customers = 1;
    const char *const some[] = {"0 0 0 0 0+0", "1 1 0 0 2+2", "0 0 0 0 0+0"};
    check_counts(&w, &scope, &ask, some);
    remove_workspace(&w);
}

/* O1 struck everybody from the 3rd to the 5th, O2 was announced, O3 struck b alone and lasts. */
void test_cases__days_without_an_outage(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    import_orders(&w, "('1','1','a','2024-01-01',1), ('2','1','b','2024-01-01',1)");
    plant(&w, "outages",
          "SELECT row_number() OVER () AS \"row\", i::VARCHAR AS outage_id, s::DATE AS started_at,"
          " e::DATE AS ended_at, c::VARCHAR AS customer, p::BOOLEAN AS planned FROM (VALUES"
          " ('O1','2024-06-03','2024-06-05',NULL,NULL), ('O2','2024-06-07','2024-06-07',NULL,true),"
          " ('O3','2024-06-09',NULL,'b',false), ('O4','2024-05-30','2024-06-01','a',false))"
          " v(i, s, e, c, p)");
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_scope scope = as_of(on(2024, 6, 10));
    kept_case_group group = {.measure = measure_named(&w, "availability", &arena)};
    kept_case_window windows[] = {window_of(on(2024, 6, 1), on(2024, 6, 12)),
                                  window_of(on(2024, 6, 1), on(2024, 6, 12))};
    windows[1].set = 2;
    kept_case_member members[] = {{1, customer_of(&w, "a")}, {2, customer_of(&w, "b")}};
    kept_case_ask ask = {.group = &group,
                         .windows = windows,
                         .n_windows = 2,
                         .members = members,
                         .n_members = 2,
                         .seen = scope.as_of};
    /* a: bad on the 1st, 3rd, 4th, 5th of ten days seen. b: 3rd to 5th, 9th and 10th. */
    const char *const want[] = {"6 4 0 0 2+2", "5 5 0 0 2+2"};
    check_counts(&w, &scope, &ask, want);
    /* The firm: any of them. */
    group.match = KEPT_MATCH_ALL;
    assert_string_equal(count(&w, &group, windows[0], &scope, &arena, NULL), "4 6 0 0 2+2");
    scope.sight = KEPT_SEES_SOME;
    assert_string_equal(count(&w, &group, windows[0], &scope, &arena, NULL), "0 0 0 0 0+0");
    remove_workspace(&w);
}

/* Conditions on what a period comes to, against what the promise asks for. */
void test_cases__conditions_on_periods(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    import_orders(&w, "('1','1','a','2024-01-10',10), ('2','1','a','2024-01-20',20),"
                      "('3','1','a','2024-02-10',40), ('4','1','a','2024-03-10',NULL)");
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_scope scope = as_of(on(2024, 4, 30));
    static const struct {
        const char *good, *want;
    } cases[] = {
        {"sum(amount) >= target", "2 0 0 2 0+0"},
        {"if(count() = 0, 0, sum(amount)) >= target", "2 1 0 1 0+0"},
        {"mean(amount) > 15", "1 1 0 2 0+0"},
        {"share(amount >= 20) > 0.499 and share(amount >= 20) < 0.501", "1 1 0 2 0+0"},
        {"ratio(sum(amount), count()) = 15", "1 1 0 2 0+0"},
        {"distinct(order_id) = 2", "1 3 0 0 0+0"},
        {"max(happened_at) >= '2024-02-01'", "2 1 0 1 0+0"},
        {"min(amount) = max(amount)", "1 1 0 2 0+0"},
        {"count(amount) / 2 = 1", "1 3 0 0 0+0"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        kept_case_group group = {
            .measure = measure_of(&w,
                                  kept_arena_printf(&arena,
                                                    "unit: count\nfacts: orders\ngrain: month\n"
                                                    "good: \"%s\"",
                                                    cases[i].good),
                                  &arena),
            .match = KEPT_MATCH_ALL};
        kept_case_window window = window_of(on(2024, 1, 1), on(2024, 4, 30));
        window.target_value = 30000000;
        assert_string_equal(count(&w, &group, window, &scope, &arena, NULL), cases[i].want);
    }
    /* A column that must be known makes a period unknown in which it is not. */
    kept_case_group group = {.measure = measure_of(&w,
                                                   "unit: count\nfacts: orders\ngrain: month\n"
                                                   "good: count() > 0\nneeds: [amount]",
                                                   &arena),
                             .match = KEPT_MATCH_ALL};
    assert_string_equal(
        count(&w, &group, window_of(on(2024, 1, 1), on(2024, 4, 30)), &scope, &arena, NULL),
        "2 1 0 1 0+0");
    remove_workspace(&w);
}
