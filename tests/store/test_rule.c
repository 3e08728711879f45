/* SQL of declarations: what it may see and what not, its values, its limits. */
#include "workspace.h"

#include "store/records/rule_int.h"
#include "store/records/write.h"

static int64_t put(workspace *w, const char *kind, const char *field, const char *value,
                   const char *other_field, const char *other_value)
{
    kept_err err = KEPT_ERR_INIT;
    kept_set sets[] = {{field, &value, 1}, {other_field, &other_value, 1}};
    kept_edit edit = {.kind = kept_catalogue_record(kept_store_catalogue(w->store), kind),
                      .sets = sets,
                      .n_sets = other_field ? 2 : 1};
    kept_edited edited;
    KEPT_AUTO_WRITING *writing = NULL;
    CHECK_OK(kept_writing_begin(w->store, everyone(), "test", &writing, &err));
    CHECK_OK(kept_record_write(writing, &edit, &edited, &err));
    CHECK_OK(kept_writing_commit(writing, &err));
    return edited.ref.id;
}

static kept_status run(workspace *w, const kept_scope *scope, const char *sql, kept_arena *arena,
                       kept_rule_rows *rows, kept_err *err)
{
    const kept_rule_param params[] = {{"days", {.type = KEPT_RULE_INT, .i = 3, .real = 3}},
                                      {"unused", {.type = KEPT_RULE_NULL}}};
    return kept_rule_run(w->store, scope, sql, "warnings/x.yaml", params, 2, 0, arena, rows, err);
}

static int64_t number(workspace *w, const kept_scope *scope, const char *sql)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_rule_rows rows;
    CHECK_OK(run(w, scope, sql, &arena, &rows, &err));
    assert_int_equal(rows.n, 1);
    assert_int_equal(rows.cells[0].type, KEPT_RULE_INT);
    return rows.cells[0].i;
}

/* --- Values --- */

void test_rule__gives_rows_with_names_and_types(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    put(&w, "customer", "name", "Hanley", NULL, NULL);
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_rule_rows rows;
    kept_scope scope = *everyone();
    scope.as_of = 0;
    CHECK_OK(run(&w, &scope,
                 "SELECT id AS i, id * 0.5 AS half, name, NULL AS none, :days AS days,"
                 " :today AS today FROM customer; ",
                 &arena, &rows, &err));
    assert_int_equal(rows.n, 1);
    assert_int_equal(rows.n_columns, 6);
    assert_int_equal(rows.cells[kept_rule_column(&rows, "i")].i, 1);
    assert_true(rows.cells[kept_rule_column(&rows, "half")].real == 0.5);
    assert_string_equal(rows.cells[kept_rule_column(&rows, "name")].text, "Hanley");
    assert_int_equal(rows.cells[kept_rule_column(&rows, "none")].type, KEPT_RULE_NULL);
    assert_int_equal(rows.cells[kept_rule_column(&rows, "days")].i, 3);
    assert_string_equal(rows.cells[kept_rule_column(&rows, "today")].text, "1970-01-01");
    assert_int_equal(kept_rule_column(&rows, "other"), -1);
    remove_workspace(&w);
}

void test_rule__a_limit_cuts_and_says_so(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    for (int i = 0; i < 100; i++)
        put(&w, "note", "text", "Said", NULL, NULL);
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_rule_rows rows;
    CHECK_OK(kept_rule_run(w.store, everyone(), "SELECT id FROM note ORDER BY id", "x", NULL, 0, 40,
                           &arena, &rows, &err));
    assert_int_equal(rows.n, 40);
    assert_true(rows.cut);
    assert_int_equal(rows.cells[39].i, 40);
    CHECK_OK(kept_rule_run(w.store, everyone(), "SELECT id FROM note ORDER BY id", "x", NULL, 0,
                           100, &arena, &rows, &err));
    assert_int_equal(rows.n, 100);
    assert_false(rows.cut);
    remove_workspace(&w);
}

/* --- What is refused --- */

