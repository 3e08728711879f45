/* store/facts/order_summary.h - one row per customer from the orders: the raw matter of CLV.
 *
 * One streaming pass over files sorted by customer and day. Orders of one customer on one day are
 * one order. Returns (negative amounts) are netted first by the rule of kept_return_rule_text. */
#ifndef KEPT_STORE_FACTS_ORDER_SUMMARY_H
#define KEPT_STORE_FACTS_ORDER_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kept/arena.h"
#include "kept/err.h"
#include "store/scope.h"
#include "store/store.h"

typedef struct kept_order_opts {
    int32_t until; /* last day counted, inclusive; KEPT_NO_DAY: the last day in the data */
    int32_t from;  /* first day counted; KEPT_NO_DAY: the first in the data */
} kept_order_opts;

typedef struct kept_order_summary { /* columns of length n, sorted by customer key */
    size_t n;
    uint64_t *customer;
    int32_t *first_day, *last_day;
    uint32_t *x; /* order days after the first */
    uint32_t *lines;
    int64_t *spend;        /* all order days, net, ten-thousandths */
    int64_t *spend_repeat; /* all but the first order day */
    int32_t from, until;   /* resolved */
    bool has_amount;       /* false: no file has amounts; spends are 0 */
    int64_t lines_read;
    /* What netting did. */
    int64_t returns;             /* lines with a negative amount */
    int64_t returns_matched;     /* against a sale of the same product with enough left */
    int64_t returns_spread;      /* used up on the newest earlier sales */
    int64_t returns_unplaced;    /* no earlier sale in the data: left out */
    int64_t returned;            /* money netted */
    int64_t unplaced;            /* money left out */
    int64_t days_cancelled;      /* order days left with nothing, no orders any more */
    int64_t customers_cancelled; /* customers left with no order day, not in the columns */
} kept_order_summary;

KEPT_MUST_CHECK kept_status kept_order_summarise(kept_store *store, const kept_scope *scope,
                                                 const kept_order_opts *opts, kept_arena *arena,
                                                 kept_order_summary *ret_summary, kept_err *err);

/* The rule in two sentences, as shown in results and docs. */
const char *kept_return_rule_text(void);

/* Repeat orders per period for the tracking plot: period k covers days start + k * days_per_period
 * and on; counts order days that are not a customer's first, net of returns, of customers whose
 * first order day lies in acquired_from .. acquired_until (KEPT_NO_DAY: no limit on that side). */
typedef struct kept_track_opts {
    int32_t acquired_from, acquired_until;
    int32_t start;
    double days_per_period;
    size_t n_periods;
} kept_track_opts;

KEPT_MUST_CHECK kept_status kept_order_track(kept_store *store, const kept_scope *scope,
                                             const kept_track_opts *opts, kept_arena *arena,
                                             int64_t **ret_repeat, kept_err *err);

#endif
