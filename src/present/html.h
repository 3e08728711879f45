/* present/html.h - one self-contained report in HTML from one or several results.
 *
 * No script, nothing loaded from outside, readable at any width, in light, dark and print. The file
 * is well-formed XML too, and the same input gives the same bytes. */
#ifndef KEPT_PRESENT_HTML_H
#define KEPT_PRESENT_HTML_H

#include <stddef.h>

#include "base/text.h"
#include "kept/err.h"
#include "op/result.h"

/* One part of the report: the figures, notes, charts and tables of one result. A table that a
 * chart draws stands folded behind that chart; other tables stand in full. */
typedef struct kept_html_section {
    const kept_result *result;
    const char *title;      /* heading; NULL: the title of the result */
    const char *lead;       /* one paragraph that says what there is to learn; NULL for none */
    const char *const *key; /* names of scalars shown big, NULL at the end. NULL: up to four
                             * top-level estimates that come with an interval (X, X_low, X_high) */
} kept_html_section;

typedef struct kept_html_fact {
    const char *label; /* "As of" */
    const char *text;  /* "2026-03-31" */
} kept_html_fact;

typedef struct kept_html_opts {
    const char *title;           /* of the report; required */
    const kept_html_fact *facts; /* lines under the title: firm, as of, generated, currency */
    size_t n_facts;
    const char *const *footer; /* paragraphs at the end: sources, method, program version */
    size_t n_footer;
    const char *interval;  /* said before a key figure's interval: "95% interval"; may be NULL */
    size_t max_rows;       /* of a table in full; default 200 */
    size_t max_chart_rows; /* of a table folded behind a chart; default 100 */
    bool sheet;            /* to be printed on one sheet: small and dense on paper */
    const char *more;      /* where rows left out are: "kept customers --csv"; may be NULL */
} kept_html_opts;

#define KEPT_HTML_OPTS_INIT                                                                        \
    {                                                                                              \
        "Report", NULL, 0, NULL, 0, NULL, 200, 100, false, NULL                                    \
    }

/* Appends the document to out. On error nothing is appended. KEPT_EINTERNAL as kept_svg_write;
 * KEPT_ENOMEM. Without sections the page says that there is nothing to show. */
KEPT_MUST_CHECK kept_status kept_html_write(const kept_html_section *sections, size_t n,
                                            const kept_html_opts *opts, kept_buf *out,
                                            kept_err *err);

#endif
