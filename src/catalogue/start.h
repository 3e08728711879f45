/* catalogue/start.h - what to do next, declared in catalogue/start.yaml: steps with the condition
 * under which they pay; and which measures say what the customers are worth. */
#ifndef KEPT_CATALOGUE_START_H
#define KEPT_CATALOGUE_START_H

#include <stdbool.h>
#include <stddef.h>

#include "catalogue/catalogue.h"
#include "kept/arena.h"
#include "kept/err.h"

typedef struct kept_step {
    const char *name;
    const char *stage;
    const char *pack; /* silent while it is off */
    /* A SELECT (store/records/rule.h): the step applies when it gives a row, whose columns fill
     * {column} in say and command. */
    const char *find;
    const char *say;     /* one sentence */
    const char *command; /* "kept ..." */
    const char *source;
    bool own;
} kept_step;

typedef struct kept_start {
    const kept_step *steps; /* a workspace's own, then those built in, in their order */
    size_t n;
    const char *const *measures; /* whose sums over all customers say what the base is worth */
    size_t n_measures;
} kept_start;

/* KEPT_EINPUT names file, line, column, field and the nearest valid word. */
KEPT_MUST_CHECK kept_status kept_start_load(const char *workspace_folder,
                                            const kept_catalogue *catalogue, kept_arena *arena,
                                            kept_start *ret_start, kept_err *err);

#endif
