/* store/records/apply.h - records from YAML files, all or nothing.
 *
 * A file is a map from kinds to lists of records. A record with an `id` that is a short id is that
 * record, made under this number when it is not there yet; any other id is one of the firm's own.
 * `external_ids` gives further ids ("crm:4711"), `state` and `archived` what they say. Fields that
 * are not named stay as they are; an empty one is emptied. */
#ifndef KEPT_STORE_RECORDS_APPLY_H
#define KEPT_STORE_RECORDS_APPLY_H

#include "store/records/write.h"

typedef struct kept_apply_opts {
    const char *why;            /* reason, for the log; NULL: none */
    const volatile int *cancel; /* NULL: cannot be stopped */
} kept_apply_opts;

typedef struct kept_applied_kind {
    const kept_record_kind *kind;
    int64_t added, changed, unchanged;
} kept_applied_kind;

typedef struct kept_applied {
    kept_applied_kind *kinds; /* those of which the files have records, by name */
    size_t n;
} kept_applied;

/* Inside a writing of the same store, which the caller commits. KEPT_EINPUT names file and line. */
KEPT_MUST_CHECK kept_status kept_apply_files(kept_writing *writing, kept_store *store,
                                             const kept_scope *scope, const char *const *paths,
                                             size_t n_paths, const kept_apply_opts *opts,
                                             kept_arena *arena, kept_applied *ret_applied,
                                             kept_err *err);

#endif
