/* store/facts/import_int.h - the steps that imports of facts and of records share: which files, how
 * they are read, where rows set aside go, what stands in the ledger. Private to src/store. */
#ifndef KEPT_STORE_FACTS_IMPORT_INT_H
#define KEPT_STORE_FACTS_IMPORT_INT_H

#include "store/facts/import.h"
#include "store/inside.h"

/* A file that was rewritten as CSV to be read, and where its rows stood before. */
typedef struct kept_import_copy {
    const char *path; /* NULL: the file itself is read */
    const kept_line_run *runs;
    size_t n_runs;
} kept_import_copy;

typedef struct kept_import_task {
    kept_store *store;
    const kept_scope *scope;
    const kept_fact_kind *kind; /* what the columns of the files fill */
    const char *const *paths;
    const kept_import_copy *copies; /* one per path; NULL: none */
    size_t n;
    const kept_import_opts *opts;
    kept_arena *arena;
    kept_duck *duck;
    const char *hashes; /* of the files, one a line */
    kept_import_view view;
} kept_import_task;

void kept_import__say(const kept_import_task *t, const char *what);
/* Sets hashes. KEPT_EINPUT for a file that is given twice or in force already. */
KEPT_MUST_CHECK kept_status kept_import__hash_files(kept_import_task *t, kept_err *err);
/* Sets sources and mappings of the view. */
KEPT_MUST_CHECK kept_status kept_import__open_sources(kept_import_task *t, kept_err *err);
/* KEPT_EINPUT when no row at all was taken; the view has the counts. */
KEPT_MUST_CHECK kept_status kept_import__check_taken(const kept_import_task *t, kept_err *err);
/* Writes the file of rows set aside, when there are any, and notes it in the result. */
KEPT_MUST_CHECK kept_status kept_import__write_rejects(kept_import_task *t, kept_import *result,
                                                       kept_err *err);
void kept_import__remove_rejects(const kept_import_task *t, const kept_import *result);
/* Texts of the ledger's row. */
KEPT_MUST_CHECK kept_status kept_import__describe(const kept_import_task *t, kept_import *result,
                                                  kept_err *err);

#endif
