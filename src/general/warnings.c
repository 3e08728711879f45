/* kept warnings: what looks wrong, most money first. */
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/date.h"
#include "general/ops.h"
#include "general/warning_parts.h"

enum { FIRST_LIST = 5 };

static const kept_param params[] = {
    {.name = "all", .type = KEPT_P_FLAG, .help = "every warning, not just the first five"},
    {.name = "about",
     .type = KEPT_P_TEXT,
     .value = "ID",
     .help = "only about this record, or this customer and what belongs to it"},
    {.name = "state",
     .type = KEPT_P_CHOICE,
     .value = "STATE",
     .choices = "new|accepted|fixed|any",
     .preset = "new",
     .help = "new ones; those accepted for a while; those that fire no more"},
    {.name = "warning",
     .type = KEPT_P_TEXT,
     .value = "NAME",
     .help = "only this one, by name or number"},
};

static const kept_field fields[] = {
    {.name = "number",
     .title = "No.",
     .type = KEPT_INTEGER,
     .help = "in the list of anti-patterns"},
    {.name = "warning", .title = "Name", .type = KEPT_TEXT, .detail = true},
    {.name = "title", .title = "Warning", .type = KEPT_TEXT},
    {.name = "subject", .title = "About", .type = KEPT_TEXT},
    {.name = "label", .title = "Which is", .type = KEPT_TEXT},
    {.name = "money",
     .title = "At stake",
     .type = KEPT_MONEY,
     .help = "margin still to come; else margin, else sales of the last twelve months",
     .estimate = true},
    {.name = "weight", .title = "Weight", .type = KEPT_INTEGER, .help = "1 to 5: act now"},
    {.name = "state", .title = "State", .type = KEPT_TEXT},
    {.name = "reason", .title = "Why", .type = KEPT_TEXT, .detail = true},
    {.name = "advice", .title = "What to do", .type = KEPT_TEXT, .detail = true},
    {.name = "late_sign",
     .title = "Late sign",
     .type = KEPT_BOOL,
     .help = "shows when the harm is done",
     .detail = true},
    {.name = "first_seen", .title = "Since", .type = KEPT_TEXT, .detail = true},
    {.name = "until", .title = "Accepted until", .type = KEPT_TEXT, .detail = true},
    {.name = "accepted_because", .title = "Because", .type = KEPT_TEXT, .detail = true},
};
static const kept_table_def table_def = {"warnings", "Warnings, most money first", fields,
                                         KEPT_N(fields), "Nothing fires."};

static const kept_field unsure_fields[] = {
    {.name = "number", .title = "No.", .type = KEPT_INTEGER},
    {.name = "warning", .title = "Name", .type = KEPT_TEXT, .detail = true},
    {.name = "title", .title = "Warning", .type = KEPT_TEXT},
    {.name = "subjects",
     .title = "Subjects",
     .type = KEPT_COUNT,
     .help = "subjects about which there is not enough data",
     .detail = true},
    {.name = "why", .title = "What would help", .type = KEPT_TEXT},
};
static const kept_table_def unsure_def = {"unsure", "Not enough data to tell", unsure_fields,
                                          KEPT_N(unsure_fields), NULL};

static const kept_field count_fields[] = {
    {.name = "rules", .title = "Warnings looked at", .type = KEPT_COUNT},
    {.name = "firing", .title = "Firing", .type = KEPT_COUNT, .help = "in the state asked for"},
    {.name = "quiet", .title = "Looked and found nothing", .type = KEPT_COUNT},
    {.name = "not_enough", .title = "Not enough data to tell", .type = KEPT_COUNT},
};
static const kept_group_def count_group = {"", NULL, count_fields, KEPT_N(count_fields)};

/* --- What to list --- */

typedef kept_warning_line line;

typedef struct listing {
    kept_ctx *ctx;
    kept_store *store;
    kept_ref about;     /* kind NULL: anything */
    const char *wanted; /* state */
    kept_warning_look *looks;
    size_t n_looks;
    kept_warning_state *states;
    size_t n_states;
    line *lines;
    size_t n;
} listing;

static bool is_about(const listing *l, const kept_warning_look *look, int64_t subject,
                     const kept_warning_case *one)
{
    if (!l->about.kind || (look->warning->about == l->about.kind && subject == l->about.id))
        return true;
    /* A rule says in a column named after the kind what its subject belongs to. */
    for (size_t i = 0; one && i < look->n_columns; i++)
        if (strcmp(look->columns[i], l->about.kind->name) == 0)
            return one->cells[i].type == KEPT_RULE_INT && one->cells[i].i == l->about.id;
    return false;
}

static bool is_wanted(const listing *l, const kept_warning_state *state, bool fires)
{
    const char *word = fires && state && strcmp(state->state, "fixed") == 0
                           ? "new"
                           : kept_warning_state_word(state);
    return strcmp(l->wanted, "any") == 0 || strcmp(l->wanted, word) == 0;
}

