/* kept facts, facts show, undo, compact: what has been loaded, and taking it back. */
#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "know/import_result.h"
#include "know/ops.h"
#include "op/ctx.h"
#include "store/facts/import.h"
#include "store/records/import.h"
#include "store/store.h"

/* --- facts --- */

static const kept_field kind_fields[] = {
    {.name = "kind", .type = KEPT_TEXT, .title = "Kind"},
    {.name = "about", .type = KEPT_TEXT, .title = "What it holds"},
    {.name = "imports", .type = KEPT_COUNT, .title = "Imports in force"},
    {.name = "first_day", .type = KEPT_DATE, .title = "First day"},
    {.name = "last_day", .type = KEPT_DATE, .title = "Last day"},
};
static const kept_table_def kind_table = {"kinds", "Kinds of facts", kind_fields,
                                          KEPT_N(kind_fields), NULL};

static const kept_field import_fields[] = {
    {.name = "import", .type = KEPT_INTEGER, .title = "Import"},
    {.name = "kind", .type = KEPT_TEXT, .title = "Kind"},
    {.name = "imported_at", .type = KEPT_TIME, .title = "Imported at"},
    {.name = "state", .type = KEPT_TEXT, .title = "State"},
    {.name = "read", .type = KEPT_COUNT, .title = "Read"},
    {.name = "taken", .type = KEPT_COUNT, .title = "New"},
    {.name = "superseded", .type = KEPT_COUNT, .title = "Changed"},
    {.name = "unchanged", .type = KEPT_COUNT, .title = "Unchanged"},
    {.name = "set_aside", .type = KEPT_COUNT, .title = "Set aside"},
    {.name = "files", .type = KEPT_TEXT, .title = "Files"},
};
static const kept_table_def import_table = {
    "imports", "Imports, newest first", import_fields, KEPT_N(import_fields),
    "Nothing has been imported yet. Begin with: kept import orders FILE"};

static void add_kind(kept_result *result, kept_table *table, const kept_fact_kind *kind,
                     const kept_import *imports, size_t n)
{
    int64_t in_force = 0;
    int32_t first = KEPT_NO_DAY, last = KEPT_NO_DAY;
    for (size_t i = 0; i < n; i++) {
        if (imports[i].undone_at || imports[i].records || strcmp(imports[i].kind, kind->name) != 0)
            continue;
        in_force++;
        if (imports[i].first_day < first)
            first = imports[i].first_day;
        if (imports[i].last_day != KEPT_NO_DAY &&
            (last == KEPT_NO_DAY || imports[i].last_day > last))
            last = imports[i].last_day;
    }
    kept_cell *row = kept_table_row(result, table);
    row[0] = kept_cell_text(result, kind->name);
    row[1] = kept_cell_text(result, kind->summary);
    row[2] = kept_cell_int(in_force);
    if (first != KEPT_NO_DAY)
        row[3] = kept_cell_int(first);
    if (last != KEPT_NO_DAY)
        row[4] = kept_cell_int(last);
}

static void add_import(kept_result *result, kept_table *table, const kept_import *import)
{
    kept_cell *row = kept_table_row(result, table);
    row[0] = kept_cell_int(import->id);
    row[1] = kept_cell_text(result, import->kind);
    row[2] = kept_cell_int(import->imported_at);
    row[3] = kept_cell_text(result, import->undone_at ? "undone" : "in force");
    row[4] = kept_cell_int(import->read);
    row[5] = kept_cell_int(import->taken);
    row[6] = kept_cell_int(import->superseded);
    row[7] = kept_cell_int(import->unchanged);
    row[8] = kept_cell_int(import->set_aside);
    row[9] = kept_cell_text(result, import->files);
}

