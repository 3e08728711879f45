/* store/ledger/imports.h - rows of the ledger: imports, fact files, profiles. */
#ifndef KEPT_STORE_LEDGER_IMPORTS_H
#define KEPT_STORE_LEDGER_IMPORTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kept/arena.h"
#include "kept/err.h"
#include "store/facts/import.h"
#include "store/ledger/ledger.h"

/* A Parquet file of the workspace. Columns are in schema.c. */
typedef struct kept_fact_file {
    int64_t id;
    const char *kind;
    bool over;        /* vectors (which rows are superseded or confirmed) rather than facts */
    const char *path; /* below the workspace: "facts/orders/3.parquet" */
    int64_t first_import, last_import;
    bool joined;      /* holds several imports: has a column `import` */
    const char *hash; /* BLAKE2b-256, hexadecimal */
    int64_t bytes, rows;
    const char *columns;           /* stored columns, separated by commas */
    const char *key_min, *key_max; /* first key column as text; NULL: no row has a key */
    uint64_t customer_min, customer_max;
    int64_t negative;
    int64_t superseding, confirming; /* vectors: rows of each sort */
} kept_fact_file;

/* Id of the next import. */
KEPT_MUST_CHECK kept_status kept_ledger_next_import(kept_ledger *ledger, int64_t *ret_id,
                                                    kept_err *err);
KEPT_MUST_CHECK kept_status kept_ledger_import_add(kept_ledger *ledger, const kept_import *import,
                                                   const char *hashes, const char *columns,
                                                   kept_err *err);
/* One import (id > 0) or all, newest first. */
KEPT_MUST_CHECK kept_status kept_ledger_imports(kept_ledger *ledger, int64_t id, kept_arena *arena,
                                                kept_import **ret_imports, size_t *ret_n,
                                                kept_err *err);
/* The import in force of the kind that holds a file with the hash; 0: none. */
KEPT_MUST_CHECK kept_status kept_ledger_import_of_hash(kept_ledger *ledger, const char *kind,
                                                       const char *hash, int64_t *ret_id,
                                                       kept_err *err);

KEPT_MUST_CHECK kept_status kept_ledger_file_add(kept_ledger *ledger, const kept_fact_file *file,
                                                 int64_t *ret_id, kept_err *err);
KEPT_MUST_CHECK kept_status kept_ledger_file_remove(kept_ledger *ledger, int64_t id, kept_err *err);
/* Files of a kind (NULL: of all), oldest import first, facts before vectors. */
KEPT_MUST_CHECK kept_status kept_ledger_files(kept_ledger *ledger, const char *kind,
                                              kept_arena *arena, kept_fact_file **ret_files,
                                              size_t *ret_n, kept_err *err);

/* *ret_mapping NULL when there is no such profile. */
KEPT_MUST_CHECK kept_status kept_ledger_profile(kept_ledger *ledger, const char *kind,
                                                const char *name, kept_arena *arena,
                                                const char **ret_mapping, kept_err *err);
KEPT_MUST_CHECK kept_status kept_ledger_profile_set(kept_ledger *ledger, const char *kind,
                                                    const char *name, const char *mapping,
                                                    kept_err *err);

#endif
