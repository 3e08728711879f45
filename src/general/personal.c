/* kept personal export, erase: what is held about a person or a customer, given out or forgotten.
 */
#include <inttypes.h>

#include "base/array.h"
#include "base/text.h"
#include "general/ops.h"
#include "op/ctx.h"
#include "store/records/person.h"

static const kept_param id_param = {
    .name = "id",
    .type = KEPT_P_TEXT,
    .value = "ID",
    .positional = true,
    .required = true,
    .help = "short id, external id or unambiguous name of a person or a customer"};

static kept_status find(kept_ctx *ctx, kept_store *store, const kept_args *args, kept_ref *ret_ref,
                        kept_err *err)
{
    return kept_record_find(store, &ctx->scope, NULL, 0, kept_args_text(args, "id"), ret_ref, err);
}

/* --- export --- */

static const kept_field value_fields[] = {
    {.name = "id", .type = KEPT_TEXT, .title = "Id"},
    {.name = "kind", .type = KEPT_TEXT, .title = "Kind"},
    {.name = "field", .type = KEPT_TEXT, .title = "Field"},
    {.name = "value", .type = KEPT_TEXT, .title = "Value"},
};
static const kept_table_def value_table = {"held", "What is held now", value_fields,
                                           KEPT_N(value_fields), "Nothing is held."};
static const kept_field id_fields[] = {
    {.name = "source", .type = KEPT_TEXT, .title = "Source"},
    {.name = "external_id", .type = KEPT_TEXT, .title = "Id there"},
};
static const kept_table_def id_table = {"external_ids", "Ids in other systems", id_fields,
                                        KEPT_N(id_fields), "None."};
static const kept_field change_fields[] = {
    {.name = "change", .type = KEPT_INTEGER, .title = "Change"},
    {.name = "id", .type = KEPT_TEXT, .title = "Id"},
    {.name = "at", .type = KEPT_TIME, .title = "When"},
    {.name = "who", .type = KEPT_TEXT, .title = "Who"},
    {.name = "field", .type = KEPT_TEXT, .title = "Field"},
    {.name = "old", .type = KEPT_TEXT, .title = "Old"},
    {.name = "new", .type = KEPT_TEXT, .title = "New"},
};
static const kept_table_def change_table = {"changes", "What was held earlier", change_fields,
                                            KEPT_N(change_fields), "Nothing was changed."};

static kept_status add_record(kept_ctx *ctx, const kept_record *record, kept_result *result,
                              kept_table *table, kept_err *err)
{
    const kept_record_kind *kind = record->kind;
    const char *id = kept_short_id(ctx->arena, (kept_ref){kind, record->id});
    bool ok = id != NULL;
    for (size_t i = 0; ok && i < kind->n_fields; i++) {
        const char *text = kept_value_text(&kind->fields[i], &record->values[i], ctx->arena, &ok);
        if (!text || !text[0])
            continue;
        kept_cell *row = kept_table_row(result, table);
        row[0] = kept_cell_text(result, id);
        row[1] = kept_cell_text(result, kind->title);
        row[2] = kept_cell_text(result, kind->fields[i].title);
        row[3] = kept_cell_text(result, text);
    }
    return ok ? KEPT_OK : kept_nomem(err);
}

static void add_change(kept_ctx *ctx, const kept_log_row *change, kept_result *result,
                       kept_table *table)
{
    const char *id = change->ref.kind ? kept_short_id(ctx->arena, change->ref) : NULL;
    for (size_t i = 0; i < change->n_values; i++) {
        kept_cell *row = kept_table_row(result, table);
        row[0] = kept_cell_int(change->seq);
        row[1] = kept_cell_text(result, id);
        row[2] = kept_cell_int(change->at);
        row[3] = kept_cell_text(result, change->who);
        row[4] = kept_cell_text(result, change->values[i].field);
        row[5] = kept_cell_text(result, change->values[i].old);
        row[6] = kept_cell_text(result, change->values[i].now);
    }
}

static kept_status run_export(kept_ctx *ctx, const kept_args *args, kept_result *result,
                              kept_err *err)
{
    kept_store *store;
    kept_ref ref;
    kept_person_data data;
    KEPT_TRY(kept_ctx_store(ctx, false, &store, err));
    KEPT_TRY(find(ctx, store, args, &ref, err));
    KEPT_TRY(kept_person_export(store, &ctx->scope, ref, ctx->arena, &data, err));
    result->currency = kept_store_currency(store);
    kept_table *held = kept_result_table(result, &value_table);
    for (size_t i = 0; i < data.n_records; i++)
        KEPT_TRY(add_record(ctx, &data.records[i], result, held, err));
    kept_table *ids = kept_result_table(result, &id_table);
    for (size_t i = 0; i < data.n_ids; i++) {
        kept_cell *row = kept_table_row(result, ids);
        row[0] = kept_cell_text(result, data.ids[i].source);
        row[1] = kept_cell_text(result, data.ids[i].id);
    }
    kept_table *changes = kept_result_table(result, &change_table);
    for (size_t i = 0; i < data.n_changes; i++)
        add_change(ctx, &data.changes[i], result, changes);
    return KEPT_OK;
}

static const kept_table_def *const export_tables[] = {&value_table, &id_table, &change_table, NULL};

const kept_op kept_op_personal_export = {
    .name = "personal export",
    .stage = KEPT_GENERAL,
    .summary = "Give out everything that is held about a person or a customer",
    .detail =
        "Their own record, the records that refer to it, and what all of these said earlier. "
        "Rows of facts about a customer stand in the fact files: kept customers names them by "
        "id.",
    .example = "kept personal export PE-4 -o held.xlsx",
    .ids = "X010",
    .params = &id_param,
    .n_params = 1,
    .tables = export_tables,
    .access = KEPT_READS,
    .role = KEPT_ROLE_MANAGER,
    .flags = KEPT_REPEATABLE,
    .run = run_export,
};

