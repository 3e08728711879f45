/* Lines over a number, a date or ordered categories, with a band and a vertical mark. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/number.h"
#include "present/chart.h"
#include "present/markup.h"

typedef struct row_ref {
    double x;
    size_t row;
} row_ref;

typedef struct line_plot {
    kept_chart_view *view;
    row_ref *rows; /* rows with a known x, by x */
    size_t n;
    bool end_labels; /* series named at their right ends; else in the keys above */
    double end_y[KEPT_CHART_SERIES];
    bool has_mark;
    double mark_x;
    const char *mark_text;
    kept_chart_key keys[KEPT_CHART_SERIES + 1];
    size_t n_keys;
} line_plot;

static int by_x(const void *left, const void *right)
{
    const row_ref *a = left, *b = right;
    if (a->x != b->x)
        return a->x < b->x ? -1 : 1;
    return a->row < b->row ? -1 : a->row > b->row;
}

static kept_status sort_rows(line_plot *p, kept_err *err)
{
    kept_chart_view *view = p->view;
    p->rows = KEPT_NEW_N(view->arena, row_ref, view->n);
    if (!p->rows)
        return kept_nomem(err);
    for (size_t i = 0; i < view->n; i++)
        if (!isnan(view->x.v[i]))
            p->rows[p->n++] = (row_ref){view->x.v[i], i};
    qsort(p->rows, p->n, sizeof *p->rows, by_x);
    return KEPT_OK;
}

/* "x=39 end of the fit", "x=1997-09-30 end of the fit", "x=week 39" for categories. */
static kept_status read_mark(line_plot *p, kept_err *err)
{
    kept_chart_view *view = p->view;
    const char *text = view->chart->mark_x;
    if (!text)
        return KEPT_OK;
    if (kept_text_starts(text, "x="))
        text += 2;
    size_t len = strcspn(text, " ");
    kept_day day = 0;
    kept_decimal number = {0};
    bool ok = false;
    if (view->x.names) {
        for (size_t i = 0; i < view->x.n_names && !ok; i++) {
            size_t name = strlen(view->x.names[i]);
            ok = kept_text_starts(text, view->x.names[i]) && (text[name] == ' ' || text[name] == 0);
            if (ok)
                p->mark_x = (double)i, len = name;
        }
    } else if (kept_chart__is_date(&view->x)) {
        ok = kept_day_read_iso(text, len, &day);
        p->mark_x = day;
    } else {
        ok = kept_number_read(text, len, KEPT_MARK_POINT, &number);
        p->mark_x = (double)number.v / pow(10, number.scale);
    }
    if (!ok)
        return kept_fail(err, KEPT_EINTERNAL,
                         "The chart \"%s\" has the mark \"%s\", which is no value of its axis.",
                         view->chart->name, view->chart->mark_x);
    p->has_mark = true;
    p->mark_text = text + len + strspn(text + len, " ");
    return KEPT_OK;
}

/* --- Layout --- */

static const char *series_name(kept_chart_view *view, size_t k)
{
    return kept_chart__title(view, view->y[k].field);
}

static void choose_keys(line_plot *p)
{
    kept_chart_view *view = p->view;
    p->n_keys = 0;
    bool band = view->low.field && view->high.field;
    for (size_t k = 0; k < view->n_y && !p->end_labels && (view->n_y > 1 || band); k++)
        p->keys[p->n_keys++] = (kept_chart_key){KEPT_CHART_KEY_LINE, k, series_name(view, k)};
    if (!band)
        return;
    const char *text =
        kept_arena_printf(view->arena, "%s to %s", kept_chart__title(view, view->low.field),
                          kept_chart__title(view, view->high.field));
    p->keys[p->n_keys++] = (kept_chart_key){KEPT_CHART_KEY_BAND, 0, kept_chart__made(view, text)};
}

static double widest_name(kept_chart_view *view)
{
    double widest = 0;
    for (size_t k = 0; k < view->n_y; k++)
        widest = fmax(widest, kept_chart__text_width(series_name(view, k)));
    return widest;
}

static void lay_out(line_plot *p)
{
    kept_chart_view *view = p->view;
    choose_keys(p);
    bool y_title = *kept_chart__y_title(view) != 0;
    double keys_at = y_title ? 2 * KEPT_CHART_ROW - 4 : KEPT_CHART_ROW - 6;
    double head = y_title ? KEPT_CHART_ROW : 4;
    head += kept_chart__keys(view, p->keys, p->n_keys, keys_at, false);
    if (p->has_mark && *p->mark_text)
        head += KEPT_CHART_ROW;
    view->top = head + 8;
    view->bottom = view->height - kept_chart__foot(view, kept_chart__is_date(&view->x));
    double lo = INFINITY, hi = -INFINITY;
    for (size_t k = 0; k < view->n_y; k++)
        kept_chart__range(view, &view->y[k], &lo, &hi);
    if (view->low.field && view->high.field) {
        kept_chart__range(view, &view->low, &lo, &hi);
        kept_chart__range(view, &view->high, &lo, &hi);
    }
    kept_chart__y_axis(view, view->y[0].field, lo, hi, false);
    view->left = kept_chart__tick_width(&view->y_ticks) + 12;
    view->right = view->width - (p->end_labels ? widest_name(view) + KEPT_CHART_SAMPLE + 18 : 12);
    double from = p->rows[0].x, to = p->rows[p->n - 1].x;
    if (p->has_mark) {
        from = fmin(from, p->mark_x);
        to = fmax(to, p->mark_x);
    }
    kept_chart__x_axis(view, from, to);
}

