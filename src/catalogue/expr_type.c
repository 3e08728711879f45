#include "catalogue/expr_type.h"

#include <string.h>

#include "base/date.h"

typedef struct checker {
    const kept_formula_rules *rules;
    bool in_row; /* about one row: a row's formula, or inside count(), sum() ... */
    kept_err *err;
} checker;

static kept_status check(const checker *c, kept_expr *e);

const char *kept_expr_type_words(kept_expr_type type)
{
    switch (type) {
    case KEPT_TYPE_NUMBER:
        return "a number";
    case KEPT_TYPE_MONEY:
        return "money";
    case KEPT_TYPE_INTEGER:
        return "a whole number";
    case KEPT_TYPE_TEXT:
        return "a text";
    case KEPT_TYPE_DATE:
        return "a date";
    case KEPT_TYPE_FLAG:
        return "a condition";
    case KEPT_TYPE_CUSTOMER:
        return "a customer";
    case KEPT_TYPE_NONE:
        break;
    }
    return "nothing";
}

bool kept_expr_is_number(const kept_expr *e)
{
    return e->type == KEPT_TYPE_NUMBER || e->type == KEPT_TYPE_MONEY ||
           e->type == KEPT_TYPE_INTEGER;
}

/* --- Messages --- */

static kept_status needs(const checker *c, const kept_expr *e, const char *where,
                         const char *needed)
{
    KEPT_AUTO_BUF shown = KEPT_BUF_INIT;
    kept_formula_write(e, &shown);
    return kept_fail(c->err, KEPT_EARG, "%s, character %zu: %s needs %s, and %.*s is %s.",
                     c->rules->what, e->at, where, needed, KEPT_SHOWN(kept_buf_text(&shown), 60),
                     kept_expr_type_words(e->type));
}

static kept_status unlike(const checker *c, const kept_expr *e, const char *where,
                          const kept_expr *a, const kept_expr *b)
{
    return kept_fail(
        c->err, KEPT_EARG, "%s, character %zu: %s needs two of the same sort, not %s and %s.",
        c->rules->what, e->at, where, kept_expr_type_words(a->type), kept_expr_type_words(b->type));
}

/* --- Leaves --- */

static kept_status column(const checker *c, kept_expr *e)
{
    static const kept_expr_type types[] = {
        [KEPT_COL_CUSTOMER] = KEPT_TYPE_CUSTOMER, [KEPT_COL_WHEN] = KEPT_TYPE_DATE,
        [KEPT_COL_MONEY] = KEPT_TYPE_MONEY,       [KEPT_COL_NUMBER] = KEPT_TYPE_NUMBER,
        [KEPT_COL_INTEGER] = KEPT_TYPE_INTEGER,   [KEPT_COL_FLAG] = KEPT_TYPE_FLAG,
        [KEPT_COL_TEXT] = KEPT_TYPE_TEXT,         [KEPT_COL_CHOICE] = KEPT_TYPE_TEXT};
    const kept_fact_kind *kind = c->rules->kind;
    e->of = kept_fact_column_find(kind, e->name);
    if (!e->of && c->rules->target && strcmp(e->name, "target") == 0) {
        *e = (kept_expr){.op = KEPT_EXPR_TARGET,
                         .at = e->at,
                         .type = KEPT_TYPE_NUMBER,
                         .places = KEPT_TARGET_PLACES,
                         .constant = true,
                         .exact = true};
        return KEPT_OK;
    }
    if (!e->of) {
        KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
        const char **names = KEPT_NEW_N(&arena, const char *, kind->n_columns);
        if (!names)
            return kept_nomem(c->err);
        for (size_t i = 0; i < kind->n_columns; i++)
            names[i] = kind->columns[i].name;
        const char *near = kept_text_nearest(e->name, names, kind->n_columns);
        return kept_fail(c->err, KEPT_EARG, "%s, character %zu: %s has no column \"%.*s\"%s%s%s",
                         c->rules->what, e->at, kind->name, KEPT_SHOWN(e->name, 60),
                         near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : ".");
    }
    if (!c->in_row)
        return kept_fail(c->err, KEPT_EARG,
                         "%s, character %zu: %s has a value in every row; say which number of all "
                         "rows is meant, as in sum(%s) or count(%s).",
                         c->rules->what, e->at, e->name, e->name, e->name);
    e->type = types[e->of->type];
    e->places = e->type == KEPT_TYPE_MONEY || e->type == KEPT_TYPE_NUMBER ? 4 : 0;
    e->exact = true;
    return KEPT_OK;
}

