/* kept KIND list, show, history, form: reading records of a declared kind. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/text.h"
#include "catalogue/record_schema.h"
#include "general/record_parts.h"
#include "store/records/log.h"

kept_status kept_record_kind_of(const kept_ctx *ctx, const kept_store *store,
                                const kept_record_kind **ret_kind, kept_err *err)
{
    const kept_record_kind *made_for = ctx->op->about;
    const kept_record_kind *kind =
        kept_catalogue_record(kept_store_catalogue(store), made_for->name);
    if (!kind)
        return kept_fail(err, KEPT_ENOTFOUND, "This workspace has no kind of record \"%s\".",
                         made_for->name);
    *ret_kind = kind;
    return KEPT_OK;
}

kept_status kept_record_named(kept_ctx *ctx, kept_store *store, const kept_record_kind *kind,
                              const kept_args *args, kept_ref *ret_ref, kept_err *err)
{
    return kept_record_find(store, &ctx->scope, &kind, 1, kept_args_text(args, "id"), ret_ref, err);
}

/* Runs a part of an operation that reads several things, as of one moment. */
static kept_status at_one_moment(kept_ctx *ctx, const kept_args *args, kept_result *result,
                                 kept_status (*run)(kept_ctx *, kept_store *, const kept_args *,
                                                    kept_result *, kept_err *),
                                 kept_err *err)
{
    kept_store *store;
    bool begun = false;
    KEPT_TRY(kept_ctx_store(ctx, false, &store, err));
    KEPT_TRY(kept_records_read_begin(store, &ctx->scope, &begun, err));
    kept_status status = run(ctx, store, args, result, err);
    kept_records_read_end(store, begun);
    return status;
}

/* --- list --- */

static kept_status find_field(const kept_record_kind *kind, const char *option, kept_arena *arena,
                              const kept_record_field **ret_field, kept_err *err)
{
    const char **names = KEPT_NEW_N(arena, const char *, kind->n_fields + 1);
    if (!names)
        return kept_nomem(err);
    for (size_t i = 0; i < kind->n_fields; i++) {
        if (!(names[i] = kept_record_field_option(arena, &kind->fields[i])))
            return kept_nomem(err);
        if (strcmp(names[i], option) != 0 && strcmp(kind->fields[i].name, option) != 0)
            continue;
        *ret_field = &kind->fields[i];
        return KEPT_OK;
    }
    const char *near = kept_text_nearest(option, names, kind->n_fields);
    return kept_fail(err, KEPT_EARG, "A %s has no field \"%.60s\".%s%s%s", kind->name, option,
                     near ? " Did you mean " : "", near ? near : "", near ? "?" : "");
}

static kept_status read_filters(kept_ctx *ctx, const kept_record_kind *kind, const kept_args *args,
                                kept_record_query *query, kept_err *err)
{
    const kept_arg *without = kept_args_get(args, "without");
    kept_record_filter *filters =
        KEPT_NEW_N(ctx->arena, kept_record_filter, kind->n_fields + without->n_list + 1);
    if (!filters)
        return kept_nomem(err);
    size_t n = 0;
    for (size_t i = 0; i < kind->n_fields; i++) {
        char *option = kept_record_field_option(ctx->arena, &kind->fields[i]);
        if (!option)
            return kept_nomem(err);
        const kept_arg *arg = kept_args_get(args, option);
        if (arg->present)
            filters[n++] = (kept_record_filter){.field = &kind->fields[i], .text = arg->text};
    }
    for (size_t i = 0; i < without->n_list; i++) {
        KEPT_TRY(find_field(kind, without->list[i], ctx->arena, &filters[n].field, err));
        n++;
    }
    query->filters = filters;
    query->n_filters = n;
    return KEPT_OK;
}

static kept_status read_after(kept_ctx *ctx, kept_store *store, const kept_args *args,
                              kept_record_query *query, kept_err *err)
{
    const char *after = kept_args_text(args, "after");
    kept_ref ref;
    if (!after)
        return KEPT_OK;
    if (query->order || query->descending)
        return kept_fail(err, KEPT_EARG,
                         "--after goes with the order of ids, not with --order or "
                         "--descending.");
    KEPT_TRY(kept_record_find(store, &ctx->scope, &query->kind, 1, after, &ref, err));
    query->after = ref.id;
    return KEPT_OK;
}

static kept_status read_query(kept_ctx *ctx, kept_store *store, const kept_args *args,
                              kept_record_query *query, kept_err *err)
{
    const char *order = kept_args_text(args, "order");
    const kept_record_field *by = NULL;
    KEPT_TRY(read_filters(ctx, query->kind, args, query, err));
    if (order)
        KEPT_TRY(find_field(query->kind, order, ctx->arena, &by, err));
    if (query->kind->n_states > 1)
        query->state = kept_args_text(args, "state");
    query->order = by ? by->name : NULL;
    query->archived = kept_args_flag(args, "archived");
    query->descending = kept_args_flag(args, "descending");
    query->limit = (size_t)kept_args_get(args, "limit")->integer;
    return read_after(ctx, store, args, query, err);
}

