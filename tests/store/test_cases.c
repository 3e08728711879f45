/* Cases judged: every state, by hand on a few rows. */
#include "cases_support.h"

/* As of 2024-06-30; D1 in time; D2 a day late; D3 out past its day; D4 due on the last day and out;
 * D5 not due yet; D6 called off before its day; D7 called off after it; D8 without a day; D9 came
 * early for a day ahead; D10 of another customer; D11 came at night after a deadline with a time;
 * D12 in time by the minute. */
static const char every_state[] =
    "('D1','a','2024-05-01','2024-06-10',NULL,'2024-06-10',NULL,NULL,5,5,'s'),"
    "('D2','a','2024-05-01','2024-06-10',NULL,'2024-06-11',NULL,NULL,5,5,'s'),"
    "('D3','a','2024-05-01','2024-06-20',NULL,NULL,NULL,NULL,5,NULL,'t'),"
    "('D4','a','2024-05-01','2024-06-30',NULL,NULL,NULL,NULL,5,NULL,'t'),"
    "('D5','a','2024-05-01','2024-07-01',NULL,NULL,NULL,NULL,5,NULL,'t'),"
    "('D6','a','2024-05-01','2024-06-15',NULL,NULL,NULL,'2024-06-15',5,NULL,'s'),"
    "('D7','a','2024-05-01','2024-06-15',NULL,NULL,NULL,'2024-06-16',5,NULL,'s'),"
    "('D8','a','2024-06-02',NULL,NULL,'2024-06-11',NULL,NULL,5,5,'s'),"
    "('D9','a','2024-05-01','2024-07-05',NULL,'2024-06-30',NULL,NULL,5,4,'s'),"
    "('D10','b','2024-05-01','2024-06-10',NULL,'2024-06-10',NULL,NULL,5,NULL,'s'),"
    "('D11','b','2024-05-01','2024-06-12','15:00','2024-06-12','23:00',NULL,NULL,5,'s'),"
    "('D12','b','2024-05-01','2024-06-12','15:00','2024-06-12','15:00',NULL,5,6,'t')";

static void start(workspace *w)
{
    make_workspace(w);
    plant_deliveries(w, every_state);
}

void test_cases__states(void **state)
{
    (void)state;
    workspace w;
    start(&w);
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_case_group group = {.measure = measure_named(&w, "on_time", &arena)};
    kept_case_window windows[] = {
        window_of(on(2024, 6, 1), on(2024, 6, 30)), window_of(on(2024, 7, 1), on(2024, 7, 31)),
        window_of(on(2024, 6, 1), on(2024, 6, 30)), window_of(on(2023, 6, 1), on(2023, 6, 30))};
    windows[2].set = 2;
    kept_case_member members[] = {{1, customer_of(&w, "a")},
                                  {2, customer_of(&w, "b")},
                                  {2, customer_of(&w, "a")},
                                  {2, customer_of(&w, "b")}};
    kept_case_ask ask = {.group = &group,
                         .windows = windows,
                         .n_windows = 4,
                         .members = members,
                         .n_members = 4,
                         .seen = on(2024, 6, 30)};
    kept_scope scope = *everyone();
    scope.as_of = on(2024, 6, 30);
    const char *const want[] = {"1 4 1 1 0+0", "1 0 0 0 1+1", "3 5 1 1 0+0", "0 0 0 0 0+0"};
    check_counts(&w, &scope, &ask, want);
    assert_string_equal(rows_text(&w, &scope, &ask, 0, &arena),
                        "D2:bad 1; D7:bad! 15; D3:bad! 10; D4:bad! 0; D8:unknown; D6:excused; "
                        "D1:good 0");
    assert_string_equal(rows_text(&w, &scope, &ask, 1, &arena), "D5:open; D9:good -5");
    remove_workspace(&w);
}

/* One window over all, for everybody, as of a day. */
static const char *count_all(workspace *w, const kept_case_group *group, kept_case_window window,
                             const kept_scope *scope, kept_arena *arena, kept_case_count *ret)
{
    kept_err err = KEPT_ERR_INIT;
    kept_case_count count;
    kept_case_ask ask = {.group = group, .windows = &window, .n_windows = 1, .seen = scope->as_of};
    CHECK_OK(kept_cases_count(w->store, scope, &ask, arena, &count, &err));
    if (ret)
        *ret = count;
    return count_text(&count, arena);
}

