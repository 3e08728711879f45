/* kept promise wording: the words of a promise, tested before a customer reads them. */
#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "base/text.h"
#include "make/step.h"
#include "make/wording.h"
#include "store/judge/promises.h"

static const char sheet[] = "promise_wording";

static const kept_param params[] = {
    {.name = "id",
     .type = KEPT_P_TEXT,
     .value = "ID",
     .positional = true,
     .help = "a promise that is written down: P-12"},
    {.name = "text",
     .type = KEPT_P_TEXT,
     .value = "WORDS",
     .help = "words to test instead, also for a promise that is not written down"},
    {.name = "target",
     .type = KEPT_P_SHARE,
     .value = "SHARE",
     .max = 1,
     .help = "share to be kept, where no record says it"},
};

static const kept_field answer_fields[] = {
    {.name = "words", .title = "Words", .type = KEPT_TEXT},
    {.name = "fine", .title = "Fine", .type = KEPT_COUNT},
    {.name = "look_again", .title = "Look again at", .type = KEPT_COUNT},
    {.name = "cannot_tell", .title = "Cannot tell", .type = KEPT_COUNT},
};
static const kept_group_def answer_group = {"wording", "Wording", answer_fields,
                                            KEPT_N(answer_fields)};

static const kept_field check_fields[] = {
    {.name = "check", .title = "Check", .type = KEPT_TEXT, .folds = true},
    {.name = "stands", .title = "Stands", .type = KEPT_TEXT},
    {.name = "found", .title = "Found", .type = KEPT_TEXT, .folds = true},
    {.name = "advice", .title = "Try", .type = KEPT_TEXT, .folds = true},
    {.name = "question", .title = "Question", .type = KEPT_TEXT, .detail = true},
};
static const kept_table_def checks_table = {"checks", "What the words say", check_fields,
                                            KEPT_N(check_fields), NULL};

static const kept_field question_fields[] = {
    {.name = "name", .title = "Name", .type = KEPT_TEXT, .detail = true},
    {.name = "ask", .title = "For people to answer", .type = KEPT_TEXT, .folds = true},
};
static const kept_table_def questions_table = {"questions", "What no list of words can tell",
                                               question_fields, KEPT_N(question_fields), NULL};

/* --- What the record says beside the words --- */

static kept_status read_when(const kept_record *record, kept_arena *arena, const char **ret,
                             kept_err *err)
{
    static const char *const fields[] = {"due_on", "rhythm", "within", "window_kind"};
    static const char *const said[] = {"due on", "how often:", "within", "judged over a"};
    *ret = NULL;
    for (size_t i = 0; i < KEPT_N(fields) && !*ret; i++)
        for (size_t k = 0; k < record->kind->n_fields; k++) {
            bool ok = true;
            if (strcmp(record->kind->fields[k].name, fields[i]) != 0 || !record->values[k].known)
                continue;
            const char *text =
                kept_value_text(&record->kind->fields[k], &record->values[k], arena, &ok);
            *ret = text ? kept_arena_printf(arena, "%s %s", said[i], text) : NULL;
            if (!ok || (text && !*ret))
                return kept_nomem(err);
        }
    return KEPT_OK;
}

static kept_status read_terms(const kept_promise *p, kept_arena *arena, kept_wording_ask *ask,
                              kept_err *err)
{
    static const char *const how[] = {[KEPT_HOW_NONE] = NULL,
                                      [KEPT_HOW_COUNTED] = "counted",
                                      [KEPT_HOW_DONE] = "done, with a proof",
                                      [KEPT_HOW_SAID] = "said by those it was promised to"};
    const kept_terms *t = &p->terms[p->n_terms - 1];
    ask->recorded = true;
    ask->allowance_known = t->has_target || t->allowance.fixed;
    ask->allows_failures =
        t->allowance.fixed ? t->allowance.count > 0 : t->allowance.target < KEPT_SHARE_ONE;
    if (t->how != KEPT_HOW_COUNTED)
        ask->seen = how[t->how];
    else if (t->measure)
        ask->seen = kept_arena_printf(arena, "counted: %s", t->measure);
    return t->how == KEPT_HOW_COUNTED && t->measure && !ask->seen ? kept_nomem(err) : KEPT_OK;
}

static kept_status read_promise(kept_ctx *ctx, kept_store *store, const char *words,
                                kept_wording_ask *ask, const char **ret_id, kept_err *err)
{
    const kept_record_kind *kind = kept_catalogue_record(kept_store_catalogue(store), "promise");
    kept_promise *promises = NULL;
    kept_record record;
    size_t n = 0;
    kept_ref ref;
    KEPT_TRY(kept_record_find(store, &ctx->scope, &kind, 1, words, &ref, err));
    KEPT_TRY(kept_record_get(store, &ctx->scope, kind, ref.id, ctx->arena, &record, err));
    KEPT_TRY(kept_promises_load(store, &ctx->scope, ref.id, ctx->arena, &promises, &n, err));
    if (n == 0)
        return kept_fail(err, KEPT_ENOTFOUND, "There is no promise %s.", words);
    *ret_id = kept_short_id(ctx->arena, ref);
    ask->text = promises[0].text;
    KEPT_TRY(read_when(&record, ctx->arena, &ask->when, err));
    return *ret_id ? read_terms(promises, ctx->arena, ask, err) : kept_nomem(err);
}

