/* Reading what judging gave. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "store/judge/verdicts_int.h"
#include "store/ledger/identity.h"

static const char *const outlook_names[] = {"not_measured", "on_track", "at_risk", "broken"};
static const char *const outlook_words[] = {"not measured", "on track", "at risk",
                                            "already broken"};

const char *kept_outlook_name(kept_outlook outlook)
{
    return outlook_names[outlook];
}

const char *kept_outlook_words(kept_outlook outlook)
{
    return outlook_words[outlook];
}

bool kept_outlook_find(const char *name, kept_outlook *ret_outlook)
{
    for (size_t i = 0; i < KEPT_N_OUTLOOKS; i++)
        if (strcmp(name, outlook_names[i]) == 0) {
            *ret_outlook = (kept_outlook)i;
            return true;
        }
    return false;
}

kept_verdict kept_judged_verdict(const kept_judged *j)
{
    kept_verdict verdict = kept_verdict_of(&j->counts, &j->rule);
    if (!j->has_target_value || verdict == KEPT_NOT_MEASURED || verdict == KEPT_VERDICT_EXCUSED)
        return verdict;
    if (isnan(j->figure))
        return KEPT_NOT_MEASURED;
    double target = (double)j->target_value / KEPT_SHARE_ONE;
    bool met = j->at_most ? j->figure <= target : j->figure >= target;
    return met ? KEPT_VERDICT_KEPT : KEPT_VERDICT_BROKEN;
}

/* --- Rows --- */

/* Columns that verdict and outlook share, in the order of the readers below. */
#define SHARED                                                                                     \
    "j.promise, j.window_start, j.window_end, j.cause, j.remedy, j.judged, j.measure, j.good,"     \
    " j.bad, j.excused, j.unknown, j.open, j.figure, j.allowed"
enum { N_SHARED = 14 };

static const char closed_sql[] =
    "SELECT " SHARED ", j.verdict, j.fixed, j.target, j.at_most, j.exempted, j.partly_from,"
    " j.min_coverage, j.terms, j.id, p.customer FROM verdict j JOIN promise p ON p.id = j.promise"
    " WHERE (?1 = 0 OR j.promise = ?1) AND (?2 OR j.replaced IS NULL)"
    " ORDER BY j.promise, j.window_start, j.window_end, j.id";
static const char running_sql[] =
    "SELECT " SHARED ", j.outlook, j.overdue, j.volume, j.p_missed, j.p_low, j.p_high, j.tripwire,"
    " j.alarm, 0, p.customer FROM outlook j JOIN promise p ON p.id = j.promise"
    " WHERE (?1 = 0 OR j.promise = ?1) ORDER BY j.promise";

static double real_or_nan(sqlite3_stmt *stmt, int column)
{
    return sqlite3_column_type(stmt, column) == SQLITE_NULL ? NAN
                                                            : sqlite3_column_double(stmt, column);
}

static kept_day day_of(sqlite3_stmt *stmt, int column)
{
    kept_day day = 0;
    const char *text = (const char *)sqlite3_column_text(stmt, column);
    (void)(text && kept_day_read_iso(text, strlen(text), &day));
    return day;
}

/* Few different texts stand in many rows. */
static const char *shared_text(sqlite3_stmt *stmt, int column, const char *last, kept_arena *arena,
                               bool *ok)
{
    const char *text = (const char *)sqlite3_column_text(stmt, column);
    if (!text || (last && strcmp(text, last) == 0))
        return text ? last : NULL;
    return kept_ledger_text(stmt, column, arena, ok);
}

