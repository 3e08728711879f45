/* Counted promises: from counts of cases to verdicts. */
#include <math.h>
#include <string.h>

#include "base/date.h"
#include "keep/judge_int.h"
#include "store/facts/import.h"
#include "store/facts/read.h"

enum {
    SOON_DAYS = 13,    /* the week that runs and the one after it */
    OVERDUE_DAYS = 92, /* what is overdue for longer is no work of this week */
    MOST_OPEN = 2000,
};

/* Failures that were agreed beforehand not to count, in windows that the agreement touches. */
static int64_t exempted(const kept_promise *p, const kept_case_window *w)
{
    int64_t cases = 0;
    for (size_t i = 0; i < p->n_exemptions; i++) {
        const kept_exemption *e = &p->exemptions[i];
        if (e->cases > 0 && e->from <= w->end && e->until >= w->start)
            cases += e->cases;
    }
    return cases;
}

/* Cases of days that do not count are excused, whatever became of them. */
static void take_parts(const kept_group_of *group)
{
    for (size_t i = 0; i < group->n; i++) {
        size_t whole = group->slots[i].whole;
        if (whole == i)
            continue;
        kept_counts *c = &group->counts[whole].counts;
        const kept_counts *part = &group->counts[i].counts;
        c->good -= part->good;
        c->bad -= part->bad;
        c->unknown -= part->unknown;
        c->open -= part->open;
        c->excused += part->good + part->bad + part->unknown + part->open;
        group->counts[whole].open_ahead -= group->counts[i].open_ahead;
    }
}

/* The day up to which files of the kind were imported, KEPT_NO_DAY: none. */
static kept_status imported_until(kept_judging *j, const char *kind, int32_t *ret_day,
                                  kept_err *err)
{
    kept_import *imports = NULL;
    size_t n = 0;
    int64_t latest = 0;
    KEPT_TRY(kept_import_list(j->store, &j->ctx->scope, j->arena, &imports, &n, err));
    for (size_t i = 0; i < n; i++) {
        const kept_import *m = &imports[i];
        int64_t known_at = j->ctx->scope.known_at;
        bool stood = m->imported_at <= known_at && (!m->undone_at || m->undone_at > known_at);
        if (stood && !m->records && strcmp(m->kind, kind) == 0 && m->imported_at > latest)
            latest = m->imported_at;
    }
    *ret_day = latest ? (int32_t)(latest / KEPT_DAY_MICROS) : KEPT_NO_DAY;
    return KEPT_OK;
}

/* What is known of the group's facts. */
typedef struct reach {
    int32_t seen;     /* last day of the facts; KEPT_NO_DAY: there are none */
    int32_t imported; /* day of the last import */
    const char *kind;
    bool asked; /* the day was asked for: facts are whole up to it */
} reach;

/* The window is over, and everything that fell due in it has been decided or the facts go on. */
static bool is_closed(const kept_judging *j, const reach *r, const kept_case_window *w,
                      const kept_case_count *c)
{
    if (w->end > j->over)
        return false;
    return r->asked || r->seen >= w->end ||
           (r->imported != KEPT_NO_DAY && r->imported > w->end && c->open_ahead == 0);
}

static kept_status explain(kept_judging *j, const reach *r, const kept_case_count *c,
                           kept_judged *out, kept_err *err)
{
    const kept_counts *k = &c->counts;
    int64_t decided = k->good + k->bad;
    if (r->seen == KEPT_NO_DAY) {
        out->cause = kept_arena_printf(j->arena, "no %s have been loaded", r->kind);
        out->remedy = kept_arena_printf(j->arena, "kept import %s FILE", r->kind);
    } else if (decided + k->unknown + k->open + k->excused == 0) {
        out->cause = "nothing has fallen due yet";
        out->remedy = "nothing to do yet";
    } else if (k->unknown > 0) {
        out->cause = kept_arena_printf(j->arena, "of %lld cases only %lld could be judged",
                                       (long long)(decided + k->unknown), (long long)decided);
        out->remedy = kept_arena_printf(
            j->arena, "fill in what is missing in the %s and import them again", r->kind);
    } else {
        out->cause = "nothing that fell due has been decided yet";
        out->remedy = "nothing to do yet";
    }
    return out->cause && out->remedy ? KEPT_OK : kept_nomem(err);
}

