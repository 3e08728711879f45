#include "present/markdown.h"

#include <ctype.h>
#include <string.h>

#include "present/format.h"

/* --- Text --- */

static bool is_www(const char *text, const char *dot)
{
    for (int i = 1; i <= 3; i++)
        if (dot - text < i || tolower((unsigned char)dot[-i]) != 'w')
            return false;
    return true;
}

/* Would the character at p begin or end something? */
static bool is_markup(const char *text, const char *p)
{
    if (strchr("\\`*_{}[]|~#$^=", *p))
        return true;
    /* "http://", ":smile:"; a colon before a blank is only a colon. */
    if (*p == ':')
        return p[1] && !isspace((unsigned char)p[1]);
    if (*p == '.')
        return is_www(text, p);
    return false;
}

void kept_markdown_text(kept_buf *out, const char *text, bool lines)
{
    KEPT_AUTO_BUF clean = KEPT_BUF_INIT;
    while (text && *text) {
        /* A line at a time: what cleans the text turns line ends into blanks. */
        const char *end = strchr(text, '\n');
        size_t len = end ? (size_t)(end - text) : strlen(text);
        KEPT_AUTO_BUF line = KEPT_BUF_INIT;
        kept_buf_add_n(&line, text, len);
        kept_buf_clear(&clean);
        kept_format_clean(&clean, kept_buf_text(&line));
        out->failed |= clean.failed || line.failed;
        const char *whole = kept_buf_text(&clean);
        for (const char *p = whole; *p; p++) {
            if (*p == '<' || *p == '>' || *p == '&')
                kept_buf_add(out, *p == '<' ? "&lt;" : *p == '>' ? "&gt;" : "&amp;");
            else if (is_markup(whole, p))
                kept_buf_printf(out, "\\%c", *p);
            else
                kept_buf_add_char(out, *p);
        }
        if (end)
            kept_buf_add(out, lines ? "<br>" : " ");
        text = end ? end + 1 : NULL;
    }
}

static void add_title(kept_buf *out, const kept_field *field, const char *currency)
{
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    KEPT_AUTO_BUF unit = KEPT_BUF_INIT;
    kept_format_title(&text, field->name, field->title);
    kept_format_unit(&unit, field, currency);
    if (unit.len)
        kept_buf_printf(&text, " (%s)", kept_buf_text(&unit));
    out->failed |= text.failed || unit.failed;
    kept_markdown_text(out, kept_buf_text(&text), false);
}

static void add_heading(kept_buf *out, const char *marks, const char *name, const char *title)
{
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    kept_format_title(&text, name, title);
    out->failed |= text.failed;
    kept_buf_printf(out, "%s%s ", out->len ? "\n" : "", marks);
    kept_markdown_text(out, kept_buf_text(&text), false);
    kept_buf_add(out, "\n\n");
}

/* --- Values --- */

/* X, or X with its limits where span is 3. */
static void add_value(kept_buf *out, const kept_field *field, const kept_cell *cells, size_t span)
{
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    if (span == 3)
        kept_format_estimate(&text, field, cells, KEPT_SCREEN);
    else
        kept_format_cell(&text, field, &cells[0], KEPT_SCREEN);
    out->failed |= text.failed;
    if (field->type == KEPT_TEXT)
        kept_markdown_text(out, kept_buf_text(&text), true);
    else /* numbers and times hold nothing that could be markup */
        kept_buf_add(out, kept_buf_text(&text));
}

static void add_group(kept_buf *out, const kept_result *result, const kept_group *group)
{
    const kept_group_def *def = group->def;
    if (group->def->title || group->def->name[0])
        add_heading(out, "##", def->name, def->title);
    else
        kept_buf_add(out, out->len ? "\n" : "");
    kept_buf_add(out, "| | |\n|---|---:|\n");
    for (size_t i = 0, span; i < def->n_fields; i += span) {
        span = kept_format_interval(def->fields, def->n_fields, i);
        if (def->fields[i].detail && !group->cells[i].known)
            continue;
        kept_buf_add(out, "| ");
        add_title(out, &def->fields[i], result->currency);
        kept_buf_add(out, " | ");
        add_value(out, &def->fields[i], &group->cells[i], span);
        kept_buf_add(out, " |\n");
    }
}

