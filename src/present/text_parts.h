/* present/text_parts.h - pieces of the terminal output: private to text*.c. */
#ifndef KEPT_PRESENT_TEXT_PARTS_H
#define KEPT_PRESENT_TEXT_PARTS_H

#include "present/text.h"

void kept_screen_bold(kept_buf *out, const kept_screen *screen, const char *text);
void kept_screen_table(kept_buf *out, const kept_screen *screen, const kept_result *result,
                       const kept_table *table);
void kept_screen_chart(kept_buf *out, const kept_screen *screen, const kept_result *result,
                       const kept_chart *chart);

#endif
