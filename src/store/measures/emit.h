/* store/measures/emit.h - measures as SQL: one typed tree, one emitter, a table per engine.
 *
 * Values reach the statement as parameters; names are those of declared columns. What is not known
 * stays so: a comparison with it is neither true nor false, a row with such a condition counts in
 * no share, and where nothing was added up the sum is NULL and not 0. Sums are of integers and
 * decimals and fail rather than wrap; a quotient within a row is exact to eight places, and NULL
 * when it is by 0. What is computed from sums and counts is computed in C (evaluate.h). */
#ifndef KEPT_STORE_MEASURES_EMIT_H
#define KEPT_STORE_MEASURES_EMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "catalogue/measure.h"
#include "kept/arena.h"
#include "kept/err.h"
#include "store/engine/duck.h"

/* How one thing is written: what stands before, between and behind its parts. */
typedef struct kept_sql_form {
    const char *before, *between, *after;
} kept_sql_form;

typedef struct kept_dialect {
    const char *name;
    const char *yes, *no, *nobody; /* nobody: the subject of the firm */
    kept_sql_form text_value, date_value;
    kept_sql_form
        decimal;         /* a number and its places: exact, 38 digits; fails when it is too large */
    kept_sql_form whole; /* the same as a whole number */
    kept_sql_form quotient; /* of whole numbers, cut to whole; by 0: NULL */
    kept_sql_form days_between, month, lower, first_known, joined;
    kept_sql_form number;    /* the number that a text is, else NULL */
    kept_sql_form period[4]; /* first day of the month, quarter, year (kept_measure_period) */
    kept_sql_form count, distinct, sum, min, max;
    kept_sql_form middle; /* a value with half of the others on either side */
} kept_dialect;

extern const kept_dialect kept_dialect_duck;

/* What comes back for a function over all rows: one column or two. */
typedef enum kept_slot_type {
    KEPT_SLOT_COUNT,   /* BIGINT */
    KEPT_SLOT_DECIMAL, /* 128 bits, `places` of them behind the point */
    KEPT_SLOT_DAY,     /* DATE */
} kept_slot_type;

typedef struct kept_slot {
    const kept_expr *call; /* the function that it is of */
    kept_slot_type type;
    int places;
} kept_slot;

typedef struct kept_emit_ask {
    int32_t start, end; /* days of the window; start KEPT_DAY_MIN: since ever */
    int32_t as_of;
    bool by_period; /* by calendar period rather than the window as one */
} kept_emit_ask;

/* Columns of the result, sorted by the first two:
 *   subject  UBIGINT, key of the customer; 0: the firm; NULL: rows of no customer
 *   period   DATE, its first day; NULL: not by period, or rows before the window
 *   rows     BIGINT, in the window
 *   covered  BIGINT, of these the ones of which all is known that must be
 *   n        BIGINT, of these the ones that count
 * and one for each slot. */
enum { KEPT_EMIT_FIXED = 5 };

typedef struct kept_emitted {
    const char *sql;
    const kept_duck_value *values;
    size_t n_values;
    const kept_slot *slots;
    size_t n_slots;
} kept_emitted;

/* measure is computed (no made_by) and checked. KEPT_ENOMEM alone. */
KEPT_MUST_CHECK kept_status kept_measure_emit(const kept_dialect *dialect,
                                              const kept_measure *measure, const kept_emit_ask *ask,
                                              kept_arena *arena, kept_emitted *ret_emitted,
                                              kept_err *err);

#endif
