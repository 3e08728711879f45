/* kept warnings, warning show, accept, reopen, limit. */
#include "support.h"

#include "general/ops.h"
#include "realise/run_op.h"
#include "small_firm.h"
#include "store/records/log.h"

#define RUN(run, op, firm, ...)                                                                    \
    run_op((run), (op), (firm)->folder, (const char *const[]){__VA_ARGS__, NULL})

static const char *day_text(char out[static 11], int from_today)
{
    kept_day_write((kept_day)(kept_time_now() / KEPT_DAY_MICROS) + from_today, out);
    return out;
}

/* A firm with actions overdue, seven of them, for customers with and without margin. */
static void make_overdue(small_firm *f)
{
    firm_make(f);
    PUT(f, "customer", "name=Large");
    PUT(f, "customer", "name=Small");
    firm_run(f, "margin.last_year");
    firm_year(f, "margin.last_year", 1, 90000);
    firm_year(f, "margin.last_year", 2, 1200);
    PUT(f, "action", "text=For nobody", "due_on=2024-01-01");
    PUT(f, "action", "text=For the small", "due_on=2024-01-01", "customer=Small");
    PUT(f, "action", "text=For the large", "due_on=2024-01-01", "customer=Large");
    for (int i = 0; i < 4; i++)
        PUT(f, "action", "text=One more", "due_on=2024-01-01");
    firm_close(f);
}

static const char *cell_text(const op_run *run, const char *table, size_t row, const char *field)
{
    const kept_table *t = kept_result_find_table(&run->result, table);
    assert_non_null(t);
    assert_true(row < t->n_rows);
    int i = kept_field_index(t->def->fields, t->def->n_fields, field);
    assert_true(i >= 0);
    kept_cell cell = t->cells[row * t->def->n_fields + (size_t)i];
    return cell.known ? cell.v.text : NULL;
}

static size_t count_rows(const op_run *run, const char *table)
{
    const kept_table *t = kept_result_find_table(&run->result, table);
    return t ? t->n_rows : 0;
}

static size_t list(small_firm *f, const char *state, const char *warning)
{
    op_run run;
    kept_status status =
        RUN(&run, &kept_op_warnings, f, "all", "yes", "state", state, "warning", warning);
    if (status != KEPT_OK)
        fail_msg("%s", run.err.msg);
    size_t n = count_rows(&run, "warnings");
    run_end(&run);
    return n;
}

void test_warning_ops__the_first_list_shows_five_most_money_first(void **state)
{
    (void)state;
    small_firm f;
    make_overdue(&f);
    op_run run;
    assert_int_equal(RUN(&run, &kept_op_warnings, &f, "warning", "overdue_action"), KEPT_OK);
    const kept_table *t = kept_result_find_table(&run.result, "warnings");
    assert_int_equal(t->n_rows, 5);
    assert_int_equal(t->more, 2);
    assert_string_equal(cell_text(&run, "warnings", 0, "subject"), "A-3");
    assert_string_equal(cell_text(&run, "warnings", 0, "label"), "For the large");
    assert_string_equal(cell_text(&run, "warnings", 1, "subject"), "A-2");
    assert_string_equal(cell_text(&run, "warnings", 2, "subject"), "A-1");
    assert_string_equal(cell_text(&run, "warnings", 0, "state"), "new");
    CHECK_CONTAINS(cell_text(&run, "warnings", 0, "reason"), "A-3 For the large was due on "
                                                             "2024-01-01, ");
    assert_int_equal(op_int(&run, "", "firing"), 7);
    run_end(&run);
    assert_int_equal(list(&f, "new", "overdue_action"), 7);
    firm_remove(&f);
}

void test_warning_ops__only_what_is_about_a_customer(void **state)
{
    (void)state;
    small_firm f;
    make_overdue(&f);
    op_run run;
    assert_int_equal(
        RUN(&run, &kept_op_warnings, &f, "about", "Large", "warning", "overdue_action"), KEPT_OK);
    assert_int_equal(count_rows(&run, "warnings"), 1);
    assert_string_equal(cell_text(&run, "warnings", 0, "subject"), "A-3");
    run_end(&run);
    assert_int_equal(RUN(&run, &kept_op_warnings, &f, "about", "A-2"), KEPT_OK);
    assert_int_equal(count_rows(&run, "warnings"), 1);
    run_end(&run);
    firm_remove(&f);
}