/* --- Showing --- */

static void show_checks(const kept_wording *wording, const kept_wording_finding *findings,
                        const char *text, kept_result *result)
{
    static const char *const words[] = {[KEPT_WORDING_FINE] = "fine",
                                        [KEPT_WORDING_AGAIN] = "look again",
                                        [KEPT_WORDING_UNKNOWN] = "cannot tell"};
    int64_t counts[3] = {0};
    kept_group *g = kept_result_group(result, &answer_group);
    kept_table *table = kept_result_table(result, &checks_table);
    for (size_t i = 0; i < KEPT_N_WORDINGS; i++) {
        const kept_wording_check *check = &wording->checks[i];
        const kept_wording_finding *f = &findings[i];
        kept_cell *row = kept_table_row(result, table);
        row[0] = kept_cell_text(result, check->title);
        row[1] = kept_cell_text(result, words[f->stands]);
        row[2] = kept_cell_text(result, *f->found ? f->found : NULL);
        if (f->stands != KEPT_WORDING_FINE)
            row[3] = kept_cell_text(result, check->advice);
        row[4] = kept_cell_text(result, check->question);
        counts[f->stands]++;
    }
    kept_group_text(result, g, "words", text);
    kept_group_int(result, g, "fine", counts[KEPT_WORDING_FINE]);
    kept_group_int(result, g, "look_again", counts[KEPT_WORDING_AGAIN]);
    kept_group_int(result, g, "cannot_tell", counts[KEPT_WORDING_UNKNOWN]);
}

/* Questions of the worksheet that no check speaks to: people answer them there. */
static void show_questions(const kept_wording *wording, const kept_record_kind *kind,
                           const char *id, kept_result *result)
{
    kept_table *table = NULL;
    for (size_t i = 0; i < kind->n_fields; i++) {
        const kept_record_field *field = &kind->fields[i];
        bool checked = field->type != KEPT_RECORD_FLAG;
        for (size_t k = 0; k < KEPT_N_WORDINGS; k++)
            checked = checked || strcmp(wording->checks[k].question, field->name) == 0;
        if (checked)
            continue;
        table = table ? table : kept_result_table(result, &questions_table);
        kept_cell *row = kept_table_row(result, table);
        row[0] = kept_cell_text(result, field->name);
        row[1] = kept_cell_text(result, field->title);
    }
    if (table && id)
        kept_result_note(result, KEPT_ADVICE,
                         "Have somebody else answer all questions of the sheet: kept %s add "
                         "\"Wording of %s\" --about %s",
                         sheet, id, id);
    else if (table)
        kept_result_note(result, KEPT_ADVICE,
                         "Have somebody else answer all questions of the sheet: kept worksheet "
                         "show %s",
                         sheet);
}

static kept_status run(kept_ctx *ctx, const kept_args *args, kept_result *result, kept_err *err)
{
    const char *words = kept_args_text(args, "id"), *text = kept_args_text(args, "text"),
               *id = NULL;
    const kept_arg *target = kept_args_get(args, "target");
    kept_wording_finding findings[KEPT_N_WORDINGS];
    kept_wording_ask ask = {.text = text};
    kept_wording wording;
    kept_store *store;
    if (!words && !text)
        return kept_fail(err, KEPT_EARG,
                         "Name a promise (P-12), or give the words: --text \"...\"");
    KEPT_TRY(kept_ctx_store(ctx, false, &store, err));
    KEPT_TRY(kept_wording_load(kept_store_folder(store), ctx->arena, &wording, err));
    if (words)
        KEPT_TRY(read_promise(ctx, store, words, &ask, &id, err));
    if (text)
        ask.text = text;
    if (target->given) {
        ask.allowance_known = true;
        ask.allows_failures = target->real < 1;
    }
    KEPT_TRY(kept_wording_test(&wording, &ask, ctx->arena, findings, err));
    show_checks(&wording, findings, ask.text, result);
    const kept_record_kind *kind = kept_catalogue_record(kept_store_catalogue(store), sheet);
    if (kind)
        show_questions(&wording, kind, id, result);
    kept_result_note(result, KEPT_NOTE,
                     "These are hints, not marks: lists of words know nothing of the customer. A "
                     "workspace has its own words in catalogue/wording.yaml.");
    return KEPT_OK;
}

static const kept_group_def *const groups[] = {&answer_group, NULL};
static const kept_table_def *const tables[] = {&checks_table, &questions_table, NULL};

const kept_op kept_op_promise_wording = {
    .name = "promise wording",
    .stage = KEPT_MAKE,
    .summary = "Test the words of a promise",
    .detail = "Whether they say who, what, by when and how one sees it; and what had better not "
              "stand there: vague words, our words instead of the customer's, several promises in "
              "one, and more than the allowance keeps. What a list of words cannot tell is left to "
              "people: the worksheet promise_wording asks them.",
    .example = "kept promise wording P-12\n"
               "kept promise wording --text \"We will always do our best to deliver promptly\"",
    .ids = "M001 L017",
    .params = params,
    .n_params = KEPT_N(params),
    .groups = groups,
    .tables = tables,
    .access = KEPT_READS,
    .role = KEPT_ROLE_VIEWER,
    .flags = KEPT_REPEATABLE,
    .run = run,
};
