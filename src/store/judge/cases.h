/* store/judge/cases.h - the cases that promises are judged by: counted in the engine, shown one by
 * one.
 *
 * One statement per group of promises that are judged alike (same measure, zone, calendar, matched
 * column, condition and grain), however many promises are in it. A case belongs to the window of
 * the day it falls due and is good, bad, excused, unknown or open (see kept/allowance.h). Facts are
 * read through the views of store/facts/read.h, so both clocks and the scope hold. */
#ifndef KEPT_STORE_JUDGE_CASES_H
#define KEPT_STORE_JUDGE_CASES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "catalogue/calendar.h"
#include "catalogue/measure.h"
#include "kept/allowance.h"
#include "kept/arena.h"
#include "kept/err.h"
#include "store/scope.h"
#include "store/store.h"

/* Which rows are of a promise: those of customers, all, or those that name a supplier, carrier or
 * channel. */
typedef enum kept_case_match {
    KEPT_MATCH_CUSTOMERS, /* the customers of the window's set */
    KEPT_MATCH_ALL,
    KEPT_MATCH_SUPPLIER, /* column `supplier` equals the window's party */
    KEPT_MATCH_CARRIER,  /* column `carrier`, likewise */
    KEPT_MATCH_CHANNEL,  /* column `channel`, likewise */
} kept_case_match;

typedef enum kept_counted_by {
    KEPT_BY_CASE,
    KEPT_BY_DAY,
    KEPT_BY_WEEK,
    KEPT_BY_MONTH,
} kept_counted_by;

/* What the promises of one statement share. */
typedef struct kept_case_group {
    const kept_measure *measure;   /* with judge set */
    const char *zone;              /* IANA; NULL: that of the firm */
    const kept_calendar *calendar; /* working calendar; NULL: every hour counts */
    kept_case_match match;
    const char *only; /* formula about one row; NULL: every row */
    kept_counted_by counted_by;
} kept_case_group;

/* One window of one promise. */
typedef struct kept_case_window {
    int64_t promise;    /* record */
    int32_t start, end; /* due days, both counted */
    int64_t set;        /* MATCH_CUSTOMERS: number of the set, see kept_case_member */
    const char *party;  /* MATCH_SUPPLIER, _CARRIER, _CHANNEL */
    /* Measures with a start: due = start + within (calendar time, or working time of the group's
     * calendar); minutes; -1: none. */
    int64_t within;
    int64_t tolerance;     /* millionths of the measure's unit by which a case may miss; 0: none */
    int64_t target_value;  /* millionths; measures whose good asks for `target` */
    int64_t period_target; /* counted by periods: share of a period's cases that must be good */
} kept_case_window;

/* customer, by any of its keys, belongs to a set. */
typedef struct kept_case_member {
    int64_t set;
    uint64_t customer;
} kept_case_member;

/* Of one window, in the order given; windows without any row have all counts 0. Counted by periods
 * the counts are of periods. */
typedef struct kept_case_count {
    kept_counts counts;
    int64_t open_ahead;          /* of open: not due yet on the last day seen */
    int64_t rows;                /* rows of facts behind the counts */
    double figure;               /* mean of `figure` over decided cases, or the newest; NaN: none */
    int32_t last_bad;            /* day on which the newest failure fell due; KEPT_NO_DAY: none */
    int32_t first_due, last_due; /* KEPT_NO_DAY: none */
} kept_case_count;

typedef struct kept_case_ask {
    const kept_case_group *group;
    const kept_case_window *windows;
    size_t n_windows;
    const kept_case_member *members;
    size_t n_members;
    int32_t seen; /* last day seen: cases due after it and not done are open */
} kept_case_ask;

/* The last day of the facts of the kind: the latest of its time and of days on which something
 * became known, not after `today`; scope.as_of when that is set. KEPT_NO_DAY: no such facts. The
 * view of the kind is made for the scope. */
