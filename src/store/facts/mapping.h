/* store/facts/mapping.h - which column of a file fills which column of a kind, and how it is read.
 *
 * Made from what the user wrote (--map), else a saved profile, else the guess by names and values.
 * The order of day and month and the decimal mark are decided from the values and refused when two
 * readings fit the whole column.
 *
 * A source column that is named for one column is not guessed for another; one that is only
 * computed with may be (amount=Price*Quantity leaves quantity=Quantity to be guessed).
 *
 * In --map, `amount=none` leaves a column out that would be guessed, `channel='web'` fills it with
 * a text, `happened_at=Day & ' ' & Time` joins, `amount=Price*Quantity` computes. Rows are read
 * through kept_evaluate_number (MONEY, NUMBER, INTEGER) and kept_evaluate_text (all other types);
 * the text of a WHEN column is then read with kept_when_read under its order. Columns whose names
 * begin with "kept_" (those of a rejects file) are never guessed and not listed as unused. */
#ifndef KEPT_STORE_FACTS_MAPPING_H
#define KEPT_STORE_FACTS_MAPPING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/date.h"
#include "base/number.h"
#include "catalogue/expr.h"
#include "catalogue/fact_kind.h"
#include "kept/arena.h"
#include "kept/err.h"
#include "store/engine/duck.h"
#include "store/facts/source.h"

typedef struct kept_mapping_opts {
    const char *map;     /* --map text; NULL: none. Wins over the profile, the profile over guess */
    const char *profile; /* mapping text of a saved profile; NULL: none */
    const char *date_format; /* "ymd", "dmy", "mdy"; NULL: found, refused when two fit */
    const char *decimal;     /* "." or ","; NULL: found, refused when two fit */
    bool money_needed;       /* false: amount may stay unmapped without a word */
} kept_mapping_opts;

typedef struct kept_mapped {
    const kept_fact_column *column;
    kept_expr *expr;     /* bound to the source's columns */
    const char *written; /* as --map would write it */
    bool guessed;
    kept_date_order order; /* WHEN: how the text of expr is read */
    kept_mark mark;        /* MONEY, NUMBER, INTEGER: for showing; see marks below for reading */
    bool strip_point_zero; /* ids written 17850.0: kept_cell_strip_point_zero for each cell */
} kept_mapped;

typedef struct kept_mapping {
    const kept_fact_kind *kind;
    kept_mapped *mapped; /* in the order of kind->columns; unmapped columns are left out */
    size_t n;
    /* Decimal mark of each column of the source (n = source->n_columns), for the functions of
     * store/facts/evaluate.h: operands of one expression may differ. */
    const kept_mark *marks;
    const char *as_text;       /* --map text that gives this mapping again */
    const char *const *unused; /* source columns that fill nothing */
    size_t n_unused;
} kept_mapping;

/* KEPT_EINPUT: a required column cannot be found (names what was looked for, what the file has, and
 * the --map to write); a date or number column fits two readings (shows a value, names the option).
 * KEPT_EARG: --map names a column the kind or the file does not have (nearest word). */
KEPT_MUST_CHECK kept_status kept_mapping_make(kept_duck *duck, const kept_fact_kind *kind,
                                              const kept_source *source,
                                              const kept_mapping_opts *opts, kept_arena *arena,
                                              kept_mapping **ret_mapping, kept_err *err);

#endif
