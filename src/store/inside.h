/* store/inside.h - what the files of src/store share about an open workspace. Not for others. */
#ifndef KEPT_STORE_INSIDE_H
#define KEPT_STORE_INSIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "catalogue/catalogue.h"
#include "kept/arena.h"
#include "kept/err.h"
#include "store/engine/duck.h"
#include "store/ledger/imports.h"
#include "store/ledger/ledger.h"
#include "store/scope.h"
#include "store/store.h"
#include "store/temp.h"

/* A fact file found whole, as long as the process lives and the file keeps size and time. */
typedef struct kept_verified {
    int64_t file; /* id in the ledger */
    int64_t bytes, seconds, nanos;
    ino_t inode;
} kept_verified;

struct kept_store {
    kept_arena arena;   /* for the life of the store */
    const char *folder; /* absolute */
    kept_temp temp;     /* private, for the engine and for copies */
    const char *name, *currency, *timezone;
    int32_t today; /* 0: the day it is */
    kept_ledger ledger;
    kept_fact_kinds kinds;
    kept_catalogue catalogue;
    int lock;       /* kept.lock, -1: none (read-only folder) */
    bool to_write;  /* facts and records; holds the writer's lock */
    bool records;   /* records; without the lock */
    kept_temp home; /* a temporary workspace: holds folder, removed on closing */
    size_t threads;
    struct kept_record_use *use; /* for records, made on first use (store/records/use.h) */
    const volatile int *cancel;
    const char *const *allow;
    size_t n_allow;
    kept_duck *duck; /* opened on first use by kept_store__duck */
    kept_verified *verified;
    size_t n_verified, room_verified;
};

/* The engine for reading facts, opened on first use. Borrowed. */
KEPT_MUST_CHECK kept_status kept_store__duck(kept_store *store, kept_duck **ret_duck,
                                             kept_err *err);
/* An engine of its own for one operation that also reads the files in extra. */
KEPT_MUST_CHECK kept_status kept_store__duck_for(kept_store *store, const char *const *extra,
                                                 size_t n_extra, kept_duck **ret_duck,
                                                 kept_err *err);
/* KEPT_EINTERNAL unless opened for writing; KEPT_EDENIED unless scope sees everything. */
KEPT_MUST_CHECK kept_status kept_store__may_write(const kept_store *store, const kept_scope *scope,
                                                  kept_err *err);
/* path below the workspace, absolute; NULL when memory is out. */
char *kept_store__path(const kept_store *store, kept_arena *arena, const char *path);

/* --- Locks (lock.c): one writer, which other processes see at once; readers that keep files from
 * being deleted under them --- */

KEPT_MUST_CHECK kept_status kept_store__lock(kept_store *store, kept_err *err);
void kept_store__unlock(kept_store *store);
/* True when nobody else reads: old files may be deleted until kept_store__readers_in. */
bool kept_store__readers_out(kept_store *store);
void kept_store__readers_in(kept_store *store);

/* Removes what no row of the ledger names and an import or compact of a killed process left. */
KEPT_MUST_CHECK kept_status kept_store__sweep(kept_store *store, kept_err *err);

#endif
