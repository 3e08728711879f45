/* present/svg.h - one chart of a result as SVG.
 *
 * Colours are CSS classes and custom properties (colours.css, chart.css), so that the page around
 * decides between light, dark and print; a standalone file carries the same style inside. Series
 * differ in dash or marker too, never in colour alone. Cells that are not known are gaps. */
#ifndef KEPT_PRESENT_SVG_H
#define KEPT_PRESENT_SVG_H

#include <stdbool.h>

#include "base/text.h"
#include "kept/err.h"
#include "op/result.h"

typedef struct kept_svg_opts { /* NULL means KEPT_SVG_OPTS_INIT */
    const char *id;    /* begins every id inside; unique in a page; NULL: the name of the chart */
    int width;         /* units of about one pixel, 240..2000; text does not scale with it */
    int height;        /* 0: what suits the kind and the width */
    const char *class; /* further class of the element; NULL for none */
    bool standalone;   /* a file of its own: with title and style inside */
} kept_svg_opts;

#define KEPT_SVG_OPTS_INIT                                                                         \
    {                                                                                              \
        NULL, 800, 0, NULL, false                                                                  \
    }

/* Appends the <svg> element. A table without rows, or without a known value, gives a box that says
 * what is missing. On error nothing is appended.
 * KEPT_EINTERNAL: the chart names a table or column that the result does not have. KEPT_ENOMEM. */
KEPT_MUST_CHECK kept_status kept_svg_write(const kept_result *result, const kept_chart *chart,
                                           const kept_svg_opts *opts, kept_buf *out, kept_err *err);

#endif
