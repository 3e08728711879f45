/* general/measures.h - how measures are shown. Shared by the operations on measures. */
#ifndef KEPT_GENERAL_MEASURES_H
#define KEPT_GENERAL_MEASURES_H

#include "op/ctx.h"
#include "store/measures/measures.h"

/* Sensitive numbers are for managers. */
bool kept_measure_hidden(const kept_ctx *ctx, const kept_measure *measure);

/* What the declaration says, in one sentence: "sum(amount) of orders in 12 months, per customer".
 */
const char *kept_measure_words(const kept_measure *measure, kept_arena *arena);

/* How cases are judged: "each of deliveries, due first_promised_at, done delivered_at". */
const char *kept_judge_words(const kept_measure *measure, kept_arena *arena);

/* "never run", "facts are newer" ... */
const char *kept_measure_state_words(const kept_measure_state *state);

#endif
