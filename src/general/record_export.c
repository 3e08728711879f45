/* kept KIND export: all records of a kind as a sheet that kept KIND import reads back without a
 * change, or as vCards. */
#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "base/vcard.h"
#include "general/record_parts.h"
#include "store/records/import.h"

/* --- Cards --- */

/* What a field says on a card; of a reference the name of the record. */
static kept_status field_text(kept_ctx *ctx, kept_store *store, const kept_record *record,
                              size_t field, const char **ret_text, kept_err *err)
{
    const kept_value *value = &record->values[field];
    bool ok = true;
    if (record->kind->fields[field].type == KEPT_RECORD_REF && value->n_refs)
        return kept_record_labels(store, &ctx->scope, value->refs, 1, ctx->arena, ret_text, err);
    *ret_text = kept_value_text(&record->kind->fields[field], value, ctx->arena, &ok);
    return ok ? KEPT_OK : kept_nomem(err);
}

/* The UID that another program gave, else one of ours: with it the card is recognised when it comes
 * back. */
static kept_status add_uid(kept_ctx *ctx, kept_store *store, const kept_record *record,
                           kept_buf *out, kept_err *err)
{
    kept_external_id *ids;
    size_t n;
    kept_ref ref = {record->kind, record->id};
    KEPT_TRY(kept_record_external_ids(store, &ctx->scope, ref, ctx->arena, &ids, &n, err));
    for (size_t i = 0; i < n; i++)
        if (strcmp(ids[i].source, KEPT_SOURCE_VCARD) == 0) {
            kept_vcard_write(out, "UID", ids[i].id);
            return KEPT_OK;
        }
    char *uid = kept_arena_printf(ctx->arena, KEPT_OWN_UID "%s-%" PRId64 "-%" PRId64,
                                  record->kind->prefix, record->id, record->made_at);
    if (!uid)
        return kept_nomem(err);
    kept_vcard_write(out, "UID", uid);
    return KEPT_OK;
}

static kept_status add_card(kept_ctx *ctx, kept_store *store, const kept_record *record,
                            kept_buf *out, kept_err *err)
{
    kept_vcard_write_begin(out);
    KEPT_TRY(add_uid(ctx, store, record, out, err));
    for (size_t i = 0; i < record->kind->n_fields; i++) {
        const char *text = NULL;
        if (!record->kind->fields[i].vcard)
            continue;
        KEPT_TRY(field_text(ctx, store, record, i, &text, err));
        kept_vcard_write(out, record->kind->fields[i].vcard, text);
    }
    kept_vcard_write_end(out);
    return KEPT_OK;
}

/* Those that were put away, or whose state is closed, have no place in an address book. */
static kept_status write_cards(kept_ctx *ctx, kept_store *store, const kept_record_kind *kind,
                               kept_result *result, kept_err *err)
{
    kept_record_query query = {.kind = kind};
    kept_record *records;
    size_t n, total;
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    KEPT_TRY(kept_record_list(store, &ctx->scope, &query, ctx->arena, &records, &n, &total, err));
    for (size_t i = 0; i < n; i++)
        KEPT_TRY(add_card(ctx, store, &records[i], &out, err));
    result->document = out.failed ? NULL : kept_arena_strdup(ctx->arena, kept_buf_text(&out));
    return result->document ? KEPT_OK : kept_nomem(err);
}

/* --- Running --- */

bool kept_record_has_cards(const kept_record_kind *kind)
{
    for (size_t i = 0; i < kind->n_fields; i++)
        if (kind->fields[i].vcard)
            return true;
    return false;
}

kept_status kept_record_run_export(kept_ctx *ctx, const kept_args *args, kept_result *result,
                                   kept_err *err)
{
    (void)args;
    kept_store *store;
    kept_record_query query = {.state = "all", .archived = true};
    kept_record *records;
    size_t n, total;
    KEPT_TRY(kept_ctx_store(ctx, false, &store, err));
    KEPT_TRY(kept_record_kind_of(ctx, store, &query.kind, err));
    if (ctx->cards)
        return write_cards(ctx, store, query.kind, result, err);
    if (query.kind->n_states == 0)
        query.state = NULL;
    KEPT_TRY(kept_record_list(store, &ctx->scope, &query, ctx->arena, &records, &n, &total, err));
    result->currency = kept_store_currency(store);
    return kept_records_sheet(ctx, store, query.kind, records, n, result, err);
}