static kept_judged begin(const kept_group_of *group, size_t i)
{
    const kept_slot_of *s = &group->slots[i];
    const kept_case_window *w = &group->windows[i];
    const kept_terms *t = s->terms;
    kept_judged out = {.promise = s->promise->id,
                       .start = w->start,
                       .end = w->end,
                       .rolling = t->window == KEPT_WINDOW_ROLLING,
                       .how = "counted",
                       .measure = t->measure,
                       .counts = group->counts[i].counts,
                       .overdue = 0,
                       .figure = group->counts[i].figure,
                       .at_most = t->at_most,
                       .terms = t->version,
                       .volume = NAN,
                       .p = NAN,
                       .p_low = NAN,
                       .p_high = NAN};
    out.rule = (kept_verdict_rule){.allowance = t->allowance,
                                   .exempted = exempted(s->promise, w),
                                   .partly_from = t->partly_from,
                                   .min_coverage = t->min_coverage};
    /* A target in the measure's own unit, without a share: the figure is judged. */
    out.has_target_value = t->has_target_value && !t->has_target && !t->allowance.fixed;
    out.target_value = out.has_target_value ? t->target_value : 0;
    out.allowed = kept_allowed(&t->allowance, out.counts.good + out.counts.bad);
    return out;
}

/* Where a figure is promised: what it has come to so far, and whether it is there yet. */
static kept_status look_at_figure(kept_judging *j, kept_judged *out, kept_err *err)
{
    double target = (double)out->target_value / KEPT_SHARE_ONE;
    if (isnan(out->figure))
        return KEPT_OK;
    if (out->at_most ? out->figure > target : out->figure < target)
        out->outlook = KEPT_AT_RISK;
    out->cause = kept_arena_printf(j->arena, "%.6g so far; at %s %.6g was promised", out->figure,
                                   out->at_most ? "most" : "least", target);
    return out->cause ? KEPT_OK : kept_nomem(err);
}

static kept_status judge_one(kept_judging *j, kept_group_of *group, const reach *r, size_t i,
                             kept_err *err)
{
    const kept_case_count *c = &group->counts[i];
    kept_judged out = begin(group, i);
    bool due =
        c->counts.good + c->counts.bad + c->counts.excused + c->counts.unknown + c->counts.open > 0;
    group->slots[i].running = group->slots[i].running || !is_closed(j, r, &group->windows[i], c);
    out.running = group->slots[i].running;
    if (!out.running && !due && r->seen != KEPT_NO_DAY)
        return KEPT_OK; /* nothing fell due: nothing to be said */
    if (!out.running) {
        out.verdict = kept_judged_verdict(&out);
        if (out.verdict == KEPT_NOT_MEASURED)
            KEPT_TRY(explain(j, r, c, &out, err));
        return kept_judge__add(j, &out, err);
    }
    out.outlook = KEPT_ON_TRACK;
    int64_t decided = c->counts.good + c->counts.bad, known = decided + c->counts.unknown;
    if (r->seen == KEPT_NO_DAY || decided + c->counts.open == 0 ||
        (known > 0 && decided * KEPT_SHARE_ONE < out.rule.min_coverage * known)) {
        out.outlook = KEPT_OUTLOOK_NOT_MEASURED;
        KEPT_TRY(explain(j, r, c, &out, err));
        if (strcmp(group->slots[i].promise->state, "paused") == 0) {
            out.cause = "it rests, as both sides agreed";
            out.remedy = "nothing to do until it runs again";
        }
    } else if (out.has_target_value) {
        KEPT_TRY(look_at_figure(j, &out, err));
    }
    return kept_judge__add(j, &out, err);
}

/* --- The week's work --- */

/* Keys of facts become records together. */
static kept_status add_open(kept_judging *j, const kept_group_of *group, const kept_case_due *due,
                            size_t n, kept_err *err)
{
    uint64_t *keys = KEPT_NEW_N(j->arena, uint64_t, n);
    int64_t *records = KEPT_NEW_N(j->arena, int64_t, n);
    void *open = j->open;
    if (!keys || !records)
        return kept_nomem(err);
    for (size_t i = 0; i < n; i++)
        keys[i] = due[i].customer;
    KEPT_TRY(kept_customer_records(j->store, &j->ctx->scope, keys, n, records, err));
    for (size_t i = 0; i < n; i++) {
        int64_t promise = group->slots[due[i].window].promise->id;
        KEPT_TRY(kept_judge__grow(j->arena, &open, j->n_open, &j->room_open, sizeof *j->open, err));
        j->open = open;
        j->open[j->n_open++] = (kept_open_case){promise,    records[i],     due[i].key,
                                                due[i].due, due[i].overdue, due[i].what};
    }
    return KEPT_OK;
}

