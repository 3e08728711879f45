/* catalogue/expr.h - the small expression language of import mappings (and later of measures).
 *
 *     amount = Price * Quantity        customer = "Customer ID"        channel = 'web'
 *
 * Names are column names, bare or in double quotes (or [brackets]); a bare name may have several
 * words (Customer ID) and must be quoted when it holds other signs than letters, digits and _ . # $
 * or begins with a digit. Texts stand in single quotes; a quote inside quotes is doubled. Numbers
 * have a decimal point. + - * / and parentheses; & joins texts and binds least.
 *
 * Parsed into one typed tree: evaluated row by row at import (store/facts/evaluate.h), emitted as
 * SQL for engines later. */
#ifndef KEPT_CATALOGUE_EXPR_H
#define KEPT_CATALOGUE_EXPR_H

#include <stddef.h>

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

enum {
    KEPT_EXPR_DEPTH_MAX = 50, /* of the tree, so that nobody walking it needs a deep stack */
    KEPT_MAP_ITEMS_MAX = 200,
    KEPT_MAP_BYTES_MAX = 64 * 1024,
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
/* One expression alone. */
KEPT_MUST_CHECK kept_status kept_expr_parse(const char *text, kept_arena *arena,
                                            kept_expr **ret_expr, kept_err *err);

/* Writes an expression, or a column name, in the language above: reading it again gives the same
 * tree. The name `none`, a word of import mappings, is quoted. */
void kept_expr_write(const kept_expr *expr, kept_buf *buf);
void kept_expr_write_name(const char *name, kept_buf *buf);

#endif
