/* store/facts/sql.h - building statements for the engine.
 *
 * Values reach statements as parameters; names of columns and tables, paths and ids of files
 * cannot, and are written through these functions alone. */
#ifndef KEPT_STORE_FACTS_SQL_H
#define KEPT_STORE_FACTS_SQL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "catalogue/fact_kind.h"
#include "kept/err.h"
#include "store/engine/duck.h"

void kept_sql_name(kept_buf *sql, const char *before, const char *name, const char *after);
void kept_sql_text(kept_buf *sql, const char *before, const char *text, const char *after);
void kept_sql_int(kept_buf *sql, const char *before, int64_t value, const char *after);
/* Runs what was built and empties the buffer. */
KEPT_MUST_CHECK kept_status kept_sql_run(kept_duck *duck, kept_buf *sql, int64_t *ret_changed,
                                         kept_err *err);
KEPT_MUST_CHECK kept_status kept_sql_count(kept_duck *duck, kept_buf *sql, int64_t *ret_count,
                                           kept_err *err);

/* --- Stored columns: those of the kind, and c_clock beside every WHEN column c --- */

typedef struct kept_stored_column {
    char name[128];
    const char *type; /* in SQL, as stored */
    const kept_fact_column *column;
    bool clock;
} kept_stored_column;

/* Into the caller's arena; *ret_n of them, in the order of the kind. */
kept_stored_column *kept_stored_columns(const kept_fact_kind *kind, kept_arena *arena,
                                        size_t *ret_n);
/* Is name one of the words of a list separated by commas? */
bool kept_list_has(const char *list, const char *name);

#endif
