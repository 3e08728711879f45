/* How all customers fared, and how long before their day cases were known and done. */
#include "store/facts/sql.h"
#include "store/judge/cases_int.h"

enum { LEADS = 92 }; /* a quarter ahead, in days */

static void add(kept_case_query *q, const char *text)
{
    kept_buf_add(&q->sql, text);
}

static void add_between(kept_case_query *q, int32_t from, int32_t to)
{
    add(q, " WHERE kept_day BETWEEN ");
    kept_emit_day(&q->em, from);
    add(q, " AND ");
    kept_emit_day(&q->em, to);
}

static kept_status read_customers(kept_case_query *q, kept_case_histories *ret, kept_err *err)
{
    KEPT_AUTO_ROWS *rows = NULL;
    KEPT_TRY(kept_cases__run(q, &rows, err));
    for (size_t n = 1; n;) {
        KEPT_TRY(kept_duck_next(rows, &n, err));
        if (n && !ret->items) {
            size_t total = (size_t)((const int64_t *)kept_duck_data(rows, 3))[0];
            ret->items = KEPT_NEW_N(q->arena, kept_case_history, total);
            if (!ret->items)
                return kept_nomem(err);
        }
        for (size_t i = 0; i < n; i++)
            ret->items[ret->n++] =
                (kept_case_history){.customer = ((const uint64_t *)kept_duck_data(rows, 0))[i],
                                    .n = ((const int64_t *)kept_duck_data(rows, 1))[i],
                                    .failed = ((const int64_t *)kept_duck_data(rows, 2))[i]};
    }
    return KEPT_OK;
}

static kept_status ask_customers(kept_case_query *q, int32_t from, int32_t to,
                                 kept_case_histories *ret, kept_err *err)
{
    add(q, "SELECT kept_customer, count(*) FILTER (WHERE kept_state ");
    kept_sql_int(&q->sql,
                 q->judge->total ? "= " : "<= ", q->judge->total ? KEPT_CASE_CHANCE : KEPT_CASE_BAD,
                 ") AS n");
    kept_sql_int(&q->sql, ", count(*) FILTER (WHERE kept_state = ", KEPT_CASE_BAD,
                 ") AS failed, count(*) OVER () FROM ");
    kept_cases__add(q, "c");
    add_between(q, from, to);
    kept_sql_int(&q->sql, " AND kept_customer IS NOT NULL AND kept_state IN (", KEPT_CASE_GOOD,
                 ", ");
    kept_sql_int(&q->sql, "", KEPT_CASE_BAD, ", ");
    kept_sql_int(&q->sql, "", KEPT_CASE_CHANCE, ") GROUP BY kept_customer ORDER BY kept_customer");
    return read_customers(q, ret, err);
}

static void add_days(kept_case_query *q, const char *from)
{
    add(q, "coalesce(CAST(least(greatest(kept_due - ");
    add(q, from);
    kept_sql_int(&q->sql, ", 0), ", LEADS - 1, ") AS INTEGER), -1)");
}

/* Both at once: the cases are looked through a single time. */
static kept_status ask_days(kept_case_query *q, int32_t from, int32_t to, kept_case_histories *ret,
                            kept_err *err)
{
    KEPT_AUTO_ROWS *rows = NULL;
    add(q, "SELECT ");
    add_days(q, "kept_known");
    kept_sql_int(&q->sql, " AS kept_lead, CASE WHEN kept_state = ", KEPT_CASE_GOOD, " THEN ");
    add_days(q, "kept_done");
    add(q, " ELSE -1 END AS kept_early, count(*) FROM ");
    kept_cases__add(q, "c");
    add_between(q, from, to);
    add(q, " GROUP BY kept_lead, kept_early");
    KEPT_TRY(kept_cases__run(q, &rows, err));
    for (size_t n = 1; n;) {
        KEPT_TRY(kept_duck_next(rows, &n, err));
        for (size_t i = 0; i < n; i++) {
            int32_t lead = ((const int32_t *)kept_duck_data(rows, 0))[i];
            int32_t early = ((const int32_t *)kept_duck_data(rows, 1))[i];
            int64_t cases = ((const int64_t *)kept_duck_data(rows, 2))[i];
            if (lead >= 0)
                ret->leads[lead] += cases;
            if (early >= 0)
                ret->early[early] += cases;
        }
    }
    return KEPT_OK;
}

kept_status kept_cases_history(kept_store *store, const kept_scope *scope, const kept_case_ask *ask,
                               int32_t from, int32_t to, kept_arena *arena,
                               kept_case_histories *ret_histories, kept_err *err)
{
    KEPT_AUTO_CASES q = {.windows = NULL};
    kept_case_histories out = {.n_leads = LEADS};
    out.leads = KEPT_NEW_N(arena, int64_t, LEADS);
    out.early = KEPT_NEW_N(arena, int64_t, LEADS);
    if (!out.leads || !out.early)
        return kept_nomem(err);
    for (size_t i = 0; i < LEADS; i++)
        out.leads[i] = out.early[i] = 0;
    KEPT_TRY(kept_cases__open(store, scope, ask, true, arena, &q, err));
    q.first = from;
    q.last = to;
    KEPT_TRY(ask_customers(&q, from, to, &out, err));
    kept_buf_clear(&q.sql);
    q.em.n_values = 0;
    KEPT_TRY(ask_days(&q, from, to, &out, err));
    *ret_histories = out;
    return KEPT_OK;
}
