#include "store/measures/emit.h"

#include "base/date.h"
#include "base/text.h"
#include "catalogue/expr_type.h"
#include "store/facts/sql.h"
#include "store/measures/emit_expr.h"

/* The statement has three layers. The innermost adds to each row the day that it counts for and
 * whether it is known; the next whether the row lies in the window and meets the condition; the
 * third computes what is added up, in the rows that count alone, so that a value that does not fit
 * in a row outside the window does no harm. Names that begin with kept_ are no columns' names. */

const kept_dialect kept_dialect_duck = {
    .name = "duckdb",
    .yes = "TRUE",
    .no = "FALSE",
    .nobody = "CAST(0 AS UBIGINT)",
    .text_value = {"CAST(", "", " AS VARCHAR)"},
    .date_value = {"CAST(", "", " AS DATE)"},
    .decimal = {"CAST(", " AS DECIMAL(38,", "))"},
    .whole = {"CAST(", "", " AS HUGEINT)"},
    .quotient = {"(", " // nullif(", ", 0))"},
    .days_between = {"CAST(date_diff('day', ", ", ", ") AS BIGINT)"},
    .month = {"CAST(month(", "", ") AS BIGINT)"},
    .lower = {"lower(", "", ")"},
    /* The engine's own cast would take 1e3 for a number too, and round. */
    .number = {"TRY_CAST(regexp_extract(trim(", "",
               "), '^[-+]?[0-9]{1,14}([.][0-9]{1,4})?$') AS DECIMAL(38,4))"},
    .first_known = {"coalesce(", ", ", ")"},
    .joined = {"(", " || ", ")"},
    .period = {{"", "", ""},
               {"CAST(date_trunc('month', ", "", ") AS DATE)"},
               {"CAST(date_trunc('quarter', ", "", ") AS DATE)"},
               {"CAST(date_trunc('year', ", "", ") AS DATE)"}},
    .count = {"count(", "", ")"},
    .distinct = {"count(DISTINCT ", "", ")"},
    .sum = {"sum(", "", ")"},
    .min = {"min(", "", ")"},
    .max = {"max(", "", ")"},
    .middle = {"quantile_disc(", "", ", 0.5)"},
};

/* --- Slots: the columns of functions over all rows --- */

static size_t count_calls(const kept_expr *e)
{
    if (e->op == KEPT_EXPR_CALL && kept_expr_fn_aggregates(e->fn))
        return 1;
    size_t n = (e->left ? count_calls(e->left) : 0) + (e->right ? count_calls(e->right) : 0);
    for (size_t i = 0; i < e->n_args; i++)
        n += count_calls(e->args[i]);
    return n;
}

static void list_calls(const kept_expr *e, const kept_expr **calls, size_t *n)
{
    if (e->op == KEPT_EXPR_CALL && kept_expr_fn_aggregates(e->fn)) {
        calls[(*n)++] = e;
        return;
    }
    if (e->left)
        list_calls(e->left, calls, n);
    if (e->right)
        list_calls(e->right, calls, n);
    for (size_t i = 0; i < e->n_args; i++)
        list_calls(e->args[i], calls, n);
}

static size_t add_slots(const kept_expr *call, kept_slot *slots)
{
    const kept_expr *x = call->n_args ? call->args[0] : NULL;
    kept_slot count = {call, KEPT_SLOT_COUNT, 0};
    kept_slot number = {call, KEPT_SLOT_DECIMAL, x ? x->places : 0};
    if (x && x->type == KEPT_TYPE_DATE)
        number.type = KEPT_SLOT_DAY;
    switch (call->fn) {
    case KEPT_FN_COUNT:
        slots[0] = count;
        return 1;
    case KEPT_FN_SHARE:
    case KEPT_FN_DISTINCT:
        slots[0] = slots[1] = count;
        return 2;
    case KEPT_FN_MEAN:
        slots[0] = number;
        slots[1] = count;
        return 2;
    case KEPT_FN_MEDIAN:
        slots[0] = slots[1] = number;
        return 2;
    default:
        slots[0] = number;
        return 1;
    }
}

/* --- The layers --- */

static void add_call_name(kept_buf *sql, size_t i)
{
    kept_sql_int(sql, "kept_x", (int64_t)i, "");
}

