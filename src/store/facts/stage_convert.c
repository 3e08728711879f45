/* Rows are converted by a function of the engine's SQL, so that the engine calls it on all its
 * threads, chunk by chunk, wherever it reads the source. A chunk does not know where in the file it
 * stands; the engine keeps the order of the rows, and a row set aside brings its fault with it. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "store/facts/stage_int.h"

enum { TEXT_MAX = 1 << 20 /* of a joined text */ };

/* What one thread needs at a time. */
typedef struct worker {
    struct worker *next, *next_idle;
    kept_arena arena; /* holds the worker, too */
    kept__row row;
    kept__fault fault;
    kept_buf packed;
    kept__tally tally;
    const char **reasons; /* per target and cause, made when wanted */
    kept__keys keys;
    const duckdb_string_t **texts; /* of the chunk, per needed column */
    const uint64_t **texts_known;
} worker;

struct kept__convert {
    kept_duck *duck;
    const kept__convert_plan *plan;
    const char *name; /* of the function */
    pthread_t caller;
    /* of the source being read */
    const kept_source *source;
    const kept_mapped **mapped;
    const kept_mark *marks;
    const size_t *needed;
    size_t n_needed;
    /* shared by the threads */
    atomic_size_t rows; /* converted so far */
    atomic_bool needs_zone, no_memory;
    pthread_mutex_t lock; /* guards the lists */
    worker *all, *idle;
};

/* --- Workers --- */

static void free_worker(worker *w)
{
    kept_buf_free(&w->fault.reason);
    kept_buf_free(&w->row.text);
    kept_buf_free(&w->packed);
    kept__keys_free(&w->keys);
    kept_arena arena = w->arena;
    kept_arena_free(&arena);
}

static bool give_room(worker *w, const kept__convert_plan *plan)
{
    size_t n = plan->row.n_targets, n_causes = n * KEPT__N_ROW_CAUSES;
    kept__row *row = &w->row;
    row->targets = KEPT_NEW_N(&w->arena, kept__target, n);
    row->cells = KEPT_NEW_N(&w->arena, kept_cell, plan->max_cells);
    row->stripped = KEPT_NEW_N(&w->arena, kept_cell, plan->max_cells);
    row->data = KEPT_NEW_N(&w->arena, void *, plan->n_vectors);
    row->known = KEPT_NEW_N(&w->arena, uint64_t *, plan->n_vectors);
    row->vectors = KEPT_NEW_N(&w->arena, duckdb_vector, plan->n_vectors);
    w->tally.counts = KEPT_NEW_N(&w->arena, size_t, n_causes);
    w->reasons = KEPT_NEW_N(&w->arena, const char *, n_causes);
    w->texts = KEPT_NEW_N(&w->arena, const duckdb_string_t *, plan->max_cells);
    w->texts_known = KEPT_NEW_N(&w->arena, const uint64_t *, plan->max_cells);
    if (!row->targets || !row->cells || !row->stripped || !row->data || !row->known ||
        !row->vectors || !w->tally.counts || !w->reasons || !w->texts || !w->texts_known)
        return false;
    for (size_t i = 0; i < n; i++)
        row->targets[i] = plan->row.targets[i];
    return true;
}

static worker *make_worker(const kept__convert_plan *plan)
{
    kept_arena arena = KEPT_ARENA_INIT;
    worker *w = KEPT_NEW(&arena, worker);
    if (!w)
        return NULL;
    w->arena = arena;
    w->row = plan->row;
    w->row.text = (kept_buf){.limit = TEXT_MAX};
    w->fault.reason.limit = 4096;
    kept__keys_init(&w->keys, plan->keys, plan->n_keys);
    if (give_room(w, plan))
        return w;
    free_worker(w);
    return NULL;
}

/* Any idle one: what a worker keeps is only ever added up. */
static worker *take_worker(kept__convert *cv)
{
    pthread_mutex_lock(&cv->lock);
    worker *w = cv->idle;
    if (w) {
        cv->idle = w->next_idle;
    } else {
        w = make_worker(cv->plan);
        if (w) {
            w->next = cv->all;
            cv->all = w;
        }
    }
    pthread_mutex_unlock(&cv->lock);
    return w;
}

