/* kept promise agree, pause, resume, close: steps in the life of a promise that the other side
 * acknowledges. Each moves the promise and records an amendment. */
#include <string.h>

#include "base/array.h"
#include "base/text.h"
#include "make/step.h"

#define FROM                                                                                       \
    {                                                                                              \
        .name = "from", .type = KEPT_P_DATE, .value = "DATE",                                      \
        .help = "first day it holds; today when not given"                                         \
    }

/* One of the four steps. */
typedef struct life {
    const char *what;    /* of the amendment: "closed" */
    const char *command; /* the action by which the store knows who moves the promise */
    const char *to;      /* state; NULL: stays */
    const char *said;    /* "Closed" */
} life;

static kept_status move(kept_promise_step *step, const life *l, kept_err *err)
{
    kept_edited edited;
    kept_edit edit = {.kind = step->promise.kind,
                      .id = step->promise.id,
                      .state = l->to,
                      .action = l->command,
                      .why = kept_args_text(step->args, "why")};
    return l->to ? kept_record_write(step->writing, &edit, &edited, err) : KEPT_OK;
}

static kept_status record(kept_promise_step *step, const life *l, kept_day from,
                          kept_result *result, kept_err *err)
{
    kept_event event = {.kind = "amendment"};
    const char *who = NULL;
    KEPT_TRY(kept_step_other_side(step, "acknowledged-by", &who, result, err));
    KEPT_TRY(move(step, l, err));
    kept_event_set(&event, "change", l->said);
    kept_event_set(&event, "what", l->what);
    kept_event_set(&event, "acknowledged_by", who);
    kept_event_take(step, &event, "words", "words");
    KEPT_TRY(kept_event_set_day(step, &event, "effective_on", from, err));
    if (who)
        KEPT_TRY(kept_event_set_day(step, &event, "acknowledged_on", step->seen_on, err));
    const char *said = kept_arena_printf(step->ctx->arena, "%s %s", l->said, step->id);
    return said ? kept_step_finish(step, &event, said, result, err) : kept_nomem(err);
}

/* --- agree --- */

static const kept_param agree_params[] = {
    KEPT_STEP_ID,
    KEPT_STEP_BY(true),
    KEPT_STEP_ON,
    {.name = "start", .type = KEPT_P_FLAG, .help = "it runs from now on: active, not only agreed"},
    KEPT_STEP_WORDS,
    KEPT_STEP_PROOF,
    KEPT_STEP_WHY,
    KEPT_STEP_DRY_RUN,
};

/* A promise that runs already may be acknowledged later: it stays as it is. */
static const char *agreed_state(const kept_promise_step *step)
{
    const char *now = step->promise.state;
    if (strcmp(now, "active") == 0)
        return NULL;
    if (kept_args_flag(step->args, "start"))
        return "active";
    return strcmp(now, "agreed") == 0 ? NULL : "agreed";
}

static kept_status agree(kept_promise_step *step, kept_result *result, kept_err *err)
{
    life l = {"agreed", "agree", agreed_state(step), "Agreed"};
    KEPT_TRY(record(step, &l, step->seen_on, result, err));
    if (kept_text_equal(l.to, "agreed"))
        kept_result_note(result, KEPT_ADVICE, "When it begins to run: kept promise move %s active",
                         step->id);
    return KEPT_OK;
}

static kept_status run_agree(kept_ctx *ctx, const kept_args *args, kept_result *result,
                             kept_err *err)
{
    kept_promise_step step;
    kept_status status = kept_step_begin(ctx, args, "proposed agreed active", &step, err);
    return kept_step_end(&step, status == KEPT_OK ? agree(&step, result, err) : status);
}

const kept_op kept_op_promise_agree = {
    .name = "promise agree",
    .stage = KEPT_MAKE,
    .summary = "Agree a promise: the other side acknowledged it",
    .detail =
        "A proposed promise becomes agreed, with --start active. From then on what was agreed "
        "changes only by `kept promise amend`. One that runs already is acknowledged and "
        "stays as it is.",
    .example = "kept promise agree P-12 --acknowledged-by PE-3 --words \"Yes, do it so\" --start",
    .ids = "M001",
    .params = agree_params,
    .n_params = KEPT_N(agree_params),
    .groups = kept_step_groups,
    .tables = kept_step_tables,
    .access = KEPT_WRITES,
    .role = KEPT_ROLE_CONTRIBUTOR,
    .run = run_agree,
};

/* --- pause, resume, close --- */

