/* make/can_we.h - whether a promise can be kept: what is known of its needs, and the rule that
 * makes an answer of it. Not for others. */
#ifndef KEPT_MAKE_CAN_WE_H
#define KEPT_MAKE_CAN_WE_H

#include "make/case_facts.h"
#include "op/ctx.h"
#include "store/judge/parties.h"
#include "store/records/rule.h"

/* How one point stands. What is not known is never fine. */
typedef enum kept_need {
    KEPT_NEED_UNKNOWN,
    KEPT_NEED_FINE,
    KEPT_NEED_SHORT,
    KEPT_NEED_MISSING,
} kept_need;

typedef enum kept_point_topic {
    KEPT_POINT_NEEDS,     /* is it written down what it needs */
    KEPT_POINT_RESOURCES, /* are they there */
    KEPT_POINT_OWNER,
    KEPT_POINT_LOAD,
    KEPT_POINT_SUPPLY,
    KEPT_POINT_SOURCES,
    KEPT_POINT_COUNTS, /* how often it would break at what fails today */
    KEPT_POINT_PAST,   /* promises like it */
    KEPT_N_POINTS,
} kept_point_topic;

typedef struct kept_point {
    bool looked; /* false: it is of no matter here */
    kept_need need;
    const char *finding;
    const char *next; /* where it is not known, how to say it; NULL */
} kept_point;

typedef enum kept_can {
    KEPT_CAN_NOT_SAY,
    KEPT_CAN_KEEP,
    KEPT_CAN_RISK,
    KEPT_CANNOT,
} kept_can;

/* Below such a share kept, or such a share of windows whole, a promise is at risk; below the second
 * it cannot be kept. Of fewer windows nothing is concluded. Ours. */
#define KEPT_CAN_RISK_BELOW   0.9
#define KEPT_CAN_CANNOT_BELOW 0.5
enum { KEPT_CAN_LEAST = 5 };

/* Cannot: anything is missing. At risk: anything is short. Can: resources are there, and the past
 * or the counts are fine. Else nobody can say. */
kept_can kept_can_answer(const kept_point points[static KEPT_N_POINTS]);
/* "can keep", "at risk", "cannot keep", "not known". */
const char *kept_can_words(kept_can can);
const char *kept_need_words(kept_need need);
const char *kept_point_title(kept_point_topic topic);
extern const char kept_can_rule[];
/* Of so many windows so many were kept: UNKNOWN where they are too few. */
kept_need kept_need_of_share(int64_t kept, int64_t n);

/* --- What is known --- */

typedef struct kept_can_we {
    kept_ctx *ctx;
    kept_store *store;
    const kept_promise *promise;
    const char *id; /* "P-12" */
    kept_point points[KEPT_N_POINTS];
    kept_rule_rows load; /* who, part, owns, helps */
    kept_rule_rows past; /* likeness, kept, windows, not_measured */
    bool has_facts;
    kept_case_facts facts;
    kept_case_party *parties;
    kept_rule_cell *party_records; /* of each party: dependence, reliability; NULL cells: none */
    const char **party_kinds;      /* "supplier", "carrier" */
    size_t n_parties;
} kept_can_we;

/* From records (can_we_records.c) and from facts (can_we_facts.c). */
KEPT_MUST_CHECK kept_status kept_can_we_records(kept_can_we *c, kept_err *err);
KEPT_MUST_CHECK kept_status kept_can_we_facts(kept_can_we *c, kept_err *err);
/* A row's cell by name; a NULL cell where there is none. */
const kept_rule_cell *kept_can_we_cell(const kept_rule_rows *rows, size_t row, const char *name);

#endif
