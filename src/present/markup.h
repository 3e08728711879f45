/* present/markup.h - text inside HTML and SVG, and numbers written the same way on every machine.
 *
 * What is written is well-formed XML as well as HTML: whatever bytes come in, no reader breaks. */
#ifndef KEPT_PRESENT_MARKUP_H
#define KEPT_PRESENT_MARKUP_H

#include <stdbool.h>

#include "base/text.h"

/* Text or attribute value: < > & " ' become entities; bytes that are not UTF-8 and characters that
 * XML forbids become U+FFFD. NULL writes nothing. */
void kept_markup_text(kept_buf *out, const char *text);

/* A coordinate with at most one decimal: "12.3", "40". Never depends on the locale. */
void kept_markup_coord(kept_buf *out, double value);

/* Fixed decimals (0..9), the sign of negative numbers as U+2212 when `typographic`, thousands
 * parted by commas when `grouped`. Magnitudes from 1e15 on are written as "1.2e18". */
enum { KEPT_FIXED_TEXT = 48 };
void kept_markup_fixed(double value, int places, bool grouped, bool typographic,
                       char out[static KEPT_FIXED_TEXT]);

/* A file of this folder that is compiled into the program: "page.css". "" for an unknown name. */
const char *kept_markup_file(const char *name);

#endif
