/* Cases counted by window: one statement for all windows of a group. */
#include <math.h>

#include "base/date.h"
#include "store/facts/sql.h"
#include "store/judge/cases_int.h"

static void add(kept_case_query *q, const char *text)
{
    kept_buf_add(&q->sql, text);
}

/* What the figures of a group of cases come to. */
static void add_figures(kept_case_query *q)
{
    if (!q->judge->figure || q->judge->newest) {
        add(q, "CAST(NULL AS DECIMAL(38,0)), CAST(0 AS BIGINT)");
        return;
    }
    add(q, "sum(kept_figure), ");
    add(q, q->compressed ? "CAST(sum(kept_figures) AS BIGINT)" : "count(kept_figure)");
}

/* The newest figure with the day and the import that it is of. */
static void add_newest(kept_case_query *q)
{
    static const char newest[] =
        "max(CASE WHEN kept_figure IS NOT NULL THEN struct_pack(d := kept_day, i := kept_import,"
        " f := kept_figure) END)";
    add(q, ", ");
    add(q, newest);
    add(q, ".d, ");
    add(q, newest);
    add(q, ".i, ");
    add(q, newest);
    add(q, ".f");
}

/* --- By case --- */

static void add_by_case(kept_case_query *q)
{
    const char *n = q->compressed ? "CAST(sum(kept_n) AS BIGINT), " : "count(*), ";
    add(q, "SELECT w, kept_state, ");
    add(q, n);
    add(q, n);
    add(q, "min(kept_day), max(kept_day), ");
    add_figures(q);
    if (q->judge->newest)
        add_newest(q);
    add(q, " FROM ");
    kept_cases__add_counted(q);
    add(q, " GROUP BY w, kept_state");
}

/* --- By period --- */

static void add_sum(kept_case_query *q, kept_case_sum what, kept_case_state from,
                    kept_case_state to, const char *name)
{
    add(q, ", ");
    kept_cases__add_sum(q, what, from, to);
    add(q, " AS ");
    add(q, name);
}

static void add_periods(kept_case_query *q)
{
    static const char *const starts[] = {
        [KEPT_BY_DAY] = "'day'", [KEPT_BY_WEEK] = "'week'", [KEPT_BY_MONTH] = "'month'"};
    static const char *const steps[] = {[KEPT_BY_DAY] = "to_days(1)",
                                        [KEPT_BY_WEEK] = "to_days(7)",
                                        [KEPT_BY_MONTH] = "to_months(1)"};
    kept_counted_by by = q->ask->group->counted_by;
    add(q, "SELECT w, any_value(\"last\") AS kept_last, any_value(period_target) AS kept_share,"
           " CAST(date_trunc(");
    add(q, starts[by]);
    add(q, ", kept_day) + ");
    add(q, steps[by]);
    add(q, " AS DATE) - 1 AS kept_ends, max(kept_day) AS kept_day, min(kept_day) AS kept_first");
    add_sum(q, KEPT_SUM_CASES, KEPT_CASE_GOOD, KEPT_CASE_CHANCE, "kept_rows");
    add_sum(q, KEPT_SUM_CASES, KEPT_CASE_GOOD, KEPT_CASE_GOOD, "good");
    add_sum(q, KEPT_SUM_CASES, KEPT_CASE_BAD, KEPT_CASE_BAD, "bad");
    add_sum(q, KEPT_SUM_CASES, KEPT_CASE_UNKNOWN, KEPT_CASE_UNKNOWN, "unknown");
    add_sum(q, KEPT_SUM_CASES, KEPT_CASE_CHANCE, KEPT_CASE_CHANCE, "chances");
    add_sum(q, KEPT_SUM_CASES, KEPT_CASE_LATE, KEPT_CASE_OPEN, "open");
    add_sum(q, KEPT_SUM_FIGURES, KEPT_CASE_GOOD, KEPT_CASE_BAD, "kept_figures");
    kept_sql_int(&q->sql, ", sum(kept_figure) FILTER (WHERE kept_state <= ", KEPT_CASE_BAD,
                 ") AS kept_figure FROM ");
    kept_cases__add_counted(q);
    add(q, " GROUP BY w, kept_ends");
}

