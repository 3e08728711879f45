#include "keep/register.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "store/measures/measures.h"
#include "store/records/record.h"
#include "store/records/rule.h"

/* --- Margin --- */

typedef struct margins {
    kept_rule_rows rows; /* subject, money; by subject */
} margins;

static kept_status load_margins(kept_ctx *ctx, kept_store *store, margins *ret, kept_err *err)
{
    static const char sql[] =
        "SELECT subject, exact FROM measure_now WHERE measure = 'margin.last_year'"
        " AND subject_kind = '" KEPT_SUBJECT_CUSTOMER "' AND exact IS NOT NULL ORDER BY subject";
    return kept_rule_run(store, &ctx->scope, sql, "margin", NULL, 0, 0, ctx->arena, &ret->rows,
                         err);
}

static bool margin_of(const margins *m, int64_t customer, int64_t *ret)
{
    size_t low = 0, high = m->rows.n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (m->rows.cells[2 * middle].i < customer)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == m->rows.n || m->rows.cells[2 * low].i != customer)
        return false;
    *ret = m->rows.cells[2 * low + 1].i;
    return true;
}

/* --- Rows --- */

static bool stands(const kept_promise *p)
{
    return !p->archived && (strcmp(p->state, "active") == 0 || strcmp(p->state, "agreed") == 0 ||
                            strcmp(p->state, "paused") == 0);
}

static void find_judged(const kept_judged *judged, size_t n, size_t *at, kept_registered *row)
{
    while (*at < n && judged[*at].promise < row->promise->id)
        (*at)++;
    for (; *at < n && judged[*at].promise == row->promise->id; (*at)++) {
        const kept_judged *j = &judged[*at];
        if (j->running)
            row->now = j;
        else if (!row->last || j->end >= row->last->end)
            row->last = j;
    }
}

static int rank(const kept_registered *r)
{
    if (r->now && (r->now->outlook == KEPT_AT_RISK || r->now->outlook == KEPT_ALREADY_BROKEN))
        return 0;
    bool unmeasured = r->now    ? r->now->outlook == KEPT_OUTLOOK_NOT_MEASURED
                      : r->last ? r->last->verdict == KEPT_NOT_MEASURED
                                : true;
    return unmeasured ? 1 : 2;
}

static int worst_first(const void *a, const void *b)
{
    const kept_registered *x = a, *y = b;
    int d = rank(x) - rank(y);
    if (d)
        return d;
    if (x->weight > y->weight || x->weight < y->weight)
        return x->weight > y->weight ? -1 : 1;
    double p = x->now && !isnan(x->now->p) ? x->now->p : 0;
    double q = y->now && !isnan(y->now->p) ? y->now->p : 0;
    if (p > q || p < q)
        return p > q ? -1 : 1;
    return (x->promise->id > y->promise->id) - (x->promise->id < y->promise->id);
}

/* Who promised it to us. */
static kept_status find_giver(kept_registered *r, kept_arena *arena, kept_err *err)
{
    const kept_promise *p = r->promise;
    const char *name = strcmp(p->giver, "customer") == 0 ? p->customer_name : p->party;
    if (!name)
        return KEPT_OK;
    r->from = kept_arena_printf(arena, "from %s", name);
    return r->from ? KEPT_OK : kept_nomem(err);
}

const char *kept_cases_name(const kept_measures *measures, const char *name)
{
    for (size_t i = 0; name && i < measures->n; i++)
        if (strcmp(measures->items[i]->name, name) == 0 && measures->items[i]->facts)
            return measures->items[i]->facts->name;
    return "cases";
}

kept_status kept_register(kept_ctx *ctx, kept_store *store, const kept_promise *promises,
                          size_t n_promises, const kept_judged *judged, size_t n_judged,
                          kept_registered **ret_rows, size_t *ret_n, kept_err *err)
{
    margins m;
    kept_measures measures;
    size_t n = 0, at = 0;
    kept_registered *rows = KEPT_NEW_N(ctx->arena, kept_registered, n_promises);
    if (!rows)
        return kept_nomem(err);
    KEPT_TRY(load_margins(ctx, store, &m, err));
    KEPT_TRY(kept_store_measures(store, ctx->arena, &measures, err));
    for (size_t i = 0; i < n_promises; i++) {
        kept_registered *r = &rows[n];
        if (!stands(&promises[i]))
            continue;
        *r = (kept_registered){.promise = &promises[i]};
        find_judged(judged, n_judged, &at, r);
        KEPT_TRY(find_giver(r, ctx->arena, err));
        r->cases = kept_cases_name(&measures, kept_promise_terms(r->promise, INT32_MAX)->measure);
        r->has_margin = r->promise->customer && margin_of(&m, r->promise->customer, &r->margin);
        if (!r->has_margin && r->promise->has_stake) {
            r->has_margin = true;
            r->margin = r->promise->stake;
        }
        double p = r->now && r->now->outlook == KEPT_ALREADY_BROKEN ? 1
                   : r->now && !isnan(r->now->p)                    ? r->now->p
                                                                    : 0;
        r->weight = r->has_margin && r->margin > 0 ? p * (double)r->margin : 0;
        n++;
    }
    if (n > 1)
        qsort(rows, n, sizeof *rows, worst_first);
    *ret_rows = rows;
    *ret_n = n;
    return KEPT_OK;
}

