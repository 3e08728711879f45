/* present/text.h - a result for reading in a terminal. */
#ifndef KEPT_PRESENT_TEXT_H
#define KEPT_PRESENT_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "op/result.h"

typedef struct kept_screen {
    size_t width; /* columns; tables are fitted into it */
    bool colour;  /* the terminal shows bold and colours */
    bool charts;  /* small charts where the result has some; never into a pipe */
    bool advice;  /* notes that say what to do next */
} kept_screen;

/* Title, single figures, tables, notes. out turns failed when memory is out. */
void kept_present_text(const kept_result *result, const kept_screen *screen, kept_buf *out);

/* Notes alone, wrapped, for the error stream when the output stream holds CSV. */
void kept_present_notes(const kept_result *result, const kept_screen *screen, kept_buf *out);

#endif
