/* What formulas have beyond mappings: conditions, lists, functions. */
#include <string.h>
#include <strings.h>

#include "base/array.h"
#include "catalogue/expr_parts.h"

typedef kept_expr_parser parser;
typedef kept_expr_branch branch;

/* How many arguments each function takes; most 0: as many as KEPT_EXPR_ARGS_MAX. */
static const struct {
    const char *name;
    size_t least, most;
    bool aggregates;
} fns[KEPT_N_FNS] = {
    [KEPT_FN_DAYS_BETWEEN] = {"days_between", 2, 2, false},
    [KEPT_FN_MONTH] = {"month", 1, 1, false},
    [KEPT_FN_IF] = {"if", 3, 3, false},
    [KEPT_FN_LOWER] = {"lower", 1, 1, false},
    [KEPT_FN_FIRST_KNOWN] = {"first_known", 2, KEPT_EXPR_ARGS_MAX, false},
    [KEPT_FN_NUMBER] = {"number", 1, 1, false},
    [KEPT_FN_RATIO] = {"ratio", 2, 2, false},
    [KEPT_FN_COUNT] = {"count", 0, 1, true},
    [KEPT_FN_SUM] = {"sum", 1, 1, true},
    [KEPT_FN_MEAN] = {"mean", 1, 1, true},
    [KEPT_FN_MEDIAN] = {"median", 1, 1, true},
    [KEPT_FN_MIN] = {"min", 1, 1, true},
    [KEPT_FN_MAX] = {"max", 1, 1, true},
    [KEPT_FN_SHARE] = {"share", 1, 1, true},
    [KEPT_FN_DISTINCT] = {"distinct", 1, 1, true},
};

static const char *const reserved[] = {"and", "or", "not", "in", "is", "yes", "no", "as_of"};

const char *kept_expr_fn_name(kept_expr_fn fn)
{
    return fns[fn].name;
}

bool kept_expr_fn_aggregates(kept_expr_fn fn)
{
    return fns[fn].aggregates;
}

bool kept_expr__reserved(const char *word)
{
    for (size_t i = 0; i < KEPT_N(reserved); i++)
        if (kept_text_equal_nocase(word, reserved[i]))
            return true;
    return false;
}

static size_t word_len(const char *p)
{
    size_t n = 0;
    while (kept_expr__in_word(p[n]))
        n++;
    return n;
}

static bool same_word(const char *p, size_t len, const char *word)
{
    return strlen(word) == len && strncasecmp(p, word, len) == 0;
}

/* Takes the word when it stands next, in capitals or not; blanks behind it are skipped. */
static bool take_word(parser *ps, const char *word)
{
    size_t len = word_len(ps->p);
    if (!same_word(ps->p, len, word))
        return false;
    ps->p += len;
    kept_expr__skip_space(ps);
    return true;
}

/* --- Functions and words --- */

static kept_status find_fn(const parser *ps, const char *word, size_t len, kept_expr_fn *ret_fn)
{
    const char *names[KEPT_N_FNS];
    for (size_t i = 0; i < KEPT_N_FNS; i++) {
        names[i] = fns[i].name;
        if (same_word(word, len, names[i])) {
            *ret_fn = (kept_expr_fn)i;
            return KEPT_OK;
        }
    }
    const char *copy = kept_arena_strndup(ps->arena, word, len);
    if (!copy)
        return kept_nomem(ps->err);
    const char *near = kept_text_nearest(copy, names, KEPT_N_FNS);
    if (near)
        return kept_fail(ps->err, KEPT_EARG,
                         "%s, character %zu: there is no function %.*s(); did you mean %s()?",
                         ps->what, kept_expr__place(ps, word), KEPT_SHOWN(copy, 60), near);
    KEPT_AUTO_BUF list = KEPT_BUF_INIT;
    for (size_t i = 0; i < KEPT_N_FNS; i++)
        kept_buf_printf(&list, "%s%s", i ? ", " : "", names[i]);
    return kept_fail(ps->err, KEPT_EARG,
                     "%s, character %zu: there is no function %.*s(); there are: %s.", ps->what,
                     kept_expr__place(ps, word), KEPT_SHOWN(copy, 60), kept_buf_text(&list));
}

