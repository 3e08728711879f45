/* kept measures, kept measures run: the numbers that are declared, and computing them. */
#include "general/measures.h"

#include <inttypes.h>
#include <math.h>

#include "base/array.h"
#include "base/date.h"
#include "base/text.h"
#include "general/ops.h"
#include "store/store.h"

bool kept_measure_hidden(const kept_ctx *ctx, const kept_measure *measure)
{
    return measure->sensitive && ctx->role < KEPT_ROLE_MANAGER;
}

const char *kept_measure_words(const kept_measure *m, kept_arena *arena)
{
    KEPT_AUTO_BUF words = KEPT_BUF_INIT;
    if (m->made_by)
        return kept_arena_printf(arena, "written by kept %s", m->made_by);
    if (m->judge)
        return kept_judge_words(m, arena);
    kept_buf_printf(&words, "%s of %s", m->value_text, m->facts->name);
    if (m->where_text)
        kept_buf_printf(&words, " where %s", m->where_text);
    if (m->time_text)
        kept_buf_printf(&words, ", by %s", m->time_text);
    if (m->window.months || m->window.days) {
        kept_buf_add(&words, ", in ");
        kept_measure_window_write(m->window, &words);
    }
    kept_buf_printf(&words, ", per %s", kept_measure_per_name(m->per));
    if (m->periods)
        kept_buf_printf(&words, " and %s", kept_measure_period_name(m->periods));
    return kept_arena_strdup(arena, kept_buf_text(&words));
}

const char *kept_measure_state_words(const kept_measure_state *state)
{
    if (state->measure->judge)
        return state->has_facts ? "judges promises" : "judges promises, no facts";
    if (!state->measure->made_by && !state->has_facts)
        return "no facts";
    if (!state->has_run)
        return "never run";
    if (state->redefined)
        return "declared anew";
    return state->behind ? "facts are newer" : "up to date";
}

/* --- measures --- */

static const kept_field list_fields[] = {
    {.name = "measure", .type = KEPT_TEXT, .title = "Measure"},
    {.name = "title", .type = KEPT_TEXT, .title = "What it is"},
    {.name = "unit", .type = KEPT_TEXT, .title = "Unit"},
    {.name = "better", .type = KEPT_TEXT, .title = "Better"},
    {.name = "sensitive",
     .type = KEPT_BOOL,
     .title = "Sensitive",
     .help = "its values are shown to managers only"},
    {.name = "state", .type = KEPT_TEXT, .title = "State"},
    {.name = "as_of", .type = KEPT_DATE, .title = "Up to", .help = "the last day that was seen"},
    {.name = "ran_at", .type = KEPT_TIME, .title = "Last run"},
    {.name = "subjects",
     .type = KEPT_COUNT,
     .title = "Measured",
     .help = "customers with a value; 1 for the firm"},
    {.name = "coverage",
     .type = KEPT_SHARE,
     .title = "Coverage",
     .help = "share of the rows in the window of which all is known that must be; the mean over "
             "the customers"},
};
static const kept_table_def list_table = {"measures", "Measures", list_fields, KEPT_N(list_fields),
                                          NULL};

static void add_state(kept_result *result, kept_table *table, const kept_measure_state *s)
{
    const kept_measure *m = s->measure;
    kept_cell *row = kept_table_row(result, table);
    row[0] = kept_cell_text(result, m->name);
    row[1] = kept_cell_text(result, m->title);
    row[2] = kept_cell_text(result, kept_measure_unit_name(m->unit));
    row[3] = kept_cell_text(result, kept_measure_better_name(m->better));
    row[4] = kept_cell_int(m->sensitive);
    row[5] = kept_cell_text(result, kept_measure_state_words(s));
    if (!s->has_run)
        return;
    row[6] = kept_cell_int(s->as_of);
    row[7] = kept_cell_int(s->ran_at);
    row[8] = kept_cell_int(s->measured);
    row[9] = kept_cell_real(s->coverage);
}

static void advise(kept_result *result, const kept_measure_state *states, size_t n)
{
    size_t waiting = 0;
    for (size_t i = 0; i < n; i++) {
        const kept_measure_state *s = &states[i];
        bool stale = !s->has_run || s->behind || s->redefined;
        if (s->measure->made_by && stale)
            kept_result_note(result, KEPT_ADVICE, "%s is written by: kept %s", s->measure->name,
                             s->measure->made_by);
        else if (!s->measure->judge)
            waiting += s->has_facts && stale;
    }
    if (waiting)
        kept_result_note(result, KEPT_ADVICE, "Compute what is missing or old: kept measures run");
}

static kept_status run_list(kept_ctx *ctx, const kept_args *args, kept_result *result,
                            kept_err *err)
{
    (void)args;
    kept_store *store;
    kept_measures all;
    kept_measure_state *states;
    KEPT_TRY(kept_ctx_store(ctx, false, &store, err));
    KEPT_TRY(kept_store_measures(store, ctx->arena, &all, err));
    KEPT_TRY(kept_measure_states(store, &ctx->scope, &all, ctx->arena, &states, err));
    kept_table *table = kept_result_table(result, &list_table);
    for (size_t i = 0; i < all.n; i++)
        add_state(result, table, &states[i]);
    advise(result, states, all.n);
    return KEPT_OK;
}

