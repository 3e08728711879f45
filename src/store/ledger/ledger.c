#include "store/ledger/ledger.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "base/text.h"
#include "store/ledger/declared.h"
#include "store/ledger/tables.h"

/* --- Errors and waiting --- */

static bool is_cancelled(const kept_ledger *ledger)
{
    return ledger->cancel && *ledger->cancel;
}

/* Called by SQLite while another program holds what we need; 0 gives up. Naps are short at first,
 * because most writings are, and never so long that a cancel would be felt late. */
static int on_busy(void *context, int tries)
{
    enum { MIN_NAP_MICROS = 500, MAX_NAP_MICROS = 20000 };
    kept_ledger *ledger = context;
    int64_t now = kept_time_now();
    if (tries == 0)
        ledger->waits_since = now;
    if (is_cancelled(ledger) || now - ledger->waits_since > KEPT_LEDGER_WAIT_MS * INT64_C(1000))
        return 0;
    int nap = tries < 6 ? MIN_NAP_MICROS << tries : MAX_NAP_MICROS;
    usleep((useconds_t)nap);
    return 1;
}

kept_status kept_ledger_fail(const kept_ledger *ledger, int rc, kept_err *err)
{
    const char *path = ledger->path;
    const char *text = ledger->db ? sqlite3_errmsg(ledger->db) : sqlite3_errstr(rc);
    switch (rc & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        if (is_cancelled(ledger))
            return kept_fail(err, KEPT_ECANCELLED, "Cancelled.");
        return kept_fail(err, KEPT_EBUSY,
                         "Another program is writing to %s; try again when it has ended.", path);
    case SQLITE_FULL:
        return kept_fail(err, KEPT_EIO, "The disk is full: %s could not be written.", path);
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return kept_fail(err, KEPT_EIO, "%s may not be written; check its permissions.", path);
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR:
        return kept_fail(err, KEPT_EIO, "%s could not be read or written (%s).", path, text);
    case SQLITE_CORRUPT:
        return kept_fail(err, KEPT_ECORRUPT, "%s is damaged (%s); restore it from a backup.", path,
                         text);
    case SQLITE_NOTADB:
        return kept_fail(err, KEPT_EINPUT, "%s is not a ledger of Kept.", path);
    case SQLITE_NOMEM:
        return kept_nomem(err);
    default:
        return kept_fail(err, KEPT_EINTERNAL, "The ledger %s refused a step (%s).", path, text);
    }
}

/* --- Opening --- */

