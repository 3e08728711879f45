/* store/facts/files.h - files that are there whole or not at all, and that are still the same. */
#ifndef KEPT_STORE_FACTS_FILES_H
#define KEPT_STORE_FACTS_FILES_H

#include <stddef.h>
#include <stdint.h>

#include "kept/err.h"
#include "store/inside.h"

enum { KEPT_HASH_TEXT = 65 }; /* BLAKE2b-256, hexadecimal, terminated */

/* Makes the folder if need be; parents must exist. */
KEPT_MUST_CHECK kept_status kept_folder_make(const char *path, kept_err *err);
/* Hash and size of a file. KEPT_EIO, KEPT_ENOTFOUND. */
KEPT_MUST_CHECK kept_status kept_file_hash(const char *path, char ret_hash[static KEPT_HASH_TEXT],
                                           int64_t *ret_bytes, kept_err *err);
/* Syncs the finished file temp, gives it its name, syncs the folder. */
KEPT_MUST_CHECK kept_status kept_file_publish(const char *temp, const char *path, kept_err *err);
/* Copies a file to path, whole or not at all (through path.tmp beside it). */
KEPT_MUST_CHECK kept_status kept_file_copy(const char *from, const char *path, kept_err *err);
/* Removes a folder of our own with all that is in it; what cannot be removed stays. */
void kept_folder_remove(const char *path);

/* KEPT_ECORRUPT naming the file when it is not what was written: missing, cut, changed. Read whole
 * once per opened store, after that only when size, time or inode changed. */
KEPT_MUST_CHECK kept_status kept_fact_file_verify(kept_store *store, const kept_fact_file *file,
                                                  kept_err *err);

#endif
