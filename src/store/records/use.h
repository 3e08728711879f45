/* store/records/use.h - what an open store keeps for the use of records: prepared statements, lent
 * by their text, who is in sight, and the writing that is under way. Private to src/store. */
#ifndef KEPT_STORE_RECORDS_USE_H
#define KEPT_STORE_RECORDS_USE_H

#include <sqlite3.h>

#include "base/text.h"
#include "store/records/write.h"

enum { KEPT_STMTS = 512 }; /* room of the table; a power of two */

typedef struct kept_stmt_slot {
    char *sql; /* NULL: free */
    uint64_t hash;
    sqlite3_stmt *stmt;
    bool lent;
} kept_stmt_slot;

typedef struct kept_record_use {
    kept_stmt_slot slots[KEPT_STMTS];
    size_t n_slots;
    kept_writing *writing; /* NULL: none */
    /* What temp.kept_sight was filled with. Within a writing only those who change ids of customers
     * set sight_filled back; else every change of the ledger counts. */
    unsigned char sight_hash[32];
    int64_t sight_version, sight_changes;
    bool sight_filled;
} kept_record_use;

/* Made on first use. Borrowed. */
KEPT_MUST_CHECK kept_status kept_store__use(kept_store *store, kept_record_use **ret_use,
                                            kept_err *err);
void kept_record_use_free(kept_record_use *use); /* before the ledger is closed; NULL allowed */

/* A prepared statement on loan: reset, without bindings. Give it back with kept_lent_back. The same
 * text may be on loan several times. */
typedef struct kept_lent {
    sqlite3_stmt *stmt;
    kept_stmt_slot *slot; /* NULL: not kept, ended when given back */
} kept_lent;

KEPT_MUST_CHECK kept_status kept_lend(kept_store *store, const char *sql, kept_lent *ret_lent,
                                      kept_err *err);
/* As kept_lend, of a text that was put together; KEPT_ENOMEM when sql failed. */
KEPT_MUST_CHECK kept_status kept_lend_built(kept_store *store, const kept_buf *sql,
                                            kept_lent *ret_lent, kept_err *err);
void kept_lent_back(kept_lent *lent);
#define KEPT_AUTO_LENT __attribute__((cleanup(kept_lent_back))) kept_lent

/* Runs a statement without values and without rows. */
KEPT_MUST_CHECK kept_status kept_lent_run(kept_store *store, const char *sql, kept_err *err);
/* Steps to the end of a statement that gives no rows. */
KEPT_MUST_CHECK kept_status kept_lent_finish(kept_store *store, kept_lent *lent, kept_err *err);

#endif
