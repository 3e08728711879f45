#include <string.h>
#include <strings.h>

#include "store/facts/stage_int.h"

/* --- Writing into the chunk --- */

static void set_known(kept__row *row, size_t vector, size_t at, bool known)
{
    uint64_t bit = UINT64_C(1) << (at % 64);
    uint64_t *word = &row->known[vector][at / 64];
    *word = known ? *word | bit : *word & ~bit;
}

static void put_text(kept__row *row, size_t vector, size_t at, kept_cell cell)
{
    set_known(row, vector, at, true);
    duckdb_string_t *place = (duckdb_string_t *)row->data[vector] + at;
    if (cell.len <= sizeof place->value.inlined.inlined) { /* short texts stand in the vector */
        memset(place, 0, sizeof *place);
        place->value.inlined.length = (uint32_t)cell.len;
        if (cell.len)
            memcpy(place->value.inlined.inlined, cell.text, cell.len);
        return;
    }
    duckdb_vector_assign_string_element_len(row->vectors[vector], at, cell.text, cell.len);
}

static bool fail(kept__fault *fault, kept__cause cause, size_t target, size_t source_column,
                 kept_cell value)
{
    fault->cause = cause;
    fault->target = target;
    fault->source_column = source_column;
    fault->value = value;
    kept_buf_clear(&fault->reason);
    return false;
}

/* At most 80 bytes, not cut within a character: the engine takes whole ones only. */
static int shown(kept_cell cell)
{
    size_t len = cell.len > 80 ? 80 : cell.len;
    while (len && len < cell.len && ((unsigned char)cell.text[len] & 0xc0) == 0x80)
        len--;
    return (int)len;
}

/* --- Texts --- */

/* .0 is taken off each cell, before cells are joined. */
static const kept_cell *cells_of(kept__row *row, const kept_mapped *mapped)
{
    if (!mapped->strip_point_zero)
        return row->cells;
    if (mapped->expr->op == KEPT_EXPR_COLUMN) {
        size_t c = mapped->expr->column;
        row->stripped[c] = kept_cell_strip_point_zero(kept_cell_trim(row->cells[c]));
    } else {
        for (size_t c = 0; c < row->n_cells; c++)
            row->stripped[c] = kept_cell_strip_point_zero(kept_cell_trim(row->cells[c]));
    }
    return row->stripped;
}

static size_t source_column_of(const kept_mapped *mapped)
{
    return mapped->expr->op == KEPT_EXPR_COLUMN ? mapped->expr->column : SIZE_MAX;
}

static bool fail_evaluation(kept__fault *fault, size_t target, const kept_eval_fault *why)
{
    static const kept__cause causes[] = {
        [KEPT_FAULT_NOT_NUMBER] = KEPT__NOT_NUMBER,
        [KEPT_FAULT_TOO_LARGE] = KEPT__TOO_LARGE,
        [KEPT_FAULT_BY_ZERO] = KEPT__BY_ZERO,
        [KEPT_FAULT_TOO_LONG] = KEPT__TOO_LONG,
    };
    return fail(fault, causes[why->fault], target, why->column, why->cell);
}

/* KEPT_EVAL_BAD: fault is filled. */
static kept_eval text_of(kept__row *row, size_t target, kept_cell *ret, kept__fault *fault)
{
    const kept_mapped *mapped = row->mapped[target];
    const kept_cell *cells = cells_of(row, mapped);
    kept_eval_fault why = {.fault = KEPT_FAULT_TOO_LONG, .column = SIZE_MAX};
    kept_eval got = kept_evaluate_text(mapped->expr, cells, row->marks, &row->text, ret, &why);
    if (got == KEPT_EVAL_BAD)
        fail_evaluation(fault, target, &why);
    return got;
}

