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

/* --- Customers: in sight, and by which key they go --- */

/* An empty table kept_WHAT_TAG with an appender to fill it. */
static kept_status open_table(kept_duck *duck, const char *what, const char *tag,
                              const char *columns, duckdb_appender *ret_appender, kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    KEPT_AUTO_BUF table = KEPT_BUF_INIT;
    kept_buf_add(&sql, "CREATE OR REPLACE TABLE ");
    kept_visible_table(&sql, what, tag);
    kept_buf_add(&sql, columns);
    KEPT_TRY(kept_sql_run(duck, &sql, NULL, err));
    kept_buf_printf(&table, "kept_%s_%s", what, tag);
    *ret_appender = NULL;
    if (!table.failed &&
        duckdb_appender_create(kept_duck_connection(duck), NULL, kept_buf_text(&table),
                               ret_appender) == DuckDBSuccess)
        return KEPT_OK;
    duckdb_appender_destroy(ret_appender);
    return kept_nomem(err);
}

static kept_status close_table(duckdb_appender appender, bool ok, kept_err *err)
{
    ok = ok && duckdb_appender_close(appender) == DuckDBSuccess;
    duckdb_appender_destroy(&appender);
    return ok ? KEPT_OK : kept_nomem(err);
}

kept_status kept_seen_load(kept_duck *duck, const kept_scope *scope, const kept_aliases *aliases,
                           const char *tag, kept_err *err)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    uint64_t *keys = NULL;
    size_t n = 0;
    duckdb_appender appender = NULL;
    KEPT_TRY(
        kept_aliases_widen(aliases, scope->customers, scope->n_customers, &arena, &keys, &n, err));
    KEPT_TRY(open_table(duck, "seen", tag, " (customer UBIGINT)", &appender, err));
    bool ok = true;
    for (size_t i = 0; ok && i < n; i++)
        ok = duckdb_append_uint64(appender, keys[i]) == DuckDBSuccess &&
             duckdb_appender_end_row(appender) == DuckDBSuccess;
    return close_table(appender, ok, err);
}

