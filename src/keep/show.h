/* keep/show.h - what judging found about one promise, beside its record: verdicts, outlook, events,
 * and the rows behind a window. */
#ifndef KEPT_KEEP_SHOW_H
#define KEPT_KEEP_SHOW_H

#include "op/ctx.h"
#include "op/result.h"

extern const kept_table_def kept_windows_table;
extern const kept_table_def kept_events_table;
extern const kept_table_def kept_rows_table;
extern const kept_group_def kept_outlook_group;

/* Options that it adds to kept promise show. */
extern const kept_param kept_show_params[];
extern const size_t kept_n_show_params;

/* args: those of kept promise show with the options above; words: which promise, "P-12". */
KEPT_MUST_CHECK kept_status kept_show_add(kept_ctx *ctx, const kept_args *args, const char *words,
                                          kept_result *result, kept_err *err);

#endif
