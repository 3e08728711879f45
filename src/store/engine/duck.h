/* store/engine/duck.h - the embedded engine: DuckDB, wrapped to what Kept uses of it.
 *
 * One kept_duck per process or operation: an in-memory database with a private temporary folder,
 * no extensions loaded from outside, and reach only to the folders and files it was opened with.
 * Results come as data chunks (never duckdb_value_*). Values reach SQL as parameters. Only
 * src/store may include this header. */
#ifndef KEPT_STORE_ENGINE_DUCK_H
#define KEPT_STORE_ENGINE_DUCK_H

#include <duckdb.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kept/arena.h"
#include "kept/err.h"

typedef struct kept_duck kept_duck;

typedef struct kept_duck_opts {
    size_t threads;           /* 0: one per core */
    size_t memory_mib;        /* 0: 2048; beyond it the engine spills into the temporary folder */
    const char *temp_folder;  /* private, exists; emptied and removed by the owner, not by us */
    const char *const *allow; /* folders and files the engine may read and write */
    size_t n_allow;
    const char *timezone;       /* IANA name for conversions; NULL: UTC */
    const volatile int *cancel; /* polled while a query runs; non-zero interrupts it */
} kept_duck_opts;

/* Opens the engine, applies the limits and locks the configuration. */
KEPT_MUST_CHECK kept_status kept_duck_open(const kept_duck_opts *opts, kept_duck **ret_duck,
                                           kept_err *err);
void kept_duck_close(kept_duck *duck); /* NULL is allowed */

/* A parameter of a statement: $1, $2 ... in order. */
typedef enum kept_duck_type {
    KEPT_DUCK_NULL,
    KEPT_DUCK_TEXT,
    KEPT_DUCK_INT,  /* BIGINT */
    KEPT_DUCK_UINT, /* UBIGINT: customer keys */
    KEPT_DUCK_REAL,
    KEPT_DUCK_DAY, /* DATE from days since 1970-01-01 */
} kept_duck_type;

typedef struct kept_duck_value {
    kept_duck_type type;
    const char *text;
    int64_t i;
    uint64_t u;
    double real;
} kept_duck_value;

#define KEPT_DV_TEXT(t) ((kept_duck_value){.type = KEPT_DUCK_TEXT, .text = (t)})
#define KEPT_DV_INT(n)  ((kept_duck_value){.type = KEPT_DUCK_INT, .i = (n)})
#define KEPT_DV_UINT(n) ((kept_duck_value){.type = KEPT_DUCK_UINT, .u = (n)})
#define KEPT_DV_REAL(x) ((kept_duck_value){.type = KEPT_DUCK_REAL, .real = (x)})
#define KEPT_DV_DAY(d)  ((kept_duck_value){.type = KEPT_DUCK_DAY, .i = (d)})

/* Runs one statement (more than one in sql is refused) and drops its result. *ret_changed, when
 * not NULL, is the number of rows it changed or wrote.
 * KEPT_ECANCELLED after an interrupt; KEPT_EIO for a full disk or a file that cannot be read;
 * KEPT_ENOMEM over the memory limit; KEPT_ECORRUPT for a damaged file; KEPT_ENUM for a number that
 * does not fit its type; else KEPT_EINTERNAL. */
KEPT_MUST_CHECK kept_status kept_duck_exec(kept_duck *duck, const char *sql,
                                           const kept_duck_value *values, size_t n_values,
                                           int64_t *ret_changed, kept_err *err);

/* A running query, read chunk by chunk in the order of the query. Every open result runs on a
 * session of its own (so other statements may run meanwhile); a freed one's session goes to the
 * next query, which then sees its temporary tables. kept_duck_exec has the session of
 * kept_duck_connection: tables for both must not be temporary. One thread at a time. */
typedef struct kept_duck_rows kept_duck_rows;

KEPT_MUST_CHECK kept_status kept_duck_query(kept_duck *duck, const char *sql,
                                            const kept_duck_value *values, size_t n_values,
                                            kept_duck_rows **ret_rows, kept_err *err);
/* The next chunk: *ret_n rows, 0 at the end. Column data stays valid until the next call. */
KEPT_MUST_CHECK kept_status kept_duck_next(kept_duck_rows *rows, size_t *ret_n, kept_err *err);
size_t kept_duck_columns(const kept_duck_rows *rows);
const char *kept_duck_column_name(const kept_duck_rows *rows, size_t column);
/* Plain array of the column in the current chunk: int64_t for BIGINT, int32_t for DATE and
 * INTEGER, duckdb_string_t for VARCHAR, int64_t for DECIMAL(18,s), double for DOUBLE ... */
const void *kept_duck_data(const kept_duck_rows *rows, size_t column);
bool kept_duck_known(const kept_duck_rows *rows, size_t column, size_t row); /* false: NULL */
/* Bytes of a VARCHAR cell (not terminated), NULL when the cell is NULL. */
const char *kept_duck_text(const kept_duck_rows *rows, size_t column, size_t row, size_t *ret_len);
void kept_duck_rows_free(kept_duck_rows *rows); /* NULL is allowed; may be called before the end */
void kept_duck__auto_rows(kept_duck_rows **rows);
#define KEPT_AUTO_ROWS __attribute__((cleanup(kept_duck__auto_rows))) kept_duck_rows

/* One row, one column: a count or a sum. NULL gives 0. */
KEPT_MUST_CHECK kept_status kept_duck_int(kept_duck *duck, const char *sql,
                                          const kept_duck_value *values, size_t n_values,
                                          int64_t *ret_value, kept_err *err);

/* Bulk loading of an existing table through data chunks. */
duckdb_connection kept_duck_connection(kept_duck *duck);
/* 1, 2, ...: for names that are used once. */
size_t kept_duck_serial(kept_duck *duck);

/* SQL identifiers and string literals for places where the engine takes no parameter (COPY paths,
 * column lists). Quoted, with quotes doubled; NUL bytes cannot occur. */
char *kept_duck_name(kept_arena *arena, const char *identifier) KEPT_MUST_CHECK;
char *kept_duck_literal(kept_arena *arena, const char *text) KEPT_MUST_CHECK;

#endif
