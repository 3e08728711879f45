/* Points: one marker shape per series. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>

#include "present/chart.h"
#include "present/markup.h"

enum { SCATTER_MANY = 1500 }; /* beyond it points that lie on each other are drawn once */

static size_t count_points(const kept_chart_view *view)
{
    size_t n = 0;
    for (size_t k = 0; k < view->n_y; k++)
        for (size_t i = 0; i < view->n; i++)
            n += !isnan(view->x.v[i]) && !isnan(view->y[k].v[i]);
    return n;
}

static void lay_out(kept_chart_view *view, double head)
{
    view->top = head + 8;
    view->bottom = view->height - kept_chart__foot(view, kept_chart__is_date(&view->x));
    double lo = INFINITY, hi = -INFINITY, from = INFINITY, to = -INFINITY;
    for (size_t k = 0; k < view->n_y; k++)
        kept_chart__range(view, &view->y[k], &lo, &hi);
    kept_chart__y_axis(view, view->y[0].field, lo, hi, false);
    view->left = kept_chart__tick_width(&view->y_ticks) + 12;
    view->right = view->width - 12;
    kept_chart__range(view, &view->x, &from, &to);
    /* A little air, so that no marker stands on the edge; not below zero without need. */
    double air = (to - from) * 0.02;
    kept_chart__x_axis(view, from >= 0 && from < air ? 0 : from - air, to + air);
}

/* True when the place was free: a coarse map of what has been drawn. */
static bool take_place(uint8_t *map, size_t columns, double x, double y)
{
    size_t at = (size_t)fmax(y / 2, 0) * columns + (size_t)fmax(x / 2, 0);
    uint8_t bit = (uint8_t)(1u << (at % 8));
    if (map[at / 8] & bit)
        return false;
    map[at / 8] |= bit;
    return true;
}

static kept_status draw_points(kept_chart_view *view, size_t k, bool many, kept_err *err)
{
    size_t columns = (size_t)view->width / 2 + 2, rows = (size_t)view->height / 2 + 2;
    uint8_t *map = KEPT_NEW_N(view->arena, uint8_t, columns * rows / 8 + 1);
    if (!map)
        return kept_nomem(err);
    kept_buf_printf(view->out, "<path class=\"dots%s s%zu\" d=\"", many ? " many" : "", k + 1);
    for (size_t i = 0; i < view->n; i++) {
        if (isnan(view->x.v[i]) || isnan(view->y[k].v[i]))
            continue;
        double x = kept_chart__px(view, view->x.v[i]), y = kept_chart__py(view, view->y[k].v[i]);
        if (!many || take_place(map, columns, x, y))
            kept_chart__marker(view->out, k, x, y, many ? 2 : 4);
    }
    kept_buf_add(view->out, "\"/>\n");
    return KEPT_OK;
}

kept_status kept_chart__scatter(kept_chart_view *view, kept_err *err)
{
    if (view->height <= 0)
        view->height = view->width < 500 ? 320 : 400;
    size_t points = count_points(view);
    bool many = points > SCATTER_MANY;
    if (many)
        kept_chart__count_note(view, points, "points, thinned out where they lie on each other.");
    kept_chart_key keys[KEPT_CHART_SERIES];
    size_t n_keys = view->n_y > 1 ? view->n_y : 0;
    for (size_t k = 0; k < n_keys; k++)
        keys[k] =
            (kept_chart_key){KEPT_CHART_KEY_DOT, k, kept_chart__title(view, view->y[k].field)};
    const char *y_title = kept_chart__y_title(view);
    double head = *y_title ? KEPT_CHART_ROW : 4;
    double keys_at = *y_title ? 2 * KEPT_CHART_ROW - 4 : KEPT_CHART_ROW - 6;
    head += kept_chart__keys(view, keys, n_keys, keys_at, true);
    lay_out(view, head);
    kept_chart__titles(view, kept_chart__axis_title(view, view->x.field), y_title, 12);
    kept_chart__y_grid(view);
    kept_chart__x_texts(view);
    for (size_t k = view->n_y; k-- > 0;)
        KEPT_TRY(draw_points(view, k, many, err));
    return KEPT_OK;
}
