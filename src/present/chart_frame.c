#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "present/chart.h"
#include "present/format.h"
#include "present/markup.h"

#define MINUS "\xe2\x88\x92"

bool kept_chart__is_date(const kept_chart_col *col)
{
    return col->field->type == KEPT_DATE || col->field->type == KEPT_TIME;
}

/* Bytes of the character at s, which need not be well-formed: at least 1 before the end. */
static size_t char_bytes(const char *s)
{
    size_t n = *s ? 1 : 0;
    while (n > 0 && n < 4 && ((unsigned char)s[n] & 0xc0) == 0x80)
        n++;
    return n;
}

/* Widths of DejaVu Sans at 13 units, the widest font that pages commonly fall back to. */
static double char_width(const char *s, size_t bytes)
{
    if (bytes > 1) {
        char one[8] = {0};
        memcpy(one, s, bytes);
        return (double)kept_text_width(one) * 8;
    }
    if (strchr(" .,:;'|!()[]ijlIft-/", *s))
        return 5;
    if (strchr("mwMW%@", *s))
        return 12.5;
    return (*s >= 'A' && *s <= 'Z') || *s == '&' ? 9.5 : 8;
}

double kept_chart__text_width(const char *text)
{
    double width = 0;
    for (size_t n; (n = char_bytes(text)) > 0; text += n)
        width += char_width(text, n);
    return width;
}

/* --- Words --- */

const char *kept_chart__made(kept_chart_view *view, const char *text)
{
    view->failed = view->failed || !text;
    return text ? text : "";
}

static const char *copy_of(kept_chart_view *view, const kept_buf *text)
{
    return kept_chart__made(
        view, text->failed ? NULL : kept_arena_strdup(view->arena, kept_buf_text(text)));
}

const char *kept_chart__title(kept_chart_view *view, const kept_field *field)
{
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    kept_format_title(&text, field->name, field->title);
    return copy_of(view, &text);
}

static const char *unit_of(kept_chart_view *view, const kept_field *field)
{
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    kept_format_unit(&text, field, view->currency);
    return copy_of(view, &text);
}

/* Is the unit already said in the title ("Weeks since the first order", "weeks"; "Minute",
 * "minutes")? */
static bool says(const char *title, const char *unit)
{
    size_t len = strlen(unit);
    if (len > 2 && unit[len - 1] == 's' && strncasecmp(title, unit, len - 1) == 0)
        return true;
    return strcasestr(title, unit) != NULL;
}

const char *kept_chart__axis_title(kept_chart_view *view, const kept_field *field)
{
    const char *title = kept_chart__title(view, field);
    const char *unit = unit_of(view, field);
    if (says(title, unit)) /* also when there is none */
        return title;
    return kept_chart__made(view, kept_arena_printf(view->arena, "%s (%s)", title, unit));
}

const char *kept_chart__y_title(kept_chart_view *view)
{
    if (view->n_y == 1)
        return kept_chart__axis_title(view, view->y[0].field);
    const char *unit = unit_of(view, view->y[0].field);
    for (size_t k = 1; k < view->n_y; k++)
        if (strcmp(unit, unit_of(view, view->y[k].field)) != 0)
            return "";
    char *title = kept_arena_strdup(view->arena, unit);
    if (title && *title >= 'a' && *title <= 'z')
        *title = (char)(*title - 'a' + 'A');
    return kept_chart__made(view, title);
}

const char *kept_chart__cut(kept_chart_view *view, const char *text, double room)
{
    if (kept_chart__text_width(text) <= room)
        return text;
    const double ellipsis = 13;
    double width = 0;
    size_t bytes = 0;
    for (size_t n; (n = char_bytes(text + bytes)) > 0; bytes += n) {
        width += char_width(text + bytes, n);
        if (width + ellipsis > room)
            break;
    }
    return kept_chart__made(view,
                            kept_arena_printf(view->arena, "%.*s\xe2\x80\xa6", (int)bytes, text));
}

const char *kept_chart__label(kept_chart_view *view, const kept_field *field, double value)
{
    char text[KEPT_TICK_TEXT];
    double size = fabs(value);
    bool share = field->type == KEPT_SHARE;
    bool whole = field->type == KEPT_COUNT;
    /* Three digits that count: 4,321 stays whole, 12.3k, 0.0123. */
    double step = size > 0 ? pow(10, floor(log10(size)) - 2) : 1;
    if (share)
        step = fmax(step, 0.001);
    else if ((whole || size >= 1000) && size < 1e4)
        step = 1;
    if (field->type == KEPT_INTEGER) /* an id, a year */
        step = 1, size = 0;
    kept_tick_text(value, step, size, share, text);
    size_t digits = strspn(text, MINUS "0123456789,.");
    size_t end = digits;
    if (memchr(text, '.', digits)) { /* 91k, not 91.0k */
        while (text[end - 1] == '0')
            end--;
        end -= text[end - 1] == '.';
    }
    return kept_chart__made(
        view, kept_arena_printf(view->arena, "%.*s%s", (int)end, text, text + digits));
}

