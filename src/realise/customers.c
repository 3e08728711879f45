/* kept customers [ID]: who they are and what they are worth; one customer in full. */
#include <math.h>

#include "base/array.h"
#include "base/date.h"
#include "realise/ops.h"
#include "realise/value.h"
#include "store/facts/read.h"

static const kept_param params[] = {
    {.name = "customer",
     .type = KEPT_P_TEXT,
     .value = "ID",
     .positional = true,
     .help = "the firm's own id of one customer; all when not given"},
    KEPT_PARAMS_BASE,
    KEPT_PARAMS_VALUE,
    KEPT_PARAMS_LIST("30"),
};

static const kept_field one_fields[] = {
    {.name = "customer", .title = "Customer", .type = KEPT_TEXT},
    {.name = "grade", .title = "Grade", .type = KEPT_TEXT},
    {.name = "rank", .title = "Rank by expected value", .type = KEPT_COUNT},
    {.name = "first_order", .title = "First order", .type = KEPT_DATE},
    {.name = "last_order", .title = "Last order", .type = KEPT_DATE},
    {.name = "days_since", .title = "Days since", .type = KEPT_COUNT},
    {.name = "orders", .title = "Orders", .type = KEPT_COUNT, .help = "order days, net of returns"},
    {.name = "spent", .title = "Spent", .type = KEPT_MONEY, .help = "net of returns"},
    {.name = "p_alive", .title = "Still active", .type = KEPT_SHARE, .help = "P(alive)"},
    {.name = "expected_orders",
     .title = "Expected orders",
     .type = KEPT_REAL,
     .help = "CET: conditional expected transactions in the horizon",
     .estimate = true},
    {.name = "expected_orders_low", .title = "from", .type = KEPT_REAL, .estimate = true},
    {.name = "expected_orders_high", .title = "to", .type = KEPT_REAL, .estimate = true},
    {.name = "expected_spend", .title = "Spend per order", .type = KEPT_MONEY, .estimate = true},
    {.name = "revenue",
     .title = "Revenue",
     .type = KEPT_MONEY,
     .help = "CLV revenue",
     .estimate = true},
    {.name = "revenue_low", .title = "from", .type = KEPT_MONEY, .estimate = true},
    {.name = "revenue_high", .title = "to", .type = KEPT_MONEY, .estimate = true},
    {.name = "margin",
     .title = "Margin",
     .type = KEPT_MONEY,
     .help = "CLV margin",
     .estimate = true},
    {.name = "net", .title = "Net", .type = KEPT_MONEY, .help = "CLV net", .estimate = true},
};
static const kept_group_def one_group = {"customer", "Customer", one_fields, KEPT_N(one_fields)};

static const kept_field day_fields[] = {
    {.name = "day", .type = KEPT_DATE, .title = "Day"},
    {.name = "lines", .type = KEPT_COUNT, .title = "Lines"},
    {.name = "amount", .type = KEPT_MONEY, .title = "Amount", .help = "before netting of returns"},
};
static const kept_table_def day_table = {"order_days", "Orders, newest first", day_fields,
                                         KEPT_N(day_fields), NULL};

static const kept_field chance_fields[] = {
    {.name = "orders", .type = KEPT_COUNT, .title = "Orders in the horizon"},
    {.name = "probability", .type = KEPT_SHARE, .title = "Chance"},
};
static const kept_table_def chance_table = {"chances", "How many orders to expect", chance_fields,
                                            KEPT_N(chance_fields), NULL};

/* Position of the customer in the columns; they are sorted by key. */
static bool find_row(const kept_base *base, uint64_t customer, size_t *ret_index)
{
    size_t low = 0, high = base->orders.n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (base->orders.customer[mid] < customer)
            low = mid + 1;
        else
            high = mid;
    }
    *ret_index = low;
    return low < base->orders.n && base->orders.customer[low] == customer;
}

static kept_status show_order_days(kept_ctx *ctx, const kept_base *base, uint64_t customer,
                                   kept_result *result, kept_err *err)
{
    KEPT_TRY(kept_facts_view(base->store, &ctx->scope, "orders", err));
    kept_duck_value values[] = {KEPT_DV_UINT(customer), KEPT_DV_DAY(base->orders.until)};
    KEPT_AUTO_ROWS *rows = NULL;
    KEPT_TRY(kept_facts_query(base->store,
                              "SELECT happened_at, count(*)::BIGINT, "
                              "(sum(amount) * 10000)::BIGINT FROM orders "
                              "WHERE customer = $1 AND happened_at <= $2 "
                              "GROUP BY happened_at ORDER BY happened_at DESC",
                              values, KEPT_N(values), &rows, err));
    kept_table *table = kept_result_table(result, &day_table);
    for (;;) {
        size_t n;
        KEPT_TRY(kept_duck_next(rows, &n, err));
        if (n == 0)
            return KEPT_OK;
        const int32_t *day = kept_duck_data(rows, 0);
        const int64_t *lines = kept_duck_data(rows, 1), *amount = kept_duck_data(rows, 2);
        for (size_t i = 0; i < n; i++) {
            kept_cell *row = kept_table_row(result, table);
            row[0] = kept_cell_int(day[i]);
            row[1] = kept_cell_int(lines[i]);
            if (kept_duck_known(rows, 2, i))
                row[2] = kept_cell_int(amount[i]);
        }
    }
}

