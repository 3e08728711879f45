#include "keep/plan.h"

#include <string.h>

#include "store/scope.h"

static bool runs(const kept_promise *p)
{
    static const char *const states[] = {"active", "paused", "closed"};
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        if (strcmp(p->state, states[i]) == 0)
            return !p->archived;
    return false;
}

/* Of a promise that is done or said: the period of its rhythm. */
static kept_window_kind kind_of(const kept_terms *t)
{
    static const struct {
        const char *rhythm;
        kept_window_kind kind;
    } rhythms[] = {{"weekly", KEPT_WINDOW_WEEK},
                   {"monthly", KEPT_WINDOW_MONTH},
                   {"quarterly", KEPT_WINDOW_QUARTER},
                   {"half-yearly", KEPT_WINDOW_HALF_YEAR},
                   {"yearly", KEPT_WINDOW_YEAR}};
    if (t->how == KEPT_HOW_COUNTED || !t->rhythm)
        return t->window;
    for (size_t i = 0; i < sizeof rhythms / sizeof *rhythms; i++)
        if (strcmp(t->rhythm, rhythms[i].rhythm) == 0)
            return rhythms[i].kind;
    return t->window;
}

static kept_window_days window_of(const kept_terms *t, kept_day day, kept_day anchor)
{
    return kept_window_of(kind_of(t), day, anchor, t->length);
}

kept_day kept_plan_back(const kept_terms *terms, kept_day day, kept_day anchor, int windows)
{
    kept_window_days w = window_of(terms, day, anchor);
    for (int i = 0; i < windows && w.start > KEPT_DAY_MIN; i++)
        w = window_of(terms, w.start - 1, anchor);
    return w.start;
}

static kept_planned cut(const kept_promise *p, const kept_terms *t, kept_window_days w,
                        int32_t over)
{
    if (w.start < p->starts)
        w.start = p->starts;
    if (p->ends != KEPT_NO_DAY && w.end > p->ends)
        w.end = p->ends;
    return (kept_planned){.terms = t, .days = w, .running = w.end > over};
}

/* One act by one day: from the first day on until it is due. */
static size_t plan_act(const kept_promise *p, const kept_terms *t, int32_t over,
                       kept_planned *planned)
{
    kept_day start = p->starts == KEPT_DAY_MIN || p->starts > t->due_on ? t->due_on : p->starts;
    planned[0] = (kept_planned){t, {start, t->due_on}, t->due_on > over};
    return 1;
}

/* The one that ended with the last day that is over, and the one up to the day that counts. */
static size_t plan_rolling(const kept_promise *p, const kept_terms *t, int32_t as_of, int32_t over,
                           kept_planned *planned)
{
    bool ended = p->ends != KEPT_NO_DAY && p->ends < as_of;
    kept_day day = ended ? p->ends : as_of, closed = day < over ? day : over;
    size_t n = 0;
    if (p->starts <= closed) {
        planned[n] = cut(p, t, kept_window_of(KEPT_WINDOW_ROLLING, closed, 0, t->length), closed);
        planned[n++].running = false;
    }
    if (!ended) {
        planned[n] = cut(p, t, kept_window_of(KEPT_WINDOW_ROLLING, day, 0, t->length), day);
        planned[n++].running = true;
    }
    return n;
}

kept_status kept_plan(const kept_promise *p, int32_t as_of, int32_t over, kept_arena *arena,
                      kept_planned **ret_planned, size_t *ret_n, kept_err *err)
{
    kept_planned planned[KEPT_PLAN_MOST + 2];
    size_t n = 0;
    const kept_terms *now = kept_promise_terms(p, as_of);
    *ret_planned = NULL;
    *ret_n = 0;
    if (!runs(p) || now->how == KEPT_HOW_NONE)
        return KEPT_OK;
    bool act = now->how != KEPT_HOW_COUNTED && !now->rhythm;
    kept_day anchor = p->starts == KEPT_DAY_MIN ? 0 : p->starts;
    kept_day last = p->ends != KEPT_NO_DAY && p->ends < as_of ? p->ends : as_of;
    kept_day day =
        p->starts == KEPT_DAY_MIN ? kept_plan_back(now, last, anchor, KEPT_PLAN_PRESET) : p->starts;
    enum { WEEK = 7 }; /* no window is shorter */
    if ((last - day) / WEEK >= KEPT_PLAN_MOST - 2) {
        kept_day earliest = kept_plan_back(now, last, anchor, KEPT_PLAN_MOST - 2);
        day = day < earliest ? earliest : day;
    }
    if (act && now->due_on != KEPT_NO_DAY) {
        n = plan_act(p, now, over, planned);
    } else if (now->how == KEPT_HOW_COUNTED && now->window == KEPT_WINDOW_ROLLING) {
        n = p->starts > as_of ? 0 : plan_rolling(p, now, as_of, over, planned);
    } else {
        while (day <= last && n < KEPT_PLAN_MOST) {
            const kept_terms *t = kept_promise_terms(p, day);
            planned[n] = cut(p, t, window_of(t, day, anchor), over);
            day = planned[n].days.end + 1;
            n++;
        }
    }
    if (n == 0)
        return KEPT_OK;
    *ret_planned = KEPT_NEW_N(arena, kept_planned, n);
    if (!*ret_planned)
        return kept_nomem(err);
    memcpy(*ret_planned, planned, n * sizeof *planned);
    *ret_n = n;
    return KEPT_OK;
}
