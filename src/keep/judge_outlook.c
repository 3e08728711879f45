/* Outlooks of running windows: how likely it is that they will be missed. */
#include <math.h>
#include <string.h>

#include "base/array.h"
#include "keep/others.h"
#include "kept/parallel.h"

enum { ROLLING_DRAWS = 1000, BLOCK = 64 };
static const double level = 0.9; /* of intervals */

/* One window, and what is asked about it. */
typedef struct look {
    size_t at;   /* in the judged ones */
    size_t slot; /* in the group */
    bool rolling;
    kept_missed_ask ask;
    kept_prior prior;
    kept_missed missed;
    kept_status status;
    kept_err err;
} look;

typedef struct outlooks {
    kept_judging *j;
    kept_group_of *group;
    kept_others *others;
    kept_waits waits;
    look *looks;
    size_t n;
} outlooks;

/* --- How many more --- */

/* Periods rather than cases are counted. */
static bool by_period(const kept_group_of *group)
{
    return group->group.counted_by != KEPT_BY_CASE ||
           group->group.measure->judge->grain != KEPT_GRAIN_CASE;
}

static int64_t all_of(const kept_counts *c)
{
    return c->good + c->bad + c->excused + c->unknown + c->open;
}

/* Earlier closed windows of the promise, newest first: how many cases each had, how long they are
 * on average, and how they came out. */
typedef struct earlier {
    int64_t counts[12];
    size_t n;
    double length;
    int64_t decided, failed;
} earlier;

static earlier look_back(const kept_judged *all, size_t first, size_t at)
{
    earlier e = {.n = 0};
    for (size_t i = at; i > first && e.n < KEPT_N(e.counts); i--) {
        const kept_judged *before = &all[i - 1];
        if (before->promise != all[at].promise)
            break;
        if (before->running)
            continue;
        e.counts[e.n++] = all_of(&before->counts);
        e.length += before->end - before->start + 1;
        e.decided += before->counts.good + before->counts.bad;
        e.failed += before->counts.bad;
    }
    e.length = e.n ? e.length / (double)e.n : 0;
    return e;
}

/* Of earlier windows of the promise when there are two, else of the customer's last year. */
static kept_volume forecast(const outlooks *o, const earlier *e, int64_t past, int ahead)
{
    double days = kept_others_unknown_days(o->others, ahead);
    if (e->n >= 2)
        return kept_volume_forecast(e->counts, e->n, e->length, days);
    return kept_volume_forecast(&past, 1, KEPT_PAST_DAYS, days);
}

/* Periods of the window that have not come yet: there are as many as there are. */
static int64_t periods_left(const kept_group_of *group, const kept_judged *j)
{
    static const int by_grain[] = {1, 1, 7, 30, 91}, by_count[] = {1, 1, 7, 30};
    int length = group->group.counted_by != KEPT_BY_CASE
                     ? by_count[group->group.counted_by]
                     : by_grain[group->group.measure->judge->grain];
    int64_t total = (j->end - j->start + length) / length, known = all_of(&j->counts);
    return total > known ? total - known : 0;
}

/* --- What is asked --- */

