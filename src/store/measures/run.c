/* Running measures: from the views of facts to rows of the ledger. */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "store/facts/read.h"
#include "store/facts/sql.h"
#include "store/ledger/identity.h"
#include "store/measures/window.h"
#include "store/measures/write.h"

kept_status kept_store_measures(kept_store *store, kept_arena *arena, kept_measures *ret_measures,
                                kept_err *err)
{
    return kept_measures_load(store->folder, &store->kinds, arena, ret_measures, err);
}

/* What is known of one kind of facts while measures run over it. */
typedef struct seen_kind {
    const kept_fact_kind *kind;
    bool any; /* there are rows */
    kept_day last;
} seen_kind;

typedef struct running {
    kept_store *store;
    const kept_scope *scope;
    kept_arena *arena;
    seen_kind *kinds;
    size_t n_kinds;
} running;

/* --- The last day --- */

static kept_status ask_last(running *r, const kept_fact_kind *kind, kept_day today, seen_kind *seen,
                            kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    KEPT_AUTO_ROWS *rows = NULL;
    kept_duck_value values[] = {KEPT_DV_DAY(today)};
    size_t n = 0;
    kept_buf_add(&sql, "SELECT count(*)");
    if (kind->time) {
        kept_sql_name(&sql, ", max(CASE WHEN ", kind->time, " <= $1 THEN ");
        kept_sql_name(&sql, "", kind->time, " END)");
    }
    kept_sql_name(&sql, " FROM ", kind->name, "");
    if (sql.failed)
        return kept_nomem(err);
    KEPT_TRY(
        kept_facts_query(r->store, kept_buf_text(&sql), values, kind->time ? 1 : 0, &rows, err));
    KEPT_TRY(kept_duck_next(rows, &n, err));
    seen->any = n == 1 && ((const int64_t *)kept_duck_data(rows, 0))[0] > 0;
    seen->last = today;
    if (n == 1 && kind->time && kept_duck_known(rows, 1, 0))
        seen->last = ((const int32_t *)kept_duck_data(rows, 1))[0];
    return KEPT_OK;
}

/* Makes the view of the kind when it is asked for first. */
static kept_status see(running *r, const kept_fact_kind *kind, const seen_kind **ret_seen,
                       kept_err *err)
{
    for (size_t i = 0; i < r->n_kinds; i++) {
        if (r->kinds[i].kind == kind) {
            *ret_seen = &r->kinds[i];
            return KEPT_OK;
        }
    }
    seen_kind *seen = &r->kinds[r->n_kinds];
    *seen = (seen_kind){.kind = kind};
    KEPT_TRY(kept_facts_view(r->store, r->scope, kind->name, err));
    KEPT_TRY(ask_last(r, kind, (kept_day)(kept_time_now() / KEPT_DAY_MICROS), seen, err));
    r->n_kinds++;
    *ret_seen = seen;
    return KEPT_OK;
}

/* --- Rows of the engine --- */

/* An engine says that a sum does not fit in words of its own. */
static kept_status explain(const kept_measure *m, kept_status status, kept_err *err)
{
    if (status != KEPT_ENUM)
        return status;
    return kept_fail(err, KEPT_EINPUT,
                     "The measure %s does not fit: what it computes from the %s has more digits "
                     "than a number can have.",
                     m->name, m->facts->name);
}

static kept_i128 wide(duckdb_hugeint h)
{
    return (kept_i128)h.upper * ((kept_i128)1 << 64) + (kept_i128)h.lower;
}

static kept_slot_value slot_value(const kept_duck_rows *rows, size_t column, size_t row,
                                  kept_slot_type type)
{
    kept_slot_value value = {.known = kept_duck_known(rows, column, row)};
    const void *data = kept_duck_data(rows, column);
    if (!value.known)
        return value;
    switch (type) {
    case KEPT_SLOT_COUNT:
        value.i = ((const int64_t *)data)[row];
        break;
    case KEPT_SLOT_DECIMAL:
        value.i = wide(((const duckdb_hugeint *)data)[row]);
        break;
    case KEPT_SLOT_DAY:
        value.i = ((const int32_t *)data)[row];
        break;
    }
    return value;
}