static kept_status number(const checker *c, kept_expr *e)
{
    kept_decimal a = kept_decimal_shortest(e->number);
    kept_i128 limit = 1;
    for (int i = 0; i < KEPT_EXPR_PLACES_MAX + 10; i++)
        limit *= 10;
    if (a.scale > KEPT_EXPR_PLACES_MAX)
        return kept_fail(c->err, KEPT_EARG,
                         "%s, character %zu: the number has %d decimal places; at most %d are "
                         "allowed.",
                         c->rules->what, e->at, a.scale, (int)KEPT_EXPR_PLACES_MAX);
    if (a.v >= limit)
        return kept_fail(c->err, KEPT_EARG, "%s, character %zu: the number is too large.",
                         c->rules->what, e->at);
    e->number = a;
    e->type = a.scale ? KEPT_TYPE_NUMBER : KEPT_TYPE_INTEGER;
    e->places = a.scale;
    e->constant = true;
    e->exact = true;
    return KEPT_OK;
}

/* A text that stands where a date is needed becomes one. */
static kept_status as_date(const checker *c, kept_expr *e)
{
    if (e->op != KEPT_EXPR_TEXT)
        return KEPT_OK;
    if (!kept_day_read_iso(e->text, strlen(e->text), &e->day))
        return kept_fail(c->err, KEPT_EARG,
                         "%s, character %zu: '%.*s' is no date; write year, month and day, as in "
                         "'2024-03-31'.",
                         c->rules->what, e->at, KEPT_SHOWN(e->text, 40));
    e->op = KEPT_EXPR_DAY;
    e->type = KEPT_TYPE_DATE;
    return KEPT_OK;
}

static kept_status check_choice(const checker *c, const kept_expr *of, const kept_expr *text)
{
    if (of->op != KEPT_EXPR_COLUMN || of->of->type != KEPT_COL_CHOICE || text->op != KEPT_EXPR_TEXT)
        return KEPT_OK;
    for (size_t i = 0; i < of->of->n_choices; i++)
        if (strcmp(of->of->choices[i], text->text) == 0)
            return KEPT_OK;
    const char *near = kept_text_nearest(text->text, of->of->choices, of->of->n_choices);
    return kept_fail(c->err, KEPT_EARG,
                     "%s, character %zu: '%.*s' is never a value of %s; %s '%s'%s.", c->rules->what,
                     text->at, KEPT_SHOWN(text->text, 40), of->name,
                     near ? "did you mean" : "it is one of a list that begins with",
                     near ? near : of->of->choices[0], near ? "?" : "");
}

/* --- Numbers --- */

/* The sort that a sum, a comparison or a choice of two has. False: they do not go together. */
static bool join_types(const kept_expr *a, const kept_expr *b, kept_expr *into)
{
    bool numbers = kept_expr_is_number(a) && kept_expr_is_number(b);
    if (!numbers && a->type != b->type)
        return false;
    if (!numbers)
        into->type = a->type;
    else if (a->type == b->type)
        into->type = a->type;
    else if (a->type == KEPT_TYPE_MONEY || b->type == KEPT_TYPE_MONEY) {
        const kept_expr *other = a->type == KEPT_TYPE_MONEY ? b : a;
        if (!other->constant)
            return false;
        into->type = KEPT_TYPE_MONEY;
    } else {
        into->type = KEPT_TYPE_NUMBER;
    }
    into->places = a->places > b->places ? a->places : b->places;
    into->constant = a->constant && b->constant;
    into->exact = a->exact && b->exact;
    return true;
}

