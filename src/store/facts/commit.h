/* store/facts/commit.h - from the table `stage` to facts: keys, superseding, files, ledger.
 *
 *     kept_commit c;  kept_commit_begin, kept_commit_rows, kept_commit_finish;  kept_commit_done
 *
 * Between rows and finish the caller may publish the rejects file. Anything that fails, or done
 * without finish, leaves the workspace as it was.
 *
 * The writer's lock of the workspace keeps other imports out, so everything is made beside the
 * ledger, without a transaction; finish publishes it in a short one. Records may be written all the
 * while (see customers.h for ids that meet).
 *
 * Counts. Rows with the same key inside one import: the last in file order counts against what the
 * store holds (taken, superseded or unchanged), every earlier one counts as unchanged when it
 * equals the last and as superseded when not. So read = taken + superseded + unchanged + set aside
 * whatever the file holds. Equal means equal in every column that the incoming file maps. */
#ifndef KEPT_STORE_FACTS_COMMIT_H
#define KEPT_STORE_FACTS_COMMIT_H

#include <stdbool.h>

#include "kept/arena.h"
#include "kept/err.h"
#include "store/facts/import.h"
#include "store/facts/visible.h"
#include "store/inside.h"
#include "store/ledger/customers.h"

typedef struct kept_commit {
    kept_store *store;
    kept_duck *duck; /* holds the table `stage` */
    const kept_staged *stage;
    kept_arena *arena;
    bool dry_run;
    bool mended; /* rows set aside before and mended since: numbers go on from those stored */
    bool finished;
    kept_import result; /* filled step by step */
    const char *hashes; /* of the files imported, one a line */

    /* Of no interest to callers. */
    const char *columns; /* stored columns, separated by commas */
    bool has_customer;
    bool keyed;   /* every key column is there, perhaps numbered */
    bool numbers; /* the numbered column is made, not mapped */
    bool several; /* numbers beyond 1 occur */
    const char *key_min, *key_max;
    int64_t negative, stored, superseding, confirming;
    kept_visible old;
    kept_customer_book book; /* customers' ids, with those that are new */
    kept_fact_file files[2]; /* written: rows, vectors; path NULL: none */
} kept_commit;

/* c needs store, duck, stage, arena, dry_run set, and of result: kind, who, files, mapping,
 * profile. Gives result.id; imported_at is the moment of publishing. */
KEPT_MUST_CHECK kept_status kept_commit_begin(kept_commit *c, kept_err *err);
KEPT_MUST_CHECK kept_status kept_commit_rows(kept_commit *c, kept_err *err);
KEPT_MUST_CHECK kept_status kept_commit_finish(kept_commit *c, kept_err *err);
void kept_commit_done(kept_commit *c);

/* supersede.c: makes the tables kept_drop(row, same) and kept_hit(incoming, file, row, current) and
 * kept_same(row) from the table kept_incoming, and counts. */
KEPT_MUST_CHECK kept_status kept_commit__supersede(kept_commit *c, kept_err *err);
/* May the file hold keys of this import? */
bool kept_commit__reaches(const kept_commit *c, const kept_fact_file *file);
/* keys.c: customers' keys (in book) and the relation kept_incoming: stage with keys and numbers. */
KEPT_MUST_CHECK kept_status kept_commit__incoming(kept_commit *c, kept_err *err);
/* equal.c: counts rows without a key, and those equal to an earlier one. */
KEPT_MUST_CHECK kept_status kept_commit__without_key(kept_commit *c, kept_err *err);
/* " AND a.k IS NOT NULL ..." over the key columns; alias as in "i". */
void kept_commit__key_known(const kept_commit *c, kept_buf *sql, const char *alias);
bool kept_commit__maps(const kept_commit *c, const char *column);

/* Copies a query into a Parquet file below the workspace, whole or not at all, and describes it in
 * ret_file (path, hash, bytes, rows, lowest and highest customer when there is one). step names it
 * for kept_die_here: "STEP written", "STEP renamed". */
KEPT_MUST_CHECK kept_status kept_parquet_write(kept_store *store, kept_duck *duck,
                                               const char *query, const char *path,
                                               const char *step, kept_arena *arena,
                                               kept_fact_file *ret_file, kept_err *err);
/* Removes path and path.tmp below the workspace; path NULL: nothing. */
void kept_parquet_remove(const kept_store *store, const char *path);
/* " ORDER BY" customer, time and clock of the kind, those that the list of columns has; alias as
 * in "i". False: nothing to sort by, nothing added. */
bool kept_sort_order(kept_buf *sql, const kept_fact_kind *kind, const char *columns,
                     const char *alias);

#endif
