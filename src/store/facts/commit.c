#include "store/facts/commit.h"

#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "store/facts/files.h"
#include "store/facts/sql.h"
#include "store/records/log.h"
#include "store/records/write.h"

/* --- Beginning --- */

/* The writer's lock of the workspace keeps other imports out, so the number stays free. */
kept_status kept_commit_begin(kept_commit *c, kept_err *err)
{
    kept_ledger *ledger = &c->store->ledger;
    if (c->dry_run)
        return kept_ledger_next_time(ledger, &c->result.imported_at, err);
    KEPT_TRY(kept_ledger_next_import(ledger, &c->result.id, err));
    kept_die_here("import begun");
    return KEPT_OK;
}

/* --- What the staged rows are like --- */

static kept_status list_columns(kept_commit *c, kept_err *err)
{
    KEPT_AUTO_BUF list = KEPT_BUF_INIT;
    for (size_t i = 0; i < c->stage->n_columns; i++) {
        kept_buf_add(&list, i ? "," : "");
        kept_buf_add(&list, c->stage->columns[i]);
    }
    if (c->numbers) {
        kept_buf_add(&list, ",");
        kept_buf_add(&list, c->stage->kind->numbered);
    }
    c->columns = list.failed ? NULL : kept_arena_strdup(c->arena, kept_buf_text(&list));
    return c->columns ? KEPT_OK : kept_nomem(err);
}

/* A line that is given back: a negative amount, or a negative quantity where there is no amount. */
static void add_negative(const kept_commit *c, kept_buf *sql)
{
    bool amount = kept_commit__maps(c, "amount"), quantity = kept_commit__maps(c, "quantity");
    kept_buf_add(sql, amount && quantity
                          ? "count(*) FILTER (amount < 0 OR (amount IS NULL AND quantity < 0))"
                      : amount   ? "count(*) FILTER (amount < 0)"
                      : quantity ? "count(*) FILTER (quantity < 0)"
                                 : "0::BIGINT");
}

static kept_status describe_stage(kept_commit *c, kept_err *err)
{
    const kept_fact_kind *kind = c->stage->kind;
    bool time = kind->time && kept_commit__maps(c, kind->time);
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    kept_buf_add(&sql, "SELECT ");
    add_negative(c, &sql);
    if (time) {
        kept_sql_name(&sql, ", min(", kind->time, ")");
        kept_sql_name(&sql, ", max(", kind->time, ")");
    }
    kept_buf_add(&sql, " FROM stage");
    if (sql.failed)
        return kept_nomem(err);
    KEPT_AUTO_ROWS *rows = NULL;
    size_t n = 0;
    KEPT_TRY(kept_duck_query(c->duck, kept_buf_text(&sql), NULL, 0, &rows, err));
    KEPT_TRY(kept_duck_next(rows, &n, err));
    c->negative = n ? *(const int64_t *)kept_duck_data(rows, 0) : 0;
    c->result.first_day = c->result.last_day = KEPT_NO_DAY;
    if (time && n && kept_duck_known(rows, 1, 0)) {
        c->result.first_day = *(const int32_t *)kept_duck_data(rows, 1);
        c->result.last_day = *(const int32_t *)kept_duck_data(rows, 2);
    }
    return KEPT_OK;
}

/* Lowest and highest first key column as text, so that later imports need not read this file when
 * their keys lie elsewhere. */
