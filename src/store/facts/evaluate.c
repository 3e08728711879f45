#include "store/facts/evaluate.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/array.h"

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

kept_cell kept_cell_trim(kept_cell cell)
{
    while (cell.len && is_blank(*cell.text)) {
        cell.text++;
        cell.len--;
    }
    while (cell.len && is_blank(cell.text[cell.len - 1]))
        cell.len--;
    return cell;
}

kept_cell kept_cell_strip_point_zero(kept_cell cell)
{
    if (cell.len < 3 || memcmp(cell.text + cell.len - 2, ".0", 2) != 0)
        return cell;
    size_t i = cell.text[0] == '-' && cell.len > 3;
    for (; i < cell.len - 2; i++)
        if (cell.text[i] < '0' || cell.text[i] > '9')
            return cell;
    cell.len -= 2;
    return cell;
}

static kept_eval bad(kept_fault fault, size_t column, kept_cell cell, kept_eval_fault *ret)
{
    *ret = (kept_eval_fault){fault, column, cell};
    return KEPT_EVAL_BAD;
}

static kept_eval bad_result(kept_fault fault, kept_eval_fault *ret)
{
    return bad(fault, SIZE_MAX, (kept_cell){NULL, 0}, ret);
}

static kept_eval read_cell(kept_cell cell, size_t column, kept_mark mark, kept_decimal *ret,
                           kept_eval_fault *ret_fault)
{
    cell = kept_cell_trim(cell);
    if (cell.len == 0)
        return KEPT_EVAL_EMPTY;
    if (!kept_number_read(cell.text, cell.len, mark, ret))
        return bad(KEPT_FAULT_NOT_NUMBER, column, cell, ret_fault);
    return KEPT_EVAL_VALUE;
}

static kept_eval compute(kept_expr_op op, kept_decimal a, kept_decimal b, kept_decimal *ret,
                         kept_eval_fault *ret_fault)
{
    bool ok = false;
    switch (op) {
    case KEPT_EXPR_ADD:
        ok = kept_decimal_add(a, b, ret);
        break;
    case KEPT_EXPR_SUB:
        ok = kept_decimal_sub(a, b, ret);
        break;
    case KEPT_EXPR_MUL:
        ok = kept_decimal_mul(a, b, ret);
        break;
    default:
        if (b.v == 0)
            return bad_result(KEPT_FAULT_BY_ZERO, ret_fault);
        ok = kept_decimal_div(a, b, ret);
    }
    return ok ? KEPT_EVAL_VALUE : bad_result(KEPT_FAULT_TOO_LARGE, ret_fault);
}

kept_eval kept_evaluate_number(const kept_expr *expr, const kept_cell *cells,
                               const kept_mark *marks, kept_decimal *ret,
                               kept_eval_fault *ret_fault)
{
    switch (expr->op) {
    case KEPT_EXPR_COLUMN:
        return read_cell(cells[expr->column], expr->column, marks[expr->column], ret, ret_fault);
    case KEPT_EXPR_NUMBER:
        *ret = expr->number;
        return KEPT_EVAL_VALUE;
    case KEPT_EXPR_TEXT: {
        kept_cell constant = {expr->text, strlen(expr->text)};
        return read_cell(constant, SIZE_MAX, KEPT_MARK_POINT, ret, ret_fault);
    }
    /* A joined text is no number: mappings of that kind are refused before any row is read. */
    case KEPT_EXPR_JOIN:
        return bad_result(KEPT_FAULT_NOT_NUMBER, ret_fault);
    default:
        break;
    }
    kept_decimal a, b = {0, 0};
    kept_eval left = kept_evaluate_number(expr->left, cells, marks, &a, ret_fault);
    if (left == KEPT_EVAL_BAD)
        return left;
    if (expr->op == KEPT_EXPR_NEGATE) {
        if (left == KEPT_EVAL_VALUE && !kept_decimal_sub((kept_decimal){0, 0}, a, ret))
            return bad_result(KEPT_FAULT_TOO_LARGE, ret_fault);
        return left;
    }
    kept_eval right = kept_evaluate_number(expr->right, cells, marks, &b, ret_fault);
    if (right == KEPT_EVAL_BAD)
        return right;
    if (left == KEPT_EVAL_EMPTY || right == KEPT_EVAL_EMPTY)
        return KEPT_EVAL_EMPTY;
    return compute(expr->op, a, b, ret, ret_fault);
}

