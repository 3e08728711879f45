#include "present/svg.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "present/chart.h"
#include "present/markup.h"

/* --- Columns of the table as numbers --- */

/* Index of a name among those seen, added when new; NaN when there are too many. */
static double name_index(kept_chart_col *col, const char *name)
{
    if (col->n_names > 0 && strcmp(col->names[col->n_names - 1], name) == 0)
        return (double)(col->n_names - 1);
    for (size_t i = 0; i < col->n_names; i++)
        if (strcmp(col->names[i], name) == 0)
            return (double)i;
    if (col->n_names == KEPT_CHART_NAMES)
        return NAN;
    col->names[col->n_names] = name;
    return (double)col->n_names++;
}

static double cell_number(kept_chart_col *col, kept_cell cell, bool by_row, size_t row)
{
    if (!cell.known)
        return NAN;
    switch (col->field->type) {
    case KEPT_TEXT:
        if (!by_row)
            return name_index(col, cell.v.text ? cell.v.text : "");
        if (row < KEPT_CHART_NAMES) {
            col->names[row] = cell.v.text ? cell.v.text : "";
            col->n_names = row + 1;
            return (double)row;
        }
        return NAN;
    case KEPT_REAL:
    case KEPT_SHARE: /* beyond 1e300 differences overflow: as good as not known */
        return fabs(cell.v.real) < 1e300 ? cell.v.real : NAN;
    case KEPT_MONEY:
        return (double)cell.v.i / 1e4;
    case KEPT_TIME:
        return (double)cell.v.i / 86400e6;
    case KEPT_BOOL:
    case KEPT_COUNT:
    case KEPT_INTEGER:
    case KEPT_DATE:
        return (double)cell.v.i;
    }
    return NAN;
}

/* How many letters of "2024-01-01" a day needs: a year 4, the first of a month 7, others 10. */
static int letters_needed(double value, int so_far)
{
    if (!(value >= KEPT_DAY_MIN && value <= KEPT_DAY_MAX))
        return so_far;
    int year, month, day;
    kept_day_to_civil((kept_day)floor(value), &year, &month, &day);
    int needed = day > 1 ? 10 : month > 1 ? 7 : 4;
    return needed > so_far ? needed : so_far;
}

/* by_row: text categories are one per row, as in bars and lines. */
static kept_status read_column(kept_chart_view *view, const char *name, bool by_row,
                               kept_chart_col *ret_col, kept_err *err)
{
    *ret_col = (kept_chart_col){0};
    if (!name)
        return KEPT_OK;
    const kept_table_def *def = view->table->def;
    int index = kept_field_index(def->fields, def->n_fields, name);
    if (index < 0)
        return kept_fail(err, KEPT_EINTERNAL,
                         "The chart \"%s\" draws the column \"%s\", which the table \"%s\" does "
                         "not have.",
                         view->chart->name, name, def->name);
    ret_col->field = &def->fields[index];
    ret_col->v = KEPT_NEW_N(view->arena, double, view->n);
    if (ret_col->field->type == KEPT_TEXT)
        ret_col->names = KEPT_NEW_N(view->arena, const char *, KEPT_CHART_NAMES);
    if (!ret_col->v || (ret_col->field->type == KEPT_TEXT && !ret_col->names))
        return kept_nomem(err);
    ret_col->date_letters = 4;
    for (size_t i = 0; i < KEPT_CHART_NAMES && ret_col->names; i++)
        ret_col->names[i] = "";
    for (size_t i = 0; i < view->n; i++)
        ret_col->v[i] =
            cell_number(ret_col, view->table->cells[i * def->n_fields + (size_t)index], by_row, i);
    for (size_t i = 0; i < view->n && kept_chart__is_date(ret_col); i++)
        ret_col->date_letters = letters_needed(ret_col->v[i], ret_col->date_letters);
    return KEPT_OK;
}

static kept_status read_columns(kept_chart_view *view, kept_err *err)
{
    const kept_chart *chart = view->chart;
    bool by_row = chart->kind == KEPT_CHART_LINE || chart->kind == KEPT_CHART_BARS;
    KEPT_TRY(read_column(view, chart->x, by_row, &view->x, err));
    for (; view->n_y < KEPT_CHART_SERIES && chart->y[view->n_y]; view->n_y++)
        KEPT_TRY(read_column(view, chart->y[view->n_y], false, &view->y[view->n_y], err));
    KEPT_TRY(read_column(view, chart->value, false, &view->value, err));
    KEPT_TRY(read_column(view, chart->low, false, &view->low, err));
    KEPT_TRY(read_column(view, chart->high, false, &view->high, err));
    bool heat = chart->kind == KEPT_CHART_HEAT;
    if (!view->x.field || view->n_y == 0 || (heat && !view->value.field))
        return kept_fail(err, KEPT_EINTERNAL,
                         "The chart \"%s\" does not say which columns to draw.", chart->name);
    if (view->x.names && view->n > KEPT_CHART_NAMES && by_row)
        snprintf(view->note, sizeof view->note, "The first %d of %zu rows are drawn.",
                 KEPT_CHART_NAMES, view->n);
    return KEPT_OK;
}

/* --- What is there to draw --- */

static bool has_point(const kept_chart_view *view)
{
    bool heat = view->chart->kind == KEPT_CHART_HEAT;
    for (size_t i = 0; i < view->n; i++) {
        if (isnan(view->x.v[i]))
            continue;
        if (heat && !isnan(view->y[0].v[i]) && !isnan(view->value.v[i]))
            return true;
        for (size_t k = 0; k < view->n_y && !heat; k++)
            if (!isnan(view->y[k].v[i]))
                return true;
    }
    return false;
}

