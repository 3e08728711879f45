#include "keep/others.h"

#include <stdlib.h>
#include <string.h>

#include "store/facts/read.h"

enum {
    LEAST_SUBJECTS = 10, /* others in a segment, from which on its own prior is taken */
    LEAST_PARTIES = 3,   /* other segments, suppliers or channels, likewise */
    REMEMBERED = 1024,   /* priors: customers who fared alike have the same others */
};
static const double stated_weight = 10;  /* of the prior where nobody else tells anything; ours */
static const double least_chance = 0.01; /* stated prior of a promise without allowance; ours */

/* Customers of one segment, fitted when first asked for. */
typedef struct segment {
    int64_t id;
    kept_prior_fitted *fitted;
    size_t subjects;
} segment;

/* What a promise to or by more than one customer came to in its closed windows of a year. */
typedef struct past {
    int64_t promise, set;
    const char *party;
    int64_t n, failed;
} past;

typedef struct remembered {
    const kept_prior_fitted *fitted; /* NULL: empty */
    int64_t n, failed;
    kept_prior prior;
} remembered;

struct kept_others {
    kept_judging *j;
    kept_group_of *group;
    kept_case_histories histories;
    kept_prior_fitted *all; /* NULL: nobody has a history */
    segment *segments;
    size_t n_segments, room_segments;
    kept_rule_rows memberships; /* customer and segment, by customer */
    past *pasts;                /* by promise */
    size_t n_pasts, n_parties;  /* parties: who has a past, each once */
    kept_prior_fitted *parties; /* NULL: nobody has one */
    remembered cache[REMEMBERED];
};

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

static kept_status fit(kept_others *o, const bool *chosen, kept_prior_fitted **ret, size_t *ret_n,
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

static const kept_case_history *history_of(const kept_others *o, uint64_t customer)
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

static uint64_t key_of(const kept_others *o, int64_t set)
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

/* --- Promises to or by more than one customer --- */

static bool of_party(const kept_others *o, const kept_promise *p)
{
    return !p->customer && (p->segment || o->group->group.match != KEPT_MATCH_CUSTOMERS);
}

static int by_party(const void *a, const void *b)
{
    const past *x = a, *y = b;
    if (x->set != y->set)
        return x->set < y->set ? -1 : 1;
    int order = strcmp(x->party ? x->party : "", y->party ? y->party : "");
    return order ? order : (x->promise > y->promise) - (x->promise < y->promise);
}

static bool same_party(const past *x, const past *y)
{
    return x->set == y->set && strcmp(x->party ? x->party : "", y->party ? y->party : "") == 0;
}

/* Windows stand together by promise, in the order of ids. */
static kept_status add_pasts(kept_others *o, kept_err *err)
{
    const kept_group_of *g = o->group;
    o->pasts = KEPT_NEW_N(o->j->arena, past, g->n);
    if (!o->pasts)
        return kept_nomem(err);
    for (size_t i = 0; i < g->n; i++) {
        const kept_case_window *w = &g->windows[i];
        if (!of_party(o, g->slots[i].promise) || g->slots[i].running || g->slots[i].whole != i ||
            w->end <= g->ask.seen - KEPT_PAST_DAYS)
            continue;
        if (o->n_pasts == 0 || o->pasts[o->n_pasts - 1].promise != w->promise)
            o->pasts[o->n_pasts++] = (past){w->promise, w->set, w->party, 0, 0};
        o->pasts[o->n_pasts - 1].n += g->counts[i].counts.good + g->counts[i].counts.bad;
        o->pasts[o->n_pasts - 1].failed += g->counts[i].counts.bad;
    }
    return KEPT_OK;
}

/* Several promises to the same ones count once. */
static kept_status fit_parties(kept_others *o, kept_err *err)
{
    past *sorted = KEPT_NEW_N(o->j->arena, past, o->n_pasts);
    kept_record_of *records = KEPT_NEW_N(o->j->arena, kept_record_of, o->n_pasts);
    size_t n = 0;
    if (!sorted || !records)
        return kept_nomem(err);
    for (size_t i = 0; i < o->n_pasts; i++)
        sorted[i] = o->pasts[i];
    if (o->n_pasts > 1)
        qsort(sorted, o->n_pasts, sizeof *sorted, by_party);
    for (size_t i = 0; i < o->n_pasts; i++)
        if (sorted[i].n > 0 && (i == 0 || !same_party(&sorted[i], &sorted[i - 1])))
            records[n++] = (kept_record_of){sorted[i].n, sorted[i].failed, 1};
    o->n_parties = n;
    n = compress(records, n);
    return n ? kept_prior_fit_grid(records, n, o->j->arena, &o->parties, err) : KEPT_OK;
}

static past past_of(const kept_others *o, int64_t promise)
{
    size_t low = 0, high = o->n_pasts;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (o->pasts[middle].promise < promise)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < o->n_pasts && o->pasts[low].promise == promise;
    return found ? o->pasts[low] : (past){.promise = promise};
}

static kept_status load(kept_others *o, kept_err *err)
{
    size_t subjects = 0;
    int32_t seen = o->group->ask.seen;
    KEPT_TRY(kept_cases_history(o->j->store, &o->j->ctx->scope, &o->group->ask,
                                seen - KEPT_PAST_DAYS + 1, seen, o->j->arena, &o->histories, err));
    o->j->statements++;
    KEPT_TRY(kept_rule_run(o->j->store, &o->j->ctx->scope,
                           "SELECT customer, segment FROM customer__segments"
                           " ORDER BY customer, segment",
                           "segments", NULL, 0, 0, o->j->arena, &o->memberships, err));
    if (o->group->n_members > 1)
        qsort(o->group->members, o->group->n_members, sizeof *o->group->members, by_set);
    KEPT_TRY(add_pasts(o, err));
    KEPT_TRY(fit_parties(o, err));
    return fit(o, NULL, &o->all, &subjects, err);
}

const kept_case_histories *kept_others_histories(const kept_others *o)
{
    return &o->histories;
}

kept_status kept_others_load(kept_judging *j, kept_group_of *group, kept_others **ret_others,
                             kept_err *err)
{
    kept_others *o = KEPT_NEW(j->arena, kept_others);
    if (!o)
        return kept_nomem(err);
    o->j = j;
    o->group = group;
    KEPT_TRY(load(o, err));
    *ret_others = o;
    return KEPT_OK;
}

const kept_case_history *kept_others_own(const kept_others *o, const kept_promise *p)
{
    uint64_t key = p->customer ? key_of(o, p->customer) : 0;
    return key ? history_of(o, key) : NULL;
}

/* Others in the customer's segment when there are enough of them, else all others, else what is
 * stated. */
static kept_status stated(kept_others *o, const kept_terms *t, kept_prior *ret, kept_err *err)
{
    double mean = 1 - (double)t->allowance.target / KEPT_SHARE_ONE;
    if (t->allowance.fixed || mean < least_chance)
        mean = least_chance;
    return kept_prior_stated(mean < 0.99 ? mean : 0.99, stated_weight, o->j->arena, ret, err);
}

/* The first row of the customer among those of all, by customer; SIZE_MAX: none. */
static size_t first_row(const kept_others *o, int64_t customer)
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

static kept_status fit_segment(kept_others *o, segment *of, kept_err *err)
{
    size_t n = 0;
    bool *chosen = KEPT_NEW_N(o->j->arena, bool, o->histories.n);
    int64_t *records = KEPT_NEW_N(o->j->arena, int64_t, o->memberships.n);
    uint64_t *keys = KEPT_NEW_N(o->j->arena, uint64_t, o->memberships.n);
    if (!chosen || !records || !keys)
        return kept_nomem(err);
    for (size_t i = 0; i < o->memberships.n; i++)
        if (o->memberships.cells[2 * i + 1].i == of->id)
            records[n++] = o->memberships.cells[2 * i].i;
    KEPT_TRY(kept_customers_of_records(o->j->store, &o->j->ctx->scope, records, n, keys, err));
    for (size_t i = 0; i < n; i++) {
        const kept_case_history *h = keys[i] ? history_of(o, keys[i]) : NULL;
        if (h)
            chosen[h - o->histories.items] = true;
    }
    return fit(o, chosen, &of->fitted, &of->subjects, err);
}

static kept_status segment_of(kept_others *o, int64_t customer, segment **ret, kept_err *err)
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
    **ret = (segment){.id = id};
    return fit_segment(o, *ret, err);
}

