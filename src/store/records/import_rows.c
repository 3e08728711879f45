/* Reads the rows of all files through their mappings and turns every cell into the text that
 * kept_record_write reads: dates as ISO 8601, numbers with a decimal point, flags as yes and no. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/array.h"
#include "base/date.h"
#include "base/guard.h"
#include "store/facts/mapping_parts.h"
#include "store/facts/stage_int.h"
#include "store/records/import_int.h"

enum { SHOWN = 80, SHEET_CELL = 32767, LOOK_EVERY = 256 };

/* One file. */
typedef struct reading {
    kept_record_importing *im;
    size_t index;
    const kept_source *source;
    const kept_mapping *mapping;
    kept_mapping_reader rows;
    kept_buf scratch, out;
    const kept__zone *zone; /* read when the first instant with an offset is met */
} reading;

/* Why a cell cannot be read. */
typedef struct misread {
    const char *group; /* "is not a date" */
    const char *reason;
    kept_cell value;
} misread;

/* --- Cells --- */

static bool refuse(reading *r, misread *f, kept_cell cell, const char *group, const char *tail)
{
    char *shown = kept_arena_strndup(r->im->task.arena, cell.text ? cell.text : "", cell.len);
    f->group = group;
    f->value = cell;
    f->reason = shown ? kept_arena_printf(r->im->task.arena, "%.*s%s %s", KEPT_SHOWN(shown, SHOWN),
                                          strlen(shown) > SHOWN ? "..." : "", tail)
                      : NULL;
    return false;
}

static bool put(reading *r, const char *text, const char **ret)
{
    *ret = kept_arena_strdup(r->im->task.arena, text);
    return *ret != NULL;
}

/* Line ends of one kind; of a file in which formulas are guarded, without the guard. */
static bool put_text(reading *r, const kept_mapped *m, kept_cell cell, const char **ret, misread *f)
{
    if (memchr(cell.text, '\0', cell.len))
        return refuse(r, f, cell, "holds a control character", "holds a control character");
    if (r->source->format == KEPT_FORMAT_XLSX && cell.len >= SHEET_CELL) {
        size_t letters = 0;
        for (size_t i = 0; i < cell.len; i++)
            letters += ((unsigned char)cell.text[i] & 0xc0) != 0x80;
        if (letters >= SHEET_CELL)
            return refuse(r, f, cell, "fills its cell and may have been cut",
                          "fills its cell, so that it may have been cut: import it from CSV");
    }
    kept_buf_clear(&r->out);
    for (size_t i = 0; i < cell.len; i++)
        if (cell.text[i] != '\r')
            kept_buf_add_char(&r->out, cell.text[i]);
        else if (i + 1 == cell.len || cell.text[i + 1] != '\n')
            kept_buf_add_char(&r->out, '\n');
    bool guarded = r->source->format == KEPT_FORMAT_CSV && m->expr->op == KEPT_EXPR_COLUMN;
    const char *text = kept_buf_text(&r->out);
    return !r->out.failed && put(r, guarded ? kept_guard_off(text) : text, ret);
}

static kept_status to_zone(reading *r, kept_when *when, kept_err *err)
{
    if (!when->has_offset || when->clock == KEPT_NO_CLOCK)
        return KEPT_OK;
    if (!r->zone) {
        kept__zone *zone = NULL;
        const char *name = r->im->task.store->timezone;
        KEPT_TRY(
            kept__zone_read(r->im->task.duck, name ? name : "UTC", r->im->task.arena, &zone, err));
        r->zone = zone;
    }
    int64_t micros = when->day * KEPT_DAY_MICROS + when->clock;
    micros += kept__zone_offset(r->zone, micros);
    when->day = (kept_day)(micros / KEPT_DAY_MICROS - (micros % KEPT_DAY_MICROS < 0));
    return KEPT_OK;
}

/* "0000-00-00" is how some systems write no date. */
static bool is_zero_date(kept_cell cell)
{
    return cell.len >= 8 && strspn(cell.text, "0-./: T") >= cell.len;
}

