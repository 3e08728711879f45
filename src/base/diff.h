/* base/diff.h - what changed between two texts, line by line (Myers 1986, O(ND)).
 *
 * A line is what stands up to and with its line end, so a last line without one differs from the
 * same line with one. The edits give the shortest way from the old text to the new one; texts that
 * differ in too many lines are replaced whole between what they share at beginning and end. */
#ifndef KEPT_BASE_DIFF_H
#define KEPT_BASE_DIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "kept/arena.h"
#include "kept/err.h"

typedef struct kept_diff_line { /* borrowed from the text */
    const char *text;
    size_t len; /* the line end included */
} kept_diff_line;

typedef enum kept_diff_what {
    KEPT_DIFF_SAME,
    KEPT_DIFF_REMOVED, /* lines of the old text */
    KEPT_DIFF_ADDED,   /* lines of the new text */
} kept_diff_what;

typedef struct kept_diff_edit {
    kept_diff_what what;
    size_t old_at, new_at; /* where it begins in each text, from 0 */
    size_t n;              /* lines, > 0 */
} kept_diff_edit;

typedef struct kept_diff {
    const kept_diff_line *old_lines, *new_lines;
    size_t n_old, n_new;
    const kept_diff_edit *edits; /* in order; they cover both texts; removed before added */
    size_t n_edits;
    size_t removed, added; /* lines */
    bool coarse;           /* too many differences: the middle was replaced whole */
} kept_diff;

enum { KEPT_DIFF_LIMIT = 2000 };

/* limit: most lines removed and added together that are looked for, 0: KEPT_DIFF_LIMIT. Takes time
 * (n_old + n_new) x limit and memory limit^2 x 4 bytes at worst. The lines point into the texts. */
KEPT_MUST_CHECK kept_status kept_diff_texts(const char *old_text, const char *new_text,
                                            size_t limit, kept_arena *arena, kept_diff *ret_diff,
                                            kept_err *err);

/* Edits that stand so near that their surroundings of `context` lines touch are shown together: the
 * edits from *from (0 at first) on that make the next such piece, with its lines cut to the
 * context. False when there is none. */
typedef struct kept_diff_hunk {
    size_t first_edit, n_edits; /* of the diff */
    size_t old_at, n_old;       /* lines shown of each text, context included */
    size_t new_at, n_new;
} kept_diff_hunk;

bool kept_diff_next_hunk(const kept_diff *diff, size_t context, size_t *from,
                         kept_diff_hunk *ret_hunk);
/* The edit cut to what the hunk shows of it. */
kept_diff_edit kept_diff_hunk_edit(const kept_diff *diff, const kept_diff_hunk *hunk, size_t i);

/* The diff in unified form, as `diff -u` and `patch` know it; nothing when the texts are equal. */
void kept_diff_unified(const kept_diff *diff, const char *old_name, const char *new_name,
                       size_t context, kept_buf *out);

#endif
