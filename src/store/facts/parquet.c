/* Writing fact files. */
#include <string.h>
#include <unistd.h>

#include "store/facts/commit.h"
#include "store/facts/files.h"
#include "store/facts/sql.h"

static kept_status copy_to(kept_duck *duck, const char *query, const char *temp, int64_t *ret_rows,
                           kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    kept_buf_add(&sql, "COPY (");
    kept_buf_add(&sql, query);
    kept_sql_text(&sql, ") TO ", temp, " (FORMAT parquet, COMPRESSION zstd)");
    return kept_sql_run(duck, &sql, ret_rows, err);
}

/* Reads the new file's own description back: what cannot be read is not published. */
static kept_status describe(kept_duck *duck, const char *temp, kept_fact_file *file, kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    bool customer = file->columns && kept_list_has(file->columns, "customer");
    kept_buf_add(&sql, customer ? "SELECT count(*), min(customer), max(customer)"
                                : "SELECT count(*), 0::UBIGINT, 0::UBIGINT");
    kept_sql_text(&sql, " FROM read_parquet(", temp, ")");
    if (sql.failed)
        return kept_nomem(err);
    KEPT_AUTO_ROWS *rows = NULL;
    size_t n = 0;
    KEPT_TRY(kept_duck_query(duck, kept_buf_text(&sql), NULL, 0, &rows, err));
    KEPT_TRY(kept_duck_next(rows, &n, err));
    if (n != 1 || *(const int64_t *)kept_duck_data(rows, 0) != file->rows)
        return kept_fail(err, KEPT_EIO, "%s does not hold what was written to it.", temp);
    if (kept_duck_known(rows, 1, 0)) {
        file->customer_min = *(const uint64_t *)kept_duck_data(rows, 1);
        file->customer_max = *(const uint64_t *)kept_duck_data(rows, 2);
    }
    return KEPT_OK;
}

static void die_after(const char *step, const char *what)
{
    KEPT_AUTO_BUF name = KEPT_BUF_INIT;
    kept_buf_printf(&name, "%s %s", step, what);
    kept_die_here(kept_buf_text(&name));
}

static kept_status make_folder_of(const char *path, kept_err *err)
{
    KEPT_AUTO_BUF folder = KEPT_BUF_INIT;
    kept_buf_add_n(&folder, path, (size_t)(strrchr(path, '/') - path));
    if (folder.failed)
        return kept_nomem(err);
    return kept_folder_make(kept_buf_text(&folder), err);
}

kept_status kept_parquet_write(kept_store *store, kept_duck *duck, const char *query,
                               const char *path, const char *step, kept_arena *arena,
                               kept_fact_file *ret_file, kept_err *err)
{
    kept_fact_file file = *ret_file;
    const char *final = kept_store__path(store, arena, path);
    const char *temp = final ? kept_arena_printf(arena, "%s.tmp", final) : NULL;
    char *hash = kept_arena_alloc(arena, KEPT_HASH_TEXT, 1);
    if (!temp || !hash)
        return kept_nomem(err);
    ret_file->path = path; /* from here on there may be something to remove */
    file.path = path;
    file.hash = hash;
    KEPT_TRY(make_folder_of(final, err));
    KEPT_TRY(copy_to(duck, query, temp, &file.rows, err));
    KEPT_TRY(describe(duck, temp, &file, err));
    KEPT_TRY(kept_file_hash(temp, hash, &file.bytes, err));
    die_after(step, "written");
    KEPT_TRY(kept_file_publish(temp, final, err));
    die_after(step, "renamed");
    *ret_file = file;
    return KEPT_OK;
}

void kept_parquet_remove(const kept_store *store, const char *path)
{
    if (!path)
        return;
    KEPT_AUTO_BUF whole = KEPT_BUF_INIT;
    kept_buf_printf(&whole, "%s/%s", store->folder, path);
    if (whole.failed)
        return;
    unlink(kept_buf_text(&whole));
    kept_buf_add(&whole, ".tmp");
    if (!whole.failed)
        unlink(kept_buf_text(&whole));
}

bool kept_sort_order(kept_buf *sql, const kept_fact_kind *kind, const char *columns,
                     const char *alias)
{
    KEPT_AUTO_BUF clock = KEPT_BUF_INIT;
    kept_buf_printf(&clock, "%s_clock", kind->time ? kind->time : "");
    const char *const by[] = {"customer", kind->time, kept_buf_text(&clock)};
    bool any = false;
    for (size_t i = 0; i < sizeof by / sizeof by[0]; i++) {
        if (!by[i] || !kept_list_has(columns, by[i]))
            continue;
        kept_buf_add(sql, any ? ", " : " ORDER BY ");
        kept_buf_add(sql, alias);
        /* Rows without a customer or time come last, whatever the engine's default. */
        kept_sql_name(sql, ".", by[i], " NULLS LAST");
        any = true;
    }
    return any;
}
