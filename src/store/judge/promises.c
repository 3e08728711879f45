#include "store/judge/promises.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/date.h"
#include "base/text.h"
#include "store/records/rule.h"

enum {
    MOST = 1000000, /* promises, or events of them */
    PRESET_ROLLING = 90,
    PRESET_COVERAGE = KEPT_SHARE_ONE / 2,
    MINUTES_OF_HOUR = 60,
    MINUTES_OF_DAY = 24 * 60,
};

/* Columns that a promise and what an amendment found share, in the order of read_terms. */
#define TERMS                                                                                      \
    "judged, measure, zone, calendar, only_where, window_kind, window_days, target, target_value," \
    " target_is, tolerance, within, within_unit, counted_by, period_target, allowance, allowed,"   \
    " partly_from, rhythm, due_on, ends_on"
enum { N_TERMS = 21 };

/* The day something was written down, for what does not say when it was. */
#define MADE_ON "date(made_at / 1000000, 'unixepoch')"

typedef struct loading {
    kept_store *store;
    const kept_scope *scope;
    int64_t id;
    kept_arena *arena;
    kept_promise *promises;
    size_t n;
} loading;

/* --- Cells --- */

static const char *text_of(const kept_rule_cell *cell)
{
    return cell->type == KEPT_RULE_TEXT ? cell->text : NULL;
}

static bool int_of(const kept_rule_cell *cell, int64_t *ret)
{
    if (cell->type != KEPT_RULE_INT)
        return false;
    *ret = cell->i;
    return true;
}

static int64_t int_or(const kept_rule_cell *cell, int64_t preset)
{
    int64_t value = preset;
    (void)int_of(cell, &value);
    return value;
}

static int32_t day_or(const kept_rule_cell *cell, int32_t preset)
{
    kept_day day = preset;
    const char *text = text_of(cell);
    return text && kept_day_read_iso(text, strlen(text), &day) ? day : preset;
}

static kept_status ask(const loading *l, const char *sql, const char *source, kept_rule_rows *rows,
                       kept_err *err)
{
    char as_of[11];
    kept_day_write(l->scope->as_of > KEPT_DAY_MAX ? KEPT_DAY_MAX : l->scope->as_of, as_of);
    const kept_rule_param params[] = {
        {"id", {.type = KEPT_RULE_INT, .i = l->id}},
        {"known", {.type = KEPT_RULE_INT, .i = l->scope->known_at}},
        {"as_of", {.type = KEPT_RULE_TEXT, .text = as_of}},
    };
    KEPT_TRY(kept_rule_run(l->store, l->scope, sql, source, params, KEPT_N(params), MOST, l->arena,
                           rows, err));
    return rows->cut ? kept_fail(err, KEPT_EINPUT, "More than %d %s are more than can be judged.",
                                 MOST, source)
                     : KEPT_OK;
}

/* --- Terms --- */

static int64_t minutes_of(int64_t millionths, const char *unit)
{
    int64_t each = !unit || strcmp(unit, "minutes") == 0 ? 1
                   : strstr(unit, "hours")               ? MINUTES_OF_HOUR
                                                         : MINUTES_OF_DAY;
    return millionths * each / KEPT_SHARE_ONE;
}

static kept_how how_of(const char *judged)
{
    if (!judged)
        return KEPT_HOW_NONE;
    return judged[0] == 'c' ? KEPT_HOW_COUNTED : judged[0] == 'd' ? KEPT_HOW_DONE : KEPT_HOW_SAID;
}

