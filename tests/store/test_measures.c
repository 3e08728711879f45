/* Measures over facts: what is not known is not measured, and what does not fit is said. Expected
 * numbers are worked out by hand beside the rows. */
#include "workspace.h"

#include <sys/stat.h>

#include "base/date.h"
#include "store/ledger/identity.h"
#include "store/measures/measures.h"

static void exec(workspace *w, const char *sql)
{
    kept_err err = KEPT_ERR_INIT;
    CHECK_OK(kept_ledger_exec(&w->store->ledger, &err, sql, ""));
}

/* Gives every id without one a record, as an import does in the end. */
static void give_records(workspace *w)
{
    exec(w, "INSERT INTO customer (name, revision, made_at, made_by, changed_at, changed_by)"
            " SELECT external_id, 1, 0, 't', 0, 't' FROM customer_id WHERE record IS NULL");
    exec(w, "UPDATE customer_id SET record = (SELECT id FROM customer WHERE name = external_id)"
            " WHERE record IS NULL");
}

static void import_rows(workspace *w, const char *kind, const char *select)
{
    kept_err err = KEPT_ERR_INIT;
    kept_import import = {0};
    CHECK_OK(import_sql(w, kind, select, false, &import, &err));
    give_records(w);
}

/* Orders from rows (customer, day, amount, cost, due, paid). */
static void orders(workspace *w, const char *values)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    import_rows(w, "orders",
                kept_arena_printf(
                    &arena,
                    "SELECT row_number() OVER () AS \"row\", c::VARCHAR AS customer,"
                    " d::DATE AS happened_at, a::DECIMAL(18,4) AS amount, k::DECIMAL(18,4) AS cost,"
                    " u::DATE AS due_at, p::DATE AS paid_at FROM (VALUES %s) v(c, d, a, k, u, p)",
                    values));
}

/* A declaration of the workspace's own. */
static void declare(workspace *w, const char *yaml)
{
    char path[600];
    snprintf(path, sizeof path, "%s/catalogue", w->folder);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/catalogue/measures", w->folder);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/catalogue/measures/x_m.yaml", w->folder);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fprintf(f, "measure: x_m\ntitle: T\nsummary: S\nstage: know\npack: core\nbetter: higher\n%s\n",
            yaml);
    fclose(f);
}

static kept_status run_as(workspace *w, const kept_scope *scope, const char *name,
                          kept_measure_done *done, kept_err *err)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_measure_done *all = NULL;
    size_t n = 0;
    KEPT_TRY(kept_measures_run(w->store, scope, &name, 1, NULL, &arena, &all, &n, err));
    assert_int_equal(n, 1);
    *done = all[0];
    return KEPT_OK;
}

static kept_measure_done run(workspace *w, const char *name)
{
    kept_err err = KEPT_ERR_INIT;
    kept_measure_done done = {0};
    CHECK_OK(run_as(w, everyone(), name, &done, &err));
    return done;
}

/* "id=value n coverage; ..." by id; exact numbers as they are stored (money: ten-thousandths). */
static const char *ledger_text(workspace *w, const char *from, const char *name, kept_arena *arena)
{
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    KEPT_AUTO_STMT *stmt = NULL;
    bool row = false, ok = true;
    kept_buf_printf(
        &sql,
        "SELECT coalesce(group_concat(t, '; '), '') FROM (SELECT coalesce(c.name, 'firm') || '=' ||"
        " CASE WHEN v.value IS NULL THEN 'none' WHEN v.exact IS NULL THEN printf('%%.6g', v.value)"
        " ELSE v.exact END || ' ' || v.n || ' ' ||"
        " CASE WHEN v.coverage IS NULL THEN 'none' ELSE printf('%%.3g', v.coverage) END AS t"
        " FROM %s v LEFT JOIN customer c ON c.id = v.subject AND v.subject_kind = 'customer'"
        " WHERE v.measure = ?1 ORDER BY c.name, v.period_start)",
        from);
    CHECK_OK(kept_ledger_prepare(&w->store->ledger, &stmt, &err, kept_buf_text(&sql), "t", name));
    CHECK_OK(kept_ledger_step(&w->store->ledger, stmt, &row, &err));
    return kept_ledger_text(stmt, 0, arena, &ok);
}

