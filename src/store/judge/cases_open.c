/* What the statement of cases rests on: the formula of the promises, the views of the facts, and
 * the windows, terms and members as tables of the engine. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/date.h"
#include "catalogue/expr_type.h"
#include "store/facts/read.h"
#include "store/facts/sql.h"
#include "store/judge/cases_int.h"
#include "store/judge/worktable.h"
#include "store/ledger/identity.h"

/* --- What is asked --- */

static kept_status check_match(kept_case_query *q, kept_err *err)
{
    static const char *const columns[] = {[KEPT_MATCH_SUPPLIER] = "supplier",
                                          [KEPT_MATCH_CARRIER] = "carrier",
                                          [KEPT_MATCH_CHANNEL] = "channel"};
    kept_case_match match = q->ask->group->match;
    const kept_fact_kind *kinds[] = {q->measure->facts, q->judge->total};
    const char *column = match == KEPT_MATCH_CUSTOMERS ? "customer" : NULL;
    if (match != KEPT_MATCH_CUSTOMERS && match != KEPT_MATCH_ALL)
        column = q->party = columns[match];
    for (size_t i = 0; column && i < KEPT_N(kinds); i++)
        if (kinds[i] && !kept_fact_column_find(kinds[i], column))
            return kept_fail(err, KEPT_EINPUT,
                             "%s do not say of which %s a row is, so the measure %s cannot judge a "
                             "promise of one.",
                             kinds[i]->name, column, q->measure->name);
    return KEPT_OK;
}

static kept_status read_only_formula(kept_case_query *q, kept_err *err)
{
    const char *text = q->ask->group->only;
    kept_err inner = KEPT_ERR_INIT;
    kept_formula_rules rules = {.what = "only", .kind = q->measure->facts};
    if (!text || !*text)
        return KEPT_OK;
    kept_status status = kept_formula_parse(text, "only", q->arena, &q->only, &inner);
    if (status == KEPT_OK)
        status = kept_formula_check(q->only, &rules, &inner);
    if (status == KEPT_EARG)
        return kept_fail(err, KEPT_EINPUT, "%s", inner.msg);
    if (status != KEPT_OK)
        return kept_nomem(err);
    if (q->only->type != KEPT_TYPE_FLAG)
        return kept_fail(err, KEPT_EINPUT, "\"%.*s\" is no condition; it is %s.",
                         KEPT_SHOWN(text, 80), kept_expr_type_words(q->only->type));
    return KEPT_OK;
}

/* --- Times of day --- */

static bool has_clock(const kept_fact_file *file, const char *column)
{
    char name[160];
    snprintf(name, sizeof name, "%s_clock", column);
    return file->columns && kept_list_has(file->columns, name);
}

static bool day_has_clock(const kept_fact_file *file, const kept_expr *day)
{
    if (day && day->op == KEPT_EXPR_COLUMN)
        return has_clock(file, day->of->name);
    for (size_t i = 0; day && i < day->n_args; i++)
        if (has_clock(file, day->args[i]->of->name))
            return true;
    return false;
}

/* Where no file has a time of day, the statement is a shorter one. */
static kept_status find_clocks(kept_case_query *q, kept_err *err)
{
    const kept_judge *j = q->judge;
    kept_fact_file *files = NULL;
    size_t n = 0;
    KEPT_TRY(
        kept_ledger_files(&q->store->ledger, q->measure->facts->name, q->arena, &files, &n, err));
    for (size_t i = 0; i < n; i++) {
        bool own = !j->due && !j->start && q->measure->facts->time &&
                   has_clock(&files[i], q->measure->facts->time);
        q->timed = q->timed || own || day_has_clock(&files[i], j->due) ||
                   day_has_clock(&files[i], j->start) || day_has_clock(&files[i], j->done);
    }
    return KEPT_OK;
}

/* --- Terms --- */

static bool asks_target(const kept_expr *e)
{
    if (!e)
        return false;
    if (e->op == KEPT_EXPR_TARGET || asks_target(e->left) || asks_target(e->right))
        return true;
    for (size_t i = 0; i < e->n_args; i++)
        if (asks_target(e->args[i]))
            return true;
    return false;
}

/* What the measure does not ask for makes no difference. */
static kept_case_terms terms_of(const kept_judge *j, bool target, const kept_case_window *w)
{
    kept_case_terms terms = {.within = -1};
    if (j->start && !j->grain)
        terms.within = w->within;
    if (j->done || j->miss)
        terms.tolerance = w->tolerance;
    if (target)
        terms.target_value = w->target_value;
    return terms;
}

