/* Reading measures, and taking in those that models make. */
#include <math.h>
#include <stdlib.h>

#include "base/date.h"
#include "store/ledger/identity.h"
#include "store/measures/write.h"

/* --- Measures that a model makes --- */

typedef struct total {
    int64_t record;
    double value;
    int64_t n;
} total;

static int by_record(const void *a, const void *b)
{
    int64_t x = ((const total *)a)->record, y = ((const total *)b)->record;
    return (x > y) - (x < y);
}

/* One total per record, in the order of records; those without a record in front, as record 0. */
static kept_status add_up(kept_store *store, const kept_measure_given *given, size_t n,
                          kept_arena *arena, total **ret_totals, size_t *ret_n, kept_err *err)
{
    uint64_t *keys = KEPT_NEW_N(arena, uint64_t, n);
    int64_t *records = KEPT_NEW_N(arena, int64_t, n);
    total *totals = KEPT_NEW_N(arena, total, n);
    size_t kept = 0;
    if (!keys || !records || !totals)
        return kept_nomem(err);
    for (size_t i = 0; i < n; i++)
        keys[i] = given[i].customer;
    KEPT_TRY(kept_ledger_records_of_keys(&store->ledger, keys, n, records, err));
    for (size_t i = 0; i < n; i++)
        totals[i] = (total){records[i], given[i].value, given[i].n};
    if (n)
        qsort(totals, n, sizeof *totals, by_record);
    for (size_t i = 0; i < n; i++) {
        if (kept && totals[kept - 1].record == totals[i].record) {
            totals[kept - 1].value += totals[i].value;
            totals[kept - 1].n += totals[i].n;
        } else {
            totals[kept++] = totals[i];
        }
    }
    *ret_totals = totals;
    *ret_n = kept;
    return KEPT_OK;
}

static kept_status write_totals(kept_measure_writer *writer, const total *totals, size_t n,
                                int32_t start, int32_t end, int64_t *ret_subjects, kept_err *err)
{
    int64_t written = 0;
    for (size_t i = 0; i < n; i++) {
        if (totals[i].record == 0)
            continue;
        kept_measured value = {.known = isfinite(totals[i].value), .value = totals[i].value};
        /* A model's figure is an estimate, but money is read in whole units everywhere. */
        if (writer->measure->unit == KEPT_UNIT_MONEY && value.known &&
            fabs(value.value) < (double)KEPT_MONEY_MAX / 10000) {
            value.exact = true;
            value.units = llrint(value.value * 10000);
        }
        KEPT_TRY(kept_measure_writer_add(writer, totals[i].record, start, end, &value, totals[i].n,
                                         NAN, err));
        written++;
    }
    *ret_subjects = written;
    return KEPT_OK;
}

static kept_status put(kept_store *store, const kept_scope *scope, const kept_measure *m,
                       int32_t as_of, int32_t start, int32_t end, const total *totals, size_t n,
                       int64_t *ret_subjects, kept_err *err)
{
    KEPT_AUTO_MEASURE_WRITER writer = {.insert = NULL};
    KEPT_TRY(kept_measure_writer_open(store, scope, m, as_of, &writer, err));
    return write_totals(&writer, totals, n, start, end, ret_subjects, err);
}

kept_status kept_measure_put(kept_store *store, const kept_scope *scope, const char *name,
                             int32_t as_of, int32_t start, int32_t end,
                             const kept_measure_given *given, size_t n, int64_t *ret_subjects,
                             kept_err *err)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_measures all = {NULL, 0};
    const kept_measure *m = NULL;
    total *totals = NULL;
    size_t n_totals = 0;
    KEPT_TRY(kept_measures__may_write(store, scope, err));
    KEPT_TRY(kept_store_measures(store, &arena, &all, err));
    KEPT_TRY(kept_measures_find(&all, name, &m, err));
    if (!m->made_by)
        return kept_fail(err, KEPT_EARG, "The measure %s is computed from facts: kept measures run",
                         m->name);
    KEPT_TRY(add_up(store, given, n, &arena, &totals, &n_totals, err));
    KEPT_TRY(kept_ledger_begin(&store->ledger, err));
    kept_status status =
        put(store, scope, m, as_of, start, end, totals, n_totals, ret_subjects, err);
    if (status == KEPT_OK)
        status = kept_ledger_commit(&store->ledger, err);
    if (status != KEPT_OK)
        kept_ledger_rollback(&store->ledger);
    return status;
}