static void give_worker(kept__convert *cv, worker *w)
{
    pthread_mutex_lock(&cv->lock);
    w->next_idle = cv->idle;
    cv->idle = w;
    pthread_mutex_unlock(&cv->lock);
}

static void drop_workers(kept__convert *cv)
{
    while (cv->all) {
        worker *w = cv->all;
        cv->all = w->next;
        free_worker(w);
    }
    cv->idle = NULL;
}

/* --- Rows --- */

static kept_cell cell_of(const duckdb_string_t *texts, const uint64_t *known, size_t i)
{
    if (known && !(known[i / 64] >> (i % 64) & 1))
        return (kept_cell){NULL, 0};
    const duckdb_string_t *text = texts + i;
    uint32_t len = text->value.inlined.length;
    bool here = len <= sizeof text->value.inlined.inlined;
    return (kept_cell){here ? text->value.inlined.inlined : text->value.pointer.ptr, len};
}

static bool is_blank(const kept__convert *cv, const kept__row *row)
{
    for (size_t k = 0; k < cv->n_needed; k++)
        if (kept_cell_trim(row->cells[cv->needed[k]]).len)
            return false;
    return true;
}

static const char *fault_name(const kept__convert *cv, const worker *w)
{
    size_t c = w->fault.source_column;
    return c < cv->source->n_columns ? cv->source->columns[c].name
                                     : w->row.targets[w->fault.target].column->name;
}

static bool pack_fault(const kept__convert *cv, worker *w)
{
    kept__fault *f = &w->fault;
    size_t cause = f->target * KEPT__N_ROW_CAUSES + f->cause;
    const char **text = &w->reasons[cause];
    if (!*text)
        *text = kept__cause_text(f->cause, w->row.targets[f->target].column, &w->arena);
    if (f->reason.len == 0)
        kept_buf_add(&f->reason, *text ? *text : "");
    kept__fault_pack(&w->packed, f, fault_name(cv, w));
    w->tally.counts[cause]++;
    w->tally.set_aside++;
    return *text && !f->reason.failed && !w->packed.failed;
}

/* All columns of the row empty but the fault; an empty fault is a row that does not count. */
static void leave_out(const kept__convert *cv, worker *w, size_t at, const kept_buf *fault)
{
    for (size_t v = 0; v < cv->plan->n_vectors; v++)
        w->row.known[v][at / 64] &= ~(UINT64_C(1) << (at % 64));
    w->row.known[0][at / 64] |= UINT64_C(1) << (at % 64);
    duckdb_vector_assign_string_element_len(w->row.vectors[0], at, fault ? fault->data : "",
                                            fault ? fault->len : 0);
}

static bool convert_row(kept__convert *cv, worker *w, size_t at)
{
    kept__row *row = &w->row;
    if (is_blank(cv, row)) {
        leave_out(cv, w, at, NULL);
        w->tally.blank++;
        return true;
    }
    w->tally.read++;
    if (!kept__row_convert(row, at, &w->fault)) {
        if (row->needs_zone) {
            atomic_store(&cv->needs_zone, true);
            return false;
        }
        if (!pack_fault(cv, w))
            return false;
        leave_out(cv, w, at, &w->packed);
        return true;
    }
    row->known[0][at / 64] &= ~(UINT64_C(1) << (at % 64));
    w->tally.negative += row->negative;
    w->tally.converted += row->converted;
    return kept__keys_row(&w->keys, row, at);
}

static void say(kept__convert *cv, size_t rows)
{
    const kept__convert_plan *plan = cv->plan;
    size_t done = atomic_fetch_add(&cv->rows, rows) + rows;
    /* The caller works too; its progress is told in its own thread only. */
    if (!plan->opts->progress || !pthread_equal(pthread_self(), cv->caller))
        return;
    double part = plan->expected_rows ? (double)done / (double)plan->expected_rows : -1;
    char what[300];
    snprintf(what, sizeof what, "reading %s", cv->source->path);
    plan->opts->progress(plan->opts->progress_who, what, part > 1 ? 1 : part);
}

