/* One bar per row: standing over ordered bins or short categories, lying under long ones. */
#include <math.h>
#include <stdio.h>

#include "present/chart.h"
#include "present/markup.h"

typedef struct bar_plot {
    kept_chart_view *view;
    size_t n;            /* bars drawn: the first rows */
    const char **labels; /* below or beside each bar */
    const char **values; /* direct label of each bar */
    double widest_label, widest_value;
    bool lying;
    bool bins;        /* ordered numbers or dates: bars stand close */
    bool show_values; /* there is room for direct labels */
} bar_plot;

static const char *row_label(kept_chart_view *view, size_t row)
{
    return kept_chart__category(view, &view->x, view->x.v[row]);
}

static kept_status prepare(bar_plot *p, kept_err *err)
{
    kept_chart_view *view = p->view;
    size_t most = (size_t)(view->width / 4); /* thinner bars cannot be told apart */
    p->n = view->n;
    if (p->n > most)
        p->n = most;
    if (view->x.names && p->n > KEPT_CHART_NAMES)
        p->n = KEPT_CHART_NAMES;
    if (p->n < view->n)
        snprintf(view->note, sizeof view->note, "The first %zu of %zu rows are drawn.", p->n,
                 view->n);
    p->labels = KEPT_NEW_N(view->arena, const char *, p->n);
    p->values = KEPT_NEW_N(view->arena, const char *, p->n);
    if (!p->labels || !p->values)
        return kept_nomem(err);
    double room = view->width * (view->width < 500 ? 0.36 : 0.3);
    for (size_t i = 0; i < p->n; i++) {
        p->labels[i] = kept_chart__cut(view, row_label(view, i), room);
        double y = view->y[0].v[i];
        p->values[i] = isnan(y) ? "\xe2\x80\x93" : kept_chart__label(view, view->y[0].field, y);
        p->widest_label = fmax(p->widest_label, kept_chart__text_width(p->labels[i]));
        p->widest_value = fmax(p->widest_value, kept_chart__text_width(p->values[i]));
    }
    double slot = (view->width - 60) / (double)p->n;
    p->bins = !view->x.names;
    p->lying = !p->bins && p->widest_label + 2 > slot && p->n <= 40;
    p->show_values = !view->low.field && (p->lying || p->widest_value + 4 <= slot);
    return KEPT_OK;
}

static void value_range(const bar_plot *p, double *lo, double *hi)
{
    kept_chart_view first = *p->view; /* only the rows drawn */
    first.n = p->n;
    *lo = INFINITY;
    *hi = -INFINITY;
    kept_chart__range(&first, &first.y[0], lo, hi);
    if (first.low.field && first.high.field) {
        kept_chart__range(&first, &first.low, lo, hi);
        kept_chart__range(&first, &first.high, lo, hi);
    }
    if (!(*lo <= *hi)) /* the rows drawn have no known value */
        *lo = 0, *hi = 1;
}

static void add_rect(bar_plot *p, size_t row, double x, double y, double width, double height)
{
    kept_chart_view *view = p->view;
    kept_buf_add(view->out, "<g><title>");
    kept_markup_text(view->out, row_label(view, row));
    kept_buf_add(view->out, ": ");
    kept_markup_text(view->out, kept_chart__label(view, view->y[0].field, view->y[0].v[row]));
    kept_buf_add(view->out, "</title><rect class=\"bar s1\" x=\"");
    kept_markup_coord(view->out, x);
    kept_buf_add(view->out, "\" y=\"");
    kept_markup_coord(view->out, y);
    kept_buf_add(view->out, "\" width=\"");
    kept_markup_coord(view->out, width);
    kept_buf_add(view->out, "\" height=\"");
    kept_markup_coord(view->out, height);
    kept_buf_add(view->out, "\"/></g>\n");
}

/* --- Standing --- */

static void whisker(bar_plot *p, size_t row, double x)
{
    kept_chart_view *view = p->view;
    if (!view->low.field || !view->high.field || isnan(view->low.v[row]) ||
        isnan(view->high.v[row]))
        return;
    double low = kept_chart__py(view, view->low.v[row]);
    double high = kept_chart__py(view, view->high.v[row]);
    kept_chart__segment(view, x, low, x, high, "whisker");
    kept_chart__segment(view, x - 4, low, x + 4, low, "whisker");
    kept_chart__segment(view, x - 4, high, x + 4, high, "whisker");
}

