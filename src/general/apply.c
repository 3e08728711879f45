/* kept apply: records from YAML files, all or nothing. */
#include "store/records/apply.h"
#include "base/array.h"
#include "general/ops.h"
#include "op/ctx.h"
#include "store/records/log.h"

static const kept_param params[] = {
    {.name = "file",
     .type = KEPT_P_FILE,
     .value = "FILE",
     .positional = true,
     .required = true,
     .repeated = true,
     .help = "YAML with records, as kept export and the forms of the kinds write it"},
    {.name = "dry-run", .type = KEPT_P_FLAG, .help = "show what would change, change nothing"},
    {.name = "why", .type = KEPT_P_TEXT, .value = "WORDS", .help = "reason, kept in the history"},
};

static const kept_field count_fields[] = {
    {.name = "kind", .type = KEPT_TEXT, .title = "Kind"},
    {.name = "added", .type = KEPT_COUNT, .title = "Added"},
    {.name = "changed", .type = KEPT_COUNT, .title = "Changed"},
    {.name = "unchanged", .type = KEPT_COUNT, .title = "Unchanged"},
};
static const kept_table_def count_table = {"counts", "Records", count_fields, KEPT_N(count_fields),
                                           "The files hold no record."};

static const kept_field change_fields[] = {
    {.name = "id", .type = KEPT_TEXT, .title = "Id"},
    {.name = "action", .type = KEPT_TEXT, .title = "Does"},
    {.name = "field", .type = KEPT_TEXT, .title = "Field"},
    {.name = "old", .type = KEPT_TEXT, .title = "Old"},
    {.name = "new", .type = KEPT_TEXT, .title = "New"},
};
static const kept_table_def change_table = {"changes", "What changes", change_fields,
                                            KEPT_N(change_fields), "Nothing changes."};
enum { CHANGES_SHOWN = 1000 };

static void show_counts(const kept_applied *applied, kept_result *result)
{
    kept_table *table = kept_result_table(result, &count_table);
    for (size_t i = 0; i < applied->n; i++) {
        const kept_applied_kind *kind = &applied->kinds[i];
        kept_cell *row = kept_table_row(result, table);
        row[0] = kept_cell_text(result, kind->kind->plural);
        row[1] = kept_cell_int(kind->added);
        row[2] = kept_cell_int(kind->changed);
        row[3] = kept_cell_int(kind->unchanged);
    }
}

/* What the log says since: the differences, value by value. */
static kept_status show_changes(kept_ctx *ctx, kept_store *store, int64_t since,
                                kept_result *result, kept_err *err)
{
    kept_log_row *rows;
    size_t n;
    KEPT_TRY(kept_log_since(store, &ctx->scope, since, CHANGES_SHOWN, ctx->arena, &rows, &n, err));
    kept_table *table = kept_result_table(result, &change_table);
    for (size_t i = 0; i < n; i++) {
        if (!rows[i].ref.kind)
            continue;
        const char *id = kept_short_id(ctx->arena, rows[i].ref);
        for (size_t v = 0; v < rows[i].n_values; v++) {
            kept_cell *row = kept_table_row(result, table);
            row[0] = kept_cell_text(result, id);
            row[1] = kept_cell_text(result, rows[i].action);
            row[2] = kept_cell_text(result, rows[i].values[v].field);
            row[3] = kept_cell_text(result, rows[i].values[v].old);
            row[4] = kept_cell_text(result, rows[i].values[v].now);
        }
    }
    return KEPT_OK;
}

static kept_status run(kept_ctx *ctx, const kept_args *args, kept_result *result, kept_err *err)
{
    const kept_arg *files = kept_args_get(args, "file");
    const kept_apply_opts opts = {kept_args_text(args, "why"), ctx->cancel};
    bool dry_run = kept_args_flag(args, "dry-run");
    KEPT_AUTO_WRITING *writing = NULL;
    kept_store *store;
    kept_applied applied;
    int64_t before;
    KEPT_TRY(kept_ctx_records(ctx, &store, err));
    KEPT_TRY(kept_writing_begin(store, &ctx->scope, "apply", &writing, err));
    KEPT_TRY(kept_log_last(store, &before, err));
    KEPT_TRY(kept_apply_files(writing, store, &ctx->scope, files->list, files->n_list, &opts,
                              ctx->arena, &applied, err));
    result->currency = kept_store_currency(store);
    result->title = dry_run ? "Trial: nothing was changed" : "Applied";
    show_counts(&applied, result);
    KEPT_TRY(show_changes(ctx, store, before, result, err));
    return dry_run ? KEPT_OK : kept_writing_commit(writing, err);
}

static const kept_table_def *const tables[] = {&count_table, &change_table, NULL};

const kept_op kept_op_apply = {
    .name = "apply",
    .stage = KEPT_GENERAL,
    .summary = "Bring records to what YAML files say",
    .detail =
        "A file is a map from kinds of records to lists of records, as \"kept export\" writes "
        "it and the form of each kind shows. A record with an id is that record; without one "
        "it is a new record every time. Fields that are not named stay as they are; a field "
        "with nothing behind its colon is emptied. All of it is done or nothing.",
    .example = "kept apply promises.yaml --dry-run",
    .ids = "X006 X007",
    .params = params,
    .n_params = KEPT_N(params),
    .tables = tables,
    .access = KEPT_WRITES,
    .role = KEPT_ROLE_CONTRIBUTOR,
    .flags = KEPT_LONG,
    .run = run,
};