static kept_status put_date(reading *r, const kept_mapped *m, kept_cell cell, const char **ret,
                            bool *ret_good, misread *f, kept_err *err)
{
    kept_when when;
    char day[11];
    char *copy = kept_arena_strndup(r->im->task.arena, cell.text, cell.len);
    if (!copy)
        return kept_nomem(err);
    *ret_good = true;
    *ret = "";
    if (is_zero_date((kept_cell){copy, cell.len}))
        return KEPT_OK;
    if (!kept_when_read(cell.text, cell.len, m->order, &when)) {
        *ret_good = refuse(r, f, cell, "is not a date", "is not a date");
        return KEPT_OK;
    }
    KEPT_TRY(to_zone(r, &when, err));
    kept_day_write(when.day, day);
    return put(r, day, ret) ? KEPT_OK : kept_nomem(err);
}

/* --- Numbers --- */

/* The sign of the currency most often meant by it. */
static bool is_sign_of(const char *text, size_t left, const char *currency, size_t *ret_len)
{
    static const struct {
        const char *sign, *code;
    } signs[] = {{"$", "USD"}, {"\xe2\x82\xac", "EUR"}, {"\xc2\xa3", "GBP"}, {"\xc2\xa5", "JPY"}};
    for (size_t i = 0; i < KEPT_N(signs); i++) {
        size_t len = strlen(signs[i].sign);
        if (left < len || memcmp(text, signs[i].sign, len) != 0)
            continue;
        *ret_len = len;
        return strcmp(signs[i].code, currency) == 0;
    }
    return false;
}

/* Amounts are kept in the workspace's currency: 12 USD are not 12 EUR. */
static bool names_other_currency(const char *text, size_t len, const char *currency)
{
    for (size_t i = 0; i < len; i++) {
        size_t word = 0, sign = 1;
        while (i + word < len && isalpha((unsigned char)text[i + word]))
            word++;
        bool exponent = word == 1 && (text[i] == 'e' || text[i] == 'E') && i > 0 &&
                        isdigit((unsigned char)text[i - 1]);
        if (word && !exponent &&
            (word != strlen(currency) || strncasecmp(text + i, currency, word) != 0))
            return true;
        bool odd = text[i] == '$' || text[i] == '\xc2' || text[i] == '\xe2';
        bool blank = len - i >= 2 && (memcmp(text + i, "\xc2\xa0", 2) == 0 ||
                                      (len - i >= 3 && memcmp(text + i, "\xe2\x80", 2) == 0));
        if (!word && odd && !blank && !is_sign_of(text + i, len - i, currency, &sign))
            return true;
        i += (word ? word : sign) - 1;
    }
    return false;
}

static bool put_number(reading *r, const kept_mapped *m, const char **ret, bool *ret_empty,
                       misread *f)
{
    kept_decimal number;
    kept_eval_fault why;
    char text[48];
    kept_cell cell = {"", 0};
    if (m->expr->op == KEPT_EXPR_COLUMN)
        cell = kept_cell_trim(r->rows.cells[m->expr->column]);
    const char *home = r->im->task.store->currency ? r->im->task.store->currency : "";
    if (m->column->type == KEPT_COL_MONEY && names_other_currency(cell.text, cell.len, home))
        return refuse(r, f, cell, "is in another currency",
                      home[0] ? "is not in the currency of the workspace"
                              : "names a currency, and the workspace has none");
    kept_eval got = kept_evaluate_number(m->expr, r->rows.cells, r->mapping->marks, &number, &why);
    *ret_empty = got == KEPT_EVAL_EMPTY;
    if (got == KEPT_EVAL_BAD) {
        kept_cell bad = why.column == SIZE_MAX ? cell : why.cell;
        const char *what = why.fault == KEPT_FAULT_NOT_NUMBER ? "is not a number"
                           : why.fault == KEPT_FAULT_BY_ZERO  ? "would be divided by zero"
                                                              : "is too large";
        return refuse(r, f, bad, what, what);
    }
    if (*ret_empty)
        return true;
    kept_decimal_write(kept_decimal_shortest(number), text);
    return put(r, text, ret);
}

