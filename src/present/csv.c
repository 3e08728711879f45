#include "present/csv.h"

#include <string.h>

#include "base/guard.h"
#include "present/format.h"

static void add_quoted(kept_buf *out, const char *text)
{
    if (!strpbrk(text, ",\"\r\n")) {
        kept_buf_add(out, text);
        return;
    }
    kept_buf_add_char(out, '"');
    for (; *text; text++) {
        if (*text == '"')
            kept_buf_add_char(out, '"');
        kept_buf_add_char(out, *text);
    }
    kept_buf_add_char(out, '"');
}

static void add_cell(kept_buf *out, const kept_field *field, const kept_cell *cell, bool raw)
{
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    if (field->type == KEPT_TEXT && cell->known && !raw && kept_guard_needed(cell->v.text))
        kept_buf_add_char(&text, '\'');
    kept_format_cell(&text, field, cell, KEPT_EXACT);
    out->failed |= text.failed;
    add_quoted(out, kept_buf_text(&text));
}

static void add_table(kept_buf *out, const kept_table *table, bool raw)
{
    const kept_table_def *def = table->def;
    for (size_t i = 0; i < def->n_fields; i++) {
        kept_buf_add(out, i ? "," : "");
        add_quoted(out, def->fields[i].name);
    }
    kept_buf_add(out, "\r\n");
    for (size_t row = 0; row < table->n_rows; row++) {
        for (size_t i = 0; i < def->n_fields; i++) {
            kept_buf_add(out, i ? "," : "");
            add_cell(out, &def->fields[i], &table->cells[row * def->n_fields + i], raw);
        }
        kept_buf_add(out, "\r\n");
    }
}

static void add_scalars(kept_buf *out, const kept_result *result, bool raw)
{
    for (int values = 0; values < 2; values++) {
        bool first = true;
        for (size_t i = 0; i < result->n_groups; i++) {
            const kept_group *group = &result->groups[i];
            for (size_t k = 0; k < group->def->n_fields; k++) {
                kept_buf_add(out, first ? "" : ",");
                first = false;
                if (values)
                    add_cell(out, &group->def->fields[k], &group->cells[k], raw);
                else
                    kept_buf_printf(out, "%s%s%s", group->def->name, group->def->name[0] ? "_" : "",
                                    group->def->fields[k].name);
            }
        }
        kept_buf_add(out, "\r\n");
    }
}

static kept_status no_table(const kept_result *result, const char *name, kept_err *err)
{
    const char *names[KEPT_RESULT_PARTS + 1];
    size_t n = 0;
    KEPT_AUTO_BUF list = KEPT_BUF_INIT;
    for (size_t i = 0; i < result->n_tables; i++)
        names[n++] = result->tables[i].def->name;
    if (result->n_groups)
        names[n++] = KEPT_CSV_SCALARS;
    for (size_t i = 0; i < n; i++)
        kept_buf_printf(&list, "%s%s", i ? ", " : "", names[i]);
    const char *near = kept_text_nearest(name, names, n);
    return kept_fail(err, KEPT_EARG, "This result has no table \"%.80s\"; it has %s.%s%s%s", name,
                     n ? kept_buf_text(&list) : "none at all", near ? " Did you mean " : "",
                     near ? near : "", near ? "?" : "");
}

kept_status kept_present_csv(const kept_result *result, const kept_csv_opts *opts, kept_buf *out,
                             kept_err *err)
{
    const kept_table *table = result->n_tables ? &result->tables[0] : NULL;
    bool scalars = result->n_groups && (opts->table || !table);
    if (opts->table) {
        table = kept_result_find_table(result, opts->table);
        scalars = scalars && strcmp(opts->table, KEPT_CSV_SCALARS) == 0;
        if (!table && !scalars)
            return no_table(result, opts->table, err);
    } else {
        for (size_t i = 0; i < result->n_tables; i++) {
            if (result->tables[i].n_rows == 0)
                continue;
            table = &result->tables[i];
            break;
        }
    }
    if (table)
        add_table(out, table, opts->raw);
    else if (scalars)
        add_scalars(out, result, opts->raw);
    return out->failed ? kept_nomem(err) : KEPT_OK;
}
