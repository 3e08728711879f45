/* keep/show_by.h - the cases of one promise broken down by a field of the customers' records. */
#ifndef KEPT_KEEP_SHOW_BY_H
#define KEPT_KEEP_SHOW_BY_H

#include "keep/judge.h"
#include "op/result.h"

extern const kept_table_def kept_by_table;

/* A row for each value of the field, most cases first; for fields with several values a case counts
 * under each. day: the window that contains it; KEPT_NO_DAY: all windows that are judged, together.
 * KEPT_EARG for a field that customers do not have or that makes no groups, and for a promise that
 * is not counted over customers. */
KEPT_MUST_CHECK kept_status kept_show_by(kept_judging *judging, const kept_promise *promise,
                                         const char *field, int32_t day, kept_result *result,
                                         kept_err *err);

#endif
