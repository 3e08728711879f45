#include "general/worksheet_parts.h"

#include <string.h>

#include "base/text.h"

size_t kept_sheet_questions(const kept_record_kind *kind)
{
    size_t n = 0;
    for (size_t i = 0; i < kind->n_fields; i++)
        n += kept_sheet_is_question(kind, &kind->fields[i]);
    return n;
}

static const kept_value *value_of(const kept_record *sheet, const kept_record_field *field)
{
    return &sheet->values[field - sheet->kind->fields];
}

size_t kept_sheet_answered(const kept_record *sheet)
{
    size_t n = 0;
    for (size_t i = 0; i < sheet->kind->n_fields; i++)
        n += kept_sheet_is_question(sheet->kind, &sheet->kind->fields[i]) && sheet->values[i].known;
    return n;
}

static kept_status name_records(kept_ctx *ctx, kept_store *store, const kept_value *value,
                                const char **ret_answer, kept_err *err)
{
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    const char **labels = KEPT_NEW_N(ctx->arena, const char *, value->n_refs);
    if (!labels)
        return kept_nomem(err);
    KEPT_TRY(kept_record_labels(store, &ctx->scope, value->refs, value->n_refs, ctx->arena, labels,
                                err));
    for (size_t i = 0; i < value->n_refs; i++) {
        const char *id = kept_short_id(ctx->arena, value->refs[i]);
        kept_buf_printf(&out, "%s%s %s", i ? ", " : "", id ? id : "", labels[i]);
    }
    *ret_answer = out.failed ? NULL : kept_arena_strdup(ctx->arena, kept_buf_text(&out));
    return *ret_answer ? KEPT_OK : kept_nomem(err);
}

kept_status kept_sheet_answer(kept_ctx *ctx, kept_store *store, const kept_record *sheet,
                              const kept_record_field *field, const char **ret_answer,
                              kept_err *err)
{
    const kept_value *value = value_of(sheet, field);
    bool ok = true;
    *ret_answer = NULL;
    if (!value->known)
        return KEPT_OK;
    if (field->type == KEPT_RECORD_REF || field->type == KEPT_RECORD_REFS)
        return name_records(ctx, store, value, ret_answer, err);
    *ret_answer = kept_value_text(field, value, ctx->arena, &ok);
    return ok ? KEPT_OK : kept_nomem(err);
}

bool kept_sheet_alarms(const kept_record *sheet, const kept_record_field *field)
{
    const kept_value *value = value_of(sheet, field);
    return field->alarm && value->known && (value->i != 0) == (strcmp(field->alarm, "yes") == 0);
}
