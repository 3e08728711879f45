/* kept due, kept rhythms. Today is 2026-06-30, the fixed day of a small firm. */
#include "support.h"

#include "general/ops.h"
#include "op_table.h"
#include "store/records/documents.h"
#include "store/records/packs.h"

static void make(small_firm *f)
{
    firm_make(f);
    PUT(f, "customer", "name=Large", "key_account=yes");
    PUT(f, "customer", "name=Small");
}

/* The row of a rhythm about a record. */
static size_t rhythm_row(const op_run *run, const char *rhythm, const char *about)
{
    for (size_t i = 0; i < table_rows(run, "due"); i++)
        if (strcmp(table_text(run, "due", i, "rhythm"), rhythm) == 0 &&
            strcmp(table_text(run, "due", i, "about"), about) == 0)
            return i;
    return SIZE_MAX;
}

static int64_t day(int year, int month, int d)
{
    return kept_day_from_civil(year, month, d);
}

/* --- Days of records --- */

void test_due__days_of_open_records(void **state)
{
    (void)state;
    small_firm f;
    op_run run;
    firm_make(&f);
    PUT(&f, "employee", "name=Jane Wood");
    PUT(&f, "customer", "name=Large");
    PUT(&f, "action", "text=Late", "due_on=2026-06-28", "customer=Large", "owner=Jane Wood");
    PUT(&f, "action", "text=Today", "due_on=2026-06-30");
    PUT(&f, "action", "text=Soon", "due_on=2026-07-30");
    PUT(&f, "action", "text=Far", "due_on=2026-07-31");
    PUT(&f, "action", "text=Done", "due_on=2026-06-01", "state=done");
    PUT(&f, "action", "text=Without a day");
    firm_close(&f);
    ASK(&run, &f, &kept_op_due, "about", "Large", "all", "yes");
    assert_int_equal(table_rows(&run, "due"), 1);
    run_end(&run);
    ASK(&run, &f, &kept_op_due, NULL);
    size_t late = table_find(&run, "due", "about", "A-1");
    assert_int_equal(late, 0);
    assert_string_equal(table_text(&run, "due", 0, "state"), "missed");
    assert_string_equal(table_text(&run, "due", 0, "when"), "2 days ago");
    assert_int_equal(table_cell(&run, "due", 0, "days").v.i, -2);
    assert_string_equal(table_text(&run, "due", 0, "what"), "Action");
    assert_string_equal(table_text(&run, "due", 0, "subject"), "Large: Late");
    assert_string_equal(table_text(&run, "due", 0, "customer"), "C-1");
    assert_string_equal(table_text(&run, "due", 0, "owner"), "Jane Wood");
    assert_string_equal(table_text(&run, "due", 0, "advice"), "kept action show A-1");
    size_t today = table_find(&run, "due", "about", "A-2");
    assert_string_equal(table_text(&run, "due", today, "state"), "due");
    assert_string_equal(table_text(&run, "due", today, "when"), "today");
    assert_string_equal(table_text(&run, "due", today, "customer"), "");
    assert_string_equal(table_text(&run, "due", table_find(&run, "due", "about", "A-3"), "state"),
                        "coming");
    assert_false(table_has(&run, "due", "about", "A-4")); /* the 31st day from today */
    assert_false(table_has(&run, "due", "about", "A-5"));
    assert_false(table_has(&run, "due", "about", "A-6"));
    assert_int_equal(op_int(&run, "", "missed"), 1);
    assert_int_equal(op_int(&run, "", "due_now"), 1);
    run_end(&run);
    firm_remove(&f);
}

void test_due__until_all_and_about(void **state)
{
    (void)state;
    small_firm f;
    op_run run;
    firm_make(&f);
    PUT(&f, "action", "text=Soon", "due_on=2026-07-03");
    PUT(&f, "action", "text=Far", "due_on=2031-01-01");
    firm_close(&f);
    ASK(&run, &f, &kept_op_due, "until", "2026-07-02", "about", "A-1");
    assert_int_equal(table_rows(&run, "due"), 0);
    run_end(&run);
    ASK(&run, &f, &kept_op_due, "until", "2026-07-03", "about", "A-1");
    assert_int_equal(table_rows(&run, "due"), 1);
    run_end(&run);
    ASK(&run, &f, &kept_op_due, "all", "yes", "about", "A-2");
    assert_int_equal(table_rows(&run, "due"), 1);
    assert_false(op_cell(&run, "", "until").known);
    run_end(&run);
    const char *const both[] = {"all", "yes", "until", "2026-07-03", NULL};
    assert_int_equal(run_op_as(&run, &kept_op_due, f.folder, f.scope, both), KEPT_EARG);
    run_end(&run);
    firm_remove(&f);
}

