/* kept promise done, kept promise said: what came of a promise that facts cannot tell: somebody
 * shows that it was done, or those it was promised to say how it was. */
#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "base/text.h"
#include "base/window.h"
#include "make/step.h"

/* --- When it was due --- */

typedef struct due {
    bool known;
    kept_day day;
} due;

static bool period_of(const char *rhythm, kept_window_kind *ret_kind)
{
    static const struct {
        const char *rhythm;
        kept_window_kind kind;
    } periods[] = {
        {"weekly", KEPT_WINDOW_WEEK},       {"monthly", KEPT_WINDOW_MONTH},
        {"quarterly", KEPT_WINDOW_QUARTER}, {"half-yearly", KEPT_WINDOW_HALF_YEAR},
        {"yearly", KEPT_WINDOW_YEAR},
    };
    for (size_t i = 0; i < KEPT_N(periods); i++)
        if (kept_text_equal(rhythm, periods[i].rhythm)) {
            *ret_kind = periods[i].kind;
            return true;
        }
    return false;
}

/* The day named, else the promise's own, else the last day of the period that the day is in. */
static kept_status read_due(const kept_promise_step *step, due *ret, kept_err *err)
{
    const char *rhythm = kept_step_text(step, "rhythm");
    kept_window_kind kind;
    *ret = (due){true, kept_step_option_day(step, "due", 0)};
    if (kept_args_get(step->args, "due")->present || kept_step_day(step, "due_on", &ret->day))
        return KEPT_OK;
    if (period_of(rhythm, &kind)) {
        ret->day = kept_window_of(kind, step->seen_on, 0, 0).end;
        return KEPT_OK;
    }
    ret->known = false;
    if (!rhythm)
        return KEPT_OK;
    return kept_fail(err, KEPT_EARG,
                     "%s falls due with every case; say which day this one was due with --due.",
                     step->id);
}

static kept_status check_judged(const kept_promise_step *step, const char *how, kept_err *err)
{
    const char *judged = kept_step_text(step, "judged");
    if (kept_text_equal(judged, how))
        return KEPT_OK;
    if (!judged)
        return kept_fail(err, KEPT_EINPUT,
                         "%s does not say how it is judged; say it first: kept promise edit %s "
                         "--judged %s",
                         step->id, step->id, how);
    return kept_fail(err, KEPT_EINPUT, "%s is judged %s, so nobody records it as %s; %s.", step->id,
                     judged, how,
                     strcmp(judged, "counted") == 0 ? "facts tell, once they are imported"
                     : strcmp(judged, "done") == 0  ? "record what was done: kept promise done"
                                                    : "record what they said: kept promise said");
}

/* --- done --- */

#define VERDICTS "kept|late|partial|broken|excused"

static const kept_param done_params[] = {
    KEPT_STEP_ID,
    {.name = "on",
     .type = KEPT_P_DATE,
     .value = "DATE",
     .help = "day it was done; today when not given"},
    {.name = "due",
     .type = KEPT_P_DATE,
     .value = "DATE",
     .help =
         "day it was due; when not given the promise's own, or the last day of the week, month, "
         "quarter, half-year or year it was done in"},
    {.name = "verdict",
     .type = KEPT_P_CHOICE,
     .choices = VERDICTS,
     .help = "when not given: kept, or late when it was done after it was due"},
    {.name = "words", .type = KEPT_P_TEXT, .value = "TEXT", .help = "what was done"},
    {.name = "value",
     .type = KEPT_P_TEXT,
     .value = "NUMBER",
     .help = "figure both sides agree on, in the unit of the measure"},
    KEPT_STEP_PROOF,
    {.name = "cause", .type = KEPT_P_TEXT, .value = "TEXT", .help = "why it was not kept"},
    {.name = "remedy",
     .type = KEPT_P_TEXT,
     .value = "TEXT",
     .help = "what was done to put it right"},
    KEPT_STEP_WHY,
    KEPT_STEP_DRY_RUN,
};

