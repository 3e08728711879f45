/* store/store.h - a workspace on disk: the ledger (SQLite), fact files (Parquet), the engine.
 *
 *     kept.db        the ledger: settings, imports, profiles, customers' ids
 *     facts/KIND/    N.parquet (rows of import N, sorted by customer and time) and
 *                    N.over.parquet (which older rows import N supersedes or confirms)
 *     rejects/       N.csv: rows of import N that were set aside, ready to mend and import again
 *     catalogue/     the firm's own kinds
 *
 * A fact file counts only once its row is in the ledger; files the ledger does not know are
 * removed when the workspace is opened for writing. */
#ifndef KEPT_STORE_STORE_H
#define KEPT_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "catalogue/fact_kind.h"
#include "kept/arena.h"
#include "kept/err.h"
#include "store/scope.h"

typedef struct kept_store kept_store;

typedef struct kept_store_opts {
    const char *name;     /* the firm; NULL: the folder's name */
    const char *currency; /* ISO 4217; NULL: none stated yet, "" in results */
    const char *timezone; /* IANA; NULL: UTC */
    int32_t today;        /* day at which the firm stands still, for examples; 0: it does not */
} kept_store_opts;

/* Makes the folder (it may exist when empty) and an empty workspace in it. KEPT_EINPUT when there
 * is one already, or the folder holds something else; KEPT_EARG for an unknown currency or zone. */
KEPT_MUST_CHECK kept_status kept_store_create(const char *folder, const kept_store_opts *opts,
                                              kept_err *err);

typedef struct kept_open_opts {
    bool to_write; /* takes the writer's lock: KEPT_EBUSY when another process has it */
    /* Writes records but no facts: several processes may have the workspace open so, also while
     * facts are imported; each change waits for its turn. */
    bool records;
    size_t threads;
    const volatile int *cancel;
    const char *const *allow; /* further files and folders the engine may read */
    size_t n_allow;
} kept_open_opts;

/* KEPT_ENOTFOUND when folder is no workspace; KEPT_EINPUT when a newer Kept made it. Opened for
 * writing it first clears away what a killed import left. */
KEPT_MUST_CHECK kept_status kept_store_open(const char *folder, const kept_open_opts *opts,
                                            kept_store **ret_store, kept_err *err);
/* A private workspace in a temporary folder, removed by kept_store_close. */
KEPT_MUST_CHECK kept_status kept_store_open_temporary(const kept_store_opts *settings,
                                                      const kept_open_opts *opts,
                                                      kept_store **ret_store, kept_err *err);
void kept_store_close(kept_store *store); /* NULL is allowed */
void kept_store__auto(kept_store **store);
#define KEPT_AUTO_STORE __attribute__((cleanup(kept_store__auto))) kept_store

const char *kept_store_folder(const kept_store *store);
const char *kept_store_name(const kept_store *store);
const char *kept_store_currency(const kept_store *store); /* "" when none was stated */
const char *kept_store_timezone(const kept_store *store);
int32_t kept_store_today(const kept_store *store); /* 0: the day it is (kept_scope.today) */
const kept_fact_kinds *kept_store_kinds(const kept_store *store);

/* The folder that holds the workspace a path stands in: path itself or a parent of it. NULL when
 * there is none. */
char *kept_store_find(const char *path, kept_arena *arena) KEPT_MUST_CHECK;

#endif
