/* store/facts/source_int.h - private to reading sources: record scanner, conversions, guesses. */
#ifndef KEPT_STORE_FACTS_SOURCE_INT_H
#define KEPT_STORE_FACTS_SOURCE_INT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/text.h"
#include "kept/arena.h"
#include "kept/err.h"
#include "store/facts/source.h"

/* --- csv.c: records of a delimited file, for what the engine does not tell: on which line a record
 * stands, what was written in one that does not fit. Cuts records exactly as the engine does. ---
 */

typedef struct kept__record {
    const char *text; /* without its line end; valid until the next record */
    size_t len;
    size_t line;  /* of its first character, from 1 */
    size_t lines; /* line ends inside and after it */
    size_t cells;
    size_t filled; /* up to the last cell that is not empty: "a,,b,," has 3 */
    bool broken;   /* text after a closing quote */
    bool spaced;   /* blanks around a quoted cell, which the engine does not always expect */
    bool unclosed; /* a quote is open at the end of the file */
    bool ended;    /* a line end follows (the last record may have none) */
} kept__record;

/* Cuts one record off text; returns the bytes used, 0 when it is not complete and !at_end. */
size_t kept__csv_cut(const char *text, size_t len, bool at_end, char delimiter, char quote,
                     kept__record *ret_record);
/* Steps through the cells of a record: *at starts at 0; false after the last. The cell, unquoted
 * and with blanks around it cut off, is put into cell. */
bool kept__csv_cell(const kept__record *record, char delimiter, char quote, size_t *at,
                    kept_buf *cell);
/* The engine takes the record as a row of so many columns. */
bool kept__csv_fits(const kept__record *record, size_t columns);
bool kept__csv_blank(const kept__record *record);

typedef struct kept__csv {
    FILE *file;
    char *buf;
    size_t cap, begin, end;
    bool at_end;
    char delimiter, quote;
    size_t line; /* of the next record */
} kept__csv;

KEPT_MUST_CHECK kept_status kept__csv_open(const char *path, char delimiter, char quote,
                                           kept__csv *ret_csv, kept_err *err);
/* *ret_record is untouched and *ret_more false at the end. */
KEPT_MUST_CHECK kept_status kept__csv_next(kept__csv *csv, kept__record *ret_record, bool *ret_more,
                                           kept_err *err);
void kept__csv_close(kept__csv *csv); /* a zeroed struct is allowed */
#define KEPT_AUTO_CSV __attribute__((cleanup(kept__csv_close))) kept__csv

/* Writes one cell, quoted where needed. */
void kept__csv_write_cell(kept_buf *out, const char *text, size_t len, char delimiter);

/* --- source_files.c: private copies, reading in blocks --- */

typedef struct kept__out { /* a buffered file in the temporary folder */
    FILE *file;
    const char *path;
} kept__out;

KEPT_MUST_CHECK kept_status kept__out_open(const char *folder, kept_arena *arena, kept__out *out,
                                           kept_err *err);
void kept__out_add(kept__out *out, const void *data, size_t len); /* faults are told at the end */
KEPT_MUST_CHECK kept_status kept__out_close(kept__out *out, kept_err *err);
void kept__out_drop(kept__out *out); /* for errors: closes and removes; NULL file allowed */
#define KEPT_AUTO_OUT __attribute__((cleanup(kept__out_drop))) kept__out

KEPT_MUST_CHECK kept_status kept__file_open(const char *path, const char *shown, FILE **ret_file,
                                            kept_err *err);
/* Up to max bytes from the start. */
KEPT_MUST_CHECK kept_status kept__file_head(const char *path, const char *shown, size_t max,
                                            kept_buf *head, bool *ret_whole, kept_err *err);
/* A name in folder under which the engine may read path without having been told of it. */
KEPT_MUST_CHECK kept_status kept__file_link(const char *folder, const char *path, kept_arena *arena,
                                            const char **ret_link, kept_err *err);

/* --- encoding.c --- */

/* Unpacks a gzip file into folder. */
KEPT_MUST_CHECK kept_status kept__gunzip(const char *path, const char *shown, const char *folder,
                                         kept_arena *arena, const char **ret_path, kept_err *err);
/* Makes sure that the text is plain UTF-8 with one kind of line end and without NUL; *ret_path is
 * path itself when it already was. encoding NULL: found. */
KEPT_MUST_CHECK kept_status kept__text_plain(const char *path, const char *shown,
                                             const char *encoding, const char *folder,
                                             kept_arena *arena, const char **ret_path,
                                             const char **ret_encoding, kept_err *err);
/* --- dialect.c: delimiter, header and names of a delimited file, from its head --- */

typedef struct kept__dialect {
    char delimiter, quote;
    size_t columns;
    size_t skip; /* records before the header (or before the first row without one) */
    bool has_header;
    size_t first_line; /* of the first row of data; 0: there is none in the head */
    const char **names;
    double record_bytes; /* about, per record */
} kept__dialect;

/* delimiter 0: found. whole: head is the whole file. */
KEPT_MUST_CHECK kept_status kept__dialect_find(const char *head, size_t len, bool whole,
                                               char delimiter, const char *shown, kept_arena *arena,
                                               kept__dialect *ret_dialect, kept_err *err);

/* --- regular.c --- */

/* Makes sure that the engine cuts s->reading into rows as it should: one kind of line end, no text
 * or blanks around quoted cells, the same number of cells everywhere. Otherwise s->reading becomes
 * a copy with empty lines in place of broken records, so that every line keeps its number; those
 * records are put into s->broken. s->expected_rows is then exact. */
KEPT_MUST_CHECK kept_status kept__text_regular(kept_source *s, const kept__dialect *d,
                                               const char *folder, kept_arena *arena,
                                               kept_err *err);

/* --- xlsx.c --- */

/* Writes a sheet as CSV with commas into folder. */
KEPT_MUST_CHECK kept_status kept__xlsx_to_csv(const char *path, const char *shown,
                                              const char *sheet, const char *folder,
                                              kept_arena *arena, const char **ret_csv,
                                              const char **ret_sheet,
                                              const kept_line_run **ret_runs, size_t *ret_n_runs,
                                              kept_err *err);

/* --- source.c --- */

/* Line of a record of reading (workbooks: row of the sheet). */
size_t kept__source_line(const kept_source *source, size_t record, size_t line);

#endif