static kept_terms read_terms(const kept_rule_cell *c, int64_t min_coverage)
{
    const char *unit = text_of(&c[12]), *target_is = text_of(&c[9]), *window = text_of(&c[5]);
    const char *allowance = text_of(&c[15]), *counted_by = text_of(&c[13]);
    int64_t within = 0;
    kept_terms t = {.how = how_of(text_of(&c[0])),
                    .measure = text_of(&c[1]),
                    .zone = text_of(&c[2]),
                    .calendar = text_of(&c[3]),
                    .only = text_of(&c[4]),
                    .window = KEPT_WINDOW_QUARTER,
                    .length = (int)int_or(&c[6], PRESET_ROLLING),
                    .at_most = target_is && strcmp(target_is, "at-most") == 0,
                    .tolerance = int_or(&c[10], 0),
                    .within = -1,
                    .working = unit && strstr(unit, "working"),
                    .working_days = unit && strcmp(unit, "working-days") == 0,
                    .counted_by = counted_by ? counted_by : "case",
                    .period_target = int_or(&c[14], KEPT_SHARE_ONE),
                    .partly_from = int_or(&c[17], 0),
                    .min_coverage = min_coverage,
                    .rhythm = text_of(&c[18]),
                    .due_on = day_or(&c[19], KEPT_NO_DAY)};
    if (window)
        (void)kept_window_find(window, &t.window);
    if (int_of(&c[11], &within))
        t.within = minutes_of(within, unit);
    t.has_target = int_of(&c[7], &t.target);
    t.has_target_value = int_of(&c[8], &t.target_value);
    t.allowance.fixed = allowance && strcmp(allowance, "count") == 0;
    t.allowance.count = int_or(&c[16], 0);
    t.allowance.target = t.has_target ? t.target : KEPT_SHARE_ONE;
    if (t.rhythm && strcmp(t.rhythm, "always") == 0)
        t.rhythm = NULL;
    return t;
}

/* --- Promises --- */