static bool read_shared(sqlite3_stmt *stmt, const kept_judged *last, kept_arena *arena,
                        kept_judged *j)
{
    bool ok = true;
    *j = (kept_judged){.promise = sqlite3_column_int64(stmt, 0),
                       .start = day_of(stmt, 1),
                       .end = day_of(stmt, 2),
                       .cause = shared_text(stmt, 3, last ? last->cause : NULL, arena, &ok),
                       .remedy = shared_text(stmt, 4, last ? last->remedy : NULL, arena, &ok),
                       .how = shared_text(stmt, 5, last ? last->how : NULL, arena, &ok),
                       .measure = shared_text(stmt, 6, last ? last->measure : NULL, arena, &ok),
                       .counts = {.good = sqlite3_column_int64(stmt, 7),
                                  .bad = sqlite3_column_int64(stmt, 8),
                                  .excused = sqlite3_column_int64(stmt, 9),
                                  .unknown = sqlite3_column_int64(stmt, 10),
                                  .open = sqlite3_column_int64(stmt, 11)},
                       .figure = real_or_nan(stmt, 12),
                       .allowed = sqlite3_column_int64(stmt, 13),
                       .volume = NAN,
                       .p = NAN,
                       .p_low = NAN,
                       .p_high = NAN};
    return ok;
}

static void read_closed(sqlite3_stmt *stmt, kept_judged *j)
{
    const char *verdict = (const char *)sqlite3_column_text(stmt, N_SHARED);
    (void)(verdict && kept_verdict_find(verdict, &j->verdict));
    bool fixed = sqlite3_column_int(stmt, 15);
    int64_t target = sqlite3_column_int64(stmt, 16);
    j->has_target_value = sqlite3_column_type(stmt, 13) == SQLITE_NULL;
    j->target_value = j->has_target_value ? target : 0;
    j->at_most = sqlite3_column_int(stmt, 17);
    j->rule = (kept_verdict_rule){.allowance = {.fixed = fixed,
                                                .count = fixed ? j->allowed : 0,
                                                .target = j->has_target_value ? 0 : target},
                                  .exempted = sqlite3_column_int64(stmt, 18),
                                  .partly_from = sqlite3_column_int64(stmt, 19),
                                  .min_coverage = sqlite3_column_int64(stmt, 20)};
    j->terms = sqlite3_column_int64(stmt, 21);
}

static void read_running(sqlite3_stmt *stmt, kept_arena *arena, kept_judged *j, bool *ok)
{
    const char *outlook = (const char *)sqlite3_column_text(stmt, N_SHARED);
    const char *tripwire = (const char *)sqlite3_column_text(stmt, 20);
    (void)(outlook && kept_outlook_find(outlook, &j->outlook));
    j->running = true;
    j->has_target_value =
        sqlite3_column_type(stmt, 13) == SQLITE_NULL && strcmp(j->how, "counted") == 0;
    j->overdue = sqlite3_column_int64(stmt, 15);
    j->volume = real_or_nan(stmt, 16);
    j->p = real_or_nan(stmt, 17);
    j->p_low = real_or_nan(stmt, 18);
    j->p_high = real_or_nan(stmt, 19);
    j->tripwire = !tripwire                      ? KEPT_TRIP_NONE
                  : strcmp(tripwire, "act") == 0 ? KEPT_TRIP_ACT
                                                 : KEPT_TRIP_WARN;
    j->alarm = kept_ledger_text(stmt, 21, arena, ok);
}

/* --- Lists --- */

kept_status kept_judged__add(kept_judged_list *list, const kept_judged *j, int64_t row,
                             kept_err *err)
{
    if (list->n == list->room) {
        size_t room = list->room ? 2 * list->room : 256;
        kept_judged *items = KEPT_NEW_N(list->arena, kept_judged, room);
        int64_t *rows = KEPT_NEW_N(list->arena, int64_t, room);
        if (!items || !rows)
            return kept_nomem(err);
        if (list->n) {
            memcpy(items, list->items, list->n * sizeof *items);
            memcpy(rows, list->rows, list->n * sizeof *rows);
        }
        list->items = items;
        list->rows = rows;
        list->room = room;
    }
    list->rows[list->n] = row;
    list->items[list->n++] = *j;
    return KEPT_OK;
}

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Records of the customers in sight. */
typedef struct in_sight {
    bool all;
    int64_t *customers;
    size_t n;
} in_sight;

