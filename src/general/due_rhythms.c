/* Rhythms: for whom each is, when it was last kept, and when it is due again. */
#include <string.h>

#include "general/due_parts.h"
#include "store/records/documents.h"

/* Values of conditions reach the SQL as :w0, :d0 ... */
typedef struct query {
    kept_buf sql;
    kept_rule_param *params;
    size_t n_params;
    kept_arena *arena;
} query;

static void add_where(query *q, const kept_rhythm_where *where, size_t n, const char *alias,
                      const char *letter)
{
    for (size_t i = 0; i < n; i++) {
        char *name = kept_arena_printf(q->arena, "%s%zu", letter, i);
        bool flag = where[i].field->type == KEPT_RECORD_FLAG;
        kept_buf_printf(&q->sql, " AND %s.\"%s\" = :%s", alias, where[i].field->name,
                        name ? name : "");
        q->params[q->n_params++] = (kept_rule_param){
            name,
            flag ? (kept_rule_cell){.type = KEPT_RULE_INT, .i = strcmp(where[i].text, "yes") == 0}
                 : (kept_rule_cell){.type = KEPT_RULE_TEXT, .text = where[i].text}};
        q->sql.failed = q->sql.failed || !name;
    }
}

/* The record d is of the subject t. */
static void add_of(query *q, const kept_rhythm *r)
{
    bool many = r->of && r->of->n_to > 1;
    if (r->of)
        kept_buf_printf(&q->sql, " AND d.\"%s%s%s\" = t.id", r->of->name, many ? "_" : "",
                        many ? r->per->name : "");
}

/* The latest day on which it was done; of one subject, for the one with the alias t. */
static void add_done(query *q, const kept_rhythm *r)
{
    if (r->document) {
        kept_buf_add(&q->sql, "NULL");
        return;
    }
    kept_buf_printf(&q->sql,
                    "(SELECT max(d.\"%s\") FROM \"%s\" d WHERE d.archived_at = 0"
                    " AND d.\"%s\" <= :today",
                    r->date->name, r->done_by->name, r->date->name);
    add_of(q, r);
    add_where(q, r->done_where, r->n_done_where, "d", "d");
    kept_buf_add_char(&q->sql, ')');
}

/* The first day from today on that an open record names, of those that will show it as done. */
static void add_planned(query *q, const kept_rhythm *r)
{
    const kept_record_field *day = NULL;
    for (size_t i = 0; !r->document && i < r->done_by->n_fields && !day; i++)
        if (r->done_by->fields[i].due)
            day = &r->done_by->fields[i];
    if (!day) {
        kept_buf_add(&q->sql, "NULL");
        return;
    }
    kept_buf_printf(&q->sql, "(SELECT min(d.\"%s\") FROM \"%s\" d WHERE d.\"%s\" >= :today AND ",
                    day->name, r->done_by->name, day->name);
    kept_due_add_open(r->done_by, "d", &q->sql);
    kept_due_add_states(day, "d", &q->sql);
    add_of(q, r);
    add_where(q, r->done_where, r->n_done_where, "d", "d");
    kept_buf_add_char(&q->sql, ')');
}

/* A row: id, made_at, done, planned, label, owner, customer. The firm began with its first change.
 */
static void write_sql(query *q, const kept_catalogue *catalogue, const kept_rhythm *r)
{
    if (!r->per) {
        kept_buf_add(&q->sql, "SELECT 0 AS id, (SELECT at FROM change_log ORDER BY seq LIMIT 1)"
                              " AS made_at, ");
        add_done(q, r);
        kept_buf_add(&q->sql, " AS done, ");
        add_planned(q, r);
        kept_buf_add(&q->sql, " AS planned, NULL AS label, NULL AS owner, NULL AS customer");
        return;
    }
    kept_buf_add(&q->sql, "SELECT t.id AS id, t.made_at AS made_at, ");
    add_done(q, r);
    kept_buf_add(&q->sql, " AS done, ");
    add_planned(q, r);
    kept_buf_add(&q->sql, " AS planned, ");
    kept_due_add_columns(catalogue, r->per, &q->sql);
    kept_buf_printf(&q->sql, " FROM \"%s\" t WHERE ", r->per->name);
    kept_due_add_open(r->per, "t", &q->sql);
    add_where(q, r->where, r->n_where, "t", "w");
}

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
                               const kept_rule_cell *cells, kept_day until, kept_due_list *list,
                               kept_err *err)
{
    kept_day today = kept_rule_today(&ctx->scope);
    if (cells[1].type != KEPT_RULE_INT)
        return KEPT_OK; /* a firm that has not written anything down yet */
    kept_day made = (kept_day)(cells[1].i / KEPT_DAY_MICROS);
    kept_due item = {.rhythm = r,
                     .about = {r->per, cells[0].i},
                     .never = true,
                     .label = r->per ? cells[4].text : kept_store_name(store),
                     .owner = cells[5].text,
                     .customer = cells[6].type == KEPT_RULE_INT ? cells[6].i : 0};
    if (r->document)
        KEPT_TRY(read_version(ctx, store, r, &item, today, err));
    else if (cells[2].text)
        item.never = !kept_day_read_iso(cells[2].text, strlen(cells[2].text), &item.done);
    if (!set_days(r, made, today, &item) || item.day > until)
        return KEPT_OK;
    kept_day planned;
    item.planned = item.state != KEPT_DUE_MISSED && cells[3].text &&
                   kept_day_read_iso(cells[3].text, strlen(cells[3].text), &planned) &&
                   planned <= item.day + r->grace_days;
    KEPT_TRY(write_advice(ctx, r, &item, err));
    return kept_due_add(ctx, list, &item, err);
}

kept_status kept_due_rhythm(kept_ctx *ctx, kept_store *store, const kept_rhythm *rhythm,
                            kept_day until, kept_due_list *list, kept_err *err)
{
    query q = {.sql = KEPT_BUF_INIT, .arena = ctx->arena};
    kept_rule_rows rows;
    if (!rhythm->per && ctx->scope.sight != KEPT_SEES_ALL)
        return KEPT_OK; /* what is about the whole firm is for those who see it */
    q.params = KEPT_NEW_N(ctx->arena, kept_rule_param, rhythm->n_where + 2 * rhythm->n_done_where);
    if (!q.params)
        return kept_nomem(err);
    write_sql(&q, kept_store_catalogue(store), rhythm);
    kept_status status =
        q.sql.failed ? kept_nomem(err)
                     : kept_rule_run(store, &ctx->scope, kept_buf_text(&q.sql), rhythm->source,
                                     q.params, q.n_params, 0, ctx->arena, &rows, err);
    kept_buf_free(&q.sql);
    KEPT_TRY(status);
    for (size_t i = 0; i < rows.n; i++)
        KEPT_TRY(
            add_subject(ctx, store, rhythm, &rows.cells[i * rows.n_columns], until, list, err));
    return KEPT_OK;
}
