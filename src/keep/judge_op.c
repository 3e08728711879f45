/* kept judge: judges promises from what is known, and keeps what it found. */
#include <stdlib.h>

#include "base/array.h"
#include "keep/judge.h"
#include "keep/ops.h"
#include "keep/register.h"
#include "store/judge/watch.h"

static const kept_param params[] = {
    {.name = "watch",
     .type = KEPT_P_SHARE,
     .value = "CHANCE",
     .min = 0.01,
     .max = 0.99,
     .help = "from this chance of being missed on a promise is at risk, now and later; 50% when "
             "never given"},
    {.name = "dry-run", .type = KEPT_P_FLAG, .help = "show what would be found, store nothing"},
};

static const kept_field fields[] = {
    {.name = "as_of", .title = "As of", .type = KEPT_DATE},
    {.name = "judged", .title = "Promises", .type = KEPT_COUNT},
    {.name = "stored", .title = "Stored", .type = KEPT_BOOL},
    {.name = "added", .title = "New verdicts", .type = KEPT_COUNT},
    {.name = "replaced",
     .title = "Verdicts replaced",
     .type = KEPT_COUNT,
     .help = "because facts, terms or rules changed; the earlier ones are kept"},
    {.name = "same", .title = "Verdicts as before", .type = KEPT_COUNT},
    {.name = "predictions",
     .title = "Predictions kept",
     .type = KEPT_COUNT,
     .help = "one per promise, window and day, scored when the window has closed"},
    {.name = "statements", .title = "Statements", .type = KEPT_COUNT, .detail = true},
};
static const kept_group_def group = {"", "Judged", fields, KEPT_N(fields)};

static int by_promise(const void *a, const void *b)
{
    const kept_judged *x = a, *y = b;
    if (x->promise != y->promise)
        return x->promise < y->promise ? -1 : 1;
    if (x->running != y->running)
        return x->running ? 1 : -1;
    return (x->start > y->start) - (x->start < y->start);
}

static kept_status keep(kept_judging *j, kept_judge_written *ret, kept_err *err)
{
    int64_t *ids = KEPT_NEW_N(j->arena, int64_t, j->n_promises);
    if (!ids)
        return kept_nomem(err);
    for (size_t i = 0; i < j->n_promises; i++)
        ids[i] = j->promises[i].id;
    const kept_judge_write what = {.as_of = j->as_of,
                                   .promises = ids,
                                   .n_promises = j->n_promises,
                                   .judged = j->judged,
                                   .n = j->n,
                                   .open = j->open,
                                   .n_open = j->n_open};
    return kept_judge_store(j->store, &j->ctx->scope, &what, ret, err);
}

static bool is_past(const kept_scope *scope)
{
    return scope->as_of != KEPT_NO_DAY || scope->known_at != KEPT_NO_TIME;
}

static kept_status run(kept_ctx *ctx, const kept_args *args, kept_result *result, kept_err *err)
{
    kept_store *store;
    kept_judging j;
    kept_judge_written written = {0};
    kept_registered *rows = NULL;
    size_t n = 0;
    bool stores = !kept_args_flag(args, "dry-run") && !is_past(&ctx->scope);
    KEPT_TRY(stores ? kept_ctx_records(ctx, &store, err) : kept_ctx_store(ctx, false, &store, err));
    const kept_arg *watch = kept_args_get(args, "watch");
    if (watch->given && stores)
        KEPT_TRY(kept_watch_set(store, &ctx->scope, watch->real, err));
    KEPT_TRY(kept_judge_begin(ctx, store, 0, &j, err));
    if (watch->given)
        j.watch = watch->real;
    KEPT_TRY(kept_judge_run(&j, err));
    if (stores)
        KEPT_TRY(keep(&j, &written, err));
    if (j.n > 1)
        qsort(j.judged, j.n, sizeof *j.judged, by_promise);
    KEPT_TRY(kept_register(ctx, store, j.promises, j.n_promises, j.judged, j.n, &rows, &n, err));
    kept_group *g = kept_result_group(result, &group);
    kept_group_int(result, g, "as_of", j.as_of);
    kept_group_int(result, g, "judged", (int64_t)n);
    kept_group_int(result, g, "stored", stores);
    kept_group_int(result, g, "statements", (int64_t)j.statements);
    if (stores) {
        kept_group_int(result, g, "added", written.added);
        kept_group_int(result, g, "replaced", written.replaced);
        kept_group_int(result, g, "same", written.same);
        kept_group_int(result, g, "predictions", written.predictions);
    }
    result->currency = kept_store_currency(store);
    kept_levels_add(result, rows, n);
    kept_register_add(ctx, result, rows, n, 20);
    if (is_past(&ctx->scope))
        kept_result_note(result, KEPT_NOTE, "Judged as of the past: shown, not stored.");
    if (n)
        kept_result_note(result, KEPT_NOTE,
                         "A day promised without a time ends with that day, in the zone of the "
                         "promise. What is not done by then has failed; what was cancelled before "
                         "does not count.");
    if (j.false_alarms > 0)
        kept_result_note(result, KEPT_NOTE,
                         "Failures that come close together, or rise over three windows, are said "
                         "with the promise. Were every promise exactly at its target, %.1f such "
                         "alarms would be false in two years over all of them.",
                         j.false_alarms);
    return KEPT_OK;
}

static const kept_group_def *const groups[] = {&group, NULL};
static const kept_table_def *const tables[] = {&kept_levels_table, &kept_register_table, NULL};

const kept_op kept_op_judge = {
    .name = "judge",
    .stage = KEPT_KEEP,
    .summary = "Judge every promise from what is known, and say which are at risk",
    .detail = "Run it after each import. A window that has closed gets a verdict: kept, partly, "
              "broken, excused, or not measured with the cause. The window that runs gets an "
              "outlook with the chance that it will be missed. Earlier verdicts are never "
              "overwritten: when facts or terms change, the new one stands beside the old.\n\n"
              "With --as-of DATE it judges as things stood at the end of that day, from what was "
              "known then; with --known-at, from what had been imported by then. Such runs are "
              "shown and not stored.",
    .example = "kept judge\nkept judge --as-of 2026-03-31",
    .ids = "P001 P002 P004 P006",
    .params = params,
    .n_params = KEPT_N(params),
    .groups = groups,
    .tables = tables,
    .access = KEPT_WRITES,
    .role = KEPT_ROLE_CONTRIBUTOR,
    .flags = KEPT_LONG | KEPT_REPEATABLE,
    .run = run,
};
