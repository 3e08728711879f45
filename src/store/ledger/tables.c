#include "store/ledger/tables.h"

#include <string.h>

static const char deferred[] = "DEFERRABLE INITIALLY DEFERRED";

/* --- Names --- */

size_t kept_tables_columns(const kept_record_field *field)
{
    if (field->type == KEPT_RECORD_REFS)
        return 0;
    return field->type == KEPT_RECORD_REF ? field->n_to : 1;
}

void kept_tables_column(const kept_record_field *field, size_t i, kept_buf *name)
{
    kept_buf_add(name, field->name);
    if (field->type == KEPT_RECORD_REF && field->n_to > 1)
        kept_buf_printf(name, "_%s", field->to[i]);
}

void kept_tables_link(const kept_record_kind *kind, const kept_record_field *field, kept_buf *name)
{
    kept_buf_printf(name, "%s__%s", kind->name, field->name);
}

const char *kept_tables_link_column(const kept_record_kind *kind, const kept_record_field *field)
{
    return strcmp(kind->name, field->to[0]) == 0 ? "other" : field->to[0];
}

/* --- Tables --- */

static const char *column_type(const kept_record_field *field)
{
    switch (field->type) {
    case KEPT_RECORD_TEXT:
    case KEPT_RECORD_PROSE:
    case KEPT_RECORD_CHOICE:
    case KEPT_RECORD_DATE:
        return "TEXT";
    case KEPT_RECORD_FLAG:
    case KEPT_RECORD_INTEGER:
    case KEPT_RECORD_NUMBER:
    case KEPT_RECORD_SHARE:
    case KEPT_RECORD_MONEY:
    case KEPT_RECORD_REF:
    case KEPT_RECORD_REFS:
        break;
    }
    return "INTEGER";
}

static void add_column(const kept_record_field *field, size_t i, kept_buf *sql)
{
    kept_buf_add_char(sql, '"');
    kept_tables_column(field, i, sql);
    kept_buf_printf(sql, "\" %s", column_type(field));
    if (field->type == KEPT_RECORD_FLAG)
        kept_buf_printf(sql, " CHECK (\"%s\" IN (0, 1))", field->name);
    if (field->type == KEPT_RECORD_REF)
        kept_buf_printf(sql, " REFERENCES \"%s\" (\"id\") %s", field->to[i], deferred);
}

/* The default lets tables that have records gain states, and records be written when a kind has
 * lost them; and it is the state of records that imports of facts make in bulk. */
static void add_state(const kept_record_kind *kind, kept_buf *sql)
{
    kept_buf_printf(sql, "\"state\" TEXT NOT NULL DEFAULT '%s'",
                    kind->met ? kind->met : kind->states[0].name);
}

static void add_link_table(const kept_record_kind *kind, const kept_record_field *field,
                           kept_buf *sql)
{
    const char *other = kept_tables_link_column(kind, field);
    kept_buf_add(sql, "CREATE TABLE \"");
    kept_tables_link(kind, field, sql);
    kept_buf_printf(sql,
                    "\" (\n  \"%s\" INTEGER NOT NULL REFERENCES \"%s\" (\"id\") %s,\n"
                    "  \"%s\" INTEGER NOT NULL REFERENCES \"%s\" (\"id\") %s,\n"
                    "  PRIMARY KEY (\"%s\", \"%s\")\n) STRICT, WITHOUT ROWID;\n",
                    kind->name, kind->name, deferred, other, field->to[0], deferred, kind->name,
                    other);
}

void kept_tables_kind_sql(const kept_record_kind *kind, kept_buf *sql)
{
    kept_buf_printf(sql, "CREATE TABLE \"%s\" (\n  \"id\" INTEGER PRIMARY KEY,\n", kind->name);
    for (size_t f = 0; f < kind->n_fields; f++)
        for (size_t i = 0; i < kept_tables_columns(&kind->fields[f]); i++) {
            kept_buf_add(sql, "  ");
            add_column(&kind->fields[f], i, sql);
            kept_buf_add(sql, ",\n");
        }
    if (kind->n_states) {
        kept_buf_add(sql, "  ");
        add_state(kind, sql);
        kept_buf_add(sql, ",\n");
    }
    kept_buf_add(sql, "  \"revision\" INTEGER NOT NULL,\n"
                      "  \"made_at\" INTEGER NOT NULL,\n"
                      "  \"made_by\" TEXT NOT NULL,\n"
                      "  \"changed_at\" INTEGER NOT NULL,\n"
                      "  \"changed_by\" TEXT NOT NULL,\n"
                      "  \"archived_at\" INTEGER NOT NULL DEFAULT 0\n) STRICT;\n");
    for (size_t f = 0; f < kind->n_fields; f++)
        if (kind->fields[f].type == KEPT_RECORD_REFS)
            add_link_table(kind, &kind->fields[f], sql);
}

void kept_tables_column_sql(const kept_record_kind *kind, const kept_record_field *field, size_t i,
                            kept_buf *sql)
{
    kept_buf_printf(sql, "ALTER TABLE \"%s\" ADD COLUMN ", kind->name);
    add_column(field, i, sql);
    kept_buf_add(sql, ";\n");
}

