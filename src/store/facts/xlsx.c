#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <expat.h>
#include <zip.h>

#include "base/array.h"
#include "base/date.h"
#include "store/facts/source_int.h"

/* A workbook is a zip of XML parts. Read are: the list of sheets, the shared texts, which styles
 * show dates, and one sheet, which is written out row by row as CSV. Cells keep what the workbook
 * stores; only dates become text like 2024-03-31 or 2024-03-31 14:05:00. */

enum {
    BLOCK = 1 << 16,
    SHEETS_MAX = 1000,
    COLUMN_MAX = 16384, /* of a sheet */
};
static const uint64_t unpacked_max = UINT64_C(4) << 30;

typedef struct sheet {
    const char *name, *id, *target;
    bool hidden;
} sheet;

typedef enum show { /* how a style shows a number */
                    SHOW_NUMBER = 0,
                    SHOW_DAY,
                    SHOW_DAY_AND_TIME,
                    SHOW_TIME,
} show;

typedef struct book {
    zip_t *zip;
    const char *shown; /* path, for messages */
    kept_arena *arena;
    kept_err *err;
    kept_status status; /* of the part being read */
    XML_Parser parser;
    uint64_t unpacked; /* bytes so far: a bomb is stopped */

    sheet *sheets;
    size_t n_sheets;
    bool from_1904;

    show *custom; /* by number format id */
    size_t n_custom;
    uint8_t *styles; /* show, by cell style */
    size_t n_styles, cap_styles;
    bool in_cell_styles;

    kept_buf texts; /* shared texts one after the other */
    size_t *text_end;
    size_t n_texts, cap_texts;
    bool in_text, in_phonetic;

    /* the sheet being written */
    kept__out out;
    kept_buf row, value;
    size_t row_number, column, row_columns; /* columns written to the row */
    size_t last_row, records, width;
    bool ragged, in_value;
    char cell_type;
    bool cell_inline;
    size_t cell_style;
    kept_line_run *runs;
    size_t n_runs, cap_runs;
} book;

/* --- Parts --- */

static void stop(book *b, kept_status status)
{
    b->status = status;
    XML_StopParser(b->parser, XML_FALSE);
}

static kept_status damaged(book *b, const char *part)
{
    return kept_fail(b->err, KEPT_EINPUT,
                     "%s is a workbook that is cut off or damaged (its part %s); save it again.",
                     b->shown, part);
}

static void refuse_doctype(void *who, const char *name, const char *system, const char *public,
                           int internal)
{
    (void)name, (void)system, (void)public, (void)internal;
    book *b = who;
    stop(b, kept_fail(b->err, KEPT_EINPUT,
                      "%s is not a workbook as spreadsheet programs write it (it declares XML "
                      "entities).",
                      b->shown));
}

/* Prefixes differ between programs: "x:row" is "row". */
static const char *local(const char *name)
{
    const char *colon = strchr(name, ':');
    return colon ? colon + 1 : name;
}

static const char *attribute(const char **attributes, const char *name)
{
    for (size_t i = 0; attributes[i]; i += 2)
        if (strcmp(local(attributes[i]), name) == 0)
            return attributes[i + 1];
    return NULL;
}

static kept_status feed(book *b, zip_file_t *file, const char *part)
{
    for (;;) {
        void *block = XML_GetBuffer(b->parser, BLOCK);
        if (!block)
            return kept_nomem(b->err);
        zip_int64_t n = zip_fread(file, block, BLOCK);
        if (n < 0)
            return damaged(b, part);
        b->unpacked += (uint64_t)n;
        if (b->unpacked > unpacked_max)
            return kept_fail(b->err, KEPT_EINPUT,
                             "%s unpacks to more than 4 GiB; save it as CSV instead.", b->shown);
        if (XML_ParseBuffer(b->parser, (int)n, n == 0) == XML_STATUS_ERROR)
            return b->status != KEPT_OK ? b->status : damaged(b, part);
        if (n == 0)
            return KEPT_OK;
    }
}

