/* present/wrap.h - running text and padded text for a terminal of some width. */
#ifndef KEPT_PRESENT_WRAP_H
#define KEPT_PRESENT_WRAP_H

#include <stddef.h>

#include "base/text.h"

/* Adds text in lines of at most width columns, each indented; the text starts in column `at` of a
 * line already begun (0: a new line, which is indented first). Newlines in text are kept, blanks at
 * the start of a line too (a listing stays one). A word longer than a line is not broken. Ends with
 * a newline. */
void kept_wrap(kept_buf *out, const char *text, size_t width, size_t indent, size_t at);

void kept_pad(kept_buf *out, size_t columns);
/* Text in exactly width columns: filled with blanks, or cut with an ellipsis. */
void kept_fit(kept_buf *out, const char *text, size_t width, bool right);
/* Bytes of the longest beginning of text that takes at most width columns. */
size_t kept_fit_bytes(const char *text, size_t width);

#endif
