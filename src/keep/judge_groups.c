/* Promises that are judged alike go together: one statement for all their windows. */
#include <stdlib.h>
#include <string.h>

#include "keep/judge_int.h"
#include "store/facts/read.h"
#include "store/judge/alike.h"
#include "store/records/rule.h"

kept_status kept_judge__grow(kept_arena *arena, void **items, size_t n, size_t *room, size_t size,
                             kept_err *err)
{
    if (n < *room)
        return KEPT_OK;
    size_t more = *room ? 2 * *room : 64;
    void *copy = kept_arena_alloc(arena, more, size);
    if (!copy)
        return kept_nomem(err);
    if (n)
        memcpy(copy, *items, n * size);
    *items = copy;
    *room = more;
    return KEPT_OK;
}

typedef struct grouping {
    kept_judging *j;
    kept_group_of *groups;
    size_t n, room;
} grouping;

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* --- Which group --- */

static kept_status find_group(grouping *g, const kept_case_group *want, const char *calendar,
                              size_t *ret_i, kept_err *err)
{
    for (size_t i = 0; i < g->n; i++) {
        const kept_case_group *has = &g->groups[i].group;
        if (has->measure == want->measure && has->match == want->match &&
            has->counted_by == want->counted_by && same_text(has->zone, want->zone) &&
            same_text(has->only, want->only) && same_text(g->groups[i].calendar, calendar)) {
            *ret_i = i;
            return KEPT_OK;
        }
    }
    void *groups = g->groups;
    KEPT_TRY(kept_judge__grow(g->j->arena, &groups, g->n, &g->room, sizeof *g->groups, err));
    g->groups = groups;
    g->groups[g->n] = (kept_group_of){.group = *want, .calendar = calendar};
    *ret_i = g->n++;
    return KEPT_OK;
}

/* --- Windows --- */

static kept_status add_window(grouping *g, kept_group_of *group, const kept_case_window *window,
                              const kept_slot_of *slot, kept_err *err)
{
    void *windows = group->windows, *slots = group->slots;
    size_t room = group->room;
    KEPT_TRY(kept_judge__grow(g->j->arena, &windows, group->n, &room, sizeof *group->windows, err));
    KEPT_TRY(
        kept_judge__grow(g->j->arena, &slots, group->n, &group->room, sizeof *group->slots, err));
    group->windows = windows;
    group->slots = slots;
    group->windows[group->n] = *window;
    group->slots[group->n++] = *slot;
    return KEPT_OK;
}

typedef struct stretch {
    int32_t from, until; /* both counted */
} stretch;

static int by_from(const void *a, const void *b)
{
    const stretch *x = a, *y = b;
    return (x->from > y->from) - (x->from < y->from);
}

/* The days on which no case of the promise counts, in order and without overlap: what two
 * agreements take out is taken out once. */
static size_t find_stretches(const kept_promise *p, stretch *found)
{
    size_t n = 0, kept = 0;
    for (size_t i = 0; i < p->n_exemptions; i++)
        if (p->exemptions[i].cases < 0)
            found[n++] = (stretch){p->exemptions[i].from, p->exemptions[i].until};
    for (size_t i = 0; i < p->n_rests; i++)
        found[n++] = (stretch){p->rests[i].from, p->rests[i].until};
    if (n > 1)
        qsort(found, n, sizeof *found, by_from);
    for (size_t i = 0; i < n; i++) {
        if (kept && found[i].from <= found[kept - 1].until) {
            if (found[i].until > found[kept - 1].until)
                found[kept - 1].until = found[i].until;
        } else {
            found[kept++] = found[i];
        }
    }
    return kept;
}

/* These days as windows of their own: what they hold is taken from the whole. */
static kept_status add_parts(grouping *g, kept_group_of *group, size_t whole, kept_err *err)
{
    const kept_promise *p = group->slots[whole].promise;
    if (p->n_exemptions + p->n_rests == 0)
        return KEPT_OK;
    stretch *found = KEPT_NEW_N(g->j->arena, stretch, p->n_exemptions + p->n_rests);
    if (!found)
        return kept_nomem(err);
    size_t n = find_stretches(p, found);
    for (size_t i = 0; i < n; i++) {
        kept_case_window part = group->windows[whole];
        part.start = found[i].from > part.start ? found[i].from : part.start;
        part.end = found[i].until < part.end ? found[i].until : part.end;
        kept_slot_of slot = group->slots[whole];
        slot.whole = whole;
        if (part.start <= part.end)
            KEPT_TRY(add_window(g, group, &part, &slot, err));
    }
    return KEPT_OK;
}

static kept_status add_windows(grouping *g, kept_group_of *group, const kept_promise *p,
                               const kept_planned *planned, kept_err *err)
{
    const kept_terms *t = planned->terms;
    kept_case_window window = {.promise = p->id,
                               .start = planned->days.start,
                               .end = planned->days.end,
                               .set = p->customer ? p->customer : -p->segment,
                               .party = p->party,
                               .within = kept_terms_within(t, group->group.calendar),
                               .tolerance = t->tolerance,
                               .target_value = t->has_target_value ? t->target_value : 0,
                               .period_target = t->period_target};
    kept_slot_of slot = {p, t, planned->running, group->n};
    KEPT_TRY(add_window(g, group, &window, &slot, err));
    return add_parts(g, group, group->n - 1, err);
}

