/* present/chart.h - what the kinds of chart share: the columns as numbers, and a canvas.
 *
 * Private to present. Each kind computes its layout (plot rectangle, height) and draws; svg.c puts
 * the <svg> element around it. */
#ifndef KEPT_PRESENT_CHART_H
#define KEPT_PRESENT_CHART_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "kept/arena.h"
#include "op/result.h"
#include "present/scale.h"

enum {
    KEPT_CHART_SERIES = 4,
    KEPT_CHART_NAMES = 500, /* most categories on one axis */
};

#define KEPT_CHART_ROW 20.0 /* height of one row of text */

typedef struct kept_chart_col {
    const kept_field *field; /* NULL: the chart has no such column */
    double *v;               /* one per row, NaN where not known; dates as days, money in units */
    const char **names;      /* TEXT columns: v indexes these */
    size_t n_names;
    int date_letters; /* dates: how much of "2024-01-01" tells them apart */
} kept_chart_col;

typedef struct kept_chart_view {
    const kept_chart *chart;
    const kept_table *table;
    const char *currency; /* never NULL */
    kept_arena *arena;    /* scratch */
    size_t n;             /* rows */
    kept_chart_col x, y[KEPT_CHART_SERIES], value, low, high;
    size_t n_y;
    kept_buf *out;
    double width, height;            /* height may grow while laying out */
    double left, right, top, bottom; /* the plot rectangle */
    kept_ticks x_ticks, y_ticks;
    bool failed;    /* memory ran out while making a text */
    char note[160]; /* what was left out, drawn at the foot; "" for nothing */
} kept_chart_view;

kept_status kept_chart__line(kept_chart_view *view, kept_err *err);
kept_status kept_chart__bars(kept_chart_view *view, kept_err *err);
kept_status kept_chart__heat(kept_chart_view *view, kept_err *err);
kept_status kept_chart__scatter(kept_chart_view *view, kept_err *err);

/* --- Helpers (chart_frame.c) --- */

bool kept_chart__is_date(const kept_chart_col *col);
/* Width in units: that of the widest font a page may fall back to, so that text never runs out. */
double kept_chart__text_width(const char *text);
/* Text just made in the arena, never NULL: when memory was out the view turns failed. */
const char *kept_chart__made(kept_chart_view *view, const char *text);
/* Title of a field in plain words: its title, else its name with blanks. */
const char *kept_chart__title(kept_chart_view *view, const kept_field *field);
/* "Title (unit)"; money has the currency as its unit. */
const char *kept_chart__axis_title(kept_chart_view *view, const kept_field *field);
/* Title of the vertical axis: that of the only series, else the unit they share, else "". */
const char *kept_chart__y_title(kept_chart_view *view);
/* At most `room` wide, with an ellipsis when cut. */
const char *kept_chart__cut(kept_chart_view *view, const char *text, double room);
/* A value as a direct label: at most three digits that count, without its unit. */
const char *kept_chart__label(kept_chart_view *view, const kept_field *field, double value);

/* A value of an axis of cells or bars: its name, its date (the month or year when all values are
 * first days of one), or its number. */
const char *kept_chart__category(kept_chart_view *view, const kept_chart_col *col, double value);

/* Smallest and largest known value of a column; false when there is none. Widens *lo, *hi. */
bool kept_chart__range(const kept_chart_view *view, const kept_chart_col *col, double *lo,
                       double *hi);
/* Ticks of a vertical axis over lo..hi of the given field, from 0 where that is honest and cheap.
 */
void kept_chart__y_axis(kept_chart_view *view, const kept_field *field, double lo, double hi,
                        bool from_zero);
void kept_chart__x_axis(kept_chart_view *view, double lo, double hi);
double kept_chart__px(const kept_chart_view *view, double x); /* value to coordinate */
double kept_chart__py(const kept_chart_view *view, double y);
double kept_chart__tick_width(const kept_ticks *ticks); /* widest text */
/* Room at the foot for tick texts, axis title and note. */
double kept_chart__foot(const kept_chart_view *view, bool two_rows);

/* Sets the note: the number with its thousands parted, then words. */
void kept_chart__count_note(kept_chart_view *view, size_t count, const char *words);

/* Drawing. anchor is "start", "middle" or "end". */
void kept_chart__text(kept_chart_view *view, double x, double y, const char *class,
                      const char *anchor, const char *text);
void kept_chart__segment(kept_chart_view *view, double x1, double y1, double x2, double y2,
                         const char *class);
void kept_chart__y_grid(kept_chart_view *view);  /* horizontal lines and their texts */
void kept_chart__x_texts(kept_chart_view *view); /* texts and small ticks below the plot */
/* Axis title and note at the foot; the y title at y_row, above the plot. */
void kept_chart__titles(kept_chart_view *view, const char *x_title, const char *y_title,
                        double y_row);
/* One entry of the legend above a plot. */
typedef enum kept_chart_key_kind {
    KEPT_CHART_KEY_LINE,
    KEPT_CHART_KEY_BAND,
    KEPT_CHART_KEY_DOT,
    KEPT_CHART_KEY_GAP, /* cells without data */
} kept_chart_key_kind;

typedef struct kept_chart_key {
    kept_chart_key_kind kind;
    size_t series;
    const char *text;
} kept_chart_key;

/* Lays the keys in rows from (0, y) on, y being the first baseline; draws them when asked.
 * Returns the height used. */
double kept_chart__keys(kept_chart_view *view, const kept_chart_key *keys, size_t n, double y,
                        bool draw);
/* Sample of a series' line or marker, `KEPT_CHART_SAMPLE` wide, its middle at height y. */
#define KEPT_CHART_SAMPLE 22.0
void kept_chart__sample(kept_chart_view *view, kept_chart_key key, double x, double y);
/* Path data of one marker: circle, square (both as strokes), triangle, diamond. */
void kept_chart__marker(kept_buf *out, size_t series, double x, double y, double radius);

/* Replaces the chart by a box with one sentence. */
void kept_chart__empty(kept_chart_view *view, const char *sentence);

#endif
