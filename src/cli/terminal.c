#include "cli/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "present/format.h"
#include "present/wrap.h"

enum { WIDTH_ELSE = 100, WIDTH_LEAST = 40, WIDTH_MOST = 400 };

/* Set and not empty, as the convention of NO_COLOR asks. */
static bool is_set(const char *name)
{
    const char *value = getenv(name);
    return value && value[0];
}

static size_t width_of(FILE *stream, bool terminal)
{
    struct winsize size = {0};
    long width = 0;
    if (terminal && ioctl(fileno(stream), TIOCGWINSZ, &size) == 0)
        width = size.ws_col;
    if (width == 0 && is_set("COLUMNS"))
        width = strtol(getenv("COLUMNS"), NULL, 10);
    if (width <= 0)
        width = WIDTH_ELSE;
    width = width < WIDTH_LEAST ? WIDTH_LEAST : width;
    return (size_t)(width < WIDTH_MOST ? width : WIDTH_MOST);
}

kept_screen kept_terminal_screen(FILE *stream)
{
    bool terminal = isatty(fileno(stream)) == 1;
    const char *term = getenv("TERM");
    bool dumb = !term || strcmp(term, "dumb") == 0;
    return (kept_screen){.width = width_of(stream, terminal),
                         .colour = terminal && !dumb && !is_set("NO_COLOR"),
                         .charts = terminal,
                         .advice = true};
}

/* --- Progress --- */

static double seconds_since(struct timespec then, struct timespec now)
{
    return (double)(now.tv_sec - then.tv_sec) + (double)(now.tv_nsec - then.tv_nsec) / 1e9;
}

kept_progress kept_progress_start(bool quiet)
{
    kept_progress progress = {.on = !quiet && isatty(STDERR_FILENO) == 1};
    clock_gettime(CLOCK_MONOTONIC, &progress.start);
    progress.last = progress.start;
    return progress;
}

void kept_progress_show(void *who, const char *what, double part)
{
    kept_progress *progress = who;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    bool early = seconds_since(progress->start, now) < 2;
    bool often = progress->shown && seconds_since(progress->last, now) < 0.2;
    if (!progress->on || early || often)
        return;
    progress->shown = true;
    progress->last = now;
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    KEPT_AUTO_BUF line = KEPT_BUF_INIT;
    kept_format_clean(&text, what);
    if (part >= 0 && part <= 1)
        kept_buf_printf(&text, " %.0f%%", part * 100);
    size_t width = kept_terminal_screen(stderr).width;
    kept_fit(&line, kept_buf_text(&text), width - 1, false);
    fprintf(stderr, "\r%s", kept_buf_text(&line));
    fflush(stderr);
}

void kept_progress_end(kept_progress *progress)
{
    if (!progress->shown)
        return;
    size_t width = kept_terminal_screen(stderr).width;
    fprintf(stderr, "\r%*s\r", (int)width - 1, "");
    fflush(stderr);
    progress->shown = false;
}