/* --- Whose rows --- */

/* A record, until all are known: keys are looked up together. */
static kept_status add_member(grouping *g, kept_group_of *group, int64_t set, int64_t record,
                              kept_err *err)
{
    void *members = group->members;
    KEPT_TRY(kept_judge__grow(g->j->arena, &members, group->n_members, &group->room_members,
                              sizeof *group->members, err));
    group->members = members;
    group->members[group->n_members++] = (kept_case_member){set, (uint64_t)record};
    return KEPT_OK;
}

/* From records to the keys by which facts know them; those of whom no facts speak are left out. */
static kept_status find_keys(grouping *g, kept_group_of *group, kept_err *err)
{
    int64_t *records = KEPT_NEW_N(g->j->arena, int64_t, group->n_members);
    uint64_t *keys = KEPT_NEW_N(g->j->arena, uint64_t, group->n_members);
    size_t n = 0;
    if (!records || !keys)
        return kept_nomem(err);
    for (size_t i = 0; i < group->n_members; i++)
        records[i] = (int64_t)group->members[i].customer;
    KEPT_TRY(kept_customers_of_records(g->j->store, &g->j->ctx->scope, records, group->n_members,
                                       keys, err));
    for (size_t i = 0; i < group->n_members; i++)
        if (keys[i])
            group->members[n++] = (kept_case_member){group->members[i].set, keys[i]};
    group->n_members = n;
    return KEPT_OK;
}

static kept_status add_segment(grouping *g, kept_group_of *group, int64_t segment, kept_err *err)
{
    static const char sql[] = "SELECT customer FROM customer__segments WHERE segment = :segment";
    const kept_rule_param param = {"segment", {.type = KEPT_RULE_INT, .i = segment}};
    kept_rule_rows rows;
    KEPT_TRY(kept_rule_run(g->j->store, &g->j->ctx->scope, sql, "segment", &param, 1, 0,
                           g->j->arena, &rows, err));
    for (size_t i = 0; i < rows.n; i++)
        KEPT_TRY(add_member(g, group, -segment, rows.cells[i].i, err));
    return KEPT_OK;
}

static kept_status add_members(grouping *g, kept_group_of *group, const kept_promise *p,
                               kept_err *err)
{
    if (group->group.match != KEPT_MATCH_CUSTOMERS)
        return KEPT_OK;
    if (p->customer)
        return add_member(g, group, p->customer, p->customer, err);
    for (size_t i = 0; i < group->n_members; i++)
        if (group->members[i].set == -p->segment)
            return KEPT_OK;
    return add_segment(g, group, p->segment, err);
}

/* --- Promises --- */

static kept_status group_promise(grouping *g, const kept_promise *p, kept_err *err)
{
    kept_planned *planned = NULL;
    size_t n = 0, last = SIZE_MAX;
    KEPT_TRY(kept_plan(p, g->j->as_of, g->j->over, g->j->arena, &planned, &n, err));
    for (size_t i = 0; i < n; i++) {
        const char *cause = NULL;
        kept_case_group want;
        size_t at;
        if (planned[i].terms->how != KEPT_HOW_COUNTED)
            continue;
        KEPT_TRY(kept_terms_group(p, planned[i].terms, &g->j->measures, &g->j->calendars,
                                  g->j->arena, &want, &cause, err));
        if (cause) {
            KEPT_TRY(kept_judge__unmeasured(g->j, p, &planned[i], cause,
                                            "name a measure that judges cases: kept measures",
                                            err));
            continue;
        }
        KEPT_TRY(find_group(g, &want, planned[i].terms->working ? planned[i].terms->calendar : NULL,
                            &at, err));
        if (at != last)
            KEPT_TRY(add_members(g, &g->groups[at], p, err));
        last = at;
        KEPT_TRY(add_windows(g, &g->groups[at], p, &planned[i], err));
    }
    return KEPT_OK;
}

kept_status kept_judge__groups(kept_judging *j, kept_group_of **ret_groups, size_t *ret_n,
                               kept_err *err)
{
    grouping g = {.j = j};
    for (size_t i = 0; i < j->n_promises; i++)
        KEPT_TRY(group_promise(&g, &j->promises[i], err));
    for (size_t i = 0; i < g.n; i++) {
        KEPT_TRY(find_keys(&g, &g.groups[i], err));
        g.groups[i].ask = (kept_case_ask){.group = &g.groups[i].group,
                                          .windows = g.groups[i].windows,
                                          .n_windows = g.groups[i].n,
                                          .members = g.groups[i].members,
                                          .n_members = g.groups[i].n_members};
    }
    *ret_groups = g.groups;
    *ret_n = g.n;
    return KEPT_OK;
}
