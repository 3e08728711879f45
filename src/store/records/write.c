#include "store/records/write.h"

#include <sodium.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "store/ledger/copy.h"
#include "store/records/write_int.h"

/* --- Beginning and ending --- */

static kept_status read_head(kept_writing *w, kept_err *err)
{
    KEPT_AUTO_LENT lent = {0};
    bool row = false;
    KEPT_TRY(kept_lend(w->store, "SELECT seq, at, chain FROM change_log ORDER BY seq DESC LIMIT 1",
                       &lent, err));
    KEPT_TRY(kept_ledger_step(&w->store->ledger, lent.stmt, &row, err));
    w->now = kept_time_now();
    if (!row)
        return KEPT_OK;
    const void *chain = sqlite3_column_blob(lent.stmt, 2);
    if (sqlite3_column_bytes(lent.stmt, 2) != KEPT_HASH || !chain)
        return kept_fail(err, KEPT_ECORRUPT,
                         "The last row of the change log is damaged; restore the ledger from a "
                         "backup.");
    memcpy(w->chain, chain, KEPT_HASH);
    w->seq = sqlite3_column_int64(lent.stmt, 0);
    int64_t last = sqlite3_column_int64(lent.stmt, 1);
    if (w->now < last) /* the clock of the machine was set back */
        w->now = last;
    return KEPT_OK;
}

static kept_status begin(kept_writing *w, kept_err *err)
{
    if (sodium_init() < 0)
        return kept_fail(err, KEPT_EINTERNAL, "The source of random numbers is not available.");
    /* What is overwritten leaves no trace in the file: needed when a person is erased later. */
    KEPT_TRY(kept_lent_run(w->store, "PRAGMA secure_delete = ON", err));
    KEPT_TRY(kept_ledger_begin(&w->store->ledger, err));
    w->use->writing = w;
    w->use->sight_filled = false;
    return read_head(w, err);
}

static kept_status check_begin(const kept_store *store, const kept_scope *scope, kept_err *err)
{
    if (!scope || scope->sight == KEPT_SEES_NOTHING || !scope->who)
        return kept_fail(err, KEPT_EDENIED, "%s may not change records.",
                         scope && scope->who ? scope->who : "Nobody");
    if (!store->to_write && !store->records)
        return kept_fail(err, KEPT_EINTERNAL, "The workspace %s was opened for reading only.",
                         store->folder);
    if (!sqlite3_get_autocommit(store->ledger.db))
        return kept_fail(err, KEPT_EINTERNAL, "A writing is under way already.");
    return KEPT_OK;
}

kept_status kept_writing_begin(kept_store *store, const kept_scope *scope, const char *through,
                               kept_writing **ret_writing, kept_err *err)
{
    kept_record_use *use = NULL;
    KEPT_TRY(check_begin(store, scope, err));
    KEPT_TRY(kept_store__use(store, &use, err));
    kept_writing *w = kept_mem_alloc(sizeof *w);
    if (!w)
        return kept_nomem(err);
    *w = (kept_writing){.store = store, .use = use, .scope = *scope};
    w->scope.who = kept_arena_strdup(&w->arena, scope->who);
    w->through = kept_arena_strdup(&w->arena, through);
    kept_status status = w->scope.who && w->through ? begin(w, err) : kept_nomem(err);
    if (status != KEPT_OK) {
        kept_writing_end(w);
        return status;
    }
    *ret_writing = w;
    return KEPT_OK;
}

kept_status kept_writing__check(const kept_writing *w, kept_err *err)
{
    if (w->done || sqlite3_get_autocommit(w->store->ledger.db))
        return kept_fail(err, KEPT_EIO, "The writing was broken off; nothing of it was kept.");
    return KEPT_OK;
}

kept_status kept_writing_commit(kept_writing *writing, kept_err *err)
{
    KEPT_TRY(kept_writing__check(writing, err));
    KEPT_TRY(kept_search__flush(writing, err));
    if (writing->erases)
        KEPT_TRY(
            kept_lent_run(writing->store, "INSERT INTO search (search) VALUES ('optimize')", err));
    KEPT_TRY(kept_ledger_commit(&writing->store->ledger, err));
    writing->done = true;
    writing->use->writing = NULL;
    if (!writing->erases)
        return KEPT_OK;
    /* SQLite's log still holds the old pages. While others read, it is emptied later. */
    (void)sqlite3_wal_checkpoint_v2(writing->store->ledger.db, NULL, SQLITE_CHECKPOINT_TRUNCATE,
                                    NULL, NULL);
    kept_ledger_copies_remove(writing->store->ledger.path);
    return KEPT_OK;
}

