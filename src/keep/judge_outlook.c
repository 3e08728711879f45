/* Outlooks of running windows: how likely it is that they will be missed. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "keep/judge_int.h"
#include "store/facts/read.h"
#include "store/records/rule.h"

enum {
    PAST_DAYS = 365,     /* of facts that priors and volumes rest on */
    LEAST_SUBJECTS = 10, /* others in a segment, from which on its own prior is taken */
    ROLLING_DRAWS = 1000,
};
static const double stated_weight = 10;  /* of the prior where nobody else tells anything; ours */
static const double level = 0.9;         /* of intervals */
static const double least_chance = 0.01; /* stated prior of a promise without allowance; ours */

typedef struct outlooks {
    kept_judging *j;
    kept_group_of *group;
    kept_case_histories histories;
    kept_prior_fitted *all; /* NULL: nobody has a history */
    /* Customers by segment: fitted when first asked for. */
    struct segment {
        int64_t id;
        kept_prior_fitted *fitted;
        size_t subjects;
    } * segments;
    size_t n_segments, room_segments;
    kept_rule_rows memberships; /* customer and segment, by customer */
} outlooks;

/* --- What others did --- */

static int by_counts(const void *a, const void *b)
{
    const kept_record_of *x = a, *y = b;
    if (x->n != y->n)
        return x->n < y->n ? -1 : 1;
    return (x->failed > y->failed) - (x->failed < y->failed);
}

/* Subjects that fared alike are one row. */
static size_t compress(kept_record_of *records, size_t n)
{
    size_t kept = 0;
    if (n > 1)
        qsort(records, n, sizeof *records, by_counts);
    for (size_t i = 0; i < n; i++) {
        if (kept && by_counts(&records[kept - 1], &records[i]) == 0)
            records[kept - 1].subjects++;
        else
            records[kept++] = records[i];
    }
    return kept;
}

static kept_status fit(outlooks *o, const bool *chosen, kept_prior_fitted **ret, size_t *ret_n,
                       kept_err *err)
{
    const kept_case_histories *h = &o->histories;
    kept_record_of *records = KEPT_NEW_N(o->j->arena, kept_record_of, h->n);
    size_t n = 0;
    if (!records)
        return kept_nomem(err);
    for (size_t i = 0; i < h->n; i++)
        if (h->items[i].n > 0 && (!chosen || chosen[i]))
            records[n++] = (kept_record_of){h->items[i].n, h->items[i].failed, 1};
    *ret_n = n;
    *ret = NULL;
    n = compress(records, n);
    return n ? kept_prior_fit_grid(records, n, o->j->arena, ret, err) : KEPT_OK;
}

static const kept_case_history *history_of(const outlooks *o, uint64_t customer)
{
    size_t low = 0, high = o->histories.n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (o->histories.items[middle].customer < customer)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < o->histories.n && o->histories.items[low].customer == customer;
    return found ? &o->histories.items[low] : NULL;
}

static uint64_t key_of(const outlooks *o, int64_t set)
{
    const kept_group_of *g = o->group;
    size_t low = 0, high = g->n_members;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (g->members[middle].set < set)
            low = middle + 1;
        else
            high = middle;
    }
    return low < g->n_members && g->members[low].set == set ? g->members[low].customer : 0;
}

static int by_set(const void *a, const void *b)
{
    const kept_case_member *x = a, *y = b;
    return (x->set > y->set) - (x->set < y->set);
}

static kept_status load(outlooks *o, kept_err *err)
{
    size_t subjects = 0;
    int32_t seen = o->group->ask.seen;
    KEPT_TRY(kept_cases_history(o->j->store, &o->j->ctx->scope, &o->group->ask,
                                seen - PAST_DAYS + 1, seen, o->j->arena, &o->histories, err));
    o->j->statements++;
    KEPT_TRY(kept_rule_run(o->j->store, &o->j->ctx->scope,
                           "SELECT customer, segment FROM customer__segments"
                           " ORDER BY customer, segment",
                           "segments", NULL, 0, 0, o->j->arena, &o->memberships, err));
    if (o->group->n_members > 1)
        qsort(o->group->members, o->group->n_members, sizeof *o->group->members, by_set);
    return fit(o, NULL, &o->all, &subjects, err);
}

/* Others in the customer's segment when there are enough of them, else all others, else what is
 * stated. */
static kept_status stated(outlooks *o, const kept_terms *t, kept_prior *ret, kept_err *err)
{
    double mean = 1 - (double)t->allowance.target / KEPT_SHARE_ONE;
    if (t->allowance.fixed || mean < least_chance)
        mean = least_chance;
    return kept_prior_stated(mean < 0.99 ? mean : 0.99, stated_weight, o->j->arena, ret, err);
}

/* The first row of the customer among those of all, by customer; SIZE_MAX: none. */
static size_t first_row(const outlooks *o, int64_t customer)
{
    size_t low = 0, high = o->memberships.n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (o->memberships.cells[2 * middle].i < customer)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < o->memberships.n && o->memberships.cells[2 * low].i == customer;
    return found ? low : SIZE_MAX;
}

