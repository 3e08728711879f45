/* Mappings, and what their parser shares with that of formulas. */
#include "catalogue/expr_parts.h"

#include <string.h>

typedef kept_expr_parser parser;
typedef kept_expr_branch branch;

size_t kept_expr__place(const parser *ps, const char *at)
{
    size_t n = 1;
    for (const char *c = ps->text; c < at; c++)
        n += ((unsigned char)*c & 0xc0) != 0x80;
    return n;
}

kept_status kept_expr__wrong(const parser *ps, const char *at, const char *expected)
{
    if (!*at)
        return kept_fail(ps->err, KEPT_EARG, "%s \"%.*s\" ends too early: %s is expected.",
                         ps->formula ? ps->what : "The mapping", KEPT_SHOWN(ps->text, 80),
                         expected);
    /* What a mapping cannot do but a formula can is worth more than what was expected. */
    if (!ps->formula && (*at == '<' || *at == '>'))
        return kept_fail(ps->err, KEPT_EARG,
                         "Mapping, character %zu: comparisons belong to measures; a mapping "
                         "computes with + - * / and & alone (in \"%.*s\").",
                         kept_expr__place(ps, at), KEPT_SHOWN(ps->text, 80));
    int len = 1; /* the whole character, not half of it */
    while (((unsigned char)at[len] & 0xc0) == 0x80)
        len++;
    return kept_fail(ps->err, KEPT_EARG,
                     "%s, character %zu: %s is expected, not \"%.*s\" (in \"%.*s\").", ps->what,
                     kept_expr__place(ps, at), expected, len, at, KEPT_SHOWN(ps->text, 80));
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

bool kept_expr__is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool kept_expr__starts_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

bool kept_expr__in_word(char c)
{
    return kept_expr__starts_name(c) || kept_expr__is_digit(c);
}

static bool in_name(char c)
{
    return kept_expr__in_word(c) || c == '.' || c == '#' || c == '$';
}

void kept_expr__skip_space(parser *ps)
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
                         "%s, character %zu: the %c is never closed (in \"%.*s\").", ps->what,
                         kept_expr__place(ps, open), *open, KEPT_SHOWN(ps->text, 80));
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
        return kept_expr__wrong(ps, open, expected);
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
        if (next == end || !(kept_expr__starts_name(*next) || kept_expr__is_digit(*next)))
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
    while (kept_expr__is_digit(*end) || *end == '.')
        end++;
    if (kept_expr__starts_name(*end))
        return kept_fail(ps->err, KEPT_EARG,
                         "%s, character %zu: a number cannot go on with a letter; a column "
                         "name that begins with a digit stands in double quotes.",
                         ps->what, kept_expr__place(ps, end));
    if (!kept_number_read(ps->p, (size_t)(end - ps->p), KEPT_MARK_POINT, ret))
        return kept_fail(ps->err, KEPT_EARG, "%s, character %zu: \"%.*s\" is not a number.",
                         ps->what, kept_expr__place(ps, ps->p),
                         (int)(end - ps->p > 60 ? 60 : end - ps->p), ps->p);
    ps->p = end;
    return KEPT_OK;
}

/* --- The tree --- */

kept_status kept_expr__too_deep(const parser *ps)
{
    return kept_fail(ps->err, KEPT_EARG,
                     "%s, character %zu: the expression has more than %d levels; shorten it.",
                     ps->what, kept_expr__place(ps, ps->p), (int)KEPT_EXPR_DEPTH_MAX);
}

kept_status kept_expr__node(parser *ps, kept_expr_op op, const char *at, branch left, branch right,
                            branch *ret)
{
    int depth = 1 + (left.depth > right.depth ? left.depth : right.depth);
    if (depth > KEPT_EXPR_DEPTH_MAX)
        return kept_expr__too_deep(ps);
    kept_expr *e = KEPT_NEW(ps->arena, kept_expr);
    if (!e)
        return kept_nomem(ps->err);
    e->op = op;
    e->column = SIZE_MAX;
    e->left = left.expr;
    e->right = right.expr;
    if (ps->formula) /* counted only where it is told: it takes a walk over the text */
        e->at = kept_expr__place(ps, at);
    *ret = (branch){e, depth};
    return KEPT_OK;
}

/* A bare name of a mapping, with which a call of a function must not be mistaken. */
static kept_status mapped_name(parser *ps, branch *ret)
{
    const char *from = ps->p;
    branch none = {NULL, 0};
    KEPT_TRY(kept_expr__node(ps, KEPT_EXPR_COLUMN, from, none, none, ret));
    KEPT_TRY(bare_name(ps, &ret->expr->name));
    kept_expr__skip_space(ps);
    if (*ps->p == '(')
        return kept_fail(ps->err, KEPT_EARG,
                         "Mapping, character %zu: functions belong to measures; a mapping computes "
                         "with + - * / and & alone (in \"%.*s\").",
                         kept_expr__place(ps, from), KEPT_SHOWN(ps->text, 80));
    return KEPT_OK;
}

static kept_status enclosed(parser *ps, branch *ret)
{
    ps->p++;
    KEPT_TRY(ps->formula ? kept_expr__formula(ps, ret) : kept_expr__join(ps, ret));
    if (*ps->p != ')')
        return kept_expr__wrong(ps, ps->p, "an operator (+ - * / &) or )");
    ps->p++;
    return KEPT_OK;
}

