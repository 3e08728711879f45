/* realise/value.h - what every customer is worth: predictions, variants, grades, totals.
 *
 * Three named variants, never one column called "value":
 *   revenue  expected revenue in the horizon, not discounted
 *   margin   margin share x expected revenue, discounted
 *   net      margin less what it cost to acquire a customer */
#ifndef KEPT_REALISE_VALUE_H
#define KEPT_REALISE_VALUE_H

#include "realise/base.h"

#define KEPT_PARAMS_VALUE                                                                          \
    {.name = "horizon",                                                                            \
     .type = KEPT_P_REAL,                                                                          \
     .value = "NUMBER",                                                                            \
     .min = 0,                                                                                     \
     .max = 1e6,                                                                                   \
     .help = "how far to look ahead, in units of time; one year when not given"},                  \
        {.name = "forever", .type = KEPT_P_FLAG, .help = "look ahead without end (discounted)"},   \
        {.name = "discount",                                                                       \
         .type = KEPT_P_SHARE,                                                                     \
         .value = "RATE",                                                                          \
         .unit = "effective per year",                                                             \
         .preset = "10%",                                                                          \
         .min = 0,                                                                                 \
         .max = 10,                                                                                \
         .help = "discount rate; 0 is a value"},                                                   \
        {.name = "margin",                                                                         \
         .type = KEPT_P_SHARE,                                                                     \
         .value = "SHARE",                                                                         \
         .unit = "of revenue",                                                                     \
         .min = 0,                                                                                 \
         .max = 1,                                                                                 \
         .help = "margin before the cost of customers; else from the cost in the orders"},         \
        {.name = "acquisition-cost",                                                               \
         .type = KEPT_P_REAL,                                                                      \
         .value = "MONEY",                                                                         \
         .unit = "per new customer",                                                               \
         .min = 0,                                                                                 \
         .max = 1e12,                                                                              \
         .help = "what a new customer cost; else from the facts on spend to acquire"},             \
    {                                                                                              \
        .name = "level", .type = KEPT_P_SHARE, .value = "SHARE", .preset = "95%", .min = 0.5,      \
        .max = 0.999, .help = "of the intervals"                                                   \
    }

/* How many customers to list. */
#define KEPT_PARAMS_LIST(how_many)                                                                 \
    {.name = "limit",                                                                              \
     .type = KEPT_P_INTEGER,                                                                       \
     .value = "N",                                                                                 \
     .preset = how_many,                                                                           \
     .min = 1,                                                                                     \
     .max = 1e9,                                                                                   \
     .help = "how many customers to list"},                                                        \
    {                                                                                              \
        .name = "all", .type = KEPT_P_FLAG, .help = "list all customers"                           \
    }

typedef struct kept_value_terms { /* what the numbers rest on */
    double horizon;               /* in units; INFINITY for --forever */
    double discount_yearly;       /* effective */
    double discount_unit;         /* continuous, per unit */
    double margin;                /* NaN: not known */
    bool margin_from_cost;
    double acquisition_cost; /* per new customer; NaN: not known */
    bool cost_from_spend;
    double level;
} kept_value_terms;

/* Columns of base->orders.n; money in currency. */
typedef struct kept_value {
    kept_value_terms terms;
    double *p_alive;
    double *orders;       /* expected in the horizon; NaN when it has no end */
    double *spend_mean;   /* expected per order; NaN without amounts */
    double *revenue;      /* NaN when the horizon has no end, or without amounts */
    double *margin, *net; /* NaN when not known */
    double *rank_by;      /* what customers are sorted and graded by: discounted revenue, or
                             discounted orders without amounts */
    uint32_t *by_worth;   /* indices, most valuable first */
    char *grade;          /* 'A', 'B', 'C' */
    /* Totals over the base. */
    double total_active, total_orders, total_orders_low, total_orders_high;
    double total_revenue, total_revenue_low, total_revenue_high;
    double total_margin, total_net;
} kept_value;

/* Reads the orders, fits both models and predicts for every customer. KEPT_EINPUT: no orders;
 * KEPT_ENUM: the fit gave no parameters at all. Notes on what was read go to result. */
KEPT_MUST_CHECK kept_status kept_value_of_base(kept_ctx *ctx, const kept_args *args,
                                               kept_result *result, kept_base *ret_base,
                                               kept_value *ret_value, kept_err *err);

/* Intervals for the customers listed (indices): NaN where there are none. Columns of n. */
typedef struct kept_value_interval {
    double *orders_low, *orders_high;
    double *revenue_low, *revenue_high;
} kept_value_interval;
KEPT_MUST_CHECK kept_status kept_value_intervals(kept_ctx *ctx, const kept_base *base,
                                                 const kept_value *value, const uint32_t *index,
                                                 size_t n, kept_value_interval *ret_interval,
                                                 kept_err *err);

/* The table of customers with their value, most valuable first, as many as KEPT_PARAMS_LIST says.
 */
extern const kept_table_def kept_value_table;
KEPT_MUST_CHECK kept_status kept_value_show_customers(kept_ctx *ctx, const kept_args *args,
                                                      const kept_base *base,
                                                      const kept_value *value, kept_result *result,
                                                      kept_err *err);
/* Terms and totals. */
extern const kept_group_def kept_value_terms_group, kept_value_total_group;
void kept_value_show_totals(const kept_base *base, const kept_value *value, kept_result *result);
/* Sets a MONEY field from currency; leaves it empty when value is not finite. */
void kept_value_set_money(kept_result *result, kept_group *group, const char *field, double value);
/* How many customers hold which share of the value. */
extern const kept_table_def kept_value_grade_table;
void kept_value_show_grades(const kept_base *base, const kept_value *value, kept_result *result);

#endif
