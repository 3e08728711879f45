/* The cases of many promises that are still to be done: overdue, or due soon. */
#include "base/date.h"
#include "store/facts/sql.h"
#include "store/judge/cases_int.h"

enum { W, CUSTOMER, DUE, OVERDUE, KEY, WHAT };

static void add_statement(kept_case_query *q, int32_t until, size_t limit)
{
    kept_buf_add(&q->sql, "SELECT w, kept_customer, kept_day, coalesce(kept_overdue, false),"
                          " kept_key, kept_what FROM ");
    kept_cases__add_windowed(q);
    kept_buf_add(&q->sql, " WHERE kept_done IS NULL AND kept_day <= ");
    kept_emit_day(&q->em, until);
    kept_sql_int(&q->sql, " AND (kept_overdue OR kept_state IN (", KEPT_CASE_OPEN, ", ");
    kept_sql_int(&q->sql, "", KEPT_CASE_LATE, "))");
    kept_sql_int(&q->sql, " AND kept_state <> ", KEPT_CASE_EXCUSED, "");
    kept_sql_int(&q->sql, " ORDER BY kept_day, kept_key, w LIMIT ", (int64_t)limit, "");
}

static bool take_text(const kept_duck_rows *rows, size_t column, size_t row, kept_arena *arena,
                      const char **ret)
{
    size_t len = 0;
    const char *text = kept_duck_text(rows, column, row, &len);
    *ret = text ? kept_arena_strndup(arena, text, len) : NULL;
    return !text || *ret;
}

static kept_status take(const kept_duck_rows *rows, size_t i, kept_arena *arena, kept_case_due *due,
                        kept_err *err)
{
    bool known = kept_duck_known(rows, CUSTOMER, i);
    *due = (kept_case_due){.window = (size_t)((const int32_t *)kept_duck_data(rows, W))[i],
                           .customer =
                               known ? ((const uint64_t *)kept_duck_data(rows, CUSTOMER))[i] : 0,
                           .due = ((const int32_t *)kept_duck_data(rows, DUE))[i],
                           .overdue = ((const bool *)kept_duck_data(rows, OVERDUE))[i]};
    if (!take_text(rows, KEY, i, arena, &due->key) || !take_text(rows, WHAT, i, arena, &due->what))
        return kept_nomem(err);
    return KEPT_OK;
}

kept_status kept_cases_due(kept_store *store, const kept_scope *scope, const kept_case_ask *ask,
                           int32_t until, size_t limit, kept_arena *arena, kept_case_due **ret_due,
                           size_t *ret_n, kept_err *err)
{
    KEPT_AUTO_CASES q = {.windows = NULL};
    KEPT_AUTO_ROWS *rows = NULL;
    size_t taken = 0;
    kept_case_due *out = KEPT_NEW_N(arena, kept_case_due, limit);
    if (!out)
        return kept_nomem(err);
    KEPT_TRY(kept_cases__open(store, scope, ask, false, arena, &q, err));
    add_statement(&q, until, limit);
    KEPT_TRY(kept_cases__run(&q, &rows, err));
    for (size_t n = 1; n;) {
        KEPT_TRY(kept_duck_next(rows, &n, err));
        for (size_t i = 0; i < n; i++)
            KEPT_TRY(take(rows, i, arena, &out[taken++], err));
    }
    *ret_due = out;
    *ret_n = taken;
    return KEPT_OK;
}