static void check(workspace *w, const char *name, const char *want)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    run(w, name);
    assert_string_equal(ledger_text(w, "measure_now", name, &arena), want);
}

/* --- The measures that come with Kept --- */

/* Last day 2024-12-31, so the window is 2024. a: 10 + 20 - 5; its order of 2023 is outside. b: only
 * before the window. c: one amount of two is known. d: none is. */
static const char sales_rows[] =
    "('a','2023-12-31',99,50,NULL,NULL), ('a','2024-01-01',10,4,NULL,NULL),"
    "('a','2024-06-30',20,NULL,NULL,NULL), ('a','2024-07-01',-5,-2,NULL,NULL),"
    "('b','2023-05-05',7,3,NULL,NULL),"
    "('c','2024-12-31',3.5,1,NULL,NULL), ('c','2024-12-31',NULL,NULL,NULL,NULL),"
    "('d','2024-03-03',NULL,1,NULL,NULL)";

void test_measures__sales(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    orders(&w, sales_rows);
    check(&w, "sales.last_year", "a=250000 3 1; b=0 0 none; c=35000 1 0.5; d=none 0 0");
    /* a: (10 - 4) + (-5 + 2) of two rows in three. */
    check(&w, "margin.last_year", "a=30000 2 0.667; b=0 0 none; c=25000 1 0.5; d=none 0 0");
    /* Days with an order: the return is none; c ordered twice on one day; an unknown amount is an
     * order all the same. */
    check(&w, "orders.last_year", "a=2 2 1; b=0 0 none; c=1 2 1; d=1 1 1");
    /* 2024-12-31 less 2024-06-30, 2023-05-05, itself and 2024-03-03. */
    check(&w, "last_order", "a=184 3 1; b=606 1 1; c=0 2 1; d=303 1 1");
    remove_workspace(&w);
}

/* The last day is 2024-12-30: within three days of the quarter's end, so the quarter is whole. */
void test_measures__sales_per_quarter(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    orders(&w, "('a','2022-01-01',1,NULL,NULL,NULL), ('a','2024-02-01',5,NULL,NULL,NULL),"
               "('b','2024-04-01',7,NULL,NULL,NULL), ('b','2024-12-30',8,NULL,NULL,NULL),"
               "('c','2024-12-01',NULL,NULL,NULL,NULL)");
    kept_measure_done done = run(&w, "sales.per_quarter");
    assert_int_equal(done.start, kept_day_from_civil(2023, 1, 1));
    assert_int_equal(done.end, kept_day_from_civil(2024, 12, 31));
    /* a was there before: from the first quarter on. b from its own first quarter on. Of c nothing
     * is known. */
    assert_string_equal(ledger_text(&w, "measure_series", "sales.per_quarter", &arena),
                        "a=0 0 none; a=0 0 none; a=0 0 none; a=0 0 none; a=50000 1 1; a=0 0 none; "
                        "a=0 0 none; a=0 0 none; b=70000 1 1; b=0 0 none; b=80000 1 1; c=none 0 0");
    assert_string_equal(ledger_text(&w, "measure_now", "sales.per_quarter", &arena),
                        "a=50000 1 1; b=150000 2 1; c=none 0 0");
    remove_workspace(&w);
}

/* A quarter that runs still is no quarter: its sales would look like a drop. */
void test_measures__running_quarter_is_left_out(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_scope scope = *everyone();
    kept_measure_done done;
    orders(&w, "('a','2024-09-30',1,NULL,NULL,NULL), ('a','2024-12-27',5,NULL,NULL,NULL),"
               "('new','2024-11-01',5,NULL,NULL,NULL)");
    done = run(&w, "sales.per_quarter");
    assert_int_equal(done.end, kept_day_from_civil(2024, 9, 30));
    assert_string_equal(ledger_text(&w, "measure_series", "sales.per_quarter", &arena),
                        "a=10000 1 1");
    /* A day that somebody names counts as it is: no grace. */
    scope.as_of = kept_day_from_civil(2024, 12, 30);
    CHECK_OK(run_as(&w, &scope, "sales.per_quarter", &done, &err));
    assert_int_equal(done.end, kept_day_from_civil(2024, 9, 30));
    scope.as_of = kept_day_from_civil(2024, 12, 31);
    CHECK_OK(run_as(&w, &scope, "sales.per_quarter", &done, &err));
    assert_int_equal(done.end, kept_day_from_civil(2024, 12, 31));
    remove_workspace(&w);
}