/* A day counts in the states that its declaration names. */
void test_due__only_in_the_states_declared(void **state)
{
    (void)state;
    small_firm f;
    op_run run;
    firm_make(&f);
    PUT(&f, "promise", "text=Only thought of", "due_on=2026-06-20");
    PUT(&f, "promise", "text=Given", "due_on=2026-06-20", "state=active", "ends_on=2026-07-10");
    PUT(&f, "review", "title=Held", "planned_on=2026-06-20", "held_on=2026-06-20", "state=held");
    PUT(&f, "review", "title=To come", "planned_on=2026-07-20");
    PUT(&f, "agreement", "title=Signed", "ends_on=2026-07-01", "state=signed");
    firm_close(&f);
    ASK(&run, &f, &kept_op_due, NULL);
    assert_false(table_has(&run, "due", "about", "P-1"));
    assert_string_equal(table_text(&run, "due", table_find(&run, "due", "about", "P-2"), "what"),
                        "Promise: due on");
    assert_true(table_has(&run, "due", "what", "Promise: holds until"));
    assert_false(table_has(&run, "due", "about", "R-1"));
    assert_true(table_has(&run, "due", "about", "R-2"));
    assert_true(table_has(&run, "due", "about", "AG-1"));
    run_end(&run);
    firm_remove(&f);
}

/* --- Rhythms --- */

/* A promise is due until a fulfilment bears its day, whatever that says. */
void test_due__what_came_of_a_day_ends_it(void **state)
{
    (void)state;
    small_firm f;
    op_run run;
    firm_make(&f);
    PUT(&f, "promise", "text=One", "due_on=2026-06-28", "state=active");
    PUT(&f, "promise", "text=Two", "due_on=2026-06-28", "state=active");
    PUT(&f, "promise", "text=Three", "due_on=2026-06-28", "state=active");
    PUT(&f, "fulfilment", "words=not done", "promise=P-1", "verdict=broken", "due_on=2026-06-28");
    PUT(&f, "fulfilment", "words=earlier", "promise=P-2", "verdict=kept", "due_on=2026-05-28");
    PUT(&f, "fulfilment", "words=taken back", "promise=P-3", "verdict=kept", "due_on=2026-06-28");
    firm_sql(&f, "UPDATE fulfilment SET archived_at = 1 WHERE id = 3");
    firm_close(&f);
    ASK(&run, &f, &kept_op_due, NULL);
    assert_false(table_has(&run, "due", "about", "P-1"));
    assert_true(table_has(&run, "due", "about", "P-2"));
    assert_true(table_has(&run, "due", "about", "P-3"));
    run_end(&run);
    firm_remove(&f);
}

void test_due__a_rhythm_from_the_last_time_done(void **state)
{
    (void)state;
    small_firm f;
    op_run run;
    make(&f);
    PUT(&f, "review", "customer=Large", "held_on=2025-12-01", "state=held");
    PUT(&f, "review", "customer=Large", "held_on=2026-03-21", "state=held");
    PUT(&f, "review", "customer=Small", "held_on=2026-06-01", "state=held");
    PUT(&f, "review", "customer=Large", "held_on=2026-07-15", "state=held"); /* not yet */
    int64_t put_away = PUT(&f, "review", "customer=Large", "held_on=2026-06-20", "state=held");
    firm_close(&f);
    char sql[100];
    snprintf(sql, sizeof sql, "UPDATE review SET archived_at = 1 WHERE id = %lld",
             (long long)put_away);
    firm_sql(&f, sql);
    ASK(&run, &f, &kept_op_due, NULL);
    size_t row = rhythm_row(&run, "quarterly_review", "C-1");
    assert_true(row != SIZE_MAX);
    assert_int_equal(table_cell(&run, "due", row, "day").v.i, day(2026, 6, 21));
    assert_int_equal(table_cell(&run, "due", row, "last_done").v.i, day(2026, 3, 21));
    assert_string_equal(table_text(&run, "due", row, "state"), "due"); /* nine of ten days */
    assert_string_equal(table_text(&run, "due", row, "advice"),
                        "kept review add --customer C-1 --planned-on DATE");
    assert_true(has_note(&run, "kept review add --customer C-1"));
    assert_true(rhythm_row(&run, "quarterly_review", "C-2") == SIZE_MAX); /* no key account */
    run_end(&run);
    f.scope.as_of += 2; /* past the days of grace */
    ASK(&run, &f, &kept_op_due, NULL);
    row = rhythm_row(&run, "quarterly_review", "C-1");
    assert_string_equal(table_text(&run, "due", row, "state"), "missed");
    run_end(&run);
    f.scope.as_of = (int32_t)day(2026, 3, 25);
    ASK(&run, &f, &kept_op_due, "all", "yes");
    row = rhythm_row(&run, "quarterly_review", "C-1");
    assert_string_equal(table_text(&run, "due", row, "state"), "coming");
    run_end(&run);
    firm_remove(&f);
}

