/* store/ledger/inspect.h - is a ledger whole: SQLite's own checks, and where its change log ends.
 */
#ifndef KEPT_STORE_LEDGER_INSPECT_H
#define KEPT_STORE_LEDGER_INSPECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kept/arena.h"
#include "kept/err.h"
#include "store/ledger/ledger.h"

/* What SQLite finds wrong, at most a few lines in one text; NULL: nothing. quick: without comparing
 * indexes with their tables. */
KEPT_MUST_CHECK kept_status kept_ledger_integrity(kept_ledger *ledger, bool quick,
                                                  kept_arena *arena, const char **ret_fault,
                                                  kept_err *err);
/* Rows that refer to rows which are not there; *ret_fault names some, NULL: none. */
KEPT_MUST_CHECK kept_status kept_ledger_references(kept_ledger *ledger, kept_arena *arena,
                                                   const char **ret_fault, kept_err *err);

KEPT_MUST_CHECK kept_status kept_ledger_has_table(kept_ledger *ledger, const char *name,
                                                  bool *ret_has, kept_err *err);

enum { KEPT_LEDGER_HEAD_TEXT = 65 };

/* The head of the change log (hexadecimal, of an empty one zeros) and its number of rows. */
KEPT_MUST_CHECK kept_status kept_ledger_head(kept_ledger *ledger,
                                             char ret_head[static KEPT_LEDGER_HEAD_TEXT],
                                             int64_t *ret_rows, kept_err *err);

#endif
