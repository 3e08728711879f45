/* Writing expressions, so that reading them again gives the same tree. */
#include <string.h>

#include "base/date.h"
#include "catalogue/expr_parts.h"

static void write_quoted(const char *text, char mark, kept_buf *buf)
{
    kept_buf_add_char(buf, mark);
    for (const char *c = text; *c; c++) {
        if (*c == mark)
            kept_buf_add_char(buf, mark);
        kept_buf_add_char(buf, *c);
    }
    kept_buf_add_char(buf, mark);
}

void kept_expr_write_name(const char *name, kept_buf *buf)
{
    const char *c = name;
    bool bare = kept_expr__starts_name(*c) && strcmp(name, "none") != 0;
    while (kept_expr__in_word(*c) || *c == '.' || *c == '#' || *c == '$')
        c++;
    if (bare && !*c)
        kept_buf_add(buf, name);
    else
        write_quoted(name, '"', buf);
}

static void write_word(const char *name, kept_buf *buf)
{
    const char *c = name;
    bool bare = kept_expr__starts_name(*c) && !kept_expr__reserved(name);
    while (kept_expr__in_word(*c))
        c++;
    if (bare && !*c)
        kept_buf_add(buf, name);
    else
        write_quoted(name, '"', buf);
}

static void write_number(kept_decimal a, kept_buf *buf)
{
    char text[48];
    kept_decimal_write(a, text);
    kept_buf_add(buf, text);
}

/* How tight an operator binds. */
static int rank(kept_expr_op op)
{
    switch (op) {
    case KEPT_EXPR_OR:
        return 1;
    case KEPT_EXPR_AND:
        return 2;
    case KEPT_EXPR_NOT:
        return 3;
    case KEPT_EXPR_EQ:
    case KEPT_EXPR_NE:
    case KEPT_EXPR_LT:
    case KEPT_EXPR_LE:
    case KEPT_EXPR_GT:
    case KEPT_EXPR_GE:
    case KEPT_EXPR_KNOWN:
    case KEPT_EXPR_IN:
        return 4;
    case KEPT_EXPR_JOIN:
        return 5;
    case KEPT_EXPR_ADD:
    case KEPT_EXPR_SUB:
        return 6;
    case KEPT_EXPR_MUL:
    case KEPT_EXPR_DIV:
        return 7;
    case KEPT_EXPR_NEGATE:
        return 8;
    default:
        return 9;
    }
}

static void write_tree(const kept_expr *expr, bool formula, kept_buf *buf);

static void write_inside(const kept_expr *expr, int least, bool formula, kept_buf *buf)
{
    bool enclose = rank(expr->op) < least;
    kept_buf_add(buf, enclose ? "(" : NULL);
    write_tree(expr, formula, buf);
    kept_buf_add(buf, enclose ? ")" : NULL);
}

static void write_args(const kept_expr *expr, kept_buf *buf)
{
    kept_buf_add_char(buf, '(');
    for (size_t i = 0; i < expr->n_args; i++) {
        kept_buf_add(buf, i ? ", " : NULL);
        write_tree(expr->args[i], true, buf);
    }
    kept_buf_add_char(buf, ')');
}

static void write_day(int32_t day, kept_buf *buf)
{
    char text[11];
    kept_day_write(day, text);
    write_quoted(text, '\'', buf);
}

static void write_binary(const kept_expr *expr, bool formula, kept_buf *buf)
{
    static const char *const signs[] = {
        [KEPT_EXPR_ADD] = "+",   [KEPT_EXPR_SUB] = "-",   [KEPT_EXPR_MUL] = "*",
        [KEPT_EXPR_DIV] = "/",   [KEPT_EXPR_JOIN] = "&",  [KEPT_EXPR_EQ] = " = ",
        [KEPT_EXPR_NE] = " <> ", [KEPT_EXPR_LT] = " < ",  [KEPT_EXPR_LE] = " <= ",
        [KEPT_EXPR_GT] = " > ",  [KEPT_EXPR_GE] = " >= ", [KEPT_EXPR_AND] = " and ",
        [KEPT_EXPR_OR] = " or "};
    /* Comparisons do not chain: on either side they stand in parentheses. */
    int tight = rank(expr->op), least = tight == rank(KEPT_EXPR_EQ) ? tight + 1 : tight;
    write_inside(expr->left, least, formula, buf);
    kept_buf_add(buf, signs[expr->op]);
    write_inside(expr->right, tight + 1, formula, buf);
}

static void write_tree(const kept_expr *expr, bool formula, kept_buf *buf)
{
    switch (expr->op) {
    case KEPT_EXPR_COLUMN:
        if (formula)
            write_word(expr->name, buf);
        else
            kept_expr_write_name(expr->name, buf);
        break;
    case KEPT_EXPR_NUMBER:
        write_number(expr->number, buf);
        break;
    case KEPT_EXPR_TEXT:
        write_quoted(expr->text, '\'', buf);
        break;
    case KEPT_EXPR_FLAG:
        kept_buf_add(buf, expr->flag ? "yes" : "no");
        break;
    case KEPT_EXPR_AS_OF:
        kept_buf_add(buf, "as_of");
        break;
    case KEPT_EXPR_TARGET:
        kept_buf_add(buf, "target");
        break;
    case KEPT_EXPR_DAY:
        write_day(expr->day, buf);
        break;
    case KEPT_EXPR_NEGATE:
        kept_buf_add_char(buf, '-');
        write_inside(expr->left, rank(KEPT_EXPR_NEGATE), formula, buf);
        break;
    case KEPT_EXPR_NOT:
        kept_buf_add(buf, "not ");
        write_inside(expr->left, rank(KEPT_EXPR_NOT), formula, buf);
        break;
    case KEPT_EXPR_KNOWN:
        write_inside(expr->left, rank(KEPT_EXPR_KNOWN) + 1, formula, buf);
        kept_buf_add(buf, " is known");
        break;
    case KEPT_EXPR_IN:
        write_inside(expr->left, rank(KEPT_EXPR_IN) + 1, formula, buf);
        kept_buf_add(buf, " in ");
        write_args(expr, buf);
        break;
    case KEPT_EXPR_CALL:
        kept_buf_add(buf, kept_expr_fn_name(expr->fn));
        write_args(expr, buf);
        break;
    default:
        write_binary(expr, formula, buf);
    }
}

void kept_expr_write(const kept_expr *expr, kept_buf *buf)
{
    write_tree(expr, false, buf);
}

void kept_formula_write(const kept_expr *expr, kept_buf *buf)
{
    write_tree(expr, true, buf);
}
