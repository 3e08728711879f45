/* store/backup.h - everything of a workspace in one file, checked on the way in and on the way out.
 *
 * A backup is a zip archive that any program can open:
 *
 *     manifest.json       what is in it: name, size and BLAKE2b-256 of every member, the version of
 *                         Kept, the form of the ledger, the time, the head of the change log
 *     kept.db             the ledger as it stood at one moment
 *     facts/ rejects/     the files that this ledger names
 *     files/ catalogue/   proofs and documents, the firm's own declarations
 *
 * It is made while others read and write, read back before it gets its name, and restored into a
 * new folder or not at all. */
#ifndef KEPT_STORE_BACKUP_H
#define KEPT_STORE_BACKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kept/arena.h"
#include "kept/err.h"
#include "store/scope.h"
#include "store/store.h"

typedef struct kept_backup_opts {
    const char *kept; /* creating: version of this program, for the manifest */
    bool replace;     /* creating: an existing file may be replaced, once the new one is whole */
    void (*progress)(void *who, const char *what, double part); /* NULL: nobody watches */
    void *progress_who;
    const volatile int *cancel; /* NULL: cannot be stopped */
} kept_backup_opts;

typedef struct kept_backup_fault {
    const char *member; /* "" of the archive itself */
    const char *what;   /* "is missing" */
} kept_backup_fault;

typedef struct kept_backup {
    const char *firm;
    const char *kept;    /* version of Kept that made it */
    int64_t made_at;     /* microseconds since 1970-01-01T00:00Z */
    int64_t ledger_form; /* PRAGMA user_version */
    const char *head;    /* of the change log, hexadecimal */
    int64_t changes;     /* rows of the change log */
    int64_t imports;
    int64_t members;      /* files, the manifest not counted */
    int64_t bytes;        /* of all of them, unpacked */
    int64_t packed;       /* of the backup itself */
    int64_t rejects_gone; /* creating: files of rejects that somebody has removed since */
    const kept_backup_fault *faults; /* checking; the first ones */
    size_t n_faults, more_faults;
} kept_backup;

/* Needs sight of all. KEPT_EARG: the file exists. KEPT_ECORRUPT: a fact file is not what was
 * imported, or the finished file does not read back. A failure leaves nothing and an earlier backup
 * as it was. */
KEPT_MUST_CHECK kept_status kept_backup_create(kept_store *store, const kept_scope *scope,
                                               const char *path, const kept_backup_opts *opts,
                                               kept_arena *arena, kept_backup *ret_backup,
                                               kept_err *err);

/* Reads every member and compares size and hash, opens the ledger inside and lets SQLite check it,
 * and looks whether every fact file it names is there. What is wrong stands in faults; KEPT_EIO and
 * KEPT_ENOTFOUND only when the file cannot be read at all. Changes nothing. Fuzzed. */
KEPT_MUST_CHECK kept_status kept_backup_check(const char *path, const kept_backup_opts *opts,
                                              kept_arena *arena, kept_backup *ret_backup,
                                              kept_err *err);

/* Makes a workspace of the backup in folder, which is new or empty. Checked as above while it is
 * unpacked under another name beside it; KEPT_ECORRUPT names the first fault, and nothing is left.
 * KEPT_EIO when the disk has no room for it. */
KEPT_MUST_CHECK kept_status kept_backup_restore(const char *path, const char *folder,
                                                const kept_backup_opts *opts, kept_arena *arena,
                                                kept_backup *ret_backup, kept_err *err);

#endif
