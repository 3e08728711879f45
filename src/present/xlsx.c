#include "present/xlsx.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <xlsxwriter.h>

#include "base/array.h"
#include "base/date.h"
#include "base/text.h"
#include "present/format.h"
#include "present/wrap.h"

enum {
    SHEET_ROWS = 1048576,
    SHEET_NAME = 31,    /* letters in the name of a sheet */
    CELL_TEXT = 32767,  /* letters in a cell */
    FIRST_DAY = -25508, /* 1900-03-01: before it the days of workbooks are off by one */
    NARROW = 8,
    WIDE = 60
};

typedef struct book {
    lxw_workbook *workbook;
    const kept_result *result;
    lxw_format *bold, *heading, *wrapped;
    lxw_format *formats[KEPT_TIME + 1]; /* by kept_type; NULL: as it comes */
    lxw_format *price;                  /* money with four places */
    lxw_error error;                    /* first fault */
} book;

static void note_error(book *b, lxw_error error)
{
    if (b->error == LXW_NO_ERROR)
        b->error = error;
}

static lxw_format *number_format(book *b, const char *code)
{
    lxw_format *format = workbook_add_format(b->workbook);
    if (format)
        format_set_num_format(format, code);
    else
        note_error(b, LXW_ERROR_MEMORY_MALLOC_FAILED);
    return format;
}

static void add_formats(book *b)
{
    b->bold = number_format(b, "General");
    b->heading = number_format(b, "General");
    b->wrapped = number_format(b, "@");
    b->formats[KEPT_TEXT] = number_format(b, "@");
    b->formats[KEPT_COUNT] = number_format(b, "#,##0");
    b->formats[KEPT_INTEGER] = number_format(b, "0");
    b->formats[KEPT_SHARE] = number_format(b, "0.0%");
    b->formats[KEPT_MONEY] = number_format(b, "#,##0.00");
    b->formats[KEPT_DATE] = number_format(b, "yyyy-mm-dd");
    b->formats[KEPT_TIME] = number_format(b, "yyyy-mm-dd hh:mm:ss");
    b->price = number_format(b, "#,##0.00##");
    if (b->error != LXW_NO_ERROR)
        return;
    format_set_bold(b->bold);
    format_set_bold(b->heading);
    format_set_bottom(b->heading, LXW_BORDER_THIN);
    format_set_text_wrap(b->heading);
    format_set_align(b->heading, LXW_ALIGN_VERTICAL_BOTTOM);
    format_set_text_wrap(b->wrapped);
    format_set_align(b->wrapped, LXW_ALIGN_VERTICAL_TOP);
}

/* --- Cells --- */

static void put_text(book *b, lxw_worksheet *sheet, lxw_row_t row, lxw_col_t col, const char *text,
                     lxw_format *format)
{
    KEPT_AUTO_BUF clean = KEPT_BUF_INIT;
    size_t letters = 0;
    const char *end = text;
    for (; *end && letters < CELL_TEXT; end++)
        letters += ((unsigned char)end[1] & 0xc0) != 0x80;
    bool failed = false;
    while (text < end && !failed) { /* a cell may hold several lines, and tabs */
        KEPT_AUTO_BUF line = KEPT_BUF_INIT;
        size_t len = strcspn(text, "\n\t");
        len = len < (size_t)(end - text) ? len : (size_t)(end - text);
        kept_buf_add_n(&line, text, len);
        kept_format_clean(&clean, kept_buf_text(&line));
        failed = line.failed;
        text += len;
        if (text < end)
            kept_buf_add_char(&clean, *text++);
    }
    if (clean.failed || failed)
        note_error(b, LXW_ERROR_MEMORY_MALLOC_FAILED);
    else if (clean.len)
        note_error(b, worksheet_write_string(sheet, row, col, kept_buf_text(&clean), format));
}

/* The days of a workbook: 1970-01-01 is 25569. */
static void put_days(book *b, lxw_worksheet *sheet, lxw_row_t row, lxw_col_t col,
                     const kept_field *field, const kept_cell *cell)
{
    bool time = field->type == KEPT_TIME;
    double days = time ? (double)cell->v.i / (double)KEPT_DAY_MICROS : (double)cell->v.i;
    if (days >= FIRST_DAY && days <= KEPT_DAY_MAX) {
        note_error(b,
                   worksheet_write_number(sheet, row, col, days + 25569, b->formats[field->type]));
        return;
    }
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    kept_format_cell(&text, field, cell, KEPT_SCREEN);
    put_text(b, sheet, row, col, kept_buf_text(&text), b->formats[KEPT_TEXT]);
}

static void put_real(book *b, lxw_worksheet *sheet, lxw_row_t row, lxw_col_t col, double value,
                     lxw_format *format)
{
    if (isinf(value))
        put_text(b, sheet, row, col, value < 0 ? "-infinite" : "infinite", NULL);
    else if (!isnan(value))
        note_error(b, worksheet_write_number(sheet, row, col, value, format));
}

