#include "make/step.h"

#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "base/text.h"
#include "store/records/rule.h"

/* --- What is shown --- */

static const kept_field step_fields[] = {
    {.name = "promise", .title = "Id", .type = KEPT_TEXT},
    {.name = "text", .title = "Promise", .type = KEPT_TEXT},
    {.name = "customer", .title = "Customer", .type = KEPT_TEXT},
    {.name = "state", .title = "State", .type = KEPT_TEXT},
    {.name = "event", .title = "Recorded as", .type = KEPT_TEXT},
};
static const kept_group_def step_group = {"step", "Promise", step_fields, KEPT_N(step_fields)};
const kept_group_def *const kept_step_groups[] = {&step_group, NULL};

static const kept_field recorded_fields[] = {
    {.name = "field", .title = "Name", .type = KEPT_TEXT, .detail = true},
    {.name = "title", .title = "Field", .type = KEPT_TEXT},
    {.name = "value", .title = "Value", .type = KEPT_TEXT},
};
const kept_table_def kept_step_recorded = {"recorded", "Recorded", recorded_fields,
                                           KEPT_N(recorded_fields), NULL};

static const kept_field change_fields[] = {
    {.name = "field", .title = "Name", .type = KEPT_TEXT, .detail = true},
    {.name = "title", .title = "Field", .type = KEPT_TEXT},
    {.name = "before", .title = "Before", .type = KEPT_TEXT},
    {.name = "now", .title = "Now", .type = KEPT_TEXT},
};
const kept_table_def kept_step_changes = {"changes", "Changes", change_fields,
                                          KEPT_N(change_fields), NULL};
const kept_table_def *const kept_step_tables[] = {&kept_step_recorded, NULL};

/* --- Beginning and ending --- */

static const kept_record_kind *kind_named(const kept_promise_step *step, const char *name)
{
    return kept_catalogue_record(kept_store_catalogue(step->store), name);
}

static kept_status find_promise(kept_promise_step *step, kept_err *err)
{
    const kept_record_kind *kind = kind_named(step, "promise");
    kept_ref ref;
    KEPT_TRY(kept_record_find(step->store, &step->ctx->scope, &kind, 1,
                              kept_args_text(step->args, "id"), &ref, err));
    KEPT_TRY(kept_record_get(step->store, &step->ctx->scope, kind, ref.id, step->ctx->arena,
                             &step->promise, err));
    step->id = kept_short_id(step->ctx->arena, ref);
    return step->id ? KEPT_OK : kept_nomem(err);
}

static bool among(const char *words, const char *word)
{
    size_t len = strlen(word);
    for (const char *p = words; (p = strstr(p, word)); p += len)
        if ((p == words || p[-1] == ' ') && (p[len] == ' ' || p[len] == '\0'))
            return true;
    return false;
}

static kept_status check_state(const kept_promise_step *step, const char *states, kept_err *err)
{
    const char *verb = strrchr(step->ctx->op->name, ' ') + 1, *state = step->promise.state;
    if (step->promise.archived_at)
        return kept_fail(err, KEPT_EINPUT,
                         "%s is archived; bring it back first: kept promise archive %s --back",
                         step->id, step->id);
    if (!states || among(states, state))
        return KEPT_OK;
    if (strcmp(state, "proposed") == 0)
        return kept_fail(err, KEPT_EINPUT,
                         "%s is only proposed; agree it first: kept promise agree %s "
                         "--acknowledged-by PERSON --start",
                         step->id, step->id);
    KEPT_AUTO_BUF list = KEPT_BUF_INIT;
    for (const char *c = states; *c; c++)
        kept_buf_add(&list, *c != ' '            ? (const char[]){*c, '\0'}
                            : strchr(c + 1, ' ') ? ", "
                                                 : " or ");
    return kept_fail(err, KEPT_EINPUT, "%s is %s; kept promise %s takes one that is %.*s.",
                     step->id, state, verb, KEPT_SHOWN(kept_buf_text(&list), 120));
}

static kept_status read_proof(kept_promise_step *step, kept_err *err)
{
    const char *path = kept_args_text(step->args, "proof");
    kept_proof *proof = path ? KEPT_NEW(step->ctx->arena, kept_proof) : NULL;
    if (!path)
        return KEPT_OK;
    if (!proof)
        return kept_nomem(err);
    KEPT_TRY(kept_proof_read(path, step->ctx->arena, proof, err));
    step->proof = proof;
    return KEPT_OK;
}

static bool has_option(const kept_promise_step *step, const char *name)
{
    return kept_op_param(step->ctx->op, name) != NULL;
}

