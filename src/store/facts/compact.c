/* Joining the files of a kind into one, so that reading stays quick and every answer stays what it
 * was: undone imports and superseded rows are kept, since a question about the past needs them. */
#include <string.h>

#include "store/facts/commit.h"
#include "store/facts/files.h"
#include "store/facts/sql.h"

typedef struct compact {
    kept_store *store;
    kept_duck *duck;
    const kept_fact_kind *kind;
    kept_arena *arena;
    kept_fact_file *files; /* of the kind, facts and vectors */
    size_t n;
    size_t n_facts, n_vectors;
    const char *columns; /* every column that any file has, in the order of the kind */
    int64_t first, last;
    int64_t new_id; /* id that the joined file of facts will have */
    kept_fact_file joined[2];
} compact;

static kept_status list_files(compact *c, kept_err *err)
{
    KEPT_TRY(kept_ledger_files(&c->store->ledger, c->kind->name, c->arena, &c->files, &c->n, err));
    c->first = INT64_MAX;
    for (size_t i = 0; i < c->n; i++) {
        const kept_fact_file *file = &c->files[i];
        *(file->over ? &c->n_vectors : &c->n_facts) += 1;
        c->first = file->first_import < c->first ? file->first_import : c->first;
        c->last = file->last_import > c->last ? file->last_import : c->last;
    }
    return KEPT_OK;
}

static kept_status list_columns(compact *c, kept_err *err)
{
    size_t n = 0;
    const kept_stored_column *columns = kept_stored_columns(c->kind, c->arena, &n);
    if (!columns)
        return kept_nomem(err);
    KEPT_AUTO_BUF list = KEPT_BUF_INIT;
    for (size_t i = 0; i < n; i++) {
        bool any = false;
        for (size_t f = 0; f < c->n; f++)
            any |= !c->files[f].over && kept_list_has(c->files[f].columns, columns[i].name);
        if (!any)
            continue;
        kept_buf_add(&list, list.len ? "," : "");
        kept_buf_add(&list, columns[i].name);
    }
    c->columns = list.failed ? NULL : kept_arena_strdup(c->arena, kept_buf_text(&list));
    return c->columns ? KEPT_OK : kept_nomem(err);
}

/* kept_all: the rows of all files with every column, import, and where they stand now. */
static kept_status make_all(compact *c, kept_err *err)
{
    size_t n = 0, parts = 0;
    const kept_stored_column *columns = kept_stored_columns(c->kind, c->arena, &n);
    if (!columns)
        return kept_nomem(err);
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    kept_buf_add(&sql, "CREATE OR REPLACE VIEW kept_all AS ");
    for (size_t f = 0; f < c->n; f++) {
        const kept_fact_file *file = &c->files[f];
        KEPT_TRY(kept_fact_file_verify(c->store, file, err));
        if (file->over)
            continue;
        kept_sql_int(&sql, parts++ ? " UNION ALL SELECT " : "SELECT ", file->id,
                     "::BIGINT AS kept_file, file_row_number AS kept_row, ");
        if (file->joined)
            kept_buf_add(&sql, "import");
        else
            kept_sql_int(&sql, "", file->first_import, "::BIGINT AS import");
        for (size_t i = 0; i < n; i++) {
            if (!kept_list_has(c->columns, columns[i].name))
                continue;
            if (kept_list_has(file->columns, columns[i].name)) {
                kept_sql_name(&sql, ", ", columns[i].name, "");
            } else {
                kept_buf_add(&sql, ", NULL::");
                kept_buf_add(&sql, columns[i].type);
                kept_sql_name(&sql, " AS ", columns[i].name, "");
            }
        }
        const char *path = kept_store__path(c->store, c->arena, file->path);
        if (!path)
            return kept_nomem(err);
        kept_sql_text(&sql, " FROM read_parquet(", path, ", file_row_number = true)");
    }
    return parts ? kept_sql_run(c->duck, &sql, NULL, err) : KEPT_OK;
}

/* A total order, so that a row's place in the joined file can be told without reading it. */
static void add_order(const compact *c, kept_buf *sql)
{
    bool any = kept_sort_order(sql, c->kind, c->columns, "a");
    kept_buf_add(sql, any ? ", " : " ORDER BY ");
    kept_buf_add(sql, "a.import, a.kept_file, a.kept_row");
}

