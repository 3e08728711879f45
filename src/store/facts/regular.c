#include <string.h>

#include "store/facts/source_int.h"

/* The engine reads regular text fast and right, but irregular text by luck: on mixed line ends it
 * gives up, after a stray quote it may lose the rest of the file, and rows with a wrong number of
 * cells it sometimes takes for good ones. So it gets regular text only, and what is irregular is
 * found here, by one pass over the records. */

enum { BROKEN_MAX = 1000000 };

typedef struct record_facts {
    bool lf, crlf, cr; /* ends of records; line breaks inside quoted cells may be of any kind */
    bool odd;          /* records that the engine would read, but not surely */
    size_t broken;
    size_t rows; /* good ones */
} record_facts;

typedef struct pass {
    const char *path, *shown;
    char delimiter, quote;
    size_t columns, above; /* above: records before the first row of data */
    size_t titles;         /* of these, records before the header */
    kept_arena *arena;
} pass;

static bool is_broken(const pass *p, const kept__record *record)
{
    return !kept__csv_blank(record) && !kept__csv_fits(record, p->columns);
}

static bool is_odd(const pass *p, const kept__record *record)
{
    return record->spaced || record->cells != p->columns;
}

static void look(const pass *p, const kept__csv *csv, const kept__record *record, size_t index,
                 record_facts *facts)
{
    const char *end = record->text + record->len;
    if (record->ended) {
        bool two = csv->buf + csv->begin - end == 2;
        *(two ? &facts->crlf : end[0] == '\n' ? &facts->lf : &facts->cr) = true;
    }
    if (index < p->above) {
        facts->odd |= index >= p->titles && record->cells > p->columns;
        return;
    }
    if (kept__csv_blank(record)) {
        facts->odd |= record->len > 0;
    } else if (!kept__csv_fits(record, p->columns)) {
        facts->broken++;
    } else {
        facts->odd |= is_odd(p, record);
        facts->rows++;
    }
}

static kept_status look_at_all(const pass *p, record_facts *ret, kept_err *err)
{
    KEPT_AUTO_CSV csv = {0};
    KEPT_TRY(kept__csv_open(p->path, p->delimiter, p->quote, &csv, err));
    kept__record record;
    record_facts facts = {0};
    size_t index = 0;
    for (bool more = true;; index++) {
        KEPT_TRY(kept__csv_next(&csv, &record, &more, err));
        if (!more)
            break;
        look(p, &csv, &record, index, &facts);
    }
    if (facts.broken > BROKEN_MAX)
        return kept_fail(err, KEPT_EINPUT,
                         "%s: %zu rows do not have the %zu cells that the first ones have; is the "
                         "delimiter right?",
                         p->shown, facts.broken, p->columns);
    *ret = facts;
    return KEPT_OK;
}

static kept_status note_broken(const pass *p, const kept__record *record, kept_broken *item,
                               kept_err *err)
{
    if (record->unclosed && record->lines > 0)
        return kept_fail(err, KEPT_EINPUT,
                         "%s, line %zu: a quote is opened here and never closed, so that the %zu "
                         "lines below it would be lost; close it and try again.",
                         p->shown, record->line, record->lines);
    *item = (kept_broken){
        .line = record->line,
        .text = kept_arena_strndup(p->arena, record->text, record->len),
        .cells = record->cells,
        .why = record->unclosed              ? KEPT_BROKEN_UNCLOSED
               : record->broken              ? KEPT_BROKEN_AFTER_QUOTE
               : record->cells == p->columns ? KEPT_BROKEN_TOO_LONG
               : record->cells < p->columns  ? KEPT_BROKEN_TOO_FEW
                                             : KEPT_BROKEN_TOO_MANY,
    };
    return item->text ? KEPT_OK : kept_nomem(err);
}

static void write_cells(const pass *p, const kept__record *record, kept_buf *out)
{
    KEPT_AUTO_BUF cell = KEPT_BUF_INIT;
    size_t at = 0;
    kept_buf_clear(out);
    for (size_t c = 0; c < p->columns && kept__csv_cell(record, p->delimiter, p->quote, &at, &cell);
         c++) {
        if (c)
            kept_buf_add_char(out, p->delimiter);
        kept__csv_write_cell(out, kept_buf_text(&cell), cell.len, p->delimiter);
    }
    out->failed |= cell.failed;
}

/* Broken records, and titles, on which the engine stumbles, leave as many empty lines as they had:
 * every line keeps its number. */
static kept_status write_regular(const pass *p, kept__out *out, kept_broken *broken, size_t *ret_n,
                                 kept_err *err)
{
    KEPT_AUTO_CSV csv = {0};
    KEPT_AUTO_BUF cells = KEPT_BUF_INIT;
    KEPT_TRY(kept__csv_open(p->path, p->delimiter, p->quote, &csv, err));
    kept__record record;
    size_t n = 0, index = 0;
    for (bool more = true;; index++) {
        KEPT_TRY(kept__csv_next(&csv, &record, &more, err));
        if (!more)
            break;
        bool above = index < p->above, title = index < p->titles;
        if (title || (above ? record.broken || record.unclosed : is_broken(p, &record))) {
            if (!above)
                KEPT_TRY(note_broken(p, &record, &broken[n++], err));
            for (size_t i = 0; i < record.lines; i++)
                kept__out_add(out, "\n", 1);
            continue;
        }
        if (kept__csv_blank(&record)) {
            record.len = 0;
        } else if (above ? record.cells > p->columns : is_odd(p, &record)) {
            write_cells(p, &record, &cells);
            record.text = kept_buf_text(&cells);
            record.len = cells.len;
        }
        kept__out_add(out, record.text, record.len);
        kept__out_add(out, "\n", 1);
    }
    *ret_n = n;
    return cells.failed ? kept_nomem(err) : KEPT_OK;
}

kept_status kept__text_regular(kept_source *s, const kept__dialect *d, const char *folder,
                               kept_arena *arena, kept_err *err)
{
    const pass p = {.path = s->reading,
                    .shown = s->path,
                    .delimiter = d->delimiter,
                    .quote = d->quote,
                    .columns = d->columns,
                    .above = d->skip + d->has_header,
                    .titles = d->skip,
                    .arena = arena};
    record_facts facts = {0};
    KEPT_TRY(look_at_all(&p, &facts, err));
    s->expected_rows = facts.rows;
    if (!facts.cr && !(facts.lf && facts.crlf) && facts.broken == 0 && !facts.odd && p.titles == 0)
        return KEPT_OK;
    kept_broken *broken = KEPT_NEW_N(arena, kept_broken, facts.broken);
    if (!broken)
        return kept_nomem(err);
    KEPT_AUTO_OUT out = {0};
    size_t n_broken = 0;
    KEPT_TRY(kept__out_open(folder, arena, &out, err));
    KEPT_TRY(write_regular(&p, &out, broken, &n_broken, err));
    const char *made = out.path;
    KEPT_TRY(kept__out_close(&out, err));
    s->reading = made;
    s->broken = broken;
    s->n_broken = n_broken;
    return KEPT_OK;
}
