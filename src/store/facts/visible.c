#include "store/facts/visible.h"

#include <string.h>

#include "store/facts/files.h"
#include "store/facts/sql.h"

void kept_visible_table(kept_buf *sql, const char *what, const char *tag)
{
    KEPT_AUTO_BUF name = KEPT_BUF_INIT;
    kept_buf_printf(&name, "kept_%s_%s", what, tag);
    sql->failed |= name.failed;
    kept_sql_name(sql, "", kept_buf_text(&name), "");
}

typedef struct state {
    kept_store *store;
    kept_duck *duck;
    const char *tag;
    kept_arena *arena;
    kept_import *imports; /* of the kind, newest first */
    bool *seen;           /* visible at the moment asked for */
    size_t n_imports;
    kept_fact_file *files;
    size_t n_files;
} state;

static kept_status read_ledger(state *s, const char *kind, int64_t known_at, kept_err *err)
{
    kept_ledger *ledger = &s->store->ledger;
    bool begun = false;
    size_t n = 0;
    KEPT_TRY(kept_ledger_read_begin(ledger, &begun, err));
    kept_status status = kept_ledger_imports(ledger, 0, s->arena, &s->imports, &n, err);
    if (status == KEPT_OK)
        status = kept_ledger_files(ledger, kind, s->arena, &s->files, &s->n_files, err);
    kept_ledger_read_end(ledger, begun);
    KEPT_TRY(status);
    s->seen = KEPT_NEW_N(s->arena, bool, n);
    if (!s->seen)
        return kept_nomem(err);
    for (size_t i = 0; i < n; i++) {
        const kept_import *import = &s->imports[i];
        if (strcmp(import->kind, kind) != 0)
            continue;
        s->seen[s->n_imports] = import->imported_at <= known_at &&
                                (import->undone_at == 0 || import->undone_at > known_at);
        s->imports[s->n_imports++] = *import;
    }
    return KEPT_OK;
}

static void count_seen(const state *s, const kept_fact_file *file, size_t *ret_seen,
                       size_t *ret_unseen)
{
    size_t seen = 0, unseen = 0;
    for (size_t i = 0; i < s->n_imports; i++)
        if (s->imports[i].id >= file->first_import && s->imports[i].id <= file->last_import) {
            seen += s->seen[i];
            unseen += !s->seen[i];
        }
    *ret_seen = seen;
    *ret_unseen = unseen;
}

static kept_status make_import_table(state *s, kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    kept_buf_add(&sql, "CREATE OR REPLACE TABLE ");
    kept_visible_table(&sql, "in", s->tag);
    kept_buf_add(&sql, " AS SELECT unnest([");
    size_t n = 0;
    for (size_t i = 0; i < s->n_imports; i++)
        if (s->seen[i])
            kept_sql_int(&sql, n++ ? "," : "", s->imports[i].id, "");
    kept_buf_add(&sql, "]::BIGINT[]) AS import");
    return kept_sql_run(s->duck, &sql, NULL, err);
}

/* One of the two tables of rows, from the vectors of visible imports. */
static kept_status make_row_table(state *s, bool superseded, kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    kept_buf_add(&sql, "CREATE OR REPLACE TABLE ");
    kept_visible_table(&sql, superseded ? "hidden" : "alive", s->tag);
    size_t n = 0;
    for (size_t i = 0; i < s->n_files; i++) {
        const kept_fact_file *file = &s->files[i];
        size_t seen, unseen;
        count_seen(s, file, &seen, &unseen);
        if (!file->over || seen == 0 || (superseded ? file->superseding : file->confirming) == 0)
            continue;
        KEPT_TRY(kept_fact_file_verify(s->store, file, err));
        const char *path = kept_store__path(s->store, s->arena, file->path);
        if (!path)
            return kept_nomem(err);
        kept_sql_text(&sql,
                      n++ ? ", " : " AS SELECT DISTINCT \"file\", \"row\" FROM read_parquet([",
                      path, "");
    }
    if (n == 0) {
        kept_buf_add(&sql, " (\"file\" BIGINT, \"row\" BIGINT)");
        return kept_sql_run(s->duck, &sql, NULL, err);
    }
    kept_sql_text(&sql, "]) WHERE what = ", superseded ? "s" : "c",
                  " AND import IN (SELECT import FROM ");
    kept_visible_table(&sql, "in", s->tag);
    kept_buf_add(&sql, ")");
    return kept_sql_run(s->duck, &sql, NULL, err);
}

