/* kept promise amend: what was agreed is changed, with the word of the other side. The promise says
 * what holds now, the amendment what held for the windows that began before. */
#include <string.h>

#include "base/array.h"
#include "base/text.h"
#include "base/window.h"
#include "make/step.h"
#include "op/field_param.h"

/* --- From when on --- */

static bool running_window(const kept_promise_step *step, kept_window_days *ret_days)
{
    const char *name = kept_step_text(step, "window_kind");
    kept_window_kind kind;
    kept_day anchor = step->today;
    if (!name || !kept_window_find(name, &kind) || kind == KEPT_WINDOW_ROLLING)
        return false;
    if (!kept_step_day(step, "starts_on", &anchor))
        (void)kept_step_day(step, "promised_on", &anchor);
    *ret_days = kept_window_of(kind, step->today, anchor, 0);
    return true;
}

/* The last amendment's first day: later ones do not reach behind it. */
static kept_status last_amended(kept_promise_step *step, kept_day *ret_day, kept_err *err)
{
    const kept_record_kind *kind =
        kept_catalogue_record(kept_store_catalogue(step->store), "amendment");
    kept_record_filter filters[] = {
        {.field = kept_record_field_find(kind, "promise"),
         .ref = {step->promise.kind, step->promise.id}},
        {.field = kept_record_field_find(kind, "what"), .text = "amended"},
    };
    kept_record_query query = {.kind = kind,
                               .filters = filters,
                               .n_filters = KEPT_N(filters),
                               .order = "effective_on",
                               .descending = true,
                               .limit = 1};
    kept_record *last = NULL;
    size_t n = 0, total = 0;
    KEPT_TRY(kept_record_list(step->store, &step->ctx->scope, &query, step->ctx->arena, &last, &n,
                              &total, err));
    for (size_t i = 0; n && i < kind->n_fields; i++)
        if (strcmp(kind->fields[i].name, "effective_on") == 0 && last->values[i].known)
            *ret_day = (kept_day)last->values[i].i;
    return KEPT_OK;
}

static kept_status read_from(kept_promise_step *step, kept_day *ret_from, kept_err *err)
{
    kept_window_days window;
    bool runs = running_window(step, &window);
    kept_day from = kept_step_option_day(step, "from", runs ? window.end + 1 : step->today);
    kept_day last = KEPT_DAY_MIN;
    char day[11];
    if (runs && from < window.start) {
        kept_day_write(window.start, day);
        return kept_fail(err, KEPT_EARG,
                         "Windows that are over keep what was agreed for them; the one that runs "
                         "began on %s: name that day or a later one with --from.",
                         day);
    }
    KEPT_TRY(last_amended(step, &last, err));
    if (from < last) {
        kept_day_write(last, day);
        return kept_fail(err, KEPT_EARG,
                         "%s was amended with effect from %s; another amendment holds from that "
                         "day on or later: name it with --from.",
                         step->id, day);
    }
    *ret_from = from;
    return KEPT_OK;
}

/* --- What changes --- */

static bool is_cleared(const kept_arg *clear, const char *option, const char *name)
{
    for (size_t i = 0; i < clear->n_list; i++)
        if (strcmp(clear->list[i], option) == 0 || strcmp(clear->list[i], name) == 0)
            return true;
    return false;
}

static kept_status check_cleared(const kept_promise_step *step, const kept_arg *clear,
                                 kept_err *err)
{
    for (size_t i = 0; i < clear->n_list; i++) {
        bool found = false;
        for (size_t f = 0; f < step->promise.kind->n_fields; f++) {
            const kept_record_field *field = &step->promise.kind->fields[f];
            char *option = kept_record_field_option(step->ctx->arena, field);
            if (!option)
                return kept_nomem(err);
            found = found || (field->settled && (strcmp(clear->list[i], option) == 0 ||
                                                 strcmp(clear->list[i], field->name) == 0));
        }
        if (!found)
            return kept_fail(err, KEPT_EARG,
                             "--clear takes a field that is settled, as due-on; \"%.60s\" is none.",
                             clear->list[i]);
    }
    return KEPT_OK;
}