/* --- The newest run --- */

/* Of the run ?1: the whole window, which is the longest period there is. Both are found by the ends
 * of an index. */
#define FIRST "(SELECT min(period_start) FROM measure_value WHERE run = ?1)"
#define LAST                                                                                       \
    "(SELECT max(period_end) FROM measure_value WHERE run = ?1 AND period_start = " FIRST ")"

typedef struct newest {
    int64_t id; /* 0: none */
    kept_day as_of;
    int64_t ran_at, imports, definition;
} newest;

static kept_status find_run(kept_ledger *ledger, const kept_scope *scope, const kept_measure *m,
                            newest *ret, kept_err *err)
{
    char until[11];
    bool row = false;
    kept_day_write(scope->as_of > KEPT_DAY_MAX ? KEPT_DAY_MAX : scope->as_of, until);
    KEPT_AUTO_STMT *stmt = NULL;
    KEPT_TRY(kept_ledger_prepare(
        ledger, &stmt, err,
        "SELECT id, as_of, ran_at, imports, definition FROM measure_run WHERE measure = ?1"
        " AND as_of <= ?2 AND known_at <= ?3 ORDER BY as_of DESC, id DESC LIMIT 1",
        "tti", m->name, until, scope->known_at));
    KEPT_TRY(kept_ledger_step(ledger, stmt, &row, err));
    *ret = (newest){.id = 0};
    if (!row)
        return KEPT_OK;
    const char *as_of = (const char *)sqlite3_column_text(stmt, 1);
    if (!as_of || !kept_day_read_iso(as_of, 10, &ret->as_of))
        return kept_fail(err, KEPT_ECORRUPT, "%s: a run of the measure %s has no day.",
                         ledger->path, m->name);
    ret->id = sqlite3_column_int64(stmt, 0);
    ret->ran_at = sqlite3_column_int64(stmt, 2);
    ret->imports = sqlite3_column_int64(stmt, 3);
    ret->definition = sqlite3_column_int64(stmt, 4);
    return KEPT_OK;
}

/* --- States --- */

/* Counts over the whole window: the longest period of the run. */
static kept_status read_counts(kept_ledger *ledger, kept_measure_state *state, int64_t run,
                               kept_err *err)
{
    bool row = false;
    KEPT_AUTO_STMT *stmt = NULL;
    KEPT_TRY(kept_ledger_prepare(ledger, &stmt, err,
                                 "SELECT count(*), count(value), avg(coverage) FROM measure_value"
                                 " WHERE run = ?1 AND period_start = " FIRST
                                 " AND period_end = " LAST,
                                 "i", run));
    KEPT_TRY(kept_ledger_step(ledger, stmt, &row, err));
    state->subjects = sqlite3_column_int64(stmt, 0);
    state->measured = sqlite3_column_int64(stmt, 1);
    if (sqlite3_column_type(stmt, 2) != SQLITE_NULL)
        state->coverage = sqlite3_column_double(stmt, 2);
    return KEPT_OK;
}

static kept_status read_facts(kept_ledger *ledger, kept_measure_state *state, const newest *run,
                              kept_err *err)
{
    bool row = false;
    KEPT_AUTO_STMT *stmt = NULL;
    KEPT_TRY(kept_ledger_prepare(
        ledger, &stmt, err,
        "SELECT count(*) FILTER (WHERE undone_at = 0),"
        " count(*) FILTER (WHERE id > ?2 OR undone_at > ?3) FROM import WHERE kind = ?1",
        "tii", state->measure->facts->name, run->imports, run->ran_at));
    KEPT_TRY(kept_ledger_step(ledger, stmt, &row, err));
    state->has_facts = sqlite3_column_int64(stmt, 0) > 0;
    state->behind = run->id && sqlite3_column_int64(stmt, 1) > 0;
    return KEPT_OK;
}

