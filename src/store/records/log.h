/* store/records/log.h - the change log: append-only, chained by hashes.
 *
 * A row's payload is a JSON object without blanks, its fields in the order of the declaration:
 * {"text":[null,"We answer within a day"],"needs":[[],["N-1","N-4"]],"_why":"asked by phone"}.
 * Old and new values stand as people write them, null is empty; REFS are lists of short ids. Names
 * that begin with _ are no fields: "_why", and in a row `erase` "_erased", the numbers of the rows
 * whose payload it removed. The column why repeats "_why" for people.
 *
 * With 32 bytes of BLAKE2b, without key (libsodium crypto_generichash):
 *     digest(n) = H(salt(n) || payload(n))                      salt: 16 random bytes
 *     chain(n)  = H(chain(n-1) || header(n) || digest(n))       chain(0): 32 bytes 0
 *     header(n) = seq, at, record    8 bytes each, lowest byte first; record 0 when there is none
 *                 who, through, kind, action    each 4 bytes of length, lowest first, and the UTF-8
 *                                               bytes; kind without bytes: the whole ledger
 * seq counts 1, 2, 3 ... without gaps. Erasing a person deletes payload, salt and why of rows and
 * leaves the rest: the chain still verifies, and without the salt nobody can guess the payload from
 * its digest. A row without payload that no later row `erase` names was tampered with. */
#ifndef KEPT_STORE_RECORDS_LOG_H
#define KEPT_STORE_RECORDS_LOG_H

#include "store/records/record.h"

typedef struct kept_log_value {
    const char *field; /* name of a field; "state", "archived" (no, yes), "external_id" as crm:12 */
    const char *old, *now; /* as people write them, REFS with ", " between; NULL: empty */
} kept_log_value;

typedef struct kept_log_row {
    int64_t seq;
    int64_t at; /* microseconds since 1970-01-01T00:00Z; never decreases */
    const char *who;
    const char *through;
    kept_ref ref;       /* kind NULL: of the whole ledger, as a change of packs or declarations, or
                         * (id not 0) of a kind that is no longer declared */
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
/* Number of the newest change, 0 when there is none. */
KEPT_MUST_CHECK kept_status kept_log_last(kept_store *store, int64_t *ret_seq, kept_err *err);
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