static kept_status check_sum(const checker *c, kept_expr *e)
{
    const char *where = e->op == KEPT_EXPR_ADD ? "+" : "-";
    if (!kept_expr_is_number(e->left))
        return needs(c, e->left, where, "a number");
    if (!kept_expr_is_number(e->right))
        return needs(c, e->right, where, "a number");
    return join_types(e->left, e->right, e) ? KEPT_OK : unlike(c, e, where, e->left, e->right);
}

/* Money times money is nothing, nor is a number over money. */
static kept_status set_product(const checker *c, kept_expr *e, const kept_expr *a,
                               const kept_expr *b, bool divide)
{
    const char *where = divide ? "/" : "*";
    if (!kept_expr_is_number(a))
        return needs(c, a, where, "a number");
    if (!kept_expr_is_number(b))
        return needs(c, b, where, "a number");
    bool left = a->type == KEPT_TYPE_MONEY, right = b->type == KEPT_TYPE_MONEY;
    if (!divide && left && right)
        return kept_fail(c->err, KEPT_EARG,
                         "%s, character %zu: money cannot be multiplied by money.", c->rules->what,
                         e->at);
    if (divide && right && !left)
        return needs(c, b, where, "a number below it when there is a number above it");
    bool whole = a->type == KEPT_TYPE_INTEGER && b->type == KEPT_TYPE_INTEGER;
    if (left != right)
        e->type = KEPT_TYPE_MONEY;
    else
        e->type = whole && !divide ? KEPT_TYPE_INTEGER : KEPT_TYPE_NUMBER;
    e->places = divide ? KEPT_EXPR_PLACES_MAX : a->places + b->places;
    if (e->places > KEPT_EXPR_PLACES_MAX)
        e->places = KEPT_EXPR_PLACES_MAX;
    e->constant = a->constant && b->constant;
    /* Over all rows a quotient is computed once, and not rounded to places. */
    e->exact = a->exact && b->exact && (!divide || c->in_row);
    return KEPT_OK;
}

static kept_status check_negate(const checker *c, kept_expr *e)
{
    if (!kept_expr_is_number(e->left))
        return needs(c, e->left, "-", "a number");
    return join_types(e->left, e->left, e) ? KEPT_OK : KEPT_EINTERNAL;
}

/* --- Conditions --- */

static kept_status need_flag(const checker *c, const kept_expr *e, const char *where)
{
    return e->type == KEPT_TYPE_FLAG ? KEPT_OK : needs(c, e, where, "a condition");
}

/* Two values that are compared, or one that may stand for the other. */
static kept_status pair(const checker *c, kept_expr *e, kept_expr *a, kept_expr *b,
                        const char *where, kept_expr *into)
{
    if (a->type == KEPT_TYPE_DATE)
        KEPT_TRY(as_date(c, b));
    if (b->type == KEPT_TYPE_DATE)
        KEPT_TRY(as_date(c, a));
    KEPT_TRY(check_choice(c, a, b));
    KEPT_TRY(check_choice(c, b, a));
    return join_types(a, b, into) ? KEPT_OK : unlike(c, e, where, a, b);
}

static kept_status check_comparison(const checker *c, kept_expr *e)
{
    kept_expr both = {.type = KEPT_TYPE_NONE};
    bool equality = e->op == KEPT_EXPR_EQ || e->op == KEPT_EXPR_NE;
    KEPT_TRY(pair(c, e, e->left, e->right, "a comparison", &both));
    if (both.type == KEPT_TYPE_CUSTOMER)
        return kept_fail(c->err, KEPT_EARG, "%s, character %zu: customers cannot be compared.",
                         c->rules->what, e->at);
    if (!equality && (both.type == KEPT_TYPE_TEXT || both.type == KEPT_TYPE_FLAG))
        return needs(c, e->left, "< <= > >=", "numbers or dates");
    e->type = KEPT_TYPE_FLAG;
    return KEPT_OK;
}

