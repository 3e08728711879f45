/* The operations on customer value: R004, R024, X017. */
#include "run_op.h"

#include <unistd.h>

#include "general/ops.h"
#include "know/firm.h"
#include "know/ops.h"
#include "realise/ops.h"

static char *temp_name(char *path)
{
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    return path;
}

/* A new file of simulated orders; path is a mkstemp template. */
static void simulate_orders(char *path, const char *customers)
{
    const char *words[] = {"file", temp_name(path), "customers", customers, NULL};
    op_run run;
    assert_int_equal(run_op(&run, &kept_op_simulate_orders, NULL, words), KEPT_OK);
    run_end(&run);
}

static void remove_folder(const char *path)
{
    char command[256];
    snprintf(command, sizeof command, "rm -rf '%s'", path);
    assert_int_equal(system(command), 0);
}

/* Published: Fader, Hardie & Lee (2005), Table 1 (r .243, alpha 4.414, a .793, b 2.426,
 * LL -9582.4), and to more digits with standard errors from peers' test suites; Fader & Hardie
 * (2013): p 6.25, q 3.74, gamma 15.44, 946 customers. */
void test_clv__cdnow_straight_from_the_file(void **state)
{
    (void)state;
    const char *data = data_folder("cdnow/cdnow_sample.csv");
    if (!data)
        return;
    char path[5000];
    snprintf(path, sizeof path, "%s/cdnow/cdnow_sample.csv", data);
    const char *words[] = {
        "orders", path,     "map",   "customer=sample_id,happened_at=date,amount=dollars",
        "model",  "bg-nbd", "until", "1997-09-30",
        "unit",   "week",   NULL};
    op_run run;
    kept_status status = run_op(&run, &kept_op_clv_fit, NULL, words);
    if (status != KEPT_OK)
        fail_msg("%s", run.err.msg);
    assert_int_equal(op_int(&run, "", "customers"), 2357);
    assert_int_equal(op_int(&run, "", "repeat_orders"), 2457);
    assert_int_equal(op_int(&run, "", "active_before"), 0);
    assert_int_equal(op_int(&run, "", "converged"), 1);
    CHECK_ABS(op_real(&run, "", "log_likelihood"), -9582.4292, 5e-5);
    CHECK_ABS(op_real(&run, "parameters", "r"), 0.2425945, 5e-7);
    CHECK_ABS(op_real(&run, "parameters", "alpha"), 4.4136019, 5e-6);
    CHECK_ABS(op_real(&run, "parameters", "a"), 0.7929199, 5e-6);
    CHECK_ABS(op_real(&run, "parameters", "b"), 2.4258881, 5e-5);
    CHECK_ABS(op_real(&run, "standard_errors", "r"), 0.01256, 5e-6);
    CHECK_ABS(op_real(&run, "standard_errors", "alpha"), 0.37822, 5e-5);
    CHECK_ABS(op_real(&run, "standard_errors", "a"), 0.18573, 5e-5);
    CHECK_ABS(op_real(&run, "standard_errors", "b"), 0.70541, 5e-5);
    CHECK_ABS(op_real(&run, "spend_parameters", "p"), 6.25, 5e-3);
    CHECK_ABS(op_real(&run, "spend_parameters", "q"), 3.74, 5e-3);
    CHECK_ABS(op_real(&run, "spend_parameters", "gamma"), 15.44, 5e-3);
    CHECK_ABS(op_real(&run, "spend", "log_likelihood"), -4055.9177, 5e-5);
    assert_int_equal(op_int(&run, "spend", "customers"), 946);
    run_end(&run);
}

/* Counted from the file itself: 541,909 rows, 135,080 without a customer, 4,372 customers, 8,905
 * cancellation lines among rows with a customer (9,288 in all); see docs/know/import.md. */
