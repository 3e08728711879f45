#include "store/facts/stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "store/facts/source_int.h"
#include "store/facts/stage_int.h"

enum {
    REJECTS_KEPT = 100000,
    CURRENCIES_MAX = 8, /* distinct ones noted before the import is refused */
    YEARS_AHEAD = 10,
    TEXT_MAX = 1 << 20, /* of a joined text */
};

typedef struct noted_currency {
    char code[16];
    size_t len;
} noted_currency;

typedef struct loader {
    kept_duck *duck;
    const kept_source *const *sources;
    const kept_mapping *const *mappings;
    size_t n_sources;
    const kept_stage_opts *opts;
    kept_arena *arena;
    kept_staged *stage;
    kept__row row;
    kept__fault fault;
    duckdb_data_chunk chunk;
    duckdb_appender taken, set_aside;
    size_t n_vectors;
    size_t filled;      /* rows in the chunk */
    int64_t number;     /* of the last row taken */
    size_t *counts;     /* per target and cause, then per record cause */
    const char **texts; /* of the former, made when wanted */
    noted_currency currencies[CURRENCIES_MAX];
    size_t n_currencies;
    size_t source; /* being read */
    size_t done_rows, expected_rows;
} loader;

/* --- The tables --- */

static const char *sql_type(kept_column_type type)
{
    switch (type) {
    case KEPT_COL_WHEN:
        return "DATE";
    case KEPT_COL_MONEY:
    case KEPT_COL_NUMBER:
        return "DECIMAL(18,4)";
    case KEPT_COL_INTEGER:
        return "BIGINT";
    case KEPT_COL_FLAG:
        return "BOOLEAN";
    default:
        return "VARCHAR";
    }
}

static duckdb_logical_type vector_type(kept_column_type type)
{
    switch (type) {
    case KEPT_COL_WHEN:
        return duckdb_create_logical_type(DUCKDB_TYPE_DATE);
    case KEPT_COL_MONEY:
    case KEPT_COL_NUMBER:
        return duckdb_create_decimal_type(18, 4);
    case KEPT_COL_INTEGER:
        return duckdb_create_logical_type(DUCKDB_TYPE_BIGINT);
    case KEPT_COL_FLAG:
        return duckdb_create_logical_type(DUCKDB_TYPE_BOOLEAN);
    default:
        return duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR);
    }
}

static const kept_mapped *find_mapped(const kept_mapping *mapping, const kept_fact_column *column)
{
    for (size_t i = 0; i < mapping->n; i++)
        if (strcmp(mapping->mapped[i].column->name, column->name) == 0)
            return &mapping->mapped[i];
    return NULL;
}

/* Every column that any source fills, in the order of the kind. */
static kept_status choose_targets(loader *l, kept_err *err)
{
    const kept_fact_kind *kind = l->stage->kind;
    kept__row *row = &l->row;
    row->targets = KEPT_NEW_N(l->arena, kept__target, kind->n_columns);
    row->mapped = KEPT_NEW_N(l->arena, const kept_mapped *, kind->n_columns);
    if (!row->targets || !row->mapped)
        return kept_nomem(err);
    row->currency = row->amount = row->time = SIZE_MAX;
    size_t vector = 1; /* after the row number */
    for (size_t i = 0; i < kind->n_columns; i++) {
        const kept_fact_column *column = &kind->columns[i];
        bool filled = false;
        for (size_t s = 0; s < l->n_sources; s++)
            filled |= find_mapped(l->mappings[s], column) != NULL;
        if (!filled)
            continue;
        if (strcmp(column->name, "currency") == 0)
            row->currency = row->n_targets;
        if (strcmp(column->name, "amount") == 0 && column->type == KEPT_COL_MONEY)
            row->amount = row->n_targets;
        if (kind->time && strcmp(column->name, kind->time) == 0)
            row->time = row->n_targets;
        row->targets[row->n_targets++] = (kept__target){.column = column, .vector = vector};
        vector += column->type == KEPT_COL_WHEN ? 2 : 1;
    }
    l->n_vectors = vector;
    l->counts = KEPT_NEW_N(l->arena, size_t, row->n_targets * KEPT__N_ROW_CAUSES + KEPT__N_CAUSES);
    l->texts = KEPT_NEW_N(l->arena, const char *, row->n_targets *KEPT__N_ROW_CAUSES + 1);
    return l->counts && l->texts ? KEPT_OK : kept_nomem(err);
}

