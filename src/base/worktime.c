#include "base/worktime.h"

/* Spans that open at or before the moment. */
static size_t opened(const kept_worktime *calendar, int64_t moment)
{
    size_t low = 0, high = calendar->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (calendar->spans[middle].opens <= moment)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

int64_t kept_worktime_at(const kept_worktime *calendar, int64_t moment)
{
    size_t n = opened(calendar, moment);
    if (n == 0)
        return 0;
    const kept_span *last = &calendar->spans[n - 1];
    return last->before + ((moment < last->closes ? moment : last->closes) - last->opens);
}

int64_t kept_worktime_between(const kept_worktime *calendar, int64_t a, int64_t b)
{
    return kept_worktime_at(calendar, b) - kept_worktime_at(calendar, a);
}

/* The end of the pauses that hold the moment, one of them or several that touch or overlap; the
 * moment itself when none does. */
static int64_t pause_end(const kept_span *pauses, size_t n, int64_t moment)
{
    for (size_t i = 0; i < n;) {
        if (pauses[i].opens <= moment && moment < pauses[i].closes) {
            moment = pauses[i].closes;
            i = 0; /* it may lie within one that was passed */
        } else {
            i++;
        }
    }
    return moment;
}

/* The first pause that begins after the moment, not later than until. */
static int64_t next_pause(const kept_span *pauses, size_t n, int64_t moment, int64_t until)
{
    for (size_t i = 0; i < n; i++)
        if (pauses[i].opens > moment && pauses[i].opens < until)
            until = pauses[i].opens;
    return until;
}

int64_t kept_worktime_without(const kept_worktime *calendar, int64_t a, int64_t b,
                              const kept_span *pauses, size_t n)
{
    int64_t work = 0;
    while (a < b) {
        int64_t from = pause_end(pauses, n, a);
        a = next_pause(pauses, n, from, b);
        if (from < a)
            work += kept_worktime_between(calendar, from, a);
    }
    return work;
}

int64_t kept_worktime_add(const kept_worktime *calendar, int64_t from, int64_t work)
{
    if (work <= 0)
        return from;
    if (calendar->n == 0)
        return INT64_MAX;
    int64_t done = kept_worktime_at(calendar, from);
    const kept_span *last = &calendar->spans[calendar->n - 1];
    if (work > last->before + (last->closes - last->opens) - done)
        return INT64_MAX;
    int64_t target = done + work;
    size_t low = 0, high = calendar->n; /* the last span before which less than that is worked */
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        *(calendar->spans[middle].before < target ? &low : &high) = middle;
    }
    return calendar->spans[low].opens + (target - calendar->spans[low].before);
}
