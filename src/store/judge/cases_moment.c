/* When cases fall due and when they were done: as moments, to be compared, and as days in the zone
 * of the promise, by which windows go. */
#include <string.h>

#include "base/date.h"
#include "store/facts/sql.h"
#include "store/judge/cases_int.h"
#include "store/judge/worktable.h"

enum { DAY = 86400, MINUTE = 60 }; /* in seconds: microseconds of a millionth */

static void add(kept_case_query *q, const char *text)
{
    kept_buf_add(&q->sql, text);
}

/* Days and times of one zone need no conversion. */
static bool plain(const kept_case_query *q)
{
    return !q->judge->start && strcmp(q->zone, q->firm_zone) == 0;
}

/* --- Moments --- */

/* "timezone(FIRM, kept_d0 + kept_c0)": a day and time of the facts as a moment. */
static void add_moment(kept_case_query *q, const char *local)
{
    if (plain(q)) {
        add(q, local);
        return;
    }
    kept_sql_text(&q->sql, "timezone(", q->firm_zone, ", ");
    add(q, local);
    add(q, ")");
}

/* A moment and the working time promised from it on: the deadline. */
static void add_worked(kept_case_query *q, const char *from)
{
    add(q, "make_timestamptz(");
    kept_worktable_add_sql(&q->sql, q->worktable, from, "coalesce(kept_within, 0) * 60000000");
    add(q, ")");
}

static void add_moments(kept_case_query *q)
{
    add(q, "SELECT *, ");
    if (q->worktable)
        add_worked(q, "epoch_us(kept_begins)");
    else
        add(q,
            q->judge->start ? "kept_begins + to_minutes(coalesce(kept_within, 0))" : "kept_begins");
    add(q, " AS kept_t0 FROM (SELECT *, ");
    add_moment(q, "kept_d0 + kept_c0");
    add(q, " AS kept_begins, ");
    add_moment(q, "kept_d1 + kept_c1");
    add(q, " AS kept_t1 FROM (");
    kept_cases__add_rows(q);
    add(q, ") kept_rows) kept_begun");
}

/* --- Days --- */

static void add_local(kept_case_query *q, const char *moment, const char *name)
{
    if (!plain(q))
        kept_sql_text(&q->sql, "timezone(", q->zone, ", ");
    add(q, moment);
    add(q, plain(q) ? " AS " : ") AS ");
    add(q, name);
}

/* The due day of a start that is a day alone: the time promised counts from the end of that day on,
 * and the deadline is a day too. */
static void add_due_day(kept_case_query *q)
{
    if (!q->judge->start) {
        add(q, "kept_d0");
        return;
    }
    if (!q->worktable) {
        add(q, "kept_d0 + CAST((coalesce(kept_within, 0) + 1439) // 1440 AS INTEGER)");
        return;
    }
    kept_sql_text(&q->sql, "CASE WHEN kept_within > 0 THEN CAST(timezone(", q->zone, ", ");
    KEPT_AUTO_BUF from = KEPT_BUF_INIT;
    kept_sql_text(&from, "epoch_us(timezone(", q->zone, ", CAST(kept_d0 + 1 AS TIMESTAMP)))");
    add_worked(q, kept_buf_text(&from));
    add(q, ") AS DATE) ELSE kept_d0 END");
    q->em.failed = q->em.failed || from.failed;
}

static void add_days_alone(kept_case_query *q)
{
    add(q, "SELECT *, CAST(NULL AS TIMESTAMP) AS kept_due_at, CAST(NULL AS TIMESTAMP) AS"
           " kept_done_at, ");
    add_due_day(q);
    add(q, " AS kept_due, kept_d1 AS kept_done FROM (");
    kept_cases__add_rows(q);
    add(q, ") kept_rows");
}

