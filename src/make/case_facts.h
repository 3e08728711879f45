/* make/case_facts.h - what the facts of the last year say about a promise that is to be made, or
 * was: how many cases there are, and how many of them fail. Not for others. */
#ifndef KEPT_MAKE_CASE_FACTS_H
#define KEPT_MAKE_CASE_FACTS_H

#include "make/counts.h"
#include "op/ctx.h"
#include "store/judge/cases.h"
#include "store/judge/promises.h"

enum { KEPT_FACTS_DAYS = 365 };

/* Below so many cases of its own, a customer's rate is drawn towards those of others. Ours. */
enum { KEPT_FACTS_FEW = 100 };

typedef struct kept_case_facts {
    kept_case_group group;
    kept_case_window window; /* the days looked at */
    kept_case_member *members;
    size_t n_members;
    const char *kind;                 /* of facts: "deliveries" */
    const char *cases;                /* what is counted: "deliveries", "weeks" */
    const char *fails;                /* "late" */
    int32_t seen;                     /* last day of these facts; KEPT_NO_DAY: there are none */
    int days;                         /* from the first case on, a year at most */
    int64_t cases_n, failed, unknown; /* that fell due in them; unknown ones are not in cases_n */
    double per_year;                  /* NaN: not known */
    double rate;                      /* NaN: not known */
    kept_rate_from from;
    int64_t others; /* customers that the rate rests on besides */
} kept_case_facts;

/* *ret_cause: why it cannot be counted from facts, in half a sentence; NULL: it can. Then ret_facts
 * is filled; facts that are not there leave per_year and rate NaN. Lives in ctx->arena. */
KEPT_MUST_CHECK kept_status kept_case_facts_read(kept_ctx *ctx, kept_store *store,
                                                 const kept_promise *promise,
                                                 kept_case_facts *ret_facts, const char **ret_cause,
                                                 kept_err *err);

/* The promise that options of kept promise add or counts describe; options that the operation does
 * not have count as absent. Lives in ctx->arena. */
KEPT_MUST_CHECK kept_status kept_promise_draft(kept_ctx *ctx, kept_store *store,
                                               const kept_args *args, kept_promise *ret_promise,
                                               kept_err *err);

#endif
