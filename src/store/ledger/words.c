/* The view KIND_in_words: a kind's records as people would write them. */
#include <string.h>

#include "store/ledger/tables.h"

enum { LABEL_LETTERS = 60 };

static void add_time(kept_buf *sql, const char *column)
{
    kept_buf_printf(sql,
                    "CASE WHEN t.\"%s\" <> 0 THEN strftime('%%Y-%%m-%%dT%%H:%%M:%%SZ',"
                    " t.\"%s\" / 1000000, 'unixepoch') END AS \"%s\"",
                    column, column, column);
}

/* An integer of 10^-decimals as a decimal; exact, and right below zero too. */
static void add_decimal(kept_buf *sql, const char *column, const char *unit, int decimals)
{
    kept_buf_printf(sql,
                    "CASE WHEN t.\"%s\" IS NOT NULL THEN rtrim(rtrim(printf('%%s%%d.%%0%dd',"
                    " CASE WHEN t.\"%s\" < 0 THEN '-' ELSE '' END, abs(t.\"%s\" / %s),"
                    " abs(t.\"%s\" %% %s)), '0'), '.')",
                    column, decimals, column, column, unit, column, unit);
}

/* Short id and label of the record that `expression` is the id of. */
static void add_reference(const kept_catalogue *catalogue, const char *kind, const char *alias,
                          kept_buf *sql)
{
    const kept_record_kind *to = kept_catalogue_record(catalogue, kind);
    if (!to) {
        kept_buf_printf(sql, "%s.\"id\"", alias);
        return;
    }
    kept_buf_printf(sql, "'%s-' || %s.\"id\"", to->prefix, alias);
    if (to->label)
        kept_buf_printf(sql, " || coalesce(' ' || substr(%s.\"%s\", 1, %d), '')", alias, to->label,
                        (int)LABEL_LETTERS);
}

static void add_ref(const kept_catalogue *catalogue, const kept_record_field *field, kept_buf *sql)
{
    if (field->n_to > 1)
        kept_buf_add(sql, "coalesce(");
    for (size_t i = 0; i < field->n_to; i++) {
        kept_buf_add(sql, i ? ", (SELECT " : "(SELECT ");
        add_reference(catalogue, field->to[i], "r", sql);
        kept_buf_printf(sql, " FROM \"%s\" r WHERE r.\"id\" = t.\"", field->to[i]);
        kept_tables_column(field, i, sql);
        kept_buf_add(sql, "\")");
    }
    if (field->n_to > 1)
        kept_buf_add_char(sql, ')');
}

static void add_refs(const kept_catalogue *catalogue, const kept_record_kind *kind,
                     const kept_record_field *field, kept_buf *sql)
{
    const char *other = kept_tables_link_column(kind, field);
    kept_buf_add(sql, "(SELECT group_concat(w, ', ') FROM (SELECT ");
    add_reference(catalogue, field->to[0], "r", sql);
    kept_buf_add(sql, " AS w FROM \"");
    kept_tables_link(kind, field, sql);
    kept_buf_printf(sql,
                    "\" l JOIN \"%s\" r ON r.\"id\" = l.\"%s\" WHERE l.\"%s\" = t.\"id\""
                    " ORDER BY r.\"id\"))",
                    field->to[0], other, kind->name);
}

static void add_value(const kept_catalogue *catalogue, const kept_record_kind *kind,
                      const kept_record_field *field, kept_buf *sql)
{
    switch (field->type) {
    case KEPT_RECORD_TEXT:
    case KEPT_RECORD_PROSE:
    case KEPT_RECORD_CHOICE:
    case KEPT_RECORD_DATE:
    case KEPT_RECORD_INTEGER:
        kept_buf_printf(sql, "t.\"%s\"", field->name);
        break;
    case KEPT_RECORD_FLAG:
        kept_buf_printf(sql, "CASE t.\"%s\" WHEN 1 THEN 'yes' WHEN 0 THEN 'no' END", field->name);
        break;
    case KEPT_RECORD_NUMBER:
        add_decimal(sql, field->name, "1000000", 6);
        kept_buf_add(sql, " END");
        break;
    case KEPT_RECORD_SHARE:
        add_decimal(sql, field->name, "10000", 4);
        kept_buf_add(sql, " || '%' END");
        break;
    case KEPT_RECORD_MONEY:
        add_decimal(sql, field->name, "10000", 4);
        kept_buf_add(sql, " END");
        break;
    case KEPT_RECORD_REF:
        add_ref(catalogue, field, sql);
        break;
    case KEPT_RECORD_REFS:
        add_refs(catalogue, kind, field, sql);
        break;
    }
    kept_buf_printf(sql, " AS \"%s\",\n  ", field->name);
}

void kept_tables_view_sql(const kept_catalogue *catalogue, const kept_record_kind *kind,
                          kept_buf *sql)
{
    kept_buf_printf(sql,
                    "CREATE VIEW \"%s_in_words\" AS SELECT\n  '%s-' || t.\"id\" AS \"id\",\n  ",
                    kind->name, kind->prefix);
    for (size_t i = 0; i < kind->n_fields; i++)
        add_value(catalogue, kind, &kind->fields[i], sql);
    if (kind->n_states)
        kept_buf_add(sql, "t.\"state\",\n  ");
    kept_buf_add(sql, "t.\"revision\",\n  ");
    add_time(sql, "made_at");
    kept_buf_add(sql, ",\n  t.\"made_by\",\n  ");
    add_time(sql, "changed_at");
    kept_buf_add(sql, ",\n  t.\"changed_by\",\n  ");
    add_time(sql, "archived_at");
    kept_buf_printf(sql, "\n  FROM \"%s\" t;\n", kind->name);
}