static kept_status create_tables(loader *l, kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    kept_buf_add(&sql, "CREATE OR REPLACE TABLE stage (\"row\" BIGINT");
    for (size_t i = 0; i < l->row.n_targets; i++) {
        const kept_fact_column *column = l->row.targets[i].column;
        char *name = kept_duck_name(l->arena, column->name);
        if (!name)
            return kept_nomem(err);
        kept_buf_printf(&sql, ", %s %s", name, sql_type(column->type));
        if (column->type == KEPT_COL_WHEN) {
            char *clock = kept_arena_printf(l->arena, "%s_clock", column->name);
            name = clock ? kept_duck_name(l->arena, clock) : NULL;
            if (!name)
                return kept_nomem(err);
            kept_buf_printf(&sql, ", %s TIME", name);
        }
    }
    kept_buf_add(&sql, ")");
    if (sql.failed)
        return kept_nomem(err);
    KEPT_TRY(kept_duck_exec(l->duck, kept_buf_text(&sql), NULL, 0, NULL, err));
    return kept_duck_exec(
        l->duck,
        "CREATE OR REPLACE TABLE stage_rejects (source BIGINT, record BIGINT, "
        "cause BIGINT, target BIGINT, name VARCHAR, value VARCHAR, reason VARCHAR)",
        NULL, 0, NULL, err);
}

static kept_status appender_failed(duckdb_appender appender, kept_err *err)
{
    const char *why = appender ? duckdb_appender_error(appender) : NULL;
    bool memory = why && strstr(why, "Out of Memory");
    return kept_fail(err, memory ? KEPT_ENOMEM : KEPT_EINTERNAL, "Rows could not be staged: %.300s",
                     why ? why : "no reason given");
}

static kept_status open_appender(loader *l, const char *table, duckdb_appender *ret, kept_err *err)
{
    if (duckdb_appender_create(kept_duck_connection(l->duck), NULL, table, ret) != DuckDBSuccess)
        return appender_failed(*ret, err);
    return KEPT_OK;
}

static kept_status make_chunk(loader *l, kept_err *err)
{
    kept__row *row = &l->row;
    duckdb_logical_type *types = KEPT_NEW_N(l->arena, duckdb_logical_type, l->n_vectors);
    row->data = KEPT_NEW_N(l->arena, void *, l->n_vectors);
    row->known = KEPT_NEW_N(l->arena, uint64_t *, l->n_vectors);
    row->vectors = KEPT_NEW_N(l->arena, duckdb_vector, l->n_vectors);
    if (!types || !row->data || !row->known || !row->vectors)
        return kept_nomem(err);
    types[0] = duckdb_create_logical_type(DUCKDB_TYPE_BIGINT);
    for (size_t i = 0; i < row->n_targets; i++) {
        const kept__target *t = &row->targets[i];
        types[t->vector] = vector_type(t->column->type);
        if (t->column->type == KEPT_COL_WHEN)
            types[t->vector + 1] = duckdb_create_logical_type(DUCKDB_TYPE_TIME);
    }
    l->chunk = duckdb_create_data_chunk(types, l->n_vectors);
    for (size_t i = 0; i < l->n_vectors; i++)
        duckdb_destroy_logical_type(&types[i]);
    return l->chunk ? KEPT_OK : kept_nomem(err);
}

/* Empties the chunk; its arrays may move. */
static void start_chunk(loader *l)
{
    duckdb_data_chunk_reset(l->chunk);
    l->filled = 0;
    for (size_t i = 0; i < l->n_vectors; i++) {
        duckdb_vector vector = duckdb_data_chunk_get_vector(l->chunk, i);
        duckdb_vector_ensure_validity_writable(vector);
        l->row.vectors[i] = vector;
        l->row.data[i] = duckdb_vector_get_data(vector);
        l->row.known[i] = duckdb_vector_get_validity(vector);
    }
}

static kept_status append_chunk(loader *l, kept_err *err)
{
    if (l->filled == 0)
        return KEPT_OK;
    duckdb_data_chunk_set_size(l->chunk, l->filled);
    if (duckdb_append_data_chunk(l->taken, l->chunk) != DuckDBSuccess)
        return appender_failed(l->taken, err);
    start_chunk(l);
    return KEPT_OK;
}

/* --- Currencies --- */