/* --- Tables --- */

static void add_head(kept_buf *out, const kept_result *result, const kept_table_def *def)
{
    for (int line = 0; line < 2; line++) {
        kept_buf_add_char(out, '|');
        for (size_t i = 0; i < def->n_fields;
             i += kept_format_interval(def->fields, def->n_fields, i)) {
            if (line == 1) {
                kept_buf_add(out, kept_format_is_number(def->fields[i].type) ? "---:|" : "---|");
                continue;
            }
            kept_buf_add_char(out, ' ');
            add_title(out, &def->fields[i], result->currency);
            kept_buf_add(out, " |");
        }
        kept_buf_add_char(out, '\n');
    }
}

static void add_table(kept_buf *out, const kept_result *result, const kept_table *table)
{
    const kept_table_def *def = table->def;
    add_heading(out, "##", def->name, def->title);
    if (table->n_rows == 0) {
        kept_markdown_text(out, def->empty ? def->empty : "No rows.", false);
        kept_buf_add_char(out, '\n');
        return;
    }
    add_head(out, result, def);
    for (size_t row = 0; row < table->n_rows; row++) {
        const kept_cell *cells = &table->cells[row * def->n_fields];
        kept_buf_add_char(out, '|');
        for (size_t i = 0, span; i < def->n_fields; i += span) {
            span = kept_format_interval(def->fields, def->n_fields, i);
            kept_buf_add_char(out, ' ');
            add_value(out, &def->fields[i], &cells[i], span);
            kept_buf_add(out, " |");
        }
        kept_buf_add_char(out, '\n');
    }
    if (table->more) {
        kept_buf_add(out, "\nand ");
        kept_format_count(out, (int64_t)table->more);
        kept_buf_add(out, " more\n");
    }
}

/* What a chart of the table shows, in words: the drawing itself is for pages. */
static void add_summaries(kept_buf *out, const kept_result *result, const char *table)
{
    for (size_t i = 0; i < result->n_charts; i++) {
        const kept_chart *chart = &result->charts[i];
        if (!chart->summary || !kept_text_equal(chart->table, table))
            continue;
        kept_buf_add_char(out, '\n');
        kept_markdown_text(out, chart->summary, false);
        kept_buf_add_char(out, '\n');
    }
}

static void add_notes(kept_buf *out, const kept_result *result)
{
    static const char *const words[] = {"Note", "Careful", "Next"};
    for (size_t i = 0; i < result->n_notes; i++) {
        /* A blank line between, so that each is a quote of its own. */
        kept_buf_printf(out, "%s> **%s:** ", out->len ? "\n" : "", words[result->notes[i].kind]);
        kept_markdown_text(out, result->notes[i].text, false);
        kept_buf_add_char(out, '\n');
    }
}

void kept_present_markdown(const kept_result *result, kept_buf *out)
{
    KEPT_AUTO_BUF page = KEPT_BUF_INIT;
    if (result->title)
        add_heading(&page, "#", result->title, result->title);
    if (page.len) /* each part begins with a blank line of its own */
        page.data[--page.len] = '\0';
    for (size_t i = 0; i < result->n_groups; i++)
        add_group(&page, result, &result->groups[i]);
    for (size_t i = 0; i < result->n_tables; i++) {
        add_table(&page, result, &result->tables[i]);
        add_summaries(&page, result, result->tables[i].def->name);
    }
    add_notes(&page, result);
    kept_buf_add_n(out, kept_buf_text(&page), page.len);
    out->failed |= page.failed;
}
