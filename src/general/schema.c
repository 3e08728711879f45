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

/* Also where there is no workspace: of the built-in kinds then. */
static kept_status load(kept_ctx *ctx, kept_catalogue *ret_catalogue, kept_err *err)
{
    return kept_catalogue_load(ctx->workspace, ctx->arena, ret_catalogue, err);
}

static kept_status run(kept_ctx *ctx, const kept_args *args, kept_result *result, kept_err *err)
{
    kept_catalogue catalogue;
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    const char *name = kept_args_text(args, "kind");
    KEPT_TRY(load(ctx, &catalogue, err));
    const kept_record_kind *kind = kept_catalogue_record(&catalogue, name);
    if (!kind) {
        const char **names = KEPT_NEW_N(ctx->arena, const char *, catalogue.n_records);
        if (!names)
            return kept_nomem(err);
        for (size_t i = 0; i < catalogue.n_records; i++)
            names[i] = catalogue.records[i]->name;
        const char *near = kept_text_nearest(name, names, catalogue.n_records);
        return kept_fail(err, KEPT_ENOTFOUND, "There is no kind of record \"%.60s\".%s%s%s", name,
                         near ? " Did you mean \"" : "", near ? near : "", near ? "\"?" : "");
    }
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
