/* catalogue/expr.h - the small expression language of import mappings and of measures.
 *
 * A mapping computes columns from columns of a file:
 *
 *     amount = Price * Quantity        customer = "Customer ID"        channel = 'web'
 *
 * Names are column names, bare or in double quotes (or [brackets]); a bare name may have several
 * words (Customer ID) and must be quoted when it holds other signs than letters, digits and _ . # $
 * or begins with a digit. Texts stand in single quotes; a quote inside quotes is doubled. Numbers
 * have a decimal point. + - * / and parentheses; & joins texts and binds least.
 *
 * A formula, as measures have it, goes on where a mapping ends:
 *
 *     share(delivered_at <= first_promised_at)      amount > 0 and channel in ('web', 'shop')
 *
 * Bare names are single words there, because and, or, not, in, is, yes, no and as_of are words of
 * the language (a column of such a name stands in double quotes). From loose to tight: or; and;
 * not; = <> < <= > >=, `is known`, `is unknown`, `in (...)`; &; + -; * /. Functions are listed at
 * kept_expr_fn. as_of is the last day that the measure sees; target, in a formula that judges
 * cases, is the target value of the promise.
 *
 * Parsed into one tree: evaluated row by row at import (store/facts/evaluate.h), checked against
 * the columns of a kind of facts (catalogue/expr_type.h) and emitted as SQL (store/measures). */
#ifndef KEPT_CATALOGUE_EXPR_H
#define KEPT_CATALOGUE_EXPR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/number.h"
#include "base/text.h"
#include "kept/arena.h"
#include "kept/err.h"

typedef enum kept_expr_op {
    KEPT_EXPR_COLUMN, /* name */
    KEPT_EXPR_NUMBER, /* number */
    KEPT_EXPR_TEXT,   /* text */
    KEPT_EXPR_ADD,
    KEPT_EXPR_SUB,
    KEPT_EXPR_MUL,
    KEPT_EXPR_DIV,
    KEPT_EXPR_NEGATE, /* left only */
    KEPT_EXPR_JOIN,   /* & */
    /* Formulas only. */
    KEPT_EXPR_FLAG,   /* flag: yes or no */
    KEPT_EXPR_AS_OF,  /* the last day seen */
    KEPT_EXPR_TARGET, /* a column called target that is none, where formulas may ask for it */
    KEPT_EXPR_DAY,    /* day; a text where a date is needed becomes one when it is checked */
    KEPT_EXPR_EQ,
    KEPT_EXPR_NE,
    KEPT_EXPR_LT,
    KEPT_EXPR_LE,
    KEPT_EXPR_GT,
    KEPT_EXPR_GE,
    KEPT_EXPR_AND,
    KEPT_EXPR_OR,
    KEPT_EXPR_NOT,   /* left only */
    KEPT_EXPR_KNOWN, /* left only: left is known */
    KEPT_EXPR_IN,    /* left, and the list in args */
    KEPT_EXPR_CALL,  /* fn and args */
} kept_expr_op;

typedef enum kept_expr_fn {
    KEPT_FN_DAYS_BETWEEN, /* days_between(a, b): from a to b */
    KEPT_FN_MONTH,        /* month(d): 1 to 12 */
    KEPT_FN_IF,           /* if(c, a, b): not known when c is not known */
    KEPT_FN_LOWER,        /* lower(t) */
    KEPT_FN_FIRST_KNOWN,  /* first_known(a, b, ...) */
    KEPT_FN_NUMBER,       /* number(t): the number that a text is; other texts: not known */
    KEPT_FN_RATIO,        /* ratio(a, b): a / b of what was counted or summed up */
    /* Over all rows. */
    KEPT_FN_COUNT,    /* count(): rows; count(x): rows in which x is known */
    KEPT_FN_SUM,      /* sum(x) of the rows in which x is known; none: not known */
    KEPT_FN_MEAN,     /* mean(x) */
    KEPT_FN_MEDIAN,   /* median(x) */
    KEPT_FN_MIN,      /* min(x) */
    KEPT_FN_MAX,      /* max(x) */
    KEPT_FN_SHARE,    /* share(c): of the rows in which c is known, how many have it */
    KEPT_FN_DISTINCT, /* distinct(x): how many different values */
    KEPT_N_FNS,
} kept_expr_fn;

/* What a checked expression is. */
typedef enum kept_expr_type {
    KEPT_TYPE_NONE, /* not checked */
    KEPT_TYPE_NUMBER,
    KEPT_TYPE_MONEY,
    KEPT_TYPE_INTEGER,
    KEPT_TYPE_TEXT,
    KEPT_TYPE_DATE,
    KEPT_TYPE_FLAG, /* a condition */
    KEPT_TYPE_CUSTOMER,
} kept_expr_type;

struct kept_fact_column;

typedef struct kept_expr kept_expr;
struct kept_expr {
    kept_expr_op op;
    const char *name; /* COLUMN */
    size_t column;    /* COLUMN: index in the source, set when bound; SIZE_MAX before */
    kept_decimal number;
    const char *text;
    kept_expr *left, *right;
    /* Formulas only. */
    size_t at; /* place in the formula, in characters from 1 */
    bool flag;
    int32_t day;
    kept_expr_fn fn;
    kept_expr **args;
    size_t n_args;
    /* Set by kept_formula_check. */
    kept_expr_type type;
    int places;    /* decimal places of a number that is exact */
    bool constant; /* a number made of numbers alone: fits money too */
    bool exact;    /* false: a number that engines must not sum (a mean, a quotient of sums) */
    const struct kept_fact_column *of; /* COLUMN */
};

enum {
    KEPT_EXPR_DEPTH_MAX = 50, /* of the tree, so that nobody walking it needs a deep stack */
    KEPT_EXPR_ARGS_MAX = 100, /* of a function or a list */
    KEPT_MAP_ITEMS_MAX = 200,
    KEPT_MAP_BYTES_MAX = 64 * 1024,
    KEPT_FORMULA_BYTES_MAX = 8 * 1024,
};

/* One target of a mapping: "amount=Price*Quantity". */
typedef struct kept_map_item {
    const char *target;
    kept_expr *expr;
    const char *written; /* the expression as written */
} kept_map_item;

/* Parses "target=expr,target=expr". KEPT_EARG names the place (character) and what was expected.
 * At most 200 items, depth 50, 64 KiB. A target given twice is an error. Fuzzed. */
KEPT_MUST_CHECK kept_status kept_map_parse(const char *text, kept_arena *arena,
                                           kept_map_item **ret_items, size_t *ret_n, kept_err *err);
/* One expression of a mapping alone. */
KEPT_MUST_CHECK kept_status kept_expr_parse(const char *text, kept_arena *arena,
                                            kept_expr **ret_expr, kept_err *err);
/* One formula; what names it in messages: "value, character 5: ...". KEPT_EARG as above; at most
 * 8 KiB, depth 50. Fuzzed. */
KEPT_MUST_CHECK kept_status kept_formula_parse(const char *text, const char *what,
                                               kept_arena *arena, kept_expr **ret_expr,
                                               kept_err *err);

/* Writes an expression, or a column name, in the language above: reading it again gives the same
 * tree. The name `none`, a word of import mappings, is quoted. */
void kept_expr_write(const kept_expr *expr, kept_buf *buf);
void kept_expr_write_name(const char *name, kept_buf *buf);
void kept_formula_write(const kept_expr *expr, kept_buf *buf);

const char *kept_expr_fn_name(kept_expr_fn fn); /* "days_between" */
/* True of functions over all rows. */
bool kept_expr_fn_aggregates(kept_expr_fn fn);

#endif
