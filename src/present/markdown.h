/* present/markdown.h - a result as Markdown: for a wiki, a ticket, a page in a repository.
 *
 * CommonMark with the tables of GitHub: single figures and tables as tables, numbers aligned right,
 * notes as quotes. Text from outside stays text: nothing in it becomes markup, a link or HTML. (A
 * mail address or a #12 may still be made a link by a reader that looks for those by itself.) */
#ifndef KEPT_PRESENT_MARKDOWN_H
#define KEPT_PRESENT_MARKDOWN_H

#include <stdbool.h>

#include "base/text.h"
#include "op/result.h"

/* The title of the result, if it has one, is the heading. out turns failed when memory is out. */
void kept_present_markdown(const kept_result *result, kept_buf *out);

/* Text inside a line of Markdown. lines: line ends become <br>, as in a cell of a table, instead of
 * blanks. NULL writes nothing. */
void kept_markdown_text(kept_buf *out, const char *text, bool lines);

#endif
