#include "store/judge/parties.h"

#include <inttypes.h>

#include "store/facts/sql.h"
#include "store/judge/cases_int.h"

static void add(kept_case_query *q, const char *text)
{
    kept_buf_add(&q->sql, text);
}

/* Whether a case is of those asked about. */
static void add_own(kept_case_query *q, const kept_case_ask *ask)
{
    if (ask->group->match != KEPT_MATCH_CUSTOMERS) {
        add(q, "TRUE");
        return;
    }
    add(q, "coalesce(kept_customer IN (0");
    for (size_t i = 0; i < ask->n_members; i++)
        kept_buf_printf(&q->sql, ", %" PRIu64, ask->members[i].customer);
    add(q, "), FALSE)");
}

static void add_statement(kept_case_query *q, const kept_case_ask *ask)
{
    add(q, "WITH kept_c AS (SELECT kept_party, kept_what, kept_state, ");
    add_own(q, ask);
    add(q, " AS kept_own FROM ");
    kept_cases__add(q, "c");
    add(q, " WHERE kept_day BETWEEN ");
    kept_emit_day(&q->em, ask->windows[0].start);
    add(q, " AND ");
    kept_emit_day(&q->em, ask->windows[0].end);
    kept_sql_int(&q->sql, " AND kept_party IS NOT NULL AND kept_state <= ", KEPT_CASE_BAD,
                 "), kept_w AS (SELECT kept_what, count(DISTINCT kept_party) AS kept_sources"
                 " FROM kept_c WHERE kept_what IS NOT NULL GROUP BY kept_what)");
    kept_sql_int(&q->sql, " SELECT kept_party, count(*) AS n, count(*) FILTER (WHERE kept_state = ",
                 KEPT_CASE_BAD,
                 "), count(*) FILTER (WHERE kept_own) AS own, count(DISTINCT kept_what) FILTER"
                 " (WHERE kept_own), count(DISTINCT kept_what) FILTER (WHERE kept_own AND"
                 " kept_sources = 1), count(*) OVER () FROM kept_c LEFT JOIN kept_w USING"
                 " (kept_what) GROUP BY kept_party HAVING own > 0 ORDER BY own DESC, kept_party");
}

static int64_t whole(const kept_duck_rows *rows, size_t column, size_t row)
{
    return ((const int64_t *)kept_duck_data(rows, column))[row];
}

static kept_status read(kept_case_query *q, kept_case_party **ret, size_t *ret_n, kept_err *err)
{
    enum { NAME, N, FAILED, OWN, THINGS, ONLY_HERE, TOTAL };
    KEPT_AUTO_ROWS *rows = NULL;
    KEPT_TRY(kept_cases__run(q, &rows, err));
    *ret = NULL;
    *ret_n = 0;
    for (size_t n = 1; n;) {
        KEPT_TRY(kept_duck_next(rows, &n, err));
        if (n && !*ret)
            *ret = KEPT_NEW_N(q->arena, kept_case_party, (size_t)whole(rows, TOTAL, 0));
        if (n && !*ret)
            return kept_nomem(err);
        for (size_t i = 0; i < n; i++) {
            size_t len = 0;
            const char *text = kept_duck_text(rows, NAME, i, &len);
            kept_case_party party = {.name = kept_arena_strndup(q->arena, text, len),
                                     .n = whole(rows, N, i),
                                     .failed = whole(rows, FAILED, i),
                                     .own = whole(rows, OWN, i),
                                     .things = whole(rows, THINGS, i),
                                     .only_here = whole(rows, ONLY_HERE, i)};
            if (!party.name)
                return kept_nomem(err);
            (*ret)[(*ret_n)++] = party;
        }
    }
    return KEPT_OK;
}

kept_status kept_cases_parties(kept_store *store, const kept_scope *scope, const kept_case_ask *ask,
                               const char *column, kept_arena *arena, kept_case_party **ret_parties,
                               size_t *ret_n, kept_err *err)
{
    kept_case_group group = *ask->group;
    kept_case_ask all = *ask;
    *ret_parties = NULL;
    *ret_n = 0;
    if (!kept_fact_column_find(group.measure->facts, column) || ask->n_windows == 0)
        return KEPT_OK;
    group.match = KEPT_MATCH_ALL;
    all.group = &group;
    all.n_windows = 1;
    KEPT_AUTO_CASES q = {.windows = NULL};
    KEPT_TRY(kept_cases__open(store, scope, &all, true, arena, &q, err));
    q.party = column;
    q.first = ask->windows[0].start;
    q.last = ask->windows[0].end;
    add_statement(&q, ask);
    return read(&q, ret_parties, ret_n, err);
}