static const char *date_text(kept_chart_view *view, const kept_chart_col *col, double value)
{
    char day[11] = "";
    if (value >= KEPT_DAY_MIN && value <= KEPT_DAY_MAX)
        kept_day_write((kept_day)floor(value), day);
    return kept_chart__made(view, kept_arena_strndup(view->arena, day, (size_t)col->date_letters));
}

const char *kept_chart__category(kept_chart_view *view, const kept_chart_col *col, double value)
{
    if (isnan(value))
        return "not known";
    if (col->names)
        return col->names[(size_t)value];
    if (kept_chart__is_date(col))
        return date_text(view, col, value);
    return kept_chart__label(view, col->field, value);
}

/* --- Axes --- */

bool kept_chart__range(const kept_chart_view *view, const kept_chart_col *col, double *lo,
                       double *hi)
{
    bool any = false;
    for (size_t i = 0; i < view->n && col->field; i++) {
        if (isnan(col->v[i]))
            continue;
        *lo = fmin(*lo, col->v[i]);
        *hi = fmax(*hi, col->v[i]);
        any = true;
    }
    return any;
}

void kept_chart__y_axis(kept_chart_view *view, const kept_field *field, double lo, double hi,
                        bool from_zero)
{
    bool share = field->type == KEPT_SHARE;
    bool whole = field->type == KEPT_COUNT || field->type == KEPT_INTEGER;
    if (from_zero || (lo > 0 && lo < hi / 2))
        lo = fmin(lo, 0);
    if (from_zero)
        hi = fmax(hi, 0);
    if (hi <= lo && lo >= 0) /* all equal: half the height, or one step above nothing */
        lo = 0, hi = hi > 0 ? hi : 1;
    int want = (int)((view->bottom - view->top) / 48);
    kept_ticks_number(lo, hi,
                      (kept_ticks_opts){.want = want,
                                        .extend = true,
                                        .whole = whole,
                                        .share = share,
                                        .plain = field->type == KEPT_INTEGER},
                      &view->y_ticks);
}

void kept_chart__x_axis(kept_chart_view *view, double lo, double hi)
{
    int want = (int)((view->right - view->left) / 75);
    const kept_field *field = view->x.field;
    if (kept_chart__is_date(&view->x))
        kept_ticks_date(lo, hi, want, &view->x_ticks);
    else
        kept_ticks_number(lo, hi,
                          (kept_ticks_opts){.want = want,
                                            .whole = field->type == KEPT_COUNT ||
                                                     field->type == KEPT_INTEGER ||
                                                     field->type == KEPT_TEXT,
                                            .share = field->type == KEPT_SHARE,
                                            .plain = field->type == KEPT_INTEGER},
                          &view->x_ticks);
    kept_ticks *t = &view->x_ticks;
    for (size_t i = 0; i < t->n && view->x.names; i++) { /* categories: their names */
        size_t index = (size_t)fmax(t->at[i], 0);
        const char *name = index < view->x.n_names ? view->x.names[index] : "";
        const char *cut = kept_chart__cut(view, name, 90);
        snprintf(t->text[i], sizeof t->text[0], "%s", strlen(cut) < sizeof t->text[0] ? cut : "");
    }
}

double kept_chart__px(const kept_chart_view *view, double x)
{
    const kept_ticks *t = &view->x_ticks;
    return view->left + (x - t->lo) / (t->hi - t->lo) * (view->right - view->left);
}

double kept_chart__py(const kept_chart_view *view, double y)
{
    const kept_ticks *t = &view->y_ticks;
    return view->bottom - (y - t->lo) / (t->hi - t->lo) * (view->bottom - view->top);
}

double kept_chart__tick_width(const kept_ticks *ticks)
{
    double width = 0;
    for (size_t i = 0; i < ticks->n; i++)
        width = fmax(width, kept_chart__text_width(ticks->text[i]));
    return width;
}

double kept_chart__foot(const kept_chart_view *view, bool two_rows)
{
    return 2 * KEPT_CHART_ROW + 8 + (two_rows ? KEPT_CHART_ROW - 4 : 0) +
           (view->note[0] ? KEPT_CHART_ROW + 6 : 0);
}

void kept_chart__count_note(kept_chart_view *view, size_t count, const char *words)
{
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    kept_format_count(&text, (int64_t)count);
    view->failed = view->failed || text.failed;
    snprintf(view->note, sizeof view->note, "%s %s", kept_buf_text(&text), words);
}

/* --- Drawing --- */

