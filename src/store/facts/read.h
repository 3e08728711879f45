/* store/facts/read.h - facts as they stand for a scope: visible rows under both clocks. */
#ifndef KEPT_STORE_FACTS_READ_H
#define KEPT_STORE_FACTS_READ_H

#include <stddef.h>
#include <stdint.h>

#include "kept/arena.h"
#include "kept/err.h"
#include "store/engine/duck.h"
#include "store/scope.h"
#include "store/store.h"

/* (Re)creates the view named like the kind in the store's engine, with every column of the kind
 * (typed NULL where no file has it), `import` BIGINT and `customer` UBIGINT (key), limited to what
 * scope may see: customers, imports visible at known_at, rows not superseded then, rows up to
 * as_of, and columns not yet known at as_of nulled. Customers whose record has several keys
 * (identity.h) go by one of them. A scope that sees nothing gives an empty view.
 * Files are verified against their hash once per opened store: KEPT_ECORRUPT names the file. A view
 * shows what stood when it was made: after an import, undo or compact it is made again. */
KEPT_MUST_CHECK kept_status kept_facts_view(kept_store *store, const kept_scope *scope,
                                            const char *kind, kept_err *err);
/* Queries over views made before. The engine is reached through the store only here. */
KEPT_MUST_CHECK kept_status kept_facts_query(kept_store *store, const char *sql,
                                             const kept_duck_value *values, size_t n_values,
                                             kept_duck_rows **ret_rows, kept_err *err);

/* The firm's own id of a customer key ("" when unknown), and back. Scope applies: a customer
 * outside it is not found; who may see one key of a record sees them all. An id leads to the key by
 * which its customer goes, and any key of a customer to the id of that key. */
KEPT_MUST_CHECK kept_status kept_customer_name(kept_store *store, const kept_scope *scope,
                                               uint64_t customer, kept_arena *arena,
                                               const char **ret_id, kept_err *err);
KEPT_MUST_CHECK kept_status kept_customer_find(kept_store *store, const kept_scope *scope,
                                               const char *id, uint64_t *ret_customer,
                                               kept_err *err);
/* Ids of many customers at once, in the order of keys. */
KEPT_MUST_CHECK kept_status kept_customer_names(kept_store *store, const kept_scope *scope,
                                                const uint64_t *customers, size_t n,
                                                kept_arena *arena, const char **ret_ids,
                                                kept_err *err);

/* The record of a customer key, and the key by which the customer of a record goes. 0: none, or out
 * of sight. */
KEPT_MUST_CHECK kept_status kept_customer_record(kept_store *store, const kept_scope *scope,
                                                 uint64_t customer, int64_t *ret_record,
                                                 kept_err *err);
KEPT_MUST_CHECK kept_status kept_customer_records(kept_store *store, const kept_scope *scope,
                                                  const uint64_t *customers, size_t n,
                                                  int64_t *ret_records, kept_err *err);
KEPT_MUST_CHECK kept_status kept_customer_of_record(kept_store *store, const kept_scope *scope,
                                                    int64_t record, uint64_t *ret_customer,
                                                    kept_err *err);
KEPT_MUST_CHECK kept_status kept_customers_of_records(kept_store *store, const kept_scope *scope,
                                                      const int64_t *records, size_t n,
                                                      uint64_t *ret_customers, kept_err *err);

#endif
