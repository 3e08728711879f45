/* base/rrule.h - days that come again: a strict part of RFC 5545's RRULE (section 3.3.10).
 *
 * FREQ (DAILY, WEEKLY, MONTHLY, YEARLY), INTERVAL, COUNT, UNTIL (a day), BYMONTH, BYMONTHDAY, BYDAY
 * (with ordinals under MONTHLY and YEARLY) and WKST. What the RFC allows beyond that is refused
 * with its name, never passed over. A rule is about whole days; its first day is given beside it,
 * as DTSTART in a calendar, and fills in what the rule leaves open (weekday, day of month, month).
 * Where the first day itself does not fit the rule, the rule's days after it count alone: the RFC
 * leaves that case open. */
#ifndef KEPT_BASE_RRULE_H
#define KEPT_BASE_RRULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/date.h"
#include "base/text.h"
#include "kept/err.h"

typedef enum kept_rrule_freq {
    KEPT_RRULE_DAILY,
    KEPT_RRULE_WEEKLY,
    KEPT_RRULE_MONTHLY,
    KEPT_RRULE_YEARLY,
    KEPT_RRULE_N_FREQS
} kept_rrule_freq;

typedef struct kept_rrule_weekday {
    int8_t ordinal; /* 2: the second, -1: the last of month or year; 0: every */
    int8_t weekday; /* 0 Monday ... 6 Sunday */
} kept_rrule_weekday;

enum {
    KEPT_RRULE_DAYS = 7 * 107,       /* every weekday with every ordinal */
    KEPT_RRULE_INTERVAL_MAX = 10000, /* days, weeks, months, years */
    KEPT_RRULE_COUNT_MAX = 100000,
};

typedef struct kept_rrule {
    kept_rrule_freq freq;
    int interval; /* 1 or more */
    int count;    /* occurrences in all; 0: not limited */
    bool has_until;
    kept_day until;                           /* last day that may occur */
    uint16_t months;                          /* bit m: month m (1-12); 0: not limited */
    uint32_t month_days, month_days_back;     /* bit d: d-th day, d-th day from the end (1-31) */
    kept_rrule_weekday days[KEPT_RRULE_DAYS]; /* sorted by weekday, then ordinal */
    size_t n_days;
    int8_t week_start; /* 0 Monday */
} kept_rrule;

/* "FREQ=MONTHLY;BYDAY=-1FR", also with "RRULE:" before it; letters of either case. KEPT_EINPUT with
 * a sentence that names the part. Fuzzed. */
KEPT_MUST_CHECK kept_status kept_rrule_parse(const char *text, kept_rrule *ret_rule, kept_err *err);
/* The rule in one fixed form, so that equal rules have equal texts: reads back the same. */
void kept_rrule_write(const kept_rrule *rule, kept_buf *out);
/* The rule in words: "every 3 months, on the last Friday". */
void kept_rrule_say(const kept_rrule *rule, kept_buf *out);

/* The first day of the rule later than `after` and not before start; false when there is none (up
 * to the year 9999). With a COUNT the occurrences before it are counted from start. */
bool kept_rrule_next(const kept_rrule *rule, kept_day start, kept_day after, kept_day *ret_day);
/* When what was done on a day is to be done again: the next day of the rule counted from it. Unlike
 * a calendar, which passes over months that lack the day, this falls on their last day: a month
 * after 31 January is 28 February. */
bool kept_rrule_again(const kept_rrule *rule, kept_day done, kept_day *ret_day);

#endif