void test_due__never_done_is_due_at_once(void **state)
{
    (void)state;
    small_firm f;
    op_run run;
    make(&f);
    firm_close(&f);
    ASK(&run, &f, &kept_op_due, NULL);
    size_t row = rhythm_row(&run, "quarterly_review", "C-1");
    assert_true(row != SIZE_MAX);
    assert_string_equal(table_text(&run, "due", row, "when"), "never done");
    assert_string_equal(table_text(&run, "due", row, "state"), "due");
    assert_false(table_cell(&run, "due", row, "last_done").known);
    run_end(&run);
    /* Written down 2026-03-01: a quarter later, ten days of grace over. */
    firm_sql(&f, "UPDATE customer SET made_at = 1772323200000000");
    ASK(&run, &f, &kept_op_due, NULL);
    row = rhythm_row(&run, "quarterly_review", "C-1");
    assert_int_equal(table_cell(&run, "due", row, "day").v.i, day(2026, 3, 1));
    assert_string_equal(table_text(&run, "due", row, "state"), "missed");
    run_end(&run);
    firm_remove(&f);
}

/* What has its day already is not asked for twice. */
void test_due__a_planned_one_stands_for_the_rhythm(void **state)
{
    (void)state;
    small_firm f;
    op_run run;
    make(&f);
    PUT(&f, "review", "customer=Large", "held_on=2026-04-10", "state=held");
    int64_t planned = PUT(&f, "review", "customer=Large", "planned_on=2026-07-20");
    firm_close(&f);
    ASK(&run, &f, &kept_op_due, NULL);
    assert_true(rhythm_row(&run, "quarterly_review", "C-1") == SIZE_MAX);
    assert_true(table_has(&run, "due", "what", "Review"));
    run_end(&run);
    /* One day behind the days of grace it no longer does. */
    char id[40], late[] = "planned_on=2026-07-21";
    snprintf(id, sizeof id, "id=%lld", (long long)planned);
    firm_open(&f);
    PUT(&f, "review", id, late);
    firm_close(&f);
    ASK(&run, &f, &kept_op_due, NULL);
    assert_true(rhythm_row(&run, "quarterly_review", "C-1") != SIZE_MAX);
    run_end(&run);
    /* The list of rhythms counts everybody. */
    ASK(&run, &f, &kept_op_rhythms, NULL);
    size_t row = table_find(&run, "rhythms", "rhythm", "quarterly_review");
    assert_int_equal(table_cell(&run, "rhythms", row, "subjects").v.i, 1);
    assert_int_equal(table_cell(&run, "rhythms", row, "next").v.i, day(2026, 7, 10));
    assert_int_equal(table_cell(&run, "rhythms", row, "last_done").v.i, day(2026, 4, 10));
    assert_string_equal(table_text(&run, "rhythms", row, "every"), "every 3 months");
    run_end(&run);
    firm_remove(&f);
}

void test_due__the_firm_has_its_first_interval_before_it(void **state)
{
    (void)state;
    small_firm f;
    op_run run;
    firm_make(&f);
    firm_close(&f);
    ASK(&run, &f, &kept_op_due, "all", "yes");
    assert_int_equal(table_rows(&run, "due"), 0);
    run_end(&run);
    firm_open(&f);
    PUT(&f, "note", "text=A first one");
    firm_close(&f);
    ASK(&run, &f, &kept_op_due, "all", "yes");
    size_t row = rhythm_row(&run, "promise_audit", "firm");
    assert_int_equal(table_cell(&run, "due", row, "day").v.i, day(2027, 6, 30));
    assert_string_equal(table_text(&run, "due", row, "state"), "coming");
    assert_string_equal(table_text(&run, "due", row, "label"), "Acme");
    run_end(&run);
    firm_open(&f);
    PUT(&f, "review", "kind=promise-audit", "held_on=2026-01-31", "state=held");
    PUT(&f, "review", "kind=customer-set", "held_on=2026-06-20", "state=held");
    firm_close(&f);
    ASK(&run, &f, &kept_op_due, "all", "yes");
    row = rhythm_row(&run, "promise_audit", "firm");
    assert_int_equal(table_cell(&run, "due", row, "day").v.i, day(2027, 1, 31));
    row = rhythm_row(&run, "customer_set_review", "firm");
    assert_int_equal(table_cell(&run, "due", row, "day").v.i, day(2026, 12, 20));
    run_end(&run);
    firm_remove(&f);
}

