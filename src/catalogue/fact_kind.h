/* catalogue/fact_kind.h - kinds of facts, declared in catalogue/facts/NAME.yaml.
 *
 * A kind says which columns its rows have, which identify a row, and when each column becomes
 * known. Kinds are compiled into the program; a workspace adds its own in its catalogue/facts. */
#ifndef KEPT_CATALOGUE_FACT_KIND_H
#define KEPT_CATALOGUE_FACT_KIND_H

#include <stdbool.h>
#include <stddef.h>

#include "kept/arena.h"
#include "kept/err.h"

typedef enum kept_column_type {
    KEPT_COL_CUSTOMER, /* the firm's own id of a customer; stored as a random 64-bit key */
    KEPT_COL_WHEN,     /* a day, or a day and a time of day (see below) */
    KEPT_COL_MONEY,    /* DECIMAL(18,4) in the workspace's currency */
    KEPT_COL_NUMBER,   /* DECIMAL(18,4) */
    KEPT_COL_INTEGER,  /* BIGINT */
    KEPT_COL_FLAG,     /* BOOLEAN */
    KEPT_COL_TEXT,     /* VARCHAR */
    KEPT_COL_CHOICE,   /* VARCHAR from a closed list */
} kept_column_type;

/* A WHEN column `c` is stored as two: `c` DATE and `c_clock` TIME, the latter NULL where the source
 * gave a day only. A day is never stored as midnight. Both are local to the workspace's zone. */

typedef struct kept_fact_column {
    const char *name;
    const char *title;
    const char *help;
    kept_column_type type;
    bool required;
    const char *known;        /* WHEN column at which the value becomes known; NULL: with the row */
    const char *const *guess; /* squashed header names (kept_text_squash) that mean this column */
    size_t n_guess;
    const char *const *choices; /* KEPT_COL_CHOICE */
    size_t n_choices;
} kept_fact_column;

typedef struct kept_fact_kind {
    const char *name;
    const char *title;
    const char *summary;
    const char *stage;
    const char *ids;  /* requirement ids */
    const char *time; /* the WHEN column that dates the row for --as-of; NULL: always there */
    const kept_fact_column *columns;
    size_t n_columns;
    const char *const *key; /* columns that identify a row; none: rows have no key */
    size_t n_key;
    /* The key column that is numbered 1, 2, ... in file order within the other key columns when the
     * file has no such column (order lines); NULL: none. */
    const char *numbered;
    const char *source; /* file name, for messages */
} kept_fact_kind;

typedef struct kept_fact_kinds {
    const kept_fact_kind *const *kinds; /* by name */
    size_t n;
} kept_fact_kinds;

/* Built-in kinds plus those of workspace_folder/catalogue/facts (NULL: built-in only). A workspace
 * may not redefine a built-in kind. KEPT_EINPUT names file, line, column, field and the nearest
 * valid word. Lives in arena. */
KEPT_MUST_CHECK kept_status kept_fact_kinds_load(const char *workspace_folder, kept_arena *arena,
                                                 kept_fact_kinds *ret_kinds, kept_err *err);
/* One kind from YAML text; source names it in messages. */
KEPT_MUST_CHECK kept_status kept_fact_kind_parse(const char *yaml, size_t len, const char *source,
                                                 kept_arena *arena, kept_fact_kind **ret_kind,
                                                 kept_err *err);
/* KEPT_ENOTFOUND with the nearest name. */
KEPT_MUST_CHECK kept_status kept_fact_kinds_find(const kept_fact_kinds *kinds, const char *name,
                                                 const kept_fact_kind **ret_kind, kept_err *err);
const kept_fact_column *kept_fact_column_find(const kept_fact_kind *kind, const char *name);

#endif