/* Rows of a table per file. */
static kept_status count_rows(state *s, const char *table, const kept_fact_file *files, size_t n,
                              int64_t *counts, kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    kept_buf_add(&sql, "SELECT \"file\", count(*) FROM ");
    kept_visible_table(&sql, table, s->tag);
    kept_buf_add(&sql, " GROUP BY 1");
    if (sql.failed)
        return kept_nomem(err);
    KEPT_AUTO_ROWS *rows = NULL;
    KEPT_TRY(kept_duck_query(s->duck, kept_buf_text(&sql), NULL, 0, &rows, err));
    for (size_t got = 1; got;) {
        KEPT_TRY(kept_duck_next(rows, &got, err));
        for (size_t r = 0; r < got; r++)
            for (size_t i = 0; i < n; i++)
                if (files[i].id == ((const int64_t *)kept_duck_data(rows, 0))[r])
                    counts[i] = ((const int64_t *)kept_duck_data(rows, 1))[r];
    }
    return KEPT_OK;
}

static kept_status pick_files(state *s, bool verify, kept_visible *visible, kept_err *err)
{
    int64_t *hidden = KEPT_NEW_N(s->arena, int64_t, s->n_files);
    int64_t *alive = KEPT_NEW_N(s->arena, int64_t, s->n_files);
    visible->files = KEPT_NEW_N(s->arena, kept_visible_file, s->n_files);
    if (!hidden || !alive || !visible->files)
        return kept_nomem(err);
    KEPT_TRY(count_rows(s, "hidden", s->files, s->n_files, hidden, err));
    KEPT_TRY(count_rows(s, "alive", s->files, s->n_files, alive, err));
    for (size_t i = 0; i < s->n_files; i++) {
        const kept_fact_file *file = &s->files[i];
        size_t seen, unseen;
        count_seen(s, file, &seen, &unseen);
        if (file->over || (seen == 0 && alive[i] == 0))
            continue;
        if (verify)
            KEPT_TRY(kept_fact_file_verify(s->store, file, err));
        const char *path = kept_store__path(s->store, s->arena, file->path);
        if (!path)
            return kept_nomem(err);
        visible->files[visible->n++] =
            (kept_visible_file){file, path, unseen == 0, seen == 0, hidden[i]};
    }
    return KEPT_OK;
}

kept_status kept_visible_load(kept_store *store, kept_duck *duck, const char *kind,
                              int64_t known_at, const char *tag, bool verify, kept_arena *arena,
                              kept_visible *ret_visible, kept_err *err)
{
    state s = {.store = store, .duck = duck, .tag = tag, .arena = arena};
    KEPT_TRY(read_ledger(&s, kind, known_at, err));
    KEPT_TRY(make_import_table(&s, err));
    KEPT_TRY(make_row_table(&s, true, err));
    KEPT_TRY(make_row_table(&s, false, err));
    kept_visible visible = {.tag = tag};
    KEPT_TRY(pick_files(&s, verify, &visible, err));
    *ret_visible = visible;
    return KEPT_OK;
}

/* Rows of the file in one of the tables. */
static void add_rows_of(kept_buf *sql, const kept_visible *visible, const kept_visible_file *file,
                        const char *table)
{
    kept_buf_add(sql, "(SELECT \"row\" FROM ");
    kept_visible_table(sql, table, visible->tag);
    kept_sql_int(sql, " WHERE \"file\" = ", file->file->id, ")");
}

void kept_visible_from(kept_buf *sql, const kept_visible *visible, const kept_visible_file *file,
                       bool standing)
{
    kept_sql_text(sql, " FROM read_parquet(", file->path, ", file_row_number = true) f");
    if (standing && file->hidden) {
        kept_buf_add(sql, " ANTI JOIN ");
        add_rows_of(sql, visible, file, "hidden");
        kept_buf_add(sql, " h ON f.file_row_number = h.\"row\"");
    }
    kept_buf_add(sql, " WHERE ");
    if (file->all) {
        kept_buf_add(sql, "true");
        return;
    }
    kept_buf_add(sql, "(");
    if (!file->none) {
        kept_buf_add(sql, "f.import IN (SELECT import FROM ");
        kept_visible_table(sql, "in", visible->tag);
        kept_buf_add(sql, ") OR ");
    }
    kept_buf_add(sql, "f.file_row_number IN ");
    add_rows_of(sql, visible, file, "alive");
    kept_buf_add(sql, ")");
}