static bool put_flag(kept__row *row, size_t target, size_t at, kept_cell cell, kept__fault *fault)
{
    bool set = false;
    if (!kept_cell_flag(cell, &set)) {
        fail(fault, KEPT__NOT_FLAG, target, source_column_of(row->mapped[target]), cell);
        kept_buf_printf(&fault->reason, "%.*s is neither yes nor no", shown(cell), cell.text);
        return false;
    }
    size_t vector = row->targets[target].vector;
    ((bool *)row->data[vector])[at] = set;
    set_known(row, vector, at, true);
    return true;
}

static bool put_choice(kept__row *row, size_t target, size_t at, kept_cell cell, kept__fault *fault)
{
    const kept_fact_column *column = row->targets[target].column;
    for (size_t i = 0; i < column->n_choices; i++) {
        const char *choice = column->choices[i];
        if (strlen(choice) == cell.len && strncasecmp(choice, cell.text, cell.len) == 0) {
            put_text(row, row->targets[target].vector, at, (kept_cell){choice, cell.len});
            return true;
        }
    }
    fail(fault, KEPT__NOT_CHOICE, target, source_column_of(row->mapped[target]), cell);
    char word[81];
    int len = shown(cell);
    memcpy(word, cell.text, (size_t)len);
    word[len] = '\0';
    const char *near = kept_text_nearest(word, column->choices, column->n_choices);
    kept_buf_printf(&fault->reason, "%s is not one of ", word);
    for (size_t i = 0; i < column->n_choices; i++)
        kept_buf_printf(&fault->reason, "%s%s", i ? ", " : "", column->choices[i]);
    if (near)
        kept_buf_printf(&fault->reason, "; did you mean %s?", near);
    return false;
}

/* --- Dates --- */

/* What systems write for "no date": the first or last day they know. Only optional columns. */
static bool is_no_date(kept_day day)
{
    int year, month, of_month;
    kept_day_to_civil(day, &year, &month, &of_month);
    bool first = month == 1 && of_month == 1 && (year == 1 || year == 1753 || year == 1900);
    bool last = month == 12 && of_month == 31 && (year == 9999 || year == 2999);
    return first || last;
}

static bool is_zero_date(kept_cell cell)
{
    size_t zeros = 0;
    for (size_t i = 0; i < cell.len; i++) {
        zeros += cell.text[i] == '0';
        if (!strchr("0-./: T", cell.text[i]))
            return false;
    }
    return zeros >= 8;
}

static bool read_when(kept__row *row, size_t target, kept_cell cell, kept_when *when,
                      kept__fault *fault)
{
    static const char *const orders[] = {"year, month, day", "day, month, year",
                                         "month, day, year"};
    const kept_mapped *mapped = row->mapped[target];
    if (cell.len == 10 && kept_day_read_iso(cell.text, cell.len, &when->day)) {
        when->clock = KEPT_NO_CLOCK; /* the frequent case first */
        when->has_offset = false;
        return true;
    }
    if (kept_when_read(cell.text, cell.len, mapped->order, when))
        return true;
    fail(fault, KEPT__NOT_DATE, target, source_column_of(mapped), cell);
    bool other = kept_when_orders(cell.text, cell.len) != 0;
    kept_buf_printf(&fault->reason, "%.*s is not a date%s%s", shown(cell), cell.text,
                    other ? " in the order " : "", other ? orders[mapped->order] : "");
    return false;
}

static bool to_zone(kept__row *row, kept_when *when)
{
    if (!when->has_offset || when->clock == KEPT_NO_CLOCK)
        return true;
    if (!row->zone) {
        row->needs_zone = true;
        return false;
    }
    int64_t micros = when->day * KEPT_DAY_MICROS + when->clock;
    micros += kept__zone_offset(row->zone, micros);
    int64_t day = micros / KEPT_DAY_MICROS - (micros % KEPT_DAY_MICROS < 0);
    when->day = (kept_day)day;
    when->clock = micros - day * KEPT_DAY_MICROS;
    return true;
}

