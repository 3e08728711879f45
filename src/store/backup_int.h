/* store/backup_int.h - what the files of the backup share. Not for others. */
#ifndef KEPT_STORE_BACKUP_INT_H
#define KEPT_STORE_BACKUP_INT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "kept/arena.h"
#include "kept/err.h"
#include "store/backup.h"
#include "store/facts/files.h"

#define KEPT_BACKUP_MANIFEST "manifest.json"
enum {
    KEPT_BACKUP_FORM = 1,
    KEPT_BACKUP_MEMBERS_MAX = 1000000,
    KEPT_BACKUP_MANIFEST_MAX = 1 << 28, /* bytes: room for that many members */
};

typedef struct kept__member {
    const char *name;
    int64_t bytes;
    char hash[KEPT_HASH_TEXT];
    const char *path; /* creating: where it is read */
} kept__member;

typedef struct kept__manifest {
    kept_backup about;     /* without packed and faults */
    kept__member *members; /* by name */
    size_t n, room;
} kept__manifest;

/* Adds a member; the name is copied. */
KEPT_MUST_CHECK kept_status kept__manifest_add(kept__manifest *manifest, kept_arena *arena,
                                               const kept__member *member, kept_err *err);
void kept__manifest_sort(kept__manifest *manifest);
/* NULL: none of that name. Members are sorted. */
const kept__member *kept__manifest_find(const kept__manifest *manifest, const char *name);

/* True for the names that a backup may hold: kept.db and files below facts, rejects, files and
 * catalogue, at most KEPT_BACKUP_DEPTH folders deep, with no way out of the folder. */
enum { KEPT_BACKUP_DEPTH = 16 };
bool kept__member_name_ok(const char *name);

void kept__manifest_write(const kept__manifest *manifest, kept_buf *out);
/* KEPT_ECORRUPT: what is wrong, as "its manifest has no ..."; names are checked, sizes add up. */
KEPT_MUST_CHECK kept_status kept__manifest_read(const char *text, size_t len, kept_arena *arena,
                                                kept__manifest *ret_manifest, kept_err *err);

#endif
