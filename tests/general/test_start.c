/* kept start: what is there, and the next three steps. */
#include "support.h"

#include "general/ops.h"
#include "op_table.h"

void test_start__an_empty_workspace_says_what_to_do(void **state)
{
    (void)state;
    small_firm f;
    op_run run;
    firm_make(&f);
    firm_close(&f);
    ASK(&run, &f, &kept_op_start, NULL);
    assert_string_equal(op_cell(&run, "", "firm").v.text, "Acme");
    assert_int_equal(op_int(&run, "", "due_this_week"), 0);
    assert_int_equal(table_rows(&run, "facts"), 0);
    assert_int_equal(table_rows(&run, "records"), 0);
    assert_int_equal(table_rows(&run, "next"), 3);
    assert_string_equal(table_text(&run, "next", 0, "command"), "kept import orders FILE");
    assert_string_equal(table_text(&run, "next", 1, "command"), "kept customer add \"Name\"");
    /* Without data no warning is shown, and no worth of what nobody knows. */
    assert_null(kept_result_find_table(&run.result, "warnings"));
    assert_null(kept_result_find_table(&run.result, "worth"));
    run_end(&run);
    firm_remove(&f);
}

void test_start__steps_follow_from_what_is_missing(void **state)
{
    (void)state;
    small_firm f;
    op_run run;
    firm_make(&f);
    PUT(&f, "customer", "name=First");
    PUT(&f, "customer", "name=Second");
    firm_run(&f, "sales.last_year");
    firm_year(&f, "sales.last_year", 2, 100);
    firm_close(&f);
    ASK(&run, &f, &kept_op_start, NULL);
    size_t row = table_find(&run, "next", "step", "mark_key_account");
    assert_string_equal(table_text(&run, "next", row, "command"),
                        "kept customer edit C-2 --key-account yes");
    CHECK_CONTAINS(table_text(&run, "next", row, "say"), "Second");
    run_end(&run);
    firm_open(&f);
    PUT(&f, "customer", "id=2", "key_account=yes");
    firm_close(&f);
    ASK(&run, &f, &kept_op_start, NULL);
    assert_false(table_has(&run, "next", "step", "mark_key_account"));
    row = table_find(&run, "next", "step", "people_of_key_account");
    assert_string_equal(table_text(&run, "next", row, "command"),
                        "kept person add \"Name\" --customer C-2");
    assert_true(table_has(&run, "next", "step", "first_promise"));
    run_end(&run);
    firm_open(&f);
    PUT(&f, "person", "name=Ann", "customer=Second");
    PUT(&f, "promise", "text=On time", "customer=Second", "state=active");
    firm_close(&f);
    ASK(&run, &f, &kept_op_start, NULL);
    row = table_find(&run, "next", "step", "promise_without_owner");
    assert_string_equal(table_text(&run, "next", row, "command"),
                        "kept promise edit P-1 --owner NAME");
    run_end(&run);
    /* By need: one stage alone. */
    ASK(&run, &f, &kept_op_start, "need", "keep");
    assert_string_equal(table_text(&run, "next", 0, "step"), "plan_review");
    for (size_t i = 0; i < table_rows(&run, "next"); i++)
        assert_string_equal(table_text(&run, "next", i, "stage"), "keep");
    run_end(&run);
    firm_remove(&f);
}

