#include "cli/output.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "cli/terminal.h"
#include "present/csv.h"
#include "present/format.h"
#include "present/html.h"
#include "present/json.h"
#include "present/mail.h"
#include "present/markdown.h"
#include "present/text.h"
#include "present/wrap.h"
#include "present/xlsx.h"

static kept_status read_flag(const kept_line *line, kept_global which, bool *ret_on, kept_err *err)
{
    const kept_given *given = &line->globals[which];
    kept_arg arg;
    for (size_t i = 0; i < given->n; i++) {
        KEPT_TRY(kept_arg_read(&kept_globals[which], given->values[i], &arg, err));
        *ret_on = arg.integer != 0;
    }
    return KEPT_OK;
}

static kept_status read_text(const kept_line *line, kept_global which, const char **ret_text,
                             kept_err *err)
{
    const kept_given *given = &line->globals[which];
    kept_arg arg;
    if (given->n > 1)
        return kept_fail(err, KEPT_EARG, "--%s is given %zu times; once is enough.",
                         kept_globals[which].name, given->n);
    if (given->n == 0)
        return KEPT_OK;
    KEPT_TRY(kept_arg_read(&kept_globals[which], given->values[0], &arg, err));
    *ret_text = arg.text;
    return KEPT_OK;
}

/* -o FILE: the ending says the format. */
static kept_status take_file(const kept_line *line, kept_output *o, const char *path, kept_err *err)
{
    static const struct {
        const char *ending;
        kept_output_format format;
    } endings[] = {{".html", KEPT_OUTPUT_HTML}, {".htm", KEPT_OUTPUT_HTML},
                   {".xlsx", KEPT_OUTPUT_XLSX}, {".json", KEPT_OUTPUT_JSON},
                   {".csv", KEPT_OUTPUT_CSV},   {".md", KEPT_OUTPUT_MARKDOWN},
                   {".txt", KEPT_OUTPUT_TEXT}};
    const char *slash = strrchr(path, '/');
    const char *ending = strrchr(slash ? slash : path, '.');
    /* A text of its own form goes into any file. */
    if (line->op && line->op->flags & KEPT_DOCUMENT) {
        o->document = path;
        return KEPT_OK;
    }
    unsigned flags = line->op ? line->op->flags : 0;
    o->cards = (flags & KEPT_CARDS && kept_text_equal_nocase(ending, ".vcf")) ||
               (flags & KEPT_CALENDAR && kept_text_equal_nocase(ending, ".ics"));
    if (o->cards) {
        o->document = path;
        return KEPT_OK;
    }
    for (size_t i = 0; ending && i < KEPT_N(endings); i++) {
        if (!kept_text_equal_nocase(ending, endings[i].ending))
            continue;
        o->files[endings[i].format] = path;
        return KEPT_OK;
    }
    return kept_fail(err, KEPT_EARG,
                     "The ending of \"%.200s\" (--output) says no format: it may be .html, .xlsx, "
                     ".json, .csv, .md or .txt.",
                     path);
}

static kept_status take_mail(const kept_line *line, kept_output *o, kept_err *err)
{
    const kept_given *to = &line->globals[KEPT_G_MAIL];
    o->mail_to = to->values;
    o->n_mail_to = to->n;
    for (size_t i = 0; i < to->n; i++)
        KEPT_TRY(kept_mail_check_address("--mail", to->values[i], err));
    KEPT_TRY(read_text(line, KEPT_G_MAIL_SUBJECT, &o->mail_subject, err));
    if (!o->mail_subject)
        return KEPT_OK;
    if (o->n_mail_to == 0)
        return kept_fail(err, KEPT_EARG, "--mail-subject belongs to --mail; add --mail ADDRESS.");
    return kept_mail_check_subject(o->mail_subject, err);
}