static void note_currency(loader *l, kept_cell currency)
{
    if (currency.len == 0 || currency.len >= sizeof l->currencies[0].code)
        currency = (kept_cell){l->opts->currency ? l->opts->currency : "",
                               l->opts->currency ? strlen(l->opts->currency) : 0};
    if (currency.len == 0 || currency.len >= sizeof l->currencies[0].code)
        return;
    for (size_t i = 0; i < l->n_currencies; i++)
        if (l->currencies[i].len == currency.len &&
            strncasecmp(l->currencies[i].code, currency.text, currency.len) == 0)
            return;
    if (l->n_currencies == CURRENCIES_MAX)
        return;
    noted_currency *noted = &l->currencies[l->n_currencies++];
    memcpy(noted->code, currency.text, currency.len);
    noted->code[currency.len] = '\0';
    noted->len = currency.len;
}

/* Sums of unlike money mean nothing: one currency, the workspace's if it has one. */
static kept_status check_currencies(const loader *l, kept_err *err)
{
    const char *home = l->opts->currency ? l->opts->currency : "";
    bool foreign = l->n_currencies == 1 && home[0] && strcasecmp(l->currencies[0].code, home) != 0;
    if (l->row.rates || (l->n_currencies < 2 && !foreign))
        return KEPT_OK;
    KEPT_AUTO_BUF list = KEPT_BUF_INIT;
    for (size_t i = 0; i < l->n_currencies; i++)
        kept_buf_printf(&list, "%s%s",
                        i == 0                    ? ""
                        : i + 1 < l->n_currencies ? ", "
                                                  : " and ",
                        l->currencies[i].code);
    return kept_fail(err, KEPT_EINPUT,
                     "The rows are in %s%s%s; give the exchange rates with --rates FILE (CSV: "
                     "currency, rate, date), or leave rows out.",
                     kept_buf_text(&list), foreign ? " but the workspace is in " : "",
                     foreign ? home : "");
}

static kept_status read_rates(loader *l, kept_err *err)
{
    if (!l->opts->rates_path)
        return KEPT_OK;
    if (!l->row.home[0])
        return kept_fail(err, KEPT_EARG,
                         "Rates need a currency to convert into; set that of the workspace first.");
    kept__rates *rates = NULL;
    KEPT_TRY(kept__rates_read(l->opts->rates_path, l->arena, &rates, err));
    l->row.rates = rates;
    return KEPT_OK;
}

/* --- Rows --- */

static const char *fault_name(const loader *l)
{
    const kept_source *source = l->sources[l->source];
    size_t c = l->fault.source_column;
    return c < source->n_columns ? source->columns[c].name
                                 : l->row.targets[l->fault.target].column->name;
}

static kept_status append_reject(loader *l, size_t record, kept_err *err)
{
    kept__fault *f = &l->fault;
    const char *name = fault_name(l);
    duckdb_appender a = l->set_aside;
    size_t cause = f->target * KEPT__N_ROW_CAUSES + f->cause;
    if (!l->texts[cause]) {
        l->texts[cause] = kept__cause_text(f->cause, l->row.targets[f->target].column, l->arena);
        if (!l->texts[cause])
            return kept_nomem(err);
    }
    if (f->reason.len == 0)
        kept_buf_add(&f->reason, l->texts[cause]);
    if (f->reason.failed)
        return kept_nomem(err);
    bool ok = duckdb_append_int64(a, (int64_t)l->source) == DuckDBSuccess &&
              duckdb_append_int64(a, (int64_t)record) == DuckDBSuccess &&
              duckdb_append_int64(a, f->cause) == DuckDBSuccess &&
              duckdb_append_int64(a, (int64_t)f->target) == DuckDBSuccess &&
              duckdb_append_varchar(a, name) == DuckDBSuccess &&
              duckdb_append_varchar_length(a, f->value.text ? f->value.text : "", f->value.len) ==
                  DuckDBSuccess &&
              duckdb_append_varchar_length(a, f->reason.data, f->reason.len) == DuckDBSuccess &&
              duckdb_appender_end_row(a) == DuckDBSuccess;
    if (!ok)
        return appender_failed(a, err);
    l->counts[cause]++;
    l->stage->set_aside++;
    return KEPT_OK;
}

static bool is_blank(const loader *l, const size_t *needed, size_t n)
{
    for (size_t k = 0; k < n; k++)
        if (kept_cell_trim(l->row.cells[needed[k]]).len)
            return false;
    return true;
}

