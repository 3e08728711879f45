/* store/ledger/copy.h - whole copies of a ledger, also while others use it. */
#ifndef KEPT_STORE_LEDGER_COPY_H
#define KEPT_STORE_LEDGER_COPY_H

#include "store/ledger/ledger.h"

enum { KEPT_LEDGER_COPIES = 3 }; /* automatic ones that are kept */

/* The ledger at path as it was last committed, into the file `to`: whole and synced, or not there
 * at all. An older file of that name is replaced. */
KEPT_MUST_CHECK kept_status kept_ledger_copy(const char *path, const char *to,
                                             const volatile int *cancel, kept_err *err);

/* Copies path to path.before-FORM-N, N counting up, and removes all but the newest
 * KEPT_LEDGER_COPIES of such copies. form: of the ledger as it is. */
KEPT_MUST_CHECK kept_status kept_ledger_copy_before(const char *path, int form,
                                                    const volatile int *cancel, kept_err *err);
/* Removes all such copies: they hold what a person's erasure took out of the ledger. */
void kept_ledger_copies_remove(const char *path);

#endif