/* Up to the closing parenthesis, which is taken too. */
static kept_status take_args(parser *ps, kept_expr *into, int *ret_depth)
{
    kept_expr *args[KEPT_EXPR_ARGS_MAX];
    size_t n = 0;
    int depth = 0;
    while (*ps->p != ')') {
        if (n == KEPT_EXPR_ARGS_MAX)
            return kept_fail(ps->err, KEPT_EARG,
                             "%s, character %zu: more than %d values between the parentheses.",
                             ps->what, kept_expr__place(ps, ps->p), (int)KEPT_EXPR_ARGS_MAX);
        branch arg;
        KEPT_TRY(kept_expr__formula(ps, &arg));
        args[n++] = arg.expr;
        depth = arg.depth > depth ? arg.depth : depth;
        if (*ps->p == ')')
            break;
        if (*ps->p != ',')
            return kept_expr__wrong(ps, ps->p, "an operator, a comma or )");
        ps->p++;
        kept_expr__skip_space(ps);
        if (*ps->p == ')')
            return kept_expr__wrong(ps, ps->p, "a value after the comma");
    }
    ps->p++;
    kept_expr__skip_space(ps);
    into->args = KEPT_NEW_N(ps->arena, kept_expr *, n);
    if (!into->args)
        return kept_nomem(ps->err);
    if (n)
        memcpy(into->args, args, n * sizeof *args);
    into->n_args = n;
    *ret_depth = depth;
    return KEPT_OK;
}

static kept_status deepen(const parser *ps, int inside, branch *ret)
{
    if (1 + inside > KEPT_EXPR_DEPTH_MAX)
        return kept_expr__too_deep(ps);
    if (ret->depth < 1 + inside)
        ret->depth = 1 + inside;
    return KEPT_OK;
}

static kept_status check_n_args(const parser *ps, const kept_expr *call)
{
    size_t least = fns[call->fn].least, most = fns[call->fn].most;
    if (call->n_args >= least && call->n_args <= most)
        return KEPT_OK;
    KEPT_AUTO_BUF wanted = KEPT_BUF_INIT;
    if (least == most)
        kept_buf_printf(&wanted, "%zu", least);
    else if (most == KEPT_EXPR_ARGS_MAX)
        kept_buf_printf(&wanted, "at least %zu", least);
    else
        kept_buf_printf(&wanted, "%zu or %zu", least, most);
    return kept_fail(ps->err, KEPT_EARG, "%s, character %zu: %s() takes %s value%s, not %zu.",
                     ps->what, call->at, fns[call->fn].name, kept_buf_text(&wanted),
                     least == 1 && most == 1 ? "" : "s", call->n_args);
}

static kept_status call(parser *ps, const char *word, size_t len, branch *ret)
{
    branch none = {NULL, 0};
    kept_expr_fn fn = KEPT_N_FNS;
    int inside = 0;
    KEPT_TRY(find_fn(ps, word, len, &fn));
    KEPT_TRY(kept_expr__node(ps, KEPT_EXPR_CALL, word, none, none, ret));
    ret->expr->fn = fn;
    ps->p++;
    kept_expr__skip_space(ps);
    KEPT_TRY(take_args(ps, ret->expr, &inside));
    KEPT_TRY(deepen(ps, inside, ret));
    return check_n_args(ps, ret->expr);
}

kept_status kept_expr__word(parser *ps, branch *ret)
{
    const char *word = ps->p;
    size_t len = word_len(word);
    branch none = {NULL, 0};
    ps->p += len;
    kept_expr__skip_space(ps);
    if (*ps->p == '(')
        return call(ps, word, len, ret);
    bool yes = same_word(word, len, "yes");
    if (yes || same_word(word, len, "no")) {
        KEPT_TRY(kept_expr__node(ps, KEPT_EXPR_FLAG, word, none, none, ret));
        ret->expr->flag = yes;
        return KEPT_OK;
    }
    if (same_word(word, len, "as_of"))
        return kept_expr__node(ps, KEPT_EXPR_AS_OF, word, none, none, ret);
    char *name = kept_arena_strndup(ps->arena, word, len);
    if (!name)
        return kept_nomem(ps->err);
    if (kept_expr__reserved(name))
        return kept_expr__wrong(ps, word,
                                "a value (a column of the name of an operator stands in double "
                                "quotes)");
    KEPT_TRY(kept_expr__node(ps, KEPT_EXPR_COLUMN, word, none, none, ret));
    ret->expr->name = name;
    return KEPT_OK;
}

/* --- Conditions --- */

static bool take_comparison(parser *ps, kept_expr_op *ret_op)
{
    static const struct {
        const char *sign;
        kept_expr_op op;
    } signs[] = {{"<>", KEPT_EXPR_NE}, {"<=", KEPT_EXPR_LE}, {">=", KEPT_EXPR_GE},
                 {"=", KEPT_EXPR_EQ},  {"<", KEPT_EXPR_LT},  {">", KEPT_EXPR_GT}};
    for (size_t i = 0; i < KEPT_N(signs); i++) {
        if (!kept_text_starts(ps->p, signs[i].sign))
            continue;
        ps->p += strlen(signs[i].sign);
        *ret_op = signs[i].op;
        return true;
    }
    return false;
}