static void add_day(kept_emitter *em, const kept_measure *m)
{
    const char *own = m->facts->time;
    if (m->time) {
        kept_buf_add(em->sql, own ? em->dialect->first_known.before : "");
        kept_emit_expr(em, m->time);
        if (own) {
            kept_sql_name(em->sql, em->dialect->first_known.between, own, "");
            kept_buf_add(em->sql, em->dialect->first_known.after);
        }
    } else if (own) {
        kept_sql_name(em->sql, "", own, "");
    } else {
        kept_buf_add(em->sql, "NULL");
    }
    kept_buf_add(em->sql, " AS kept_day, ");
    if (m->time) {
        kept_buf_add(em->sql, "(");
        kept_emit_expr(em, m->time);
        kept_buf_add(em->sql, " IS NOT NULL)");
    } else {
        kept_buf_add(em->sql, em->dialect->yes);
    }
    kept_buf_add(em->sql, " AS kept_timed");
}

/* Is the row's day in the window? A window since ever also has the rows without a day. */
static void add_inside(kept_emitter *em, const kept_measure *m, const kept_emit_ask *ask)
{
    if (!m->facts->time && !m->time) {
        kept_buf_add(em->sql, em->dialect->yes);
        return;
    }
    bool ever = ask->start == KEPT_DAY_MIN;
    kept_buf_add(em->sql, ever ? "(kept_day IS NULL OR kept_day <= " : "(kept_day <= ");
    kept_emit_day(em, ask->end);
    if (!ever) {
        kept_buf_add(em->sql, " AND kept_day >= ");
        kept_emit_day(em, ask->start);
    }
    kept_buf_add(em->sql, ")");
}

static void add_condition_layer(kept_emitter *em, const kept_measure *m, const kept_emit_ask *ask)
{
    kept_buf_add(em->sql, "SELECT *, ");
    add_inside(em, m, ask);
    kept_buf_add(em->sql, " AS kept_in, ");
    if (m->where) {
        kept_buf_add(em->sql, "CASE WHEN ");
        add_inside(em, m, ask);
        kept_buf_add(em->sql, " THEN ");
        kept_emit_expr(em, m->where);
        kept_buf_add(em->sql, " END");
    } else {
        kept_buf_add(em->sql, em->dialect->yes);
    }
    kept_buf_add(em->sql, " AS kept_if FROM (SELECT *, ");
    add_day(em, m);
    kept_sql_name(em->sql, " FROM ", m->facts->name, ") kept_dated");
}

static void add_needs(kept_buf *sql, const kept_measure *m)
{
    kept_buf_add(sql, "(kept_if");
    for (size_t i = 0; i < m->n_needs; i++)
        kept_sql_name(sql, " AND ", m->needs[i]->name, " IS NOT NULL");
    kept_buf_add(sql, ")");
}

static void add_value_layer(kept_emitter *em, const kept_measure *m, const kept_emit_ask *ask,
                            const kept_expr *const *calls, size_t n)
{
    static const char counts[] = "CASE WHEN kept_in AND kept_timed AND kept_if THEN ";
    const kept_sql_form *period = &em->dialect->period[m->periods];
    kept_buf_add(em->sql, "SELECT ");
    kept_buf_add(em->sql, m->per == KEPT_PER_CUSTOMER ? "customer" : em->dialect->nobody);
    kept_buf_add(em->sql, " AS kept_subject, CASE WHEN kept_in THEN ");
    if (ask->by_period) {
        kept_buf_add(em->sql, period->before);
        kept_buf_add(em->sql, "kept_day");
        kept_buf_add(em->sql, period->after);
    } else {
        kept_buf_add(em->sql, em->dialect->date_value.before);
        kept_buf_add(em->sql, "NULL");
        kept_buf_add(em->sql, em->dialect->date_value.after);
    }
    kept_buf_add(em->sql, " END AS kept_period, CASE WHEN kept_in THEN 1 END AS kept_rows, "
                          "CASE WHEN kept_in AND kept_timed AND (NOT kept_if OR ");
    add_needs(em->sql, m);
    kept_buf_add(em->sql, ") THEN 1 END AS kept_covered, CASE WHEN kept_in AND kept_timed AND ");
    add_needs(em->sql, m);
    kept_buf_add(em->sql, " THEN 1 END AS kept_n");
    for (size_t i = 0; i < n; i++) {
        kept_buf_add(em->sql, ", ");
        kept_buf_add(em->sql, counts);
        if (calls[i]->n_args)
            kept_emit_summed(em, calls[i]->args[0]);
        else
            kept_buf_add(em->sql, "1");
        kept_buf_add(em->sql, " END AS ");
        add_call_name(em->sql, i);
    }
    kept_buf_add(em->sql, " FROM (");
    add_condition_layer(em, m, ask);
    kept_buf_add(em->sql, ") kept_asked");
    if (m->facts->time || m->time) {
        kept_buf_add(em->sql, " WHERE kept_day IS NULL OR kept_day <= ");
        kept_emit_day(em, ask->end);
    }
}

