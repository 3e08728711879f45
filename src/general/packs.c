/* kept pack list, on, off: what is in use. */
#include <string.h>

#include "base/array.h"
#include "general/ops.h"
#include "op/ctx.h"
#include "store/records/packs.h"

static const kept_field fields[] = {
    {.name = "pack", .title = "Pack", .type = KEPT_TEXT},
    {.name = "title", .title = "Title", .type = KEPT_TEXT},
    {.name = "on", .title = "On", .type = KEPT_BOOL},
    {.name = "kinds", .title = "Kinds of records", .type = KEPT_COUNT},
    {.name = "summary", .title = "What it is", .type = KEPT_TEXT},
};
static const kept_table_def table_def = {"packs", "Packs", fields, KEPT_N(fields), NULL};

static kept_status run_list(kept_ctx *ctx, const kept_args *args, kept_result *result,
                            kept_err *err)
{
    (void)args;
    kept_store *store;
    KEPT_TRY(kept_ctx_store(ctx, false, &store, err));
    const kept_catalogue *catalogue = kept_store_catalogue(store);
    kept_table *table = kept_result_table(result, &table_def);
    for (size_t i = 0; i < catalogue->n_packs; i++) {
        const kept_pack *pack = &catalogue->packs[i];
        int64_t kinds = 0;
        bool on;
        KEPT_TRY(kept_pack_is_on(store, pack->name, &on, err));
        for (size_t k = 0; k < catalogue->n_records; k++)
            kinds += strcmp(catalogue->records[k]->pack, pack->name) == 0;
        kept_cell *row = kept_table_row(result, table);
        row[0] = kept_cell_text(result, pack->name);
        row[1] = kept_cell_text(result, pack->title);
        row[2] = kept_cell_int(on);
        row[3] = kept_cell_int(kinds);
        row[4] = kept_cell_text(result, pack->summary);
    }
    if (catalogue->n_packs == 1)
        kept_result_note(result, KEPT_NOTE,
                         "A firm declares packs of its own in WORKSPACE/catalogue/packs.yaml.");
    return KEPT_OK;
}

static const kept_table_def *const tables[] = {&table_def, NULL};

const kept_op kept_op_pack_list = {
    .name = "pack list",
    .stage = KEPT_GENERAL,
    .summary = "List packs: what belongs together and is switched on together",
    .example = "kept pack list",
    .ids = "X017",
    .tables = tables,
    .access = KEPT_READS,
    .role = KEPT_ROLE_VIEWER,
    .flags = KEPT_REPEATABLE,
    .run = run_list,
};

/* --- on, off --- */

static const kept_param params[] = {{.name = "name",
                                     .type = KEPT_P_TEXT,
                                     .value = "PACK",
                                     .positional = true,
                                     .required = true,
                                     .help = "which pack, as kept pack list shows it"}};

static kept_status set(kept_ctx *ctx, const kept_args *args, bool on, kept_result *result,
                       kept_err *err)
{
    const char *name = kept_args_text(args, "name");
    kept_store *store;
    bool changed;
    KEPT_TRY(kept_ctx_records(ctx, &store, err));
    KEPT_TRY(kept_pack_set(store, &ctx->scope, "command", name, on, &changed, err));
    kept_result_note(result, KEPT_NOTE, "The pack %s is %s%s.", name, on ? "on" : "off",
                     changed ? "" : " already");
    if (changed && !on)
        kept_result_note(result, KEPT_NOTE,
                         "Its warnings and rhythms are silent; its records stay as they are.");
    return KEPT_OK;
}

static kept_status run_on(kept_ctx *ctx, const kept_args *args, kept_result *result, kept_err *err)
{
    return set(ctx, args, true, result, err);
}

static kept_status run_off(kept_ctx *ctx, const kept_args *args, kept_result *result, kept_err *err)
{
    return set(ctx, args, false, result, err);
}

const kept_op kept_op_pack_on = {
    .name = "pack on",
    .stage = KEPT_GENERAL,
    .summary = "Switch a pack on",
    .example = "kept pack on x_field_work",
    .ids = "X017",
    .params = params,
    .n_params = KEPT_N(params),
    .access = KEPT_WRITES,
    .role = KEPT_ROLE_MANAGER,
    .flags = KEPT_REPEATABLE,
    .run = run_on,
};

const kept_op kept_op_pack_off = {
    .name = "pack off",
    .stage = KEPT_GENERAL,
    .summary = "Switch a pack off: its warnings and rhythms fall silent, nothing is lost",
    .example = "kept pack off x_field_work",
    .ids = "X017",
    .params = params,
    .n_params = KEPT_N(params),
    .access = KEPT_WRITES,
    .role = KEPT_ROLE_MANAGER,
    .flags = KEPT_REPEATABLE,
    .run = run_off,
};
