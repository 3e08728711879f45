/* The tables and groups that show customers' value, shared by clv predict, customers and report. */
#include <math.h>

#include "base/array.h"
#include "realise/value.h"
#include "store/facts/read.h"

static const kept_field customer_fields[] = {
    {.name = "customer", .type = KEPT_TEXT, .title = "Customer"},
    {.name = "grade",
     .type = KEPT_TEXT,
     .title = "Grade",
     .help = "A: the customers who hold the first half of the expected value; B: the next 30 %; "
             "C: the rest"},
    {.name = "orders",
     .type = KEPT_COUNT,
     .title = "Orders",
     .help = "order days so far; x in the model is one less"},
    {.name = "last_order", .type = KEPT_DATE, .title = "Last order"},
    {.name = "p_alive",
     .type = KEPT_SHARE,
     .title = "Still active",
     .help = "P(alive): probability that the customer has not stopped; exactly 1 after a single "
             "order, because in BG/NBD customers stop only after repeat orders"},
    {.name = "expected_orders",
     .type = KEPT_REAL,
     .title = "Expected orders",
     .help = "CET: conditional expected transactions in the horizon",
     .estimate = true},
    {.name = "expected_orders_low", .type = KEPT_REAL, .title = "from", .estimate = true},
    {.name = "expected_orders_high", .type = KEPT_REAL, .title = "to", .estimate = true},
    {.name = "expected_spend",
     .type = KEPT_MONEY,
     .title = "Spend per order",
     .help = "expected mean spend, drawn towards the mean of all by the Gamma-Gamma model",
     .estimate = true},
    {.name = "revenue",
     .type = KEPT_MONEY,
     .title = "Revenue",
     .help = "CLV revenue: expected in the horizon, not discounted",
     .estimate = true},
    {.name = "revenue_low",
     .type = KEPT_MONEY,
     .title = "from",
     .help = "predictive interval of this customer's revenue",
     .estimate = true},
    {.name = "revenue_high", .type = KEPT_MONEY, .title = "to", .estimate = true},
    {.name = "margin",
     .type = KEPT_MONEY,
     .title = "Margin",
     .help = "CLV margin: margin share x expected revenue, discounted",
     .estimate = true},
    {.name = "net",
     .type = KEPT_MONEY,
     .title = "Net",
     .help = "CLV net: margin less the cost to acquire a customer",
     .estimate = true},
};
const kept_table_def kept_value_table = {"customers", "Customers, most valuable first",
                                         customer_fields, KEPT_N(customer_fields),
                                         "There is no customer to show."};

static kept_cell money(double value)
{
    const double limit = 9e14; /* int64 ten-thousandths end near here */
    if (!isfinite(value) || fabs(value) > limit)
        return kept_cell_empty();
    return kept_cell_int((int64_t)llround(value * 1e4));
}

void kept_value_set_money(kept_result *result, kept_group *g, const char *field, double value)
{
    kept_cell cell = money(value);
    if (cell.known)
        kept_group_int(result, g, field, cell.v.i);
}

kept_status kept_value_show_customers(kept_ctx *ctx, const kept_args *args, const kept_base *base,
                                      const kept_value *value, kept_result *result, kept_err *err)
{
    const kept_order_summary *o = &base->orders;
    size_t limit = (size_t)kept_args_get(args, "limit")->integer;
    size_t n = limit < o->n && !kept_args_flag(args, "all") ? limit : o->n;
    kept_value_interval iv;
    KEPT_TRY(kept_value_intervals(ctx, base, value, value->by_worth, n, &iv, err));
    uint64_t *keys = KEPT_NEW_N(ctx->arena, uint64_t, n);
    const char **names = KEPT_NEW_N(ctx->arena, const char *, n);
    if (!keys || !names)
        return kept_nomem(err);
    for (size_t k = 0; k < n; k++)
        keys[k] = o->customer[value->by_worth[k]];
    KEPT_TRY(kept_customer_names(base->store, &ctx->scope, keys, n, ctx->arena, names, err));
    kept_table *table = kept_result_table(result, &kept_value_table);
    for (size_t k = 0; k < n; k++) {
        uint32_t i = value->by_worth[k];
        char grade[2] = {value->grade[i], '\0'};
        kept_cell *row = kept_table_row(result, table);
        row[0] = kept_cell_text(result, names[k]);
        row[1] = kept_cell_text(result, grade);
        row[2] = kept_cell_int((int64_t)o->x[i] + 1);
        row[3] = kept_cell_int(o->last_day[i]);
        row[4] = kept_cell_real(value->p_alive[i]);
        row[5] = kept_cell_real(value->orders[i]);
        row[6] = kept_cell_real(iv.orders_low[k]);
        row[7] = kept_cell_real(iv.orders_high[k]);
        row[8] = money(value->spend_mean[i]);
        row[9] = money(value->revenue[i]);
        row[10] = money(iv.revenue_low[k]);
        row[11] = money(iv.revenue_high[k]);
        row[12] = money(value->margin[i]);
        row[13] = money(value->net[i]);
    }
    table->more = o->n - n;
    return KEPT_OK;
}

