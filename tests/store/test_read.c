#include "workspace.h"

#include "base/date.h"

static kept_scope as_of(int year, int month, int day)
{
    kept_scope scope = *everyone();
    scope.as_of = kept_day_from_civil(year, month, day);
    return scope;
}

static char *query(workspace *w, const kept_scope *scope, const char *kind, const char *sql,
                   kept_arena *arena)
{
    kept_err err = KEPT_ERR_INIT;
    CHECK_OK(kept_facts_view(w->store, scope, kind, &err));
    return text_of(w, sql, arena);
}

void test_read__nobody_sees_nothing(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    import_orders(&w, "('A','1','x','2024-01-01',1), ('B','1','y','2024-01-02',2)");
    kept_scope nobody = KEPT_SCOPE_NOBODY, zero = {0};
    assert_string_equal(orders_text(&w, &nobody, &arena), "");
    assert_string_equal(orders_text(&w, &zero, &arena), "");
    /* The view is there and typed, so that a statement over it still runs. */
    assert_string_equal(query(&w, &nobody, "orders",
                              "SELECT concat(count(*), ' ', count(amount + 1)) FROM orders",
                              &arena),
                        "0 0");
    remove_workspace(&w);
}

void test_read__some_customers(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_import import = {0};
    import_orders(&w, "('A','1','x','2024-01-01',1), ('B','1','y','2024-01-02',2),"
                      "('C','1','y','2024-01-03',3)");
    uint64_t y = 0;
    CHECK_OK(kept_customer_find(w.store, everyone(), "y", &y, &err));
    kept_scope some = *everyone();
    some.sight = KEPT_SEES_SOME;
    some.customers = &y;
    some.n_customers = 1;
    assert_string_equal(orders_text(&w, &some, &arena), "B/1=2.0 C/1=3.0");
    some.n_customers = 0;
    assert_string_equal(orders_text(&w, &some, &arena), "");
    /* What belongs to no customer is only for those who see all. */
    CHECK_OK(import_sql(&w, "spend",
                        "SELECT 1::BIGINT AS \"row\", DATE '2024-01-01' AS happened_at,"
                        " 5::DECIMAL(18,4) AS amount",
                        false, &import, &err));
    some.n_customers = 1;
    assert_string_equal(query(&w, &some, "spend", "SELECT count(*)::VARCHAR FROM spend", &arena),
                        "0");
    assert_string_equal(
        query(&w, everyone(), "spend", "SELECT count(*)::VARCHAR FROM spend", &arena), "1");
    remove_workspace(&w);
}

/* Rows that had not happened are not there; values that were not known yet are NULL. */
void test_read__as_of(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_import import = {0};
    import_orders(&w, "('A','1','x','2024-01-01',1), ('B','1','y','2024-02-01',2)");
    kept_scope january = as_of(2024, 1, 31), february = as_of(2024, 2, 1);
    assert_string_equal(orders_text(&w, &january, &arena), "A/1=1.0");
    assert_string_equal(orders_text(&w, &february, &arena), "A/1=1.0 B/1=2.0");
    CHECK_OK(import_sql(&w, "deliveries",
                        "SELECT 1::BIGINT AS \"row\", 'x' AS customer, 'D' AS delivery_id,"
                        " DATE '2024-01-01' AS requested_at, DATE '2024-01-10' AS promised_at,"
                        " DATE '2024-01-12' AS delivered_at, TIME '08:30:00' AS delivered_at_clock",
                        false, &import, &err));
    const char *sql = "SELECT concat_ws(' ', delivery_id, delivered_at, delivered_at_clock)"
                      " FROM deliveries";
    kept_scope before = as_of(2024, 1, 11), after = as_of(2024, 1, 12);
    assert_string_equal(query(&w, &before, "deliveries", sql, &arena), "D");
    assert_string_equal(query(&w, &after, "deliveries", sql, &arena), "D 2024-01-12 08:30:00");
    remove_workspace(&w);
}

void test_read__unknown_kind(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    kept_err err = KEPT_ERR_INIT;
    assert_int_equal(kept_facts_view(w.store, everyone(), "order", &err), KEPT_ENOTFOUND);
    CHECK_CONTAINS(err.msg, "orders");
    remove_workspace(&w);
}

/* Files are sorted by customer and time; more than sixteen would be joined by the importer. */
void test_read__files_are_sorted_and_joined(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    for (int i = 0; i < 5; i++) {
        char values[200];
        snprintf(values, sizeof values,
                 "('A%d','1','y','2024-02-0%d',1), ('B%d','1','x','2024-01-0%d',2),"
                 "('C','1','x','2024-01-01',%d)",
                 i, i + 1, i, 9 - i, i);
        import_orders(&w, values);
    }
    const char *want = "A0/1=1.0 A1/1=1.0 A2/1=1.0 A3/1=1.0 A4/1=1.0 B0/1=2.0 B1/1=2.0 B2/1=2.0"
                       " B3/1=2.0 B4/1=2.0 C/1=4.0";
    assert_string_equal(orders_text(&w, everyone(), &arena), want);
    int64_t before = 0, after = 0;
    CHECK_OK(kept_compact(w.store, "orders", &before, &after, &err));
    assert_int_equal(before, 9); /* five of facts, four of vectors */
    assert_int_equal(after, 2);
    assert_string_equal(orders_text(&w, everyone(), &arena), want);
    char sql[1000];
    snprintf(sql, sizeof sql,
             "SELECT count(*)::VARCHAR FROM (SELECT customer < lag(customer) OVER (ORDER BY"
             " file_row_number) OR (customer = lag(customer) OVER (ORDER BY file_row_number) AND"
             " happened_at < lag(happened_at) OVER (ORDER BY file_row_number)) AS wrong FROM"
             " read_parquet('%s/facts/orders/1-5.parquet', file_row_number = true)) WHERE wrong",
             w.folder);
    assert_string_equal(text_of(&w, sql, &arena), "0");
    CHECK_OK(kept_compact(w.store, "orders", &before, &after, &err));
    assert_int_equal(before, after);
    /* What came in before joining can be undone after it. */
    CHECK_OK(kept_import_undo(w.store, everyone(), 5, &err));
    CHECK_OK(kept_import_undo(w.store, everyone(), 1, &err));
    assert_string_equal(orders_text(&w, everyone(), &arena),
                        "A1/1=1.0 A2/1=1.0 A3/1=1.0 B1/1=2.0 B2/1=2.0 B3/1=2.0 C/1=3.0");
    remove_workspace(&w);
}
