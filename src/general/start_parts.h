/* general/start_parts.h - the parts of the first screen. Not for others. */
#ifndef KEPT_GENERAL_START_PARTS_H
#define KEPT_GENERAL_START_PARTS_H

#include "catalogue/start.h"
#include "op/ctx.h"
#include "op/result.h"
#include "store/store.h"

/* What stands beside the ledger in conditions of steps. */
typedef struct kept_start_facts {
    int64_t imports, order_imports; /* in force */
} kept_start_facts;

extern const kept_table_def kept_start_steps_table;
extern const kept_table_def kept_start_warnings_table;

/* The first steps whose condition holds, of one stage (NULL: of any). */
KEPT_MUST_CHECK kept_status kept_start_steps(kept_ctx *ctx, kept_store *store,
                                             const kept_start *start, kept_start_facts facts,
                                             const char *stage, kept_result *result, kept_err *err);
/* The warnings with most money at stake; nothing is noted. */
KEPT_MUST_CHECK kept_status kept_start_warnings(kept_ctx *ctx, kept_store *store,
                                                kept_result *result, kept_err *err);

#endif