/* What was recorded for the same day already; *ret_id 0: nothing. */
static kept_status find_earlier(kept_promise_step *step, due when, int64_t *ret_id, kept_err *err)
{
    const kept_record_kind *kind =
        kept_catalogue_record(kept_store_catalogue(step->store), "fulfilment");
    char day[11];
    kept_day_write(when.day, day);
    kept_record_filter filters[] = {
        {.field = kept_record_field_find(kind, "promise"),
         .ref = {step->promise.kind, step->promise.id}},
        {.field = kept_record_field_find(kind, "due_on"), .text = when.known ? day : NULL},
    };
    kept_record_query query = {
        .kind = kind, .filters = filters, .n_filters = KEPT_N(filters), .limit = 1};
    kept_record *found = NULL;
    size_t n = 0, total = 0;
    KEPT_TRY(kept_record_list(step->store, &step->ctx->scope, &query, step->ctx->arena, &found, &n,
                              &total, err));
    *ret_id = n ? found->id : 0;
    return KEPT_OK;
}

/* "done 2026-03-30, due 2026-03-31", where nothing else was said. */
static const char *done_words(const kept_promise_step *step, bool done, due when)
{
    char on[11], by[11];
    const char *words = kept_args_text(step->args, "words");
    if (words)
        return words;
    kept_day_write(step->seen_on, on);
    kept_day_write(when.day, by);
    return kept_arena_printf(step->ctx->arena, "%s%s%s%s", done ? "done " : "not done",
                             done ? on : "", when.known ? ", due " : "", when.known ? by : "");
}

static void note_done(const kept_promise_step *step, const char *verdict, due when, bool done,
                      int64_t earlier, kept_result *result)
{
    if (done && when.known && step->seen_on > when.day && strcmp(verdict, "kept") == 0)
        kept_result_note(result, KEPT_WARNING,
                         "It counts as kept although it was done after it was due, as you said.");
    if (earlier)
        kept_result_note(result, KEPT_NOTE,
                         "This replaces what FU-%" PRId64 " said of the same day; its history "
                         "keeps both.",
                         earlier);
}

static kept_status done(kept_promise_step *step, kept_result *result, kept_err *err)
{
    kept_event event = {.kind = "fulfilment"};
    due when;
    KEPT_TRY(check_judged(step, "done", err));
    KEPT_TRY(read_due(step, &when, err));
    const char *verdict = kept_args_text(step->args, "verdict");
    /* What is broken or excused was not done, unless a day is named on which it was. */
    bool act = kept_args_get(step->args, "on")->present || !verdict ||
               (strcmp(verdict, "broken") != 0 && strcmp(verdict, "excused") != 0);
    if (!verdict)
        verdict = when.known && step->seen_on > when.day ? "late" : "kept";
    KEPT_TRY(find_earlier(step, when, &event.id, err));
    const char *words = done_words(step, act, when);
    const char *said = kept_arena_printf(step->ctx->arena, "Recorded %s as %s", step->id, verdict);
    if (!words || !said)
        return kept_nomem(err);
    kept_event_set(&event, "words", words);
    kept_event_set(&event, "verdict", verdict);
    if (when.known)
        KEPT_TRY(kept_event_set_day(step, &event, "due_on", when.day, err));
    if (act)
        KEPT_TRY(kept_event_set_day(step, &event, "done_on", step->seen_on, err));
    kept_event_take(step, &event, "value", "value");
    kept_event_take(step, &event, "cause", "cause");
    kept_event_take(step, &event, "remedy", "remedy");
    note_done(step, verdict, when, act, event.id, result);
    return kept_step_finish(step, &event, said, result, err);
}

static kept_status run_done(kept_ctx *ctx, const kept_args *args, kept_result *result,
                            kept_err *err)
{
    kept_promise_step step;
    kept_status status = kept_step_begin(ctx, args, "agreed active paused closed", &step, err);
    return kept_step_end(&step, status == KEPT_OK ? done(&step, result, err) : status);
}

const kept_op kept_op_promise_done = {
    .name = "promise done",
    .stage = KEPT_MAKE,
    .summary = "Record that what was promised was done, or what came of it",
    .detail = "For promises judged done. A second record for the same due day replaces the first; "
              "the history keeps both.",
    .example = "kept promise done P-12 --on 2026-03-30 --proof minutes.pdf\n"
               "kept promise done P-12 --due 2026-06-30 --verdict broken --cause \"Nobody free\"",
    .ids = "P001",
    .params = done_params,
    .n_params = KEPT_N(done_params),
    .groups = kept_step_groups,
    .tables = kept_step_tables,
    .access = KEPT_WRITES,
    .role = KEPT_ROLE_CONTRIBUTOR,
    .run = run_done,
};