static kept_status read_redefined(kept_ledger *ledger, kept_measure_state *state, const newest *run,
                                  kept_err *err)
{
    char hash[KEPT_DEFINITION_HASH];
    bool row = false;
    kept_definition_hash(state->measure, hash);
    KEPT_AUTO_STMT *stmt = NULL;
    KEPT_TRY(kept_ledger_prepare(ledger, &stmt, err,
                                 "SELECT hash <> ?2 FROM measure_definition WHERE id = ?1", "it",
                                 run->definition, hash));
    KEPT_TRY(kept_ledger_step(ledger, stmt, &row, err));
    state->redefined = row && sqlite3_column_int(stmt, 0);
    return KEPT_OK;
}

static kept_status read_state(kept_store *store, const kept_scope *scope, kept_measure_state *state,
                              kept_err *err)
{
    newest run;
    kept_ledger *ledger = &store->ledger;
    KEPT_TRY(find_run(ledger, scope, state->measure, &run, err));
    if (!state->measure->made_by)
        KEPT_TRY(read_facts(ledger, state, &run, err));
    if (run.id == 0)
        return KEPT_OK;
    state->has_run = true;
    state->as_of = run.as_of;
    state->ran_at = run.ran_at;
    KEPT_TRY(read_redefined(ledger, state, &run, err));
    return read_counts(ledger, state, run.id, err);
}

kept_status kept_measure_states(kept_store *store, const kept_scope *scope,
                                const kept_measures *measures, kept_arena *arena,
                                kept_measure_state **ret_states, kept_err *err)
{
    kept_measure_state *states = KEPT_NEW_N(arena, kept_measure_state, measures->n);
    if (!states)
        return kept_nomem(err);
    for (size_t i = 0; i < measures->n; i++) {
        states[i] = (kept_measure_state){.measure = measures->items[i], .coverage = NAN};
        if (scope->sight != KEPT_SEES_NOTHING)
            KEPT_TRY(read_state(store, scope, &states[i], err));
    }
    *ret_states = states;
    return KEPT_OK;
}

/* --- Values --- */

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Records of the customers in sight, sorted. */
typedef struct sight {
    bool all;
    int64_t *records;
    size_t n;
} sight;

static kept_status load_sight(kept_store *store, const kept_scope *scope, kept_arena *arena,
                              sight *ret, kept_err *err)
{
    *ret = (sight){.all = scope->sight == KEPT_SEES_ALL};
    if (scope->sight != KEPT_SEES_SOME)
        return KEPT_OK;
    ret->n = scope->n_customers;
    ret->records = KEPT_NEW_N(arena, int64_t, ret->n);
    if (!ret->records)
        return kept_nomem(err);
    KEPT_TRY(
        kept_ledger_records_of_keys(&store->ledger, scope->customers, ret->n, ret->records, err));
    if (ret->n)
        qsort(ret->records, ret->n, sizeof *ret->records, by_number);
    return KEPT_OK;
}

/* What the firm as a whole has, tells about all customers: it is for those who see all. */
static bool in_sight(const sight *s, int64_t subject)
{
    return s->all ||
           (s->n && subject && bsearch(&subject, s->records, s->n, sizeof *s->records, by_number));
}

static void read_value(sqlite3_stmt *stmt, kept_measure_value *v)
{
    const char *start = (const char *)sqlite3_column_text(stmt, 1);
    const char *end = (const char *)sqlite3_column_text(stmt, 2);
    *v = (kept_measure_value){.subject = sqlite3_column_int64(stmt, 0),
                              .start = KEPT_DAY_MIN,
                              .end = KEPT_DAY_MAX,
                              .known = sqlite3_column_type(stmt, 3) != SQLITE_NULL,
                              .value = sqlite3_column_double(stmt, 3),
                              .exact = sqlite3_column_type(stmt, 4) != SQLITE_NULL,
                              .units = sqlite3_column_int64(stmt, 4),
                              .n = sqlite3_column_int64(stmt, 5),
                              .coverage = NAN};
    if (start)
        (void)kept_day_read_iso(start, 10, &v->start);
    if (end)
        (void)kept_day_read_iso(end, 10, &v->end);
    if (sqlite3_column_type(stmt, 6) != SQLITE_NULL)
        v->coverage = sqlite3_column_double(stmt, 6);
}

