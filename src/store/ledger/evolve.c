#include "store/ledger/evolve.h"

#include <string.h>

#include "store/facts/import.h"
#include "store/ledger/tables.h"

typedef struct evolution {
    kept_ledger *ledger;
    const kept_catalogue *catalogue;
    kept_arena arena;
    kept_declared *stored;
    size_t n_stored;
} evolution;

kept_status kept_evolve__run(kept_ledger *ledger, const kept_buf *sql, kept_err *err)
{
    return sql->failed ? kept_nomem(err) : kept_ledger_run(ledger, kept_buf_text(sql), err);
}

static kept_declared *find_stored(const evolution *e, const char *name)
{
    for (size_t i = 0; name && i < e->n_stored; i++)
        if (strcmp(e->stored[i].kind.name, name) == 0)
            return &e->stored[i];
    return NULL;
}

/* --- Views and indexes: made anew where they differ --- */

/* Runs PREFIX "NAME" for each name that the query gives. */
static kept_status drop_all(evolution *e, const char *query, const char *prefix, kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    KEPT_AUTO_STMT *stmt = NULL;
    KEPT_TRY(kept_ledger_prepare(e->ledger, &stmt, err, query, ""));
    bool row = false;
    for (;;) {
        KEPT_TRY(kept_ledger_step(e->ledger, stmt, &row, err));
        if (!row)
            break;
        kept_buf_printf(&sql, "%s \"%s\";\n", prefix, (const char *)sqlite3_column_text(stmt, 0));
    }
    sqlite3_finalize(stmt);
    stmt = NULL;
    return kept_evolve__run(e->ledger, &sql, err);
}

/* Before anything is renamed: SQLite refuses to rename what a view names. */
static kept_status drop_views(evolution *e, kept_err *err)
{
    return drop_all(e,
                    "SELECT s.name FROM sqlite_schema s JOIN declaration d"
                    " ON d.what = 'record' AND s.name = d.name || '_in_words'"
                    " WHERE s.type = 'view'",
                    "DROP VIEW", err);
}

static kept_status make_views(evolution *e, kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    for (size_t i = 0; i < e->catalogue->n_records; i++)
        kept_tables_view_sql(e->catalogue, e->catalogue->records[i], &sql);
    return kept_evolve__run(e->ledger, &sql, err);
}

static bool want_index(void *context, const char *name, const char *sql)
{
    evolution *e = context;
    return kept_ledger_exec(e->ledger, NULL, "INSERT INTO temp.wanted_index VALUES (?1, ?2)", "tt",
                            name, sql) == KEPT_OK;
}

static kept_status sync_indexes(evolution *e, kept_err *err)
{
    KEPT_TRY(kept_ledger_run(
        e->ledger, "CREATE TEMP TABLE wanted_index (name TEXT PRIMARY KEY, sql TEXT)", err));
    for (size_t i = 0; i < e->catalogue->n_records; i++)
        if (!kept_tables_indexes(e->catalogue->records[i], want_index, e))
            return kept_fail(err, KEPT_EINTERNAL, "The indexes of %s could not be listed.",
                             e->catalogue->records[i]->name);
    KEPT_TRY(drop_all(e,
                      "SELECT name FROM main.sqlite_schema WHERE type = 'index'"
                      " AND name GLOB 'index__*' AND (name, sql) NOT IN"
                      " (SELECT name, sql FROM temp.wanted_index)",
                      "DROP INDEX", err));
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    KEPT_AUTO_STMT *stmt = NULL;
    KEPT_TRY(kept_ledger_prepare(e->ledger, &stmt, err,
                                 "SELECT sql FROM temp.wanted_index WHERE name NOT IN"
                                 " (SELECT name FROM main.sqlite_schema) ORDER BY name",
                                 ""));
    bool row = false;
    for (;;) {
        KEPT_TRY(kept_ledger_step(e->ledger, stmt, &row, err));
        if (!row)
            break;
        kept_buf_printf(&sql, "%s;\n", (const char *)sqlite3_column_text(stmt, 0));
    }
    sqlite3_finalize(stmt);
    stmt = NULL;
    KEPT_TRY(kept_evolve__run(e->ledger, &sql, err));
    return kept_ledger_run(e->ledger, "DROP TABLE temp.wanted_index", err);
}