static kept_status look(kept_store *store, const kept_scope *scope, kept_arena *arena,
                        in_sight *ret, kept_err *err)
{
    *ret = (in_sight){.all = scope->sight == KEPT_SEES_ALL};
    if (scope->sight != KEPT_SEES_SOME || scope->n_customers == 0)
        return KEPT_OK;
    ret->n = scope->n_customers;
    ret->customers = KEPT_NEW_N(arena, int64_t, ret->n);
    if (!ret->customers)
        return kept_nomem(err);
    KEPT_TRY(
        kept_ledger_records_of_keys(&store->ledger, scope->customers, ret->n, ret->customers, err));
    qsort(ret->customers, ret->n, sizeof *ret->customers, by_number);
    return KEPT_OK;
}

/* A promise to many is judged by rows of customers out of sight too. */
static bool sees(const in_sight *s, sqlite3_stmt *stmt, int column)
{
    int64_t customer = sqlite3_column_int64(stmt, column);
    return s->all ||
           (customer && s->n && bsearch(&customer, s->customers, s->n, sizeof customer, by_number));
}

static kept_status read_rows(kept_ledger *ledger, const in_sight *sight, const char *sql,
                             int64_t promise, bool history, kept_judged_list *list, kept_err *err)
{
    KEPT_AUTO_STMT *stmt = NULL;
    bool running = sql == running_sql;
    if (running)
        KEPT_TRY(kept_ledger_prepare(ledger, &stmt, err, sql, "i", promise));
    else
        KEPT_TRY(kept_ledger_prepare(ledger, &stmt, err, sql, "ii", promise, (int64_t)history));
    for (;;) {
        bool row = false, ok = true;
        KEPT_TRY(kept_ledger_step(ledger, stmt, &row, err));
        if (!row)
            return KEPT_OK;
        if (!sees(sight, stmt, 23))
            continue;
        kept_judged j;
        const kept_judged *last = list->n ? &list->items[list->n - 1] : NULL;
        ok = read_shared(stmt, last, list->arena, &j);
        if (running)
            read_running(stmt, list->arena, &j, &ok);
        else
            read_closed(stmt, &j);
        if (!ok)
            return kept_nomem(err);
        KEPT_TRY(kept_judged__add(list, &j, sqlite3_column_int64(stmt, 22), err));
    }
}

kept_status kept_judged__standing(kept_ledger *ledger, kept_judged_list *list, kept_err *err)
{
    const in_sight all = {.all = true};
    return read_rows(ledger, &all, closed_sql, 0, false, list, err);
}

static int by_promise(const void *a, const void *b)
{
    const kept_judged *x = a, *y = b;
    if (x->promise != y->promise)
        return x->promise < y->promise ? -1 : 1;
    if (x->running != y->running)
        return x->running ? 1 : -1;
    return (x->start > y->start) - (x->start < y->start);
}

kept_status kept_judged_read(kept_store *store, const kept_scope *scope, int64_t promise,
                             bool history, kept_arena *arena, kept_judged **ret_judged,
                             size_t *ret_n, kept_err *err)
{
    in_sight sight;
    bool begun = false;
    kept_judged_list list = {.arena = arena};
    if (scope->sight == KEPT_SEES_NOTHING) {
        *ret_judged = NULL;
        *ret_n = 0;
        return KEPT_OK;
    }
    KEPT_TRY(look(store, scope, arena, &sight, err));
    KEPT_TRY(kept_ledger_read_begin(&store->ledger, &begun, err));
    kept_status status =
        read_rows(&store->ledger, &sight, closed_sql, promise, history, &list, err);
    if (status == KEPT_OK)
        status = read_rows(&store->ledger, &sight, running_sql, promise, false, &list, err);
    kept_ledger_read_end(&store->ledger, begun);
    KEPT_TRY(status);
    /* Closed windows stand in order already; the one that runs goes behind those of its promise. */
    if (list.n > 1 && !history)
        qsort(list.items, list.n, sizeof *list.items, by_promise);
    *ret_judged = list.items;
    *ret_n = list.n;
    return KEPT_OK;
}