static void put_integer(book *b, lxw_worksheet *sheet, lxw_row_t row, lxw_col_t col, int64_t value,
                        lxw_format *format)
{
    const int64_t exact = INT64_C(1) << 53; /* beyond it a cell's double loses digits */
    if (value >= -exact && value <= exact) {
        note_error(b, worksheet_write_number(sheet, row, col, (double)value, format));
        return;
    }
    char digits[32];
    snprintf(digits, sizeof digits, "%" PRId64, value);
    put_text(b, sheet, row, col, digits, b->formats[KEPT_TEXT]);
}

static void put_cell(book *b, lxw_worksheet *sheet, lxw_row_t row, lxw_col_t col,
                     const kept_field *field, const kept_cell *cell)
{
    if (!cell->known)
        return;
    switch (field->type) {
    case KEPT_TEXT:
        put_text(b, sheet, row, col, cell->v.text, b->formats[KEPT_TEXT]);
        return;
    case KEPT_BOOL:
        note_error(b, worksheet_write_boolean(sheet, row, col, cell->v.i != 0, NULL));
        return;
    case KEPT_COUNT:
    case KEPT_INTEGER:
        put_integer(b, sheet, row, col, cell->v.i, b->formats[field->type]);
        return;
    case KEPT_REAL:
    case KEPT_SHARE:
        put_real(b, sheet, row, col, cell->v.real, b->formats[field->type]);
        return;
    case KEPT_MONEY:
        put_real(b, sheet, row, col, (double)cell->v.i / 10000,
                 cell->v.i % 100 ? b->price : b->formats[KEPT_MONEY]);
        return;
    case KEPT_DATE:
    case KEPT_TIME:
        put_days(b, sheet, row, col, field, cell);
        return;
    }
}

/* --- Sheets --- */

/* A name no other sheet has: at most 31 letters, none of []:*?/\, no apostrophe at an end. */
static lxw_worksheet *add_sheet(book *b, const char *title)
{
    char base[4 * SHEET_NAME + 1];
    size_t n = kept_fit_bytes(title, SHEET_NAME - 3);
    n = n < sizeof base ? n : sizeof base - 1;
    size_t len = 0;
    for (size_t i = 0; i < n; i++) {
        bool odd = strchr("[]:*?/\\'", title[i]) || (unsigned char)title[i] < 0x20;
        char c = odd ? ' ' : title[i];
        if (c != ' ' || (len > 0 && base[len - 1] != ' '))
            base[len++] = c;
    }
    while (len > 0 && base[len - 1] == ' ')
        len--;
    base[len] = '\0';
    char name[sizeof base + 8];
    for (int i = 1; i <= KEPT_RESULT_PARTS + 1; i++) {
        if (i == 1)
            snprintf(name, sizeof name, "%s", base);
        else
            snprintf(name, sizeof name, "%s %d", base, i);
        if (workbook_validate_sheet_name(b->workbook, name) != LXW_NO_ERROR)
            continue;
        lxw_worksheet *sheet = workbook_add_worksheet(b->workbook, name);
        if (sheet)
            return sheet;
    }
    note_error(b, LXW_ERROR_MEMORY_MALLOC_FAILED);
    return NULL;
}

static void add_heading(const book *b, const kept_field *field, kept_buf *out)
{
    kept_format_title(out, field->name, field->title);
    KEPT_AUTO_BUF unit = KEPT_BUF_INIT;
    kept_format_unit(&unit, field, b->result->currency);
    if (unit.len)
        kept_buf_printf(out, " (%s)", kept_buf_text(&unit));
}

/* Widths are taken from the first rows: a look at a million would cost more than it gives. */
static double column_width(const book *b, const kept_table *table, size_t column)
{
    enum { LOOK = 200 };
    const kept_field *field = &table->def->fields[column];
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    add_heading(b, field, &text);
    size_t width = kept_text_width(kept_buf_text(&text)) / 2 + 2;
    width = width < NARROW ? NARROW : width;
    for (size_t row = 0; row < table->n_rows && row < LOOK; row++) {
        kept_buf_clear(&text);
        kept_format_cell(&text, field, &table->cells[row * table->def->n_fields + column],
                         KEPT_SCREEN);
        size_t w = kept_text_width(kept_buf_text(&text)) + 2;
        width = w > width ? w : width;
    }
    return (double)(width < WIDE ? width : WIDE);
}

static void add_table(book *b, const kept_table *table)
{
    const kept_table_def *def = table->def;
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    kept_format_title(&text, def->name, def->title);
    lxw_worksheet *sheet = add_sheet(b, kept_buf_text(&text));
    if (!sheet)
        return;
    for (size_t i = 0; i < def->n_fields; i++) {
        lxw_col_t col = (lxw_col_t)i;
        kept_buf_clear(&text);
        add_heading(b, &def->fields[i], &text);
        worksheet_set_column(sheet, col, col, column_width(b, table, i), NULL);
        put_text(b, sheet, 0, col, kept_buf_text(&text), b->heading);
    }
    for (size_t row = 0; row < table->n_rows; row++)
        for (size_t i = 0; i < def->n_fields; i++)
            put_cell(b, sheet, (lxw_row_t)(row + 1), (lxw_col_t)i, &def->fields[i],
                     &table->cells[row * def->n_fields + i]);
    worksheet_freeze_panes(sheet, 1, 0);
    if (table->n_rows && def->n_fields)
        worksheet_autofilter(sheet, 0, 0, (lxw_row_t)table->n_rows, (lxw_col_t)(def->n_fields - 1));
}