static kept_status fit_segment(outlooks *o, struct segment *segment, kept_err *err)
{
    size_t n = 0;
    bool *chosen = KEPT_NEW_N(o->j->arena, bool, o->histories.n);
    int64_t *records = KEPT_NEW_N(o->j->arena, int64_t, o->memberships.n);
    uint64_t *keys = KEPT_NEW_N(o->j->arena, uint64_t, o->memberships.n);
    if (!chosen || !records || !keys)
        return kept_nomem(err);
    for (size_t i = 0; i < o->memberships.n; i++)
        if (o->memberships.cells[2 * i + 1].i == segment->id)
            records[n++] = o->memberships.cells[2 * i].i;
    KEPT_TRY(kept_customers_of_records(o->j->store, &o->j->ctx->scope, records, n, keys, err));
    for (size_t i = 0; i < n; i++) {
        const kept_case_history *h = keys[i] ? history_of(o, keys[i]) : NULL;
        if (h)
            chosen[h - o->histories.items] = true;
    }
    return fit(o, chosen, &segment->fitted, &segment->subjects, err);
}

static kept_status segment_of(outlooks *o, int64_t customer, struct segment **ret, kept_err *err)
{
    size_t row = first_row(o, customer);
    *ret = NULL;
    if (row == SIZE_MAX)
        return KEPT_OK;
    int64_t id = o->memberships.cells[2 * row + 1].i;
    for (size_t i = 0; i < o->n_segments; i++)
        if (o->segments[i].id == id) {
            *ret = &o->segments[i];
            return KEPT_OK;
        }
    void *segments = o->segments;
    KEPT_TRY(kept_judge__grow(o->j->arena, &segments, o->n_segments, &o->room_segments,
                              sizeof *o->segments, err));
    o->segments = segments;
    *ret = &o->segments[o->n_segments++];
    **ret = (struct segment){.id = id};
    return fit_segment(o, *ret, err);
}

static kept_status prior_of(outlooks *o, const kept_slot_of *slot, const kept_case_history *own,
                            kept_prior *ret, kept_err *err)
{
    const kept_prior_fitted *fitted = o->all;
    struct segment *segment = NULL;
    if (!slot->promise->customer || !fitted)
        return stated(o, slot->terms, ret, err);
    KEPT_TRY(segment_of(o, slot->promise->customer, &segment, err));
    bool has_own = own && own->n > 0;
    if (segment && segment->fitted && segment->subjects - has_own >= LEAST_SUBJECTS)
        fitted = segment->fitted;
    kept_err inner = KEPT_ERR_INIT;
    kept_status status = kept_prior_without(fitted, has_own ? own->n : 0, has_own ? own->failed : 0,
                                            o->j->arena, ret, &inner);
    if (status == KEPT_ENOTFOUND)
        return stated(o, slot->terms, ret, err);
    return status == KEPT_OK ? KEPT_OK : kept_fail(err, status, "%s", inner.msg);
}

/* --- How many more --- */

/* Days' worth of cases that will fall due in the next `ahead` days and are not known yet: of those
 * due in i days, the ones that are known fewer than i days before. */
static double unknown_days(const outlooks *o, int ahead)
{
    const kept_case_histories *h = &o->histories;
    int64_t total = 0, below = 0;
    double days = 0;
    for (size_t i = 0; i < h->n_leads; i++)
        total += h->leads[i];
    if (total == 0)
        return 0;
    for (int i = 1; i <= ahead; i++) {
        if ((size_t)i <= h->n_leads)
            below += h->leads[i - 1];
        days += (double)below / (double)total;
    }
    return days;
}

/* Cases per closed window of the promise before this one, else those of its last year. */
static kept_volume forecast(const outlooks *o, const kept_judged *all, size_t at, int64_t past,
                            int ahead)
{
    enum { MOST = 12 };
    int64_t counts[MOST];
    size_t found = 0;
    double length = 0;
    for (size_t i = at; i > 0 && found < MOST; i--) {
        const kept_judged *before = &all[i - 1];
        if (before->promise != all[at].promise)
            break;
        if (before->running)
            continue;
        const kept_counts *c = &before->counts;
        counts[found++] = c->good + c->bad + c->excused + c->unknown + c->open;
        length += before->end - before->start + 1;
    }
    double days = unknown_days(o, ahead);
    if (found >= 2)
        return kept_volume_forecast(counts, found, length / (double)found, days);
    return kept_volume_forecast(&past, 1, PAST_DAYS, days);
}

static bool can_be_missed(const kept_judged *j)
{
    return !j->has_target_value && j->outlook != KEPT_OUTLOOK_NOT_MEASURED;
}

static const kept_case_count *count_at(const kept_group_of *group, const kept_judged *judged,
                                       size_t *ret_i)
{
    for (size_t i = *ret_i; i < group->n; i++)
        if (group->slots[i].whole == i && group->windows[i].promise == judged->promise &&
            group->windows[i].start == judged->start && group->windows[i].end == judged->end &&
            group->slots[i].running == judged->running) {
            *ret_i = i;
            return &group->counts[i];
        }
    return NULL;
}

