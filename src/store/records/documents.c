#include "store/records/documents.h"

#include <stdio.h>
#include <string.h>

#include "base/array.h"

#include "store/records/write_int.h"

static const char *kind_of(kept_ref subject)
{
    return subject.kind ? subject.kind->name : "firm";
}

static void bind_subject(sqlite3_stmt *stmt, const char *document, kept_ref subject)
{
    sqlite3_bind_text(stmt, 1, document, -1, SQLITE_TRANSIENT);
    sqlite3_bind_text(stmt, 2, kind_of(subject), -1, SQLITE_STATIC);
    sqlite3_bind_int64(stmt, 3, subject.id);
}

/* --- Reading --- */

/* A version about a record that is out of sight is not there. */
static kept_status check_sight(kept_store *store, const kept_scope *scope, kept_ref subject,
                               kept_err *err)
{
    bool yes = scope->sight == KEPT_SEES_ALL;
    if (!yes && subject.kind)
        KEPT_TRY(kept_record__in_sight(store, scope, subject, &yes, err));
    if (!yes)
        return kept_fail(err, KEPT_ENOTFOUND, "There is no version of this document.");
    return KEPT_OK;
}

static kept_status read_row(kept_store *store, sqlite3_stmt *stmt, bool text, kept_arena *arena,
                            kept_document_version *ret_version, kept_err *err)
{
    bool ok = true;
    (void)store;
    *ret_version = (kept_document_version){
        .version = sqlite3_column_int64(stmt, 0),
        .made_at = sqlite3_column_int64(stmt, 1),
        .made_by = kept_ledger_text(stmt, 2, arena, &ok),
        .head = kept_ledger_text(stmt, 3, arena, &ok),
        .text = text ? kept_ledger_text(stmt, 4, arena, &ok) : NULL,
    };
    return ok ? KEPT_OK : kept_nomem(err);
}

kept_status kept_document_versions(kept_store *store, const kept_scope *scope, const char *document,
                                   kept_ref subject, kept_arena *arena,
                                   kept_document_version **ret_versions, size_t *ret_n,
                                   kept_err *err)
{
    static const char sql[] =
        "SELECT version, made_at, made_by, head, count(*) OVER () FROM document_version"
        " WHERE document = ?1 AND subject_kind = ?2 AND subject = ?3 ORDER BY version DESC";
    KEPT_AUTO_LENT lent = {0};
    kept_document_version *versions = NULL;
    size_t n = 0;
    bool row = true;
    KEPT_TRY(check_sight(store, scope, subject, err));
    KEPT_TRY(kept_lend(store, sql, &lent, err));
    bind_subject(lent.stmt, document, subject);
    while (row) {
        KEPT_TRY(kept_ledger_step(&store->ledger, lent.stmt, &row, err));
        if (!row)
            break;
        if (!versions)
            versions = KEPT_NEW_N(arena, kept_document_version,
                                  (size_t)sqlite3_column_int64(lent.stmt, 4));
        if (!versions)
            return kept_nomem(err);
        KEPT_TRY(read_row(store, lent.stmt, false, arena, &versions[n++], err));
    }
    *ret_versions = versions;
    *ret_n = n;
    return KEPT_OK;
}

kept_status kept_document_version_get(kept_store *store, const kept_scope *scope,
                                      const char *document, kept_ref subject, int64_t version,
                                      kept_arena *arena, kept_document_version *ret_version,
                                      kept_err *err)
{
    static const char sql[] =
        "SELECT version, made_at, made_by, head, text FROM document_version"
        " WHERE document = ?1 AND subject_kind = ?2 AND subject = ?3 AND (version = ?4 OR ?4 = 0)"
        " ORDER BY version DESC LIMIT 1";
    KEPT_AUTO_LENT lent = {0};
    bool row = false;
    KEPT_TRY(check_sight(store, scope, subject, err));
    KEPT_TRY(kept_lend(store, sql, &lent, err));
    bind_subject(lent.stmt, document, subject);
    sqlite3_bind_int64(lent.stmt, 4, version);
    KEPT_TRY(kept_ledger_step(&store->ledger, lent.stmt, &row, err));
    if (!row && version == 0)
        return kept_fail(err, KEPT_ENOTFOUND, "No version of \"%s\" was kept yet.", document);
    if (!row)
        return kept_fail(err, KEPT_ENOTFOUND, "There is no version %lld of \"%s\".",
                         (long long)version, document);
    return read_row(store, lent.stmt, true, arena, ret_version, err);
}

/* --- Keeping --- */

static void write_head(const unsigned char chain[KEPT_HASH], char ret_head[KEPT_HEAD_TEXT])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < KEPT_HASH; i++) {
        ret_head[2 * i] = digits[chain[i] >> 4];
        ret_head[2 * i + 1] = digits[chain[i] & 15];
    }
    ret_head[KEPT_HEAD_TEXT - 1] = '\0';
}

static kept_status insert(kept_writing *w, const char *document, kept_ref subject, int64_t version,
                          const char *text, kept_err *err)
{
    static const char sql[] =
        "INSERT INTO document_version (document, subject_kind, subject, version, made_at, made_by,"
        " text, head) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    KEPT_AUTO_LENT lent = {0};
    char head[KEPT_HEAD_TEXT];
    write_head(w->chain, head);
    KEPT_TRY(kept_lend(w->store, sql, &lent, err));
    bind_subject(lent.stmt, document, subject);
    sqlite3_bind_int64(lent.stmt, 4, version);
    sqlite3_bind_int64(lent.stmt, 5, w->now);
    sqlite3_bind_text(lent.stmt, 6, w->scope.who ? w->scope.who : "", -1, SQLITE_STATIC);
    sqlite3_bind_text(lent.stmt, 7, text, -1, SQLITE_STATIC);
    sqlite3_bind_text(lent.stmt, 8, head, -1, SQLITE_STATIC);
    return kept_lent_finish(w->store, &lent, err);
}

/* The log says that a version was kept, and its hash: its words are those of the records. */
static kept_status append(kept_writing *w, const char *document, kept_ref subject, int64_t version,
                          const char *text, const char *why, kept_err *err)
{
    unsigned char salt[KEPT_SALT] = {0}, digest[KEPT_HASH];
    char hash[KEPT_HEAD_TEXT], number[24];
    kept_chain__digest(salt, text, strlen(text), digest);
    write_head(digest, hash);
    snprintf(number, sizeof number, "%lld", (long long)version);
    const kept_log_value values[] = {
        {"document", NULL, document}, {"version", NULL, number}, {"hash", NULL, hash}};
    return kept_writing_log(w, subject, "keep", values, KEPT_N(values), why, err);
}

kept_status kept_document_keep(kept_writing *writing, const char *document, kept_ref subject,
                               const char *text, const char *why, int64_t *ret_version,
                               bool *ret_new, kept_err *err)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_document_version last = {0};
    KEPT_TRY(check_sight(writing->store, &writing->scope, subject, err));
    kept_status status = kept_document_version_get(writing->store, &writing->scope, document,
                                                   subject, 0, &arena, &last, err);
    if (status != KEPT_OK && status != KEPT_ENOTFOUND)
        return status;
    *ret_new = status != KEPT_OK || strcmp(last.text, text) != 0;
    *ret_version = last.version + *ret_new;
    if (!*ret_new)
        return KEPT_OK;
    KEPT_TRY(append(writing, document, subject, *ret_version, text, why, err));
    return insert(writing, document, subject, *ret_version, text, err);
}