/* A part that is not there is no fault: many are optional. */
static kept_status read_part(book *b, const char *part, XML_StartElementHandler start,
                             XML_EndElementHandler end, XML_CharacterDataHandler text)
{
    zip_int64_t index = zip_name_locate(b->zip, part, ZIP_FL_NOCASE);
    if (index < 0)
        return KEPT_OK;
    zip_stat_t info;
    if (zip_stat_index(b->zip, (zip_uint64_t)index, 0, &info) != 0)
        return damaged(b, part);
    bool sizes = (info.valid & ZIP_STAT_SIZE) && (info.valid & ZIP_STAT_COMP_SIZE);
    if (sizes && info.size > (UINT64_C(64) << 20) && info.size / 500 > info.comp_size)
        return kept_fail(b->err, KEPT_EINPUT,
                         "%s is packed suspiciously tightly (its part %s); save it as CSV instead.",
                         b->shown, part);
    zip_file_t *file = zip_fopen_index(b->zip, (zip_uint64_t)index, 0);
    if (!file)
        return damaged(b, part);
    b->parser = XML_ParserCreate(NULL);
    kept_status status = b->parser ? KEPT_OK : kept_nomem(b->err);
    if (status == KEPT_OK) {
        b->status = KEPT_OK;
        XML_SetUserData(b->parser, b);
        XML_SetElementHandler(b->parser, start, end);
        XML_SetCharacterDataHandler(b->parser, text);
        XML_SetStartDoctypeDeclHandler(b->parser, refuse_doctype);
        status = feed(b, file, part);
    }
    if (b->parser)
        XML_ParserFree(b->parser);
    b->parser = NULL;
    zip_fclose(file);
    return status;
}

/* Doubles an array of the arena. */
static bool grow(book *b, void **items, size_t *cap, size_t size)
{
    size_t more = *cap ? *cap * 2 : 64;
    void *bigger = kept_arena_alloc(b->arena, more, size);
    if (!bigger) {
        stop(b, kept_nomem(b->err));
        return false;
    }
    if (*cap)
        memcpy(bigger, *items, *cap * size);
    *items = bigger;
    *cap = more;
    return true;
}

/* --- The list of sheets --- */

static void workbook_start(void *who, const char *name, const char **attributes)
{
    book *b = who;
    name = local(name);
    if (strcmp(name, "workbookPr") == 0) {
        const char *from = attribute(attributes, "date1904");
        b->from_1904 = from && (strcmp(from, "1") == 0 || strcmp(from, "true") == 0);
    }
    if (strcmp(name, "sheet") != 0 || b->n_sheets == SHEETS_MAX)
        return;
    const char *title = NULL, *id = NULL, *state = attribute(attributes, "state");
    for (size_t i = 0; attributes[i]; i += 2) { /* r:id, not sheetId */
        if (strcmp(attributes[i], "name") == 0)
            title = attributes[i + 1];
        if (strchr(attributes[i], ':') && strcmp(local(attributes[i]), "id") == 0)
            id = attributes[i + 1];
    }
    sheet *s = &b->sheets[b->n_sheets++];
    *s = (sheet){.name = kept_arena_strdup(b->arena, title ? title : ""),
                 .id = kept_arena_strdup(b->arena, id ? id : ""),
                 .hidden = state && strcmp(state, "visible") != 0};
    if (!s->name || !s->id)
        stop(b, kept_nomem(b->err));
}

static void relations_start(void *who, const char *name, const char **attributes)
{
    book *b = who;
    const char *id = attribute(attributes, "Id"), *target = attribute(attributes, "Target");
    if (strcmp(local(name), "Relationship") != 0 || !id || !target)
        return;
    for (size_t i = 0; i < b->n_sheets; i++)
        if (strcmp(b->sheets[i].id, id) == 0) {
            b->sheets[i].target = target[0] == '/' ? kept_arena_strdup(b->arena, target + 1)
                                                   : kept_arena_printf(b->arena, "xl/%s", target);
            if (!b->sheets[i].target)
                stop(b, kept_nomem(b->err));
        }
}

/* --- Which styles show dates --- */

static show show_of(bool day, bool time)
{
    return day ? time ? SHOW_DAY_AND_TIME : SHOW_DAY : time ? SHOW_TIME : SHOW_NUMBER;
}

static show builtin_show(size_t id)
{
    if ((id >= 14 && id <= 17) || (id >= 27 && id <= 31) || id == 36 || (id >= 50 && id <= 54) ||
        id == 57 || id == 58)
        return SHOW_DAY;
    if (id == 22)
        return SHOW_DAY_AND_TIME;
    if ((id >= 18 && id <= 21) || (id >= 32 && id <= 35) || (id >= 45 && id <= 47) || id == 55 ||
        id == 56)
        return SHOW_TIME;
    return SHOW_NUMBER;
}