static void add_key_range(kept_fact_file *joined, const kept_fact_file *file)
{
    if (file->key_min && (!joined->key_min || strcmp(file->key_min, joined->key_min) < 0))
        joined->key_min = file->key_min;
    if (file->key_max && (!joined->key_max || strcmp(file->key_max, joined->key_max) > 0))
        joined->key_max = file->key_max;
}

/* What the joined file takes over from the files it is made of. */
static kept_fact_file sum_of(const compact *c, bool over)
{
    kept_fact_file sum = {.kind = c->kind->name,
                          .over = over,
                          .joined = true,
                          .columns = over ? "import,file,row,what" : c->columns,
                          .first_import = INT64_MAX};
    for (size_t i = 0; i < c->n; i++) {
        const kept_fact_file *file = &c->files[i];
        if (file->over != over)
            continue;
        if (file->first_import < sum.first_import)
            sum.first_import = file->first_import;
        if (file->last_import > sum.last_import)
            sum.last_import = file->last_import;
        add_key_range(&sum, file);
        sum.rows += file->rows;
        sum.negative += file->negative;
        sum.superseding += file->superseding;
        sum.confirming += file->confirming;
    }
    return sum;
}

static kept_status write_joined(compact *c, bool over, const char *query, const char *step,
                                kept_err *err)
{
    const char *path =
        kept_arena_printf(c->arena, "facts/%s/%lld-%lld%s.parquet", c->kind->name,
                          (long long)c->first, (long long)c->last, over ? ".over" : "");
    if (!path)
        return kept_nomem(err);
    kept_fact_file *file = &c->joined[over];
    *file = sum_of(c, over);
    int64_t rows = file->rows;
    KEPT_TRY(kept_parquet_write(c->store, c->duck, query, path, step, c->arena, file, err));
    if (file->rows != rows)
        return kept_fail(err, KEPT_EINTERNAL, "Joining files gave %lld rows instead of %lld.",
                         (long long)file->rows, (long long)rows);
    return KEPT_OK;
}

static kept_status write_facts(compact *c, kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    kept_buf_add(&sql, "SELECT a.* EXCLUDE (kept_file, kept_row) FROM kept_all a");
    add_order(c, &sql);
    if (sql.failed)
        return kept_nomem(err);
    return write_joined(c, false, kept_buf_text(&sql), "joined facts", err);
}

/* The vectors point at rows by file and number: both are new. */
static kept_status write_vectors(compact *c, kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    size_t n = 0;
    kept_buf_add(&sql, "CREATE OR REPLACE VIEW kept_vector AS SELECT * FROM read_parquet([");
    for (size_t f = 0; f < c->n; f++) {
        if (!c->files[f].over)
            continue;
        const char *path = kept_store__path(c->store, c->arena, c->files[f].path);
        if (!path)
            return kept_nomem(err);
        kept_sql_text(&sql, n++ ? ", " : "", path, "");
    }
    if (n == 0)
        return KEPT_OK;
    kept_buf_add(&sql, "])");
    KEPT_TRY(kept_sql_run(c->duck, &sql, NULL, err));
    kept_sql_int(&sql, "SELECT v.import, ", c->new_id,
                 "::BIGINT AS \"file\", p.place AS \"row\", v.what FROM kept_vector v JOIN"
                 " (SELECT a.kept_file, a.kept_row, row_number() OVER (");
    add_order(c, &sql);
    kept_buf_add(&sql, ") - 1 AS place FROM kept_all a) p"
                       " ON p.kept_file = v.\"file\" AND p.kept_row = v.\"row\""
                       " ORDER BY v.what, p.place, v.import");
    if (sql.failed)
        return kept_nomem(err);
    return write_joined(c, true, kept_buf_text(&sql), "joined vectors", err);
}

static kept_status next_file_id(compact *c, kept_err *err)
{
    KEPT_AUTO_STMT *stmt = NULL;
    bool row = false;
    KEPT_TRY(kept_ledger_prepare(&c->store->ledger, &stmt, err,
                                 "SELECT seq FROM sqlite_sequence WHERE name = 'fact_file'", ""));
    KEPT_TRY(kept_ledger_step(&c->store->ledger, stmt, &row, err));
    c->new_id = (row ? sqlite3_column_int64(stmt, 0) : 0) + 1;
    return KEPT_OK;
}

