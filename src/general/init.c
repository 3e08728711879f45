/* kept init: an empty workspace. */
#include "base/array.h"
#include "general/ops.h"
#include "op/ctx.h"
#include "store/store.h"

static const kept_param params[] = {
    {.name = "folder",
     .type = KEPT_P_FOLDER,
     .value = "DIR",
     .positional = true,
     .required = true,
     .help = "folder to make; it may exist when it is empty"},
    {.name = "name", .type = KEPT_P_TEXT, .value = "FIRM", .help = "name of the firm"},
    {.name = "currency",
     .type = KEPT_P_TEXT,
     .value = "CODE",
     .help = "currency of all money in the workspace, as EUR"},
    {.name = "timezone",
     .type = KEPT_P_TEXT,
     .value = "ZONE",
     .help = "time zone of the firm, as Europe/Berlin; UTC when not given"},
};

static const kept_field fields[] = {
    {.name = "folder", .title = "Workspace", .type = KEPT_TEXT},
    {.name = "name", .title = "Firm", .type = KEPT_TEXT},
    {.name = "currency", .title = "Currency", .type = KEPT_TEXT},
    {.name = "timezone", .title = "Time zone", .type = KEPT_TEXT},
};
static const kept_group_def group = {"", "Workspace", fields, KEPT_N(fields)};

static kept_status run(kept_ctx *ctx, const kept_args *args, kept_result *result, kept_err *err)
{
    const char *folder = kept_args_text(args, "folder");
    kept_store_opts opts = {.name = kept_args_text(args, "name"),
                            .currency = kept_args_text(args, "currency"),
                            .timezone = kept_args_text(args, "timezone")};
    KEPT_TRY(kept_store_create(folder, &opts, err));
    KEPT_AUTO_STORE *store = NULL;
    kept_open_opts open = {.threads = ctx->threads};
    KEPT_TRY(kept_store_open(folder, &open, &store, err));
    kept_group *g = kept_result_group(result, &group);
    kept_group_text(result, g, "folder", folder);
    kept_group_text(result, g, "name", kept_store_name(store));
    kept_group_text(result, g, "currency", kept_store_currency(store));
    kept_group_text(result, g, "timezone", kept_store_timezone(store));
    kept_result_note(result, KEPT_ADVICE, "Load your orders: kept -w %s import orders FILE",
                     folder);
    return KEPT_OK;
}

static const kept_group_def *const groups[] = {&group, NULL};

const kept_op kept_op_init = {
    .name = "init",
    .stage = KEPT_GENERAL,
    .summary = "Make an empty workspace",
    .detail = "A workspace is one folder: the ledger kept.db (SQLite), the imported facts as "
              "Parquet files, and the rows that were set aside. Copy the folder and you have "
              "copied everything.",
    .example = "kept init acme --name \"Acme Pumps\" --currency EUR --timezone Europe/Berlin",
    .ids = "X006",
    .params = params,
    .n_params = KEPT_N(params),
    .groups = groups,
    .access = KEPT_ALONE,
    .role = KEPT_ROLE_ADMIN,
    .run = run,
};