kept_status kept_output_from_line(const kept_line *line, kept_output *ret_output, kept_err *err)
{
    kept_output o = {0};
    const char *path = NULL;
    KEPT_TRY(read_flag(line, KEPT_G_JSON, &o.json, err));
    KEPT_TRY(read_flag(line, KEPT_G_CSV, &o.csv, err));
    KEPT_TRY(read_flag(line, KEPT_G_RAW, &o.raw, err));
    KEPT_TRY(read_flag(line, KEPT_G_QUIET, &o.quiet, err));
    KEPT_TRY(read_text(line, KEPT_G_TABLE, &o.table, err));
    KEPT_TRY(read_text(line, KEPT_G_OUTPUT, &path, err));
    if (path)
        KEPT_TRY(take_file(line, &o, path, err));
    KEPT_TRY(read_text(line, KEPT_G_XLSX, &o.files[KEPT_OUTPUT_XLSX], err));
    KEPT_TRY(read_text(line, KEPT_G_HTML, &o.files[KEPT_OUTPUT_HTML], err));
    KEPT_TRY(take_mail(line, &o, err));
    if (o.json && o.csv)
        return kept_fail(err, KEPT_EARG, "--json and --csv both want standard output; choose one.");
    if (!o.csv && !o.files[KEPT_OUTPUT_CSV] && (o.table || o.raw))
        return kept_fail(err, KEPT_EARG, "--%s belongs to --csv; add --csv.",
                         o.table ? "table" : "raw");
    *ret_output = o;
    return KEPT_OK;
}

kept_status kept_output_text(const kept_buf *text, kept_err *err)
{
    if (text->failed)
        return kept_nomem(err);
    errno = 0;
    size_t written = fwrite(kept_buf_text(text), 1, text->len, stdout);
    if (written != text->len || fflush(stdout) != 0)
        return kept_fail(err, KEPT_EIO, "Cannot write the result to standard output: %s.",
                         strerror(errno));
    return KEPT_OK;
}

static kept_status write_part(const char *part, const char *path, const kept_buf *text,
                              kept_err *err)
{
    FILE *f = fopen(part, "wb");
    bool ok = f && fwrite(kept_buf_text(text), 1, text->len, f) == text->len;
    ok = ok && fflush(f) == 0 && fsync(fileno(f)) == 0;
    int why = errno;
    if (f && fclose(f) != 0 && ok) {
        why = errno;
        ok = false;
    }
    if (!ok)
        return kept_fail(err, KEPT_EIO, "Cannot write \"%.300s\": %s.", path, strerror(why));
    return KEPT_OK;
}

kept_status kept_output_file(const char *path, const kept_buf *text, kept_err *err)
{
    KEPT_AUTO_BUF name = KEPT_BUF_INIT;
    kept_buf_printf(&name, "%s.%ld.part", path, (long)getpid());
    if (text->failed || name.failed)
        return kept_nomem(err);
    const char *part = kept_buf_text(&name);
    kept_status status = write_part(part, path, text, err);
    if (status == KEPT_OK && rename(part, path) != 0)
        status = kept_fail(err, KEPT_EIO, "Cannot write \"%.300s\": %s.", path, strerror(errno));
    if (status != KEPT_OK)
        unlink(part);
    return status;
}

kept_status kept_output_html(const kept_result *result, const kept_op *op, const char *command,
                             kept_buf *out, kept_err *err)
{
    const kept_html_section section = {.result = result, .lead = op->summary};
    const kept_html_fact facts[] = {{"Made with", command}, {"Currency", result->currency}};
    const char *const footer[] = {"Kept " KEPT_VERSION};
    kept_html_opts opts = KEPT_HTML_OPTS_INIT;
    opts.title = result->title ? result->title : op->summary;
    opts.facts = facts;
    opts.n_facts = result->currency && result->currency[0] ? 2 : 1;
    opts.footer = footer;
    opts.n_footer = KEPT_N(footer);
    opts.sheet = (op->flags & KEPT_SHEET) != 0;
    return kept_html_write(&section, 1, &opts, out, err);
}

static kept_status add_csv(const kept_result *result, const kept_output *output, kept_buf *out,
                           kept_err *err)
{
    const kept_csv_opts opts = {.table = output->table, .raw = output->raw};
    return kept_present_csv(result, &opts, out, err);
}