static int compare_terms(const void *a, const void *b)
{
    const kept_case_terms *x = a, *y = b;
    if (x->within != y->within)
        return x->within < y->within ? -1 : 1;
    if (x->tolerance != y->tolerance)
        return x->tolerance < y->tolerance ? -1 : 1;
    return (x->target_value > y->target_value) - (x->target_value < y->target_value);
}

static kept_status find_terms(kept_case_query *q, kept_err *err)
{
    size_t n = q->everyone && q->ask->n_windows ? 1 : q->ask->n_windows, kept = 0;
    bool target = asks_target(q->judge->good) || asks_target(q->judge->miss);
    kept_case_terms *terms = KEPT_NEW_N(q->arena, kept_case_terms, n ? n : 1);
    if (!terms)
        return kept_nomem(err);
    terms[0] = (kept_case_terms){.within = -1};
    for (size_t i = 0; i < n; i++)
        terms[i] = terms_of(q->judge, target, &q->ask->windows[i]);
    if (n)
        qsort(terms, n, sizeof *terms, compare_terms);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || compare_terms(&terms[i], &terms[kept - 1]) != 0)
            terms[kept++] = terms[i];
    q->all_terms = terms;
    q->n_terms = kept ? kept : 1;
    return KEPT_OK;
}

static int32_t term_of(const kept_case_query *q, const kept_case_window *w, bool target)
{
    kept_case_terms terms = terms_of(q->judge, target, w);
    const kept_case_terms *found =
        bsearch(&terms, q->all_terms, q->n_terms, sizeof terms, compare_terms);
    return found ? (int32_t)(found - q->all_terms) : 0;
}

/* --- Tables --- */

static kept_status make_table(kept_case_query *q, const char *what, const char *columns,
                              const char **ret_name, duckdb_appender *ret_appender, kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    const char *name =
        kept_arena_printf(q->arena, "kept_judge_%s_%zu", what, kept_duck_serial(q->duck));
    if (!name)
        return kept_nomem(err);
    kept_sql_name(&sql, "CREATE TABLE ", name, columns);
    KEPT_TRY(kept_sql_run(q->duck, &sql, NULL, err));
    *ret_name = name;
    *ret_appender = NULL;
    if (duckdb_appender_create(kept_duck_connection(q->duck), NULL, name, ret_appender) ==
        DuckDBSuccess)
        return KEPT_OK;
    duckdb_appender_destroy(ret_appender);
    return kept_nomem(err);
}

static kept_status close_table(duckdb_appender appender, bool ok, kept_err *err)
{
    ok = ok && duckdb_appender_close(appender) == DuckDBSuccess;
    duckdb_appender_destroy(&appender);
    return ok ? KEPT_OK : kept_nomem(err);
}

static bool append_window(duckdb_appender to, int32_t i, int32_t term, const kept_case_window *w)
{
    duckdb_date first = {w->start}, last = {w->end};
    duckdb_state party = w->party ? duckdb_append_varchar(to, w->party) : duckdb_append_null(to);
    return party == DuckDBSuccess && duckdb_append_int32(to, i) == DuckDBSuccess &&
           duckdb_append_int32(to, term) == DuckDBSuccess &&
           duckdb_append_int64(to, w->set) == DuckDBSuccess &&
           duckdb_append_date(to, first) == DuckDBSuccess &&
           duckdb_append_date(to, last) == DuckDBSuccess &&
           duckdb_append_int64(to, w->period_target) == DuckDBSuccess &&
           duckdb_appender_end_row(to) == DuckDBSuccess;
}

static kept_status load_windows(kept_case_query *q, kept_err *err)
{
    duckdb_appender to = NULL;
    bool ok = true, target = asks_target(q->judge->good) || asks_target(q->judge->miss);
    KEPT_TRY(make_table(q, "windows",
                        " (party VARCHAR, w INTEGER, term INTEGER, \"set\" BIGINT, \"first\" DATE,"
                        " \"last\" DATE, period_target BIGINT)",
                        &q->windows, &to, err));
    q->first = INT32_MAX;
    q->last = INT32_MIN;
    for (size_t i = 0; ok && i < q->ask->n_windows; i++) {
        const kept_case_window *w = &q->ask->windows[i];
        q->first = w->start < q->first ? w->start : q->first;
        q->last = w->end > q->last ? w->end : q->last;
        ok = append_window(to, (int32_t)i, term_of(q, w, target), w);
    }
    return close_table(to, ok, err);
}