static kept_status negate(parser *ps, const char *at, branch *ret)
{
    return kept_expr__node(ps, KEPT_EXPR_NOT, at, *ret, (branch){NULL, 0}, ret);
}

/* Behind "is". */
static kept_status known(parser *ps, const char *at, branch *ret)
{
    bool negated = take_word(ps, "not");
    bool unknown = take_word(ps, "unknown");
    if (!unknown && !take_word(ps, "known"))
        return kept_expr__wrong(ps, ps->p, "known or unknown");
    KEPT_TRY(kept_expr__node(ps, KEPT_EXPR_KNOWN, at, *ret, (branch){NULL, 0}, ret));
    return negated != unknown ? negate(ps, at, ret) : KEPT_OK;
}

/* Behind "in". */
static kept_status list(parser *ps, const char *at, branch *ret)
{
    int inside = 0;
    if (*ps->p != '(')
        return kept_expr__wrong(ps, ps->p, "a list such as ('web', 'shop')");
    const char *open = ps->p++;
    kept_expr__skip_space(ps);
    KEPT_TRY(kept_expr__node(ps, KEPT_EXPR_IN, at, *ret, (branch){NULL, 0}, ret));
    KEPT_TRY(take_args(ps, ret->expr, &inside));
    if (ret->expr->n_args == 0)
        return kept_expr__wrong(ps, open, "a list with at least one value");
    return deepen(ps, inside, ret);
}

static kept_status comparison(parser *ps, branch *ret)
{
    KEPT_TRY(kept_expr__join(ps, ret));
    const char *at = ps->p;
    kept_expr_op op = KEPT_EXPR_EQ;
    if (take_comparison(ps, &op)) {
        branch right;
        KEPT_TRY(kept_expr__join(ps, &right));
        return kept_expr__node(ps, op, at, *ret, right, ret);
    }
    if (take_word(ps, "is"))
        return known(ps, at, ret);
    if (take_word(ps, "in"))
        return list(ps, at, ret);
    if (!take_word(ps, "not"))
        return KEPT_OK;
    if (!take_word(ps, "in"))
        return kept_expr__wrong(ps, ps->p, "in after not");
    KEPT_TRY(list(ps, at, ret));
    return negate(ps, at, ret);
}

static kept_status negation(parser *ps, branch *ret)
{
    const char *at = ps->p;
    if (!take_word(ps, "not"))
        return comparison(ps, ret);
    if (++ps->nested > ps->nested_max)
        return kept_expr__too_deep(ps);
    KEPT_TRY(negation(ps, ret));
    ps->nested--;
    return negate(ps, at, ret);
}

static kept_status conjunction(parser *ps, branch *ret)
{
    KEPT_TRY(negation(ps, ret));
    for (const char *at = ps->p; take_word(ps, "and"); at = ps->p) {
        branch right;
        KEPT_TRY(negation(ps, &right));
        KEPT_TRY(kept_expr__node(ps, KEPT_EXPR_AND, at, *ret, right, ret));
    }
    return KEPT_OK;
}

kept_status kept_expr__formula(parser *ps, branch *ret)
{
    kept_expr__skip_space(ps);
    if (++ps->nested > ps->nested_max)
        return kept_expr__too_deep(ps);
    KEPT_TRY(conjunction(ps, ret));
    for (const char *at = ps->p; take_word(ps, "or"); at = ps->p) {
        branch right;
        KEPT_TRY(conjunction(ps, &right));
        KEPT_TRY(kept_expr__node(ps, KEPT_EXPR_OR, at, *ret, right, ret));
    }
    ps->nested--;
    return KEPT_OK;
}

kept_status kept_formula_parse(const char *text, const char *what, kept_arena *arena,
                               kept_expr **ret_expr, kept_err *err)
{
    parser ps;
    branch whole = {NULL, 0};
    if (strlen(text) > KEPT_FORMULA_BYTES_MAX)
        return kept_fail(err, KEPT_EARG, "%s has %zu bytes; at most %d are allowed.", what,
                         strlen(text), (int)KEPT_FORMULA_BYTES_MAX);
    KEPT_TRY(kept_expr__start(&ps, text, arena, err));
    ps.what = what;
    ps.formula = true;
    ps.nested_max = 4 * KEPT_EXPR_DEPTH_MAX;
    KEPT_TRY(kept_expr__formula(&ps, &whole));
    if (*ps.p)
        return kept_expr__wrong(&ps, ps.p, "an operator or the end");
    *ret_expr = whole.expr;
    return KEPT_OK;
}