static const kept_table_def *const list_tables[] = {&list_table, NULL};

const kept_op kept_op_measures = {
    .name = "measures",
    .stage = KEPT_GENERAL,
    .summary = "List the measures: what each is, when it was computed, how much was known",
    .detail = "A measure is a named number per customer, or for the firm, with its count and its "
              "coverage. Measures are declared as data; your own stand in catalogue/measures of "
              "the workspace.",
    .example = "kept measures",
    .ids = "X019",
    .tables = list_tables,
    .access = KEPT_READS,
    .role = KEPT_ROLE_VIEWER,
    .flags = KEPT_REPEATABLE,
    .run = run_list,
};

/* --- measures run --- */

static const kept_param run_params[] = {
    {.name = "name",
     .type = KEPT_P_TEXT,
     .value = "NAME",
     .positional = true,
     .repeated = true,
     .help = "measures to run, as kept measures lists them; all when none is given"},
};

static const kept_field run_fields[] = {
    {.name = "measure", .type = KEPT_TEXT, .title = "Measure"},
    {.name = "from", .type = KEPT_DATE, .title = "From"},
    {.name = "until", .type = KEPT_DATE, .title = "To"},
    {.name = "subjects", .type = KEPT_COUNT, .title = "Subjects"},
    {.name = "measured",
     .type = KEPT_COUNT,
     .title = "Measured",
     .help = "subjects with a value; of the others nothing in the window is known"},
};
static const kept_table_def run_table = {"runs", "Computed", run_fields, KEPT_N(run_fields),
                                         "Nothing was computed: there are no facts yet."};

/* A name in a sentence that lists several. */
static void list_name(kept_buf *buf, const char *name)
{
    kept_buf_printf(buf, "%s%s", buf->len ? ", " : "", name);
}

static void show_done(kept_result *result, const kept_measure_done *done, size_t n)
{
    KEPT_AUTO_BUF missing = KEPT_BUF_INIT;
    int64_t unmatched = 0;
    kept_table *table = kept_result_table(result, &run_table);
    for (size_t i = 0; i < n; i++) {
        const kept_measure_done *d = &done[i];
        if (!d->ran) {
            list_name(&missing, d->measure->name);
            continue;
        }
        kept_cell *row = kept_table_row(result, table);
        row[0] = kept_cell_text(result, d->measure->name);
        if (d->start != KEPT_DAY_MIN)
            row[1] = kept_cell_int(d->start);
        row[2] = kept_cell_int(d->end);
        row[3] = kept_cell_int(d->subjects);
        row[4] = kept_cell_int(d->measured);
        unmatched = d->unmatched > unmatched ? d->unmatched : unmatched;
    }
    if (missing.len)
        kept_result_note(result, KEPT_NOTE, "Not computed, because no such facts are loaded: %s.",
                         kept_buf_text(&missing));
    if (unmatched)
        kept_result_note(result, KEPT_WARNING,
                         "%" PRId64 " customers of the facts have no record and were left out.",
                         unmatched);
}

static kept_status run_run(kept_ctx *ctx, const kept_args *args, kept_result *result, kept_err *err)
{
    const kept_arg *names = kept_args_get(args, "name");
    kept_measure_run_opts opts = {.progress = ctx->progress, .progress_who = ctx->progress_who};
    kept_store *store;
    kept_measure_done *done;
    size_t n;
    KEPT_TRY(kept_ctx_records(ctx, &store, err));
    KEPT_TRY(kept_measures_run(store, &ctx->scope, names->list, names->n_list, &opts, ctx->arena,
                               &done, &n, err));
    show_done(result, done, n);
    if (ctx->scope.as_of == KEPT_NO_DAY)
        kept_result_note(result, KEPT_NOTE,
                         "Each window ends with the last day of its facts; --as-of sets another.");
    return KEPT_OK;
}

static const kept_table_def *const run_tables[] = {&run_table, NULL};

const kept_op kept_op_measures_run = {
    .name = "measures run",
    .stage = KEPT_GENERAL,
    .summary = "Compute measures from the facts and store them",
    .detail =
        "Values are stored per customer and per calendar period, with the count of rows they rest "
        "on and their coverage; warnings, documents and pages read them. Run it after an import. "
        "What an earlier run stored for the same day is replaced; with --as-of the past is "
        "computed beside the present.",
    .example = "kept measures run\nkept measures run sales.last_year --as-of 2024-12-31",
    .ids = "X019",
    .params = run_params,
    .n_params = KEPT_N(run_params),
    .tables = run_tables,
    .access = KEPT_WRITES,
    .role = KEPT_ROLE_CONTRIBUTOR,
    .flags = KEPT_LONG | KEPT_REPEATABLE,
    .run = run_run,
};
