/* store/facts/evaluate.h - the value of a mapping's expression in one row of text cells.
 *
 * For the inner loop of an import: nothing is allocated, except that texts joined with & go into a
 * scratch buffer of the caller's. Blanks around a cell never count; a cell of blanks is empty. An
 * empty operand makes the result empty; a bad operand makes it bad, also beside an empty one. */
#ifndef KEPT_STORE_FACTS_EVALUATE_H
#define KEPT_STORE_FACTS_EVALUATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/number.h"
#include "base/text.h"
#include "catalogue/expr.h"

typedef struct kept_cell {
    const char *text; /* not terminated; may be NULL when len is 0 */
    size_t len;
} kept_cell;

typedef enum kept_fault {
    KEPT_FAULT_NONE = 0,
    KEPT_FAULT_NOT_NUMBER,
    KEPT_FAULT_TOO_LARGE,
    KEPT_FAULT_BY_ZERO,
    KEPT_FAULT_TOO_LONG, /* joined text beyond the limit of the scratch buffer */
} kept_fault;

/* Why there is no value. */
typedef struct kept_eval_fault {
    kept_fault fault;
    size_t column;  /* source column of the bad cell; SIZE_MAX: none in particular */
    kept_cell cell; /* the bad cell, trimmed */
} kept_eval_fault;

typedef enum kept_eval {
    KEPT_EVAL_VALUE,
    KEPT_EVAL_EMPTY,
    KEPT_EVAL_BAD,
} kept_eval;

/* cells and marks are indexed by source column; expr is bound (kept_expr.column).
 * *ret is set for KEPT_EVAL_VALUE, *ret_fault for KEPT_EVAL_BAD only. */
kept_eval kept_evaluate_number(const kept_expr *expr, const kept_cell *cells,
                               const kept_mark *marks, kept_decimal *ret,
                               kept_eval_fault *ret_fault);
/* The text of a bare column is the cell itself, trimmed. Computed texts stand in scratch, which is
 * cleared first, until the next call. */
kept_eval kept_evaluate_text(const kept_expr *expr, const kept_cell *cells, const kept_mark *marks,
                             kept_buf *scratch, kept_cell *ret, kept_eval_fault *ret_fault);

kept_cell kept_cell_trim(kept_cell cell);
/* "17850.0" without ".0" when the rest is a whole number; any other cell as it is. */
kept_cell kept_cell_strip_point_zero(kept_cell cell);

/* Yes or no as people and systems of several languages write it; false when it is neither. */
bool kept_cell_flag(kept_cell cell, bool *ret_yes);

/* "'abc' in column Price is not a number"; column_name is that of fault->column. */
void kept_eval_reason(const kept_eval_fault *fault, const char *column_name, kept_buf *buf);

#endif
