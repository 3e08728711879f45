/* kept promise counts: what a target would mean at this customer's volume, and what a longer window
 * or an easier target would. */
#include "make/promise_counts.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/array.h"
#include "make/step.h"
#include "op/field_param.h"
#include "store/records/rule.h"

static const kept_field group_fields[] = {
    {.name = "sentence", .title = "That means", .type = KEPT_TEXT, .detail = true, .folds = true},
    {.name = "volume", .title = "Cases in a window", .type = KEPT_COUNT, .detail = true},
    {.name = "allowed", .title = "May fail", .type = KEPT_COUNT, .detail = true},
    {.name = "rate",
     .title = "Share that fails",
     .type = KEPT_SHARE,
     .help = "chance that one more case fails",
     .estimate = true,
     .detail = true},
    {.name = "chance",
     .title = "Windows it would break",
     .type = KEPT_SHARE,
     .help = "chance that as many cases as usual hold more failures than allowed, at that share",
     .estimate = true,
     .detail = true},
    {.name = "seen_cases", .title = "Cases seen", .type = KEPT_COUNT, .detail = true},
    {.name = "seen_failed", .title = "Of these failed", .type = KEPT_COUNT, .detail = true},
    {.name = "seen_days", .title = "In days", .type = KEPT_COUNT, .detail = true},
    {.name = "seen_others", .title = "Others compared", .type = KEPT_COUNT, .detail = true},
};
const kept_group_def kept_counts_group = {"in_counts", "In counts", group_fields,
                                          KEPT_N(group_fields)};

static const kept_field way_fields[] = {
    {.name = "way", .title = "Promised", .type = KEPT_TEXT},
    {.name = "cases", .title = "Cases", .type = KEPT_COUNT},
    {.name = "may_fail", .title = "May fail", .type = KEPT_COUNT},
    {.name = "broken", .title = "Broken", .type = KEPT_TEXT},
    {.name = "share", .title = "Share of windows", .type = KEPT_SHARE, .estimate = true},
    {.name = "target", .title = "Target", .type = KEPT_SHARE, .detail = true},
    {.name = "over", .title = "Over", .type = KEPT_TEXT, .detail = true},
};
const kept_table_def kept_ways_table = {"ways", "Ways to promise it", way_fields,
                                        KEPT_N(way_fields), NULL};

/* --- What is shown --- */

static void add_way(kept_result *result, kept_table *table, const kept_counts_ask *ask,
                    const kept_counts_line *line)
{
    KEPT_AUTO_BUF noun = KEPT_BUF_INIT, way = KEPT_BUF_INIT, odds = KEPT_BUF_INIT;
    bool rolling = line->window == KEPT_WINDOW_ROLLING;
    double target = (double)line->target / KEPT_SHARE_ONE;
    kept_window_noun_write(&noun, line->window, line->length);
    if (ask->allowance.fixed)
        kept_buf_printf(&way, "%" PRId64, ask->allowance.count);
    else
        kept_percent_write(&way, target);
    kept_buf_printf(&way, " %s %s", rolling ? "over" : "a", kept_buf_text(&noun));
    kept_odds_write(&odds, line->chance, rolling ? "day" : kept_buf_text(&noun));
    kept_cell *row = kept_table_row(result, table);
    row[0] = kept_cell_text(result, kept_buf_text(&way));
    row[1] = kept_cell_int(line->cases);
    row[2] = kept_cell_int(line->allowed);
    row[3] = kept_cell_text(result, odds.len ? kept_buf_text(&odds) : NULL);
    row[4] = kept_cell_real(line->chance);
    if (!ask->allowance.fixed)
        row[5] = kept_cell_real(target);
    row[6] = kept_cell_text(result, kept_buf_text(&noun));
}

static void note_volume(kept_result *result, const kept_case_facts *f)
{
    char day[11];
    kept_day_write(f->seen, day);
    kept_result_note(result, KEPT_NOTE,
                     "Volume: %" PRId64 " %s that fell due in the %d days to %s%s.", f->cases_n,
                     f->cases, f->days, day,
                     f->days < KEPT_FACTS_DAYS ? ", from the first one on" : "");
    if (f->unknown)
        kept_result_note(result, KEPT_WARNING,
                         "%" PRId64 " more could not be judged; they are in none of these figures.",
                         f->unknown);
}