static kept_status write_one(const kept_result *result, const kept_op *op,
                             const kept_output *output, kept_output_format format,
                             const char *command, kept_err *err)
{
    enum { FILE_WIDTH = 100 };
    const char *path = output->files[format];
    const kept_screen plain = {.width = FILE_WIDTH, .advice = !output->quiet};
    kept_result titled = *result;
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    switch (format) {
    case KEPT_OUTPUT_XLSX:
        return kept_present_xlsx(result, path, err);
    case KEPT_OUTPUT_HTML:
        KEPT_TRY(kept_output_html(result, op, command, &out, err));
        break;
    case KEPT_OUTPUT_CSV:
        KEPT_TRY(add_csv(result, output, &out, err));
        break;
    case KEPT_OUTPUT_JSON:
        kept_present_json(result, &out);
        break;
    case KEPT_OUTPUT_MARKDOWN:
        titled.title = result->title ? result->title : op->summary;
        kept_present_markdown(&titled, &out);
        break;
    default:
        kept_present_text(result, &plain, &out);
    }
    return kept_output_file(path, &out, err);
}

static kept_status write_document(const kept_result *result, const kept_output *output,
                                  kept_err *err)
{
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    kept_buf_add(&text, result->document);
    KEPT_TRY(kept_output_file(output->document, &text, err));
    if (!output->quiet)
        fprintf(stderr, "Written: %s\n", output->document);
    return KEPT_OK;
}

bool kept_output_has_files(const kept_output *output)
{
    for (int format = 0; format < KEPT_N_OUTPUTS; format++)
        if (output->files[format])
            return true;
    return output->document != NULL;
}

kept_status kept_output_files(const kept_result *result, const kept_op *op,
                              const kept_output *output, const char *command, kept_err *err)
{
    if (output->document)
        KEPT_TRY(write_document(result, output, err));
    for (int format = 0; format < KEPT_N_OUTPUTS; format++) {
        if (!output->files[format])
            continue;
        KEPT_TRY(write_one(result, op, output, (kept_output_format)format, command, err));
        if (!output->quiet)
            fprintf(stderr, "Written: %s\n", output->files[format]);
    }
    return KEPT_OK;
}

kept_status kept_output_shown(const kept_result *result, const kept_output *output, bool elsewhere,
                              kept_err *err)
{
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    KEPT_AUTO_BUF notes = KEPT_BUF_INIT;
    kept_screen screen = kept_terminal_screen(output->csv ? stderr : stdout);
    screen.advice = !output->quiet;
    if (output->json) {
        kept_present_json(result, &text);
    } else if (result->document && !output->csv && (!elsewhere || output->document)) {
        if (!elsewhere)
            kept_buf_add(&text, result->document);
        kept_present_notes(result, &screen, &notes);
    } else if (output->csv) {
        KEPT_TRY(add_csv(result, output, &text, err));
        kept_present_notes(result, &screen, &notes);
    } else if (!elsewhere) {
        kept_present_text(result, &screen, &text);
    }
    KEPT_TRY(kept_output_text(&text, err));
    if (notes.len)
        fputs(kept_buf_text(&notes), stderr);
    return KEPT_OK;
}

int kept_output_error(const kept_err *err, bool json, const char *advice)
{
    kept_screen screen = kept_terminal_screen(stderr);
    KEPT_AUTO_BUF clean = KEPT_BUF_INIT;
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    kept_format_clean(&clean, err->msg);
    kept_buf_printf(&text, "%skept:%s ", screen.colour ? "\033[1;31m" : "",
                    screen.colour ? "\033[0m" : "");
    kept_buf_printf(&text, "%s\n", kept_buf_text(&clean));
    if (err->code == KEPT_EINTERNAL)
        kept_buf_printf(&text, "kept: Please report this, with %s:%d.\n", err->file, err->line);
    if (advice)
        kept_buf_printf(&text, "%s\n", advice);
    fputs(kept_buf_text(&text), stderr);
    if (json) {
        KEPT_AUTO_BUF problem = KEPT_BUF_INIT;
        kept_present_problem(err, &problem);
        fputs(kept_buf_text(&problem), stdout);
        fflush(stdout);
    }
    return kept_status_exit_code(err->code);
}
