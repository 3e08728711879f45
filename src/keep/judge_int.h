/* keep/judge_int.h - the steps of judging. Not for others. */
#ifndef KEPT_KEEP_JUDGE_INT_H
#define KEPT_KEEP_JUDGE_INT_H

#include "keep/judge.h"
#include "kept/alarm.h"
#include "kept/missed.h"

/* One window among those of a group, and what it is for. */
typedef struct kept_slot_of {
    const kept_promise *promise;
    const kept_terms *terms;
    bool running;
    size_t whole; /* of a part whose cases do not count: its window; else itself */
} kept_slot_of;

/* Promises that are judged alike, and their windows. */
typedef struct kept_group_of {
    kept_case_group group;
    const char *calendar; /* as the terms name it */
    kept_case_ask ask;
    kept_case_window *windows;
    kept_slot_of *slots;
    size_t n, room;
    kept_case_member *members;
    size_t n_members, room_members;
    kept_case_count *counts;
} kept_group_of;

KEPT_MUST_CHECK kept_status kept_judge__add(kept_judging *j, const kept_judged *judged,
                                            kept_err *err);
/* Grows an array in the arena to hold one more. */
KEPT_MUST_CHECK kept_status kept_judge__grow(kept_arena *arena, void **items, size_t n,
                                             size_t *room, size_t size, kept_err *err);

/* Not judged, and why. */
KEPT_MUST_CHECK kept_status kept_judge__unmeasured(kept_judging *j, const kept_promise *promise,
                                                   const kept_planned *planned, const char *cause,
                                                   const char *remedy, kept_err *err);

/* All windows of counted promises, by group. */
KEPT_MUST_CHECK kept_status kept_judge__groups(kept_judging *j, kept_group_of **ret_groups,
                                               size_t *ret_n, kept_err *err);
KEPT_MUST_CHECK kept_status kept_judge__group(kept_judging *j, kept_group_of *group, kept_err *err);
/* How long before their day good cases were done, and the cases of running windows by day. */
typedef struct kept_waits {
    double *still; /* [n_still] by days ahead: a good case is open still with this chance */
    size_t n_still;
    kept_case_day *days;
    size_t *first, *at; /* at[slot]: its place in first; SIZE_MAX: not told apart */
    int32_t seen;
} kept_waits;
KEPT_MUST_CHECK kept_status kept_judge__waits_load(kept_judging *j, const kept_group_of *group,
                                                   const kept_case_histories *histories,
                                                   kept_waits *ret_waits, kept_err *err);
/* Fills in ask->waits. ret_due: of the cases decided, those whose day has come; only these are a
 * fair sample, since what is done ahead of its day is mostly good. */
KEPT_MUST_CHECK kept_status kept_judge__waits_of(kept_judging *j, const kept_waits *waits,
                                                 size_t slot, const kept_counts *counts,
                                                 kept_missed_ask *ask, int64_t *ret_due,
                                                 int64_t *ret_due_failed, kept_err *err);
/* Outlooks of the running windows of a group whose windows have been counted. first: of its
 * judged ones in j. */
KEPT_MUST_CHECK kept_status kept_judge__outlooks(kept_judging *j, kept_group_of *group,
                                                 size_t first, kept_err *err);
/* Alarms on the order of failures. slot_of: of each judged one from first on its window in the
 * group, SIZE_MAX: none. */
KEPT_MUST_CHECK kept_status kept_judge__alarms(kept_judging *j, const kept_group_of *group,
                                               size_t first, const size_t *slot_of, kept_err *err);
KEPT_MUST_CHECK kept_status kept_judge__acts(kept_judging *j, const kept_promise *promise,
                                             kept_err *err);

#endif
