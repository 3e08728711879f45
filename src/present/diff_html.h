/* present/diff_html.h - two versions of a text beside each other, as an HTML table.
 *
 * Lines removed stand left, lines added right, equal lines in both; long stretches of equal lines
 * are left out, with a row that says how many. No style of its own: rows carry the classes "same",
 * "removed", "added" and "changed", rows left out "rest". Well-formed XML. For text alone:
 * kept_diff_unified of base/diff.h. */
#ifndef KEPT_PRESENT_DIFF_HTML_H
#define KEPT_PRESENT_DIFF_HTML_H

#include <stddef.h>

#include "base/diff.h"
#include "base/text.h"

/* context: equal lines shown around each change. Equal texts give one sentence. */
void kept_diff_html(const kept_diff *diff, const char *old_name, const char *new_name,
                    size_t context, kept_buf *out);

#endif
