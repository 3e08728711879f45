#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "store/facts/source_int.h"
#include "store/facts/stage_int.h"

/* Lines are worked out only here, when rows were set aside: one pass over the file brings the
 * records that are no rows and the rows that staging refused together in the order of the file. */

/* --- The rows refused by staging, in order --- */

typedef struct cursor {
    kept_duck_rows *rows;
    size_t n, at;
    bool more;
    size_t record;
    kept__cause cause;
    size_t target;
    kept_buf name, value, reason;
} cursor;

static void close_cursor(cursor *c)
{
    kept_duck_rows_free(c->rows);
    kept_buf_free(&c->name);
    kept_buf_free(&c->value);
    kept_buf_free(&c->reason);
}
#define AUTO_CURSOR __attribute__((cleanup(close_cursor))) cursor

void kept__fault_pack(kept_buf *out, const kept__fault *f, const char *name)
{
    kept_buf_clear(out);
    kept_buf_printf(out, "%d %zu %zu %zu ", (int)f->cause, f->target, strlen(name), f->reason.len);
    kept_buf_add(out, name);
    kept_buf_add_n(out, kept_buf_text(&f->reason), f->reason.len);
    kept_buf_add_n(out, f->value.text ? f->value.text : "", f->value.len);
}

static void take_text(const char **from, const char *end, size_t len, kept_buf *out)
{
    if (len > (size_t)(end - *from))
        len = (size_t)(end - *from);
    kept_buf_clear(out);
    kept_buf_add_n(out, *from, len);
    *from += len;
}

static void unpack_fault(cursor *c, const char *text, size_t len)
{
    const char *end = text + len;
    size_t numbers[4] = {0};
    for (size_t i = 0; i < 4; i++, text += text < end)
        for (; text < end && *text != ' '; text++)
            numbers[i] = numbers[i] * 10 + (size_t)(*text - '0');
    c->cause = (kept__cause)numbers[0];
    c->target = numbers[1];
    take_text(&text, end, numbers[2], &c->name);
    take_text(&text, end, numbers[3], &c->reason);
    take_text(&text, end, SIZE_MAX, &c->value);
}

static kept_status step(cursor *c, kept_err *err)
{
    c->at++;
    if (c->at >= c->n) {
        KEPT_TRY(kept_duck_next(c->rows, &c->n, err));
        c->at = 0;
        if (c->n == 0) {
            c->more = false;
            return KEPT_OK;
        }
    }
    c->more = true;
    c->record = (size_t)((const int64_t *)kept_duck_data(c->rows, 0))[c->at];
    size_t len;
    const char *fault = kept_duck_text(c->rows, 1, c->at, &len);
    unpack_fault(c, fault ? fault : "", len);
    return c->name.failed || c->value.failed || c->reason.failed ? kept_nomem(err) : KEPT_OK;
}

static kept_status open_cursor(kept_duck *duck, size_t source, cursor *c, kept_err *err)
{
    kept_duck_value index = KEPT_DV_INT((int64_t)source);
    KEPT_TRY(kept_duck_query(duck,
                             "SELECT record, fault FROM stage_rejects "
                             "WHERE source = $1 ORDER BY record",
                             &index, 1, &c->rows, err));
    return step(c, err);
}

/* --- One pass over a source --- */

typedef struct walk {
    const kept_source *source;
    size_t index;
    bool with_cells;
    kept__reject_fn fn;
    void *who;
    cursor *refused;
    kept_buf cells, value;
} walk;

static kept_status give_refused(walk *w, size_t line, kept_err *err)
{
    cursor *c = w->refused;
    const kept__set_aside item = {
        .source = w->index,
        .line = line,
        .cause = c->cause,
        .target = c->target,
        .column = kept_buf_text(&c->name),
        .value = kept_buf_text(&c->value),
        .reason = kept_buf_text(&c->reason),
        .cells = w->with_cells ? &w->cells : NULL,
    };
    if (w->cells.failed)
        return kept_nomem(err);
    KEPT_TRY(w->fn(w->who, &item, err));
    return step(c, err);
}

/* The cells of a record, one per column: missing ones empty, surplus ones joined to the last as
 * they stand, since most often an unquoted text held the delimiter. */
