/* Keys of the incoming rows: customers' random keys from the ledger, line numbers that the file
 * does not have. */
#include <string.h>

#include "store/facts/commit.h"
#include "store/facts/files.h"
#include "store/facts/sql.h"

bool kept_commit__maps(const kept_commit *c, const char *column)
{
    for (size_t i = 0; i < c->stage->n_columns; i++)
        if (strcmp(c->stage->columns[i], column) == 0)
            return true;
    return false;
}

void kept_commit__key_known(const kept_commit *c, kept_buf *sql, const char *alias)
{
    const kept_fact_kind *kind = c->stage->kind;
    for (size_t i = 0; i < kind->n_key; i++) {
        kept_buf_add(sql, " AND ");
        kept_buf_add(sql, alias);
        kept_sql_name(sql, ".", kind->key[i], " IS NOT NULL");
    }
}

/* --- Customers --- */

typedef struct loader {
    duckdb_appender appender;
    duckdb_data_chunk chunk;
} loader;

static void close_loader(loader *l)
{
    duckdb_destroy_data_chunk(&l->chunk);
    duckdb_appender_destroy(&l->appender);
}

static kept_status open_loader(kept_duck *duck, loader *l, kept_err *err)
{
    *l = (loader){0};
    duckdb_logical_type types[2] = {duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR),
                                    duckdb_create_logical_type(DUCKDB_TYPE_UBIGINT)};
    l->chunk = duckdb_create_data_chunk(types, 2);
    duckdb_destroy_logical_type(&types[0]);
    duckdb_destroy_logical_type(&types[1]);
    if (l->chunk && duckdb_appender_create(kept_duck_connection(duck), NULL, "kept_key",
                                           &l->appender) == DuckDBSuccess)
        return KEPT_OK;
    close_loader(l);
    return kept_nomem(err);
}

/* One chunk of sorted ids: look up or make the keys, hand both back to the engine. */
static kept_status load_chunk(loader *l, kept_customer_book *book, const kept_duck_rows *rows,
                              size_t n, kept_err *err)
{
    duckdb_data_chunk_reset(l->chunk);
    duckdb_vector ids = duckdb_data_chunk_get_vector(l->chunk, 0);
    uint64_t *keys = duckdb_vector_get_data(duckdb_data_chunk_get_vector(l->chunk, 1));
    for (size_t i = 0; i < n; i++) {
        size_t len = 0;
        const char *id = kept_duck_text(rows, 0, i, &len);
        KEPT_TRY(kept_customer_book_key(book, id, len, &keys[i], err));
        duckdb_vector_assign_string_element_len(ids, i, id, len);
    }
    duckdb_data_chunk_set_size(l->chunk, n);
    if (duckdb_append_data_chunk(l->appender, l->chunk) != DuckDBSuccess)
        return kept_fail(err, KEPT_EINTERNAL, "Customers' keys could not be loaded (%s).",
                         duckdb_appender_error(l->appender));
    return KEPT_OK;
}

static kept_status load_keys(kept_commit *c, kept_customer_book *book, kept_err *err)
{
    loader l;
    KEPT_TRY(open_loader(c->duck, &l, err));
    kept_duck_rows *rows = NULL;
    kept_status status = kept_duck_query(c->duck, "SELECT id FROM kept_id", NULL, 0, &rows, err);
    size_t n = 1;
    while (status == KEPT_OK && n) {
        status = kept_duck_next(rows, &n, err);
        if (status == KEPT_OK && n)
            status = load_chunk(&l, book, rows, n, err);
    }
    kept_duck_rows_free(rows);
    if (status == KEPT_OK && duckdb_appender_close(l.appender) != DuckDBSuccess)
        status = kept_fail(err, KEPT_EINTERNAL, "Customers' keys could not be loaded (%s).",
                           duckdb_appender_error(l.appender));
    close_loader(&l);
    return status;
}

static kept_status resolve_customers(kept_commit *c, kept_err *err)
{
    int64_t n = 0;
    KEPT_TRY(kept_duck_exec(c->duck, "CREATE OR REPLACE TABLE kept_key (id VARCHAR, key UBIGINT)",
                            NULL, 0, NULL, err));
    if (!c->has_customer)
        return KEPT_OK;
    /* Sorted, so that the ledger's pages are visited in order. */
    KEPT_TRY(kept_duck_exec(c->duck,
                            "CREATE OR REPLACE TABLE kept_id AS SELECT DISTINCT customer AS id"
                            " FROM stage WHERE customer IS NOT NULL ORDER BY id",
                            NULL, 0, NULL, err));
    KEPT_TRY(kept_duck_int(c->duck, "SELECT count(*) FROM kept_id", NULL, 0, &n, err));
    KEPT_TRY(kept_customer_book_open(&c->store->ledger, !c->dry_run, (size_t)n, &c->book, err));
    KEPT_TRY(load_keys(c, &c->book, err));
    kept_customer_book_read(&c->book);
    c->result.new_customers = c->book.added;
    return kept_duck_exec(c->duck, "DROP TABLE kept_id", NULL, 0, NULL, err);
}