/* Rows (customer, requested, first promised, promised, delivered, cancelled). */
static void deliveries(workspace *w, const char *values)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    import_rows(
        w, "deliveries",
        kept_arena_printf(&arena,
                          "SELECT row_number() OVER () AS \"row\", c::VARCHAR AS customer,"
                          " row_number() OVER () ::VARCHAR AS delivery_id, r::DATE AS requested_at,"
                          " f::DATE AS first_promised_at, p::DATE AS promised_at,"
                          " d::DATE AS delivered_at, x::DATE AS cancelled_at"
                          " FROM (VALUES %s) v(c, r, f, p, d, x)",
                          values));
}

void test_measures__deliveries(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    kept_err err = KEPT_ERR_INIT;
    kept_measure_done done;
    /* As of 2024-06-30. a: on the day; a day late; moved, and late against the first promise;
     * out past its day; not due yet (leaves no trace); cancelled (no row that counts, but all is
     * known of it); without a promised day (lowers the coverage). b: no promise at all. c: late,
     * but delivered after the day looked at, so it is still out then. */
    deliveries(&w, "('a','2024-01-01','2024-01-10',NULL,'2024-01-10',NULL),"
                   "('a','2024-01-01','2024-01-10',NULL,'2024-01-11',NULL),"
                   "('a','2024-01-01','2024-01-10','2024-01-20','2024-01-20',NULL),"
                   "('a','2024-06-01','2024-06-30',NULL,NULL,NULL),"
                   "('a','2024-06-01','2024-07-01',NULL,NULL,NULL),"
                   "('a','2024-01-01','2024-01-10',NULL,NULL,'2024-01-05'),"
                   "('a','2024-01-01',NULL,NULL,'2024-01-10',NULL),"
                   "('b','2024-01-01',NULL,NULL,'2024-01-10',NULL),"
                   "('c','2024-06-01',NULL,'2024-06-10','2024-07-15',NULL)");
    kept_scope scope = *everyone();
    scope.as_of = kept_day_from_civil(2024, 6, 30);
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    CHECK_OK(run_as(&w, &scope, "deliveries.on_time_last_year", &done, &err));
    /* a: 1 of 4; covered 5 of the 6 rows in the window. */
    assert_string_equal(ledger_text(&w, "measure_now", "deliveries.on_time_last_year", &arena),
                        "a=0.25 4 0.833; b=none 0 0; c=0 1 1");
    CHECK_OK(run_as(&w, &scope, "deliveries.late_last_year", &done, &err));
    assert_string_equal(ledger_text(&w, "measure_now", "deliveries.late_last_year", &arena),
                        "a=3 3 0.833; b=none 0 0; c=1 1 1");
    remove_workspace(&w);
}

void test_measures__tickets(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    import_rows(&w, "tickets",
                "SELECT row_number() OVER () AS \"row\", c::VARCHAR AS customer,"
                " row_number() OVER ()::VARCHAR AS ticket_id, d::DATE AS opened_at,"
                " k::BOOLEAN AS complaint FROM (VALUES ('a','2024-01-01',true),"
                "('a','2024-02-01',false), ('a','2024-03-01',NULL), ('b','2024-03-01',NULL),"
                "('c','2024-03-01',false), ('d','2022-03-01',true)) v(c, d, k)");
    check(&w, "tickets.last_year", "a=3 3 1; b=1 1 1; c=1 1 1; d=0 0 none");
    /* b: it cannot be told, which is not 0. */
    check(&w, "complaints.last_year", "a=1 1 0.667; b=none 0 0; c=0 0 1; d=0 0 none");
    remove_workspace(&w);
}

