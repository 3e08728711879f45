#include "store/facts/read.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "store/facts/column.h"
#include "store/facts/files.h"
#include "store/facts/sql.h"
#include "store/facts/visible.h"
#include "store/inside.h"
#include "store/ledger/customers.h"

/* --- Columns as of a day --- */

void kept_column_as_of(kept_buf *sql, const kept_stored_column *column, const char *stored,
                       int32_t as_of)
{
    if (!kept_list_has(stored, column->name)) {
        kept_buf_add(sql, "NULL::");
        kept_buf_add(sql, column->type);
        return;
    }
    const char *known = column->column->known;
    if (as_of == KEPT_NO_DAY || !known || !kept_list_has(stored, known)) {
        kept_sql_name(sql, "f.", column->name, "");
        return;
    }
    kept_sql_name(sql, "CASE WHEN f.", known, " > ");
    kept_day_sql(sql, as_of);
    kept_sql_name(sql, " THEN NULL ELSE f.", column->name, " END");
}

void kept_day_sql(kept_buf *sql, int32_t day)
{
    if (day > KEPT_DAY_MAX)
        day = KEPT_DAY_MAX;
    if (day < KEPT_DAY_MIN)
        day = KEPT_DAY_MIN;
    kept_sql_int(sql, "(DATE '1970-01-01' + ", day, "::INTEGER)");
}

void kept_rows_as_of(kept_buf *sql, const kept_fact_kind *kind, const char *stored, int32_t as_of)
{
    if (as_of == KEPT_NO_DAY || !kind->time || !kept_list_has(stored, kind->time))
        return;
    kept_sql_name(sql, " AND (f.", kind->time, " IS NULL OR");
    kept_sql_name(sql, " f.", kind->time, " <= ");
    kept_day_sql(sql, as_of);
    kept_buf_add(sql, ")");
}

/* --- Customers in sight --- */

kept_status kept_seen_load(kept_duck *duck, const kept_scope *scope, const char *tag, kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    kept_buf_add(&sql, "CREATE OR REPLACE TABLE ");
    kept_visible_table(&sql, "seen", tag);
    kept_buf_add(&sql, " (customer UBIGINT)");
    KEPT_TRY(kept_sql_run(duck, &sql, NULL, err));
    KEPT_AUTO_BUF table = KEPT_BUF_INIT;
    kept_buf_printf(&table, "kept_seen_%s", tag);
    duckdb_appender appender = NULL;
    bool ok =
        !table.failed && duckdb_appender_create(kept_duck_connection(duck), NULL,
                                                kept_buf_text(&table), &appender) == DuckDBSuccess;
    for (size_t i = 0; ok && i < scope->n_customers; i++)
        ok = duckdb_append_uint64(appender, scope->customers[i]) == DuckDBSuccess &&
             duckdb_appender_end_row(appender) == DuckDBSuccess;
    ok = ok && duckdb_appender_close(appender) == DuckDBSuccess;
    duckdb_appender_destroy(&appender);
    return ok ? KEPT_OK : kept_nomem(err);
}

void kept_rows_in_sight(kept_buf *sql, const kept_scope *scope, const char *stored, const char *tag)
{
    if (scope->sight == KEPT_SEES_ALL)
        return;
    /* Rows that belong to no customer are for those who see all. */
    if (!kept_list_has(stored, "customer")) {
        kept_buf_add(sql, " AND false");
        return;
    }
    kept_buf_add(sql, " AND f.customer IN (SELECT customer FROM ");
    kept_visible_table(sql, "seen", tag);
    kept_buf_add(sql, ")");
}

/* --- Views --- */

static void add_empty(kept_buf *sql, const kept_stored_column *columns, size_t n)
{
    kept_buf_add(sql, "SELECT NULL::BIGINT AS import");
    for (size_t i = 0; i < n; i++) {
        kept_buf_add(sql, ", NULL::");
        kept_buf_add(sql, columns[i].type);
        kept_sql_name(sql, " AS ", columns[i].name, "");
    }
    kept_buf_add(sql, " WHERE false");
}

static void add_file(kept_buf *sql, const kept_scope *scope, const kept_fact_kind *kind,
                     const kept_visible *visible, const kept_visible_file *file,
                     const kept_stored_column *columns, size_t n)
{
    const char *stored = file->file->columns;
    if (file->file->joined)
        kept_buf_add(sql, "SELECT f.import AS import");
    else
        kept_sql_int(sql, "SELECT ", file->file->first_import, "::BIGINT AS import");
    for (size_t i = 0; i < n; i++) {
        kept_buf_add(sql, ", ");
        kept_column_as_of(sql, &columns[i], stored, scope->as_of);
        kept_sql_name(sql, " AS ", columns[i].name, "");
    }
    kept_visible_from(sql, visible, file, true);
    kept_rows_as_of(sql, kind, stored, scope->as_of);
    kept_rows_in_sight(sql, scope, stored, visible->tag);
}

