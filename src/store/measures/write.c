#include "store/measures/write.h"

#include <math.h>

#include <sodium.h>

#include "base/date.h"

void kept_definition_hash(const kept_measure *measure, char ret_hash[static KEPT_DEFINITION_HASH])
{
    unsigned char hash[(KEPT_DEFINITION_HASH - 1) / 2];
    crypto_generichash(hash, sizeof hash, (const unsigned char *)measure->text, measure->len, NULL,
                       0);
    sodium_bin2hex(ret_hash, KEPT_DEFINITION_HASH, hash, sizeof hash);
}

kept_status kept_measures__may_write(const kept_store *store, const kept_scope *scope,
                                     kept_err *err)
{
    if (!store->to_write && !store->records)
        return kept_fail(err, KEPT_EINTERNAL, "The workspace is not open for writing measures.");
    if (scope->sight != KEPT_SEES_ALL)
        return kept_fail(err, KEPT_EDENIED,
                         "Measures are of all customers; %s may not see all of them.",
                         scope->who ? scope->who : "nobody");
    return KEPT_OK;
}

/* The one definition's row that says what the measure is now; a new row when it has changed. */
static kept_status definition(kept_ledger *ledger, const kept_measure *m, int64_t now,
                              int64_t *ret_id, kept_err *err)
{
    char hash[KEPT_DEFINITION_HASH];
    bool row = false;
    kept_definition_hash(m, hash);
    KEPT_AUTO_STMT *find = NULL;
    KEPT_TRY(kept_ledger_prepare(ledger, &find, err,
                                 "SELECT id, hash = ?2 FROM measure_definition WHERE measure = ?1"
                                 " ORDER BY id DESC LIMIT 1",
                                 "tt", m->name, hash));
    KEPT_TRY(kept_ledger_step(ledger, find, &row, err));
    if (row && sqlite3_column_int(find, 1)) {
        *ret_id = sqlite3_column_int64(find, 0);
        return KEPT_OK;
    }
    KEPT_AUTO_STMT *add = NULL;
    KEPT_TRY(kept_ledger_prepare(ledger, &add, err,
                                 "INSERT INTO measure_definition (measure, text, hash, since)"
                                 " VALUES (?1, ?2, ?3, ?4) RETURNING id",
                                 "ttti", m->name, m->text, hash, now));
    KEPT_TRY(kept_ledger_step(ledger, add, &row, err));
    *ret_id = sqlite3_column_int64(add, 0);
    return kept_ledger_step(ledger, add, &row, err);
}

/* A run without --known-at knows all up to the moment it ran. */
static kept_status remove_runs(kept_ledger *ledger, const kept_measure *m, const char *as_of,
                               const kept_scope *scope, kept_err *err)
{
    static const char since[] = "SELECT id FROM measure_run WHERE measure = ?1 AND as_of >= ?2";
    static const char same[] =
        "SELECT id FROM measure_run WHERE measure = ?1 AND as_of = ?2 AND known_at = ran_at";
    static const char known[] =
        "SELECT id FROM measure_run WHERE measure = ?1 AND as_of = ?2 AND known_at = ?3"
        " AND known_at < ran_at";
    bool all = scope->known_at == KEPT_NO_TIME;
    const char *which = !all ? known : scope->as_of == KEPT_NO_DAY ? since : same;
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    for (int i = 0; i < 2; i++) {
        kept_buf_clear(&sql);
        kept_buf_printf(&sql, "DELETE FROM %s IN (%s)",
                        i ? "measure_run WHERE id" : "measure_value WHERE run", which);
        if (sql.failed)
            return kept_nomem(err);
        KEPT_TRY(kept_ledger_exec(ledger, err, kept_buf_text(&sql), all ? "tt" : "tti", m->name,
                                  as_of, scope->known_at));
    }
    return KEPT_OK;
}