static const char *subject_kind(const kept_measure *m)
{
    return m->per == KEPT_PER_FIRM ? KEPT_SUBJECT_FIRM : KEPT_SUBJECT_CUSTOMER;
}

static kept_status prepare_values(kept_ledger *ledger, const kept_measure *m,
                                  const kept_measure_ask *ask, int64_t run, sqlite3_stmt **ret,
                                  kept_err *err)
{
    static const char whole[] = " AND period_start = " FIRST " AND period_end = " LAST;
    static const char series[] = " AND (period_start > " FIRST " OR period_end < " LAST ")";
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    kept_buf_printf(
        &sql,
        "SELECT subject, period_start, period_end, value, exact, n, coverage"
        " FROM measure_value WHERE run = ?1 %s%s ORDER BY %s",
        ask->subject >= 0 ? "AND measure = ?2 AND subject_kind = ?3 AND subject = ?4" : "",
        ask->series && m->periods ? series : whole,
        ask->limit ? "value IS NULL, value DESC, subject, period_start" : "subject, period_start");
    if (sql.failed)
        return kept_nomem(err);
    if (ask->subject < 0)
        return kept_ledger_prepare(ledger, ret, err, kept_buf_text(&sql), "i", run);
    return kept_ledger_prepare(ledger, ret, err, kept_buf_text(&sql), "itti", run, m->name,
                               subject_kind(m), ask->subject);
}

/* Room for them: all of the run, or all of one subject. */
static kept_status count_values(kept_ledger *ledger, const kept_measure *m,
                                const kept_measure_ask *ask, int64_t run, size_t *ret_n,
                                kept_err *err)
{
    bool row = false, one = ask->subject >= 0;
    KEPT_AUTO_STMT *stmt = NULL;
    KEPT_TRY(kept_ledger_prepare(
        ledger, &stmt, err,
        one ? "SELECT count(*) FROM measure_value WHERE run = ?1 AND measure = ?2"
              " AND subject_kind = ?3 AND subject = ?4"
            : "SELECT count(*) FROM measure_value WHERE run = ?1",
        one ? "itti" : "i", run, m->name, subject_kind(m), ask->subject));
    KEPT_TRY(kept_ledger_step(ledger, stmt, &row, err));
    size_t n = (size_t)sqlite3_column_int64(stmt, 0);
    *ret_n = ask->limit && n > ask->limit ? ask->limit : n;
    return KEPT_OK;
}

kept_status kept_measure_values(kept_store *store, const kept_scope *scope,
                                const kept_measure *measure, const kept_measure_ask *ask,
                                kept_arena *arena, kept_measure_value **ret_values, size_t *ret_n,
                                kept_err *err)
{
    newest run = {.id = 0};
    sight seen;
    size_t n = 0, room = 0;
    KEPT_TRY(load_sight(store, scope, arena, &seen, err));
    if (scope->sight != KEPT_SEES_NOTHING)
        KEPT_TRY(find_run(&store->ledger, scope, measure, &run, err));
    if (run.id)
        KEPT_TRY(count_values(&store->ledger, measure, ask, run.id, &room, err));
    kept_measure_value *values = KEPT_NEW_N(arena, kept_measure_value, room);
    if (!values)
        return kept_nomem(err);
    KEPT_AUTO_STMT *stmt = NULL;
    if (room)
        KEPT_TRY(prepare_values(&store->ledger, measure, ask, run.id, &stmt, err));
    for (bool row = true; n < room;) {
        KEPT_TRY(kept_ledger_step(&store->ledger, stmt, &row, err));
        if (!row)
            break;
        read_value(stmt, &values[n]);
        n += in_sight(&seen, values[n].subject);
    }
    *ret_values = values;
    *ret_n = n;
    return KEPT_OK;
}
