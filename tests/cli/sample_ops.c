#include "sample_ops.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "op/ctx.h"

/* --- worth fit --- */

static const kept_param fit_params[] = {
    {.name = "model",
     .type = KEPT_P_CHOICE,
     .choices = "bg-nbd|pareto-nbd|mbg-nbd",
     .preset = "bg-nbd",
     .help = "model to fit"},
    {.name = "orders",
     .type = KEPT_P_FILE,
     .value = "FILE",
     .repeated = true,
     .help = "run on this file of orders"},
    {.name = "until", .type = KEPT_P_DATE, .value = "DATE", .help = "last day counted, inclusive"},
    {.name = "horizon",
     .type = KEPT_P_REAL,
     .value = "N",
     .unit = "weeks",
     .preset = "52",
     .min = 1,
     .max = 520,
     .help = "how far to look ahead"},
    {.name = "discount",
     .type = KEPT_P_SHARE,
     .value = "RATE",
     .unit = "effective per year",
     .preset = "10%",
     .min = -0.5,
     .max = 1,
     .help = "discount rate"},
    {.name = "map", .type = KEPT_P_TEXT, .value = "COLUMN=EXPRESSION,...", .help = "columns"},
    {.name = "top",
     .type = KEPT_P_INTEGER,
     .value = "N",
     .preset = "3",
     .min = 1,
     .max = 3,
     .help = "how many customers to list"},
    {.name = "offset", .type = KEPT_P_REAL, .value = "N", .help = "added to everything"},
    {.name = "dry-run", .letter = 'n', .type = KEPT_P_FLAG, .help = "change nothing"},
    {.name = "target",
     .letter = 't',
     .type = KEPT_P_OUTPUT,
     .value = "FILE",
     .help = "where to write"},
};

static const kept_field head_fields[] = {
    {.name = "model", .type = KEPT_TEXT},
    {.name = "customers_seen", .title = "Customers", .type = KEPT_COUNT},
    {.name = "log_likelihood", .type = KEPT_REAL},
    {.name = "revenue", .type = KEPT_MONEY},
    {.name = "revenue_low", .type = KEPT_MONEY},
    {.name = "revenue_high", .type = KEPT_MONEY},
    {.name = "active", .title = "Still active", .type = KEPT_SHARE},
    {.name = "unit", .title = "Unit of time", .type = KEPT_TEXT},
    {.name = "converged", .type = KEPT_BOOL},
    {.name = "until", .type = KEPT_DATE},
    {.name = "made_at", .type = KEPT_TIME},
    {.name = "half_life", .type = KEPT_REAL, .unit = "weeks", .help = "infinite when none leave"},
    {.name = "not_measured", .type = KEPT_REAL},
};
static const kept_group_def head_group = {"", NULL, head_fields, KEPT_N(head_fields)};
static const kept_field par_fields[] = {
    {.name = "r", .title = "r", .type = KEPT_REAL},
    {.name = "alpha", .title = "alpha", .type = KEPT_REAL, .unit = "weeks"},
};
static const kept_group_def par_group = {"parameters", "Parameter", par_fields, KEPT_N(par_fields)};
static const kept_group_def se_group = {"standard_errors", "Standard error", par_fields,
                                        KEPT_N(par_fields)};
static const kept_field customer_fields[] = {
    {.name = "customer", .type = KEPT_TEXT},
    {.name = "segment", .type = KEPT_TEXT},
    {.name = "orders", .type = KEPT_COUNT},
    {.name = "last_order", .title = "Last order", .type = KEPT_DATE},
    {.name = "worth", .title = "Worth in the next year", .type = KEPT_MONEY},
    {.name = "worth_low", .type = KEPT_MONEY},
    {.name = "worth_high", .type = KEPT_MONEY},
    {.name = "active", .title = "Chance of being active", .type = KEPT_SHARE},
};
static const kept_table_def customer_table = {"customers", "Customers worth most", customer_fields,
                                              KEPT_N(customer_fields), "There is no customer."};
static const kept_field week_fields[] = {
    {.name = "week", .type = KEPT_INTEGER},
    {.name = "seen", .title = "Orders seen", .type = KEPT_COUNT},
    {.name = "expected", .title = "Orders expected", .type = KEPT_REAL},
};
static const kept_table_def week_table = {"weeks", "Orders by week", week_fields,
                                          KEPT_N(week_fields), NULL};
static const kept_field none_fields[] = {{.name = "what", .type = KEPT_TEXT}};
static const kept_table_def none_table = {"left_out", "Left out", none_fields, KEPT_N(none_fields),
                                          "Nothing was left out."};
static const kept_group_def *const fit_groups[] = {&head_group, &par_group, &se_group, NULL};
static const kept_table_def *const fit_tables[] = {&customer_table, &week_table, &none_table, NULL};