static kept_status add_run(kept_ledger *ledger, const kept_scope *scope, kept_measure_writer *w,
                           kept_err *err)
{
    int64_t now = kept_time_now(), id = 0;
    int64_t known_at = scope->known_at == KEPT_NO_TIME ? now : scope->known_at;
    bool row = false;
    KEPT_TRY(definition(ledger, w->measure, now, &id, err));
    KEPT_AUTO_STMT *stmt = NULL;
    KEPT_TRY(kept_ledger_prepare(
        ledger, &stmt, err,
        "INSERT INTO measure_run (measure, definition, as_of, known_at, ran_at, imports, who)"
        " VALUES (?1, ?2, ?3, ?4, ?5, (SELECT coalesce(max(id), 0) FROM import), ?6) RETURNING id",
        "titiit", w->measure->name, id, w->as_of, known_at, now, scope->who));
    KEPT_TRY(kept_ledger_step(ledger, stmt, &row, err));
    w->run = sqlite3_column_int64(stmt, 0);
    return kept_ledger_step(ledger, stmt, &row, err);
}

kept_status kept_measure_writer_open(kept_store *store, const kept_scope *scope,
                                     const kept_measure *measure, int32_t as_of,
                                     kept_measure_writer *ret_writer, kept_err *err)
{
    kept_ledger *ledger = &store->ledger;
    kept_measure_writer w = {.ledger = ledger,
                             .measure = measure,
                             .subject_kind = measure->per == KEPT_PER_CUSTOMER
                                                 ? KEPT_SUBJECT_CUSTOMER
                                                 : KEPT_SUBJECT_FIRM};
    kept_day_write(as_of, w.as_of);
    KEPT_TRY(remove_runs(ledger, measure, w.as_of, scope, err));
    KEPT_TRY(add_run(ledger, scope, &w, err));
    KEPT_TRY(kept_ledger_prepare(
        ledger, &w.insert, err,
        "INSERT INTO measure_value (measure, subject_kind, subject, period_start, period_end,"
        " value, exact, n, coverage, as_of, run)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        ""));
    *ret_writer = w;
    return KEPT_OK;
}

kept_status kept_measure_writer_add(kept_measure_writer *w, int64_t subject, int32_t start,
                                    int32_t end, const kept_measured *value, int64_t n,
                                    double coverage, kept_err *err)
{
    char from[11], until[11];
    bool row = false;
    sqlite3_stmt *stmt = w->insert;
    kept_day_write(start, from);
    kept_day_write(end, until);
    sqlite3_reset(stmt);
    sqlite3_clear_bindings(stmt); /* what is not bound is NULL: not measured */
    sqlite3_bind_text(stmt, 1, w->measure->name, -1, SQLITE_STATIC);
    sqlite3_bind_text(stmt, 2, w->subject_kind, -1, SQLITE_STATIC);
    sqlite3_bind_int64(stmt, 3, subject);
    sqlite3_bind_text(stmt, 4, from, -1, SQLITE_STATIC);
    sqlite3_bind_text(stmt, 5, until, -1, SQLITE_STATIC);
    if (value->known)
        sqlite3_bind_double(stmt, 6, value->value);
    if (value->known && value->exact)
        sqlite3_bind_int64(stmt, 7, value->units);
    sqlite3_bind_int64(stmt, 8, n);
    if (!isnan(coverage))
        sqlite3_bind_double(stmt, 9, coverage);
    sqlite3_bind_text(stmt, 10, w->as_of, -1, SQLITE_STATIC);
    sqlite3_bind_int64(stmt, 11, w->run);
    KEPT_TRY(kept_ledger_step(w->ledger, stmt, &row, err));
    sqlite3_reset(stmt); /* the texts bound go out of sight */
    return KEPT_OK;
}

void kept_measure_writer_close(kept_measure_writer *writer)
{
    sqlite3_finalize(writer->insert);
    writer->insert = NULL;
}

kept_status kept_measure__forget(kept_store *store, const kept_measure *measure, kept_err *err)
{
    kept_ledger *ledger = &store->ledger;
    KEPT_TRY(kept_ledger_begin(ledger, err));
    kept_status status = kept_ledger_exec(ledger, err,
                                          "DELETE FROM measure_value WHERE run IN"
                                          " (SELECT id FROM measure_run WHERE measure = ?1)",
                                          "t", measure->name);
    if (status == KEPT_OK)
        status = kept_ledger_exec(ledger, err, "DELETE FROM measure_run WHERE measure = ?1", "t",
                                  measure->name);
    if (status == KEPT_OK)
        status = kept_ledger_commit(ledger, err);
    if (status != KEPT_OK)
        kept_ledger_rollback(ledger);
    return status;
}