static void add_line(listing *l, line one, bool fires)
{
    if (is_wanted(l, one.state, fires) && is_about(l, one.look, one.subject, one.one))
        l->lines[l->n++] = one;
}

static kept_status make_lines(listing *l, kept_err *err)
{
    size_t room = l->n_states;
    for (size_t i = 0; i < l->n_looks; i++)
        room += l->looks[i].n;
    l->lines = KEPT_NEW_N(l->ctx->arena, line, room);
    if (!l->lines)
        return kept_nomem(err);
    for (size_t i = 0; i < l->n_looks; i++) {
        const kept_warning_look *look = &l->looks[i];
        for (size_t k = 0; k < look->n; k++) {
            const kept_warning_case *one = &look->cases[k];
            add_line(
                l,
                (line){look, one,
                       kept_warning_state_of(l->states, l->n_states, look->warning, one->subject),
                       one->subject},
                true);
        }
        for (size_t k = 0; k < l->n_states; k++) {
            const kept_warning_state *s = &l->states[k];
            bool fixed =
                strcmp(s->state, "fixed") == 0 && strcmp(s->warning, look->warning->name) == 0;
            bool fires = false;
            for (size_t c = 0; fixed && c < look->n; c++)
                fires = fires || look->cases[c].subject == s->subject;
            if (fixed && !fires)
                add_line(l, (line){look, NULL, s, s->subject}, false);
        }
    }
    qsort(l->lines, l->n, sizeof *l->lines, kept_warning_by_money);
    return KEPT_OK;
}

/* --- Showing --- */

static kept_status show_line(listing *l, const line *one, kept_table *table, bool explain,
                             kept_result *result, kept_err *err)
{
    const kept_warning *w = one->look->warning;
    const char *id, *label, *reason = "It fires no more.";
    KEPT_TRY(kept_warning_name(l->ctx, l->store, w, one->subject, &id, &label, err));
    if (one->one)
        KEPT_TRY(kept_warning_reason(l->ctx, l->store, one->look, one->one, &reason, err));
    bool accepted = one->state && strcmp(one->state->state, "accepted") == 0;
    const char *word = one->one && !accepted ? "new" : kept_warning_state_word(one->state);
    kept_cell *row = kept_table_row(result, table);
    size_t c = 0;
    row[c++] = w->number ? kept_cell_int(w->number) : kept_cell_empty();
    row[c++] = kept_cell_text(result, w->name);
    row[c++] = kept_cell_text(result, w->title);
    row[c++] = kept_cell_text(result, id);
    row[c++] = kept_cell_text(result, label);
    row[c++] = one->one && one->one->has_money ? kept_cell_int(one->one->money) : kept_cell_empty();
    row[c++] = kept_cell_int(w->weight);
    row[c++] = kept_cell_text(result, word);
    row[c++] = kept_cell_text(result, reason);
    row[c++] = kept_cell_text(result, w->advice);
    row[c++] = kept_cell_int(w->late_sign);
    row[c++] = kept_cell_text(result, one->state ? one->state->first_seen : NULL);
    row[c++] = kept_cell_text(result, accepted ? one->state->until : NULL);
    row[c++] = kept_cell_text(result, accepted ? one->state->reason : NULL);
    if (explain)
        kept_result_note(result, KEPT_NOTE, "%s: %s%s %s", w->title, reason,
                         w->late_sign ? " (A late sign: the harm is done.)" : "", w->advice);
    return KEPT_OK;
}

static void show_unsure(const listing *l, kept_result *result)
{
    bool any = false;
    for (size_t i = 0; i < l->n_looks; i++)
        any = any || l->looks[i].why || l->looks[i].n_unsure;
    if (!any)
        return;
    kept_table *table = kept_result_table(result, &unsure_def);
    for (size_t i = 0; i < l->n_looks; i++) {
        const kept_warning_look *look = &l->looks[i];
        if (!look->why && !look->n_unsure)
            continue;
        const kept_warning *w = look->warning;
        kept_cell *row = kept_table_row(result, table);
        row[0] = w->number ? kept_cell_int(w->number) : kept_cell_empty();
        row[1] = kept_cell_text(result, w->name);
        row[2] = kept_cell_text(result, w->title);
        row[3] = look->n_unsure ? kept_cell_int((int64_t)look->n_unsure) : kept_cell_empty();
        /* One that can tell about some subjects says about how many it cannot. */
        row[4] =
            kept_cell_text(result, look->why ? look->why
                                             : kept_arena_printf(l->ctx->arena, "About %zu: %s",
                                                                 look->n_unsure, w->missing));
    }
}