/* Heights of the labels at the right ends, pushed apart; false when they would stand too far from
 * their lines to be read as theirs. */
static bool place_end_labels(line_plot *p)
{
    kept_chart_view *view = p->view;
    size_t order[KEPT_CHART_SERIES];
    double wanted[KEPT_CHART_SERIES];
    for (size_t k = 0; k < view->n_y; k++) {
        size_t i = p->n;
        while (i > 0 && isnan(view->y[k].v[p->rows[i - 1].row]))
            i--;
        /* A line that ends well before the right edge has its name nowhere near. */
        if (i == 0 || kept_chart__px(view, p->rows[i - 1].x) < view->right - 12)
            return false;
        wanted[k] = kept_chart__py(view, view->y[k].v[p->rows[i - 1].row]);
        size_t at = k; /* insertion by height */
        for (; at > 0 && wanted[order[at - 1]] > wanted[k]; at--)
            order[at] = order[at - 1];
        order[at] = k;
    }
    const double apart = 18;
    double floor_y = view->bottom;
    for (size_t i = view->n_y; i-- > 0;) { /* from the lowest upwards */
        p->end_y[order[i]] = fmin(wanted[order[i]], floor_y);
        floor_y = p->end_y[order[i]] - apart;
    }
    for (size_t i = 0; i + 1 < view->n_y; i++) { /* share the shift between neighbours */
        double gap = p->end_y[order[i + 1]] - p->end_y[order[i]];
        double shift = (wanted[order[i]] - p->end_y[order[i]]) / 2;
        if (gap <= apart && shift > 0 && p->end_y[order[i + 1]] + shift <= view->bottom)
            p->end_y[order[i]] += shift, p->end_y[order[i + 1]] += shift;
    }
    for (size_t k = 0; k < view->n_y; k++)
        if (fabs(p->end_y[k] - wanted[k]) > 1.5 * apart)
            return false;
    return true;
}

/* --- Drawing --- */

static void add_point(kept_buf *out, char command, double x, double y)
{
    kept_buf_add_char(out, command);
    kept_markup_coord(out, x);
    kept_buf_add_char(out, ' ');
    kept_markup_coord(out, y);
}

/* The points of one series that fall into one column of pixels: first, lowest, highest and last
 * look the same as all of them, so thousands of points cost no more than the width. */
typedef struct pixel_column {
    long at;
    size_t n, first, last, least, most; /* indices into rows */
} pixel_column;

static void flush_column(line_plot *p, const double *v, pixel_column *c, bool *begun)
{
    if (c->n == 0)
        return;
    size_t inner[2] = {c->least < c->most ? c->least : c->most,
                       c->least < c->most ? c->most : c->least};
    size_t picks[4] = {c->first, inner[0], inner[1], c->last};
    for (size_t i = 0; i < 4; i++) {
        if (i > 0 && picks[i] == picks[i - 1])
            continue;
        const row_ref *r = &p->rows[picks[i]];
        add_point(p->view->out, *begun ? 'L' : 'M', kept_chart__px(p->view, r->x),
                  kept_chart__py(p->view, v[r->row]));
        *begun = true;
    }
    c->n = 0;
}

static void draw_series(line_plot *p, size_t k)
{
    kept_chart_view *view = p->view;
    const double *v = view->y[k].v;
    pixel_column column = {0};
    bool begun = false; /* inside an unbroken stretch */
    kept_buf_printf(view->out, "<path class=\"line s%zu\" d=\"", k + 1);
    for (size_t i = 0; i < p->n; i++) {
        double y = v[p->rows[i].row];
        long at = lround(kept_chart__px(view, p->rows[i].x));
        if (isnan(y) || (column.n > 0 && at != column.at))
            flush_column(p, v, &column, &begun);
        if (isnan(y)) {
            begun = false;
            continue;
        }
        if (column.n == 0)
            column = (pixel_column){at, 0, i, i, i, i};
        column.n++;
        column.last = i;
        if (y < v[p->rows[column.least].row])
            column.least = i;
        if (y > v[p->rows[column.most].row])
            column.most = i;
    }
    flush_column(p, v, &column, &begun);
    kept_buf_add(view->out, "\"/>\n");
}

static bool known_at(const line_plot *p, const double *v, size_t i)
{
    return i < p->n && !isnan(v[p->rows[i].row]);
}