void test_measures__overdue(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_measure_done done;
    /* As of 2024-03-01. a: 10 due on 2024-02-01 and unpaid, 5 paid only later, 7 due today.
     * b: all paid. c: no due date. */
    orders(&w, "('a','2024-01-01',10,NULL,'2024-02-01',NULL),"
               "('a','2024-01-01',5,NULL,'2024-02-20','2024-03-15'),"
               "('a','2024-01-01',7,NULL,'2024-03-01',NULL),"
               "('b','2024-01-01',3,NULL,'2024-02-01','2024-01-15'),"
               "('c','2024-01-01',3,NULL,NULL,NULL)");
    kept_scope scope = *everyone();
    scope.as_of = kept_day_from_civil(2024, 3, 1);
    CHECK_OK(run_as(&w, &scope, "money_overdue", &done, &err));
    assert_string_equal(ledger_text(&w, "measure_now", "money_overdue", &arena),
                        "a=150000 2 1; b=0 0 1; c=none 0 0");
    CHECK_OK(run_as(&w, &scope, "days_overdue", &done, &err));
    assert_string_equal(ledger_text(&w, "measure_now", "days_overdue", &arena),
                        "a=29 2 1; b=0 0 1; c=none 0 0");
    import_rows(&w, "invoices",
                "SELECT 1::BIGINT AS \"row\", 'a' AS customer, 'I' AS invoice_id,"
                " DATE '2024-01-01' AS invoiced_at, 12::DECIMAL(18,4) AS amount,"
                " DATE '2024-02-20' AS due_at, NULL::DATE AS paid_at");
    CHECK_OK(run_as(&w, &scope, "invoices.money_overdue", &done, &err));
    assert_string_equal(ledger_text(&w, "measure_now", "invoices.money_overdue", &arena),
                        "a=120000 1 1");
    CHECK_OK(run_as(&w, &scope, "invoices.days_overdue", &done, &err));
    assert_string_equal(ledger_text(&w, "measure_now", "invoices.days_overdue", &arena),
                        "a=10 1 1");
    remove_workspace(&w);
}

/* --- Functions --- */

static void check_own(workspace *w, const char *yaml, const char *want)
{
    declare(w, yaml);
    check(w, "x_m", want);
}