static void show_counts(const listing *l, kept_result *result)
{
    int64_t quiet = 0, unsure = 0;
    for (size_t i = 0; i < l->n_looks; i++) {
        quiet += l->looks[i].answer == KEPT_WARNING_QUIET;
        unsure += l->looks[i].answer == KEPT_WARNING_UNSURE ||
                  l->looks[i].answer == KEPT_WARNING_PACK_OFF;
    }
    kept_group *g = kept_result_group(result, &count_group);
    kept_group_int(result, g, "rules", (int64_t)l->n_looks);
    kept_group_int(result, g, "firing", (int64_t)l->n);
    kept_group_int(result, g, "quiet", quiet);
    kept_group_int(result, g, "not_enough", unsure);
}

static kept_status show(listing *l, bool all, kept_result *result, kept_err *err)
{
    result->title = "Warnings";
    show_counts(l, result);
    kept_table *table = kept_result_table(result, &table_def);
    size_t n = !all && l->n > FIRST_LIST ? FIRST_LIST : l->n;
    for (size_t i = 0; i < n; i++)
        KEPT_TRY(show_line(l, &l->lines[i], table, !all, result, err));
    table->more = l->n - n;
    show_unsure(l, result);
    if (table->more)
        kept_result_note(result, KEPT_ADVICE, "%zu more: kept warnings --all", table->more);
    if (l->n) {
        const char *id, *label;
        KEPT_TRY(kept_warning_name(l->ctx, l->store, l->lines[0].look->warning, l->lines[0].subject,
                                   &id, &label, err));
        kept_result_note(result, KEPT_ADVICE, "Rule, figures and rows: kept warning show %s %s",
                         l->lines[0].look->warning->name, id);
    }
    return KEPT_OK;
}

/* --- The operation --- */

static kept_status judge_all(listing *l, const kept_warnings *warnings, const kept_warning *only,
                             kept_err *err)
{
    l->looks = KEPT_NEW_N(l->ctx->arena, kept_warning_look, warnings->n);
    if (!l->looks)
        return kept_nomem(err);
    for (size_t i = 0; i < warnings->n; i++) {
        if (only && warnings->warnings[i] != only)
            continue;
        KEPT_TRY(kept_warning_judge(l->store, &l->ctx->scope, warnings->warnings[i],
                                    KEPT_WARNING_ALL, l->ctx->arena, &l->looks[l->n_looks++], err));
    }
    return KEPT_OK;
}

/* States are noted where that is possible; where it is not, the list is still right. */
static void note_states(listing *l, kept_result *result)
{
    kept_err why = KEPT_ERR_INIT;
    if (l->ctx->store_writes &&
        kept_warnings_note(l->store, &l->ctx->scope, l->looks, l->n_looks, &why) != KEPT_OK)
        kept_result_note(result, KEPT_WARNING, "What was found could not be noted: %s", why.msg);
}

static kept_status run(kept_ctx *ctx, const kept_args *args, kept_result *result, kept_err *err)
{
    listing l = {.ctx = ctx, .wanted = kept_args_text(args, "state")};
    if (kept_ctx_records(ctx, &l.store, NULL) != KEPT_OK)
        KEPT_TRY(kept_ctx_store(ctx, false, &l.store, err));
    kept_warnings warnings;
    const kept_warning *only = NULL;
    KEPT_TRY(kept_warnings_of(ctx, l.store, &warnings, err));
    if (kept_args_text(args, "warning"))
        KEPT_TRY(kept_warnings_find(&warnings, kept_args_text(args, "warning"), &only, err));
    if (kept_args_text(args, "about"))
        KEPT_TRY(kept_record_find(l.store, &ctx->scope, NULL, 0, kept_args_text(args, "about"),
                                  &l.about, err));
    KEPT_TRY(judge_all(&l, &warnings, only, err));
    note_states(&l, result);
    KEPT_TRY(
        kept_warning_states(l.store, &ctx->scope, only, ctx->arena, &l.states, &l.n_states, err));
    KEPT_TRY(make_lines(&l, err));
    return show(&l, kept_args_flag(args, "all"), result, err);
}

static const kept_group_def *const groups[] = {&count_group, NULL};
static const kept_table_def *const tables[] = {&table_def, &unsure_def, NULL};

const kept_op kept_op_warnings = {
    .name = "warnings",
    .stage = KEPT_GENERAL,
    .summary = "List what looks wrong, most money first",
    .detail = "Each warning is a rule over records and measures: it fires, it does not, or there "
              "is not enough data to tell. What fires is new until it is accepted for a while, "
              "with a reason, or until it fires no more: then it counts as fixed.",
    .example = "kept warnings\nkept warnings --about C-7 --all",
    .ids = "X002 K020 K025 K027 M005 M047 P004 E004 X003",
    .params = params,
    .n_params = KEPT_N(params),
    .groups = groups,
    .tables = tables,
    .access = KEPT_READS,
    .role = KEPT_ROLE_VIEWER,
    .flags = KEPT_LONG | KEPT_REPEATABLE,
    .run = run,
};
