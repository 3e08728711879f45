/* kept openslo import: objectives of OpenSLO v1 as proposed promises. */
#include <string.h>

#include "base/array.h"
#include "make/openslo.h"
#include "make/ops.h"
#include "op/ctx.h"
#include "store/measures/measures.h"

static const kept_param params[] = {
    {.name = "file",
     .type = KEPT_P_FILE,
     .value = "FILE",
     .positional = true,
     .required = true,
     .repeated = true,
     .help = "YAML of OpenSLO v1; several are read together"},
    {.name = "customer",
     .type = KEPT_P_TEXT,
     .value = "CUSTOMER",
     .help = "whom all of it is promised to: C-7, or a name"},
    {.name = "dry-run", .type = KEPT_P_FLAG, .help = "show what would come of it, change nothing"},
    {.name = "why", .type = KEPT_P_TEXT, .value = "WORDS", .help = "reason, kept in the history"},
};

static const kept_field count_fields[] = {
    {.name = "added", .title = "Added", .type = KEPT_COUNT},
    {.name = "changed", .title = "Changed", .type = KEPT_COUNT},
    {.name = "unchanged", .title = "Unchanged", .type = KEPT_COUNT},
};
static const kept_group_def count_group = {"counts", "Promises", count_fields,
                                           KEPT_N(count_fields)};
static const kept_group_def *const groups[] = {&count_group, NULL};

static const kept_field promise_fields[] = {
    {.name = "id", .title = "Id", .type = KEPT_TEXT},
    {.name = "slo", .title = "SLO", .type = KEPT_TEXT},
    {.name = "outcome", .title = "What came of it", .type = KEPT_TEXT},
    {.name = "text", .title = "Promise", .type = KEPT_TEXT},
    {.name = "measure", .title = "Measure", .type = KEPT_TEXT, .detail = true},
    {.name = "target", .title = "Target", .type = KEPT_TEXT},
    {.name = "window", .title = "Judged over", .type = KEPT_TEXT},
};
static const kept_table_def promise_table = {"promises", "From the files", promise_fields,
                                             KEPT_N(promise_fields), NULL};

static const kept_field remark_fields[] = {
    {.name = "file", .title = "File", .type = KEPT_TEXT, .detail = true},
    {.name = "line", .title = "Line", .type = KEPT_INTEGER},
    {.name = "column", .title = "Column", .type = KEPT_INTEGER, .detail = true},
    {.name = "slo", .title = "SLO", .type = KEPT_TEXT},
    {.name = "remark", .title = "Remark", .type = KEPT_TEXT, .folds = true},
};
static const kept_table_def remark_table = {"remarks", "Not taken as it stands, or left to do",
                                            remark_fields, KEPT_N(remark_fields),
                                            "Everything was taken as it stands."};
static const kept_table_def *const tables[] = {&promise_table, &remark_table, NULL};

typedef struct task {
    kept_ctx *ctx;
    kept_store *store;
    const kept_record_kind *kind;
    kept_openslo *file;
    kept_edited *edited; /* one per promise of the file */
} task;

/* --- Showing --- */

static const char *field_text(const task *t, const kept_record *promise, const char *field,
                              bool *ok)
{
    for (size_t i = 0; i < t->kind->n_fields; i++)
        if (strcmp(t->kind->fields[i].name, field) == 0)
            return kept_value_text(&t->kind->fields[i], &promise->values[i], t->ctx->arena, ok);
    return NULL;
}

/* "95%", "at most 4", "95% at most 4". */
static const char *target_words(const task *t, const kept_record *promise, bool *ok)
{
    const char *share = field_text(t, promise, "target", ok);
    const char *value = field_text(t, promise, "target_value", ok);
    const char *is = field_text(t, promise, "target_is", ok);
    if (!value)
        return share;
    const char *words =
        kept_arena_printf(t->ctx->arena, "%s%s%s %s", share ? share : "", share ? " " : "",
                          kept_text_equal(is, "at-most") ? "at most" : "at least", value);
    *ok = *ok && words;
    return words;
}

static kept_status show_promise(const task *t, size_t i, kept_table *table, kept_result *result,
                                kept_err *err)
{
    const kept_edited *edited = &t->edited[i];
    kept_record now;
    bool ok = true;
    KEPT_TRY(kept_record_get(t->store, &t->ctx->scope, t->kind, edited->ref.id, t->ctx->arena, &now,
                             err));
    kept_cell *row = kept_table_row(result, table);
    row[0] = kept_cell_text(result, kept_short_id(t->ctx->arena, edited->ref));
    row[1] = kept_cell_text(result, t->file->promises[i].slo);
    row[2] = kept_cell_text(result, edited->added       ? "added"
                                    : edited->n_changes ? "changed"
                                                        : "unchanged");
    row[3] = kept_cell_text(result, now.label);
    row[4] = kept_cell_text(result, field_text(t, &now, "measure", &ok));
    row[5] = kept_cell_text(result, target_words(t, &now, &ok));
    row[6] = kept_cell_text(result, t->file->promises[i].window);
    return ok ? KEPT_OK : kept_nomem(err);
}

