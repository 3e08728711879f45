/* store/judge/parties.h - how those who supply or carry fared by a measure, and what hangs on one
 * of them alone. */
#ifndef KEPT_STORE_JUDGE_PARTIES_H
#define KEPT_STORE_JUDGE_PARTIES_H

#include "store/judge/cases.h"

typedef struct kept_case_party {
    const char *name;  /* as the facts have it */
    int64_t n, failed; /* decided cases, to all customers */
    int64_t own;       /* of n, those of the customers asked about */
    int64_t things;    /* products (or what else the kind calls a case by) of these */
    int64_t only_here; /* of things, those that nobody else brought to anyone in these days */
} kept_case_party;

/* From the cases due in the first window of ask, of all customers: the parties named in the column
 * (as supplier, carrier) that served members of ask, or anyone when it has none and its group does
 * not match customers; most cases of their own first. None when the kind has no such column. One
 * statement. */
KEPT_MUST_CHECK kept_status kept_cases_parties(kept_store *store, const kept_scope *scope,
                                               const kept_case_ask *ask, const char *column,
                                               kept_arena *arena, kept_case_party **ret_parties,
                                               size_t *ret_n, kept_err *err);

#endif