/* A format with y or d (or m without h and s) shows a day, one with h or s a time. Literal text,
 * escaped characters and [colours] do not count, except elapsed time like [h]. */
static show custom_show(const char *code)
{
    bool day = false, time = false, month = false;
    for (const char *p = code; *p && *p != ';'; p++) {
        if (*p == '"') {
            const char *end = strchr(p + 1, '"');
            if (!end)
                break;
            p = end;
        } else if (*p == '\\' || *p == '_' || *p == '*') {
            if (!*++p)
                break;
        } else if (*p == '[') {
            const char *end = strchr(p, ']');
            if (!end)
                break;
            bool elapsed =
                strchr("hHmMsS", p[1]) && strspn(p + 1, "hHmMsS") == (size_t)(end - p) - 1;
            time |= elapsed;
            p = end;
        } else if (strchr("yYdD", *p)) {
            day = true;
        } else if (strchr("hHsS", *p)) {
            time = true;
        } else if (*p == 'm' || *p == 'M') {
            month = true;
        } else if (*p == 'G' || *p == '0' || *p == '#' || *p == '?') {
            if (!day && !time && !month) /* General, 0.00: a number; ss.000 is not */
                return SHOW_NUMBER;
        }
    }
    return show_of(day || (month && !time), time);
}

static void styles_start(void *who, const char *name, const char **attributes)
{
    book *b = who;
    name = local(name);
    const char *id = attribute(attributes, "numFmtId");
    size_t format = id ? (size_t)strtoul(id, NULL, 10) : 0;
    if (strcmp(name, "cellXfs") == 0) {
        b->in_cell_styles = true;
    } else if (strcmp(name, "numFmt") == 0 && format < 65536) {
        const char *code = attribute(attributes, "formatCode");
        size_t cap = b->n_custom;
        while (format >= b->n_custom && grow(b, (void **)&b->custom, &cap, sizeof *b->custom))
            b->n_custom = cap;
        if (format < b->n_custom)
            b->custom[format] = custom_show(code ? code : "");
    } else if (b->in_cell_styles && strcmp(name, "xf") == 0) {
        if (b->n_styles == b->cap_styles &&
            !grow(b, (void **)&b->styles, &b->cap_styles, sizeof *b->styles))
            return;
        show s = builtin_show(format);
        if (s == SHOW_NUMBER && format < b->n_custom)
            s = b->custom[format];
        b->styles[b->n_styles++] = (uint8_t)s;
    }
}

static void styles_end(void *who, const char *name)
{
    book *b = who;
    if (strcmp(local(name), "cellXfs") == 0)
        b->in_cell_styles = false;
}

/* --- Shared texts --- */

static void texts_start(void *who, const char *name, const char **attributes)
{
    (void)attributes;
    book *b = who;
    name = local(name);
    if (strcmp(name, "t") == 0)
        b->in_text = !b->in_phonetic;
    else if (strcmp(name, "rPh") == 0)
        b->in_phonetic = true;
}

static void texts_end(void *who, const char *name)
{
    book *b = who;
    name = local(name);
    if (strcmp(name, "t") == 0) {
        b->in_text = false;
    } else if (strcmp(name, "rPh") == 0) {
        b->in_phonetic = false;
    } else if (strcmp(name, "si") == 0) {
        if (b->n_texts == b->cap_texts &&
            !grow(b, (void **)&b->text_end, &b->cap_texts, sizeof *b->text_end))
            return;
        b->text_end[b->n_texts++] = b->texts.len;
        if (b->texts.failed)
            stop(b, kept_nomem(b->err));
    }
}

static void texts_text(void *who, const char *text, int len)
{
    book *b = who;
    if (b->in_text)
        kept_buf_add_n(&b->texts, text, (size_t)len);
}

/* --- Cells --- */

/* "BC12" -> 54; 0 when there is no such place. */
static size_t column_of(const char *place)
{
    size_t column = 0;
    for (; *place >= 'A' && *place <= 'Z'; place++)
        if ((column = column * 26 + (size_t)(*place - 'A' + 1)) > COLUMN_MAX)
            return 0;
    return column;
}

/* Days since 1899-12-30 (or 1904-01-01) with the fraction of the day. Day 60 of the first system is
 * a 29 February 1900 that never was; days before it are one off. */
