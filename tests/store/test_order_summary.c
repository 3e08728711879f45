#include "workspace.h"

#include "base/date.h"
#include "kept/random.h"
#include "store/facts/order_summary.h"

static kept_order_summary summary_of(workspace *w, const kept_scope *scope, int32_t from,
                                     int32_t until, kept_arena *arena)
{
    kept_err err = KEPT_ERR_INIT;
    kept_order_summary s;
    kept_order_opts opts = {.from = from, .until = until};
    CHECK_OK(kept_order_summarise(w->store, scope, &opts, arena, &s, &err));
    return s;
}

/* Index of the customer's row, or -1. */
static int row_of(workspace *w, const kept_order_summary *s, const char *id)
{
    uint64_t key = 0;
    kept_err err = KEPT_ERR_INIT;
    CHECK_OK(kept_customer_find(w->store, everyone(), id, &key, &err));
    for (size_t i = 0; i < s->n; i++)
        if (s->customer[i] == key)
            return (int)i;
    return -1;
}

static void check_customer(workspace *w, const kept_order_summary *s, const char *id, uint32_t x,
                           double spend, double spend_repeat)
{
    int i = row_of(w, s, id);
    assert_true(i >= 0);
    assert_int_equal(s->x[i], x);
    CHECK_ABS((double)s->spend[i] / 1e4, spend, 1e-9);
    CHECK_ABS((double)s->spend_repeat[i] / 1e4, spend_repeat, 1e-9);
}

/* Orders of one day are one order; rows come sorted by key. */
void test_order_summary__collapses_days(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    import_orders(&w, "('1','1','x','2024-01-05',10), ('1','2','x','2024-01-05',5.5),"
                      "('2','1','x','2024-01-09',0), ('3','1','y','2024-01-02',7),"
                      "('4','1','x','2024-02-01',3)");
    kept_order_summary s = summary_of(&w, everyone(), KEPT_NO_DAY, KEPT_NO_DAY, &arena);
    assert_int_equal(s.n, 2);
    assert_true(s.customer[0] < s.customer[1]);
    assert_int_equal(s.from, kept_day_from_civil(2024, 1, 2));
    assert_int_equal(s.until, kept_day_from_civil(2024, 2, 1));
    assert_int_equal(s.lines_read, 5);
    assert_true(s.has_amount);
    check_customer(&w, &s, "x", 2, 18.5, 3); /* a day for nothing is an order day too */
    check_customer(&w, &s, "y", 0, 7, 0);
    int x = row_of(&w, &s, "x");
    assert_int_equal(s.first_day[x], kept_day_from_civil(2024, 1, 5));
    assert_int_equal(s.last_day[x], kept_day_from_civil(2024, 2, 1));
    assert_int_equal(s.lines[x], 4);
    s = summary_of(&w, everyone(), kept_day_from_civil(2024, 1, 6),
                   kept_day_from_civil(2024, 1, 31), &arena);
    assert_int_equal(s.n, 1);
    check_customer(&w, &s, "x", 0, 0, 0);
    kept_scope early = *everyone(), nobody = KEPT_SCOPE_NOBODY;
    early.as_of = kept_day_from_civil(2024, 1, 31);
    s = summary_of(&w, &early, KEPT_NO_DAY, kept_day_from_civil(2024, 12, 31), &arena);
    assert_int_equal(s.until, early.as_of);
    check_customer(&w, &s, "x", 1, 15.5, 0);
    s = summary_of(&w, &nobody, KEPT_NO_DAY, KEPT_NO_DAY, &arena);
    assert_int_equal(s.n, 0);
    assert_int_equal(s.lines_read, 0);
    remove_workspace(&w);
}

/* One customer per case; products are named in the channel column of the VALUES helper. */
static void import_lines(workspace *w, const char *values)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_import import = {0};
    const char *sql =
        kept_arena_printf(&arena,
                          "SELECT row_number() OVER () AS \"row\", c AS customer,"
                          " DATE '2024-01-01' + d AS happened_at, p AS product,"
                          " a::DECIMAL(18,4) AS amount FROM (VALUES %s) v(c, d, p, a)",
                          values);
    CHECK_OK(import_sql(w, "orders", sql, false, &import, &err));
}