static void copy_cells(walk *w, const kept__record *record)
{
    const kept_source *s = w->source;
    KEPT_AUTO_BUF cell = KEPT_BUF_INIT;
    KEPT_AUTO_BUF last = KEPT_BUF_INIT;
    size_t at = 0, c = 0;
    kept_buf_clear(&w->cells);
    bool surplus = record->filled > s->n_columns || record->broken || record->unclosed;
    for (; kept__csv_cell(record, s->delimiter, s->quote, &at, &cell); c++) {
        if (c + 1 < s->n_columns || (c < s->n_columns && !surplus)) {
            kept_buf_add(&w->cells, c ? "," : "");
            kept__csv_write_cell(&w->cells, kept_buf_text(&cell), cell.len, ',');
        } else if (surplus) {
            if (c >= s->n_columns)
                kept_buf_add_char(&last, s->delimiter);
            kept_buf_add_n(&last, kept_buf_text(&cell), cell.len);
        }
    }
    if (surplus && c >= s->n_columns) {
        kept_buf_add(&w->cells, s->n_columns > 1 ? "," : "");
        kept__csv_write_cell(&w->cells, kept_buf_text(&last), last.len, ',');
    }
    for (; c < s->n_columns; c++)
        kept_buf_add(&w->cells, c ? "," : "");
    w->cells.failed |= cell.failed || last.failed;
}

static kept_status give_record(walk *w, const kept__record *record, size_t line, kept__cause cause,
                               const char *reason, kept_err *err)
{
    enum { SHOWN = 500 };
    kept_buf_clear(&w->value);
    kept_buf_add_n(&w->value, record->text, record->len > SHOWN ? (size_t)SHOWN : record->len);
    if (w->with_cells)
        copy_cells(w, record);
    if (w->value.failed || w->cells.failed)
        return kept_nomem(err);
    const kept__set_aside item = {
        .source = w->index,
        .line = line,
        .cause = cause,
        .column = "",
        .value = kept_buf_text(&w->value),
        .reason = reason,
        .cells = w->with_cells ? &w->cells : NULL,
    };
    return w->fn(w->who, &item, err);
}

static kept_status give_broken(walk *w, const kept_broken *broken, kept_err *err)
{
    static const kept__cause causes[] = {
        [KEPT_BROKEN_TOO_FEW] = KEPT__TOO_FEW,         [KEPT_BROKEN_TOO_MANY] = KEPT__TOO_MANY,
        [KEPT_BROKEN_AFTER_QUOTE] = KEPT__AFTER_QUOTE, [KEPT_BROKEN_UNCLOSED] = KEPT__UNCLOSED,
        [KEPT_BROKEN_TOO_LONG] = KEPT__ROW_TOO_LONG,
    };
    kept__record record = {.text = broken->text};
    size_t len = strlen(broken->text);
    if (len)
        (void)kept__csv_cut(broken->text, len, true, w->source->delimiter, w->source->quote,
                            &record);
    kept__cause cause = causes[broken->why];
    char reason[120];
    snprintf(reason, sizeof reason, "the row has %zu cells, not %zu", broken->cells,
             w->source->n_columns);
    bool counted = cause == KEPT__TOO_FEW || cause == KEPT__TOO_MANY;
    return give_record(w, &record, broken->line, cause,
                       counted ? reason : kept__record_cause(cause), err);
}

static kept_status walk_csv(walk *w, kept_err *err)
{
    const kept_source *s = w->source;
    KEPT_AUTO_CSV csv = {0};
    KEPT_TRY(kept__csv_open(s->reading, s->delimiter, s->quote, &csv, err));
    kept__record record;
    size_t index = 0, row = 0, broken = 0;
    for (bool more = true;;) {
        KEPT_TRY(kept__csv_next(&csv, &record, &more, err));
        for (; broken < s->n_broken && (!more || s->broken[broken].line < record.line); broken++)
            KEPT_TRY(give_broken(w, &s->broken[broken], err));
        if (!more)
            return KEPT_OK;
        if (index++ < s->skip + s->has_header)
            continue;
        if (kept__csv_blank(&record) && (s->n_columns > 1 || record.len == 0))
            continue;
        size_t line = kept__source_line(s, index, record.line);
        if (!w->refused->more || ++row != w->refused->record)
            continue;
        if (w->with_cells)
            copy_cells(w, &record);
        KEPT_TRY(give_refused(w, line, err));
    }
}

/* --- JSON Lines and Parquet --- */

typedef struct lines { /* of objects, one on each line that is not blank */
    kept__csv csv;
    bool known;
    size_t line;
} lines;

