/* kept verify: does the change log follow, change by change. */
#include "base/array.h"
#include "general/ops.h"
#include "op/ctx.h"
#include "store/records/log.h"

static const kept_param params[] = {
    {.name = "head",
     .type = KEPT_P_TEXT,
     .value = "HASH",
     .help = "head that was printed earlier, as by kept backup create: is it in this log?"},
};

static const kept_field fields[] = {
    {.name = "changes", .title = "Changes", .type = KEPT_COUNT},
    {.name = "erased",
     .title = "Of them erased",
     .type = KEPT_COUNT,
     .help = "their values are gone, as a person may ask; that they were made still shows"},
    {.name = "head", .title = "Head of the change log", .type = KEPT_TEXT},
    {.name = "broken_at",
     .title = "First change that does not follow",
     .type = KEPT_INTEGER,
     .detail = true},
    {.name = "why", .title = "What is wrong with it", .type = KEPT_TEXT, .detail = true},
    {.name = "head_at",
     .title = "Change with the head asked for",
     .type = KEPT_INTEGER,
     .detail = true},
};
static const kept_group_def group = {"", "Change log", fields, KEPT_N(fields)};

static void note_head(kept_result *result, const kept_log_check *log)
{
    if (log->head_found < 0) {
        result->answer_no = true;
        kept_result_note(
            result, KEPT_WARNING,
            "The head asked for is not in this log: changes made before it was printed "
            "are missing or were altered, or it is of another workspace.");
        return;
    }
    kept_result_note(result, KEPT_NOTE,
                     "The head asked for is that of change %lld: up to there this is the same log.",
                     (long long)log->head_found);
}

static kept_status run(kept_ctx *ctx, const kept_args *args, kept_result *result, kept_err *err)
{
    const char *head = kept_args_text(args, "head");
    kept_store *store;
    kept_log_check log;
    kept_log_check_init(&log);
    KEPT_TRY(kept_ctx_store(ctx, false, &store, err));
    KEPT_TRY(kept_log_verify(store, &ctx->scope, head, &log, err));
    kept_group *g = kept_result_group(result, &group);
    kept_group_int(result, g, "changes", log.rows);
    kept_group_int(result, g, "erased", log.erased);
    kept_group_text(result, g, "head", log.head);
    if (log.broken) {
        result->answer_no = true;
        kept_group_int(result, g, "broken_at", log.broken);
        kept_group_text(result, g, "why", log.why);
        kept_result_note(
            result, KEPT_WARNING,
            "Change %lld does not follow from the one before: the log was changed past "
            "Kept, or is damaged.",
            (long long)log.broken);
    }
    if (head && log.head_found >= 0)
        kept_group_int(result, g, "head_at", log.head_found);
    if (head)
        note_head(result, &log);
    return KEPT_OK;
}

static const kept_group_def *const groups[] = {&group, NULL};

const kept_op kept_op_verify = {
    .name = "verify",
    .stage = KEPT_GENERAL,
    .summary = "Prove that no change of a record was altered or lost",
    .detail =
        "Every change carries a hash over itself and the one before, so that none can be "
        "altered, left out or put in between without breaking all that follow. The hash of the "
        "last one, the head, stands for the whole log: print it, and later ask with --head "
        "whether the log still contains it. Exit code 1 when something does not follow.",
    .example = "kept verify",
    .ids = "X010",
    .params = params,
    .n_params = KEPT_N(params),
    .groups = groups,
    .access = KEPT_READS,
    .role = KEPT_ROLE_VIEWER,
    .flags = KEPT_LONG | KEPT_REPEATABLE,
    .run = run,
};
