/* kept brief: the week on one page. */
#include "base/array.h"
#include "keep/ops.h"
#include "keep/register.h"
#include "keep/screen.h"
#include "store/records/record.h"
#include "store/records/rule.h"

static const kept_param params[] = {
    {.name = "owner",
     .type = KEPT_P_TEXT,
     .value = "NAME",
     .help = "only the promises that this employee answers for"},
};

static const kept_field fields[] = {
    {.name = "firm", .type = KEPT_TEXT, .title = "Firm"},
    {.name = "owner", .type = KEPT_TEXT, .title = "Promises of"},
    {.name = "day", .type = KEPT_DATE, .title = "As of"},
};
static const kept_group_def group = {"", "Brief", fields, KEPT_N(fields)};

static kept_status find_owner(kept_ctx *ctx, kept_store *store, const char *name, kept_ref *ret,
                              const char **ret_label, kept_err *err)
{
    const kept_record_kind *kind = kept_catalogue_record(kept_store_catalogue(store), "employee");
    KEPT_TRY(kept_record_find(store, &ctx->scope, &kind, 1, name, ret, err));
    return kept_record_labels(store, &ctx->scope, ret, 1, ctx->arena, ret_label, err);
}

static kept_status run(kept_ctx *ctx, const kept_args *args, kept_result *result, kept_err *err)
{
    kept_store *store;
    kept_ref owner = {NULL, 0};
    const char *label = NULL, *name = kept_args_text(args, "owner");
    KEPT_TRY(kept_ctx_store(ctx, false, &store, err));
    if (name)
        KEPT_TRY(find_owner(ctx, store, name, &owner, &label, err));
    result->title = "This week's promises";
    kept_group *g = kept_result_group(result, &group);
    kept_group_text(result, g, "firm", kept_store_name(store));
    kept_group_text(result, g, "owner", label);
    kept_group_int(result, g, "day", kept_rule_today(&ctx->scope));
    result->currency = kept_store_currency(store);
    KEPT_TRY(kept_screen_add(ctx, store, owner.id, result, err));
    if (!kept_result_find_table(result, "levels"))
        kept_result_note(result, KEPT_ADVICE,
                         "No promise is agreed or running%s. Write one down: kept promise add",
                         name ? " under this name" : "");
    return KEPT_OK;
}

static const kept_group_def *const groups[] = {&group, NULL};
static const kept_table_def *const tables[] = {&kept_week_table, &kept_levels_table,
                                               &kept_risk_table, NULL};

const kept_op kept_op_brief = {
    .name = "brief",
    .stage = KEPT_KEEP,
    .summary = "Write the week on one page: what is due, what was kept, what is at risk",
    .detail = "It says what kept judge found last.",
    .example = "kept brief --owner \"Ruth Malik\" -o brief.html",
    .ids = "P001 P002",
    .params = params,
    .n_params = KEPT_N(params),
    .groups = groups,
    .tables = tables,
    .access = KEPT_READS,
    .role = KEPT_ROLE_VIEWER,
    .flags = KEPT_REPEATABLE | KEPT_SHEET,
    .run = run,
};
