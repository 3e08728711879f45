/* What a measure asks of each row: its days, conditions and numbers. */
#include <string.h>

#include "base/array.h"
#include "store/facts/sql.h"
#include "store/judge/cases_int.h"

static void add(kept_case_query *q, const char *text)
{
    kept_buf_add(&q->sql, text);
}

/* --- Days with the time of day beside them --- */

static void add_clock_name(kept_case_query *q, const char *column)
{
    const char *name = kept_arena_printf(q->arena, "%s_clock", column);
    q->em.failed = q->em.failed || !name;
    kept_sql_name(&q->sql, "", name ? name : "", "");
}

/* Of a column, or of the first known of several, the time of day that stands beside it. */
static void add_clock(kept_case_query *q, const kept_expr *day)
{
    if (day->op == KEPT_EXPR_COLUMN) {
        add_clock_name(q, day->of->name);
        return;
    }
    add(q, "CASE");
    for (size_t i = 0; i < day->n_args; i++) {
        kept_sql_name(&q->sql, " WHEN ", day->args[i]->of->name, " IS NOT NULL THEN ");
        add_clock_name(q, day->args[i]->of->name);
    }
    add(q, " END");
}

/* The day on which a case falls due, or begins: declared, or that of the kind. */
static void add_begins(kept_case_query *q)
{
    const kept_expr *day = q->judge->start ? q->judge->start : q->judge->due;
    if (day)
        kept_emit_expr(&q->em, day);
    else
        kept_sql_name(&q->sql, "", q->measure->facts->time, "");
    add(q, " AS kept_d0, ");
    if (!q->timed)
        add(q, "CAST(NULL AS TIME)");
    else if (day)
        add_clock(q, day);
    else
        add_clock_name(q, q->measure->facts->time);
    add(q, " AS kept_c0, ");
}

/* What was done after the last day seen has not been done yet. */
static void add_done(kept_case_query *q)
{
    const kept_expr *day = q->judge->done;
    if (!day) {
        add(q, "CAST(NULL AS DATE) AS kept_d1, CAST(NULL AS TIME) AS kept_c1, ");
        return;
    }
    add(q, "CASE WHEN ");
    kept_emit_expr(&q->em, day);
    add(q, " <= ");
    kept_emit_day(&q->em, q->ask->seen);
    add(q, " THEN ");
    kept_emit_expr(&q->em, day);
    add(q, " END AS kept_d1, ");
    if (q->timed)
        add_clock(q, day);
    else
        add(q, "CAST(NULL AS TIME)");
    add(q, " AS kept_c1, ");
}

/* --- What the measure asks of a row --- */

static void add_formula(kept_case_query *q, const kept_expr *expr, const char *otherwise,
                        const char *name)
{
    if (expr)
        kept_emit_expr(&q->em, expr);
    else
        add(q, otherwise);
    add(q, " AS ");
    add(q, name);
    add(q, ", ");
}

static void add_needs(kept_case_query *q)
{
    add(q, "(TRUE");
    for (size_t i = 0; i < q->measure->n_needs; i++)
        kept_sql_name(&q->sql, " AND ", q->measure->needs[i]->name, " IS NOT NULL");
    add(q, ") AS kept_covered, ");
}

/* A case of which only a figure is asked is good when there is one: what it comes to is judged as a
 * whole. */
static void add_good(kept_case_query *q)
{
    const kept_judge *j = q->judge;
    if (j->good || j->done || !j->figure) {
        add_formula(q, j->good, "TRUE", "kept_good");
        return;
    }
    add(q, "CASE WHEN ");
    kept_emit_expr(&q->em, j->figure);
    add(q, " IS NOT NULL THEN TRUE END AS kept_good, ");
}

/* Parts of the key, joined. */
static void add_key(kept_case_query *q)
{
    const kept_fact_kind *kind = q->measure->facts;
    if (kind->n_key == 0) {
        add(q, "CAST(NULL AS VARCHAR) AS kept_key, ");
        return;
    }
    add(q, "nullif(concat_ws(' / '");
    for (size_t i = 0; i < kind->n_key; i++)
        kept_sql_name(&q->sql, ", ", kind->key[i], "");
    add(q, "), '') AS kept_key, ");
}