static bool is_literal(const kept_expr *e)
{
    return e->op == KEPT_EXPR_NUMBER || e->op == KEPT_EXPR_TEXT || e->op == KEPT_EXPR_DAY ||
           (e->op == KEPT_EXPR_NEGATE && e->left->op == KEPT_EXPR_NUMBER);
}

static kept_status check_list(const checker *c, kept_expr *e)
{
    kept_expr both = {.type = KEPT_TYPE_NONE};
    KEPT_TRY(check(c, e->left));
    if (!kept_expr_is_number(e->left) && e->left->type != KEPT_TYPE_TEXT &&
        e->left->type != KEPT_TYPE_DATE)
        return needs(c, e->left, "in", "a number, a text or a date");
    for (size_t i = 0; i < e->n_args; i++) {
        KEPT_TRY(check(c, e->args[i]));
        KEPT_TRY(pair(c, e->args[i], e->left, e->args[i], "in", &both));
        if (!is_literal(e->args[i]))
            return kept_fail(c->err, KEPT_EARG,
                             "%s, character %zu: a list has numbers, texts or dates written out.",
                             c->rules->what, e->args[i]->at);
    }
    e->type = KEPT_TYPE_FLAG;
    return KEPT_OK;
}

/* --- Functions --- */

static kept_status need_date(const checker *c, kept_expr *e, const char *where)
{
    KEPT_TRY(as_date(c, e));
    return e->type == KEPT_TYPE_DATE ? KEPT_OK : needs(c, e, where, "a date");
}

static void set_integer(kept_expr *e)
{
    e->type = KEPT_TYPE_INTEGER;
    e->exact = true;
}

static kept_status check_aggregate(const checker *c, kept_expr *e)
{
    const kept_expr *x = e->n_args ? e->args[0] : NULL;
    const char *name = kept_expr_fn_name(e->fn);
    switch (e->fn) {
    case KEPT_FN_COUNT:
    case KEPT_FN_DISTINCT:
        set_integer(e);
        return KEPT_OK;
    case KEPT_FN_SHARE:
        KEPT_TRY(need_flag(c, x, "share()"));
        e->type = KEPT_TYPE_NUMBER;
        e->places = KEPT_EXPR_PLACES_MAX;
        return KEPT_OK;
    default:
        break;
    }
    bool may_be_date = e->fn == KEPT_FN_MIN || e->fn == KEPT_FN_MAX;
    if (!kept_expr_is_number(x) && !(may_be_date && x->type == KEPT_TYPE_DATE)) {
        KEPT_AUTO_BUF where = KEPT_BUF_INIT;
        kept_buf_printf(&where, "%s()", name);
        return needs(c, x, kept_buf_text(&where), may_be_date ? "a number or a date" : "a number");
    }
    bool between = e->fn == KEPT_FN_MEAN || e->fn == KEPT_FN_MEDIAN;
    e->type = between && x->type == KEPT_TYPE_INTEGER ? KEPT_TYPE_NUMBER : x->type;
    e->places = between ? KEPT_EXPR_PLACES_MAX : x->places;
    e->exact = !between;
    return KEPT_OK;
}