kept_status kept_step_begin(kept_ctx *ctx, const kept_args *args, const char *states,
                            kept_promise_step *step, kept_err *err)
{
    *step = (kept_promise_step){.ctx = ctx, .args = args};
    step->dry_run = kept_args_flag(args, "dry-run");
    KEPT_TRY(kept_ctx_records(ctx, &step->store, err));
    step->today = kept_rule_today(&ctx->scope);
    step->seen_on = has_option(step, "on") ? kept_step_option_day(step, "on", step->today) : 0;
    if (step->seen_on > step->today)
        return kept_fail(err, KEPT_EARG,
                         "--on names a day to come; what has happened lies behind "
                         "us.");
    KEPT_TRY(kept_writing_begin(step->store, &ctx->scope, "command", &step->writing, err));
    KEPT_TRY(find_promise(step, err));
    KEPT_TRY(check_state(step, states, err));
    return has_option(step, "proof") ? read_proof(step, err) : KEPT_OK;
}

kept_status kept_step_end(kept_promise_step *step, kept_status status)
{
    kept_writing_end(step->writing);
    step->writing = NULL;
    return status;
}

/* --- The event --- */

void kept_event_set(kept_event *event, const char *field, const char *text)
{
    if (!text || event->n == KEPT_EVENT_FIELDS)
        return;
    event->fields[event->n] = field;
    event->texts[event->n++] = text;
}

kept_status kept_event_set_day(kept_promise_step *step, kept_event *event, const char *field,
                               kept_day day, kept_err *err)
{
    char text[11];
    kept_day_write(day, text);
    const char *copy = kept_arena_strdup(step->ctx->arena, text);
    kept_event_set(event, field, copy);
    return copy ? KEPT_OK : kept_nomem(err);
}

void kept_event_take(const kept_promise_step *step, kept_event *event, const char *field,
                     const char *option)
{
    kept_event_set(event, field, kept_args_text(step->args, option));
}

/* A new event has the fields given; one written anew loses those that are not. */
static kept_status write_event(kept_promise_step *step, const kept_event *event,
                               kept_edited *ret_edited, kept_err *err)
{
    const kept_record_kind *kind = kind_named(step, event->kind);
    kept_set sets[2 * KEPT_EVENT_FIELDS];
    size_t n = 0;
    for (size_t i = 0; i < event->n; i++)
        sets[n++] = (kept_set){event->fields[i], &event->texts[i], 1};
    for (size_t i = 0; event->id && i < kind->n_fields && n < KEPT_N(sets); i++) {
        bool given = kind->fields[i].own; /* what a firm added is not for us to empty */
        for (size_t k = 0; k < event->n; k++)
            given = given || strcmp(kind->fields[i].name, event->fields[k]) == 0;
        if (!given)
            sets[n++] = (kept_set){.field = kind->fields[i].name};
    }
    kept_edit edit = {.kind = kind,
                      .id = event->id,
                      .sets = sets,
                      .n_sets = n,
                      .why = kept_args_text(step->args, "why")};
    return kept_record_write(step->writing, &edit, ret_edited, err);
}

static kept_status show_promise(kept_promise_step *step, kept_ref event, kept_result *result,
                                kept_err *err)
{
    kept_record now;
    const kept_record_kind *kind = step->promise.kind;
    KEPT_TRY(kept_record_get(step->store, &step->ctx->scope, kind, step->promise.id,
                             step->ctx->arena, &now, err));
    kept_group *g = kept_result_group(result, &step_group);
    kept_group_text(result, g, "promise", step->id);
    kept_group_text(result, g, "text", now.label);
    kept_group_text(result, g, "state", now.state);
    kept_group_text(result, g, "event", kept_short_id(step->ctx->arena, event));
    for (size_t i = 0; i < kind->n_fields; i++) {
        const char *name = NULL;
        if (strcmp(kind->fields[i].name, "customer") != 0 || !now.values[i].known)
            continue;
        KEPT_TRY(kept_record_labels(step->store, &step->ctx->scope, now.values[i].refs, 1,
                                    step->ctx->arena, &name, err));
        kept_group_text(result, g, "customer", name);
    }
    return KEPT_OK;
}

/* What an amendment says of the promise before it: shown as changes. */
static bool is_before(const kept_promise_step *step, const kept_event *event, const char *field)
{
    const kept_record_field *of = kept_record_field_find(step->promise.kind, field);
    return strcmp(event->kind, "amendment") == 0 && of && of->settled;
}

static kept_status show_event(kept_promise_step *step, const kept_event *event, kept_ref ref,
                              kept_result *result, kept_err *err)
{
    kept_record record;
    bool ok = true;
    KEPT_TRY(kept_record_get(step->store, &step->ctx->scope, ref.kind, ref.id, step->ctx->arena,
                             &record, err));
    kept_table *table = kept_result_table(result, &kept_step_recorded);
    for (size_t i = 0; i < ref.kind->n_fields; i++) {
        const kept_record_field *field = &ref.kind->fields[i];
        bool given = false;
        for (size_t k = 0; k < event->n; k++)
            given = given || strcmp(event->fields[k], field->name) == 0;
        if (!given || strcmp(field->name, "promise") == 0 || is_before(step, event, field->name))
            continue;
        kept_cell *row = kept_table_row(result, table);
        row[0] = kept_cell_text(result, field->name);
        row[1] = kept_cell_text(result, field->title);
        row[2] = kept_cell_text(result,
                                kept_value_text(field, &record.values[i], step->ctx->arena, &ok));
    }
    return ok ? KEPT_OK : kept_nomem(err);
}

