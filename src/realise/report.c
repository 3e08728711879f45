/* kept report: one page on the customer base, with charts and a table behind each. */
#include <inttypes.h>
#include <math.h>

#include "base/array.h"
#include "base/date.h"
#include "realise/ops.h"
#include "realise/value.h"

static const kept_param params[] = {KEPT_PARAMS_BASE, KEPT_PARAMS_VALUE, KEPT_PARAMS_LIST("20")};

/* --- Tracking: expected and real repeat orders, cumulative, by week --- */

static const kept_field track_fields[] = {
    {.name = "week_ends", .type = KEPT_DATE, .title = "Week ends"},
    {.name = "actual",
     .type = KEPT_COUNT,
     .title = "Actual repeat orders",
     .help = "cumulative, of the customers fitted"},
    {.name = "expected",
     .type = KEPT_REAL,
     .title = "Expected by the model",
     .help = "cumulative: sum of E[X(t)] over the customers fitted",
     .estimate = true},
};
static const kept_table_def track_table = {"tracking", "Repeat orders, week by week", track_fields,
                                           KEPT_N(track_fields), NULL};

static kept_status last_day_of_data(kept_ctx *ctx, const kept_base *base, int32_t *ret_day,
                                    kept_err *err)
{
    kept_order_opts opts = {KEPT_NO_DAY, KEPT_NO_DAY};
    kept_order_summary all;
    kept_arena_mark mark = kept_arena_get_mark(ctx->arena);
    KEPT_TRY(kept_order_summarise(base->store, &ctx->scope, &opts, ctx->arena, &all, err));
    *ret_day = all.until;
    kept_arena_rewind(ctx->arena, mark);
    return KEPT_OK;
}

static kept_status expected_by_week(kept_ctx *ctx, const kept_base *base, size_t weeks,
                                    double *ret_cumulative, kept_err *err)
{
    const kept_order_summary *o = &base->orders;
    int32_t days = o->until - base->acquired_from + 1;
    double *w = KEPT_NEW_N(ctx->arena, double, (size_t)days);
    double *start = KEPT_NEW_N(ctx->arena, double, (size_t)days);
    double *end = KEPT_NEW_N(ctx->arena, double, weeks);
    if (!w || !start || !end)
        return kept_nomem(err);
    for (size_t i = 0; i < o->n; i++)
        if (o->first_day[i] >= base->acquired_from)
            w[o->first_day[i] - base->acquired_from] += 1;
    for (int32_t d = 0; d < days; d++)
        start[d] = d / base->unit_days;
    for (size_t k = 0; k < weeks; k++)
        end[k] = 7.0 * (double)(k + 1) / base->unit_days;
    return kept_bgnbd_track(base->fit.par, (size_t)days, start, w, weeks, end, ret_cumulative, err);
}

static kept_status show_tracking(kept_ctx *ctx, const kept_base *base, kept_result *result,
                                 kept_err *err)
{
    int32_t last;
    KEPT_TRY(last_day_of_data(ctx, base, &last, err));
    int32_t start = base->acquired_from;
    size_t weeks = (size_t)(last - start + 1) / 7;
    if (weeks < 2)
        return KEPT_OK;
    kept_track_opts opts = {.acquired_from = start,
                            .acquired_until = base->orders.until,
                            .start = start,
                            .days_per_period = 7,
                            .n_periods = weeks};
    int64_t *actual;
    double *expected = KEPT_NEW_N(ctx->arena, double, weeks);
    if (!expected)
        return kept_nomem(err);
    KEPT_TRY(kept_order_track(base->store, &ctx->scope, &opts, ctx->arena, &actual, err));
    KEPT_TRY(expected_by_week(ctx, base, weeks, expected, err));
    kept_table *table = kept_result_table(result, &track_table);
    int64_t sum = 0;
    for (size_t k = 0; k < weeks; k++) {
        sum += actual[k];
        kept_cell *row = kept_table_row(result, table);
        row[0] = kept_cell_int(start + 7 * (int32_t)(k + 1) - 1);
        row[1] = kept_cell_int(sum);
        row[2] = kept_cell_real(expected[k]);
    }
    kept_chart chart = {.name = "tracking",
                        .title = "Does the model fit? Repeat orders, expected and real",
                        .kind = KEPT_CHART_LINE,
                        .table = "tracking",
                        .x = "week_ends",
                        .y = {"actual", "expected"}};
    chart.summary = kept_arena_printf(
        ctx->arena,
        "After %zu weeks customers had placed %" PRId64 " repeat orders; the model "
        "expected %.0f (%+.1f %%).",
        weeks, sum, expected[weeks - 1],
        sum ? 100.0 * (expected[weeks - 1] / (double)sum - 1.0) : 0.0);
    if (base->orders.until < last) {
        char day[11];
        kept_day_write(base->orders.until, day);
        chart.mark_x = kept_arena_printf(ctx->arena, "%s=%s end of fit", chart.x, day);
    }
    kept_result_chart(result, &chart);
    return KEPT_OK;
}