static void add_days(kept_case_query *q)
{
    if (!q->timed) {
        add_days_alone(q);
        return;
    }
    add(q, "SELECT *, coalesce(CAST(kept_due_at AS DATE), ");
    add_due_day(q);
    add(q, ") AS kept_due, coalesce(CAST(kept_done_at AS DATE), kept_d1) AS kept_done FROM ("
           "SELECT *, ");
    add_local(q, "kept_t0", "kept_due_at");
    add(q, ", ");
    add_local(q, "kept_t1", "kept_done_at");
    add(q, " FROM (");
    add_moments(q);
    add(q, ") kept_moments) kept_local");
}

/* --- Too late? --- */

/* Microseconds in a millionth of the unit in which a miss is told. */
static int64_t unit_micros(const kept_case_query *q)
{
    return q->measure->unit == KEPT_UNIT_MINUTES ? MINUTE : DAY;
}

/* How much time may be missed by, in microseconds. A miss that is no time has its own rule. */
static void add_grace(kept_case_query *q)
{
    if (q->judge->miss)
        add(q, "0");
    else
        kept_sql_int(&q->sql, "kept_tolerance * ", unit_micros(q), "");
}

/* From due to done, or to the last day seen while it is not done: whole days, in microseconds. */
static void add_late_days(kept_case_query *q)
{
    add(q, "(coalesce(kept_done, ");
    kept_emit_day(&q->em, q->ask->seen);
    add(q, ") - kept_due) * 86400000000");
}

static void add_late(kept_case_query *q)
{
    if (!q->timed) {
        add_late_days(q);
        return;
    }
    add(q, "coalesce(");
    /* Minutes of somebody who works by a calendar are working minutes. */
    if (q->worktable && unit_micros(q) == MINUTE)
        kept_worktable_between_sql(&q->sql, q->worktable, "epoch_us(kept_t0)", "epoch_us(kept_t1)");
    else
        add(q, "epoch_us(kept_t1) - epoch_us(kept_t0)");
    add(q, ", ");
    add_late_days(q);
    add(q, ")");
}

static void add_passed(kept_case_query *q)
{
    if (q->timed) {
        add(q, "coalesce(epoch_us(kept_due_at), epoch_us(CAST(kept_due AS TIMESTAMP))) + ");
        add_grace(q);
        kept_sql_int(&q->sql, " < ", ((int64_t)q->ask->seen + 1) * KEPT_DAY_MICROS, "");
    } else {
        add(q, "kept_due + CAST((");
        add_grace(q);
        add(q, ") // 86400000000 AS INTEGER) <= ");
        kept_emit_day(&q->em, q->ask->seen);
    }
    add(q, q->judge->start ? " AND kept_within IS NOT NULL" : "");
}

/* Done by its moment, or late by no more than it may be. A working time of 0 late may still be
 * after hours, so the moments decide. */
static void add_in_time(kept_case_query *q)
{
    add(q, q->judge->start ? "(kept_within IS NULL OR " : "(");
    if (q->worktable) {
        add(q, "coalesce(kept_t1 <= kept_t0, kept_done <= kept_due) OR (kept_tolerance > 0 AND"
               " kept_late <= ");
        add_grace(q);
        add(q, "))");
    } else {
        add(q, "kept_late <= ");
        add_grace(q);
        add(q, ")");
    }
}

void kept_cases__add_timed(kept_case_query *q)
{
    add(q, "SELECT *, ");
    add_in_time(q);
    add(q, " AS kept_in_time FROM (SELECT *, ");
    add_late(q);
    add(q, " AS kept_late, ");
    add_passed(q);
    add(q, " AS kept_passed FROM (");
    add_days(q);
    add(q, ") kept_days) kept_lates");
}

void kept_cases__add_missed(kept_case_query *q)
{
    if (q->judge->miss)
        add(q, "CAST(kept_miss AS DOUBLE)");
    else if (q->judge->done)
        kept_sql_int(&q->sql, "kept_late / ", unit_micros(q) * 1000000, ".0");
    else
        add(q, "CAST(NULL AS DOUBLE)");
}