static kept_status list(kept_ctx *ctx, kept_store *store, const kept_args *args,
                        kept_result *result, kept_err *err)
{
    kept_record_query query = {0};
    kept_record *records;
    size_t n, total;
    KEPT_TRY(kept_record_kind_of(ctx, store, &query.kind, err));
    KEPT_TRY(read_query(ctx, store, args, &query, err));
    KEPT_TRY(kept_record_list(store, &ctx->scope, &query, ctx->arena, &records, &n, &total, err));
    result->currency = kept_store_currency(store);
    KEPT_TRY(kept_records_show(ctx, store, query.kind, records, n, total, result, err));
    if (total > n && !query.order && !query.descending)
        kept_result_note(result, KEPT_ADVICE, "%zu more: --after %s-%" PRId64 ", or --limit %zu",
                         total - n, query.kind->prefix, records[n - 1].id, total);
    return KEPT_OK;
}

kept_status kept_record_run_list(kept_ctx *ctx, const kept_args *args, kept_result *result,
                                 kept_err *err)
{
    return at_one_moment(ctx, args, result, list, err);
}

/* --- show --- */

static const kept_field linked_fields[] = {
    {.name = "id", .type = KEPT_TEXT, .title = "Id"},
    {.name = "kind", .type = KEPT_TEXT, .title = "Kind"},
    {.name = "label", .type = KEPT_TEXT, .title = "What"},
    {.name = "as", .type = KEPT_TEXT, .title = "Refers to it as"},
    {.name = "state", .type = KEPT_TEXT, .title = "State"},
};
static const kept_table_def linked_table = {"linked", "What refers to it", linked_fields,
                                            KEPT_N(linked_fields), NULL};
enum { LINKED_SHOWN = 20, CHANGES_SHOWN = 5 };

static bool may_refer(const kept_record_field *field, const kept_record_kind *kind)
{
    if (field->type != KEPT_RECORD_REF && field->type != KEPT_RECORD_REFS)
        return false;
    for (size_t i = 0; i < field->n_to; i++)
        if (strcmp(field->to[i], kind->name) == 0)
            return true;
    return false;
}

static kept_status add_linked(kept_ctx *ctx, kept_store *store, kept_ref ref,
                              const kept_record_kind *kind, const kept_record_field *field,
                              kept_result *result, kept_table **table, kept_err *err)
{
    const kept_record_filter filter = {.field = field, .ref = ref};
    const kept_record_query query = {
        .kind = kind, .state = "all", .filters = &filter, .n_filters = 1, .limit = LINKED_SHOWN};
    kept_record *records;
    size_t n, total;
    KEPT_TRY(kept_record_list(store, &ctx->scope, &query, ctx->arena, &records, &n, &total, err));
    if (n && !*table)
        *table = kept_result_table(result, &linked_table);
    for (size_t i = 0; i < n; i++) {
        kept_cell *row = kept_table_row(result, *table);
        row[0] = kept_cell_text(result, kept_short_id(ctx->arena, (kept_ref){kind, records[i].id}));
        row[1] = kept_cell_text(result, kind->title);
        row[2] = kept_cell_text(result, records[i].label);
        row[3] = kept_cell_text(result, field->title);
        row[4] = kept_cell_text(result, records[i].state);
    }
    if (*table)
        (*table)->more += total - n;
    return KEPT_OK;
}

static kept_status show_linked(kept_ctx *ctx, kept_store *store, kept_ref ref, kept_result *result,
                               kept_err *err)
{
    const kept_catalogue *catalogue = kept_store_catalogue(store);
    kept_table *table = NULL;
    for (size_t k = 0; k < catalogue->n_records; k++)
        for (size_t f = 0; f < catalogue->records[k]->n_fields; f++) {
            const kept_record_field *field = &catalogue->records[k]->fields[f];
            if (!may_refer(field, ref.kind))
                continue;
            KEPT_TRY(
                add_linked(ctx, store, ref, catalogue->records[k], field, result, &table, err));
        }
    return KEPT_OK;
}

static const kept_field external_fields[] = {
    {.name = "source", .type = KEPT_TEXT, .title = "Source"},
    {.name = "external_id", .type = KEPT_TEXT, .title = "Id there"},
};
static const kept_table_def external_table = {"external_ids", "Ids in other systems",
                                              external_fields, KEPT_N(external_fields), NULL};

static kept_status show_external(kept_ctx *ctx, kept_store *store, kept_ref ref,
                                 kept_result *result, kept_err *err)
{
    kept_external_id *ids;
    size_t n;
    KEPT_TRY(kept_record_external_ids(store, &ctx->scope, ref, ctx->arena, &ids, &n, err));
    if (n == 0)
        return KEPT_OK;
    kept_table *table = kept_result_table(result, &external_table);
    for (size_t i = 0; i < n; i++) {
        kept_cell *row = kept_table_row(result, table);
        row[0] = kept_cell_text(result, ids[i].source);
        row[1] = kept_cell_text(result, ids[i].id);
    }
    return KEPT_OK;
}