void test_order_summary__nets_returns(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    import_lines(&w, /* newest line of the product with enough left: 20 becomes 10 */
                 "('newest', 1, 'A', 10), ('newest', 2, 'A', 20), ('newest', 3, 'A', -10),"
                 /* the same product, though another line is newer: day 1 is no order any more */
                 "('product', 1, 'A', 10), ('product', 2, 'B', 50), ('product', 3, 'A', -10),"
                 /* no line has 15: 10 of day 2, 5 of day 1 */
                 "('spread', 1, 'A', 10), ('spread', 2, 'A', 10), ('spread', 3, 'A', -15),"
                 /* own product first (4 of day 1), the rest from the newest other (day 3) */
                 "('mixed', 1, 'A', 4), ('mixed', 2, 'B', 9), ('mixed', 3, 'C', 9),"
                 "('mixed', 4, 'A', -6),"
                 /* nothing sold before: left out */
                 "('early', 1, 'A', -5), ('early', 2, 'A', 10),"
                 /* given back on the same day, the return written first: no order at all */
                 "('sameday', 5, 'A', -10), ('sameday', 5, 'A', 10),"
                 /* a product not known is set against any line */
                 "('unknown', 1, 'A', 10), ('unknown', 2, 'B', 30), ('unknown', 9, NULL, -30),"
                 /* twice the same return: the second finds the other line */
                 "('twice', 1, 'A', 10), ('twice', 2, 'A', 10), ('twice', 3, 'A', -10),"
                 "('twice', 4, 'A', -10)");
    kept_order_summary s = summary_of(&w, everyone(), KEPT_NO_DAY, KEPT_NO_DAY, &arena);
    check_customer(&w, &s, "newest", 1, 20, 10);
    check_customer(&w, &s, "product", 0, 50, 0);
    check_customer(&w, &s, "spread", 0, 5, 0);
    check_customer(&w, &s, "mixed", 1, 16, 7);
    check_customer(&w, &s, "early", 0, 10, 0);
    check_customer(&w, &s, "unknown", 0, 10, 0);
    assert_int_equal(row_of(&w, &s, "sameday"), -1);
    assert_int_equal(row_of(&w, &s, "twice"), -1);
    assert_int_equal(s.n, 6);
    assert_int_equal(s.returns, 9);
    assert_int_equal(s.returns_matched, 6);
    assert_int_equal(s.returns_spread, 2);
    assert_int_equal(s.returns_unplaced, 1);
    CHECK_ABS((double)s.returned / 1e4, 10 + 10 + 15 + 6 + 10 + 30 + 20, 1e-9);
    CHECK_ABS((double)s.unplaced / 1e4, 5, 1e-9);
    assert_int_equal(s.days_cancelled, 1 + 1 + 1 + 1 + 1 + 2);
    assert_int_equal(s.customers_cancelled, 2);
    /* A return after the last day counted is not known by then. */
    s = summary_of(&w, everyone(), KEPT_NO_DAY, kept_day_from_civil(2024, 1, 3), &arena);
    check_customer(&w, &s, "newest", 1, 30, 20);
    CHECK_CONTAINS(kept_return_rule_text(), "newest earlier");
    remove_workspace(&w);
}

void test_order_summary__quantities_tell_returns_without_amounts(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_import import = {0};
    CHECK_OK(import_sql(&w, "orders",
                        "SELECT r::BIGINT AS \"row\", 'x' AS customer, DATE '2024-01-01' + d AS"
                        " happened_at, q::DECIMAL(18,4) AS quantity"
                        " FROM (VALUES (1, 1, 3), (2, 2, 5), (3, 4, -5)) v(r, d, q)",
                        false, &import, &err));
    kept_order_summary s = summary_of(&w, everyone(), KEPT_NO_DAY, KEPT_NO_DAY, &arena);
    assert_false(s.has_amount);
    check_customer(&w, &s, "x", 0, 0, 0);
    assert_int_equal(s.first_day[0], kept_day_from_civil(2024, 1, 2));
    assert_int_equal(s.returns_matched, 1);
    assert_int_equal(s.returned, 0);
    /* With amounts elsewhere, a line given back for an unknown amount is counted and left out. */
    import_lines(&w, "('y', 1, 'A', 10)");
    s = summary_of(&w, everyone(), KEPT_NO_DAY, KEPT_NO_DAY, &arena);
    assert_true(s.has_amount);
    check_customer(&w, &s, "y", 0, 10, 0);
    check_customer(&w, &s, "x", 1, 0, 0);
    assert_int_equal(s.returns_unplaced, 1);
    remove_workspace(&w);
}