static void add_form(kept_buf *sql, const kept_sql_form *form, const char *sign, size_t call,
                     const char *behind)
{
    kept_buf_add(sql, form->before);
    kept_buf_add(sql, sign);
    add_call_name(sql, call);
    kept_buf_add(sql, behind);
    kept_buf_add(sql, form->after);
}

/* An exact number, whatever the engine makes of the sum or the smallest of them. */
static void add_decimal(kept_emitter *em, const kept_sql_form *form, bool turned, size_t call,
                        const kept_slot *slot)
{
    const kept_dialect *d = em->dialect;
    bool is_day = slot->type == KEPT_SLOT_DAY;
    kept_buf_add(em->sql, is_day ? "" : d->decimal.before);
    kept_buf_add(em->sql, turned ? "-" : "");
    add_form(em->sql, form, turned ? "-" : "", call, "");
    if (!is_day)
        kept_sql_int(em->sql, d->decimal.between, slot->places, d->decimal.after);
}

static void add_columns(kept_emitter *em, const kept_expr *call, size_t i, const kept_slot *slot)
{
    const kept_dialect *d = em->dialect;
    kept_buf_add(em->sql, ", ");
    switch (call->fn) {
    case KEPT_FN_COUNT:
        add_form(em->sql, &d->count, "", i, "");
        break;
    case KEPT_FN_SHARE:
        add_form(em->sql, &d->count, "CASE WHEN ", i, " THEN 1 END");
        kept_buf_add(em->sql, ", ");
        add_form(em->sql, &d->count, "", i, "");
        break;
    case KEPT_FN_DISTINCT:
        add_form(em->sql, &d->distinct, "", i, "");
        kept_buf_add(em->sql, ", ");
        add_form(em->sql, &d->count, "", i, "");
        break;
    case KEPT_FN_MEAN:
        add_decimal(em, &d->sum, false, i, slot);
        kept_buf_add(em->sql, ", ");
        add_form(em->sql, &d->count, "", i, "");
        break;
    case KEPT_FN_MEDIAN: /* from either end: with an even number of rows there are two middles */
        add_decimal(em, &d->middle, false, i, slot);
        kept_buf_add(em->sql, ", ");
        add_decimal(em, &d->middle, true, i, slot);
        break;
    case KEPT_FN_SUM:
        add_decimal(em, &d->sum, false, i, slot);
        break;
    default:
        add_decimal(em, call->fn == KEPT_FN_MIN ? &d->min : &d->max, false, i, slot);
    }
}

/* --- The statement --- */

kept_status kept_measure_emit(const kept_dialect *dialect, const kept_measure *measure,
                              const kept_emit_ask *ask, kept_arena *arena,
                              kept_emitted *ret_emitted, kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    size_t n = 0, n_slots = 0, most = count_calls(measure->value);
    const kept_expr **calls = KEPT_NEW_N(arena, const kept_expr *, most);
    kept_slot *slots = KEPT_NEW_N(arena, kept_slot, 2 * most);
    if (!calls || !slots)
        return kept_nomem(err);
    list_calls(measure->value, calls, &n);
    kept_emitter em = {.dialect = dialect, .sql = &sql, .arena = arena, .as_of = ask->as_of};
    kept_buf_add(&sql, "SELECT kept_subject, kept_period, count(kept_rows), count(kept_covered), "
                       "count(kept_n)");
    for (size_t i = 0; i < n; i++) {
        size_t added = add_slots(calls[i], slots + n_slots);
        add_columns(&em, calls[i], i, slots + n_slots);
        n_slots += added;
    }
    kept_buf_add(&sql, " FROM (");
    add_value_layer(&em, measure, ask, calls, n);
    kept_buf_add(&sql, ") kept_valued GROUP BY kept_subject, kept_period"
                       " ORDER BY kept_subject NULLS FIRST, kept_period NULLS FIRST");
    const char *copy = kept_arena_strdup(arena, kept_buf_text(&sql));
    if (sql.failed || em.failed || !copy)
        return kept_nomem(err);
    *ret_emitted = (kept_emitted){.sql = copy,
                                  .values = em.values,
                                  .n_values = em.n_values,
                                  .slots = slots,
                                  .n_slots = n_slots};
    return KEPT_OK;
}