static bool write_moment(book *b, double serial, show how, kept_buf *out)
{
    double whole = floor(serial);
    int64_t millis = (int64_t)llround((serial - whole) * 86400000.0);
    if (millis == 86400000) {
        whole += 1;
        millis = 0;
    }
    if (!(serial >= 0) || whole > 2958465 || (!b->from_1904 && whole == 60))
        return false;
    bool time_only = how == SHOW_TIME && whole == 0;
    if (!time_only) {
        kept_day start = b->from_1904 ? kept_day_from_civil(1904, 1, 1)
                         : whole < 60 ? kept_day_from_civil(1899, 12, 31)
                                      : kept_day_from_civil(1899, 12, 30);
        char day[11];
        kept_day_write(start + (kept_day)whole, day);
        kept_buf_add(out, day);
    }
    if (how == SHOW_DAY && millis == 0)
        return true;
    int seconds = (int)(millis / 1000);
    kept_buf_printf(out, "%s%02d:%02d:%02d", time_only ? "" : " ", seconds / 3600,
                    seconds / 60 % 60, seconds % 60);
    if (millis % 1000)
        kept_buf_printf(out, ".%03d", (int)(millis % 1000));
    return true;
}

/* Numbers are stored as binary floats written with 17 digits: 15 are what the sheet shows. */
static void write_number(book *b, const char *text, size_t style, kept_buf *out)
{
    char *end;
    double number = strtod(text, &end);
    if (end == text || *end || !isfinite(number)) {
        kept_buf_add(out, text);
        return;
    }
    show how = style < b->n_styles ? (show)b->styles[style] : SHOW_NUMBER;
    if (how != SHOW_NUMBER && write_moment(b, number, how, out))
        return;
    if (strlen(text) <= 15 && !strpbrk(text, "eE"))
        kept_buf_add(out, text);
    else if (fabs(number) < 1e15 && fabs(number) >= 1e-5)
        kept_buf_printf(out, "%.15g", number);
    else if (number == floor(number) && fabs(number) < 1e18)
        kept_buf_printf(out, "%.0f", number);
    else
        kept_buf_printf(out, "%.15g", number);
}

/* Texts write characters that XML cannot hold as _x000D_. */
static void unescape(kept_buf *text)
{
    char *data = text->data;
    if (!data || !strstr(data, "_x"))
        return;
    size_t to = 0;
    for (size_t i = 0; i < text->len; i++) {
        unsigned code;
        bool escaped = text->len - i >= 7 && data[i] == '_' && data[i + 1] == 'x' &&
                       data[i + 6] == '_' && strspn(data + i + 2, "0123456789abcdefABCDEF") >= 4 &&
                       (code = (unsigned)strtoul(data + i + 2, NULL, 16)) < 0x80 && code > 0;
        data[to++] = data[i];
        if (escaped) {
            data[to - 1] = code == '\r' ? ' ' : (char)code;
            i += 6;
        }
    }
    text->len = to;
    data[to] = '\0';
}

static void add_shared(book *b, const char *text, kept_buf *out)
{
    char *end;
    unsigned long long index = strtoull(text, &end, 10);
    if (end == text || index >= b->n_texts) {
        stop(b, damaged(b, "sharedStrings.xml"));
        return;
    }
    size_t from = index ? b->text_end[index - 1] : 0;
    kept_buf_add_n(out, b->texts.data + from, b->text_end[index] - from);
}

/* The cell's text into value; empty for errors like #N/A and for cells without a value. */
static void cell_text(book *b, kept_buf *text)
{
    const char *value = kept_buf_text(&b->value);
    if (b->cell_inline || b->cell_type == 't') {
        kept_buf_add_n(text, value, b->value.len);
        unescape(text);
    } else if (b->value.len == 0 || b->cell_type == 'e') {
        return;
    } else if (b->cell_type == 's') {
        add_shared(b, value, text);
        unescape(text);
    } else if (b->cell_type == 'b') {
        kept_buf_add(text, strcmp(value, "1") == 0 ? "true" : "false");
    } else if (b->cell_type == 'd') {
        kept_buf_add(text, value);
    } else {
        write_number(b, value, b->cell_style, text);
    }
}

static void end_cell(book *b)
{
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    cell_text(b, &text);
    if (text.failed)
        stop(b, kept_nomem(b->err));
    if (text.len == 0 || b->column <= b->row_columns)
        return;
    for (; b->row_columns + 1 < b->column; b->row_columns++)
        if (b->row_columns)
            kept_buf_add_char(&b->row, ',');
    if (b->row_columns)
        kept_buf_add_char(&b->row, ',');
    b->row_columns = b->column;
    kept__csv_write_cell(&b->row, text.data, text.len, ',');
}