static kept_status take_row(loader *l, size_t record, kept_err *err)
{
    kept__row *row = &l->row;
    bool ok = kept__row_convert(row, l->filled, &l->fault);
    if (!ok && row->needs_zone) {
        kept__zone *zone = NULL;
        KEPT_TRY(kept__zone_read(l->duck, l->opts->timezone ? l->opts->timezone : "UTC", l->arena,
                                 &zone, err));
        row->zone = zone;
        ok = kept__row_convert(row, l->filled, &l->fault);
    }
    l->stage->read++;
    if (!ok)
        return append_reject(l, record, err);
    ((int64_t *)row->data[0])[l->filled] = ++l->number;
    row->known[0][l->filled / 64] |= UINT64_C(1) << (l->filled % 64);
    l->stage->negative_amounts += row->negative;
    l->stage->converted += row->converted;
    if (row->currency != SIZE_MAX && row->mapped[row->currency] && !row->rates)
        note_currency(l, row->row_currency);
    if (++l->filled == duckdb_vector_size())
        return append_chunk(l, err);
    return KEPT_OK;
}

static void say(const loader *l, size_t rows)
{
    if (!l->opts->progress)
        return;
    double part = l->expected_rows ? (double)(l->done_rows + rows) / (double)l->expected_rows : -1;
    char what[300];
    snprintf(what, sizeof what, "reading %s", l->sources[l->source]->path);
    l->opts->progress(l->opts->progress_who, what, part > 1 ? 1 : part);
}

static kept_status read_rows(loader *l, kept_duck_rows *rows, const size_t *needed, size_t n_needed,
                             size_t *ret_records, kept_err *err)
{
    size_t record = 0;
    for (;;) {
        size_t n = 0;
        KEPT_TRY(kept_duck_next(rows, &n, err));
        if (n == 0)
            break;
        for (size_t i = 0; i < n; i++) {
            record++;
            for (size_t k = 0; k < n_needed; k++) {
                kept_cell *cell = &l->row.cells[needed[k]];
                cell->text = kept_duck_text(rows, k, i, &cell->len);
            }
            if (is_blank(l, needed, n_needed))
                continue;
            KEPT_TRY(take_row(l, record, err));
        }
        say(l, record);
    }
    l->done_rows += record;
    *ret_records = record;
    return KEPT_OK;
}

/* --- Sources --- */

static void mark_needed(const kept_expr *expr, bool *needed)
{
    if (!expr)
        return;
    if (expr->op == KEPT_EXPR_COLUMN)
        needed[expr->column] = true;
    mark_needed(expr->left, needed);
    mark_needed(expr->right, needed);
}

/* The columns of the source that the mapping reads, into needed; SQL that selects them. */
static kept_status make_query(loader *l, size_t *needed, size_t *ret_n, const char **ret_sql,
                              kept_err *err)
{
    const kept_source *source = l->sources[l->source];
    const kept_mapping *mapping = l->mappings[l->source];
    bool *used = KEPT_NEW_N(l->arena, bool, source->n_columns);
    if (!used)
        return kept_nomem(err);
    for (size_t i = 0; i < mapping->n; i++)
        mark_needed(mapping->mapped[i].expr, used);
    size_t n = 0;
    for (size_t c = 0; c < source->n_columns; c++)
        if (used[c])
            needed[n++] = c;
    if (n == 0) /* constants alone: rows are still counted */
        needed[n++] = 0;
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    for (size_t k = 0; k < n; k++) {
        const char *name = kept_duck_name(l->arena, source->columns[needed[k]].name);
        if (!name)
            return kept_nomem(err);
        kept_buf_printf(&sql, "%s%s", k ? ", " : "SELECT ", name);
    }
    kept_buf_printf(&sql, " FROM %s", source->relation);
    *ret_sql = sql.failed ? NULL : kept_arena_strdup(l->arena, kept_buf_text(&sql));
    *ret_n = n;
    return *ret_sql ? KEPT_OK : kept_nomem(err);
}