static void fill_head(kept_result *r)
{
    kept_group *g = kept_result_group(r, &head_group);
    kept_group_text(r, g, "model", "bg-nbd");
    kept_group_int(r, g, "customers_seen", 2357);
    kept_group_real(r, g, "log_likelihood", -9582.429206859847);
    kept_group_int(r, g, "revenue", 1234567891);
    kept_group_int(r, g, "revenue_low", 1200000000);
    kept_group_int(r, g, "revenue_high", 1300000000);
    kept_group_real(r, g, "active", 0.1);
    kept_group_text(r, g, "unit", "week");
    kept_group_int(r, g, "converged", 1);
    kept_group_int(r, g, "until", 10134);
    kept_group_int(r, g, "made_at", 1711886400500000);
    kept_group_real(r, g, "half_life", (double)INFINITY);
    kept_group_real(r, g, "not_measured", (double)NAN);
    g = kept_result_group(r, &par_group);
    kept_group_real(r, g, "r", 0.24259395230803);
    kept_group_real(r, g, "alpha", 4.41359091416604);
    g = kept_result_group(r, &se_group);
    kept_group_real(r, g, "r", 0.012);
}

static void fill_customers(kept_result *r)
{
    static const struct {
        const char *name, *segment;
        int64_t orders, worth;
        double active;
    } rows[] = {
        {"Grüber & Söhne", "key", 1204, 123456700, 0.9996},
        {"=HYPERLINK(\"http://x\")", "-12.5", 3, 15000, 0.00004},
        {"a \"quoted\", long name that goes on and on until it has to be cut somewhere", "+49 30",
         1, -250, 0.25},
    };
    kept_table *t = kept_result_table(r, &customer_table);
    for (size_t i = 0; i < KEPT_N(rows); i++) {
        kept_cell *row = kept_table_row(r, t);
        row[0] = kept_cell_text(r, rows[i].name);
        row[1] = kept_cell_text(r, rows[i].segment);
        row[2] = kept_cell_int(rows[i].orders);
        row[3] = i == 2 ? kept_cell_day(KEPT_NO_DAY) : kept_cell_day(10000 + (int32_t)i);
        row[4] = kept_cell_int(rows[i].worth);
        if (i == 0) {
            row[5] = kept_cell_int(rows[i].worth / 2);
            row[6] = kept_cell_int(rows[i].worth * 2);
        }
        row[7] = kept_cell_real(rows[i].active);
    }
    t->more = 2354;
}

void sample_fit_result(kept_result *r)
{
    r->title = "What customers are worth";
    r->currency = "EUR";
    fill_head(r);
    fill_customers(r);
    kept_table *t = kept_result_table(r, &week_table);
    for (int i = 0; i < 5; i++) {
        kept_cell *row = kept_table_row(r, t);
        row[0] = kept_cell_int(i + 1);
        row[1] = kept_cell_int(i * i);
        row[2] = kept_cell_real(i * 3.7);
    }
    kept_result_table(r, &none_table);
    kept_result_note(r, KEPT_NOTE, "Fitted to %d customers.", 2357);
    kept_result_note(r, KEPT_WARNING, "Only %s of the orders have an amount.", "14%");
    kept_result_note(r, KEPT_ADVICE, "See each customer: kept worth list");
    kept_result_chart(r, &(kept_chart){.name = "tracking",
                                       .title = "Orders by week",
                                       .summary = "Seen and expected agree.",
                                       .kind = KEPT_CHART_LINE,
                                       .table = "weeks",
                                       .x = "week",
                                       .y = {"seen", "expected"}});
    kept_result_chart(r, &(kept_chart){.name = "top",
                                       .title = "Orders of the best",
                                       .kind = KEPT_CHART_BARS,
                                       .table = "customers",
                                       .x = "segment",
                                       .y = {"orders"}});
}

static kept_status run_fit(kept_ctx *ctx, const kept_args *args, kept_result *result, kept_err *err)
{
    (void)ctx;
    (void)args;
    (void)err;
    sample_fit_result(result);
    return KEPT_OK;
}

static const kept_op worth_fit = {
    .name = "worth fit",
    .stage = KEPT_KNOW,
    .summary = "Fit a model of what customers are worth",
    .detail = "The fit is by maximum likelihood. It says when it did not converge.\n\nEvery figure "
              "comes with its interval.",
    .example = "kept worth fit --until 1997-09-30 --discount 10%",
    .ids = "K006",
    .params = fit_params,
    .n_params = KEPT_N(fit_params),
    .groups = fit_groups,
    .tables = fit_tables,
    .access = KEPT_READS,
    .role = KEPT_ROLE_VIEWER,
    .flags = KEPT_LONG | KEPT_ON_FILES,
    .run = run_fit,
};