static void draw_standing(bar_plot *p)
{
    kept_chart_view *view = p->view;
    if (view->height <= 0)
        view->height = view->width < 500 ? 270 : 330;
    view->top = KEPT_CHART_ROW + (p->show_values ? 22 : 10);
    view->bottom = view->height - kept_chart__foot(view, false);
    double lo, hi;
    value_range(p, &lo, &hi);
    kept_chart__y_axis(view, view->y[0].field, lo, hi, true);
    view->left = kept_chart__tick_width(&view->y_ticks) + 12;
    view->right = view->width - 8;
    kept_chart__titles(view, kept_chart__axis_title(view, view->x.field), kept_chart__y_title(view),
                       12);
    kept_chart__y_grid(view);
    double slot = (view->right - view->left) / (double)p->n;
    double gap = p->bins ? fmin(2, slot * 0.15) : fmax(slot * 0.3, slot - 72);
    size_t every = (size_t)ceil((p->widest_label + 10) / slot);
    double zero = kept_chart__py(view, 0);
    for (size_t i = 0; i < p->n; i++) {
        double x = view->left + slot * (double)i, middle = x + slot / 2;
        double value = view->y[0].v[i];
        double y = isnan(value) ? zero : kept_chart__py(view, value);
        if (!isnan(value))
            add_rect(p, i, x + gap / 2, fmin(y, zero), slot - gap, fabs(y - zero));
        if (p->show_values)
            kept_chart__text(view, middle, value < 0 ? y + 15 : y - 5, "value", "middle",
                             p->values[i]);
        whisker(p, i, middle);
        if (i % every == 0)
            kept_chart__text(view, fmax(middle, kept_chart__text_width(p->labels[i]) / 2),
                             view->bottom + 19, "tick", "middle", p->labels[i]);
    }
    kept_chart__segment(view, view->left, zero, view->right, zero, "axis");
}

/* --- Lying --- */

static void draw_lying(bar_plot *p)
{
    kept_chart_view *view = p->view;
    const double slot = 28;
    bool two_heads =
        kept_chart__text_width(kept_chart__axis_title(view, view->x.field)) > p->widest_label;
    view->top = (two_heads ? 2 : 1) * KEPT_CHART_ROW + 4;
    view->bottom = view->top + slot * (double)p->n;
    double note = view->note[0] ? KEPT_CHART_ROW : 0;
    view->height = view->bottom + 8 + note;
    double lo, hi;
    value_range(p, &lo, &hi);
    lo = fmin(lo, 0);
    hi = fmax(hi, 0);
    if (!(hi > lo))
        hi = lo + 1;
    /* Direct labels stand at the ends of the bars, on either side of zero. */
    double from = p->widest_label + 12 + (lo < 0 ? p->widest_value + 8 : 0);
    double to = view->width - (hi > 0 ? p->widest_value + 8 : 8);
    view->x_ticks = (kept_ticks){.lo = lo, .hi = hi};
    view->left = from;
    view->right = to;
    double zero = kept_chart__px(view, 0);
    /* What the bars measure stands over them, what they are over their names; one line each when
     * that is too long. */
    const char *x_title = kept_chart__axis_title(view, view->x.field);
    if (two_heads)
        kept_chart__text(view, 0, 12, "axis-title", "start",
                         kept_chart__cut(view, x_title, view->width));
    else
        kept_chart__text(view, from - 12, 12, "axis-title", "end", x_title);
    kept_chart__text(view, two_heads ? 0 : from, two_heads ? 12 + KEPT_CHART_ROW : 12, "axis-title",
                     "start", kept_chart__cut(view, kept_chart__y_title(view), view->width));
    for (size_t i = 0; i < p->n; i++) {
        double y = view->top + slot * (double)i;
        double value = view->y[0].v[i];
        double x = isnan(value) ? zero : kept_chart__px(view, value);
        kept_chart__text(view, p->widest_label, y + slot / 2 + 4, "label", "end", p->labels[i]);
        if (!isnan(value))
            add_rect(p, i, fmin(x, zero), y + 4, fabs(x - zero), slot - 8);
        if (p->show_values)
            kept_chart__text(view, value < 0 ? x - 6 : x + 6, y + slot / 2 + 4, "value",
                             value < 0 ? "end" : "start", p->values[i]);
        if (view->low.field && view->high.field && !isnan(view->low.v[i]) &&
            !isnan(view->high.v[i]))
            kept_chart__segment(view, kept_chart__px(view, view->low.v[i]), y + slot / 2,
                                kept_chart__px(view, view->high.v[i]), y + slot / 2, "whisker");
    }
    kept_chart__segment(view, zero, view->top, zero, view->bottom, "axis");
    if (view->note[0])
        kept_chart__text(view, 0, view->height - 6, "axis-title", "start", view->note);
}

kept_status kept_chart__bars(kept_chart_view *view, kept_err *err)
{
    if (view->n_y > 1)
        return kept_fail(err, KEPT_EINTERNAL, "The chart \"%s\" has more than one column of bars.",
                         view->chart->name);
    bar_plot plot = {.view = view};
    KEPT_TRY(prepare(&plot, err));
    if (plot.lying)
        draw_lying(&plot);
    else
        draw_standing(&plot);
    return KEPT_OK;
}