static void note_rate(kept_result *result, const kept_case_facts *f)
{
    const char *few = f->cases_n < KEPT_FACTS_FEW ? "; there is nobody to compare so few with, so "
                                                    "that half a failure is added"
                                                  : "";
    switch (f->from) {
    case KEPT_RATE_OWN:
        kept_result_note(result, KEPT_NOTE, "Rate: %" PRId64 " of these %" PRId64 " failed%s.",
                         f->failed, f->cases_n, few);
        break;
    case KEPT_RATE_DRAWN:
        kept_result_note(result, KEPT_NOTE,
                         "Rate: %" PRId64 " of these %" PRId64
                         " failed; that is drawn towards what the %" PRId64
                         " other customers had in that time, because %s.",
                         f->failed, f->cases_n, f->others,
                         f->cases_n < KEPT_FACTS_FEW ? "they are few" : "none is not yet never");
        break;
    case KEPT_RATE_OTHERS:
        kept_result_note(result, KEPT_NOTE,
                         "Rate: that of the %" PRId64 " other customers of that time.", f->others);
        break;
    default:
        break;
    }
}

static bool says(const kept_args *args, const char *option)
{
    for (size_t i = 0; i < args->n; i++)
        if (strcmp(args->arg[i].param->name, option) == 0)
            return args->arg[i].given;
    return false;
}

static void note_missing(kept_result *result, const kept_counts_ask *ask, const kept_case_facts *f)
{
    bool volume = isnan(ask->per_year), rate = isnan(ask->rate);
    if (!volume && !rate)
        return;
    if (f->kind && f->seen == KEPT_NO_DAY)
        kept_result_note(result, KEPT_WARNING, "No %s have been loaded yet: kept import %s FILE",
                         f->kind, f->kind);
    else if (f->kind && volume)
        kept_result_note(result, KEPT_WARNING, "None of the %s loaded is about this promise.",
                         f->kind);
    kept_result_note(result, KEPT_ADVICE,
                     "Say %s%s%s yourself: kept promise counts --measure ... --target ...%s%s",
                     volume ? "how many cases there are in a window" : "",
                     volume && rate ? ", and " : "", rate ? "what share fails" : "",
                     volume ? " --volume 10" : "", rate ? " --rate 3%" : "");
}

/* The longer window, or the easier target, where it would break much less often. */
static void offer(kept_result *result, const kept_counts_line *lines, size_t n)
{
    if (n < 2 || isnan(lines[0].chance) || lines[0].chance <= KEPT_COUNTS_SAFE)
        return;
    for (size_t i = 1; i < n; i++) {
        KEPT_AUTO_BUF option = KEPT_BUF_INIT, odds = KEPT_BUF_INIT;
        if (lines[i].chance > lines[0].chance / 2)
            continue;
        if (lines[i].target != lines[0].target) {
            kept_buf_add(&option, " --target ");
            kept_percent_write(&option, (double)lines[i].target / KEPT_SHARE_ONE);
        }
        if (lines[i].window != lines[0].window)
            kept_buf_printf(&option, " --window %s", kept_window_name(lines[i].window));
        kept_odds_write(&odds, lines[i].chance, "window");
        kept_result_note(result, KEPT_ADVICE, "Broken less often (%s): promise it with%s",
                         kept_buf_text(&odds), kept_buf_text(&option));
    }
}

kept_counts_ask kept_counts_ask_of(const kept_promise *promise, const kept_case_facts *facts)
{
    const kept_terms *t = &promise->terms[promise->n_terms - 1];
    return (kept_counts_ask){.cases = facts->cases ? facts->cases : "cases",
                             .fails = facts->fails ? facts->fails : "to fail",
                             .per_year = facts->per_year,
                             .rate = facts->rate,
                             .from = facts->from,
                             .allowance = t->allowance,
                             .window = t->window,
                             .length = t->length};
}

