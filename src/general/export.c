/* kept export: records as YAML that kept apply reads back without a change. */
#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "base/text.h"
#include "base/yaml_write.h"
#include "general/ops.h"
#include "op/ctx.h"
#include "store/records/record.h"

static const kept_param params[] = {
    {.name = "kind",
     .type = KEPT_P_TEXT,
     .value = "KIND",
     .positional = true,
     .repeated = true,
     .help = "kind of record; every kind when none is named"},
};

enum { PAGE = 5000 };

typedef struct task {
    kept_ctx *ctx;
    kept_store *store;
    kept_buf out;
} task;

static void add_value(kept_buf *out, const char *name, const char *text)
{
    kept_buf_printf(out, "    %s: ", name);
    kept_yaml_write(out, text);
    kept_buf_add_char(out, '\n');
}

static kept_status add_refs(task *t, const kept_record_field *field, const kept_value *value,
                            kept_err *err)
{
    kept_buf_printf(&t->out, "    %s: [", field->name);
    for (size_t i = 0; i < value->n_refs; i++) {
        const char *id = kept_short_id(t->ctx->arena, value->refs[i]);
        if (!id)
            return kept_nomem(err);
        kept_buf_printf(&t->out, "%s%s", i ? ", " : "", id);
    }
    kept_buf_add(&t->out, "]\n");
    return KEPT_OK;
}

static kept_status add_external(task *t, const kept_record *record, kept_err *err)
{
    kept_external_id *ids;
    size_t n;
    KEPT_TRY(kept_record_external_ids(t->store, &t->ctx->scope,
                                      (kept_ref){record->kind, record->id}, t->ctx->arena, &ids, &n,
                                      err));
    if (n == 0)
        return KEPT_OK;
    kept_buf_add(&t->out, "    external_ids: [");
    for (size_t i = 0; i < n; i++) {
        KEPT_AUTO_BUF text = KEPT_BUF_INIT;
        kept_buf_printf(&text, "%s:%s", ids[i].source, ids[i].id);
        kept_buf_printf(&t->out, "%s\"", i ? ", " : "");
        for (const char *c = kept_buf_text(&text); *c; c++)
            kept_buf_printf(&t->out, *c == '"' || *c == '\\' ? "\\%c" : "%c", *c);
        kept_buf_add_char(&t->out, '"');
    }
    kept_buf_add(&t->out, "]\n");
    return KEPT_OK;
}

static kept_status add_record(task *t, const kept_record *record, kept_err *err)
{
    bool ok = true;
    kept_buf_printf(&t->out, "  - id: %s-%" PRId64 "\n", record->kind->prefix, record->id);
    KEPT_TRY(add_external(t, record, err));
    if (record->state)
        add_value(&t->out, "state", record->state);
    if (record->archived_at)
        kept_buf_add(&t->out, "    archived: yes\n");
    for (size_t i = 0; i < record->kind->n_fields; i++) {
        const kept_record_field *field = &record->kind->fields[i];
        const kept_value *value = &record->values[i];
        if (field->type == KEPT_RECORD_REFS && value->n_refs) {
            KEPT_TRY(add_refs(t, field, value, err));
        } else if (value->known && field->type != KEPT_RECORD_REFS) {
            const char *text = kept_value_text(field, value, t->ctx->arena, &ok);
            if (!ok)
                return kept_nomem(err);
            add_value(&t->out, field->name, text);
        }
    }
    return KEPT_OK;
}

static kept_status add_kind(task *t, const kept_record_kind *kind, kept_err *err)
{
    kept_record_query query = {.kind = kind, .state = "all", .archived = true, .limit = PAGE};
    for (size_t got = PAGE; got == PAGE;) {
        kept_arena_mark mark = kept_arena_get_mark(t->ctx->arena);
        kept_record *records;
        size_t total;
        KEPT_TRY(kept_ctx_check_cancel(t->ctx, err));
        KEPT_TRY(kept_record_list(t->store, &t->ctx->scope, &query, t->ctx->arena, &records, &got,
                                  &total, err));
        if (got && query.after == 0)
            kept_buf_printf(&t->out, "%s:\n", kind->name);
        for (size_t i = 0; i < got; i++)
            KEPT_TRY(add_record(t, &records[i], err));
        if (got)
            query.after = records[got - 1].id;
        kept_arena_rewind(t->ctx->arena, mark);
    }
    return KEPT_OK;
}

static kept_status add_kinds(task *t, const kept_arg *named, kept_err *err)
{
    const kept_catalogue *catalogue = kept_store_catalogue(t->store);
    const kept_record_kind *kind;
    for (size_t i = 0; named->given && i < named->n_list; i++) {
        KEPT_TRY(kept_catalogue_need(catalogue, named->list[i], &kind, err));
        KEPT_TRY(add_kind(t, kind, err));
    }
    for (size_t i = 0; !named->given && i < catalogue->n_records; i++)
        KEPT_TRY(add_kind(t, catalogue->records[i], err));
    return KEPT_OK;
}

static kept_status run(kept_ctx *ctx, const kept_args *args, kept_result *result, kept_err *err)
{
    task t = {.ctx = ctx, .out = KEPT_BUF_INIT};
    KEPT_TRY(kept_ctx_store(ctx, false, &t.store, err));
    kept_buf_printf(&t.out, "# Records of %s. Read back with: kept apply FILE\n",
                    kept_store_name(t.store));
    kept_status status = add_kinds(&t, kept_args_get(args, "kind"), err);
    if (status == KEPT_OK) {
        result->document =
            t.out.failed ? NULL : kept_arena_strdup(ctx->arena, kept_buf_text(&t.out));
        status = result->document ? KEPT_OK : kept_nomem(err);
    }
    kept_buf_free(&t.out);
    return status;
}

const kept_op kept_op_export = {
    .name = "export",
    .stage = KEPT_GENERAL,
    .summary = "Write records as YAML",
    .detail = "Everything in sight, with ids, so that \"kept apply\" reads it back without a "
              "change, here or in another workspace. Tables of one kind for a spreadsheet: kept "
              "KIND list --csv.",
    .example = "kept export promise need -o promises.yaml",
    .ids = "X006",
    .params = params,
    .n_params = KEPT_N(params),
    .access = KEPT_READS,
    .role = KEPT_ROLE_VIEWER,
    .flags = KEPT_LONG | KEPT_REPEATABLE | KEPT_DOCUMENT,
    .run = run,
};
