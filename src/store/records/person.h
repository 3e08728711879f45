/* store/records/person.h - what is held about a person or a customer: giving it out, erasing it.
 *
 * About somebody are their own record, the records that refer to it, and the changes of all these.
 * Erasing empties
 *   - of the record itself: personal fields, its name, and of a customer every text;
 *   - of records that refer to it: personal fields. A record that names somebody itself (another
 *     person) keeps its own, unless a customer is erased and with it the people there;
 * and everywhere the earlier values of these: in the change log, whose chain still verifies, in the
 * search, among external ids, in documents made earlier. Fields that every record must have become
 * "erased". Facts of a customer stay, as nobody's. Files outside of the ledger (backups, exports,
 * rejects, imported files) are not touched. */
#ifndef KEPT_STORE_RECORDS_PERSON_H
#define KEPT_STORE_RECORDS_PERSON_H

#include "store/records/log.h"
#include "store/records/write.h"

typedef struct kept_person_data {
    kept_record *records; /* their own first, then those that refer to it */
    size_t n_records;
    kept_external_id *ids; /* of their own record */
    size_t n_ids;
    kept_log_row *changes; /* of all these records, one record after the other, newest first */
    size_t n_changes;
} kept_person_data;

/* KEPT_ENOTFOUND. What is out of sight is left out. */
KEPT_MUST_CHECK kept_status kept_person_export(kept_store *store, const kept_scope *scope,
                                               kept_ref ref, kept_arena *arena,
                                               kept_person_data *ret_data, kept_err *err);

typedef struct kept_erased {
    int64_t records;   /* whose fields were emptied */
    int64_t values;    /* fields emptied */
    int64_t changes;   /* rows of the log whose values were removed */
    int64_t ids;       /* external ids removed */
    int64_t documents; /* versions of documents from which words were removed */
} kept_erased;

/* Archives the record and logs one change `erase`, which says why and holds no value. With the end
 * of the writing the words are gone from the file. Needs sight of all (KEPT_EDENIED). */
KEPT_MUST_CHECK kept_status kept_person_erase(kept_writing *writing, kept_ref ref, const char *why,
                                              kept_erased *ret_erased, kept_err *err);

#endif