kept_status kept_facts_view(kept_store *store, const kept_scope *scope, const char *kind_name,
                            kept_err *err)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    const kept_fact_kind *kind = NULL;
    kept_duck *duck = NULL;
    size_t n = 0;
    KEPT_TRY(kept_fact_kinds_find(&store->kinds, kind_name, &kind, err));
    KEPT_TRY(kept_store__duck(store, &duck, err));
    const kept_stored_column *columns = kept_stored_columns(kind, &arena, &n);
    if (!columns)
        return kept_nomem(err);
    kept_visible visible = {.tag = kind->name};
    if (scope->sight != KEPT_SEES_NOTHING)
        KEPT_TRY(kept_visible_load(store, duck, kind->name, scope->known_at, kind->name, true,
                                   &arena, &visible, err));
    if (scope->sight == KEPT_SEES_SOME)
        KEPT_TRY(kept_seen_load(duck, scope, kind->name, err));
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    kept_sql_name(&sql, "CREATE OR REPLACE VIEW ", kind->name, " AS ");
    for (size_t i = 0; i < visible.n; i++) {
        kept_buf_add(&sql, i ? " UNION ALL " : "");
        add_file(&sql, scope, kind, &visible, &visible.files[i], columns, n);
    }
    if (visible.n == 0)
        add_empty(&sql, columns, n);
    return kept_sql_run(duck, &sql, NULL, err);
}

kept_status kept_facts_query(kept_store *store, const char *sql, const kept_duck_value *values,
                             size_t n_values, kept_duck_rows **ret_rows, kept_err *err)
{
    kept_duck *duck = NULL;
    KEPT_TRY(kept_store__duck(store, &duck, err));
    return kept_duck_query(duck, sql, values, n_values, ret_rows, err);
}

/* --- Customers' ids --- */

static int compare_keys(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static bool in_sight(const kept_scope *scope, uint64_t customer)
{
    if (scope->sight == KEPT_SEES_ALL)
        return true;
    for (size_t i = 0; scope->sight == KEPT_SEES_SOME && i < scope->n_customers; i++)
        if (scope->customers[i] == customer)
            return true;
    return false;
}

kept_status kept_customer_name(kept_store *store, const kept_scope *scope, uint64_t customer,
                               kept_arena *arena, const char **ret_id, kept_err *err)
{
    const char *id = NULL;
    if (!in_sight(scope, customer))
        return kept_fail(err, KEPT_ENOTFOUND, "There is no such customer in sight.");
    KEPT_TRY(kept_ledger_customer_id(&store->ledger, customer, arena, &id, err));
    *ret_id = id ? id : "";
    return KEPT_OK;
}

kept_status kept_customer_find(kept_store *store, const kept_scope *scope, const char *id,
                               uint64_t *ret_customer, kept_err *err)
{
    uint64_t customer = 0;
    if (scope->sight != KEPT_SEES_NOTHING)
        KEPT_TRY(kept_ledger_customer_key(&store->ledger, id, &customer, err));
    if (customer == 0 || !in_sight(scope, customer))
        return kept_fail(err, KEPT_ENOTFOUND, "There is no customer \"%s\".", id);
    *ret_customer = customer;
    return KEPT_OK;
}

kept_status kept_customer_names(kept_store *store, const kept_scope *scope,
                                const uint64_t *customers, size_t n, kept_arena *arena,
                                const char **ret_ids, kept_err *err)
{
    KEPT_AUTO_ARENA scratch = KEPT_ARENA_INIT;
    size_t n_seen = scope->sight == KEPT_SEES_SOME ? scope->n_customers : 0;
    uint64_t *seen = KEPT_NEW_N(&scratch, uint64_t, n_seen);
    if (!seen)
        return kept_nomem(err);
    if (n_seen) {
        memcpy(seen, scope->customers, n_seen * sizeof *seen);
        qsort(seen, n_seen, sizeof *seen, compare_keys);
    }
    if (scope->sight != KEPT_SEES_NOTHING)
        KEPT_TRY(kept_ledger_customer_ids(&store->ledger, customers, n, arena, ret_ids, err));
    for (size_t i = 0; i < n; i++) {
        bool hidden = scope->sight == KEPT_SEES_NOTHING ||
                      (scope->sight == KEPT_SEES_SOME &&
                       !bsearch(&customers[i], seen, n_seen, sizeof *seen, compare_keys));
        if (hidden || !ret_ids[i])
            ret_ids[i] = "";
    }
    return KEPT_OK;
}