/* One group of the result. */
typedef struct group {
    bool has_subject, has_period;
    uint64_t subject;
    kept_day period;
    int64_t rows, covered, n;
} group;

static group read_group(const kept_duck_rows *rows, size_t row)
{
    group g = {.has_subject = kept_duck_known(rows, 0, row),
               .has_period = kept_duck_known(rows, 1, row)};
    if (g.has_subject)
        g.subject = ((const uint64_t *)kept_duck_data(rows, 0))[row];
    if (g.has_period)
        g.period = ((const int32_t *)kept_duck_data(rows, 1))[row];
    g.rows = ((const int64_t *)kept_duck_data(rows, 2))[row];
    g.covered = ((const int64_t *)kept_duck_data(rows, 3))[row];
    g.n = ((const int64_t *)kept_duck_data(rows, 4))[row];
    return g;
}

/* --- Writing one measure --- */

typedef struct output {
    running *run;
    kept_measure_writer *writer;
    const kept_measure *measure;
    const kept_emitted *emitted;
    kept_slot_value *values; /* of one group */
    kept_measured empty;     /* what no row at all comes to */
    kept_day as_of;
    kept_measure_days days;
    kept_measure_done *done;
    /* By period: the subject being written, and the first period not yet written. */
    bool has_subject;
    uint64_t subject;
    int64_t record;
    kept_day next;
} output;

static kept_status evaluate_group(const output *out, const group *g, kept_measured *ret,
                                  kept_err *err)
{
    KEPT_TRY(kept_measure_evaluate(out->measure, out->emitted->slots, out->values,
                                   out->emitted->n_slots, out->as_of, ret, err));
    if (g->rows > 0 && g->covered == 0)
        *ret = (kept_measured){.known = false};
    return KEPT_OK;
}

static double coverage_of(const group *g)
{
    return g->rows ? (double)g->covered / (double)g->rows : NAN;
}

static kept_status write_whole(output *out, const group *g, int64_t record, kept_err *err)
{
    kept_measured value;
    KEPT_TRY(evaluate_group(out, g, &value, err));
    out->done->subjects++;
    out->done->measured += value.known;
    return kept_measure_writer_add(out->writer, record, out->days.start, out->days.end, &value,
                                   g->n, coverage_of(g), err);
}

/* Periods up to `until` (not counted) in which the subject has no row. */
static kept_status fill_periods(output *out, kept_day until, kept_err *err)
{
    while (out->has_subject && out->next < until) {
        kept_day after = kept_period_next(out->measure->periods, out->next);
        KEPT_TRY(kept_measure_writer_add(out->writer, out->record, out->next, after - 1,
                                         &out->empty, 0, NAN, err));
        out->next = after;
    }
    return KEPT_OK;
}

static kept_status write_period(output *out, const group *g, int64_t record, kept_err *err)
{
    if (!out->has_subject || out->subject != g->subject) {
        KEPT_TRY(fill_periods(out, out->days.end + 1, err));
        out->has_subject = true;
        out->subject = g->subject;
        out->record = record;
        out->next = g->has_period ? g->period : out->days.start;
    }
    if (!g->has_period) /* rows before the window: the subject was there already */
        return KEPT_OK;
    KEPT_TRY(fill_periods(out, g->period, err));
    kept_measured value;
    KEPT_TRY(evaluate_group(out, g, &value, err));
    out->next = kept_period_next(out->measure->periods, g->period);
    return kept_measure_writer_add(out->writer, record, g->period, out->next - 1, &value, g->n,
                                   coverage_of(g), err);
}

