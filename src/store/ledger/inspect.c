#include "store/ledger/inspect.h"

#include <string.h>

#include <sodium.h>

#include "base/text.h"

enum { LINES = 5 }; /* as many faults are told as help to see what it is */

static const char *keep(kept_arena *arena, const kept_buf *text, kept_status *status, kept_err *err)
{
    const char *copy = text->failed ? NULL : kept_arena_strdup(arena, kept_buf_text(text));
    if (!copy)
        *status = kept_nomem(err);
    return copy;
}

kept_status kept_ledger_integrity(kept_ledger *ledger, bool quick, kept_arena *arena,
                                  const char **ret_fault, kept_err *err)
{
    KEPT_AUTO_STMT *stmt = NULL;
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    bool row = false;
    KEPT_TRY(kept_ledger_prepare(
        ledger, &stmt, err, quick ? "PRAGMA quick_check(5)" : "PRAGMA integrity_check(5)", ""));
    for (int i = 0; i < LINES; i++) {
        KEPT_TRY(kept_ledger_step(ledger, stmt, &row, err));
        if (!row)
            break;
        const char *line = (const char *)sqlite3_column_text(stmt, 0);
        if (line && strcmp(line, "ok") != 0)
            kept_buf_printf(&text, "%s%.300s", text.len ? "; " : "", line);
    }
    kept_status status = KEPT_OK;
    *ret_fault = text.len ? keep(arena, &text, &status, err) : NULL;
    return status;
}

kept_status kept_ledger_references(kept_ledger *ledger, kept_arena *arena, const char **ret_fault,
                                   kept_err *err)
{
    KEPT_AUTO_STMT *stmt = NULL;
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    bool row = true;
    int n = 0;
    KEPT_TRY(kept_ledger_prepare(ledger, &stmt, err, "PRAGMA foreign_key_check", ""));
    for (; row && n <= LINES; n++) {
        KEPT_TRY(kept_ledger_step(ledger, stmt, &row, err));
        if (!row)
            break;
        const char *table = (const char *)sqlite3_column_text(stmt, 0);
        const char *parent = (const char *)sqlite3_column_text(stmt, 2);
        if (n == LINES)
            kept_buf_add(&text, "; and more");
        else
            kept_buf_printf(&text, "%srow %lld of %s refers to a row of %s that is not there",
                            n ? "; " : "", (long long)sqlite3_column_int64(stmt, 1),
                            table ? table : "?", parent ? parent : "?");
    }
    kept_status status = KEPT_OK;
    *ret_fault = text.len ? keep(arena, &text, &status, err) : NULL;
    return status;
}

kept_status kept_ledger_has_table(kept_ledger *ledger, const char *name, bool *ret_has,
                                  kept_err *err)
{
    KEPT_AUTO_STMT *stmt = NULL;
    bool row = false;
    KEPT_TRY(kept_ledger_prepare(ledger, &stmt, err,
                                 "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1",
                                 "t", name));
    KEPT_TRY(kept_ledger_step(ledger, stmt, &row, err));
    *ret_has = row;
    return KEPT_OK;
}

kept_status kept_ledger_head(kept_ledger *ledger, char ret_head[static KEPT_LEDGER_HEAD_TEXT],
                             int64_t *ret_rows, kept_err *err)
{
    static const unsigned char none[32];
    bool has = false, row = false;
    int64_t rows = 0;
    sodium_bin2hex(ret_head, KEPT_LEDGER_HEAD_TEXT, none, sizeof none);
    KEPT_TRY(kept_ledger_has_table(ledger, "change_log", &has, err));
    if (has) {
        KEPT_AUTO_STMT *stmt = NULL;
        KEPT_TRY(kept_ledger_int(ledger, "SELECT count(*) FROM change_log", &rows, err));
        KEPT_TRY(kept_ledger_prepare(ledger, &stmt, err,
                                     "SELECT chain FROM change_log ORDER BY seq DESC LIMIT 1", ""));
        KEPT_TRY(kept_ledger_step(ledger, stmt, &row, err));
        if (row && sqlite3_column_bytes(stmt, 0) == (int)sizeof none)
            sodium_bin2hex(ret_head, KEPT_LEDGER_HEAD_TEXT, sqlite3_column_blob(stmt, 0),
                           sizeof none);
    }
    *ret_rows = rows;
    return KEPT_OK;
}
