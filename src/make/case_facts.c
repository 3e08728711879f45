#include "make/case_facts.h"

#include <math.h>
#include <string.h>

#include "base/date.h"
#include "kept/missed.h"
#include "store/facts/read.h"
#include "store/judge/alike.h"
#include "store/measures/measures.h"
#include "store/records/rule.h"

/* A first case of some days ago says little about a year. */
enum { LEAST_DAYS = 30 };
static const double level = 0.9; /* of the interval, which is not shown */

typedef struct reading {
    kept_ctx *ctx;
    kept_store *store;
    const kept_promise *promise;
    const kept_terms *terms;
    kept_case_facts *facts;
} reading;

/* --- What is counted --- */

static kept_status look_up(const reading *r, const char **ret_cause, kept_err *err)
{
    const kept_terms *t = r->terms;
    kept_measures measures;
    kept_calendars calendars;
    if (t->how != KEPT_HOW_COUNTED) {
        *ret_cause = "it is not counted from facts";
        return KEPT_OK;
    }
    KEPT_TRY(kept_store_measures(r->store, r->ctx->arena, &measures, err));
    KEPT_TRY(kept_calendars_load(kept_store_folder(r->store), r->ctx->arena, &calendars, err));
    KEPT_TRY(kept_terms_group(r->promise, t, &measures, &calendars, r->ctx->arena, &r->facts->group,
                              ret_cause, err));
    if (!*ret_cause && !t->has_target && !t->allowance.fixed)
        *ret_cause = "no target says how many may fail";
    return KEPT_OK;
}

static void name_cases(kept_case_facts *f)
{
    static const char *const periods[] = {[KEPT_BY_CASE] = NULL,
                                          [KEPT_BY_DAY] = "days",
                                          [KEPT_BY_WEEK] = "weeks",
                                          [KEPT_BY_MONTH] = "months"};
    static const char *const grains[] = {[KEPT_GRAIN_CASE] = NULL,
                                         [KEPT_GRAIN_DAY] = "days",
                                         [KEPT_GRAIN_WEEK] = "weeks",
                                         [KEPT_GRAIN_MONTH] = "months",
                                         [KEPT_GRAIN_QUARTER] = "quarters"};
    const kept_judge *judge = f->group.measure->judge;
    const char *period =
        periods[f->group.counted_by] ? periods[f->group.counted_by] : grains[judge->grain];
    f->kind = f->group.measure->facts->name;
    f->cases = period ? period : judge->total ? judge->total->name : f->kind;
    f->fails = judge->done && !judge->good && !period ? "late" : "to fail";
}

/* --- Whose rows --- */

static kept_status add_member(const reading *r, int64_t set, int64_t record, kept_err *err)
{
    uint64_t key = 0;
    KEPT_TRY(kept_customer_of_record(r->store, &r->ctx->scope, record, &key, err));
    if (key) /* else no facts speak of it yet */
        r->facts->members[r->facts->n_members++] = (kept_case_member){set, key};
    return KEPT_OK;
}

static kept_status add_members(const reading *r, kept_err *err)
{
    static const char sql[] = "SELECT customer FROM customer__segments WHERE segment = :segment";
    const kept_promise *p = r->promise;
    const kept_rule_param param = {"segment", {.type = KEPT_RULE_INT, .i = p->segment}};
    kept_rule_rows rows = {.n = 0};
    r->facts->window.set = 1;
    if (r->facts->group.match != KEPT_MATCH_CUSTOMERS)
        return KEPT_OK;
    if (!p->customer)
        KEPT_TRY(kept_rule_run(r->store, &r->ctx->scope, sql, "segment", &param, 1, 0,
                               r->ctx->arena, &rows, err));
    r->facts->members = KEPT_NEW_N(r->ctx->arena, kept_case_member, rows.n + 1);
    if (!r->facts->members)
        return kept_nomem(err);
    if (p->customer)
        return add_member(r, 1, p->customer, err);
    for (size_t i = 0; i < rows.n; i++)
        KEPT_TRY(add_member(r, 1, rows.cells[i].i, err));
    return KEPT_OK;
}

/* --- How many --- */

/* The year up to the last day seen, and all before: whether its cases go back further. */
static kept_status count_cases(const reading *r, kept_case_ask *ask, kept_err *err)
{
    kept_case_facts *f = r->facts;
    kept_case_window windows[2] = {f->window, f->window};
    kept_case_count counts[2];
    windows[1].end = f->window.start - 1;
    windows[1].start = windows[1].end - 10 * KEPT_FACTS_DAYS;
    ask->windows = windows;
    ask->n_windows = 2;
    KEPT_TRY(kept_cases_count(r->store, &r->ctx->scope, ask, r->ctx->arena, counts, err));
    ask->windows = &f->window;
    ask->n_windows = 1;
    const kept_counts *c = &counts[0].counts;
    f->failed = c->bad;
    f->cases_n = c->good + c->bad;
    f->unknown = c->unknown;
    f->days = KEPT_FACTS_DAYS;
    if (counts[1].rows == 0 && counts[0].first_due != KEPT_NO_DAY)
        f->days = f->seen - counts[0].first_due + 1;
    if (f->days < LEAST_DAYS)
        f->days = LEAST_DAYS;
    if (f->cases_n > 0)
        f->per_year = (double)f->cases_n * KEPT_FACTS_DAYS / f->days;
    return KEPT_OK;
}

