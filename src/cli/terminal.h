/* cli/terminal.h - what kind of terminal we write to, and progress on it. */
#ifndef KEPT_CLI_TERMINAL_H
#define KEPT_CLI_TERMINAL_H

#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#include "present/text.h"

/* Width: the terminal's, else COLUMNS, else 100. Colours and charts on a terminal only, colours not
 * under NO_COLOR or a dumb terminal. */
kept_screen kept_terminal_screen(FILE *stream);

/* A line that is rewritten, shown from the third second on and only on a terminal. */
typedef struct kept_progress {
    bool on;
    bool shown;
    struct timespec start, last;
} kept_progress;

kept_progress kept_progress_start(bool quiet);
/* As kept_ctx.progress wants it; who is a kept_progress. */
void kept_progress_show(void *who, const char *what, double part);
void kept_progress_end(kept_progress *progress); /* clears the line */

#endif
