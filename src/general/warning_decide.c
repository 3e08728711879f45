/* kept warning accept, reopen, limit: what people decide about a warning. */
#include <string.h>

#include "base/array.h"
#include "general/ops.h"
#include "general/warning_parts.h"

#define PARAM_WARNING                                                                              \
    {                                                                                              \
        .name = "warning", .type = KEPT_P_TEXT, .value = "NAME", .positional = true,               \
        .required = true, .help = "name or number of the warning"                                  \
    }
#define PARAM_SUBJECT                                                                              \
    {                                                                                              \
        .name = "subject", .type = KEPT_P_TEXT, .value = "SUBJECT", .positional = true,            \
        .required = true, .help = "what it fires about: a record's id or name, or firm"            \
    }

static kept_status open_warning(kept_ctx *ctx, const kept_args *args, kept_store **ret_store,
                                const kept_warning **ret_warning, kept_err *err)
{
    kept_warnings warnings;
    KEPT_TRY(kept_ctx_records(ctx, ret_store, err));
    KEPT_TRY(kept_warnings_of(ctx, *ret_store, &warnings, err));
    return kept_warnings_find(&warnings, kept_args_text(args, "warning"), ret_warning, err);
}

/* --- accept, reopen --- */

static const kept_param accept_params[] = {
    PARAM_WARNING,
    PARAM_SUBJECT,
    {.name = "until",
     .type = KEPT_P_DATE,
     .value = "DATE",
     .required = true,
     .help = "last day on which it is accepted; after it, it counts as new again"},
    {.name = "why", .type = KEPT_P_TEXT, .value = "TEXT", .required = true, .help = "the reason"},
};
static const kept_param reopen_params[] = {PARAM_WARNING, PARAM_SUBJECT};

static const kept_field state_fields[] = {
    {.name = "warning", .title = "Warning", .type = KEPT_TEXT},
    {.name = "subject", .title = "About", .type = KEPT_TEXT},
    {.name = "label", .title = "Which is", .type = KEPT_TEXT},
    {.name = "state", .title = "State", .type = KEPT_TEXT},
    {.name = "until", .title = "Until", .type = KEPT_DATE, .detail = true},
    {.name = "reason", .title = "Because", .type = KEPT_TEXT, .detail = true},
};
static const kept_group_def state_group = {"", "Warning", state_fields, KEPT_N(state_fields)};

static kept_status show_state(kept_ctx *ctx, kept_store *store, const kept_warning *w,
                              int64_t subject, const char *state, kept_result *result,
                              kept_group **ret_group, kept_err *err)
{
    const char *id, *label;
    KEPT_TRY(kept_warning_name(ctx, store, w, subject, &id, &label, err));
    kept_group *g = kept_result_group(result, &state_group);
    kept_group_text(result, g, "warning", w->name);
    kept_group_text(result, g, "subject", id);
    kept_group_text(result, g, "label", label);
    kept_group_text(result, g, "state", state);
    *ret_group = g;
    return KEPT_OK;
}

static kept_status run_accept(kept_ctx *ctx, const kept_args *args, kept_result *result,
                              kept_err *err)
{
    kept_store *store;
    const kept_warning *w;
    int64_t subject;
    int32_t until = (int32_t)kept_args_get(args, "until")->integer;
    const char *why = kept_args_text(args, "why");
    kept_group *g;
    KEPT_TRY(open_warning(ctx, args, &store, &w, err));
    KEPT_TRY(kept_warning_subject(ctx, store, w, kept_args_text(args, "subject"), &subject, err));
    KEPT_TRY(kept_warning_accept(store, &ctx->scope, w, subject, until, why, err));
    KEPT_TRY(show_state(ctx, store, w, subject, "accepted", result, &g, err));
    kept_group_int(result, g, "until", until);
    kept_group_text(result, g, "reason", why);
    return KEPT_OK;
}

static kept_status run_reopen(kept_ctx *ctx, const kept_args *args, kept_result *result,
                              kept_err *err)
{
    kept_store *store;
    const kept_warning *w;
    int64_t subject;
    kept_group *g;
    KEPT_TRY(open_warning(ctx, args, &store, &w, err));
    KEPT_TRY(kept_warning_subject(ctx, store, w, kept_args_text(args, "subject"), &subject, err));
    KEPT_TRY(kept_warning_reopen(store, &ctx->scope, w, subject, err));
    return show_state(ctx, store, w, subject, "new", result, &g, err);
}