static kept_status find_key_range(kept_commit *c, kept_err *err)
{
    if (!c->keyed || c->key_min) /* staging has told */
        return KEPT_OK;
    const char *first = c->stage->kind->key[0];
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    kept_sql_name(&sql, "SELECT min(CAST(i.", first, " AS VARCHAR)), max(CAST(i.");
    kept_sql_name(&sql, "", first, " AS VARCHAR)) FROM kept_incoming i WHERE true");
    kept_commit__key_known(c, &sql, "i");
    if (sql.failed)
        return kept_nomem(err);
    KEPT_AUTO_ROWS *rows = NULL;
    size_t n = 0;
    KEPT_TRY(kept_duck_query(c->duck, kept_buf_text(&sql), NULL, 0, &rows, err));
    KEPT_TRY(kept_duck_next(rows, &n, err));
    size_t min_len = 0, max_len = 0;
    const char *min = n ? kept_duck_text(rows, 0, 0, &min_len) : NULL;
    const char *max = n ? kept_duck_text(rows, 1, 0, &max_len) : NULL;
    if (!min || !max)
        return KEPT_OK;
    c->key_min = kept_arena_strndup(c->arena, min, min_len);
    c->key_max = kept_arena_strndup(c->arena, max, max_len);
    return c->key_min && c->key_max ? KEPT_OK : kept_nomem(err);
}

/* --- Files --- */

static kept_status write_facts(kept_commit *c, kept_err *err)
{
    if (c->stored == 0)
        return KEPT_OK;
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    kept_buf_add(&sql, "SELECT ");
    size_t n = c->stage->n_columns;
    for (size_t i = 0; i < n; i++)
        kept_sql_name(&sql, i ? ", i." : "i.", c->stage->columns[i], "");
    if (c->numbers)
        kept_sql_name(&sql, ", i.", c->stage->kind->numbered, "");
    kept_buf_add(&sql, " FROM kept_incoming i");
    int64_t left_out = c->result.read - c->result.set_aside - c->stored;
    if (left_out)
        kept_buf_add(&sql, " ANTI JOIN (SELECT \"row\" FROM kept_drop UNION ALL"
                           " SELECT \"row\" FROM kept_same) d ON d.\"row\" = i.\"row\"");
    bool sorted = kept_sort_order(&sql, c->stage->kind, c->columns, "i");
    kept_buf_add(&sql, sorted ? ", i.\"row\"" : " ORDER BY i.\"row\"");
    const char *path = kept_arena_printf(c->arena, "facts/%s/%lld.parquet", c->stage->kind->name,
                                         (long long)c->result.id);
    if (sql.failed || !path)
        return kept_nomem(err);
    kept_fact_file *file = &c->files[0];
    *file = (kept_fact_file){.kind = c->stage->kind->name,
                             .first_import = c->result.id,
                             .last_import = c->result.id,
                             .columns = c->columns,
                             .key_min = c->key_min,
                             .key_max = c->key_max,
                             .negative = c->negative};
    KEPT_TRY(kept_parquet_write(c->store, c->duck, kept_buf_text(&sql), path, "facts", c->arena,
                                file, err));
    if (file->rows != c->stored)
        return kept_fail(err, KEPT_EINTERNAL, "%lld rows were written, %lld expected.",
                         (long long)file->rows, (long long)c->stored);
    return KEPT_OK;
}

static kept_status write_vectors(kept_commit *c, kept_err *err)
{
    if (c->superseding + c->confirming == 0)
        return KEPT_OK;
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    kept_sql_int(&sql, "SELECT ", c->result.id, "::BIGINT AS import, h.\"file\", h.\"row\",");
    kept_buf_add(&sql, " CASE WHEN h.current AND s.\"row\" IS NOT NULL THEN 'c' ELSE 's' END"
                       " AS what FROM kept_hit h LEFT JOIN kept_same s ON s.\"row\" = h.incoming"
                       " ORDER BY what, h.\"file\", h.\"row\"");
    const char *path = kept_arena_printf(c->arena, "facts/%s/%lld.over.parquet",
                                         c->stage->kind->name, (long long)c->result.id);
    if (sql.failed || !path)
        return kept_nomem(err);
    kept_fact_file *file = &c->files[1];
    *file = (kept_fact_file){.kind = c->stage->kind->name,
                             .over = true,
                             .joined = true,
                             .first_import = c->result.id,
                             .last_import = c->result.id,
                             .columns = "import,file,row,what",
                             .superseding = c->superseding,
                             .confirming = c->confirming};
    return kept_parquet_write(c->store, c->duck, kept_buf_text(&sql), path, "vectors", c->arena,
                              file, err);
}