static kept_status load_terms(kept_case_query *q, kept_err *err)
{
    duckdb_appender to = NULL;
    bool ok = true;
    KEPT_TRY(make_table(q, "terms",
                        " (kept_term INTEGER, kept_within BIGINT, kept_tolerance BIGINT,"
                        " kept_target_units BIGINT)",
                        &q->terms, &to, err));
    for (size_t i = 0; ok && i < q->n_terms; i++) {
        const kept_case_terms *t = &q->all_terms[i];
        ok = duckdb_append_int32(to, (int32_t)i) == DuckDBSuccess &&
             (t->within < 0 ? duckdb_append_null(to) : duckdb_append_int64(to, t->within)) ==
                 DuckDBSuccess &&
             duckdb_append_int64(to, t->tolerance) == DuckDBSuccess &&
             duckdb_append_int64(to, t->target_value) == DuckDBSuccess &&
             duckdb_appender_end_row(to) == DuckDBSuccess;
    }
    return close_table(to, ok, err);
}

static int compare_keys(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* The members in sight, each by the key that the facts show. */
static kept_status load_members(kept_case_query *q, kept_err *err)
{
    duckdb_appender to = NULL;
    kept_aliases aliases = {0};
    uint64_t *seen = NULL;
    size_t n_seen = 0;
    bool ok = true, all = q->scope->sight == KEPT_SEES_ALL;
    KEPT_TRY(kept_aliases_load(&q->store->ledger, q->arena, &aliases, err));
    if (q->scope->sight == KEPT_SEES_SOME)
        KEPT_TRY(kept_aliases_widen(&aliases, q->scope->customers, q->scope->n_customers, q->arena,
                                    &seen, &n_seen, err));
    KEPT_TRY(
        make_table(q, "members", " (\"set\" BIGINT, customer UBIGINT)", &q->members, &to, err));
    for (size_t i = 0; ok && i < q->ask->n_members; i++) {
        const kept_case_member *m = &q->ask->members[i];
        if (!all && !(n_seen && bsearch(&m->customer, seen, n_seen, sizeof *seen, compare_keys)))
            continue;
        ok = duckdb_append_int64(to, m->set) == DuckDBSuccess &&
             duckdb_append_uint64(to, kept_alias_of(&aliases, m->customer)) == DuckDBSuccess &&
             duckdb_appender_end_row(to) == DuckDBSuccess;
    }
    return close_table(to, ok, err);
}

/* --- Working time --- */

enum {
    LEAST_SHARE = 45, /* some calendars are open one day in so many */
    ROOM = 60,        /* days behind the last that is looked up */
};

/* The days on which cases begin: first and last. */
static kept_status find_days(kept_case_query *q, int32_t *ret_first, int32_t *ret_last,
                             kept_err *err)
{
    KEPT_AUTO_ROWS *rows = NULL;
    size_t n = 0;
    kept_buf_add(&q->sql, "SELECT min(d), max(d) FROM (SELECT ");
    kept_emit_expr(&q->em, q->judge->start);
    kept_sql_name(&q->sql, " AS d FROM ", q->measure->facts->name, ") kept_starts");
    KEPT_TRY(kept_cases__run(q, &rows, err));
    KEPT_TRY(kept_duck_next(rows, &n, err));
    *ret_first = *ret_last = q->ask->seen;
    if (n && kept_duck_known(rows, 0, 0)) {
        *ret_first = ((const int32_t *)kept_duck_data(rows, 0))[0];
        *ret_last = ((const int32_t *)kept_duck_data(rows, 1))[0];
    }
    kept_buf_clear(&q->sql);
    q->em.n_values = 0;
    return KEPT_OK;
}

static kept_status make_worktable(kept_case_query *q, kept_err *err)
{
    int32_t first = 0, last = 0;
    int64_t within = 0;
    kept_worktime ignored;
    if (!q->ask->group->calendar || !q->judge->start || q->judge->grain)
        return KEPT_OK;
    KEPT_TRY(find_days(q, &first, &last, err));
    for (size_t i = 0; i < q->n_terms; i++)
        within = q->all_terms[i].within > within ? q->all_terms[i].within : within;
    int64_t end = (last > q->ask->seen ? last : q->ask->seen) + ROOM + within / 1440 * LEAST_SHARE;
    if (end - first >= KEPT_WORKTABLE_DAYS_MAX)
        end = (int64_t)first + KEPT_WORKTABLE_DAYS_MAX - 1;
    const char *name =
        kept_arena_printf(q->arena, "kept_judge_work_%zu", kept_duck_serial(q->duck));
    if (!name)
        return kept_nomem(err);
    q->worktable = name;
    return kept_worktable_make(q->store, q->ask->group->calendar, q->zone, first - 1, (int32_t)end,
                               name, q->arena, &ignored, err);
}

/* --- Together or one by one --- */

static int compare_sets(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

enum { FEW = 3 }; /* customers of a set that are joined with its windows one by one */

/* Whether to put together what is of one day and state before windows are looked for: it pays where
 * sets have many customers, and where a case may be of every window. */
static kept_status decide(kept_case_query *q, kept_err *err)
{
    size_t n = q->ask->n_members, sets = 0;
    /* The newest of all figures is looked for one by one. */
    if (q->judge->newest)
        return KEPT_OK;
    q->compressed = q->ask->group->match != KEPT_MATCH_CUSTOMERS;
    if (q->compressed || n == 0)
        return KEPT_OK;
    int64_t *all = KEPT_NEW_N(q->arena, int64_t, n);
    if (!all)
        return kept_nomem(err);
    for (size_t i = 0; i < n; i++)
        all[i] = q->ask->members[i].set;
    qsort(all, n, sizeof *all, compare_sets);
    for (size_t i = 0; i < n; i++)
        sets += i == 0 || all[i] != all[i - 1];
    q->compressed = n > FEW * sets;
    return KEPT_OK;
}

/* --- Opening and closing --- */

kept_status kept_cases__open(kept_store *store, const kept_scope *scope, const kept_case_ask *ask,
                             bool everyone, kept_arena *arena, kept_case_query *q, kept_err *err)
{
    const kept_measure *m = ask->group->measure;
    *q = (kept_case_query){.store = store,
                           .scope = scope,
                           .ask = ask,
                           .measure = m,
                           .judge = m->judge,
                           .arena = arena,
                           .everyone = everyone,
                           .sql = KEPT_BUF_INIT};
    q->em = (kept_emitter){
        .dialect = &kept_dialect_duck, .sql = &q->sql, .arena = arena, .as_of = ask->seen};
    q->firm_zone = store->timezone && *store->timezone ? store->timezone : "UTC";
    q->zone = ask->group->zone && *ask->group->zone ? ask->group->zone : q->firm_zone;
    if (!m->judge)
        return kept_fail(err, KEPT_EARG, "The measure %s has a value and judges no cases.",
                         m->name);
    q->figure_places = m->judge->figure ? m->judge->figure->places : 0;
    KEPT_TRY(check_match(q, err));
    KEPT_TRY(read_only_formula(q, err));
    KEPT_TRY(find_clocks(q, err));
    KEPT_TRY(find_terms(q, err));
    KEPT_TRY(kept_store__duck(store, &q->duck, err));
    KEPT_TRY(kept_facts_view(store, scope, m->facts->name, err));
    if (m->judge->total && m->judge->total != m->facts)
        KEPT_TRY(kept_facts_view(store, scope, m->judge->total->name, err));
    KEPT_TRY(decide(q, err));
    KEPT_TRY(make_worktable(q, err));
    KEPT_TRY(load_windows(q, err));
    if (q->n_terms > 1)
        KEPT_TRY(load_terms(q, err));
    return ask->group->match == KEPT_MATCH_CUSTOMERS ? load_members(q, err) : KEPT_OK;
}

static void drop(kept_case_query *q, const char *table)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    if (!table)
        return;
    kept_sql_name(&sql, "DROP TABLE IF EXISTS ", table, "");
    /* A table that stays does no harm: its name is never used again. */
    kept_status ignored = kept_sql_run(q->duck, &sql, NULL, NULL);
    (void)ignored;
}

void kept_cases__close(kept_case_query *q)
{
    drop(q, q->windows);
    drop(q, q->terms);
    drop(q, q->members);
    drop(q, q->worktable);
    q->windows = q->terms = q->members = q->worktable = NULL;
    kept_buf_free(&q->sql);
}

kept_status kept_cases__run(kept_case_query *q, kept_duck_rows **ret_rows, kept_err *err)
{
    if (q->sql.failed || q->em.failed)
        return kept_nomem(err);
    kept_status status = kept_facts_query(q->store, kept_buf_text(&q->sql), q->em.values,
                                          q->em.n_values, ret_rows, err);
    if (status != KEPT_ENUM)
        return status;
    return kept_fail(err, KEPT_EINPUT,
                     "The measure %s does not fit: what it computes from the %s has more digits "
                     "than a number can have.",
                     q->measure->name, q->measure->facts->name);
}