const char *kept_registered_to(const kept_registered *r)
{
    if (r->from)
        return r->from;
    if (r->promise->customer_name)
        return r->promise->customer_name;
    return r->promise->segment_name ? r->promise->segment_name : r->promise->receiver;
}

/* --- By level --- */

static const kept_field level_fields[] = {
    {.name = "level", .type = KEPT_TEXT, .title = "Level"},
    {.name = "kept", .type = KEPT_COUNT, .title = "Kept"},
    {.name = "judged", .type = KEPT_COUNT, .title = "Of", .help = "promises with a verdict"},
    {.name = "partly", .type = KEPT_COUNT, .title = "Partly"},
    {.name = "broken", .type = KEPT_COUNT, .title = "Broken"},
    {.name = "excused", .type = KEPT_COUNT, .title = "Excused"},
    {.name = "not_measured", .type = KEPT_COUNT, .title = "Not measured"},
    {.name = "not_yet",
     .type = KEPT_COUNT,
     .title = "No verdict yet",
     .help = "promises of which no window has closed"},
};
const kept_table_def kept_levels_table = {"levels", "Kept by level, in the window that closed last",
                                          level_fields, KEPT_N(level_fields),
                                          "No promise runs yet. Write one down: kept promise add"};

void kept_levels_add(kept_result *result, const kept_registered *rows, size_t n)
{
    static const char *const levels[] = {"front-line", "functional", "strategic", "whole", NULL};
    kept_table *table = kept_result_table(result, &kept_levels_table);
    for (size_t l = 0; l < KEPT_N(levels); l++) {
        int64_t count[KEPT_N_VERDICTS] = {0}, not_yet = 0, all = 0;
        for (size_t i = 0; i < n; i++) {
            const char *level = rows[i].promise->level;
            if (strcmp(rows[i].promise->state, "agreed") == 0)
                continue; /* does not run yet */
            if (level ? !levels[l] || strcmp(level, levels[l]) != 0 : levels[l] != NULL)
                continue;
            all++;
            if (rows[i].last)
                count[rows[i].last->verdict]++;
            else if (rows[i].now && rows[i].now->outlook != KEPT_OUTLOOK_NOT_MEASURED)
                not_yet++;
            else
                count[KEPT_NOT_MEASURED]++;
        }
        if (all == 0)
            continue;
        kept_cell *row = kept_table_row(result, table);
        row[0] = kept_cell_text(result, levels[l] ? levels[l] : "no level said");
        row[1] = kept_cell_int(count[KEPT_VERDICT_KEPT]);
        row[2] = kept_cell_int(count[KEPT_VERDICT_KEPT] + count[KEPT_VERDICT_PARTLY] +
                               count[KEPT_VERDICT_BROKEN]);
        row[3] = kept_cell_int(count[KEPT_VERDICT_PARTLY]);
        row[4] = kept_cell_int(count[KEPT_VERDICT_BROKEN]);
        row[5] = kept_cell_int(count[KEPT_VERDICT_EXCUSED]);
        row[6] = kept_cell_int(count[KEPT_NOT_MEASURED]);
        row[7] = kept_cell_int(not_yet);
    }
}

/* --- The register --- */

