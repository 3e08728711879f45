/* general/warning_parts.h - what the operations on warnings share. Not for others. */
#ifndef KEPT_GENERAL_WARNING_PARTS_H
#define KEPT_GENERAL_WARNING_PARTS_H

#include "base/text.h"
#include "op/ctx.h"
#include "op/result.h"
#include "store/records/warnings.h"

/* The warnings of the workspace. */
KEPT_MUST_CHECK kept_status kept_warnings_of(kept_ctx *ctx, kept_store *store,
                                             kept_warnings *ret_warnings, kept_err *err);
/* The subject that words mean: a short id or name of what the warning is about; nothing or "firm"
 * for one about the firm. */
KEPT_MUST_CHECK kept_status kept_warning_subject(kept_ctx *ctx, kept_store *store,
                                                 const kept_warning *warning, const char *words,
                                                 int64_t *ret_subject, kept_err *err);
/* Short id ("P-12"; "firm") and label of a subject. */
KEPT_MUST_CHECK kept_status kept_warning_name(kept_ctx *ctx, kept_store *store,
                                              const kept_warning *warning, int64_t subject,
                                              const char **ret_id, const char **ret_label,
                                              kept_err *err);
/* "new", "accepted", "fixed": the word for a state (NULL: new). */
const char *kept_warning_state_word(const kept_warning_state *state);
/* What was noted about a subject; NULL: nothing. */
const kept_warning_state *kept_warning_state_of(const kept_warning_state *states, size_t n,
                                                const kept_warning *warning, int64_t subject);

/* --- Lists --- */

/* What fires about a subject, or did. */
typedef struct kept_warning_line {
    const kept_warning_look *look;
    const kept_warning_case *one; /* NULL: fixed, fires no more */
    const kept_warning_state *state;
    int64_t subject;
} kept_warning_line;

/* Most money first; for qsort. */
int kept_warning_by_money(const void *a, const void *b);

/* --- Words (warning_words.c) --- */

/* A figure of a row of a rule, as a person reads it: "–" when it is not known. */
KEPT_MUST_CHECK kept_status kept_figure_write(kept_ctx *ctx, kept_store *store,
                                              const kept_figure *figure, kept_rule_cell cell,
                                              kept_buf *out, kept_err *err);
/* Why the warning fires about a case: its sentence with figures filled in. */
KEPT_MUST_CHECK kept_status kept_warning_reason(kept_ctx *ctx, kept_store *store,
                                                const kept_warning_look *look,
                                                const kept_warning_case *one,
                                                const char **ret_reason, kept_err *err);

#endif
