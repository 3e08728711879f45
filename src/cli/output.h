/* cli/output.h - where results go: standard output and files. */
#ifndef KEPT_CLI_OUTPUT_H
#define KEPT_CLI_OUTPUT_H

#include <stdbool.h>

#include "base/text.h"
#include "cli/line.h"
#include "kept/err.h"
#include "op/result.h"

typedef enum kept_output_format {
    KEPT_OUTPUT_HTML,
    KEPT_OUTPUT_XLSX,
    KEPT_OUTPUT_JSON,
    KEPT_OUTPUT_CSV,
    KEPT_OUTPUT_MARKDOWN,
    KEPT_OUTPUT_TEXT,
    KEPT_N_OUTPUTS
} kept_output_format;

/* How the result is wanted. */
typedef struct kept_output {
    bool json, csv, raw, quiet;
    const char *table;                 /* for CSV; NULL: not said */
    const char *files[KEPT_N_OUTPUTS]; /* by format; NULL: none. Without a file, --json or --csv
                                          the text goes to standard output */
    bool cards;                        /* document is to hold vCards */
    const char *document;              /* file for a text of its own form (kept_result.document) */
    const char *const *mail_to;        /* addresses, checked */
    size_t n_mail_to;
    const char *mail_subject; /* NULL: of the result */
} kept_output;

/* KEPT_EARG: options that exclude each other, a file whose ending names no format, what is no mail
 * address. */
KEPT_MUST_CHECK kept_status kept_output_from_line(const kept_line *line, kept_output *ret_output,
                                                  kept_err *err);

/* Writes the files that are asked for. command: the line as it was typed, named in the HTML page.
 */
KEPT_MUST_CHECK kept_status kept_output_files(const kept_result *result, const kept_op *op,
                                              const kept_output *output, const char *command,
                                              kept_err *err);
/* Writes to standard output, and notes beside CSV to standard error. elsewhere: the result is
 * already where it was wanted, so that only --json and --csv print it. */
KEPT_MUST_CHECK kept_status kept_output_shown(const kept_result *result, const kept_output *output,
                                              bool elsewhere, kept_err *err);
bool kept_output_has_files(const kept_output *output);

/* Appends the page that a file .html gets. */
KEPT_MUST_CHECK kept_status kept_output_html(const kept_result *result, const kept_op *op,
                                             const char *command, kept_buf *out, kept_err *err);

/* Writes all of text to standard output. KEPT_EIO. */
KEPT_MUST_CHECK kept_status kept_output_text(const kept_buf *text, kept_err *err);
/* Writes a file at once or not at all. */
KEPT_MUST_CHECK kept_status kept_output_file(const char *path, const kept_buf *text, kept_err *err);

/* One sentence on standard error; with json the problem goes to standard output. Returns the exit
 * code. */
int kept_output_error(const kept_err *err, bool json, const char *advice);

#endif