kept_status kept_step_finish(kept_promise_step *step, kept_event *event, const char *said,
                             kept_result *result, kept_err *err)
{
    kept_edited edited;
    kept_event_set(event, "promise", step->id);
    kept_event_set(event, "proof", step->proof ? step->proof->name : NULL);
    KEPT_TRY(write_event(step, event, &edited, err));
    result->title = kept_arena_printf(step->ctx->arena, "%s%s", said,
                                      step->dry_run ? " (trial: nothing was kept)" : "");
    if (!result->title)
        return kept_nomem(err);
    KEPT_TRY(show_promise(step, edited.ref, result, err));
    KEPT_TRY(show_event(step, event, edited.ref, result, err));
    if (step->dry_run)
        return KEPT_OK;
    if (step->proof)
        KEPT_TRY(kept_proof_keep(step->store, step->proof, err));
    return kept_writing_commit(step->writing, err);
}

/* --- Values --- */

static const kept_value *value_of(const kept_promise_step *step, const char *field)
{
    const kept_record_kind *kind = step->promise.kind;
    for (size_t i = 0; i < kind->n_fields; i++)
        if (strcmp(kind->fields[i].name, field) == 0 && step->promise.values[i].known)
            return &step->promise.values[i];
    return NULL;
}

const char *kept_step_text(const kept_promise_step *step, const char *field)
{
    bool ok = true;
    const kept_value *value = value_of(step, field);
    return value ? kept_value_text(kept_record_field_find(step->promise.kind, field), value,
                                   step->ctx->arena, &ok)
                 : NULL;
}

bool kept_step_day(const kept_promise_step *step, const char *field, kept_day *ret_day)
{
    const kept_value *value = value_of(step, field);
    if (value)
        *ret_day = (kept_day)value->i;
    return value;
}

kept_day kept_step_option_day(const kept_promise_step *step, const char *option, kept_day absent)
{
    const kept_arg *arg = kept_args_get(step->args, option);
    return arg->present ? (kept_day)arg->integer : absent;
}

/* --- Words of the other side --- */

/* Notes a person who is at another customer than the promise is about. */
static kept_status note_stranger(kept_promise_step *step, kept_ref ref, const char *id,
                                 kept_result *result, kept_err *err)
{
    kept_record person;
    const kept_value *customer = value_of(step, "customer");
    KEPT_TRY(kept_record_get(step->store, &step->ctx->scope, ref.kind, ref.id, step->ctx->arena,
                             &person, err));
    for (size_t i = 0; customer && i < ref.kind->n_fields; i++) {
        const kept_value *at = &person.values[i];
        if (strcmp(ref.kind->fields[i].name, "customer") != 0 || !at->known ||
            at->refs[0].id == customer->refs[0].id)
            continue;
        kept_result_note(result, KEPT_WARNING,
                         "%s (%s) is at C-%" PRId64 ", while %s is about C-%" PRId64
                         "; see that they may speak for each other.",
                         person.label, id, at->refs[0].id, step->id, customer->refs[0].id);
    }
    return KEPT_OK;
}

kept_status kept_step_other_side(kept_promise_step *step, const char *option, const char **ret_who,
                                 kept_result *result, kept_err *err)
{
    const kept_record_kind *kinds[] = {kind_named(step, "person"), kind_named(step, "employee")};
    const char *words = kept_args_text(step->args, option);
    const char *receiver = kept_step_text(step, "receiver"), *giver = kept_step_text(step, "giver");
    kept_ref ref;
    *ret_who = NULL;
    if (!words)
        return KEPT_OK;
    KEPT_TRY(
        kept_record_find(step->store, &step->ctx->scope, kinds, KEPT_N(kinds), words, &ref, err));
    const char *id = kept_short_id(step->ctx->arena, ref);
    if (!id)
        return kept_nomem(err);
    bool with_customer =
        kept_text_equal(receiver, "customer") || kept_text_equal(giver, "customer");
    if (ref.kind == kinds[1] && with_customer)
        return kept_fail(
            err, KEPT_EARG,
            "%s is one of us; about %s it is for somebody at the customer to say: name "
            "them with --%s.",
            id, step->id, option);
    if (ref.kind == kinds[0])
        KEPT_TRY(note_stranger(step, ref, id, result, err));
    *ret_who = id;
    return KEPT_OK;
}

kept_status kept_step_need_evidence(const kept_promise_step *step, const char *what, kept_err *err)
{
    if (kept_args_text(step->args, "words") || step->proof)
        return KEPT_OK;
    return kept_fail(err, KEPT_EARG,
                     "%s needs what shows that it was acknowledged: their words (--words TEXT) or "
                     "a file (--proof FILE).",
                     what);
}