void test_clv__online_retail_from_file_to_value(void **state)
{
    (void)state;
    const char *data = data_folder("online_retail/online_retail_all.csv.gz");
    if (!data)
        return;
    char path[5000], folder[] = "/tmp/kept-retail-XXXXXX";
    snprintf(path, sizeof path, "%s/online_retail/online_retail_all.csv.gz", data);
    assert_non_null(mkdtemp(folder));
    const char *make[] = {"folder", folder, "currency", "GBP", NULL};
    op_run run;
    assert_int_equal(run_op(&run, &kept_op_init, NULL, make), KEPT_OK);
    run_end(&run);
    const char *load[] = {"kind", "orders", "file", path, "map", "amount=UnitPrice*Quantity", NULL};
    if (run_op(&run, &kept_op_import, folder, load) != KEPT_OK)
        fail_msg("%s", run.err.msg);
    assert_int_equal(op_int(&run, "", "read"), 541909);
    assert_int_equal(op_int(&run, "", "taken"), 406829);
    assert_int_equal(op_int(&run, "", "set_aside"), 135080);
    assert_int_equal(op_int(&run, "", "negative"), 8905);
    assert_int_equal(op_int(&run, "", "new_customers"), 4372);
    assert_int_equal(op_int(&run, "", "no_key"), 0); /* invoice and numbered line */
    run_end(&run);
    /* The same export again brings nothing new and doubles nothing. */
    const char *again[] = {"kind",  "orders", "file", path, "map", "amount=UnitPrice*Quantity",
                           "again", "true",   NULL};
    if (run_op(&run, &kept_op_import, folder, again) != KEPT_OK)
        fail_msg("%s", run.err.msg);
    assert_int_equal(op_int(&run, "", "unchanged"), 406829);
    assert_int_equal(op_int(&run, "", "taken"), 0);
    assert_int_equal(op_int(&run, "", "superseded"), 0);
    run_end(&run);
    if (run_op(&run, &kept_op_clv_fit, folder, NULL) != KEPT_OK)
        fail_msg("%s", run.err.msg);
    assert_int_equal(op_int(&run, "", "customers_all"), 4322);
    assert_in_range(op_int(&run, "", "active_before"), 500, 1000);
    assert_int_equal(op_int(&run, "", "converged"), 0); /* no drop-out in so short a file */
    run_end(&run);
    remove_folder(folder);
}

static void check_z(const op_run *run, const char *prefix, const char *name, double truth)
{
    char values[64], errors[64];
    snprintf(values, sizeof values, "%sparameters", prefix);
    snprintf(errors, sizeof errors, "%sstandard_errors", prefix);
    double estimate = op_real(run, values, name), se = op_real(run, errors, name);
    /* Relative errors: the estimates are maximum likelihood over the logs of the parameters. */
    double z = log(estimate / truth) / (se / estimate);
    if (!(fabs(z) < 4))
        fail_msg("%s%s = %g +- %g, true %g, z %.2f", prefix, name, estimate, se, truth, z);
}

/* Simulated, written, read, fitted: every true parameter within four standard errors. */
void test_clv__finds_the_truth_in_simulated_orders(void **state)
{
    (void)state;
    char path[] = "/tmp/kept-orders-XXXXXX";
    simulate_orders(path, "4000");
    op_run run;
    const char *fit[] = {"orders", path, NULL};
    if (run_op(&run, &kept_op_clv_fit, NULL, fit) != KEPT_OK)
        fail_msg("%s", run.err.msg);
    assert_int_equal(op_int(&run, "", "customers"), 4000);
    check_z(&run, "", "r", 0.243);
    check_z(&run, "", "alpha", 4.414);
    check_z(&run, "", "a", 0.793);
    check_z(&run, "", "b", 2.426);
    check_z(&run, "spend_", "p", 6.25);
    check_z(&run, "spend_", "q", 3.74);
    check_z(&run, "spend_", "gamma", 15.44);
    run_end(&run);
    unlink(path);
}