static void show_remarks(const task *t, kept_result *result)
{
    kept_table *table = kept_result_table(result, &remark_table);
    for (const kept_openslo_remark *r = t->file->remarks; r; r = r->next) {
        kept_cell *row = kept_table_row(result, table);
        row[0] = kept_cell_text(result, r->at->source);
        row[1] = kept_cell_int((int64_t)(r->at->key ? r->at->key_line : r->at->line));
        row[2] = kept_cell_int((int64_t)(r->at->key ? r->at->key_column : r->at->column));
        row[3] = kept_cell_text(result, r->slo);
        row[4] = kept_cell_text(result, r->text);
    }
}

static kept_status show(const task *t, kept_result *result, kept_err *err)
{
    kept_group *counts = kept_result_group(result, &count_group);
    kept_table *table = kept_result_table(result, &promise_table);
    int64_t added = 0, changed = 0;
    for (size_t i = 0; i < t->file->n; i++) {
        added += t->edited[i].added;
        changed += !t->edited[i].added && t->edited[i].n_changes;
        KEPT_TRY(show_promise(t, i, table, result, err));
    }
    kept_group_int(result, counts, "added", added);
    kept_group_int(result, counts, "changed", changed);
    kept_group_int(result, counts, "unchanged", (int64_t)t->file->n - added - changed);
    show_remarks(t, result);
    if (added)
        kept_result_note(result, KEPT_ADVICE,
                         "They are proposed, and judged once both sides agreed: kept promise agree "
                         "ID --acknowledged-by PERSON --start");
    return KEPT_OK;
}

/* --- Running --- */

static kept_status take(task *t, const kept_args *args, kept_result *result, kept_err *err)
{
    const kept_record_kind *customer =
        kept_catalogue_record(kept_store_catalogue(t->store), "customer");
    const char *words = kept_args_text(args, "customer");
    bool dry_run = kept_args_flag(args, "dry-run");
    KEPT_AUTO_WRITING *writing = NULL;
    kept_measures measures;
    kept_openslo_opts opts = {.why = kept_args_text(args, "why"), .measures = &measures};
    KEPT_TRY(kept_store_measures(t->store, t->ctx->arena, &measures, err));
    KEPT_TRY(kept_writing_begin(t->store, &t->ctx->scope, "openslo import", &writing, err));
    if (words)
        KEPT_TRY(
            kept_record_find(t->store, &t->ctx->scope, &customer, 1, words, &opts.customer, err));
    KEPT_TRY(kept_openslo_take(writing, t->store, &t->ctx->scope, t->file, &opts, t->ctx->arena,
                               t->edited, err));
    result->title = dry_run ? "Trial: nothing was kept" : "Imported from OpenSLO";
    KEPT_TRY(show(t, result, err));
    return dry_run ? KEPT_OK : kept_writing_commit(writing, err);
}

static kept_status run(kept_ctx *ctx, const kept_args *args, kept_result *result, kept_err *err)
{
    const kept_arg *files = kept_args_get(args, "file");
    task t = {.ctx = ctx};
    KEPT_TRY(kept_ctx_records(ctx, &t.store, err));
    t.kind = kept_catalogue_record(kept_store_catalogue(t.store), "promise");
    KEPT_TRY(kept_openslo_read((const char *const *)files->list, files->n_list, t.kind,
                               kept_store_timezone(t.store), ctx->arena, &t.file, err));
    t.edited = KEPT_NEW_N(ctx->arena, kept_edited, t.file->n);
    if (!t.edited)
        return kept_nomem(err);
    return take(&t, args, result, err);
}

const kept_op kept_op_openslo_import = {
    .name = "openslo import",
    .stage = KEPT_MAKE,
    .summary = "Add promises from OpenSLO v1, whoever wrote it",
    .detail =
        "Every objective of every SLO becomes a proposed promise that is counted, all of them "
        "or none. The name of the SLO is kept as an id of its own (source openslo), so that "
        "the same file a second time changes nothing. Where another program measures, the "
        "measure is left as words, and a remark says how to name one of Kept. Composite "
        "SLOs, RatioTimeslices, and windows of hours or minutes are refused with their "
        "place in the file.",
    .example = "kept openslo import slos.yaml --customer \"Harrow Mill\" --dry-run",
    .ids = "M001 X006",
    .params = params,
    .n_params = KEPT_N(params),
    .groups = groups,
    .tables = tables,
    .access = KEPT_WRITES,
    .role = KEPT_ROLE_CONTRIBUTOR,
    .flags = KEPT_LONG | KEPT_REPEATABLE,
    .run = run,
};