static kept_status write_chunk(output *out, const kept_duck_rows *rows, size_t n, bool by_period,
                               kept_err *err)
{
    bool firm = out->measure->per == KEPT_PER_FIRM;
    KEPT_AUTO_ARENA scratch = KEPT_ARENA_INIT;
    uint64_t *keys = KEPT_NEW_N(&scratch, uint64_t, n);
    int64_t *records = KEPT_NEW_N(&scratch, int64_t, n);
    if (!keys || !records)
        return kept_nomem(err);
    for (size_t i = 0; i < n; i++)
        keys[i] = kept_duck_known(rows, 0, i) ? ((const uint64_t *)kept_duck_data(rows, 0))[i] : 0;
    if (!firm)
        KEPT_TRY(kept_ledger_records_of_keys(&out->run->store->ledger, keys, n, records, err));
    for (size_t i = 0; i < n; i++) {
        group g = read_group(rows, i);
        for (size_t s = 0; s < out->emitted->n_slots; s++)
            out->values[s] = slot_value(rows, KEPT_EMIT_FIXED + s, i, out->emitted->slots[s].type);
        if (!g.has_subject)
            continue;
        if (!firm && records[i] == 0) {
            out->done->unmatched += !by_period;
            continue;
        }
        KEPT_TRY(by_period ? write_period(out, &g, records[i], err)
                           : write_whole(out, &g, records[i], err));
    }
    return KEPT_OK;
}

/* A statement that has been asked, with its first rows. */
typedef struct asked {
    kept_emitted emitted;
    kept_duck_rows *rows;
    size_t n;
} asked;

static void asked_done(asked *a)
{
    kept_duck_rows_free(a->rows);
    a->rows = NULL;
}

/* By its first rows the engine has added everything up, so that the transaction which takes the
 * rows is a short one. */
static kept_status ask(running *r, const kept_measure *m, const kept_emit_ask *what, asked *ret,
                       kept_err *err)
{
    KEPT_TRY(kept_measure_emit(&kept_dialect_duck, m, what, r->arena, &ret->emitted, err));
    kept_status status = kept_facts_query(r->store, ret->emitted.sql, ret->emitted.values,
                                          ret->emitted.n_values, &ret->rows, err);
    if (status == KEPT_OK)
        status = kept_duck_next(ret->rows, &ret->n, err);
    return explain(m, status, err);
}

static kept_status write_rows(output *out, asked *a, bool by_period, kept_err *err)
{
    out->emitted = &a->emitted;
    while (a->n) {
        KEPT_TRY(write_chunk(out, a->rows, a->n, by_period, err));
        KEPT_TRY(explain(out->measure, kept_duck_next(a->rows, &a->n, err), err));
    }
    return by_period ? fill_periods(out, out->days.end + 1, err) : KEPT_OK;
}

static kept_status set_empty(output *out, const asked *a, kept_err *err)
{
    for (size_t s = 0; s < a->emitted.n_slots; s++)
        out->values[s] = (kept_slot_value){.known = a->emitted.slots[s].type == KEPT_SLOT_COUNT};
    return kept_measure_evaluate(out->measure, a->emitted.slots, out->values, a->emitted.n_slots,
                                 out->as_of, &out->empty, err);
}

static kept_status write_all(output *out, asked *whole, asked *periods, kept_err *err)
{
    KEPT_AUTO_MEASURE_WRITER writer = {.insert = NULL};
    KEPT_TRY(kept_measure_writer_open(out->run->store, out->run->scope, out->measure, out->as_of,
                                      &writer, err));
    out->writer = &writer;
    KEPT_TRY(set_empty(out, whole, err));
    KEPT_TRY(write_rows(out, whole, false, err));
    return periods->rows ? write_rows(out, periods, true, err) : KEPT_OK;
}

static kept_status run_asked(output *out, asked *whole, asked *periods, kept_err *err)
{
    running *r = out->run;
    kept_emit_ask what = {.start = out->days.start, .end = out->days.end, .as_of = out->as_of};
    KEPT_TRY(ask(r, out->measure, &what, whole, err));
    what.by_period = out->measure->periods != KEPT_PERIOD_NONE;
    if (what.by_period)
        KEPT_TRY(ask(r, out->measure, &what, periods, err));
    out->values = KEPT_NEW_N(r->arena, kept_slot_value, whole->emitted.n_slots);
    if (!out->values)
        return kept_nomem(err);
    KEPT_TRY(kept_ledger_begin(&r->store->ledger, err));
    kept_status status = write_all(out, whole, periods, err);
    if (status == KEPT_OK)
        status = kept_ledger_commit(&r->store->ledger, err);
    if (status != KEPT_OK)
        kept_ledger_rollback(&r->store->ledger);
    return status;
}