static kept_status run_facts(kept_ctx *ctx, const kept_args *args, kept_result *result,
                             kept_err *err)
{
    (void)args;
    kept_store *store;
    KEPT_TRY(kept_ctx_store(ctx, false, &store, err));
    kept_import *imports;
    size_t n;
    KEPT_TRY(kept_import_list(store, &ctx->scope, ctx->arena, &imports, &n, err));
    kept_table *table = kept_result_table(result, &import_table);
    for (size_t i = 0; i < n; i++)
        add_import(result, table, &imports[i]);
    const kept_fact_kinds *kinds = kept_store_kinds(store);
    kept_table *by_kind = kept_result_table(result, &kind_table);
    for (size_t i = 0; i < kinds->n; i++)
        add_kind(result, by_kind, kinds->kinds[i], imports, n);
    return KEPT_OK;
}

static const kept_table_def *const facts_tables[] = {&import_table, &kind_table, NULL};

const kept_op kept_op_facts = {
    .name = "facts",
    .stage = KEPT_KNOW,
    .summary = "List what has been imported and which kinds of facts there are",
    .example = "kept facts",
    .ids = "K006 X006",
    .tables = facts_tables,
    .access = KEPT_READS,
    .role = KEPT_ROLE_VIEWER,
    .flags = KEPT_REPEATABLE,
    .run = run_facts,
};

/* --- facts show, undo --- */

static const kept_param import_params[] = {
    {.name = "import",
     .type = KEPT_P_INTEGER,
     .value = "IMPORT",
     .positional = true,
     .required = true,
     .min = 1,
     .max = 1e15,
     .help = "number of the import, as kept facts shows it"},
};

static kept_status run_show(kept_ctx *ctx, const kept_args *args, kept_result *result,
                            kept_err *err)
{
    kept_store *store;
    KEPT_TRY(kept_ctx_store(ctx, false, &store, err));
    kept_import import;
    KEPT_TRY(kept_import_get(store, &ctx->scope, kept_args_get(args, "import")->integer, ctx->arena,
                             &import, err));
    kept_import_show(result, &import);
    return KEPT_OK;
}

static const kept_group_def *const import_groups[] = {&kept_import_group, NULL};

const kept_op kept_op_facts_show = {
    .name = "facts show",
    .stage = KEPT_KNOW,
    .summary = "Show one import: files, mapping, all counts",
    .example = "kept facts show 3",
    .ids = "X006",
    .params = import_params,
    .n_params = KEPT_N(import_params),
    .groups = import_groups,
    .access = KEPT_READS,
    .role = KEPT_ROLE_VIEWER,
    .flags = KEPT_REPEATABLE,
    .run = run_show,
};

static const kept_field stayed_fields[] = {
    {.name = "id", .type = KEPT_TEXT, .title = "Id"},
    {.name = "name", .type = KEPT_TEXT, .title = "Name"},
    {.name = "why", .type = KEPT_TEXT, .title = "Because"},
};
static const kept_table_def stayed_table = {"stayed", "Records that stay as they are",
                                            stayed_fields, KEPT_N(stayed_fields), "None."};
static const kept_table_def *const undo_tables[] = {&stayed_table, NULL};

static kept_status show_stayed(kept_ctx *ctx, kept_store *store, const kept_record_undone *undone,
                               kept_result *result, kept_err *err)
{
    if (undone->n_stayed == 0)
        return KEPT_OK;
    kept_table *table = kept_result_table(result, &stayed_table);
    for (size_t i = 0; i < undone->n_stayed; i++) {
        const kept_stayed *stayed = &undone->stayed[i];
        const char *label = NULL;
        KEPT_TRY(kept_record_labels(store, &ctx->scope, &stayed->ref, 1, ctx->arena, &label, err));
        kept_cell *row = kept_table_row(result, table);
        row[0] = kept_cell_text(result, kept_short_id(ctx->arena, stayed->ref));
        row[1] = kept_cell_text(result, label);
        row[2] = kept_cell_text(result, stayed->why);
    }
    return KEPT_OK;
}

static kept_status undo_records(kept_ctx *ctx, kept_store *store, int64_t id, kept_result *result,
                                kept_err *err)
{
    kept_record_undone undone;
    KEPT_TRY(kept_record_import_undo(store, &ctx->scope, id, ctx->arena, &undone, err));
    kept_result_note(result, KEPT_NOTE,
                     "Records that it had added, now archived: %zu. Records as they were before "
                     "it: %zu. Nothing is deleted: their history shows all of it.",
                     undone.archived, undone.restored);
    if (undone.n_stayed)
        kept_result_note(result, KEPT_WARNING,
                         "Records that stay as they are, mostly because somebody changed them "
                         "since: %zu. The table names them; kept KIND revert takes one back.",
                         undone.n_stayed);
    return show_stayed(ctx, store, &undone, result, err);
}

