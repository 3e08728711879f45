/* Scalars of a result: key figures big, the others in a grid, parallel groups as one table. */
#include <math.h>
#include <string.h>

#include "present/format.h"
#include "present/html_parts.h"

enum { KEY_MOST = 4 }; /* key figures chosen without being named */

/* --- Key figures --- */

static bool is_named(const char *const *names, const char *name)
{
    for (; *names; names++)
        if (kept_text_equal(*names, name))
            return true;
    return false;
}

/* Is field i of the group a key figure? Unnamed ones: the first estimates of the top level; *left
 * counts down. */
static bool is_key(const kept_html_section *section, const kept_group_def *def, size_t i,
                   size_t *left)
{
    if (section->key)
        return is_named(section->key, def->fields[i].name);
    if (*left == 0 || *def->name || kept_format_interval(def->fields, def->n_fields, i) != 3)
        return false;
    (*left)--;
    return true;
}

/* Big figures carry no cents beyond a thousand: the exact value stands in the other outputs. */
static void add_round(kept_html_page *page, const kept_field *field, const kept_cell *cell)
{
    if (cell->known && field->type == KEPT_MONEY &&
        (cell->v.i >= 10000000 || cell->v.i <= -10000000))
        kept_format_count(page->out, (cell->v.i + (cell->v.i < 0 ? -5000 : 5000)) / 10000);
    else if (cell->known && field->type == KEPT_REAL && fabs(cell->v.real) >= 1e3 &&
             fabs(cell->v.real) < 1e15)
        kept_format_count(page->out, llround(cell->v.real));
    else
        kept_html__value(page, field, cell);
}

static void add_currency(kept_html_page *page)
{
    if (!page->result->currency || !*page->result->currency)
        return;
    kept_html__add(page, "<span class=\"unit\">");
    kept_html__text(page, page->result->currency);
    kept_html__add(page, "</span> ");
}

static void add_key(kept_html_page *page, const kept_field *field, const kept_cell *cells,
                    size_t span)
{
    kept_html__add(page, "<div><dt");
    kept_html__attr(page, "title", field->help);
    kept_html__add(page, ">");
    kept_html__field_title(page, field, false);
    if (field->unit) { /* "in 3 years" belongs to what is measured; it would crowd the figure */
        kept_html__add(page, ", ");
        kept_html__text(page, field->unit);
    }
    kept_html__add(page, "</dt>\n<dd class=\"figure\">");
    if (field->type == KEPT_MONEY && cells[0].known)
        add_currency(page);
    add_round(page, field, cells);
    kept_html__add(page, "</dd>\n");
    if (span == 3 && (cells[1].known || cells[2].known)) {
        kept_html__add(page, "<dd class=\"interval\">");
        if (page->opts->interval) {
            kept_html__text(page, page->opts->interval);
            kept_html__add(page, " ");
        }
        kept_html__add(page, "<span class=\"together\">");
        add_round(page, &field[1], &cells[1]);
        kept_html__add(page, " to ");
        add_round(page, &field[2], &cells[2]);
        kept_html__add(page, "</span></dd>\n");
    }
    kept_html__add(page, "</div>\n");
}

static void add_keys(kept_html_page *page, const kept_html_section *section)
{
    const kept_result *result = page->result;
    size_t left = KEY_MOST;
    bool any = false;
    for (size_t g = 0; g < result->n_groups; g++) {
        const kept_group_def *def = result->groups[g].def;
        for (size_t i = 0; i < def->n_fields; i++) {
            if (!is_key(section, def, i, &left))
                continue;
            if (!any)
                kept_html__add(page, "<dl class=\"key\">\n");
            any = true;
            add_key(page, &def->fields[i], &result->groups[g].cells[i],
                    kept_format_interval(def->fields, def->n_fields, i));
        }
    }
    if (any)
        kept_html__add(page, "</dl>\n");
}

/* --- The others --- */

static void add_heading(kept_html_page *page, const kept_group_def *def)
{
    if (!*def->name && !def->title)
        return;
    kept_buf_clear(page->scratch);
    kept_format_title(page->scratch, def->name, def->title);
    kept_html__add(page, "<h3>");
    kept_html__text(page, kept_buf_text(page->scratch));
    kept_html__add(page, "</h3>\n");
}