kept_status kept_commit_rows(kept_commit *c, kept_err *err)
{
    KEPT_TRY(describe_stage(c, err));
    /* Superseding is worked out against what stands now; undone imports stay undone. */
    KEPT_TRY(kept_visible_load(c->store, c->duck, c->stage->kind->name, KEPT_NO_TIME, "now", false,
                               c->arena, &c->old, err));
    KEPT_TRY(kept_commit__incoming(c, err));
    kept_die_here("customers met");
    KEPT_TRY(list_columns(c, err));
    KEPT_TRY(find_key_range(c, err));
    KEPT_TRY(kept_commit__supersede(c, err));
    c->result.negative = (int64_t)c->stage->negative_amounts;
    if (!c->dry_run) {
        KEPT_TRY(write_facts(c, err));
        KEPT_TRY(write_vectors(c, err));
    }
    return kept_commit__without_key(c, err);
}

/* --- The ledger --- */

static kept_status write_customers(kept_commit *c, kept_err *err)
{
    kept_customer_birth birth = {
        .who = c->result.who, .at = c->result.imported_at, .import = c->result.id};
    return kept_customer_book_write(&c->book, &birth, &c->result.new_customers, err);
}

static kept_status log_import(const kept_commit *c, kept_writing *writing, kept_err *err)
{
    char number[24], customers[24];
    snprintf(number, sizeof number, "%lld", (long long)c->result.id);
    snprintf(customers, sizeof customers, "%lld", (long long)c->result.new_customers);
    const kept_log_value values[] = {{"import", NULL, number}, {"new_customers", NULL, customers}};
    const kept_ref whole_ledger = {0};
    return kept_writing_log(writing, whole_ledger, "import", values, 2, NULL, err);
}

static kept_status publish(kept_commit *c, kept_writing *writing, kept_err *err)
{
    kept_ledger *ledger = &c->store->ledger;
    KEPT_TRY(kept_ledger_next_time(ledger, &c->result.imported_at, err));
    KEPT_TRY(write_customers(c, err));
    kept_die_here("customers written");
    KEPT_TRY(kept_ledger_import_add(ledger, &c->result, c->hashes, c->columns, err));
    for (size_t i = 0; i < 2; i++)
        if (c->files[i].path)
            KEPT_TRY(kept_ledger_file_add(ledger, &c->files[i], &c->files[i].id, err));
    if (c->result.profile)
        KEPT_TRY(kept_ledger_profile_set(ledger, c->result.kind, c->result.profile,
                                         c->result.mapping, err));
    KEPT_TRY(log_import(c, writing, err));
    kept_die_here("ledger rows");
    return kept_writing_commit(writing, err);
}

kept_status kept_commit_finish(kept_commit *c, kept_err *err)
{
    if (c->dry_run) {
        c->result.id = 0;
        c->finished = true;
        return KEPT_OK;
    }
    char through[40];
    const kept_scope all = KEPT_SCOPE_ALL(c->result.who);
    KEPT_AUTO_WRITING *writing = NULL;
    snprintf(through, sizeof through, "import %lld", (long long)c->result.id);
    KEPT_TRY(kept_writing_begin(c->store, &all, through, &writing, err));
    KEPT_TRY(publish(c, writing, err));
    c->finished = true;
    kept_die_here("committed");
    return KEPT_OK;
}

void kept_commit_done(kept_commit *c)
{
    if (!c->store)
        return;
    kept_customer_book_close(&c->book);
    if (c->finished || c->dry_run)
        return;
    kept_parquet_remove(c->store, c->files[0].path);
    kept_parquet_remove(c->store, c->files[1].path);
}
