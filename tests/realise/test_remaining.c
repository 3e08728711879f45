/* The measure clv.remaining_margin: stored by kept clv predict when what it predicts is the present
 * of a workspace. */
#include "run_op.h"

#include <unistd.h>

#include "general/ops.h"
#include "know/ops.h"
#include "realise/ops.h"
#include "store/measures/measures.h"
#include "store/store.h"

static void remove_folder(const char *folder)
{
    char command[400];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    assert_int_equal(system(command), 0);
}

/* A workspace with orders that can be fitted. */
static void make_firm(const char *root, char *folder, size_t size)
{
    char orders[300];
    op_run run;
    snprintf(folder, size, "%s/firm", root);
    snprintf(orders, sizeof orders, "%s/orders.csv", root);
    const char *make[] = {"folder", folder, "currency", "EUR", NULL};
    assert_int_equal(run_op(&run, &kept_op_init, NULL, make), KEPT_OK);
    run_end(&run);
    const char *simulate[] = {"file", orders, "customers", "400", "until", "2025-12-31", NULL};
    if (run_op(&run, &kept_op_simulate_orders, NULL, simulate) != KEPT_OK)
        fail_msg("%s", run.err.msg);
    run_end(&run);
    const char *load[] = {"kind", "orders", "file", orders, NULL};
    if (run_op(&run, &kept_op_import, folder, load) != KEPT_OK)
        fail_msg("%s", run.err.msg);
    run_end(&run);
}

static size_t stored(const char *folder, double *ret_total)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    KEPT_AUTO_STORE *store = NULL;
    kept_err err = KEPT_ERR_INIT;
    kept_scope scope = KEPT_SCOPE_ALL("tester");
    kept_measures all;
    const kept_measure *m = NULL;
    kept_measure_ask ask = {.subject = -1};
    kept_measure_value *values = NULL;
    size_t n = 0;
    CHECK_OK(kept_store_open(folder, NULL, &store, &err));
    CHECK_OK(kept_store_measures(store, &arena, &all, &err));
    CHECK_OK(kept_measures_find(&all, "clv.remaining_margin", &m, &err));
    CHECK_OK(kept_measure_values(store, &scope, m, &ask, &arena, &values, &n, &err));
    *ret_total = 0;
    for (size_t i = 0; i < n; i++)
        *ret_total += values[i].value;
    return n;
}

static void predict(const char *folder, const char *const *words, double *ret_total)
{
    op_run run;
    if (run_op(&run, &kept_op_clv_predict, folder, words) != KEPT_OK)
        fail_msg("%s", run.err.msg);
    const kept_table *table = kept_result_find_table(&run.result, "customers");
    assert_non_null(table);
    int margin = kept_field_index(table->def->fields, table->def->n_fields, "margin");
    assert_true(margin >= 0);
    *ret_total = 0;
    for (size_t i = 0; i < table->n_rows; i++) {
        kept_cell cell = table->cells[i * table->def->n_fields + (size_t)margin];
        if (cell.known)
            *ret_total += (double)cell.v.i / 10000;
    }
    run_end(&run);
}

void test_remaining__is_what_was_predicted(void **state)
{
    (void)state;
    char root[] = "/tmp/kept-remaining-XXXXXX", folder[300];
    double shown, total;
    assert_non_null(mkdtemp(root));
    make_firm(root, folder, sizeof folder);
    /* Without a margin there is nothing to store. */
    const char *without[] = {"all", "true", NULL};
    predict(folder, without, &shown);
    assert_int_equal(stored(folder, &total), 0);
    /* Nor for another time than the present. */
    const char *until[] = {"all", "true", "margin", "0.3", "until", "2025-06-30", NULL};
    predict(folder, until, &shown);
    assert_int_equal(stored(folder, &total), 0);
    const char *with[] = {"all", "true", "margin", "0.3", NULL};
    predict(folder, with, &shown);
    assert_true(shown > 0);
    size_t n = stored(folder, &total);
    assert_true(n > 300);
    CHECK_ABS(total, shown, 0.01 * (double)n);
    /* Again: replaced, not doubled. */
    predict(folder, with, &shown);
    assert_int_equal(stored(folder, &total), n);
    CHECK_ABS(total, shown, 0.01 * (double)n);
    remove_folder(root);
}