static kept_status load_source(loader *l, size_t index, kept_err *err)
{
    const kept_source *source = l->sources[index];
    kept__row *row = &l->row;
    l->source = index;
    for (size_t i = 0; i < row->n_targets; i++)
        row->mapped[i] = find_mapped(l->mappings[index], row->targets[i].column);
    row->marks = l->mappings[index]->marks;
    row->n_cells = source->n_columns;
    row->cells = KEPT_NEW_N(l->arena, kept_cell, source->n_columns);
    row->stripped = KEPT_NEW_N(l->arena, kept_cell, source->n_columns);
    size_t *needed = KEPT_NEW_N(l->arena, size_t, source->n_columns);
    if (!row->cells || !row->stripped || !needed)
        return kept_nomem(err);
    const char *sql = NULL;
    size_t n_needed = 0;
    KEPT_TRY(make_query(l, needed, &n_needed, &sql, err));
    KEPT_AUTO_ROWS *rows = NULL;
    KEPT_TRY(kept_duck_query(l->duck, sql, NULL, 0, &rows, err));
    size_t records = 0;
    KEPT_TRY(read_rows(l, rows, needed, n_needed, &records, err));
    if (source->format == KEPT_FORMAT_CSV && source->n_columns > 1 &&
        records != source->expected_rows)
        return kept_fail(err, KEPT_EINTERNAL,
                         "The engine found %zu rows in %s where there are %zu.", records,
                         source->path, source->expected_rows);
    return KEPT_OK;
}

/* --- What was set aside --- */

typedef struct collector {
    loader *l;
    size_t room;
} collector;

/* Counts the rows that could not be cut into cells, and keeps the first rejects for showing. */
static kept_status collect(void *who, const kept__set_aside *item, kept_err *err)
{
    collector *c = who;
    loader *l = c->l;
    if (item->cause >= KEPT__N_ROW_CAUSES) {
        l->counts[l->row.n_targets * KEPT__N_ROW_CAUSES + (item->cause - KEPT__N_ROW_CAUSES)]++;
        l->stage->read++;
        l->stage->set_aside++;
    }
    if (l->stage->n_rejects == c->room)
        return KEPT_OK;
    kept_reject *reject = &l->stage->rejects[l->stage->n_rejects];
    *reject = (kept_reject){
        .path = l->sources[item->source]->path,
        .line = item->line,
        .column = kept_arena_strdup(l->arena, item->column),
        .value = kept_arena_strdup(l->arena, item->value),
        .reason = kept_arena_strdup(l->arena, item->reason),
    };
    if (!reject->column || !reject->value || !reject->reason)
        return kept_nomem(err);
    l->stage->n_rejects++;
    return KEPT_OK;
}

static kept_status collect_rejects(loader *l, kept_err *err)
{
    size_t room = l->opts->rejects_kept ? l->opts->rejects_kept : REJECTS_KEPT;
    bool broken = false;
    for (size_t i = 0; i < l->n_sources; i++)
        broken |= l->sources[i]->n_broken > 0;
    if (l->stage->set_aside == 0 && !broken)
        return KEPT_OK;
    collector c = {l, room};
    l->stage->rejects = KEPT_NEW_N(l->arena, kept_reject, room);
    if (!l->stage->rejects)
        return kept_nomem(err);
    for (size_t i = 0; i < l->n_sources; i++)
        KEPT_TRY(kept__rejects_walk(l->duck, l->sources[i], i, false, collect, &c, err));
    return KEPT_OK;
}

static int by_count(const void *a, const void *b)
{
    const kept_reason_count *x = a, *y = b;
    return (x->n < y->n) - (x->n > y->n);
}

static kept_status list_reasons(loader *l, kept_err *err)
{
    size_t n = l->row.n_targets * KEPT__N_ROW_CAUSES, records = KEPT__N_CAUSES - KEPT__N_ROW_CAUSES;
    l->stage->reasons = KEPT_NEW_N(l->arena, kept_reason_count, n + records);
    if (!l->stage->reasons)
        return kept_nomem(err);
    for (size_t i = 0; i < n + records; i++) {
        if (!l->counts[i])
            continue;
        bool of_row = i < n;
        kept__cause cause =
            (kept__cause)(of_row ? i % KEPT__N_ROW_CAUSES : i - n + KEPT__N_ROW_CAUSES);
        const char *text = kept__cause_text(
            cause, of_row ? l->row.targets[i / KEPT__N_ROW_CAUSES].column : NULL, l->arena);
        if (!text)
            return kept_nomem(err);
        l->stage->reasons[l->stage->n_reasons++] = (kept_reason_count){text, l->counts[i]};
    }
    qsort(l->stage->reasons, l->stage->n_reasons, sizeof *l->stage->reasons, by_count);
    return KEPT_OK;
}

/* --- The whole --- */