/* Judged ones of a group stand in the order of promises. */
static void count_overdue(kept_judging *j, size_t first, int64_t promise, int32_t due)
{
    size_t low = first, high = j->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (j->judged[middle].promise < promise)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < j->n && j->judged[low].promise == promise; low++) {
        kept_judged *one = &j->judged[low];
        if (one->running && due >= one->start && due <= one->end)
            one->overdue++;
    }
}

/* What falls due after the newest window, in the one that comes next, is work of these days too. */
static int32_t end_of_work(const kept_judging *j, const kept_group_of *group, size_t i)
{
    const kept_promise *p = group->slots[i].promise;
    int32_t end = group->windows[i].end, soon = j->as_of + SOON_DAYS;
    bool newest = group->slots[i].running && end >= j->as_of;
    if (!newest || end >= soon)
        return end;
    return p->ends != KEPT_NO_DAY && p->ends < soon ? p->ends : soon;
}

/* Cases of running windows, and of those whose last day has passed not long ago. */
static kept_status find_open(kept_judging *j, const kept_group_of *group, size_t first,
                             kept_err *err)
{
    kept_case_window *windows = KEPT_NEW_N(j->arena, kept_case_window, group->n);
    size_t *slots = KEPT_NEW_N(j->arena, size_t, group->n);
    kept_case_ask ask = group->ask;
    kept_case_due *due = NULL;
    size_t n = 0;
    if (!windows || !slots)
        return kept_nomem(err);
    ask.n_windows = 0;
    for (size_t i = 0; i < group->n; i++) {
        bool rolls = group->slots[i].terms->window == KEPT_WINDOW_ROLLING;
        if (group->slots[i].whole == i && strcmp(group->slots[i].promise->state, "active") == 0 &&
            group->windows[i].end >= j->as_of - OVERDUE_DAYS &&
            (!rolls || (group->slots[i].running && group->windows[i].end >= j->as_of))) {
            slots[ask.n_windows] = i;
            windows[ask.n_windows] = group->windows[i];
            windows[ask.n_windows++].end = end_of_work(j, group, i);
        }
    }
    ask.windows = windows;
    if (ask.n_windows == 0)
        return KEPT_OK;
    KEPT_TRY(kept_cases_due(j->store, &j->ctx->scope, &ask, j->as_of + SOON_DAYS, MOST_OPEN,
                            j->arena, &due, &n, err));
    j->statements++;
    for (size_t i = 0; i < n; i++) {
        due[i].window = slots[due[i].window];
        if (due[i].overdue)
            count_overdue(j, first, group->slots[due[i].window].promise->id, due[i].due);
    }
    return add_open(j, group, due, n, err);
}

kept_status kept_judge__group(kept_judging *j, kept_group_of *group, kept_err *err)
{
    const kept_measure *m = group->group.measure;
    reach r = {.kind = m->facts->name, .asked = j->ctx->scope.as_of != KEPT_NO_DAY};
    size_t first = j->n;
    group->counts = KEPT_NEW_N(j->arena, kept_case_count, group->n);
    if (!group->counts)
        return kept_nomem(err);
    KEPT_TRY(kept_cases_seen(j->store, &j->ctx->scope, m, j->as_of, &r.seen, err));
    KEPT_TRY(imported_until(j, r.kind, &r.imported, err));
    group->ask.seen = r.seen == KEPT_NO_DAY ? j->as_of : r.seen;
    KEPT_TRY(kept_cases_count(j->store, &j->ctx->scope, &group->ask, j->arena, group->counts, err));
    j->statements++;
    take_parts(group);
    for (size_t i = 0; i < group->n; i++)
        if (group->slots[i].whole == i)
            KEPT_TRY(judge_one(j, group, &r, i, err));
    KEPT_TRY(find_open(j, group, first, err));
    return kept_judge__outlooks(j, group, first, err);
}
