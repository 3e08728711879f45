#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/date.h"
#include "base/number.h"
#include "store/facts/source_int.h"

/* The delimiter is the one that cuts most records into the same number (> 1) of cells; the header
 * is the first full row of words above rows that hold numbers or dates. A spreadsheet's title
 * lines and empty lines above it are skipped. */

enum {
    RECORDS = 1000, /* looked at for the delimiter */
    ROWS = 60,      /* looked at for the header */
    CELLS_MAX = 16384,
    NAME_MAX_BYTES = 300,
};

typedef struct counts { /* of one delimiter over the head */
    char delimiter, quote;
    size_t records, cells, alike, broken; /* broken: text after a closing quote */
} counts;

static counts count(const char *head, size_t len, bool whole, char delimiter, char quote,
                    uint32_t *tally)
{
    counts c = {.delimiter = delimiter, .quote = quote, .cells = 1};
    memset(tally, 0, sizeof *tally * (CELLS_MAX + 1));
    size_t at = 0;
    while (at < len && c.records < RECORDS) {
        kept__record record;
        size_t used = kept__csv_cut(head + at, len - at, whole, delimiter, quote, &record);
        if (used == 0)
            break;
        at += used;
        if (kept__csv_blank(&record))
            continue;
        c.records++;
        c.broken += record.broken;
        if (record.cells <= CELLS_MAX && !record.broken && !record.unclosed)
            tally[record.cells]++;
    }
    for (size_t n = 2; n <= CELLS_MAX; n++)
        if (tally[n] > c.alike) {
            c.cells = n;
            c.alike = tally[n];
        }
    return c;
}

/* By share of records alike; where two are nearly alike the rarer mark wins, because commas stand
 * inside numbers and texts more often than semicolons or tabs do. */
static bool better(const counts *a, const counts *b)
{
    if (b->alike == 0 || a->alike == 0)
        return a->alike > b->alike;
    double share_a = (double)a->alike / (double)a->records;
    double share_b = (double)b->alike / (double)b->records;
    return share_a > share_b + 0.05;
}

static kept_status find_delimiter(const char *head, size_t len, bool whole, char given,
                                  kept_arena *arena, counts *ret, kept_err *err)
{
    static const char candidates[] = {'\t', '|', ';', ','};
    kept_arena_mark mark = kept_arena_get_mark(arena);
    uint32_t *tally = KEPT_NEW_N(arena, uint32_t, CELLS_MAX + 1);
    if (!tally)
        return kept_nomem(err);
    counts best = {.delimiter = ',', .quote = '"', .cells = 1};
    for (size_t i = 0; i < (given ? 1 : sizeof candidates); i++) {
        char delimiter = given ? given : candidates[i];
        counts c = count(head, len, whole, delimiter, '"', tally);
        /* Texts with inch marks and no quoting at all: read quotes as they stand. */
        if (c.records >= 5 && c.broken * 5 > c.records) {
            counts plain = count(head, len, whole, delimiter, '\0', tally);
            if (plain.alike == plain.records)
                c = plain;
        }
        if (c.alike * 2 < c.records)
            c.alike = 0;
        if (better(&c, &best) || given)
            best = c;
    }
    kept_arena_rewind(arena, mark);
    if (best.alike == 0)
        best.cells = 1;
    *ret = best;
    return KEPT_OK;
}

/* --- The header --- */

typedef struct row {
    size_t index; /* of the record in the file */
    size_t line, next_line;
    size_t n, filled;
    const char **cells;
} row;

static kept_status read_row(const kept__record *record, const counts *c, kept_arena *arena, row *r,
                            kept_err *err)
{
    KEPT_AUTO_BUF cell = KEPT_BUF_INIT;
    r->n = record->cells;
    r->cells = KEPT_NEW_N(arena, const char *, r->n);
    if (!r->cells)
        return kept_nomem(err);
    size_t at = 0;
    for (size_t i = 0; i < r->n && kept__csv_cell(record, c->delimiter, c->quote, &at, &cell);
         i++) {
        r->cells[i] = kept_arena_strndup(arena, kept_buf_text(&cell), cell.len);
        if (!r->cells[i])
            return kept_nomem(err);
        r->filled += cell.len > 0;
    }
    return KEPT_OK;
}

static kept_status read_rows(const char *head, size_t len, bool whole, const counts *c,
                             kept_arena *arena, row *rows, size_t *ret_n, double *ret_bytes,
                             kept_err *err)
{
    size_t at = 0, line = 1, index = 0, n = 0;
    while (at < len && n < ROWS) {
        kept__record record;
        size_t used = kept__csv_cut(head + at, len - at, whole, c->delimiter, c->quote, &record);
        if (used == 0)
            break;
        at += used;
        if (!kept__csv_blank(&record) && record.cells <= CELLS_MAX) {
            rows[n] = (row){.index = index, .line = line, .next_line = line + record.lines};
            KEPT_TRY(read_row(&record, c, arena, &rows[n++], err));
        }
        line += record.lines;
        index++;
    }
    *ret_n = n;
    *ret_bytes = index ? (double)at / (double)index : 0;
    return KEPT_OK;
}

static bool is_value(const char *text)
{
    size_t len = strlen(text);
    return kept_number_marks(text, len) || kept_when_orders(text, len);
}

/* Rows as wide as the table; a header may lack the name of a first column of row numbers, or rows
 * may end in a delimiter that the header does not have. */
