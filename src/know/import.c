/* kept import: files of rows become facts, all or nothing. */
#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "base/text.h"
#include "know/import_result.h"
#include "know/ops.h"
#include "op/ctx.h"
#include "op/import_tables.h"
#include "op/on_files.h"

static const kept_param params[] = {
    {.name = "kind",
     .type = KEPT_P_TEXT,
     .value = "KIND",
     .positional = true,
     .required = true,
     .help = "kind of fact: orders, deliveries, spend ...; kept facts lists them"},
    {.name = "file",
     .type = KEPT_P_FILE,
     .value = "FILE",
     .positional = true,
     .required = true,
     .repeated = true,
     .help = "CSV (any delimiter or encoding, also .gz), .xlsx, JSON Lines or Parquet"},
    KEPT_PARAMS_READING,
    {.name = "profile",
     .type = KEPT_P_TEXT,
     .value = "NAME",
     .help = "use the mapping saved under this name, and save it when it is new"},
    {.name = "dry-run", .type = KEPT_P_FLAG, .help = "show all counts and change nothing"},
    {.name = "rejects",
     .type = KEPT_P_OUTPUT,
     .value = "FILE",
     .help = "where rows set aside are written, else into the workspace"},
    {.name = "again",
     .type = KEPT_P_FLAG,
     .help = "take a file although the very same file is in force already"},
};

static bool maps(const kept_mapping *mapping, const char *column)
{
    for (size_t i = 0; i < mapping->n; i++)
        if (strcmp(mapping->mapped[i].column->name, column) == 0)
            return true;
    return false;
}

/* A price and a quantity but no amount: the commonest reason for orders without money. */
static void advise_amount(kept_result *result, const kept_mapping *mapping)
{
    const char *price = NULL, *quantity = NULL;
    if (!kept_fact_column_find(mapping->kind, "amount") || maps(mapping, "amount"))
        return;
    for (size_t i = 0; i < mapping->n; i++) {
        if (strcmp(mapping->mapped[i].column->name, "list_price") == 0)
            price = mapping->mapped[i].written;
        if (strcmp(mapping->mapped[i].column->name, "quantity") == 0)
            quantity = mapping->mapped[i].written;
    }
    if (price && quantity)
        kept_result_note(result, KEPT_WARNING,
                         "No column gives the amount. When it is price times quantity, say so: "
                         "--map 'amount=%s*%s'",
                         price, quantity);
}

static void advise(kept_result *result, const kept_import *import, bool dry_run)
{
    if (import->no_key)
        kept_result_note(result, KEPT_NOTE,
                         "%" PRId64 " %s no key: loading an overlapping export later will count %s "
                         "again.",
                         import->no_key, import->no_key == 1 ? "row has" : "rows have",
                         import->no_key == 1 ? "it" : "them");
    if (import->rejects_path)
        kept_result_note(result, KEPT_ADVICE,
                         "Mend the rows in %s and import that file; it keeps the columns of the "
                         "original.",
                         import->rejects_path);
    if (dry_run)
        kept_result_note(result, KEPT_ADVICE,
                         "Nothing was changed. Leave out --dry-run to import.");
    else
        kept_result_note(result, KEPT_ADVICE, "To take it back: kept undo %" PRId64, import->id);
}

static kept_status run(kept_ctx *ctx, const kept_args *args, kept_result *result, kept_err *err)
{
    const kept_arg *files = kept_args_get(args, "file");
    kept_import_opts opts = {.profile = kept_args_text(args, "profile"),
                             .rejects_path = kept_args_text(args, "rejects"),
                             .dry_run = kept_args_flag(args, "dry-run"),
                             .again = kept_args_flag(args, "again"),
                             .progress = ctx->progress,
                             .progress_who = ctx->progress_who};
    kept_reading_from_args(args, &opts);
    kept_store *store;
    KEPT_TRY(kept_ctx_store(ctx, true, &store, err));
    kept_import import;
    kept_import_view view;
    KEPT_TRY(kept_import_files(store, &ctx->scope, kept_args_text(args, "kind"), files->list,
                               files->n_list, &opts, ctx->arena, &import, &view, err));
    result->title = opts.dry_run ? "Dry run" : "Imported";
    result->currency = kept_store_currency(store);
    kept_import_show(result, &import);
    kept_import_show_mapping(result, &view);
    kept_import_show_rejects(result, view.stage);
    advise_amount(result, view.mappings[0]);
    advise(result, &import, opts.dry_run);
    return KEPT_OK;
}

static const kept_group_def *const groups[] = {&kept_import_group, NULL};
static const kept_table_def *const tables[] = {
    &kept_import_mapping_table, &kept_import_reason_table, &kept_import_reject_table, NULL};

const kept_op kept_op_import = {
    .name = "import",
    .stage = KEPT_KNOW,
    .summary = "Load a file of orders, deliveries or other facts",
    .detail =
        "The mapping from the file's columns is guessed from names and values, shown, and "
        "overridable with --map. Whatever cannot be told from the file (day or month first, comma "
        "or point) is refused with the option that settles it.\n\n"
        "Rows that cannot be read are set aside in a file with line, column, value and reason; "
        "everything else is loaded all at once or not at all. A row whose key is known already is "
        "recognised: equal, it is counted as unchanged; different, it supersedes the earlier row. "
        "So the same overlapping export can be loaded every week.",
    .example = "kept import orders sales.csv --map customer=CustomerID,happened_at=InvoiceDate,"
               "amount=Price*Quantity",
    .ids = "K006 X006",
    .params = params,
    .n_params = KEPT_N(params),
    .groups = groups,
    .tables = tables,
    .access = KEPT_WRITES,
    .role = KEPT_ROLE_CONTRIBUTOR,
    .flags = KEPT_LONG | KEPT_REPEATABLE,
    .run = run,
};
