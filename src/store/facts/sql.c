#include "store/facts/sql.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void add_quoted(kept_buf *sql, const char *text, char mark)
{
    kept_buf_add_char(sql, mark);
    for (; *text; text++) {
        if (*text == mark)
            kept_buf_add_char(sql, mark);
        kept_buf_add_char(sql, *text);
    }
    kept_buf_add_char(sql, mark);
}

void kept_sql_name(kept_buf *sql, const char *before, const char *name, const char *after)
{
    kept_buf_add(sql, before);
    add_quoted(sql, name, '"');
    kept_buf_add(sql, after);
}

void kept_sql_text(kept_buf *sql, const char *before, const char *text, const char *after)
{
    kept_buf_add(sql, before);
    add_quoted(sql, text, '\'');
    kept_buf_add(sql, after);
}

void kept_sql_int(kept_buf *sql, const char *before, int64_t value, const char *after)
{
    kept_buf_add(sql, before);
    kept_buf_printf(sql, "%" PRId64, value);
    kept_buf_add(sql, after);
}

kept_status kept_sql_run(kept_duck *duck, kept_buf *sql, int64_t *ret_changed, kept_err *err)
{
    if (sql->failed)
        return kept_nomem(err);
    KEPT_TRY(kept_duck_exec(duck, kept_buf_text(sql), NULL, 0, ret_changed, err));
    kept_buf_clear(sql);
    return KEPT_OK;
}

kept_status kept_sql_count(kept_duck *duck, kept_buf *sql, int64_t *ret_count, kept_err *err)
{
    if (sql->failed)
        return kept_nomem(err);
    KEPT_TRY(kept_duck_int(duck, kept_buf_text(sql), NULL, 0, ret_count, err));
    kept_buf_clear(sql);
    return KEPT_OK;
}

static const char *stored_type(kept_column_type type)
{
    switch (type) {
    case KEPT_COL_CUSTOMER:
        return "UBIGINT";
    case KEPT_COL_WHEN:
        return "DATE";
    case KEPT_COL_MONEY:
    case KEPT_COL_NUMBER:
        return "DECIMAL(18,4)";
    case KEPT_COL_INTEGER:
        return "BIGINT";
    case KEPT_COL_FLAG:
        return "BOOLEAN";
    case KEPT_COL_TEXT:
    case KEPT_COL_CHOICE:
        break;
    }
    return "VARCHAR";
}

kept_stored_column *kept_stored_columns(const kept_fact_kind *kind, kept_arena *arena,
                                        size_t *ret_n)
{
    kept_stored_column *out = KEPT_NEW_N(arena, kept_stored_column, 2 * kind->n_columns);
    size_t n = 0;
    for (size_t i = 0; out && i < kind->n_columns; i++) {
        const kept_fact_column *column = &kind->columns[i];
        kept_stored_column *c = &out[n++];
        *c = (kept_stored_column){.type = stored_type(column->type), .column = column};
        snprintf(c->name, sizeof c->name, "%s", column->name);
        if (column->type != KEPT_COL_WHEN)
            continue;
        c = &out[n++];
        *c = (kept_stored_column){.type = "TIME", .column = column, .clock = true};
        snprintf(c->name, sizeof c->name, "%s_clock", column->name);
    }
    *ret_n = n;
    return out;
}

bool kept_list_has(const char *list, const char *name)
{
    size_t len = strlen(name);
    while (*list) {
        size_t word = strcspn(list, ",");
        if (word == len && memcmp(list, name, len) == 0)
            return true;
        list += word + (list[word] == ',');
    }
    return false;
}
