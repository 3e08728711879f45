/* A value over two axes: cells in ten steps of one sequence of colours. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "present/chart.h"
#include "present/markup.h"

enum {
    HEAT_STEPS = 10, /* colours h0..h9 in the style sheet */
    HEAT_CELLS = 150 /* per axis: beyond it neighbours are averaged */
};

typedef struct heat_axis {
    double *values; /* distinct, rising */
    size_t n_values;
    size_t n; /* cells along the axis */
} heat_axis;

typedef struct heat_plot {
    kept_chart_view *view;
    heat_axis x, y;
    double *mean; /* y.n rows of x.n cells, NaN where nothing is known */
    bool gaps;
    kept_ticks legend;
    size_t steps;
} heat_plot;

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return a < b ? -1 : a > b;
}

static kept_status make_axis(kept_chart_view *view, const kept_chart_col *col, heat_axis *axis,
                             kept_err *err)
{
    axis->values = KEPT_NEW_N(view->arena, double, view->n);
    if (!axis->values)
        return kept_nomem(err);
    size_t n = 0;
    for (size_t i = 0; i < view->n; i++)
        if (!isnan(col->v[i]))
            axis->values[n++] = col->v[i];
    qsort(axis->values, n, sizeof *axis->values, by_value);
    for (size_t i = 0; i < n; i++)
        if (axis->n_values == 0 || axis->values[i] > axis->values[axis->n_values - 1])
            axis->values[axis->n_values++] = axis->values[i];
    axis->n = axis->n_values < HEAT_CELLS ? axis->n_values : HEAT_CELLS;
    return KEPT_OK;
}

static size_t cell_of(const heat_axis *axis, double value)
{
    size_t lo = 0, hi = axis->n_values;
    while (hi - lo > 1) {
        size_t middle = lo + (hi - lo) / 2;
        if (axis->values[middle] <= value)
            lo = middle;
        else
            hi = middle;
    }
    return lo * axis->n / axis->n_values;
}

static kept_status fill_cells(heat_plot *p, double *lo, double *hi, kept_err *err)
{
    kept_chart_view *view = p->view;
    size_t n = p->x.n * p->y.n;
    p->mean = KEPT_NEW_N(view->arena, double, n);
    double *count = KEPT_NEW_N(view->arena, double, n);
    if (!p->mean || !count)
        return kept_nomem(err);
    for (size_t i = 0; i < view->n; i++) {
        if (isnan(view->x.v[i]) || isnan(view->y[0].v[i]) || isnan(view->value.v[i]))
            continue;
        size_t at = cell_of(&p->y, view->y[0].v[i]) * p->x.n + cell_of(&p->x, view->x.v[i]);
        count[at] += 1;
        p->mean[at] += (view->value.v[i] - p->mean[at]) / count[at];
    }
    for (size_t i = 0; i < n; i++) {
        if (count[i] == 0) {
            p->mean[i] = NAN;
            p->gaps = true;
            continue;
        }
        *lo = fmin(*lo, p->mean[i]);
        *hi = fmax(*hi, p->mean[i]);
    }
    if (p->x.n < p->x.n_values || p->y.n < p->y.n_values)
        snprintf(view->note, sizeof view->note,
                 "Neighbouring values are averaged: %zu \xc3\x97 %zu"
                 " cells stand for %zu \xc3\x97 %zu.",
                 p->x.n, p->y.n, p->x.n_values, p->y.n_values);
    return KEPT_OK;
}

/* Steps between round numbers, at most as many as there are colours. */
static void make_legend(heat_plot *p, double lo, double hi)
{
    const kept_field *field = p->view->value.field;
    kept_ticks_opts opts = {.extend = true,
                            .share = field->type == KEPT_SHARE,
                            .whole = field->type == KEPT_COUNT || field->type == KEPT_INTEGER};
    /* A share that fills most of 0..1 is read on that scale. */
    if (opts.share && lo >= 0 && hi <= 1 && hi - lo > 0.5)
        lo = 0, hi = 1;
    for (opts.want = HEAT_STEPS; opts.want >= 2; opts.want--) {
        kept_ticks_number(lo, hi, opts, &p->legend);
        if (p->legend.n >= 2 && p->legend.n - 1 <= HEAT_STEPS)
            break;
    }
    p->steps = p->legend.n >= 2 ? p->legend.n - 1 : 1;
}