static const struct {
    const char *sql;
    const char *part; /* of the sentence */
} refused[] = {
    {"DELETE FROM note", "it writes"},
    {"INSERT INTO note (id) VALUES (1)", "it writes"},
    {"UPDATE note SET text = ''", "it writes"},
    {"CREATE TABLE t (a)", "one SELECT and only reads"},
    {"DROP TABLE note", "one SELECT and only reads"},
    {"CREATE TEMP VIEW v AS SELECT 1", "one SELECT and only reads"},
    {"SELECT * FROM sqlite_master", "\"sqlite_master\", which is not for rules"},
    {"SELECT count(*) FROM sqlite_schema", "which is not for rules"},
    {"SELECT external_id FROM customer_id", "\"customer_id\", which is not for rules"},
    {"SELECT count(*) FROM customer_id", "\"customer_id\", which is not for rules"},
    {"SELECT count(*) FROM main.customer_id", "\"customer_id\", which is not for rules"},
    {"SELECT value FROM setting", "\"setting\", which is not for rules"},
    {"SELECT 1 FROM customer WHERE EXISTS (SELECT 1 FROM setting)", "\"setting\", which is not"},
    {"WITH promise AS (SELECT value AS id FROM setting) SELECT id FROM promise", "\"setting\""},
    {"WITH promise_in_words AS (SELECT * FROM import) SELECT * FROM promise_in_words",
     "\"import\""},
    {"SELECT payload FROM change_log", "column \"payload\" of change_log"},
    {"SELECT who FROM change_log", "column \"who\" of change_log"},
    {"SELECT * FROM pragma_database_list", "the rule is refused"},
    {"SELECT count(*) FROM pragma_database_list", "the rule is refused"},
    {"SELECT * FROM json_each('[1]')", "the rule is refused"},
    {"PRAGMA table_info(customer)", "pragma \"table_info\""},
    {"PRAGMA query_only = OFF", "pragma \"query_only\""},
    {"ATTACH '/tmp/other.db' AS other", "it attaches another file"},
    {"DETACH main", "it detaches a file"},
    {"BEGIN", "begins or ends a transaction"},
    {"SAVEPOINT s", "begins or ends a transaction"},
    {"VACUUM", "one SELECT and nothing else"},
    {"EXPLAIN SELECT 1", "one SELECT and nothing else"},
    {"SELECT 1; SELECT 2", "one SELECT and nothing else"},
    {"", "one SELECT and nothing else"},
    {"SELECT load_extension('x')", "function \"load_extension\", which is not for rules"},
    {"SELECT randomblob(10)", "function \"randomblob\", which is not for rules"},
    {"SELECT zeroblob(1000000000)", "function \"zeroblob\""},
    {"SELECT writefile('/tmp/x', 'x')", "no such function"},
    {"SELECT x'00ff' AS b", "the column b holds bytes"},
    {"SELECT :what", "asks for the value :what, which is not given; there are :today, :days"},
    {"SELECT ?1", "asks for the value ?1, which is not given"},
    {"SELECT nme FROM customer", "no such column: nme"},
    {"SELEC 1", "syntax error"},
};

void test_rule__refuses_everything_but_reading_records(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        kept_err err = KEPT_ERR_INIT;
        kept_rule_rows rows;
        if (run(&w, everyone(), refused[i].sql, &arena, &rows, &err) != KEPT_EINPUT)
            fail_msg("not refused: %s", refused[i].sql);
        CHECK_CONTAINS(err.msg, refused[i].part);
        CHECK_CONTAINS(err.msg, "warnings/x.yaml");
    }
    /* And the store works on as before. */
    assert_int_equal(put(&w, "note", "text", "Said", NULL, NULL), 1);
    assert_int_equal(number(&w, everyone(), "SELECT count(*) FROM note"), 1);
    remove_workspace(&w);
}

void test_rule__counts_over_its_own_with(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    put(&w, "note", "text", "Said", NULL, NULL);
    assert_int_equal(
        number(&w, everyone(), "WITH said AS (SELECT id FROM note) SELECT count(*) FROM said"), 1);
    assert_int_equal(number(&w, everyone(), "SELECT count(*) FROM change_log"), 1);
    assert_int_equal(number(&w, everyone(), "SELECT count(*) FROM measure_now"), 0);
    assert_int_equal(number(&w, everyone(), "SELECT count(id) FROM note_in_words"), 1);
    assert_int_equal(number(&w, everyone(), "SELECT count(*) FROM voice__needs"), 0);
    remove_workspace(&w);
}

void test_rule__without_an_end_it_is_stopped(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_rule_rows rows;
    kept_rule_how how = {.steps = 200000};
    const char *sql = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
                      "SELECT count(i) FROM n";
    assert_int_equal(kept_rule__run(w.store, everyone(), sql, "warnings/x.yaml", NULL, 0, &how,
                                    &arena, &rows, &err),
                     KEPT_EINPUT);
    CHECK_CONTAINS(err.msg, "takes too long");
    volatile int cancel = 1;
    w.store->cancel = &cancel;
    how.steps = 0;
    assert_int_equal(kept_rule__run(w.store, everyone(), sql, "warnings/x.yaml", NULL, 0, &how,
                                    &arena, &rows, &err),
                     KEPT_ECANCELLED);
    w.store->cancel = NULL;
    assert_int_equal(number(&w, everyone(), "SELECT count(*) FROM note"), 0);
    remove_workspace(&w);
}

/* --- Sight --- */