/* Appends the text of expr. */
static kept_eval append(const kept_expr *expr, const kept_cell *cells, const kept_mark *marks,
                        kept_buf *scratch, kept_eval_fault *ret_fault)
{
    kept_cell cell = {NULL, 0};
    switch (expr->op) {
    case KEPT_EXPR_COLUMN:
        cell = kept_cell_trim(cells[expr->column]);
        break;
    case KEPT_EXPR_TEXT:
        kept_buf_add(scratch, expr->text);
        return KEPT_EVAL_VALUE;
    case KEPT_EXPR_JOIN: {
        kept_eval left = append(expr->left, cells, marks, scratch, ret_fault);
        if (left == KEPT_EVAL_BAD)
            return left;
        kept_eval right = append(expr->right, cells, marks, scratch, ret_fault);
        return right == KEPT_EVAL_VALUE ? left : right;
    }
    default: {
        kept_decimal number;
        kept_eval got = kept_evaluate_number(expr, cells, marks, &number, ret_fault);
        if (got != KEPT_EVAL_VALUE)
            return got;
        char text[48];
        kept_decimal_write(kept_decimal_shortest(number), text);
        kept_buf_add(scratch, text);
        return KEPT_EVAL_VALUE;
    }
    }
    kept_buf_add_n(scratch, cell.text, cell.len);
    return cell.len ? KEPT_EVAL_VALUE : KEPT_EVAL_EMPTY;
}

kept_eval kept_evaluate_text(const kept_expr *expr, const kept_cell *cells, const kept_mark *marks,
                             kept_buf *scratch, kept_cell *ret, kept_eval_fault *ret_fault)
{
    if (expr->op == KEPT_EXPR_COLUMN) {
        kept_cell cell = kept_cell_trim(cells[expr->column]);
        if (cell.len == 0)
            return KEPT_EVAL_EMPTY;
        *ret = cell;
        return KEPT_EVAL_VALUE;
    }
    kept_buf_clear(scratch);
    kept_eval got = append(expr, cells, marks, scratch, ret_fault);
    if (got != KEPT_EVAL_VALUE)
        return got;
    if (scratch->failed)
        return bad_result(KEPT_FAULT_TOO_LONG, ret_fault);
    kept_cell cell = kept_cell_trim((kept_cell){scratch->data, scratch->len});
    if (cell.len == 0)
        return KEPT_EVAL_EMPTY;
    *ret = cell;
    return KEPT_EVAL_VALUE;
}

static bool is_word(kept_cell cell, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strlen(words[i]) == cell.len && strncasecmp(words[i], cell.text, cell.len) == 0)
            return true;
    return false;
}

bool kept_cell_flag(kept_cell cell, bool *ret_yes)
{
    static const char *const yes[] = {
        "true", "yes", "y",         "1",         "t",   "x",    "ja",        "j",    "wahr", "oui",
        "vrai", "si",  "s\xc3\xad", "s\xc3\xac", "sim", "vero", "verdadero", "waar", "on"};
    static const char *const no[] = {"false",  "no",     "n",          "0",    "f",
                                     "nein",   "falsch", "non",        "faux", "nee",
                                     "onwaar", "falso",  "n\xc3\xa3o", "off"};
    bool set = is_word(cell, yes, KEPT_N(yes));
    if (!set && !is_word(cell, no, KEPT_N(no)))
        return false;
    *ret_yes = set;
    return true;
}

void kept_eval_reason(const kept_eval_fault *fault, const char *column_name, kept_buf *buf)
{
    enum { SHOWN = 60 };
    switch (fault->fault) {
    case KEPT_FAULT_NONE:
        break;
    case KEPT_FAULT_NOT_NUMBER:
        if (fault->column == SIZE_MAX) {
            kept_buf_add(buf, "the text of the mapping is not a number");
            break;
        }
        size_t len = fault->cell.len;
        if (len > SHOWN) /* cut between characters */
            for (len = SHOWN; len > 0 && ((unsigned char)fault->cell.text[len] & 0xc0) == 0x80;)
                len--;
        kept_buf_add(buf, "'");
        kept_buf_add_n(buf, fault->cell.text, len);
        kept_buf_printf(buf, "%s' in column %s is not a number", len < fault->cell.len ? "..." : "",
                        column_name);
        break;
    case KEPT_FAULT_TOO_LARGE:
        kept_buf_add(buf, "the computed value is too large");
        break;
    case KEPT_FAULT_BY_ZERO:
        kept_buf_add(buf, "division by zero");
        break;
    case KEPT_FAULT_TOO_LONG:
        kept_buf_add(buf, "the joined text is too long");
        break;
    }
}
