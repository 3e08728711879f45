/* Days that records name: every open record with a field that is declared `due`. */
#include <string.h>

#include "base/array.h"
#include "general/due_parts.h"
#include "store/records/packs.h"

/* A row: id, day, label, owner, customer, customer_name. */
static void write_sql(const kept_catalogue *catalogue, const kept_record_kind *kind,
                      const kept_record_field *field, kept_buf *sql)
{
    kept_buf_printf(sql, "SELECT t.id AS id, t.\"%s\" AS day, ", field->name);
    kept_due_add_columns(catalogue, kind, sql);
    kept_buf_printf(sql, " FROM \"%s\" t WHERE t.\"%s\" <= :until AND ", kind->name, field->name);
    kept_due_add_open(kind, "t", sql);
    kept_due_add_states(field, "t", sql);
}

static kept_status add_row(kept_ctx *ctx, const kept_record_kind *kind,
                           const kept_record_field *field, const kept_rule_cell *cells,
                           kept_due_list *list, kept_err *err)
{
    kept_due item = {.field = field,
                     .about = {kind, cells[0].i},
                     .label = cells[2].text,
                     .owner = cells[3].text,
                     .customer = cells[4].type == KEPT_RULE_INT ? cells[4].i : 0,
                     .customer_name = cells[5].text};
    const char *id = kept_short_id(ctx->arena, item.about);
    char *command = kept_arena_strdup(ctx->arena, kind->name);
    if (!id || !command)
        return kept_nomem(err);
    for (char *c = command; *c; c++)
        *c = *c == '_' ? '-' : *c;
    if (!cells[1].text || !kept_day_read_iso(cells[1].text, strlen(cells[1].text), &item.day))
        return KEPT_OK; /* no day that this program wrote */
    item.state = kept_due_state_of(kept_rule_today(&ctx->scope), item.day, 0);
    item.advice = kept_arena_printf(ctx->arena, "kept %s show %s", command, id);
    return item.advice ? kept_due_add(ctx, list, &item, err) : kept_nomem(err);
}

static kept_status add_field(kept_ctx *ctx, kept_store *store, const kept_record_kind *kind,
                             const kept_record_field *field, kept_day until, kept_due_list *list,
                             kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    char day[11];
    kept_rule_rows rows;
    kept_day_write(until, day);
    const kept_rule_param params[] = {{"until", {.type = KEPT_RULE_TEXT, .text = day}}};
    write_sql(kept_store_catalogue(store), kind, field, &sql);
    if (sql.failed)
        return kept_nomem(err);
    KEPT_TRY(kept_rule_run(store, &ctx->scope, kept_buf_text(&sql), kind->source, params,
                           KEPT_N(params), 0, ctx->arena, &rows, err));
    for (size_t i = 0; i < rows.n; i++)
        KEPT_TRY(add_row(ctx, kind, field, &rows.cells[i * rows.n_columns], list, err));
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