void test_due__a_kept_version_of_a_document_is_done(void **state)
{
    (void)state;
    small_firm f;
    op_run run;
    kept_err err = KEPT_ERR_INIT;
    make(&f);
    {
        KEPT_AUTO_WRITING *writing = NULL;
        kept_scope scope = KEPT_SCOPE_ALL("tester");
        int64_t version;
        bool is_new;
        CHECK_OK(kept_writing_begin(f.store, &scope, "test", &writing, &err));
        CHECK_OK(kept_document_keep(writing, "playbook", (kept_ref){NULL, 0}, "# Playbook\n", NULL,
                                    &version, &is_new, &err));
        CHECK_OK(kept_writing_commit(writing, &err));
    }
    firm_close(&f);
    /* Kept on 2026-05-04. */
    firm_sql(&f, "UPDATE document_version SET made_at = 1777852800000000");
    ASK(&run, &f, &kept_op_due, "all", "yes");
    size_t row = rhythm_row(&run, "playbook", "firm");
    assert_int_equal(table_cell(&run, "due", row, "day").v.i, day(2026, 11, 4));
    assert_int_equal(table_cell(&run, "due", row, "last_done").v.i, day(2026, 5, 4));
    run_end(&run);
    firm_remove(&f);
}

/* --- Own ones, packs --- */

static const char own_rhythm[] =
    "rhythm: x_call\ntitle: Call\nstage: keep\npack: x_field\nsummary: We ring them up.\n"
    "per: customer\nevery: FREQ=WEEKLY\n"
    "done_by: {record: x_visit, date: made_on, of: customer}\n"
    "advice: kept x-visit add --customer {customer}\n";
static const char own_kind[] =
    "kind: x_visit\ntitle: Visit\nplural: Visits\nprefix: XV\nstage: keep\npack: x_field\n"
    "summary: Who was where.\nlabel: name\nof: customer\n"
    "states:\n  open: {title: Open, moves: [made]}\n  made: {title: Made, closed: yes}\n"
    "fields:\n"
    "  - {name: name, type: text, title: Name}\n"
    "  - {name: customer, type: ref, to: customer, title: Customer}\n"
    "  - {name: owner, type: text, title: Owner}\n"
    "  - {name: made_on, type: date, title: Made on}\n"
    "  - {name: planned_on, type: date, title: Planned on, due: [open]}\n";

void test_due__packs_that_are_off_are_silent(void **state)
{
    (void)state;
    small_firm f;
    op_run run;
    make(&f);
    firm_close(&f);
    firm_declare(&f, "packs.yaml", "- {name: x_field, title: Field, summary: Visits., on: yes}\n");
    firm_declare(&f, "records/visit.yaml", own_kind);
    firm_declare(&f, "rhythms/call.yaml", own_rhythm);
    firm_open(&f);
    PUT(&f, "x_visit", "name=One", "customer=Small", "planned_on=2026-07-02", "owner=Joe");
    firm_close(&f);
    ASK(&run, &f, &kept_op_due, NULL);
    size_t row = table_find(&run, "due", "about", "XV-1");
    assert_string_equal(table_text(&run, "due", row, "owner"), "Joe");
    assert_string_equal(table_text(&run, "due", row, "advice"), "kept x-visit show XV-1");
    row = rhythm_row(&run, "x_call", "C-1");
    assert_string_equal(table_text(&run, "due", row, "advice"), "kept x-visit add --customer C-1");
    run_end(&run);
    ASK(&run, &f, &kept_op_pack_off, "name", "x_field");
    assert_true(has_note(&run, "The pack x_field is off."));
    run_end(&run);
    ASK(&run, &f, &kept_op_due, NULL);
    assert_false(table_has(&run, "due", "about", "XV-1"));
    assert_true(rhythm_row(&run, "x_call", "C-1") == SIZE_MAX);
    run_end(&run);
    ASK(&run, &f, &kept_op_rhythms, NULL);
    assert_false(table_has(&run, "rhythms", "rhythm", "x_call"));
    assert_true(has_note(&run, "kept pack on x_field"));
    run_end(&run);
    ASK(&run, &f, &kept_op_pack_off, "name", "x_field");
    assert_true(has_note(&run, "is off already"));
    run_end(&run);
    ASK(&run, &f, &kept_op_pack_on, "name", "x_field");
    run_end(&run);
    ASK(&run, &f, &kept_op_pack_list, NULL);
    row = table_find(&run, "packs", "pack", "x_field");
    assert_int_equal(table_cell(&run, "packs", row, "on").v.i, 1);
    assert_int_equal(table_cell(&run, "packs", row, "kinds").v.i, 1);
    run_end(&run);
    firm_remove(&f);
}

