/* store/measures/emit_expr.h - formulas as SQL, for the statements that compute measures and that
 * judge cases (store/judge). */
#ifndef KEPT_STORE_MEASURES_EMIT_EXPR_H
#define KEPT_STORE_MEASURES_EMIT_EXPR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "store/measures/emit.h"

typedef struct kept_emitter {
    const kept_dialect *dialect;
    kept_buf *sql;
    kept_arena *arena;
    int32_t as_of;
    kept_duck_value *values;
    size_t n_values, room;
    bool failed; /* memory is out: checked once at the end, like the buffer */
} kept_emitter;

/* A checked expression about one row. A number is a decimal of its places. */
void kept_emit_expr(kept_emitter *em, const kept_expr *expr);
/* The same as what a function over all rows takes: a column stands as it is stored, which engines
 * add up faster. */
void kept_emit_summed(kept_emitter *em, const kept_expr *expr);
/* A function over all rows (not median), for a statement that groups them: a row that is there has
 * a value in the column KEPT_ROW_COLUMN, so that an outer join counts right. Means and shares are
 * cut to eight places. */
void kept_emit_aggregate(kept_emitter *em, const kept_expr *call);
/* What formulas that judge cases may ask for besides: a column of DECIMAL(38, KEPT_TARGET_PLACES).
 */
#define KEPT_TARGET_COLUMN "kept_target"
#define KEPT_ROW_COLUMN    "kept_row"
void kept_emit_day(kept_emitter *em, int32_t day);

#endif