static bool has_width(const row *r, size_t width)
{
    if (r->n == width || r->n + 1 == width)
        return true;
    size_t n = r->n;
    while (n > width && !r->cells[n - 1][0])
        n--;
    return n == width;
}

/* First row that is not a title: as wide as the table and at least half as full as others are. */
static size_t find_first(const row *rows, size_t n, size_t width)
{
    size_t most = 0;
    for (size_t i = 0; i < n; i++)
        if (has_width(&rows[i], width) && rows[i].filled > most)
            most = rows[i].filled;
    for (size_t i = 0; i < n; i++)
        if (has_width(&rows[i], width) && rows[i].filled * 2 >= most && rows[i].filled > 0)
            return i;
    return 0;
}

static bool distinct(const row *r)
{
    for (size_t i = 0; i < r->n; i++)
        for (size_t k = 0; k < i; k++)
            if (r->cells[i][0] && strcasecmp(r->cells[i], r->cells[k]) == 0)
                return false;
    return true;
}

/* Some column has a word above nothing but numbers or dates. */
static bool word_above_values(const row *rows, size_t n, size_t first)
{
    const row *r = &rows[first];
    for (size_t c = 0; c < r->n; c++) {
        if (!r->cells[c][0] || is_value(r->cells[c]))
            continue;
        size_t values = 0, words = 0;
        for (size_t i = first + 1; i < n; i++)
            if (c < rows[i].n && rows[i].cells[c][0])
                (is_value(rows[i].cells[c]) ? values++ : words++);
        if (values && !words)
            return true;
    }
    return false;
}

static bool is_header(const row *rows, size_t n, size_t first)
{
    const row *r = &rows[first];
    size_t words = 0;
    for (size_t c = 0; c < r->n; c++) {
        if (strlen(r->cells[c]) > NAME_MAX_BYTES)
            return false;
        words += r->cells[c][0] && !is_value(r->cells[c]);
    }
    if (words * 2 <= r->filled)
        return false;
    if (word_above_values(rows, n, first))
        return true;
    return words == r->filled && distinct(r);
}

/* --- Names --- */

static bool taken(const char *const *names, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcasecmp(names[i], name) == 0)
            return true;
    return false;
}

/* Names differ also without regard to case, as the engine wants; the second "date" is "date_2". */
static kept_status make_names(const row *header, size_t columns, kept_arena *arena,
                              const char ***ret_names, kept_err *err)
{
    const char **names = KEPT_NEW_N(arena, const char *, columns);
    if (!names)
        return kept_nomem(err);
    size_t shift = header && header->n + 1 == columns ? 1 : 0;
    for (size_t i = 0; i < columns; i++) {
        const char *given =
            header && i >= shift && i - shift < header->n ? header->cells[i - shift] : "";
        const char *name = given[0] ? given : kept_arena_printf(arena, "column%zu", i + 1);
        for (size_t k = 2; name && taken(names, i, name); k++)
            name = kept_arena_printf(arena, "%s_%zu", given[0] ? given : "column", k);
        if (!name)
            return kept_nomem(err);
        names[i] = name;
    }
    *ret_names = names;
    return KEPT_OK;
}

/* Every row but the header ends in a delimiter: the last column is none. */
static size_t true_width(const row *rows, size_t n, size_t first, size_t width)
{
    if (rows[first].n + 1 != width)
        return width;
    for (size_t i = first + 1; i < n; i++)
        if (rows[i].n == width && rows[i].cells[width - 1][0])
            return width;
    return width - 1;
}

kept_status kept__dialect_find(const char *head, size_t len, bool whole, char delimiter,
                               const char *shown, kept_arena *arena, kept__dialect *ret_dialect,
                               kept_err *err)
{
    if (len >= 3 && memcmp(head, "\xef\xbb\xbf", 3) == 0) {
        head += 3;
        len -= 3;
    }
    counts c = {0};
    KEPT_TRY(find_delimiter(head, len, whole, delimiter, arena, &c, err));
    row *rows = KEPT_NEW_N(arena, row, ROWS);
    size_t n = 0;
    double record_bytes = 0;
    if (!rows)
        return kept_nomem(err);
    KEPT_TRY(read_rows(head, len, whole, &c, arena, rows, &n, &record_bytes, err));
    if (n == 0 && len >= 65536)
        return kept_fail(err, KEPT_EINPUT,
                         "%s has a first line that does not end within %zu bytes: a quote is never "
                         "closed, or it is not a table.",
                         shown, len);
    if (n == 0)
        return kept_fail(err, KEPT_EINPUT, "%s holds nothing but empty lines.", shown);
    size_t first = find_first(rows, n, c.cells);
    bool header = is_header(rows, n, first);
    size_t columns = header ? true_width(rows, n, first, c.cells) : c.cells;
    kept__dialect d = {
        .delimiter = c.delimiter,
        .quote = c.quote,
        .columns = columns,
        .skip = rows[first].index,
        .has_header = header,
        .record_bytes = record_bytes,
    };
    if (!header)
        d.first_line = rows[first].line;
    else if (first + 1 < n)
        d.first_line = rows[first + 1].line;
    else if (!whole)
        d.first_line = rows[first].next_line;
    KEPT_TRY(make_names(header ? &rows[first] : NULL, columns, arena, &d.names, err));
    *ret_dialect = d;
    return KEPT_OK;
}
