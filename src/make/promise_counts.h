/* make/promise_counts.h - a promise shown as counts: before it is made, and when it is. */
#ifndef KEPT_MAKE_PROMISE_COUNTS_H
#define KEPT_MAKE_PROMISE_COUNTS_H

#include "catalogue/catalogue.h"
#include "make/case_facts.h"
#include "op/ctx.h"
#include "op/op.h"
#include "op/result.h"

extern const kept_group_def kept_counts_group;
extern const kept_table_def kept_ways_table;

/* Adds to kept promise add what the promise means in counts; nothing for one that is not counted.
 * What hinders it is a note: the promise itself was made. */
KEPT_MUST_CHECK kept_status kept_counts_after_add(kept_ctx *ctx, const kept_args *args,
                                                  kept_result *result, kept_err *err);

/* What to ask of counts.h, from what the facts say; per_year may be NaN. */
kept_counts_ask kept_counts_ask_of(const kept_promise *promise, const kept_case_facts *facts);

/* kept promise counts; its options are fields of the kind. */
KEPT_MUST_CHECK kept_status kept_op_promise_counts(const kept_record_kind *promise,
                                                   kept_arena *arena, kept_op **ret_op,
                                                   kept_err *err);

#endif
