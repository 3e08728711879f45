/* store/ledger/identity.h - which keys are one customer.
 *
 * customer_id.record says to which customer record an id, and with it a key, belongs. Most records
 * have one key. Where a record has several (after `kept customer merge`, or with ids of several
 * sources) they count as one customer, who goes by the smallest of the keys; the facts themselves
 * stay as they are. The table customer_joined lists the records of which that may be so: whatever
 * changes customer_id.record goes through here and keeps it. */
#ifndef KEPT_STORE_LEDGER_IDENTITY_H
#define KEPT_STORE_LEDGER_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kept/arena.h"
#include "kept/err.h"
#include "store/ledger/ledger.h"

typedef struct kept_alias {
    uint64_t customer; /* key in the facts */
    uint64_t as;       /* the smallest key of the record */
} kept_alias;

/* Every key of every record that has several, sorted by customer. */
typedef struct kept_aliases {
    const kept_alias *items;
    size_t n;
} kept_aliases;

KEPT_MUST_CHECK kept_status kept_aliases_load(kept_ledger *ledger, kept_arena *arena,
                                              kept_aliases *ret_aliases, kept_err *err);
/* The key by which a customer goes: key itself where it is the only one. */
uint64_t kept_alias_of(const kept_aliases *aliases, uint64_t key);
bool kept_is_alias(const kept_aliases *aliases, uint64_t key); /* one of several of its record? */
/* The keys given and all others of the same records, sorted, each once. */
KEPT_MUST_CHECK kept_status kept_aliases_widen(const kept_aliases *aliases, const uint64_t *keys,
                                               size_t n, kept_arena *arena, uint64_t **ret_keys,
                                               size_t *ret_n, kept_err *err);

/* 0: no such key, or it has no record (in a temporary workspace). */
KEPT_MUST_CHECK kept_status kept_ledger_records_of_keys(kept_ledger *ledger,
                                                        const uint64_t *customers, size_t n,
                                                        int64_t *ret_records, kept_err *err);
/* The key by which the record's customer goes; 0: it has no id yet, so no facts either. */
KEPT_MUST_CHECK kept_status kept_ledger_key_of_record(kept_ledger *ledger, int64_t record,
                                                      uint64_t *ret_customer, kept_err *err);
/* Of many at once: ret_customers has room for n; 0 for a record without a key. */
KEPT_MUST_CHECK kept_status kept_ledger_keys_of_records(kept_ledger *ledger, const int64_t *records,
                                                        size_t n, uint64_t *ret_customers,
                                                        kept_err *err);

/* --- Changes; inside a write transaction --- */

/* Gives the record the id of a source, with a key of its own when the id is new. Nothing happens
 * when it has it already; KEPT_EINPUT when another record has it. */
KEPT_MUST_CHECK kept_status kept_ledger_customer_link(kept_ledger *ledger, const char *source,
                                                      const char *external_id, int64_t record,
                                                      kept_err *err);
/* Notes whether the record has several keys now. */
KEPT_MUST_CHECK kept_status kept_ledger_note_joined(kept_ledger *ledger, int64_t record,
                                                    kept_err *err);

#endif