static kept_scope as_of(int32_t day)
{
    kept_scope scope = *everyone();
    scope.as_of = day;
    return scope;
}

/* The same deliveries by the other measures of deliveries, worked out by hand. */
void test_cases__measures_of_deliveries(void **state)
{
    (void)state;
    workspace w;
    start(&w);
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_scope scope = as_of(on(2024, 6, 30));
    kept_case_window june = window_of(on(2024, 6, 1), on(2024, 6, 30));
    kept_case_count count;
    kept_case_group group = {.match = KEPT_MATCH_ALL};
    /* Nothing came of D3, D4 and D7; of D8 nobody knows the day, of D10 how much came, of D11 how
     * much was promised. */
    group.measure = measure_named(&w, "in_full", &arena);
    assert_string_equal(count_all(&w, &group, june, &scope, &arena, NULL), "3 3 1 3 0+0");
    /* D2 is late, whatever came; D11 as well. */
    group.measure = measure_named(&w, "on_time_in_full", &arena);
    assert_string_equal(count_all(&w, &group, june, &scope, &arena, NULL), "2 5 1 2 0+0");
    /* D1, D10, D11 and D12 0, D2 1, D3 10, D4 0, D7 15 days: 26 of 8. */
    group.measure = measure_named(&w, "days_late", &arena);
    assert_string_equal(count_all(&w, &group, june, &scope, &arena, &count), "3 5 1 1 0+0");
    assert_true(fabs(count.figure - 26.0 / 8) < 1e-12);
    assert_int_equal(count.rows, 10);
    assert_int_equal(count.last_bad, on(2024, 6, 30));
    assert_int_equal(count.first_due, on(2024, 6, 2));
    assert_int_equal(count.last_due, on(2024, 6, 30));
    /* Four pieces of five are enough with a tolerance of one; nothing at all is not. */
    group.measure = measure_named(&w, "in_full", &arena);
    kept_case_window july = window_of(on(2024, 7, 1), on(2024, 7, 31));
    kept_scope later = as_of(on(2024, 7, 31));
    assert_string_equal(count_all(&w, &group, july, &later, &arena, NULL), "0 2 0 0 0+0");
    july.tolerance = 1000000;
    assert_string_equal(count_all(&w, &group, july, &later, &arena, NULL), "1 1 0 0 0+0");
    remove_workspace(&w);
}

/* What may be a day late is good a day late, and open for a day more. */
void test_cases__tolerance_in_days(void **state)
{
    (void)state;
    workspace w;
    start(&w);
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_scope scope = as_of(on(2024, 6, 30));
    kept_case_group group = {.measure = measure_named(&w, "on_time", &arena),
                             .match = KEPT_MATCH_ALL};
    kept_case_window june = window_of(on(2024, 6, 1), on(2024, 6, 30));
    june.tolerance = 1000000;
    /* D2 and D11 are good now, D4 is open but not ahead; D3 and D7 stay bad. */
    assert_string_equal(count_all(&w, &group, june, &scope, &arena, NULL), "5 2 1 1 1+0");
    kept_case_ask ask = {.group = &group, .windows = &june, .n_windows = 1, .seen = scope.as_of};
    const char *rows = rows_text(&w, &scope, &ask, 0, &arena);
    CHECK_CONTAINS(rows, "D3:bad! 10; D4:open! 0; D8:unknown;");
    /* D11 came eight hours late: a third of a day. */
    june.tolerance = 333333;
    assert_string_equal(count_all(&w, &group, june, &scope, &arena, NULL), "3 5 1 1 0+0");
    june.tolerance = 333334;
    assert_string_equal(count_all(&w, &group, june, &scope, &arena, NULL), "4 4 1 1 0+0");
    remove_workspace(&w);
}

