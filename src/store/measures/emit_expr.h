/* store/measures/emit_expr.h - formulas about one row as SQL. Shared by the files of the emitter
 * alone. */
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
void kept_emit_day(kept_emitter *em, int32_t day);

#endif
