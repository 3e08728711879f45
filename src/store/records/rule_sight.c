/* Rules of people who see some customers only. On a connection of its own the ledger is attached
 * once more under a name that nobody can guess, and each table that is for rules is shadowed by a
 * temporary view of what is in sight. The guard refuses the ledger by its ordinary name, so a rule
 * that names a table in full gets nothing. */
#include <inttypes.h>
#include <string.h>

#include <sodium.h>

#include "base/text.h"
#include "store/inside.h"
#include "store/records/rule_int.h"

static const char customer_kind[] = "customer";

typedef struct sight {
    const kept_catalogue *catalogue;
    const char *hidden; /* the ledger's second name */
    kept_ledger *ledger;
} sight;

static kept_status run_sql(const sight *s, const kept_buf *sql, kept_err *err)
{
    if (sql->failed)
        return kept_nomem(err);
    return kept_ledger_exec(s->ledger, err, kept_buf_text(sql), "");
}

/* The rows of a table for which the condition holds; all when it is empty. */
static kept_status shadow(const sight *s, const char *columns, const char *table,
                          const kept_buf *condition, kept_err *err)
{
    if (condition->failed)
        return kept_nomem(err);
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    kept_buf_printf(&sql, "CREATE TEMP VIEW \"%s\" AS SELECT %s FROM \"%s\".\"%s\"%s%s", table,
                    columns, s->hidden, table, condition->len ? " WHERE " : "",
                    kept_buf_text(condition));
    return run_sql(s, &sql, err);
}

/* --- Records --- */

static void add_in_sight(kept_buf *sql, const char *column, const char *kind)
{
    kept_buf_printf(sql, "\"%s\" IN (SELECT id FROM temp.\"%s\")", column, kind);
}

/* Whoever sees the customer that a record leads to sees the record; one that leads to none is seen
 * by everybody. */
static void add_condition(const sight *s, kept_buf *sql, const kept_record_kind *kind)
{
    if (strcmp(kind->name, customer_kind) == 0) {
        kept_buf_printf(sql, "id IN (SELECT customer FROM \"%s_sight\")", s->hidden);
        return;
    }
    const kept_record_field *of = kind->of ? kept_record_field_find(kind, kind->of) : NULL;
    if (!of)
        return;
    KEPT_AUTO_BUF empty = KEPT_BUF_INIT;
    for (size_t i = 0; i < of->n_to; i++) {
        KEPT_AUTO_BUF column = KEPT_BUF_INIT;
        kept_buf_printf(&column, of->n_to > 1 ? "%s_%s" : "%s", of->name, of->to[i]);
        kept_buf_printf(&empty, "%s\"%s\" IS NULL", i ? " AND " : "", kept_buf_text(&column));
        add_in_sight(sql, kept_buf_text(&column), of->to[i]);
        kept_buf_add(sql, " OR ");
    }
    kept_buf_printf(sql, "(%s)", kept_buf_text(&empty));
}

static kept_status shadow_links(const sight *s, const kept_record_kind *kind, kept_err *err)
{
    for (size_t i = 0; i < kind->n_fields; i++) {
        const kept_record_field *field = &kind->fields[i];
        if (field->type != KEPT_RECORD_REFS)
            continue;
        KEPT_AUTO_BUF table = KEPT_BUF_INIT;
        KEPT_AUTO_BUF condition = KEPT_BUF_INIT;
        kept_buf_printf(&table, "%s__%s", kind->name, field->name);
        add_in_sight(&condition, kind->name, kind->name);
        kept_buf_add(&condition, " AND ");
        bool same = strcmp(field->to[0], kind->name) == 0;
        add_in_sight(&condition, same ? "other" : field->to[0], field->to[0]);
        KEPT_TRY(shadow(s, "*", kept_buf_text(&table), &condition, err));
    }
    return KEPT_OK;
}

static kept_status shadow_records(const sight *s, kept_err *err)
{
    for (size_t i = 0; i < s->catalogue->n_records; i++) {
        const kept_record_kind *kind = s->catalogue->records[i];
        KEPT_AUTO_BUF condition = KEPT_BUF_INIT;
        add_condition(s, &condition, kind);
        KEPT_TRY(shadow(s, "*", kind->name, &condition, err));
        KEPT_TRY(shadow_links(s, kind, err));
    }
    return KEPT_OK;
}

/* --- What is about records --- */

/* Rows about records in sight. What is about the whole firm is for those who see all of it. */
static kept_status shadow_about(const sight *s, const char *columns, const char *table,
                                const char *kind_column, const char *id_column, kept_err *err)
{
    KEPT_AUTO_BUF condition = KEPT_BUF_INIT;
    for (size_t i = 0; i < s->catalogue->n_records; i++) {
        const char *kind = s->catalogue->records[i]->name;
        kept_buf_printf(&condition, "%s(\"%s\" = '%s' AND ", i ? " OR " : "", kind_column, kind);
        add_in_sight(&condition, id_column, kind);
        kept_buf_add(&condition, ")");
    }
    return shadow(s, columns, table, &condition, err);
}

