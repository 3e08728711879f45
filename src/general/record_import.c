/* kept KIND import: files of rows become records. */
#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "base/text.h"
#include "general/record_parts.h"
#include "op/import_tables.h"
#include "op/on_files.h"
#include "store/records/import.h"

static const kept_param params[] = {
    {.name = "file",
     .type = KEPT_P_FILE,
     .value = "FILE",
     .positional = true,
     .required = true,
     .repeated = true,
     .help = "CSV (any delimiter or encoding, also .gz), .xlsx, JSON Lines, Parquet or vCards"},
    KEPT_PARAMS_COLUMNS,
    {.name = "source",
     .type = KEPT_P_TEXT,
     .value = "NAME",
     .help = "other system that gave the ids; without it short ids, else ids of the firm's own"},
    {.name = "profile",
     .type = KEPT_P_TEXT,
     .value = "NAME",
     .help = "use the mapping saved under this name, and save it when it is new"},
    {.name = "dry-run", .type = KEPT_P_FLAG, .help = "show what would change and change nothing"},
    {.name = "rejects",
     .type = KEPT_P_OUTPUT,
     .value = "FILE",
     .help = "where rows set aside are written, else into the workspace"},
    {.name = "again",
     .type = KEPT_P_FLAG,
     .help = "take a file although the very same file is in force already"},
};

bool kept_record_params_import(const kept_record_kind *kind, kept_arena *arena, kept_param *list,
                               size_t *n)
{
    (void)kind;
    (void)arena;
    memcpy(list, params, sizeof params);
    *n = KEPT_N(params);
    return true;
}

static const kept_field import_fields[] = {
    {.name = "import",
     .title = "Import",
     .type = KEPT_INTEGER,
     .help = "number of the import, for facts show and undo; empty for a dry run"},
    {.name = "kind", .title = "Kind of record", .type = KEPT_TEXT},
    {.name = "files", .title = "Files", .type = KEPT_TEXT},
    {.name = "map", .title = "Mapping", .type = KEPT_TEXT},
    {.name = "profile", .title = "Profile", .type = KEPT_TEXT, .detail = true},
    {.name = "read",
     .title = "Rows read",
     .type = KEPT_COUNT,
     .help = "read = added + changed + unchanged + set_aside"},
    {.name = "added", .title = "Added", .type = KEPT_COUNT},
    {.name = "changed", .title = "Changed", .type = KEPT_COUNT},
    {.name = "unchanged", .title = "Unchanged", .type = KEPT_COUNT},
    {.name = "set_aside",
     .title = "Set aside",
     .type = KEPT_COUNT,
     .help = "rows that cannot be read or were refused, in the rejects file"},
    {.name = "rejects_file", .title = "Rejects file", .type = KEPT_TEXT, .detail = true},
};
static const kept_group_def import_group = {"", "Import", import_fields, KEPT_N(import_fields)};

static const kept_field change_fields[] = {
    {.name = "id", .type = KEPT_TEXT, .title = "Id"},
    {.name = "action", .type = KEPT_TEXT, .title = "Does"},
    {.name = "field", .type = KEPT_TEXT, .title = "Field"},
    {.name = "old", .type = KEPT_TEXT, .title = "Old"},
    {.name = "new", .type = KEPT_TEXT, .title = "New"},
};
static const kept_table_def change_table = {"changes", "What would change", change_fields,
                                            KEPT_N(change_fields), "Nothing would change."};

static const kept_group_def *const groups[] = {&import_group, NULL};
static const kept_table_def *const tables[] = {&kept_import_mapping_table,
                                               &kept_import_reason_table, &kept_import_reject_table,
                                               &change_table, NULL};
const kept_group_def *const *const kept_record_import_groups = groups;
const kept_table_def *const *const kept_record_import_tables = tables;

/* --- Showing --- */