static kept_promise *find(const loading *l, int64_t id)
{
    size_t low = 0, high = l->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (l->promises[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < l->n && l->promises[low].id == id ? &l->promises[low] : NULL;
}

static const char *or_word(const char *text, const char *preset)
{
    return text ? text : preset;
}

static kept_status load_promises(loading *l, kept_err *err)
{
    static const char sql[] =
        "SELECT " TERMS ", p.id, p.text, p.state, p.level, p.measure_level, p.giver, p.receiver,"
        " p.customer, p.receiver_party_segment, coalesce(s.name, c.name) AS party, p.person,"
        " p.owner, p.value_at_stake, p.archived_at, coalesce(p.starts_on, p.promised_on) AS begun,"
        " p.min_coverage, g.name AS segment_name, k.name AS customer_name,"
        " h.name AS person_name, s.kind = 'carrier' AS carrier FROM promise p LEFT JOIN customer k "
        "ON k.id = p.customer"
        " LEFT JOIN person h ON h.id = p.person"
        " LEFT JOIN segment g ON g.id = p.receiver_party_segment LEFT JOIN supplier s ON s.id = "
        "p.giver_party_supplier"
        " LEFT JOIN channel c ON c.id = p.giver_party_channel"
        " WHERE (:id = 0 OR p.id = :id) AND p.made_at <= :known ORDER BY p.id";
    kept_rule_rows rows;
    KEPT_TRY(ask(l, sql, "promises", &rows, err));
    l->promises = KEPT_NEW_N(l->arena, kept_promise, rows.n);
    kept_terms *terms = KEPT_NEW_N(l->arena, kept_terms, rows.n);
    if (!l->promises || !terms)
        return kept_nomem(err);
    for (size_t i = 0; i < rows.n; i++) {
        const kept_rule_cell *c = &rows.cells[i * rows.n_columns], *p = c + N_TERMS;
        terms[i] = read_terms(c, int_or(&p[15], PRESET_COVERAGE));
        terms[i].from = KEPT_DAY_MIN;
        terms[i].version = 1;
        l->promises[i] = (kept_promise){.id = int_or(&p[0], 0),
                                        .text = or_word(text_of(&p[1]), ""),
                                        .state = or_word(text_of(&p[2]), ""),
                                        .level = text_of(&p[3]),
                                        .measure_level = text_of(&p[4]),
                                        .giver = or_word(text_of(&p[5]), "us"),
                                        .receiver = or_word(text_of(&p[6]), "customer"),
                                        .customer = int_or(&p[7], 0),
                                        .segment = int_or(&p[8], 0),
                                        .party = text_of(&p[9]),
                                        .segment_name = text_of(&p[16]),
                                        .customer_name = text_of(&p[17]),
                                        .person_name = text_of(&p[18]),
                                        .carrier = int_or(&p[19], 0) != 0,
                                        .person = int_or(&p[10], 0),
                                        .owner = int_or(&p[11], 0),
                                        .has_stake = p[12].type == KEPT_RULE_INT,
                                        .stake = int_or(&p[12], 0),
                                        .archived = int_or(&p[13], 0) != 0,
                                        .starts = day_or(&p[14], KEPT_DAY_MIN),
                                        .ends = day_or(&c[20], KEPT_NO_DAY),
                                        .terms = &terms[i],
                                        .n_terms = 1};
    }
    l->n = rows.n;
    return KEPT_OK;
}

/* --- What happened to them --- */

/* Rows come by promise: how many in a row are of the same one. */
static size_t run_of(const kept_rule_rows *rows, size_t i)
{
    size_t n = 1;
    while (i + n < rows->n &&
           rows->cells[(i + n) * rows->n_columns].i == rows->cells[i * rows->n_columns].i)
        n++;
    return n;
}

/* Each amendment says what held before it: the terms of a promise are those of its amendments in
 * the order of their days, then those of the record. */
static kept_status load_amendments(loading *l, kept_err *err)
{
    static const char sql[] =
        "SELECT promise, effective_on, " TERMS
        " FROM amendment WHERE what = 'amended' AND archived_at = 0 AND made_at <= :known"
        " AND effective_on IS NOT NULL AND (:id = 0 OR promise = :id)"
        " ORDER BY promise, effective_on, id";
    kept_rule_rows rows;
    KEPT_TRY(ask(l, sql, "amendments", &rows, err));
    for (size_t i = 0, n; i < rows.n; i += n) {
        n = run_of(&rows, i);
        kept_promise *p = find(l, rows.cells[i * rows.n_columns].i);
        kept_terms *terms = KEPT_NEW_N(l->arena, kept_terms, n + 1);
        if (!terms)
            return kept_nomem(err);
        if (!p)
            continue;
        int32_t from = KEPT_DAY_MIN;
        for (size_t k = 0; k < n; k++) {
            const kept_rule_cell *c = &rows.cells[(i + k) * rows.n_columns];
            terms[k] = read_terms(c + 2, p->terms[0].min_coverage);
            terms[k].from = from;
            terms[k].version = (int64_t)k + 1;
            from = day_or(&c[1], from);
        }
        terms[n] = p->terms[0];
        terms[n].from = from;
        terms[n].version = (int64_t)n + 1;
        p->terms = terms;
        p->n_terms = n + 1;
    }
    return KEPT_OK;
}

/* Pauses, and the day of closing. */
static kept_status load_rests(loading *l, kept_err *err)
{
    static const char sql[] =
        "SELECT promise, what, effective_on FROM amendment"
        " WHERE what IN ('paused', 'resumed', 'closed') AND archived_at = 0"
        " AND made_at <= :known AND effective_on IS NOT NULL AND (:id = 0 OR promise = :id)"
        " ORDER BY promise, effective_on, id";
    kept_rule_rows rows;
    KEPT_TRY(ask(l, sql, "pauses", &rows, err));
    for (size_t i = 0, n; i < rows.n; i += n) {
        n = run_of(&rows, i);
        kept_promise *p = find(l, rows.cells[i * rows.n_columns].i);
        kept_rest *rests = KEPT_NEW_N(l->arena, kept_rest, n);
        if (!rests)
            return kept_nomem(err);
        for (size_t k = 0; p && k < n; k++) {
            const kept_rule_cell *c = &rows.cells[(i + k) * rows.n_columns];
            int32_t day = day_or(&c[2], KEPT_NO_DAY);
            const char *what = or_word(text_of(&c[1]), "");
            kept_rest *last = p->n_rests ? &rests[p->n_rests - 1] : NULL;
            if (strcmp(what, "paused") == 0)
                rests[p->n_rests++] = (kept_rest){day, KEPT_NO_DAY};
            else if (strcmp(what, "resumed") == 0 && last && last->until == KEPT_NO_DAY)
                last->until = day - 1;
            else if (strcmp(what, "closed") == 0 && strcmp(p->state, "closed") == 0)
                p->ends = day < p->ends ? day : p->ends;
        }
        if (p)
            p->rests = rests;
    }
    return KEPT_OK;
}

static kept_status load_exemptions(loading *l, kept_err *err)
{
    static const char sql[] =
        "SELECT promise, starts_on, ends_on, cases FROM exemption"
        " WHERE archived_at = 0 AND made_at <= :known AND starts_on IS NOT NULL"
        " AND coalesce(agreed_on, " MADE_ON
        ") <= :as_of AND (:id = 0 OR promise = :id) ORDER BY promise, starts_on, id";
    kept_rule_rows rows;
    KEPT_TRY(ask(l, sql, "exemptions", &rows, err));
    for (size_t i = 0, n; i < rows.n; i += n) {
        n = run_of(&rows, i);
        kept_promise *p = find(l, rows.cells[i * rows.n_columns].i);
        kept_exemption *list = KEPT_NEW_N(l->arena, kept_exemption, n);
        if (!list)
            return kept_nomem(err);
        for (size_t k = 0; k < n; k++) {
            const kept_rule_cell *c = &rows.cells[(i + k) * rows.n_columns];
            int32_t from = day_or(&c[1], KEPT_DAY_MIN);
            list[k] = (kept_exemption){from, day_or(&c[2], from), int_or(&c[3], -1)};
        }
        if (p) {
            p->exemptions = list;
            p->n_exemptions = n;
        }
    }
    return KEPT_OK;
}

static kept_status load_fulfilments(loading *l, kept_err *err)
{
    static const char sql[] =
        "SELECT promise, id, due_on, done_on, verdict, cause, remedy, words, value, level, said_by"
        " FROM fulfilment WHERE archived_at = 0 AND made_at <= :known"
        " AND coalesce(done_on, " MADE_ON ") <= :as_of AND (:id = 0 OR promise = :id) ORDER BY "
        "promise, coalesce(due_on, done_on), id";
    kept_rule_rows rows;
    KEPT_TRY(ask(l, sql, "fulfilments", &rows, err));
    for (size_t i = 0, n; i < rows.n; i += n) {
        n = run_of(&rows, i);
        kept_promise *p = find(l, rows.cells[i * rows.n_columns].i);
        kept_fulfilment *list = KEPT_NEW_N(l->arena, kept_fulfilment, n);
        if (!list)
            return kept_nomem(err);
        for (size_t k = 0; k < n; k++) {
            const kept_rule_cell *c = &rows.cells[(i + k) * rows.n_columns];
            list[k] = (kept_fulfilment){.id = int_or(&c[1], 0),
                                        .due = day_or(&c[2], KEPT_NO_DAY),
                                        .done = day_or(&c[3], KEPT_NO_DAY),
                                        .verdict = or_word(text_of(&c[4]), ""),
                                        .cause = text_of(&c[5]),
                                        .remedy = text_of(&c[6]),
                                        .words = text_of(&c[7]),
                                        .has_value = c[8].type == KEPT_RULE_INT,
                                        .value = int_or(&c[8], 0),
                                        .level = text_of(&c[9]),
                                        .said_by = int_or(&c[10], 0)};
        }
        if (p) {
            p->fulfilments = list;
            p->n_fulfilments = n;
        }
    }
    return KEPT_OK;
}

kept_status kept_promises_load(kept_store *store, const kept_scope *scope, int64_t id,
                               kept_arena *arena, kept_promise **ret_promises, size_t *ret_n,
                               kept_err *err)
{
    loading l = {.store = store, .scope = scope, .id = id, .arena = arena};
    bool begun = false;
    KEPT_TRY(kept_records_read_begin(store, scope, &begun, err));
    kept_status status = load_promises(&l, err);
    if (status == KEPT_OK)
        status = load_amendments(&l, err);
    if (status == KEPT_OK)
        status = load_rests(&l, err);
    if (status == KEPT_OK)
        status = load_exemptions(&l, err);
    if (status == KEPT_OK)
        status = load_fulfilments(&l, err);
    kept_records_read_end(store, begun);
    KEPT_TRY(status);
    *ret_promises = l.promises;
    *ret_n = l.n;
    return KEPT_OK;
}

const kept_terms *kept_promise_terms(const kept_promise *promise, int32_t day)
{
    size_t i = promise->n_terms - 1;
    while (i > 0 && promise->terms[i].from > day)
        i--;
    return &promise->terms[i];
}