static bool put_when(kept__row *row, size_t target, size_t at, kept_cell cell, bool *ret_empty,
                     kept__fault *fault)
{
    kept__target *t = &row->targets[target];
    kept_when when;
    *ret_empty = false;
    if (!t->column->required && is_zero_date(cell)) {
        *ret_empty = true;
        return true;
    }
    if (!read_when(row, target, cell, &when, fault))
        return false;
    if (!t->column->required && is_no_date(when.day)) {
        *ret_empty = true;
        return true;
    }
    if (!to_zone(row, &when))
        return fail(fault, KEPT__NOT_DATE, target, SIZE_MAX, cell);
    if (when.day < row->first_day || when.day > row->last_day) {
        fail(fault, KEPT__IMPOSSIBLE_DATE, target, source_column_of(row->mapped[target]), cell);
        kept_buf_printf(&fault->reason, "%.*s is %s", shown(cell), cell.text,
                        when.day < row->first_day ? "before the year 1900"
                                                  : "more than ten years ahead");
        return false;
    }
    ((int32_t *)row->data[t->vector])[at] = when.day;
    set_known(row, t->vector, at, true);
    bool timed = when.clock != KEPT_NO_CLOCK;
    ((int64_t *)row->data[t->vector + 1])[at] = timed ? when.clock : 0;
    set_known(row, t->vector + 1, at, timed);
    t->timed |= timed && when.clock != 0;
    return true;
}

/* --- Numbers --- */

/* "-1234.56" with the column's mark and at most four places: nearly all cells of real files. */
static bool read_plain(kept_cell cell, kept_mark mark, int64_t *ret_e4)
{
    const char *p = cell.text, *end = p + cell.len;
    bool minus = p < end && *p == '-';
    p += minus;
    const char *start = p;
    int64_t v = 0;
    while (p < end && *p >= '0' && *p <= '9')
        v = v * 10 + (*p++ - '0');
    if (p == start || p - start > 12)
        return false;
    int places = 0;
    if (p < end && *p == (mark == KEPT_MARK_COMMA ? ',' : '.')) {
        const char *point = p++;
        while (p < end && *p >= '0' && *p <= '9' && p - point <= 4)
            v = v * 10 + (*p++ - '0');
        places = (int)(p - point - 1);
        if (places == 0)
            return false;
    }
    if (p != end)
        return false;
    static const int64_t scale[] = {10000, 1000, 100, 10, 1};
    v *= scale[places];
    *ret_e4 = minus ? -v : v;
    return true;
}

static bool fail_number(kept__row *row, size_t target, const kept_eval_fault *why,
                        kept__fault *fault)
{
    (void)row;
    fail_evaluation(fault, target, why);
    if (why->fault == KEPT_FAULT_NOT_NUMBER)
        kept_buf_printf(&fault->reason, "%.*s is not a number", shown(why->cell), why->cell.text);
    return false;
}

static kept_cell bare_cell(const kept__row *row, const kept_mapped *mapped)
{
    if (mapped->expr->op != KEPT_EXPR_COLUMN)
        return (kept_cell){NULL, 0};
    return kept_cell_trim(row->cells[mapped->expr->column]);
}

static bool fail_large(kept__row *row, size_t target, kept__fault *fault)
{
    const kept_mapped *mapped = row->mapped[target];
    return fail(fault, KEPT__TOO_LARGE, target, source_column_of(mapped), bare_cell(row, mapped));
}

/* 1e14 and more does not fit, and no business has such an amount. */
static bool put_e4(kept__row *row, size_t target, size_t at, bool *ret_empty, kept__fault *fault)
{
    const kept_mapped *mapped = row->mapped[target];
    int64_t e4;
    *ret_empty = false;
    if (mapped->expr->op != KEPT_EXPR_COLUMN ||
        !read_plain(row->cells[mapped->expr->column], row->marks[mapped->expr->column], &e4)) {
        kept_decimal number;
        kept_eval_fault why;
        kept_eval got = kept_evaluate_number(mapped->expr, row->cells, row->marks, &number, &why);
        if (got == KEPT_EVAL_BAD)
            return fail_number(row, target, &why, fault);
        if (got == KEPT_EVAL_EMPTY) {
            *ret_empty = true;
            return true;
        }
        if (!kept_decimal_to_e4(number, &e4))
            return fail_large(row, target, fault);
    }
    size_t vector = row->targets[target].vector;
    ((int64_t *)row->data[vector])[at] = e4;
    set_known(row, vector, at, true);
    return true;
}

