/* catalogue/calendar.h - working calendars, declared in catalogue/calendars/NAME.yaml.
 *
 * A calendar says at which hours of which weekdays somebody is at work, and on which days nobody
 * is. Compiled into the program; a workspace adds its own, with names that begin with x_. */
#ifndef KEPT_CATALOGUE_CALENDAR_H
#define KEPT_CATALOGUE_CALENDAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/date.h"
#include "base/text.h"
#include "kept/arena.h"
#include "kept/err.h"

enum { KEPT_SHIFTS_MAX = 6 };

/* Minutes since midnight, local; closes <= 1440. */
typedef struct kept_shift {
    int opens, closes;
} kept_shift;

typedef struct kept_weekday {
    kept_shift shifts[KEPT_SHIFTS_MAX]; /* in order, not overlapping: a pause lies between two */
    size_t n;
} kept_weekday;

/* A day with hours of its own; none: closed. */
typedef struct kept_special_day {
    kept_day day;
    kept_weekday hours;
} kept_special_day;

typedef struct kept_calendar {
    const char *name, *title, *summary;
    const char *zone;                /* IANA; NULL: that of the firm */
    kept_weekday weekdays[7];        /* Monday first */
    const kept_special_day *special; /* by day */
    size_t n_special;
    const char *source;
    bool own; /* of the workspace */
} kept_calendar;

typedef struct kept_calendars {
    const kept_calendar *const *items; /* by name */
    size_t n;
} kept_calendars;

/* One file; of the workspace when own. KEPT_EINPUT as below. Whether there is such a zone is for
 * the engine to say, when the calendar is used. Fuzzed. */
KEPT_MUST_CHECK kept_status kept_calendar_parse(const char *yaml, size_t len, const char *source,
                                                bool own, kept_arena *arena,
                                                const kept_calendar **ret_calendar, kept_err *err);
/* Built-in calendars plus those of workspace_folder/catalogue/calendars (NULL: built-in only).
 * KEPT_EINPUT names file, line, column, field and the nearest word. */
KEPT_MUST_CHECK kept_status kept_calendars_load(const char *workspace_folder, kept_arena *arena,
                                                kept_calendars *ret_calendars, kept_err *err);
/* KEPT_ENOTFOUND with the nearest name. */
KEPT_MUST_CHECK kept_status kept_calendars_find(const kept_calendars *calendars, const char *name,
                                                const kept_calendar **ret_calendar, kept_err *err);
/* The hours of a day: its own, or those of its weekday. */
const kept_weekday *kept_calendar_hours(const kept_calendar *calendar, kept_day day);
/* The week in one line: "Mon-Fri 8:00-12:00, 13:00-17:00; Sat 9:00-13:00". */
void kept_calendar_say(const kept_calendar *calendar, kept_buf *out);

#endif