static kept_status run_one(running *r, const kept_measure *m, kept_measure_done *done,
                           kept_err *err)
{
    const seen_kind *seen = NULL;
    bool set = r->scope->as_of != KEPT_NO_DAY;
    *done = (kept_measure_done){.measure = m};
    KEPT_TRY(see(r, m->facts, &seen, err));
    if (!seen->any)
        return set || r->scope->known_at != KEPT_NO_TIME ? KEPT_OK
                                                         : kept_measure__forget(r->store, m, err);
    output out = {.run = r, .measure = m, .done = done};
    out.as_of = set ? r->scope->as_of : seen->last;
    out.days = kept_measure_days_of(m, out.as_of, !set);
    asked whole = {.rows = NULL}, periods = {.rows = NULL};
    kept_status status = run_asked(&out, &whole, &periods, err);
    asked_done(&whole);
    asked_done(&periods);
    KEPT_TRY(status);
    done->ran = true;
    done->as_of = out.as_of;
    done->start = out.days.start;
    done->end = out.days.end;
    return KEPT_OK;
}

/* --- Which measures --- */

static kept_status choose(const kept_measures *all, const char *const *names, size_t n,
                          const kept_measure **ret, size_t *ret_n, kept_err *err)
{
    size_t chosen = 0;
    for (size_t i = 0; n == 0 && i < all->n; i++)
        if (!all->items[i]->made_by && !all->items[i]->judge)
            ret[chosen++] = all->items[i];
    for (size_t i = 0; i < n; i++) {
        const kept_measure *m = NULL;
        KEPT_TRY(kept_measures_find(all, names[i], &m, err));
        if (m->made_by)
            return kept_fail(err, KEPT_EARG, "The measure %s is written by: kept %s", m->name,
                             m->made_by);
        if (m->judge)
            return kept_fail(err, KEPT_EARG,
                             "The measure %s judges promises and has no value of its own; promises "
                             "that name it are judged by: kept judge",
                             m->name);
        bool again = false;
        for (size_t j = 0; j < chosen; j++)
            again = again || ret[j] == m;
        if (!again)
            ret[chosen++] = m;
    }
    *ret_n = chosen;
    return KEPT_OK;
}

kept_status kept_measures_run(kept_store *store, const kept_scope *scope, const char *const *names,
                              size_t n, const kept_measure_run_opts *opts, kept_arena *arena,
                              kept_measure_done **ret_done, size_t *ret_n, kept_err *err)
{
    kept_measures all = {NULL, 0};
    size_t n_chosen = 0;
    KEPT_TRY(kept_measures__may_write(store, scope, err));
    KEPT_TRY(kept_store_measures(store, arena, &all, err));
    size_t room = n > all.n ? n : all.n;
    const kept_measure **chosen = KEPT_NEW_N(arena, const kept_measure *, room);
    kept_measure_done *done = KEPT_NEW_N(arena, kept_measure_done, room);
    running r = {.store = store,
                 .scope = scope,
                 .arena = arena,
                 .kinds = KEPT_NEW_N(arena, seen_kind, store->kinds.n)};
    if (!chosen || !done || !r.kinds)
        return kept_nomem(err);
    KEPT_TRY(choose(&all, names, n, chosen, &n_chosen, err));
    for (size_t i = 0; i < n_chosen; i++) {
        if (store->cancel && *store->cancel)
            return kept_fail(err, KEPT_ECANCELLED, "Stopped; %zu of %zu measures were run.", i,
                             n_chosen);
        if (opts && opts->progress)
            opts->progress(opts->progress_who, chosen[i]->name, (double)i / (double)n_chosen);
        KEPT_TRY(run_one(&r, chosen[i], &done[i], err));
    }
    *ret_done = done;
    *ret_n = n_chosen;
    return KEPT_OK;
}
