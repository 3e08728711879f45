/* The last day that the facts tell of. */
#include <string.h>

#include "store/facts/read.h"
#include "store/facts/sql.h"
#include "store/inside.h"
#include "store/judge/cases.h"

/* Does something become known on the day of this column? */
static bool tells(const kept_fact_kind *kind, const char *column)
{
    if (kind->time && strcmp(kind->time, column) == 0)
        return true;
    for (size_t i = 0; i < kind->n_columns; i++)
        if (kind->columns[i].known && strcmp(kind->columns[i].known, column) == 0)
            return true;
    return false;
}

static kept_status last_day(kept_store *store, const kept_scope *scope, const kept_fact_kind *kind,
                            int32_t today, int32_t *last, kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    KEPT_AUTO_ROWS *rows = NULL;
    kept_duck_value values[] = {KEPT_DV_DAY(today)};
    size_t n = 0;
    KEPT_TRY(kept_facts_view(store, scope, kind->name, err));
    kept_buf_add(&sql, "SELECT greatest(CAST(NULL AS DATE)");
    for (size_t i = 0; i < kind->n_columns; i++) {
        if (!tells(kind, kind->columns[i].name))
            continue;
        kept_sql_name(&sql, ", max(CASE WHEN ", kind->columns[i].name, " <= $1 THEN ");
        kept_sql_name(&sql, "", kind->columns[i].name, " END)");
    }
    kept_sql_name(&sql, ") FROM ", kind->name, " WHERE CAST($1 AS DATE) IS NOT NULL");
    if (sql.failed)
        return kept_nomem(err);
    KEPT_TRY(kept_facts_query(store, kept_buf_text(&sql), values, 1, &rows, err));
    KEPT_TRY(kept_duck_next(rows, &n, err));
    if (n != 1 || !kept_duck_known(rows, 0, 0))
        return KEPT_OK;
    int32_t day = ((const int32_t *)kept_duck_data(rows, 0))[0];
    if (*last == KEPT_NO_DAY || day > *last)
        *last = day;
    return KEPT_OK;
}

kept_status kept_cases_seen(kept_store *store, const kept_scope *scope, const kept_measure *measure,
                            int32_t today, int32_t *ret_seen, kept_err *err)
{
    int32_t last = KEPT_NO_DAY;
    KEPT_TRY(last_day(store, scope, measure->facts, today, &last, err));
    if (measure->judge && measure->judge->total)
        KEPT_TRY(last_day(store, scope, measure->judge->total, today, &last, err));
    *ret_seen = last != KEPT_NO_DAY && scope->as_of != KEPT_NO_DAY ? scope->as_of : last;
    return KEPT_OK;
}
