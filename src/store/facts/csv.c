#include <string.h>

#include "base/mem.h"
#include "store/facts/source_int.h"

enum {
    BUFFER_BYTES = 1 << 18,
    LINE_MAX_BYTES = 1999000, /* the engine takes no record of 2,000,000 bytes and more */
    RECORD_MAX = 1 << 28,     /* a record beyond this has an unclosed quote */
};

/* After the opening quote: the position behind the closing one, or len when there is none. A quote
 * as the very last byte before more data could be the first half of a doubled one: not complete. */
static size_t skip_quoted(const char *text, size_t len, size_t at, char quote, size_t *lines,
                          bool *closed)
{
    *closed = false;
    while (at < len) {
        char c = text[at++];
        if (c == quote) {
            if (at < len && text[at] == quote) {
                at++;
                continue;
            }
            *closed = true;
            return at;
        }
        if (c == '\n' || (c == '\r' && !(at < len && text[at] == '\n')))
            (*lines)++;
    }
    return at;
}

size_t kept__csv_cut(const char *text, size_t len, bool at_end, char delimiter, char quote,
                     kept__record *r)
{
    *r = (kept__record){.text = text, .cells = 1};
    size_t at = 0;
    bool cell_filled = false, cell_start = true, blanks = false; /* blanks: before the cell */
    for (;;) {
        if (at == len)
            break;
        char c = text[at];
        if (c == '\n' || c == '\r') {
            if (c == '\r' && at + 1 == len && !at_end)
                return 0;
            r->ended = true;
            break;
        }
        if (c == delimiter) {
            r->filled = cell_filled ? r->cells : r->filled;
            r->cells++;
            cell_filled = blanks = false;
            cell_start = true;
            at++;
        } else if (cell_start && quote && c == quote) {
            bool closed;
            size_t open = at + 1;
            at = skip_quoted(text, len, open, quote, &r->lines, &closed);
            if (!closed || (at == len && !at_end)) {
                if (!at_end)
                    return 0;
                r->unclosed = !closed;
            }
            cell_filled = closed ? at > open + 1 : true;
            cell_start = false;
            if (blanks || (at < len && text[at] == ' '))
                r->spaced = true;
            while (at < len && text[at] == ' ')
                at++;
            if (at < len && text[at] != delimiter && text[at] != '\n' && text[at] != '\r')
                r->broken = true;
        } else {
            if (c != ' ')
                cell_start = false;
            blanks = true;
            cell_filled = true;
            at++;
            if (!cell_start) /* the rest of the cell: quotes mean nothing here */
                while (at < len && text[at] != delimiter && text[at] != '\n' && text[at] != '\r')
                    at++;
        }
    }
    if (!r->ended && !at_end)
        return 0;
    r->filled = cell_filled ? r->cells : r->filled;
    r->len = at;
    if (r->ended) {
        r->lines++;
        at += text[at] == '\r' && at + 1 < len && text[at + 1] == '\n' ? 2 : 1;
    }
    return at;
}

static void trim(kept_buf *cell, size_t keep)
{
    size_t from = keep, to = cell->len;
    while (to > from && (cell->data[to - 1] == ' ' || cell->data[to - 1] == '\t'))
        to--;
    while (from < to && (cell->data[from] == ' ' || cell->data[from] == '\t'))
        from++;
    if (from > keep)
        memmove(cell->data + keep, cell->data + from, to - from);
    cell->len = keep + (to - from);
    if (cell->data)
        cell->data[cell->len] = '\0';
}

bool kept__csv_cell(const kept__record *record, char delimiter, char quote, size_t *at,
                    kept_buf *cell)
{
    const char *text = record->text;
    size_t len = record->len, i = *at;
    kept_buf_clear(cell);
    if (i > len)
        return false;
    size_t start = i;
    while (start < len && text[start] == ' ' && delimiter != ' ')
        start++;
    if (quote && start < len && text[start] == quote) {
        i = start + 1;
        while (i < len) {
            if (text[i] == quote && i + 1 < len && text[i + 1] == quote)
                i++;
            else if (text[i] == quote)
                break;
            kept_buf_add_char(cell, text[i++]);
        }
        i += i < len;
    }
    size_t end = i; /* the rest of a broken cell is kept as it stands */
    while (end < len && text[end] != delimiter)
        end++;
    kept_buf_add_n(cell, text + i, end - i);
    trim(cell, 0);
    *at = end + 1;
    return true;
}