/* --- How many fail --- */

static kept_status prior_of_others(const reading *r, const kept_case_ask *ask, kept_prior *ret,
                                   bool *ret_found, kept_err *err)
{
    kept_case_histories h;
    kept_err inner = KEPT_ERR_INIT;
    size_t n = 0;
    *ret_found = false;
    KEPT_TRY(kept_cases_history(r->store, &r->ctx->scope, ask, r->facts->window.start,
                                r->facts->window.end, r->ctx->arena, &h, err));
    kept_record_of *records = KEPT_NEW_N(r->ctx->arena, kept_record_of, h.n);
    if (!records)
        return kept_nomem(err);
    for (size_t i = 0; i < h.n; i++) {
        bool own = false;
        for (size_t k = 0; k < r->facts->n_members; k++)
            own = own || r->facts->members[k].customer == h.items[i].customer;
        if (!own && h.items[i].n > 0)
            records[n++] = (kept_record_of){h.items[i].n, h.items[i].failed, 1};
    }
    if (n == 0)
        return KEPT_OK;
    kept_status status = kept_prior_fit(records, n, r->ctx->arena, ret, &inner);
    *ret_found = status == KEPT_OK;
    return status == KEPT_OK ? KEPT_OK : kept_fail(err, status, "%s", inner.msg);
}

/* Of enough cases the plain share; of few the posterior mean, with others' past as the prior. */
static kept_status rate_of(const reading *r, const kept_case_ask *ask, kept_err *err)
{
    kept_case_facts *f = r->facts;
    kept_prior prior;
    kept_missed missed;
    bool found = false;
    if (f->cases_n >= KEPT_FACTS_FEW && f->failed > 0) {
        f->rate = (double)f->failed / (double)f->cases_n;
        f->from = KEPT_RATE_OWN;
        return KEPT_OK;
    }
    /* Counted by periods, or a promise that is not one customer's, there is nobody to compare. */
    if (f->group.match == KEPT_MATCH_CUSTOMERS && f->group.counted_by == KEPT_BY_CASE)
        KEPT_TRY(prior_of_others(r, ask, &prior, &found, err));
    if (!found && f->cases_n == 0)
        return KEPT_OK;
    if (!found) /* Jeffreys' prior: one failure in so many is not yet a rate, and none is not 0 */
        KEPT_TRY(kept_prior_stated(0.5, 1, r->ctx->arena, &prior, err));
    const kept_missed_ask one = {.allowance = r->terms->allowance,
                                 .before_n = f->cases_n,
                                 .before_failed = f->failed,
                                 .level = level};
    KEPT_TRY(kept_missed_by_end(&one, &prior, r->ctx->arena, &missed, err));
    f->rate = missed.chance;
    f->others = found ? prior.subjects : 0;
    f->from = f->cases_n == 0 ? KEPT_RATE_OTHERS : found ? KEPT_RATE_DRAWN : KEPT_RATE_OWN;
    return KEPT_OK;
}

kept_status kept_case_facts_read(kept_ctx *ctx, kept_store *store, const kept_promise *promise,
                                 kept_case_facts *ret_facts, const char **ret_cause, kept_err *err)
{
    kept_case_facts *f = ret_facts;
    reading r = {ctx, store, promise, &promise->terms[promise->n_terms - 1], f};
    *f = (kept_case_facts){.seen = KEPT_NO_DAY, .per_year = NAN, .rate = NAN};
    KEPT_TRY(look_up(&r, ret_cause, err));
    if (*ret_cause)
        return KEPT_OK;
    name_cases(f);
    KEPT_TRY(kept_cases_seen(store, &ctx->scope, f->group.measure, kept_rule_today(&ctx->scope),
                             &f->seen, err));
    if (f->seen == KEPT_NO_DAY)
        return KEPT_OK;
    f->window =
        (kept_case_window){.promise = promise->id,
                           .start = f->seen - KEPT_FACTS_DAYS + 1,
                           .end = f->seen,
                           .party = promise->party,
                           .within = kept_terms_within(r.terms, f->group.calendar),
                           .tolerance = r.terms->tolerance,
                           .target_value = r.terms->has_target_value ? r.terms->target_value : 0,
                           .period_target = r.terms->period_target};
    KEPT_TRY(add_members(&r, err));
    kept_case_ask ask = {.group = &f->group,
                         .windows = &f->window,
                         .n_windows = 1,
                         .members = f->members,
                         .n_members = f->n_members,
                         .seen = f->seen};
    KEPT_TRY(count_cases(&r, &ask, err));
    return rate_of(&r, &ask, err);
}