/* Clocks that are midnight everywhere are no clocks. Names of what is left. */
static kept_status finish_columns(loader *l, kept_err *err)
{
    const char **names = KEPT_NEW_N(l->arena, const char *, l->n_vectors);
    if (!names)
        return kept_nomem(err);
    size_t n = 0;
    for (size_t i = 0; i < l->row.n_targets; i++) {
        const kept__target *t = &l->row.targets[i];
        names[n++] = t->column->name;
        if (t->column->type != KEPT_COL_WHEN)
            continue;
        char *clock = kept_arena_printf(l->arena, "%s_clock", t->column->name);
        char *name = clock ? kept_duck_name(l->arena, clock) : NULL;
        char *sql =
            name ? kept_arena_printf(l->arena, "ALTER TABLE stage DROP COLUMN %s", name) : NULL;
        if (!sql)
            return kept_nomem(err);
        if (t->timed)
            names[n++] = clock;
        else
            KEPT_TRY(kept_duck_exec(l->duck, sql, NULL, 0, NULL, err));
    }
    l->stage->columns = names;
    l->stage->n_columns = n;
    return KEPT_OK;
}

static kept_status close_appender(duckdb_appender *appender, kept_err *err)
{
    if (duckdb_appender_close(*appender) != DuckDBSuccess)
        return appender_failed(*appender, err);
    duckdb_appender_destroy(appender);
    *appender = NULL;
    return KEPT_OK;
}

static kept_status load(loader *l, kept_err *err)
{
    KEPT_TRY(choose_targets(l, err));
    KEPT_TRY(read_rates(l, err));
    KEPT_TRY(create_tables(l, err));
    KEPT_TRY(make_chunk(l, err));
    KEPT_TRY(open_appender(l, "stage", &l->taken, err));
    KEPT_TRY(open_appender(l, "stage_rejects", &l->set_aside, err));
    start_chunk(l);
    for (size_t i = 0; i < l->n_sources; i++)
        l->expected_rows += l->sources[i]->expected_rows;
    int64_t *last_row = KEPT_NEW_N(l->arena, int64_t, l->n_sources);
    if (!last_row)
        return kept_nomem(err);
    for (size_t i = 0; i < l->n_sources; i++) {
        KEPT_TRY(load_source(l, i, err));
        last_row[i] = l->number;
    }
    l->stage->last_row = last_row;
    l->stage->n_sources = l->n_sources;
    KEPT_TRY(append_chunk(l, err));
    KEPT_TRY(close_appender(&l->taken, err));
    KEPT_TRY(close_appender(&l->set_aside, err));
    KEPT_TRY(check_currencies(l, err));
    KEPT_TRY(collect_rejects(l, err));
    KEPT_TRY(list_reasons(l, err));
    return finish_columns(l, err);
}

kept_status kept_stage_load(kept_duck *duck, const kept_source *const *sources,
                            const kept_mapping *const *mappings, size_t n_sources,
                            const kept_stage_opts *opts, kept_arena *arena, kept_staged **ret_stage,
                            kept_err *err)
{
    static const kept_stage_opts defaults = {0};
    if (n_sources == 0)
        return kept_fail(err, KEPT_EARG, "There is no file to read.");
    int64_t now = kept_time_now();
    int year, month, day;
    kept_day_to_civil((kept_day)(now / KEPT_DAY_MICROS), &year, &month, &day);
    loader l = {
        .duck = duck,
        .sources = sources,
        .mappings = mappings,
        .n_sources = n_sources,
        .opts = opts ? opts : &defaults,
        .arena = arena,
        .stage = KEPT_NEW(arena, kept_staged),
        .fault.reason.limit = 4096,
        .row = {.text = {.limit = TEXT_MAX},
                .first_day = kept_day_from_civil(1900, 1, 1),
                .last_day = kept_day_from_civil(year + YEARS_AHEAD, month, day > 28 ? 28 : day)},
    };
    if (!l.stage)
        return kept_nomem(err);
    l.row.home = l.opts->currency ? l.opts->currency : "";
    l.stage->kind = mappings[0]->kind;
    kept_status status = load(&l, err);
    duckdb_appender_destroy(&l.taken);
    duckdb_appender_destroy(&l.set_aside);
    duckdb_destroy_data_chunk(&l.chunk);
    kept_buf_free(&l.fault.reason);
    kept_buf_free(&l.row.text);
    KEPT_TRY(status);
    *ret_stage = l.stage;
    return KEPT_OK;
}