/* The only transaction: the writer's lock keeps other imports out while files are made, and records
 * may be written meanwhile. */
static kept_status switch_ledger(compact *c, kept_err *err)
{
    kept_ledger *ledger = &c->store->ledger;
    KEPT_TRY(kept_ledger_begin(ledger, err));
    for (size_t i = 0; i < c->n; i++)
        KEPT_TRY(kept_ledger_file_remove(ledger, c->files[i].id, err));
    for (size_t i = 0; i < 2; i++) {
        int64_t id = 0;
        if (!c->joined[i].path)
            continue;
        KEPT_TRY(kept_ledger_file_add(ledger, &c->joined[i], &id, err));
        if (i == 0 && id != c->new_id)
            return kept_fail(err, KEPT_EINTERNAL, "The ledger gave an unexpected file number.");
    }
    kept_die_here("joined ledger rows");
    KEPT_TRY(kept_ledger_commit(ledger, err));
    kept_die_here("joined committed");
    return KEPT_OK;
}

/* While others read, the old files stay: the next writer to open the workspace removes them. */
static void remove_old(compact *c)
{
    if (!kept_store__readers_out(c->store))
        return;
    for (size_t i = 0; i < c->n; i++) {
        kept_parquet_remove(c->store, c->files[i].path);
        kept_die_here("joined one removed");
    }
    kept_store__readers_in(c->store);
}

static kept_status join(compact *c, kept_err *err)
{
    KEPT_TRY(next_file_id(c, err));
    KEPT_TRY(list_columns(c, err));
    KEPT_TRY(make_all(c, err));
    if (c->n_facts)
        KEPT_TRY(write_facts(c, err));
    if (c->n_vectors)
        KEPT_TRY(write_vectors(c, err));
    return switch_ledger(c, err);
}

static kept_status compact_kind(kept_store *store, kept_duck *duck, const kept_fact_kind *kind,
                                size_t *ret_before, size_t *ret_after, kept_err *err)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    compact c = {.store = store, .duck = duck, .kind = kind, .arena = &arena};
    KEPT_TRY(list_files(&c, err));
    *ret_before = *ret_after = c.n;
    if (c.n_facts <= 1 && c.n_vectors <= 1)
        return KEPT_OK;
    kept_status status = join(&c, err);
    if (status != KEPT_OK) {
        kept_ledger_rollback(&store->ledger);
        kept_parquet_remove(store, c.joined[0].path);
        kept_parquet_remove(store, c.joined[1].path);
        return status;
    }
    remove_old(&c);
    *ret_after = (size_t)(c.n_facts > 0) + (size_t)(c.n_vectors > 0);
    return KEPT_OK;
}

static kept_status compact_all(kept_store *store, kept_duck *duck, const char *kind,
                               int64_t *ret_before, int64_t *ret_after, kept_err *err)
{
    for (size_t i = 0; i < store->kinds.n; i++) {
        size_t before = 0, after = 0;
        if (kind && strcmp(store->kinds.kinds[i]->name, kind) != 0)
            continue;
        KEPT_TRY(compact_kind(store, duck, store->kinds.kinds[i], &before, &after, err));
        *ret_before += (int64_t)before;
        *ret_after += (int64_t)after;
    }
    return KEPT_OK;
}

kept_status kept_compact(kept_store *store, const char *kind, int64_t *ret_before,
                         int64_t *ret_after, kept_err *err)
{
    const kept_fact_kind *found = NULL;
    int64_t before = 0, after = 0;
    if (!store->to_write)
        return kept_fail(err, KEPT_EINTERNAL, "The workspace %s was opened for reading only.",
                         store->folder);
    if (kind)
        KEPT_TRY(kept_fact_kinds_find(&store->kinds, kind, &found, err));
    kept_duck *duck = NULL;
    KEPT_TRY(kept_store__duck_for(store, NULL, 0, &duck, err));
    kept_status status = compact_all(store, duck, kind, &before, &after, err);
    kept_duck_close(duck);
    KEPT_TRY(status);
    if (ret_before)
        *ret_before = before;
    if (ret_after)
        *ret_after = after;
    return KEPT_OK;
}