void test_start__shows_what_is_there(void **state)
{
    (void)state;
    small_firm f;
    op_run run;
    firm_make(&f);
    PUT(&f, "customer", "name=First");
    PUT(&f, "customer", "name=Second");
    int64_t gone = PUT(&f, "customer", "name=Third");
    PUT(&f, "action", "text=Late", "due_on=2026-06-01", "customer=Second");
    PUT(&f, "action", "text=Last day of the week", "due_on=2026-07-06");
    PUT(&f, "action", "text=Next week", "due_on=2026-07-07");
    firm_run(&f, "margin.last_year");
    firm_year(&f, "margin.last_year", 1, 100);
    firm_year(&f, "margin.last_year", 2, 250);
    firm_close(&f);
    char sql[100];
    snprintf(sql, sizeof sql, "UPDATE customer SET archived_at = 1 WHERE id = %lld",
             (long long)gone);
    firm_sql(&f, sql);
    ASK(&run, &f, &kept_op_start, NULL);
    assert_int_equal(op_int(&run, "", "due_this_week"), 1);
    assert_int_equal(op_int(&run, "", "overdue"), 1);
    size_t row = table_find(&run, "records", "command", "kept customer list");
    assert_int_equal(table_cell(&run, "records", row, "records").v.i, 2);
    row = table_find(&run, "worth", "measure", "margin.last_year");
    assert_int_equal(table_cell(&run, "worth", row, "total").v.i, 350 * 10000);
    assert_int_equal(table_cell(&run, "worth", row, "customers").v.i, 2);
    assert_int_equal(table_rows(&run, "worth"), 1);
    row = table_find(&run, "warnings", "subject", "A-1");
    assert_string_equal(table_text(&run, "warnings", row, "warning"), "overdue_action");
    assert_int_equal(table_cell(&run, "warnings", row, "money").v.i, 250 * 10000);
    run_end(&run);
    firm_remove(&f);
}

/* The first screen looks and changes nothing; what is accepted stays away. */
void test_start__notes_no_warning(void **state)
{
    (void)state;
    small_firm f;
    op_run run;
    firm_make(&f);
    PUT(&f, "action", "text=Late", "due_on=2024-01-01");
    firm_close(&f);
    ASK(&run, &f, &kept_op_start, NULL);
    assert_true(table_has(&run, "warnings", "subject", "A-1"));
    run_end(&run);
    firm_sql(&f, "CREATE TABLE none (n INTEGER CHECK (n = 0));"
                 "INSERT INTO none SELECT count(*) FROM warning_state; DROP TABLE none");
    firm_sql(&f, "INSERT INTO warning_state (warning, subject_kind, subject, state, first_seen,"
                 " last_seen, until, reason, who, at) VALUES ('overdue_action', 'action', 1,"
                 " 'accepted', '2026-06-01', '2026-06-01', '9999-12-31', 'So be it', 'tester', 0)");
    ASK(&run, &f, &kept_op_start, NULL);
    assert_false(table_has(&run, "warnings", "subject", "A-1"));
    run_end(&run);
    firm_remove(&f);
}

void test_start__own_steps_and_their_faults(void **state)
{
    (void)state;
    static const char step[] = "steps:\n  - step: x_mine\n    stage: know\n    find: %s\n"
                               "    say: See {name}.\n    command: kept customer show {id}\n";
    static const struct {
        const char *find, *says;
    } faults[] = {
        {"SELECT 1 AS id", "no column {name}"},
        {"SELECT name, id FROM secret", "start.yaml"},
        {"DELETE FROM customer", "start.yaml"},
    };
    small_firm f;
    op_run run;
    char text[400];
    firm_make(&f);
    PUT(&f, "customer", "name=First");
    firm_close(&f);
    snprintf(text, sizeof text, step, "SELECT 'C-' || id AS id, name FROM customer");
    firm_declare(&f, "start.yaml", text);
    ASK(&run, &f, &kept_op_start, NULL);
    assert_string_equal(table_text(&run, "next", 0, "say"), "See First.");
    assert_string_equal(table_text(&run, "next", 0, "command"), "kept customer show C-1");
    run_end(&run);
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        snprintf(text, sizeof text, step, faults[i].find);
        firm_declare(&f, "start.yaml", text);
        assert_int_equal(run_op(&run, &kept_op_start, f.folder, NULL), KEPT_EINPUT);
        CHECK_CONTAINS(run.err.msg, faults[i].says);
        run_end(&run);
    }
    firm_remove(&f);
}