void test_warning_ops__what_cannot_be_told_is_said(void **state)
{
    (void)state;
    small_firm f;
    firm_make(&f);
    firm_close(&f);
    op_run run;
    assert_int_equal(run_op(&run, &kept_op_warnings, f.folder, NULL), KEPT_OK);
    assert_int_equal(count_rows(&run, "warnings"), 0);
    assert_int_equal(count_rows(&run, "unsure"), (size_t)op_int(&run, "", "rules"));
    for (size_t i = 0; i < count_rows(&run, "unsure"); i++)
        CHECK_CONTAINS(cell_text(&run, "unsure", i, "why"), "kept ");
    run_end(&run);
    firm_remove(&f);
}

void test_warning_ops__accepted_until_a_day_then_new_again(void **state)
{
    (void)state;
    small_firm f;
    make_overdue(&f);
    char until[11], past[11];
    op_run run;
    day_text(until, 30);
    day_text(past, -1);
    assert_int_equal(RUN(&run, &kept_op_warning_accept, &f, "warning", "overdue_action", "subject",
                         "A-3", "until", until, "why", "They asked for it"),
                     KEPT_OK);
    run_end(&run);
    assert_int_equal(list(&f, "new", "overdue_action"), 6);
    assert_int_equal(RUN(&run, &kept_op_warnings, &f, "state", "accepted"), KEPT_OK);
    assert_int_equal(count_rows(&run, "warnings"), 1);
    assert_string_equal(cell_text(&run, "warnings", 0, "until"), until);
    assert_string_equal(cell_text(&run, "warnings", 0, "accepted_because"), "They asked for it");
    run_end(&run);
    char sql[200];
    snprintf(sql, sizeof sql, "UPDATE warning_state SET until = '%s' WHERE state = 'accepted'",
             past);
    firm_sql(&f, sql);
    assert_int_equal(list(&f, "new", "overdue_action"), 7);
    assert_int_equal(list(&f, "accepted", "overdue_action"), 0);
    firm_remove(&f);
}

void test_warning_ops__accepting_asks_for_a_day_to_come_and_for_what_fires(void **state)
{
    (void)state;
    small_firm f;
    make_overdue(&f);
    char until[11];
    op_run run;
    assert_int_equal(RUN(&run, &kept_op_warning_accept, &f, "warning", "overdue_action", "subject",
                         "A-3", "until", day_text(until, -1), "why", "x"),
                     KEPT_EARG);
    CHECK_CONTAINS(run.err.msg, "is past");
    run_end(&run);
    assert_int_equal(RUN(&run, &kept_op_warning_accept, &f, "warning", "sudden_drop", "subject",
                         "Large", "until", day_text(until, 9), "why", "x"),
                     KEPT_EARG);
    CHECK_CONTAINS(run.err.msg, "does not fire for C-1");
    run_end(&run);
    assert_int_equal(RUN(&run, &kept_op_warning_accept, &f, "warning", "overdue_acton", "subject",
                         "A-3", "until", day_text(until, 9), "why", "x"),
                     KEPT_ENOTFOUND);
    CHECK_CONTAINS(run.err.msg, "did you mean \"overdue_action\"");
    run_end(&run);
    firm_remove(&f);
}

void test_warning_ops__reopened_it_is_new(void **state)
{
    (void)state;
    small_firm f;
    make_overdue(&f);
    char until[11];
    op_run run;
    assert_int_equal(
        RUN(&run, &kept_op_warning_reopen, &f, "warning", "overdue_action", "subject", "A-3"),
        KEPT_EARG);
    run_end(&run);
    assert_int_equal(RUN(&run, &kept_op_warning_accept, &f, "warning", "overdue_action", "subject",
                         "A-3", "until", day_text(until, 9), "why", "x"),
                     KEPT_OK);
    run_end(&run);
    assert_int_equal(
        RUN(&run, &kept_op_warning_reopen, &f, "warning", "overdue_action", "subject", "A-3"),
        KEPT_OK);
    run_end(&run);
    assert_int_equal(list(&f, "new", "overdue_action"), 7);
    firm_remove(&f);
}

