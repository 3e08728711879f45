/* store/facts/import.h - from files to facts: all or nothing, keyed, superseding, undoable.
 *
 * read = taken + superseded + unchanged + set aside, always:
 *   taken       rows not known before (rows without a key always; equal ones are counted)
 *   superseded  rows whose key was known with other values: the earlier row is superseded
 *   unchanged   rows whose key was known with the same values: confirmed, not stored again
 *   set aside   rows that cannot be read, in the rejects file
 * Of rows with the same key inside one import the last counts as above; an earlier one is unchanged
 * when it equals the last, else superseded. Equal means: in every column that the file maps.
 */
#ifndef KEPT_STORE_FACTS_IMPORT_H
#define KEPT_STORE_FACTS_IMPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kept/arena.h"
#include "kept/err.h"
#include "store/facts/mapping.h"
#include "store/facts/source.h"
#include "store/facts/stage.h"
#include "store/scope.h"
#include "store/store.h"

typedef struct kept_import_opts {
    const char *map;
    const char *profile; /* name: used when saved, saved under it after a successful import */
    const char *date_format;
    const char *decimal;
    const char *delimiter;
    const char *encoding;
    const char *sheet;
    const char *rates_path;
    const char *rejects_path; /* NULL: rejects/N.csv of the workspace */
    bool dry_run;             /* all counts, no change */
    bool again;               /* take a file although the very same file was imported before */
    bool money_needed;
    void (*progress)(void *who, const char *what, double part);
    void *progress_who;
} kept_import_opts;

typedef struct kept_import {
    int64_t id; /* 0 for a dry run */
    const char *kind;
    int64_t imported_at; /* microseconds since the epoch */
    int64_t undone_at;   /* 0: in force */
    const char *who;
    const char *files;   /* paths, separated by newline */
    const char *mapping; /* as --map would write it */
    const char *profile; /* NULL: none */
    int64_t read, taken, superseded, unchanged, set_aside;
    int64_t no_key;   /* of taken: rows without a key */
    int64_t equal;    /* of no_key: rows equal in every column to an earlier row without a key
                         of the same import (kept all the same) */
    int64_t negative; /* rows with a negative amount: returns and cancellations */
    int64_t new_customers;
    int32_t first_day, last_day; /* of the kind's time column; KEPT_NO_DAY when none */
    const char *rejects_path;    /* NULL when nothing was set aside */
    /* An import of records (store/records/import.h): kind is the name of a kind of records, taken
     * counts those added and superseded those changed. */
    bool records;
    int64_t first_change, last_change; /* of the log; 0: nothing changed */
} kept_import;

/* What the import saw, for showing: sources, mappings and rejects' reasons. */
typedef struct kept_import_view {
    kept_source **sources;
    kept_mapping **mappings;
    size_t n_sources;
    kept_staged *stage;
} kept_import_view;

/* KEPT_EINPUT when no row at all could be taken, or the very same file (hash) is in force already.
 */
KEPT_MUST_CHECK kept_status kept_import_files(kept_store *store, const kept_scope *scope,
                                              const char *kind, const char *const *paths,
                                              size_t n_paths, const kept_import_opts *opts,
                                              kept_arena *arena, kept_import *ret_import,
                                              kept_import_view *ret_view, kept_err *err);

/* All imports, newest first, undone ones included; n 0 when scope sees nothing. */
KEPT_MUST_CHECK kept_status kept_import_list(kept_store *store, const kept_scope *scope,
                                             kept_arena *arena, kept_import **ret_imports,
                                             size_t *ret_n, kept_err *err);
KEPT_MUST_CHECK kept_status kept_import_get(kept_store *store, const kept_scope *scope, int64_t id,
                                            kept_arena *arena, kept_import *ret_import,
                                            kept_err *err);
/* Takes an import of facts out of force: what it superseded comes back, what later imports
 * confirmed stays. KEPT_ENOTFOUND; KEPT_EINPUT when it was undone already; KEPT_EINTERNAL for one
 * of records, which kept_record_import_undo takes back. */
KEPT_MUST_CHECK kept_status kept_import_undo(kept_store *store, const kept_scope *scope, int64_t id,
                                             kept_err *err);

/* Joins the fact files of a kind (NULL: of all kinds) into one each, keeping which import each row
 * came from. *ret_files: files before. Crash-safe; run by itself past sixteen files. */
KEPT_MUST_CHECK kept_status kept_compact(kept_store *store, const char *kind, int64_t *ret_before,
                                         int64_t *ret_after, kept_err *err);

/* Test hook: names a step ("copy written", "renamed", "ledger row", ...) at which the process kills
 * itself with SIGKILL; read from KEPT_DIE_AT. Compiled in always: it is two lines and it is the
 * only way to test what a crash leaves. */
void kept_die_here(const char *step);

#endif
