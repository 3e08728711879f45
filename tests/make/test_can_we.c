/* Whether a promise can be kept: the rule, and that nothing unknown is taken for fine. The firm
 * stands still at 2026-06-30. */
#include "support.h"

#include "general/op_table.h"
#include "general/record_ops.h"
#include "make/can_we.h"
#include "make/ops.h"

/* --- The rule --- */

typedef struct stand {
    kept_point points[KEPT_N_POINTS];
} stand;

static stand all(kept_need need)
{
    stand s;
    for (size_t i = 0; i < KEPT_N_POINTS; i++)
        s.points[i] = (kept_point){.looked = true, .need = need};
    return s;
}

void test_can_we__one_missing_point_decides(void **state)
{
    (void)state;
    stand s = all(KEPT_NEED_FINE);
    assert_int_equal(kept_can_answer(s.points), KEPT_CAN_KEEP);
    s.points[KEPT_POINT_LOAD].need = KEPT_NEED_SHORT;
    assert_int_equal(kept_can_answer(s.points), KEPT_CAN_RISK);
    s.points[KEPT_POINT_COUNTS].need = KEPT_NEED_MISSING;
    assert_int_equal(kept_can_answer(s.points), KEPT_CANNOT);
    s.points[KEPT_POINT_COUNTS].looked = false;
    assert_int_equal(kept_can_answer(s.points), KEPT_CAN_RISK);
}

void test_can_we__what_is_not_known_is_never_fine(void **state)
{
    (void)state;
    stand s = all(KEPT_NEED_UNKNOWN);
    assert_int_equal(kept_can_answer(s.points), KEPT_CAN_NOT_SAY);
    s = all(KEPT_NEED_FINE);
    s.points[KEPT_POINT_RESOURCES].need = KEPT_NEED_UNKNOWN;
    assert_int_equal(kept_can_answer(s.points), KEPT_CAN_NOT_SAY);
    s = all(KEPT_NEED_FINE);
    s.points[KEPT_POINT_PAST].need = KEPT_NEED_UNKNOWN;
    assert_int_equal(kept_can_answer(s.points), KEPT_CAN_KEEP); /* its own cases tell */
    s.points[KEPT_POINT_COUNTS].looked = false;
    assert_int_equal(kept_can_answer(s.points), KEPT_CAN_NOT_SAY);
}

void test_can_we__shares_and_their_limits(void **state)
{
    (void)state;
    assert_int_equal(kept_need_of_share(4, 4), KEPT_NEED_UNKNOWN);
    assert_int_equal(kept_need_of_share(9, 10), KEPT_NEED_FINE);
    assert_int_equal(kept_need_of_share(17, 19), KEPT_NEED_SHORT);
    assert_int_equal(kept_need_of_share(5, 10), KEPT_NEED_SHORT);
    assert_int_equal(kept_need_of_share(2, 5), KEPT_NEED_MISSING);
}

/* --- The command --- */

static void ask(op_run *r, small_firm *f, const char *promise)
{
    kept_err err = KEPT_ERR_INIT;
    kept_catalogue catalogue;
    kept_op_table records, made;
    CHECK_OK(kept_catalogue_load(NULL, &f->arena, &catalogue, &err));
    CHECK_OK(kept_record_ops(&catalogue, &f->arena, &records, &err));
    CHECK_OK(kept_make_ops(&catalogue, &records, &f->arena, &made, &err));
    const kept_op *op = kept_op_find(&made, "promise can-we");
    assert_non_null(op);
    firm_ask(r, f, op, (const char *const[]){"id", promise, NULL});
}

static const char *point(const op_run *r, const char *title, size_t column)
{
    const kept_table *t = kept_result_find_table(&r->result, "points");
    assert_non_null(t);
    for (size_t i = 0; i < t->n_rows; i++)
        if (strcmp(t->cells[i * t->def->n_fields].v.text, title) == 0)
            return t->cells[i * t->def->n_fields + column].v.text;
    return NULL;
}
#define STANDS(run, title, want) assert_string_equal(point((run), (title), 1), (want))