static lxw_row_t add_group(book *b, lxw_worksheet *sheet, lxw_row_t row, const kept_group *group)
{
    const kept_group_def *def = group->def;
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    if (def->title || def->name[0]) {
        kept_format_title(&text, def->name, def->title);
        put_text(b, sheet, row++, 0, kept_buf_text(&text), b->bold);
    }
    for (size_t i = 0; i < def->n_fields; i++, row++) {
        kept_buf_clear(&text);
        kept_format_title(&text, def->fields[i].name, def->fields[i].title);
        put_text(b, sheet, row, 0, kept_buf_text(&text), NULL);
        put_cell(b, sheet, row, 1, &def->fields[i], &group->cells[i]);
        kept_buf_clear(&text);
        kept_format_unit(&text, &def->fields[i], b->result->currency);
        put_text(b, sheet, row, 2, kept_buf_text(&text), NULL);
    }
    return row + 1;
}

static void add_summary(book *b)
{
    static const char *const kinds[] = {
        [KEPT_NOTE] = "Note", [KEPT_WARNING] = "Careful", [KEPT_ADVICE] = "Next"};
    lxw_worksheet *sheet = add_sheet(b, "Summary");
    if (!sheet)
        return;
    lxw_row_t row = 0;
    worksheet_set_column(sheet, 0, 0, 36, NULL);
    worksheet_set_column(sheet, 1, 1, WIDE, NULL);
    worksheet_set_column(sheet, 2, 2, 16, NULL);
    if (b->result->title) {
        put_text(b, sheet, row, 0, b->result->title, b->bold);
        row += 2;
    }
    for (size_t i = 0; i < b->result->n_groups; i++)
        row = add_group(b, sheet, row, &b->result->groups[i]);
    for (size_t i = 0; i < b->result->n_notes; i++, row++) {
        put_text(b, sheet, row, 0, kinds[b->result->notes[i].kind], NULL);
        put_text(b, sheet, row, 1, b->result->notes[i].text, b->wrapped);
    }
}

/* --- The file --- */

static kept_status check_size(const kept_result *result, kept_err *err)
{
    for (size_t i = 0; i < result->n_tables; i++)
        if (result->tables[i].n_rows > SHEET_ROWS - 1)
            return kept_fail(err, KEPT_EINPUT,
                             "The table \"%s\" has %zu rows; a sheet of a workbook holds %d. Use "
                             "--csv --table %s.",
                             result->tables[i].def->name, result->tables[i].n_rows, SHEET_ROWS - 1,
                             result->tables[i].def->name);
    return KEPT_OK;
}

static kept_status write_book(const kept_result *result, const char *path, const char *name,
                              kept_err *err)
{
    book b = {.workbook = workbook_new(path), .result = result};
    if (!b.workbook)
        return kept_nomem(err);
    add_formats(&b);
    if (b.error == LXW_NO_ERROR)
        add_summary(&b);
    for (size_t i = 0; b.error == LXW_NO_ERROR && i < result->n_tables; i++)
        add_table(&b, &result->tables[i]);
    errno = 0;
    lxw_error closed = workbook_close(b.workbook);
    note_error(&b, closed);
    if (b.error == LXW_ERROR_MEMORY_MALLOC_FAILED)
        return kept_nomem(err);
    if (b.error != LXW_NO_ERROR)
        return kept_fail(err, KEPT_EIO, "Cannot write the workbook \"%.300s\": %s", name,
                         errno ? strerror(errno) : lxw_strerror(b.error));
    return KEPT_OK;
}

/* The library prints a line of its own when it cannot make the file: look first. */
static kept_status check_folder(const char *part, const char *name, kept_err *err)
{
    FILE *f = fopen(part, "wb");
    if (!f || fclose(f) != 0)
        return kept_fail(err, KEPT_EIO, "Cannot write the workbook \"%.300s\": %s.", name,
                         strerror(errno));
    return KEPT_OK;
}

kept_status kept_present_xlsx(const kept_result *result, const char *path, kept_err *err)
{
    KEPT_TRY(check_size(result, err));
    KEPT_AUTO_BUF temporary = KEPT_BUF_INIT;
    kept_buf_printf(&temporary, "%s.%ld.part", path, (long)getpid());
    if (temporary.failed)
        return kept_nomem(err);
    const char *part = kept_buf_text(&temporary);
    KEPT_TRY(check_folder(part, path, err));
    kept_status status = write_book(result, part, path, err);
    if (status == KEPT_OK && rename(part, path) != 0)
        status = kept_fail(err, KEPT_EIO, "Cannot write the workbook \"%.300s\": %s.", path,
                           strerror(errno));
    if (status != KEPT_OK)
        unlink(part);
    return status;
}
