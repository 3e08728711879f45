#include "store/records/use.h"

#include <string.h>

#include "base/mem.h"
#include "store/inside.h"

kept_status kept_store__use(kept_store *store, kept_record_use **ret_use, kept_err *err)
{
    if (!store->use) {
        store->use = kept_mem_alloc(sizeof *store->use);
        if (!store->use)
            return kept_nomem(err);
        memset(store->use, 0, sizeof *store->use);
    }
    *ret_use = store->use;
    return KEPT_OK;
}

static void drop_slot(kept_stmt_slot *slot)
{
    sqlite3_finalize(slot->stmt);
    kept_mem_free(slot->sql);
    *slot = (kept_stmt_slot){0};
}

void kept_record_use_free(kept_record_use *use)
{
    if (!use)
        return;
    for (size_t i = 0; i < KEPT_STMTS; i++)
        drop_slot(&use->slots[i]);
    kept_mem_free(use);
}

/* FNV-1a. */
static uint64_t hash_text(const char *text)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (const unsigned char *c = (const unsigned char *)text; *c; c++)
        hash = (hash ^ *c) * UINT64_C(1099511628211);
    return hash;
}

/* The slot that holds the text, or the free one where it would stand; NULL: no room. */
static kept_stmt_slot *find_slot(kept_record_use *use, const char *sql, uint64_t hash)
{
    for (size_t i = 0; i < KEPT_STMTS; i++) {
        kept_stmt_slot *slot = &use->slots[(hash + i) % KEPT_STMTS];
        if (!slot->sql || (slot->hash == hash && strcmp(slot->sql, sql) == 0))
            return slot;
    }
    return NULL;
}

/* A table that is nearly full is emptied whole, which keeps the search for a slot simple. */
static void make_room(kept_record_use *use)
{
    if (use->n_slots < KEPT_STMTS - KEPT_STMTS / 4)
        return;
    for (size_t i = 0; i < KEPT_STMTS; i++)
        if (use->slots[i].lent)
            return;
    for (size_t i = 0; i < KEPT_STMTS; i++)
        drop_slot(&use->slots[i]);
    use->n_slots = 0;
}

static bool keep(kept_record_use *use, kept_stmt_slot *slot, const char *sql, uint64_t hash,
                 sqlite3_stmt *stmt)
{
    size_t len = strlen(sql) + 1;
    char *copy = kept_mem_alloc(len);
    if (!copy)
        return false;
    memcpy(copy, sql, len);
    *slot = (kept_stmt_slot){.sql = copy, .hash = hash, .stmt = stmt, .lent = true};
    use->n_slots++;
    return true;
}

kept_status kept_lend(kept_store *store, const char *sql, kept_lent *ret_lent, kept_err *err)
{
    kept_record_use *use = NULL;
    KEPT_TRY(kept_store__use(store, &use, err));
    make_room(use);
    uint64_t hash = hash_text(sql);
    kept_stmt_slot *slot = find_slot(use, sql, hash);
    if (slot && slot->sql && !slot->lent) {
        slot->lent = true;
        *ret_lent = (kept_lent){slot->stmt, slot};
        return KEPT_OK;
    }
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v3(store->ledger.db, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL);
    if (rc != SQLITE_OK)
        return kept_ledger_fail(&store->ledger, rc, err);
    bool kept = slot && !slot->sql && keep(use, slot, sql, hash, stmt);
    *ret_lent = (kept_lent){stmt, kept ? slot : NULL};
    return KEPT_OK;
}

kept_status kept_lend_built(kept_store *store, const kept_buf *sql, kept_lent *ret_lent,
                            kept_err *err)
{
    if (sql->failed)
        return kept_nomem(err);
    return kept_lend(store, kept_buf_text(sql), ret_lent, err);
}

void kept_lent_back(kept_lent *lent)
{
    if (lent->slot) {
        sqlite3_reset(lent->stmt);
        sqlite3_clear_bindings(lent->stmt);
        lent->slot->lent = false;
    } else {
        sqlite3_finalize(lent->stmt);
    }
    *lent = (kept_lent){0};
}

kept_status kept_lent_finish(kept_store *store, kept_lent *lent, kept_err *err)
{
    for (bool row = true; row;)
        KEPT_TRY(kept_ledger_step(&store->ledger, lent->stmt, &row, err));
    return KEPT_OK;
}

kept_status kept_lent_run(kept_store *store, const char *sql, kept_err *err)
{
    KEPT_AUTO_LENT lent = {0};
    KEPT_TRY(kept_lend(store, sql, &lent, err));
    return kept_lent_finish(store, &lent, err);
}