void kept_writing_end(kept_writing *writing)
{
    if (!writing)
        return;
    if (writing->use->writing == writing) {
        kept_ledger_rollback(&writing->store->ledger);
        writing->use->writing = NULL;
        writing->use->sight_filled = false;
    }
    kept_mem_free(writing->search);
    kept_arena_free(&writing->scratch);
    kept_arena_free(&writing->arena);
    kept_mem_free(writing);
}

void kept_writing__auto(kept_writing **writing)
{
    kept_writing_end(*writing);
}

kept_status kept_writing__save(kept_writing *w, kept_save *ret_save, kept_err *err)
{
    *ret_save = (kept_save){.seq = w->seq, .n_search = w->n_search};
    memcpy(ret_save->chain, w->chain, KEPT_HASH);
    return kept_lent_run(w->store, "SAVEPOINT kept_part", err);
}

kept_status kept_writing__end_save(kept_writing *w, const kept_save *save, kept_status status,
                                   kept_err *err)
{
    if (status == KEPT_OK)
        return kept_lent_run(w->store, "RELEASE kept_part", err);
    w->seq = save->seq;
    memcpy(w->chain, save->chain, KEPT_HASH);
    w->n_search = save->n_search;
    w->use->sight_filled = false;
    if (!sqlite3_get_autocommit(w->store->ledger.db))
        (void)sqlite3_exec(w->store->ledger.db, "ROLLBACK TO kept_part; RELEASE kept_part", NULL,
                           NULL, NULL);
    return status;
}

const char *kept_writing_blames(const kept_writing *writing)
{
    return writing->blames;
}

int64_t kept_writing_time(const kept_writing *writing)
{
    return writing->now;
}

/* --- The log --- */

static void bind_text(sqlite3_stmt *stmt, int at, const char *text)
{
    sqlite3_bind_text(stmt, at, text, -1, SQLITE_STATIC);
}

kept_status kept_writing__append(kept_writing *w, kept_ref ref, const char *action,
                                 const kept_buf *payload, const char *why, kept_err *err)
{
    KEPT_AUTO_LENT lent = {0};
    unsigned char salt[KEPT_SALT], chain[KEPT_HASH];
    if (payload->failed)
        return kept_nomem(err);
    randombytes_buf(salt, sizeof salt);
    kept_link link = {.seq = w->seq + 1,
                      .at = w->now,
                      .record = ref.id,
                      .who = w->scope.who,
                      .through = w->through,
                      .kind = ref.kind ? ref.kind->name : NULL,
                      .action = action};
    kept_chain__digest(salt, kept_buf_text(payload), payload->len, link.digest);
    kept_chain__next(w->chain, &link, chain);
    KEPT_TRY(kept_lend(w->store,
                       "INSERT INTO change_log (seq, at, who, through, kind, record, action, why,"
                       " payload, salt, digest, chain)"
                       " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
                       &lent, err));
    sqlite3_bind_int64(lent.stmt, 1, link.seq);
    sqlite3_bind_int64(lent.stmt, 2, link.at);
    bind_text(lent.stmt, 3, link.who);
    bind_text(lent.stmt, 4, link.through);
    bind_text(lent.stmt, 5, link.kind);
    if (ref.kind)
        sqlite3_bind_int64(lent.stmt, 6, link.record);
    bind_text(lent.stmt, 7, action);
    bind_text(lent.stmt, 8, why);
    bind_text(lent.stmt, 9, kept_buf_text(payload));
    sqlite3_bind_blob(lent.stmt, 10, salt, sizeof salt, SQLITE_STATIC);
    sqlite3_bind_blob(lent.stmt, 11, link.digest, sizeof link.digest, SQLITE_STATIC);
    sqlite3_bind_blob(lent.stmt, 12, chain, sizeof chain, SQLITE_STATIC);
    KEPT_TRY(kept_lent_finish(w->store, &lent, err));
    w->seq = link.seq;
    memcpy(w->chain, chain, sizeof chain);
    return KEPT_OK;
}

kept_status kept_writing_log(kept_writing *writing, kept_ref ref, const char *action,
                             const kept_log_value *values, size_t n_values, const char *why,
                             kept_err *err)
{
    KEPT_AUTO_BUF payload = KEPT_BUF_INIT;
    KEPT_TRY(kept_writing__check(writing, err));
    kept_buf_add_char(&payload, '{');
    for (size_t i = 0; i < n_values; i++) {
        kept_buf_add(&payload, i ? "," : "");
        kept_payload__add_text(&payload, values[i].field);
        kept_buf_add(&payload, ":[");
        kept_payload__add_text(&payload, values[i].old);
        kept_buf_add_char(&payload, ',');
        kept_payload__add_text(&payload, values[i].now);
        kept_buf_add_char(&payload, ']');
    }
    kept_payload__end(&payload, why);
    return kept_writing__append(writing, ref, action, &payload, why, err);
}