/* A share is read by its field; with --decimal its mark is known here. */
static bool put_share(reading *r, kept_cell cell, const char **ret)
{
    const char *decimal = r->im->task.opts->decimal;
    bool percent = cell.len && cell.text[cell.len - 1] == '%';
    kept_cell bare = kept_cell_trim((kept_cell){cell.text, cell.len - percent});
    kept_decimal number;
    char text[48];
    if (!decimal ||
        !kept_number_read(bare.text, bare.len,
                          decimal[0] == ',' ? KEPT_MARK_COMMA : KEPT_MARK_POINT, &number)) {
        *ret = kept_arena_strndup(r->im->task.arena, cell.text, cell.len);
        return *ret != NULL;
    }
    kept_decimal_write(kept_decimal_shortest(number), text);
    *ret = kept_arena_printf(r->im->task.arena, "%s%s", text, percent ? "%" : "");
    return *ret != NULL;
}

static bool put_state(reading *r, kept_cell cell, const char **ret)
{
    const kept_record_kind *kind = r->im->kind;
    for (size_t i = 0; i < kind->n_states; i++) {
        const char *names[] = {kind->states[i].name, kind->states[i].title};
        for (size_t k = 0; k < KEPT_N(names); k++)
            if (strlen(names[k]) == cell.len && strncasecmp(names[k], cell.text, cell.len) == 0)
                return put(r, kind->states[i].name, ret);
    }
    *ret = kept_arena_strndup(r->im->task.arena, cell.text, cell.len);
    return *ret != NULL;
}

/* --- One cell --- */

static bool put_words(reading *r, const kept_mapped *m, const kept_import_target *target,
                      kept_cell cell, const char **ret, misread *f)
{
    bool yes = false;
    if (m->strip_point_zero)
        cell = kept_cell_strip_point_zero(cell);
    if (m->column->type == KEPT_COL_FLAG) {
        if (!kept_cell_flag(cell, &yes))
            return refuse(r, f, cell, "is neither yes nor no", "is neither yes nor no");
        *ret = yes ? "yes" : "no";
        return true;
    }
    if (target->role == KEPT_IMPORT_STATE)
        return put_state(r, cell, ret);
    if (target->field && target->field->type == KEPT_RECORD_SHARE)
        return put_share(r, cell, ret);
    return put_text(r, m, cell, ret, f);
}

/* *ret_good false: f says why. */
static kept_status convert(reading *r, size_t target, const kept_mapped *m, const char **ret,
                           bool *ret_good, misread *f, kept_err *err)
{
    bool empty = false;
    kept_cell cell = {"", 0};
    kept_eval_fault why = {.column = SIZE_MAX};
    *f = (misread){0};
    *ret = "";
    if (kept_mapping__is_number(m->column->type)) {
        *ret_good = put_number(r, m, ret, &empty, f);
    } else {
        kept_eval got =
            kept_evaluate_text(m->expr, r->rows.cells, r->mapping->marks, &r->scratch, &cell, &why);
        *ret_good = true;
        if (got == KEPT_EVAL_BAD)
            *ret_good = refuse(r, f, why.column == SIZE_MAX ? cell : why.cell, "cannot be joined",
                               "cannot be joined to one text");
        else if (got == KEPT_EVAL_VALUE && m->column->type == KEPT_COL_WHEN)
            return put_date(r, m, cell, ret, ret_good, f, err);
        else if (got == KEPT_EVAL_VALUE)
            *ret_good = put_words(r, m, &r->im->targets[target], cell, ret, f);
    }
    return *ret_good || f->reason ? KEPT_OK : kept_nomem(err);
}

/* --- Rows --- */

static kept_status add_fault(reading *r, int64_t record, size_t target, const misread *f,
                             kept_err *err)
{
    kept_arena *arena = r->im->task.arena;
    const char *name = r->im->task.kind->columns[target].name;
    kept_import_fault fault = {
        .source = r->index,
        .record = record,
        .column = kept_record_import__column(r->im, r->index, target),
        .value = kept_arena_strndup(arena, f->value.text ? f->value.text : "", f->value.len),
        .reason = f->reason,
        .group = kept_arena_printf(arena, "%s %s", name, f->group)};
    if (!fault.value || !fault.group)
        return kept_nomem(err);
    return kept_record_import__fault(r->im, &fault, err);
}