void test_warning_ops__what_fires_no_more_is_fixed_by_itself(void **state)
{
    (void)state;
    small_firm f;
    make_overdue(&f);
    assert_int_equal(list(&f, "new", "overdue_action"), 7);
    firm_open(&f);
    PUT(&f, "action", "id=3", "state=done");
    PUT(&f, "action", "id=2", "due_on="); /* not enough data is no fixing */
    firm_close(&f);
    assert_int_equal(list(&f, "new", "overdue_action"), 5);
    op_run run;
    assert_int_equal(RUN(&run, &kept_op_warnings, &f, "state", "fixed"), KEPT_OK);
    assert_int_equal(count_rows(&run, "warnings"), 1);
    assert_string_equal(cell_text(&run, "warnings", 0, "subject"), "A-3");
    run_end(&run);
    firm_open(&f);
    PUT(&f, "action", "id=3", "state=open");
    firm_close(&f);
    assert_int_equal(list(&f, "new", "overdue_action"), 6);
    assert_int_equal(list(&f, "fixed", "overdue_action"), 0);
    firm_remove(&f);
}

void test_warning_ops__limits_are_set_logged_and_put_back(void **state)
{
    (void)state;
    small_firm f;
    make_overdue(&f);
    op_run run;
    assert_int_equal(RUN(&run, &kept_op_warning_limit, &f, "warning", "overdue_action", "limit",
                         "grace", "value", "400"),
                     KEPT_EARG);
    CHECK_CONTAINS(run.err.msg, "goes from 0 days to 365 days");
    run_end(&run);
    assert_int_equal(RUN(&run, &kept_op_warning_limit, &f, "warning", "concentration", "limit",
                         "one", "value", "99%"),
                     KEPT_OK);
    assert_string_equal(op_cell(&run, "", "value").v.text, "99%");
    assert_string_equal(op_cell(&run, "", "default").v.text, "25%");
    run_end(&run);
    firm_open(&f);
    kept_log_row *rows;
    size_t n;
    kept_err err = KEPT_ERR_INIT;
    kept_scope all = KEPT_SCOPE_ALL("tester");
    CHECK_OK(kept_log_since(f.store, &all, 0, 0, &f.arena, &rows, &n, &err));
    const kept_log_row *last = &rows[n - 1];
    assert_string_equal(last->action, "limit");
    assert_null(last->ref.kind);
    assert_string_equal(last->values[2].old, "25%");
    assert_string_equal(last->values[2].now, "99%");
    kept_log_check check;
    kept_log_check_init(&check);
    CHECK_OK(kept_log_verify(f.store, &all, NULL, &check, &err));
    assert_int_equal(check.broken, 0);
    firm_close(&f);
    assert_int_equal(RUN(&run, &kept_op_warning_limit, &f, "warning", "concentration", "limit",
                         "one", "value", "default"),
                     KEPT_OK);
    assert_string_equal(op_cell(&run, "", "value").v.text, "25%");
    run_end(&run);
    firm_remove(&f);
}

void test_warning_ops__show_explains_one_subject(void **state)
{
    (void)state;
    small_firm f;
    make_overdue(&f);
    op_run run;
    assert_int_equal(
        RUN(&run, &kept_op_warning_show, &f, "warning", "overdue_action", "subject", "A-3"),
        KEPT_OK);
    assert_string_equal(op_cell(&run, "subject", "answer").v.text, "fires");
    assert_string_equal(op_cell(&run, "subject", "state").v.text, "new");
    assert_int_equal(op_int(&run, "subject", "money"), 900000000);
    assert_int_equal(count_rows(&run, "limits"), 1);
    assert_string_equal(cell_text(&run, "limits", 0, "value"), "0 days");
    assert_int_equal(count_rows(&run, "evidence"), 1);
    assert_string_equal(cell_text(&run, "evidence", 0, "action"), "A-3 For the large");
    assert_string_equal(cell_text(&run, "evidence", 0, "customer"), "C-1 Large");
    assert_string_equal(op_cell(&run, "", "requirements").v.text, "X003");
    run_end(&run);
    assert_int_equal(RUN(&run, &kept_op_warning_show, &f, "warning", "14"), KEPT_OK);
    assert_string_equal(op_cell(&run, "", "warning").v.text, "concentration");
    assert_string_equal(op_cell(&run, "", "says").v.text, "fires");
    assert_int_equal(count_rows(&run, "evidence"), 2);
    assert_string_equal(cell_text(&run, "evidence", 0, "share"), "98.7%");
    run_end(&run);
    firm_remove(&f);
}