static kept_status prepare(outlooks *o, size_t first, look *l, kept_err *err)
{
    const kept_judged *out = &o->j->judged[l->at];
    const kept_slot_of *s = &o->group->slots[l->slot];
    const kept_case_history *own = kept_others_own(o->others, s->promise);
    earlier e = look_back(o->j->judged, first, l->at);
    int64_t decided = out->counts.good + out->counts.bad;
    bool periods = by_period(o->group), own_past = own && !periods;
    int64_t n = own_past ? own->n : e.decided + decided;
    int64_t failed = own_past ? own->failed : e.failed + out->counts.bad;
    int32_t seen = o->group->ask.seen > out->start ? o->group->ask.seen : out->start - 1;
    int ahead = out->end > seen ? out->end - seen : 0;
    kept_missed_ask *a = &l->ask;
    l->rolling = s->terms->window == KEPT_WINDOW_ROLLING;
    *a = (kept_missed_ask){.allowance = out->rule.allowance,
                           .seen = decided,
                           .failed = out->counts.bad,
                           .open = out->counts.open,
                           .level = level};
    a->failed -= out->rule.exempted < a->failed ? out->rule.exempted : a->failed;
    if (periods)
        a->open += periods_left(o->group, out);
    else
        a->more = forecast(o, &e, n, ahead);
    int64_t due, due_failed;
    KEPT_TRY(
        kept_judge__waits_of(o->j, &o->waits, l->slot, &out->counts, a, &due, &due_failed, err));
    if (!own_past) {
        due = decided;
        due_failed = out->counts.bad;
    }
    a->before_n = n > due ? n - due : 0;
    a->before_failed = failed > due_failed ? failed - due_failed : 0;
    if (a->before_failed > a->before_n)
        a->before_failed = a->before_n;
    if (periods) {
        kept_slot_of alone = *s;
        kept_promise nobody = *s->promise;
        nobody.customer = 0; /* others are known by cases */
        alone.promise = &nobody;
        return kept_others_prior(o->others, &alone, &l->prior, err);
    }
    return kept_others_prior(o->others, s, &l->prior, err);
}

/* --- Rolling windows --- */

/* Cases by day of the trailing window and of the next one as long. */
static kept_status days_of(outlooks *o, const kept_judged *out, size_t slot, size_t length,
                           int64_t *seen, int64_t *failed, int64_t *open, kept_err *err)
{
    kept_case_window windows[2] = {o->group->windows[slot], o->group->windows[slot]};
    kept_case_ask ask = o->group->ask;
    kept_case_day *days = NULL;
    size_t *first = NULL;
    windows[1].start = out->end + 1;
    windows[1].end = out->end + (int32_t)length;
    ask.windows = windows;
    ask.n_windows = KEPT_N(windows);
    KEPT_TRY(
        kept_cases_days(o->j->store, &o->j->ctx->scope, &ask, o->j->arena, &days, &first, err));
    o->j->statements++;
    for (size_t i = first[0]; i < first[1]; i++) {
        size_t at = (size_t)(days[i].day - windows[0].end) + length - 1;
        if (at < length) {
            seen[at] += days[i].decided;
            failed[at] += days[i].failed;
            open[0] += days[i].open; /* late within what it may miss */
        }
    }
    for (size_t i = first[1]; i < first[2]; i++) {
        size_t at = (size_t)(days[i].day - windows[1].start);
        if (at < length)
            open[at] += days[i].open + days[i].decided;
    }
    return KEPT_OK;
}

static kept_status look_rolling(outlooks *o, look *l, kept_err *err)
{
    const kept_judged *out = &o->j->judged[l->at];
    size_t length = (size_t)(out->end - out->start + 1);
    int64_t *seen = KEPT_NEW_N(o->j->arena, int64_t, length);
    int64_t *failed = KEPT_NEW_N(o->j->arena, int64_t, length);
    int64_t *open = KEPT_NEW_N(o->j->arena, int64_t, length);
    int64_t past = l->ask.before_n + l->ask.seen;
    double error;
    if (!seen || !failed || !open)
        return kept_nomem(err);
    KEPT_TRY(days_of(o, out, l->slot, length, seen, failed, open, err));
    kept_missed_rolling_ask ask = {.allowance = out->rule.allowance,
                                   .length = length,
                                   .seen = seen,
                                   .failed = failed,
                                   .open = open,
                                   .before_n = l->ask.before_n,
                                   .before_failed = l->ask.before_failed,
                                   .level = level,
                                   .seed = o->j->ctx->seed,
                                   .draws = ROLLING_DRAWS};
    ask.more = kept_volume_forecast(&past, 1, KEPT_PAST_DAYS,
                                    kept_others_unknown_days(o->others, (int)length));
    return kept_missed_rolling(&ask, &l->prior, o->j->arena, &l->missed, &error, err);
}

