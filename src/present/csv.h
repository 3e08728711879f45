/* present/csv.h - one table of a result as CSV (RFC 4180, UTF-8, lines end with CR LF).
 *
 * Numbers are never touched. Text that a spreadsheet would run as a formula gets an apostrophe in
 * front (base/guard.h), unless raw. */
#ifndef KEPT_PRESENT_CSV_H
#define KEPT_PRESENT_CSV_H

#include <stdbool.h>

#include "base/text.h"
#include "kept/err.h"
#include "op/result.h"

#define KEPT_CSV_SCALARS "scalars"

typedef struct kept_csv_opts {
    const char *table; /* name; "scalars": one row of the single figures, named GROUP_FIELD where
                          the group has a name; NULL: the first table with rows, else the first
                          table, else the scalars */
    bool raw;
} kept_csv_opts;

/* KEPT_EARG: no table of that name (nearest one named). */
KEPT_MUST_CHECK kept_status kept_present_csv(const kept_result *result, const kept_csv_opts *opts,
                                             kept_buf *out, kept_err *err);

#endif