KEPT_MUST_CHECK kept_status kept_cases_seen(kept_store *store, const kept_scope *scope,
                                            const kept_measure *measure, int32_t today,
                                            int32_t *ret_seen, kept_err *err);

/* ret_counts has room for n_windows. One statement. KEPT_EINPUT for a wrong `only`. */
KEPT_MUST_CHECK kept_status kept_cases_count(kept_store *store, const kept_scope *scope,
                                             const kept_case_ask *ask, kept_arena *arena,
                                             kept_case_count *ret_counts, kept_err *err);

/* One case, as evidence. */
typedef struct kept_case_row {
    const char *key;               /* natural key, "D-1001", parts joined by " / "; NULL: none */
    uint64_t customer;             /* 0: none */
    int32_t due, done;             /* days, KEPT_NO_DAY: not known */
    int64_t due_clock, done_clock; /* microseconds of the day, KEPT_NO_CLOCK: none */
    const char *state;             /* good, bad, excused, unknown, open */
    bool overdue;                  /* its day has passed, and it is not done */
    double miss;      /* by how much it missed, in the measure's unit; below 0: by how much not;
                         NaN: not known, or not decided yet */
    const char *what; /* product, category, question: whatever the kind has; NULL */
    int64_t import;
} kept_case_row;

/* The rows behind one window, worst first (bad, open and overdue, open, unknown, excused, good;
 * then by due day); limit 0: all. *ret_more: rows beyond the limit. */
KEPT_MUST_CHECK kept_status kept_cases_rows(kept_store *store, const kept_scope *scope,
                                            const kept_case_ask *ask, size_t window, size_t limit,
                                            kept_arena *arena, kept_case_row **ret_rows,
                                            size_t *ret_n, size_t *ret_more, kept_err *err);

/* Cases not done yet that are overdue, or fall due up to `until`: the longest overdue first, at
 * most `limit` (> 0). One statement for all windows. */
typedef struct kept_case_due {
    size_t window;     /* index in the ask */
    uint64_t customer; /* 0: none */
    int32_t due;
    bool overdue;
    const char *key, *what; /* as in kept_case_row */
} kept_case_due;
KEPT_MUST_CHECK kept_status kept_cases_due(kept_store *store, const kept_scope *scope,
                                           const kept_case_ask *ask, int32_t until, size_t limit,
                                           kept_arena *arena, kept_case_due **ret_due,
                                           size_t *ret_n, kept_err *err);

/* How each customer fared by the measure in the days from..to (due days, decided cases alone), for
 * priors; and how long before its due day a case was known and done, for forecasts. One statement
 * each. */
typedef struct kept_case_history {
    uint64_t customer;
    int64_t n, failed;
} kept_case_history;
typedef struct kept_case_histories {
    kept_case_history *items; /* by customer */
    size_t n;
    /* leads[d]: cases known d days before they fell due (the last: that many or more); early[d]:
     * good ones done d days before. */
    int64_t *leads, *early;
    size_t n_leads; /* of both */
} kept_case_histories;
KEPT_MUST_CHECK kept_status kept_cases_history(kept_store *store, const kept_scope *scope,
                                               const kept_case_ask *ask, int32_t from, int32_t to,
                                               kept_arena *arena,
                                               kept_case_histories *ret_histories, kept_err *err);

/* Cases by due day (rolling windows, charts, alarms), of all windows in one statement: those of
 * window i are ret_days[ret_first[i]] up to ret_days[ret_first[i + 1]] (n_windows + 1 of them). */
typedef struct kept_case_day {
    int32_t day;
    int64_t decided, failed, open;
} kept_case_day;
KEPT_MUST_CHECK kept_status kept_cases_days(kept_store *store, const kept_scope *scope,
                                            const kept_case_ask *ask, kept_arena *arena,
                                            kept_case_day **ret_days, size_t **ret_first,
                                            kept_err *err);

#endif
