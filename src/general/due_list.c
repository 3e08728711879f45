/* What is due, from days that records name and from rhythms. */
#include <stdlib.h>
#include <string.h>

#include "general/due_parts.h"
#include "store/records/packs.h"

static const char customer_kind[] = "customer"; /* where every `of` ends */

/* --- Lines --- */

kept_status kept_due_add(kept_ctx *ctx, kept_due_list *list, const kept_due *item, kept_err *err)
{
    if (list->n == list->room) {
        size_t room = list->room ? list->room * 2 : 64;
        kept_due *items = KEPT_NEW_N(ctx->arena, kept_due, room);
        if (!items)
            return kept_nomem(err);
        if (list->n)
            memcpy(items, list->items, list->n * sizeof *items);
        list->items = items;
        list->room = room;
    }
    list->items[list->n++] = *item;
    return KEPT_OK;
}

kept_due_state kept_due_state_of(kept_day today, kept_day day, int grace_days)
{
    if (day > today)
        return KEPT_DUE_COMING;
    return today - day > grace_days ? KEPT_DUE_MISSED : KEPT_DUE_NOW;
}

const char *kept_due_state_word(kept_due_state state)
{
    static const char *const words[] = {"missed", "due", "coming"};
    return words[state];
}

/* --- The list --- */

/* What was missed first, then by day; never done comes before what was done once. */
static int by_day(const void *a, const void *b)
{
    const kept_due *p = a, *q = b;
    if (p->day != q->day)
        return p->day < q->day ? -1 : 1;
    if (p->state != q->state)
        return p->state < q->state ? -1 : 1;
    if ((p->rhythm == NULL) != (q->rhythm == NULL))
        return p->rhythm ? 1 : -1;
    const char *p_name = p->rhythm ? p->rhythm->name : p->about.kind->name;
    const char *q_name = q->rhythm ? q->rhythm->name : q->about.kind->name;
    int by_name = strcmp(p_name, q_name);
    if (by_name)
        return by_name;
    if (p->about.id != q->about.id)
        return p->about.id < q->about.id ? -1 : 1;
    return p->field && q->field ? strcmp(p->field->name, q->field->name) : 0;
}

static bool is_asked(const kept_due *item, kept_ref about)
{
    if (!about.kind || (item->about.kind == about.kind && item->about.id == about.id))
        return true;
    return strcmp(about.kind->name, customer_kind) == 0 && item->customer == about.id;
}

static void pick(kept_due_list *list, kept_ref about)
{
    size_t n = 0;
    for (size_t i = 0; i < list->n; i++)
        if (!list->items[i].planned && is_asked(&list->items[i], about))
            list->items[n++] = list->items[i];
    list->n = n;
    if (n > 1)
        qsort(list->items, n, sizeof *list->items, by_day);
}

kept_status kept_due_find(kept_ctx *ctx, kept_store *store, const kept_due_ask *ask,
                          kept_due_list *ret_list, kept_err *err)
{
    kept_due_list list = {0};
    kept_rhythms rhythms;
    bool on;
    KEPT_TRY(kept_rhythms_load(kept_store_folder(store), kept_store_catalogue(store), ctx->arena,
                               &rhythms, err));
    for (size_t i = 0; i < rhythms.n; i++) {
        KEPT_TRY(kept_pack_is_on(store, rhythms.rhythms[i].pack, &on, err));
        if (on)
            KEPT_TRY(kept_due_rhythm(ctx, store, &rhythms.rhythms[i], ask->until, &list, err));
    }
    KEPT_TRY(kept_due_dates(ctx, store, ask->until, &list, err));
    pick(&list, ask->about);
    *ret_list = list;
    return KEPT_OK;
}
