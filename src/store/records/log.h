/* store/records/log.h - the change log: append-only, chained by hashes.
 *
 * Row n holds digest(n) = BLAKE2b-256(salt(n) || payload(n)), keyed by nothing, and
 * chain(n) = BLAKE2b-256(chain(n-1) || header(n) || digest(n)), where header is seq, time, who,
 * through, kind, record and action as written by log.c. Erasing a person deletes payload and salt
 * of rows and leaves digest and chain: the chain still verifies, and without the salt nobody can
 * guess the payload from its digest. */
#ifndef KEPT_STORE_RECORDS_LOG_H
#define KEPT_STORE_RECORDS_LOG_H

#include "store/records/record.h"

typedef struct kept_log_value {
    const char *field;     /* name of a field; "state", "archived", "external_id" */
    const char *old, *now; /* as people write them; NULL: empty */
} kept_log_value;

typedef struct kept_log_row {
    int64_t seq;
    int64_t at; /* microseconds since 1970-01-01T00:00Z; never decreases */
    const char *who;
    const char *through;
    kept_ref ref;       /* kind NULL: of the whole ledger, as a change of packs or declarations */
    const char *action; /* add, edit, move, link, archive, restore, revert, merge, split, erase */
    const char *why;    /* NULL: not said */
    bool erased;        /* values are gone */
    const kept_log_value *values;
    size_t n_values;
} kept_log_row;

/* Changes of one record, newest first. limit 0: all. */
KEPT_MUST_CHECK kept_status kept_record_history(kept_store *store, const kept_scope *scope,
                                                kept_ref ref, size_t limit, kept_arena *arena,
                                                kept_log_row **ret_rows, size_t *ret_n,
                                                kept_err *err);
/* Changes after seq, oldest first, of records in sight. */
KEPT_MUST_CHECK kept_status kept_log_since(kept_store *store, const kept_scope *scope, int64_t seq,
                                           size_t limit, kept_arena *arena, kept_log_row **ret_rows,
                                           size_t *ret_n, kept_err *err);

enum { KEPT_HEAD_TEXT = 65 };

typedef struct kept_log_check {
    int64_t rows;
    int64_t erased;  /* rows whose values were erased */
    int64_t broken;  /* seq of the first row that does not follow from the one before; 0: none */
    const char *why; /* what is wrong with it */
    char head[KEPT_HEAD_TEXT]; /* hexadecimal; of an empty log: zeros */
    int64_t head_found;        /* seq whose chain is the head asked for; -1: not in the log */
} kept_log_check;

void kept_log_check_init(kept_log_check *check);
/* Goes through the whole log. head: one that was printed earlier, or NULL. Needs sight of all. */
KEPT_MUST_CHECK kept_status kept_log_verify(kept_store *store, const kept_scope *scope,
                                            const char *head, kept_log_check *ret_check,
                                            kept_err *err);

#endif
