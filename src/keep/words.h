/* keep/words.h - what judging found, in plain words: no P(missed), no coverage, no tripwire. */
#ifndef KEPT_KEEP_WORDS_H
#define KEPT_KEEP_WORDS_H

#include "keep/judge.h"

/* "will probably be broken", "on track". NULL for a chance that is not known. */
const char *kept_chance_words(double p);
/* One sentence on why it stands so, from its counts: "2 of 18 deliveries were late or missing; at
 * most 1 may be; 3 are still to come". cases: what the cases are called, "deliveries". promise:
 * whose fulfilments say why an act was not kept; NULL. */
const char *kept_judged_why(const kept_judged *judged, const kept_promise *promise,
                            const char *cases, kept_arena *arena);
/* What one does next: tell the customer, ring, look at the rows. person: whom to ring; NULL. */
const char *kept_judged_next(const kept_judged *judged, const kept_promise *promise,
                             const char *person, kept_arena *arena);
/* "14 of 20": how many of the cases that fell due could be judged; NULL when all could. */
const char *kept_judged_part(const kept_judged *judged, const char *cases, kept_arena *arena);

#endif