/* X014: the example firm, through the ordinary importer, held against what is true. */
void test_clv__finds_the_truth_of_the_demo_firm(void **state)
{
    (void)state;
    char folder[] = "/tmp/kept-demo-XXXXXX";
    assert_non_null(mkdtemp(folder));
    const char *make[] = {"folder", folder, NULL};
    op_run run;
    if (run_op(&run, &kept_op_demo, NULL, make) != KEPT_OK)
        fail_msg("%s", run.err.msg);
    assert_int_equal(op_int(&run, "", "customers"), 300);
    assert_int_equal(op_int(&run, "", "key_accounts"), 18);
    const kept_table *imports = kept_result_find_table(&run.result, "imports");
    assert_int_equal(imports->n_rows, 7);
    for (size_t i = 0; i < imports->n_rows; i++) {
        const kept_cell *row = &imports->cells[i * imports->def->n_fields];
        assert_int_equal(row[3].v.i, row[4].v.i + row[5].v.i + row[6].v.i + row[7].v.i);
        assert_int_equal(row[7].v.i, 0); /* nothing set aside */
        bool second = i == 2 || i == 3;  /* of orders and of deliveries: overlaps the first */
        assert_int_equal(second, row[6].v.i > 0);
    }
    run_end(&run);
    /* Deliveries are dated: the guess found the column, so that --as-of can tell them apart. */
    const char *second[] = {"import", "2", NULL};
    if (run_op(&run, &kept_op_facts_show, folder, second) != KEPT_OK)
        fail_msg("%s", run.err.msg);
    assert_true(op_cell(&run, "", "first_day").known);
    run_end(&run);
    if (run_op(&run, &kept_op_clv_fit, folder, NULL) != KEPT_OK)
        fail_msg("%s", run.err.msg);
    assert_int_equal(op_int(&run, "", "customers_all"), 300);
    const kept_firm_truth *truth = &kept_firm_true;
    check_z(&run, "", "r", truth->r);
    check_z(&run, "", "alpha", truth->alpha);
    check_z(&run, "", "a", truth->a);
    check_z(&run, "", "b", truth->b);
    check_z(&run, "spend_", "p", truth->p);
    check_z(&run, "spend_", "q", truth->q);
    check_z(&run, "spend_", "gamma", truth->gamma);
    run_end(&run);
    remove_folder(folder);
}

static const char *example_orders(void)
{
    static char path[4096];
    snprintf(path, sizeof path, "%s/examples/orders.csv", getenv("KEPT_SOURCE"));
    return path;
}

/* What the data do not give stays empty and is said (X017). */
void test_clv__says_what_is_missing(void **state)
{
    (void)state;
    char path[] = "/tmp/kept-orders-XXXXXX";
    simulate_orders(path, "500");
    op_run run;
    const char *predict[] = {"orders", path, NULL};
    if (run_op(&run, &kept_op_clv_predict, NULL, predict) != KEPT_OK)
        fail_msg("%s", run.err.msg);
    assert_true(op_cell(&run, "base", "revenue").known);
    assert_false(op_cell(&run, "base", "margin").known);
    assert_false(op_cell(&run, "base", "net").known);
    double low = (double)op_int(&run, "base", "revenue_low");
    double mid = (double)op_int(&run, "base", "revenue");
    double high = (double)op_int(&run, "base", "revenue_high");
    assert_true(0 < low && low < mid && mid < high);
    run_end(&run);
    /* No amounts at all: orders can still be predicted. */
    const char *bare[] = {"orders", path, "map", "amount=none", NULL};
    if (run_op(&run, &kept_op_clv_predict, NULL, bare) != KEPT_OK)
        fail_msg("%s", run.err.msg);
    assert_true(op_cell(&run, "base", "expected_orders").known);
    assert_false(op_cell(&run, "base", "revenue").known);
    run_end(&run);
    unlink(path);
}

/* The three variants hang together: margin = share x discounted revenue, net = margin less cost;
 * without a discount, over the same horizon, margin = share x revenue. Zero is a value. */
