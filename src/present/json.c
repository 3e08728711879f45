#include "present/json.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

#include "present/format.h"

void kept_json_text(kept_buf *out, const char *text)
{
    if (!text) {
        kept_buf_add(out, "null");
        return;
    }
    kept_buf_add_char(out, '"');
    size_t left = strlen(text);
    while (left) {
        unsigned char c = (unsigned char)*text;
        size_t n = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
        if (n > left || !kept_text_utf8(text, n)) {
            kept_buf_add(out, "\\ufffd");
            n = 1;
        } else if (c == '"' || c == '\\') {
            kept_buf_printf(out, "\\%c", c);
        } else if (c == '\n') {
            kept_buf_add(out, "\\n");
        } else if (c == '\t') {
            kept_buf_add(out, "\\t");
        } else if (c < 0x20 || c == 0x7f) {
            kept_buf_printf(out, "\\u%04x", c);
        } else {
            kept_buf_add_n(out, text, n);
        }
        text += n;
        left -= n;
    }
    kept_buf_add_char(out, '"');
}

static void add_cell(kept_buf *out, const kept_field *field, const kept_cell *cell)
{
    bool real = field->type == KEPT_REAL || field->type == KEPT_SHARE;
    if (!cell->known || (real && !isfinite(cell->v.real))) {
        kept_buf_add(out, "null");
        return;
    }
    switch (field->type) {
    case KEPT_TEXT:
        kept_json_text(out, cell->v.text);
        return;
    case KEPT_DATE:
    case KEPT_TIME:
        kept_buf_add_char(out, '"');
        kept_format_cell(out, field, cell, KEPT_EXACT);
        kept_buf_add_char(out, '"');
        return;
    default:
        kept_format_cell(out, field, cell, KEPT_EXACT);
    }
}

/* "name": before a value of the object at the top. */
static void key(kept_buf *out, bool *first, const char *name)
{
    kept_buf_add(out, *first ? "\n  " : ",\n  ");
    *first = false;
    kept_json_text(out, name);
    kept_buf_add(out, ": ");
}

static void add_fields(kept_buf *out, const kept_field *fields, const kept_cell *cells, size_t n)
{
    kept_buf_add_char(out, '{');
    for (size_t i = 0; i < n; i++) {
        kept_buf_add(out, i ? ", " : "");
        kept_json_text(out, fields[i].name);
        kept_buf_add(out, ": ");
        add_cell(out, &fields[i], &cells[i]);
    }
    kept_buf_add_char(out, '}');
}

static void add_groups(kept_buf *out, bool *first, const kept_result *result)
{
    for (size_t i = 0; i < result->n_groups; i++) {
        const kept_group *group = &result->groups[i];
        const kept_group_def *def = group->def;
        if (def->name[0]) {
            key(out, first, def->name);
            add_fields(out, def->fields, group->cells, def->n_fields);
            continue;
        }
        for (size_t k = 0; k < def->n_fields; k++) {
            key(out, first, def->fields[k].name);
            add_cell(out, &def->fields[k], &group->cells[k]);
        }
    }
}

static void add_tables(kept_buf *out, bool *first, const kept_result *result)
{
    for (size_t i = 0; i < result->n_tables; i++) {
        const kept_table *table = &result->tables[i];
        size_t n = table->def->n_fields;
        key(out, first, table->def->name);
        kept_buf_add_char(out, '[');
        for (size_t row = 0; row < table->n_rows; row++) {
            kept_buf_add(out, row ? ",\n    " : "\n    ");
            add_fields(out, table->def->fields, table->cells + row * n, n);
        }
        kept_buf_add(out, table->n_rows ? "\n  ]" : "]");
    }
}

static void add_more(kept_buf *out, bool *first, const kept_result *result)
{
    bool any = false;
    for (size_t i = 0; i < result->n_tables; i++) {
        const kept_table *table = &result->tables[i];
        if (table->more == 0)
            continue;
        if (!any)
            key(out, first, "more");
        kept_buf_add(out, any ? ", " : "{");
        any = true;
        kept_json_text(out, table->def->name);
        kept_buf_printf(out, ": %zu", table->more);
    }
    kept_buf_add(out, any ? "}" : "");
}

