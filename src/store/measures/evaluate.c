#include "store/measures/evaluate.h"

#include "base/date.h"
#include "catalogue/expr_type.h"

/* What an expression over all rows comes to. Numbers that are exact by their type stand in number,
 * others in real; a condition in flag, a date in day. */
typedef struct result {
    bool known;
    bool exact;
    kept_decimal number;
    double real;
    int64_t day;
    bool flag;
} result;

typedef struct evaluation {
    const kept_measure *measure;
    const kept_slot *slots;
    const kept_slot_value *values;
    size_t n_slots;
    int32_t as_of;
    kept_err *err;
} evaluation;

static kept_status evaluate(const evaluation *ev, const kept_expr *e, result *ret);

static kept_status too_large(const evaluation *ev)
{
    return kept_fail(ev->err, KEPT_EINPUT,
                     "The measure %s does not fit: a number has more than 14 places before the "
                     "point.",
                     ev->measure->name);
}

static double power_of_ten(int n)
{
    double p = 1;
    while (n-- > 0)
        p *= 10;
    return p;
}

static double real_of(const result *r)
{
    return r->exact ? (double)r->number.v / power_of_ten(r->number.scale) : r->real;
}

static result exact(kept_decimal number)
{
    return (result){.known = true, .exact = true, .number = number};
}

static result real(double value)
{
    return (result){.known = true, .real = value};
}

static result flag(bool value)
{
    return (result){.known = true, .flag = value};
}

/* --- Functions over all rows --- */

static kept_status aggregate(const evaluation *ev, const kept_expr *e, result *ret)
{
    size_t at = 0;
    while (ev->slots[at].call != e)
        at++;
    const kept_slot *slot = &ev->slots[at];
    const kept_slot_value *a = &ev->values[at], *b = a + 1;
    double scale = power_of_ten(slot->places);
    *ret = (result){.known = false};
    switch (e->fn) {
    case KEPT_FN_SHARE: /* of no row, no share */
        if (b->i > 0)
            *ret = real((double)a->i / (double)b->i);
        break;
    case KEPT_FN_MEAN:
        if (a->known && b->i > 0)
            *ret = real((double)a->i / ((double)b->i * scale));
        break;
    case KEPT_FN_MEDIAN:
        if (a->known && b->known)
            *ret = real(((double)a->i + (double)b->i) / 2 / scale);
        break;
    default:
        if (!a->known)
            break;
        if (slot->type == KEPT_SLOT_DAY)
            *ret = (result){.known = true, .day = (int64_t)a->i};
        else
            *ret = exact((kept_decimal){a->i, slot->places});
    }
    return KEPT_OK;
}

/* --- Numbers --- */

static kept_status arithmetic(const evaluation *ev, kept_expr_op op, const result *a,
                              const result *b, result *ret)
{
    kept_decimal number = {0, 0};
    bool ok = true;
    if (op == KEPT_EXPR_DIV) {
        double by = real_of(b);
        *ret = by == 0 ? (result){.known = false} : real(real_of(a) / by);
        return KEPT_OK;
    }
    if (!a->exact || !b->exact) {
        double x = real_of(a), y = real_of(b);
        *ret = real(op == KEPT_EXPR_ADD ? x + y : op == KEPT_EXPR_SUB ? x - y : x * y);
        return KEPT_OK;
    }
    if (op == KEPT_EXPR_ADD)
        ok = kept_decimal_add(a->number, b->number, &number);
    else if (op == KEPT_EXPR_SUB)
        ok = kept_decimal_sub(a->number, b->number, &number);
    else
        ok = kept_decimal_mul(a->number, b->number, &number);
    if (!ok)
        return too_large(ev);
    *ret = exact(number);
    return KEPT_OK;
}

/* a OP b, both needed. */
static kept_status binary(const evaluation *ev, kept_expr_op op, const kept_expr *left,
                          const kept_expr *right, result *ret)
{
    result a, b;
    KEPT_TRY(evaluate(ev, left, &a));
    KEPT_TRY(evaluate(ev, right, &b));
    *ret = (result){.known = false};
    return a.known && b.known ? arithmetic(ev, op, &a, &b, ret) : KEPT_OK;
}