/* --- Together --- */

static void look_block(void *context, size_t block)
{
    outlooks *o = context;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    for (size_t i = block * BLOCK; i < o->n && i < (block + 1) * BLOCK; i++) {
        look *l = &o->looks[i];
        if (!l->rolling)
            l->status = kept_missed_by_end(&l->ask, &l->prior, &arena, &l->missed, &l->err);
    }
}

static void settle(kept_judging *j, const look *l)
{
    kept_judged *out = &j->judged[l->at];
    int64_t decided = out->counts.good + out->counts.bad;
    out->p = l->missed.p;
    out->p_low = l->missed.low;
    out->p_high = l->missed.high;
    out->volume = l->missed.volume;
    int64_t expected = (int64_t)floor(out->volume + 0.5);
    out->allowed = kept_allowed(&out->rule.allowance, expected > decided ? expected : decided) +
                   out->rule.exempted;
    out->tripwire = kept_tripwire_of(out->counts.bad, out->allowed);
    if (out->p >= 1)
        out->outlook = KEPT_ALREADY_BROKEN;
    else if (out->p >= j->watch)
        out->outlook = KEPT_AT_RISK;
}

static bool can_be_missed(const kept_judged *j)
{
    return j->running && !j->has_target_value && j->outlook != KEPT_OUTLOOK_NOT_MEASURED;
}

/* Windows of the group stand in the order of the judged ones: the search goes on from *at. */
static bool find_slot(const kept_group_of *group, const kept_judged *judged, size_t *at)
{
    for (size_t i = *at; judged->running && i < group->n; i++)
        if (group->slots[i].whole == i && group->slots[i].running &&
            group->windows[i].promise == judged->promise &&
            group->windows[i].start == judged->start && group->windows[i].end == judged->end) {
            *at = i;
            return true;
        }
    return false;
}

static kept_status look_ahead(outlooks *o, size_t first, kept_err *err)
{
    kept_judging *j = o->j;
    for (size_t i = 0; i < o->n; i++) {
        KEPT_TRY(prepare(o, first, &o->looks[i], err));
        if (o->looks[i].rolling)
            KEPT_TRY(look_rolling(o, &o->looks[i], err));
    }
    kept_parallel_for((o->n + BLOCK - 1) / BLOCK, j->ctx->threads, look_block, o);
    for (size_t i = 0; i < o->n; i++) {
        if (o->looks[i].status != KEPT_OK)
            return kept_fail(err, o->looks[i].status, "%s", o->looks[i].err.msg);
        settle(j, &o->looks[i]);
    }
    return KEPT_OK;
}

kept_status kept_judge__outlooks(kept_judging *j, kept_group_of *group, size_t first, kept_err *err)
{
    outlooks o = {.j = j, .group = group, .looks = KEPT_NEW_N(j->arena, look, j->n - first)};
    size_t *slot_of = KEPT_NEW_N(j->arena, size_t, j->n - first);
    size_t slot = 0;
    if (!o.looks || !slot_of)
        return kept_nomem(err);
    for (size_t i = first; i < j->n; i++) {
        bool found = find_slot(group, &j->judged[i], &slot);
        slot_of[i - first] = found ? slot : SIZE_MAX;
        if (found && can_be_missed(&j->judged[i]))
            o.looks[o.n++] = (look){.at = i, .slot = slot};
    }
    if (o.n == 0)
        return KEPT_OK;
    KEPT_TRY(kept_others_load(j, group, &o.others, err));
    KEPT_TRY(kept_judge__waits_load(j, group, kept_others_histories(o.others), &o.waits, err));
    KEPT_TRY(look_ahead(&o, first, err));
    return kept_judge__alarms(j, group, first, slot_of, err);
}
