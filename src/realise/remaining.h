/* realise/remaining.h - the measure clv.remaining_margin, which other stages read. */
#ifndef KEPT_REALISE_REMAINING_H
#define KEPT_REALISE_REMAINING_H

#include "realise/value.h"

/* Opens the workspace so that the measure can be stored, when it is to be: the orders are those of
 * a workspace that can be written, and neither a clock nor a last day is set, because the measure
 * is what is known now. To be called before anything opens it for reading. */
bool kept_remaining_open(kept_ctx *ctx, const kept_args *args);

/* Stores the margin of every customer and says so in a note. That it cannot be stored is a note
 * too: the prediction stands. */
KEPT_MUST_CHECK kept_status kept_remaining_store(kept_ctx *ctx, const kept_base *base,
                                                 const kept_value *value, kept_result *result,
                                                 kept_err *err);

#endif
