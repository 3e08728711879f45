/* store/ledger/ledger.h - the ledger: one SQLite database, kept.db, that a person can read.
 *
 * Fixed tables stand in schema.c, those of kinds of records in tables.h. A fact file counts only
 * once its row stands here. WAL, synchronous=FULL: what was committed survives a power cut. Only
 * src/store may include this header. */
#ifndef KEPT_STORE_LEDGER_LEDGER_H
#define KEPT_STORE_LEDGER_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

#include <sqlite3.h>

#include "catalogue/catalogue.h"
#include "kept/arena.h"
#include "kept/err.h"

enum {
    KEPT_LEDGER_VERSION = 3,                 /* the form: PRAGMA user_version */
    KEPT_LEDGER_APPLICATION_ID = 0x4b455054, /* "KEPT" */
    KEPT_LEDGER_WAIT_MS = 10000,             /* for others who write, then KEPT_EBUSY */
};

/* Stays where it was opened: SQLite holds its address while it waits. */
typedef struct kept_ledger {
    sqlite3 *db;
    const char *path; /* for messages */
    bool to_write;
    char declared[65];          /* hash of the declarations at opening (declared.h), or "" */
    int form;                   /* of the file; older ones are brought up by migrate.h */
    const volatile int *cancel; /* non-zero ends waiting with KEPT_ECANCELLED; NULL: cannot */
    int64_t waits_since;        /* microseconds; of the wait under way */
    /* Of a temporary workspace. Customers' keys are 1, 2, ... in the order of their ids then:
     * nobody keeps its files, and the same file gives the same bits every time. */
    bool passing;
} kept_ledger;

/* Makes an empty ledger with the tables of the catalogue at path, which must not exist. */
KEPT_MUST_CHECK kept_status kept_ledger_create(const char *path, const kept_catalogue *catalogue,
                                               kept_err *err);
/* Opens ret_ledger (contents). KEPT_EINPUT when a newer Kept made it or it is no ledger at all. */
KEPT_MUST_CHECK kept_status kept_ledger_open(const char *path, bool to_write,
                                             kept_ledger *ret_ledger, kept_err *err);
void kept_ledger_close(kept_ledger *ledger); /* rolls an open transaction back */

/* One write transaction at a time. Waits for other programs that write, up to KEPT_LEDGER_WAIT_MS,
 * then KEPT_EBUSY. KEPT_EBUSY too when another program has changed the declarations since the
 * ledger was opened: then the workspace is to be opened again. */
KEPT_MUST_CHECK kept_status kept_ledger_begin(kept_ledger *ledger, kept_err *err);
KEPT_MUST_CHECK kept_status kept_ledger_commit(kept_ledger *ledger, kept_err *err);
void kept_ledger_rollback(kept_ledger *ledger); /* nothing to roll back is allowed */
/* Reading several things as they stood at one moment. Nested in a write transaction: no effect. */
KEPT_MUST_CHECK kept_status kept_ledger_read_begin(kept_ledger *ledger, bool *ret_begun,
                                                   kept_err *err);
void kept_ledger_read_end(kept_ledger *ledger, bool begun);

/* A statement with its values. types has one letter per value: 'i' int64_t, 't' const char *
 * (NULL: NULL). */
void kept_ledger__auto_stmt(sqlite3_stmt **stmt);
#define KEPT_AUTO_STMT __attribute__((cleanup(kept_ledger__auto_stmt))) sqlite3_stmt
KEPT_MUST_CHECK kept_status kept_ledger_prepare(kept_ledger *ledger, sqlite3_stmt **ret_stmt,
                                                kept_err *err, const char *sql, const char *types,
                                                ...);
/* Steps to the next row; *ret_row false at the end. */
KEPT_MUST_CHECK kept_status kept_ledger_step(kept_ledger *ledger, sqlite3_stmt *stmt, bool *ret_row,
                                             kept_err *err);
KEPT_MUST_CHECK kept_status kept_ledger_exec(kept_ledger *ledger, kept_err *err, const char *sql,
                                             const char *types, ...);
/* All statements of a text, one after the other. */
KEPT_MUST_CHECK kept_status kept_ledger_run(kept_ledger *ledger, const char *sql, kept_err *err);
/* The first column of the first row; 0 when there is none. */
KEPT_MUST_CHECK kept_status kept_ledger_int(kept_ledger *ledger, const char *sql, int64_t *ret,
                                            kept_err *err);
/* The sentence for a failed SQLite call. */
kept_status kept_ledger_fail(const kept_ledger *ledger, int rc, kept_err *err);

/* Copy of a text column; NULL for NULL. *ok false when memory is out. */
const char *kept_ledger_text(sqlite3_stmt *stmt, int column, kept_arena *arena, bool *ok);

/* --- Settings: "name", "currency", "timezone" --- */

/* *ret_value NULL when not set. */
KEPT_MUST_CHECK kept_status kept_ledger_setting(kept_ledger *ledger, const char *name,
                                                kept_arena *arena, const char **ret_value,
                                                kept_err *err);
KEPT_MUST_CHECK kept_status kept_ledger_set(kept_ledger *ledger, const char *name,
                                            const char *value, kept_err *err);

/* The time of the next change: now, but later than every change so far, so that no two changes
 * share a known-at moment even when the machine's clock was set back. */
KEPT_MUST_CHECK kept_status kept_ledger_next_time(kept_ledger *ledger, int64_t *ret_micros,
                                                  kept_err *err);

/* The fixed tables (schema.c): those of form 1, and what forms 2 and 3 add to them. */
KEPT_MUST_CHECK kept_status kept_ledger__make_form_1(kept_ledger *ledger, kept_err *err);
KEPT_MUST_CHECK kept_status kept_ledger__make_form_2(kept_ledger *ledger, kept_err *err);
KEPT_MUST_CHECK kept_status kept_ledger__make_form_3(kept_ledger *ledger, kept_err *err);

#endif
