/* Small charts for a terminal: bars beside their labels, one line of blocks for a curve. */
#include <math.h>
#include <string.h>

#include "present/format.h"
#include "present/text_parts.h"
#include "present/wrap.h"

enum { INDENT = 2, GAP = 2, BARS_MOST = 40, LABEL_MOST = 30, BAR_MOST = 40, SPARK_MOST = 60 };

typedef struct series {
    const kept_table *table;
    const kept_field *field;
    size_t column;
} series;

static bool find_series(const kept_result *result, const kept_chart *chart, const char *name,
                        series *ret_series)
{
    const kept_table *table = kept_result_find_table(result, chart->table);
    int i = table && name ? kept_field_index(table->def->fields, table->def->n_fields, name) : -1;
    if (i < 0)
        return false;
    *ret_series = (series){table, &table->def->fields[i], (size_t)i};
    return true;
}

static const kept_cell *cell_at(const series *s, size_t row)
{
    return &s->table->cells[row * s->table->def->n_fields + s->column];
}

/* NaN where the cell is not known or is no number. */
static double value_at(const series *s, size_t row)
{
    const kept_cell *cell = cell_at(s, row);
    if (!cell->known || s->field->type == KEPT_TEXT)
        return (double)NAN;
    if (s->field->type == KEPT_REAL || s->field->type == KEPT_SHARE)
        return cell->v.real;
    return (double)cell->v.i;
}

static void add_text(kept_buf *out, const series *s, size_t row)
{
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    kept_format_cell(&text, s->field, cell_at(s, row), KEPT_SCREEN);
    kept_format_clean(out, kept_buf_text(&text));
}

/* --- Bars --- */

static void add_bar(kept_buf *out, double part, size_t width)
{
    static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    size_t n = (size_t)lround(part * (double)width * 8);
    for (size_t i = 0; i < n / 8; i++)
        kept_buf_add(out, "█");
    kept_buf_add(out, eighths[n % 8]);
    kept_pad(out, width - n / 8 - (n % 8 != 0));
}

static void add_bars(kept_buf *out, const kept_screen *screen, const series *x, const series *y)
{
    double largest = 0;
    size_t label = 0;
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    for (size_t row = 0; row < x->table->n_rows; row++) {
        double v = value_at(y, row);
        largest = isfinite(v) && v > largest ? v : largest;
        kept_buf_clear(&text);
        add_text(&text, x, row);
        size_t width = kept_text_width(kept_buf_text(&text));
        label = width > label ? width : label;
    }
    label = label < LABEL_MOST ? label : LABEL_MOST;
    size_t used = INDENT + label + GAP + GAP + 12;
    size_t bar = screen->width > used + 8 ? screen->width - used : 8;
    bar = bar < BAR_MOST ? bar : BAR_MOST;
    for (size_t row = 0; row < x->table->n_rows; row++) {
        kept_buf_clear(&text);
        add_text(&text, x, row);
        kept_pad(out, INDENT);
        kept_fit(out, kept_buf_text(&text), label, kept_format_is_number(x->field->type));
        kept_pad(out, GAP);
        double v = value_at(y, row);
        add_bar(out, isfinite(v) && v > 0 ? v / largest : 0, bar);
        kept_pad(out, GAP);
        add_text(out, y, row);
        kept_buf_add_char(out, '\n');
    }
}

/* --- Curves --- */

typedef struct span {
    double low, high;
} span;

static bool find_span(const kept_result *result, const kept_chart *chart, span *ret_span)
{
    span s = {INFINITY, -INFINITY};
    series y;
    for (size_t k = 0; k < 4; k++) {
        if (!find_series(result, chart, chart->y[k], &y))
            continue;
        for (size_t row = 0; row < y.table->n_rows; row++) {
            double v = value_at(&y, row);
            if (isfinite(v)) {
                s.low = fmin(s.low, v);
                s.high = fmax(s.high, v);
            }
        }
    }
    *ret_span = s;
    return s.low <= s.high;
}

/* The rows that share one block of the line are averaged; rows without a value leave a gap. */
static void add_spark(kept_buf *out, const series *y, span range, size_t width)
{
    static const char *const blocks[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    size_t n = y->table->n_rows;
    width = n < width ? n : width;
    for (size_t i = 0; i < width; i++) {
        double sum = 0;
        size_t count = 0;
        for (size_t row = i * n / width; row < (i + 1) * n / width; row++) {
            double v = value_at(y, row);
            if (isfinite(v)) {
                sum += v;
                count++;
            }
        }
        double height = range.high - range.low;
        double part = count && height > 0 ? (sum / (double)count - range.low) / height : 0;
        kept_buf_add(out, count ? blocks[(size_t)lround(part * 7)] : " ");
    }
}

static void add_lines(kept_buf *out, const kept_screen *screen, const kept_result *result,
                      const kept_chart *chart)
{
    span range;
    if (!find_span(result, chart, &range))
        return;
    size_t label = 0;
    series y;
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    for (size_t pass = 0; pass < 2; pass++) {
        for (size_t k = 0; k < 4; k++) {
            if (!find_series(result, chart, chart->y[k], &y))
                continue;
            kept_buf_clear(&text);
            kept_format_title(&text, y.field->name, y.field->title);
            size_t width = kept_text_width(kept_buf_text(&text));
            label = width > label && width <= LABEL_MOST ? width : label;
            if (pass == 0)
                continue;
            size_t room = screen->width > INDENT + label + GAP
                              ? screen->width - INDENT - label - GAP
                              : SPARK_MOST;
            kept_pad(out, INDENT);
            kept_fit(out, kept_buf_text(&text), label, false);
            kept_pad(out, GAP);
            add_spark(out, &y, range, room < SPARK_MOST ? room : SPARK_MOST);
            kept_buf_add_char(out, '\n');
        }
    }
}

void kept_screen_chart(kept_buf *out, const kept_screen *screen, const kept_result *result,
                       const kept_chart *chart)
{
    series x, y;
    if (!find_series(result, chart, chart->x, &x) || !find_series(result, chart, chart->y[0], &y))
        return;
    bool bars = chart->kind == KEPT_CHART_BARS && x.table->n_rows <= BARS_MOST;
    bool lines = chart->kind == KEPT_CHART_LINE;
    if (x.table->n_rows < 2 || (!bars && !lines))
        return;
    kept_buf_add_char(out, '\n');
    kept_screen_bold(out, screen, chart->title ? chart->title : chart->name);
    kept_buf_add_char(out, '\n');
    if (bars)
        add_bars(out, screen, &x, &y);
    else
        add_lines(out, screen, result, chart);
    if (chart->summary)
        kept_wrap(out, chart->summary, screen->width, INDENT, 0);
}