/* --- Numbers within the other key columns --- */

/* Adds the key columns other than the numbered one, with commas between. */
static void add_other_keys(const kept_commit *c, kept_buf *sql)
{
    const kept_fact_kind *kind = c->stage->kind;
    size_t n = 0;
    for (size_t i = 0; i < kind->n_key; i++)
        if (!c->numbers || strcmp(kind->key[i], kind->numbered) != 0)
            kept_sql_name(sql, n++ ? ", " : "", kind->key[i], "");
}

static void add_other_keys_known(const kept_commit *c, kept_buf *sql)
{
    const kept_fact_kind *kind = c->stage->kind;
    kept_buf_add(sql, " WHERE true");
    for (size_t i = 0; i < kind->n_key; i++)
        if (!c->numbers || strcmp(kind->key[i], kind->numbered) != 0)
            kept_sql_name(sql, " AND ", kind->key[i], " IS NOT NULL");
}

static void find_out_keys(kept_commit *c)
{
    const kept_fact_kind *kind = c->stage->kind;
    size_t mapped = 0;
    bool numbered_missing = false;
    for (size_t i = 0; i < kind->n_key; i++) {
        if (kept_commit__maps(c, kind->key[i]))
            mapped++;
        else if (kind->numbered && strcmp(kind->numbered, kind->key[i]) == 0)
            numbered_missing = true;
    }
    c->numbers = numbered_missing && mapped > 0 && mapped + 1 == kind->n_key;
    c->keyed = c->numbers || (kind->n_key && mapped == kind->n_key);
}

/* Does any key (without the number) occur twice? */
static kept_status find_out_several(kept_commit *c, kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    int64_t n = 0;
    c->several = false;
    if (c->stage->keys.distinct)
        return KEPT_OK;
    /* By hash: quicker than by texts, and keys that collide only mean a closer look later. */
    kept_buf_add(&sql, "SELECT count(*) FROM (SELECT 1 FROM stage");
    add_other_keys_known(c, &sql);
    kept_buf_add(&sql, " GROUP BY hash(");
    add_other_keys(c, &sql);
    kept_buf_add(&sql, ") HAVING count(*) > 1 LIMIT 1)");
    KEPT_TRY(kept_sql_count(c->duck, &sql, &n, err));
    c->several = n > 0;
    return KEPT_OK;
}

/* kept_base(other keys, n): the highest number that an order has in the store. A mended row was one
 * of several lines of its file and must not take the place of the first of them. */
static kept_status make_bases(kept_commit *c, kept_err *err)
{
    const kept_fact_kind *kind = c->stage->kind;
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    kept_buf_add(&sql, "CREATE OR REPLACE TABLE kept_base AS SELECT ");
    add_other_keys(c, &sql);
    kept_buf_add(&sql, ", max(n) AS n FROM (SELECT ");
    add_other_keys(c, &sql);
    kept_buf_add(&sql, ", 0::BIGINT AS n FROM stage");
    for (size_t f = 0; f < c->old.n; f++) {
        const kept_visible_file *file = &c->old.files[f];
        bool has_keys = true;
        for (size_t i = 0; i < kind->n_key; i++)
            has_keys = has_keys && kept_list_has(file->file->columns, kind->key[i]);
        if (!has_keys)
            continue;
        KEPT_TRY(kept_fact_file_verify(c->store, file->file, err));
        kept_buf_add(&sql, " UNION ALL SELECT ");
        add_other_keys(c, &sql);
        kept_sql_name(&sql, ", TRY_CAST(f.", kind->numbered, " AS BIGINT)");
        kept_visible_from(&sql, &c->old, file, false);
    }
    kept_buf_add(&sql, ") GROUP BY ");
    add_other_keys(c, &sql);
    return kept_sql_run(c->duck, &sql, NULL, err);
}

/* Staged customers are the firm's ids, stored ones are keys: not to be compared. */
static bool key_has_customer(const kept_fact_kind *kind)
{
    for (size_t i = 0; i < kind->n_key; i++)
        if (strcmp(kind->key[i], "customer") == 0)
            return true;
    return false;
}