/* What judging gave, of promises about one customer in sight. A promise to many is judged by rows
 * of customers out of sight too. */
static kept_status shadow_judged(const sight *s, kept_err *err)
{
    static const char *const tables[] = {"verdict", "outlook", "prediction", "open_case"};
    KEPT_AUTO_BUF condition = KEPT_BUF_INIT;
    kept_buf_add(&condition, "promise IN (SELECT id FROM temp.promise WHERE customer IS NOT NULL)");
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        KEPT_TRY(shadow(s, "*", tables[i], &condition, err));
    return KEPT_OK;
}

/* Views of the ledger once more, so that the names in them mean the shadows. */
static kept_status copy_views(const sight *s, kept_arena *arena, kept_err *err)
{
    static const char create[] = "CREATE VIEW ";
    KEPT_AUTO_STMT *stmt = NULL;
    KEPT_TRY(kept_ledger_prepare(
        s->ledger, &stmt, err, "SELECT name, sql FROM main.sqlite_master WHERE type = 'view'", ""));
    for (;;) {
        bool row = false, ok = true;
        KEPT_TRY(kept_ledger_step(s->ledger, stmt, &row, err));
        if (!row)
            return KEPT_OK;
        const char *name = kept_ledger_text(stmt, 0, arena, &ok);
        const char *sql = kept_ledger_text(stmt, 1, arena, &ok);
        if (!ok)
            return kept_nomem(err);
        if (!kept_rule__is_open(s->catalogue, name) || !kept_text_starts(sql, create))
            continue;
        KEPT_AUTO_BUF copy = KEPT_BUF_INIT;
        kept_buf_printf(&copy, "CREATE TEMP VIEW %s", sql + sizeof create - 1);
        KEPT_TRY(run_sql(s, &copy, err));
    }
}

static kept_status fill_sight(const sight *s, const kept_scope *scope, kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    kept_buf_printf(&sql, "CREATE TEMP TABLE \"%s_sight\" (customer INTEGER PRIMARY KEY)",
                    s->hidden);
    KEPT_TRY(run_sql(s, &sql, err));
    kept_buf_clear(&sql);
    kept_buf_printf(&sql,
                    "INSERT OR IGNORE INTO \"%s_sight\" SELECT record FROM main.customer_id "
                    "WHERE customer = ?1 AND record IS NOT NULL",
                    s->hidden);
    if (sql.failed)
        return kept_nomem(err);
    for (size_t i = 0; i < scope->n_customers; i++)
        KEPT_TRY(kept_ledger_exec(s->ledger, err, kept_buf_text(&sql), "i",
                                  (int64_t)scope->customers[i]));
    return KEPT_OK;
}

static kept_status fill(const sight *s, const kept_scope *scope, kept_arena *arena, kept_err *err)
{
    static const char *const whole[] = {"measure_definition", "measure_run"};
    KEPT_TRY(kept_ledger_exec(s->ledger, err, "PRAGMA query_only = OFF", ""));
    KEPT_TRY(fill_sight(s, scope, err));
    KEPT_TRY(shadow_records(s, err));
    KEPT_TRY(shadow_about(s, "*", "measure_value", "subject_kind", "subject", err));
    KEPT_TRY(shadow_about(s, "*", "external_id", "kind", "record", err));
    KEPT_TRY(shadow_about(s, KEPT_RULE_LOG_COLUMNS, "change_log", "kind", "record", err));
    KEPT_TRY(shadow_judged(s, err));
    KEPT_AUTO_BUF none = KEPT_BUF_INIT;
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
        KEPT_TRY(shadow(s, "*", whole[i], &none, err));
    KEPT_TRY(copy_views(s, arena, err));
    return kept_ledger_exec(s->ledger, err, "PRAGMA query_only = ON", "");
}

static kept_status attach(const sight *s, kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    kept_buf_printf(&sql, "ATTACH ?1 AS \"%s\"", s->hidden);
    if (sql.failed)
        return kept_nomem(err);
    return kept_ledger_exec(s->ledger, err, kept_buf_text(&sql), "t", s->ledger->path);
}

kept_status kept_rule__open_sight(kept_store *store, const kept_scope *scope, kept_arena *arena,
                                  kept_ledger *ret_ledger, const char **ret_hidden, kept_err *err)
{
    uint64_t secret[2];
    randombytes_buf(secret, sizeof secret);
    const char *hidden =
        kept_arena_printf(arena, "ledger_%016" PRIx64 "%016" PRIx64, secret[0], secret[1]);
    if (!hidden)
        return kept_nomem(err);
    kept_ledger ledger = {0};
    KEPT_TRY(kept_ledger_open(store->ledger.path, false, &ledger, err));
    sight s = {.catalogue = kept_store_catalogue(store), .hidden = hidden, .ledger = &ledger};
    kept_status status = attach(&s, err);
    if (status == KEPT_OK)
        status = fill(&s, scope, arena, err);
    if (status != KEPT_OK) {
        kept_ledger_close(&ledger);
        return status;
    }
    *ret_ledger = ledger;
    *ret_hidden = hidden;
    return KEPT_OK;
}