static kept_status check_choice_of(const checker *c, kept_expr *e, size_t first)
{
    kept_expr both = *e->args[first];
    const char *where = e->fn == KEPT_FN_IF ? "if()" : "first_known()";
    /* A date among them makes dates of texts, wherever it stands. */
    for (size_t i = first; i < e->n_args; i++)
        for (size_t j = first; e->args[i]->type == KEPT_TYPE_DATE && j < e->n_args; j++)
            KEPT_TRY(as_date(c, e->args[j]));
    both = *e->args[first];
    for (size_t i = first + 1; i < e->n_args; i++) {
        kept_expr so_far = both;
        if (!join_types(&so_far, e->args[i], &both))
            return unlike(c, e->args[i], where, &so_far, e->args[i]);
    }
    e->type = both.type;
    e->places = both.places;
    e->constant = both.constant;
    e->exact = both.exact;
    return KEPT_OK;
}

static kept_status check_fn(const checker *c, kept_expr *e)
{
    switch (e->fn) {
    case KEPT_FN_DAYS_BETWEEN:
        KEPT_TRY(need_date(c, e->args[0], "days_between()"));
        KEPT_TRY(need_date(c, e->args[1], "days_between()"));
        set_integer(e);
        return KEPT_OK;
    case KEPT_FN_MONTH:
        KEPT_TRY(need_date(c, e->args[0], "month()"));
        set_integer(e);
        return KEPT_OK;
    case KEPT_FN_IF:
        KEPT_TRY(need_flag(c, e->args[0], "if()"));
        return check_choice_of(c, e, 1);
    case KEPT_FN_LOWER:
        if (e->args[0]->type != KEPT_TYPE_TEXT)
            return needs(c, e->args[0], "lower()", "a text");
        e->type = KEPT_TYPE_TEXT;
        return KEPT_OK;
    case KEPT_FN_NUMBER:
        if (e->args[0]->type != KEPT_TYPE_TEXT)
            return needs(c, e->args[0], "number()", "a text");
        e->type = KEPT_TYPE_NUMBER;
        e->places = 4;
        e->exact = true;
        return KEPT_OK;
    case KEPT_FN_FIRST_KNOWN:
        return check_choice_of(c, e, 0);
    case KEPT_FN_RATIO:
        if (c->in_row)
            return kept_fail(c->err, KEPT_EARG,
                             "%s, character %zu: ratio() is of two numbers over all rows, as in "
                             "ratio(sum(a), sum(b)); within a row write a / b.",
                             c->rules->what, e->at);
        return set_product(c, e, e->args[0], e->args[1], true);
    default:
        return check_aggregate(c, e);
    }
}

static kept_status check_call(const checker *c, kept_expr *e)
{
    checker inner = *c;
    if (kept_expr_fn_aggregates(e->fn)) {
        if (c->in_row)
            return kept_fail(c->err, KEPT_EARG,
                             "%s, character %zu: %s() looks at all rows and cannot stand %s.",
                             c->rules->what, e->at, kept_expr_fn_name(e->fn),
                             c->rules->over_rows ? "inside another function that does"
                                                 : "where one row is looked at");
        inner.in_row = true;
    }
    for (size_t i = 0; i < e->n_args; i++)
        KEPT_TRY(check(&inner, e->args[i]));
    return check_fn(c, e);
}

/* --- The tree --- */

static kept_status check_texts(const checker *c, kept_expr *e)
{
    if (e->left->type != KEPT_TYPE_TEXT)
        return needs(c, e->left, "&", "a text");
    if (e->right->type != KEPT_TYPE_TEXT)
        return needs(c, e->right, "&", "a text");
    e->type = KEPT_TYPE_TEXT;
    return KEPT_OK;
}

static kept_status check_both(const checker *c, kept_expr *e)
{
    KEPT_TRY(need_flag(c, e->left, e->op == KEPT_EXPR_AND ? "and" : "or"));
    KEPT_TRY(need_flag(c, e->right, e->op == KEPT_EXPR_AND ? "and" : "or"));
    e->type = KEPT_TYPE_FLAG;
    return KEPT_OK;
}

