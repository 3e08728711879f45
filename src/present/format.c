#include "present/format.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/number.h"

static const char unknown[] = "–";

/* --- Numbers --- */

/* Adds digits with a comma between groups of three; digits may begin with a sign and end with a
 * decimal part. */
static void add_grouped(kept_buf *out, const char *digits)
{
    if (*digits == '-')
        kept_buf_add_char(out, *digits++);
    size_t whole = strcspn(digits, ".");
    for (size_t i = 0; i < whole; i++) {
        if (i > 0 && (whole - i) % 3 == 0)
            kept_buf_add_char(out, ',');
        kept_buf_add_char(out, digits[i]);
    }
    kept_buf_add(out, digits + whole);
}

void kept_format_count(kept_buf *out, int64_t value)
{
    char digits[32];
    snprintf(digits, sizeof digits, "%" PRId64, value);
    add_grouped(out, digits);
}

static void trim_zeros(char *digits)
{
    if (!strchr(digits, '.'))
        return;
    size_t n = strlen(digits);
    while (digits[n - 1] == '0')
        n--;
    if (digits[n - 1] == '.')
        n--;
    digits[n] = '\0';
}

/* Five significant digits, but never fewer than all digits before the point. */
static void real_on_screen(kept_buf *out, double value)
{
    char digits[400];
    double size = fabs(value);
    if (size != 0 && (size < 1e-4 || size >= 1e15)) {
        snprintf(digits, sizeof digits, "%.4e", value);
        kept_buf_add(out, digits);
        return;
    }
    int places = size == 0 ? 0 : 4 - (int)floor(log10(size));
    snprintf(digits, sizeof digits, "%.*f", places < 0 ? 0 : places, value);
    trim_zeros(digits);
    kept_buf_add(out, strcmp(digits, "-0") == 0 ? "0" : digits);
}

/* Three significant digits. */
static void real_estimate(kept_buf *out, double value)
{
    double size = fabs(value);
    int places = size == 0 || !isfinite(size) ? 0 : 2 - (int)floor(log10(size));
    if (!isfinite(size) || places > 15) {
        kept_format_real(out, value, KEPT_SCREEN);
        return;
    }
    char digits[400];
    snprintf(digits, sizeof digits, "%.*f", places < 0 ? 0 : places, value);
    trim_zeros(digits);
    add_grouped(out, digits);
}

static void real_exact(kept_buf *out, double value)
{
    char digits[40];
    for (int precision = 15; precision <= 17; precision++) {
        snprintf(digits, sizeof digits, "%.*g", precision, value);
        if (strtod(digits, NULL) == value)
            break;
    }
    kept_buf_add(out, strcmp(digits, "-0") == 0 ? "0" : digits);
}

void kept_format_real(kept_buf *out, double value, kept_style style)
{
    if (isnan(value))
        kept_buf_add(out, style == KEPT_SCREEN ? unknown : "");
    else if (isinf(value))
        kept_buf_printf(out, "%s%s", value < 0 ? "-" : "",
                        style == KEPT_SCREEN ? "infinite" : "inf");
    else if (style == KEPT_SCREEN)
        real_on_screen(out, value);
    else
        real_exact(out, value);
}

/* One place; more where a small share would vanish or 99.96 % would become all, and ">99.99%" for
 * what is nearer to all than that. */
void kept_format_share(kept_buf *out, double value)
{
    if (!isfinite(value)) {
        kept_format_real(out, value, KEPT_SCREEN);
        return;
    }
    char digits[400];
    double percent = value * 100, shown = 0;
    for (int places = 1; places <= 6; places++) {
        snprintf(digits, sizeof digits, "%.*f", places, percent);
        shown = strtod(digits, NULL);
        bool vanishes = shown == 0 && percent != 0;
        bool all = shown == 100 && percent < 100 && places < 2;
        if (!vanishes && !all)
            break;
    }
    if (shown == 100 && percent < 100)
        kept_buf_add(out, ">99.99%");
    else
        kept_buf_printf(out, "%s%%", digits[0] == '-' && shown == 0 ? digits + 1 : digits);
}

/* Two decimals, rounded half to even; all four for prices below one. */
void kept_format_money(kept_buf *out, int64_t e4)
{
    char digits[32];
    bool below_one = e4 > -10000 && e4 < 10000;
    if (!below_one) {
        int64_t rest = e4 % 100;
        int64_t cents = e4 / 100;
        int64_t size = rest < 0 ? -rest : rest;
        if (size > 50 || (size == 50 && cents % 2 != 0))
            cents += e4 < 0 ? -1 : 1;
        e4 = cents > INT64_MAX / 100 || cents < INT64_MIN / 100 ? e4 : cents * 100;
    }
    kept_e4_write(e4, 2, digits);
    add_grouped(out, digits);
}

/* Nobody reads the cents of an estimate in thousands: they would only look exact. */
static bool is_thousands(int64_t e4)
{
    const int64_t thousand = INT64_C(10000000);
    return e4 >= thousand || e4 <= -thousand;
}

static void add_whole_money(kept_buf *out, int64_t e4)
{
    int64_t units = e4 / 10000;
    int64_t rest = e4 % 10000;
    if (rest >= 5000 || rest <= -5000)
        units += rest < 0 ? -1 : 1;
    kept_format_count(out, units);
}

/* --- Cells --- */

static void add_time(kept_buf *out, int64_t micros, kept_style style)
{
    char text[32];
    int64_t fraction = ((micros % 1000000) + 1000000) % 1000000;
    kept_time_write(style == KEPT_SCREEN ? micros - fraction : micros, text);
    kept_buf_add(out, text);
}

