#include "present/html.h"

#include <stdio.h>

#include "present/format.h"
#include "present/html_parts.h"
#include "present/markup.h"
#include "present/svg.h"

/* --- Small pieces --- */

void kept_html__add(kept_html_page *page, const char *markup)
{
    kept_buf_add(page->out, markup);
}

void kept_html__text(kept_html_page *page, const char *text)
{
    kept_markup_text(page->out, text);
}

void kept_html__attr(kept_html_page *page, const char *name, const char *text)
{
    if (!text)
        return;
    kept_buf_printf(page->out, " %s=\"", name);
    kept_markup_text(page->out, text);
    kept_buf_add_char(page->out, '"');
}

void kept_html__field_title(kept_html_page *page, const kept_field *field, bool with_unit)
{
    kept_buf_clear(page->scratch);
    kept_format_title(page->scratch, field->name, field->title);
    kept_html__add(page, "<span class=\"term\">");
    kept_html__text(page, kept_buf_text(page->scratch));
    kept_html__add(page, "</span>");
    if (!with_unit)
        return;
    kept_buf_clear(page->scratch);
    kept_format_unit(page->scratch, field, page->result->currency);
    if (page->scratch->len == 0)
        return;
    kept_html__add(page, " <span class=\"unit\">");
    kept_html__text(page, kept_buf_text(page->scratch));
    kept_html__add(page, "</span>");
}

void kept_html__value(kept_html_page *page, const kept_field *field, const kept_cell *cell)
{
    kept_buf_clear(page->scratch);
    kept_format_cell(page->scratch, field, cell, KEPT_SCREEN);
    kept_html__text(page, kept_buf_text(page->scratch));
}

static void element(kept_html_page *page, const char *open, const char *text, const char *close)
{
    if (!text || !*text)
        return;
    kept_html__add(page, open);
    kept_html__text(page, text);
    kept_html__add(page, close);
}

/* --- Head and foot --- */

static void add_head(kept_html_page *page)
{
    kept_html__add(page,
                   "<!DOCTYPE html>\n<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\">\n"
                   "<head>\n<meta charset=\"utf-8\" />\n"
                   /* A second lock: even markup that slipped in could load and run nothing. */
                   "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                   "style-src 'unsafe-inline'\" />\n"
                   "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />\n"
                   "<meta name=\"color-scheme\" content=\"light dark\" />\n"
                   "<meta name=\"generator\" content=\"Kept\" />\n");
    element(page, "<title>", page->opts->title, "</title>\n");
    kept_html__add(page, "<style>\n");
    kept_html__add(page, kept_markup_file("colours.css"));
    kept_html__add(page, kept_markup_file("chart.css"));
    kept_html__add(page, kept_markup_file("page.css"));
    kept_html__add(page, "</style>\n</head>\n");
    kept_html__add(page, page->opts->sheet ? "<body class=\"sheet\">\n" : "<body>\n");
}

static const char *section_title(const kept_html_section *section)
{
    return section->title ? section->title : section->result->title;
}

static void add_header(kept_html_page *page, const kept_html_section *sections, size_t n)
{
    const kept_html_opts *opts = page->opts;
    kept_html__add(page, "<header>\n");
    element(page, "<h1>", opts->title, "</h1>\n");
    if (opts->n_facts > 0)
        kept_html__add(page, "<dl class=\"about\">\n");
    for (size_t i = 0; i < opts->n_facts; i++) {
        kept_html__add(page, "<div><dt>");
        kept_html__text(page, opts->facts[i].label);
        kept_html__add(page, "</dt><dd>");
        kept_html__text(page, opts->facts[i].text);
        kept_html__add(page, "</dd></div>\n");
    }
    if (opts->n_facts > 0)
        kept_html__add(page, "</dl>\n");
    if (n >= 3) { /* fewer are found by eye */
        kept_html__add(page, "<nav aria-label=\"Contents\"><ul>\n");
        for (size_t i = 0; i < n; i++) {
            if (!section_title(&sections[i]))
                continue;
            kept_buf_printf(page->out, "<li><a href=\"#s%zu\">", i + 1);
            kept_html__text(page, section_title(&sections[i]));
            kept_html__add(page, "</a></li>\n");
        }
        kept_html__add(page, "</ul></nav>\n");
    }
    kept_html__add(page, "</header>\n<main>\n");
}

static void add_footer(kept_html_page *page)
{
    kept_html__add(page, "</main>\n");
    if (page->opts->n_footer > 0)
        kept_html__add(page, "<footer>\n");
    for (size_t i = 0; i < page->opts->n_footer; i++)
        element(page, "<p>", page->opts->footer[i], "</p>\n");
    if (page->opts->n_footer > 0)
        kept_html__add(page, "</footer>\n");
    kept_html__add(page, "</body>\n</html>\n");
}

/* --- One section --- */

static void add_notes(kept_html_page *page)
{
    static const char *const classes[] = {"note", "note careful", "note next"};
    static const char *const words[] = {"Note", "Careful", "Next"};
    const kept_result *result = page->result;
    if (result->n_notes > 0)
        kept_html__add(page, "<div class=\"notes\">\n");
    for (size_t i = 0; i < result->n_notes; i++) {
        kept_note_kind kind = result->notes[i].kind;
        kept_buf_printf(page->out, "<p class=\"%s\"><b>%s</b> ", classes[kind], words[kind]);
        kept_html__text(page, result->notes[i].text);
        kept_html__add(page, "</p>\n");
    }
    if (result->n_notes > 0)
        kept_html__add(page, "</div>\n");
}

