#include "base/ical.h"

#include <string.h>

enum { LINE_MAX_OCTETS = 75 }; /* without the line end */

/* Length of the character at p, 0 when it is not UTF-8. */
static size_t character(const char *p)
{
    size_t left = strnlen(p, 4);
    for (size_t n = 1; n <= left; n++)
        if (kept_text_utf8(p, n))
            return n;
    return 0;
}

/* One content line, folded: what goes on after a line end and a blank belongs to it. */
static void add_line(kept_buf *out, const kept_buf *line)
{
    size_t used = 0;
    for (const char *p = kept_buf_text(line); *p;) {
        size_t n = character(p); /* the line is well-formed */
        if (used + n > LINE_MAX_OCTETS) {
            kept_buf_add(out, "\r\n ");
            used = 1;
        }
        kept_buf_add_n(out, p, n);
        used += n;
        p += n;
    }
    kept_buf_add(out, "\r\n");
    out->failed |= line->failed;
}

/* RFC 5545, section 3.3.11: TEXT. list: commas part several values and stay. */
static void add_text(kept_buf *line, const char *text, bool list)
{
    for (const char *p = text; *p;) {
        size_t n = character(p);
        if (n == 0) {
            kept_buf_add(line, "\xef\xbf\xbd");
            p++;
            continue;
        }
        if (*p == '\n')
            kept_buf_add(line, "\\n");
        else if (*p == '\\' || *p == ';' || (*p == ',' && !list))
            kept_buf_printf(line, "\\%c", *p);
        else if ((unsigned char)*p >= 0x20 && *p != 0x7f)
            kept_buf_add_n(line, p, n);
        else if (*p == '\t')
            kept_buf_add_char(line, ' ');
        p += n;
    }
}

static void add_property(kept_buf *out, const char *name, const char *text, bool list)
{
    if (!text)
        return;
    KEPT_AUTO_BUF line = KEPT_BUF_INIT;
    kept_buf_printf(&line, "%s:", name);
    add_text(&line, text, list);
    add_line(out, &line);
}

static void add_day(kept_buf *out, const char *name, kept_day day)
{
    int y, m, d;
    kept_day_to_civil(day, &y, &m, &d);
    kept_buf_printf(out, "%s;VALUE=DATE:%04d%02d%02d\r\n", name, y, m, d);
}

/* "20260131T120000Z" */
static void add_stamp(kept_buf *out, int64_t micros)
{
    int64_t day = micros / KEPT_DAY_MICROS;
    day -= day * KEPT_DAY_MICROS > micros; /* towards the past */
    int seconds = (int)((micros - day * KEPT_DAY_MICROS) / 1000000);
    int y, m, d;
    kept_day_to_civil((kept_day)day, &y, &m, &d);
    kept_buf_printf(out, "DTSTAMP:%04d%02d%02dT%02d%02d%02dZ\r\n", y, m, d, seconds / 3600,
                    seconds / 60 % 60, seconds % 60);
}

void kept_ical_begin(kept_buf *out, const char *name)
{
    kept_buf_add(out, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Kept//Kept//EN\r\n"
                      "CALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\n");
    add_property(out, "NAME", name, false);         /* RFC 7986 */
    add_property(out, "X-WR-CALNAME", name, false); /* calendars older than that */
}

void kept_ical_event_add(kept_buf *out, const kept_ical_event *event)
{
    kept_buf_add(out, "BEGIN:VEVENT\r\n");
    add_property(out, "UID", event->uid, false);
    add_stamp(out, event->stamp);
    add_day(out, "DTSTART", event->day);
    if (event->n_days > 1) /* the first day after it; without one a day takes one day */
        add_day(out, "DTEND", event->day + event->n_days);
    if (event->rule) {
        KEPT_AUTO_BUF line = KEPT_BUF_INIT;
        kept_buf_add(&line, "RRULE:");
        kept_rrule_write(event->rule, &line);
        add_line(out, &line);
    }
    add_property(out, "SUMMARY", event->summary, false);
    add_property(out, "DESCRIPTION", event->description, false);
    add_property(out, "CATEGORIES", event->categories, true);
    /* A thing to remember does not make its day busy. */
    kept_buf_add(out, "TRANSP:TRANSPARENT\r\nEND:VEVENT\r\n");
}

void kept_ical_end(kept_buf *out)
{
    kept_buf_add(out, "END:VCALENDAR\r\n");
}
