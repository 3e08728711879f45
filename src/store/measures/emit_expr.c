#include "store/measures/emit_expr.h"

#include <string.h>

#include "base/date.h"
#include "catalogue/expr_type.h"
#include "store/facts/sql.h"

/* --- Values --- */

static void add_value(kept_emitter *em, const kept_sql_form *form, kept_duck_value value)
{
    if (em->n_values == em->room) {
        size_t room = em->room ? 2 * em->room : 32;
        kept_duck_value *values = KEPT_NEW_N(em->arena, kept_duck_value, room);
        if (!values) {
            em->failed = true;
            return;
        }
        if (em->n_values)
            memcpy(values, em->values, em->n_values * sizeof *values);
        em->values = values;
        em->room = room;
    }
    em->values[em->n_values++] = value;
    kept_buf_add(em->sql, form->before);
    kept_sql_int(em->sql, "$", (int64_t)em->n_values, "");
    kept_buf_add(em->sql, form->after);
}

void kept_emit_day(kept_emitter *em, int32_t day)
{
    add_value(em, &em->dialect->date_value, KEPT_DV_DAY(day));
}

static void add_number(kept_emitter *em, const kept_expr *e)
{
    static const kept_sql_form bare = {"", "", ""};
    char written[48];
    kept_decimal_write(e->number, written);
    const char *text = kept_arena_strdup(em->arena, written);
    em->failed = em->failed || !text;
    kept_buf_add(em->sql, em->dialect->decimal.before);
    add_value(em, &bare, KEPT_DV_TEXT(text));
    kept_sql_int(em->sql, em->dialect->decimal.between, e->places, em->dialect->decimal.after);
}

/* --- Numbers --- */

static void open_decimal(kept_emitter *em)
{
    kept_buf_add(em->sql, em->dialect->decimal.before);
}

static void close_decimal(kept_emitter *em, int places)
{
    kept_sql_int(em->sql, em->dialect->decimal.between, places, em->dialect->decimal.after);
}

/* A number with as many places as another has that it meets; anything else as it is. */
static void add_with_places(kept_emitter *em, const kept_expr *e, int places)
{
    bool change = kept_expr_is_number(e) && e->places != places;
    if (change)
        open_decimal(em);
    kept_emit_expr(em, e);
    if (change)
        close_decimal(em, places);
}

static void add_sum(kept_emitter *em, const kept_expr *e)
{
    open_decimal(em);
    add_with_places(em, e->left, e->places);
    kept_buf_add(em->sql, e->op == KEPT_EXPR_ADD ? " + " : " - ");
    add_with_places(em, e->right, e->places);
    close_decimal(em, e->places);
}

static void add_product(kept_emitter *em, const kept_expr *e)
{
    open_decimal(em);
    kept_emit_expr(em, e->left);
    kept_buf_add(em->sql, " * ");
    kept_emit_expr(em, e->right);
    close_decimal(em, e->places);
}

static void add_power(kept_emitter *em, int places)
{
    open_decimal(em);
    kept_buf_add(em->sql, "1");
    for (int i = 0; i < places; i++)
        kept_buf_add(em->sql, "0");
    close_decimal(em, 0);
}

/* A number as whole ten-to-the-places. */
static void add_scaled(kept_emitter *em, const kept_expr *e, int places)
{
    kept_buf_add(em->sql, em->dialect->whole.before);
    kept_emit_expr(em, e);
    kept_buf_add(em->sql, " * ");
    add_power(em, places);
    kept_buf_add(em->sql, em->dialect->whole.after);
}

/* a / b to eight places, cut: whole numbers are divided, so that no engine rounds in its own way.
 */
static void add_quotient(kept_emitter *em, const kept_expr *left, const kept_expr *right)
{
    enum { PLACES = KEPT_EXPR_PLACES_MAX };
    const kept_dialect *d = em->dialect;
    int places = right->places;
    open_decimal(em);
    open_decimal(em);
    kept_buf_add(em->sql, d->quotient.before);
    add_scaled(em, left, PLACES + places);
    kept_buf_add(em->sql, d->quotient.between);
    add_scaled(em, right, places);
    kept_buf_add(em->sql, d->quotient.after);
    close_decimal(em, 0);
    kept_buf_add(em->sql, " * ");
    open_decimal(em);
    kept_buf_add(em->sql, "0.00000001");
    close_decimal(em, PLACES);
    close_decimal(em, PLACES);
}

/* --- Conditions --- */

static void add_comparison(kept_emitter *em, const kept_expr *e)
{
    static const char *const signs[] = {
        [KEPT_EXPR_EQ] = " = ",  [KEPT_EXPR_NE] = " <> ", [KEPT_EXPR_LT] = " < ",
        [KEPT_EXPR_LE] = " <= ", [KEPT_EXPR_GT] = " > ",  [KEPT_EXPR_GE] = " >= "};
    int places = e->left->places > e->right->places ? e->left->places : e->right->places;
    kept_buf_add(em->sql, "(");
    add_with_places(em, e->left, places);
    kept_buf_add(em->sql, signs[e->op]);
    add_with_places(em, e->right, places);
    kept_buf_add(em->sql, ")");
}

static void add_in(kept_emitter *em, const kept_expr *e)
{
    int places = e->left->places;
    for (size_t i = 0; i < e->n_args; i++)
        places = e->args[i]->places > places ? e->args[i]->places : places;
    kept_buf_add(em->sql, "(");
    add_with_places(em, e->left, places);
    for (size_t i = 0; i < e->n_args; i++) {
        kept_buf_add(em->sql, i ? ", " : " IN (");
        add_with_places(em, e->args[i], places);
    }
    kept_buf_add(em->sql, "))");
}

