#include <sodium.h>
#include <string.h>

#include "store/records/record_int.h"

enum { CHAIN_MAX = 6 }; /* kinds between a record and its customer */

/* --- The customers in sight: temp.kept_sight --- */

static kept_status read_version(kept_store *store, int64_t *ret_version, kept_err *err)
{
    KEPT_AUTO_LENT lent = {0};
    bool row = false;
    KEPT_TRY(kept_lend(store, "PRAGMA data_version", &lent, err));
    KEPT_TRY(kept_ledger_step(&store->ledger, lent.stmt, &row, err));
    *ret_version = row ? sqlite3_column_int64(lent.stmt, 0) : 0;
    return KEPT_OK;
}

static kept_status fill(kept_store *store, const kept_scope *scope, kept_err *err)
{
    KEPT_TRY(kept_lent_run(
        store, "CREATE TEMP TABLE IF NOT EXISTS kept_sight (id INTEGER PRIMARY KEY)", err));
    KEPT_TRY(kept_lent_run(store, "DELETE FROM temp.kept_sight", err));
    KEPT_AUTO_LENT add = {0};
    KEPT_TRY(kept_lend(store,
                       "INSERT OR IGNORE INTO temp.kept_sight SELECT record FROM customer_id"
                       " WHERE customer = ?1 AND record IS NOT NULL",
                       &add, err));
    for (size_t i = 0; i < scope->n_customers; i++) {
        sqlite3_bind_int64(add.stmt, 1, (int64_t)scope->customers[i]);
        KEPT_TRY(kept_lent_finish(store, &add, err));
        sqlite3_reset(add.stmt);
    }
    return KEPT_OK;
}

/* A ledger opened for reading refuses to write into temporary tables too. */
static kept_status fill_any(kept_store *store, const kept_scope *scope, kept_err *err)
{
    bool reads = !store->ledger.to_write;
    if (reads)
        KEPT_TRY(kept_lent_run(store, "PRAGMA query_only = OFF", err));
    kept_status status = fill(store, scope, err);
    if (reads)
        (void)sqlite3_exec(store->ledger.db, "PRAGMA query_only = ON", NULL, NULL, NULL);
    return status;
}

kept_status kept_record__need_sight(kept_store *store, const kept_scope *scope, kept_err *err)
{
    if (!scope || scope->sight != KEPT_SEES_SOME)
        return KEPT_OK;
    kept_record_use *use = NULL;
    unsigned char hash[sizeof use->sight_hash];
    int64_t version = 0;
    KEPT_TRY(kept_store__use(store, &use, err));
    KEPT_TRY(read_version(store, &version, err));
    crypto_generichash(hash, sizeof hash, (const unsigned char *)scope->customers,
                       scope->n_customers * sizeof *scope->customers, NULL, 0);
    if (use->sight_filled && memcmp(hash, use->sight_hash, sizeof hash) == 0 &&
        version == use->sight_version &&
        (use->writing || use->sight_changes == sqlite3_total_changes64(store->ledger.db)))
        return KEPT_OK;
    use->sight_filled = false;
    KEPT_TRY(fill_any(store, scope, err));
    memcpy(use->sight_hash, hash, sizeof hash);
    use->sight_version = version;
    use->sight_changes = sqlite3_total_changes64(store->ledger.db);
    /* A transaction for reading is rolled back in the end, and the table with it. */
    use->sight_filled = use->writing || sqlite3_get_autocommit(store->ledger.db);
    return KEPT_OK;
}

/* --- Conditions --- */

static void add_condition(const kept_store *store, const kept_record_kind *kind, const char *name,
                          int depth, kept_buf *sql);

/* One column of the field that leads on: empty, or the record it holds is in sight. */
static void add_step(const kept_store *store, const kept_record_field *field, size_t column,
                     const char *name, int depth, kept_buf *sql)
{
    const kept_record_kind *to = kept_record__to(store, field, column);
    bool customer = to && strcmp(to->name, KEPT_CUSTOMER) == 0;
    if (!to || (!to->of && !customer))
        return;
    if (customer) { /* said so that the index of the column serves */
        kept_buf_printf(sql, " AND (%s.", name);
        kept_record__add_column(sql, field, column);
        kept_buf_printf(sql, " IS NULL OR %s.", name);
        kept_record__add_column(sql, field, column);
        kept_buf_add(sql, " IN (SELECT id FROM temp.kept_sight))");
        return;
    }
    char next[16];
    snprintf(next, sizeof next, "s%d", depth + 1);
    kept_buf_printf(sql, " AND (%s.", name);
    kept_record__add_column(sql, field, column);
    kept_buf_printf(sql, " IS NULL OR EXISTS (SELECT 1 FROM \"%s\" %s WHERE %s.id = %s.", to->name,
                    next, next, name);
    kept_record__add_column(sql, field, column);
    add_condition(store, to, next, depth + 1, sql);
    kept_buf_add(sql, "))");
}

static void add_condition(const kept_store *store, const kept_record_kind *kind, const char *name,
                          int depth, kept_buf *sql)
{
    if (strcmp(kind->name, KEPT_CUSTOMER) == 0) {
        kept_buf_printf(sql, " AND %s.id IN (SELECT id FROM temp.kept_sight)", name);
        return;
    }
    const kept_record_field *of = kind->of ? kept_record_field_find(kind, kind->of) : NULL;
    if (!of)
        return;
    if (depth >= CHAIN_MAX) { /* a ring of kinds: what cannot be shown to be in sight is not */
        kept_buf_add(sql, " AND 0");
        return;
    }
    for (size_t i = 0; i < kept_tables_columns(of); i++)
        add_step(store, of, i, name, depth, sql);
}

kept_status kept_record__add_sight(kept_store *store, const kept_scope *scope,
                                   const kept_record_kind *kind, const char *name, kept_buf *sql,
                                   kept_err *err)
{
    if (!scope || scope->sight == KEPT_SEES_NOTHING) {
        kept_buf_add(sql, " AND 0");
        return KEPT_OK;
    }
    if (scope->sight == KEPT_SEES_ALL)
        return KEPT_OK;
    KEPT_TRY(kept_record__need_sight(store, scope, err));
    add_condition(store, kind, name, 0, sql);
    return KEPT_OK;
}

kept_status kept_record__in_sight(kept_store *store, const kept_scope *scope, kept_ref ref,
                                  bool *ret_yes, kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    KEPT_AUTO_LENT lent = {0};
    kept_buf_printf(&sql, "SELECT 1 FROM \"%s\" t WHERE t.id = ?1", ref.kind->name);
    KEPT_TRY(kept_record__add_sight(store, scope, ref.kind, "t", &sql, err));
    KEPT_TRY(kept_lend_built(store, &sql, &lent, err));
    sqlite3_bind_int64(lent.stmt, 1, ref.id);
    return kept_ledger_step(&store->ledger, lent.stmt, ret_yes, err);
}
