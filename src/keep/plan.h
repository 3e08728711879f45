/* keep/plan.h - which windows of a promise are to be judged as of a day. */
#ifndef KEPT_KEEP_PLAN_H
#define KEPT_KEEP_PLAN_H

#include "store/judge/promises.h"

typedef struct kept_planned {
    const kept_terms *terms;
    kept_window_days days; /* cut to the days on which the promise holds */
    bool running;          /* its last day has not passed */
} kept_planned;

/* Windows of a promise without a first day: the one that runs and so many before it. */
enum { KEPT_PLAN_PRESET = 8, KEPT_PLAN_MOST = 400 };

/* Windows up to as_of, oldest first; those that end after `over`, the last day that is over, are
 * running. Of a promise that is not agreed to run, or judged in no way,
 * there are none. Of a rolling window there are two: the one that ends with as_of, closed, and the
 * same as running. Lives in arena. */
KEPT_MUST_CHECK kept_status kept_plan(const kept_promise *promise, int32_t as_of, int32_t over,
                                      kept_arena *arena, kept_planned **ret_planned, size_t *ret_n,
                                      kept_err *err);

/* The day on which a window of so many kinds before the one of `day` begins. */
kept_day kept_plan_back(const kept_terms *terms, kept_day day, kept_day anchor, int windows);

#endif
