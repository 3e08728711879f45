/* store/ledger/migrate.h - brings a ledger to the form of this program and to its declarations.
 *
 * A copy of the ledger is made first (copy.h). All changes are one transaction: a process that is
 * killed leaves the ledger as it was or as it shall be, and the next one begins anew. Of several
 * processes that find a ledger behind one migrates it and the others wait for it. */
#ifndef KEPT_STORE_LEDGER_MIGRATE_H
#define KEPT_STORE_LEDGER_MIGRATE_H

#include "store/ledger/ledger.h"

/* The ledger at path, when it differs from the catalogue; else nothing is done. KEPT_EINPUT: a
 * newer Kept made it, or the catalogue says what the records there do not fit; KEPT_EIO: it may not
 * be written. */
KEPT_MUST_CHECK kept_status kept_ledger_migrate(const char *path, const kept_catalogue *catalogue,
                                                const volatile int *cancel, kept_err *err);

#endif