static const kept_field change_fields[] = {
    {.name = "change", .type = KEPT_INTEGER, .title = "Change"},
    {.name = "at", .type = KEPT_TIME, .title = "When"},
    {.name = "who", .type = KEPT_TEXT, .title = "Who"},
    {.name = "action", .type = KEPT_TEXT, .title = "Did"},
    {.name = "field", .type = KEPT_TEXT, .title = "Field"},
    {.name = "old", .type = KEPT_TEXT, .title = "Old"},
    {.name = "new", .type = KEPT_TEXT, .title = "New"},
    {.name = "why", .type = KEPT_TEXT, .title = "Why"},
    {.name = "through", .type = KEPT_TEXT, .title = "Through", .detail = true},
};
const kept_table_def kept_record_history_table = {"changes", "Changes, newest first", change_fields,
                                                  KEPT_N(change_fields),
                                                  "Nothing has been changed since it was made."};

/* One row per value that changed. */
static void add_change(kept_result *result, kept_table *table, const kept_log_row *change)
{
    size_t n = change->n_values ? change->n_values : 1;
    for (size_t i = 0; i < n; i++) {
        kept_cell *row = kept_table_row(result, table);
        row[0] = kept_cell_int(change->seq);
        row[1] = kept_cell_int(change->at);
        row[2] = kept_cell_text(result, change->who);
        row[3] = kept_cell_text(result, change->action);
        if (change->n_values) {
            row[4] = kept_cell_text(result, change->values[i].field);
            row[5] = kept_cell_text(result, change->values[i].old);
            row[6] = kept_cell_text(result, change->values[i].now);
        }
        row[7] = kept_cell_text(result, change->erased ? "(erased)" : change->why);
        row[8] = kept_cell_text(result, change->through);
    }
}

static kept_status show_changes(kept_ctx *ctx, kept_store *store, kept_ref ref, size_t limit,
                                kept_result *result, kept_err *err)
{
    kept_log_row *rows;
    size_t n;
    KEPT_TRY(kept_record_history(store, &ctx->scope, ref, limit, ctx->arena, &rows, &n, err));
    kept_table *table = kept_result_table(result, &kept_record_history_table);
    for (size_t i = 0; i < n; i++)
        add_change(result, table, &rows[i]);
    return KEPT_OK;
}

static kept_status load(kept_ctx *ctx, kept_store *store, const kept_args *args,
                        kept_record *record, kept_result *result, kept_err *err)
{
    const kept_record_kind *kind;
    kept_ref ref;
    KEPT_TRY(kept_record_kind_of(ctx, store, &kind, err));
    KEPT_TRY(kept_record_named(ctx, store, kind, args, &ref, err));
    KEPT_TRY(kept_record_get(store, &ctx->scope, kind, ref.id, ctx->arena, record, err));
    result->currency = kept_store_currency(store);
    const char *id = kept_short_id(ctx->arena, ref);
    result->title =
        id ? kept_arena_printf(ctx->arena, "%s: %.*s", id, KEPT_SHOWN(record->label, 120)) : NULL;
    return KEPT_OK;
}

static kept_status show(kept_ctx *ctx, kept_store *store, const kept_args *args,
                        kept_result *result, kept_err *err)
{
    kept_record record;
    KEPT_TRY(load(ctx, store, args, &record, result, err));
    const kept_ref ref = {record.kind, record.id};
    KEPT_TRY(kept_record_show(ctx, store, &record, result, err));
    KEPT_TRY(show_external(ctx, store, ref, result, err));
    KEPT_TRY(show_linked(ctx, store, ref, result, err));
    return show_changes(ctx, store, ref, CHANGES_SHOWN, result, err);
}

kept_status kept_record_run_show(kept_ctx *ctx, const kept_args *args, kept_result *result,
                                 kept_err *err)
{
    return at_one_moment(ctx, args, result, show, err);
}

static kept_status show_history(kept_ctx *ctx, kept_store *store, const kept_args *args,
                                kept_result *result, kept_err *err)
{
    kept_record record;
    KEPT_TRY(load(ctx, store, args, &record, result, err));
    return show_changes(ctx, store, (kept_ref){record.kind, record.id}, 0, result, err);
}

kept_status kept_record_run_history(kept_ctx *ctx, const kept_args *args, kept_result *result,
                                    kept_err *err)
{
    return at_one_moment(ctx, args, result, show_history, err);
}

/* --- form --- */

kept_status kept_record_run_form(kept_ctx *ctx, const kept_args *args, kept_result *result,
                                 kept_err *err)
{
    (void)args;
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    kept_record_form(ctx->op->about, &text);
    result->document = text.failed ? NULL : kept_arena_strdup(ctx->arena, kept_buf_text(&text));
    return result->document ? KEPT_OK : kept_nomem(err);
}
