/* store/records/rule.h - SQL from declarations over the ledger: warnings, documents, traces.
 *
 * A rule is one SELECT in SQLite's SQL. It sees the tables and views of records, measure_value and
 * the views made for rules, and nothing else: an authorizer refuses other tables, writing, pragmas,
 * attaching and functions that reach outside. Under a scope that sees some customers only, every
 * table is shadowed by a view of what is in sight. Steps and time are limited, and what cancels the
 * store cancels the rule. */
#ifndef KEPT_STORE_RECORDS_RULE_H
#define KEPT_STORE_RECORDS_RULE_H

#include "store/records/record.h"

typedef enum kept_rule_type {
    KEPT_RULE_NULL,
    KEPT_RULE_INT,
    KEPT_RULE_REAL,
    KEPT_RULE_TEXT
} kept_rule_type;

typedef struct kept_rule_cell {
    kept_rule_type type;
    int64_t i;
    double real; /* REAL; of INT too */
    const char *text;
} kept_rule_cell;

/* A named parameter, ":name" in the SQL. Names that the SQL does not use are allowed. `:today` is
 * always there: the scope's as-of day or today, ISO 8601. */
typedef struct kept_rule_param {
    const char *name;
    kept_rule_cell value;
} kept_rule_param;

typedef struct kept_rule_rows {
    const char **columns;
    size_t n_columns;
    kept_rule_cell *cells; /* n x n_columns */
    size_t n;
    bool cut; /* there were more than the limit */
} kept_rule_rows;

/* source: where the SQL stands, for messages ("warnings/concentration.yaml"). KEPT_EINPUT when the
 * SQL is wrong or asks for what it may not see. */
KEPT_MUST_CHECK kept_status kept_rule_run(kept_store *store, const kept_scope *scope,
                                          const char *sql, const char *source,
                                          const kept_rule_param *params, size_t n_params,
                                          size_t limit, kept_arena *arena, kept_rule_rows *ret_rows,
                                          kept_err *err);
/* -1: no column of that name. */
int kept_rule_column(const kept_rule_rows *rows, const char *name);
/* The day that `:today` stands for. */
int32_t kept_rule_today(const kept_scope *scope);

#endif