static void add_both(kept_emitter *em, const kept_expr *e)
{
    kept_buf_add(em->sql, "(");
    kept_emit_expr(em, e->left);
    kept_buf_add(em->sql, e->op == KEPT_EXPR_AND ? " AND " : " OR ");
    kept_emit_expr(em, e->right);
    kept_buf_add(em->sql, ")");
}

static void add_around(kept_emitter *em, const char *before, const kept_expr *e, const char *after)
{
    kept_buf_add(em->sql, before);
    kept_emit_expr(em, e);
    kept_buf_add(em->sql, after);
}

/* --- Functions --- */

static void add_form(kept_emitter *em, const kept_sql_form *form, const kept_expr *e)
{
    kept_buf_add(em->sql, form->before);
    for (size_t i = 0; i < e->n_args; i++) {
        kept_buf_add(em->sql, i ? form->between : "");
        add_with_places(em, e->args[i], kept_expr_is_number(e) ? e->places : 0);
    }
    kept_buf_add(em->sql, form->after);
}

/* A condition that is not known gives neither of the two. It is written once: nested ones would
 * double with every level. */
static void add_if(kept_emitter *em, const kept_expr *e)
{
    add_around(em, "CASE ", e->args[0], " WHEN TRUE THEN ");
    add_with_places(em, e->args[1], e->places);
    kept_buf_add(em->sql, " WHEN FALSE THEN ");
    add_with_places(em, e->args[2], e->places);
    kept_buf_add(em->sql, " END");
}

/* Whole numbers that an engine gives are decimals from here on, as all numbers are. */
static void add_whole(kept_emitter *em, const kept_sql_form *form, const kept_expr *e)
{
    open_decimal(em);
    add_form(em, form, e);
    close_decimal(em, 0);
}

static void add_call(kept_emitter *em, const kept_expr *e)
{
    const kept_dialect *d = em->dialect;
    switch (e->fn) {
    case KEPT_FN_DAYS_BETWEEN:
        add_whole(em, &d->days_between, e);
        break;
    case KEPT_FN_MONTH:
        add_whole(em, &d->month, e);
        break;
    case KEPT_FN_IF:
        add_if(em, e);
        break;
    case KEPT_FN_LOWER:
        add_form(em, &d->lower, e);
        break;
    case KEPT_FN_FIRST_KNOWN:
        add_form(em, &d->first_known, e);
        break;
    case KEPT_FN_NUMBER:
        add_form(em, &d->number, e);
        break;
    case KEPT_FN_RATIO:
        add_quotient(em, e->args[0], e->args[1]);
        break;
    default:
        kept_emit_aggregate(em, e);
    }
}

/* --- The tree --- */

void kept_emit_expr(kept_emitter *em, const kept_expr *e)
{
    const kept_dialect *d = em->dialect;
    switch (e->op) {
    case KEPT_EXPR_COLUMN:
        if (kept_expr_is_number(e))
            open_decimal(em);
        kept_sql_name(em->sql, "", e->of->name, "");
        if (kept_expr_is_number(e))
            close_decimal(em, e->places);
        break;
    case KEPT_EXPR_NUMBER:
        add_number(em, e);
        break;
    case KEPT_EXPR_TEXT:
        add_value(em, &d->text_value, KEPT_DV_TEXT(e->text));
        break;
    case KEPT_EXPR_FLAG:
        kept_buf_add(em->sql, e->flag ? d->yes : d->no);
        break;
    case KEPT_EXPR_AS_OF:
        kept_emit_day(em, em->as_of);
        break;
    case KEPT_EXPR_TARGET:
        open_decimal(em);
        kept_buf_add(em->sql, KEPT_TARGET_COLUMN);
        close_decimal(em, e->places);
        break;
    case KEPT_EXPR_DAY:
        kept_emit_day(em, e->day);
        break;
    case KEPT_EXPR_ADD:
    case KEPT_EXPR_SUB:
        add_sum(em, e);
        break;
    case KEPT_EXPR_MUL:
        add_product(em, e);
        break;
    case KEPT_EXPR_DIV:
        add_quotient(em, e->left, e->right);
        break;
    case KEPT_EXPR_NEGATE:
        add_around(em, "(-", e->left, ")");
        break;
    case KEPT_EXPR_JOIN:
        add_around(em, d->joined.before, e->left, d->joined.between);
        add_around(em, "", e->right, d->joined.after);
        break;
    case KEPT_EXPR_AND:
    case KEPT_EXPR_OR:
        add_both(em, e);
        break;
    case KEPT_EXPR_NOT:
        add_around(em, "(NOT ", e->left, ")");
        break;
    case KEPT_EXPR_KNOWN:
        add_around(em, "(", e->left, " IS NOT NULL)");
        break;
    case KEPT_EXPR_IN:
        add_in(em, e);
        break;
    case KEPT_EXPR_CALL:
        add_call(em, e);
        break;
    default:
        add_comparison(em, e);
    }
}

void kept_emit_summed(kept_emitter *em, const kept_expr *e)
{
    if (e->op == KEPT_EXPR_COLUMN)
        kept_sql_name(em->sql, "", e->of->name, "");
    else
        kept_emit_expr(em, e);
}