static bool convert_chunk(kept__convert *cv, worker *w, duckdb_data_chunk input,
                          duckdb_vector output)
{
    kept__row *row = &w->row;
    size_t n = duckdb_data_chunk_get_size(input);
    row->mapped = cv->mapped;
    row->marks = cv->marks;
    row->n_cells = cv->source->n_columns;
    for (size_t v = 0; v < cv->plan->n_vectors; v++) {
        row->vectors[v] = duckdb_struct_vector_get_child(output, v);
        duckdb_vector_ensure_validity_writable(row->vectors[v]);
        row->data[v] = duckdb_vector_get_data(row->vectors[v]);
        row->known[v] = duckdb_vector_get_validity(row->vectors[v]);
    }
    for (size_t k = 0; k < cv->n_needed; k++) {
        duckdb_vector vector = duckdb_data_chunk_get_vector(input, k);
        w->texts[k] = duckdb_vector_get_data(vector);
        w->texts_known[k] = duckdb_vector_get_validity(vector);
    }
    kept__keys_begin(&w->keys);
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < cv->n_needed; k++)
            row->cells[cv->needed[k]] = cell_of(w->texts[k], w->texts_known[k], i);
        if (!convert_row(cv, w, i))
            return false;
    }
    return kept__keys_end(&w->keys);
}

static void convert(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output)
{
    kept__convert *cv = duckdb_scalar_function_get_extra_info(info);
    worker *w = take_worker(cv);
    bool done = w && convert_chunk(cv, w, input, output);
    if (w)
        give_worker(cv, w);
    if (done)
        say(cv, duckdb_data_chunk_get_size(input));
    else if (!atomic_load(&cv->needs_zone))
        atomic_store(&cv->no_memory, true);
    if (!done)
        duckdb_scalar_function_set_error(info, "rows could not be converted");
}

/* --- The function in the engine --- */

/* What the function gives: a row of the table, the fault first. */
static duckdb_logical_type row_type(const kept__convert_plan *plan, kept_arena *arena)
{
    duckdb_logical_type *types = KEPT_NEW_N(arena, duckdb_logical_type, plan->n_vectors);
    const char **names = KEPT_NEW_N(arena, const char *, plan->n_vectors);
    if (!types || !names)
        return NULL;
    bool ok = true;
    for (size_t v = 0; v < plan->n_vectors; v++) {
        names[v] = kept_arena_printf(arena, "v%zu", v);
        ok = ok && names[v];
    }
    types[0] = duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR);
    for (size_t i = 0; i < plan->row.n_targets; i++) {
        const kept__target *t = &plan->row.targets[i];
        types[t->vector] = kept__vector_type(t->column->type);
        if (t->column->type == KEPT_COL_WHEN)
            types[t->vector + 1] = duckdb_create_logical_type(DUCKDB_TYPE_TIME);
    }
    duckdb_logical_type type = ok ? duckdb_create_struct_type(types, names, plan->n_vectors) : NULL;
    for (size_t v = 0; v < plan->n_vectors; v++)
        duckdb_destroy_logical_type(&types[v]);
    return type;
}

static kept_status make_function(kept__convert *cv, kept_err *err)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    duckdb_logical_type returns = row_type(cv->plan, &arena);
    duckdb_logical_type text = duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR);
    duckdb_scalar_function function = duckdb_create_scalar_function();
    kept_status status = KEPT_OK;
    if (returns && text && function) {
        duckdb_scalar_function_set_name(function, cv->name);
        duckdb_scalar_function_set_varargs(function, text);
        duckdb_scalar_function_set_return_type(function, returns);
        duckdb_scalar_function_set_special_handling(function); /* empty cells are cells */
        duckdb_scalar_function_set_volatile(function);         /* once for every row */
        duckdb_scalar_function_set_extra_info(function, cv, NULL);
        duckdb_scalar_function_set_function(function, convert);
        if (duckdb_register_scalar_function(kept_duck_connection(cv->duck), function) !=
            DuckDBSuccess)
            status = kept_fail(err, KEPT_EINTERNAL, "Rows could not be staged.");
    } else {
        status = kept_nomem(err);
    }
    duckdb_destroy_scalar_function(&function);
    duckdb_destroy_logical_type(&text);
    duckdb_destroy_logical_type(&returns);
    return status;
}

