#include "catalogue/expr.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

typedef struct parser {
    const char *text, *p;
    kept_arena *arena;
    int nested; /* parentheses and signs open around p */
    kept_err *err;
} parser;

/* Place in characters, as a person counts them. */
static size_t place(const parser *ps, const char *at)
{
    size_t n = 1;
    for (const char *c = ps->text; c < at; c++)
        n += ((unsigned char)*c & 0xc0) != 0x80;
    return n;
}

static kept_status wrong(const parser *ps, const char *at, const char *expected)
{
    if (!*at)
        return kept_fail(ps->err, KEPT_EARG, "The mapping \"%.*s\" ends too early: %s is expected.",
                         KEPT_SHOWN(ps->text, 80), expected);
    int len = 1; /* the whole character, not half of it */
    while (((unsigned char)at[len] & 0xc0) == 0x80)
        len++;
    return kept_fail(ps->err, KEPT_EARG,
                     "Mapping, character %zu: %s is expected, not \"%.*s\" (in \"%.*s\").",
                     place(ps, at), expected, len, at, KEPT_SHOWN(ps->text, 80));
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool starts_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

static bool in_name(char c)
{
    return starts_name(c) || is_digit(c) || c == '.' || c == '#' || c == '$';
}

static void skip_space(parser *ps)
{
    while (is_space(*ps->p))
        ps->p++;
}

/* --- Leaves --- */

/* Text up to the closing mark, a doubled mark standing for one. */
static kept_status quoted(parser *ps, char close, const char *expected, const char **ret)
{
    const char *open = ps->p++;
    const char *end = ps->p;
    while (*end && (*end != close || (close != ']' && end[1] == close)))
        end += *end == close ? 2 : 1;
    if (!*end)
        return kept_fail(ps->err, KEPT_EARG,
                         "Mapping, character %zu: the %c is never closed (in \"%.*s\").",
                         place(ps, open), *open, KEPT_SHOWN(ps->text, 80));
    char *out = kept_arena_strndup(ps->arena, ps->p, (size_t)(end - ps->p));
    if (!out)
        return kept_nomem(ps->err);
    size_t n = 0;
    for (const char *c = ps->p; c < end; c++) {
        out[n++] = *c;
        if (*c == close)
            c++;
    }
    out[n] = '\0';
    if (n == 0 && close != '\'')
        return wrong(ps, open, expected);
    ps->p = end + 1;
    *ret = out;
    return KEPT_OK;
}

/* One or more words with blanks between. */
static kept_status bare_name(parser *ps, const char **ret)
{
    const char *end = ps->p;
    for (;;) {
        while (in_name(*end))
            end++;
        const char *next = end;
        while (*next == ' ')
            next++;
        if (next == end || !(starts_name(*next) || is_digit(*next)))
            break;
        end = next;
    }
    *ret = kept_arena_strndup(ps->arena, ps->p, (size_t)(end - ps->p));
    if (!*ret)
        return kept_nomem(ps->err);
    ps->p = end;
    return KEPT_OK;
}

static kept_status number(parser *ps, kept_decimal *ret)
{
    const char *end = ps->p;
    while (is_digit(*end) || *end == '.')
        end++;
    if (starts_name(*end))
        return kept_fail(ps->err, KEPT_EARG,
                         "Mapping, character %zu: a number cannot go on with a letter; a column "
                         "name that begins with a digit stands in double quotes.",
                         place(ps, end));
    if (!kept_number_read(ps->p, (size_t)(end - ps->p), KEPT_MARK_POINT, ret))
        return kept_fail(ps->err, KEPT_EARG, "Mapping, character %zu: \"%.*s\" is not a number.",
                         place(ps, ps->p), (int)(end - ps->p > 60 ? 60 : end - ps->p), ps->p);
    ps->p = end;
    return KEPT_OK;
}

/* --- The tree --- */

/* A node and the depth of the tree below it. */
typedef struct branch {
    kept_expr *expr;
    int depth;
} branch;

static kept_status too_deep(const parser *ps)
{
    return kept_fail(ps->err, KEPT_EARG,
                     "Mapping, character %zu: the expression has more than %d levels; shorten it.",
                     place(ps, ps->p), (int)KEPT_EXPR_DEPTH_MAX);
}

static kept_status new_node(parser *ps, kept_expr_op op, branch left, branch right, branch *ret)
{
    int depth = 1 + (left.depth > right.depth ? left.depth : right.depth);
    if (depth > KEPT_EXPR_DEPTH_MAX)
        return too_deep(ps);
    kept_expr *e = KEPT_NEW(ps->arena, kept_expr);
    if (!e)
        return kept_nomem(ps->err);
    e->op = op;
    e->column = SIZE_MAX;
    e->left = left.expr;
    e->right = right.expr;
    *ret = (branch){e, depth};
    return KEPT_OK;
}

static kept_status join(parser *ps, branch *ret);

static kept_status leaf(parser *ps, branch *ret)
{
    static const char expected[] = "a column name, a number, a text in '...' or (";
    branch none = {NULL, 0};
    char c = *ps->p;
    if (c == '(') {
        ps->p++;
        KEPT_TRY(join(ps, ret));
        if (*ps->p != ')')
            return wrong(ps, ps->p, "an operator (+ - * / &) or )");
        ps->p++;
        return KEPT_OK;
    }
    if (c == '\'') {
        KEPT_TRY(new_node(ps, KEPT_EXPR_TEXT, none, none, ret));
        return quoted(ps, '\'', expected, &ret->expr->text);
    }
    if (c == '"' || c == '[') {
        KEPT_TRY(new_node(ps, KEPT_EXPR_COLUMN, none, none, ret));
        return quoted(ps, c == '[' ? ']' : '"', "a column name", &ret->expr->name);
    }
    if (starts_name(c)) {
        KEPT_TRY(new_node(ps, KEPT_EXPR_COLUMN, none, none, ret));
        return bare_name(ps, &ret->expr->name);
    }
    if (is_digit(c) || (c == '.' && is_digit(ps->p[1]))) {
        KEPT_TRY(new_node(ps, KEPT_EXPR_NUMBER, none, none, ret));
        return number(ps, &ret->expr->number);
    }
    return wrong(ps, ps->p, expected);
}

static kept_status unary(parser *ps, branch *ret)
{
    skip_space(ps);
    if (++ps->nested > KEPT_EXPR_DEPTH_MAX)
        return too_deep(ps);
    if (*ps->p == '-') {
        branch inner;
        ps->p++;
        KEPT_TRY(unary(ps, &inner));
        KEPT_TRY(new_node(ps, KEPT_EXPR_NEGATE, inner, (branch){NULL, 0}, ret));
    } else {
        KEPT_TRY(leaf(ps, ret));
    }
    ps->nested--;
    skip_space(ps);
    return KEPT_OK;
}

static kept_status product(parser *ps, branch *ret)
{
    KEPT_TRY(unary(ps, ret));
    while (*ps->p == '*' || *ps->p == '/') {
        kept_expr_op op = *ps->p++ == '*' ? KEPT_EXPR_MUL : KEPT_EXPR_DIV;
        branch right;
        KEPT_TRY(unary(ps, &right));
        KEPT_TRY(new_node(ps, op, *ret, right, ret));
    }
    return KEPT_OK;
}

static kept_status sum(parser *ps, branch *ret)
{
    KEPT_TRY(product(ps, ret));
    while (*ps->p == '+' || *ps->p == '-') {
        kept_expr_op op = *ps->p++ == '+' ? KEPT_EXPR_ADD : KEPT_EXPR_SUB;
        branch right;
        KEPT_TRY(product(ps, &right));
        KEPT_TRY(new_node(ps, op, *ret, right, ret));
    }
    return KEPT_OK;
}

static kept_status join(parser *ps, branch *ret)
{
    KEPT_TRY(sum(ps, ret));
    while (*ps->p == '&') {
        branch right;
        ps->p++;
        KEPT_TRY(sum(ps, &right));
        KEPT_TRY(new_node(ps, KEPT_EXPR_JOIN, *ret, right, ret));
    }
    return KEPT_OK;
}

/* --- Whole texts --- */

static kept_status start(parser *ps, const char *text, kept_arena *arena, kept_err *err)
{
    *ps = (parser){.text = text, .p = text, .arena = arena, .err = err};
    size_t len = strlen(text);
    if (len > KEPT_MAP_BYTES_MAX)
        return kept_fail(err, KEPT_EARG, "The mapping has %zu bytes; at most %d are allowed.", len,
                         (int)KEPT_MAP_BYTES_MAX);
    if (!kept_text_utf8(text, len))
        return kept_fail(err, KEPT_EARG, "The mapping is not UTF-8 text.");
    skip_space(ps);
    return KEPT_OK;
}

kept_status kept_expr_parse(const char *text, kept_arena *arena, kept_expr **ret_expr,
                            kept_err *err)
{
    parser ps;
    branch whole = {NULL, 0};
    KEPT_TRY(start(&ps, text, arena, err));
    KEPT_TRY(join(&ps, &whole));
    if (*ps.p)
        return wrong(&ps, ps.p, "an operator (+ - * / &)");
    *ret_expr = whole.expr;
    return KEPT_OK;
}

static kept_status parse_item(parser *ps, kept_map_item *item)
{
    const char *from = ps->p;
    if (!starts_name(*from))
        return wrong(ps, from, "the name of a target column");
    while (in_name(*ps->p))
        ps->p++;
    item->target = kept_arena_strndup(ps->arena, from, (size_t)(ps->p - from));
    skip_space(ps);
    if (*ps->p != '=')
        return wrong(ps, ps->p, "=");
    ps->p++;
    skip_space(ps);
    const char *written = ps->p;
    branch whole = {NULL, 0};
    KEPT_TRY(join(ps, &whole));
    item->expr = whole.expr;
    const char *end = ps->p;
    while (is_space(end[-1]))
        end--;
    item->written = kept_arena_strndup(ps->arena, written, (size_t)(end - written));
    return item->target && item->written ? KEPT_OK : kept_nomem(ps->err);
}

kept_status kept_map_parse(const char *text, kept_arena *arena, kept_map_item **ret_items,
                           size_t *ret_n, kept_err *err)
{
    parser ps;
    KEPT_TRY(start(&ps, text, arena, err));
    /* Every item has its =, so these are enough; those inside quotes do no harm. */
    size_t most = 1, n = 0;
    for (const char *c = text; *c && most < KEPT_MAP_ITEMS_MAX; c++)
        most += *c == '=';
    kept_map_item *items = KEPT_NEW_N(arena, kept_map_item, most);
    if (!items)
        return kept_nomem(err);
    for (;;) {
        if (n == KEPT_MAP_ITEMS_MAX)
            return kept_fail(err, KEPT_EARG, "The mapping has more than %d columns.",
                             (int)KEPT_MAP_ITEMS_MAX);
        const char *from = ps.p;
        kept_map_item item;
        KEPT_TRY(parse_item(&ps, &item));
        for (size_t i = 0; i < n; i++)
            if (strcmp(items[i].target, item.target) == 0)
                return kept_fail(err, KEPT_EARG,
                                 "Mapping, character %zu: %.*s is given twice; leave one out.",
                                 place(&ps, from), KEPT_SHOWN(item.target, 80));
        items[n++] = item;
        if (!*ps.p)
            break;
        if (*ps.p != ',')
            return wrong(&ps, ps.p, "an operator (+ - * / &), a comma or the end");
        ps.p++;
        skip_space(&ps);
    }
    *ret_items = items;
    *ret_n = n;
    return KEPT_OK;
}

/* --- Writing --- */

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
    bool bare = starts_name(*c) && strcmp(name, "none") != 0;
    while (in_name(*c))
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

static int rank(kept_expr_op op)
{
    switch (op) {
    case KEPT_EXPR_JOIN:
        return 1;
    case KEPT_EXPR_ADD:
    case KEPT_EXPR_SUB:
        return 2;
    case KEPT_EXPR_MUL:
    case KEPT_EXPR_DIV:
        return 3;
    case KEPT_EXPR_NEGATE:
        return 4;
    default:
        return 5;
    }
}

static void write_inside(const kept_expr *expr, int least, kept_buf *buf)
{
    bool enclose = rank(expr->op) < least;
    kept_buf_add(buf, enclose ? "(" : NULL);
    kept_expr_write(expr, buf);
    kept_buf_add(buf, enclose ? ")" : NULL);
}

void kept_expr_write(const kept_expr *expr, kept_buf *buf)
{
    static const char signs[] = {[KEPT_EXPR_ADD] = '+',
                                 [KEPT_EXPR_SUB] = '-',
                                 [KEPT_EXPR_MUL] = '*',
                                 [KEPT_EXPR_DIV] = '/',
                                 [KEPT_EXPR_JOIN] = '&'};
    switch (expr->op) {
    case KEPT_EXPR_COLUMN:
        kept_expr_write_name(expr->name, buf);
        break;
    case KEPT_EXPR_NUMBER:
        write_number(expr->number, buf);
        break;
    case KEPT_EXPR_TEXT:
        write_quoted(expr->text, '\'', buf);
        break;
    case KEPT_EXPR_NEGATE:
        kept_buf_add_char(buf, '-');
        write_inside(expr->left, rank(KEPT_EXPR_NEGATE), buf);
        break;
    default:
        write_inside(expr->left, rank(expr->op), buf);
        kept_buf_add_char(buf, signs[expr->op]);
        write_inside(expr->right, rank(expr->op) + 1, buf);
    }
}
