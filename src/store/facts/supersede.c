/* What supersedes what, worked out once at import (see visible.h for what is made of it). */
#include <string.h>

#include "store/facts/commit.h"
#include "store/facts/files.h"
#include "store/facts/sql.h"

/* " a.k = b.k AND ..." over the key columns. */
static void add_keys_equal(const kept_commit *c, kept_buf *sql, const char *a, const char *b)
{
    const kept_fact_kind *kind = c->stage->kind;
    for (size_t i = 0; i < kind->n_key; i++) {
        kept_buf_add(sql, i ? " AND " : " ");
        kept_buf_add(sql, a);
        kept_sql_name(sql, ".", kind->key[i], " = ");
        kept_buf_add(sql, b);
        kept_sql_name(sql, ".", kind->key[i], "");
    }
}

/* --- Rows of the same key inside this import --- */

static void add_same(const kept_commit *c, kept_buf *sql)
{
    kept_buf_add(sql, "true");
    for (size_t i = 0; i < c->stage->n_columns; i++) {
        kept_sql_name(sql, " AND i.", c->stage->columns[i], "");
        kept_sql_name(sql, " IS NOT DISTINCT FROM l.", c->stage->columns[i], "");
    }
}

static kept_status drop_earlier(kept_commit *c, kept_err *err)
{
    const kept_fact_kind *kind = c->stage->kind;
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    kept_buf_add(&sql, "CREATE OR REPLACE TABLE kept_drop (\"row\" BIGINT, same BOOLEAN)");
    KEPT_TRY(kept_sql_run(c->duck, &sql, NULL, err));
    if (!c->several || (c->numbers && c->stage->n_sources <= 1))
        return KEPT_OK; /* rows numbered within one file are all different */
    kept_buf_add(&sql, "INSERT INTO kept_drop SELECT i.\"row\", ");
    add_same(c, &sql);
    kept_buf_add(&sql, " FROM kept_incoming i JOIN (SELECT max(\"row\") AS \"last\"");
    for (size_t i = 0; i < kind->n_key; i++)
        kept_sql_name(&sql, ", ", kind->key[i], "");
    kept_buf_add(&sql, " FROM kept_incoming n WHERE true");
    kept_commit__key_known(c, &sql, "n");
    kept_buf_add(&sql, " GROUP BY ALL HAVING count(*) > 1) g ON");
    add_keys_equal(c, &sql, "i", "g");
    kept_buf_add(&sql, " JOIN kept_incoming l ON l.\"row\" = g.\"last\""
                       " WHERE i.\"row\" <> g.\"last\"");
    return kept_sql_run(c->duck, &sql, NULL, err);
}

/* --- Rows of earlier imports with the same keys --- */

bool kept_commit__reaches(const kept_commit *c, const kept_fact_file *file)
{
    const kept_fact_kind *kind = c->stage->kind;
    for (size_t i = 0; i < kind->n_key; i++)
        if (!kept_list_has(file->columns, kind->key[i]))
            return false;
    return file->key_min && c->key_min && strcmp(file->key_min, c->key_max) <= 0 &&
           strcmp(c->key_min, file->key_max) <= 0;
}

/* All alive rows count, also those superseded now: when what superseded them is undone they must
 * not come back beside this import's row. */
static kept_status hit_file(kept_commit *c, const kept_visible_file *file, int64_t *ret_hits,
                            kept_err *err)
{
    KEPT_TRY(kept_fact_file_verify(c->store, file->file, err));
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    kept_buf_add(&sql, "INSERT INTO kept_hit SELECT i.\"row\", ");
    kept_sql_int(&sql, "", file->file->id, ", f.file_row_number, ");
    if (file->hidden) {
        kept_buf_add(&sql, "f.file_row_number NOT IN (SELECT \"row\" FROM ");
        kept_visible_table(&sql, "hidden", c->old.tag);
        kept_sql_int(&sql, " WHERE \"file\" = ", file->file->id, ")");
    } else {
        kept_buf_add(&sql, "true");
    }
    kept_buf_add(&sql, " FROM kept_incoming i JOIN (SELECT f.file_row_number");
    for (size_t i = 0; i < c->stage->kind->n_key; i++)
        kept_sql_name(&sql, ", f.", c->stage->kind->key[i], "");
    kept_visible_from(&sql, &c->old, file, false);
    kept_buf_add(&sql, ") f ON");
    add_keys_equal(c, &sql, "i", "f");
    kept_buf_add(&sql, " ANTI JOIN kept_drop d ON d.\"row\" = i.\"row\"");
    return kept_sql_run(c->duck, &sql, ret_hits, err);
}

