/* store/facts/visible.h - which rows of which fact files stand at a moment of import time.
 *
 * Import i is visible at K when imported_at <= K and it was not undone by K. A row of import i is
 * alive when i is visible or a visible import confirms the row; it stands when it is alive and no
 * visible import supersedes it. Undoing an import therefore only notes when: what it superseded
 * stands again by itself, and what others confirmed stays. */
#ifndef KEPT_STORE_FACTS_VISIBLE_H
#define KEPT_STORE_FACTS_VISIBLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "kept/arena.h"
#include "kept/err.h"
#include "store/inside.h"

typedef struct kept_visible_file { /* a file with at least one alive row, perhaps superseded */
    const kept_fact_file *file;
    const char *path; /* absolute */
    bool all;         /* every import in it is visible */
    bool none;        /* no import in it is visible: only confirmed rows are alive */
    int64_t hidden;   /* rows of it in the table of superseded rows */
} kept_visible_file;

/* Also makes three tables in the engine, named with tag (the kind, or "now"): kept_in_TAG(import)
 * visible imports, kept_hidden_TAG(file, row) superseded rows, kept_alive_TAG(file, row) confirmed
 * rows of imports that are not visible. */
typedef struct kept_visible {
    const char *tag;
    kept_visible_file *files; /* oldest first */
    size_t n;
} kept_visible;

/* Files are verified before they are read: the vectors here, files of facts when verify is set
 * (the others by whoever reads them). */
KEPT_MUST_CHECK kept_status kept_visible_load(kept_store *store, kept_duck *duck, const char *kind,
                                              int64_t known_at, const char *tag, bool verify,
                                              kept_arena *arena, kept_visible *ret_visible,
                                              kept_err *err);

/* " FROM read_parquet(...) f ... WHERE ..." over the rows of the file that are alive, or that
 * stand; more conditions may follow with AND. Alias f. */
void kept_visible_from(kept_buf *sql, const kept_visible *visible, const kept_visible_file *file,
                       bool standing);
/* Name of one of the tables. */
void kept_visible_table(kept_buf *sql, const char *what, const char *tag);

#endif
