#include "store/facts/stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "store/facts/source_int.h"
#include "store/facts/sql.h"
#include "store/facts/stage_int.h"

enum {
    REJECTS_KEPT = 100000,
    CURRENCIES_MAX = 8, /* distinct ones noted before the import is refused */
    YEARS_AHEAD = 10,
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
    kept__convert_plan plan;
    kept__convert *convert;
    size_t *counts;    /* per target and cause, then per record cause */
    int64_t records;   /* in the table */
    int64_t *last_row; /* per source */
    noted_currency currencies[CURRENCIES_MAX];
    size_t n_currencies;
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

duckdb_logical_type kept__vector_type(kept_column_type type)
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

/* The key columns, if they are there; the numbered one may be missing. */
static kept_status choose_keys(loader *l, kept_err *err)
{
    const kept_fact_kind *kind = l->stage->kind;
    const kept__row *row = &l->plan.row;
    size_t *keys = KEPT_NEW_N(l->arena, size_t, kind->n_key);
    if (!keys)
        return kept_nomem(err);
    size_t n = 0;
    for (size_t i = 0; i < kind->n_key; i++) {
        size_t t = 0;
        while (t < row->n_targets && strcmp(row->targets[t].column->name, kind->key[i]) != 0)
            t++;
        if (t < row->n_targets)
            keys[n++] = t;
        else if (!kind->numbered || strcmp(kind->numbered, kind->key[i]) != 0)
            return KEPT_OK;
    }
    l->plan.keys = keys;
    l->plan.n_keys = n;
    return KEPT_OK;
}

/* Every column that any source fills, in the order of the kind. */
static kept_status choose_targets(loader *l, kept_err *err)
{
    const kept_fact_kind *kind = l->stage->kind;
    kept__row *row = &l->plan.row;
    row->targets = KEPT_NEW_N(l->arena, kept__target, kind->n_columns);
    if (!row->targets)
        return kept_nomem(err);
    row->currency = row->amount = row->time = SIZE_MAX;
    size_t vector = 1; /* after the fault */
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
    l->plan.n_vectors = vector;
    l->counts = KEPT_NEW_N(l->arena, size_t, row->n_targets * KEPT__N_ROW_CAUSES + KEPT__N_CAUSES);
    return l->counts ? choose_keys(l, err) : kept_nomem(err);
}

static kept_status create_table(loader *l, kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    kept_buf_add(&sql, "CREATE OR REPLACE TABLE stage_rows (fault VARCHAR");
    for (size_t i = 0; i < l->plan.row.n_targets; i++) {
        const kept_fact_column *column = l->plan.row.targets[i].column;
        kept_sql_name(&sql, ", ", column->name, " ");
        kept_buf_add(&sql, sql_type(column->type));
        if (column->type != KEPT_COL_WHEN)
            continue;
        char *clock = kept_arena_printf(l->arena, "%s_clock", column->name);
        if (!clock)
            return kept_nomem(err);
        kept_sql_name(&sql, ", ", clock, " TIME");
    }
    kept_buf_add(&sql, ")");
    l->records = 0;
    return kept_sql_run(l->duck, &sql, NULL, err);
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
    if (l->plan.row.rates || (l->n_currencies < 2 && !foreign))
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

/* In the order in which the rows of a source have them. */
static kept_status note_currencies(loader *l, int64_t before, kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    kept_sql_int(&sql, "SELECT currency FROM stage_rows WHERE fault IS NULL AND rowid >= ", before,
                 " GROUP BY currency ORDER BY min(rowid)");
    if (sql.failed)
        return kept_nomem(err);
    KEPT_AUTO_ROWS *rows = NULL;
    KEPT_TRY(kept_duck_query(l->duck, kept_buf_text(&sql), NULL, 0, &rows, err));
    for (size_t n = 1; n;) {
        KEPT_TRY(kept_duck_next(rows, &n, err));
        for (size_t i = 0; i < n; i++) {
            kept_cell code;
            code.text = kept_duck_text(rows, 0, i, &code.len);
            note_currency(l, code);
        }
    }
    return KEPT_OK;
}

static kept_status read_rates(loader *l, kept_err *err)
{
    if (!l->opts->rates_path)
        return KEPT_OK;
    if (!l->plan.row.home[0])
        return kept_fail(err, KEPT_EARG,
                         "Rates need a currency to convert into; set that of the workspace first.");
    kept__rates *rates = NULL;
    KEPT_TRY(kept__rates_read(l->opts->rates_path, l->arena, &rates, err));
    l->plan.row.rates = rates;
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

/* The columns of the source that the mapping reads. */
static kept_status find_needed(loader *l, size_t index, kept__convert_source *ret, kept_err *err)
{
    const kept_source *source = l->sources[index];
    const kept_mapping *mapping = l->mappings[index];
    bool *used = KEPT_NEW_N(l->arena, bool, source->n_columns);
    size_t *needed = KEPT_NEW_N(l->arena, size_t, source->n_columns);
    if (!used || !needed)
        return kept_nomem(err);
    for (size_t i = 0; i < mapping->n; i++)
        mark_needed(mapping->mapped[i].expr, used);
    size_t n = 0;
    for (size_t c = 0; c < source->n_columns; c++)
        if (used[c])
            needed[n++] = c;
    if (n == 0) /* constants alone: rows are still counted */
        needed[n++] = 0;
    ret->needed = needed;
    ret->n_needed = n;
    return KEPT_OK;
}

static kept_status load_source(loader *l, size_t index, bool *ret_needs_zone, kept_err *err)
{
    const kept_source *source = l->sources[index];
    const kept__row *row = &l->plan.row;
    const kept_mapped **mapped = KEPT_NEW_N(l->arena, const kept_mapped *, row->n_targets);
    if (!mapped)
        return kept_nomem(err);
    for (size_t i = 0; i < row->n_targets; i++)
        mapped[i] = find_mapped(l->mappings[index], row->targets[i].column);
    kept__convert_source from = {
        .source = source, .mapped = mapped, .marks = l->mappings[index]->marks};
    KEPT_TRY(find_needed(l, index, &from, err));
    size_t records = 0;
    KEPT_TRY(
        kept__convert_source_into(l->convert, &from, "stage_rows", &records, ret_needs_zone, err));
    if (*ret_needs_zone)
        return KEPT_OK;
    if (source->format == KEPT_FORMAT_CSV && source->n_columns > 1 &&
        records != source->expected_rows)
        return kept_fail(err, KEPT_EINTERNAL,
                         "The engine found %zu rows in %s where there are %zu.", records,
                         source->path, source->expected_rows);
    int64_t before = l->records;
    l->records += (int64_t)records;
    l->last_row[index] = l->records;
    if (row->currency != SIZE_MAX && mapped[row->currency] && !row->rates)
        KEPT_TRY(note_currencies(l, before, err));
    return KEPT_OK;
}

/* The place of a row in the table is its place in the files. */
static kept_status check_places(const loader *l, kept_err *err)
{
    int64_t end = 0;
    KEPT_TRY(kept_duck_int(l->duck, "SELECT coalesce(max(rowid) + 1, 0) FROM stage_rows", NULL, 0,
                           &end, err));
    if (end != l->records)
        return kept_fail(err, KEPT_EINTERNAL, "%lld rows were staged in %lld places.",
                         (long long)l->records, (long long)end);
    return KEPT_OK;
}

/* Instants with an offset are rare, and what the zone is costs a query: it is read when the first
 * one is met, and all begins again. */
static kept_status load_sources(loader *l, kept_err *err)
{
    KEPT_TRY(create_table(l, err));
    l->n_currencies = 0;
    bool needs_zone = false;
    for (size_t i = 0; i < l->n_sources && !needs_zone; i++)
        KEPT_TRY(load_source(l, i, &needs_zone, err));
    if (!needs_zone)
        return check_places(l, err);
    if (l->plan.row.zone)
        return kept_fail(err, KEPT_EINTERNAL, "The time zone was read and is not known.");
    kept__zone *zone = NULL;
    KEPT_TRY(kept__zone_read(l->duck, l->opts->timezone ? l->opts->timezone : "UTC", l->arena,
                             &zone, err));
    l->plan.row.zone = zone;
    kept__convert_restart(l->convert);
    return load_sources(l, err);
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
        l->counts[l->plan.row.n_targets * KEPT__N_ROW_CAUSES +
                  (item->cause - KEPT__N_ROW_CAUSES)]++;
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
    size_t n = l->plan.row.n_targets * KEPT__N_ROW_CAUSES,
           records = KEPT__N_CAUSES - KEPT__N_ROW_CAUSES;
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
            cause, of_row ? l->plan.row.targets[i / KEPT__N_ROW_CAUSES].column : NULL, l->arena);
        if (!text)
            return kept_nomem(err);
        l->stage->reasons[l->stage->n_reasons++] = (kept_reason_count){text, l->counts[i]};
    }
    qsort(l->stage->reasons, l->stage->n_reasons, sizeof *l->stage->reasons, by_count);
    return KEPT_OK;
}

/* The rows set aside by their record, counted from 1 in each source. */
static kept_status separate_rejects(loader *l, kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    kept_buf_add(&sql, "CREATE OR REPLACE TABLE stage_rejects"
                       " (source BIGINT, record BIGINT, fault VARCHAR)");
    KEPT_TRY(kept_sql_run(l->duck, &sql, NULL, err));
    int64_t first = 0;
    for (size_t i = 0; i < l->n_sources && l->stage->set_aside; i++) {
        kept_sql_int(&sql, "INSERT INTO stage_rejects SELECT ", (int64_t)i, ", rowid + 1 - ");
        kept_sql_int(&sql, "", first, ", fault FROM stage_rows WHERE fault <> ''");
        kept_sql_int(&sql, " AND rowid >= ", first, "");
        kept_sql_int(&sql, " AND rowid < ", l->last_row[i], "");
        KEPT_TRY(kept_sql_run(l->duck, &sql, NULL, err));
        first = l->last_row[i];
    }
    return KEPT_OK;
}

/* --- The whole --- */

/* The table holds the records in file order, the first one at rowid 0. Clocks that are midnight
 * everywhere are no clocks. */
static kept_status create_view(loader *l, bool all_good, kept_err *err)
{
    const char **names = KEPT_NEW_N(l->arena, const char *, l->plan.n_vectors);
    if (!names)
        return kept_nomem(err);
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    kept_buf_add(&sql, "CREATE OR REPLACE VIEW stage AS SELECT rowid + 1 AS \"row\"");
    size_t n = 0;
    for (size_t i = 0; i < l->plan.row.n_targets; i++) {
        const kept__target *t = &l->plan.row.targets[i];
        names[n++] = t->column->name;
        if (t->timed)
            names[n++] = kept_arena_printf(l->arena, "%s_clock", t->column->name);
        if (!names[n - 1])
            return kept_nomem(err);
    }
    for (size_t i = 0; i < n; i++)
        kept_sql_name(&sql, ", ", names[i], "");
    kept_buf_add(&sql, all_good ? " FROM stage_rows" : " FROM stage_rows WHERE fault IS NULL");
    KEPT_TRY(kept_sql_run(l->duck, &sql, NULL, err));
    l->stage->columns = names;
    l->stage->n_columns = n;
    return KEPT_OK;
}

static kept_status load(loader *l, kept_err *err)
{
    KEPT_TRY(choose_targets(l, err));
    KEPT_TRY(read_rates(l, err));
    for (size_t i = 0; i < l->n_sources; i++) {
        l->plan.expected_rows += l->sources[i]->expected_rows;
        if (l->sources[i]->n_columns > l->plan.max_cells)
            l->plan.max_cells = l->sources[i]->n_columns;
    }
    l->last_row = KEPT_NEW_N(l->arena, int64_t, l->n_sources);
    if (!l->last_row)
        return kept_nomem(err);
    KEPT_TRY(kept__convert_open(l->duck, &l->plan, l->arena, &l->convert, err));
    KEPT_TRY(load_sources(l, err));
    kept_staged *stage = l->stage;
    kept__tally total = {.counts = l->counts};
    KEPT_TRY(
        kept__convert_total(l->convert, &total, l->plan.row.targets, l->arena, &stage->keys, err));
    stage->read = total.read;
    stage->set_aside = total.set_aside;
    stage->negative_amounts = total.negative;
    stage->converted = total.converted;
    stage->last_row = l->last_row;
    stage->n_sources = l->n_sources;
    KEPT_TRY(check_currencies(l, err));
    KEPT_TRY(separate_rejects(l, err));
    KEPT_TRY(collect_rejects(l, err));
    KEPT_TRY(list_reasons(l, err));
    return create_view(l, total.set_aside + total.blank == 0, err);
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
        .plan.row = {.first_day = kept_day_from_civil(1900, 1, 1),
                     .last_day =
                         kept_day_from_civil(year + YEARS_AHEAD, month, day > 28 ? 28 : day)},
    };
    if (!l.stage)
        return kept_nomem(err);
    l.plan.opts = l.opts;
    l.plan.row.home = l.opts->currency ? l.opts->currency : "";
    l.stage->kind = mappings[0]->kind;
    kept_status status = load(&l, err);
    kept__convert_close(l.convert);
    KEPT_TRY(status);
    *ret_stage = l.stage;
    return KEPT_OK;
}
