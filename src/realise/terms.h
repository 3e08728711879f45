/* realise/terms.h - horizon, discount, margin and acquisition cost of a prediction. */
#ifndef KEPT_REALISE_TERMS_H
#define KEPT_REALISE_TERMS_H

#include "realise/value.h"

/* From the arguments of KEPT_PARAMS_VALUE; margin and acquisition cost, when not given, from the
 * cost in the orders and the facts on spend; NaN when they are not there either. */
KEPT_MUST_CHECK kept_status kept_value_terms_read(kept_ctx *ctx, const kept_args *args,
                                                  const kept_base *base,
                                                  kept_value_terms *ret_terms, kept_err *err);

#endif