/* --- worth echo: what the parameters came to --- */

static const kept_param echo_params[] = {
    {.name = "kind",
     .type = KEPT_P_TEXT,
     .value = "KIND",
     .positional = true,
     .required = true,
     .help = "kind of fact"},
    {.name = "number",
     .type = KEPT_P_REAL,
     .value = "NUMBER",
     .positional = true,
     .repeated = true,
     .help = "numbers to add"},
    {.name = "scale", .type = KEPT_P_REAL, .value = "FACTOR", .preset = "1", .help = "factor"},
};
static const kept_field echo_fields[] = {
    {.name = "kind", .type = KEPT_TEXT},     {.name = "sum", .type = KEPT_REAL},
    {.name = "seed", .type = KEPT_INTEGER},  {.name = "as_of", .type = KEPT_DATE},
    {.name = "known_at", .type = KEPT_TIME}, {.name = "workspace", .type = KEPT_TEXT},
};
static const kept_group_def echo_group = {"", NULL, echo_fields, KEPT_N(echo_fields)};
static const kept_group_def *const echo_groups[] = {&echo_group, NULL};

static kept_status run_echo(kept_ctx *ctx, const kept_args *args, kept_result *result,
                            kept_err *err)
{
    double sum = 0;
    const kept_arg *numbers = kept_args_get(args, "number");
    for (size_t i = 0; i < numbers->n_list; i++) {
        kept_arg one;
        KEPT_TRY(kept_arg_read(numbers->param, numbers->list[i], &one, err));
        sum += one.real;
    }
    kept_group *g = kept_result_group(result, &echo_group);
    kept_group_text(result, g, "kind", kept_args_text(args, "kind"));
    kept_group_real(result, g, "sum", sum * kept_args_get(args, "scale")->real);
    kept_group_int(result, g, "seed", (int64_t)ctx->seed);
    if (ctx->scope.as_of != KEPT_NO_DAY)
        kept_group_int(result, g, "as_of", ctx->scope.as_of);
    if (ctx->scope.known_at != KEPT_NO_TIME)
        kept_group_int(result, g, "known_at", ctx->scope.known_at);
    kept_group_text(result, g, "workspace", ctx->workspace);
    return KEPT_OK;
}

static const kept_op worth_echo = {
    .name = "worth echo",
    .stage = KEPT_KNOW,
    .summary = "Show what the parameters came to",
    .example = "kept worth echo orders 1 2 -3",
    .params = echo_params,
    .n_params = KEPT_N(echo_params),
    .groups = echo_groups,
    .access = KEPT_ALONE,
    .run = run_echo,
};

/* --- check, refuse, wait --- */

static kept_status run_check(kept_ctx *ctx, const kept_args *args, kept_result *result,
                             kept_err *err)
{
    (void)ctx;
    (void)args;
    (void)err;
    result->title = "Two of three promises were kept.";
    result->answer_no = true;
    return KEPT_OK;
}

static const kept_op check = {
    .name = "check",
    .stage = KEPT_KEEP,
    .summary = "Check something that does not hold",
    .example = "kept check",
    .access = KEPT_ALONE,
    .run = run_check,
};

static kept_status run_refuse(kept_ctx *ctx, const kept_args *args, kept_result *result,
                              kept_err *err)
{
    (void)ctx;
    (void)args;
    (void)result;
    return kept_fail(err, KEPT_EINPUT, "orders.csv, line 3, column amount: \"abc\" is no number.");
}

static const kept_op refuse = {
    .name = "refuse",
    .stage = KEPT_KNOW,
    .summary = "Fail on a bad row",
    .example = "kept refuse",
    .access = KEPT_ALONE,
    .run = run_refuse,
};

/* Waits to be cancelled, for tests of Ctrl-C. */
static kept_status run_wait(kept_ctx *ctx, const kept_args *args, kept_result *result,
                            kept_err *err)
{
    (void)args;
    fputs("waiting\n", stderr);
    for (int i = 0; i < 3000; i++) {
        KEPT_TRY(kept_ctx_check_cancel(ctx, err));
        kept_ctx_progress(ctx, "Waiting", i / 3000.0);
        usleep(10000);
    }
    result->title = "Nobody came.";
    return KEPT_OK;
}

static const kept_op wait_op = {
    .name = "wait",
    .stage = KEPT_GENERAL,
    .summary = "Wait until stopped",
    .example = "kept wait",
    .access = KEPT_ALONE,
    .flags = KEPT_LONG,
    .run = run_wait,
};

static const kept_op *const ops[] = {&worth_fit, &worth_echo, &check, &refuse, &wait_op};
const kept_op_table sample_table = {ops, KEPT_N(ops)};