static void add_fact(kept_html_page *page, const kept_field *field, const kept_cell *cells,
                     size_t span)
{
    kept_html__add(page, "<div><dt");
    kept_html__attr(page, "title", field->help);
    kept_html__add(page, ">");
    kept_html__field_title(page, field, false);
    kept_html__add(page,
                   cells[0].known ? "</dt><dd>" : "</dt><dd class=\"none\" title=\"not known\">");
    kept_html__value(page, field, &cells[0]);
    kept_buf_clear(page->scratch);
    kept_format_unit(page->scratch, field, page->result->currency);
    if (page->scratch->len > 0 && cells[0].known) {
        kept_html__add(page, " <span class=\"unit\">");
        kept_html__text(page, kept_buf_text(page->scratch));
        kept_html__add(page, "</span>");
    }
    if (span == 3 && (cells[1].known || cells[2].known)) {
        kept_html__add(page, "<span class=\"range\">");
        kept_html__value(page, &field[1], &cells[1]);
        kept_html__add(page, " to ");
        kept_html__value(page, &field[2], &cells[2]);
        kept_html__add(page, "</span>");
    }
    kept_html__add(page, "</dd></div>\n");
}

static void add_grid(kept_html_page *page, const kept_html_section *section,
                     const kept_group *group, size_t *left)
{
    const kept_group_def *def = group->def;
    bool any = false;
    for (size_t i = 0; i < def->n_fields;) {
        size_t span = kept_format_interval(def->fields, def->n_fields, i);
        bool empty = def->fields[i].detail && !group->cells[i].known;
        if (!is_key(section, def, i, left) && !empty) {
            if (!any) {
                add_heading(page, def);
                kept_html__add(page, "<dl class=\"facts\">\n");
            }
            any = true;
            add_fact(page, &def->fields[i], &group->cells[i], span);
        }
        i += span;
    }
    if (any)
        kept_html__add(page, "</dl>\n");
}

/* "parameters" and "standard_errors" have the same fields: they read best side by side. */
static bool same_fields(const kept_group_def *a, const kept_group_def *b)
{
    if (!*a->name || !*b->name || a->n_fields != b->n_fields || a->n_fields == 0)
        return false;
    for (size_t i = 0; i < a->n_fields; i++)
        if (strcmp(a->fields[i].name, b->fields[i].name) != 0)
            return false;
    return true;
}

static void add_side_by_side(kept_html_page *page, const kept_group *groups, size_t n)
{
    const kept_group_def *first = groups[0].def;
    kept_html__add(page,
                   "<div class=\"block\"><div class=\"scroll fit\" role=\"region\" tabindex=\"0\"");
    kept_buf_clear(page->scratch);
    kept_format_title(page->scratch, first->name, first->title);
    kept_html__attr(page, "aria-label", kept_buf_text(page->scratch));
    kept_html__add(page, ">\n<table>\n<thead><tr><td></td>");
    for (size_t g = 0; g < n; g++) {
        kept_buf_clear(page->scratch);
        kept_format_title(page->scratch, groups[g].def->name, groups[g].def->title);
        kept_html__add(page, "<th scope=\"col\" class=\"n\">");
        kept_html__text(page, kept_buf_text(page->scratch));
        kept_html__add(page, "</th>");
    }
    kept_html__add(page, "</tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < first->n_fields; i++) {
        kept_html__add(page, "<tr><th scope=\"row\"");
        kept_html__attr(page, "title", first->fields[i].help);
        kept_html__add(page, ">");
        kept_html__field_title(page, &first->fields[i], true);
        kept_html__add(page, "</th>");
        for (size_t g = 0; g < n; g++) {
            const kept_cell *cell = &groups[g].cells[i];
            kept_html__add(page, cell->known ? "<td class=\"n\">"
                                             : "<td class=\"n none\" title=\"not known\">");
            kept_html__value(page, &groups[g].def->fields[i], cell);
            kept_html__add(page, "</td>");
        }
        kept_html__add(page, "</tr>\n");
    }
    kept_html__add(page, "</tbody>\n</table>\n</div></div>\n");
}

void kept_html__figures(kept_html_page *page, const kept_html_section *section)
{
    const kept_result *result = page->result;
    add_keys(page, section);
    size_t left = KEY_MOST;
    for (size_t g = 0; g < result->n_groups;) {
        size_t run = 1;
        while (g + run < result->n_groups &&
               same_fields(result->groups[g].def, result->groups[g + run].def))
            run++;
        if (run > 1)
            add_side_by_side(page, &result->groups[g], run);
        else
            add_grid(page, section, &result->groups[g], &left);
        g += run;
    }
}