/* --- Kinds --- */

static kept_status rename_kinds(evolution *e, kept_err *err)
{
    for (size_t i = 0; i < e->catalogue->n_records; i++) {
        const kept_record_kind *kind = e->catalogue->records[i];
        kept_declared *old = find_stored(e, kind->was);
        if (!old || find_stored(e, kind->name) || kept_catalogue_record(e->catalogue, kind->was))
            continue;
        KEPT_TRY(kept_evolve__rename_kind(e->ledger, e->stored, e->n_stored, old, kind->name,
                                          &e->arena, err));
    }
    return KEPT_OK;
}

static kept_status make_new_kinds(evolution *e, kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    for (size_t i = 0; i < e->catalogue->n_records; i++)
        if (!find_stored(e, e->catalogue->records[i]->name))
            kept_tables_kind_sql(e->catalogue->records[i], &sql);
    return kept_evolve__run(e->ledger, &sql, err);
}

static size_t field_index(const kept_declared *d, const char *name)
{
    size_t i = 0;
    while (i < d->kind.n_fields && !kept_text_equal(d->fields[i].name, name))
        i++;
    return i;
}

static kept_status evolve_fields(evolution *e, const kept_record_kind *kind, kept_declared *d,
                                 kept_err *err)
{
    for (size_t i = 0; i < kind->n_fields; i++) {
        const kept_record_field *field = &kind->fields[i];
        size_t at = field_index(d, field->name);
        if (at == d->kind.n_fields && field->was && !kept_record_field_find(kind, field->was)) {
            at = field_index(d, field->was);
            if (at < d->kind.n_fields)
                KEPT_TRY(kept_evolve__rename_field(e->ledger, d, at, field->name, err));
        }
        bool is_there = at < d->kind.n_fields;
        bool was_on = is_there && !d->hidden && !d->field_hidden[at];
        KEPT_TRY(kept_evolve__field(e->ledger, kind, field, is_there ? &d->fields[at] : NULL,
                                    was_on, err));
        if (is_there)
            d->field_hidden[at] = false;
    }
    return KEPT_OK;
}

static kept_status evolve_states(evolution *e, const kept_record_kind *kind, kept_err *err)
{
    if (kind->n_states == 0)
        return KEPT_OK;
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    int64_t has_state = 0;
    kept_buf_printf(&sql, "SELECT count(*) FROM pragma_table_info('%s') WHERE name = 'state'",
                    kind->name);
    if (sql.failed)
        return kept_nomem(err);
    KEPT_TRY(kept_ledger_int(e->ledger, kept_buf_text(&sql), &has_state, err));
    if (has_state)
        return kept_evolve__narrow_states(e->ledger, kind, err);
    kept_buf_clear(&sql);
    kept_tables_state_sql(kind, &sql);
    return kept_evolve__run(e->ledger, &sql, err);
}

/* Fields that are no longer declared keep their column; nobody finds their words any more. */
static kept_status hide_fields(evolution *e, const kept_record_kind *kind, kept_declared *d,
                               kept_err *err)
{
    for (size_t i = 0; i < d->kind.n_fields; i++) {
        if (kept_record_field_find(kind, d->fields[i].name))
            continue;
        if (!d->field_hidden[i])
            KEPT_TRY(kept_evolve__unsearch(e->ledger, kind->name, d->fields[i].name, err));
        d->field_hidden[i] = true;
    }
    return KEPT_OK;
}

static kept_status evolve_kind(evolution *e, const kept_record_kind *kind, kept_declared *d,
                               kept_err *err)
{
    KEPT_TRY(evolve_fields(e, kind, d, err));
    KEPT_TRY(evolve_states(e, kind, err));
    if (kind->unique && !kept_text_equal(kind->unique, d->kind.unique))
        KEPT_TRY(kept_evolve__narrow_unique(e->ledger, kind, err));
    KEPT_TRY(hide_fields(e, kind, d, err));
    d->hidden = false;
    return KEPT_OK;
}

