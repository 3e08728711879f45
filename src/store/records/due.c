#include "store/records/due.h"

#include <string.h>

#include "base/array.h"
#include "base/text.h"
#include "store/records/rule.h"

static const char customer_kind[] = "customer"; /* where every `of` ends */

/* --- SQL that both kinds of rows share --- */

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

/* label, owner, customer, customer_name of a record with the alias t. */
static void add_columns(const kept_catalogue *catalogue, const kept_record_kind *kind,
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

/* The record is neither archived nor closed. */
static void add_open(const kept_record_kind *kind, const char *alias, kept_buf *sql)
{
    kept_buf_printf(sql, "%s.archived_at = 0", alias);
    for (size_t i = 0; i < kind->n_states; i++)
        if (kind->states[i].closed)
            kept_buf_printf(sql, " AND %s.state <> '%s'", alias, kind->states[i].name);
}

/* It is in a state in which the field's day counts. */
static void add_states(const kept_record_field *field, const char *alias, kept_buf *sql)
{
    for (size_t i = 0; i < field->n_due_in; i++)
        kept_buf_printf(sql, "%s%s%s'%s'", i ? ", " : " AND ", i ? "" : alias,
                        i ? "" : ".state IN (", field->due_in[i]);
    if (field->n_due_in)
        kept_buf_add_char(sql, ')');
}

/* Nothing yet says what came of the day. */
static void add_unmet(const kept_catalogue *catalogue, const kept_record_kind *kind,
                      const kept_record_field *field, kept_buf *sql)
{
    if (!field->met_by)
        return;
    const kept_record_kind *by = kept_catalogue_record(catalogue, field->met_by);
    kept_buf_printf(sql,
                    " AND NOT EXISTS (SELECT 1 FROM \"%s\" m WHERE m.archived_at = 0"
                    " AND m.\"%s\" = t.id AND m.\"%s\" = t.\"%s\")",
                    by->name, kept_record_ref_to(by, kind->name)->name, field->name, field->name);
}

/* --- Reading rows --- */

static const kept_rule_cell *cell_of(const kept_rule_rows *rows, size_t row, const char *column)
{
    static const kept_rule_cell none = {.type = KEPT_RULE_NULL};
    int i = kept_rule_column(rows, column);
    return i < 0 ? &none : &rows->cells[row * rows->n_columns + (size_t)i];
}

/* False for what this program would not have written. */
static bool read_day(const kept_rule_cell *cell, kept_day *ret_day)
{
    return cell->type == KEPT_RULE_TEXT &&
           kept_day_read_iso(cell->text, strlen(cell->text), ret_day);
}

static kept_due_row read_row(const kept_rule_rows *rows, size_t i)
{
    const kept_rule_cell *made = cell_of(rows, i, "made_at");
    kept_due_row row = {.id = cell_of(rows, i, "id")->i,
                        .label = cell_of(rows, i, "label")->text,
                        .owner = cell_of(rows, i, "owner")->text,
                        .customer = cell_of(rows, i, "customer")->i,
                        .customer_name = cell_of(rows, i, "customer_name")->text,
                        .made = made->type == KEPT_RULE_INT,
                        .made_at = made->i};
    row.has_day = read_day(cell_of(rows, i, "day"), &row.day);
    row.is_planned = read_day(cell_of(rows, i, "planned"), &row.planned);
    return row;
}

static kept_status run(kept_store *store, const kept_scope *scope, const kept_buf *sql,
                       const char *source, const kept_rule_param *params, size_t n_params,
                       kept_arena *arena, kept_due_row **ret_rows, size_t *ret_n, kept_err *err)
{
    kept_rule_rows rows;
    if (sql->failed)
        return kept_nomem(err);
    KEPT_TRY(kept_rule_run(store, scope, kept_buf_text(sql), source, params, n_params, 0, arena,
                           &rows, err));
    kept_due_row *list = KEPT_NEW_N(arena, kept_due_row, rows.n);
    if (!list)
        return kept_nomem(err);
    for (size_t i = 0; i < rows.n; i++)
        list[i] = read_row(&rows, i);
    *ret_rows = list;
    *ret_n = rows.n;
    return KEPT_OK;
}

/* --- Days of records --- */

kept_status kept_due_days(kept_store *store, const kept_scope *scope, const kept_record_kind *kind,
                          const kept_record_field *field, kept_day until, kept_arena *arena,
                          kept_due_row **ret_rows, size_t *ret_n, kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    char day[11];
    kept_day_write(until, day);
    const kept_rule_param params[] = {{"until", {.type = KEPT_RULE_TEXT, .text = day}}};
    kept_buf_printf(&sql, "SELECT t.id AS id, t.\"%s\" AS day, ", field->name);
    add_columns(kept_store_catalogue(store), kind, &sql);
    kept_buf_printf(&sql, " FROM \"%s\" t WHERE t.\"%s\" <= :until AND ", kind->name, field->name);
    add_open(kind, "t", &sql);
    add_states(field, "t", &sql);
    add_unmet(kept_store_catalogue(store), kind, field, &sql);
    return run(store, scope, &sql, kind->source, params, KEPT_N(params), arena, ret_rows, ret_n,
               err);
}

/* --- Rhythms --- */

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
    add_open(r->done_by, "d", &q->sql);
    add_states(day, "d", &q->sql);
    add_of(q, r);
    add_where(q, r->done_where, r->n_done_where, "d", "d");
    kept_buf_add_char(&q->sql, ')');
}

/* The firm began with its first change. */
static void write_subjects(query *q, const kept_catalogue *catalogue, const kept_rhythm *r)
{
    if (!r->per) {
        kept_buf_add(&q->sql, "SELECT 0 AS id, (SELECT at FROM change_log ORDER BY seq LIMIT 1)"
                              " AS made_at, ");
        add_done(q, r);
        kept_buf_add(&q->sql, " AS day, ");
        add_planned(q, r);
        kept_buf_add(&q->sql, " AS planned, '' AS label, NULL AS owner, NULL AS customer,"
                              " NULL AS customer_name");
        return;
    }
    kept_buf_add(&q->sql, "SELECT t.id AS id, t.made_at AS made_at, ");
    add_done(q, r);
    kept_buf_add(&q->sql, " AS day, ");
    add_planned(q, r);
    kept_buf_add(&q->sql, " AS planned, ");
    add_columns(catalogue, r->per, &q->sql);
    kept_buf_printf(&q->sql, " FROM \"%s\" t WHERE ", r->per->name);
    add_open(r->per, "t", &q->sql);
    add_where(q, r->where, r->n_where, "t", "w");
}

kept_status kept_due_subjects(kept_store *store, const kept_scope *scope, const kept_rhythm *rhythm,
                              kept_arena *arena, kept_due_row **ret_rows, size_t *ret_n,
                              kept_err *err)
{
    query q = {.sql = KEPT_BUF_INIT, .arena = arena};
    if (!rhythm->per && scope->sight != KEPT_SEES_ALL) {
        *ret_rows = NULL;
        *ret_n = 0;
        return KEPT_OK;
    }
    q.params = KEPT_NEW_N(arena, kept_rule_param, rhythm->n_where + 2 * rhythm->n_done_where);
    if (!q.params)
        return kept_nomem(err);
    write_subjects(&q, kept_store_catalogue(store), rhythm);
    kept_status status = run(store, scope, &q.sql, rhythm->source, q.params, q.n_params, arena,
                             ret_rows, ret_n, err);
    kept_buf_free(&q.sql);
    return status;
}
