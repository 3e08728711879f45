/* kept/allowance.h - how many failures a promise allows, and what counts make of it.
 *
 * All of it is exact: a share is an integer of millionths, so that floor(100 x (1 - .93)) is 7 and
 * not 6. No state, no allocation. */
#ifndef KEPT_ALLOWANCE_H
#define KEPT_ALLOWANCE_H

#include <stdbool.h>
#include <stdint.h>

enum { KEPT_SHARE_ONE = 1000000 }; /* 100 % in millionths */

/* A fixed count, or a share of however many cases there turn out to be. */
typedef struct kept_allowance {
    bool fixed;
    int64_t count;  /* fixed: failures allowed in a window, >= 0 */
    int64_t target; /* else: share to be kept in millionths, 0..KEPT_SHARE_ONE */
} kept_allowance;

/* Failures allowed among n >= 0 cases: the count, or floor(n x (1 - target)). */
int64_t kept_allowed(const kept_allowance *allowance, int64_t n);
/* The share of n good cases in millionths, cut; n > 0. For showing; never compared with. */
int64_t kept_attained(int64_t good, int64_t n);

typedef enum kept_tripwire {
    KEPT_TRIP_NONE,
    KEPT_TRIP_WARN,   /* bad >= max(1, allowed - 1) */
    KEPT_TRIP_ACT,    /* bad >= allowed: the next failure breaks it */
    KEPT_TRIP_BROKEN, /* bad > allowed */
} kept_tripwire;

/* Of what is allowed at the volume expected by the end of the window. allowed 0: every failure
 * breaks it, so there is nothing between NONE and BROKEN. */
kept_tripwire kept_tripwire_of(int64_t bad, int64_t allowed);

typedef enum kept_verdict {
    KEPT_NOT_MEASURED,
    KEPT_VERDICT_KEPT,
    KEPT_VERDICT_PARTLY,
    KEPT_VERDICT_BROKEN,
    KEPT_VERDICT_EXCUSED,
    KEPT_N_VERDICTS,
} kept_verdict;

/* What a closed window held. */
typedef struct kept_counts {
    int64_t good, bad;
    int64_t excused; /* do not count either way */
    int64_t unknown; /* what must be known to judge them is not */
    int64_t open;    /* not decided yet */
} kept_counts;

typedef struct kept_verdict_rule {
    kept_allowance allowance;
    int64_t exempted;     /* failures that were agreed beforehand not to count, >= 0 */
    int64_t partly_from;  /* share in millionths from which a miss is a partial one; 0: none is */
    int64_t min_coverage; /* share of good, bad and unknown that must be decided; below: not
                             measured */
} kept_verdict_rule;

/* The verdict on the counts of one window. Nothing due: not measured. Excused when all that was due
 * was excused. Broken (or partly kept) as soon as more failed than could be allowed however the
 * rest comes out, measured or not; kept only when something was decided, what was measured covers
 * enough, and the open ones cannot turn it: until then it is not measured. Otherwise what is
 * unknown counts neither way. */
kept_verdict kept_verdict_of(const kept_counts *counts, const kept_verdict_rule *rule);

/* "kept", "not measured": as people say it; "not_measured": as stored and in JSON. */
const char *kept_verdict_words(kept_verdict verdict);
const char *kept_verdict_name(kept_verdict verdict);
bool kept_verdict_find(const char *name, kept_verdict *ret_verdict);

#endif