void test_clv__variants_hang_together(void **state)
{
    (void)state;
    char path[] = "/tmp/kept-orders-XXXXXX";
    simulate_orders(path, "500");
    op_run run;
    const char *predict[] = {"orders", path,       "margin", "40%", "acquisition-cost",
                             "2",      "discount", "0",      NULL};
    if (run_op(&run, &kept_op_clv_predict, NULL, predict) != KEPT_OK)
        fail_msg("%s", run.err.msg);
    double revenue = (double)op_int(&run, "base", "revenue");
    double margin = (double)op_int(&run, "base", "margin");
    CHECK_ABS(margin, 0.4 * revenue, 1.0); /* ten-thousandths: both are rounded */
    CHECK_ABS((double)op_int(&run, "base", "net"), margin - 500 * 2e4, 1.0);
    run_end(&run);
    predict[7] = "25%";
    if (run_op(&run, &kept_op_clv_predict, NULL, predict) != KEPT_OK)
        fail_msg("%s", run.err.msg);
    assert_true((double)op_int(&run, "base", "margin") < 0.4 * revenue);
    assert_true((double)op_int(&run, "base", "revenue") == revenue);
    run_end(&run);
    unlink(path);
}

/* The same file gives the same bits every time: nothing hangs on random keys of customers. */
void test_clv__same_bits_every_time(void **state)
{
    (void)state;
    char path[] = "/tmp/kept-orders-XXXXXX";
    simulate_orders(path, "3000");
    op_run run;
    static const char *const fields[] = {"p", "q", "gamma"};
    double first[4] = {0};
    for (int turn = 0; turn < 3; turn++) {
        const char *predict[] = {"orders", path, NULL};
        if (run_op(&run, &kept_op_clv_fit, NULL, predict) != KEPT_OK)
            fail_msg("%s", run.err.msg);
        for (int k = 0; k < 4; k++) {
            double value = k < 3 ? op_real(&run, "spend_parameters", fields[k])
                                 : op_real(&run, "spend", "log_likelihood");
            if (turn == 0)
                first[k] = value;
            assert_true(value == first[k]);
        }
        run_end(&run);
    }
    unlink(path);
}

/* As of a day is not as of the last order before it: the silence up to that day counts. */
void test_clv__as_of_counts_the_silence(void **state)
{
    (void)state;
    char folder[] = "/tmp/kept-asof-XXXXXX";
    assert_non_null(mkdtemp(folder));
    op_run run;
    const char *make[] = {"folder", folder, NULL};
    assert_int_equal(run_op(&run, &kept_op_init, NULL, make), KEPT_OK);
    run_end(&run);
    const char *load[] = {"kind", "orders", "file", example_orders(), NULL};
    assert_int_equal(run_op(&run, &kept_op_import, folder, load), KEPT_OK);
    run_end(&run);
    const char *until[] = {"until", "2025-06-30", NULL};
    assert_int_equal(run_op(&run, &kept_op_clv_fit, folder, until), KEPT_OK);
    int64_t customers = op_int(&run, "", "customers_all"), day = op_int(&run, "", "until");
    assert_int_equal(day, 20269); /* 2025-06-30 */
    run_end(&run);

    kept_arena arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_ctx ctx = {.arena = &arena,
                    .scope = KEPT_SCOPE_ALL("tester"),
                    .role = KEPT_ROLE_ADMIN,
                    .workspace = folder};
    ctx.scope.as_of = (int32_t)day;
    kept_given *none = KEPT_NEW_N(&arena, kept_given, kept_op_clv_fit.n_params);
    kept_args args;
    CHECK_OK(kept_args_check(&kept_op_clv_fit, none, &arena, &args, &err));
    kept_result result;
    kept_result_init(&result, &arena);
    CHECK_OK(kept_op_run(&kept_op_clv_fit, &ctx, &args, &result, &err));
    op_run as_of = {.result = result};
    assert_int_equal(op_int(&as_of, "", "until"), day);
    assert_int_equal(op_int(&as_of, "", "customers_all"), customers);
    kept_ctx_close(&ctx);
    kept_arena_free(&arena);
    remove_folder(folder);
}

