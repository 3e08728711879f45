/* The statement of cases: one row for each, with its days and its state. */
#include <string.h>

#include "base/date.h"
#include "store/facts/sql.h"
#include "store/judge/cases_int.h"

static void add(kept_case_query *q, const char *text)
{
    kept_buf_add(&q->sql, text);
}

static void add_int(kept_case_query *q, int64_t value)
{
    kept_sql_int(&q->sql, "", value, "");
}

/* --- Good or bad --- */

static void add_state_code(kept_case_query *q, const char *before, kept_case_state state)
{
    add(q, before);
    add_int(q, state);
}

/* Behind CASE: done, or decided by its conditions alone. */
static void add_decided(kept_case_query *q)
{
    const kept_judge *j = q->judge;
    add_state_code(q, " WHEN NOT kept_covered THEN ", KEPT_CASE_UNKNOWN);
    add(q, " ELSE CASE (kept_good");
    add(q, j->done ? " AND kept_in_time" : "");
    if (j->miss)
        add(q, " OR (kept_tolerance > 0 AND kept_miss <= CAST(kept_tolerance AS DECIMAL(19,0)) *"
               " CAST(0.000001 AS DECIMAL(7,6)))");
    add(q, ")");
    add_state_code(q, " WHEN TRUE THEN ", KEPT_CASE_GOOD);
    add_state_code(q, " WHEN FALSE THEN ", KEPT_CASE_BAD);
    add_state_code(q, " ELSE ", KEPT_CASE_UNKNOWN);
    add(q, " END");
}

static void add_state(kept_case_query *q)
{
    add_state_code(q, "CASE WHEN kept_excused THEN ", KEPT_CASE_EXCUSED);
    add_state_code(q, " WHEN kept_due IS NULL THEN ", KEPT_CASE_UNKNOWN);
    if (q->judge->done) {
        add_state_code(q, " WHEN kept_d1 IS NULL THEN CASE WHEN kept_passed THEN ", KEPT_CASE_BAD);
        add(q, " WHEN kept_due <= ");
        kept_emit_day(&q->em, q->ask->seen);
        add_state_code(q, " THEN ", KEPT_CASE_LATE);
        add_state_code(q, " ELSE ", KEPT_CASE_OPEN);
        add(q, " END");
    } else {
        add(q, " WHEN kept_due > ");
        kept_emit_day(&q->em, q->ask->seen);
        add_state_code(q, " THEN ", KEPT_CASE_OPEN);
    }
    add_decided(q);
    add(q, " END AS kept_state");
}

/* Of what is decided, or late already. */
static void add_missed(kept_case_query *q)
{
    kept_sql_int(&q->sql, "CASE WHEN kept_state <= ", KEPT_CASE_LATE, " THEN ");
    kept_cases__add_missed(q);
    add(q, " END AS kept_missed");
}

/* Its day has passed, and it is not done. */
static void add_overdue(kept_case_query *q)
{
    if (!q->judge->done) {
        add(q, "FALSE AS kept_overdue");
        return;
    }
    add(q, "(kept_d1 IS NULL AND kept_excused IS NOT TRUE AND kept_due <= ");
    kept_emit_day(&q->em, q->ask->seen);
    add(q, q->judge->start ? " AND kept_within IS NOT NULL" : "");
    add(q, ") AS kept_overdue");
}

/* --- Opportunities --- */

/* Rows that are numbered within a key are one. */
static void add_chances(kept_case_query *q)
{
    const kept_fact_kind *kind = q->judge->total;
    bool joined = kind->numbered != NULL;
    add(q, "SELECT ");
    kept_cases__add_customer(q, kind);
    add(q, ", ");
    kept_cases__add_party(q);
    kept_sql_name(&q->sql, ", kept_term, import AS kept_import, ", kind->time, " AS kept_day");
    add(q, joined ? ", nullif(concat_ws(' / '" : "");
    for (size_t i = 0; joined && i < kind->n_key; i++)
        if (strcmp(kind->key[i], kind->numbered) != 0)
            kept_sql_name(&q->sql, ", ", kind->key[i], "");
    add(q, joined ? "), '') AS kept_one" : "");
    kept_cases__add_source(q, kind);
}