void test_cases__parties_and_conditions(void **state)
{
    (void)state;
    workspace w;
    start(&w);
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_scope scope = as_of(on(2024, 6, 30));
    kept_case_group group = {.measure = measure_named(&w, "on_time", &arena),
                             .match = KEPT_MATCH_SUPPLIER};
    kept_case_window windows[] = {window_of(on(2024, 6, 1), on(2024, 6, 30)),
                                  window_of(on(2024, 6, 1), on(2024, 6, 30)),
                                  window_of(on(2024, 6, 1), on(2024, 6, 30))};
    windows[0].party = "s";
    windows[1].party = "t";
    windows[2].party = "s' OR 1=1 --";
    kept_case_ask ask = {
        .group = &group, .windows = windows, .n_windows = 3, .seen = on(2024, 6, 30)};
    const char *const want[] = {"2 3 1 1 0+0", "1 2 0 0 0+0", "0 0 0 0 0+0"};
    check_counts(&w, &scope, &ask, want);
    group.only = "promised_quantity = 5 and delivery_id not in ('D1', 'D2''')";
    const char *const only[] = {"1 2 1 1 0+0", "1 2 0 0 0+0", "0 0 0 0 0+0"};
    check_counts(&w, &scope, &ask, only);
    kept_case_count counts[3];
    group.only = "quantity = 5";
    assert_int_equal(kept_cases_count(w.store, &scope, &ask, &arena, counts, &err), KEPT_EINPUT);
    CHECK_CONTAINS(err.msg, "deliveries has no column \"quantity\"");
    group.only = "promised_quantity";
    assert_int_equal(kept_cases_count(w.store, &scope, &ask, &arena, counts, &err), KEPT_EINPUT);
    CHECK_CONTAINS(err.msg, "is no condition; it is a number");
    group.only = NULL;
    group.match = KEPT_MATCH_CHANNEL;
    assert_int_equal(kept_cases_count(w.store, &scope, &ask, &arena, counts, &err), KEPT_EINPUT);
    CHECK_CONTAINS(err.msg, "deliveries do not say of which channel a row is");
    group.measure = measure_named(&w, "sales.last_year", &arena);
    assert_int_equal(kept_cases_count(w.store, &scope, &ask, &arena, counts, &err), KEPT_EARG);
    remove_workspace(&w);
}

void test_cases__by_week(void **state)
{
    (void)state;
    workspace w;
    start(&w);
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_scope scope = as_of(on(2024, 6, 30));
    kept_case_group group = {.measure = measure_named(&w, "on_time", &arena),
                             .match = KEPT_MATCH_ALL,
                             .counted_by = KEPT_BY_WEEK};
    kept_case_window window = window_of(on(2024, 6, 3), on(2024, 7, 31));
    /* Weeks from 10 June: D1 D10 D12 good, D2 D7 D11 bad, D6 excused: a half; 17 June: D3 bad; 24
     * June: D4 bad; 1 July: not over. */
    window.period_target = 500000;
    assert_string_equal(count_all(&w, &group, window, &scope, &arena, NULL), "1 2 0 0 1+1");
    window.period_target = 500001;
    assert_string_equal(count_all(&w, &group, window, &scope, &arena, NULL), "0 3 0 0 1+1");
    /* With D8 in it, the week of 27 May is unknown. */
    window.start = on(2024, 5, 27);
    assert_string_equal(count_all(&w, &group, window, &scope, &arena, NULL), "0 3 0 1 1+1");
    remove_workspace(&w);
}

void test_cases__sight(void **state)
{
    (void)state;
    workspace w;
    start(&w);
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_case_group group = {.measure = measure_named(&w, "on_time", &arena),
                             .match = KEPT_MATCH_ALL};
    kept_case_window june = window_of(on(2024, 6, 1), on(2024, 6, 30));
    kept_scope scope = as_of(on(2024, 6, 30)), nobody = KEPT_SCOPE_NOBODY;
    uint64_t b = customer_of(&w, "b");
    assert_string_equal(count_all(&w, &group, june, &scope, &arena, NULL), "3 5 1 1 0+0");
    scope.sight = KEPT_SEES_SOME;
    scope.customers = &b;
    scope.n_customers = 1;
    assert_string_equal(count_all(&w, &group, june, &scope, &arena, NULL), "2 1 0 0 0+0");
    nobody.as_of = on(2024, 6, 30);
    assert_string_equal(count_all(&w, &group, june, &nobody, &arena, NULL), "0 0 0 0 0+0");
    remove_workspace(&w);
}