/* --- Against the engine's own GROUP BY over the view, for every moment --- */

static void check_against_sql(workspace *w, const kept_scope *scope)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_order_summary s = summary_of(w, scope, KEPT_NO_DAY, KEPT_NO_DAY, &arena);
    CHECK_OK(kept_facts_view(w->store, scope, "orders", &err));
    kept_duck_rows *rows = NULL;
    CHECK_OK(kept_facts_query(w->store,
                              "SELECT customer, count(DISTINCT happened_at) - 1, min(happened_at),"
                              " max(happened_at), coalesce(sum(amount), 0)::DECIMAL(18,4), count(*)"
                              " FROM orders GROUP BY 1 ORDER BY 1",
                              NULL, 0, &rows, &err));
    size_t at = 0;
    for (size_t n = 1; n;) {
        CHECK_OK(kept_duck_next(rows, &n, &err));
        for (size_t i = 0; i < n; i++, at++) {
            assert_true(at < s.n);
            assert_true(s.customer[at] == ((const uint64_t *)kept_duck_data(rows, 0))[i]);
            assert_int_equal(s.x[at], ((const int64_t *)kept_duck_data(rows, 1))[i]);
            assert_int_equal(s.first_day[at], ((const int32_t *)kept_duck_data(rows, 2))[i]);
            assert_int_equal(s.last_day[at], ((const int32_t *)kept_duck_data(rows, 3))[i]);
            assert_int_equal(s.spend[at], ((const int64_t *)kept_duck_data(rows, 4))[i]);
            assert_int_equal(s.lines[at], ((const int64_t *)kept_duck_data(rows, 5))[i]);
        }
    }
    kept_duck_rows_free(rows);
    assert_int_equal(at, s.n);
}

void test_order_summary__merges_files_as_the_engine_would(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    kept_err err = KEPT_ERR_INIT;
    int64_t times[16];
    int n_times = 0;
    for (int i = 0; i < 6; i++) {
        char sql[600];
        kept_import import = {0};
        /* Overlapping keys with other values, some without a key, more than one chunk of rows. */
        snprintf(
            sql, sizeof sql,
            "SELECT r AS \"row\", 'c' || (hash(r, %d) %% 500) AS customer,"
            " DATE '2024-01-01' + (hash(r, 7) %% 90)::INTEGER AS happened_at,"
            " CASE WHEN r %% 5 > 0 THEN 'O' || (r %% 2500 + %d) END AS order_id, '1' AS line_id,"
            " (hash(r) %% 100 + %d)::DECIMAL(18,4) AS amount FROM range(1, 3001) t(r)",
            i / 2, i * 300, i % 3);
        CHECK_OK(import_sql(&w, "orders", sql, false, &import, &err));
        times[n_times++] = import.imported_at;
    }
    for (int64_t id = 2; id <= 5; id += 3) {
        CHECK_OK(kept_import_undo(w.store, everyone(), id, &err));
        times[n_times++] = kept_time_now();
    }
    for (int joined = 0; joined < 2; joined++) {
        for (int i = 0; i < n_times; i++) {
            kept_scope scope = *everyone();
            scope.known_at = times[i];
            check_against_sql(&w, &scope);
        }
        kept_scope scope = *everyone();
        scope.as_of = kept_day_from_civil(2024, 2, 10);
        check_against_sql(&w, &scope);
        uint64_t some[3];
        for (int c = 0; c < 3; c++) {
            char id[16];
            snprintf(id, sizeof id, "c%d", 100 - c * 20);
            CHECK_OK(kept_customer_find(w.store, everyone(), id, &some[c], &err));
        }
        scope.sight = KEPT_SEES_SOME;
        scope.customers = some;
        scope.n_customers = 3;
        check_against_sql(&w, &scope);
        CHECK_OK(kept_compact(w.store, "orders", NULL, NULL, &err));
    }
    remove_workspace(&w);
}