static const kept_field terms_fields[] = {
    {.name = "until", .title = "As of", .type = KEPT_DATE},
    {.name = "unit", .title = "Unit of time", .type = KEPT_TEXT},
    {.name = "horizon",
     .title = "Horizon, in units of time",
     .type = KEPT_REAL,
     .help = "empty: without end"},
    {.name = "discount", .title = "Discount", .type = KEPT_SHARE, .unit = "effective per year"},
    {.name = "margin_share", .title = "Margin share", .type = KEPT_SHARE, .unit = "of revenue"},
    {.name = "margin_source", .title = "Margin share from", .type = KEPT_TEXT},
    {.name = "acquisition_cost",
     .title = "Acquisition cost",
     .type = KEPT_MONEY,
     .unit = "per new customer"},
    {.name = "acquisition_source", .title = "Acquisition cost from", .type = KEPT_TEXT},
    {.name = "level", .title = "Intervals at", .type = KEPT_SHARE},
};
const kept_group_def kept_value_terms_group = {"terms", "What the numbers rest on", terms_fields,
                                               KEPT_N(terms_fields)};

static const kept_field total_fields[] = {
    {.name = "customers", .title = "Customers", .type = KEPT_COUNT},
    {.name = "active",
     .title = "Probably active",
     .type = KEPT_REAL,
     .help = "sum of P(alive)",
     .estimate = true},
    {.name = "expected_orders", .title = "Expected orders", .type = KEPT_REAL, .estimate = true},
    {.name = "expected_orders_low", .title = "from", .type = KEPT_REAL, .estimate = true},
    {.name = "expected_orders_high", .title = "to", .type = KEPT_REAL, .estimate = true},
    {.name = "revenue",
     .title = "Revenue",
     .type = KEPT_MONEY,
     .help = "CLV revenue of all customers: expected in the horizon, not discounted",
     .estimate = true},
    {.name = "revenue_low",
     .title = "from",
     .type = KEPT_MONEY,
     .help = "covers what customers happen to do and the uncertainty of both models",
     .estimate = true},
    {.name = "revenue_high", .title = "to", .type = KEPT_MONEY, .estimate = true},
    {.name = "margin",
     .title = "Margin",
     .type = KEPT_MONEY,
     .help = "CLV margin, discounted",
     .estimate = true},
    {.name = "net",
     .title = "Net",
     .type = KEPT_MONEY,
     .help = "CLV net: margin less acquisition cost",
     .estimate = true},
};
const kept_group_def kept_value_total_group = {"base", "All customers together", total_fields,
                                               KEPT_N(total_fields)};

static const char *source_of(bool computed, double value, const char *from)
{
    return isnan(value) ? NULL : computed ? from : "as given";
}