bool kept__csv_fits(const kept__record *record, size_t columns)
{
    if (record->broken || record->unclosed || record->len > LINE_MAX_BYTES)
        return false;
    return record->cells == columns || (record->cells > columns && record->filled <= columns);
}

bool kept__csv_blank(const kept__record *record)
{
    for (size_t i = 0; i < record->len; i++)
        if (record->text[i] != ' ' && record->text[i] != '\t')
            return false;
    return true;
}

kept_status kept__csv_open(const char *path, char delimiter, char quote, kept__csv *ret_csv,
                           kept_err *err)
{
    kept__csv csv = {.delimiter = delimiter, .quote = quote, .line = 1, .cap = BUFFER_BYTES};
    KEPT_TRY(kept__file_open(path, path, &csv.file, err));
    csv.buf = kept_mem_alloc(csv.cap);
    if (!csv.buf) {
        kept__csv_close(&csv);
        return kept_nomem(err);
    }
    csv.end = fread(csv.buf, 1, csv.cap, csv.file);
    csv.at_end = csv.end < csv.cap;
    if (csv.end >= 3 && memcmp(csv.buf, "\xef\xbb\xbf", 3) == 0)
        csv.begin = 3;
    *ret_csv = csv;
    return KEPT_OK;
}

/* Moves what is left to the front, makes room when there is none, and fills up. */
static kept_status fill(kept__csv *csv, kept_err *err)
{
    size_t left = csv->end - csv->begin;
    if (csv->begin)
        memmove(csv->buf, csv->buf + csv->begin, left);
    csv->begin = 0;
    csv->end = left;
    if (left == csv->cap) {
        if (csv->cap >= RECORD_MAX) {
            csv->at_end = true;
            return KEPT_OK;
        }
        char *more = kept_mem_realloc(csv->buf, csv->cap * 2);
        if (!more)
            return kept_nomem(err);
        csv->buf = more;
        csv->cap *= 2;
    }
    size_t n = fread(csv->buf + csv->end, 1, csv->cap - csv->end, csv->file);
    csv->end += n;
    if (csv->end < csv->cap)
        csv->at_end = true;
    if (ferror(csv->file))
        return kept_fail(err, KEPT_EIO, "A file could not be read to its end.");
    return KEPT_OK;
}

kept_status kept__csv_next(kept__csv *csv, kept__record *ret_record, bool *ret_more, kept_err *err)
{
    for (;;) {
        size_t left = csv->end - csv->begin;
        if (left) {
            size_t used = kept__csv_cut(csv->buf + csv->begin, left, csv->at_end, csv->delimiter,
                                        csv->quote, ret_record);
            if (used) {
                ret_record->line = csv->line;
                csv->line += ret_record->lines;
                csv->begin += used;
                *ret_more = true;
                return KEPT_OK;
            }
        }
        if (csv->at_end) {
            *ret_more = false;
            return KEPT_OK;
        }
        KEPT_TRY(fill(csv, err));
    }
}

void kept__csv_close(kept__csv *csv)
{
    if (csv->file)
        fclose(csv->file);
    kept_mem_free(csv->buf);
    *csv = (kept__csv){0};
}

void kept__csv_write_cell(kept_buf *out, const char *text, size_t len, char delimiter)
{
    bool plain = true;
    for (size_t i = 0; i < len && plain; i++)
        plain = text[i] != delimiter && text[i] != '"' && text[i] != '\n' && text[i] != '\r';
    if (len && (text[0] == ' ' || text[len - 1] == ' '))
        plain = false;
    if (plain) {
        kept_buf_add_n(out, text, len);
        return;
    }
    kept_buf_add_char(out, '"');
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '"')
            kept_buf_add_char(out, '"');
        kept_buf_add_char(out, text[i]);
    }
    kept_buf_add_char(out, '"');
}
