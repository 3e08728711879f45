/* keep/screen.h - what somebody should do this week, what was kept, what is at risk: the first
 * screen and the page that is printed or mailed of it. */
#ifndef KEPT_KEEP_SCREEN_H
#define KEPT_KEEP_SCREEN_H

#include "op/ctx.h"
#include "op/result.h"

extern const kept_table_def kept_week_table;
extern const kept_table_def kept_risk_table;

/* This week first, then kept by level, then what is at risk. owner: record of an employee, whose
 * promises alone are shown; 0: all. Without any promise nothing is added. */
KEPT_MUST_CHECK kept_status kept_screen_add(kept_ctx *ctx, kept_store *store, int64_t owner,
                                            kept_result *result, kept_err *err);

#endif
