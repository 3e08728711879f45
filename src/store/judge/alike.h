/* store/judge/alike.h - by what the terms of a promise are judged: promises for which all of it is
 * the same are judged alike, in one statement. */
#ifndef KEPT_STORE_JUDGE_ALIKE_H
#define KEPT_STORE_JUDGE_ALIKE_H

#include "store/judge/cases.h"
#include "store/judge/promises.h"

/* Looks up what the terms of a counted promise name. *ret_cause: why it cannot be judged, half a
 * sentence; NULL: it can. Lives in arena. */
KEPT_MUST_CHECK kept_status kept_terms_group(const kept_promise *promise, const kept_terms *terms,
                                             const kept_measures *measures,
                                             const kept_calendars *calendars, kept_arena *arena,
                                             kept_case_group *ret_group, const char **ret_cause,
                                             kept_err *err);
/* The time there is for one case, minutes; -1: none is given. A working day is as long as the first
 * of the week on which somebody works. */
int64_t kept_terms_within(const kept_terms *terms, const kept_calendar *calendar);

#endif