/* Few orders, few customers: an answer with its doubts, or one sentence; never a crash. */
void test_clv__little_data(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "customer,date,amount\n1,2024-01-05,10\n",
        "customer,date,amount\n1,2024-01-05,10\n2,2024-01-06,20\n3,2024-02-01,5\n",
        "customer,date,amount\n1,2024-01-05,10\n1,2024-01-06,20\n1,2024-02-01,5\n",
        "customer,date,amount\n1,2024-01-05,0\n1,2024-01-06,0\n2,2024-01-05,0\n2,2024-02-01,0\n",
        "customer,date,amount\n1,2024-01-05,10\n1,2024-01-06,-10\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char path[] = "/tmp/kept-orders-XXXXXX";
        temp_name(path);
        FILE *f = fopen(path, "wb");
        fputs(texts[i], f);
        fclose(f);
        const kept_op *ops[] = {&kept_op_clv_fit, &kept_op_clv_predict, &kept_op_report};
        for (size_t k = 0; k < 3; k++) {
            const char *words[] = {"orders", path, "map", "happened_at=date", NULL};
            op_run run;
            kept_status status = run_op(&run, ops[k], NULL, words);
            if (status != KEPT_OK && status != KEPT_EINPUT && status != KEPT_ENUM)
                fail_msg("case %zu op %zu: %d %s", i, k, status, run.err.msg);
            if (status != KEPT_OK)
                assert_true(strlen(run.err.msg) > 20);
            run_end(&run);
        }
        unlink(path);
    }
}

/* Nobody sees nothing: the store gives no row to a scope without sight. */
void test_clv__nobody_sees_no_row(void **state)
{
    (void)state;
    char folder[] = "/tmp/kept-scope-XXXXXX";
    assert_non_null(mkdtemp(folder));
    op_run run;
    const char *make[] = {"folder", folder, NULL};
    assert_int_equal(run_op(&run, &kept_op_init, NULL, make), KEPT_OK);
    run_end(&run);
    const char *load[] = {"kind", "orders", "file", example_orders(), NULL};
    if (run_op(&run, &kept_op_import, folder, load) != KEPT_OK)
        fail_msg("%s", run.err.msg);
    assert_true(op_int(&run, "", "taken") > 0);
    run_end(&run);

    kept_arena arena = KEPT_ARENA_INIT;
    kept_args none = {NULL, 0};
    kept_err err = KEPT_ERR_INIT;
    kept_ctx ctx = {
        .arena = &arena, .scope = KEPT_SCOPE_NOBODY, .role = KEPT_ROLE_ADMIN, .workspace = folder};
    kept_result result;
    kept_result_init(&result, &arena);
    CHECK_OK(kept_op_run(&kept_op_facts, &ctx, &none, &result, &err));
    assert_int_equal(kept_result_find_table(&result, "imports")->n_rows, 0);
    kept_ctx_close(&ctx);
    kept_arena_free(&arena);
    remove_folder(folder);
}

/* The report's charts all have their table, with rows. */
void test_clv__report_has_a_table_behind_each_chart(void **state)
{
    (void)state;
    char path[] = "/tmp/kept-orders-XXXXXX";
    simulate_orders(path, "800");
    op_run run;
    const char *report[] = {"orders", path, "until", "2025-12-31", NULL};
    if (run_op(&run, &kept_op_report, NULL, report) != KEPT_OK)
        fail_msg("%s", run.err.msg);
    assert_int_equal(run.result.n_charts, 3);
    for (size_t i = 0; i < run.result.n_charts; i++) {
        const kept_chart *chart = &run.result.charts[i];
        const kept_table *table = kept_result_find_table(&run.result, chart->table);
        assert_non_null(table);
        assert_true(table->n_rows > 1);
        assert_non_null(chart->summary);
    }
    /* The tracking table goes on past the end of the fit, and the model stays near the truth. */
    const kept_table *track = kept_result_find_table(&run.result, "tracking");
    assert_in_range(track->n_rows, 70, 78);
    const kept_cell *last = &track->cells[(track->n_rows - 1) * track->def->n_fields];
    CHECK_REL(last[2].v.real, (double)last[1].v.i, 0.25);
    run_end(&run);
    unlink(path);
}
