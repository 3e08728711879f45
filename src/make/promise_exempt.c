/* kept promise exempt: cases that both sides agreed beforehand not to count. */
#include <inttypes.h>

#include "base/array.h"
#include "make/step.h"

static const kept_param params[] = {
    KEPT_STEP_ID,
    {.name = "from",
     .type = KEPT_P_DATE,
     .value = "DATE",
     .required = true,
     .help = "first day that is exempt; a case belongs to the day it falls due"},
    {.name = "until",
     .type = KEPT_P_DATE,
     .value = "DATE",
     .required = true,
     .help = "last day that is exempt"},
    {.name = "cases",
     .type = KEPT_P_INTEGER,
     .value = "N",
     .min = 1,
     .max = 1e9,
     .help = "so many failures in these days do not count; when not given, no case in them counts"},
    {.name = "reason",
     .type = KEPT_P_TEXT,
     .value = "TEXT",
     .required = true,
     .help = "why they are not to count"},
    {.name = "agreed-with",
     .type = KEPT_P_TEXT,
     .value = "PERSON",
     .required = true,
     .help = "who of the other side agreed: PE-3, or a name"},
    {.name = "agreed-on",
     .type = KEPT_P_DATE,
     .value = "DATE",
     .help = "day it was agreed; today when not given"},
    KEPT_STEP_PROOF,
    KEPT_STEP_WHY,
    KEPT_STEP_DRY_RUN,
};

static kept_status check_days(const kept_promise_step *step, kept_day from, kept_day until,
                              kept_day agreed, kept_err *err)
{
    char first[11], day[11];
    kept_day_write(from, first);
    kept_day_write(agreed, day);
    if (until < from)
        return kept_fail(err, KEPT_EARG, "--until lies before --from (%s).", first);
    if (agreed > step->today)
        return kept_fail(err, KEPT_EARG,
                         "--agreed-on names a day to come; what was agreed lies behind us.");
    if (from >= agreed)
        return KEPT_OK;
    return kept_fail(err, KEPT_EARG,
                     "These days begin on %s, before it was agreed (%s): an exemption is agreed "
                     "beforehand; if it was, say when with --agreed-on.",
                     first, day);
}

static kept_status exempt(kept_promise_step *step, kept_result *result, kept_err *err)
{
    kept_event event = {.kind = "exemption"};
    const char *who = NULL;
    kept_day from = kept_step_option_day(step, "from", 0);
    kept_day until = kept_step_option_day(step, "until", 0);
    kept_day agreed = kept_step_option_day(step, "agreed-on", step->today);
    KEPT_TRY(check_days(step, from, until, agreed, err));
    KEPT_TRY(kept_step_other_side(step, "agreed-with", &who, result, err));
    kept_event_take(step, &event, "reason", "reason");
    KEPT_TRY(kept_event_set_day(step, &event, "starts_on", from, err));
    KEPT_TRY(kept_event_set_day(step, &event, "ends_on", until, err));
    kept_event_take(step, &event, "cases", "cases");
    kept_event_set(&event, "agreed_with", who);
    KEPT_TRY(kept_event_set_day(step, &event, "agreed_on", agreed, err));
    const char *said = kept_arena_printf(step->ctx->arena, "Exempted cases of %s", step->id);
    return said ? kept_step_finish(step, &event, said, result, err) : kept_nomem(err);
}

static kept_status run_exempt(kept_ctx *ctx, const kept_args *args, kept_result *result,
                              kept_err *err)
{
    kept_promise_step step;
    kept_status status = kept_step_begin(ctx, args, "agreed active paused", &step, err);
    return kept_step_end(&step, status == KEPT_OK ? exempt(&step, result, err) : status);
}

const kept_op kept_op_promise_exempt = {
    .name = "promise exempt",
    .stage = KEPT_MAKE,
    .summary = "Except cases of a promise, as agreed beforehand",
    .detail = "Such as those of a stocktaking, or of a strike that was announced. The allowance of "
              "the windows concerned changes formally, and the exemption is shown with their "
              "verdicts. What was agreed only afterwards is no exemption: that failure stays, and "
              "the other side may excuse it.",
    .example = "kept promise exempt P-12 --from 2026-12-24 --until 2027-01-02 "
               "--reason \"Their dock is closed\" --agreed-with PE-3",
    .ids = "M001 P001",
    .params = params,
    .n_params = KEPT_N(params),
    .groups = kept_step_groups,
    .tables = kept_step_tables,
    .access = KEPT_WRITES,
    .role = KEPT_ROLE_CONTRIBUTOR,
    .run = run_exempt,
};
