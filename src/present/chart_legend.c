#include <math.h>

#include "present/chart.h"
#include "present/markup.h"

static void move(kept_buf *out, char command, double x, double y)
{
    kept_buf_add_char(out, command);
    kept_markup_coord(out, x);
    kept_buf_add_char(out, ' ');
    kept_markup_coord(out, y);
}

void kept_chart__marker(kept_buf *out, size_t series, double x, double y, double radius)
{
    if (series < 2) { /* a stroke of no length: its cap is the marker */
        move(out, 'M', x, y);
        kept_buf_add(out, "h0");
        return;
    }
    double wide = radius * 1.2;
    move(out, 'M', x, y - wide);
    move(out, 'L', x + wide, series == 2 ? y + radius : y);
    move(out, 'L', x - (series == 2 ? wide : 0), y + (series == 2 ? radius : wide));
    if (series > 2)
        move(out, 'L', x - wide, y);
    kept_buf_add_char(out, 'z');
}

void kept_chart__sample(kept_chart_view *view, kept_chart_key key, double x, double y)
{
    kept_buf *out = view->out;
    size_t number = key.series + 1;
    switch (key.kind) {
    case KEPT_CHART_KEY_LINE:
        kept_buf_printf(out, "<path class=\"line s%zu\" d=\"", number);
        move(out, 'M', x, y);
        kept_buf_printf(out, "h%d\"/>\n", (int)KEPT_CHART_SAMPLE);
        return;
    case KEPT_CHART_KEY_DOT:
        kept_buf_printf(out, "<path class=\"dots s%zu\" d=\"", number);
        kept_chart__marker(out, key.series, x + KEPT_CHART_SAMPLE / 2, y, 4);
        kept_buf_add(out, "\"/>\n");
        return;
    case KEPT_CHART_KEY_BAND:
    case KEPT_CHART_KEY_GAP:
        kept_buf_printf(out, "<path class=\"%s\" d=\"",
                        key.kind == KEPT_CHART_KEY_BAND ? "band" : "gap");
        move(out, 'M', x + 2, y - 6);
        kept_buf_add(out, "h18v12h-18z\"/>\n");
        return;
    }
}

double kept_chart__keys(kept_chart_view *view, const kept_chart_key *keys, size_t n, double y,
                        bool draw)
{
    double x = 0, first = y;
    double most = view->width - KEPT_CHART_SAMPLE - 12;
    for (size_t i = 0; i < n; i++) {
        const char *text = kept_chart__cut(view, keys[i].text, most);
        double width = KEPT_CHART_SAMPLE + 6 + kept_chart__text_width(text);
        if (x > 0 && x + width > view->width) {
            x = 0;
            y += KEPT_CHART_ROW;
        }
        if (draw) {
            kept_chart__sample(view, keys[i], x, y - 4);
            kept_chart__text(view, x + KEPT_CHART_SAMPLE + 6, y, "label", "start", text);
        }
        x += width + 16;
    }
    return n > 0 ? y - first + KEPT_CHART_ROW + 2 : 0;
}