static kept_status open_lines(const kept_source *s, lines *l, kept_err *err)
{
    *l = (lines){0};
    if (s->format != KEPT_FORMAT_JSONL)
        return KEPT_OK;
    KEPT_TRY(kept__csv_open(s->reading, '\0', '\0', &l->csv, err));
    size_t i = l->csv.begin;
    while (i < l->csv.end && strchr(" \t\r\n", l->csv.buf[i]))
        i++;
    l->known = i < l->csv.end && l->csv.buf[i] == '{';
    return KEPT_OK;
}

static kept_status next_line(lines *l, kept_err *err)
{
    kept__record record;
    for (bool more = true; more;) {
        KEPT_TRY(kept__csv_next(&l->csv, &record, &more, err));
        if (more && !kept__csv_blank(&record)) {
            l->line = record.line;
            return KEPT_OK;
        }
    }
    return KEPT_OK;
}

static void copy_row(walk *w, const kept_duck_rows *rows, size_t i)
{
    kept_buf_clear(&w->cells);
    for (size_t c = 0; c < w->source->n_columns; c++) {
        size_t len;
        const char *text = kept_duck_text(rows, c, i, &len);
        kept_buf_add(&w->cells, c ? "," : "");
        kept__csv_write_cell(&w->cells, text ? text : "", len, ',');
    }
}

static kept_status walk_rows(walk *w, kept_duck *duck, lines *l, kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    kept_buf_printf(&sql, "SELECT * FROM %s", w->source->relation);
    if (sql.failed)
        return kept_nomem(err);
    KEPT_AUTO_ROWS *rows = NULL;
    KEPT_TRY(kept_duck_query(duck, kept_buf_text(&sql), NULL, 0, &rows, err));
    size_t row = 0;
    while (w->refused->more) {
        size_t n = 0;
        KEPT_TRY(kept_duck_next(rows, &n, err));
        if (n == 0)
            return KEPT_OK;
        for (size_t i = 0; i < n && w->refused->more; i++) {
            if (l->known)
                KEPT_TRY(next_line(l, err));
            if (++row != w->refused->record)
                continue;
            if (w->with_cells)
                copy_row(w, rows, i);
            KEPT_TRY(give_refused(w, l->known ? l->line : row, err));
        }
    }
    return KEPT_OK;
}

kept_status kept__rejects_walk(kept_duck *duck, const kept_source *source, size_t index,
                               bool with_cells, kept__reject_fn fn, void *who, kept_err *err)
{
    AUTO_CURSOR refused = {0};
    KEPT_TRY(open_cursor(duck, index, &refused, err));
    walk w = {.source = source,
              .index = index,
              .with_cells = with_cells,
              .fn = fn,
              .who = who,
              .refused = &refused};
    kept_status status;
    if (source->format == KEPT_FORMAT_CSV || source->format == KEPT_FORMAT_XLSX) {
        status = walk_csv(&w, err);
    } else {
        lines l;
        status = open_lines(source, &l, err);
        if (status == KEPT_OK)
            status = walk_rows(&w, duck, &l, err);
        kept__csv_close(&l.csv);
    }
    kept_buf_free(&w.cells);
    kept_buf_free(&w.value);
    return status;
}

/* --- The file --- */

typedef struct writer {
    const kept_source *const *sources;
    FILE *file;
    const char **names; /* of all sources together */
    size_t n_names;
    size_t **place; /* per source: where each column stands; SIZE_MAX: left out */
    char delimiter;
    kept_buf row;
    kept_buf *cells; /* per name */
} writer;

/* Columns of an earlier rejects file do not pile up. */
static bool is_ours(const char *name)
{
    return kept_text_starts(name, "kept_");
}

static kept_status place_columns(writer *w, size_t n_sources, kept_arena *arena, kept_err *err)
{
    size_t total = 0;
    for (size_t s = 0; s < n_sources; s++)
        total += w->sources[s]->n_columns;
    w->names = KEPT_NEW_N(arena, const char *, total);
    w->place = KEPT_NEW_N(arena, size_t *, n_sources);
    if (!w->names || !w->place)
        return kept_nomem(err);
    for (size_t s = 0; s < n_sources; s++) {
        const kept_source *source = w->sources[s];
        w->place[s] = KEPT_NEW_N(arena, size_t, source->n_columns);
        if (!w->place[s])
            return kept_nomem(err);
        for (size_t c = 0; c < source->n_columns; c++) {
            const char *name = source->columns[c].name;
            size_t at = 0;
            while (at < w->n_names && strcmp(w->names[at], name) != 0)
                at++;
            if (!is_ours(name) && at == w->n_names)
                w->names[w->n_names++] = name;
            w->place[s][c] = is_ours(name) ? SIZE_MAX : at;
        }
    }
    w->cells = KEPT_NEW_N(arena, kept_buf, w->n_names + 1);
    return w->cells ? KEPT_OK : kept_nomem(err);
}