kept_status kept_ledger_run(kept_ledger *ledger, const char *sql, kept_err *err)
{
    int rc = sqlite3_exec(ledger->db, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK ? KEPT_OK : kept_ledger_fail(ledger, rc, err);
}

static kept_status fill_new(kept_ledger *ledger, const kept_catalogue *catalogue, kept_err *err)
{
    KEPT_AUTO_BUF tables = KEPT_BUF_INIT;
    kept_tables_sql(catalogue, &tables);
    kept_buf_printf(&tables, "PRAGMA application_id = %d; PRAGMA user_version = %d;",
                    (int)KEPT_LEDGER_APPLICATION_ID, (int)KEPT_LEDGER_VERSION);
    if (tables.failed)
        return kept_nomem(err);
    KEPT_TRY(kept_ledger_run(ledger, "PRAGMA synchronous = FULL; BEGIN IMMEDIATE;", err));
    KEPT_TRY(kept_ledger__make_form_1(ledger, err));
    KEPT_TRY(kept_ledger__make_form_2(ledger, err));
    KEPT_TRY(kept_ledger__make_form_3(ledger, err));
    KEPT_TRY(kept_ledger_run(ledger, kept_buf_text(&tables), err));
    KEPT_TRY(kept_declared_write(ledger, catalogue, err));
    KEPT_TRY(kept_ledger_run(ledger, "COMMIT;", err));
    return kept_ledger_run(ledger, "PRAGMA journal_mode = WAL;", err);
}

kept_status kept_ledger_create(const char *path, const kept_catalogue *catalogue, kept_err *err)
{
    kept_ledger ledger = {.path = path, .to_write = true};
    int rc = sqlite3_open_v2(path, &ledger.db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
    kept_status status =
        rc == SQLITE_OK ? fill_new(&ledger, catalogue, err) : kept_ledger_fail(&ledger, rc, err);
    kept_ledger_close(&ledger);
    return status;
}

kept_status kept_ledger_int(kept_ledger *ledger, const char *sql, int64_t *ret, kept_err *err)
{
    KEPT_AUTO_STMT *stmt = NULL;
    KEPT_TRY(kept_ledger_prepare(ledger, &stmt, err, sql, ""));
    bool row = false;
    KEPT_TRY(kept_ledger_step(ledger, stmt, &row, err));
    *ret = row ? sqlite3_column_int64(stmt, 0) : 0;
    return KEPT_OK;
}

static kept_status check_version(kept_ledger *ledger, kept_err *err)
{
    int64_t id = 0, version = 0;
    KEPT_TRY(kept_ledger_int(ledger, "PRAGMA application_id", &id, err));
    KEPT_TRY(kept_ledger_int(ledger, "PRAGMA user_version", &version, err));
    if (id != KEPT_LEDGER_APPLICATION_ID)
        return kept_fail(err, KEPT_EINPUT, "%s is not a ledger of Kept.", ledger->path);
    if (version > KEPT_LEDGER_VERSION)
        return kept_fail(err, KEPT_EINPUT,
                         "%s was made by a newer Kept (form %lld, this program knows %d); "
                         "use the newer program.",
                         ledger->path, (long long)version, (int)KEPT_LEDGER_VERSION);
    ledger->form = (int)version;
    return KEPT_OK;
}

static kept_status prepare_use(kept_ledger *ledger, kept_err *err)
{
    sqlite3_extended_result_codes(ledger->db, 1);
    KEPT_TRY(check_version(ledger, err));
    KEPT_TRY(kept_ledger_run(ledger,
                             "PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL;"
                             "PRAGMA trusted_schema = OFF; PRAGMA cache_size = -65536;",
                             err));
    return ledger->to_write ? KEPT_OK : kept_ledger_run(ledger, "PRAGMA query_only = ON;", err);
}

/* In a folder that cannot be written SQLite has nowhere for its shared memory. Without a log beside
 * it the file is whole and nobody can change it: then it may be read as it is. */
static kept_status open_immutable(kept_ledger *ledger, kept_err *err)
{
    KEPT_AUTO_BUF uri = KEPT_BUF_INIT;
    kept_buf_add(&uri, "file:");
    for (const char *c = ledger->path; *c; c++) {
        if (*c == '?' || *c == '#' || *c == '%')
            kept_buf_printf(&uri, "%%%02x", (unsigned)(unsigned char)*c);
        else
            kept_buf_add_char(&uri, *c);
    }
    kept_buf_add(&uri, "?immutable=1");
    if (uri.failed)
        return kept_nomem(err);
    int rc = sqlite3_open_v2(kept_buf_text(&uri), &ledger->db,
                             SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL);
    if (rc != SQLITE_OK)
        return kept_ledger_fail(ledger, rc, err);
    return prepare_use(ledger, err);
}

static bool has_log(const char *path)
{
    KEPT_AUTO_BUF log = KEPT_BUF_INIT;
    kept_buf_printf(&log, "%s-wal", path);
    return access(kept_buf_text(&log), F_OK) == 0;
}

kept_status kept_ledger_open(const char *path, bool to_write, kept_ledger *ret_ledger,
                             kept_err *err)
{
    kept_ledger ledger = {.path = path, .to_write = to_write};
    /* Read-write also for readers: the last one to close tidies SQLite's log away. */
    /* A store is used by one thread at a time, as all of it. */
    int rc = sqlite3_open_v2(path, &ledger.db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    kept_status status = KEPT_OK;
    if (rc == SQLITE_OK) {
        sqlite3_busy_timeout(ledger.db, KEPT_LEDGER_WAIT_MS);
        status = prepare_use(&ledger, err);
    } else {
        status = kept_ledger_fail(&ledger, rc, err);
    }
    if (status == KEPT_EIO && !to_write && !has_log(path)) {
        kept_ledger_close(&ledger);
        status = open_immutable(&ledger, err);
    }
    if (status != KEPT_OK) {
        kept_ledger_close(&ledger);
        return status;
    }
    ledger.cancel = ret_ledger->cancel;
    *ret_ledger = ledger;
    sqlite3_busy_handler(ret_ledger->db, on_busy, ret_ledger);
    return KEPT_OK;
}

void kept_ledger_close(kept_ledger *ledger)
{
    kept_ledger_rollback(ledger);
    sqlite3_close_v2(ledger->db);
    ledger->db = NULL;
}

/* --- Transactions --- */

/* Statements made from declarations that are no longer those of the tables must not run. */
static kept_status check_declared(kept_ledger *ledger, kept_err *err)
{
    KEPT_AUTO_STMT *stmt = NULL;
    bool same = false;
    KEPT_TRY(kept_ledger_prepare(ledger, &stmt, err,
                                 "SELECT 1 FROM declaration WHERE what = 'records'"
                                 " AND name = 'all' AND hash = ?1",
                                 "t", ledger->declared));
    KEPT_TRY(kept_ledger_step(ledger, stmt, &same, err));
    if (same)
        return KEPT_OK;
    return kept_fail(err, KEPT_EBUSY,
                     "The declarations of the workspace were changed by another program; do it "
                     "again.");
}

kept_status kept_ledger_begin(kept_ledger *ledger, kept_err *err)
{
    KEPT_TRY(kept_ledger_run(ledger, "BEGIN IMMEDIATE", err));
    kept_status status = ledger->declared[0] ? check_declared(ledger, err) : KEPT_OK;
    if (status != KEPT_OK)
        kept_ledger_rollback(ledger);
    return status;
}

kept_status kept_ledger_commit(kept_ledger *ledger, kept_err *err)
{
    return kept_ledger_run(ledger, "COMMIT", err);
}

void kept_ledger_rollback(kept_ledger *ledger)
{
    if (ledger->db && !sqlite3_get_autocommit(ledger->db))
        (void)sqlite3_exec(ledger->db, "ROLLBACK", NULL, NULL, NULL);
}

kept_status kept_ledger_read_begin(kept_ledger *ledger, bool *ret_begun, kept_err *err)
{
    *ret_begun = sqlite3_get_autocommit(ledger->db) != 0;
    return *ret_begun ? kept_ledger_run(ledger, "BEGIN", err) : KEPT_OK;
}

void kept_ledger_read_end(kept_ledger *ledger, bool begun)
{
    if (begun)
        kept_ledger_rollback(ledger);
}

/* --- Statements --- */

void kept_ledger__auto_stmt(sqlite3_stmt **stmt)
{
    sqlite3_finalize(*stmt);
}

static kept_status prepare_list(kept_ledger *ledger, sqlite3_stmt **ret_stmt, kept_err *err,
                                const char *sql, const char *types, va_list values)
{
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(ledger->db, sql, -1, &stmt, NULL);
    for (int i = 0; rc == SQLITE_OK && types[i]; i++) {
        if (types[i] == 'i')
            rc = sqlite3_bind_int64(stmt, i + 1, va_arg(values, int64_t));
        else
            rc = sqlite3_bind_text(stmt, i + 1, va_arg(values, const char *), -1, SQLITE_TRANSIENT);
    }
    if (rc != SQLITE_OK) {
        kept_status status = kept_ledger_fail(ledger, rc, err);
        sqlite3_finalize(stmt);
        return status;
    }
    *ret_stmt = stmt;
    return KEPT_OK;
}

kept_status kept_ledger_prepare(kept_ledger *ledger, sqlite3_stmt **ret_stmt, kept_err *err,
                                const char *sql, const char *types, ...)
{
    va_list values;
    va_start(values, types);
    kept_status status = prepare_list(ledger, ret_stmt, err, sql, types, values);
    va_end(values);
    return status;
}

kept_status kept_ledger_step(kept_ledger *ledger, sqlite3_stmt *stmt, bool *ret_row, kept_err *err)
{
    int rc = sqlite3_step(stmt);
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        return kept_ledger_fail(ledger, rc, err);
    *ret_row = rc == SQLITE_ROW;
    return KEPT_OK;
}

kept_status kept_ledger_exec(kept_ledger *ledger, kept_err *err, const char *sql, const char *types,
                             ...)
{
    KEPT_AUTO_STMT *stmt = NULL;
    va_list values;
    va_start(values, types);
    kept_status status = prepare_list(ledger, &stmt, err, sql, types, values);
    va_end(values);
    KEPT_TRY(status);
    bool row = true;
    while (row)
        KEPT_TRY(kept_ledger_step(ledger, stmt, &row, err));
    return KEPT_OK;
}

const char *kept_ledger_text(sqlite3_stmt *stmt, int column, kept_arena *arena, bool *ok)
{
    if (sqlite3_column_type(stmt, column) == SQLITE_NULL)
        return NULL;
    const char *text = (const char *)sqlite3_column_text(stmt, column);
    const char *copy = text ? kept_arena_strdup(arena, text) : NULL;
    if (!copy)
        *ok = false;
    return copy;
}

/* --- Settings and time --- */

kept_status kept_ledger_setting(kept_ledger *ledger, const char *name, kept_arena *arena,
                                const char **ret_value, kept_err *err)
{
    KEPT_AUTO_STMT *stmt = NULL;
    KEPT_TRY(kept_ledger_prepare(ledger, &stmt, err, "SELECT value FROM setting WHERE name = ?1",
                                 "t", name));
    bool row = false, ok = true;
    KEPT_TRY(kept_ledger_step(ledger, stmt, &row, err));
    const char *value = row ? kept_ledger_text(stmt, 0, arena, &ok) : NULL;
    if (!ok)
        return kept_nomem(err);
    *ret_value = value;
    return KEPT_OK;
}

kept_status kept_ledger_set(kept_ledger *ledger, const char *name, const char *value, kept_err *err)
{
    return kept_ledger_exec(ledger, err,
                            "INSERT INTO setting (name, value) VALUES (?1, ?2) "
                            "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                            "tt", name, value);
}

kept_status kept_ledger_next_time(kept_ledger *ledger, int64_t *ret_micros, kept_err *err)
{
    int64_t last = 0;
    KEPT_TRY(kept_ledger_int(ledger, "SELECT max(max(imported_at), max(undone_at)) FROM import",
                             &last, err));
    int64_t now = kept_time_now();
    *ret_micros = now > last ? now : last + 1;
    return KEPT_OK;
}