/* sets has room for every field of the kind. */
static kept_status read_sets(const kept_promise_step *step, kept_set *sets, size_t *ret_n,
                             kept_err *err)
{
    const kept_record_kind *kind = step->promise.kind;
    const kept_arg *clear = kept_args_get(step->args, "clear");
    size_t n = 0;
    KEPT_TRY(check_cleared(step, clear, err));
    for (size_t i = 0; i < kind->n_fields; i++) {
        const kept_record_field *field = &kind->fields[i];
        char *option = field->settled ? kept_record_field_option(step->ctx->arena, field) : NULL;
        if (field->settled && !option)
            return kept_nomem(err);
        if (!option || !kept_op_param(step->ctx->op, option))
            continue;
        const kept_arg *arg = kept_args_get(step->args, option);
        if (arg->given)
            sets[n++] = (kept_set){field->name, (const char *const *)&arg->text, 1};
        else if (is_cleared(clear, option, field->name))
            sets[n++] = (kept_set){.field = field->name};
    }
    *ret_n = n;
    return n ? KEPT_OK
             : kept_fail(err, KEPT_EARG,
                         "Nothing is named that should change; name a field, as in --target 90%%.");
}

static kept_status write_promise(kept_promise_step *step, kept_err *err)
{
    kept_set *sets = KEPT_NEW_N(step->ctx->arena, kept_set, step->promise.kind->n_fields);
    size_t n = 0;
    kept_edited edited;
    if (!sets)
        return kept_nomem(err);
    KEPT_TRY(read_sets(step, sets, &n, err));
    kept_edit edit = {.kind = step->promise.kind,
                      .id = step->promise.id,
                      .sets = sets,
                      .n_sets = n,
                      .action = "amend",
                      .why = kept_args_text(step->args, "why")};
    KEPT_TRY(kept_record_write(step->writing, &edit, &edited, err));
    if (edited.n_changes == 0)
        return kept_fail(err, KEPT_EARG, "Nothing would change: %s says so already.", step->id);
    return KEPT_OK;
}

/* --- The amendment --- */

/* What stood before, field by field, and in words and rows what changed. */
static kept_status compare(kept_promise_step *step, kept_event *event, kept_buf *words,
                           kept_table *table, kept_result *result, kept_err *err)
{
    kept_arena *arena = step->ctx->arena;
    const kept_record_kind *kind = step->promise.kind;
    const kept_record_kind *to =
        kept_catalogue_record(kept_store_catalogue(step->store), event->kind);
    kept_record now;
    bool ok = true;
    KEPT_TRY(
        kept_record_get(step->store, &step->ctx->scope, kind, step->promise.id, arena, &now, err));
    for (size_t i = 0; i < kind->n_fields; i++) {
        const kept_record_field *field = &kind->fields[i];
        if (!field->settled)
            continue;
        const char *was = kept_value_text(field, &step->promise.values[i], arena, &ok);
        const char *is = kept_value_text(field, &now.values[i], arena, &ok);
        /* A firm's own fields stand in the history alone. */
        if (kept_record_field_find(to, field->name))
            kept_event_set(event, field->name, was);
        if (kept_text_equal(was, is))
            continue;
        const char *from = was ? was : "nothing", *then = is ? is : "nothing";
        kept_buf_printf(words, "%s%s from %.*s to %.*s", words->len ? "; " : "", field->title,
                        KEPT_SHOWN(from, 200), KEPT_SHOWN(then, 200));
        kept_cell *row = kept_table_row(result, table);
        row[0] = kept_cell_text(result, field->name);
        row[1] = kept_cell_text(result, field->title);
        row[2] = kept_cell_text(result, was);
        row[3] = kept_cell_text(result, is);
    }
    return ok && !words->failed ? KEPT_OK : kept_nomem(err);
}

/* One line, whatever the fields hold. */
static void one_line(char *text)
{
    for (char *c = text; *c; c++)
        if (*c == '\n' || *c == '\r' || *c == '\t')
            *c = ' ';
}