static bool put_integer(kept__row *row, size_t target, size_t at, bool *ret_empty,
                        kept__fault *fault)
{
    const kept_mapped *mapped = row->mapped[target];
    kept_decimal number;
    kept_eval_fault why;
    kept_eval got = kept_evaluate_number(mapped->expr, row->cells, row->marks, &number, &why);
    *ret_empty = got == KEPT_EVAL_EMPTY;
    if (got == KEPT_EVAL_BAD)
        return fail_number(row, target, &why, fault);
    if (*ret_empty)
        return true;
    for (; number.scale > 0; number.scale--) {
        if (number.v % 10) {
            kept_cell cell = bare_cell(row, mapped);
            fail(fault, KEPT__NOT_WHOLE, target, source_column_of(mapped), cell);
            if (cell.len)
                kept_buf_printf(&fault->reason, "%.*s is not a whole number", shown(cell),
                                cell.text);
            return false;
        }
        number.v /= 10;
    }
    if (number.v > INT64_MAX || number.v < INT64_MIN)
        return fail_large(row, target, fault);
    size_t vector = row->targets[target].vector;
    ((int64_t *)row->data[vector])[at] = (int64_t)number.v;
    set_known(row, vector, at, true);
    return true;
}

/* --- The row --- */

static bool put_empty(kept__row *row, size_t target, size_t at, kept__fault *fault)
{
    kept__target *t = &row->targets[target];
    if (t->column->required)
        return fail(fault, KEPT__MISSING, target,
                    row->mapped[target] ? source_column_of(row->mapped[target]) : SIZE_MAX,
                    (kept_cell){"", 0});
    set_known(row, t->vector, at, false);
    if (t->column->type == KEPT_COL_WHEN)
        set_known(row, t->vector + 1, at, false);
    return true;
}

static bool put(kept__row *row, size_t target, size_t at, kept__fault *fault)
{
    kept_column_type type = row->targets[target].column->type;
    bool empty = false, done = true;
    if (!row->mapped[target])
        return put_empty(row, target, at, fault);
    if (type == KEPT_COL_MONEY || type == KEPT_COL_NUMBER) {
        done = put_e4(row, target, at, &empty, fault);
    } else if (type == KEPT_COL_INTEGER) {
        done = put_integer(row, target, at, &empty, fault);
    } else {
        kept_cell cell;
        kept_eval got = text_of(row, target, &cell, fault);
        if (got == KEPT_EVAL_BAD)
            return false;
        empty = got == KEPT_EVAL_EMPTY;
        if (!empty && type == KEPT_COL_WHEN)
            done = put_when(row, target, at, cell, &empty, fault);
        else if (!empty && type == KEPT_COL_FLAG)
            done = put_flag(row, target, at, cell, fault);
        else if (!empty && type == KEPT_COL_CHOICE)
            done = put_choice(row, target, at, cell, fault);
        else if (!empty)
            put_text(row, row->targets[target].vector, at, cell);
    }
    if (!done)
        return false;
    return !empty || put_empty(row, target, at, fault);
}

