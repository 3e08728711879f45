#include "realise/remaining.h"

#include <inttypes.h>
#include <math.h>

#include "base/date.h"
#include "store/measures/measures.h"

static const char measure[] = "clv.remaining_margin";

bool kept_remaining_open(kept_ctx *ctx, const kept_args *args)
{
    kept_store *store;
    if (kept_args_get(args, "orders")->given || kept_args_get(args, "until")->given ||
        ctx->scope.as_of != KEPT_NO_DAY || ctx->scope.known_at != KEPT_NO_TIME ||
        ctx->scope.sight != KEPT_SEES_ALL)
        return false;
    /* Where it cannot be written it may be read still, which is all that predicting needs. */
    return kept_ctx_records(ctx, &store, NULL) == KEPT_OK;
}

/* Last day of the horizon; without an end, the last day there is. */
static kept_day last_day(const kept_base *base, const kept_value *value)
{
    double days = value->terms.horizon * base->unit_days;
    double room = (double)KEPT_DAY_MAX - base->orders.until;
    return days < room ? base->orders.until + (kept_day)lround(days) : KEPT_DAY_MAX;
}

static size_t give(const kept_base *base, const kept_value *value, kept_measure_given *given)
{
    size_t n = 0;
    for (size_t i = 0; i < base->orders.n; i++)
        if (isfinite(value->margin[i]))
            given[n++] = (kept_measure_given){base->orders.customer[i], value->margin[i],
                                              (int64_t)base->orders.x[i] + 1};
    return n;
}

kept_status kept_remaining_store(kept_ctx *ctx, const kept_base *base, const kept_value *value,
                                 kept_result *result, kept_err *err)
{
    kept_err inner = KEPT_ERR_INIT;
    int64_t subjects = 0;
    kept_measure_given *given = KEPT_NEW_N(ctx->arena, kept_measure_given, base->orders.n);
    if (!given)
        return kept_nomem(err);
    size_t n = give(base, value, given);
    if (n == 0)
        return KEPT_OK;
    kept_day until = base->orders.until;
    kept_status status = kept_measure_put(base->store, &ctx->scope, measure, until, until + 1,
                                          last_day(base, value), given, n, &subjects, &inner);
    if (status == KEPT_ENOMEM || status == KEPT_ECANCELLED)
        return kept_fail(err, status, "%s", inner.msg);
    if (status != KEPT_OK)
        kept_result_note(result, KEPT_WARNING, "The measure %s was not stored: %s", measure,
                         inner.msg);
    else
        kept_result_note(result, KEPT_NOTE,
                         "The margins of %" PRId64 " customers are stored as the measure %s, which "
                         "says what is at stake: kept measure show %s",
                         subjects, measure, measure);
    return KEPT_OK;
}
