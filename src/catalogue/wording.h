/* catalogue/wording.h - what to look for in the words of a promise, declared in
 * catalogue/wording.yaml: lists of words by check. */
#ifndef KEPT_CATALOGUE_WORDING_H
#define KEPT_CATALOGUE_WORDING_H

#include <stdbool.h>
#include <stddef.h>

#include "kept/arena.h"
#include "kept/err.h"

typedef enum kept_wording_name {
    KEPT_WORDING_WHO,
    KEPT_WORDING_WHAT,
    KEPT_WORDING_WHEN,
    KEPT_WORDING_NUMBER,
    KEPT_WORDING_SEEN,
    KEPT_WORDING_VAGUE,
    KEPT_WORDING_THEIRS,
    KEPT_WORDING_ONE,
    KEPT_WORDING_ABSOLUTE,
    KEPT_N_WORDINGS,
} kept_wording_name;

typedef struct kept_wording_check {
    const char *title;
    const char *question; /* of the worksheet promise_wording */
    const char *advice;
    const char *const *words; /* as declared; NULL: none */
    size_t n_words;
    const char *const *against; /* of theirs: words that weigh against the others */
    size_t n_against;
} kept_wording_check;

typedef struct kept_wording {
    kept_wording_check checks[KEPT_N_WORDINGS];
} kept_wording;

/* The built-in file, then the workspace's own (workspace_folder/catalogue/wording.yaml; NULL:
 * built-in only): it adds words to checks, drops some, and may give other titles and advice.
 * KEPT_EINPUT names file, line, column, field and the nearest valid word. */
KEPT_MUST_CHECK kept_status kept_wording_load(const char *workspace_folder, kept_arena *arena,
                                              kept_wording *ret_wording, kept_err *err);

/* Where word stands in text next, whole, whatever its case, a hyphen counting as a blank; NULL:
 * nowhere. *ret_len: bytes of it there. */
const char *kept_wording_find(const char *text, const char *word, size_t *ret_len);

#endif
