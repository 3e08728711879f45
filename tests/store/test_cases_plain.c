/* Cases of many made-up deliveries against plain SQL that knows nothing of measures; what became
 * known later changes nothing; zones; customers with several keys. */
#include "cases_support.h"

#include "store/ledger/identity.h"

enum { CUSTOMERS = 12, MONTHS = 6 };

/* Days and times by chance, some missing. Cut down to what each row needs. */
static const char made_up[] =
    "SELECT i::BIGINT AS \"row\", 'c' || (hash(i) %% 12)::VARCHAR AS customer, 'D' || i AS"
    " delivery_id, CASE WHEN hash(i + 1) %% 10 > 0 THEN p - 10 - (hash(i + 2) %% 20)::INTEGER END "
    "AS"
    " requested_at, CASE WHEN hash(i + 3) %% 12 > 0 THEN p END AS first_promised_at, CASE WHEN"
    " hash(i + 4) %% 3 = 0 THEN to_hours((8 + hash(i + 5) %% 10)::INTEGER) + TIME '00:00' END AS"
    " first_promised_at_clock, CASE WHEN hash(i + 6) %% 3 = 0 THEN p + 2 END AS promised_at, CASE"
    " WHEN hash(i + 7) %% 9 > 0 THEN p - 6 + (hash(i + 8) %% 10)::INTEGER END AS delivered_at, CASE"
    " WHEN hash(i + 9) %% 2 = 0 THEN to_hours((8 + hash(i + 10) %% 10)::INTEGER) + TIME '00:00' END"
    " AS delivered_at_clock, CASE WHEN hash(i + 11) %% 15 = 0 THEN p - 4 + (hash(i + 12) %%"
    " 8)::INTEGER END AS cancelled_at, CASE WHEN hash(i + 13) %% 8 > 0 THEN 5 END::DECIMAL(18,4) AS"
    " promised_quantity, CASE WHEN hash(i + 14) %% 8 > 0 THEN 3 + hash(i + 15) %% 3"
    " END::DECIMAL(18,4) AS delivered_quantity FROM (SELECT i, DATE '2024-01-01' + (hash(i + 16) %%"
    " 200)::INTEGER AS p FROM range(%d) r(i))";

static void plant_made_up(workspace *w)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    plant(w, "deliveries", kept_arena_printf(&arena, made_up, 3000));
}

/* The same in plain SQL: as of the day {S} (looking back), with what makes a delivery good besides
 * coming in time. Text "customer month good bad excused unknown open". */
static const char plain_sql[] =
    "WITH seen AS (SELECT customer, requested_at AS r, coalesce(first_promised_at, promised_at) AS"
    " due, CASE WHEN first_promised_at IS NOT NULL THEN first_promised_at_clock END AS due_clock,"
    " CASE WHEN delivered_at <= DATE '%s' THEN delivered_at END AS d, delivered_at_clock AS dc, "
    "CASE"
    " WHEN cancelled_at <= DATE '%s' THEN cancelled_at END AS x, promised_quantity AS pq, CASE WHEN"
    " delivered_at > DATE '%s' THEN NULL ELSE delivered_quantity END AS dq FROM stage WHERE"
    " requested_at IS NULL OR requested_at <= DATE '%s'),"
    " rows AS (SELECT *, CASE WHEN due_clock IS NOT NULL AND dc IS NOT NULL AND d IS NOT NULL THEN"
    " due + due_clock >= d + dc ELSE due >= d END AS in_time FROM seen WHERE r IS NOT NULL OR due "
    "<="
    " DATE '%s' OR d <= DATE '%s' OR x IS NOT NULL),"
    " judged AS (SELECT customer, coalesce(due, r) AS day, CASE WHEN x IS NOT NULL AND (due IS NULL"
    " OR x <= due) THEN 'x' WHEN due IS NULL THEN 'u' WHEN %s THEN 'b' WHEN due > DATE '%s' AND "
    "(%s)"
    " THEN 'o' WHEN %s IS NULL THEN 'u' WHEN %s THEN 'g' ELSE 'b' END AS s FROM rows)"
    " SELECT concat_ws(' ', customer, month(day), count(*) FILTER (s = 'g'), count(*) FILTER (s ="
    " 'b'), count(*) FILTER (s = 'x'), count(*) FILTER (s = 'u'), count(*) FILTER (s = 'o')) AS t"
    " FROM judged WHERE day BETWEEN DATE '2024-01-01' AND DATE '2024-06-30' GROUP BY customer,"
    " month(day) ORDER BY t";