static void end_row(book *b)
{
    if (b->row_columns == 0)
        return;
    size_t record = b->records + 1;
    if (b->records == 0 || b->row_number != b->last_row + 1) {
        if (b->n_runs == b->cap_runs && !grow(b, (void **)&b->runs, &b->cap_runs, sizeof *b->runs))
            return;
        b->runs[b->n_runs++] = (kept_line_run){record, b->row_number};
    }
    if (b->records && b->row_columns != b->width)
        b->ragged = true;
    if (b->row_columns > b->width)
        b->width = b->row_columns;
    b->last_row = b->row_number;
    b->records = record;
    kept_buf_add_char(&b->row, '\n');
    kept__out_add(&b->out, kept_buf_text(&b->row), b->row.len);
    if (b->row.failed)
        stop(b, kept_nomem(b->err));
}

static void sheet_start(void *who, const char *name, const char **attributes)
{
    book *b = who;
    name = local(name);
    if (strcmp(name, "c") == 0) {
        const char *place = attribute(attributes, "r"), *type = attribute(attributes, "t");
        const char *style = attribute(attributes, "s");
        size_t column = place ? column_of(place) : b->column + 1;
        b->column = column ? column : b->column + 1;
        b->cell_style = style ? (size_t)strtoul(style, NULL, 10) : 0;
        b->cell_inline = type && strcmp(type, "inlineStr") == 0;
        b->cell_type = !type ? 'n' : strcmp(type, "str") == 0 ? 't' : type[0];
        kept_buf_clear(&b->value);
    } else if (strcmp(name, "v") == 0 || (strcmp(name, "t") == 0 && b->cell_inline)) {
        b->in_value = !b->in_phonetic;
    } else if (strcmp(name, "rPh") == 0) {
        b->in_phonetic = true;
    } else if (strcmp(name, "row") == 0) {
        const char *number = attribute(attributes, "r");
        b->row_number = number ? (size_t)strtoull(number, NULL, 10) : b->row_number + 1;
        b->column = b->row_columns = 0;
        kept_buf_clear(&b->row);
    }
}

static void sheet_end(void *who, const char *name)
{
    book *b = who;
    name = local(name);
    if (strcmp(name, "v") == 0 || strcmp(name, "t") == 0)
        b->in_value = false;
    else if (strcmp(name, "rPh") == 0)
        b->in_phonetic = false;
    else if (strcmp(name, "c") == 0)
        end_cell(b);
    else if (strcmp(name, "row") == 0)
        end_row(b);
}

static void sheet_text(void *who, const char *text, int len)
{
    book *b = who;
    if (b->in_value)
        kept_buf_add_n(&b->value, text, (size_t)len);
}

/* --- One workbook --- */

/* Rows end with their last filled cell; the engine wants all of one length. */
static kept_status pad_rows(book *b, const char *folder, const char **path)
{
    KEPT_AUTO_CSV csv = {0};
    KEPT_AUTO_OUT out = {0};
    KEPT_TRY(kept__csv_open(*path, ',', '"', &csv, b->err));
    KEPT_TRY(kept__out_open(folder, b->arena, &out, b->err));
    kept__record record;
    bool more = true;
    for (;;) {
        KEPT_TRY(kept__csv_next(&csv, &record, &more, b->err));
        if (!more)
            break;
        kept__out_add(&out, record.text, record.len);
        for (size_t c = record.cells; c < b->width; c++)
            kept__out_add(&out, ",", 1);
        kept__out_add(&out, "\n", 1);
    }
    *path = out.path;
    return kept__out_close(&out, b->err);
}

static kept_status write_sheet(book *b, const sheet *s, const char *folder, const char **ret_csv)
{
    b->row_number = b->last_row = b->records = b->width = b->n_runs = 0;
    b->ragged = b->in_value = false;
    KEPT_TRY(kept__out_open(folder, b->arena, &b->out, b->err));
    const char *path = b->out.path;
    KEPT_TRY(read_part(b, s->target, sheet_start, sheet_end, sheet_text));
    KEPT_TRY(kept__out_close(&b->out, b->err));
    if (b->ragged)
        KEPT_TRY(pad_rows(b, folder, &path));
    *ret_csv = path;
    return KEPT_OK;
}

