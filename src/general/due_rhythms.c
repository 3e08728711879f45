/* Rhythms: for whom each is, when it was last kept, and when it is due again. */
#include <string.h>

#include "general/due_parts.h"
#include "store/records/documents.h"

/* --- When --- */

/* The day a version of the document was last kept. */
static kept_status read_version(kept_ctx *ctx, kept_store *store, const kept_rhythm *r,
                                kept_due *item, kept_day today, kept_err *err)
{
    kept_document_version *versions;
    size_t n;
    KEPT_TRY(kept_document_versions(store, &ctx->scope, r->document, item->about, ctx->arena,
                                    &versions, &n, err));
    for (size_t i = 0; i < n && item->never; i++) {
        kept_day day = (kept_day)(versions[i].made_at / KEPT_DAY_MICROS);
        /* An example firm stands still at a day that is past when its versions are kept. */
        if (day <= today || ctx->scope.as_of == KEPT_NO_DAY) {
            item->done = day <= today ? day : today;
            item->never = false;
        }
    }
    return KEPT_OK;
}

/* A record is due from the day on which it was written down, and counts as missed once a whole
 * interval has gone by since. The firm has its first interval before it: nobody reviews what was
 * begun today. */
static bool set_first_days(const kept_rhythm *r, kept_day made, kept_day today, kept_due *item)
{
    kept_day first = made < today ? made : today, again = 0;
    bool comes = kept_rrule_again(&r->every, first, &again);
    if (!r->per) {
        item->day = again;
        item->state = kept_due_state_of(today, again, r->grace_days);
        return comes;
    }
    bool missed = comes && kept_due_state_of(today, again, r->grace_days) == KEPT_DUE_MISSED;
    item->day = first;
    item->state = missed ? KEPT_DUE_MISSED : KEPT_DUE_NOW;
    return !r->every.has_until || first <= r->every.until;
}

/* Whether there is a next day at all. */
static bool set_days(const kept_rhythm *r, kept_day made, kept_day today, kept_due *item)
{
    if (item->never)
        return set_first_days(r, made, today, item);
    if (!kept_rrule_again(&r->every, item->done, &item->day))
        return false;
    item->state = kept_due_state_of(today, item->day, r->grace_days);
    return true;
}

/* The advice with the subject's short id where {customer} stands. */
static kept_status write_advice(kept_ctx *ctx, const kept_rhythm *r, kept_due *item, kept_err *err)
{
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    const char *place = NULL, *id = "";
    const char *mark = r->per ? kept_arena_printf(ctx->arena, "{%s}", r->per->name) : "{}";
    if (r->per)
        id = kept_short_id(ctx->arena, item->about);
    if (!mark || !id)
        return kept_nomem(err);
    const char *rest = r->advice;
    while ((place = strstr(rest, mark))) {
        kept_buf_add_n(&out, rest, (size_t)(place - rest));
        kept_buf_add(&out, id);
        rest = place + strlen(mark);
    }
    kept_buf_add(&out, rest);
    item->advice = out.failed ? NULL : kept_arena_strdup(ctx->arena, kept_buf_text(&out));
    return item->advice ? KEPT_OK : kept_nomem(err);
}

static kept_status add_subject(kept_ctx *ctx, kept_store *store, const kept_rhythm *r,
                               const kept_due_row *row, kept_day until, kept_due_list *list,
                               kept_err *err)
{
    kept_day today = kept_rule_today(&ctx->scope);
    kept_due item = {.rhythm = r,
                     .about = {r->per, row->id},
                     .never = !row->has_day,
                     .done = row->day,
                     .label = r->per ? row->label : kept_store_name(store),
                     .owner = row->owner,
                     .customer = row->customer,
                     .customer_name = row->customer_name};
    if (!row->made)
        return KEPT_OK;
    if (r->document)
        KEPT_TRY(read_version(ctx, store, r, &item, today, err));
    if (!set_days(r, (kept_day)(row->made_at / KEPT_DAY_MICROS), today, &item) || item.day > until)
        return KEPT_OK;
    item.planned = item.state != KEPT_DUE_MISSED && row->is_planned &&
                   row->planned <= item.day + r->grace_days;
    KEPT_TRY(write_advice(ctx, r, &item, err));
    return kept_due_add(ctx, list, &item, err);
}

kept_status kept_due_rhythm(kept_ctx *ctx, kept_store *store, const kept_rhythm *rhythm,
                            kept_day until, kept_due_list *list, kept_err *err)
{
    kept_due_row *rows = NULL;
    size_t n = 0;
    KEPT_TRY(kept_due_subjects(store, &ctx->scope, rhythm, ctx->arena, &rows, &n, err));
    for (size_t i = 0; i < n; i++)
        KEPT_TRY(add_subject(ctx, store, rhythm, &rows[i], until, list, err));
    return KEPT_OK;
}