/* For each measure: what is bad already, what keeps it open before its day, what is good. */
static const struct {
    const char *measure, *bad, *waits, *good;
} forms[] = {
    {"on_time", "d IS NULL AND due <= DATE '%s'", "d IS NULL", "in_time"},
    {"days_late", "d IS NULL AND due <= DATE '%s'", "d IS NULL", "in_time"},
    {"on_time_in_full", "d IS NULL AND due <= DATE '%s'", "d IS NULL", "(in_time AND dq >= pq)"},
    {"in_full", "d IS NULL AND due <= DATE '%s'", "TRUE", "(dq >= pq)"},
};

static const char *plain_counts(workspace *w, size_t form, const char *day, kept_arena *arena)
{
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    kept_duck_rows *rows = NULL;
    const char *bad = kept_arena_printf(arena, forms[form].bad, day);
    const char *sql = kept_arena_printf(arena, plain_sql, day, day, day, day, day, day, bad, day,
                                        forms[form].waits, forms[form].good, forms[form].good);
    CHECK_OK(kept_duck_query(w->duck, sql, NULL, 0, &rows, &err));
    for (size_t n = 1; n;) {
        CHECK_OK(kept_duck_next(rows, &n, &err));
        for (size_t i = 0; i < n; i++) {
            size_t len = 0;
            const char *text = kept_duck_text(rows, 0, i, &len);
            kept_buf_add_n(&out, text, len);
            kept_buf_add(&out, "\n");
        }
    }
    kept_duck_rows_free(rows);
    return kept_arena_strdup(arena, kept_buf_text(&out));
}