static kept_status negate(const evaluation *ev, const kept_expr *e, result *ret)
{
    result a;
    KEPT_TRY(evaluate(ev, e->left, &a));
    if (a.known && a.exact && !kept_decimal_sub((kept_decimal){0, 0}, a.number, &a.number))
        return too_large(ev);
    a.real = -a.real;
    *ret = a;
    return KEPT_OK;
}

/* --- Conditions --- */

static int order(const kept_expr *e, const result *a, const result *b)
{
    if (e->type == KEPT_TYPE_DATE)
        return (a->day > b->day) - (a->day < b->day);
    if (e->type == KEPT_TYPE_FLAG)
        return (int)a->flag - (int)b->flag;
    if (a->exact && b->exact)
        return kept_decimal_compare(a->number, b->number);
    double x = real_of(a), y = real_of(b);
    return (x > y) - (x < y);
}

static kept_status compare(const evaluation *ev, const kept_expr *e, result *ret)
{
    result a, b;
    KEPT_TRY(evaluate(ev, e->left, &a));
    KEPT_TRY(evaluate(ev, e->right, &b));
    *ret = (result){.known = false};
    if (!a.known || !b.known)
        return KEPT_OK;
    int c = order(e->left, &a, &b);
    switch (e->op) {
    case KEPT_EXPR_EQ:
        *ret = flag(c == 0);
        break;
    case KEPT_EXPR_NE:
        *ret = flag(c != 0);
        break;
    case KEPT_EXPR_LT:
        *ret = flag(c < 0);
        break;
    case KEPT_EXPR_LE:
        *ret = flag(c <= 0);
        break;
    case KEPT_EXPR_GT:
        *ret = flag(c > 0);
        break;
    default:
        *ret = flag(c >= 0);
    }
    return KEPT_OK;
}

/* In three values: no and unknown is no, yes or unknown is yes. */
static kept_status both(const evaluation *ev, const kept_expr *e, result *ret)
{
    result a, b;
    bool decides = e->op == KEPT_EXPR_OR;
    KEPT_TRY(evaluate(ev, e->left, &a));
    KEPT_TRY(evaluate(ev, e->right, &b));
    if ((a.known && a.flag == decides) || (b.known && b.flag == decides))
        *ret = flag(decides);
    else
        *ret = a.known && b.known ? flag(!decides) : (result){.known = false};
    return KEPT_OK;
}

static kept_status in_list(const evaluation *ev, const kept_expr *e, result *ret)
{
    result a, b;
    KEPT_TRY(evaluate(ev, e->left, &a));
    *ret = (result){.known = false};
    if (!a.known)
        return KEPT_OK;
    *ret = flag(false);
    for (size_t i = 0; i < e->n_args; i++) {
        KEPT_TRY(evaluate(ev, e->args[i], &b));
        if (b.known && order(e->left, &a, &b) == 0)
            *ret = flag(true);
    }
    return KEPT_OK;
}

/* --- Functions --- */

static kept_status choose(const evaluation *ev, const kept_expr *e, result *ret)
{
    result condition;
    KEPT_TRY(evaluate(ev, e->args[0], &condition));
    *ret = (result){.known = false};
    return condition.known ? evaluate(ev, e->args[condition.flag ? 1 : 2], ret) : KEPT_OK;
}

static kept_status first_known(const evaluation *ev, const kept_expr *e, result *ret)
{
    *ret = (result){.known = false};
    for (size_t i = 0; i < e->n_args && !ret->known; i++)
        KEPT_TRY(evaluate(ev, e->args[i], ret));
    return KEPT_OK;
}

static kept_status days_between(const evaluation *ev, const kept_expr *e, result *ret)
{
    result a, b;
    KEPT_TRY(evaluate(ev, e->args[0], &a));
    KEPT_TRY(evaluate(ev, e->args[1], &b));
    *ret = (result){.known = false};
    if (a.known && b.known)
        *ret = exact((kept_decimal){b.day - a.day, 0});
    return KEPT_OK;
}

