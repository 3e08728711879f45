/* store/facts/order_stream.h - the orders of one customer after the other, from sorted files.
 *
 * Every file is read by a query of its own in file order; the streams are merged by customer. What
 * is superseded, out of sight or of an undone import is left out here, row by row, because a join
 * in the engine would not keep the order. Not for use outside order_summary.c. */
#ifndef KEPT_STORE_FACTS_ORDER_STREAM_H
#define KEPT_STORE_FACTS_ORDER_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kept/arena.h"
#include "kept/err.h"
#include "store/facts/visible.h"
#include "store/scope.h"
#include "store/store.h"

typedef struct kept_order_line {
    int32_t day;
    bool gone;        /* given back, but for an unknown amount: counted, never placed */
    int64_t value;    /* amount, or quantity where no file has amounts; 0 when not known */
    uint64_t product; /* hash; 0: not known or not needed */
} kept_order_line;

typedef struct kept_order_stream kept_order_stream;

typedef struct kept_order_stream_info {
    bool has_amount;  /* some visible file has amounts */
    bool has_returns; /* some line may be negative: products are read */
} kept_order_stream_info;

/* until: last day read, KEPT_NO_DAY: no limit beyond the scope's. The stream is NULL for a scope
 * that sees nothing. */
KEPT_MUST_CHECK kept_status kept_order_stream_open(kept_store *store, const kept_scope *scope,
                                                   int32_t until, kept_order_stream **ret_stream,
                                                   kept_order_stream_info *ret_info, kept_err *err);
/* The lines of the next customer, by day and in file order within a day; *ret_n 0 at the end. Valid
 * until the next call. */
KEPT_MUST_CHECK kept_status kept_order_stream_next(kept_order_stream *stream,
                                                   uint64_t *ret_customer,
                                                   kept_order_line **ret_lines, size_t *ret_n,
                                                   kept_err *err);
void kept_order_stream_close(kept_order_stream *stream); /* NULL is allowed */

/* --- Netting of returns (order_net.c) --- */

typedef struct kept_netting {
    int64_t returns, matched, spread, unplaced;
    int64_t value_returned, value_unplaced;
    /* Scratch, grown as needed; freed by kept_netting_done. */
    void *scratch;
    size_t room;
} kept_netting;

/* Sets the negative lines of one customer against earlier ones: on return value is what is left of
 * each sale, and lines given back are marked gone. touched[i]: line i lost something. *ret_touched
 * is valid until the next call. */
KEPT_MUST_CHECK kept_status kept_net_returns(kept_netting *netting, kept_order_line *lines,
                                             size_t n, const bool **ret_touched, kept_err *err);
void kept_netting_done(kept_netting *netting);

#endif