static void add_chance_cases(kept_case_query *q)
{
    static const char rest[] = ", CAST(NULL AS DATE) AS kept_known, kept_day AS kept_due,"
                               " CAST(NULL AS TIMESTAMP) AS kept_due_at, CAST(NULL AS DATE) AS"
                               " kept_done, CAST(NULL AS TIMESTAMP) AS kept_done_at, ";
    static const char last[] = " AS kept_state, CAST(NULL AS DOUBLE) AS kept_missed, FALSE AS"
                               " kept_overdue, CAST(NULL AS DECIMAL(38,0)) AS kept_figure, "
                               "CAST(NULL AS VARCHAR) AS kept_key,"
                               " CAST(NULL AS VARCHAR) AS kept_what FROM (";
    bool joined = q->judge->total->numbered != NULL;
    add(q, " UNION ALL SELECT kept_customer, kept_party, kept_term, kept_import, kept_day");
    add(q, rest);
    add_int(q, KEPT_CASE_CHANCE);
    add(q, last);
    if (!joined) {
        add_chances(q);
        add(q, ") kept_chances");
        return;
    }
    add(q, "SELECT kept_customer, kept_party, kept_term, min(kept_import) AS kept_import,"
           " min(kept_day) AS kept_day FROM (");
    add_chances(q);
    add(q, ") kept_lines WHERE kept_one IS NOT NULL"
           " GROUP BY kept_customer, kept_party, kept_term, kept_one"
           " UNION ALL SELECT kept_customer, kept_party, kept_term, kept_import, kept_day FROM (");
    add_chances(q);
    add(q, ") kept_lines WHERE kept_one IS NULL) kept_chances");
}

/* --- Together --- */

static void add_cases(kept_case_query *q)
{
    add(q, "SELECT kept_customer, kept_party, kept_term, kept_import,"
           " coalesce(kept_due, kept_known) AS kept_day, kept_known, kept_due, kept_due_at,"
           " kept_done, kept_done_at, ");
    add_state(q);
    add(q, ", ");
    add_missed(q);
    add(q, ", ");
    add_overdue(q);
    add(q, ", kept_figure, kept_key, kept_what FROM (");
    kept_cases__add_timed(q);
    add(q, ") kept_timed");
    if (q->judge->total)
        add_chance_cases(q);
}

void kept_cases__add(kept_case_query *q, const char *name)
{
    add(q, "(");
    if (q->judge->grain == KEPT_GRAIN_CASE)
        add_cases(q);
    else
        kept_cases__add_periods(q);
    add(q, ") ");
    add(q, name);
}

/* --- Cases and windows --- */

static void add_members(kept_case_query *q)
{
    kept_sql_name(&q->sql, "(SELECT DISTINCT \"set\", customer FROM ", q->members, ") m");
}

/* What all windows leave out need not be looked at. */
static void add_whole_range(kept_case_query *q)
{
    add(q, "kept_day BETWEEN ");
    kept_emit_day(&q->em, q->first);
    add(q, " AND ");
    kept_emit_day(&q->em, q->last);
}

static void add_in_window(kept_case_query *q)
{
    add(q, q->n_terms > 1 ? "c.kept_term = w.term AND " : "");
    add(q, "c.kept_day BETWEEN w.\"first\" AND w.\"last\"");
}

void kept_cases__add_windowed(kept_case_query *q)
{
    kept_cases__add(q, "c");
    add(q, " JOIN ");
    if (q->members) {
        kept_sql_name(&q->sql, "(SELECT v.*, m.customer FROM ", q->windows, " v JOIN ");
        add_members(q);
        add(q, " ON m.\"set\" = v.\"set\") w ON c.kept_customer = w.customer AND ");
    } else {
        kept_sql_name(&q->sql, "", q->windows, " w ON ");
        add(q, q->party ? "c.kept_party = w.party AND " : "");
    }
    add_in_window(q);
    add(q, " AND ");
    add_whole_range(q);
}

/* Those of one subject, day and state together: then a set of many customers costs no more than
 * one, and a window no more than its days. */
static void add_compressed(kept_case_query *q)
{
    const char *subject = q->members ? "m.\"set\"" : q->party ? "kept_party" : "0";
    add(q, "(SELECT ");
    add(q, subject);
    add(q, " AS kept_subject, kept_term, kept_day, kept_state, count(*) AS kept_n,"
           " sum(kept_figure) AS kept_figure, count(kept_figure) AS kept_figures FROM ");
    kept_cases__add(q, "k");
    if (q->members) {
        add(q, " JOIN ");
        add_members(q);
        add(q, " ON k.kept_customer = m.customer");
    }
    add(q, " WHERE ");
    add_whole_range(q);
    add(q, " GROUP BY kept_subject, kept_term, kept_day, kept_state) c JOIN ");
    kept_sql_name(&q->sql, "", q->windows, " w ON ");
    if (q->members || q->party)
        add(q, q->members ? "c.kept_subject = w.\"set\" AND " : "c.kept_subject = w.party AND ");
    add_in_window(q);
}

void kept_cases__add_counted(kept_case_query *q)
{
    if (q->compressed)
        add_compressed(q);
    else
        kept_cases__add_windowed(q);
}

void kept_cases__add_sum(kept_case_query *q, kept_case_sum what, kept_case_state from,
                         kept_case_state to)
{
    static const char *const single[] = {"count(*)", "count(kept_figure)"};
    static const char *const summed[] = {"sum(kept_n)", "sum(kept_figures)"};
    add(q, "CAST(coalesce(");
    add(q, q->compressed ? summed[what] : single[what]);
    kept_sql_int(&q->sql, " FILTER (WHERE kept_state BETWEEN ", from, " AND ");
    kept_sql_int(&q->sql, "", to, "), 0) AS BIGINT)");
}
