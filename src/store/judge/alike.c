#include "store/judge/alike.h"

#include <string.h>

#include "base/text.h"
#include "catalogue/expr_type.h"

static kept_counted_by counted_by(const kept_terms *t)
{
    return strcmp(t->counted_by, "day") == 0     ? KEPT_BY_DAY
           : strcmp(t->counted_by, "week") == 0  ? KEPT_BY_WEEK
           : strcmp(t->counted_by, "month") == 0 ? KEPT_BY_MONTH
                                                 : KEPT_BY_CASE;
}

static kept_case_match match_of(const kept_promise *p)
{
    if (strcmp(p->giver, "supplier") == 0)
        return p->carrier ? KEPT_MATCH_CARRIER : KEPT_MATCH_SUPPLIER;
    if (strcmp(p->giver, "channel") == 0)
        return KEPT_MATCH_CHANNEL;
    return p->customer || p->segment ? KEPT_MATCH_CUSTOMERS : KEPT_MATCH_ALL;
}

int64_t kept_terms_within(const kept_terms *t, const kept_calendar *calendar)
{
    enum { MINUTES_OF_DAY = 24 * 60, DAYS = 7 };
    int64_t minutes = 0;
    if (!t->working_days || !calendar)
        return t->within;
    for (size_t d = 0; d < DAYS && minutes == 0; d++)
        for (size_t i = 0; i < calendar->weekdays[d].n; i++)
            minutes +=
                calendar->weekdays[d].shifts[i].closes - calendar->weekdays[d].shifts[i].opens;
    return t->within * minutes / MINUTES_OF_DAY;
}

/* The name of a measure nearest to what was written; NULL: none is near. */
static const char *nearest(const kept_measures *measures, const char *name, kept_arena *arena)
{
    const char **names = KEPT_NEW_N(arena, const char *, measures->n);
    for (size_t i = 0; names && i < measures->n; i++)
        names[i] = measures->items[i]->name;
    return names ? kept_text_nearest(name, names, measures->n) : NULL;
}

/* A condition that cannot be read must not stop the judging of all others. *ret_cause NULL: it can.
 */
static kept_status check_only(const char *only, const kept_fact_kind *facts, kept_arena *arena,
                              const char **ret_cause, kept_err *err)
{
    kept_err inner = KEPT_ERR_INIT;
    kept_expr *condition = NULL;
    const kept_formula_rules rules = {.what = "only", .kind = facts};
    kept_status status = kept_formula_parse(only, "only", arena, &condition, &inner);
    if (status == KEPT_OK)
        status = kept_formula_check(condition, &rules, &inner);
    *ret_cause = NULL;
    if (status == KEPT_OK && condition->type == KEPT_TYPE_FLAG)
        return KEPT_OK;
    if (status != KEPT_OK && status != KEPT_EARG)
        return kept_fail(err, status, "%s", inner.msg);
    *ret_cause = kept_arena_printf(arena, "the condition on its cases cannot be read (%s)",
                                   status == KEPT_OK ? "it is no condition" : inner.msg);
    return *ret_cause ? KEPT_OK : kept_nomem(err);
}

static kept_status no_measure(const kept_measures *measures, const char *name, kept_arena *arena,
                              const char **ret_cause, kept_err *err)
{
    const char *near = nearest(measures, name, arena);
    *ret_cause =
        kept_arena_printf(arena, "\"%.*s\" is not among the measures%s%s%s", KEPT_SHOWN(name, 60),
                          near ? "; did you mean \"" : "", near ? near : "", near ? "\"" : "");
    return *ret_cause ? KEPT_OK : kept_nomem(err);
}

kept_status kept_terms_group(const kept_promise *p, const kept_terms *t,
                             const kept_measures *measures, const kept_calendars *calendars,
                             kept_arena *arena, kept_case_group *ret, const char **ret_cause,
                             kept_err *err)
{
    kept_err inner = KEPT_ERR_INIT;
    *ret_cause = NULL;
    *ret = (kept_case_group){
        .zone = t->zone, .match = match_of(p), .only = t->only, .counted_by = counted_by(t)};
    if (!t->measure) {
        *ret_cause = "no measure says how to judge it";
        return KEPT_OK;
    }
    kept_status status = kept_measures_find(measures, t->measure, &ret->measure, &inner);
    if (status == KEPT_ENOTFOUND)
        return no_measure(measures, t->measure, arena, ret_cause, err);
    if (status == KEPT_OK && t->working && t->calendar)
        status = kept_calendars_find(calendars, t->calendar, &ret->calendar, &inner);
    if (status != KEPT_OK && status != KEPT_ENOTFOUND)
        return kept_fail(err, status, "%s", inner.msg);
    if (status != KEPT_OK)
        *ret_cause = "the working calendar that it names is not declared";
    else if (t->working && !t->calendar)
        *ret_cause = "it promises working time and names no working calendar";
    else if (!ret->measure->judge)
        *ret_cause = "its measure is a number and judges no cases";
    else if (ret->measure->judge->start && t->within < 0)
        *ret_cause = "it does not say within which time";
    else if (t->only)
        return check_only(t->only, ret->measure->facts, arena, ret_cause, err);
    return KEPT_OK;
}
