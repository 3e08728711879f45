/* store/proof.h - files that show that something was done, agreed or said: copied into the
 * workspace's files/ under the hash of what they hold, so that they stay when the original goes,
 * are there once however often they are named, and can be told from what they were. */
#ifndef KEPT_STORE_PROOF_H
#define KEPT_STORE_PROOF_H

#include <stdbool.h>
#include <stdint.h>

#include "kept/arena.h"
#include "kept/err.h"
#include "store/facts/files.h"
#include "store/store.h"

enum { KEPT_PROOF_MOST_MIB = 50 };

typedef struct kept_proof {
    const char *path; /* of the original */
    /* "files/HASH-NAME": where the copy stands in the workspace, and what records say. HASH is the
     * first half of the BLAKE2b-256 in hexadecimal, NAME that of the original in plain letters. */
    const char *name;
    char hash[KEPT_HASH_TEXT];
} kept_proof;

/* Looks at the file and says what its copy will be called; copies nothing. KEPT_ENOTFOUND,
 * KEPT_EARG when it is no file, empty or too large. */
KEPT_MUST_CHECK kept_status kept_proof_read(const char *path, kept_arena *arena,
                                            kept_proof *ret_proof, kept_err *err);
/* Copies it, whole or not at all; nothing to do when it is there already. KEPT_EINPUT when the file
 * is no longer what was read. */
KEPT_MUST_CHECK kept_status kept_proof_keep(kept_store *store, const kept_proof *proof,
                                            kept_err *err);
/* Whether the copy at path is what its name says that it holds. */
bool kept_proof_is_whole(const char *path);

#endif