/* Colour 0..9 of a step: few steps are spread over the whole sequence. */
static size_t colour(const heat_plot *p, size_t step)
{
    if (p->steps < 2)
        return HEAT_STEPS / 2;
    return (step * (HEAT_STEPS - 1) + (p->steps - 1) / 2) / (p->steps - 1);
}

static size_t step_of(const heat_plot *p, double value)
{
    double at = floor((value - p->legend.lo) / p->legend.step + 1e-9);
    return at < 0 ? 0 : at >= (double)p->steps ? p->steps - 1 : (size_t)at;
}

/* --- Drawing --- */

static void draw_legend(heat_plot *p, double y)
{
    kept_chart_view *view = p->view;
    double width = fmin(view->width - 60, 400) / (double)p->steps;
    double left = kept_chart__text_width(p->legend.text[0]) / 2;
    kept_chart__text(view, 0, y, "axis-title", "start",
                     kept_chart__axis_title(view, view->value.field));
    size_t every = 1; /* as many edges get a text as there is room for, evenly */
    while (width * (double)every < kept_chart__tick_width(&p->legend) + 8 && every < p->steps)
        every++;
    for (size_t i = 0; i <= p->steps; i++) {
        double x = left + width * (double)i;
        if (i < p->steps) {
            kept_buf_printf(view->out, "<rect class=\"cell h%zu\" x=\"", colour(p, i));
            kept_markup_coord(view->out, x);
            kept_buf_add(view->out, "\" y=\"");
            kept_markup_coord(view->out, y + 9);
            kept_buf_add(view->out, "\" height=\"14\" width=\"");
            kept_markup_coord(view->out, width);
            kept_buf_add(view->out, "\"/>\n");
        }
        if (i % every == 0)
            kept_chart__text(view, x, y + 38, "tick", "middle", p->legend.text[i]);
    }
    kept_buf_add(view->out, "<rect class=\"frame\" x=\"");
    kept_markup_coord(view->out, left);
    kept_buf_add(view->out, "\" y=\"");
    kept_markup_coord(view->out, y + 9);
    kept_buf_add(view->out, "\" height=\"14\" width=\"");
    kept_markup_coord(view->out, width * (double)p->steps);
    kept_buf_add(view->out, "\"/>\n");
    if (!p->gaps)
        return;
    double x = left + width * (double)p->steps + 28;
    double room = KEPT_CHART_SAMPLE + 6 + kept_chart__text_width("no data");
    bool beside = x + room <= view->width;
    kept_chart_key key = {KEPT_CHART_KEY_GAP, 0, "no data"};
    kept_chart__sample(view, key, beside ? x : view->width - room, beside ? y + 16 : y - 4);
    kept_chart__text(view, (beside ? x : view->width - room) + KEPT_CHART_SAMPLE + 6,
                     beside ? y + 20 : y, "label", "start", key.text);
}

/* Where cell i begins, in whole units, so that neighbours leave no seam. */
static double edge(double from, double to, size_t i, size_t n)
{
    return round(from + (to - from) * (double)i / (double)n);
}

/* All cells of one step are one path; runs along a row are one rectangle. */
static void draw_step(const heat_plot *p, size_t step)
{
    kept_chart_view *view = p->view;
    bool any = false;
    for (size_t row = 0; row < p->y.n; row++) {
        for (size_t i = 0; i < p->x.n; i++) {
            const double *cells = p->mean + row * p->x.n;
            size_t from = i;
            while (i < p->x.n && !isnan(cells[i]) && step_of(p, cells[i]) == step)
                i++;
            if (i == from)
                continue;
            if (!any)
                kept_buf_printf(view->out, "<path class=\"cell h%zu\" d=\"", colour(p, step));
            any = true;
            double x1 = edge(view->left, view->right, from, p->x.n);
            double x2 = edge(view->left, view->right, i, p->x.n);
            double y1 = edge(view->bottom, view->top, row, p->y.n);
            double y2 = edge(view->bottom, view->top, row + 1, p->y.n);
            kept_buf_printf(view->out, "M%d %dH%dV%dH%dz", (int)x1, (int)y1, (int)x2, (int)y2,
                            (int)x1);
        }
    }
    if (any)
        kept_buf_add(view->out, "\"/>\n");
}

