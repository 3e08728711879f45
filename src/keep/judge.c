#include "keep/judge.h"

#include <math.h>
#include <string.h>

#include "base/date.h"
#include "keep/judge_int.h"
#include "store/judge/watch.h"
#include "store/measures/measures.h"
#include "store/records/rule.h"

kept_status kept_judge__add(kept_judging *j, const kept_judged *judged, kept_err *err)
{
    void *items = j->judged;
    KEPT_TRY(kept_judge__grow(j->arena, &items, j->n, &j->room, sizeof *j->judged, err));
    j->judged = items;
    j->judged[j->n++] = *judged;
    return KEPT_OK;
}

kept_status kept_judge__unmeasured(kept_judging *j, const kept_promise *promise,
                                   const kept_planned *planned, const char *cause,
                                   const char *remedy, kept_err *err)
{
    const kept_judged out = {.promise = promise->id,
                             .start = planned->days.start,
                             .end = planned->days.end,
                             .running = planned->running,
                             .verdict = KEPT_NOT_MEASURED,
                             .outlook = KEPT_OUTLOOK_NOT_MEASURED,
                             .cause = cause,
                             .remedy = remedy,
                             .how = "counted",
                             .measure = planned->terms->measure,
                             .figure = NAN,
                             .terms = planned->terms->version,
                             .volume = NAN,
                             .p = NAN,
                             .p_low = NAN,
                             .p_high = NAN};
    return kept_judge__add(j, &out, err);
}

kept_status kept_judge_begin(kept_ctx *ctx, kept_store *store, int64_t id, kept_judging *j,
                             kept_err *err)
{
    bool asked = ctx->scope.as_of != KEPT_NO_DAY;
    *j = (kept_judging){.ctx = ctx, .store = store, .arena = ctx->arena};
    KEPT_TRY(kept_watch_read(store, KEPT_WATCH_PRESET, &j->watch, err));
    j->as_of = kept_rule_today(&ctx->scope);
    j->over = asked ? j->as_of : j->as_of - 1;
    KEPT_TRY(kept_store_measures(store, j->arena, &j->measures, err));
    KEPT_TRY(kept_calendars_load(kept_store_folder(store), j->arena, &j->calendars, err));
    return kept_promises_load(store, &ctx->scope, id, j->arena, &j->promises, &j->n_promises, err);
}

static size_t index_of(const kept_judging *j, int64_t promise)
{
    size_t low = 0, high = j->n_promises;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (j->promises[middle].id < promise)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Windows whose days have passed wait for facts to close them, and a promise whose terms name
 * another measure now is in two groups: of all that run the newest is shown. */
static kept_status drop_waiting(kept_judging *j, kept_err *err)
{
    int32_t *newest = KEPT_NEW_N(j->arena, int32_t, j->n_promises);
    size_t n = 0;
    if (!newest)
        return kept_nomem(err);
    for (size_t i = 0; i < j->n_promises; i++)
        newest[i] = INT32_MIN;
    for (size_t i = 0; i < j->n; i++) {
        int32_t *at = &newest[index_of(j, j->judged[i].promise)];
        if (j->judged[i].running && j->judged[i].start > *at)
            *at = j->judged[i].start;
    }
    for (size_t i = 0; i < j->n; i++) {
        const kept_judged *one = &j->judged[i];
        if (!one->running || one->start == newest[index_of(j, one->promise)])
            j->judged[n++] = *one;
    }
    j->n = n;
    return KEPT_OK;
}

kept_status kept_judge_run(kept_judging *j, kept_err *err)
{
    kept_group_of *groups = NULL;
    size_t n = 0;
    for (size_t i = 0; i < j->n_promises; i++)
        KEPT_TRY(kept_judge__acts(j, &j->promises[i], err));
    KEPT_TRY(kept_judge__groups(j, &groups, &n, err));
    for (size_t i = 0; i < n; i++) {
        KEPT_TRY(kept_ctx_check_cancel(j->ctx, err));
        kept_ctx_progress(j->ctx, groups[i].group.measure->name, (double)i / (double)n);
        KEPT_TRY(kept_judge__group(j, &groups[i], err));
    }
    return drop_waiting(j, err);
}

kept_status kept_judge_promises(kept_ctx *ctx, kept_store *store, int64_t id,
                                kept_judging *ret_judging, kept_err *err)
{
    KEPT_TRY(kept_judge_begin(ctx, store, id, ret_judging, err));
    return kept_judge_run(ret_judging, err);
}

kept_status kept_judge_window(kept_judging *j, const kept_promise *promise, int32_t day,
                              kept_case_ask *ret_ask, kept_err *err)
{
    kept_group_of *groups = NULL;
    size_t n = 0;
    kept_promise *promises = j->promises;
    size_t n_promises = j->n_promises;
    kept_promise one = *promise;
    if (kept_promise_terms(promise, day)->how != KEPT_HOW_COUNTED)
        return kept_fail(err, KEPT_EARG,
                         "P-%lld is judged by what people record, not counted from facts.",
                         (long long)promise->id);
    j->promises = &one;
    j->n_promises = 1;
    kept_status status = kept_judge__groups(j, &groups, &n, err);
    j->promises = promises;
    j->n_promises = n_promises;
    KEPT_TRY(status);
    for (size_t i = 0; i < n; i++)
        for (size_t k = groups[i].n; k > 0; k--) {
            kept_case_window *w = &groups[i].windows[k - 1];
            if (groups[i].slots[k - 1].whole != k - 1 || w->start > day || w->end < day)
                continue;
            int32_t seen;
            KEPT_TRY(kept_cases_seen(j->store, &j->ctx->scope, groups[i].group.measure, j->as_of,
                                     &seen, err));
            *ret_ask = groups[i].ask;
            ret_ask->windows = w;
            ret_ask->n_windows = 1;
            ret_ask->seen = seen == KEPT_NO_DAY ? j->as_of : seen;
            return KEPT_OK;
        }
    return kept_fail(err, KEPT_ENOTFOUND, "No window of P-%lld that is judged contains that day.",
                     (long long)promise->id);
}
