/* Functions over all rows inside a statement that groups them: conditions on what a period comes
 * to. (Values of measures are computed in C from what the engine counts and adds up.) */
#include "catalogue/expr_type.h"
#include "store/facts/sql.h"
#include "store/measures/emit_expr.h"

static void add_counted(kept_emitter *em, const kept_sql_form *form, const kept_expr *x)
{
    kept_buf_add(em->sql, form->before);
    if (x)
        kept_emit_expr(em, x);
    else
        kept_buf_add(em->sql, KEPT_ROW_COLUMN);
    kept_buf_add(em->sql, form->after);
}

/* A whole number as numbers are written here. */
static void add_count(kept_emitter *em, const kept_sql_form *form, const kept_expr *x)
{
    kept_buf_add(em->sql, em->dialect->decimal.before);
    add_counted(em, form, x);
    kept_sql_int(em->sql, em->dialect->decimal.between, 0, em->dialect->decimal.after);
}

static void add_extreme(kept_emitter *em, const kept_sql_form *form, const kept_expr *x, int places)
{
    const kept_dialect *d = em->dialect;
    bool number = kept_expr_is_number(x);
    kept_buf_add(em->sql, number ? d->decimal.before : "");
    kept_buf_add(em->sql, form->before);
    kept_emit_expr(em, x);
    kept_buf_add(em->sql, form->after);
    if (number)
        kept_sql_int(em->sql, d->decimal.between, places, d->decimal.after);
}

/* Behind a whole number that stands for ten to the eight times as much. */
static void close_quotient(kept_emitter *em)
{
    const kept_dialect *d = em->dialect;
    kept_sql_int(em->sql, d->decimal.between, 0, d->decimal.after);
    kept_buf_add(em->sql, " * ");
    kept_buf_add(em->sql, d->decimal.before);
    kept_buf_add(em->sql, "0.00000001");
    kept_sql_int(em->sql, d->decimal.between, KEPT_EXPR_PLACES_MAX, d->decimal.after);
    kept_sql_int(em->sql, d->decimal.between, KEPT_EXPR_PLACES_MAX, d->decimal.after);
}

static void open_quotient(kept_emitter *em)
{
    const kept_dialect *d = em->dialect;
    kept_buf_add(em->sql, d->decimal.before);
    kept_buf_add(em->sql, d->decimal.before);
    kept_buf_add(em->sql, d->quotient.before);
    kept_buf_add(em->sql, d->whole.before);
}

static void divide_by_count(kept_emitter *em, const kept_expr *x)
{
    const kept_dialect *d = em->dialect;
    kept_buf_add(em->sql, " * 100000000");
    kept_buf_add(em->sql, d->whole.after);
    kept_buf_add(em->sql, d->quotient.between);
    kept_buf_add(em->sql, d->whole.before);
    add_counted(em, &d->count, x);
    kept_buf_add(em->sql, d->whole.after);
    kept_buf_add(em->sql, d->quotient.after);
    close_quotient(em);
}

void kept_emit_aggregate(kept_emitter *em, const kept_expr *call)
{
    const kept_dialect *d = em->dialect;
    const kept_expr *x = call->n_args ? call->args[0] : NULL;
    switch (call->fn) {
    case KEPT_FN_COUNT:
        add_count(em, &d->count, x);
        break;
    case KEPT_FN_DISTINCT:
        add_count(em, &d->distinct, x);
        break;
    case KEPT_FN_SUM:
        add_extreme(em, &d->sum, x, call->places);
        break;
    case KEPT_FN_MIN:
        add_extreme(em, &d->min, x, call->places);
        break;
    case KEPT_FN_MAX:
        add_extreme(em, &d->max, x, call->places);
        break;
    case KEPT_FN_MEAN:
        open_quotient(em);
        add_extreme(em, &d->sum, x, x->places);
        divide_by_count(em, x);
        break;
    case KEPT_FN_SHARE:
        open_quotient(em);
        kept_buf_add(em->sql, d->count.before);
        kept_buf_add(em->sql, "CASE WHEN ");
        kept_emit_expr(em, x);
        kept_buf_add(em->sql, " THEN 1 END");
        kept_buf_add(em->sql, d->count.after);
        divide_by_count(em, x);
        break;
    default: /* a median is refused where measures are read */
        em->failed = true;
    }
}
