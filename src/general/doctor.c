/* kept doctor: what is not as it should be in a workspace, and what to do. */
#include "store/doctor.h"

#include <unistd.h>

#include "base/array.h"
#include "general/ops.h"
#include "op/ctx.h"

static const kept_param params[] = {
    {.name = "quick",
     .type = KEPT_P_FLAG,
     .help = "compare sizes of files instead of reading them whole"},
};

static const kept_field fields[] = {
    {.name = "workspace", .title = "Workspace", .type = KEPT_TEXT},
    {.name = "problems", .title = "Problems", .type = KEPT_COUNT},
};
static const kept_group_def group = {"", "Workspace", fields, KEPT_N(fields)};

static const kept_field check_fields[] = {
    {.name = "check", .title = "Looked at", .type = KEPT_TEXT},
    {.name = "state", .title = "State", .type = KEPT_TEXT, .help = "ok, problem, or not looked at"},
    {.name = "found", .title = "Found", .type = KEPT_TEXT},
    {.name = "todo", .title = "What to do", .type = KEPT_TEXT, .detail = true},
};
static const kept_table_def check_table = {"checks", "What was looked at", check_fields,
                                           KEPT_N(check_fields), NULL};

/* A folder that lost its ledger is no workspace any more, but is what the doctor is called to. */
static const char *folder_of(const kept_ctx *ctx)
{
    if (ctx->workspace)
        return ctx->workspace;
    return access("facts", F_OK) == 0 && access("rejects", F_OK) == 0 ? "." : NULL;
}

static kept_status run(kept_ctx *ctx, const kept_args *args, kept_result *result, kept_err *err)
{
    static const char *const states[] = {"ok", "problem", "not looked at"};
    const char *folder = folder_of(ctx);
    const kept_doctor_opts opts = {.quick = kept_args_flag(args, "quick"),
                                   .progress = ctx->progress,
                                   .progress_who = ctx->progress_who,
                                   .cancel = ctx->cancel};
    kept_doctor doctor;
    if (!folder)
        return kept_fail(err, KEPT_ENOTFOUND,
                         "There is no workspace here; say which one with -w DIR.");
    KEPT_TRY(kept_doctor_look(folder, &ctx->scope, &opts, ctx->arena, &doctor, err));
    kept_group *g = kept_result_group(result, &group);
    kept_group_text(result, g, "workspace", folder);
    kept_group_int(result, g, "problems", (int64_t)doctor.unhealthy);
    kept_table *table = kept_result_table(result, &check_table);
    for (size_t i = 0; i < doctor.n; i++) {
        const kept_doctor_check *c = &doctor.checks[i];
        kept_cell *row = kept_table_row(result, table);
        row[0] = kept_cell_text(result, c->what);
        row[1] = kept_cell_text(result, states[c->health]);
        row[2] = kept_cell_text(result, c->found);
        row[3] = kept_cell_text(result, c->todo);
        if (c->health != KEPT_UNHEALTHY)
            continue;
        /* In full: a narrow table would cut the sentence. */
        kept_result_note(result, KEPT_WARNING, "%s", c->found);
        if (c->todo)
            kept_result_note(result, KEPT_ADVICE, "%s", c->todo);
    }
    result->answer_no = doctor.unhealthy > 0;
    return KEPT_OK;
}

static const kept_group_def *const groups[] = {&group, NULL};
static const kept_table_def *const tables[] = {&check_table, NULL};

const kept_op kept_op_doctor = {
    .name = "doctor",
    .stage = KEPT_GENERAL,
    .summary = "Look whether the workspace is sound",
    .detail =
        "Reads everything and changes nothing: the ledger and its references, every fact file "
        "against its hash, the change log, what is declared against the tables, search, "
        "clocks, room on the disk. Works on a damaged workspace as far as it can be read. Exit "
        "code 1 when there is a problem.",
    .example = "kept doctor",
    .ids = "X006 X010",
    .params = params,
    .n_params = KEPT_N(params),
    .groups = groups,
    .tables = tables,
    .access = KEPT_READS,
    .role = KEPT_ROLE_ADMIN,
    .flags = KEPT_LONG | KEPT_REPEATABLE,
    .run = run,
};