static kept_status show_chances(kept_ctx *ctx, const kept_base *base, const kept_value *value,
                                size_t index, kept_result *result, kept_err *err)
{
    enum { MOST = 200 };
    if (!isfinite(value->terms.horizon))
        return KEPT_OK;
    kept_bgnbd_data one = {1, &base->x[index], &base->t_x[index], &base->T[index], NULL};
    size_t n;
    KEPT_TRY(kept_bgnbd_order_limit(&one, 0, base->fit.par, value->terms.horizon, 0.005, &n, err));
    n = n < 1 ? 1 : n > MOST ? MOST : n;
    double *p = KEPT_NEW_N(ctx->arena, double, n);
    if (!p)
        return kept_nomem(err);
    KEPT_TRY(kept_bgnbd_order_pmf(&one, 0, base->fit.par, value->terms.horizon, n, p, NULL, err));
    kept_table *table = kept_result_table(result, &chance_table);
    for (size_t k = 0; k < n; k++) {
        kept_cell *row = kept_table_row(result, table);
        row[0] = kept_cell_int((int64_t)k);
        row[1] = kept_cell_real(p[k]);
    }
    kept_result_chart(result, &(kept_chart){.name = "chances",
                                            .title = "How many orders to expect",
                                            .summary = "Chance of each number of orders in the "
                                                       "horizon; the tail below 0.5 % is cut.",
                                            .kind = KEPT_CHART_BARS,
                                            .table = "chances",
                                            .x = "orders",
                                            .y = {"probability"}});
    return KEPT_OK;
}

static kept_status show_one(kept_ctx *ctx, const kept_base *base, const kept_value *value,
                            const char *id, kept_result *result, kept_err *err)
{
    uint64_t customer;
    size_t i, rank = 0;
    KEPT_TRY(kept_customer_find(base->store, &ctx->scope, id, &customer, err));
    if (!find_row(base, customer, &i))
        return kept_fail(err, KEPT_ENOTFOUND,
                         "Customer %s has no order left up to the last day counted.", id);
    while (value->by_worth[rank] != i)
        rank++;
    uint32_t index = (uint32_t)i;
    kept_value_interval iv;
    KEPT_TRY(kept_value_intervals(ctx, base, value, &index, 1, &iv, err));
    const kept_order_summary *o = &base->orders;
    char grade[2] = {value->grade[i], '\0'};
    kept_group *g = kept_result_group(result, &one_group);
    kept_group_text(result, g, "customer", id);
    kept_group_text(result, g, "grade", grade);
    kept_group_int(result, g, "rank", (int64_t)rank + 1);
    kept_group_int(result, g, "first_order", o->first_day[i]);
    kept_group_int(result, g, "last_order", o->last_day[i]);
    kept_group_int(result, g, "days_since", o->until - o->last_day[i]);
    kept_group_int(result, g, "orders", (int64_t)o->x[i] + 1);
    if (o->has_amount)
        kept_group_int(result, g, "spent", o->spend[i]);
    kept_group_real(result, g, "p_alive", value->p_alive[i]);
    kept_group_real(result, g, "expected_orders", value->orders[i]);
    kept_group_real(result, g, "expected_orders_low", iv.orders_low[0]);
    kept_group_real(result, g, "expected_orders_high", iv.orders_high[0]);
    kept_value_set_money(result, g, "expected_spend", value->spend_mean[i]);
    kept_value_set_money(result, g, "revenue", value->revenue[i]);
    kept_value_set_money(result, g, "revenue_low", iv.revenue_low[0]);
    kept_value_set_money(result, g, "revenue_high", iv.revenue_high[0]);
    kept_value_set_money(result, g, "margin", value->margin[i]);
    kept_value_set_money(result, g, "net", value->net[i]);
    KEPT_TRY(show_chances(ctx, base, value, i, result, err));
    return show_order_days(ctx, base, customer, result, err);
}

static kept_status run(kept_ctx *ctx, const kept_args *args, kept_result *result, kept_err *err)
{
    const char *id = kept_args_text(args, "customer");
    kept_base base;
    kept_value value;
    KEPT_TRY(kept_value_of_base(ctx, args, result, &base, &value, err));
    if (id)
        return show_one(ctx, &base, &value, id, result, err);
    result->title = "Customers";
    KEPT_TRY(kept_value_show_customers(ctx, args, &base, &value, result, err));
    kept_value_show_grades(&base, &value, result);
    kept_base_notes(&base, result);
    return KEPT_OK;
}

static const kept_group_def *const groups[] = {&one_group, NULL};
static const kept_table_def *const tables[] = {&kept_value_table, &kept_value_grade_table,
                                               &chance_table, &day_table, NULL};

const kept_op kept_op_customers = {
    .name = "customers",
    .stage = KEPT_REALISE,
    .summary = "List customers by worth, or show one in full",
    .detail = "Grades: A are the customers who together hold the first half of the expected "
              "value, B the next 30 %, C the rest.",
    .example = "kept customers 10042",
    .ids = "R004 R024",
    .params = params,
    .n_params = KEPT_N(params),
    .groups = groups,
    .tables = tables,
    .access = KEPT_READS,
    .role = KEPT_ROLE_MANAGER,
    .flags = KEPT_LONG | KEPT_REPEATABLE | KEPT_ON_FILES,
    .run = run,
};
