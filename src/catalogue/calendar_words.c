/* The week of a working calendar in one line that fits into a table. */
#include "base/array.h"
#include "catalogue/calendar.h"

static const char *const names[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

static bool same_hours(const kept_weekday *a, const kept_weekday *b)
{
    if (a->n != b->n)
        return false;
    for (size_t i = 0; i < a->n; i++)
        if (a->shifts[i].opens != b->shifts[i].opens || a->shifts[i].closes != b->shifts[i].closes)
            return false;
    return true;
}

static void say_hours(const kept_weekday *hours, kept_buf *out)
{
    for (size_t i = 0; i < hours->n; i++) {
        const kept_shift *s = &hours->shifts[i];
        kept_buf_printf(out, "%s %d:%02d-%d:%02d", i ? "," : "", s->opens / 60, s->opens % 60,
                        s->closes / 60, s->closes % 60);
    }
}

void kept_calendar_say(const kept_calendar *calendar, kept_buf *out)
{
    size_t said = 0, last;
    for (size_t first = 0; first < KEPT_N(names); first = last + 1) {
        const kept_weekday *hours = &calendar->weekdays[first];
        for (last = first; last + 1 < KEPT_N(names); last++)
            if (!same_hours(hours, &calendar->weekdays[last + 1]))
                break;
        if (hours->n == 0)
            continue;
        kept_buf_printf(out, "%s%s", said++ ? "; " : "", names[first]);
        if (last > first)
            kept_buf_printf(out, "-%s", names[last]);
        say_hours(hours, out);
    }
    if (!said)
        kept_buf_add(out, "on single days only");
}
