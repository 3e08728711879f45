/* Reads how a measure judges cases, and checks that its parts go together. */
#include <string.h>

#include "base/array.h"
#include "base/text.h"
#include "catalogue/declare.h"
#include "catalogue/measure_parts.h"

static const char what[] = "a measure";

static const char *const judged[] = {"start", "due",    "done",   "good",  "excused",
                                     "miss",  "figure", "newest", "grain", "total"};
/* Of a number, not of cases. */
static const char *const of_numbers[] = {"value", "time", "window", "periods"};
/* Of a case, not of a period. */
static const char *const of_cases[] = {"due", "excused", "miss", "figure", "total"};

/* In the order of kept_measure_grain. */
static const char *const grains[] = {"case", "day", "week", "month", "quarter"};
static const char *const levels[] = {"strategic", "functional", "front-line", "whole"};

const char *kept_measure_grain_name(kept_measure_grain grain)
{
    return grains[grain];
}

bool kept_measure__judges(const kept_yaml_node *root)
{
    for (size_t i = 0; i < KEPT_N(judged); i++)
        if (kept_yaml_get(root, judged[i]))
            return true;
    return kept_yaml_get(root, "level") != NULL;
}

static kept_status refuse(const kept_yaml_node *root, const char *const *fields, size_t n,
                          const char *why, kept_err *err)
{
    for (size_t i = 0; i < n; i++) {
        const kept_yaml_node *node = kept_yaml_get(root, fields[i]);
        if (node)
            return kept_yaml_fail_key(node, err, "%s, so it has no \"%s\".", why, fields[i]);
    }
    return KEPT_OK;
}

/* --- Formulas --- */

/* A column of days, or the first known of such columns: a time of day may stand beside them. */
static bool is_day_of_row(const kept_expr *e)
{
    if (e->op == KEPT_EXPR_COLUMN)
        return e->type == KEPT_TYPE_DATE;
    if (e->op != KEPT_EXPR_CALL || e->fn != KEPT_FN_FIRST_KNOWN)
        return false;
    for (size_t i = 0; i < e->n_args; i++)
        if (e->args[i]->op != KEPT_EXPR_COLUMN || e->args[i]->type != KEPT_TYPE_DATE)
            return false;
    return true;
}

static kept_status read_day(const kept_yaml_node *root, const char *field, const kept_measure *m,
                            kept_arena *arena, const char **ret_text, kept_expr **ret_expr,
                            kept_err *err)
{
    kept_formula_rules rules = {.kind = m->facts};
    KEPT_TRY(kept_measure__formula(root, field, rules, arena, ret_text, ret_expr, err));
    if (!*ret_expr || is_day_of_row(*ret_expr))
        return KEPT_OK;
    return kept_yaml_fail(kept_yaml_get(root, field), err,
                          "\"%s\" must be a column of days, or first_known() of such columns.",
                          field);
}

static kept_status read_condition(const kept_yaml_node *root, const char *field,
                                  kept_formula_rules rules, kept_arena *arena,
                                  const char **ret_text, kept_expr **ret_expr, kept_err *err)
{
    KEPT_TRY(kept_measure__formula(root, field, rules, arena, ret_text, ret_expr, err));
    if (!*ret_expr)
        return KEPT_OK;
    return kept_measure__need_type(root, field, *ret_expr, (*ret_expr)->type == KEPT_TYPE_FLAG,
                                   "a condition", err);
}

static kept_status read_number(const kept_yaml_node *root, const char *field, const kept_measure *m,
                               bool target, kept_arena *arena, const char **ret_text,
                               kept_expr **ret_expr, kept_err *err)
{
    kept_formula_rules rules = {.kind = m->facts, .target = target};
    KEPT_TRY(kept_measure__formula(root, field, rules, arena, ret_text, ret_expr, err));
    if (!*ret_expr)
        return KEPT_OK;
    return kept_measure__unit_fits(root, field, *ret_expr, m->unit, err);
}

static bool has_median(const kept_expr *e)
{
    if (e->op == KEPT_EXPR_CALL && e->fn == KEPT_FN_MEDIAN)
        return true;
    if ((e->left && has_median(e->left)) || (e->right && has_median(e->right)))
        return true;
    for (size_t i = 0; i < e->n_args; i++)
        if (has_median(e->args[i]))
            return true;
    return false;
}

