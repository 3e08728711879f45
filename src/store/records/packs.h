/* store/records/packs.h - which packs are in use: as declared, until people switch them. */
#ifndef KEPT_STORE_RECORDS_PACKS_H
#define KEPT_STORE_RECORDS_PACKS_H

#include "store/records/record.h"

/* KEPT_ENOTFOUND names the nearest pack. */
KEPT_MUST_CHECK kept_status kept_pack_is_on(kept_store *store, const char *name, bool *ret_on,
                                            kept_err *err);
/* A change of the whole ledger: logged, and for those who see all. *ret_changed false: it was so
 * already. KEPT_EARG: core cannot be switched off. */
KEPT_MUST_CHECK kept_status kept_pack_set(kept_store *store, const kept_scope *scope,
                                          const char *through, const char *name, bool on,
                                          bool *ret_changed, kept_err *err);

#endif