void kept_chart__text(kept_chart_view *view, double x, double y, const char *class,
                      const char *anchor, const char *text)
{
    if (!text || !*text)
        return;
    kept_buf_add(view->out, "<text x=\"");
    kept_markup_coord(view->out, x);
    kept_buf_add(view->out, "\" y=\"");
    kept_markup_coord(view->out, y);
    kept_buf_printf(view->out, "\" class=\"%s\"", class);
    if (strcmp(anchor, "start") != 0)
        kept_buf_printf(view->out, " text-anchor=\"%s\"", anchor);
    kept_buf_add_char(view->out, '>');
    kept_markup_text(view->out, text);
    kept_buf_add(view->out, "</text>\n");
}

void kept_chart__segment(kept_chart_view *view, double x1, double y1, double x2, double y2,
                         const char *class)
{
    kept_buf_printf(view->out, "<path class=\"%s\" d=\"M", class);
    kept_markup_coord(view->out, x1);
    kept_buf_add_char(view->out, ' ');
    kept_markup_coord(view->out, y1);
    kept_buf_add_char(view->out, 'L');
    kept_markup_coord(view->out, x2);
    kept_buf_add_char(view->out, ' ');
    kept_markup_coord(view->out, y2);
    kept_buf_add(view->out, "\"/>\n");
}

void kept_chart__y_grid(kept_chart_view *view)
{
    const kept_ticks *t = &view->y_ticks;
    for (size_t i = 0; i < t->n; i++) {
        double y = kept_chart__py(view, t->at[i]);
        bool zero = fabs(t->at[i]) < t->step / 2;
        kept_chart__segment(view, view->left, y, view->right, y, zero ? "axis" : "grid");
        kept_chart__text(view, view->left - 8, y + 4, "tick", "end", t->text[i]);
    }
}

void kept_chart__x_texts(kept_chart_view *view)
{
    const kept_ticks *t = &view->x_ticks;
    double free_from = 0; /* right end of the last text, so that none runs into another */
    for (size_t i = 0; i < t->n; i++) {
        double x = kept_chart__px(view, t->at[i]);
        double half = kept_chart__text_width(t->text[i]) / 2;
        kept_chart__segment(view, x, view->bottom, x, view->bottom + 5, "axis");
        double at = fmin(fmax(x, half), view->width - half);
        if (at - half < free_from)
            continue;
        kept_chart__text(view, at, view->bottom + 19, "tick", "middle", t->text[i]);
        kept_chart__text(view, at, view->bottom + 35, "tick", "middle", t->below[i]);
        free_from = at + half + 8;
    }
}

void kept_chart__titles(kept_chart_view *view, const char *x_title, const char *y_title,
                        double y_row)
{
    double room = view->width - 8;
    kept_chart__text(view, 0, y_row, "axis-title", "start", kept_chart__cut(view, y_title, room));
    double foot = view->height - (view->note[0] ? KEPT_CHART_ROW + 6 : 0) - 6;
    const char *cut = kept_chart__cut(view, x_title, room);
    double half = kept_chart__text_width(cut) / 2;
    double x = fmin((view->left + view->right) / 2, view->width - half);
    kept_chart__text(view, fmax(x, half), foot, "axis-title", "middle", cut);
    if (view->note[0])
        kept_chart__text(view, 0, view->height - 6, "axis-title", "start", view->note);
}

/* Length of the longest start of text that ends at a blank and has at most `letters` letters. */
static size_t line_length(const char *text, size_t letters)
{
    size_t len = 0, seen = 0, blank = 0;
    while (text[len] && seen < letters) {
        if (text[len] == ' ')
            blank = len;
        len++;
        while (((unsigned char)text[len] & 0xc0) == 0x80)
            len++;
        seen++;
    }
    return text[len] && blank > 0 ? blank : len;
}

void kept_chart__empty(kept_chart_view *view, const char *sentence)
{
    enum { LINES = 6 };
    const char *starts[LINES];
    size_t lengths[LINES], n = 0;
    size_t letters = (size_t)((view->width - 48) / 8);
    for (const char *p = sentence; *p && n < LINES; n++) {
        starts[n] = p;
        lengths[n] = line_length(p, letters);
        p += lengths[n];
        p += strspn(p, " ");
    }
    view->height = fmax(96, 56 + (double)n * KEPT_CHART_ROW);
    kept_buf_add(view->out, "<rect class=\"empty\" x=\"1\" y=\"1\" rx=\"6\" width=\"");
    kept_markup_coord(view->out, view->width - 2);
    kept_buf_add(view->out, "\" height=\"");
    kept_markup_coord(view->out, view->height - 2);
    kept_buf_add(view->out, "\"/>\n");
    double y = view->height / 2 - ((double)n - 1) / 2 * KEPT_CHART_ROW + 5;
    for (size_t i = 0; i < n; i++, y += KEPT_CHART_ROW) {
        const char *line =
            kept_chart__made(view, kept_arena_strndup(view->arena, starts[i], lengths[i]));
        kept_chart__text(view, view->width / 2, y, "label", "middle", line);
    }
}