static kept_status undo_facts(kept_ctx *ctx, kept_store *store, int64_t id, kept_result *result,
                              kept_err *err)
{
    KEPT_TRY(kept_import_undo(store, &ctx->scope, id, err));
    kept_result_note(result, KEPT_NOTE,
                     "Rows that this import superseded are back; rows that later imports "
                     "confirmed stay. The file is kept, so that answers for --known-at an earlier "
                     "time do not change.");
    return KEPT_OK;
}

static kept_status run_undo(kept_ctx *ctx, const kept_args *args, kept_result *result,
                            kept_err *err)
{
    int64_t id = kept_args_get(args, "import")->integer;
    kept_store *store;
    kept_import import;
    KEPT_TRY(kept_ctx_store(ctx, true, &store, err));
    KEPT_TRY(kept_import_get(store, &ctx->scope, id, ctx->arena, &import, err));
    if (import.records)
        KEPT_TRY(undo_records(ctx, store, id, result, err));
    else
        KEPT_TRY(undo_facts(ctx, store, id, result, err));
    KEPT_TRY(kept_import_get(store, &ctx->scope, id, ctx->arena, &import, err));
    result->title = "Undone";
    kept_import_show(result, &import);
    return KEPT_OK;
}

const kept_op kept_op_undo = {
    .name = "undo",
    .stage = KEPT_KNOW,
    .summary = "Take an import back",
    .detail = "What the import superseded comes back. Rows that later imports brought again with "
              "the same values stay, because those imports said so too. Records go back to how "
              "they stood before the import, those it added are archived; records that somebody "
              "changed since stay as they are and are named.",
    .example = "kept undo 3",
    .ids = "X006",
    .params = import_params,
    .n_params = KEPT_N(import_params),
    .groups = import_groups,
    .tables = undo_tables,
    .access = KEPT_WRITES,
    .role = KEPT_ROLE_CONTRIBUTOR,
    .run = run_undo,
};

/* --- compact --- */

static const kept_param compact_params[] = {
    {.name = "kind",
     .type = KEPT_P_TEXT,
     .value = "KIND",
     .positional = true,
     .help = "kind of fact; all when not given"},
};
static const kept_field compact_fields[] = {
    {.name = "files_before", .title = "Fact files before", .type = KEPT_COUNT},
    {.name = "files_after", .title = "Fact files now", .type = KEPT_COUNT},
};
static const kept_group_def compact_group = {"", "Compacted", compact_fields,
                                             KEPT_N(compact_fields)};
static const kept_group_def *const compact_groups[] = {&compact_group, NULL};

static kept_status run_compact(kept_ctx *ctx, const kept_args *args, kept_result *result,
                               kept_err *err)
{
    kept_store *store;
    KEPT_TRY(kept_ctx_store(ctx, true, &store, err));
    int64_t before, after;
    KEPT_TRY(kept_compact(store, kept_args_text(args, "kind"), &before, &after, err));
    kept_group *g = kept_result_group(result, &compact_group);
    kept_group_int(result, g, "files_before", before);
    kept_group_int(result, g, "files_after", after);
    return KEPT_OK;
}

const kept_op kept_op_compact = {
    .name = "compact",
    .stage = KEPT_KNOW,
    .summary = "Join the fact files of many imports into one",
    .detail = "Done by itself past sixteen files of a kind. Which import each row came from is "
              "kept, so undo and --known-at answer as before.",
    .example = "kept compact orders",
    .ids = "X006",
    .params = compact_params,
    .n_params = KEPT_N(compact_params),
    .groups = compact_groups,
    .access = KEPT_WRITES,
    .role = KEPT_ROLE_CONTRIBUTOR,
    .flags = KEPT_LONG | KEPT_REPEATABLE,
    .run = run_compact,
};
