/* store/measures/window.h - the days that a measure looks at. */
#ifndef KEPT_STORE_MEASURES_WINDOW_H
#define KEPT_STORE_MEASURES_WINDOW_H

#include "base/date.h"
#include "catalogue/measure.h"

typedef struct kept_measure_days {
    kept_day start, end; /* both counted; start KEPT_DAY_MIN: since ever */
} kept_measure_days;

/* seen: as_of is the last day of the facts rather than a day that somebody named. */
kept_measure_days kept_measure_days_of(const kept_measure *measure, kept_day as_of, bool seen);
/* First day of the next calendar period; day is the first of one. */
kept_day kept_period_next(kept_measure_period period, kept_day day);

#endif
