/* keep/others.h - what other subjects did, and what that says beforehand about one of them. */
#ifndef KEPT_KEEP_OTHERS_H
#define KEPT_KEEP_OTHERS_H

#include "keep/judge_int.h"
#include "kept/missed.h"
#include "store/records/rule.h"

typedef struct kept_others kept_others;

/* Looks at the last year of every customer by the measure of the group: one statement. */
KEPT_MUST_CHECK kept_status kept_others_load(kept_judging *j, kept_group_of *group,
                                             kept_others **ret_others, kept_err *err);
/* The past of the customer that a promise is about; NULL: none, or it is not about one. */
const kept_case_history *kept_others_own(const kept_others *others, const kept_promise *promise);
/* The prior from others in the customer's segment when there are enough of them, else from all
 * others, else what is stated. Of a promise to a segment, or by a supplier or channel, the others
 * are those of promises that are judged alike. Never from the subject itself. */
KEPT_MUST_CHECK kept_status kept_others_prior(kept_others *others, const kept_slot_of *slot,
                                              kept_prior *ret_prior, kept_err *err);
const kept_case_histories *kept_others_histories(const kept_others *others);
/* Days' worth of cases that will fall due in the next `ahead` days and are not known yet. */
double kept_others_unknown_days(const kept_others *others, int ahead);

enum { KEPT_PAST_DAYS = 365 }; /* of facts that priors and volumes rest on */

#endif
