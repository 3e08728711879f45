/* store/records/write_int.h - what the files about writing and the log share: the writing itself,
 * payloads, the chain. Private to src/store. */
#ifndef KEPT_STORE_RECORDS_WRITE_INT_H
#define KEPT_STORE_RECORDS_WRITE_INT_H

#include "store/records/record_int.h"
#include "store/records/write.h"

enum { KEPT_HASH = 32, KEPT_SALT = 16 };

/* --- The chain (log_chain.c) --- */

typedef struct kept_link {
    int64_t seq, at, record;
    const char *who, *through, *kind, *action; /* NULL counts as "" */
    unsigned char digest[KEPT_HASH];
} kept_link;

void kept_chain__digest(const unsigned char salt[KEPT_SALT], const char *payload, size_t len,
                        unsigned char ret_digest[KEPT_HASH]);
void kept_chain__next(const unsigned char before[KEPT_HASH], const kept_link *link,
                      unsigned char ret_chain[KEPT_HASH]);

/* --- Payloads (log_payload.c) --- */

void kept_payload__add_text(kept_buf *json, const char *text); /* "text", or null */
/* Ends a payload `{"field":[old,new]...` with the reason, when there is one, and the bracket. */
void kept_payload__end(kept_buf *json, const char *why);
/* Values of a payload, in its order, without those whose names begin with _. */
KEPT_MUST_CHECK kept_status kept_payload__read(const char *json, int64_t seq, kept_arena *arena,
                                               kept_log_value **ret_values, size_t *ret_n,
                                               kept_err *err);
/* Numbers of "_erased"; none when the payload has none. */
KEPT_MUST_CHECK kept_status kept_payload__erased(const char *json, int64_t seq, kept_arena *arena,
                                                 int64_t **ret_seqs, size_t *ret_n, kept_err *err);
/* Whether why is what the payload says; exact, without reading all of it. */
bool kept_payload__has_why(const char *json, const char *why);

/* --- Names of the log (log_names.c) --- */

/* The kind that was called so; NULL: none that is declared now, or name NULL. */
KEPT_MUST_CHECK kept_status kept_log__kind(kept_store *store, const char *name,
                                           const kept_record_kind **ret_kind, kept_err *err);
/* Gives values the names that their fields have now. */
KEPT_MUST_CHECK kept_status kept_log__fields(kept_store *store, const kept_record_kind *kind,
                                             kept_log_value *values, size_t n, kept_arena *arena,
                                             kept_err *err);

/* --- A writing --- */

struct kept_writing {
    kept_store *store;
    kept_record_use *use;
    kept_scope scope;
    kept_arena arena;   /* who, through */
    kept_arena scratch; /* of one edit, rewound after it */
    const char *through;
    int64_t now; /* of every change of this writing */
    int64_t seq; /* last row of the log */
    unsigned char chain[KEPT_HASH];
    int64_t *search; /* rows of the search index to write anew before the end */
    size_t n_search, room_search;
    const char *blames; /* kept_writing_blames */
    bool erases;        /* a person was erased: tidy up after the end */
    bool done;
};

/* Appends a row; payload is a whole JSON object. */
KEPT_MUST_CHECK kept_status kept_writing__append(kept_writing *w, kept_ref ref, const char *action,
                                                 const kept_buf *payload, const char *why,
                                                 kept_err *err);
/* The writing can still be used (a full disk ends the transaction). */
KEPT_MUST_CHECK kept_status kept_writing__check(const kept_writing *w, kept_err *err);

/* A part of a writing that is refused as a whole: begun with kept_writing__save, ended with the
 * status of the part, which comes back. After a failure nothing of it was written. */
typedef struct kept_save {
    int64_t seq;
    unsigned char chain[KEPT_HASH];
    size_t n_search;
} kept_save;

KEPT_MUST_CHECK kept_status kept_writing__save(kept_writing *w, kept_save *ret_save, kept_err *err);
KEPT_MUST_CHECK kept_status kept_writing__end_save(kept_writing *w, const kept_save *save,
                                                   kept_status status, kept_err *err);

/* --- One edit --- */

typedef struct kept_change {
    kept_writing *w;
    const kept_edit *edit;
    bool added, reverts; /* reverts: any state may follow any */
    kept_record old;     /* of a new record: kind and empty values */
    kept_value *now;     /* one per field */
    const char *state;
    int64_t archived_at;
    const char *source, *external_id; /* to be written; NULL: nothing */
    size_t n_changes;
} kept_change;

/* Everything that can be refused (write_fields.c): what the record will be. */
KEPT_MUST_CHECK kept_status kept_change__fields(kept_change *change, kept_err *err);
KEPT_MUST_CHECK kept_status kept_change__state(kept_change *change, kept_err *err);
/* What stands while others rely on it (write_settled.c): settled and fixed fields, and moves that
 * have a command of their own. Told by the edit's action. */
KEPT_MUST_CHECK kept_status kept_change__settled(kept_change *change, kept_err *err);
/* The row, lists of references and external id (write_row.c). *ret_id: of the record. */
KEPT_MUST_CHECK kept_status kept_change__row(kept_change *change, int64_t *ret_id, kept_err *err);
KEPT_MUST_CHECK kept_status kept_change__external(kept_change *change, int64_t id, kept_err *err);
/* kept_record_write, and that of a revert. */
KEPT_MUST_CHECK kept_status kept_record__write(kept_writing *writing, const kept_edit *edit,
                                               bool reverts, kept_edited *ret_edited,
                                               kept_err *err);

/* The record as it stood before its change `from` and all later ones, as a new change. */
KEPT_MUST_CHECK kept_status kept_record__take_back(kept_writing *w, kept_ref ref, int64_t from,
                                                   kept_edited *ret_edited, kept_err *err);

/* --- Search (search_index.c) --- */

/* The field of the record changed: its row in the index is written anew by kept_search__flush. */
KEPT_MUST_CHECK kept_status kept_search__changed(kept_writing *w, const kept_record_kind *kind,
                                                 const kept_record_field *field, int64_t id,
                                                 kept_err *err);
KEPT_MUST_CHECK kept_status kept_search__flush(kept_writing *w, kept_err *err);

#endif