/* --- said --- */

static const kept_param said_params[] = {
    KEPT_STEP_ID,
    {.name = "verdict",
     .type = KEPT_P_CHOICE,
     .choices = VERDICTS,
     .required = true,
     .help = "what it comes to, in their eyes"},
    {.name = "by",
     .type = KEPT_P_TEXT,
     .value = "PERSON",
     .required = true,
     .help = "who says so: PE-3, or a name"},
    {.name = "words",
     .type = KEPT_P_TEXT,
     .value = "TEXT",
     .required = true,
     .help = "in their words"},
    {.name = "on",
     .type = KEPT_P_DATE,
     .value = "DATE",
     .help = "day they said it; today when not given"},
    {.name = "due",
     .type = KEPT_P_DATE,
     .value = "DATE",
     .help =
         "day it was due; when not given the promise's own, or the last day of the week, month, "
         "quarter, half-year or year it was said in"},
    {.name = "value",
     .type = KEPT_P_TEXT,
     .value = "NUMBER",
     .help = "figure both sides agree on, in the unit of the measure"},
    {.name = "level",
     .type = KEPT_P_CHOICE,
     .choices = "strategic|functional|front-line|whole",
     .help = "at which level they stand; when not given, that of the person"},
    KEPT_STEP_PROOF,
    KEPT_STEP_WHY,
    KEPT_STEP_DRY_RUN,
};

static kept_status level_of(kept_promise_step *step, const char *who, const char **ret_level,
                            kept_err *err)
{
    const kept_record_kind *kind =
        kept_catalogue_record(kept_store_catalogue(step->store), "person");
    kept_record person;
    kept_ref ref;
    *ret_level = kept_args_text(step->args, "level");
    if (*ret_level)
        return KEPT_OK;
    KEPT_TRY(kept_record_find(step->store, &step->ctx->scope, &kind, 1, who, &ref, err));
    KEPT_TRY(kept_record_get(step->store, &step->ctx->scope, kind, ref.id, step->ctx->arena,
                             &person, err));
    for (size_t i = 0; i < kind->n_fields; i++)
        if (strcmp(kind->fields[i].name, "level") == 0 && person.values[i].known)
            *ret_level = person.values[i].text;
    return KEPT_OK;
}

static kept_status said(kept_promise_step *step, kept_result *result, kept_err *err)
{
    kept_event event = {.kind = "fulfilment"};
    const char *who = NULL, *level = NULL;
    due when;
    KEPT_TRY(check_judged(step, "said", err));
    KEPT_TRY(read_due(step, &when, err));
    KEPT_TRY(kept_step_other_side(step, "by", &who, result, err));
    KEPT_TRY(level_of(step, who, &level, err));
    kept_event_take(step, &event, "words", "words");
    kept_event_take(step, &event, "verdict", "verdict");
    if (when.known)
        KEPT_TRY(kept_event_set_day(step, &event, "due_on", when.day, err));
    KEPT_TRY(kept_event_set_day(step, &event, "done_on", step->seen_on, err));
    kept_event_take(step, &event, "value", "value");
    kept_event_set(&event, "said_by", who);
    kept_event_set(&event, "level", level);
    const char *title =
        kept_arena_printf(step->ctx->arena, "Recorded what was said of %s", step->id);
    return title ? kept_step_finish(step, &event, title, result, err) : kept_nomem(err);
}

static kept_status run_said(kept_ctx *ctx, const kept_args *args, kept_result *result,
                            kept_err *err)
{
    kept_promise_step step;
    kept_status status = kept_step_begin(ctx, args, "agreed active paused closed", &step, err);
    return kept_step_end(&step, status == KEPT_OK ? said(&step, result, err) : status);
}

const kept_op kept_op_promise_said = {
    .name = "promise said",
    .stage = KEPT_MAKE,
    .summary = "Record what they say came of a promise, in their words",
    .detail = "For promises judged said. Every word stands for itself: people of three levels may "
              "see it in three ways.",
    .example = "kept promise said P-12 --verdict partial --by PE-3 --words \"Better, not good\"",
    .ids = "P001",
    .params = said_params,
    .n_params = KEPT_N(said_params),
    .groups = kept_step_groups,
    .tables = kept_step_tables,
    .access = KEPT_WRITES,
    .role = KEPT_ROLE_CONTRIBUTOR,
    .run = run_said,
};
