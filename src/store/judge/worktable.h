/* store/judge/worktable.h - a working calendar as a table, for C and for the engine alike.
 *
 * Both look up the same rows (base/worktime.h), so that they give the same microseconds. The
 * expressions below take and give BIGINT microseconds, as SQL; NULL gives NULL. Each look-up is an
 * ASOF join inside: it may stand wherever a value may, and costs one sort of its moments. */
#ifndef KEPT_STORE_JUDGE_WORKTABLE_H
#define KEPT_STORE_JUDGE_WORKTABLE_H

#include "base/text.h"
#include "base/worktime.h"
#include "catalogue/calendar.h"
#include "store/store.h"

enum { KEPT_WORKTABLE_DAYS_MAX = 100000 };

/* Spans of the calendar for the days first..last (both counted, at most KEPT_WORKTABLE_DAYS_MAX),
 * as UTC moments: those shifts whose hours begin on these days. The same rows are put into the
 * table `name` of the engine, which is made anew: day (DATE, local), opens, closes, before (BIGINT,
 * as in kept_span). Hours that daylight saving skips are not worked, hours that it repeats are
 * worked twice. The zone is that of the calendar, else `zone` (may be NULL), else that of the firm.
 * KEPT_EINPUT when there is no such zone. Outside of these days nothing counts as worked: take
 * first and last from the moments that are looked up, last with room for deadlines. */
KEPT_MUST_CHECK kept_status kept_worktable_make(kept_store *store, const kept_calendar *calendar,
                                                const char *zone, kept_day first, kept_day last,
                                                const char *name, kept_arena *arena,
                                                kept_worktime *ret_worktime, kept_err *err);
/* Whether the engine knows the zone. KEPT_EINPUT names the nearest one. */
KEPT_MUST_CHECK kept_status kept_zone_check(kept_store *store, const char *zone, kept_err *err);

/* kept_worktime_at. */
void kept_worktable_at_sql(kept_buf *sql, const char *name, const char *moment);
/* kept_worktime_between. */
void kept_worktable_between_sql(kept_buf *sql, const char *name, const char *a, const char *b);
/* kept_worktime_add: the deadline; NULL when the calendar ends before. */
void kept_worktable_add_sql(kept_buf *sql, const char *name, const char *from, const char *work);
/* What kept_worktime_without leaves out: a SELECT of id and paused, the working time from a to b
 * within pauses. `pauses` is a table, or a SELECT in brackets, with one row per pause: id of the
 * case, its a and b, and opens and closes of the pause. Cases without a pause are not in it. */
void kept_worktable_paused_sql(kept_buf *sql, const char *name, const char *pauses);

#endif
