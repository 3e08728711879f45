/* present/html_parts.h - pieces of the report: private to html*.c. */
#ifndef KEPT_PRESENT_HTML_PARTS_H
#define KEPT_PRESENT_HTML_PARTS_H

#include "kept/arena.h"
#include "present/html.h"

typedef struct kept_html_page {
    kept_buf *out;
    kept_buf *scratch; /* one cell at a time */
    const kept_html_opts *opts;
    const kept_result *result; /* of the section being written */
    size_t section;            /* 1, 2, ... */
} kept_html_page;

void kept_html__add(kept_html_page *page, const char *markup); /* as it is */
void kept_html__text(kept_html_page *page, const char *text);  /* escaped */
/* ` name="text"` with the text escaped; nothing when text is NULL. */
void kept_html__attr(kept_html_page *page, const char *name, const char *text);
/* Title of a field, then its unit in soft type. */
void kept_html__field_title(kept_html_page *page, const kept_field *field, bool with_unit);
/* One formatted value, escaped. */
void kept_html__value(kept_html_page *page, const kept_field *field, const kept_cell *cell);

/* --- html_figures.c: scalars --- */

/* Key figures, then every other group as a grid; groups of the same fields as one table. */
void kept_html__figures(kept_html_page *page, const kept_html_section *section);

/* --- html_table.c --- */

/* The table in a frame that scrolls, at most max_rows rows, the rest counted in a sentence. */
void kept_html__table(kept_html_page *page, const kept_table *table, size_t max_rows);

#endif