void test_cases__last_day_seen(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    const kept_measure *m = measure_named(&w, "on_time", &arena);
    int32_t seen = 0;
    CHECK_OK(kept_cases_seen(w.store, everyone(), m, on(2024, 6, 15), &seen, &err));
    assert_int_equal(seen, KEPT_NO_DAY);
    plant_deliveries(&w, every_state);
    /* The last thing that became known; a promised day is not one. */
    CHECK_OK(kept_cases_seen(w.store, everyone(), m, on(2030, 1, 1), &seen, &err));
    assert_int_equal(seen, on(2024, 6, 30));
    CHECK_OK(kept_cases_seen(w.store, everyone(), m, on(2024, 6, 15), &seen, &err));
    assert_int_equal(seen, on(2024, 6, 15));
    kept_scope scope = as_of(on(2024, 6, 11));
    CHECK_OK(kept_cases_seen(w.store, &scope, m, on(2030, 1, 1), &seen, &err));
    assert_int_equal(seen, on(2024, 6, 11));
    remove_workspace(&w);
}

void test_cases__history_and_days(void **state)
{
    (void)state;
    workspace w;
    start(&w);
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_scope scope = as_of(on(2024, 6, 30));
    kept_case_group group = {.measure = measure_named(&w, "on_time", &arena)};
    kept_case_window windows[] = {window_of(on(2023, 6, 1), on(2023, 6, 30)),
                                  window_of(on(2024, 6, 11), on(2024, 7, 31)),
                                  window_of(on(2024, 6, 12), on(2024, 6, 12))};
    windows[2].set = 2;
    uint64_t a = customer_of(&w, "a"), b = customer_of(&w, "b");
    kept_case_member members[] = {{1, a}, {2, b}};
    kept_case_ask ask = {.group = &group,
                         .windows = windows,
                         .n_windows = 3,
                         .members = members,
                         .n_members = 2,
                         .seen = on(2024, 6, 30)};
    kept_case_histories h;
    CHECK_OK(kept_cases_history(w.store, &scope, &ask, on(2024, 6, 1), on(2024, 6, 30), &arena, &h,
                                &err));
    assert_int_equal(h.n, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_true(h.items[i].customer == a || h.items[i].customer == b);
        assert_int_equal(h.items[i].n, h.items[i].customer == a ? 5 : 3);
        assert_int_equal(h.items[i].failed, h.items[i].customer == a ? 4 : 1);
    }
    /* Requested on 1 May: due on 10, 12, 15, 20 and 30 June. */
    assert_int_equal(h.leads[40], 3);
    assert_int_equal(h.leads[42], 2);
    assert_int_equal(h.leads[45], 2);
    assert_int_equal(h.leads[50], 1);
    assert_int_equal(h.leads[60], 1);
    /* Good on their very day: D1, D10, D12. D9, due on 5 July, was done five days before. */
    assert_int_equal(h.early[0], 3);
    CHECK_OK(kept_cases_history(w.store, &scope, &ask, on(2024, 6, 1), on(2024, 7, 31), &arena, &h,
                                &err));
    assert_int_equal(h.early[0], 3);
    assert_int_equal(h.early[5], 1);
    kept_case_day *days = NULL;
    size_t *first = NULL;
    CHECK_OK(kept_cases_days(w.store, &scope, &ask, &arena, &days, &first, &err));
    assert_int_equal(first[1] - first[0], 0);
    assert_int_equal(first[2] - first[1], 5); /* 15, 20, 30 June, 1 and 5 July */
    assert_int_equal(first[3] - first[2], 1);
    assert_int_equal(days[first[1]].day, on(2024, 6, 15));
    assert_int_equal(days[first[1]].decided, 1);
    assert_int_equal(days[first[1]].failed, 1);
    assert_int_equal(days[first[1] + 3].open, 1);
    assert_int_equal(days[first[1] + 4].decided, 1);
    assert_int_equal(days[first[1] + 4].failed, 0);
    assert_int_equal(days[first[2]].decided, 2);
    assert_int_equal(days[first[2]].failed, 1);
    remove_workspace(&w);
}
