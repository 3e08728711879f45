#include "support.h"

#include "base/array.h"
#include "op/ctx.h"
#include "op/result.h"
#include "store/scope.h"

static const kept_field fields[] = {
    {.name = "name", .type = KEPT_TEXT},
    {.name = "count", .type = KEPT_COUNT},
    {.name = "share", .type = KEPT_SHARE},
};
static const kept_group_def group_def = {"figures", NULL, fields, KEPT_N(fields)};
static const kept_table_def table_def = {"rows", NULL, fields, KEPT_N(fields), NULL};

static void fill(kept_result *r, size_t rows)
{
    kept_group *g = kept_result_group(r, &group_def);
    kept_group_text(r, g, "name", "figures");
    kept_group_int(r, g, "count", 3);
    kept_group_real(r, g, "share", (double)NAN);
    kept_table *t = kept_result_table(r, &table_def);
    for (size_t i = 0; i < rows; i++) {
        kept_cell *row = kept_table_row(r, t);
        row[0] = kept_cell_text(r, "row");
        row[1] = kept_cell_int((int64_t)i);
    }
    kept_result_note(r, KEPT_NOTE, "%zu rows", rows);
    kept_result_chart(r, &(kept_chart){.table = "rows", .x = "name", .y = {"count"}});
}

void test_result__holds_what_was_put_in(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_result r;
    kept_result_init(&r, &arena);
    fill(&r, 1000);
    assert_false(r.failed);
    const kept_table *t = kept_result_find_table(&r, "rows");
    assert_non_null(t);
    assert_int_equal(t->n_rows, 1000);
    assert_int_equal(t->cells[999 * 3 + 1].v.i, 999);
    assert_string_equal(t->cells[500 * 3].v.text, "row");
    assert_false(t->cells[2].known); /* never set: empty, not zero */
    const kept_group *g = kept_result_find_group(&r, "figures");
    assert_false(g->cells[2].known); /* NaN is not a figure */
    assert_string_equal(r.notes[0].text, "1000 rows");
    assert_int_equal(r.n_charts, 1);
    assert_null(kept_result_find_table(&r, "figures"));
    assert_int_equal(kept_field_index(fields, KEPT_N(fields), "share"), 2);
    assert_int_equal(kept_field_index(fields, KEPT_N(fields), "nothing"), -1);
}

void test_result__pointers_stay_valid(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_result r;
    kept_result_init(&r, &arena);
    static const kept_table_def defs[] = {
        {"a", NULL, fields, 3, NULL}, {"b", NULL, fields, 3, NULL}, {"c", NULL, fields, 3, NULL}};
    kept_table *first = kept_result_table(&r, &defs[0]);
    kept_result_table(&r, &defs[1]);
    kept_result_table(&r, &defs[2]);
    kept_table_row(&r, first);
    assert_int_equal(kept_result_find_table(&r, "a")->n_rows, 1);
}

/* Whichever allocation fails: no crash, and the result says so. */
void test_result__failure_sticks(void **state)
{
    (void)state;
    size_t failures = 0;
    for (size_t nth = 1; nth <= 60; nth++) {
        KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
        kept_result r;
        kept_result_init(&r, &arena);
        kept_arena_fail_nth(nth);
        fill(&r, 40);
        kept_arena_fail_nth(0);
        failures += r.failed;
    }
    /* group 2, text 1, table 1, rows 3, texts 40, note 2, chart 1 */
    assert_int_equal(failures, 50);
}

void test_result__days_that_are_none_stay_empty(void **state)
{
    (void)state;
    assert_false(kept_cell_day(KEPT_NO_DAY).known);
    assert_true(kept_cell_day(0).known);
    assert_true(kept_cell_real((double)INFINITY).known);
}

/* --- Running --- */

static kept_status run_forgetful(kept_ctx *ctx, const kept_args *args, kept_result *result,
                                 kept_err *err)
{
    (void)args;
    (void)err;
    (void)ctx;
    kept_arena_fail_nth(1);
    kept_result_note(result, KEPT_NOTE, "lost");
    kept_arena_fail_nth(0);
    return KEPT_OK;
}

void test_op__lost_memory_is_an_error(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    const kept_op op = {.name = "forget", .role = KEPT_ROLE_VIEWER, .run = run_forgetful};
    kept_ctx ctx = {.arena = &arena, .scope = KEPT_SCOPE_ALL("anna"), .role = KEPT_ROLE_VIEWER};
    kept_args args = {NULL, 0};
    kept_result r;
    kept_err err = KEPT_ERR_INIT;
    kept_result_init(&r, &arena);
    assert_int_equal(kept_op_run(&op, &ctx, &args, &r, &err), KEPT_ENOMEM);
}

void test_op__role_is_checked(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    const kept_op op = {.name = "forget", .role = KEPT_ROLE_MANAGER, .run = run_forgetful};
    kept_ctx ctx = {.arena = &arena, .scope = KEPT_SCOPE_ALL("anna"), .role = KEPT_ROLE_VIEWER};
    kept_args args = {NULL, 0};
    kept_result r;
    kept_err err = KEPT_ERR_INIT;
    kept_result_init(&r, &arena);
    assert_int_equal(kept_op_run(&op, &ctx, &args, &r, &err), KEPT_EDENIED);
    CHECK_CONTAINS(err.msg, "needs the role manager");
    CHECK_CONTAINS(err.msg, "anna has the role viewer");
}

void test_op__cancel_is_seen(void **state)
{
    (void)state;
    volatile int cancel = 0;
    kept_err err = KEPT_ERR_INIT;
    kept_ctx ctx = {.cancel = &cancel};
    CHECK_OK(kept_ctx_check_cancel(&ctx, &err));
    cancel = 1;
    assert_int_equal(kept_ctx_check_cancel(&ctx, &err), KEPT_ECANCELLED);
}

static const kept_op clv_fit = {.name = "clv fit"}, clv_predict = {.name = "clv predict"},
                     import = {.name = "import"}, facts = {.name = "facts"};
static const kept_op *const ops[] = {&clv_fit, &clv_predict, &import, &facts};
static const kept_op_table table = {ops, KEPT_N(ops)};

void test_op__finds_and_suggests(void **state)
{
    (void)state;
    assert_ptr_equal(kept_op_find(&table, "clv fit"), &clv_fit);
    assert_null(kept_op_find(&table, "clv"));
    assert_string_equal(kept_op_nearest(&table, "clv ftt"), "clv fit");
    assert_string_equal(kept_op_nearest(&table, "clv predcit"), "clv predict");
    assert_string_equal(kept_op_nearest(&table, "improt"), "import");
    assert_string_equal(kept_op_nearest(&table, "predict"), "clv predict");
    assert_string_equal(kept_op_nearest(&table, "cvl"), "clv fit");
    assert_null(kept_op_nearest(&table, "zebra"));
    kept_stage stage;
    assert_true(kept_stage_find("realise", &stage));
    assert_int_equal(stage, KEPT_REALISE);
    assert_false(kept_stage_find("relish", &stage));
}
