/* base/window.h - the windows of time in which something is counted: calendar ones and rolling. */
#ifndef KEPT_BASE_WINDOW_H
#define KEPT_BASE_WINDOW_H

#include <stdbool.h>

#include "base/date.h"

typedef enum kept_window_kind {
    KEPT_WINDOW_WEEK, /* Monday to Sunday */
    KEPT_WINDOW_MONTH,
    KEPT_WINDOW_QUARTER,
    KEPT_WINDOW_HALF_YEAR,
    KEPT_WINDOW_YEAR,
    KEPT_WINDOW_CONTRACT_YEAR, /* from the day and month of its anchor on */
    KEPT_WINDOW_ROLLING,       /* the last so many days */
    KEPT_N_WINDOW_KINDS,
} kept_window_kind;

/* Both days counted. */
typedef struct kept_window_days {
    kept_day start, end;
} kept_window_days;

/* "contract-year"; NULL outside the list. */
const char *kept_window_name(kept_window_kind kind);
bool kept_window_find(const char *name, kept_window_kind *ret_kind);

/* The window that contains the day. anchor: of a contract year, its first day ever (one that began
 * on 29 February begins on 1 March in other years). length: days of a rolling window, which ends
 * with the day. */
kept_window_days kept_window_of(kept_window_kind kind, kept_day day, kept_day anchor, int length);

/* "2026 Q3", "June 2026", "week of 2026-06-29", "2026-03-01 to 2027-02-28": as people call it. */
void kept_window_write(kept_window_kind kind, kept_window_days days, char out[static 48]);

#endif
