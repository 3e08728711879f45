/* catalogue/start.h - what to do next, declared in catalogue/start.yaml: steps with the condition
 * under which they pay. */
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

/* A workspace's own steps, then those built in, in their order. KEPT_EINPUT names file, line,
 * column, field and the nearest valid word. */
KEPT_MUST_CHECK kept_status kept_steps_load(const char *workspace_folder,
                                            const kept_catalogue *catalogue, kept_arena *arena,
                                            kept_step **ret_steps, size_t *ret_n, kept_err *err);

#endif