/* " AND f.c IS NOT DISTINCT FROM i.c": either side may lack the column, which then is NULL. */
static void add_equal(kept_buf *sql, const char *column, bool incoming, bool stored)
{
    if (!incoming && !stored)
        return;
    kept_sql_name(sql, incoming ? " AND i." : " AND f.", column, "");
    if (incoming && stored)
        kept_sql_name(sql, " IS NOT DISTINCT FROM f.", column, "");
    else
        kept_buf_add(sql, " IS NULL");
}

/* Which current rows of the file equal the incoming row in all columns that this import maps? The
 * columns are read again for the rows hit only. */
static kept_status compare_file(kept_commit *c, const kept_visible_file *file, kept_err *err)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    size_t n = 0;
    const kept_stored_column *columns = kept_stored_columns(c->stage->kind, &arena, &n);
    if (!columns)
        return kept_nomem(err);
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    kept_buf_add(&sql, "INSERT INTO kept_same SELECT i.\"row\" FROM kept_hit h"
                       " JOIN kept_incoming i ON i.\"row\" = h.incoming"
                       " JOIN read_parquet(");
    kept_sql_text(&sql, "", file->path,
                  ", file_row_number = true) f ON f.file_row_number = h.\"row\"");
    kept_sql_int(&sql, " WHERE h.current AND h.\"file\" = ", file->file->id, "");
    for (size_t i = 0; i < n; i++) {
        bool mapped = kept_commit__maps(c, columns[i].column->name);
        if (mapped)
            add_equal(&sql, columns[i].name, kept_commit__maps(c, columns[i].name),
                      kept_list_has(file->file->columns, columns[i].name));
    }
    return kept_sql_run(c->duck, &sql, NULL, err);
}

static kept_status hit_old(kept_commit *c, kept_err *err)
{
    static const char *const tables[] = {
        "CREATE OR REPLACE TABLE kept_hit (incoming BIGINT, \"file\" BIGINT, \"row\" BIGINT,"
        " current BOOLEAN)",
        "CREATE OR REPLACE TABLE kept_same (\"row\" BIGINT)"};
    for (size_t i = 0; i < 2; i++)
        KEPT_TRY(kept_duck_exec(c->duck, tables[i], NULL, 0, NULL, err));
    if (!c->keyed)
        return KEPT_OK;
    for (size_t i = 0; i < c->old.n; i++) {
        int64_t hits = 0;
        if (!kept_commit__reaches(c, c->old.files[i].file))
            continue;
        KEPT_TRY(hit_file(c, &c->old.files[i], &hits, err));
        if (hits)
            KEPT_TRY(compare_file(c, &c->old.files[i], err));
    }
    return KEPT_OK;
}

/* --- Counting --- */

static kept_status count_of(kept_commit *c, const char *sql, int64_t *ret, kept_err *err)
{
    return kept_duck_int(c->duck, sql, NULL, 0, ret, err);
}

static kept_status count_changes(kept_commit *c, kept_err *err)
{
    int64_t rows = 0, dropped = 0, dropped_same = 0, known = 0, same = 0, vectors = 0;
    KEPT_TRY(count_of(c, "SELECT count(*) FROM stage", &rows, err));
    KEPT_TRY(count_of(c, "SELECT count(*) FROM kept_drop", &dropped, err));
    KEPT_TRY(count_of(c, "SELECT count(*) FROM kept_drop WHERE same", &dropped_same, err));
    KEPT_TRY(count_of(c, "SELECT count(*) FROM kept_hit WHERE current", &known, err));
    KEPT_TRY(count_of(c, "SELECT count(*) FROM kept_same", &same, err));
    KEPT_TRY(count_of(c, "SELECT count(*) FROM kept_hit", &vectors, err));
    kept_import *r = &c->result;
    r->read = (int64_t)c->stage->read;
    r->set_aside = (int64_t)c->stage->set_aside;
    r->unchanged = same + dropped_same;
    r->superseded = known - same + dropped - dropped_same;
    r->taken = rows - r->unchanged - r->superseded;
    c->stored = rows - dropped - same;
    c->confirming = same;
    c->superseding = vectors - same;
    /* At most one row of a key stands at any time; two would make these counts wrong. */
    if (r->read != rows + r->set_aside || r->taken < 0)
        return kept_fail(err, KEPT_EINTERNAL,
                         "The counts of the import do not add up (%lld read, %lld staged, %lld set "
                         "aside, %lld taken).",
                         (long long)r->read, (long long)rows, (long long)r->set_aside,
                         (long long)r->taken);
    return KEPT_OK;
}

kept_status kept_commit__supersede(kept_commit *c, kept_err *err)
{
    KEPT_TRY(drop_earlier(c, err));
    KEPT_TRY(hit_old(c, err));
    return count_changes(c, err);
}
