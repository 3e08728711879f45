/* kept calibration: do the warnings of this firm deserve belief? */
#include <math.h>
#include <stdlib.h>

#include "base/array.h"
#include "keep/judge.h"
#include "keep/ops.h"
#include "kept/score.h"
#include "store/judge/predictions.h"

enum { MOST_DAYS = 4000 };
/* Parts of a window at which its predictions are scored. */
static const double marks[] = {0.25, 0.5, 0.75};
static const char *const mark_words[] = {"25 %", "50 %", "75 %", "rolling: each day"};

static const kept_param params[] = {
    {.name = "replay",
     .type = KEPT_P_FLAG,
     .help = "predict again as of past days, from what was known then, instead of reading what was "
             "stored"},
    {.name = "from",
     .type = KEPT_P_DATE,
     .value = "DATE",
     .help = "first day of the replay; two years before the last when not given"},
    {.name = "until",
     .type = KEPT_P_DATE,
     .value = "DATE",
     .help = "last day of the replay; today when not given"},
    {.name = "step",
     .type = KEPT_P_INTEGER,
     .value = "DAYS",
     .preset = "7",
     .min = 1,
     .max = 366,
     .help = "days from one prediction of the replay to the next"},
};

/* --- Predictions --- */

typedef struct found {
    kept_ctx *ctx;
    kept_store *store;
    kept_prediction *items;
    size_t n, room;
    kept_judged *judged; /* what became of the windows, by promise and window */
    size_t n_judged;
    kept_judged *rolled; /* rolling windows as they stood on days of the past */
    size_t n_rolled, room_rolled;
} found;

static int by_window(const void *a, const void *b)
{
    const kept_judged *x = a, *y = b;
    if (x->promise != y->promise)
        return x->promise < y->promise ? -1 : 1;
    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    return (x->end > y->end) - (x->end < y->end);
}

static kept_status add(found *f, const kept_judging *j, const kept_judged *judged, int32_t day,
                       kept_err *err)
{
    if (f->n == f->room) {
        size_t room = f->room ? 2 * f->room : 256;
        kept_prediction *items = KEPT_NEW_N(f->ctx->arena, kept_prediction, room);
        if (!items)
            return kept_nomem(err);
        for (size_t i = 0; i < f->n; i++)
            items[i] = f->items[i];
        f->items = items;
        f->room = room;
    }
    int64_t customer = 0;
    for (size_t i = 0; i < j->n_promises; i++)
        if (j->promises[i].id == judged->promise)
            customer = j->promises[i].customer;
    int32_t length = judged->end - judged->start + 1;
    f->items[f->n++] = (kept_prediction){.promise = judged->promise,
                                         .customer = customer,
                                         .start = judged->rolling ? judged->end + 1 : judged->start,
                                         .end = judged->end + (judged->rolling ? length : 0),
                                         .day = day,
                                         .p = judged->p};
    return KEPT_OK;
}

/* What a rolling window had come to on that day. */
static kept_status remember(found *f, const kept_judged *judged, kept_err *err)
{
    if (f->n_rolled == f->room_rolled) {
        size_t room = f->room_rolled ? 2 * f->room_rolled : 256;
        kept_judged *rolled = KEPT_NEW_N(f->ctx->arena, kept_judged, room);
        if (!rolled)
            return kept_nomem(err);
        for (size_t i = 0; i < f->n_rolled; i++)
            rolled[i] = f->rolled[i];
        f->rolled = rolled;
        f->room_rolled = room;
    }
    f->rolled[f->n_rolled++] = (kept_judged){.promise = judged->promise,
                                             .start = judged->start,
                                             .end = judged->end,
                                             .verdict = judged->verdict};
    return KEPT_OK;
}

/* What would have been said on that day. */
static kept_status replay_day(found *f, int32_t day, kept_err *err)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_ctx then = *f->ctx;
    kept_judging j;
    then.arena = &arena;
    then.scope.as_of = day;
    then.progress = NULL;
    KEPT_TRY(kept_judge_promises(&then, f->store, 0, &j, err));
    for (size_t i = 0; i < j.n; i++) {
        const kept_judged *one = &j.judged[i];
        if (one->rolling && !one->running)
            KEPT_TRY(remember(f, one, err));
        if (one->running && !isnan(one->p) && one->outlook != KEPT_ALREADY_BROKEN &&
            (one->rolling || one->end > day))
            KEPT_TRY(add(f, &j, one, day, err));
    }
    return KEPT_OK;
}

