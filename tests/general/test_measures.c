/* kept measures, kept measures run, kept measure show. */
#include "../realise/run_op.h"

#include <unistd.h>

#include "general/ops.h"
#include "op/ctx.h"
#include "store/facts/files.h"
#include "store/facts/import.h"

typedef struct firm {
    char root[64], folder[100];
} firm;

/* Two customers; the last order on 2024-12-31. Sales in 2024: a 10 + 2.5 in two quarters, b 4. */
static void make_firm(firm *f)
{
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    KEPT_AUTO_STORE *store = NULL;
    kept_scope scope = KEPT_SCOPE_ALL("tester");
    kept_store_opts opts = {.name = "Acme", .currency = "EUR"};
    kept_open_opts open = {.to_write = true, .threads = 1};
    kept_import_opts how = {.money_needed = true};
    kept_import import;
    kept_import_view view;
    char path[120];
    snprintf(f->root, sizeof f->root, "/tmp/kept-measures-XXXXXX");
    assert_non_null(mkdtemp(f->root));
    snprintf(f->folder, sizeof f->folder, "%s/firm", f->root);
    snprintf(path, sizeof path, "%s/orders.csv", f->root);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("customer,order_id,happened_at,amount\na,1,2024-02-01,10\na,2,2024-12-31,2.5\n"
          "b,3,2024-03-01,4\n",
          file);
    fclose(file);
    const char *paths[] = {path};
    open.allow = paths;
    open.n_allow = 1;
    CHECK_OK(kept_store_create(f->folder, &opts, &err));
    CHECK_OK(kept_store_open(f->folder, &open, &store, &err));
    CHECK_OK(
        kept_import_files(store, &scope, "orders", paths, 1, &how, &arena, &import, &view, &err));
}

static const kept_cell *find_row(const op_run *run, const char *table, const char *key)
{
    const kept_table *t = kept_result_find_table(&run->result, table);
    for (size_t i = 0; t && i < t->n_rows; i++)
        if (strcmp(t->cells[i * t->def->n_fields].v.text, key) == 0)
            return &t->cells[i * t->def->n_fields];
    fail_msg("no row %s in %s", key, table);
    return NULL;
}

static bool has_note(const op_run *run, const char *part)
{
    for (size_t i = 0; i < run->result.n_notes; i++)
        if (strstr(run->result.notes[i].text, part))
            return true;
    return false;
}

static void run(op_run *r, const kept_op *op, const firm *f, const char *const *words)
{
    if (run_op(r, op, f->folder, words) != KEPT_OK)
        fail_msg("%s: %s", op->name, r->err.msg);
}

void test_measures__from_never_run_to_shown(void **state)
{
    (void)state;
    firm f;
    op_run r;
    make_firm(&f);
    run(&r, &kept_op_measures, &f, NULL);
    assert_string_equal(find_row(&r, "measures", "sales.last_year")[5].v.text, "never run");
    assert_string_equal(find_row(&r, "measures", "tickets.last_year")[5].v.text, "no facts");
    assert_true(has_note(&r, "kept measures run"));
    assert_true(has_note(&r, "kept clv predict"));
    run_end(&r);

    run(&r, &kept_op_measures_run, &f, NULL);
    const kept_cell *ran = find_row(&r, "runs", "sales.last_year");
    assert_int_equal(ran[3].v.i, 2);
    assert_int_equal(ran[4].v.i, 2);
    assert_true(has_note(&r, "tickets.last_year"));
    run_end(&r);

    run(&r, &kept_op_measures, &f, NULL);
    assert_string_equal(find_row(&r, "measures", "sales.last_year")[5].v.text, "up to date");
    run_end(&r);

    const char *sales[] = {"measure", "sales.last_year", NULL};
    run(&r, &kept_op_measure_show, &f, sales);
    const kept_table *money = kept_result_find_table(&r.result, "money");
    assert_int_equal(money->n_rows, 2);
    assert_string_equal(money->cells[1].v.text, "a"); /* the largest first */
    assert_int_equal(money->cells[4].v.i, 125000);
    assert_string_equal(r.result.currency, "EUR");
    run_end(&r);
    kept_folder_remove(f.root);
}

