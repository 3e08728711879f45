/* kept trace: both ways through a record, and what hangs in the air. */
#include "support.h"

#include "general/ops.h"
#include "op_table.h"

static const char *id_of(small_firm *f, const char *kind, int64_t id)
{
    return kept_arena_printf(&f->arena, "%s-%lld",
                             kept_catalogue_record(kept_store_catalogue(f->store), kind)->prefix,
                             (long long)id);
}

void test_trace__follows_the_thread_both_ways(void **state)
{
    (void)state;
    small_firm f;
    op_run run;
    firm_make(&f);
    int64_t jane = PUT(&f, "employee", "name=Jane Wood");
    int64_t loading = PUT(&f, "process", "name=Loading");
    int64_t need = PUT(&f, "need", "text=No waiting");
    const char *needs = kept_arena_printf(&f.arena, "needs=%s", id_of(&f, "need", need));
    int64_t proposition = PUT(&f, "proposition", "text=Never wait", needs);
    const char *of =
        kept_arena_printf(&f.arena, "proposition=%s", id_of(&f, "proposition", proposition));
    PUT(&f, "promise", "text=By noon", of, "owner=Jane Wood", "process=Loading", "state=active");
    const char *need_id = id_of(&f, "need", need), *jane_id = id_of(&f, "employee", jane);
    const char *loading_id = id_of(&f, "process", loading);
    const char *proposition_id = id_of(&f, "proposition", proposition);
    firm_close(&f);
    ASK(&run, &f, &kept_op_trace, "id", "P-1");
    assert_string_equal(run.result.title, "P-1: By noon");
    size_t row = table_find(&run, "before", "id", proposition_id);
    assert_int_equal(table_cell(&run, "before", row, "depth").v.i, 1);
    row = table_find(&run, "before", "id", need_id);
    assert_int_equal(table_cell(&run, "before", row, "depth").v.i, 2);
    CHECK_CONTAINS(table_text(&run, "before", row, "what"), "No waiting");
    assert_true(table_has(&run, "after", "id", loading_id));
    assert_true(table_has(&run, "after", "id", jane_id));
    run_end(&run);
    ASK(&run, &f, &kept_op_trace, "id", need_id);
    assert_int_equal(table_rows(&run, "before"), 0);
    assert_true(table_has(&run, "after", "id", proposition_id));
    row = table_find(&run, "after", "id", "P-1");
    assert_int_equal(table_cell(&run, "after", row, "depth").v.i, 2);
    run_end(&run);
    firm_remove(&f);
}

void test_trace__a_broken_thread_says_so(void **state)
{
    (void)state;
    small_firm f;
    op_run run;
    firm_make(&f);
    PUT(&f, "need", "text=Alone");
    PUT(&f, "need", "text=Put away");
    PUT(&f, "promise", "text=Loose", "state=active");
    PUT(&f, "promise", "text=Taken back", "state=void");
    firm_close(&f);
    firm_sql(&f, "UPDATE need SET archived_at = 1 WHERE id = 2");
    ASK(&run, &f, &kept_op_trace, "id", "P-1");
    bool missing = false;
    for (size_t i = 0; i < table_rows(&run, "after"); i++)
        missing = missing || table_cell(&run, "after", i, "missing").v.i;
    assert_true(missing);
    run_end(&run);
    ASK(&run, &f, &kept_op_trace, NULL);
    size_t row = table_find(&run, "orphans", "why", "No proposition answers this need.");
    assert_int_equal(table_cell(&run, "orphans", row, "records").v.i, 1); /* not the archived one */
    assert_string_equal(table_text(&run, "orphans", row, "first"), "N-1");
    row = table_find(&run, "orphans", "kind", "Promises");
    assert_string_equal(table_text(&run, "orphans", row, "first"), "P-1"); /* not the void one */
    run_end(&run);
    firm_remove(&f);
}

void test_trace__a_firm_with_nothing(void **state)
{
    (void)state;
    small_firm f;
    op_run run;
    firm_make(&f);
    firm_close(&f);
    ASK(&run, &f, &kept_op_trace, NULL);
    assert_int_equal(table_rows(&run, "orphans"), 0);
    run_end(&run);
    const char *const unknown[] = {"id", "P-1", NULL};
    assert_int_equal(run_op(&run, &kept_op_trace, f.folder, unknown), KEPT_ENOTFOUND);
    run_end(&run);
    firm_remove(&f);
}

/* A workspace's own joints, by a field and by SQL; what is wrong in them names their file. */
void test_trace__own_joints(void **state)
{
    (void)state;
    small_firm f;
    op_run run;
    firm_make(&f);
    PUT(&f, "agreement", "title=Frame");
    PUT(&f, "promise", "text=By noon", "agreement=AG-1", "state=active");
    firm_close(&f);
    firm_declare(
        &f, "trace.yaml",
        "joints:\n"
        "  - {from: promise, to: agreement, by: promise.agreement}\n"
        "  - {from: agreement, to: sky, sql: \"SELECT 'blue' AS label WHERE :from = 1\"}\n");
    ASK(&run, &f, &kept_op_trace, "id", "P-1");
    assert_true(table_has(&run, "after", "id", "AG-1"));
    size_t row = table_find(&run, "after", "kind", "sky");
    CHECK_CONTAINS(table_text(&run, "after", row, "what"), "blue");
    run_end(&run);
    firm_declare(&f, "trace.yaml",
                 "joints:\n  - {from: promise, to: sky, sql: SELECT colour FROM heaven}\n");
    const char *const one[] = {"id", "P-1", NULL};
    assert_int_equal(run_op(&run, &kept_op_trace, f.folder, one), KEPT_EINPUT);
    CHECK_CONTAINS(run.err.msg, "catalogue/trace.yaml");
    run_end(&run);
    firm_remove(&f);
}
