/* Cases by the day on which they fall due. */
#include "store/facts/sql.h"
#include "store/judge/cases_int.h"

static void add(kept_case_query *q, const char *text)
{
    kept_buf_add(&q->sql, text);
}

enum { W, DAY, DECIDED, FAILED, OPEN, N };

static void add_statement(kept_case_query *q)
{
    /* Where failures are counted among opportunities, these are what is decided. */
    bool total = q->judge->total != NULL;
    add(q, "SELECT w, kept_day, ");
    kept_cases__add_sum(q, KEPT_SUM_CASES, total ? KEPT_CASE_CHANCE : KEPT_CASE_GOOD,
                        total ? KEPT_CASE_CHANCE : KEPT_CASE_BAD);
    add(q, ", ");
    kept_cases__add_sum(q, KEPT_SUM_CASES, KEPT_CASE_BAD, KEPT_CASE_BAD);
    add(q, ", ");
    kept_cases__add_sum(q, KEPT_SUM_CASES, KEPT_CASE_LATE, KEPT_CASE_OPEN);
    add(q, ", count(*) OVER () FROM ");
    kept_cases__add_counted(q);
    kept_sql_int(&q->sql, " WHERE kept_state NOT IN (", KEPT_CASE_EXCUSED, ", ");
    kept_sql_int(&q->sql, "", KEPT_CASE_UNKNOWN, ") GROUP BY w, kept_day ORDER BY w, kept_day");
}

static int64_t whole(const kept_duck_rows *rows, size_t column, size_t row)
{
    return ((const int64_t *)kept_duck_data(rows, column))[row];
}

static kept_status read(kept_case_query *q, size_t *first, kept_case_day **ret_days, kept_err *err)
{
    KEPT_AUTO_ROWS *rows = NULL;
    kept_case_day *days = NULL;
    size_t taken = 0, window = 0;
    KEPT_TRY(kept_cases__run(q, &rows, err));
    for (size_t n = 1; n;) {
        KEPT_TRY(kept_duck_next(rows, &n, err));
        if (n && !days && !(days = KEPT_NEW_N(q->arena, kept_case_day, (size_t)whole(rows, N, 0))))
            return kept_nomem(err);
        for (size_t i = 0; i < n; i++) {
            size_t w = (size_t)((const int32_t *)kept_duck_data(rows, W))[i];
            while (window <= w)
                first[window++] = taken;
            days[taken++] = (kept_case_day){.day = ((const int32_t *)kept_duck_data(rows, DAY))[i],
                                            .decided = whole(rows, DECIDED, i),
                                            .failed = whole(rows, FAILED, i),
                                            .open = whole(rows, OPEN, i)};
        }
    }
    while (window <= q->ask->n_windows)
        first[window++] = taken;
    *ret_days = days;
    return KEPT_OK;
}

kept_status kept_cases_days(kept_store *store, const kept_scope *scope, const kept_case_ask *ask,
                            kept_arena *arena, kept_case_day **ret_days, size_t **ret_first,
                            kept_err *err)
{
    KEPT_AUTO_CASES q = {.windows = NULL};
    size_t *first = KEPT_NEW_N(arena, size_t, ask->n_windows + 1);
    if (!first)
        return kept_nomem(err);
    first[0] = 0;
    *ret_days = NULL;
    *ret_first = first;
    if (ask->n_windows == 0)
        return KEPT_OK;
    KEPT_TRY(kept_cases__open(store, scope, ask, false, arena, &q, err));
    add_statement(&q);
    return read(&q, first, ret_days, err);
}