void test_measures__one_customer_by_period(void **state)
{
    (void)state;
    firm f;
    op_run r;
    make_firm(&f);
    run(&r, &kept_op_measures_run, &f, NULL);
    run_end(&r);
    const char *of[] = {"measure", "sales.per_quarter", "of", "a", NULL};
    run(&r, &kept_op_measure_show, &f, of);
    const kept_table *money = kept_result_find_table(&r.result, "money");
    assert_int_equal(money->n_rows, 4); /* the quarters of 2024 */
    assert_int_equal(money->cells[4].v.i, 100000);
    assert_int_equal(money->cells[money->def->n_fields + 4].v.i, 0);
    assert_int_equal(r.result.n_charts, 1);
    run_end(&r);
    kept_folder_remove(f.root);
}

/* A viewer sees what a sensitive measure is, and none of its values. */
void test_measures__sensitive_values_are_for_managers(void **state)
{
    (void)state;
    firm f;
    op_run r;
    make_firm(&f);
    run(&r, &kept_op_measures_run, &f, NULL);
    run_end(&r);
    const char *words[] = {"measure", "margin.last_year", NULL};
    run(&r, &kept_op_measure_show, &f, words);
    assert_non_null(kept_result_find_table(&r.result, "money"));
    /* The same once more, by somebody else. */
    kept_args args;
    kept_result again;
    kept_given given[8] = {{&words[1], 1}};
    kept_result_init(&again, &r.arena);
    r.ctx.role = KEPT_ROLE_VIEWER;
    assert_true(kept_op_measure_show.n_params <= 8);
    assert_int_equal(kept_args_check(&kept_op_measure_show, given, &r.arena, &args, &r.err),
                     KEPT_OK);
    assert_int_equal(kept_op_run(&kept_op_measure_show, &r.ctx, &args, &again, &r.err), KEPT_OK);
    assert_null(kept_result_find_table(&again, "money"));
    assert_true(again.n_notes > 0);
    run_end(&r);
    kept_folder_remove(f.root);
}

void test_measures__refusals(void **state)
{
    (void)state;
    firm f;
    op_run r;
    make_firm(&f);
    const char *unknown[] = {"name", "sales.lst_year", NULL};
    assert_int_equal(run_op(&r, &kept_op_measures_run, f.folder, unknown), KEPT_ENOTFOUND);
    CHECK_CONTAINS(r.err.msg, "did you mean \"sales.last_year\"?");
    run_end(&r);
    const char *model[] = {"name", "clv.remaining_margin", NULL};
    assert_int_equal(run_op(&r, &kept_op_measures_run, f.folder, model), KEPT_EARG);
    CHECK_CONTAINS(r.err.msg, "kept clv predict");
    run_end(&r);
    kept_folder_remove(f.root);
}

/* Measures that judge promises are listed and shown, and have nothing to run. */
void test_measures__that_judge_promises(void **state)
{
    (void)state;
    firm f;
    op_run r;
    make_firm(&f);
    run(&r, &kept_op_measures, &f, NULL);
    assert_string_equal(find_row(&r, "measures", "repeat")[5].v.text, "judges promises");
    assert_string_equal(find_row(&r, "measures", "on_time")[5].v.text, "judges promises, no facts");
    run_end(&r);
    run(&r, &kept_op_measures_run, &f, NULL);
    const kept_table *t = kept_result_find_table(&r.result, "runs");
    for (size_t i = 0; i < t->n_rows; i++)
        assert_string_not_equal(t->cells[i * t->def->n_fields].v.text, "repeat");
    assert_false(has_note(&r, "on_time,"));
    run_end(&r);
    const char *named[] = {"name", "repeat", NULL};
    const char *shown[] = {"measure", "repeat", NULL};
    assert_int_equal(run_op(&r, &kept_op_measures_run, f.folder, named), KEPT_EARG);
    CHECK_CONTAINS(r.err.msg, "The measure repeat judges promises and has no value of its own");
    run_end(&r);
    run(&r, &kept_op_measure_show, &f, shown);
    assert_true(has_note(&r, "It judges promises"));
    assert_false(has_note(&r, "Compute it"));
    run_end(&r);
    kept_folder_remove(f.root);
}