static const kept_field register_fields[] = {
    {.name = "promise", .type = KEPT_TEXT, .title = "Promise"},
    {.name = "text", .type = KEPT_TEXT, .folds = true, .title = "In words"},
    {.name = "customer", .type = KEPT_TEXT, .title = "To"},
    {.name = "level", .type = KEPT_TEXT, .title = "Level"},
    {.name = "life", .type = KEPT_TEXT, .title = "Life", .detail = true},
    {.name = "verdict",
     .type = KEPT_TEXT,
     .title = "Last verdict",
     .help = "of the window that closed last"},
    {.name = "window", .type = KEPT_TEXT, .title = "Of", .detail = true},
    {.name = "outlook",
     .type = KEPT_TEXT,
     .folds = true,
     .title = "Outlook",
     .help = "of the window that runs"},
    {.name = "why", .type = KEPT_TEXT, .folds = true, .title = "Why"},
    {.name = "next", .type = KEPT_TEXT, .title = "Next", .detail = true},
    {.name = "good", .type = KEPT_COUNT, .title = "Good", .detail = true},
    {.name = "bad", .type = KEPT_COUNT, .title = "Failed", .detail = true},
    {.name = "open", .type = KEPT_COUNT, .title = "Open", .detail = true},
    {.name = "allowed", .type = KEPT_COUNT, .title = "May fail", .detail = true},
    {.name = "chance",
     .type = KEPT_SHARE,
     .title = "Chance of being missed",
     .help = "by the end of the window",
     .estimate = true,
     .detail = true},
    {.name = "chance_low", .type = KEPT_SHARE, .title = "At least", .detail = true},
    {.name = "chance_high", .type = KEPT_SHARE, .title = "At most", .detail = true},
    {.name = "margin",
     .type = KEPT_MONEY,
     .title = "Margin of the last year",
     .help = "else what is stated as at stake",
     .detail = true},
};
const kept_table_def kept_register_table = {"promises", "Promises, worst first", register_fields,
                                            KEPT_N(register_fields),
                                            "No promise is agreed or running. Write one down: "
                                            "kept promise add"};

static void add_now(kept_ctx *ctx, kept_result *result, kept_cell *row, const kept_registered *r)
{
    const kept_judged *j = r->now ? r->now : r->last;
    const char *words = r->now ? kept_outlook_words(r->now->outlook) : NULL;
    if (r->now && r->now->outlook == KEPT_AT_RISK && kept_chance_words(r->now->p))
        words = kept_chance_words(r->now->p);
    row[7] = kept_cell_text(result, words);
    if (!j && strcmp(r->promise->state, "active") == 0 &&
        kept_promise_terms(r->promise, INT32_MAX)->how == KEPT_HOW_NONE) {
        row[7] = kept_cell_text(result, kept_outlook_words(KEPT_OUTLOOK_NOT_MEASURED));
        row[8] = kept_cell_text(result, "nobody has said how it is to be judged");
        row[9] = kept_cell_text(result, kept_arena_printf(ctx->arena,
                                                          "kept promise edit P-%" PRId64
                                                          " --judged counted|done|said",
                                                          r->promise->id));
    }
    if (!j)
        return;
    row[8] = kept_cell_text(result, kept_judged_why(j, r->promise, r->cases, ctx->arena));
    row[9] = kept_cell_text(result,
                            kept_judged_next(j, r->promise, r->promise->person_name, ctx->arena));
    row[10] = kept_cell_int(j->counts.good);
    row[11] = kept_cell_int(j->counts.bad);
    row[12] = kept_cell_int(j->counts.open);
    if (strcmp(j->how, "counted") == 0 && !j->has_target_value)
        row[13] = kept_cell_int(j->allowed);
    row[14] = kept_cell_real(j->p);
    row[15] = kept_cell_real(j->p_low);
    row[16] = kept_cell_real(j->p_high);
}

void kept_register_add(kept_ctx *ctx, kept_result *result, const kept_registered *rows, size_t n,
                       size_t limit)
{
    kept_table *table = kept_result_table(result, &kept_register_table);
    for (size_t i = 0; i < n; i++) {
        const kept_registered *r = &rows[i];
        char window[48];
        if (limit && i == limit) {
            table->more = n - limit;
            return;
        }
        kept_cell *row = kept_table_row(result, table);
        row[0] =
            kept_cell_text(result, kept_arena_printf(ctx->arena, "P-%" PRId64, r->promise->id));
        row[1] = kept_cell_text(result, r->promise->text);
        row[2] = kept_cell_text(result, kept_registered_to(r));
        row[3] = kept_cell_text(result, r->promise->level);
        row[4] = kept_cell_text(result, r->promise->state);
        row[5] = kept_cell_text(result, r->last ? kept_verdict_words(r->last->verdict) : NULL);
        if (r->last) {
            kept_window_write(kept_promise_terms(r->promise, r->last->start)->window,
                              (kept_window_days){r->last->start, r->last->end}, window);
            row[6] = kept_cell_text(result, window);
        }
        add_now(ctx, result, row, r);
        if (r->has_margin && ctx->role >= KEPT_ROLE_MANAGER)
            row[17] = kept_cell_int(r->margin);
    }
}