static const kept_param rest_params[] = {
    KEPT_STEP_ID,    KEPT_STEP_BY(true), KEPT_STEP_ON,  FROM,
    KEPT_STEP_WORDS, KEPT_STEP_PROOF,    KEPT_STEP_WHY, KEPT_STEP_DRY_RUN,
};
static const kept_param resume_params[] = {
    KEPT_STEP_ID,    KEPT_STEP_BY(false), KEPT_STEP_ON,  FROM,
    KEPT_STEP_WORDS, KEPT_STEP_PROOF,     KEPT_STEP_WHY, KEPT_STEP_DRY_RUN,
};

/* A pause or an end agreed afterwards would take back what was judged. */
static kept_status check_from(const kept_promise_step *step, const char *what, kept_day from,
                              kept_err *err)
{
    if (from >= step->seen_on || !kept_args_text(step->args, "acknowledged-by"))
        return KEPT_OK;
    return kept_fail(err, KEPT_EARG,
                     "%s cannot begin before it was acknowledged: --from lies before the day they "
                     "did; if they did earlier, say when with --on.",
                     what);
}

static kept_status step_with(kept_promise_step *step, const life *l, const char *what, bool proves,
                             kept_result *result, kept_err *err)
{
    kept_day from = kept_step_option_day(step, "from", step->today);
    if (proves)
        KEPT_TRY(kept_step_need_evidence(step, what, err));
    KEPT_TRY(check_from(step, what, from, err));
    return record(step, l, from, result, err);
}

static kept_status run_pause(kept_ctx *ctx, const kept_args *args, kept_result *result,
                             kept_err *err)
{
    static const life l = {"paused", "pause", "paused", "Paused"};
    kept_promise_step step;
    kept_status status = kept_step_begin(ctx, args, "active", &step, err);
    return kept_step_end(
        &step, status == KEPT_OK ? step_with(&step, &l, "A pause", true, result, err) : status);
}

static kept_status run_resume(kept_ctx *ctx, const kept_args *args, kept_result *result,
                              kept_err *err)
{
    static const life l = {"resumed", "resume", "active", "Resumed"};
    kept_promise_step step;
    kept_status status = kept_step_begin(ctx, args, "paused", &step, err);
    return kept_step_end(&step, status == KEPT_OK ? step_with(&step, &l, "It", false, result, err)
                                                  : status);
}

static kept_status run_close(kept_ctx *ctx, const kept_args *args, kept_result *result,
                             kept_err *err)
{
    static const life l = {"closed", "close", "closed", "Closed"};
    kept_promise_step step;
    kept_status status = kept_step_begin(ctx, args, "agreed active paused", &step, err);
    return kept_step_end(
        &step, status == KEPT_OK ? step_with(&step, &l, "Closing", true, result, err) : status);
}

const kept_op kept_op_promise_pause = {
    .name = "promise pause",
    .stage = KEPT_MAKE,
    .summary = "Let a promise rest, as both sides agreed",
    .detail = "What falls due while it rests is not judged. That takes the word of the other side "
              "and what shows it.",
    .example = "kept promise pause P-12 --acknowledged-by PE-3 --words \"Not while we rebuild\"",
    .ids = "M001",
    .params = rest_params,
    .n_params = KEPT_N(rest_params),
    .groups = kept_step_groups,
    .tables = kept_step_tables,
    .access = KEPT_WRITES,
    .role = KEPT_ROLE_CONTRIBUTOR,
    .run = run_pause,
};

const kept_op kept_op_promise_resume = {
    .name = "promise resume",
    .stage = KEPT_MAKE,
    .summary = "Let a promise that rested run again",
    .example = "kept promise resume P-12 --from 2026-09-01",
    .ids = "M001",
    .params = resume_params,
    .n_params = KEPT_N(resume_params),
    .groups = kept_step_groups,
    .tables = kept_step_tables,
    .access = KEPT_WRITES,
    .role = KEPT_ROLE_CONTRIBUTOR,
    .run = run_resume,
};

const kept_op kept_op_promise_close = {
    .name = "promise close",
    .stage = KEPT_MAKE,
    .summary = "Close a promise that has run its course",
    .detail = "Closing takes the word of the other side and what shows it: whoever was promised "
              "something says when it is over. A promise entered by mistake is not closed but "
              "moved to void.",
    .example = "kept promise close P-12 --acknowledged-by PE-3 --proof reply.eml",
    .ids = "M001",
    .params = rest_params,
    .n_params = KEPT_N(rest_params),
    .groups = kept_step_groups,
    .tables = kept_step_tables,
    .access = KEPT_WRITES,
    .role = KEPT_ROLE_CONTRIBUTOR,
    .run = run_close,
};
