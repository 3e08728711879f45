/* store/facts/column.h - pieces of statements that read facts for a scope; rows have the alias f.
 */
#ifndef KEPT_STORE_FACTS_COLUMN_H
#define KEPT_STORE_FACTS_COLUMN_H

#include <stdint.h>

#include "base/text.h"
#include "catalogue/fact_kind.h"
#include "kept/err.h"
#include "store/engine/duck.h"
#include "store/facts/sql.h"
#include "store/ledger/identity.h"
#include "store/scope.h"

/* The column as it was known at the end of the day as_of: NULL while its WHEN column lies later,
 * typed NULL where the file does not have it. stored: columns of the file. */
void kept_column_as_of(kept_buf *sql, const kept_stored_column *column, const char *stored,
                       int32_t as_of);
void kept_day_sql(kept_buf *sql, int32_t day);
/* " AND ..." for rows that had happened by as_of. A row without a time is there. */
void kept_rows_as_of(kept_buf *sql, const kept_fact_kind *kind, const char *stored, int32_t as_of);
/* The table kept_seen_TAG(customer) for a scope that sees some: all keys of those customers. */
KEPT_MUST_CHECK kept_status kept_seen_load(kept_duck *duck, const kept_scope *scope,
                                           const kept_aliases *aliases, const char *tag,
                                           kept_err *err);
/* The table kept_alias_TAG(customer, "as") of keys that go by another. */
KEPT_MUST_CHECK kept_status kept_alias_table(kept_duck *duck, const kept_aliases *aliases,
                                             const char *tag, kept_err *err);
/* " AND ..." for rows of customers in sight. */
void kept_rows_in_sight(kept_buf *sql, const kept_scope *scope, const char *stored,
                        const char *tag);

#endif
