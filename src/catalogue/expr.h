/* catalogue/expr.h - the small expression language of import mappings (and later of measures).
 *
 *     amount = Price * Quantity        customer = "Customer ID"        channel = 'web'
 *
 * Names are column names, bare or in double quotes (or [brackets]); texts in single quotes;
 * numbers; + - * / and parentheses; & joins texts. Parsed into one typed tree: evaluated row by
 * row at import (store/facts/evaluate.h), emitted as SQL for engines later. */
#ifndef KEPT_CATALOGUE_EXPR_H
#define KEPT_CATALOGUE_EXPR_H

#include <stddef.h>

#include "base/number.h"
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
} kept_expr_op;

typedef struct kept_expr kept_expr;
struct kept_expr {
    kept_expr_op op;
    const char *name; /* COLUMN */
    size_t column;    /* COLUMN: index in the source, set when bound; SIZE_MAX before */
    kept_decimal number;
    const char *text;
    kept_expr *left, *right;
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
                                           kept_map_item **ret_items, size_t *ret_n,
                                           kept_err *err);
/* One expression alone. */
KEPT_MUST_CHECK kept_status kept_expr_parse(const char *text, kept_arena *arena,
                                            kept_expr **ret_expr, kept_err *err);

#endif
