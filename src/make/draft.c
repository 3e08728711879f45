/* A promise that is not made yet, from the options that would make it. */
#include <string.h>

#include "base/date.h"
#include "make/case_facts.h"
#include "op/field_param.h"
#include "store/records/value.h"

typedef struct drafting {
    kept_ctx *ctx;
    kept_store *store;
    const kept_args *args;
    const kept_record_kind *kind;
} drafting;

static const kept_record_field *field_of(const drafting *d, const char *name)
{
    for (size_t i = 0; i < d->kind->n_fields; i++)
        if (strcmp(d->kind->fields[i].name, name) == 0)
            return &d->kind->fields[i];
    return NULL;
}

/* What the option of a field was given; NULL: nothing, or the operation has no such option. */
static const char *given(const drafting *d, const char *name)
{
    const kept_record_field *field = field_of(d, name);
    const char *option = field ? kept_record_field_option(d->ctx->arena, field) : NULL;
    for (size_t i = 0; option && i < d->args->n; i++)
        if (strcmp(d->args->arg[i].param->name, option) == 0)
            return d->args->arg[i].given ? d->args->arg[i].text : NULL;
    return NULL;
}

static kept_status read(const drafting *d, const char *name, kept_value *ret, kept_err *err)
{
    const char *text = given(d, name);
    *ret = (kept_value){.known = false};
    return text ? kept_value_read(field_of(d, name), text, d->ctx->arena, ret, err) : KEPT_OK;
}

/* A number as stored; *ret_known false when it was not given. */
static kept_status read_int(const drafting *d, const char *name, bool *ret_known, int64_t *ret,
                            kept_err *err)
{
    kept_value value;
    KEPT_TRY(read(d, name, &value, err));
    *ret_known = value.known;
    if (value.known)
        *ret = value.i;
    return KEPT_OK;
}

/* Whole and share fields are stored as they are counted: shares in millionths. */
static kept_status read_terms(const drafting *d, kept_terms *t, kept_err *err)
{
    enum { PRESET_ROLLING = 90, MINUTES_OF_HOUR = 60, MINUTES_OF_DAY = 24 * 60 };
    const char *unit = given(d, "within_unit"), *window = given(d, "window_kind");
    const char *judged = given(d, "judged"), *allowance = given(d, "allowance");
    const char *by = given(d, "counted_by");
    int64_t length = PRESET_ROLLING, time = 0;
    bool known, timed;
    *t = (kept_terms){.from = KEPT_DAY_MIN,
                      .version = 1,
                      .measure = given(d, "measure"),
                      .zone = given(d, "zone"),
                      .calendar = given(d, "calendar"),
                      .only = given(d, "only_where"),
                      .window = KEPT_WINDOW_QUARTER,
                      .within = -1,
                      .working = unit && strstr(unit, "working"),
                      .working_days = unit && strcmp(unit, "working-days") == 0,
                      .counted_by = by ? by : "case",
                      .period_target = KEPT_SHARE_ONE,
                      .due_on = KEPT_NO_DAY};
    bool counts =
        !field_of(d, "judged") || !judged ? t->measure != NULL : strcmp(judged, "counted") == 0;
    t->how = counts ? KEPT_HOW_COUNTED : KEPT_HOW_NONE;
    if (window)
        (void)kept_window_find(window, &t->window);
    KEPT_TRY(read_int(d, "window_days", &known, &length, err));
    t->length = (int)length;
    KEPT_TRY(read_int(d, "target", &t->has_target, &t->target, err));
    KEPT_TRY(read_int(d, "target_value", &t->has_target_value, &t->target_value, err));
    KEPT_TRY(read_int(d, "tolerance", &known, &t->tolerance, err));
    KEPT_TRY(read_int(d, "period_target", &known, &t->period_target, err));
    KEPT_TRY(read_int(d, "allowed", &known, &t->allowance.count, err));
    KEPT_TRY(read_int(d, "within", &timed, &time, err));
    if (timed) {
        int64_t each = !unit || strcmp(unit, "minutes") == 0 ? 1
                       : strstr(unit, "hours")               ? MINUTES_OF_HOUR
                                                             : MINUTES_OF_DAY;
        t->within = time * each / KEPT_SHARE_ONE;
    }
    t->allowance.fixed = allowance && strcmp(allowance, "count") == 0;
    t->allowance.target = t->has_target ? t->target : KEPT_SHARE_ONE;
    return KEPT_OK;
}

/* The record that an option names, of a kind; 0: none, or of another kind. */
static kept_status find(const drafting *d, const char *name, const char *kind, int64_t *ret,
                        const char **ret_label, kept_err *err)
{
    const char *text = given(d, name);
    const kept_record_kind *of = kept_catalogue_record(kept_store_catalogue(d->store), kind);
    kept_err inner = KEPT_ERR_INIT;
    kept_record record;
    kept_ref ref;
    *ret = 0;
    if (!text || !of)
        return KEPT_OK;
    kept_status status = kept_record_find(d->store, &d->ctx->scope, &of, 1, text, &ref, &inner);
    if (status == KEPT_ENOTFOUND && ret_label)
        return KEPT_OK; /* of another kind */
    if (status != KEPT_OK)
        return kept_fail(err, status, "%s", inner.msg);
    KEPT_TRY(kept_record_get(d->store, &d->ctx->scope, of, ref.id, d->ctx->arena, &record, err));
    *ret = ref.id;
    if (ret_label)
        *ret_label = record.label;
    return KEPT_OK;
}

kept_status kept_promise_draft(kept_ctx *ctx, kept_store *store, const kept_args *args,
                               kept_promise *ret_promise, kept_err *err)
{
    drafting d = {ctx, store, args, kept_catalogue_record(kept_store_catalogue(store), "promise")};
    kept_terms *terms = KEPT_NEW(ctx->arena, kept_terms);
    const char *giver = given(&d, "giver");
    int64_t party = 0;
    if (!terms)
        return kept_nomem(err);
    kept_promise p = {.giver = giver ? giver : "us",
                      .text = "",
                      .state = "proposed",
                      .receiver = "customer",
                      .starts = KEPT_DAY_MIN,
                      .ends = KEPT_NO_DAY,
                      .terms = terms,
                      .n_terms = 1};
    KEPT_TRY(read_terms(&d, terms, err));
    KEPT_TRY(find(&d, "customer", "customer", &p.customer, NULL, err));
    KEPT_TRY(find(&d, "receiver_party", "segment", &p.segment, &p.segment_name, err));
    if (strcmp(p.giver, "supplier") == 0 || strcmp(p.giver, "channel") == 0)
        KEPT_TRY(find(&d, "giver_party", p.giver, &party, &p.party, err));
    *ret_promise = p;
    return KEPT_OK;
}