/* What was found, as figures. */
static kept_status show_figures(const kept_counts_ask *ask, const kept_case_facts *f,
                                const kept_counts_line *lines, size_t n, kept_result *result,
                                kept_err *err)
{
    kept_group *g = kept_result_group(result, &kept_counts_group);
    kept_group_real(result, g, "rate", ask->rate);
    if (f->kind && f->seen != KEPT_NO_DAY) {
        kept_group_int(result, g, "seen_cases", f->cases_n);
        kept_group_int(result, g, "seen_failed", f->failed);
        kept_group_int(result, g, "seen_days", f->days);
        kept_group_int(result, g, "seen_others", f->others);
    }
    if (n == 0)
        return KEPT_OK;
    const char *sentence = kept_counts_sentence(ask, lines, n, result->arena);
    if (!sentence)
        return kept_nomem(err);
    kept_group_text(result, g, "sentence", sentence);
    kept_group_int(result, g, "volume", lines[0].cases);
    kept_group_int(result, g, "allowed", lines[0].allowed);
    kept_group_real(result, g, "chance", lines[0].chance);
    kept_table *table = kept_result_table(result, &kept_ways_table);
    for (size_t i = 0; i < n; i++)
        add_way(result, table, ask, &lines[i]);
    return KEPT_OK;
}

static kept_status show(const kept_counts_ask *ask, const kept_case_facts *f, kept_result *result,
                        kept_err *err)
{
    kept_counts_line lines[KEPT_COUNTS_LINES];
    size_t n = isnan(ask->per_year) ? 0 : kept_counts_lines(ask, lines);
    if (n > 0 || !isnan(ask->rate))
        KEPT_TRY(show_figures(ask, f, lines, n, result, err));
    if (n == 0 && !isnan(ask->per_year))
        kept_result_note(result, KEPT_WARNING, "That is less than one case a year.");
    if (f->kind && f->seen != KEPT_NO_DAY && f->cases_n > 0 && ask->from != KEPT_RATE_GIVEN)
        note_volume(result, f);
    note_rate(result, f);
    note_missing(result, ask, f);
    offer(result, lines, n);
    return KEPT_OK;
}

/* --- After kept promise add --- */

static kept_status count_added(kept_ctx *ctx, const kept_args *args, kept_result *result,
                               kept_err *err)
{
    kept_store *store;
    kept_promise promise;
    kept_case_facts facts;
    const char *cause = NULL;
    KEPT_TRY(kept_ctx_store(ctx, false, &store, err));
    KEPT_TRY(kept_promise_draft(ctx, store, args, &promise, err));
    if (promise.terms->how != KEPT_HOW_COUNTED || !says(args, "judged"))
        return KEPT_OK;
    KEPT_TRY(kept_case_facts_read(ctx, store, &promise, &facts, &cause, err));
    if (cause) {
        kept_result_note(result, KEPT_WARNING, "What it means in counts cannot be said: %s.",
                         cause);
        return KEPT_OK;
    }
    kept_counts_ask ask = kept_counts_ask_of(&promise, &facts);
    return show(&ask, &facts, result, err);
}

kept_status kept_counts_after_add(kept_ctx *ctx, const kept_args *args, kept_result *result,
                                  kept_err *err)
{
    kept_err inner = KEPT_ERR_INIT;
    kept_status status = count_added(ctx, args, result, &inner);
    if (status == KEPT_ECANCELLED || status == KEPT_ENOMEM)
        return kept_fail(err, status, "%s", inner.msg);
    if (status != KEPT_OK)
        kept_result_note(result, KEPT_WARNING, "What it means in counts cannot be said: %s",
                         inner.msg);
    return KEPT_OK;
}

/* --- kept promise counts --- */

static kept_status find_promise(kept_ctx *ctx, kept_store *store, const kept_args *args,
                                kept_promise *ret, kept_err *err)
{
    const char *words = kept_args_text(args, "id");
    const kept_record_kind *kind = kept_catalogue_record(kept_store_catalogue(store), "promise");
    kept_promise *promises = NULL;
    size_t n = 0;
    kept_ref ref;
    if (!words)
        return kept_promise_draft(ctx, store, args, ret, err);
    KEPT_TRY(kept_record_find(store, &ctx->scope, &kind, 1, words, &ref, err));
    KEPT_TRY(kept_promises_load(store, &ctx->scope, ref.id, ctx->arena, &promises, &n, err));
    if (n == 0)
        return kept_fail(err, KEPT_ENOTFOUND, "There is no promise %s.", words);
    *ret = promises[0];
    return KEPT_OK;
}

