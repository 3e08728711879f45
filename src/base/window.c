#include "base/window.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

static const char *const names[KEPT_N_WINDOW_KINDS] = {
    "week", "month", "quarter", "half-year", "year", "contract-year", "rolling"};

const char *kept_window_name(kept_window_kind kind)
{
    return (unsigned)kind < KEPT_N_WINDOW_KINDS ? names[kind] : NULL;
}

bool kept_window_find(const char *name, kept_window_kind *ret_kind)
{
    for (size_t i = 0; i < KEPT_N_WINDOW_KINDS; i++)
        if (kept_text_equal(name, names[i])) {
            *ret_kind = (kept_window_kind)i;
            return true;
        }
    return false;
}

/* Of `months` months, counted from January. */
static kept_window_days calendar(kept_day day, int months)
{
    int year, month, number;
    kept_day_to_civil(day, &year, &month, &number);
    int first = (month - 1) / months * months + 1, next = first + months;
    return (kept_window_days){
        kept_day_from_civil(year, first, 1),
        kept_day_from_civil(next > 12 ? year + 1 : year, next > 12 ? next - 12 : next, 1) - 1};
}

/* The day on which a contract year begins in a calendar year. */
static kept_day anniversary(kept_day anchor, int year)
{
    int began, month, number;
    kept_day_to_civil(anchor, &began, &month, &number);
    if (!kept_civil_valid(year, month, number)) /* 29 February */
        return kept_day_from_civil(year, 3, 1);
    return kept_day_from_civil(year, month, number);
}

static kept_window_days contract_year(kept_day day, kept_day anchor)
{
    int year, month, number;
    kept_day_to_civil(day, &year, &month, &number);
    if (anniversary(anchor, year) > day)
        year--;
    return (kept_window_days){anniversary(anchor, year), anniversary(anchor, year + 1) - 1};
}

kept_window_days kept_window_of(kept_window_kind kind, kept_day day, kept_day anchor, int length)
{
    switch (kind) {
    case KEPT_WINDOW_WEEK: {
        /* 1970-01-01 was a Thursday. */
        kept_day monday = day - ((day + 3) % 7 + 7) % 7;
        return (kept_window_days){monday, monday + 6};
    }
    case KEPT_WINDOW_MONTH:
        return calendar(day, 1);
    case KEPT_WINDOW_QUARTER:
        return calendar(day, 3);
    case KEPT_WINDOW_HALF_YEAR:
        return calendar(day, 6);
    case KEPT_WINDOW_YEAR:
        return calendar(day, 12);
    case KEPT_WINDOW_CONTRACT_YEAR:
        return contract_year(day, anchor);
    default:
        return (kept_window_days){day - length + 1, day};
    }
}

void kept_window_write(kept_window_kind kind, kept_window_days days, char out[static 48])
{
    static const char *const months[] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
    kept_window_days whole = kept_window_of(kind, days.start, days.start, 1);
    bool cut = whole.start != days.start || whole.end != days.end;
    char from[11], until[11];
    int year, month, number;
    kept_day_write(days.start, from);
    kept_day_write(days.end, until);
    kept_day_to_civil(days.start, &year, &month, &number);
    if (cut || kind >= KEPT_WINDOW_CONTRACT_YEAR)
        snprintf(out, 48, "%s to %s", from, until);
    else if (kind == KEPT_WINDOW_WEEK)
        snprintf(out, 48, "week of %s", from);
    else if (kind == KEPT_WINDOW_MONTH)
        snprintf(out, 48, "%s %d", months[month - 1], year);
    else if (kind == KEPT_WINDOW_QUARTER)
        snprintf(out, 48, "%d Q%d", year, (month - 1) / 3 + 1);
    else if (kind == KEPT_WINDOW_HALF_YEAR)
        snprintf(out, 48, "%s half of %d", month == 1 ? "first" : "second", year);
    else
        snprintf(out, 48, "%d", year);
}