/* Good when its share of good cases is reached whatever the unknown ones are, bad when it is not;
 * unknown when they decide. */
static void add_period_state(kept_case_query *q)
{
    add(q, "CASE WHEN open > 0 OR least(kept_ends, kept_last) > ");
    kept_emit_day(&q->em, q->ask->seen);
    kept_sql_int(&q->sql, " THEN ", KEPT_CASE_OPEN, " WHEN good + bad + unknown = 0 THEN ");
    kept_sql_int(&q->sql, "", KEPT_CASE_EXCUSED,
                 " WHEN good * 1000000 >= kept_share * (good + bad + unknown) THEN ");
    kept_sql_int(&q->sql, "", KEPT_CASE_GOOD,
                 " WHEN (good + unknown) * 1000000 < kept_share * (good + bad + unknown) THEN ");
    kept_sql_int(&q->sql, "", KEPT_CASE_BAD, " ELSE ");
    kept_sql_int(&q->sql, "", KEPT_CASE_UNKNOWN, " END AS kept_state");
}

static void add_by_period(kept_case_query *q)
{
    add(q, "SELECT w, kept_state, count(*), sum(kept_rows)::BIGINT, min(kept_first), max(kept_day),"
           " sum(kept_figure), sum(kept_figures)::BIGINT FROM (SELECT *, ");
    add_period_state(q);
    /* Of opportunities the ones without a failure are good. */
    add(q,
        " FROM (SELECT * REPLACE (CASE WHEN chances > 0 THEN greatest(chances - bad - unknown, 0)"
        " ELSE good END AS good) FROM (");
    add_periods(q);
    add(q, ") kept_p) kept_q) kept_s GROUP BY w, kept_state");
}

/* --- Reading --- */

enum { W, STATE, N, ROWS, FIRST, LAST, FIGURE, FIGURES, NEWEST_DAY, NEWEST_IMPORT, NEWEST };

/* Of one window while its states are read. */
typedef struct tally {
    int64_t chances, figures;
    double figure; /* sum, or the newest */
    int32_t newest_day;
    int64_t newest_import;
} tally;

static int64_t whole(const kept_duck_rows *rows, size_t column, size_t row)
{
    return ((const int64_t *)kept_duck_data(rows, column))[row];
}

static int32_t day(const kept_duck_rows *rows, size_t column, size_t row)
{
    return kept_duck_known(rows, column, row) ? ((const int32_t *)kept_duck_data(rows, column))[row]
                                              : KEPT_NO_DAY;
}

static double number(const kept_case_query *q, const kept_duck_rows *rows, size_t column,
                     size_t row)
{
    duckdb_hugeint h = ((const duckdb_hugeint *)kept_duck_data(rows, column))[row];
    double value = (double)h.upper * 0x1p64 + (double)h.lower;
    return value / pow(10, q->figure_places);
}

static void take_figure(const kept_case_query *q, const kept_duck_rows *rows, size_t row, tally *t)
{
    if (!q->judge->newest || kept_duck_columns(rows) <= NEWEST) {
        if (kept_duck_known(rows, FIGURE, row))
            t->figure += number(q, rows, FIGURE, row);
        t->figures += whole(rows, FIGURES, row);
        return;
    }
    if (!kept_duck_known(rows, NEWEST, row))
        return;
    int32_t on = day(rows, NEWEST_DAY, row);
    int64_t import = whole(rows, NEWEST_IMPORT, row);
    if (t->figures && (on < t->newest_day || (on == t->newest_day && import < t->newest_import)))
        return;
    t->figures = 1;
    t->figure = number(q, rows, NEWEST, row);
    t->newest_day = on;
    t->newest_import = import;
}