static kept_status amend(kept_promise_step *step, kept_result *result, kept_err *err)
{
    kept_event event = {.kind = "amendment"};
    KEPT_AUTO_BUF words = KEPT_BUF_INIT;
    const char *who = NULL;
    kept_day from = 0;
    KEPT_TRY(kept_step_need_evidence(step, "An amendment", err));
    KEPT_TRY(kept_step_other_side(step, "acknowledged-by", &who, result, err));
    KEPT_TRY(read_from(step, &from, err));
    KEPT_TRY(write_promise(step, err));
    kept_table *table = kept_result_table(result, &kept_step_changes);
    KEPT_TRY(compare(step, &event, &words, table, result, err));
    char *change = kept_arena_strdup(step->ctx->arena, kept_buf_text(&words));
    const char *said = kept_arena_printf(step->ctx->arena, "Amended %s", step->id);
    if (!change || !said)
        return kept_nomem(err);
    one_line(change);
    kept_event_set(&event, "change", change);
    kept_event_set(&event, "what", "amended");
    kept_event_set(&event, "acknowledged_by", who);
    kept_event_take(step, &event, "words", "words");
    KEPT_TRY(kept_event_set_day(step, &event, "effective_on", from, err));
    KEPT_TRY(kept_event_set_day(step, &event, "acknowledged_on", step->seen_on, err));
    return kept_step_finish(step, &event, said, result, err);
}

static kept_status run_amend(kept_ctx *ctx, const kept_args *args, kept_result *result,
                             kept_err *err)
{
    kept_promise_step step;
    kept_status status = kept_step_begin(ctx, args, "agreed active paused", &step, err);
    return kept_step_end(&step, status == KEPT_OK ? amend(&step, result, err) : status);
}

/* --- The operation --- */

static const kept_table_def *const amend_tables[] = {&kept_step_changes, &kept_step_recorded, NULL};

static const kept_param before_fields[] = {
    KEPT_STEP_ID,
};
static const kept_param after_fields[] = {
    {.name = "clear",
     .type = KEPT_P_TEXT,
     .value = "FIELD",
     .repeated = true,
     .help = "empty this field"},
    {.name = "from",
     .type = KEPT_P_DATE,
     .value = "DATE",
     .help = "first day it holds: windows that began before are judged by what held before; when "
             "not given the first day of the next window, or today for a promise without windows"},
    KEPT_STEP_BY(true),
    KEPT_STEP_ON,
    KEPT_STEP_WORDS,
    KEPT_STEP_PROOF,
    {.name = "why",
     .type = KEPT_P_TEXT,
     .value = "WORDS",
     .required = true,
     .help = "reason, kept in the history"},
    KEPT_STEP_DRY_RUN,
};

/* Every settled field is an option; a fixed one too, so that the store can say why not. */
static bool make_params(const kept_record_kind *promise, kept_arena *arena, kept_op *op)
{
    kept_param *list = KEPT_NEW_N(arena, kept_param,
                                  promise->n_fields + KEPT_N(before_fields) + KEPT_N(after_fields));
    size_t n = 0;
    if (!list)
        return false;
    for (size_t i = 0; i < KEPT_N(before_fields); i++)
        list[n++] = before_fields[i];
    for (size_t i = 0; i < promise->n_fields; i++)
        if (promise->fields[i].settled && promise->fields[i].type != KEPT_RECORD_REFS &&
            !kept_field_param(&promise->fields[i], arena, &list[n++]))
            return false;
    for (size_t i = 0; i < KEPT_N(after_fields); i++)
        list[n++] = after_fields[i];
    op->params = list;
    op->n_params = n;
    return true;
}

kept_status kept_op_promise_amend(const kept_record_kind *promise, kept_arena *arena,
                                  kept_op **ret_op, kept_err *err)
{
    kept_op *op = KEPT_NEW(arena, kept_op);
    if (!op)
        return kept_nomem(err);
    *op = (kept_op){
        .name = "promise amend",
        .stage = KEPT_MAKE,
        .summary = "Amend what was agreed, with the word of the other side",
        .detail =
            "The promise says what holds now; the amendment keeps what held before, who "
            "acknowledged the change and what shows it. Both are written at once. Windows that "
            "began before --from are judged by what held before, so no verdict changes "
            "afterwards.\n\nHow a promise is judged cannot be amended: close it and make another.",
        .example = "kept promise amend P-12 --target 90% --from 2026-10-01 --acknowledged-by PE-3 "
                   "--words \"Fine for the winter\" --why \"new carrier\"",
        .ids = "M001",
        .groups = kept_step_groups,
        .tables = amend_tables,
        .access = KEPT_WRITES,
        .role = KEPT_ROLE_CONTRIBUTOR,
        .run = run_amend,
    };
    if (!make_params(promise, arena, op))
        return kept_nomem(err);
    *ret_op = op;
    return KEPT_OK;
}