static kept_status replay(found *f, const kept_args *args, kept_err *err)
{
    enum { PAST = 731 };
    kept_judging j;
    const kept_arg *from = kept_args_get(args, "from"), *until = kept_args_get(args, "until");
    KEPT_TRY(kept_judge_promises(f->ctx, f->store, 0, &j, err));
    int32_t last = until->given ? (int32_t)until->integer : j.as_of;
    int32_t first = from->given ? (int32_t)from->integer : last - PAST;
    int32_t step = (int32_t)kept_args_get(args, "step")->integer;
    if (last - first > MOST_DAYS || first > last)
        return kept_fail(err, KEPT_EARG, "The replay runs from --from to --until, at most %d days.",
                         MOST_DAYS);
    for (int32_t day = first; day <= last; day += step) {
        KEPT_TRY(kept_ctx_check_cancel(f->ctx, err));
        kept_ctx_progress(f->ctx, "replay", (double)(day - first) / (double)(last - first + 1));
        KEPT_TRY(replay_day(f, day, err));
    }
    f->judged = j.judged;
    f->n_judged = j.n;
    return kept_predictions_acted(f->store, &f->ctx->scope, f->items, f->n, f->ctx->arena, err);
}

static kept_status stored(found *f, kept_err *err)
{
    KEPT_TRY(kept_predictions_read(f->store, &f->ctx->scope, f->ctx->arena, &f->items, &f->n, err));
    /* Verdicts that were replaced tell how rolling windows stood on earlier days. */
    KEPT_TRY(kept_judged_read(f->store, &f->ctx->scope, 0, true, f->ctx->arena, &f->rolled,
                              &f->n_rolled, err));
    return kept_judged_read(f->store, &f->ctx->scope, 0, false, f->ctx->arena, &f->judged,
                            &f->n_judged, err);
}

/* --- What became of them --- */

static bool was_missed(kept_verdict verdict)
{
    return verdict == KEPT_VERDICT_BROKEN || verdict == KEPT_VERDICT_PARTLY;
}

/* Said before its days began: of a rolling window. */
static bool is_rolling(const kept_prediction *p)
{
    return p->day < p->start;
}

/* Missed when it was so on any day that was looked at; kept once the last of its days was. */
static int rolling_outcome(const found *f, const kept_prediction *p)
{
    bool over = false;
    size_t low = 0, high = f->n_rolled;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (f->rolled[middle].promise < p->promise)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < f->n_rolled && f->rolled[low].promise == p->promise; low++) {
        const kept_judged *j = &f->rolled[low];
        if (j->running)
            continue;
        if (j->end >= p->start && j->end <= p->end && was_missed(j->verdict))
            return 1;
        over = over || j->end >= p->end;
    }
    return over ? 0 : -1;
}

