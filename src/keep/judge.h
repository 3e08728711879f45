/* keep/judge.h - judging promises: from facts, terms and people's words to verdicts and outlooks.
 *
 * Counted promises are judged in groups that are judged alike, one statement each; done and said
 * ones by what was recorded. Nothing is written here. */
#ifndef KEPT_KEEP_JUDGE_H
#define KEPT_KEEP_JUDGE_H

#include "keep/plan.h"
#include "op/ctx.h"
#include "store/judge/cases.h"
#include "store/judge/verdicts.h"
#include "store/measures/measures.h"

/* From which chance of being missed on a promise is at risk, where the workspace sets nothing else
 * (store/judge/watch.h). Ours: in the study of tests/study a warning at 0.7, from where on it "will
 * probably be broken", beats one at the first failure as well as one at the last that is allowed,
 * in warnings in time and in false ones; at 0.5 it is in time more often and false more often. What
 * is used of the allowance is shown and gives no warning of its own: it only added false ones. */
#define KEPT_WATCH_PRESET 0.5

typedef struct kept_judging {
    kept_ctx *ctx;
    kept_store *store;
    kept_arena *arena;
    int32_t as_of; /* the last day that counts */
    int32_t over;  /* the last day that is over: before today, or as_of when it was asked for */
    double watch;  /* chance from which on it is at risk */
    kept_promise *promises;
    size_t n_promises;
    kept_measures measures;
    kept_calendars calendars;
    /* Results, in no particular order. */
    kept_judged *judged;
    size_t n, room;
    kept_open_case *open;
    size_t n_open, room_open;
    size_t statements;   /* sent to the engine */
    double false_alarms; /* expected in two years at target, over all promises watched */
} kept_judging;

/* Loads promises (id 0: all) and what judging needs, and judges nothing yet. */
KEPT_MUST_CHECK kept_status kept_judge_begin(kept_ctx *ctx, kept_store *store, int64_t id,
                                             kept_judging *ret_judging, kept_err *err);
/* Judges what was loaded. */
KEPT_MUST_CHECK kept_status kept_judge_run(kept_judging *judging, kept_err *err);
/* Loads promises (id 0: all) and judges them as of the context's clocks. Lives in ctx->arena. */
KEPT_MUST_CHECK kept_status kept_judge_promises(kept_ctx *ctx, kept_store *store, int64_t id,
                                                kept_judging *ret_judging, kept_err *err);

/* The group and the one window of a promise's window that contains the day, for its rows: ask lives
 * in ctx->arena. KEPT_EARG when the promise is not counted from facts, KEPT_ENOTFOUND when no such
 * window is judged. */
KEPT_MUST_CHECK kept_status kept_judge_window(kept_judging *judging, const kept_promise *promise,
                                              int32_t day, kept_case_ask *ret_ask, kept_err *err);

#endif
