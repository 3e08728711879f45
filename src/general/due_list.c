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

/* --- SQL that both kinds of lines share --- */

static void add_column(kept_buf *sql, const char *alias, const kept_record_field *field, size_t to)
{
    kept_buf_printf(sql, "%s.\"%s%s%s\"", alias, field->name, field->n_to > 1 ? "_" : "",
                    field->n_to > 1 ? field->to[to] : "");
}

/* What the field's record is called, whatever kind it is of. */
static void add_label_of(const kept_catalogue *catalogue, const kept_record_field *field,
                         kept_buf *sql)
{
    kept_buf_add(sql, "coalesce(NULL");
    for (size_t i = 0; i < field->n_to; i++) {
        const kept_record_kind *to = kept_catalogue_record(catalogue, field->to[i]);
        kept_buf_printf(sql, ", (SELECT \"%s\" FROM \"%s\" WHERE id = ", to->label, to->name);
        add_column(sql, "t", field, i);
        kept_buf_add_char(sql, ')');
    }
    kept_buf_add_char(sql, ')');
}

/* The customer that a record leads to over `of`, which is never a circle. */
static void add_customer(const kept_catalogue *catalogue, const kept_record_kind *kind,
                         const char *alias, size_t depth, kept_buf *sql)
{
    if (strcmp(kind->name, customer_kind) == 0) {
        kept_buf_printf(sql, "%s.id", alias);
        return;
    }
    const kept_record_field *of = kind->of ? kept_record_field_find(kind, kind->of) : NULL;
    kept_buf_add(sql, "coalesce(NULL");
    for (size_t i = 0; of && i < of->n_to; i++) {
        KEPT_AUTO_BUF next = KEPT_BUF_INIT;
        const kept_record_kind *to = kept_catalogue_record(catalogue, of->to[i]);
        kept_buf_printf(&next, "t%zu", depth);
        kept_buf_add(sql, ", (SELECT ");
        add_customer(catalogue, to, kept_buf_text(&next), depth + 1, sql);
        kept_buf_printf(sql, " FROM \"%s\" %s WHERE %s.id = ", to->name, kept_buf_text(&next),
                        kept_buf_text(&next));
        add_column(sql, alias, of, i);
        kept_buf_add_char(sql, ')');
        sql->failed = sql->failed || next.failed;
    }
    kept_buf_add_char(sql, ')');
}

static void add_customer_name(const kept_catalogue *catalogue, const kept_record_kind *kind,
                              kept_buf *sql)
{
    const kept_record_kind *customer = kept_catalogue_record(catalogue, customer_kind);
    if (!kind->of || !customer) {
        kept_buf_add(sql, "NULL");
        return;
    }
    kept_buf_printf(sql, "(SELECT c.\"%s\" FROM \"%s\" c WHERE c.id = ", customer->label,
                    customer->name);
    add_customer(catalogue, kind, "t", 1, sql);
    kept_buf_add_char(sql, ')');
}

void kept_due_add_columns(const kept_catalogue *catalogue, const kept_record_kind *kind,
                          kept_buf *sql)
{
    const kept_record_field *owner = kept_record_field_find(kind, "owner");
    kept_buf_printf(sql, "coalesce(t.\"%s\", '') AS label, ", kind->label);
    if (owner && owner->type == KEPT_RECORD_REF)
        add_label_of(catalogue, owner, sql);
    else if (owner && owner->type == KEPT_RECORD_TEXT)
        kept_buf_add(sql, "t.\"owner\"");
    else
        kept_buf_add(sql, "NULL");
    kept_buf_add(sql, " AS owner, ");
    add_customer(catalogue, kind, "t", 1, sql);
    kept_buf_add(sql, " AS customer, ");
    add_customer_name(catalogue, kind, sql);
    kept_buf_add(sql, " AS customer_name");
}

void kept_due_add_open(const kept_record_kind *kind, const char *alias, kept_buf *sql)
{
    kept_buf_printf(sql, "%s.archived_at = 0", alias);
    for (size_t i = 0; i < kind->n_states; i++)
        if (kind->states[i].closed)
            kept_buf_printf(sql, " AND %s.state <> '%s'", alias, kind->states[i].name);
}

void kept_due_add_states(const kept_record_field *field, const char *alias, kept_buf *sql)
{
    for (size_t i = 0; i < field->n_due_in; i++)
        kept_buf_printf(sql, "%s%s%s'%s'", i ? ", " : " AND ", i ? "" : alias,
                        i ? "" : ".state IN (", field->due_in[i]);
    if (field->n_due_in)
        kept_buf_add_char(sql, ')');
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