static void add_cell(writer *w, const char *text, size_t len)
{
    if (w->row.len)
        kept_buf_add_char(&w->row, w->delimiter);
    kept__csv_write_cell(&w->row, text, len, w->delimiter);
}

static kept_status end_row(writer *w, kept_err *err)
{
    kept_buf_add_char(&w->row, '\n');
    if (w->row.failed)
        return kept_nomem(err);
    (void)!fwrite(w->row.data, 1, w->row.len, w->file); /* faults are told at the end */
    kept_buf_clear(&w->row);
    return KEPT_OK;
}

static kept_status write_header(writer *w, kept_err *err)
{
    static const char *const ours[] = {"kept_file", "kept_line", "kept_column", "kept_value",
                                       "kept_reason"};
    /* Spreadsheet programs take UTF-8 for what it is only with a byte order mark. */
    (void)!fwrite("\xef\xbb\xbf", 1, 3, w->file);
    for (size_t i = 0; i < w->n_names; i++)
        add_cell(w, w->names[i], strlen(w->names[i]));
    for (size_t i = 0; i < 5; i++)
        add_cell(w, ours[i], strlen(ours[i]));
    return end_row(w, err);
}

static kept_status write_reject(void *who, const kept__set_aside *item, kept_err *err)
{
    writer *w = who;
    const kept_source *source = w->sources[item->source];
    const size_t *place = w->place[item->source];
    kept__record record;
    for (size_t i = 0; i < w->n_names; i++)
        kept_buf_clear(&w->cells[i]);
    KEPT_AUTO_BUF cell = KEPT_BUF_INIT;
    size_t at = 0;
    if (item->cells->len) {
        (void)kept__csv_cut(item->cells->data, item->cells->len, true, ',', '"', &record);
        for (size_t c = 0; c < source->n_columns && kept__csv_cell(&record, ',', '"', &at, &cell);
             c++)
            if (place[c] != SIZE_MAX)
                kept_buf_add_n(&w->cells[place[c]], kept_buf_text(&cell), cell.len);
    }
    for (size_t i = 0; i < w->n_names; i++) {
        add_cell(w, kept_buf_text(&w->cells[i]), w->cells[i].len);
        if (i == 0 && w->row.len == 0) /* an empty first cell leaves no trace in row.len */
            kept_buf_add(&w->row, "\"\"");
        w->row.failed |= w->cells[i].failed;
    }
    char line[32];
    snprintf(line, sizeof line, "%zu", item->line);
    const char *const ours[] = {source->path, line, item->column, item->value, item->reason};
    for (size_t i = 0; i < 5; i++)
        add_cell(w, ours[i], strlen(ours[i]));
    w->row.failed |= cell.failed;
    return end_row(w, err);
}

static kept_status write_all(writer *w, kept_duck *duck, size_t n_sources, kept_err *err)
{
    KEPT_TRY(write_header(w, err));
    for (size_t s = 0; s < n_sources; s++)
        KEPT_TRY(kept__rejects_walk(duck, w->sources[s], s, true, write_reject, w, err));
    return KEPT_OK;
}

kept_status kept_rejects_write(kept_duck *duck, const kept_staged *stage,
                               const kept_source *const *sources, size_t n_sources,
                               const char *path, kept_err *err)
{
    (void)stage;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    writer w = {.sources = sources, .delimiter = ','};
    if (n_sources && sources[0]->format == KEPT_FORMAT_CSV)
        w.delimiter = sources[0]->delimiter;
    KEPT_TRY(place_columns(&w, n_sources, &arena, err));
    w.file = fopen(path, "wb");
    if (!w.file)
        return kept_fail(err, KEPT_EIO, "%s cannot be written: %s.", path, strerror(errno));
    kept_status status = write_all(&w, duck, n_sources, err);
    bool bad = ferror(w.file) != 0;
    bad |= fclose(w.file) != 0;
    kept_buf_free(&w.row);
    for (size_t i = 0; i < w.n_names; i++)
        kept_buf_free(&w.cells[i]);
    if (status == KEPT_OK && bad)
        status = kept_fail(err, KEPT_EIO, "%s could not be written whole.", path);
    if (status != KEPT_OK)
        unlink(path);
    return status;
}