void test_due__switching_packs_asks_for_a_pack_and_is_logged(void **state)
{
    (void)state;
    small_firm f;
    op_run run;
    make(&f);
    firm_close(&f);
    const char *const core[] = {"name", "core", NULL}, *const other[] = {"name", "cor", NULL};
    assert_int_equal(run_op(&run, &kept_op_pack_off, f.folder, core), KEPT_EARG);
    run_end(&run);
    assert_int_equal(run_op(&run, &kept_op_pack_on, f.folder, other), KEPT_ENOTFOUND);
    CHECK_CONTAINS(run.err.msg, "core");
    run_end(&run);
    assert_int_equal(kept_op_pack_on.role, KEPT_ROLE_MANAGER);
    assert_true(kept_op_pack_list.role <= KEPT_ROLE_CONTRIBUTOR);
    firm_remove(&f);
}

/* --- Who may see --- */

void test_due__what_is_out_of_sight_is_not_there(void **state)
{
    (void)state;
    small_firm f;
    op_run run;
    make(&f);
    PUT(&f, "action", "text=Theirs", "due_on=2026-06-28", "customer=Large");
    PUT(&f, "action", "text=Everybody's", "due_on=2026-06-28");
    firm_close(&f);
    f.scope.sight = KEPT_SEES_SOME;
    ASK(&run, &f, &kept_op_due, "all", "yes");
    assert_int_equal(table_rows(&run, "due"), 1);
    assert_string_equal(table_text(&run, "due", 0, "about"), "A-2");
    run_end(&run);
    f.scope.sight = KEPT_SEES_NOTHING;
    ASK(&run, &f, &kept_op_due, "all", "yes");
    assert_int_equal(table_rows(&run, "due"), 0);
    run_end(&run);
    firm_remove(&f);
}

/* --- Calendar --- */

void test_due__as_a_calendar(void **state)
{
    (void)state;
    small_firm f;
    op_run run;
    make(&f);
    PUT(&f, "action", "text=Ring; then, write", "due_on=2026-07-03", "customer=Large");
    PUT(&f, "review", "customer=Large", "held_on=2026-04-21", "state=held");
    firm_close(&f);
    ASK(&run, &f, &kept_op_due, "ics", "yes");
    const char *text = run.result.document;
    assert_non_null(text);
    assert_int_equal(strncmp(text, "BEGIN:VCALENDAR\r\n", 17), 0);
    CHECK_CONTAINS(text, "UID:A-1-due_on@kept\r\n");
    CHECK_CONTAINS(text, "DTSTART;VALUE=DATE:20260703\r\n");
    CHECK_CONTAINS(text, "SUMMARY:Action: Large: Ring\\; then\\, write\\, A-1\r\n");
    CHECK_CONTAINS(text, "UID:C-1-quarterly_review@kept\r\n");
    CHECK_CONTAINS(text, "DTSTART;VALUE=DATE:20260721\r\nRRULE:FREQ=MONTHLY;INTERVAL=3\r\n");
    CHECK_CONTAINS(text, "DTSTAMP:20260630T000000Z");
    char *first = strdup(text);
    run_end(&run);
    /* The same day gives the same bytes; so does asking by the file's ending. */
    ASK(&run, &f, &kept_op_due, "ics", "yes");
    assert_string_equal(run.result.document, first);
    run_end(&run);
    free(first);
    assert_true(kept_op_due.flags & KEPT_CALENDAR);
    ASK(&run, &f, &kept_op_due, NULL);
    assert_null(run.result.document);
    run_end(&run);
    firm_remove(&f);
}