/* --- erase --- */

static const kept_param erase_params[] = {
    {.name = "id",
     .type = KEPT_P_TEXT,
     .value = "ID",
     .positional = true,
     .required = true,
     .help = "short id, external id or unambiguous name of a person or a customer"},
    {.name = "why",
     .type = KEPT_P_TEXT,
     .value = "WORDS",
     .help = "reason, kept in the change log"},
    {.name = "yes", .type = KEPT_P_FLAG, .help = "really erase; without it, only what would go"},
};
static const kept_field erased_fields[] = {
    {.name = "records", .type = KEPT_COUNT, .title = "Records emptied"},
    {.name = "values", .type = KEPT_COUNT, .title = "Values removed"},
    {.name = "changes", .type = KEPT_COUNT, .title = "Changes whose values were removed"},
    {.name = "ids", .type = KEPT_COUNT, .title = "External ids removed"},
    {.name = "documents", .type = KEPT_COUNT, .title = "Documents from which words were removed"},
};
static const kept_group_def erased_group = {"", "Erased", erased_fields, KEPT_N(erased_fields)};
static const kept_group_def *const erased_groups[] = {&erased_group, NULL};

static const kept_field mention_fields[] = {
    {.name = "id", .type = KEPT_TEXT, .title = "Id"},
    {.name = "kind", .type = KEPT_TEXT, .title = "Kind"},
    {.name = "field", .type = KEPT_TEXT, .title = "Field"},
    {.name = "label", .type = KEPT_TEXT, .title = "What"},
};
static const kept_table_def mention_table = {
    "mentions", "Still named in the words of other records", mention_fields, KEPT_N(mention_fields),
    "No other record has the name."};
static const kept_table_def *const erase_tables[] = {&mention_table, NULL};
enum { MENTIONS_SHOWN = 100 };

/* Free texts elsewhere may hold the name: a person has to look whether the same one is meant. */
static kept_status show_mentions(kept_ctx *ctx, kept_store *store, const char *name,
                                 kept_result *result, kept_err *err)
{
    kept_hit *hits;
    size_t n;
    KEPT_TRY(kept_record_search(store, &ctx->scope, name, NULL, 0, MENTIONS_SHOWN, ctx->arena,
                                &hits, &n, err));
    kept_table *table = kept_result_table(result, &mention_table);
    for (size_t i = 0; i < n; i++) {
        kept_cell *row = kept_table_row(result, table);
        row[0] = kept_cell_text(result, kept_short_id(ctx->arena, hits[i].ref));
        row[1] = kept_cell_text(result, hits[i].ref.kind->title);
        row[2] = kept_cell_text(result, hits[i].field);
        row[3] = kept_cell_text(result, hits[i].label);
    }
    return KEPT_OK;
}

static kept_status run_erase(kept_ctx *ctx, const kept_args *args, kept_result *result,
                             kept_err *err)
{
    bool yes = kept_args_flag(args, "yes");
    KEPT_AUTO_WRITING *writing = NULL;
    kept_store *store;
    kept_ref ref;
    kept_erased erased = {0};
    const char *name = "";
    KEPT_TRY(kept_ctx_records(ctx, &store, err));
    KEPT_TRY(kept_writing_begin(store, &ctx->scope, "command", &writing, err));
    KEPT_TRY(find(ctx, store, args, &ref, err));
    KEPT_TRY(kept_record_labels(store, &ctx->scope, &ref, 1, ctx->arena, &name, err));
    KEPT_TRY(kept_person_erase(writing, ref, kept_args_text(args, "why"), &erased, err));
    if (yes)
        KEPT_TRY(kept_writing_commit(writing, err));
    result->title = yes ? "Erased for good" : "Trial: nothing was erased";
    kept_group *g = kept_result_group(result, &erased_group);
    kept_group_int(result, g, "records", erased.records);
    kept_group_int(result, g, "values", erased.values);
    kept_group_int(result, g, "changes", erased.changes);
    kept_group_int(result, g, "ids", erased.ids);
    kept_group_int(result, g, "documents", erased.documents);
    kept_result_note(result, KEPT_NOTE,
                     "The change log still proves that nothing else was altered. Backups, exports, "
                     "rejects and the files that were imported are not touched: remove them where "
                     "they hold the same person.");
    if (yes && name[0])
        return show_mentions(ctx, store, name, result, err);
    if (!yes)
        kept_result_note(result, KEPT_ADVICE,
                         "To do it: the same with --yes. It cannot be undone.");
    return KEPT_OK;
}

const kept_op kept_op_personal_erase = {
    .name = "personal erase",
    .stage = KEPT_GENERAL,
    .summary = "Erase what is held about a person or a customer, for good",
    .detail =
        "Empties personal fields of their record and of records that refer to it, with every "
        "earlier value in the change log, the search and kept documents. The chain of the log "
        "still verifies. Facts of a customer stay, as nobody's. Without --yes it only counts.",
    .example = "kept personal erase PE-4 --why \"asked for it on 3 June\" --yes",
    .ids = "X010",
    .params = erase_params,
    .n_params = KEPT_N(erase_params),
    .groups = erased_groups,
    .tables = erase_tables,
    .access = KEPT_WRITES,
    .role = KEPT_ROLE_ADMIN,
    .run = run_erase,
};
