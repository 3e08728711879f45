/* store/records/write.h - the one path by which records change.
 *
 * A writing is one transaction: validate, write, append to the change log, all or nothing. It
 * begins with BEGIN IMMEDIATE, waits its turn when another process writes, and reads the head of
 * the chain inside. The store must have been opened for records (kept_open_opts.records) or for
 * writing. Every change is one row of the log: who, when, which record, what was done, old and new
 * values, why, through what. */
#ifndef KEPT_STORE_RECORDS_WRITE_H
#define KEPT_STORE_RECORDS_WRITE_H

#include "store/records/log.h"
#include "store/records/record.h"

typedef struct kept_writing kept_writing;

/* through: by which way the change came: "command", "import 12", "apply", "page". KEPT_EBUSY when
 * the wait was in vain; KEPT_EDENIED for a scope that sees nothing. Values written below live until
 * the writing ends. */
KEPT_MUST_CHECK kept_status kept_writing_begin(kept_store *store, const kept_scope *scope,
                                               const char *through, kept_writing **ret_writing,
                                               kept_err *err);
KEPT_MUST_CHECK kept_status kept_writing_commit(kept_writing *writing, kept_err *err);
void kept_writing_end(kept_writing *writing); /* rolls back what was not committed; NULL allowed */
void kept_writing__auto(kept_writing **writing);
#define KEPT_AUTO_WRITING __attribute__((cleanup(kept_writing__auto))) kept_writing

/* A new value of one field, as people write it. For REFS, texts are the whole list. */
typedef struct kept_set {
    const char *field;
    const char *const *texts; /* one, for REFS any number */
    size_t n;                 /* 0: the field is emptied */
} kept_set;

typedef enum kept_put { KEPT_PUT_SET, KEPT_PUT_ADD, KEPT_PUT_REMOVE } kept_put;

typedef struct kept_edit {
    const kept_record_kind *kind;
    int64_t id;       /* 0: a new record */
    int64_t new_id;   /* of a new record: this number, when it is free; 0: the next one */
    int64_t revision; /* refuse (KEPT_EBUSY, naming who changed it) when another stands; 0: any */
    const kept_set *sets;
    size_t n_sets;
    kept_put put;      /* KEPT_PUT_ADD and KEPT_PUT_REMOVE: for REFS, to and from the list */
    const char *state; /* to move into, NULL: stays. A new record may begin in any state */
    int archive;       /* 1: archive, -1: bring back, 0: stays */
    /* An external id to add to the record (source NULL: "firm"). A new record with an external id
     * that a record of the kind has already is an edit of that record. */
    const char *source, *external_id;
    const char *why;
    /* For the log; NULL: what was done (add, edit, move, link, archive, restore). "amend" alone
     * changes fields that are settled, and the command that a move is left to (kept_record_state)
     * alone makes it. */
    const char *action;
} kept_edit;

typedef struct kept_edited {
    kept_ref ref;
    int64_t revision;
    bool added;       /* a new record */
    size_t n_changes; /* fields that have another value now, state and archiving included; 0: the
                       * record was so already, nothing was logged */
} kept_edited;

/* KEPT_EINPUT or KEPT_EARG with one sentence that names kind, field, what it takes and the nearest
 * word: an unknown or missing field, a value of another type, a move that the state does not allow,
 * a name that another record has, a field that is settled. The writing stays usable after a
 * refusal: nothing of the refused edit was written. */
KEPT_MUST_CHECK kept_status kept_record_write(kept_writing *writing, const kept_edit *edit,
                                              kept_edited *ret_edited, kept_err *err);

/* Which field the last refused edit was refused for: its name, "state", or NULL when for none in
 * particular. */
const char *kept_writing_blames(const kept_writing *writing);

/* The record as it stood after change `seq` of the log (which must be one of its changes), as a new
 * change. */
KEPT_MUST_CHECK kept_status kept_record_revert(kept_writing *writing, kept_ref ref, int64_t seq,
                                               const char *why, kept_edited *ret_edited,
                                               kept_err *err);

/* A row of the log beside those that kept_record_write makes, for a change that is no change of
 * fields: ref.kind NULL for one of the whole ledger, as packs switched on. Of values, field names
 * must not begin with _. */
KEPT_MUST_CHECK kept_status kept_writing_log(kept_writing *writing, kept_ref ref,
                                             const char *action, const kept_log_value *values,
                                             size_t n_values, const char *why, kept_err *err);
/* The time that every change of this writing bears. */
int64_t kept_writing_time(const kept_writing *writing);

/* Reading inside a writing sees what it has written: use the same store. */

#endif