/* From the fit without the subject; customers who fared alike share it. */
static kept_status without(kept_others *o, const kept_prior_fitted *fitted, int64_t n,
                           int64_t failed, kept_prior *ret, kept_err *err)
{
    size_t at = (size_t)(((uint64_t)n * 31 + (uint64_t)failed * 1009 + (uintptr_t)fitted / 64) %
                         REMEMBERED);
    remembered *r = &o->cache[at];
    if (r->fitted != fitted || r->n != n || r->failed != failed) {
        kept_prior prior;
        KEPT_TRY(kept_prior_without(fitted, n, failed, o->j->arena, &prior, err));
        *r = (remembered){fitted, n, failed, prior};
    }
    *ret = r->prior;
    return KEPT_OK;
}

kept_status kept_others_prior(kept_others *o, const kept_slot_of *slot, kept_prior *ret,
                              kept_err *err)
{
    const kept_case_history *own = kept_others_own(o, slot->promise);
    const kept_prior_fitted *fitted = NULL;
    int64_t n = own ? own->n : 0, failed = own ? own->failed : 0;
    segment *of = NULL;
    if (slot->promise->customer && o->all) {
        KEPT_TRY(segment_of(o, slot->promise->customer, &of, err));
        bool enough = of && of->fitted && of->subjects - (n > 0) >= LEAST_SUBJECTS;
        fitted = enough ? of->fitted : o->all;
    } else if (of_party(o, slot->promise)) {
        past before = past_of(o, slot->promise->id);
        n = before.n;
        failed = before.failed;
        if (o->n_parties - (n > 0) >= LEAST_PARTIES)
            fitted = o->parties;
    }
    if (!fitted)
        return stated(o, slot->terms, ret, err);
    kept_err inner = KEPT_ERR_INIT;
    kept_status status = without(o, fitted, n, failed, ret, &inner);
    if (status == KEPT_ENOTFOUND)
        return stated(o, slot->terms, ret, err);
    return status == KEPT_OK ? KEPT_OK : kept_fail(err, status, "%s", inner.msg);
}

/* Of cases due in i days those are not known yet that are known fewer than i days before. */
double kept_others_unknown_days(const kept_others *o, int ahead)
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
