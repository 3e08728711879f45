/* realise/base.h - the customer base as the models see it: summaries of the orders, and the fitted
 * models. Shared by the operations on customer value. */
#ifndef KEPT_REALISE_BASE_H
#define KEPT_REALISE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kept/bgnbd.h"
#include "kept/clv.h"
#include "kept/err.h"
#include "kept/gammagamma.h"
#include "kept/left_edge.h"
#include "kept/special.h"
#include "op/ctx.h"
#include "op/on_files.h"
#include "store/facts/order_summary.h"

/* What every operation on customer value takes. */
#define KEPT_PARAMS_BASE                                                                           \
    KEPT_PARAM_ORDERS, KEPT_PARAMS_READING,                                                        \
        {.name = "until",                                                                          \
         .type = KEPT_P_DATE,                                                                      \
         .value = "DATE",                                                                          \
         .help = "last day counted, inclusive; else the day of --as-of or the last in the data"},  \
        {.name = "acquired-from",                                                                  \
         .type = KEPT_P_DATE,                                                                      \
         .value = "DATE",                                                                          \
         .help = "fit on customers whose first order is on this day or later; else all, without "  \
                 "the first weeks when old customers stand out in them"},                          \
    {                                                                                              \
        .name = "unit", .type = KEPT_P_CHOICE, .choices = "day|week|month|year", .preset = "week", \
        .help = "unit of time of the model"                                                        \
    }

typedef struct kept_base {
    kept_store *store; /* borrowed */
    kept_time_unit unit;
    double unit_days;
    kept_order_summary orders;
    kept_left_edge edge;
    int32_t acquired_from; /* the fit rests on customers whose first order is not before this */
    /* Columns of orders.n, in time units and in currency. */
    uint32_t *x;
    double *t_x, *T;
    double *m;                /* mean spend of the repeat orders; 0 where x == 0 */
    kept_bgnbd_rows fit_rows; /* distinct histories of the customers fitted */
    kept_bgnbd_rows all_rows; /* distinct histories of all customers */
    size_t n_fitted;
    int64_t repeat_orders; /* of the customers fitted */
    kept_bgnbd_fit fit;
    bool has_spend;
    kept_gammagamma_fit spend;
    kept_correlation correlation; /* of x and m, over customers with x > 0 and m > 0 */
} kept_base;

/* Reads the orders (workspace or --orders) and lays out the columns. KEPT_EINPUT when there is no
 * order at all. */
KEPT_MUST_CHECK kept_status kept_base_read(kept_ctx *ctx, const kept_args *args, bool money_needed,
                                           kept_result *result, kept_base *ret_base, kept_err *err);
/* Fits BG/NBD, and Gamma-Gamma when there are amounts. A fit that did not converge is a result. */
KEPT_MUST_CHECK kept_status kept_base_fit_orders(kept_ctx *ctx, kept_base *base, kept_err *err);
KEPT_MUST_CHECK kept_status kept_base_fit_spend(kept_ctx *ctx, kept_base *base, kept_err *err);

/* What a reader must know: who was left out of the fit, how returns were netted, doubts about the
 * fit and the independence of spend and frequency. */
void kept_base_notes(const kept_base *base, kept_result *result);

#endif