static kept_status read_formulas(const kept_yaml_node *root, const kept_measure *m,
                                 kept_arena *arena, kept_judge *j, kept_err *err)
{
    bool of_period = j->grain != KEPT_GRAIN_CASE;
    kept_formula_rules good = {.kind = m->facts, .over_rows = of_period, .target = true};
    kept_formula_rules row = {.kind = m->facts};
    KEPT_TRY(read_day(root, "start", m, arena, &j->start_text, &j->start, err));
    KEPT_TRY(read_day(root, "due", m, arena, &j->due_text, &j->due, err));
    KEPT_TRY(read_day(root, "done", m, arena, &j->done_text, &j->done, err));
    KEPT_TRY(read_condition(root, "good", good, arena, &j->good_text, &j->good, err));
    KEPT_TRY(read_condition(root, "excused", row, arena, &j->excused_text, &j->excused, err));
    KEPT_TRY(read_number(root, "miss", m, true, arena, &j->miss_text, &j->miss, err));
    KEPT_TRY(read_number(root, "figure", m, false, arena, &j->figure_text, &j->figure, err));
    if (of_period && j->good && has_median(j->good))
        return kept_yaml_fail(kept_yaml_get(root, "good"), err,
                              "A period cannot be judged by median(); mean() can be.");
    return KEPT_OK;
}

/* --- What goes together --- */

static kept_status check_case(const kept_yaml_node *root, const kept_measure *m,
                              const kept_judge *j, kept_err *err)
{
    if (j->start && j->due)
        return kept_yaml_fail_key(kept_yaml_get(root, "start"), err,
                                  "A measure has \"due\" or \"start\", not both: with \"start\" "
                                  "the promise says how much time there is.");
    if (j->start && !j->done)
        return kept_yaml_fail_key(kept_yaml_get(root, "start"), err,
                                  "\"start\" needs \"done\": by what day the time ends.");
    if (j->done && !j->due && !j->start)
        return kept_yaml_fail_key(kept_yaml_get(root, "done"), err,
                                  "\"done\" needs \"due\" (the day by which) or \"start\" (the day "
                                  "from which on the promise gives time).");
    if (!j->done && !j->good && !j->figure)
        return kept_yaml_fail(root, err,
                              "Nothing says what a good case is: give \"done\", \"good\" or "
                              "\"figure\".");
    if (!j->due && !j->start && !m->facts->time)
        return kept_yaml_fail(root, err,
                              "%s have no day of their own; say with \"due\" which one counts.",
                              m->facts->name);
    if (j->total && !j->total->time)
        return kept_yaml_fail(kept_yaml_get(root, "total"), err,
                              "%s have no day of their own and cannot be counted by days.",
                              j->total->name);
    if (j->total && !j->good)
        return kept_yaml_fail_key(kept_yaml_get(root, "total"), err,
                                  "\"total\" needs \"good\": which rows are no failures.");
    if (j->newest && !j->figure)
        return kept_yaml_fail_key(kept_yaml_get(root, "newest"), err, "\"newest\" is of a figure.");
    return KEPT_OK;
}

static kept_status check_period(const kept_yaml_node *root, const kept_measure *m,
                                const kept_judge *j, kept_err *err)
{
    KEPT_TRY(refuse(root, of_cases, KEPT_N(of_cases), "The measure judges periods", err));
    if (!j->good)
        return kept_yaml_fail(root, err, "A period is judged by \"good\", which is missing.");
    if ((j->start == NULL) != (j->done == NULL))
        return kept_yaml_fail(root, err,
                              "Rows that last have \"start\" and \"done\"; others have neither.");
    if (!j->start && !m->facts->time)
        return kept_yaml_fail(root, err, "%s have no day of their own.", m->facts->name);
    return KEPT_OK;
}

kept_status kept_measure__judge(const kept_yaml_node *root, const kept_fact_kinds *kinds,
                                kept_arena *arena, kept_measure *m, kept_err *err)
{
    size_t i = 0;
    kept_judge *j = KEPT_NEW(arena, kept_judge);
    if (!j)
        return kept_nomem(err);
    *j = (kept_judge){.grain = KEPT_GRAIN_CASE};
    KEPT_TRY(refuse(root, of_numbers, KEPT_N(of_numbers), "The measure judges cases", err));
    if (kept_yaml_get(root, "grain")) {
        KEPT_TRY(kept_declare_word(root, what, "grain", grains, KEPT_N(grains), &i, err));
        j->grain = (kept_measure_grain)i;
    }
    if (kept_yaml_get(root, "level")) {
        KEPT_TRY(kept_declare_word(root, what, "level", levels, KEPT_N(levels), &i, err));
        j->level = levels[i];
    }
    if (kept_yaml_get(root, "total"))
        KEPT_TRY(kept_measure__kind(root, "total", kinds, arena, &j->total, err));
    KEPT_TRY(kept_yaml_get_flag(root, "newest", &j->newest, err));
    KEPT_TRY(read_formulas(root, m, arena, j, err));
    KEPT_TRY(j->grain == KEPT_GRAIN_CASE ? check_case(root, m, j, err)
                                         : check_period(root, m, j, err));
    m->judge = j;
    return KEPT_OK;
}
