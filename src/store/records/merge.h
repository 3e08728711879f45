/* store/records/merge.h - two customer records that are one customer, and one that is two.
 *
 * Facts are not touched: their keys belong to external ids, and ids move from record to record
 * (store/ledger/identity.h). So a merge is undone by a split of the ids that it moved, and a split
 * by a merge. Both stand in the log of both records. */
#ifndef KEPT_STORE_RECORDS_MERGE_H
#define KEPT_STORE_RECORDS_MERGE_H

#include "store/records/write.h"

typedef struct kept_merged {
    size_t ids;     /* external ids that belong to the other record now */
    size_t records; /* records that refer to it now */
} kept_merged;

/* The external ids of `from` go to `into`, whatever referred to `from` refers to `into`, and `from`
 * is archived. Its fields stay as they were; those of `into` too. It takes sight of all customers
 * (KEPT_EDENIED). KEPT_EARG or KEPT_EINPUT, before anything is written: a customer and itself, one
 * that is part of the other, one that is archived. When it fails later the writing cannot be used
 * any more. */
KEPT_MUST_CHECK kept_status kept_customer_merge(kept_writing *writing, int64_t into, int64_t from,
                                                const char *why, kept_merged *ret_merged,
                                                kept_err *err);

/* The external ids (as "0012", or "crm:0012" with the source), and with them their facts, go to a
 * new record with the name; nothing else does. KEPT_EARG for an id that the record does not have,
 * KEPT_EINPUT for one that shares its facts with an id that stays. Sight and failing as above. */
KEPT_MUST_CHECK kept_status kept_customer_split(kept_writing *writing, int64_t record,
                                                const char *const *external_ids, size_t n_ids,
                                                const char *name, const char *why, int64_t *ret_new,
                                                kept_err *err);

#endif