void kept_tables_field_sql(const kept_record_kind *kind, const kept_record_field *field,
                           kept_buf *sql)
{
    if (field->type == KEPT_RECORD_REFS)
        add_link_table(kind, field, sql);
    for (size_t i = 0; i < kept_tables_columns(field); i++)
        kept_tables_column_sql(kind, field, i, sql);
}

void kept_tables_state_sql(const kept_record_kind *kind, kept_buf *sql)
{
    kept_buf_printf(sql, "ALTER TABLE \"%s\" ADD COLUMN ", kind->name);
    add_state(kind, sql);
    kept_buf_add(sql, ";\n");
}

/* --- Indexes --- */

/* "index" is a word of SQL and so no kind; two _ keep the parts apart. */
static bool give_index(const char *table, const char *column, const char *what, const char *list,
                       kept_tables_give *give, void *context)
{
    KEPT_AUTO_BUF name = KEPT_BUF_INIT;
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    kept_buf_printf(&name, "index__%s__%s%s", table, column, what);
    kept_buf_printf(&sql, "CREATE INDEX \"%s\" ON \"%s\" (%s)", kept_buf_text(&name), table, list);
    return !name.failed && !sql.failed && give(context, kept_buf_text(&name), kept_buf_text(&sql));
}

static bool give_column_index(const char *table, const char *column, const char *what,
                              const char *collate, kept_tables_give *give, void *context)
{
    KEPT_AUTO_BUF list = KEPT_BUF_INIT;
    kept_buf_printf(&list, "\"%s\"%s", column, collate);
    return !list.failed && give_index(table, column, what, kept_buf_text(&list), give, context);
}

static bool give_link_index(const kept_record_kind *kind, const kept_record_field *field,
                            kept_tables_give *give, void *context)
{
    KEPT_AUTO_BUF table = KEPT_BUF_INIT;
    KEPT_AUTO_BUF list = KEPT_BUF_INIT;
    const char *other = kept_tables_link_column(kind, field);
    kept_tables_link(kind, field, &table);
    kept_buf_printf(&list, "\"%s\", \"%s\"", other, kind->name);
    return !table.failed && !list.failed &&
           give_index(kept_buf_text(&table), other, "", kept_buf_text(&list), give, context);
}

static bool give_field_indexes(const kept_record_kind *kind, const kept_record_field *field,
                               kept_tables_give *give, void *context)
{
    if (field->type == KEPT_RECORD_REFS)
        return give_link_index(kind, field, give, context);
    if (field->type != KEPT_RECORD_REF)
        return true;
    for (size_t i = 0; i < field->n_to; i++) {
        KEPT_AUTO_BUF column = KEPT_BUF_INIT;
        kept_tables_column(field, i, &column);
        if (column.failed ||
            !give_column_index(kind->name, kept_buf_text(&column), "", "", give, context))
            return false;
    }
    return true;
}

void kept_tables_open(const kept_record_kind *kind, kept_buf *sql)
{
    kept_buf_add(sql, "\"archived_at\" = 0");
    if (kind->n_states == 0)
        return;
    kept_buf_add(sql, " AND \"state\" IN (");
    for (size_t i = 0, n = 0; i < kind->n_states; i++)
        if (!kind->states[i].closed)
            kept_buf_printf(sql, "%s'%s'", n++ ? ", " : "", kind->states[i].name);
    kept_buf_add_char(sql, ')');
}

/* Holds what the condition asks for, so that a list counts and pages without the table. */
static bool give_open_index(const kept_record_kind *kind, kept_tables_give *give, void *context)
{
    KEPT_AUTO_BUF name = KEPT_BUF_INIT;
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    kept_buf_printf(&name, KEPT_OPEN_INDEX, kind->name);
    kept_buf_printf(&sql, "CREATE INDEX \"%s\" ON \"%s\" (\"id\", \"archived_at\"%s) WHERE ",
                    kept_buf_text(&name), kind->name, kind->n_states ? ", \"state\"" : "");
    kept_tables_open(kind, &sql);
    return !name.failed && !sql.failed && give(context, kept_buf_text(&name), kept_buf_text(&sql));
}

bool kept_tables_indexes(const kept_record_kind *kind, kept_tables_give *give, void *context)
{
    for (size_t f = 0; f < kind->n_fields; f++)
        if (!give_field_indexes(kind, &kind->fields[f], give, context))
            return false;
    /* Not UNIQUE: customers met in facts are named by their ids, which may differ in case alone. */
    const char *name = kept_record_name_field(kind);
    if (name && !give_column_index(kind->name, name, "__name", " COLLATE NOCASE", give, context))
        return false;
    if (kind->n_states && !give_column_index(kind->name, "state", "", "", give, context))
        return false;
    return give_open_index(kind, give, context);
}

static bool add_index(void *context, const char *name, const char *sql)
{
    (void)name;
    kept_buf *out = context;
    kept_buf_printf(out, "%s;\n", sql);
    return !out->failed;
}

void kept_tables_sql(const kept_catalogue *catalogue, kept_buf *sql)
{
    for (size_t i = 0; i < catalogue->n_records; i++)
        kept_tables_kind_sql(catalogue->records[i], sql);
    for (size_t i = 0; i < catalogue->n_records; i++)
        if (!kept_tables_indexes(catalogue->records[i], add_index, sql))
            sql->failed = true;
    for (size_t i = 0; i < catalogue->n_records; i++)
        kept_tables_view_sql(catalogue, catalogue->records[i], sql);
}