static void add_base_join(const kept_commit *c, kept_buf *sql)
{
    const kept_fact_kind *kind = c->stage->kind;
    size_t n = 0;
    kept_buf_add(sql, " LEFT JOIN kept_base b ON ");
    for (size_t i = 0; i < kind->n_key; i++)
        if (strcmp(kind->key[i], kind->numbered) != 0) {
            kept_sql_name(sql, n++ ? " AND s." : "s.", kind->key[i], "");
            kept_sql_name(sql, " = b.", kind->key[i], "");
        }
}

/* The number of a row, as its column is stored; NULL where the rest of the key is not known. */
static void add_number(const kept_commit *c, kept_buf *sql)
{
    const kept_fact_kind *kind = c->stage->kind;
    const kept_fact_column *column = kept_fact_column_find(kind, kind->numbered);
    kept_buf_add(sql, ", CASE WHEN true");
    for (size_t i = 0; i < kind->n_key; i++)
        if (strcmp(kind->key[i], kind->numbered) != 0)
            kept_sql_name(sql, " AND s.", kind->key[i], " IS NOT NULL");
    kept_buf_add(sql, c->mended ? " THEN CAST(coalesce(b.n, 0) + " : " THEN CAST(");
    if (c->several) {
        kept_buf_add(sql, "row_number() OVER (PARTITION BY ");
        size_t n = 0;
        for (size_t i = 0; i < kind->n_key; i++)
            if (strcmp(kind->key[i], kind->numbered) != 0)
                kept_sql_name(sql, n++ ? ", s." : "s.", kind->key[i], "");
        /* Every file counts its lines from 1, so that exports that overlap agree. */
        kept_buf_add(sql, ", CASE");
        for (size_t i = 0; i < c->stage->n_sources; i++) {
            kept_sql_int(sql, " WHEN s.\"row\" <= ", c->stage->last_row[i], " THEN ");
            kept_sql_int(sql, "", (int64_t)i, "");
        }
        kept_buf_add(sql, c->stage->n_sources ? " END" : " WHEN true THEN 0 END");
        kept_buf_add(sql, " ORDER BY s.\"row\")");
    } else {
        kept_buf_add(sql, "1");
    }
    bool whole = column && column->type == KEPT_COL_INTEGER;
    bool number = column && (column->type == KEPT_COL_NUMBER || column->type == KEPT_COL_MONEY);
    kept_buf_add(sql, whole    ? " AS BIGINT) END AS "
                      : number ? " AS DECIMAL(18,4)) END AS "
                               : " AS VARCHAR) END AS ");
    kept_sql_name(sql, "", kind->numbered, "");
}

/* As far as the range of keys tells. */
static bool may_meet_old(const kept_commit *c)
{
    bool may = !c->key_min && c->old.n > 0;
    for (size_t i = 0; i < c->old.n && !may; i++)
        may = kept_commit__reaches(c, c->old.files[i].file);
    return may;
}

kept_status kept_commit__incoming(kept_commit *c, kept_err *err)
{
    c->has_customer = kept_commit__maps(c, "customer");
    find_out_keys(c);
    if (c->keyed)
        KEPT_TRY(find_out_several(c, err));
    if (c->keyed && kept_commit__maps(c, c->stage->kind->key[0])) {
        c->key_min = c->stage->keys.min;
        c->key_max = c->stage->keys.max;
    }
    KEPT_TRY(resolve_customers(c, err));
    c->mended = c->mended && c->numbers && !key_has_customer(c->stage->kind);
    if (c->mended)
        KEPT_TRY(make_bases(c, err));
    /* Used once: a view, so that rows go from stage to file in one pass. Used often: a table. */
    bool table = c->keyed && (c->several || may_meet_old(c));
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    kept_buf_add(&sql, table ? "CREATE OR REPLACE TABLE kept_incoming_rows AS SELECT s.\"row\""
                             : "CREATE OR REPLACE VIEW kept_incoming AS SELECT s.\"row\"");
    for (size_t i = 0; i < c->stage->n_columns; i++) {
        const char *name = c->stage->columns[i];
        if (c->has_customer && strcmp(name, "customer") == 0)
            kept_buf_add(&sql, ", k.key AS customer");
        else
            kept_sql_name(&sql, ", s.", name, "");
    }
    if (c->numbers)
        add_number(c, &sql);
    kept_buf_add(&sql, " FROM stage s");
    if (c->has_customer)
        kept_buf_add(&sql, " LEFT JOIN kept_key k ON s.customer = k.id");
    if (c->mended)
        add_base_join(c, &sql);
    KEPT_TRY(kept_sql_run(c->duck, &sql, NULL, err));
    if (table)
        kept_buf_add(&sql, "CREATE OR REPLACE VIEW kept_incoming AS FROM kept_incoming_rows");
    return table ? kept_sql_run(c->duck, &sql, NULL, err) : KEPT_OK;
}
