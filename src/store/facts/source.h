/* store/facts/source.h - a file of rows as it comes: CSV, workbook, JSON Lines, Parquet.
 *
 * Opening a source finds out format, encoding, delimiter, header; text that is not plain UTF-8 is
 * converted into a private temporary file first, a workbook's sheet is written out as CSV. After
 * that every source is a relation of VARCHAR columns in file order. Nothing is guessed silently:
 * what was found is in the struct and is shown. */
#ifndef KEPT_STORE_FACTS_SOURCE_H
#define KEPT_STORE_FACTS_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kept/arena.h"
#include "kept/err.h"
#include "store/engine/duck.h"

typedef enum kept_format {
    KEPT_FORMAT_CSV,
    KEPT_FORMAT_XLSX,
    KEPT_FORMAT_JSONL,
    KEPT_FORMAT_PARQUET,
} kept_format;

typedef struct kept_source_opts {
    const char *delimiter;   /* one character, "tab"; NULL: found */
    const char *encoding;    /* "utf-8", "utf-16", "latin-1", "windows-1252"; NULL: found */
    const char *sheet;       /* workbook: name of the sheet; NULL: the first with rows */
    const char *temp_folder; /* private; holds converted copies until the caller empties it */
} kept_source_opts;

enum { KEPT_SAMPLES = 3 };

typedef struct kept_source_column {
    const char *name;                  /* as in the header; "column1" ... without one */
    size_t filled;                     /* non-empty cells among the rows looked at */
    const char *samples[KEPT_SAMPLES]; /* first distinct values; NULL when fewer */
} kept_source_column;

typedef struct kept_source {
    const char *path;    /* as the user wrote it */
    const char *reading; /* the file the engine reads: path, or a converted copy */
    kept_format format;
    const char *encoding;  /* as found */
    const char *sheet;     /* workbook */
    char delimiter, quote; /* CSV; quote 0: none */
    bool has_header;
    size_t first_line; /* line of the first data row, from 1 */
    kept_source_column *columns;
    size_t n_columns;
    size_t looked_at;     /* rows behind filled and samples */
    const char *relation; /* SQL: FROM-able, all columns VARCHAR, in file order; without the
                             rows that are in broken */
    size_t skip;          /* CSV, workbook: records before the header: titles, empty lines */
    uint64_t bytes;       /* size of reading */
    size_t expected_rows; /* rows; CSV and Parquet exactly, else about; 0: unknown */
    const struct kept_line_run *line_runs; /* workbook: record of reading -> row of the sheet */
    size_t n_line_runs;
    const struct kept_broken *broken; /* CSV: records that are no rows; to be set aside */
    size_t n_broken;
} kept_source;

typedef enum kept_broken_why {
    KEPT_BROKEN_TOO_FEW, /* cells */
    KEPT_BROKEN_TOO_MANY,
    KEPT_BROKEN_AFTER_QUOTE, /* text follows a closing quote */
    KEPT_BROKEN_UNCLOSED,    /* a quote is open at the end of the file */
    KEPT_BROKEN_TOO_LONG,    /* over two million bytes */
} kept_broken_why;

typedef struct kept_broken {
    size_t line;
    const char *text;
    size_t cells;
    kept_broken_why why;
} kept_broken;

/* From record `record` (from 1) on, until the next run, record r stands on line `line + r -
 * record`. */
typedef struct kept_line_run {
    size_t record, line;
} kept_line_run;

/* KEPT_EINPUT with one sentence when the file is empty, is not what it says, is cut off, is a
 * workbook with a password, has no header that can be used, ... KEPT_ENOTFOUND, KEPT_EIO. */
KEPT_MUST_CHECK kept_status kept_source_open(kept_duck *duck, const char *path,
                                             const kept_source_opts *opts, kept_arena *arena,
                                             kept_source **ret_source, kept_err *err);

#endif
