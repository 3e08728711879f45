/* store/records/rule_int.h - pieces of rule.c. For the store itself and its tests. */
#ifndef KEPT_STORE_RECORDS_RULE_INT_H
#define KEPT_STORE_RECORDS_RULE_INT_H

#include <stdbool.h>
#include <stdint.h>

#include "store/ledger/ledger.h"
#include "store/records/rule.h"

/* --- Running --- */

/* Whether a row is kept; one that is not was only looked at. */
typedef bool kept_rule_keep(void *asked, const kept_rule_rows *rows, const kept_rule_cell *cells);

typedef struct kept_rule_how {
    size_t limit;         /* rows; 0: all */
    uint64_t steps;       /* of SQLite's machine; 0: the usual limit */
    kept_rule_keep *keep; /* NULL: every row */
    void *asked;
} kept_rule_how;

/* kept_rule_run with everything that can be said about it. */
KEPT_MUST_CHECK kept_status kept_rule__run(kept_store *store, const kept_scope *scope,
                                           const char *sql, const char *source,
                                           const kept_rule_param *params, size_t n_params,
                                           const kept_rule_how *how, kept_arena *arena,
                                           kept_rule_rows *ret_rows, kept_err *err);

/* --- The guard (rule_guard.c): SQLite asks it about every table, column and function --- */

enum { KEPT_RULE_NAMES = 16, KEPT_RULE_NAME_ROOM = 64 };

typedef struct kept_rule_guard {
    const kept_catalogue *catalogue;
    /* Of a connection with views of what is in sight: the name under which those views, and nobody
     * else, know the ledger. NULL: everything is in sight. */
    const char *hidden;
    const volatile int *cancel;
    uint64_t steps_left; /* of SQLite's machine */
    bool cancelled, spent;
    char why[200]; /* the first thing refused, as the rest of a sentence; "" */
    /* "count(*) FROM x" names no column: SQLite says x, be it a table or a WITH of the rule itself.
     * These are looked up before the rule runs (kept_rule__guard_names). */
    char names[KEPT_RULE_NAMES][KEPT_RULE_NAME_ROOM];
    size_t n_names;
    bool looks_up;
} kept_rule_guard;

/* What rules see of the log: that something changed; not by whom, nor what was said. */
#define KEPT_RULE_LOG_COLUMNS "seq, at, kind, record, action"

/* From now on the connection serves the rule alone; kept_rule__guard_off before anything else. */
void kept_rule__guard_on(sqlite3 *db, kept_rule_guard *guard);
void kept_rule__guard_off(sqlite3 *db);
/* False when a name noted is a table after all; why is filled. Between prepare and step. */
bool kept_rule__guard_names(sqlite3 *db, kept_rule_guard *guard);
/* Whether a table or view is for rules. */
bool kept_rule__is_open(const kept_catalogue *catalogue, const char *table);

/* --- Sight (rule_sight.c) --- */

/* A connection of its own in which every table that is for rules is shadowed by a view of what the
 * scope sees. *ret_hidden: kept_rule_guard.hidden. */
KEPT_MUST_CHECK kept_status kept_rule__open_sight(kept_store *store, const kept_scope *scope,
                                                  kept_arena *arena, kept_ledger *ret_ledger,
                                                  const char **ret_hidden, kept_err *err);

#endif
