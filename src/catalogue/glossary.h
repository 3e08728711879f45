/* catalogue/glossary.h - the words of the field and of the program, declared in
 * catalogue/glossary.yaml and in a workspace's own. */
#ifndef KEPT_CATALOGUE_GLOSSARY_H
#define KEPT_CATALOGUE_GLOSSARY_H

#include <stddef.h>

#include "kept/arena.h"
#include "kept/err.h"

typedef struct kept_term {
    const char *term;
    const char *const *also; /* other words for it */
    size_t n_also;
    const char *meaning;
    const char *source; /* where it comes from */
} kept_term;

/* By term, without regard to case. A workspace's own term takes the place of a built-in one.
 * KEPT_EINPUT names file, line and column. */
KEPT_MUST_CHECK kept_status kept_glossary_load(const char *workspace_folder, kept_arena *arena,
                                               kept_term **ret_terms, size_t *ret_n, kept_err *err);

#endif
