/* The cases behind one window, one by one. */
#include <math.h>

#include "base/date.h"
#include "store/facts/sql.h"
#include "store/judge/cases_int.h"

static void add(kept_case_query *q, const char *text)
{
    kept_buf_add(&q->sql, text);
}

enum {
    STATE,
    OVERDUE,
    CUSTOMER,
    IMPORT,
    DUE,
    DONE,
    DUE_CLOCK,
    DONE_CLOCK,
    MISSED,
    KEY,
    WHAT,
    TOTAL,
};

static void add_statement(kept_case_query *q, size_t limit)
{
    static const char clock[] =
        ", epoch_us(kept_due_at) - epoch_us(CAST(kept_due AS TIMESTAMP)),"
        " epoch_us(kept_done_at) - epoch_us(CAST(kept_done AS TIMESTAMP)), ";
    add(q, "SELECT kept_state, kept_overdue, kept_customer, kept_import, kept_due, kept_done");
    add(q, clock);
    add(q, "kept_missed, kept_key, kept_what, count(*) OVER () FROM ");
    kept_cases__add_windowed(q);
    kept_sql_int(&q->sql, " WHERE kept_state <> ", KEPT_CASE_CHANCE, "");
    kept_sql_int(&q->sql, " ORDER BY CASE kept_state WHEN ", KEPT_CASE_GOOD, " THEN ");
    kept_sql_int(&q->sql, "", KEPT_N_CASE_STATES,
                 " ELSE kept_state END, kept_day, kept_key, kept_customer, kept_import, kept_done");
    if (limit)
        kept_sql_int(&q->sql, " LIMIT ", (int64_t)limit, "");
}

static const char *words(kept_case_state state)
{
    static const char *const all[KEPT_N_CASE_STATES] = {
        [KEPT_CASE_GOOD] = "good",       [KEPT_CASE_BAD] = "bad",
        [KEPT_CASE_LATE] = "open",       [KEPT_CASE_OPEN] = "open",
        [KEPT_CASE_UNKNOWN] = "unknown", [KEPT_CASE_EXCUSED] = "excused"};
    return all[state];
}

static int32_t day(const kept_duck_rows *rows, size_t column, size_t row)
{
    return kept_duck_known(rows, column, row) ? ((const int32_t *)kept_duck_data(rows, column))[row]
                                              : KEPT_NO_DAY;
}

static int64_t whole(const kept_duck_rows *rows, size_t column, size_t row, int64_t otherwise)
{
    return kept_duck_known(rows, column, row) ? ((const int64_t *)kept_duck_data(rows, column))[row]
                                              : otherwise;
}

static bool take_text(const kept_duck_rows *rows, size_t column, size_t row, kept_arena *arena,
                      const char **ret)
{
    size_t len = 0;
    const char *text = kept_duck_text(rows, column, row, &len);
    *ret = text ? kept_arena_strndup(arena, text, len) : NULL;
    return !text || *ret;
}

static kept_status take(const kept_duck_rows *rows, size_t i, kept_arena *arena, kept_case_row *row,
                        kept_err *err)
{
    int32_t state = ((const int32_t *)kept_duck_data(rows, STATE))[i];
    *row = (kept_case_row){.customer = (uint64_t)whole(rows, CUSTOMER, i, 0),
                           .due = day(rows, DUE, i),
                           .done = day(rows, DONE, i),
                           .due_clock = whole(rows, DUE_CLOCK, i, KEPT_NO_CLOCK),
                           .done_clock = whole(rows, DONE_CLOCK, i, KEPT_NO_CLOCK),
                           .state = words((kept_case_state)state),
                           .overdue = kept_duck_known(rows, OVERDUE, i) &&
                                      ((const bool *)kept_duck_data(rows, OVERDUE))[i],
                           .miss = kept_duck_known(rows, MISSED, i)
                                       ? ((const double *)kept_duck_data(rows, MISSED))[i]
                                       : NAN,
                           .import = whole(rows, IMPORT, i, 0)};
    if (!take_text(rows, KEY, i, arena, &row->key) || !take_text(rows, WHAT, i, arena, &row->what))
        return kept_nomem(err);
    return KEPT_OK;
}

/* A growing array in the arena: how many rows there are is known with the first. */
static kept_status read(kept_case_query *q, size_t limit, kept_case_row **ret_rows, size_t *ret_n,
                        size_t *ret_more, kept_err *err)
{
    KEPT_AUTO_ROWS *rows = NULL;
    kept_case_row *out = NULL;
    size_t taken = 0, total = 0;
    KEPT_TRY(kept_cases__run(q, &rows, err));
    for (size_t n = 1; n;) {
        KEPT_TRY(kept_duck_next(rows, &n, err));
        if (n && !out) {
            total = (size_t)whole(rows, TOTAL, 0, 0);
            out = KEPT_NEW_N(q->arena, kept_case_row, limit && limit < total ? limit : total);
            if (!out)
                return kept_nomem(err);
        }
        for (size_t i = 0; i < n; i++)
            KEPT_TRY(take(rows, i, q->arena, &out[taken++], err));
    }
    *ret_rows = out;
    *ret_n = taken;
    *ret_more = total - taken;
    return KEPT_OK;
}

kept_status kept_cases_rows(kept_store *store, const kept_scope *scope, const kept_case_ask *ask,
                            size_t window, size_t limit, kept_arena *arena,
                            kept_case_row **ret_rows, size_t *ret_n, size_t *ret_more,
                            kept_err *err)
{
    kept_case_ask one = *ask;
    one.windows = &ask->windows[window];
    one.n_windows = 1;
    KEPT_AUTO_CASES q = {.windows = NULL};
    KEPT_TRY(kept_cases__open(store, scope, &one, false, arena, &q, err));
    add_statement(&q, limit);
    return read(&q, limit, ret_rows, ret_n, ret_more, err);
}
