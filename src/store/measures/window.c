#include "store/measures/window.h"

enum { SEEN_GRACE = 3 }; /* days that facts may end before their period */

/* The same day of another month, or its last day. */
static kept_day months_later(kept_day day, int months)
{
    int year, month, of_month;
    kept_day_to_civil(day, &year, &month, &of_month);
    int all = year * 12 + month - 1 + months;
    year = all / 12;
    month = all % 12 + 1;
    if (year < 1)
        return KEPT_DAY_MIN;
    while (!kept_civil_valid(year, month, of_month))
        of_month--;
    return kept_day_from_civil(year, month, of_month);
}

static kept_day period_start(kept_measure_period period, kept_day day)
{
    int year, month, of_month, months = kept_measure_period_months(period);
    kept_day_to_civil(day, &year, &month, &of_month);
    return kept_day_from_civil(year, (month - 1) / months * months + 1, 1);
}

kept_day kept_period_next(kept_measure_period period, kept_day day)
{
    return months_later(day, kept_measure_period_months(period));
}

kept_measure_days kept_measure_days_of(const kept_measure *m, kept_day as_of, bool seen)
{
    kept_measure_days days = {.start = KEPT_DAY_MIN, .end = as_of};
    if (m->periods)
        days.end = period_start(m->periods, as_of + 1 + (seen ? SEEN_GRACE : 0)) - 1;
    if (m->window.months)
        days.start = months_later(days.end + 1, -m->window.months);
    else if (m->window.days)
        days.start = days.end - m->window.days + 1;
    return days;
}
