/* present/format.h - how a value is written: one place for terminal, CSV, JSON, HTML.
 *
 * KEPT_SCREEN is for reading: five significant digits, thousands grouped in counts and money,
 * percentages, dates as ISO 8601. KEPT_EXACT is for machines: the shortest text that gives the same
 * value back. A value that is not known is "–" on screen and nothing in exact form. */
#ifndef KEPT_PRESENT_FORMAT_H
#define KEPT_PRESENT_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "op/result.h"

typedef enum kept_style {
    KEPT_SCREEN,
    KEPT_EXACT,
} kept_style;

/* Text is added as it is (see kept_format_clean for terminals). */
void kept_format_cell(kept_buf *out, const kept_field *field, const kept_cell *cell,
                      kept_style style);

void kept_format_real(kept_buf *out, double value,
                      kept_style style);              /* infinite: "infinite", "inf" */
void kept_format_count(kept_buf *out, int64_t value); /* "12,345" */
void kept_format_share(kept_buf *out, double value);  /* "12.3%" */
void kept_format_money(kept_buf *out, int64_t e4);    /* "1,234.50" */

/* Text without control characters: they become blanks, malformed UTF-8 becomes U+FFFD. */
void kept_format_clean(kept_buf *out, const char *text);

/* The field's title, or its name in plain words ("log_likelihood": "Log likelihood"). */
void kept_format_title(kept_buf *out, const char *name, const char *title);
/* What stands after the title in a heading: "weeks", "EUR", "EUR per week"; "" for none. */
void kept_format_unit(kept_buf *out, const kept_field *field, const char *currency);

/* True when a value of this type is a number that is aligned right. */
bool kept_format_is_number(kept_type type);

/* Fields X, X_low, X_high that stand side by side are one estimate with its interval: then 3, else
 * 1. i is the place of X. */
size_t kept_format_interval(const kept_field *fields, size_t n, size_t i);
/* "1,234 (900 to 1,600)": cells of X, X_low, X_high. Without limits only the estimate. On screen
 * money from a thousand on is shown without cents: an estimate does not know them. */
void kept_format_estimate(kept_buf *out, const kept_field *field, const kept_cell cells[static 3],
                          kept_style style);

#endif
