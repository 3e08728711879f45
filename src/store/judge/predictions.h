/* store/judge/predictions.h - what was predicted of windows, and what became of them. */
#ifndef KEPT_STORE_JUDGE_PREDICTIONS_H
#define KEPT_STORE_JUDGE_PREDICTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kept/arena.h"
#include "kept/err.h"
#include "store/scope.h"
#include "store/store.h"

typedef struct kept_prediction {
    int64_t promise;
    int64_t customer;   /* record, of the promise; 0: none */
    int32_t start, end; /* the window; of a rolling one the days that follow `day`, on any of which
                           it may be missed */
    int32_t day;        /* on which it was said */
    double p;
    bool acted; /* an action or a notice about the promise was recorded in the window */
} kept_prediction;

/* All that were stored about promises in sight, by promise, window and day. */
KEPT_MUST_CHECK kept_status kept_predictions_read(kept_store *store, const kept_scope *scope,
                                                  kept_arena *arena,
                                                  kept_prediction **ret_predictions, size_t *ret_n,
                                                  kept_err *err);
/* Windows of promises about which something was done while they ran: sets acted of each. */
KEPT_MUST_CHECK kept_status kept_predictions_acted(kept_store *store, const kept_scope *scope,
                                                   kept_prediction *predictions, size_t n,
                                                   kept_arena *arena, kept_err *err);

#endif