static void show_counts(kept_result *result, const kept_import *import)
{
    kept_group *g = kept_result_group(result, &import_group);
    if (import->id)
        kept_group_int(result, g, "import", import->id);
    kept_group_text(result, g, "kind", import->kind);
    kept_group_text(result, g, "files", import->files);
    kept_group_text(result, g, "map", import->mapping);
    kept_group_text(result, g, "profile", import->profile);
    kept_group_int(result, g, "read", import->read);
    kept_group_int(result, g, "added", import->taken);
    kept_group_int(result, g, "changed", import->superseded);
    kept_group_int(result, g, "unchanged", import->unchanged);
    kept_group_int(result, g, "set_aside", import->set_aside);
    kept_group_text(result, g, "rejects_file", import->rejects_path);
}

static void show_changes(kept_result *result, const kept_record_import_view *view)
{
    kept_table *table = kept_result_table(result, &change_table);
    for (size_t i = 0; i < view->n_changes; i++) {
        const kept_log_row *change = &view->changes[i];
        const char *id = kept_short_id(result->arena, change->ref);
        for (size_t v = 0; v < change->n_values; v++) {
            kept_cell *row = kept_table_row(result, table);
            row[0] = kept_cell_text(result, id);
            row[1] = kept_cell_text(result, change->action);
            row[2] = kept_cell_text(result, change->values[v].field);
            row[3] = kept_cell_text(result, change->values[v].old);
            row[4] = kept_cell_text(result, change->values[v].now);
        }
    }
}

static void say_identity(kept_result *result, const kept_record_kind *kind,
                         const kept_import *import, const kept_record_import_view *view)
{
    if (view->by_id || view->by_name)
        return;
    kept_result_note(result, KEPT_WARNING,
                     "No column gives an id%s%s: every row is a new %s, and the same rows loaded "
                     "later are added once more.",
                     kind->unique ? " or " : "", kind->unique ? kind->unique : "", import->kind);
}

static void say_next(kept_result *result, const kept_import *import, const char *source,
                     bool dry_run)
{
    if (import->rejects_path)
        kept_result_note(result, KEPT_ADVICE,
                         "Mend the rows in %s and import that file%s%s; it keeps the columns of "
                         "the original.",
                         import->rejects_path, source ? " with --source " : "",
                         source ? source : "");
    if (dry_run)
        kept_result_note(result, KEPT_ADVICE,
                         "Nothing was changed. Leave out --dry-run to import.");
    else
        kept_result_note(result, KEPT_ADVICE, "To take it back: kept undo %" PRId64, import->id);
}

/* --- Running --- */

kept_status kept_record_run_import(kept_ctx *ctx, const kept_args *args, kept_result *result,
                                   kept_err *err)
{
    const kept_arg *files = kept_args_get(args, "file");
    kept_record_import_opts opts = {.reading = {.profile = kept_args_text(args, "profile"),
                                                .rejects_path = kept_args_text(args, "rejects"),
                                                .dry_run = kept_args_flag(args, "dry-run"),
                                                .again = kept_args_flag(args, "again"),
                                                .progress = ctx->progress,
                                                .progress_who = ctx->progress_who},
                                    .source = kept_args_text(args, "source")};
    kept_store *store;
    const kept_record_kind *kind;
    kept_import import;
    kept_record_import_view view;
    kept_columns_from_args(args, &opts.reading);
    KEPT_TRY(kept_ctx_store(ctx, true, &store, err));
    KEPT_TRY(kept_record_kind_of(ctx, store, &kind, err));
    KEPT_TRY(kept_record_import_files(store, &ctx->scope, kind, files->list, files->n_list, &opts,
                                      ctx->arena, &import, &view, err));
    bool dry_run = opts.reading.dry_run;
    result->title = dry_run ? "Dry run" : "Imported";
    result->currency = kept_store_currency(store);
    show_counts(result, &import);
    kept_import_show_mapping(result, &view.files);
    kept_import_show_rejects(result, view.files.stage);
    if (dry_run)
        show_changes(result, &view);
    say_identity(result, kind, &import, &view);
    say_next(result, &import, view.source, dry_run);
    return KEPT_OK;
}
