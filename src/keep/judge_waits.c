/* What it says that cases are open still, so many days before they fall due. */
#include <string.h>

#include "keep/judge_int.h"

/* Neither periods nor opportunities. */
static bool counts_cases(const kept_group_of *group)
{
    return group->group.counted_by == KEPT_BY_CASE &&
           group->group.measure->judge->grain == KEPT_GRAIN_CASE &&
           !group->group.measure->judge->total;
}

/* Good cases that are done less than so many days before their day, of all good ones. One good case
 * that was not is taken for granted: few tell little. */
static kept_status find_still(const kept_case_histories *h, kept_arena *arena, double **ret,
                              kept_err *err)
{
    int64_t total = 0, later = 0;
    double *still = KEPT_NEW_N(arena, double, h->n_leads);
    if (!still)
        return kept_nomem(err);
    for (size_t i = 0; i < h->n_leads; i++)
        total += h->early[i];
    for (size_t i = 0; i < h->n_leads; i++) {
        still[i] = (double)(later + 1) / (double)(total + 1);
        later += h->early[i];
    }
    *ret = still;
    return KEPT_OK;
}

kept_status kept_judge__waits_load(kept_judging *j, const kept_group_of *group,
                                   const kept_case_histories *histories, kept_waits *ret,
                                   kept_err *err)
{
    kept_case_ask ask = group->ask;
    kept_case_window *windows = KEPT_NEW_N(j->arena, kept_case_window, group->n);
    kept_waits waits = {.n_still = histories->n_leads, .seen = ask.seen};
    waits.at = KEPT_NEW_N(j->arena, size_t, group->n);
    if (!windows || !waits.at)
        return kept_nomem(err);
    ask.n_windows = 0;
    ask.windows = windows;
    for (size_t i = 0; i < group->n; i++) {
        bool asked = counts_cases(group) && group->slots[i].whole == i && group->slots[i].running &&
                     group->slots[i].terms->window != KEPT_WINDOW_ROLLING;
        waits.at[i] = asked ? ask.n_windows : SIZE_MAX;
        if (asked)
            windows[ask.n_windows++] = group->windows[i];
    }
    KEPT_TRY(find_still(histories, j->arena, &waits.still, err));
    KEPT_TRY(
        kept_cases_days(j->store, &j->ctx->scope, &ask, j->arena, &waits.days, &waits.first, err));
    j->statements += ask.n_windows > 0;
    *ret = waits;
    return KEPT_OK;
}

kept_status kept_judge__waits_of(kept_judging *j, const kept_waits *waits, size_t slot,
                                 const kept_counts *counts, kept_missed_ask *ask, int64_t *ret_due,
                                 int64_t *ret_due_failed, kept_err *err)
{
    size_t at = waits->at[slot];
    int64_t open = 0;
    *ret_due = counts->good + counts->bad;
    *ret_due_failed = counts->bad;
    if (at == SIZE_MAX)
        return KEPT_OK;
    size_t first = waits->first[at], n = waits->first[at + 1] - first, used = 0;
    kept_missed_wait *list = KEPT_NEW_N(j->arena, kept_missed_wait, n ? n : 1);
    if (!list)
        return kept_nomem(err);
    for (size_t i = 0; i < n; i++) {
        const kept_case_day *d = &waits->days[first + i];
        size_t ahead = d->day > waits->seen ? (size_t)(d->day - waits->seen) : 1;
        if (d->day > waits->seen) {
            *ret_due -= d->decided;
            *ret_due_failed -= d->failed;
        }
        if (d->open == 0)
            continue;
        list[used++] = (kept_missed_wait){
            d->open, waits->still[ahead < waits->n_still ? ahead : waits->n_still - 1]};
        open += d->open;
    }
    /* Of windows with days that do not count the open ones are not told apart. */
    if (open != ask->open)
        return KEPT_OK;
    ask->waits = list;
    ask->n_waits = used;
    return KEPT_OK;
}