static kept_status run(kept_ctx *ctx, const kept_args *args, kept_result *result, kept_err *err)
{
    const kept_arg *volume = kept_args_get(args, "volume"), *rate = kept_args_get(args, "rate");
    const char *cause = NULL;
    kept_store *store;
    kept_promise promise;
    kept_case_facts facts;
    KEPT_TRY(kept_ctx_store(ctx, false, &store, err));
    KEPT_TRY(find_promise(ctx, store, args, &promise, err));
    const kept_terms *t = &promise.terms[promise.n_terms - 1];
    if (!t->has_target && !t->allowance.fixed)
        return kept_fail(err, KEPT_EARG, "Say what share is to be kept: --target 95%%");
    KEPT_TRY(kept_case_facts_read(ctx, store, &promise, &facts, &cause, err));
    bool named = t->measure && !kept_args_text(args, "id");
    if (cause && (named || !volume->given))
        return kept_fail(err, KEPT_EARG,
                         "It cannot be counted from facts: %s. Name a measure with --measure (kept "
                         "measures), or say --volume and --rate alone.",
                         cause);
    kept_counts_ask ask = kept_counts_ask_of(&promise, &facts);
    if (volume->given)
        ask.per_year = volume->real * kept_windows_per_year(ask.window, ask.length);
    if (rate->given) {
        ask.rate = rate->real;
        ask.from = facts.from = KEPT_RATE_GIVEN;
    }
    result->title = "What it would mean in counts";
    return show(&ask, &facts, result, err);
}

static const kept_group_def *const groups[] = {&kept_counts_group, NULL};
static const kept_table_def *const tables[] = {&kept_ways_table, NULL};

static const char *const counted_fields[] = {
    "customer",     "measure",    "target",        "window_kind",   "window_days",
    "only_where",   "within",     "within_unit",   "calendar",      "zone",
    "tolerance",    "counted_by", "period_target", "allowance",     "allowed",
    "target_value", "giver",      "giver_party",   "receiver_party"};

static const kept_param own_params[] = {
    {.name = "id",
     .type = KEPT_P_TEXT,
     .value = "ID",
     .positional = true,
     .help = "a promise that is written down: P-12; when not given, the options describe one"},
    {.name = "volume",
     .type = KEPT_P_REAL,
     .value = "N",
     .min = 0.001,
     .max = 1e9,
     .help = "cases in a window, instead of those of the last 365 days"},
    {.name = "rate",
     .type = KEPT_P_SHARE,
     .value = "SHARE",
     .max = 1,
     .help = "share of cases that fail, instead of that of the last 365 days"},
};

kept_status kept_op_promise_counts(const kept_record_kind *promise, kept_arena *arena,
                                   kept_op **ret_op, kept_err *err)
{
    kept_op *op = KEPT_NEW(arena, kept_op);
    kept_param *params = KEPT_NEW_N(arena, kept_param, KEPT_N(own_params) + KEPT_N(counted_fields));
    size_t n = 0;
    if (!op || !params)
        return kept_nomem(err);
    for (size_t i = 0; i < KEPT_N(own_params); i++)
        params[n++] = own_params[i];
    for (size_t i = 0; i < KEPT_N(counted_fields); i++)
        for (size_t k = 0; k < promise->n_fields; k++)
            if (strcmp(promise->fields[k].name, counted_fields[i]) == 0 &&
                !kept_field_param(&promise->fields[k], arena, &params[n++]))
                return kept_nomem(err);
    *op = (kept_op){
        .name = "promise counts",
        .stage = KEPT_MAKE,
        .summary = "Show what a target means in counts, before it is promised",
        .detail =
            "Few guess that 95% of ten deliveries a quarter allows none late. From the volume and "
            "the share of failures of the last 365 days it says how many may fail, how often that "
            "would be broken, and what a longer window or an easier target would change. A window "
            "is taken to hold as many cases as usual, each failing with the same chance.\n\nOf "
            "fewer than 100 cases of a customer's own, the share is drawn towards those of the "
            "other customers. Where nothing is known, --volume and --rate say it.",
        .example = "kept promise counts --measure on_time --customer C-7 --target 95%\n"
                   "kept promise counts --target 95% --window quarter --volume 10 --rate 3%",
        .ids = "M001 P006",
        .params = params,
        .n_params = n,
        .groups = groups,
        .tables = tables,
        .access = KEPT_READS,
        .role = KEPT_ROLE_VIEWER,
        .flags = KEPT_REPEATABLE,
        .run = run,
    };
    *ret_op = op;
    return KEPT_OK;
}