static void add_day(kept_buf *out, int64_t day)
{
    if (day < KEPT_DAY_MIN || day > KEPT_DAY_MAX) {
        kept_buf_printf(out, "day %" PRId64, day);
        return;
    }
    char text[11];
    kept_day_write((kept_day)day, text);
    kept_buf_add(out, text);
}

static void add_exact_money(kept_buf *out, int64_t e4)
{
    char digits[32];
    kept_e4_write(e4, 2, digits);
    kept_buf_add(out, digits);
}

void kept_format_cell(kept_buf *out, const kept_field *field, const kept_cell *cell,
                      kept_style style)
{
    bool screen = style == KEPT_SCREEN;
    if (!cell->known) {
        kept_buf_add(out, screen ? unknown : "");
        return;
    }
    switch (field->type) {
    case KEPT_TEXT:
        kept_buf_add(out, cell->v.text);
        return;
    case KEPT_BOOL:
        kept_buf_add(out, cell->v.i ? (screen ? "yes" : "true") : (screen ? "no" : "false"));
        return;
    case KEPT_COUNT:
        if (screen)
            kept_format_count(out, cell->v.i);
        else
            kept_buf_printf(out, "%" PRId64, cell->v.i);
        return;
    case KEPT_INTEGER:
        kept_buf_printf(out, "%" PRId64, cell->v.i);
        return;
    case KEPT_REAL:
        if (screen && field->estimate)
            real_estimate(out, cell->v.real);
        else
            kept_format_real(out, cell->v.real, style);
        return;
    case KEPT_SHARE:
        if (screen)
            kept_format_share(out, cell->v.real);
        else
            kept_format_real(out, cell->v.real, style);
        return;
    case KEPT_MONEY:
        if (screen && field->estimate && (cell->v.i == 0 || is_thousands(cell->v.i)))
            add_whole_money(out, cell->v.i);
        else if (screen)
            kept_format_money(out, cell->v.i);
        else
            add_exact_money(out, cell->v.i);
        return;
    case KEPT_DATE:
        add_day(out, cell->v.i);
        return;
    case KEPT_TIME:
        add_time(out, cell->v.i, style);
        return;
    }
    assert(0 && "no such type");
}

/* --- Words --- */

void kept_format_clean(kept_buf *out, const char *text)
{
    size_t left = strlen(text);
    while (left) {
        const unsigned char c = (unsigned char)*text;
        size_t n = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
        bool c1 = n == 2 && left >= 2 && c == 0xc2 && (unsigned char)text[1] < 0xa0;
        if (n > left || !kept_text_utf8(text, n)) {
            kept_buf_add(out, "\xef\xbf\xbd");
            n = 1;
        } else if (c < 0x20 || c == 0x7f || c1) {
            kept_buf_add_char(out, ' ');
        } else {
            kept_buf_add_n(out, text, n);
        }
        text += n;
        left -= n;
    }
}

void kept_format_title(kept_buf *out, const char *name, const char *title)
{
    if (title) {
        kept_buf_add(out, title);
        return;
    }
    for (size_t i = 0; name[i]; i++) {
        char c = name[i] == '_' ? ' ' : name[i];
        kept_buf_add_char(out, i == 0 && c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c);
    }
}

void kept_format_unit(kept_buf *out, const kept_field *field, const char *currency)
{
    bool money = field->type == KEPT_MONEY && currency && currency[0];
    if (money)
        kept_buf_add(out, currency);
    if (field->unit)
        kept_buf_printf(out, "%s%s", money ? " " : "", field->unit);
}

bool kept_format_is_number(kept_type type)
{
    return type == KEPT_COUNT || type == KEPT_INTEGER || type == KEPT_REAL || type == KEPT_SHARE ||
           type == KEPT_MONEY;
}

/* --- Estimates --- */

static bool names_limit(const char *name, const char *of, const char *suffix)
{
    size_t n = strlen(of);
    return strncmp(name, of, n) == 0 && strcmp(name + n, suffix) == 0;
}

size_t kept_format_interval(const kept_field *fields, size_t n, size_t i)
{
    if (i + 2 >= n || !names_limit(fields[i + 1].name, fields[i].name, "_low") ||
        !names_limit(fields[i + 2].name, fields[i].name, "_high"))
        return 1;
    return fields[i].type == fields[i + 1].type && fields[i].type == fields[i + 2].type ? 3 : 1;
}

static bool in_thousands(const kept_field *field, const kept_cell cells[static 3])
{
    for (size_t i = 0; i < 3 && field->type == KEPT_MONEY; i++)
        if (cells[i].known && is_thousands(cells[i].v.i))
            return true;
    return false;
}

static void add_part(kept_buf *out, const kept_field *field, const kept_cell *cell,
                     kept_style style, bool whole)
{
    if (!whole || !cell->known) {
        kept_format_cell(out, field, cell, style);
        return;
    }
    add_whole_money(out, cell->v.i);
}

void kept_format_estimate(kept_buf *out, const kept_field *field, const kept_cell cells[static 3],
                          kept_style style)
{
    bool interval = cells[1].known || cells[2].known;
    bool whole = style == KEPT_SCREEN && interval && in_thousands(field, cells);
    add_part(out, field, &cells[0], style, whole);
    if (!interval)
        return;
    kept_buf_add(out, " (");
    add_part(out, field, &cells[1], style, whole);
    kept_buf_add(out, " to ");
    add_part(out, field, &cells[2], style, whole);
    kept_buf_add_char(out, ')');
}