/* --- P(alive) by recency and frequency --- */

enum { MAP_COLUMNS = 24, MAP_MOST_ORDERS = 20 };

static const kept_field map_fields[] = {
    {.name = "repeat_orders", .type = KEPT_COUNT, .title = "Repeat orders"},
    {.name = "last_order_at",
     .type = KEPT_REAL,
     .title = "Time from first to last order",
     .help = "t_x, in units of time, for a customer known as long as the longest"},
    {.name = "p_alive", .type = KEPT_SHARE, .title = "Still active"},
};
static const kept_table_def map_table = {"activity", "Chance of being still active", map_fields,
                                         KEPT_N(map_fields), NULL};

static uint32_t map_height(const kept_base *base)
{
    uint32_t most = 1;
    for (size_t i = 0; i < base->orders.n; i++)
        most = base->x[i] > most ? base->x[i] : most;
    return most < MAP_MOST_ORDERS ? most : MAP_MOST_ORDERS;
}

static kept_status show_activity(kept_ctx *ctx, const kept_base *base, kept_result *result,
                                 kept_err *err)
{
    double longest = 0;
    for (size_t i = 0; i < base->orders.n; i++)
        longest = fmax(longest, base->T[i]);
    uint32_t rows = map_height(base);
    size_t n = (size_t)rows * MAP_COLUMNS;
    uint32_t *x = KEPT_NEW_N(ctx->arena, uint32_t, n);
    double *t_x = KEPT_NEW_N(ctx->arena, double, n);
    double *T = KEPT_NEW_N(ctx->arena, double, n);
    double *p = KEPT_NEW_N(ctx->arena, double, n);
    if (!x || !t_x || !T || !p)
        return kept_nomem(err);
    if (longest <= 0)
        return KEPT_OK;
    for (size_t k = 0; k < n; k++) {
        x[k] = (uint32_t)(k / MAP_COLUMNS) + 1;
        t_x[k] = longest * (double)(k % MAP_COLUMNS + 1) / MAP_COLUMNS;
        T[k] = longest;
    }
    kept_bgnbd_data data = {n, x, t_x, T, NULL};
    KEPT_TRY(kept_bgnbd_p_alive(&data, base->fit.par, ctx->threads, p, err));
    kept_table *table = kept_result_table(result, &map_table);
    for (size_t k = 0; k < n; k++) {
        kept_cell *row = kept_table_row(result, table);
        row[0] = kept_cell_int(x[k]);
        row[1] = kept_cell_real(t_x[k]);
        row[2] = kept_cell_real(p[k]);
    }
    kept_result_chart(
        result,
        &(kept_chart){.name = "activity",
                      .title = "Who is still active? Orders and the time of the last one",
                      .summary = "For a customer known as long as the longest: the more often "
                                 "someone ordered, the sooner a silence means that they left.",
                      .kind = KEPT_CHART_HEAT,
                      .table = "activity",
                      .x = "last_order_at",
                      .y = {"repeat_orders"},
                      .value = "p_alive"});
    return KEPT_OK;
}

/* --- Distribution of value --- */

enum { BINS = 20 };

static const kept_field bin_fields[] = {
    {.name = "expected_from", .type = KEPT_MONEY, .title = "Expected revenue from"},
    {.name = "expected_to", .type = KEPT_MONEY, .title = "to below"},
    {.name = "customers", .type = KEPT_COUNT, .title = "Customers"},
};
static const kept_table_def bin_table = {"distribution", "Customers by expected revenue",
                                         bin_fields, KEPT_N(bin_fields), NULL};

