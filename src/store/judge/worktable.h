/* store/judge/worktable.h - a working calendar as a table, for C and for the engine alike. */
#ifndef KEPT_STORE_JUDGE_WORKTABLE_H
#define KEPT_STORE_JUDGE_WORKTABLE_H

#include "base/text.h"
#include "base/worktime.h"
#include "catalogue/calendar.h"
#include "store/store.h"

/* Spans of the calendar for the days first..last in its zone (else the firm's), as UTC moments. The
 * same rows are put into the table `name` of the engine: opens, closes, before (BIGINT, as in
 * kept_span). Hours that daylight saving skips are not worked, hours that it repeats are worked
 * twice. The zone is that of the calendar, else `zone`, else that of the firm. */
KEPT_MUST_CHECK kept_status kept_worktable_make(kept_store *store, const kept_calendar *calendar,
                                                const char *zone, kept_day first, kept_day last,
                                                const char *name, kept_arena *arena,
                                                kept_worktime *ret_worktime, kept_err *err);

/* SQL for kept_worktime_at over that table: a scalar expression in which `moment` (an SQL
 * expression, BIGINT microseconds) is looked up. Use it where the table is joined as the engine
 * likes best: see the source for the ASOF form. */
void kept_worktable_at_sql(kept_buf *sql, const char *name, const char *moment);

#endif
