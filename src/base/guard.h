/* base/guard.h - text in CSV that a spreadsheet would run as a formula.
 *
 * Such text (it begins with = + - @ tab or CR and is no plain number) is written with an apostrophe
 * in front. So is text that already looks guarded, so that taking one guard off always gives back
 * what was written. */
#ifndef KEPT_BASE_GUARD_H
#define KEPT_BASE_GUARD_H

#include <stdbool.h>

bool kept_guard_needed(const char *text);
/* text without its guard; text itself when it has none. */
const char *kept_guard_off(const char *text);

#endif
