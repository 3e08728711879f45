/* kept import: files of rows become facts, all or nothing. */
#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "base/text.h"
#include "know/import_result.h"
#include "know/ops.h"
#include "op/ctx.h"
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

static const kept_field mapping_fields[] = {
    {.name = "file", .type = KEPT_TEXT, .title = "File"},
    {.name = "column", .type = KEPT_TEXT, .title = "Fills"},
    {.name = "from",
     .type = KEPT_TEXT,
     .title = "From",
     .help = "column of the file, or the expression over its columns"},
    {.name = "how", .type = KEPT_TEXT, .title = "Found by"},
    {.name = "filled",
     .type = KEPT_SHARE,
     .title = "Filled",
     .help = "share of the rows looked at that are not empty"},
    {.name = "samples", .type = KEPT_TEXT, .title = "Samples"},
};
static const kept_table_def mapping_table = {"mapping", "Which column fills which", mapping_fields,
                                             KEPT_N(mapping_fields), NULL};

static const kept_field reason_fields[] = {
    {.name = "rows", .type = KEPT_COUNT, .title = "Rows"},
    {.name = "reason", .type = KEPT_TEXT, .title = "Set aside because"},
};
static const kept_table_def reason_table = {"reasons", "Rows set aside, by reason", reason_fields,
                                            KEPT_N(reason_fields), NULL};

static const kept_field reject_fields[] = {
    {.name = "file", .type = KEPT_TEXT, .title = "File"},
    {.name = "line", .type = KEPT_INTEGER, .title = "Line"},
    {.name = "column", .type = KEPT_TEXT, .title = "Column"},
    {.name = "value", .type = KEPT_TEXT, .title = "Value"},
    {.name = "reason", .type = KEPT_TEXT, .title = "Reason"},
};
static const kept_table_def reject_table = {"rejects", "First rows set aside", reject_fields,
                                            KEPT_N(reject_fields), NULL};
enum { REJECTS_SHOWN = 10 };

static const kept_source_column *source_column(const kept_source *source, const kept_expr *expr)
{
    if (expr->op != KEPT_EXPR_COLUMN || expr->column >= source->n_columns)
        return NULL;
    return &source->columns[expr->column];
}

static const char *join_samples(kept_result *result, const kept_source_column *column)
{
    const char *text = NULL;
    for (size_t i = 0; i < KEPT_SAMPLES && column->samples[i]; i++) {
        const char *longer =
            text ? kept_arena_printf(result->arena, "%s, %s", text, column->samples[i])
                 : column->samples[i];
        text = longer ? longer : text;
    }
    return text;
}

static void show_mapping(kept_result *result, const kept_import_view *view)
{
    kept_table *table = kept_result_table(result, &mapping_table);
    for (size_t s = 0; s < view->n_sources; s++) {
        const kept_source *source = view->sources[s];
        for (size_t i = 0; i < view->mappings[s]->n; i++) {
            const kept_mapped *m = &view->mappings[s]->mapped[i];
            const kept_source_column *from = source_column(source, m->expr);
            kept_cell *row = kept_table_row(result, table);
            row[0] = kept_cell_text(result, source->path);
            row[1] = kept_cell_text(result, m->column->name);
            row[2] = kept_cell_text(result, m->written);
            row[3] = kept_cell_text(result, m->guessed ? "guess" : "--map");
            if (from && source->looked_at)
                row[4] = kept_cell_real((double)from->filled / (double)source->looked_at);
            if (from)
                row[5] = kept_cell_text(result, join_samples(result, from));
        }
        for (size_t i = 0; i < view->mappings[s]->n_unused; i++) {
            if (kept_text_starts(view->mappings[s]->unused[i], "kept_"))
                continue; /* what a rejects file says about its rows */
            kept_cell *row = kept_table_row(result, table);
            row[0] = kept_cell_text(result, source->path);
            row[2] = kept_cell_text(result, view->mappings[s]->unused[i]);
            row[3] = kept_cell_text(result, "not used");
        }
    }
}

static void show_rejects(kept_result *result, const kept_staged *stage)
{
    if (stage->set_aside == 0)
        return;
    kept_table *reasons = kept_result_table(result, &reason_table);
    for (size_t i = 0; i < stage->n_reasons; i++) {
        kept_cell *row = kept_table_row(result, reasons);
        row[0] = kept_cell_int((int64_t)stage->reasons[i].n);
        row[1] = kept_cell_text(result, stage->reasons[i].reason);
    }
    kept_table *rejects = kept_result_table(result, &reject_table);
    for (size_t i = 0; i < stage->n_rejects && i < REJECTS_SHOWN; i++) {
        const kept_reject *r = &stage->rejects[i];
        kept_cell *row = kept_table_row(result, rejects);
        row[0] = kept_cell_text(result, r->path);
        row[1] = kept_cell_int((int64_t)r->line);
        row[2] = kept_cell_text(result, r->column);
        row[3] = kept_cell_text(result, r->value);
        row[4] = kept_cell_text(result, r->reason);
    }
    rejects->more = stage->set_aside - rejects->n_rows;
}

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
    show_mapping(result, &view);
    show_rejects(result, view.stage);
    advise_amount(result, view.mappings[0]);
    advise(result, &import, opts.dry_run);
    return KEPT_OK;
}

static const kept_group_def *const groups[] = {&kept_import_group, NULL};
static const kept_table_def *const tables[] = {&mapping_table, &reason_table, &reject_table, NULL};

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