/* The same rule, plainly: lines of distinct days, so that nothing depends on order in a day. */
static void net_plainly(int64_t *left, const uint64_t *product, bool *touched, int n, int at,
                        int64_t value)
{
    for (int i = at - 1; i >= 0; i--)
        if (left[i] >= value && (product[at] == 0 || product[i] == product[at])) {
            left[i] -= value;
            touched[i] = true;
            return;
        }
    for (int pass = 0; pass < 2; pass++)
        for (int i = at - 1; i >= 0 && value; i--) {
            bool own = product[at] && product[i] == product[at];
            int64_t part = left[i] < value ? left[i] : value;
            if (part <= 0 || (pass == 0 && !own))
                continue;
            left[i] -= part;
            touched[i] = true;
            value -= part;
        }
    (void)n;
}

void test_order_summary__nets_as_the_plain_rule_does(void **state)
{
    (void)state;
    enum { CUSTOMERS = 60, LINES = 40 };
    workspace w;
    make_workspace(&w);
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_rng rng = kept_rng_make(7, 0);
    kept_buf values = KEPT_BUF_INIT;
    int64_t spend[CUSTOMERS] = {0};
    int days[CUSTOMERS] = {0};
    for (int c = 0; c < CUSTOMERS; c++) {
        int64_t left[LINES];
        uint64_t product[LINES];
        bool touched[LINES] = {false};
        for (int i = 0; i < LINES; i++) {
            bool back = kept_rng_below(&rng, 3) == 0;
            int64_t value = (int64_t)kept_rng_below(&rng, back ? 12 : 8);
            product[i] = kept_rng_below(&rng, 3); /* 0: not known */
            left[i] = back && value ? -value : value;
            kept_buf_printf(&values, "%s('c%d', %d, %s, %lld)", values.len ? "," : "", c, i,
                            product[i] == 0   ? "NULL"
                            : product[i] == 1 ? "'A'"
                                              : "'B'",
                            (long long)left[i]);
        }
        for (int i = 0; i < LINES; i++)
            if (left[i] < 0) {
                net_plainly(left, product, touched, LINES, i, -left[i]);
                left[i] = INT64_MIN;
            }
        for (int i = 0; i < LINES; i++)
            if (left[i] > 0 || (left[i] == 0 && !touched[i])) {
                spend[c] += left[i];
                days[c]++;
            }
    }
    KEPT_AUTO_BUF whole = KEPT_BUF_INIT;
    kept_buf_add(&whole, kept_buf_text(&values));
    kept_buf_free(&values);
    kept_err err = KEPT_ERR_INIT;
    kept_import import = {0};
    KEPT_AUTO_BUF table = KEPT_BUF_INIT;
    kept_buf_printf(&table, "CREATE OR REPLACE TABLE v AS FROM (VALUES %s) v(c, d, p, a)",
                    kept_buf_text(&whole));
    CHECK_OK(kept_duck_exec(w.duck, kept_buf_text(&table), NULL, 0, NULL, &err));
    CHECK_OK(import_sql(&w, "orders",
                        "SELECT row_number() OVER () AS \"row\", c AS customer, DATE '2024-01-01'"
                        " + d AS happened_at, p AS product, a::DECIMAL(18,4) AS amount FROM v",
                        false, &import, &err));
    kept_order_summary s = summary_of(&w, everyone(), KEPT_NO_DAY, KEPT_NO_DAY, &arena);
    int seen = 0;
    for (int c = 0; c < CUSTOMERS; c++) {
        char id[16];
        snprintf(id, sizeof id, "c%d", c);
        int i = row_of(&w, &s, id);
        assert_int_equal(i >= 0, days[c] > 0);
        if (i < 0)
            continue;
        seen++;
        assert_int_equal(s.spend[i], spend[c] * 10000);
        assert_int_equal(s.x[i] + 1, days[c]);
    }
    assert_true(seen > CUSTOMERS / 2);
    remove_workspace(&w);
}

