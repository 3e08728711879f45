#include <math.h>

#include "present/format.h"
#include "present/html_parts.h"
#include "present/markup.h"

/* How the reals of one column are written: with the same number of decimals, so that points stand
 * below each other. */
typedef struct real_style {
    bool fixed;
    int places;
} real_style;

/* Decimals that a value needs, at most `most`. */
static int places_needed(double value, int most)
{
    double scale = 1;
    for (int places = 0; places < most; places++, scale *= 10)
        if (fabs(value * scale - round(value * scale)) < 1e-6)
            return places;
    return most;
}

/* Five significant digits of the largest value, fewer when all need fewer. Columns that span too
 * many sizes are left to the general format. */
static real_style column_style(const kept_table *table, size_t column, size_t rows)
{
    double largest = 0, least = INFINITY;
    for (size_t i = 0; i < rows; i++) {
        const kept_cell *cell = &table->cells[i * table->def->n_fields + column];
        if (!cell->known || cell->v.real == 0)
            continue;
        largest = fmax(largest, fabs(cell->v.real));
        least = fmin(least, fabs(cell->v.real));
    }
    if (largest == 0)
        return (real_style){true, 0};
    if (!(largest < 1e12))
        return (real_style){false, 0};
    int most = 4 - (int)floor(log10(largest));
    most = most < 0 ? 0 : most > 8 ? 8 : most;
    if (least * pow(10, most) < 1) /* would be written as nothing */
        return (real_style){false, 0};
    int places = 0;
    for (size_t i = 0; i < rows && places < most; i++) {
        const kept_cell *cell = &table->cells[i * table->def->n_fields + column];
        int needed = cell->known ? places_needed(cell->v.real, most) : 0;
        places = needed > places ? needed : places;
    }
    return (real_style){true, places};
}

static const char *cell_class(kept_type type)
{
    if (kept_format_is_number(type))
        return "n";
    return type == KEPT_DATE || type == KEPT_TIME ? "d" : "t";
}

static void add_head(kept_html_page *page, const kept_table_def *def)
{
    kept_html__add(page, "<thead><tr>");
    for (size_t i = 0; i < def->n_fields;
         i += kept_format_interval(def->fields, def->n_fields, i)) {
        const kept_field *field = &def->fields[i];
        kept_html__add(page, "<th scope=\"col\"");
        kept_html__attr(page, "class", cell_class(field->type));
        kept_html__attr(page, "title", field->help);
        kept_html__add(page, ">");
        kept_html__field_title(page, field, true);
        kept_html__add(page, "</th>");
    }
    kept_html__add(page, "</tr></thead>\n");
}

static void add_value(kept_html_page *page, const kept_field *field, const kept_cell *cell,
                      real_style style)
{
    if (field->type != KEPT_REAL || field->estimate || !style.fixed || !cell->known) {
        kept_html__value(page, field, cell);
        return;
    }
    char text[KEPT_FIXED_TEXT];
    kept_markup_fixed(cell->v.real, style.places, true, false, text);
    kept_html__text(page, text);
}

static void add_cell(kept_html_page *page, const kept_field *field, const kept_cell *cells,
                     size_t span, const real_style *styles, bool names_row)
{
    const char *element = names_row ? "th" : "td";
    kept_buf_printf(page->out, "<%s%s class=\"%s%s\"", element, names_row ? " scope=\"row\"" : "",
                    cell_class(field->type), cells[0].known ? "" : " none");
    if (!cells[0].known)
        kept_html__add(page, " title=\"not known\"");
    kept_html__add(page, ">");
    add_value(page, field, &cells[0], styles[0]);
    if (span == 3 && (cells[1].known || cells[2].known)) {
        kept_html__add(page, "<span class=\"range\">");
        add_value(page, &field[1], &cells[1], styles[1]);
        kept_html__add(page, " to ");
        add_value(page, &field[2], &cells[2], styles[2]);
        kept_html__add(page, "</span>");
    }
    kept_buf_printf(page->out, "</%s>", element);
}

/* Words for the rows that are not here. */
static void add_rest(kept_html_page *page, const kept_table *table, size_t shown)
{
    size_t all = table->n_rows + table->more;
    if (shown == all)
        return;
    kept_html__add(page, "<p class=\"rest\">The first ");
    kept_format_count(page->out, (int64_t)shown);
    kept_html__add(page, " of ");
    kept_format_count(page->out, (int64_t)all);
    kept_html__add(page, " rows; ");
    kept_format_count(page->out, (int64_t)(all - shown));
    kept_html__add(page,
                   all - shown == 1 ? " more is not shown here." : " more are not shown here.");
    if (page->opts->more) {
        kept_html__add(page, " All of them: ");
        kept_html__text(page, page->opts->more);
    }
    kept_html__add(page, "</p>\n");
}

void kept_html__table(kept_html_page *page, const kept_table *table, size_t max_rows)
{
    const kept_table_def *def = table->def;
    if (table->n_rows == 0) {
        kept_html__add(page, "<p class=\"rest\">");
        kept_html__text(page, def->empty ? def->empty : "There are no rows.");
        kept_html__add(page, "</p>\n");
        return;
    }
    size_t rows = table->n_rows < max_rows ? table->n_rows : max_rows;

    real_style styles[KEPT_RESULT_FIELDS] = {0};
    for (size_t i = 0; i < def->n_fields; i++)
        if (def->fields[i].type == KEPT_REAL)
            styles[i] = column_style(table, i, rows);
    kept_buf_clear(page->scratch);
    kept_format_title(page->scratch, def->name, def->title);
    kept_html__add(page, "<div class=\"scroll\" role=\"region\" tabindex=\"0\"");
    kept_html__attr(page, "aria-label", kept_buf_text(page->scratch));
    kept_html__add(page, ">\n<table>\n");
    add_head(page, def);
    kept_html__add(page, "<tbody>\n");
    /* A first column of words or ids names its row. */
    bool named = def->fields[0].type == KEPT_TEXT || def->fields[0].type == KEPT_INTEGER ||
                 def->fields[0].type == KEPT_DATE;
    for (size_t r = 0; r < rows; r++) {
        kept_html__add(page, "<tr>");
        for (size_t i = 0; i < def->n_fields;) {
            size_t span = kept_format_interval(def->fields, def->n_fields, i);
            add_cell(page, &def->fields[i], &table->cells[r * def->n_fields + i], span, &styles[i],
                     named && i == 0);
            i += span;
        }
        kept_html__add(page, "</tr>\n");
    }
    kept_html__add(page, "</tbody>\n</table>\n</div>\n");
    add_rest(page, table, rows);
}