/* What it was about: the first of these that the kind has. */
static void add_what(kept_case_query *q)
{
    static const char *const columns[] = {"product", "category", "question", "measure",
                                          "service", "feature",  "reason"};
    for (size_t i = 0; i < KEPT_N(columns); i++) {
        if (!kept_fact_column_find(q->measure->facts, columns[i]))
            continue;
        kept_sql_name(&q->sql, "", columns[i], " AS kept_what");
        return;
    }
    add(q, "CAST(NULL AS VARCHAR) AS kept_what");
}

static void add_known(kept_case_query *q, const kept_fact_kind *kind)
{
    if (kind->time)
        kept_sql_name(&q->sql, "", kind->time, "");
    else
        add(q, "CAST(NULL AS DATE)");
    add(q, " AS kept_known, ");
}

/* Looking back: something had become known of it. What was not known yet is NULL in the view. */
static void add_seen(kept_case_query *q)
{
    const kept_fact_kind *kind = q->measure->facts;
    add(q, "(FALSE");
    for (size_t i = 0; i < kind->n_columns; i++)
        if (kind->columns[i].known && strcmp(kind->columns[i].known, kind->columns[i].name) == 0)
            kept_sql_name(&q->sql, " OR ", kind->columns[i].name, " IS NOT NULL");
    add(q, ") AS kept_seen, ");
}

static void add_rows(kept_case_query *q)
{
    const kept_judge *j = q->judge;
    add(q, "SELECT kept_term, kept_within, kept_tolerance, import AS kept_import, ");
    kept_cases__add_customer(q, q->measure->facts);
    add(q, ", ");
    kept_cases__add_party(q);
    add(q, ", ");
    add_known(q, q->measure->facts);
    add_begins(q);
    add_done(q);
    add_good(q);
    add_formula(q, j->excused, "FALSE", "kept_excused");
    add_formula(q, j->miss, "CAST(NULL AS DECIMAL(38,6))", "kept_miss");
    add_formula(q, j->figure, "CAST(NULL AS DECIMAL(38,0))", "kept_figure");
    add_needs(q);
    add_seen(q);
    add_key(q);
    add_what(q);
    kept_cases__add_source(q, q->measure->facts);
    kept_cases__add_filter(q);
}

/* A row that says nowhere when it came to be is there, looking back, from its due day on, or from
 * the day on which something became known of it: earlier would be to look ahead. */
void kept_cases__add_rows(kept_case_query *q)
{
    if (q->scope->as_of == KEPT_NO_DAY) {
        add_rows(q);
        return;
    }
    add(q, "SELECT * FROM (");
    add_rows(q);
    add(q, ") kept_r WHERE kept_known IS NOT NULL OR kept_seen OR kept_d0 <= ");
    kept_emit_day(&q->em, q->scope->as_of);
}

/* --- Of periods --- */

/* A day of the firm as a day of the promise, where a time of day tells. */
static void add_local_day(kept_case_query *q, const char *day, const char *clock)
{
    if (strcmp(q->zone, q->firm_zone) == 0) {
        add(q, day);
        return;
    }
    kept_sql_text(&q->sql, "coalesce(CAST(timezone(", q->zone, ", ");
    kept_sql_text(&q->sql, "timezone(", q->firm_zone, ", ");
    add(q, day);
    add(q, " + ");
    add(q, clock);
    add(q, ")) AS DATE), ");
    add(q, day);
    add(q, ")");
}

void kept_cases__add_row_days(kept_case_query *q)
{
    add(q, "SELECT * EXCLUDE (kept_d0, kept_c0, kept_d1, kept_c1), ");
    add_local_day(q, "kept_d0", "kept_c0");
    add(q, " AS kept_d0, ");
    add_local_day(q, "kept_d1", "kept_c1");
    add(q, " AS kept_d1 FROM (SELECT *, ");
    add_begins(q);
    add_done(q);
    add_needs(q);
    kept_cases__add_customer(q, q->measure->facts);
    add(q, ", ");
    kept_cases__add_party(q);
    kept_cases__add_source(q, q->measure->facts);
    kept_cases__add_filter(q);
    add(q, ") kept_w");
}