static kept_status leaf(parser *ps, branch *ret)
{
    static const char expected[] = "a column name, a number, a text in '...' or (";
    branch none = {NULL, 0};
    char c = *ps->p;
    if (c == '(')
        return enclosed(ps, ret);
    if (c == '\'') {
        KEPT_TRY(kept_expr__node(ps, KEPT_EXPR_TEXT, ps->p, none, none, ret));
        return quoted(ps, '\'', expected, &ret->expr->text);
    }
    if (c == '"' || c == '[') {
        KEPT_TRY(kept_expr__node(ps, KEPT_EXPR_COLUMN, ps->p, none, none, ret));
        return quoted(ps, c == '[' ? ']' : '"', "a column name", &ret->expr->name);
    }
    if (kept_expr__starts_name(c))
        return ps->formula ? kept_expr__word(ps, ret) : mapped_name(ps, ret);
    if (kept_expr__is_digit(c) || (c == '.' && kept_expr__is_digit(ps->p[1]))) {
        KEPT_TRY(kept_expr__node(ps, KEPT_EXPR_NUMBER, ps->p, none, none, ret));
        return number(ps, &ret->expr->number);
    }
    return kept_expr__wrong(ps, ps->p, expected);
}

static kept_status unary(parser *ps, branch *ret)
{
    kept_expr__skip_space(ps);
    if (++ps->nested > ps->nested_max)
        return kept_expr__too_deep(ps);
    if (*ps->p == '-') {
        branch inner;
        const char *at = ps->p++;
        KEPT_TRY(unary(ps, &inner));
        KEPT_TRY(kept_expr__node(ps, KEPT_EXPR_NEGATE, at, inner, (branch){NULL, 0}, ret));
    } else {
        KEPT_TRY(leaf(ps, ret));
    }
    ps->nested--;
    kept_expr__skip_space(ps);
    return KEPT_OK;
}

static kept_status product(parser *ps, branch *ret)
{
    KEPT_TRY(unary(ps, ret));
    while (*ps->p == '*' || *ps->p == '/') {
        const char *at = ps->p++;
        kept_expr_op op = *at == '*' ? KEPT_EXPR_MUL : KEPT_EXPR_DIV;
        branch right;
        KEPT_TRY(unary(ps, &right));
        KEPT_TRY(kept_expr__node(ps, op, at, *ret, right, ret));
    }
    return KEPT_OK;
}

static kept_status sum(parser *ps, branch *ret)
{
    KEPT_TRY(product(ps, ret));
    while (*ps->p == '+' || *ps->p == '-') {
        const char *at = ps->p++;
        kept_expr_op op = *at == '+' ? KEPT_EXPR_ADD : KEPT_EXPR_SUB;
        branch right;
        KEPT_TRY(product(ps, &right));
        KEPT_TRY(kept_expr__node(ps, op, at, *ret, right, ret));
    }
    return KEPT_OK;
}

kept_status kept_expr__join(parser *ps, branch *ret)
{
    KEPT_TRY(sum(ps, ret));
    while (*ps->p == '&') {
        branch right;
        const char *at = ps->p++;
        KEPT_TRY(sum(ps, &right));
        KEPT_TRY(kept_expr__node(ps, KEPT_EXPR_JOIN, at, *ret, right, ret));
    }
    return KEPT_OK;
}

/* --- Whole texts --- */

kept_status kept_expr__start(parser *ps, const char *text, kept_arena *arena, kept_err *err)
{
    *ps = (parser){.text = text,
                   .p = text,
                   .arena = arena,
                   .what = "Mapping",
                   .nested_max = KEPT_EXPR_DEPTH_MAX,
                   .err = err};
    size_t len = strlen(text);
    if (len > KEPT_MAP_BYTES_MAX)
        return kept_fail(err, KEPT_EARG, "An expression has %zu bytes; at most %d are allowed.",
                         len, (int)KEPT_MAP_BYTES_MAX);
    if (!kept_text_utf8(text, len))
        return kept_fail(err, KEPT_EARG, "An expression is not UTF-8 text.");
    kept_expr__skip_space(ps);
    return KEPT_OK;
}

kept_status kept_expr_parse(const char *text, kept_arena *arena, kept_expr **ret_expr,
                            kept_err *err)
{
    parser ps;
    branch whole = {NULL, 0};
    KEPT_TRY(kept_expr__start(&ps, text, arena, err));
    KEPT_TRY(kept_expr__join(&ps, &whole));
    if (*ps.p)
        return kept_expr__wrong(&ps, ps.p, "an operator (+ - * / &)");
    *ret_expr = whole.expr;
    return KEPT_OK;
}

static kept_status parse_item(parser *ps, kept_map_item *item)
{
    const char *from = ps->p;
    if (!kept_expr__starts_name(*from))
        return kept_expr__wrong(ps, from, "the name of a target column");
    while (in_name(*ps->p))
        ps->p++;
    item->target = kept_arena_strndup(ps->arena, from, (size_t)(ps->p - from));
    kept_expr__skip_space(ps);
    if (*ps->p != '=')
        return kept_expr__wrong(ps, ps->p, "=");
    ps->p++;
    kept_expr__skip_space(ps);
    const char *written = ps->p;
    branch whole = {NULL, 0};
    KEPT_TRY(kept_expr__join(ps, &whole));
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
    KEPT_TRY(kept_expr__start(&ps, text, arena, err));
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
                                 kept_expr__place(&ps, from), KEPT_SHOWN(item.target, 80));
        items[n++] = item;
        if (!*ps.p)
            break;
        if (*ps.p != ',')
            return kept_expr__wrong(&ps, ps.p, "an operator (+ - * / &), a comma or the end");
        ps.p++;
        kept_expr__skip_space(&ps);
    }
    *ret_items = items;
    *ret_n = n;
    return KEPT_OK;
}