static int compare_lines(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Every customer and month as a window; the same text. */
static const char *our_counts(workspace *w, const kept_scope *scope, const char *measure,
                              kept_arena *arena)
{
    kept_err err = KEPT_ERR_INIT;
    kept_case_window windows[CUSTOMERS * MONTHS];
    kept_case_member members[CUSTOMERS];
    kept_case_count counts[CUSTOMERS * MONTHS];
    const char *lines[CUSTOMERS * MONTHS];
    size_t n = 0;
    for (int c = 0; c < CUSTOMERS; c++) {
        members[c] = (kept_case_member){c, customer_of(w, kept_arena_printf(arena, "c%d", c))};
        for (int m = 0; m < MONTHS; m++) {
            windows[c * MONTHS + m] = window_of(on(2024, m + 1, 1), on(2024, m + 2, 1) - 1);
            windows[c * MONTHS + m].set = c;
        }
    }
    kept_case_group group = {.measure = measure_named(w, measure, arena)};
    kept_case_ask ask = {.group = &group,
                         .windows = windows,
                         .n_windows = CUSTOMERS * MONTHS,
                         .members = members,
                         .n_members = CUSTOMERS,
                         .seen = scope->as_of};
    CHECK_OK(kept_cases_count(w->store, scope, &ask, arena, counts, &err));
    for (int i = 0; i < CUSTOMERS * MONTHS; i++) {
        const kept_counts *k = &counts[i].counts;
        if (counts[i].rows)
            lines[n++] = kept_arena_printf(arena, "c%d %d %d %d %d %d %d\n", i / MONTHS,
                                           i % MONTHS + 1, (int)k->good, (int)k->bad,
                                           (int)k->excused, (int)k->unknown, (int)k->open);
    }
    qsort(lines, n, sizeof *lines, compare_lines);
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    for (size_t i = 0; i < n; i++)
        kept_buf_add(&out, lines[i]);
    return kept_arena_strdup(arena, kept_buf_text(&out));
}

void test_cases__against_plain_sql(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    plant_made_up(&w);
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    static const struct {
        int month, day;
        const char *text;
    } days[] = {{2, 14, "2024-02-14"}, {5, 1, "2024-05-01"}, {12, 31, "2024-12-31"}};
    for (size_t d = 0; d < sizeof days / sizeof days[0]; d++) {
        kept_scope scope = *everyone();
        scope.as_of = on(2024, days[d].month, days[d].day);
        for (size_t f = 0; f < sizeof forms / sizeof forms[0]; f++) {
            const char *want = plain_counts(&w, f, days[d].text, &arena);
            assert_true(strlen(want) > 300);
            assert_string_equal(our_counts(&w, &scope, forms[f].measure, &arena), want);
        }
    }
    remove_workspace(&w);
}

/* A set of many customers, and everybody, come to what their customers come to one by one; by day,
 * by case and by period alike. */
void test_cases__together_as_one_by_one(void **state)
{
    (void)state;
    enum { WINDOWS = CUSTOMERS + 1 };
    workspace w;
    make_workspace(&w);
    plant_made_up(&w);
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_scope scope = *everyone();
    scope.as_of = on(2024, 5, 1);
    kept_case_window windows[WINDOWS];
    kept_case_member members[2 * CUSTOMERS];
    for (int c = 0; c < WINDOWS; c++) {
        windows[c] = window_of(on(2024, 3, 1), on(2024, 5, 31));
        windows[c].set = c;
    }
    for (int c = 0; c < CUSTOMERS; c++) {
        members[c] = (kept_case_member){c, customer_of(&w, kept_arena_printf(&arena, "c%d", c))};
        members[CUSTOMERS + c] = (kept_case_member){CUSTOMERS, members[c].customer};
    }
    for (size_t f = 0; f < 4; f++) {
        kept_case_group group = {.measure = measure_named(&w, forms[f].measure, &arena)};
        kept_case_count one[WINDOWS], set, all;
        kept_case_count sum = {.last_bad = 0};
        double figures = 0;
        /* One by one: sets of one customer each. */
        kept_case_ask ask = {.group = &group,
                             .windows = windows,
                             .n_windows = CUSTOMERS,
                             .members = members,
                             .n_members = CUSTOMERS,
                             .seen = scope.as_of};
        CHECK_OK(kept_cases_count(w.store, &scope, &ask, &arena, one, &err));
        for (int c = 0; c < CUSTOMERS; c++) {
            sum.counts.good += one[c].counts.good;
            sum.counts.bad += one[c].counts.bad;
            sum.counts.excused += one[c].counts.excused;
            sum.counts.unknown += one[c].counts.unknown;
            sum.counts.open += one[c].counts.open;
            sum.open_ahead += one[c].open_ahead;
            sum.rows += one[c].rows;
            figures += one[c].figure * (double)(one[c].counts.good + one[c].counts.bad);
        }
        const char *want = count_text(&sum, &arena);
        assert_true(sum.rows > 1000);
        /* All of them in one set, and everybody. */
        ask.windows = &windows[CUSTOMERS];
        ask.n_windows = 1;
        ask.members = &members[CUSTOMERS];
        CHECK_OK(kept_cases_count(w.store, &scope, &ask, &arena, &set, &err));
        assert_string_equal(count_text(&set, &arena), want);
        assert_int_equal(set.rows, sum.rows);
        group.match = KEPT_MATCH_ALL;
        CHECK_OK(kept_cases_count(w.store, &scope, &ask, &arena, &all, &err));
        assert_string_equal(count_text(&all, &arena), want);
        assert_int_equal(all.last_bad, set.last_bad);
        if (group.measure->judge->figure)
            assert_true(fabs(all.figure * (double)(sum.counts.good + sum.counts.bad) - figures) <
                        1e-6);
        /* Days add up to the same. */
        kept_case_day *days = NULL;
        size_t *first = NULL;
        int64_t decided = 0, failed = 0, open = 0;
        CHECK_OK(kept_cases_days(w.store, &scope, &ask, &arena, &days, &first, &err));
        for (size_t i = 0; i < first[1]; i++) {
            decided += days[i].decided;
            failed += days[i].failed;
            open += days[i].open;
        }
        assert_int_equal(decided, sum.counts.good + sum.counts.bad);
        assert_int_equal(failed, sum.counts.bad);
        assert_int_equal(open, sum.counts.open);
        /* With every day as a period that needs all: days without a failure. */
        group.counted_by = KEPT_BY_DAY;
        windows[CUSTOMERS].period_target = 1000000;
        CHECK_OK(kept_cases_count(w.store, &scope, &ask, &arena, &set, &err));
        group.match = KEPT_MATCH_CUSTOMERS;
        CHECK_OK(kept_cases_count(w.store, &scope, &ask, &arena, &all, &err));
        assert_string_equal(count_text(&all, &arena), count_text(&set, &arena));
        assert_int_equal(all.rows, sum.rows);
    }
    remove_workspace(&w);
}

/* --- No look-ahead --- */

/* Everything that can be asked as of 1 May: counts, rows, days, history. */
static const char *all_text(workspace *w, const char *measure, kept_arena *arena)
{
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_scope scope = *everyone();
    scope.as_of = on(2024, 5, 1);
    kept_case_group group = {.measure = measure_named(w, measure, arena), .match = KEPT_MATCH_ALL};
    kept_case_window whole = window_of(on(2024, 1, 1), on(2024, 12, 31));
    kept_case_ask ask = {.group = &group, .windows = &whole, .n_windows = 1, .seen = scope.as_of};
    kept_case_day *days = NULL;
    size_t *first = NULL;
    kept_case_histories h;
    kept_case_count count;
    CHECK_OK(kept_cases_count(w->store, &scope, &ask, arena, &count, &err));
    kept_buf_printf(&out, "%s %d %d %d %.17g\n", count_text(&count, arena), (int)count.first_due,
                    (int)count.last_due, (int)count.last_bad, count.figure);
    kept_buf_add(&out, rows_text(w, &scope, &ask, 0, arena));
    CHECK_OK(kept_cases_days(w->store, &scope, &ask, arena, &days, &first, &err));
    for (size_t i = 0; i < first[1]; i++)
        kept_buf_printf(&out, "\n%d %d %d %d", (int)days[i].day, (int)days[i].decided,
                        (int)days[i].failed, (int)days[i].open);
    CHECK_OK(kept_cases_history(w->store, &scope, &ask, on(2024, 1, 1), on(2024, 4, 30), arena, &h,
                                &err));
    for (size_t i = 0; i < h.n; i++)
        kept_buf_printf(&out, "\n%d %d", (int)h.items[i].n, (int)h.items[i].failed);
    for (size_t i = 0; i < h.n_leads; i++)
        kept_buf_printf(&out, " %d", (int)h.leads[i]);
    return kept_arena_strdup(arena, kept_buf_text(&out));
}

/* Old rows get other values that are of later days; new rows come to be later, or say nowhere when
 * and are due later. */
static const char later[] =
    "SELECT * REPLACE (CASE WHEN delivered_at > DATE '2024-05-01' OR delivered_at IS NULL THEN DATE"
    " '2024-05-02' + (hash(\"row\") %% 40)::INTEGER ELSE delivered_at END AS delivered_at,"
    " CASE WHEN cancelled_at > DATE '2024-05-01' OR cancelled_at IS NULL THEN DATE '2024-05-03'"
    " ELSE cancelled_at END AS cancelled_at, CASE WHEN delivered_at > DATE '2024-05-01' OR"
    " delivered_at IS NULL THEN 1 ELSE delivered_quantity END AS delivered_quantity)"
    " FROM (%s) UNION ALL SELECT 10000 + i, 'c1', 'N' || i, CASE WHEN i %% 2 = 0 THEN DATE"
    " '2024-05-02' END, DATE '2024-05-02' + i::INTEGER, NULL, NULL, CASE WHEN i %% 3 = 0 THEN DATE"
    " '2024-05-09' END, NULL, NULL, 5, 5 FROM range(50) r(i)";

void test_cases__what_comes_later_changes_nothing(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    plant_made_up(&w);
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    const char *before[4], *after;
    for (size_t f = 0; f < 4; f++)
        before[f] = all_text(&w, forms[f].measure, &arena);
    const char *base = kept_arena_printf(&arena, made_up, 3000);
    plant(&w, "deliveries", kept_arena_printf(&arena, later, base));
    for (size_t f = 0; f < 4; f++) {
        after = all_text(&w, forms[f].measure, &arena);
        assert_true(strlen(after) > 10000);
        assert_string_equal(after, before[f]);
    }
    remove_workspace(&w);
}

/* --- Zones --- */

/* The firm is in Tokyo, the promise was given in Berlin, seven hours behind in summer. Z1: five in
 * the morning is ten the evening before; Z2: eight is one; Z3: a day alone stays that day. Z4 and
 * Z5 have times on both sides. Z6 is due at three in the night of July, which is June. */
void test_cases__two_zones(void **state)
{
    (void)state;
    workspace w;
    kept_err err = KEPT_ERR_INIT;
    make_workspace(&w);
    close_workspace(&w);
    kept_folder_remove(w.folder);
    kept_store_opts opts = {.timezone = "Asia/Tokyo"};
    CHECK_OK(kept_store_create(w.folder, &opts, &err));
    open_workspace(&w);
    plant_deliveries(
        &w, "('Z1','a','2024-05-01','2024-06-10',NULL,'2024-06-11','05:00',NULL,5,5,'s'),"
            "('Z2','a','2024-05-01','2024-06-10',NULL,'2024-06-11','08:00',NULL,5,5,'s'),"
            "('Z3','a','2024-05-01','2024-06-10',NULL,'2024-06-11',NULL,NULL,5,5,'s'),"
            "('Z4','a','2024-05-01','2024-06-10','23:30','2024-06-10','23:30',NULL,5,5,'s'),"
            "('Z5','a','2024-05-01','2024-06-10','23:30','2024-06-10','23:31',NULL,5,5,'s'),"
            "('Z6','a','2024-05-01','2024-07-01','03:00','2024-06-29',NULL,NULL,5,5,'s')");
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_scope scope = *everyone();
    scope.as_of = on(2024, 7, 31);
    kept_case_group group = {.measure = measure_named(&w, "on_time", &arena),
                             .match = KEPT_MATCH_ALL,
                             .zone = "Europe/Berlin"};
    kept_case_window june = window_of(on(2024, 6, 1), on(2024, 6, 30));
    kept_case_ask ask = {.group = &group, .windows = &june, .n_windows = 1, .seen = scope.as_of};
    const char *const berlin[] = {"3 3 0 0 0+0"};
    check_counts(&w, &scope, &ask, berlin);
    kept_case_row *rows = NULL;
    size_t n = 0, more = 0;
    CHECK_OK(kept_cases_rows(w.store, &scope, &ask, 0, 0, &arena, &rows, &n, &more, &err));
    assert_int_equal(n, 6);
    assert_string_equal(rows[0].key, "Z2");
    assert_int_equal(rows[0].done, on(2024, 6, 11));
    assert_int_equal(rows[0].done_clock, INT64_C(3600000000));
    assert_int_equal(rows[0].due_clock, KEPT_NO_CLOCK);
    assert_string_equal(rows[5].key, "Z6");
    assert_int_equal(rows[5].due, on(2024, 6, 30));
    assert_int_equal(rows[5].due_clock, 20 * INT64_C(3600000000));
    /* In Tokyo the morning after is too late, and Z6 is of July. */
    group.zone = NULL;
    const char *const tokyo[] = {"1 4 0 0 0+0"};
    check_counts(&w, &scope, &ask, tokyo);
    CHECK_OK(kept_cases_rows(w.store, &scope, &ask, 0, 2, &arena, &rows, &n, &more, &err));
    assert_int_equal(n, 2);
    assert_int_equal(more, 3);
    remove_workspace(&w);
}

/* --- Customers with several keys --- */

static void exec(workspace *w, const char *sql)
{
    kept_err err = KEPT_ERR_INIT;
    CHECK_OK(kept_ledger_exec(&w->store->ledger, &err, sql, ""));
}

void test_cases__several_keys_are_one_customer(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    kept_err err = KEPT_ERR_INIT;
    plant_deliveries(&w, "('1','a','2024-05-01','2024-06-10',NULL,'2024-06-10',NULL,NULL,5,5,'s'),"
                         "('2','b','2024-05-01','2024-06-10',NULL,'2024-06-11',NULL,NULL,5,5,'s')");
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    uint64_t a = customer_of(&w, "a"), b = customer_of(&w, "b");
    exec(&w, "INSERT INTO customer (name, revision, made_at, made_by, changed_at, changed_by)"
             " VALUES ('ab', 1, 0, 't', 0, 't')");
    exec(&w, "UPDATE customer_id SET record = (SELECT id FROM customer WHERE name = 'ab')");
    int64_t record = 0;
    CHECK_OK(kept_customer_record(w.store, everyone(), a, &record, &err));
    CHECK_OK(kept_ledger_begin(&w.store->ledger, &err));
    CHECK_OK(kept_ledger_note_joined(&w.store->ledger, record, &err));
    CHECK_OK(kept_ledger_commit(&w.store->ledger, &err));
    kept_scope scope = *everyone();
    scope.as_of = on(2024, 6, 30);
    kept_case_group group = {.measure = measure_named(&w, "on_time", &arena)};
    kept_case_window windows[] = {window_of(on(2024, 6, 1), on(2024, 6, 30)),
                                  window_of(on(2024, 6, 1), on(2024, 6, 30)),
                                  window_of(on(2024, 6, 1), on(2024, 6, 30))};
    windows[1].set = 2;
    windows[2].set = 3;
    /* By either key, and by both, all its rows once. */
    kept_case_member members[] = {{1, a}, {2, b}, {3, a}, {3, b}};
    kept_case_ask ask = {.group = &group,
                         .windows = windows,
                         .n_windows = 3,
                         .members = members,
                         .n_members = 4,
                         .seen = scope.as_of};
    const char *const want[] = {"1 1 0 0 0+0", "1 1 0 0 0+0", "1 1 0 0 0+0"};
    check_counts(&w, &scope, &ask, want);
    scope.sight = KEPT_SEES_SOME;
    scope.customers = &b;
    scope.n_customers = 1;
    check_counts(&w, &scope, &ask, want);
    remove_workspace(&w);
}