kept_status kept_alias_table(kept_duck *duck, const kept_aliases *aliases, const char *tag,
                             kept_err *err)
{
    duckdb_appender appender = NULL;
    KEPT_TRY(open_table(duck, "alias", tag, " (customer UBIGINT, \"as\" UBIGINT)", &appender, err));
    bool ok = true;
    for (size_t i = 0; ok && i < aliases->n; i++)
        ok = duckdb_append_uint64(appender, aliases->items[i].customer) == DuckDBSuccess &&
             duckdb_append_uint64(appender, aliases->items[i].as) == DuckDBSuccess &&
             duckdb_appender_end_row(appender) == DuckDBSuccess;
    return close_table(appender, ok, err);
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

/* Around the rows of all files: customers who have several keys go by one of them. */
static void add_aliases(kept_buf *sql, const char *tag, bool before)
{
    if (before) {
        kept_buf_add(sql, "SELECT u.* REPLACE (coalesce(a.\"as\", u.customer) AS customer) FROM (");
        return;
    }
    kept_buf_add(sql, ") u LEFT JOIN ");
    kept_visible_table(sql, "alias", tag);
    kept_buf_add(sql, " a ON a.customer = u.customer");
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

/* What a view needs in the engine, for a scope that sees something. */
static kept_status load_view(kept_store *store, kept_duck *duck, const kept_scope *scope,
                             const char *kind, kept_arena *arena, kept_visible *visible,
                             kept_aliases *aliases, kept_err *err)
{
    KEPT_TRY(
        kept_visible_load(store, duck, kind, scope->known_at, kind, true, arena, visible, err));
    KEPT_TRY(kept_aliases_load(&store->ledger, arena, aliases, err));
    if (scope->sight == KEPT_SEES_SOME)
        KEPT_TRY(kept_seen_load(duck, scope, aliases, kind, err));
    return aliases->n ? kept_alias_table(duck, aliases, kind, err) : KEPT_OK;
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
    kept_aliases aliases = {0};
    if (scope->sight != KEPT_SEES_NOTHING)
        KEPT_TRY(load_view(store, duck, scope, kind->name, &arena, &visible, &aliases, err));
    bool joined = aliases.n && visible.n && kept_fact_column_find(kind, "customer");
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    kept_sql_name(&sql, "CREATE OR REPLACE VIEW ", kind->name, " AS ");
    if (joined)
        add_aliases(&sql, kind->name, true);
    for (size_t i = 0; i < visible.n; i++) {
        kept_buf_add(&sql, i ? " UNION ALL " : "");
        add_file(&sql, scope, kind, &visible, &visible.files[i], columns, n);
    }
    if (visible.n == 0)
        add_empty(&sql, columns, n);
    if (joined)
        add_aliases(&sql, kind->name, false);
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

/* Who goes by which key, and whom the scope sees. */
typedef struct sight {
    kept_arena arena;
    const kept_scope *scope;
    kept_aliases aliases;
    uint64_t *seen; /* KEPT_SEES_SOME: sorted */
    size_t n_seen;
} sight;

static void sight__auto(sight *s)
{
    kept_arena_free(&s->arena);
}
#define AUTO_SIGHT __attribute__((cleanup(sight__auto))) sight

static kept_status look(kept_store *store, const kept_scope *scope, sight *s, kept_err *err)
{
    s->scope = scope;
    if (scope->sight == KEPT_SEES_NOTHING)
        return KEPT_OK;
    KEPT_TRY(kept_aliases_load(&store->ledger, &s->arena, &s->aliases, err));
    if (scope->sight == KEPT_SEES_ALL)
        return KEPT_OK;
    return kept_aliases_widen(&s->aliases, scope->customers, scope->n_customers, &s->arena,
                              &s->seen, &s->n_seen, err);
}

static bool sees(const sight *s, uint64_t customer)
{
    return s->scope->sight == KEPT_SEES_ALL ||
           (s->n_seen && bsearch(&customer, s->seen, s->n_seen, sizeof *s->seen, compare_keys));
}

kept_status kept_customer_name(kept_store *store, const kept_scope *scope, uint64_t customer,
                               kept_arena *arena, const char **ret_id, kept_err *err)
{
    AUTO_SIGHT s = {0};
    const char *id = NULL;
    KEPT_TRY(look(store, scope, &s, err));
    if (!sees(&s, customer))
        return kept_fail(err, KEPT_ENOTFOUND, "There is no such customer in sight.");
    KEPT_TRY(kept_ledger_customer_id(&store->ledger, kept_alias_of(&s.aliases, customer), arena,
                                     &id, err));
    *ret_id = id ? id : "";
    return KEPT_OK;
}

kept_status kept_customer_find(kept_store *store, const kept_scope *scope, const char *id,
                               uint64_t *ret_customer, kept_err *err)
{
    AUTO_SIGHT s = {0};
    uint64_t customer = 0;
    KEPT_TRY(look(store, scope, &s, err));
    if (scope->sight != KEPT_SEES_NOTHING)
        KEPT_TRY(kept_ledger_customer_key(&store->ledger, id, &customer, err));
    if (customer == 0 || !sees(&s, customer))
        return kept_fail(err, KEPT_ENOTFOUND, "There is no customer \"%s\".", id);
    *ret_customer = kept_alias_of(&s.aliases, customer);
    return KEPT_OK;
}

kept_status kept_customer_names(kept_store *store, const kept_scope *scope,
                                const uint64_t *customers, size_t n, kept_arena *arena,
                                const char **ret_ids, kept_err *err)
{
    AUTO_SIGHT s = {0};
    KEPT_TRY(look(store, scope, &s, err));
    const uint64_t *keys = customers;
    if (s.aliases.n) {
        uint64_t *named = KEPT_NEW_N(&s.arena, uint64_t, n);
        if (!named)
            return kept_nomem(err);
        for (size_t i = 0; i < n; i++)
            named[i] = kept_alias_of(&s.aliases, customers[i]);
        keys = named;
    }
    if (scope->sight != KEPT_SEES_NOTHING)
        KEPT_TRY(kept_ledger_customer_ids(&store->ledger, keys, n, arena, ret_ids, err));
    for (size_t i = 0; i < n; i++)
        if (!sees(&s, customers[i]) || !ret_ids[i])
            ret_ids[i] = "";
    return KEPT_OK;
}

kept_status kept_customer_records(kept_store *store, const kept_scope *scope,
                                  const uint64_t *customers, size_t n, int64_t *ret_records,
                                  kept_err *err)
{
    AUTO_SIGHT s = {0};
    KEPT_TRY(look(store, scope, &s, err));
    if (scope->sight != KEPT_SEES_NOTHING)
        KEPT_TRY(kept_ledger_records_of_keys(&store->ledger, customers, n, ret_records, err));
    for (size_t i = 0; i < n; i++)
        if (!sees(&s, customers[i]))
            ret_records[i] = 0;
    return KEPT_OK;
}

kept_status kept_customer_record(kept_store *store, const kept_scope *scope, uint64_t customer,
                                 int64_t *ret_record, kept_err *err)
{
    return kept_customer_records(store, scope, &customer, 1, ret_record, err);
}

kept_status kept_customers_of_records(kept_store *store, const kept_scope *scope,
                                      const int64_t *records, size_t n, uint64_t *ret_customers,
                                      kept_err *err)
{
    AUTO_SIGHT s = {0};
    KEPT_TRY(look(store, scope, &s, err));
    if (scope->sight != KEPT_SEES_NOTHING)
        KEPT_TRY(kept_ledger_keys_of_records(&store->ledger, records, n, ret_customers, err));
    for (size_t i = 0; i < n; i++)
        if (scope->sight == KEPT_SEES_NOTHING || !sees(&s, ret_customers[i]))
            ret_customers[i] = 0;
    return KEPT_OK;
}

kept_status kept_customer_of_record(kept_store *store, const kept_scope *scope, int64_t record,
                                    uint64_t *ret_customer, kept_err *err)
{
    return kept_customers_of_records(store, scope, &record, 1, ret_customer, err);
}