/* 1: missed, 0: kept, -1: no telling. */
static int outcome(const found *f, const kept_prediction *p)
{
    if (is_rolling(p))
        return rolling_outcome(f, p);
    const kept_judged key = {.promise = p->promise, .start = p->start, .end = p->end};
    const kept_judged *j = NULL;
    size_t low = 0, high = f->n_judged;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (by_window(&f->judged[middle], &key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < f->n_judged && by_window(&f->judged[low], &key) == 0; low++)
        if (!f->judged[low].running)
            j = &f->judged[low];
    if (!j)
        return -1;
    return j->verdict == KEPT_VERDICT_KEPT ? 0 : was_missed(j->verdict) ? 1 : -1;
}

/* Of each window the last prediction before the mark, when it is not older than a quarter of the
 * window: those judged too seldom say nothing about the mark. */
static bool is_at(const found *f, size_t i, double mark)
{
    const kept_prediction *p = &f->items[i];
    double length = p->end - p->start + 1, at = p->start + mark * length;
    double earliest = p->start + (mark - 0.25) * length;
    bool later = i + 1 < f->n && f->items[i + 1].promise == p->promise &&
                 f->items[i + 1].start == p->start && f->items[i + 1].end == p->end &&
                 f->items[i + 1].day <= at;
    return p->day <= at && p->day >= earliest && !later;
}

/* Predictions to be scored at a mark; beyond the last mark all of rolling windows. */
static kept_status at_mark(const found *f, size_t mark, bool acted, kept_forecast **ret,
                           size_t *ret_n, kept_err *err)
{
    kept_forecast *list = KEPT_NEW_N(f->ctx->arena, kept_forecast, f->n);
    size_t n = 0;
    if (!list)
        return kept_nomem(err);
    for (size_t i = 0; i < f->n; i++) {
        const kept_prediction *p = &f->items[i];
        bool rolling = mark == KEPT_N(marks);
        if (p->acted != acted || is_rolling(p) != rolling ||
            (!rolling && !is_at(f, i, marks[mark])))
            continue;
        int happened = outcome(f, p);
        if (happened >= 0)
            list[n++] = (kept_forecast){p->p, happened, p->customer ? p->customer : -p->promise};
    }
    *ret = list;
    *ret_n = n;
    return KEPT_OK;
}

/* --- Showing --- */

static const kept_field score_fields[] = {
    {.name = "mark", .type = KEPT_TEXT, .title = "Part of the window gone"},
    {.name = "acted",
     .type = KEPT_BOOL,
     .title = "Something was done",
     .help = "an action or a notice about the promise was recorded while the window ran"},
    {.name = "windows", .type = KEPT_COUNT, .title = "Windows"},
    {.name = "subjects", .type = KEPT_COUNT, .title = "Customers"},
    {.name = "missed", .type = KEPT_SHARE, .title = "Missed", .help = "base rate"},
    {.name = "said", .type = KEPT_SHARE, .title = "Said on average"},
    {.name = "brier", .type = KEPT_REAL, .title = "Brier score", .help = "0 is best"},
    {.name = "brier_se", .type = KEPT_REAL, .title = "Standard error", .detail = true},
    {.name = "base_brier",
     .type = KEPT_REAL,
     .title = "Of the base rate",
     .help = "Brier score of always saying the base rate"},
    {.name = "skill", .type = KEPT_REAL, .title = "Skill", .help = "1 - Brier / base"},
    {.name = "skill_low", .type = KEPT_REAL, .title = "From", .help = "95 %, by customer"},
    {.name = "skill_high", .type = KEPT_REAL, .title = "To"},
};
static const kept_table_def score_table = {
    "scores", "How good the predictions were", score_fields, KEPT_N(score_fields),
    "No window that was predicted has closed yet. kept calibration --replay scores past ones."};

static const kept_field bin_fields[] = {
    {.name = "from", .type = KEPT_SHARE, .title = "Said from"},
    {.name = "to", .type = KEPT_SHARE, .title = "to"},
    {.name = "windows", .type = KEPT_COUNT, .title = "Windows"},
    {.name = "said", .type = KEPT_SHARE, .title = "Said on average"},
    {.name = "missed", .type = KEPT_SHARE, .title = "Missed"},
    {.name = "low", .type = KEPT_SHARE, .title = "From", .help = "95 %, Wilson"},
    {.name = "high", .type = KEPT_SHARE, .title = "To"},
};
static const kept_table_def bin_table = {"calibration",
                                         "When it said so much, how often was it missed? (halfway)",
                                         bin_fields, KEPT_N(bin_fields), NULL};

static void add_score(kept_result *result, kept_table *table, size_t mark, bool acted,
                      const kept_scored *s)
{
    kept_cell *row = kept_table_row(result, table);
    row[0] = kept_cell_text(result, mark_words[mark]);
    row[1] = kept_cell_int(acted);
    row[2] = kept_cell_int((int64_t)s->n);
    row[3] = kept_cell_int((int64_t)s->clusters);
    row[4] = kept_cell_real(s->base_rate);
    row[5] = kept_cell_real(s->mean_p);
    row[6] = kept_cell_real(s->brier);
    row[7] = kept_cell_real(s->brier_se);
    row[8] = kept_cell_real(s->base_brier);
    row[9] = kept_cell_real(s->skill);
    row[10] = kept_cell_real(s->skill_low);
    row[11] = kept_cell_real(s->skill_high);
}

static void add_bins(kept_result *result, const kept_bin *bins)
{
    kept_table *table = kept_result_table(result, &bin_table);
    for (size_t i = 0; i < KEPT_SCORE_BINS; i++) {
        if (bins[i].n == 0)
            continue;
        kept_cell *row = kept_table_row(result, table);
        row[0] = kept_cell_real(bins[i].from);
        row[1] = kept_cell_real(bins[i].to);
        row[2] = kept_cell_int((int64_t)bins[i].n);
        row[3] = kept_cell_real(bins[i].mean_p);
        row[4] = kept_cell_real(bins[i].rate);
        row[5] = kept_cell_real(bins[i].low);
        row[6] = kept_cell_real(bins[i].high);
    }
    kept_result_chart(result, &(kept_chart){.name = "calibration",
                                            .title = "Said and missed",
                                            .summary = "Where predictions can be believed the "
                                                       "points lie on the diagonal.",
                                            .kind = KEPT_CHART_SCATTER,
                                            .table = "calibration",
                                            .x = "said",
                                            .y = {"missed"}});
}

static void conclude(kept_result *result, const kept_scored *s)
{
    if (s->n == 0)
        return;
    if (isnan(s->skill))
        kept_result_note(result, KEPT_WARNING,
                         "Of %zu windows all or none were missed: nothing can be said about the "
                         "predictions yet.",
                         s->n);
    else if (s->skill_low > 0)
        kept_result_note(result, KEPT_NOTE,
                         "The warnings deserve belief: halfway they are better than always saying "
                         "how often promises are missed.");
    else if (s->skill_high < 0)
        kept_result_note(result, KEPT_WARNING,
                         "The warnings do not deserve belief: halfway they are worse than always "
                         "saying how often promises are missed.");
    else
        kept_result_note(result, KEPT_NOTE,
                         "Too few windows to tell whether the warnings are better than always "
                         "saying how often promises are missed.");
}

static kept_status show(found *f, kept_result *result, kept_err *err)
{
    kept_table *table = kept_result_table(result, &score_table);
    kept_scored halfway = {.n = 0};
    kept_bin halfway_bins[KEPT_SCORE_BINS];
    for (size_t m = 0; m <= KEPT_N(marks); m++)
        for (int acted = 0; acted < 2; acted++) {
            kept_forecast *list = NULL;
            kept_scored scored;
            kept_bin bins[KEPT_SCORE_BINS];
            size_t n = 0;
            KEPT_TRY(at_mark(f, m, acted, &list, &n, err));
            if (n == 0)
                continue;
            KEPT_TRY(kept_score(list, n, f->ctx->arena, &scored, bins, err));
            add_score(result, table, m, acted, &scored);
            if (m != 1 || acted)
                continue;
            halfway = scored;
            for (size_t i = 0; i < KEPT_SCORE_BINS; i++)
                halfway_bins[i] = bins[i];
        }
    if (halfway.n)
        add_bins(result, halfway_bins);
    conclude(result, &halfway);
    return KEPT_OK;
}

static int by_prediction(const void *a, const void *b)
{
    const kept_prediction *x = a, *y = b;
    if (x->promise != y->promise)
        return x->promise < y->promise ? -1 : 1;
    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    if (x->end != y->end)
        return x->end < y->end ? -1 : 1;
    return (x->day > y->day) - (x->day < y->day);
}

static kept_status run(kept_ctx *ctx, const kept_args *args, kept_result *result, kept_err *err)
{
    found f = {.ctx = ctx};
    KEPT_TRY(kept_ctx_store(ctx, false, &f.store, err));
    KEPT_TRY(kept_args_flag(args, "replay") ? replay(&f, args, err) : stored(&f, err));
    if (f.n > 1)
        qsort(f.items, f.n, sizeof *f.items, by_prediction);
    if (f.n_rolled > 1)
        qsort(f.rolled, f.n_rolled, sizeof *f.rolled, by_window);
    if (f.n_judged > 1)
        qsort(f.judged, f.n_judged, sizeof *f.judged, by_window);
    return show(&f, result, err);
}

static const kept_table_def *const tables[] = {&score_table, &bin_table, NULL};

const kept_op kept_op_calibration = {
    .name = "calibration",
    .stage = KEPT_LEARN,
    .summary = "Score the predictions that promises would be missed against what became of them",
    .detail = "Every day on which kept judge ran it kept its prediction of each window that was "
              "running. Here they are held against the verdicts: at a quarter, half and three "
              "quarters of each window, by Brier score against always saying the base rate, with "
              "intervals by customer. Windows in which something was done about the promise stand "
              "apart: there the warning changed what it warned of.\n\n"
              "--replay predicts again as of past days, from facts and terms as they were known "
              "then, so that a firm sees at once what its warnings would have been worth.",
    .example = "kept calibration\nkept calibration --replay --from 2025-01-01",
    .ids = "L005",
    .params = params,
    .n_params = KEPT_N(params),
    .tables = tables,
    .access = KEPT_READS,
    .role = KEPT_ROLE_VIEWER,
    .flags = KEPT_LONG | KEPT_REPEATABLE,
    .run = run,
};