static const kept_group_def *const state_groups[] = {&state_group, NULL};

const kept_op kept_op_warning_accept = {
    .name = "warning accept",
    .stage = KEPT_GENERAL,
    .summary = "Live with a warning for a while, for a reason",
    .detail = "It leaves the list until the day has passed; if it still fires then, it is new "
              "again. Who accepted it, and why, stands in the change log.",
    .example = "kept warning accept concentration firm --until 2027-06-30 --why \"New tender in "
               "May\"",
    .ids = "X002",
    .params = accept_params,
    .n_params = KEPT_N(accept_params),
    .groups = state_groups,
    .access = KEPT_WRITES,
    .role = KEPT_ROLE_CONTRIBUTOR,
    .flags = KEPT_REPEATABLE,
    .run = run_accept,
};

const kept_op kept_op_warning_reopen = {
    .name = "warning reopen",
    .stage = KEPT_GENERAL,
    .summary = "Take an acceptance back: the warning is new again",
    .example = "kept warning reopen concentration firm",
    .ids = "X002",
    .params = reopen_params,
    .n_params = KEPT_N(reopen_params),
    .groups = state_groups,
    .access = KEPT_WRITES,
    .role = KEPT_ROLE_CONTRIBUTOR,
    .run = run_reopen,
};

/* --- limit --- */

static const kept_param limit_params[] = {
    PARAM_WARNING,
    {.name = "limit",
     .type = KEPT_P_TEXT,
     .value = "LIMIT",
     .positional = true,
     .required = true,
     .help = "name of the limit, as \"kept warning show NAME\" lists it"},
    {.name = "value",
     .type = KEPT_P_TEXT,
     .value = "VALUE",
     .positional = true,
     .required = true,
     .help = "new value, as 30% or 120; default: back to the one declared"},
};

static const kept_field limit_fields[] = {
    {.name = "warning", .title = "Warning", .type = KEPT_TEXT},
    {.name = "limit", .title = "Limit", .type = KEPT_TEXT},
    {.name = "means", .title = "Means", .type = KEPT_TEXT},
    {.name = "value", .title = "Value", .type = KEPT_TEXT},
    {.name = "default", .title = "Default", .type = KEPT_TEXT},
};
static const kept_group_def limit_group = {"", "Limit", limit_fields, KEPT_N(limit_fields)};

static kept_status run_limit(kept_ctx *ctx, const kept_args *args, kept_result *result,
                             kept_err *err)
{
    kept_store *store;
    const kept_warning *w;
    const kept_warning_limit *limit;
    KEPT_TRY(open_warning(ctx, args, &store, &w, err));
    KEPT_TRY(kept_warning_limit_find(w, kept_args_text(args, "limit"), &limit, err));
    const char *text = kept_args_text(args, "value");
    bool preset = strcmp(text, "default") == 0;
    double value = limit->preset;
    if (!preset)
        KEPT_TRY(kept_warning_limit_read(limit, text, &value, err));
    KEPT_TRY(kept_warning_set_limit(store, &ctx->scope, w, limit, preset ? NULL : &value, err));
    kept_group *g = kept_result_group(result, &limit_group);
    kept_group_text(result, g, "warning", w->name);
    kept_group_text(result, g, "limit", limit->name);
    kept_group_text(result, g, "means", limit->title);
    kept_group_text(result, g, "value", kept_warning_limit_text(limit, value, ctx->arena));
    kept_group_text(result, g, "default",
                    kept_warning_limit_text(limit, limit->preset, ctx->arena));
    kept_result_note(result, KEPT_ADVICE, "What fires now: kept warnings --warning %s", w->name);
    return KEPT_OK;
}

static const kept_group_def *const limit_groups[] = {&limit_group, NULL};

const kept_op kept_op_warning_limit = {
    .name = "warning limit",
    .stage = KEPT_GENERAL,
    .summary = "Set a limit of a warning, or put it back",
    .detail = "The change stands in the change log with the old value.",
    .example = "kept warning limit concentration one 30%\nkept warning limit concentration one "
               "default",
    .ids = "X002",
    .params = limit_params,
    .n_params = KEPT_N(limit_params),
    .groups = limit_groups,
    .access = KEPT_WRITES,
    .role = KEPT_ROLE_CONTRIBUTOR,
    .flags = KEPT_REPEATABLE,
    .run = run_limit,
};