/* The chart before this one that draws the same table, or n_charts. */
static size_t same_table_before(const kept_result *result, size_t chart)
{
    for (size_t i = 0; i < chart; i++)
        if (kept_text_equal(result->charts[i].table, result->charts[chart].table))
            return i;
    return result->n_charts;
}

static void add_numbers_behind(kept_html_page *page, size_t index)
{
    const kept_result *result = page->result;
    size_t before = same_table_before(result, index);
    if (before < result->n_charts) {
        kept_buf_printf(page->out,
                        "<p class=\"rest\">The numbers stand below the chart "
                        "<a href=\"#s%zu-c%zu\">",
                        page->section, before + 1);
        kept_html__text(page, result->charts[before].title ? result->charts[before].title
                                                           : result->charts[before].name);
        kept_html__add(page, "</a>.</p>\n");
        return;
    }
    const kept_table *table = kept_result_find_table(result, result->charts[index].table);
    if (!table || table->n_rows == 0) /* the chart itself says what is missing */
        return;
    kept_html__add(page, "<details>\n<summary>The numbers behind this chart (");
    kept_format_count(page->out, (int64_t)(table->n_rows + table->more));
    kept_html__add(page,
                   table->n_rows + table->more == 1 ? " row)</summary>\n" : " rows)</summary>\n");
    kept_html__table(page, table, page->opts->max_chart_rows);
    kept_html__add(page, "</details>\n");
}

/* Drawn twice, for wide and for narrow screens: text in a chart must not shrink with it. */
static kept_status add_drawings(kept_html_page *page, size_t index, kept_err *err)
{
    static const int widths[] = {800, 360};
    static const char *const classes[] = {"wide", "narrow"};
    for (size_t i = 0; i < 2; i++) {
        char id[64];
        kept_svg_opts opts = KEPT_SVG_OPTS_INIT;
        snprintf(id, sizeof id, "s%zu-c%zu-%s", page->section, index + 1, classes[i]);
        opts.id = id;
        opts.width = widths[i];
        opts.class = classes[i];
        KEPT_TRY(kept_svg_write(page->result, &page->result->charts[index], &opts, page->out, err));
    }
    return KEPT_OK;
}

static kept_status add_charts(kept_html_page *page, kept_err *err)
{
    for (size_t i = 0; i < page->result->n_charts; i++) {
        const kept_chart *chart = &page->result->charts[i];
        kept_buf_printf(page->out, "<figure id=\"s%zu-c%zu\">\n<figcaption>\n", page->section,
                        i + 1);
        element(page, "<h3>", chart->title, "</h3>\n");
        element(page, "<p class=\"summary\">", chart->summary, "</p>\n");
        kept_html__add(page, "</figcaption>\n");
        KEPT_TRY(add_drawings(page, i, err));
        add_numbers_behind(page, i);
        kept_html__add(page, "</figure>\n");
    }
    return KEPT_OK;
}

static bool is_drawn(const kept_result *result, const kept_table *table)
{
    for (size_t i = 0; i < result->n_charts; i++)
        if (kept_text_equal(result->charts[i].table, table->def->name))
            return true;
    return false;
}

static void add_tables(kept_html_page *page)
{
    for (size_t i = 0; i < page->result->n_tables; i++) {
        const kept_table *table = &page->result->tables[i];
        if (is_drawn(page->result, table))
            continue;
        kept_buf_clear(page->scratch);
        kept_format_title(page->scratch, table->def->name, table->def->title);
        kept_html__add(page, "<div class=\"block\">\n<h3>");
        kept_html__text(page, kept_buf_text(page->scratch));
        kept_html__add(page, "</h3>\n");
        kept_html__table(page, table, page->opts->max_rows);
        kept_html__add(page, "</div>\n");
    }
}

static kept_status add_section(kept_html_page *page, const kept_html_section *section,
                               kept_err *err)
{
    page->result = section->result;
    kept_buf_printf(page->out, "<section id=\"s%zu\">\n", page->section);
    /* A page of one section has said its title already. */
    if (!kept_text_equal(section_title(section), page->opts->title))
        element(page, "<h2>", section_title(section), "</h2>\n");
    element(page, "<p class=\"lead\">", section->lead, "</p>\n");
    kept_html__figures(page, section);
    add_notes(page);
    KEPT_TRY(add_charts(page, err));
    add_tables(page);
    kept_html__add(page, "</section>\n");
    return KEPT_OK;
}

kept_status kept_html_write(const kept_html_section *sections, size_t n, const kept_html_opts *opts,
                            kept_buf *out, kept_err *err)
{
    const kept_html_opts defaults = KEPT_HTML_OPTS_INIT;
    KEPT_AUTO_BUF whole = KEPT_BUF_INIT;
    KEPT_AUTO_BUF scratch = KEPT_BUF_INIT;
    kept_html_page page = {.out = &whole, .scratch = &scratch, .opts = opts ? opts : &defaults};
    if (!page.opts->title)
        return kept_fail(err, KEPT_EINTERNAL, "A report needs a title.");
    add_head(&page);
    add_header(&page, sections, n);
    if (n == 0)
        kept_html__add(&page, "<p>There is nothing to show yet.</p>\n");
    for (size_t i = 0; i < n; i++) {
        page.section = i + 1;
        KEPT_TRY(add_section(&page, &sections[i], err));
    }
    add_footer(&page);
    if (whole.failed || scratch.failed)
        return kept_nomem(err);
    kept_buf_add(out, kept_buf_text(&whole));
    return out->failed ? kept_nomem(err) : KEPT_OK;
}
