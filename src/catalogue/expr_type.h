/* catalogue/expr_type.h - checks a formula against the columns of a kind of facts.
 *
 * Every node gets its type. Money is added to money only; a number written out fits both; money
 * times a number is money; money over money is a number. Numbers keep their decimal places:
 * columns of money and numbers have four, a product at most eight, a quotient eight. A text that
 * stands where a date is needed must be one (2024-03-31) and becomes one. */
#ifndef KEPT_CATALOGUE_EXPR_TYPE_H
#define KEPT_CATALOGUE_EXPR_TYPE_H

#include "catalogue/expr.h"
#include "catalogue/fact_kind.h"

enum { KEPT_EXPR_PLACES_MAX = 8, KEPT_TARGET_PLACES = 6 };

typedef struct kept_formula_rules {
    const char *what; /* names the formula in messages: "value" */
    const kept_fact_kind *kind;
    /* Over all rows: columns stand inside count(), sum() ... alone, and what they give is computed
     * with outside. Otherwise the formula is about one row, and those functions are refused. */
    bool over_rows;
    bool target; /* the word target stands for the target value of a promise */
} kept_formula_rules;

/* KEPT_EARG names the character, what was found, what is needed and the nearest column. */
KEPT_MUST_CHECK kept_status kept_formula_check(kept_expr *expr, const kept_formula_rules *rules,
                                               kept_err *err);

/* "a number", "a date", "a condition". */
const char *kept_expr_type_words(kept_expr_type type);
bool kept_expr_is_number(const kept_expr *expr); /* number, money or integer */

/* Adds to columns (room for kind->n_columns, *n of them so far) those that a checked formula needs
 * to be known: all but the ones it asks about (is known, first_known). */
void kept_formula_columns(const kept_expr *expr, const kept_fact_column **columns, size_t *n);

#endif
