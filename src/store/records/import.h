/* store/records/import.h - files of rows become records: all or nothing, recognised, undoable.
 *
 * Files are read as those of facts are (store/facts/source.h, mapping.h), from what the kind
 * declares: its fields, and beside them `id`, `state`, `archived` and `kept_revision` (as an export
 * writes it). vCards are read for kinds that say which field is which property (vcard: FN).
 *
 * read = taken + superseded + unchanged + set aside, always:
 *   taken       records added
 *   superseded  records changed
 *   unchanged   rows that say what is so already
 *   set aside   rows that cannot be read or were refused, in the rejects file
 *
 * Which record a row is: that with its id (a short id; else an id in the source); without an id the
 * one with its name, where the kind has a field that no two records share; else a new one. Fields
 * that no column fills stay as they are. An empty cell empties the field of a record that is there;
 * of a new one it leaves the default. A row whose kept_revision is not that of the record was
 * written before somebody else changed it: set aside, unless it says what is so already.
 *
 * Rows may refer to rows of the same import in any order. All files are read before the one writing
 * begins ("import N"). */
#ifndef KEPT_STORE_RECORDS_IMPORT_H
#define KEPT_STORE_RECORDS_IMPORT_H

#include "store/facts/import.h"
#include "store/records/write.h"

#define KEPT_SOURCE_VCARD "vcard"
/* The UID of a card that an export wrote: this, the short id, a dash, when the record was made. */
#define KEPT_OWN_UID "kept-"

typedef struct kept_record_import_opts {
    kept_import_opts reading; /* rates_path and money_needed mean nothing here */
    /* Which system gave the ids: then every id is one of that source. NULL: "firm" for ids that are
     * no short ids, "vcard" for vCards. */
    const char *source;
} kept_record_import_opts;

typedef struct kept_record_import_view {
    kept_import_view files; /* of stage: kind, counts, rejects and reasons */
    const char *source;     /* what must be said again when the rejects file is imported; or NULL */
    bool by_id, by_name;    /* how rows were recognised; neither: every row was new */
    /* Of a dry run, what would change: at most KEPT_IMPORT_CHANGES rows of the log. */
    kept_log_row *changes;
    size_t n_changes;
} kept_record_import_view;

enum { KEPT_IMPORT_CHANGES = 1000 };

/* KEPT_EDENIED unless scope sees everything; the store must be open for writing, which keeps other
 * imports out. KEPT_EINPUT when no row could be taken, or the very same file is in force already.
 */
KEPT_MUST_CHECK kept_status kept_record_import_files(
    kept_store *store, const kept_scope *scope, const kept_record_kind *kind,
    const char *const *paths, size_t n_paths, const kept_record_import_opts *opts,
    kept_arena *arena, kept_import *ret_import, kept_record_import_view *ret_view, kept_err *err);

/* --- Taking an import back --- */

typedef struct kept_stayed {
    kept_ref ref;
    const char *why; /* "changed since by Jo", or why it was refused */
} kept_stayed;

typedef struct kept_record_undone {
    size_t archived;     /* records that the import had added */
    size_t restored;     /* records as they stood before */
    kept_stayed *stayed; /* those that were changed since: they stay as they are */
    size_t n_stayed;
} kept_record_undone;

/* One writing, "undo N". KEPT_ENOTFOUND; KEPT_EINPUT when it was undone already. */
KEPT_MUST_CHECK kept_status kept_record_import_undo(kept_store *store, const kept_scope *scope,
                                                    int64_t id, kept_arena *arena,
                                                    kept_record_undone *ret_undone, kept_err *err);

#endif