static kept_status draw(kept_chart_view *view, kept_err *err)
{
    if (view->n == 0) {
        const char *empty = view->table->def->empty;
        kept_chart__empty(view, empty ? empty : "There are no rows to draw.");
        return KEPT_OK;
    }
    if (!has_point(view)) {
        const kept_chart_col *col =
            view->chart->kind == KEPT_CHART_HEAT ? &view->value : &view->y[0];
        const char *title = kept_chart__title(view, col->field);
        const char *sentence = kept_arena_printf(
            view->arena, "Nothing to draw yet: no value of \xe2\x80\x9c%s\xe2\x80\x9d is known.",
            title);
        if (!sentence)
            return kept_nomem(err);
        kept_chart__empty(view, sentence);
        return KEPT_OK;
    }
    switch (view->chart->kind) {
    case KEPT_CHART_LINE:
        return kept_chart__line(view, err);
    case KEPT_CHART_BARS:
        return kept_chart__bars(view, err);
    case KEPT_CHART_HEAT:
        return kept_chart__heat(view, err);
    case KEPT_CHART_SCATTER:
        return kept_chart__scatter(view, err);
    }
    return kept_fail(err, KEPT_EINTERNAL, "The chart \"%s\" is of an unknown kind.",
                     view->chart->name);
}

/* An id may hold letters, digits, - and _: anything else becomes _. */
static void add_id(kept_buf *out, const char *id, const char *part)
{
    for (; *id; id++) {
        bool plain = (*id >= 'a' && *id <= 'z') || (*id >= 'A' && *id <= 'Z') ||
                     (*id >= '0' && *id <= '9') || *id == '-';
        kept_buf_add_char(out, plain ? *id : '_');
    }
    kept_buf_printf(out, "-%s", part);
}

static void add_svg(const kept_chart_view *view, const kept_svg_opts *opts, const char *body,
                    kept_buf *out)
{
    const char *id = opts->id ? opts->id : view->chart->name;
    /* A file of its own has a heading and a margin. */
    double head = opts->standalone ? 64 : 0, sides = opts->standalone ? 40 : 0;
    kept_buf_add(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart");
    if (opts->class) {
        kept_buf_add_char(out, ' ');
        kept_markup_text(out, opts->class);
    }
    kept_buf_add(out, "\" viewBox=\"0 0 ");
    kept_markup_coord(out, view->width + sides);
    kept_buf_add_char(out, ' ');
    kept_markup_coord(out, view->height + head);
    kept_buf_add(out, "\" width=\"");
    kept_markup_coord(out, view->width + sides);
    kept_buf_add(out, "\" height=\"");
    kept_markup_coord(out, view->height + head);
    kept_buf_add(out, "\" role=\"img\" aria-labelledby=\"");
    add_id(out, id, "t");
    kept_buf_add_char(out, ' ');
    add_id(out, id, "d");
    kept_buf_add(out, "\">\n<title id=\"");
    add_id(out, id, "t");
    kept_buf_add(out, "\">");
    kept_markup_text(out, view->chart->title ? view->chart->title : view->chart->name);
    kept_buf_add(out, "</title>\n<desc id=\"");
    add_id(out, id, "d");
    kept_buf_add(out, "\">");
    kept_markup_text(out, view->chart->summary);
    kept_buf_add(out, "</desc>\n");
    if (opts->standalone) {
        kept_buf_printf(out, "<style>\n%s%s</style>\n", kept_markup_file("colours.css"),
                        kept_markup_file("chart.css"));
        kept_buf_add(out, "<rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n"
                          "<text class=\"head\" x=\"20\" y=\"30\">");
        kept_markup_text(out, view->chart->title);
        kept_buf_add(out, "</text>\n<g transform=\"translate(20 48)\">\n");
    }
    kept_buf_add(out, body);
    kept_buf_add(out, opts->standalone ? "</g>\n</svg>\n" : "</svg>\n");
}

kept_status kept_svg_write(const kept_result *result, const kept_chart *chart,
                           const kept_svg_opts *opts, kept_buf *out, kept_err *err)
{
    const kept_svg_opts defaults = KEPT_SVG_OPTS_INIT;
    if (!opts)
        opts = &defaults;
    if (opts->width < 240 || opts->width > 2000 || opts->height < 0 || opts->height > 2000)
        return kept_fail(err, KEPT_EARG, "A chart is 240 to 2000 wide and up to 2000 high.");
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    KEPT_AUTO_BUF body = KEPT_BUF_INIT;
    kept_chart_view *view = KEPT_NEW(&arena, kept_chart_view);
    if (!view)
        return kept_nomem(err);
    view->table = kept_result_find_table(result, chart->table);
    if (!view->table)
        return kept_fail(err, KEPT_EINTERNAL,
                         "The chart \"%s\" draws the table \"%s\", which the "
                         "result does not have.",
                         chart->name, chart->table);
    view->chart = chart;
    view->currency = result->currency ? result->currency : "";
    view->arena = &arena;
    view->n = view->table->n_rows;
    view->out = &body;
    view->width = opts->width;
    view->height = opts->height;
    KEPT_TRY(read_columns(view, err));
    KEPT_TRY(draw(view, err));
    KEPT_AUTO_BUF whole = KEPT_BUF_INIT;
    add_svg(view, opts, kept_buf_text(&body), &whole);
    if (view->failed || body.failed || whole.failed)
        return kept_nomem(err);
    kept_buf_add(out, kept_buf_text(&whole));
    return out->failed ? kept_nomem(err) : KEPT_OK;
}