static void settle(const kept_judging *j, kept_judged *out)
{
    int64_t expected = (int64_t)floor(out->volume + 0.5),
            decided = out->counts.good + out->counts.bad;
    out->allowed = kept_allowed(&out->rule.allowance, expected > decided ? expected : decided) +
                   out->rule.exempted;
    out->tripwire = kept_tripwire_of(out->counts.bad, out->allowed);
    if (out->p >= 1)
        out->outlook = KEPT_ALREADY_BROKEN;
    else if (out->p >= j->watch.watch)
        out->outlook = KEPT_AT_RISK;
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

static kept_status look_ahead_rolling(outlooks *o, size_t at, size_t slot, const kept_prior *prior,
                                      kept_missed *ret, kept_err *err)
{
    const kept_judged *out = &o->j->judged[at];
    const kept_slot_of *s = &o->group->slots[slot];
    const kept_case_history *own = history_of(o, key_of(o, s->promise->customer));
    size_t length = (size_t)(out->end - out->start + 1);
    int64_t *seen = KEPT_NEW_N(o->j->arena, int64_t, length);
    int64_t *failed = KEPT_NEW_N(o->j->arena, int64_t, length);
    int64_t *open = KEPT_NEW_N(o->j->arena, int64_t, length);
    int64_t decided = out->counts.good + out->counts.bad;
    double error;
    if (!seen || !failed || !open)
        return kept_nomem(err);
    KEPT_TRY(days_of(o, out, slot, length, seen, failed, open, err));
    kept_missed_rolling_ask ask = {.allowance = out->rule.allowance,
                                   .length = length,
                                   .seen = seen,
                                   .failed = failed,
                                   .open = open,
                                   .level = level,
                                   .seed = o->j->ctx->seed,
                                   .draws = ROLLING_DRAWS};
    int64_t past = own ? own->n : decided;
    ask.more = kept_volume_forecast(&past, 1, own ? PAST_DAYS : (double)length,
                                    unknown_days(o, (int)length));
    ask.before_n = own && own->n > decided ? own->n - decided : 0;
    ask.before_failed = own && own->failed > out->counts.bad ? own->failed - out->counts.bad : 0;
    if (ask.before_failed > ask.before_n)
        ask.before_failed = ask.before_n;
    return kept_missed_rolling(&ask, prior, o->j->arena, ret, &error, err);
}

/* --- One outlook --- */

static kept_status look_ahead(outlooks *o, size_t at, size_t slot, kept_err *err)
{
    kept_judging *j = o->j;
    kept_judged *out = &j->judged[at];
    const kept_slot_of *s = &o->group->slots[slot];
    const kept_case_history *own = history_of(o, key_of(o, s->promise->customer));
    kept_prior prior;
    kept_missed missed;
    int64_t decided = out->counts.good + out->counts.bad, n = own ? own->n : 0,
            failed = own ? own->failed : 0;
    int ahead = out->end - (o->group->ask.seen > out->start ? o->group->ask.seen : out->start - 1);
    KEPT_TRY(prior_of(o, s, own, &prior, err));
    kept_missed_ask ask = {.allowance = out->rule.allowance,
                           .seen = decided,
                           .failed = out->counts.bad,
                           .open = out->counts.open,
                           .more = forecast(o, j->judged, at, n, ahead > 0 ? ahead : 0),
                           .level = level};
    /* What is exempted is allowed beside. */
    ask.failed -= out->rule.exempted < ask.failed ? out->rule.exempted : ask.failed;
    ask.before_n = n > decided ? n - decided : 0;
    ask.before_failed = failed > out->counts.bad ? failed - out->counts.bad : 0;
    if (ask.before_failed > ask.before_n)
        ask.before_failed = ask.before_n;
    KEPT_TRY(s->terms->window == KEPT_WINDOW_ROLLING
                 ? look_ahead_rolling(o, at, slot, &prior, &missed, err)
                 : kept_missed_by_end(&ask, &prior, j->arena, &missed, err));
    out->p = missed.p;
    out->p_low = missed.low;
    out->p_high = missed.high;
    out->volume = missed.volume;
    settle(j, out);
    return KEPT_OK;
}

kept_status kept_judge__outlooks(kept_judging *j, kept_group_of *group, size_t first, kept_err *err)
{
    outlooks o = {.j = j, .group = group};
    bool any = false;
    for (size_t i = first; i < j->n; i++)
        any = any || (j->judged[i].running && can_be_missed(&j->judged[i]));
    if (!any)
        return KEPT_OK;
    KEPT_TRY(load(&o, err));
    size_t slot = 0;
    size_t *slot_of = KEPT_NEW_N(j->arena, size_t, j->n - first);
    if (!slot_of)
        return kept_nomem(err);
    for (size_t i = first; i < j->n; i++) {
        bool found = j->judged[i].running && count_at(group, &j->judged[i], &slot);
        slot_of[i - first] = found ? slot : SIZE_MAX;
        if (found && can_be_missed(&j->judged[i]))
            KEPT_TRY(look_ahead(&o, i, slot, err));
    }
    return kept_judge__alarms(j, group, first, slot_of, err);
}