/* A point without neighbours makes no line; a series of few points shows where they are. */
static void draw_dots(line_plot *p, size_t k)
{
    kept_chart_view *view = p->view;
    const double *v = view->y[k].v;
    bool few = p->n <= 16;
    bool any = false;
    for (size_t i = 0; i < p->n; i++) {
        bool alone = !known_at(p, v, i + 1) && (i == 0 || !known_at(p, v, i - 1));
        if (!known_at(p, v, i) || !(few || alone))
            continue;
        if (!any)
            kept_buf_printf(view->out, "<path class=\"dots s%zu\" d=\"", k + 1);
        any = true;
        kept_chart__marker(view->out, k, kept_chart__px(view, p->rows[i].x),
                           kept_chart__py(view, v[p->rows[i].row]), 4);
    }
    if (any)
        kept_buf_add(view->out, "\"/>\n");
}

typedef struct band_point {
    double x, low, high;
} band_point;

static void flush_band(kept_chart_view *view, band_point *points, size_t n)
{
    if (n == 0)
        return;
    if (n == 1) { /* one point: a bar wide enough to see */
        points[1] = points[0];
        points[0].x -= 2;
        points[1].x += 2;
        n = 2;
    }
    for (size_t i = 0; i < n; i++)
        add_point(view->out, i == 0 ? 'M' : 'L', points[i].x, points[i].high);
    for (size_t i = n; i-- > 0;)
        add_point(view->out, 'L', points[i].x, points[i].low);
    kept_buf_add_char(view->out, 'z');
}

static kept_status draw_band(line_plot *p, kept_err *err)
{
    kept_chart_view *view = p->view;
    if (!view->low.field || !view->high.field)
        return KEPT_OK;
    band_point *points = KEPT_NEW_N(view->arena, band_point, p->n + 1);
    if (!points)
        return kept_nomem(err);
    size_t n = 0;
    kept_buf_add(view->out, "<path class=\"band\" d=\"");
    for (size_t i = 0; i < p->n; i++) {
        size_t row = p->rows[i].row;
        if (isnan(view->low.v[row]) || isnan(view->high.v[row])) {
            flush_band(view, points, n);
            n = 0;
            continue;
        }
        band_point b = {kept_chart__px(view, p->rows[i].x), kept_chart__py(view, view->low.v[row]),
                        kept_chart__py(view, view->high.v[row])};
        if (n > 0 && b.x - points[n - 1].x < 1) { /* same pixel: the wider of both */
            points[n - 1].low = fmax(points[n - 1].low, b.low);
            points[n - 1].high = fmin(points[n - 1].high, b.high);
        } else {
            points[n++] = b;
        }
    }
    flush_band(view, points, n);
    kept_buf_add(view->out, "\"/>\n");
    return KEPT_OK;
}

static void draw_mark(line_plot *p)
{
    kept_chart_view *view = p->view;
    if (!p->has_mark)
        return;
    double x = kept_chart__px(view, p->mark_x);
    double head = *p->mark_text ? view->top - 10 : view->top;
    kept_chart__segment(view, x, head, x, view->bottom, "mark");
    double width = kept_chart__text_width(p->mark_text);
    bool right = x + width + 6 <= view->width;
    bool left = x - width - 6 >= 0;
    if (right || left)
        kept_chart__text(view, right ? x - 4 : x + 4, head - 5, "label", right ? "start" : "end",
                         p->mark_text);
    else
        kept_chart__text(view, view->width / 2, head - 5, "label", "middle",
                         kept_chart__cut(view, p->mark_text, view->width));
}

static void draw_end_labels(line_plot *p)
{
    kept_chart_view *view = p->view;
    for (size_t k = 0; k < view->n_y && p->end_labels; k++) {
        kept_chart_key key = {KEPT_CHART_KEY_LINE, k, NULL};
        kept_chart__sample(view, key, view->right + 8, p->end_y[k]);
        kept_chart__text(view, view->right + 14 + KEPT_CHART_SAMPLE, p->end_y[k] + 4, "label",
                         "start", series_name(view, k));
    }
}

kept_status kept_chart__line(kept_chart_view *view, kept_err *err)
{
    line_plot plot = {.view = view};
    if (view->height <= 0)
        view->height = view->width < 500 ? 320 : 380;
    KEPT_TRY(sort_rows(&plot, err));
    KEPT_TRY(read_mark(&plot, err));
    plot.end_labels = view->n_y > 1 && view->width >= 500 && widest_name(view) < 0.25 * view->width;
    lay_out(&plot);
    if (plot.end_labels && !place_end_labels(&plot)) {
        plot.end_labels = false;
        lay_out(&plot);
    }
    const char *y_title = kept_chart__y_title(view);
    kept_chart__titles(view, kept_chart__axis_title(view, view->x.field), y_title, 12);
    kept_chart__keys(view, plot.keys, plot.n_keys,
                     *y_title ? 2 * KEPT_CHART_ROW - 4 : KEPT_CHART_ROW - 6, true);
    kept_chart__y_grid(view);
    kept_chart__x_texts(view);
    KEPT_TRY(draw_band(&plot, err));
    draw_mark(&plot);
    for (size_t k = view->n_y; k-- > 0;) { /* the first series lies on top */
        draw_series(&plot, k);
        draw_dots(&plot, k);
    }
    draw_end_labels(&plot);
    return KEPT_OK;
}
