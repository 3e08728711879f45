/* base/ical.h - writing iCalendar files (RFC 5545): whole-day events that calendars can subscribe.
 *
 *     kept_ical_begin(&out, "Acme: reviews");
 *     kept_ical_event_add(&out, &event);  ...
 *     kept_ical_end(&out);
 *
 * Lines end with CR LF and are folded at 75 octets between characters; texts are escaped, control
 * characters dropped, bytes that are not UTF-8 become U+FFFD. The same input gives the same bytes.
 */
#ifndef KEPT_BASE_ICAL_H
#define KEPT_BASE_ICAL_H

#include <stdint.h>

#include "base/date.h"
#include "base/rrule.h"
#include "base/text.h"

typedef struct kept_ical_event {
    const char *uid;         /* for ever the same for the same event: calendars know it by this */
    int64_t stamp;           /* when the event was last said so: microseconds since 1970, UTC */
    kept_day day;            /* the (first) day */
    int n_days;              /* how many days it takes; 0 or 1: one */
    const char *summary;     /* what calendars show */
    const char *description; /* several lines, NULL for none */
    const char *categories;  /* one word or several with commas between, NULL for none */
    const kept_rrule *rule;  /* NULL: does not come again */
} kept_ical_event;

/* name: of the calendar, NULL for none. */
void kept_ical_begin(kept_buf *out, const char *name);
void kept_ical_event_add(kept_buf *out, const kept_ical_event *event);
void kept_ical_end(kept_buf *out);

#endif
