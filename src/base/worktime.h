/* base/worktime.h - working time: minutes between two moments in which somebody is at work.
 *
 * A working calendar is a table of spans, each with the working minutes before it. The same table
 * is given to the engine, so that SQL and C agree on every pair of moments. Moments are
 * microseconds since 1970-01-01T00:00Z: daylight saving has been dealt with when the table was
 * made. */
#ifndef KEPT_BASE_WORKTIME_H
#define KEPT_BASE_WORKTIME_H

#include <stddef.h>
#include <stdint.h>

/* Open from `opens` (counted) to `closes` (not counted), opens < closes; `before`: working
 * microseconds of all spans before it. Spans are sorted and do not overlap. */
typedef struct kept_span {
    int64_t opens, closes, before;
} kept_span;

typedef struct kept_worktime {
    const kept_span *spans;
    size_t n;
} kept_worktime;

/* Working microseconds from the first span on up to the moment. */
int64_t kept_worktime_at(const kept_worktime *calendar, int64_t moment);
/* From a to b; negative when b lies before a. */
int64_t kept_worktime_between(const kept_worktime *calendar, int64_t a, int64_t b);
/* The same without the working time within pauses (sorted or not, overlapping or not; opens and
 * closes alone are read). b before a: 0. */
int64_t kept_worktime_without(const kept_worktime *calendar, int64_t a, int64_t b,
                              const kept_span *pauses, size_t n);
/* The first moment at which `work` microseconds (>= 0) of working time have passed since `from`: a
 * deadline. With work 0: from itself. INT64_MAX when the calendar ends before. */
int64_t kept_worktime_add(const kept_worktime *calendar, int64_t from, int64_t work);

#endif