kept_status kept__convert_open(kept_duck *duck, const kept__convert_plan *plan, kept_arena *arena,
                               kept__convert **ret_convert, kept_err *err)
{
    kept__convert *cv = KEPT_NEW(arena, kept__convert);
    /* The engine forgets no function: every staging has its own name. */
    char *name = kept_arena_printf(arena, "kept_convert_%zu", kept_duck_serial(duck));
    if (!cv || !name)
        return kept_nomem(err);
    cv->duck = duck;
    cv->plan = plan;
    cv->name = name;
    cv->caller = pthread_self();
    KEPT_TRY(make_function(cv, err));
    pthread_mutex_init(&cv->lock, NULL);
    *ret_convert = cv;
    return KEPT_OK;
}

static kept_status query_of(const kept__convert *cv, const kept_source *source, const char *into,
                            kept_buf *sql, kept_err *err)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_buf_printf(sql, "INSERT INTO %s SELECT ", into);
    for (size_t v = 0; v < cv->plan->n_vectors; v++)
        kept_buf_printf(sql, "%ss.v%zu", v ? ", " : "", v);
    kept_buf_printf(sql, " FROM (SELECT %s(", cv->name);
    for (size_t k = 0; k < cv->n_needed; k++) {
        const char *name = kept_duck_name(&arena, source->columns[cv->needed[k]].name);
        kept_buf_printf(sql, "%s%s", k ? ", " : "", name ? name : "");
        sql->failed |= !name;
    }
    kept_buf_printf(sql, ") AS s FROM %s)", source->relation);
    return sql->failed ? kept_nomem(err) : KEPT_OK;
}

kept_status kept__convert_source_into(kept__convert *cv, const kept__convert_source *source,
                                      const char *into, size_t *ret_records, bool *ret_needs_zone,
                                      kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    cv->source = source->source;
    cv->mapped = source->mapped;
    cv->marks = source->marks;
    cv->needed = source->needed;
    cv->n_needed = source->n_needed;
    KEPT_TRY(query_of(cv, source->source, into, &sql, err));
    int64_t rows = 0;
    kept_err why = KEPT_ERR_INIT;
    kept_status status = kept_duck_exec(cv->duck, kept_buf_text(&sql), NULL, 0, &rows, &why);
    *ret_records = (size_t)rows;
    *ret_needs_zone = atomic_load(&cv->needs_zone);
    if (status == KEPT_OK || *ret_needs_zone)
        return KEPT_OK;
    if (atomic_load(&cv->no_memory))
        return kept_nomem(err);
    *err = why;
    return status;
}

void kept__convert_restart(kept__convert *cv)
{
    drop_workers(cv);
    atomic_store(&cv->needs_zone, false);
    atomic_store(&cv->rows, 0);
}

/* --- The sum of all workers --- */

kept_status kept__convert_total(kept__convert *cv, kept__tally *total, kept__target *targets,
                                kept_arena *arena, kept_key_facts *ret_keys, kept_err *err)
{
    size_t n_targets = cv->plan->row.n_targets, n_workers = 0;
    for (const worker *w = cv->all; w; w = w->next)
        n_workers++;
    const kept__keys **keys = KEPT_NEW_N(arena, const kept__keys *, n_workers);
    if (!keys)
        return kept_nomem(err);
    n_workers = 0;
    for (const worker *w = cv->all; w; w = w->next) {
        keys[n_workers++] = &w->keys;
        total->read += w->tally.read;
        total->blank += w->tally.blank;
        total->set_aside += w->tally.set_aside;
        total->negative += w->tally.negative;
        total->converted += w->tally.converted;
        for (size_t i = 0; i < n_targets * KEPT__N_ROW_CAUSES; i++)
            total->counts[i] += w->tally.counts[i];
        for (size_t i = 0; i < n_targets; i++)
            targets[i].timed |= w->row.targets[i].timed;
    }
    return kept__keys_sum(keys, n_workers, arena, ret_keys, err);
}

void kept__convert_close(kept__convert *cv)
{
    if (!cv)
        return;
    drop_workers(cv);
    pthread_mutex_destroy(&cv->lock);
}