void test_measures__functions(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    orders(&w, "('a','2024-01-01',1,NULL,NULL,NULL), ('a','2024-02-10',2,NULL,NULL,NULL),"
               "('a','2024-03-01',6,NULL,NULL,NULL), ('a','2024-03-02',NULL,NULL,NULL,NULL),"
               "('b','2024-01-01',2.5,0,NULL,NULL), ('b','2024-01-01',-4,0,NULL,NULL)");
    const char *money = "unit: money\nfacts: orders\nwindow: all\nvalue: ";
    const char *number = "unit: number\nfacts: orders\nwindow: all\nvalue: ";
    const struct {
        const char *head, *value, *want;
    } cases[] = {
        {money, "mean(amount)", "a=3 3 0.75; b=-0.75 2 1"},
        {money, "median(amount)", "a=2 3 0.75; b=-0.75 2 1"},
        {money, "min(amount)", "a=10000 3 0.75; b=-40000 2 1"},
        {money, "max(amount) - min(amount)", "a=50000 3 0.75; b=65000 2 1"},
        {number, "count(amount) + 0.5", "a=3.5 3 0.75; b=2.5 2 1"},
        {number, "distinct(month(happened_at))", "a=3 4 1; b=1 2 1"},
        {number, "share(amount > 1)", "a=0.666667 3 0.75; b=0.5 2 1"},
        {number, "share(amount in (1, 2.5))", "a=0.333333 3 0.75; b=0.5 2 1"},
        {number, "share(not amount > 1 or cost is known)", "a=0.333333 3 0.75; b=1 2 1"},
        {number, "days_between(min(happened_at), max(happened_at))", "a=61 4 1; b=0 2 1"},
        {number, "ratio(sum(amount), count()) ", "!\"value\" must be a number"},
        {number, "ratio(sum(amount), max(amount))", "a=1.5 3 0.75; b=-0.6 2 1"},
        /* By zero is not known; so is what is computed with it. */
        {number, "sum(amount / cost)", "a=none 0 0; b=none 2 1"},
        {number, "1 + ratio(sum(amount), sum(cost))", "a=none 0 0; b=none 2 1"},
        {number, "first_known(ratio(sum(amount), sum(cost)), 0 - 1)", "a=-1 4 1; b=-1 2 1"},
        {number, "count(if(amount > 1, 1, 0))", "a=3 3 0.75; b=2 2 1"},
        {number, "sum(quantity / 3)", "a=none 0 0; b=none 0 0"},
        {number, "sum(amount / 7 / amount)", "a=0.428571 3 0.75; b=0.285714 2 1"},
        {number, "count(lower(channel) & 'x')", "a=none 0 0; b=none 0 0"},
        {number, "days_between(max(happened_at), '2024-12-31')", "a=304 4 1; b=365 2 1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char yaml[500];
        kept_err err = KEPT_ERR_INIT;
        kept_measure_done done;
        snprintf(yaml, sizeof yaml, "%s%s", cases[i].head, cases[i].value);
        declare(&w, yaml);
        kept_status status = run_as(&w, everyone(), "x_m", &done, &err);
        if (cases[i].want[0] == '!') {
            assert_int_equal(status, KEPT_EINPUT);
            CHECK_CONTAINS(err.msg, cases[i].want + 1);
            continue;
        }
        CHECK_OK(status);
        KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
        const char *got = ledger_text(&w, "measure_now", "x_m", &arena);
        if (strcmp(got, cases[i].want) != 0)
            fail_msg("%s: %s, want %s", cases[i].value, got, cases[i].want);
    }
    remove_workspace(&w);
}

void test_measures__firm(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    orders(&w, sales_rows);
    check_own(&w, "unit: money\nfacts: orders\nper: firm\nwindow: 12 months\nvalue: sum(amount)",
              "firm=285000 4 0.667");
    check_own(&w,
              "unit: money\nfacts: orders\nper: firm\nwindow: 3 months\nperiods: month\n"
              "value: sum(amount)",
              "firm=35000 1 0.5");
    remove_workspace(&w);
}

/* --- What does not fit --- */

void test_measures__overflow(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    kept_err err = KEPT_ERR_INIT;
    kept_measure_done done;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    /* The largest amounts: each fits, their sum does not fit 64 bits of ten-thousandths. */
    orders(&w, "('a','2024-01-01',99999999999999,1,NULL,NULL),"
               "('a','2024-01-02',99999999999999,1,NULL,NULL)");
    assert_int_equal(run_as(&w, everyone(), "sales.last_year", &done, &err), KEPT_EINPUT);
    CHECK_CONTAINS(err.msg, "sales.last_year does not fit");
    /* In the engine: a product of more than 38 digits. */
    declare(&w, "unit: number\nfacts: orders\nwindow: all\n"
                "value: if(sum(amount / 0.00000001 / 0.00000001) > 0, 1, 0)");
    assert_int_equal(run_as(&w, everyone(), "x_m", &done, &err), KEPT_EINPUT);
    CHECK_CONTAINS(err.msg, "x_m does not fit");
    /* A mean of them fits. */
    check_own(&w, "unit: money\nfacts: orders\nwindow: all\nvalue: mean(amount)", "a=1e+14 2 1");
    /* Outside the window nothing is computed. */
    orders(&w, "('b','2026-01-01',1,1,NULL,NULL)");
    check_own(&w,
              "unit: number\nfacts: orders\nwindow: 1 month\n"
              "value: if(sum(amount / 0.00000001 / 0.00000001) > 0, 1, 0)",
              "a=none 0 none; b=1 1 1");
    /* What failed left no row. */
    assert_string_equal(ledger_text(&w, "measure_now", "sales.last_year", &arena), "");
    remove_workspace(&w);
}

/* --- Empty, unmatched, as of --- */

void test_measures__no_facts(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_measure_done *all = NULL;
    size_t n = 0;
    kept_import import = {0};
    CHECK_OK(kept_measures_run(w.store, everyone(), NULL, 0, NULL, &arena, &all, &n, &err));
    assert_true(n >= 10);
    for (size_t i = 0; i < n; i++)
        assert_false(all[i].ran);
    /* What was measured goes with its facts. */
    import = import_orders(&w, "('A','1','x','2024-01-01',1)");
    give_records(&w);
    check(&w, "sales.last_year", "x=10000 1 1");
    CHECK_OK(kept_import_undo(w.store, everyone(), import.id, &err));
    assert_false(run(&w, "sales.last_year").ran);
    assert_string_equal(ledger_text(&w, "measure_now", "sales.last_year", &arena), "");
    remove_workspace(&w);
}

void test_measures__as_of(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_measures all;
    const kept_measure *m = NULL;
    kept_measure_done done;
    kept_measure_value *values = NULL;
    size_t n = 0;
    kept_measure_ask ask = {.subject = -1};
    orders(&w, "('a','2023-01-01',1,NULL,NULL,NULL), ('a','2024-01-01',2,NULL,NULL,NULL)");
    kept_scope then = *everyone();
    then.as_of = kept_day_from_civil(2023, 12, 31);
    /* The past after the present: what is read without a clock is the present still. */
    run(&w, "sales.last_year");
    CHECK_OK(run_as(&w, &then, "sales.last_year", &done, &err));
    assert_int_equal(done.start, kept_day_from_civil(2023, 1, 1));
    assert_string_equal(ledger_text(&w, "measure_now", "sales.last_year", &arena), "a=20000 1 1");
    CHECK_OK(kept_store_measures(w.store, &arena, &all, &err));
    CHECK_OK(kept_measures_find(&all, "sales.last_year", &m, &err));
    CHECK_OK(kept_measure_values(w.store, everyone(), m, &ask, &arena, &values, &n, &err));
    assert_int_equal(n, 1);
    assert_int_equal(values[0].units, 20000);
    assert_int_equal(values[0].start, kept_day_from_civil(2023, 1, 2));
    CHECK_OK(kept_measure_values(w.store, &then, m, &ask, &arena, &values, &n, &err));
    assert_int_equal(n, 1);
    assert_int_equal(values[0].units, 10000);
    then.as_of = kept_day_from_civil(2022, 12, 31);
    CHECK_OK(kept_measure_values(w.store, &then, m, &ask, &arena, &values, &n, &err));
    assert_int_equal(n, 0);
    /* Again for the same day: replaced. */
    run(&w, "sales.last_year");
    int64_t runs = 0;
    CHECK_OK(kept_ledger_int(&w.store->ledger,
                             "SELECT count(*) FROM measure_run WHERE measure = 'sales.last_year'",
                             &runs, &err));
    assert_int_equal(runs, 2);
    remove_workspace(&w);
}

void test_measures__states(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_measures all;
    kept_measure_state *s = NULL;
    declare(&w, "unit: count\nfacts: orders\nwindow: all\nvalue: count()");
    CHECK_OK(kept_store_measures(w.store, &arena, &all, &err));
    size_t x = 0;
    while (strcmp(all.items[x]->name, "x_m") != 0)
        x++;
    CHECK_OK(kept_measure_states(w.store, everyone(), &all, &arena, &s, &err));
    assert_false(s[x].has_run || s[x].has_facts);
    orders(&w, sales_rows);
    run(&w, "x_m");
    CHECK_OK(kept_measure_states(w.store, everyone(), &all, &arena, &s, &err));
    assert_true(s[x].has_run && s[x].has_facts);
    assert_false(s[x].behind || s[x].redefined);
    assert_int_equal(s[x].measured, 4);
    CHECK_ABS(s[x].coverage, 1, 0);
    orders(&w, "('a','2025-01-01',1,NULL,NULL,NULL)");
    declare(&w, "unit: count\nfacts: orders\nwindow: all\nvalue: count(amount)");
    CHECK_OK(kept_store_measures(w.store, &arena, &all, &err));
    CHECK_OK(kept_measure_states(w.store, everyone(), &all, &arena, &s, &err));
    assert_true(s[x].behind && s[x].redefined);
    /* Every form of the definition is kept. */
    run(&w, "x_m");
    run(&w, "x_m");
    int64_t definitions = 0;
    CHECK_OK(kept_ledger_int(&w.store->ledger,
                             "SELECT count(*) FROM measure_definition WHERE measure = 'x_m'",
                             &definitions, &err));
    assert_int_equal(definitions, 2);
    remove_workspace(&w);
}

/* --- Who may --- */

void test_measures__sight(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_measures all;
    const kept_measure *m = NULL;
    kept_measure_value *values = NULL;
    kept_measure_done done;
    kept_measure_ask ask = {.subject = -1};
    size_t n = 0;
    uint64_t key = 0;
    orders(&w, sales_rows);
    run(&w, "sales.last_year");
    CHECK_OK(kept_store_measures(w.store, &arena, &all, &err));
    CHECK_OK(kept_measures_find(&all, "sales.last_year", &m, &err));
    CHECK_OK(kept_customer_find(w.store, everyone(), "c", &key, &err));
    kept_scope some = *everyone();
    some.sight = KEPT_SEES_SOME;
    some.customers = &key;
    some.n_customers = 1;
    CHECK_OK(kept_measure_values(w.store, &some, m, &ask, &arena, &values, &n, &err));
    assert_int_equal(n, 1);
    assert_int_equal(values[0].units, 35000);
    assert_int_equal(run_as(&w, &some, "sales.last_year", &done, &err), KEPT_EDENIED);
    kept_scope nobody = KEPT_SCOPE_NOBODY;
    CHECK_OK(kept_measure_values(w.store, &nobody, m, &ask, &arena, &values, &n, &err));
    assert_int_equal(n, 0);
    ask = (kept_measure_ask){.subject = -1, .limit = 2};
    CHECK_OK(kept_measure_values(w.store, everyone(), m, &ask, &arena, &values, &n, &err));
    assert_int_equal(n, 2);
    assert_int_equal(values[0].units, 250000);
    ask = (kept_measure_ask){.subject = values[1].subject};
    CHECK_OK(kept_measure_values(w.store, everyone(), m, &ask, &arena, &values, &n, &err));
    assert_int_equal(n, 1);
    assert_int_equal(values[0].units, 35000);
    remove_workspace(&w);
}

/* --- Measures that a model makes --- */

void test_measures__put(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_measure_done done;
    uint64_t a = 0, b = 0;
    int64_t subjects = 0;
    orders(&w, sales_rows);
    CHECK_OK(kept_customer_find(w.store, everyone(), "a", &a, &err));
    CHECK_OK(kept_customer_find(w.store, everyone(), "b", &b, &err));
    /* 424242 is nobody's key. */
    kept_measure_given given[] = {{a, 12.34567, 3}, {424242, 1, 1}, {b, 7, 2}};
    CHECK_OK(kept_measure_put(w.store, everyone(), "clv.remaining_margin", 19723, 19724, 20088,
                              given, 3, &subjects, &err));
    assert_int_equal(subjects, 2);
    assert_string_equal(ledger_text(&w, "measure_now", "clv.remaining_margin", &arena),
                        "a=123457 3 none; b=70000 2 none");
    assert_int_equal(kept_measure_put(w.store, everyone(), "sales.last_year", 0, 0, 0, given, 1,
                                      &subjects, &err),
                     KEPT_EARG);
    assert_int_equal(run_as(&w, everyone(), "clv.remaining_margin", &done, &err), KEPT_EARG);
    CHECK_CONTAINS(err.msg, "kept clv predict");
    assert_int_equal(run_as(&w, everyone(), "sales.last_yaer", &done, &err), KEPT_ENOTFOUND);
    CHECK_CONTAINS(err.msg, "sales.last_year");
    remove_workspace(&w);
}

/* Two ids of one record are one customer: their days count once, their money together. */
void test_measures__merged(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    orders(&w, "('a','2024-01-01',1,NULL,NULL,NULL), ('b','2024-01-01',2,NULL,NULL,NULL),"
               "('b','2024-01-02',4,NULL,NULL,NULL)");
    exec(&w, "UPDATE customer_id SET record = (SELECT record FROM customer_id WHERE external_id ="
             " 'a') WHERE external_id = 'b'");
    kept_err err = KEPT_ERR_INIT;
    int64_t record = 0;
    CHECK_OK(kept_ledger_int(
        &w.store->ledger, "SELECT record FROM customer_id WHERE external_id = 'a'", &record, &err));
    CHECK_OK(kept_ledger_note_joined(&w.store->ledger, record, &err));
    check(&w, "sales.last_year", "a=70000 3 1");
    check(&w, "orders.last_year", "a=2 3 1");
    remove_workspace(&w);
}