/* Two customers with facts of keys 11 and 12, each with a promise, a person and a measure. */
static void make_two(workspace *w)
{
    static const char *const names[] = {"Ours", "Theirs"};
    make_workspace(w);
    for (int i = 0; i < 2; i++) {
        put(w, "customer", "name", names[i], NULL, NULL);
        put(w, "promise", "text", "Fast", "customer", names[i]);
        put(w, "person", "name", "Somebody", "customer", names[i]);
    }
    put(w, "promise", "text", "To everyone", NULL, NULL);
    put(w, "employee", "name", "Ann", NULL, NULL);
    static const char sql[] =
        "INSERT INTO customer_id (source, external_id, customer, record) VALUES"
        " ('firm', 'a', 11, 1), ('firm', 'b', 12, 2);"
        "INSERT INTO measure_definition (id, measure, text, hash, since)"
        " VALUES (1, 'sales.last_year', '', '', 0);"
        "INSERT INTO measure_run (id, measure, definition, as_of, known_at, ran_at, imports, who)"
        " VALUES (1, 'sales.last_year', 1, '2026-06-30', 0, 0, 0, 'tester');"
        "INSERT INTO measure_value (measure, subject_kind, subject, period_start, period_end,"
        " value, exact, n, as_of, run) VALUES"
        " ('sales.last_year', 'customer', 1, '2025-07-01', '2026-06-30', 1, 1, 1, '2026-06-30', 1),"
        " ('sales.last_year', 'customer', 2, '2025-07-01', '2026-06-30', 2, 2, 1, '2026-06-30', 1),"
        " ('sales.last_year', 'firm', 0, '2025-07-01', '2026-06-30', 3, 3, 2, '2026-06-30', 1);";
    assert_int_equal(sqlite3_exec(w->store->ledger.db, sql, NULL, NULL, NULL), SQLITE_OK);
}

static const struct {
    const char *sql;
    int64_t all, some;
} seen[] = {
    {"SELECT count(*) FROM customer", 2, 1},
    {"SELECT count(id) FROM customer", 2, 1},
    {"SELECT count(*) FROM promise", 3, 2}, /* what is of no customer is everybody's */
    {"SELECT count(*) FROM person", 2, 1},
    {"SELECT count(*) FROM employee", 1, 1},
    {"SELECT count(id) FROM promise_in_words", 3, 2},
    {"SELECT count(customer) FROM promise_in_words", 2, 1},
    {"SELECT count(*) FROM measure_value", 3, 1},
    {"SELECT sum(exact) FROM measure_now WHERE measure = 'sales.last_year'", 6, 1},
    {"SELECT count(*) FROM change_log WHERE kind = 'customer'", 2, 1},
};

void test_rule__sees_what_the_asker_sees(void **state)
{
    (void)state;
    workspace w;
    make_two(&w);
    const uint64_t keys[] = {11};
    kept_scope some = *everyone(), nobody = KEPT_SCOPE_NOBODY;
    some.sight = KEPT_SEES_SOME;
    some.customers = keys;
    some.n_customers = 1;
    for (size_t i = 0; i < sizeof seen / sizeof *seen; i++) {
        int64_t all = number(&w, everyone(), seen[i].sql), few = number(&w, &some, seen[i].sql);
        if (all != seen[i].all || few != seen[i].some)
            fail_msg("%s: %d and %d", seen[i].sql, (int)all, (int)few);
        KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
        kept_err err = KEPT_ERR_INIT;
        kept_rule_rows rows;
        CHECK_OK(run(&w, &nobody, seen[i].sql, &arena, &rows, &err));
        assert_int_equal(rows.n, 0);
    }
    remove_workspace(&w);
}

void test_rule__no_way_around_sight(void **state)
{
    (void)state;
    static const char *const ways[] = {
        "SELECT count(*) FROM main.customer",
        "SELECT name FROM main.customer",
        "WITH customer AS (SELECT * FROM main.customer) SELECT * FROM customer",
        "WITH other AS (SELECT * FROM main.promise_in_words) SELECT * FROM other",
        "WITH promise AS (SELECT * FROM main.person) SELECT * FROM promise",
        "SELECT * FROM main.measure_now",
        "SELECT * FROM temp.sqlite_master",
        "SELECT name FROM sqlite_temp_schema",
        "DROP VIEW temp.customer",
    };
    workspace w;
    make_two(&w);
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    const uint64_t keys[] = {11};
    kept_scope some = *everyone();
    some.sight = KEPT_SEES_SOME;
    some.customers = keys;
    some.n_customers = 1;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        kept_err err = KEPT_ERR_INIT;
        kept_rule_rows rows;
        if (run(&w, &some, ways[i], &arena, &rows, &err) != KEPT_EINPUT)
            fail_msg("a way around: %s", ways[i]);
        CHECK_CONTAINS(err.msg, "refused");
    }
    remove_workspace(&w);
}