static const char *cell_label(kept_chart_view *view, const kept_chart_col *col, double value)
{
    return kept_chart__cut(view, kept_chart__category(view, col, value),
                           view->width < 500 ? 90 : 150);
}

static double widest_label(kept_chart_view *view, const kept_chart_col *col, const heat_axis *axis)
{
    double widest = 0;
    for (size_t i = 0; i < axis->n_values; i++)
        widest = fmax(widest, kept_chart__text_width(cell_label(view, col, axis->values[i])));
    return widest;
}

/* Which cells carry a text: every 1, 2, 5, 10 ... so that they fit, at round values where the
 * axis has equal steps. */
typedef struct label_plan {
    size_t first, every;
} label_plan;

static label_plan plan_labels(const heat_axis *axis, double cell, double room)
{
    static const size_t nice[] = {1, 2, 5, 10, 20, 50, 100, 200};
    label_plan plan = {0, 200};
    for (size_t i = 0; i < 8; i++)
        if ((double)nice[i] * cell >= room) {
            plan.every = nice[i];
            break;
        }
    if (axis->n != axis->n_values || axis->n < 3)
        return plan;
    double step = (axis->values[axis->n - 1] - axis->values[0]) / (double)(axis->n - 1);
    for (size_t i = 0; i < axis->n && i < plan.every; i++) {
        double at = axis->values[i] / (step * (double)plan.every);
        if (fabs(at - round(at)) < 1e-6) {
            plan.first = i;
            break;
        }
    }
    return plan;
}

static void draw_axes(heat_plot *p, double widest_x)
{
    kept_chart_view *view = p->view;
    double wide = (view->right - view->left) / (double)p->x.n;
    double high = (view->bottom - view->top) / (double)p->y.n;
    label_plan plan = plan_labels(&p->x, wide, widest_x + 16);
    double free_from = 0;
    for (size_t i = plan.first; i < p->x.n; i += plan.every) {
        const char *text = cell_label(view, &view->x, p->x.values[i * p->x.n_values / p->x.n]);
        double half = kept_chart__text_width(text) / 2;
        double x = fmin(view->left + wide * ((double)i + 0.5), view->width - half);
        if (x - half < free_from)
            continue;
        kept_chart__text(view, x, view->bottom + 19, "tick", "middle", text);
        free_from = x + half + 4;
    }
    plan = plan_labels(&p->y, high, 18);
    for (size_t i = plan.first; i < p->y.n; i += plan.every)
        kept_chart__text(view, view->left - 8, view->bottom - high * ((double)i + 0.5) + 4, "tick",
                         "end",
                         cell_label(view, &view->y[0], p->y.values[i * p->y.n_values / p->y.n]));
    kept_buf_add(view->out, "<rect class=\"frame\" x=\"");
    kept_markup_coord(view->out, round(view->left));
    kept_buf_add(view->out, "\" y=\"");
    kept_markup_coord(view->out, round(view->top));
    kept_buf_add(view->out, "\" width=\"");
    kept_markup_coord(view->out, round(view->right) - round(view->left));
    kept_buf_add(view->out, "\" height=\"");
    kept_markup_coord(view->out, round(view->bottom) - round(view->top));
    kept_buf_add(view->out, "\"/>\n");
}

kept_status kept_chart__heat(kept_chart_view *view, kept_err *err)
{
    heat_plot plot = {.view = view};
    KEPT_TRY(make_axis(view, &view->x, &plot.x, err));
    KEPT_TRY(make_axis(view, &view->y[0], &plot.y, err));
    double lo = INFINITY, hi = -INFINITY;
    KEPT_TRY(fill_cells(&plot, &lo, &hi, err));
    make_legend(&plot, lo, hi);
    if (view->height <= 0)
        view->height = view->width < 500 ? 380 : 460;
    double widest_x = widest_label(view, &view->x, &plot.x);
    view->left = widest_label(view, &view->y[0], &plot.y) + 12;
    view->right = view->width - 8;
    view->top = 96;
    view->bottom = view->height - kept_chart__foot(view, false);
    draw_legend(&plot, 12);
    kept_chart__titles(view, kept_chart__axis_title(view, view->x.field),
                       kept_chart__axis_title(view, view->y[0].field), view->top - 12);
    for (size_t step = 0; step < plot.steps; step++)
        draw_step(&plot, step);
    draw_axes(&plot, widest_x);
    return KEPT_OK;
}