/* A verdict of a window, as kept judge writes it. */
static void verdict(small_firm *f, int promise, int month, const char *what)
{
    char sql[700];
    snprintf(sql, sizeof sql,
             "INSERT OR IGNORE INTO judge_run (id, as_of, ran_at, imports, changes, who)"
             " VALUES (1, '2026-06-30', 0, 0, 0, 'tester');"
             "INSERT INTO verdict (promise, window_start, window_end, verdict, judged, good, bad,"
             " excused, unknown, open, fixed, at_most, exempted, partly_from, min_coverage, terms,"
             " as_of, run) VALUES (%d, '2026-%02d-01', '2026-%02d-28', '%s', 'done', 0, 0, 0, 0, 0,"
             " 0, 0, 0, 0, 0, 1, '2026-06-30', 1)",
             promise, month, month, what);
    firm_sql(f, sql);
}

void test_can_we__an_empty_promise_says_what_nobody_knows(void **state)
{
    (void)state;
    small_firm f;
    op_run r;
    firm_make(&f);
    PUT(&f, "promise", "text=A review every month", "judged=done", "rhythm=monthly");
    ask(&r, &f, "P-1");
    assert_string_equal(op_cell(&r, "can_we", "can").v.text, "at risk"); /* nobody answers */
    assert_string_equal(op_cell(&r, "can_we", "because").v.text, "Who answers");
    STANDS(&r, "What it needs", "not known");
    STANDS(&r, "Resources", "not known");
    STANDS(&r, "Load", "not known");
    STANDS(&r, "Promises like it", "not known");
    assert_null(point(&r, "Suppliers", 1)); /* of no matter to an act */
    assert_true(has_note(&r, "kept promise edit P-1 --funded"));
    assert_true(has_note(&r, "Cannot keep:"));
    run_end(&r);
    firm_remove(&f);
}

void test_can_we__resources_owner_and_promises_alike(void **state)
{
    (void)state;
    small_firm f;
    op_run r;
    firm_make(&f);
    PUT(&f, "employee", "name=Jo");
    PUT(&f, "promise", "text=One", "judged=done", "level=functional", "owner=Jo", "state=active",
        "enablers=An hour a month", "resources=Two days of Jo", "funded=there");
    PUT(&f, "promise", "text=Two", "judged=done", "level=functional", "owner=Jo", "state=active");
    for (int month = 1; month <= 4; month++)
        verdict(&f, 2, month, "kept");
    verdict(&f, 2, 5, "not_measured"); /* never counts as kept, nor as a window */
    ask(&r, &f, "P-1");
    STANDS(&r, "Promises like it", "not known");
    assert_string_equal(op_cell(&r, "can_we", "can").v.text, "not known");
    run_end(&r);
    verdict(&f, 2, 6, "kept");
    ask(&r, &f, "P-1");
    STANDS(&r, "Promises like it", "fine");
    CHECK_CONTAINS(point(&r, "Promises like it", 2), "kept in 5 of 5 windows");
    CHECK_CONTAINS(point(&r, "Load", 2), "Jo answers for 1 other running promise and");
    assert_string_equal(op_cell(&r, "can_we", "can").v.text, "can keep");
    run_end(&r);
    PUT(&f, "promise", "text=Three", "judged=done", "level=functional", "owner=Jo",
        "funded=missing");
    ask(&r, &f, "P-3");
    assert_string_equal(op_cell(&r, "can_we", "can").v.text, "cannot keep");
    assert_string_equal(op_cell(&r, "can_we", "because").v.text, "Resources");
    run_end(&r);
    firm_remove(&f);
}

void test_can_we__broken_promises_alike_say_no(void **state)
{
    (void)state;
    small_firm f;
    op_run r;
    firm_make(&f);
    PUT(&f, "employee", "name=Jo");
    PUT(&f, "process", "name=Reviews");
    PUT(&f, "promise", "text=One", "judged=done", "owner=Jo", "process=Reviews", "funded=there");
    PUT(&f, "promise", "text=Two", "judged=done", "owner=Jo", "process=Reviews", "state=active");
    verdict(&f, 2, 1, "kept");
    verdict(&f, 2, 2, "kept");
    verdict(&f, 2, 3, "partly");
    verdict(&f, 2, 4, "broken");
    verdict(&f, 2, 5, "broken");
    verdict(&f, 2, 6, "excused");
    ask(&r, &f, "P-1");
    STANDS(&r, "Promises like it", "missing");
    CHECK_CONTAINS(point(&r, "Promises like it", 2), "same process: kept in 2 of 5 windows");
    assert_string_equal(op_cell(&r, "can_we", "can").v.text, "cannot keep");
    run_end(&r);
    firm_remove(&f);
}