static void take(const kept_case_query *q, const kept_duck_rows *rows, size_t row,
                 kept_case_count *count, tally *t)
{
    kept_case_state state = (kept_case_state)((const int32_t *)kept_duck_data(rows, STATE))[row];
    int64_t n = whole(rows, N, row);
    int32_t first = day(rows, FIRST, row), last = day(rows, LAST, row);
    switch (state) {
    case KEPT_CASE_GOOD:
        count->counts.good += n;
        break;
    case KEPT_CASE_BAD:
        count->counts.bad += n;
        count->last_bad = last;
        break;
    case KEPT_CASE_OPEN:
        count->open_ahead += n;
        count->counts.open += n;
        break;
    case KEPT_CASE_LATE:
        count->counts.open += n;
        break;
    case KEPT_CASE_UNKNOWN:
        count->counts.unknown += n;
        break;
    case KEPT_CASE_EXCUSED:
        count->counts.excused += n;
        break;
    default:
        t->chances += n;
    }
    if (state <= KEPT_CASE_BAD)
        take_figure(q, rows, row, t);
    count->rows += whole(rows, ROWS, row);
    if (first != KEPT_NO_DAY && (count->first_due == KEPT_NO_DAY || first < count->first_due))
        count->first_due = first;
    if (last != KEPT_NO_DAY && (count->last_due == KEPT_NO_DAY || last > count->last_due))
        count->last_due = last;
}

static void finish(const kept_case_query *q, kept_case_count *count, const tally *t)
{
    bool by_case = q->ask->group->counted_by == KEPT_BY_CASE;
    if (t->figures && !q->judge->newest)
        count->figure = t->figure / (double)t->figures;
    else if (t->figures && by_case)
        count->figure = t->figure;
    if (!q->judge->total || !by_case)
        return;
    /* Rows of the facts that are no failures are not what is counted: opportunities are. */
    int64_t good = t->chances - count->counts.bad - count->counts.unknown;
    count->counts.good = good > 0 ? good : 0;
}

static kept_status read(kept_case_query *q, kept_case_count *counts, kept_err *err)
{
    KEPT_AUTO_ROWS *rows = NULL;
    tally *tallies = KEPT_NEW_N(q->arena, tally, q->ask->n_windows);
    if (!tallies)
        return kept_nomem(err);
    for (size_t i = 0; i < q->ask->n_windows; i++) {
        tallies[i] = (tally){.chances = 0};
        counts[i] = (kept_case_count){.figure = NAN,
                                      .last_bad = KEPT_NO_DAY,
                                      .first_due = KEPT_NO_DAY,
                                      .last_due = KEPT_NO_DAY};
    }
    KEPT_TRY(kept_cases__run(q, &rows, err));
    for (size_t n = 1; n;) {
        KEPT_TRY(kept_duck_next(rows, &n, err));
        const int32_t *windows = n ? kept_duck_data(rows, W) : NULL;
        for (size_t i = 0; i < n; i++)
            take(q, rows, i, &counts[windows[i]], &tallies[windows[i]]);
    }
    for (size_t i = 0; i < q->ask->n_windows; i++)
        finish(q, &counts[i], &tallies[i]);
    return KEPT_OK;
}

kept_status kept_cases_count(kept_store *store, const kept_scope *scope, const kept_case_ask *ask,
                             kept_arena *arena, kept_case_count *ret_counts, kept_err *err)
{
    KEPT_AUTO_CASES q = {.windows = NULL};
    KEPT_TRY(kept_cases__open(store, scope, ask, false, arena, &q, err));
    if (ask->n_windows == 0)
        return KEPT_OK;
    if (ask->group->counted_by == KEPT_BY_CASE)
        add_by_case(&q);
    else
        add_by_period(&q);
    return read(&q, ret_counts, err);
}