static void show_terms(const kept_base *base, const kept_value_terms *t, kept_result *result)
{
    kept_group *g = kept_result_group(result, &kept_value_terms_group);
    kept_group_int(result, g, "until", base->orders.until);
    kept_group_text(result, g, "unit", kept_unit_name(base->unit));
    if (isfinite(t->horizon))
        kept_group_real(result, g, "horizon", t->horizon);
    kept_group_real(result, g, "discount", t->discount_yearly);
    kept_group_real(result, g, "margin_share", t->margin);
    kept_group_text(result, g, "margin_source",
                    source_of(t->margin_from_cost, t->margin, "the cost in the orders"));
    kept_value_set_money(result, g, "acquisition_cost", t->acquisition_cost);
    kept_group_text(result, g, "acquisition_source",
                    source_of(t->cost_from_spend, t->acquisition_cost, "spend to acquire"));
    kept_group_real(result, g, "level", t->level);
}

void kept_value_show_totals(const kept_base *base, const kept_value *v, kept_result *result)
{
    kept_group *g = kept_result_group(result, &kept_value_total_group);
    kept_group_int(result, g, "customers", (int64_t)base->orders.n);
    kept_group_real(result, g, "active", v->total_active);
    kept_group_real(result, g, "expected_orders", v->total_orders);
    kept_group_real(result, g, "expected_orders_low", v->total_orders_low);
    kept_group_real(result, g, "expected_orders_high", v->total_orders_high);
    kept_value_set_money(result, g, "revenue", v->total_revenue);
    kept_value_set_money(result, g, "revenue_low", v->total_revenue_low);
    kept_value_set_money(result, g, "revenue_high", v->total_revenue_high);
    kept_value_set_money(result, g, "margin", v->total_margin);
    kept_value_set_money(result, g, "net", v->total_net);
    show_terms(base, &v->terms, result);
    if (!base->has_spend) {
        kept_result_note(result, KEPT_NOTE,
                         "Not enough data for money: the orders have no amounts. Customers are "
                         "ranked by expected orders. Where a file has a price and a quantity: "
                         "--map 'amount=PRICE*QUANTITY'");
        return;
    }
    if (isfinite(v->total_revenue) && isnan(v->total_revenue_low) && base->fit.converged &&
        base->spend.converged)
        kept_result_note(result, KEPT_NOTE,
                         "No interval for the revenue of all: the spends are so uneven (q = %.3g) "
                         "that their variance has no end.",
                         base->spend.par.q);
    if (isnan(v->terms.margin))
        kept_result_note(result, KEPT_NOTE,
                         "Not enough data for margin: give --margin, or load orders with a cost.");
    if (isnan(v->terms.acquisition_cost))
        kept_result_note(result, KEPT_NOTE,
                         "Not enough data for net value: give --acquisition-cost, or load facts "
                         "of kind spend with purpose acquire.");
}

static const kept_field grade_fields[] = {
    {.name = "grade", .type = KEPT_TEXT, .title = "Grade"},
    {.name = "customers", .type = KEPT_COUNT, .title = "Customers"},
    {.name = "share_of_customers", .type = KEPT_SHARE, .title = "of all customers"},
    {.name = "share_of_value", .type = KEPT_SHARE, .title = "of the expected value"},
    {.name = "revenue", .type = KEPT_MONEY, .title = "Expected revenue", .estimate = true},
};
const kept_table_def kept_value_grade_table = {"grades", "Customers by grade", grade_fields,
                                               KEPT_N(grade_fields), NULL};

void kept_value_show_grades(const kept_base *base, const kept_value *v, kept_result *result)
{
    kept_table *table = kept_result_table(result, &kept_value_grade_table);
    double total = 0;
    size_t n = base->orders.n;
    for (size_t i = 0; i < n; i++)
        total += v->rank_by[i];
    for (char grade = 'A'; grade <= 'C'; grade++) {
        char text[2] = {grade, '\0'};
        double worth = 0, revenue = 0;
        int64_t count = 0;
        for (size_t i = 0; i < n; i++) {
            if (v->grade[i] != grade)
                continue;
            count++;
            worth += v->rank_by[i];
            revenue += v->revenue[i];
        }
        kept_cell *row = kept_table_row(result, table);
        row[0] = kept_cell_text(result, text);
        row[1] = kept_cell_int(count);
        row[2] = kept_cell_real((double)count / (double)n);
        row[3] = total > 0 ? kept_cell_real(worth / total) : kept_cell_empty();
        row[4] = money(revenue);
    }
}