static void add_notes(kept_buf *out, bool *first, const kept_result *result)
{
    static const char *const kinds[] = {
        [KEPT_NOTE] = "note", [KEPT_WARNING] = "warning", [KEPT_ADVICE] = "advice"};
    key(out, first, "notes");
    kept_buf_add_char(out, '[');
    for (size_t i = 0; i < result->n_notes; i++) {
        kept_buf_printf(out, "%s\n    {\"kind\": \"%s\", \"text\": ", i ? "," : "",
                        kinds[result->notes[i].kind]);
        kept_json_text(out, result->notes[i].text);
        kept_buf_add_char(out, '}');
    }
    kept_buf_add(out, result->n_notes ? "\n  ]" : "]");
}

static void member(kept_buf *out, const char *name, const char *text)
{
    if (!text)
        return;
    kept_buf_printf(out, ", \"%s\": ", name);
    kept_json_text(out, text);
}

static void add_chart(kept_buf *out, const kept_chart *chart)
{
    static const char *const kinds[] = {[KEPT_CHART_LINE] = "line",
                                        [KEPT_CHART_BARS] = "bars",
                                        [KEPT_CHART_HEAT] = "heat",
                                        [KEPT_CHART_SCATTER] = "scatter"};
    kept_buf_printf(out, "{\"kind\": \"%s\"", kinds[chart->kind]);
    member(out, "name", chart->name);
    member(out, "title", chart->title);
    member(out, "summary", chart->summary);
    member(out, "table", chart->table);
    member(out, "x", chart->x);
    kept_buf_add(out, ", \"y\": [");
    for (size_t i = 0; i < 4 && chart->y[i]; i++) {
        kept_buf_add(out, i ? ", " : "");
        kept_json_text(out, chart->y[i]);
    }
    kept_buf_add_char(out, ']');
    member(out, "value", chart->value);
    member(out, "low", chart->low);
    member(out, "high", chart->high);
    member(out, "mark_x", chart->mark_x);
    kept_buf_add_char(out, '}');
}

static void add_charts(kept_buf *out, bool *first, const kept_result *result)
{
    key(out, first, "charts");
    kept_buf_add_char(out, '[');
    for (size_t i = 0; i < result->n_charts; i++) {
        kept_buf_add(out, i ? ",\n    " : "\n    ");
        add_chart(out, &result->charts[i]);
    }
    kept_buf_add(out, result->n_charts ? "\n  ]" : "]");
}

static bool has_field(const kept_result *result, const char *name)
{
    for (size_t i = 0; i < result->n_groups; i++) {
        const kept_group_def *def = result->groups[i].def;
        if (!def->name[0] && kept_field_index(def->fields, def->n_fields, name) >= 0)
            return true;
    }
    return false;
}

void kept_present_json(const kept_result *result, kept_buf *out)
{
    bool first = true;
    kept_buf_add_char(out, '{');
    if (result->title) {
        key(out, &first, "title");
        kept_json_text(out, result->title);
    }
    if (result->answer_no) {
        key(out, &first, "answer");
        kept_json_text(out, "no");
    }
    if (result->currency && result->currency[0] && !has_field(result, "currency")) {
        key(out, &first, "currency");
        kept_json_text(out, result->currency);
    }
    if (result->document) {
        key(out, &first, "document");
        kept_json_text(out, result->document);
    }
    add_groups(out, &first, result);
    add_tables(out, &first, result);
    add_more(out, &first, result);
    add_notes(out, &first, result);
    add_charts(out, &first, result);
    kept_buf_add(out, "\n}\n");
}

/* "bad input" becomes "urn:kept:problem:bad-input". */
static void add_type(kept_buf *out, const char *title)
{
    kept_buf_add(out, "\"urn:kept:problem:");
    for (; *title; title++)
        kept_buf_add_char(out, isalnum((unsigned char)*title) ? *title : '-');
    kept_buf_add_char(out, '"');
}

void kept_present_problem(const kept_err *problem, kept_buf *out)
{
    const char *title = kept_status_title(problem->code);
    kept_buf_add(out, "{\n  \"type\": ");
    add_type(out, title);
    kept_buf_add(out, ",\n  \"title\": ");
    kept_json_text(out, title);
    kept_buf_printf(out, ",\n  \"status\": %d,\n  \"exit_code\": %d,\n  \"detail\": ",
                    kept_status_http(problem->code), kept_status_exit_code(problem->code));
    kept_json_text(out, problem->msg);
    kept_buf_add(out, "\n}\n");
}