static kept_status evolve_kinds(evolution *e, kept_err *err)
{
    for (size_t i = 0; i < e->catalogue->n_records; i++) {
        const kept_record_kind *kind = e->catalogue->records[i];
        kept_declared *d = find_stored(e, kind->name);
        if (d)
            KEPT_TRY(evolve_kind(e, kind, d, err));
    }
    for (size_t i = 0; i < e->n_stored; i++) {
        kept_declared *d = &e->stored[i];
        if (d->hidden || kept_catalogue_record(e->catalogue, d->kind.name))
            continue;
        KEPT_TRY(kept_evolve__unsearch(e->ledger, d->kind.name, NULL, err));
        d->hidden = true;
    }
    return KEPT_OK;
}

/* --- What the ledger remembers --- */

static kept_status put_hidden(evolution *e, const char *what, const char *name,
                              const kept_buf *text, kept_err *err)
{
    if (text->failed)
        return kept_nomem(err);
    return kept_ledger_exec(e->ledger, err,
                            "INSERT INTO declaration (what, name, text, hash, hidden)"
                            " VALUES (?1, ?2, ?3, '', 1)",
                            "ttt", what, name, kept_buf_text(text));
}

static kept_status put_hidden_fields(evolution *e, const kept_declared *d, kept_err *err)
{
    for (size_t i = 0; i < d->kind.n_fields; i++) {
        if (!d->field_hidden[i])
            continue;
        KEPT_AUTO_BUF name = KEPT_BUF_INIT;
        KEPT_AUTO_BUF text = KEPT_BUF_INIT;
        kept_buf_printf(&name, "%s.%s", d->kind.name, d->fields[i].name);
        kept_declared_field_text(&d->fields[i], &text);
        if (name.failed)
            return kept_nomem(err);
        KEPT_TRY(put_hidden(e, "field", kept_buf_text(&name), &text, err));
    }
    return KEPT_OK;
}

/* Hidden fields have rows of their own: those of the kind's text go before them. */
static kept_status put_hidden_kind(evolution *e, const kept_declared *d, kept_err *err)
{
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    kept_record_kind kind = d->kind;
    while (kind.n_fields && d->field_hidden[kind.n_fields - 1])
        kind.n_fields--;
    kept_declared_kind_text(&kind, &text);
    return put_hidden(e, "record", kind.name, &text, err);
}

static kept_status remember(evolution *e, kept_err *err)
{
    KEPT_TRY(kept_ledger_run(e->ledger, "DELETE FROM declaration WHERE what IN ('record', 'field')",
                             err));
    KEPT_TRY(kept_declared_write(e->ledger, e->catalogue, err));
    for (size_t i = 0; i < e->n_stored; i++) {
        if (e->stored[i].hidden)
            KEPT_TRY(put_hidden_kind(e, &e->stored[i], err));
        KEPT_TRY(put_hidden_fields(e, &e->stored[i], err));
    }
    return KEPT_OK;
}

static kept_status evolve(evolution *e, kept_err *err)
{
    KEPT_TRY(kept_declared_read(e->ledger, &e->arena, &e->stored, &e->n_stored, err));
    KEPT_TRY(drop_views(e, err));
    KEPT_TRY(rename_kinds(e, err));
    KEPT_TRY(make_new_kinds(e, err));
    kept_die_here("migration kinds");
    KEPT_TRY(evolve_kinds(e, err));
    kept_die_here("migration fields");
    KEPT_TRY(sync_indexes(e, err));
    KEPT_TRY(make_views(e, err));
    return remember(e, err);
}

kept_status kept_evolve(kept_ledger *ledger, const kept_catalogue *catalogue, kept_err *err)
{
    evolution e = {.ledger = ledger, .catalogue = catalogue, .arena = KEPT_ARENA_INIT};
    kept_status status = evolve(&e, err);
    kept_arena_free(&e.arena);
    return status;
}
