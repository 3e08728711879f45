/* store/records/warnings.h - warnings of a workspace: what they find, and what became of it.
 *
 * Judging a warning runs its rule over the ledger. What fires is noted: new (open), accepted with a
 * reason until a day, or fixed, once it no longer fires. Accepting and changing limits are changes
 * of the ledger, logged like others. */
#ifndef KEPT_STORE_RECORDS_WARNINGS_H
#define KEPT_STORE_RECORDS_WARNINGS_H

#include "catalogue/warning.h"
#include "store/records/rule.h"

#define KEPT_SUBJECT_FIRM "firm" /* subject_kind of what is about the firm as a whole */

typedef enum kept_warning_answer {
    KEPT_WARNING_PACK_OFF, /* its pack is not in use */
    KEPT_WARNING_UNSURE,   /* not enough data to tell, about any subject */
    KEPT_WARNING_QUIET,    /* looked, and found nothing */
    KEPT_WARNING_FIRES,
} kept_warning_answer;

/* One subject looked at. */
typedef struct kept_warning_case {
    int64_t subject; /* 0: the firm */
    bool enough;     /* false: not enough data to tell */
    bool fires;
    bool has_money;
    int64_t money;               /* at stake, ten-thousandths */
    const kept_rule_cell *cells; /* one per column of the look */
} kept_warning_case;

typedef struct kept_warning_look {
    const kept_warning *warning;
    kept_warning_answer answer;
    const char *why;         /* PACK_OFF, UNSURE: a sentence, and what helps */
    const double *limits;    /* in force, one per limit of the warning */
    const bool *is_adjusted; /* the workspace has set it */
    const char *const *columns;
    size_t n_columns;
    size_t n_looked, n_unsure;
    const kept_warning_case *cases; /* those that fire; of one subject asked for: that one */
    size_t n;
} kept_warning_look;

enum { KEPT_WARNING_ALL = -1 }; /* every subject */

/* subject: KEPT_WARNING_ALL or one. KEPT_EINPUT when the rule is wrong. */
KEPT_MUST_CHECK kept_status kept_warning_judge(kept_store *store, const kept_scope *scope,
                                               const kept_warning *warning, int64_t subject,
                                               kept_arena *arena, kept_warning_look *ret_look,
                                               kept_err *err);
/* The rows that set it off. */
KEPT_MUST_CHECK kept_status kept_warning_evidence(kept_store *store, const kept_scope *scope,
                                                  const kept_warning_look *look, int64_t subject,
                                                  kept_arena *arena, kept_rule_rows *ret_rows,
                                                  kept_err *err);

/* --- What became of it --- */

typedef struct kept_warning_state {
    const char *warning;
    const char *subject_kind;
    int64_t subject;
    const char *state;                  /* open, accepted, fixed */
    const char *first_seen, *last_seen; /* ISO 8601 days */
    const char *until, *reason, *who;   /* accepted; else NULL */
} kept_warning_state;

/* All that was noted of a warning (NULL: of every one) about subjects in sight, by name and
 * subject. An acceptance that has ended counts as open. */
KEPT_MUST_CHECK kept_status kept_warning_states(kept_store *store, const kept_scope *scope,
                                                const kept_warning *warning, kept_arena *arena,
                                                kept_warning_state **ret_states, size_t *ret_n,
                                                kept_err *err);
/* Notes what was found by looks at all subjects: what fires and since when, what is fixed. Does
 * nothing under a scope that does not see everything, or with an as-of day. The store must have
 * been opened for records. */
KEPT_MUST_CHECK kept_status kept_warnings_note(kept_store *store, const kept_scope *scope,
                                               const kept_warning_look *looks, size_t n,
                                               kept_err *err);

/* Accepts what fires until a day (inclusive), with a reason. KEPT_EARG when it does not fire, or
 * the day is past. */
KEPT_MUST_CHECK kept_status kept_warning_accept(kept_store *store, const kept_scope *scope,
                                                const kept_warning *warning, int64_t subject,
                                                int32_t until, const char *reason, kept_err *err);
/* KEPT_EARG when it is not accepted. */
KEPT_MUST_CHECK kept_status kept_warning_reopen(kept_store *store, const kept_scope *scope,
                                                const kept_warning *warning, int64_t subject,
                                                kept_err *err);
/* value NULL: back to the default. */
KEPT_MUST_CHECK kept_status kept_warning_set_limit(kept_store *store, const kept_scope *scope,
                                                   const kept_warning *warning,
                                                   const kept_warning_limit *limit,
                                                   const double *value, kept_err *err);

#endif
