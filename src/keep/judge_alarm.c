/* Failures that come close together, or rise from window to window. */
#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "keep/judge_int.h"

enum {
    LAST_CASES = 10,  /* looked at for failures that come close together */
    LEAST_BAD = 2,    /* failures in the window, from which on it is worth looking */
    PAST_DAYS = 365,  /* in which the last cases are looked for */
    HORIZON_YEARS = 2 /* in which a promise at target may give one false alarm */
};
static const double false_rate = 0.5; /* each: there are two of them */

/* The chance of failure of one who is exactly at target. */
static double at_target(const kept_judged *j)
{
    if (j->rule.allowance.fixed)
        return j->volume > 0 ? (double)j->rule.allowance.count / j->volume : 0;
    return 1 - (double)j->rule.allowance.target / KEPT_SHARE_ONE;
}

/* Cases in two years, at the volume of the window that runs. */
static int64_t horizon(const kept_judged *j)
{
    double days = j->end - j->start + 1;
    return (int64_t)(j->volume / days * PAST_DAYS * HORIZON_YEARS);
}

static bool can_be_watched(const kept_judged *j)
{
    double p = at_target(j);
    return j->running && !j->has_target_value && j->outlook != KEPT_OUTLOOK_NOT_MEASURED &&
           j->volume > 0 && p > 0 && p < 1;
}

/* Outcomes in the order of due days; of one day the good ones first. */
static size_t outcomes(const kept_case_day *days, size_t n, bool *failed, size_t most)
{
    size_t used = 0;
    for (size_t i = n; i > 0 && used < most; i--) {
        int64_t bad = days[i - 1].failed, good = days[i - 1].decided - bad;
        for (; bad > 0 && used < most; bad--)
            failed[most - ++used] = true;
        for (; good > 0 && used < most; good--)
            failed[most - ++used] = false;
    }
    return used;
}

/* So far back that the last cases are there, mostly, and not much more. */
static int32_t days_back(const kept_judged *j)
{
    enum { LEAST = 30, ROOM = 3 };
    double days = ROOM * LAST_CASES * (j->end - j->start + 1) / j->volume;
    return days < LEAST ? LEAST : days > PAST_DAYS ? PAST_DAYS : (int32_t)days;
}

static kept_status say(kept_judging *j, kept_judged *out, const bool *failed, size_t n, int m,
                       kept_err *err)
{
    int bad = 0;
    for (size_t i = 0; i < n; i++)
        bad += failed[i];
    out->alarm =
        kept_arena_printf(j->arena, "%d of the last %d failed", bad, (int)n < m ? (int)n : m);
    return out->alarm ? KEPT_OK : kept_nomem(err);
}

/* k of the last m, of promises whose window has failures: one statement. */
static kept_status watch_runs(kept_judging *j, const kept_group_of *group, const size_t *at,
                              const size_t *slots, const kept_run_alarm *alarms, size_t n,
                              kept_err *err)
{
    kept_case_window *windows = KEPT_NEW_N(j->arena, kept_case_window, n);
    kept_case_ask ask = group->ask;
    kept_case_day *days = NULL;
    size_t *first = NULL;
    if (!windows)
        return kept_nomem(err);
    for (size_t i = 0; i < n; i++) {
        windows[i] = group->windows[slots[i]];
        windows[i].start = ask.seen - days_back(&j->judged[at[i]]) + 1;
        windows[i].end = ask.seen;
    }
    ask.windows = windows;
    ask.n_windows = n;
    KEPT_TRY(kept_cases_days(j->store, &j->ctx->scope, &ask, j->arena, &days, &first, err));
    j->statements++;
    for (size_t i = 0; i < n; i++) {
        bool failed[LAST_CASES];
        size_t used = outcomes(days + first[i], first[i + 1] - first[i], failed, LAST_CASES);
        const bool *last = failed + LAST_CASES - used;
        if (kept_run_alarm_holds(&alarms[i], last, used))
            KEPT_TRY(say(j, &j->judged[at[i]], last, used, alarms[i].m, err));
    }
    return KEPT_OK;
}

/* Limits of promises alike: of the same volume and target. */
typedef struct limits {
    struct limit {
        int64_t mean, periods; /* mean 0: empty */
        double p;
        kept_trend_alarm alarm;
    } kept[256];
} limits;

static kept_trend_alarm limit_of(limits *l, int64_t mean, int64_t periods, double p)
{
    size_t at = (size_t)((uint64_t)mean * 31 + (uint64_t)periods * 7 + (uint64_t)(p * 1e4)) %
                KEPT_N(l->kept);
    struct limit *k = &l->kept[at];
    if (k->mean != mean || k->periods != periods || k->p < p || k->p > p)
        *k = (struct limit){mean, periods, p, kept_trend_alarm_limit(mean, periods, p, false_rate)};
    return k->alarm;
}

/* Three closed windows before the one that runs. */
static void watch_trend(kept_judging *j, limits *l, size_t first, size_t at)
{
    int64_t failed[3], cases[3], mean = 0;
    size_t found = 0;
    kept_judged *out = &j->judged[at];
    for (size_t i = at; i > first && found < 3; i--) {
        const kept_judged *before = &j->judged[i - 1];
        if (before->promise != out->promise)
            break;
        if (before->running)
            continue;
        found++;
        failed[3 - found] = before->counts.bad;
        cases[3 - found] = before->counts.good + before->counts.bad;
        mean += cases[3 - found];
    }
    mean /= 3;
    if (found < 3 || mean == 0)
        return;
    int64_t days = out->end - out->start + 1, periods = PAST_DAYS * HORIZON_YEARS / days;
    kept_trend_alarm alarm = limit_of(l, mean, periods, at_target(out));
    j->false_alarms += alarm.expected;
    if (!out->alarm && kept_trend_alarm_holds(&alarm, failed, cases))
        out->alarm = "failures rose over the last three windows";
}

kept_status kept_judge__alarms(kept_judging *j, const kept_group_of *group, size_t first,
                               const size_t *slot_of, kept_err *err)
{
    size_t n = 0, room = j->n - first;
    size_t *at = KEPT_NEW_N(j->arena, size_t, room), *slots = KEPT_NEW_N(j->arena, size_t, room);
    kept_run_alarm *alarms = KEPT_NEW_N(j->arena, kept_run_alarm, room);
    if (!at || !slots || !alarms)
        return kept_nomem(err);
    for (size_t i = first; i < j->n; i++) {
        const kept_judged *out = &j->judged[i];
        if (!can_be_watched(out) || slot_of[i - first] == SIZE_MAX)
            continue;
        kept_run_alarm alarm =
            kept_run_alarm_limit(LAST_CASES, horizon(out), at_target(out), false_rate);
        j->false_alarms += alarm.k ? alarm.expected : 0;
        /* Of what is at risk as it is they say nothing new. */
        if (alarm.k == 0 || out->counts.bad < LEAST_BAD || out->outlook != KEPT_ON_TRACK)
            continue;
        at[n] = i;
        slots[n] = slot_of[i - first];
        alarms[n++] = alarm;
    }
    if (n)
        KEPT_TRY(watch_runs(j, group, at, slots, alarms, n, err));
    limits *l = KEPT_NEW(j->arena, limits);
    if (!l)
        return kept_nomem(err);
    for (size_t i = first; i < j->n; i++)
        if (can_be_watched(&j->judged[i]))
            watch_trend(j, l, first, i);
    return KEPT_OK;
}