static kept_status no_such_sheet(book *b, const char *name)
{
    KEPT_AUTO_BUF have = KEPT_BUF_INIT;
    const char *names[SHEETS_MAX];
    for (size_t i = 0; i < b->n_sheets; i++) {
        names[i] = b->sheets[i].name;
        if (i < 20)
            kept_buf_printf(&have, "%s\"%s\"", i ? ", " : "", names[i]);
    }
    const char *near = kept_text_nearest(name, names, b->n_sheets);
    if (near)
        return kept_fail(b->err, KEPT_EARG, "%s has no sheet \"%s\"; did you mean \"%s\"?",
                         b->shown, name, near);
    return kept_fail(b->err, KEPT_EARG, "%s has no sheet \"%s\"; it has %s.", b->shown, name,
                     kept_buf_text(&have));
}

static kept_status pick_sheet(book *b, const char *name, const char *folder, const char **ret_csv,
                              const char **ret_sheet)
{
    for (size_t i = 0; i < b->n_sheets; i++) {
        const sheet *s = &b->sheets[i];
        if (!s->target || (name ? strcmp(s->name, name) != 0 : s->hidden))
            continue;
        KEPT_TRY(write_sheet(b, s, folder, ret_csv));
        *ret_sheet = s->name;
        if (b->records)
            return KEPT_OK;
        if (name)
            return kept_fail(b->err, KEPT_EINPUT, "The sheet \"%s\" of %s is empty.", name,
                             b->shown);
    }
    if (name)
        return no_such_sheet(b, name);
    return kept_fail(b->err, KEPT_EINPUT, "%s has no sheet with rows.", b->shown);
}

static bool has_part(zip_t *zip, const char *name)
{
    return zip_name_locate(zip, name, ZIP_FL_NOCASE) >= 0;
}

static kept_status check_kind(book *b)
{
    if (has_part(b->zip, "xl/workbook.xml"))
        return KEPT_OK;
    const char *what = "a zip archive; unpack it and give the file inside";
    if (has_part(b->zip, "xl/workbook.bin"))
        what = "a binary workbook (.xlsb); save it as .xlsx or CSV";
    else if (has_part(b->zip, "content.xml"))
        what = "an OpenDocument file; save it as .xlsx or CSV";
    else if (has_part(b->zip, "word/document.xml"))
        what = "a Word document, not a table";
    return kept_fail(b->err, KEPT_EINPUT, "%s is %s.", b->shown, what);
}

static kept_status read_book(book *b, const char *sheet_name, const char *folder,
                             const char **ret_csv, const char **ret_sheet)
{
    KEPT_TRY(check_kind(b));
    b->sheets = KEPT_NEW_N(b->arena, sheet, SHEETS_MAX);
    if (!b->sheets)
        return kept_nomem(b->err);
    KEPT_TRY(read_part(b, "xl/workbook.xml", workbook_start, NULL, NULL));
    KEPT_TRY(read_part(b, "xl/_rels/workbook.xml.rels", relations_start, NULL, NULL));
    KEPT_TRY(read_part(b, "xl/styles.xml", styles_start, styles_end, NULL));
    KEPT_TRY(read_part(b, "xl/sharedStrings.xml", texts_start, texts_end, texts_text));
    return pick_sheet(b, sheet_name, folder, ret_csv, ret_sheet);
}

kept_status kept__xlsx_to_csv(const char *path, const char *shown, const char *sheet_name,
                              const char *folder, kept_arena *arena, const char **ret_csv,
                              const char **ret_sheet, const kept_line_run **ret_runs,
                              size_t *ret_n_runs, kept_err *err)
{
    int code = 0;
    zip_t *zip = zip_open(path, ZIP_RDONLY, &code);
    if (!zip)
        return kept_fail(err, KEPT_EINPUT,
                         "%s begins like a workbook but is cut off or damaged; copy or save it "
                         "again.",
                         shown);
    book b = {.zip = zip, .shown = shown, .arena = arena, .err = err};
    kept_status status = read_book(&b, sheet_name, folder, ret_csv, ret_sheet);
    kept__out_drop(&b.out);
    kept_buf_free(&b.texts);
    kept_buf_free(&b.row);
    kept_buf_free(&b.value);
    zip_discard(zip);
    KEPT_TRY(status);
    *ret_runs = b.runs;
    *ret_n_runs = b.n_runs;
    return KEPT_OK;
}