static kept_status add_row(kept_record_importing *im, const kept_import_row *row, kept_err *err)
{
    if (im->n_rows == im->room_rows) {
        size_t room = im->room_rows ? 2 * im->room_rows : 256;
        kept_import_row *more = KEPT_NEW_N(im->task.arena, kept_import_row, room);
        if (!more)
            return kept_nomem(err);
        if (im->n_rows)
            memcpy(more, im->rows, im->n_rows * sizeof *more);
        im->rows = more;
        im->room_rows = room;
    }
    im->rows[im->n_rows++] = *row;
    return KEPT_OK;
}

/* A row without any filled cell among those that are read is none. */
static kept_status read_row(reading *r, int64_t record, kept_err *err)
{
    kept_record_importing *im = r->im;
    kept_import_row row = {r->index, record,
                           KEPT_NEW_N(im->task.arena, const char *, im->task.kind->n_columns)};
    bool filled = false, good = true;
    if (!row.texts)
        return kept_nomem(err);
    for (size_t i = 0; i < r->mapping->n && good; i++) {
        const kept_mapped *m = &r->mapping->mapped[i];
        size_t target = (size_t)(m->column - im->task.kind->columns);
        misread f;
        KEPT_TRY(convert(r, target, m, &row.texts[target], &good, &f, err));
        if (!good)
            KEPT_TRY(add_fault(r, record, target, &f, err));
        bool constant = m->expr->op == KEPT_EXPR_TEXT || m->expr->op == KEPT_EXPR_NUMBER;
        filled |= !constant && row.texts[target][0] != '\0';
    }
    if (!good || !filled)
        return KEPT_OK;
    return add_row(im, &row, err);
}

static kept_status check_cancel(const kept_record_importing *im, kept_err *err)
{
    const volatile int *cancel = im->task.store->cancel;
    return cancel && *cancel ? kept_fail(err, KEPT_ECANCELLED, "Stopped; nothing was changed.")
                             : KEPT_OK;
}

static kept_status read_rows(reading *r, kept_err *err)
{
    for (int64_t record = 1;; record++) {
        bool more = false;
        KEPT_TRY(kept_mapping__row(&r->rows, &more, err));
        if (!more)
            return KEPT_OK;
        if (record % LOOK_EVERY == 0)
            KEPT_TRY(check_cancel(r->im, err));
        KEPT_TRY(read_row(r, record, err));
    }
}

static kept_status read_source(kept_record_importing *im, size_t index, kept_err *err)
{
    kept_import_task *t = &im->task;
    reading r = {.im = im,
                 .index = index,
                 .source = t->view.sources[index],
                 .mapping = t->view.mappings[index]};
    bool *wanted = KEPT_NEW_N(t->arena, bool, r.source->n_columns);
    if (!wanted)
        return kept_nomem(err);
    for (size_t i = 0; i < r.mapping->n; i++)
        kept_mapping__columns(r.mapping->mapped[i].expr, false, false, wanted);
    kept_mapping_draft draft = {.duck = t->duck, .source = r.source, .arena = t->arena};
    kept_status status = kept_mapping__read(&draft, wanted, 0, &r.rows, err);
    if (status == KEPT_OK)
        status = read_rows(&r, err);
    kept_mapping__reader_done(&r.rows);
    kept_buf_free(&r.scratch);
    kept_buf_free(&r.out);
    return status;
}

kept_status kept_record_import__read(kept_record_importing *im, kept_err *err)
{
    for (size_t i = 0; i < im->task.n; i++) {
        if (im->task.view.mappings[i]->n == 0)
            return kept_fail(err, KEPT_EINPUT,
                             "%.200s: no column was recognised as a field of a %s; say which is "
                             "which, as in --map %s=COLUMN.",
                             im->task.paths[i], im->kind->name, im->kind->label);
        KEPT_TRY(read_source(im, i, err));
    }
    return KEPT_OK;
}