/* Money of the row into the workspace's currency, which then stands in the currency column. */
static bool exchange(kept__row *row, size_t at, kept__fault *fault)
{
    kept_cell currency = row->row_currency;
    size_t home = strlen(row->home);
    if (currency.len == 0 ||
        (currency.len == home && strncasecmp(currency.text, row->home, home) == 0))
        return true;
    kept_day day = KEPT_DAY_MAX;
    kept_decimal rate;
    if (row->time != SIZE_MAX) {
        size_t vector = row->targets[row->time].vector;
        if (row->known[vector][at / 64] >> (at % 64) & 1)
            day = ((const int32_t *)row->data[vector])[at];
    }
    if (!kept__rates_find(row->rates, currency, day, &rate)) {
        fail(fault, KEPT__NO_RATE, row->currency, SIZE_MAX, currency);
        kept_buf_printf(&fault->reason, "there is no rate for %.*s on that day", shown(currency),
                        currency.text);
        return false;
    }
    for (size_t i = 0; i < row->n_targets; i++) {
        size_t vector = row->targets[i].vector;
        if (row->targets[i].column->type != KEPT_COL_MONEY ||
            !(row->known[vector][at / 64] >> (at % 64) & 1))
            continue;
        int64_t *money = (int64_t *)row->data[vector] + at;
        kept_decimal product;
        if (!kept_decimal_mul(kept_decimal_from_e4(*money), rate, &product) ||
            !kept_decimal_to_e4(product, money))
            return fail_large(row, i, fault);
    }
    put_text(row, row->targets[row->currency].vector, at, (kept_cell){row->home, home});
    row->converted = true;
    return true;
}

bool kept__row_convert(kept__row *row, size_t at, kept__fault *fault)
{
    row->needs_zone = row->converted = row->negative = false;
    row->row_currency = (kept_cell){NULL, 0};
    for (size_t i = 0; i < row->n_targets; i++)
        if (!put(row, i, at, fault))
            return false;
    if (row->currency != SIZE_MAX && row->mapped[row->currency]) {
        if (text_of(row, row->currency, &row->row_currency, fault) != KEPT_EVAL_VALUE)
            row->row_currency = (kept_cell){NULL, 0};
        if (row->rates && !exchange(row, at, fault))
            return false;
    }
    if (row->amount != SIZE_MAX) {
        size_t vector = row->targets[row->amount].vector;
        row->negative = (row->known[vector][at / 64] >> (at % 64) & 1) &&
                        ((const int64_t *)row->data[vector])[at] < 0;
    }
    return true;
}

const char *kept__record_cause(kept__cause cause)
{
    static const char *const words[] = {
        [KEPT__TOO_FEW - KEPT__N_ROW_CAUSES] = "the row has too few cells",
        [KEPT__TOO_MANY - KEPT__N_ROW_CAUSES] = "the row has too many cells",
        [KEPT__AFTER_QUOTE - KEPT__N_ROW_CAUSES] = "text stands after a closing quote",
        [KEPT__UNCLOSED - KEPT__N_ROW_CAUSES] = "a quote is opened and not closed",
        [KEPT__ROW_TOO_LONG - KEPT__N_ROW_CAUSES] = "the row is longer than two million bytes",
    };
    return words[cause - KEPT__N_ROW_CAUSES];
}

const char *kept__cause_text(kept__cause cause, const kept_fact_column *column, kept_arena *arena)
{
    static const char *const of_column[] = {
        [KEPT__MISSING] = "is missing",
        [KEPT__NOT_DATE] = "is not a date",
        [KEPT__IMPOSSIBLE_DATE] = "is before 1900 or more than ten years ahead",
        [KEPT__NOT_NUMBER] = "is not a number",
        [KEPT__NOT_WHOLE] = "is not a whole number",
        [KEPT__TOO_LARGE] = "is too large",
        [KEPT__BY_ZERO] = "would be divided by zero",
        [KEPT__TOO_LONG] = "is too long",
        [KEPT__NOT_FLAG] = "is neither yes nor no",
        [KEPT__NOT_CHOICE] = "is not one of the words allowed",
        [KEPT__NO_RATE] = "has no rate for that day",
    };
    if (cause >= KEPT__N_ROW_CAUSES)
        return kept_arena_strdup(arena, kept__record_cause(cause));
    return kept_arena_printf(arena, "%s %s", column->name, of_column[cause]);
}
