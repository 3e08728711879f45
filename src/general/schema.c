/* kept schema: the JSON Schema of a kind of record. */
#include "base/array.h"
#include "base/text.h"
#include "catalogue/record_schema.h"
#include "general/ops.h"
#include "op/ctx.h"
#include "store/records/record.h"

static const kept_param params[] = {
    {.name = "kind",
     .type = KEPT_P_TEXT,
     .value = "KIND",
     .positional = true,
     .required = true,
     .help = "kind of record, as promise"},
};

static kept_status run(kept_ctx *ctx, const kept_args *args, kept_result *result, kept_err *err)
{
    kept_catalogue catalogue;
    const kept_record_kind *kind;
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    /* Also where there is no workspace: of the built-in kinds then. */
    KEPT_TRY(kept_catalogue_load(ctx->workspace, ctx->arena, &catalogue, err));
    KEPT_TRY(kept_catalogue_need(&catalogue, kept_args_text(args, "kind"), &kind, err));
    kept_record_schema(kind, &catalogue, &text);
    result->document = text.failed ? NULL : kept_arena_strdup(ctx->arena, kept_buf_text(&text));
    return result->document ? KEPT_OK : kept_nomem(err);
}

const kept_op kept_op_schema = {
    .name = "schema",
    .stage = KEPT_GENERAL,
    .summary = "Print the JSON Schema of a kind of record",
    .detail = "Draft 2020-12, for editors and programs that write files for \"kept apply\".",
    .example = "kept schema promise -o promise.schema.json",
    .ids = "X006",
    .params = params,
    .n_params = KEPT_N(params),
    .access = KEPT_ALONE,
    .role = KEPT_ROLE_VIEWER,
    .flags = KEPT_REPEATABLE | KEPT_DOCUMENT,
    .run = run,
};
