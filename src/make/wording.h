/* make/wording.h - the words of one promise held against what an honest and simple promise says.
 * Pure; the lists of words come from catalogue/wording.h. */
#ifndef KEPT_MAKE_WORDING_H
#define KEPT_MAKE_WORDING_H

#include <stdint.h>

#include "catalogue/wording.h"

typedef struct kept_wording_ask {
    const char *text;
    /* What the record says beside the words, as people read it; NULL: nothing, or no record. */
    const char *when; /* "due on 2026-12-31" */
    const char *seen; /* "counted, by on_time" */
    bool recorded;    /* there is a record that could say it */
    /* Whether failures are allowed. */
    bool allowance_known;
    bool allows_failures;
} kept_wording_ask;

typedef enum kept_wording_stands {
    KEPT_WORDING_FINE,
    KEPT_WORDING_AGAIN,   /* worth another look */
    KEPT_WORDING_UNKNOWN, /* the words alone cannot tell */
} kept_wording_stands;

typedef struct kept_wording_finding {
    kept_wording_stands stands;
    const char *found; /* what was found, or is missing */
} kept_wording_finding;

/* One finding per check. */
KEPT_MUST_CHECK kept_status kept_wording_test(const kept_wording *wording,
                                              const kept_wording_ask *ask, kept_arena *arena,
                                              kept_wording_finding ret[static KEPT_N_WORDINGS],
                                              kept_err *err);

#endif
