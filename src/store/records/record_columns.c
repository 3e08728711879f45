#include <string.h>

#include "base/date.h"
#include "store/records/record_int.h"

void kept_record__add_name(kept_buf *sql, const char *name)
{
    kept_buf_add_char(sql, '"');
    kept_buf_add(sql, name);
    kept_buf_add_char(sql, '"');
}

void kept_record__add_column(kept_buf *sql, const kept_record_field *field, size_t column)
{
    kept_buf_add_char(sql, '"');
    kept_tables_column(field, column, sql);
    kept_buf_add_char(sql, '"');
}

void kept_record__add_refs_table(kept_buf *sql, const kept_record_kind *kind,
                                 const kept_record_field *field)
{
    kept_buf_add_char(sql, '"');
    kept_tables_link(kind, field, sql);
    kept_buf_add_char(sql, '"');
}

void kept_record__add_refs_other(kept_buf *sql, const kept_record_kind *kind,
                                 const kept_record_field *field)
{
    kept_record__add_name(sql, kept_tables_link_column(kind, field));
}

const kept_record_kind *kept_record__to(const kept_store *store, const kept_record_field *field,
                                        size_t column)
{
    return kept_catalogue_record(&store->catalogue, field->to[column]);
}

size_t kept_record__field_index(const kept_record_kind *kind, const kept_record_field *field)
{
    size_t i = 0;
    while (i < kind->n_fields && &kind->fields[i] != field)
        i++;
    return i;
}

static void bind_ref(sqlite3_stmt *stmt, int at, const kept_record_field *field, size_t column,
                     const kept_value *value)
{
    if (value->n_refs && strcmp(value->refs[0].kind->name, field->to[column]) == 0)
        sqlite3_bind_int64(stmt, at, value->refs[0].id);
    else
        sqlite3_bind_null(stmt, at);
}

void kept_record__bind(sqlite3_stmt *stmt, int at, const kept_record_field *field, size_t column,
                       const kept_value *value)
{
    char day[11];
    if (!value->known) {
        sqlite3_bind_null(stmt, at);
        return;
    }
    switch (field->type) {
    case KEPT_RECORD_TEXT:
    case KEPT_RECORD_PROSE:
    case KEPT_RECORD_CHOICE:
        sqlite3_bind_text(stmt, at, value->text, -1, SQLITE_TRANSIENT);
        break;
    case KEPT_RECORD_FLAG:
    case KEPT_RECORD_INTEGER:
    case KEPT_RECORD_NUMBER:
    case KEPT_RECORD_SHARE:
    case KEPT_RECORD_MONEY:
        sqlite3_bind_int64(stmt, at, value->i);
        break;
    case KEPT_RECORD_DATE:
        kept_day_write((kept_day)value->i, day);
        sqlite3_bind_text(stmt, at, day, -1, SQLITE_TRANSIENT);
        break;
    case KEPT_RECORD_REF:
        bind_ref(stmt, at, field, column, value);
        break;
    case KEPT_RECORD_REFS:
        break;
    }
}
