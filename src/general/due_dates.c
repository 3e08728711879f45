/* Days that records name: every open record with a field that is declared `due`. */
#include "general/due_parts.h"
#include "store/records/packs.h"

static kept_status add_row(kept_ctx *ctx, const kept_record_kind *kind,
                           const kept_record_field *field, const kept_due_row *row,
                           kept_due_list *list, kept_err *err)
{
    kept_due item = {.field = field,
                     .about = {kind, row->id},
                     .label = row->label,
                     .owner = row->owner,
                     .customer = row->customer,
                     .customer_name = row->customer_name,
                     .day = row->day};
    const char *id = kept_short_id(ctx->arena, item.about);
    char *command = kept_arena_strdup(ctx->arena, kind->name);
    if (!id || !command)
        return kept_nomem(err);
    for (char *c = command; *c; c++)
        *c = *c == '_' ? '-' : *c;
    item.state = kept_due_state_of(kept_rule_today(&ctx->scope), item.day, 0);
    item.advice = kept_arena_printf(ctx->arena, "kept %s show %s", command, id);
    return item.advice ? kept_due_add(ctx, list, &item, err) : kept_nomem(err);
}

static kept_status add_field(kept_ctx *ctx, kept_store *store, const kept_record_kind *kind,
                             const kept_record_field *field, kept_day until, kept_due_list *list,
                             kept_err *err)
{
    kept_due_row *rows = NULL;
    size_t n = 0;
    KEPT_TRY(kept_due_days(store, &ctx->scope, kind, field, until, ctx->arena, &rows, &n, err));
    for (size_t i = 0; i < n; i++)
        if (rows[i].has_day)
            KEPT_TRY(add_row(ctx, kind, field, &rows[i], list, err));
    return KEPT_OK;
}

kept_status kept_due_dates(kept_ctx *ctx, kept_store *store, kept_day until, kept_due_list *list,
                           kept_err *err)
{
    const kept_catalogue *catalogue = kept_store_catalogue(store);
    for (size_t k = 0; k < catalogue->n_records; k++) {
        const kept_record_kind *kind = catalogue->records[k];
        bool on = false;
        KEPT_TRY(kept_pack_is_on(store, kind->pack, &on, err));
        for (size_t i = 0; on && i < kind->n_fields; i++)
            if (kind->fields[i].due)
                KEPT_TRY(add_field(ctx, store, kind, &kind->fields[i], until, list, err));
    }
    return KEPT_OK;
}