static kept_status month(const evaluation *ev, const kept_expr *e, result *ret)
{
    result a;
    int year, number, day;
    KEPT_TRY(evaluate(ev, e->args[0], &a));
    *ret = (result){.known = false};
    if (!a.known)
        return KEPT_OK;
    kept_day_to_civil((kept_day)a.day, &year, &number, &day);
    *ret = exact((kept_decimal){number, 0});
    return KEPT_OK;
}

static kept_status call(const evaluation *ev, const kept_expr *e, result *ret)
{
    switch (e->fn) {
    case KEPT_FN_IF:
        return choose(ev, e, ret);
    case KEPT_FN_FIRST_KNOWN:
        return first_known(ev, e, ret);
    case KEPT_FN_DAYS_BETWEEN:
        return days_between(ev, e, ret);
    case KEPT_FN_MONTH:
        return month(ev, e, ret);
    case KEPT_FN_RATIO:
        return binary(ev, KEPT_EXPR_DIV, e->args[0], e->args[1], ret);
    default:
        return aggregate(ev, e, ret);
    }
}

static kept_status evaluate(const evaluation *ev, const kept_expr *e, result *ret)
{
    switch (e->op) {
    case KEPT_EXPR_NUMBER:
        *ret = exact(e->number);
        return KEPT_OK;
    case KEPT_EXPR_FLAG:
        *ret = flag(e->flag);
        return KEPT_OK;
    case KEPT_EXPR_AS_OF:
        *ret = (result){.known = true, .day = ev->as_of};
        return KEPT_OK;
    case KEPT_EXPR_DAY:
        *ret = (result){.known = true, .day = e->day};
        return KEPT_OK;
    case KEPT_EXPR_ADD:
    case KEPT_EXPR_SUB:
    case KEPT_EXPR_MUL:
    case KEPT_EXPR_DIV:
        return binary(ev, e->op, e->left, e->right, ret);
    case KEPT_EXPR_NEGATE:
        return negate(ev, e, ret);
    case KEPT_EXPR_AND:
    case KEPT_EXPR_OR:
        return both(ev, e, ret);
    case KEPT_EXPR_NOT:
        KEPT_TRY(evaluate(ev, e->left, ret));
        ret->flag = !ret->flag;
        return KEPT_OK;
    case KEPT_EXPR_KNOWN: {
        result a;
        KEPT_TRY(evaluate(ev, e->left, &a));
        *ret = flag(a.known);
        return KEPT_OK;
    }
    case KEPT_EXPR_IN:
        return in_list(ev, e, ret);
    case KEPT_EXPR_CALL:
        return call(ev, e, ret);
    default:
        return compare(ev, e, ret);
    }
}

/* Whole units; false when it does not fit. */
static bool to_units(const kept_measure *m, kept_decimal number, int64_t *ret_units)
{
    if (m->unit == KEPT_UNIT_MONEY)
        return kept_decimal_to_e4(number, ret_units);
    kept_decimal whole = kept_decimal_shortest(number);
    if (whole.scale != 0 || whole.v > INT64_MAX || whole.v < -INT64_MAX)
        return false;
    *ret_units = (int64_t)whole.v;
    return true;
}

kept_status kept_measure_evaluate(const kept_measure *measure, const kept_slot *slots,
                                  const kept_slot_value *values, size_t n_slots, int32_t as_of,
                                  kept_measured *ret_measured, kept_err *err)
{
    evaluation ev = {measure, slots, values, n_slots, as_of, err};
    result r;
    KEPT_TRY(evaluate(&ev, measure->value, &r));
    kept_measured out = {.known = r.known, .value = r.known ? real_of(&r) : 0};
    bool whole = measure->unit == KEPT_UNIT_MONEY || measure->unit == KEPT_UNIT_COUNT ||
                 (measure->unit == KEPT_UNIT_DAYS && measure->value->type == KEPT_TYPE_INTEGER);
    if (r.known && r.exact && whole) {
        if (!to_units(measure, r.number, &out.units))
            return too_large(&ev);
        out.exact = true;
    }
    *ret_measured = out;
    return KEPT_OK;
}