/* A bin width of 1, 2 or 5 times a power of ten, so that about BINS bins cover all but the top. */
static double bin_width(double top)
{
    double raw = top / BINS, power = pow(10, floor(log10(raw)));
    double step = raw / power;
    return power * (step <= 1 ? 1 : step <= 2 ? 2 : step <= 5 ? 5 : 10);
}

static kept_status show_distribution(kept_ctx *ctx, const kept_base *base, const kept_value *value,
                                     kept_result *result, kept_err *err)
{
    size_t n = base->orders.n;
    double top = 0;
    /* The best 2 % would squeeze everyone else into the first bar: they share the last one. */
    for (size_t k = n / 50; k < n; k++)
        top = fmax(top, value->revenue[value->by_worth[k]]);
    if (!isfinite(top) || top <= 0 || isnan(value->revenue[0]))
        return KEPT_OK;
    double width = bin_width(top);
    size_t bins = (size_t)ceil(top / width) + 1;
    int64_t *count = KEPT_NEW_N(ctx->arena, int64_t, bins);
    if (!count)
        return kept_nomem(err);
    for (size_t i = 0; i < n; i++) {
        double bin = value->revenue[i] / width;
        count[bin < (double)bins - 1 ? (size_t)bin : bins - 1]++;
    }
    kept_table *table = kept_result_table(result, &bin_table);
    for (size_t k = 0; k < bins; k++) {
        kept_cell *row = kept_table_row(result, table);
        row[0] = kept_cell_int((int64_t)llround(width * (double)k * 1e4));
        if (k + 1 < bins)
            row[1] = kept_cell_int((int64_t)llround(width * (double)(k + 1) * 1e4));
        row[2] = kept_cell_int(count[k]);
    }
    kept_result_chart(result,
                      &(kept_chart){.name = "distribution",
                                    .title = "How value is spread over customers",
                                    .summary = "Number of customers by expected revenue in the "
                                               "horizon; the last bar holds everyone above.",
                                    .kind = KEPT_CHART_BARS,
                                    .table = "distribution",
                                    .x = "expected_from",
                                    .y = {"customers"}});
    return KEPT_OK;
}

static kept_status run(kept_ctx *ctx, const kept_args *args, kept_result *result, kept_err *err)
{
    kept_base base;
    kept_value value;
    KEPT_TRY(kept_value_of_base(ctx, args, result, &base, &value, err));
    result->title = kept_arena_printf(ctx->arena, "What the customers of %s are worth",
                                      ctx->transient ? "this file" : kept_store_name(base.store));
    kept_value_show_totals(&base, &value, result);
    kept_value_show_grades(&base, &value, result);
    KEPT_TRY(kept_value_show_customers(ctx, args, &base, &value, result, err));
    KEPT_TRY(show_distribution(ctx, &base, &value, result, err));
    KEPT_TRY(show_activity(ctx, &base, result, err));
    KEPT_TRY(show_tracking(ctx, &base, result, err));
    kept_base_notes(&base, result);
    return KEPT_OK;
}

static const kept_group_def *const groups[] = {&kept_value_total_group, &kept_value_terms_group,
                                               NULL};
static const kept_table_def *const tables[] = {
    &kept_value_grade_table, &kept_value_table, &bin_table, &map_table, &track_table, NULL};

const kept_op kept_op_report = {
    .name = "report",
    .stage = KEPT_REALISE,
    .summary = "Report on the customer base: value, activity, fit of the model",
    .detail = "With -o FILE.html the report is one self-contained page with charts, a table "
              "behind each, for screen and print; with --json the same figures as data.",
    .example = "kept report -o report.html",
    .ids = "R004 R024 X009",
    .params = params,
    .n_params = KEPT_N(params),
    .groups = groups,
    .tables = tables,
    .access = KEPT_READS,
    .role = KEPT_ROLE_MANAGER,
    .flags = KEPT_LONG | KEPT_REPEATABLE | KEPT_ON_FILES,
    .run = run,
};