void test_order_summary__tracks_repeats(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    import_lines(&w, "('x', 0, 'A', 1), ('x', 6, 'A', 1), ('x', 7, 'A', 1), ('x', 20, 'A', 1),"
                     "('y', 8, 'A', 1), ('y', 13, 'A', 1), ('y', 13, 'A', 2), ('z', 3, 'A', 1),"
                     "('z', 9, 'B', 5), ('z', 10, 'B', -5)");
    kept_track_opts opts = {.acquired_from = KEPT_NO_DAY,
                            .acquired_until = KEPT_NO_DAY,
                            .start = kept_day_from_civil(2024, 1, 1),
                            .days_per_period = 7,
                            .n_periods = 3};
    int64_t *repeat = NULL;
    CHECK_OK(kept_order_track(w.store, everyone(), &opts, &arena, &repeat, &err));
    assert_int_equal(repeat[0], 1); /* x on day 6 */
    assert_int_equal(repeat[1], 2); /* x on day 7, y on day 13; z gave day 9 back */
    assert_int_equal(repeat[2], 1); /* x on day 20 */
    opts.acquired_from = opts.start + 1;
    CHECK_OK(kept_order_track(w.store, everyone(), &opts, &arena, &repeat, &err));
    assert_int_equal(repeat[0], 0);
    assert_int_equal(repeat[1], 1);
    remove_workspace(&w);
}

/* CDNOW 1/10 sample (Fader, Hardie & Lee 2005, section 4): 2,357 customers acquired in the first
 * quarter of 1997, of whose orders 2,457 until 1997-09-30 are repeat ones; 6,696 customer-days. */
void test_order_summary__cdnow(void **state)
{
    (void)state;
    const char *folder = data_folder("cdnow/cdnow_sample.csv");
    if (!folder)
        return;
    workspace w;
    make_workspace(&w);
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    char path[5000], sql[6000];
    snprintf(path, sizeof path, "%s/cdnow/cdnow_sample.csv", folder);
    kept_duck_close(w.duck);
    const char *extra = path;
    CHECK_OK(kept_store__duck_for(w.store, &extra, 1, &w.duck, &err));
    snprintf(sql, sizeof sql,
             "SELECT row_number() OVER () AS \"row\", sample_id AS customer, date::DATE AS"
             " happened_at, dollars::DECIMAL(18,4) AS amount FROM read_csv('%s',"
             " all_varchar = true)",
             path);
    kept_import import = {0};
    CHECK_OK(import_sql(&w, "orders", sql, false, &import, &err));
    assert_int_equal(import.taken, 6919);
    assert_int_equal(import.equal, 21);
    assert_int_equal(import.new_customers, 2357);
    int32_t until = kept_day_from_civil(1997, 9, 30);
    kept_order_summary s = summary_of(&w, everyone(), KEPT_NO_DAY, until, &arena);
    assert_int_equal(s.n, 2357);
    int64_t repeats = 0, days = 0, tracked = 0;
    for (size_t i = 0; i < s.n; i++)
        repeats += s.x[i];
    assert_int_equal(repeats, 2457);
    kept_track_opts opts = {.acquired_from = KEPT_NO_DAY,
                            .acquired_until = KEPT_NO_DAY,
                            .start = kept_day_from_civil(1997, 1, 1),
                            .days_per_period = 7,
                            .n_periods = 39};
    int64_t *repeat = NULL;
    CHECK_OK(kept_order_track(w.store, everyone(), &opts, &arena, &repeat, &err));
    for (size_t i = 0; i < opts.n_periods; i++)
        tracked += repeat[i];
    assert_int_equal(tracked, 2457); /* 39 weeks end on 1997-09-30 */
    s = summary_of(&w, everyone(), KEPT_NO_DAY, KEPT_NO_DAY, &arena);
    for (size_t i = 0; i < s.n; i++)
        days += s.x[i] + 1;
    assert_int_equal(days, 6696);
    remove_workspace(&w);
}