static kept_status check_operator(const checker *c, kept_expr *e)
{
    switch (e->op) {
    case KEPT_EXPR_ADD:
    case KEPT_EXPR_SUB:
        return check_sum(c, e);
    case KEPT_EXPR_MUL:
    case KEPT_EXPR_DIV:
        return set_product(c, e, e->left, e->right, e->op == KEPT_EXPR_DIV);
    case KEPT_EXPR_NEGATE:
        return check_negate(c, e);
    case KEPT_EXPR_JOIN:
        return check_texts(c, e);
    case KEPT_EXPR_AND:
    case KEPT_EXPR_OR:
        return check_both(c, e);
    case KEPT_EXPR_NOT:
        KEPT_TRY(need_flag(c, e->left, "not"));
        e->type = KEPT_TYPE_FLAG;
        return KEPT_OK;
    case KEPT_EXPR_KNOWN:
        e->type = KEPT_TYPE_FLAG;
        return KEPT_OK;
    default:
        return check_comparison(c, e);
    }
}

static kept_status check(const checker *c, kept_expr *e)
{
    switch (e->op) {
    case KEPT_EXPR_COLUMN:
        return column(c, e);
    case KEPT_EXPR_NUMBER:
        return number(c, e);
    case KEPT_EXPR_TEXT:
        e->type = KEPT_TYPE_TEXT;
        return KEPT_OK;
    case KEPT_EXPR_FLAG:
        e->type = KEPT_TYPE_FLAG;
        return KEPT_OK;
    case KEPT_EXPR_TARGET: /* checked before */
        return KEPT_OK;
    case KEPT_EXPR_AS_OF:
    case KEPT_EXPR_DAY:
        e->type = KEPT_TYPE_DATE;
        return KEPT_OK;
    case KEPT_EXPR_IN:
        return check_list(c, e);
    case KEPT_EXPR_CALL:
        return check_call(c, e);
    default:
        break;
    }
    KEPT_TRY(check(c, e->left));
    if (e->right)
        KEPT_TRY(check(c, e->right));
    return check_operator(c, e);
}

/* Texts are of rows: what comes out of sum(), count() ... is numbers and dates. */
static kept_status refuse_texts(const checker *c, const kept_expr *e)
{
    if (e->op == KEPT_EXPR_CALL && kept_expr_fn_aggregates(e->fn))
        return KEPT_OK;
    if (e->type == KEPT_TYPE_TEXT)
        return kept_fail(c->err, KEPT_EARG,
                         "%s, character %zu: a text can only stand inside count(), share() and "
                         "the like.",
                         c->rules->what, e->at);
    if (e->left)
        KEPT_TRY(refuse_texts(c, e->left));
    if (e->right)
        KEPT_TRY(refuse_texts(c, e->right));
    for (size_t i = 0; i < e->n_args; i++)
        KEPT_TRY(refuse_texts(c, e->args[i]));
    return KEPT_OK;
}

kept_status kept_formula_check(kept_expr *expr, const kept_formula_rules *rules, kept_err *err)
{
    checker c = {.rules = rules, .in_row = !rules->over_rows, .err = err};
    KEPT_TRY(check(&c, expr));
    return rules->over_rows ? refuse_texts(&c, expr) : KEPT_OK;
}

void kept_formula_columns(const kept_expr *expr, const kept_fact_column **columns, size_t *n)
{
    if (expr->op == KEPT_EXPR_KNOWN ||
        (expr->op == KEPT_EXPR_CALL && expr->fn == KEPT_FN_FIRST_KNOWN))
        return;
    if (expr->op == KEPT_EXPR_COLUMN) {
        for (size_t i = 0; i < *n; i++)
            if (columns[i] == expr->of)
                return;
        columns[(*n)++] = expr->of;
    }
    if (expr->left)
        kept_formula_columns(expr->left, columns, n);
    if (expr->right)
        kept_formula_columns(expr->right, columns, n);
    for (size_t i = 0; i < expr->n_args; i++)
        kept_formula_columns(expr->args[i], columns, n);
}
