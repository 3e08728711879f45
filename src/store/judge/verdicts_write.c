/* Storing what judging gave: one run, one transaction. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "store/judge/verdicts_int.h"

typedef struct writing {
    kept_ledger *ledger;
    const kept_judge_write *what;
    int64_t run;
    char as_of[11];
    kept_judge_written *done;
} writing;

/* --- Values --- */

static void bind_text(sqlite3_stmt *stmt, int at, const char *text)
{
    sqlite3_bind_text(stmt, at, text, -1, SQLITE_TRANSIENT);
}

static void bind_day(sqlite3_stmt *stmt, int at, int32_t day)
{
    char text[11];
    kept_day_write(day, text);
    bind_text(stmt, at, text);
}

static void bind_real(sqlite3_stmt *stmt, int at, double value)
{
    if (isnan(value))
        sqlite3_bind_null(stmt, at);
    else
        sqlite3_bind_double(stmt, at, value);
}

/* What verdict and outlook share, ?1 to ?14. */
static void bind_shared(sqlite3_stmt *stmt, const kept_judged *j)
{
    sqlite3_bind_int64(stmt, 1, j->promise);
    bind_day(stmt, 2, j->start);
    bind_day(stmt, 3, j->end);
    bind_text(stmt, 4, j->cause);
    bind_text(stmt, 5, j->remedy);
    bind_text(stmt, 6, j->how);
    bind_text(stmt, 7, j->measure);
    sqlite3_bind_int64(stmt, 8, j->counts.good);
    sqlite3_bind_int64(stmt, 9, j->counts.bad);
    sqlite3_bind_int64(stmt, 10, j->counts.excused);
    sqlite3_bind_int64(stmt, 11, j->counts.unknown);
    sqlite3_bind_int64(stmt, 12, j->counts.open);
    bind_real(stmt, 13, j->figure);
    if (j->has_target_value)
        sqlite3_bind_null(stmt, 14);
    else
        sqlite3_bind_int64(stmt, 14, j->allowed);
}

static kept_status run_once(writing *w, sqlite3_stmt *stmt, kept_err *err)
{
    bool row = false;
    KEPT_TRY(kept_ledger_step(w->ledger, stmt, &row, err));
    sqlite3_reset(stmt);
    return KEPT_OK;
}

/* --- Verdicts --- */

static kept_status add_verdict(writing *w, sqlite3_stmt *stmt, const kept_judged *j, kept_err *err)
{
    bind_shared(stmt, j);
    bind_text(stmt, 15, kept_verdict_name(j->verdict));
    sqlite3_bind_int(stmt, 16, j->rule.allowance.fixed);
    sqlite3_bind_int64(stmt, 17, j->has_target_value ? j->target_value : j->rule.allowance.target);
    sqlite3_bind_int(stmt, 18, j->at_most);
    sqlite3_bind_int64(stmt, 19, j->rule.exempted);
    sqlite3_bind_int64(stmt, 20, j->rule.partly_from);
    sqlite3_bind_int64(stmt, 21, j->rule.min_coverage);
    sqlite3_bind_int64(stmt, 22, j->terms);
    bind_text(stmt, 23, w->as_of);
    sqlite3_bind_int64(stmt, 24, w->run);
    return run_once(w, stmt, err);
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_real(double a, double b)
{
    return (isnan(a) && isnan(b)) || (a <= b && a >= b);
}

static bool same_counts(const kept_counts *a, const kept_counts *b)
{
    return a->good == b->good && a->bad == b->bad && a->excused == b->excused &&
           a->unknown == b->unknown && a->open == b->open;
}

static bool same_rule(const kept_judged *a, const kept_judged *b)
{
    return a->has_target_value == b->has_target_value && a->target_value == b->target_value &&
           a->at_most == b->at_most && a->rule.allowance.fixed == b->rule.allowance.fixed &&
           (a->has_target_value || a->rule.allowance.target == b->rule.allowance.target) &&
           a->rule.exempted == b->rule.exempted && a->rule.partly_from == b->rule.partly_from &&
           a->rule.min_coverage == b->rule.min_coverage && a->terms == b->terms;
}

static bool same(const kept_judged *a, const kept_judged *b)
{
    return a->verdict == b->verdict && same_counts(&a->counts, &b->counts) &&
           (a->has_target_value || a->allowed == b->allowed) && same_rule(a, b) &&
           same_real(a->figure, b->figure) && same_text(a->cause, b->cause) &&
           same_text(a->how, b->how) && same_text(a->measure, b->measure);
}

static int order(const kept_judged *a, const kept_judged *b)
{
    if (a->promise != b->promise)
        return a->promise < b->promise ? -1 : 1;
    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    return (a->end > b->end) - (a->end < b->end);
}

static int by_window(const void *a, const void *b)
{
    return order(*(const kept_judged *const *)a, *(const kept_judged *const *)b);
}

static bool was_judged(const kept_judge_write *what, int64_t promise)
{
    size_t low = 0, high = what->n_promises;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (what->promises[middle] < promise)
            low = middle + 1;
        else
            high = middle;
    }
    return low < what->n_promises && what->promises[low] == promise;
}

static kept_status replace(writing *w, sqlite3_stmt *stmt, int64_t row, kept_err *err)
{
    sqlite3_bind_int64(stmt, 1, row);
    sqlite3_bind_int64(stmt, 2, w->run);
    w->done->replaced++;
    return run_once(w, stmt, err);
}

/* Both lists are in the order of promise and window. */
static kept_status merge(writing *w, const kept_judged_list *standing,
                         const kept_judged *const *closed, size_t n, sqlite3_stmt *add,
                         sqlite3_stmt *gone, kept_err *err)
{
    size_t i = 0, k = 0;
    while (i < standing->n || k < n) {
        int c = i == standing->n ? 1 : k == n ? -1 : order(&standing->items[i], closed[k]);
        if (c < 0) { /* stood, and is not given any more */
            if (was_judged(w->what, standing->items[i].promise))
                KEPT_TRY(replace(w, gone, standing->rows[i], err));
            i++;
            continue;
        }
        if (c == 0 && same(&standing->items[i], closed[k])) {
            w->done->same++;
        } else {
            if (c == 0)
                KEPT_TRY(replace(w, gone, standing->rows[i], err));
            KEPT_TRY(add_verdict(w, add, closed[k], err));
            w->done->added += c > 0;
        }
        i += c == 0;
        k++;
    }
    return KEPT_OK;
}

static kept_status write_verdicts(writing *w, kept_err *err)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_judged_list standing = {.arena = &arena};
    const kept_judged **closed = KEPT_NEW_N(&arena, const kept_judged *, w->what->n);
    size_t n = 0;
    if (!closed)
        return kept_nomem(err);
    for (size_t i = 0; i < w->what->n; i++)
        if (!w->what->judged[i].running)
            closed[n++] = &w->what->judged[i];
    if (n > 1)
        qsort(closed, n, sizeof *closed, by_window);
    KEPT_TRY(kept_judged__standing(w->ledger, &standing, err));
    KEPT_AUTO_STMT *add = NULL, *gone = NULL;
    KEPT_TRY(kept_ledger_prepare(
        w->ledger, &add, err,
        "INSERT INTO verdict (promise, window_start, window_end, cause, remedy, judged, measure,"
        " good, bad, excused, unknown, open, figure, allowed, verdict, fixed, target, at_most,"
        " exempted, partly_from, min_coverage, terms, as_of, run) VALUES (?1, ?2, ?3, ?4, ?5, ?6,"
        " ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24)",
        ""));
    KEPT_TRY(kept_ledger_prepare(w->ledger, &gone, err,
                                 "UPDATE verdict SET replaced = ?2 WHERE id = ?1", ""));
    return merge(w, &standing, closed, n, add, gone, err);
}

/* --- Outlooks and predictions --- */

static kept_status add_outlook(writing *w, sqlite3_stmt *stmt, const kept_judged *j, kept_err *err)
{
    static const char *const wires[] = {NULL, "warn", "act", NULL};
    bind_shared(stmt, j);
    bind_text(stmt, 15, kept_outlook_name(j->outlook));
    sqlite3_bind_int64(stmt, 16, j->overdue);
    bind_real(stmt, 17, j->volume);
    bind_real(stmt, 18, j->p);
    bind_real(stmt, 19, j->p_low);
    bind_real(stmt, 20, j->p_high);
    bind_text(stmt, 21, wires[j->tripwire]);
    bind_text(stmt, 22, j->alarm);
    bind_text(stmt, 23, w->as_of);
    sqlite3_bind_int64(stmt, 24, w->run);
    return run_once(w, stmt, err);
}

/* The first of a day stands: it is what was known when it was said. Of a rolling window it is about
 * the days that follow. */
static kept_status add_prediction(writing *w, sqlite3_stmt *stmt, const kept_judged *j,
                                  kept_err *err)
{
    sqlite3_bind_int64(stmt, 1, j->promise);
    bind_day(stmt, 2, j->rolling ? j->end + 1 : j->start);
    bind_day(stmt, 3, j->rolling ? 2 * j->end - j->start + 1 : j->end);
    bind_text(stmt, 4, w->as_of);
    sqlite3_bind_double(stmt, 5, j->p);
    sqlite3_bind_double(stmt, 6, j->p_low);
    sqlite3_bind_double(stmt, 7, j->p_high);
    sqlite3_bind_int64(stmt, 8, w->run);
    KEPT_TRY(run_once(w, stmt, err));
    w->done->predictions += sqlite3_changes(w->ledger->db);
    return KEPT_OK;
}

static kept_status forget(writing *w, const char *sql, kept_err *err)
{
    KEPT_AUTO_STMT *stmt = NULL;
    KEPT_TRY(kept_ledger_prepare(w->ledger, &stmt, err, sql, ""));
    for (size_t i = 0; i < w->what->n_promises; i++) {
        sqlite3_bind_int64(stmt, 1, w->what->promises[i]);
        KEPT_TRY(run_once(w, stmt, err));
    }
    return KEPT_OK;
}

static kept_status write_running(writing *w, kept_err *err)
{
    KEPT_AUTO_STMT *outlook = NULL, *prediction = NULL;
    KEPT_TRY(forget(w, "DELETE FROM outlook WHERE promise = ?1", err));
    KEPT_TRY(kept_ledger_prepare(
        w->ledger, &outlook, err,
        "INSERT INTO outlook (promise, window_start, window_end, cause, remedy, judged, measure,"
        " good, bad, excused, unknown, open, figure, allowed, outlook, overdue, volume, p_missed,"
        " p_low, p_high, tripwire, alarm, as_of, run) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,"
        " ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24)",
        ""));
    KEPT_TRY(kept_ledger_prepare(
        w->ledger, &prediction, err,
        "INSERT OR IGNORE INTO prediction (promise, window_start, window_end, day, p, p_low,"
        " p_high, run) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        ""));
    for (size_t i = 0; i < w->what->n; i++) {
        const kept_judged *j = &w->what->judged[i];
        if (!j->running)
            continue;
        KEPT_TRY(add_outlook(w, outlook, j, err));
        /* What is settled already is no prediction. */
        if (!isnan(j->p) && j->outlook != KEPT_ALREADY_BROKEN)
            KEPT_TRY(add_prediction(w, prediction, j, err));
    }
    return KEPT_OK;
}

static kept_status write_open(writing *w, kept_err *err)
{
    KEPT_AUTO_STMT *stmt = NULL;
    KEPT_TRY(forget(w, "DELETE FROM open_case WHERE promise = ?1", err));
    KEPT_TRY(kept_ledger_prepare(w->ledger, &stmt, err,
                                 "INSERT INTO open_case (promise, about, due_on, overdue, what,"
                                 " run, customer) VALUES (?1, ?2, ?3, ?4, ?5, ?6,"
                                 " nullif(?7, 0))",
                                 ""));
    for (size_t i = 0; i < w->what->n_open; i++) {
        const kept_open_case *o = &w->what->open[i];
        sqlite3_bind_int64(stmt, 1, o->promise);
        bind_text(stmt, 2, o->about);
        bind_day(stmt, 3, o->due);
        sqlite3_bind_int(stmt, 4, o->overdue);
        bind_text(stmt, 5, o->what);
        sqlite3_bind_int64(stmt, 6, w->run);
        sqlite3_bind_int64(stmt, 7, o->customer);
        KEPT_TRY(run_once(w, stmt, err));
    }
    return KEPT_OK;
}

/* --- The run --- */

static kept_status begin_run(writing *w, const kept_scope *scope, kept_err *err)
{
    bool row = false;
    KEPT_AUTO_STMT *stmt = NULL;
    KEPT_TRY(kept_ledger_prepare(w->ledger, &stmt, err,
                                 "INSERT INTO judge_run (as_of, ran_at, imports, changes, who)"
                                 " VALUES (?1, ?2, (SELECT coalesce(max(id), 0) FROM import),"
                                 " (SELECT coalesce(max(seq), 0) FROM change_log), ?3)"
                                 " RETURNING id",
                                 "tit", w->as_of, kept_time_now(), scope->who));
    KEPT_TRY(kept_ledger_step(w->ledger, stmt, &row, err));
    w->run = sqlite3_column_int64(stmt, 0);
    return kept_ledger_step(w->ledger, stmt, &row, err);
}

static kept_status write_all(writing *w, const kept_scope *scope, kept_err *err)
{
    KEPT_TRY(begin_run(w, scope, err));
    KEPT_TRY(write_verdicts(w, err));
    KEPT_TRY(write_running(w, err));
    return write_open(w, err);
}

kept_status kept_judge_store(kept_store *store, const kept_scope *scope,
                             const kept_judge_write *what, kept_judge_written *ret_written,
                             kept_err *err)
{
    kept_judge_written done = {0};
    writing w = {.ledger = &store->ledger, .what = what, .done = &done};
    if (scope->sight != KEPT_SEES_ALL)
        return kept_fail(err, KEPT_EDENIED,
                         "Verdicts are of all customers; %s may not see all of them.",
                         scope->who ? scope->who : "nobody");
    if ((!store->to_write && !store->records) || scope->as_of != KEPT_NO_DAY ||
        scope->known_at != KEPT_NO_TIME)
        return kept_fail(err, KEPT_EINTERNAL, "These verdicts are not to be stored.");
    kept_day_write(what->as_of, w.as_of);
    KEPT_TRY(kept_ledger_begin(w.ledger, err));
    kept_status status = write_all(&w, scope, err);
    if (status == KEPT_OK)
        status = kept_ledger_commit(w.ledger, err);
    if (status != KEPT_OK) {
        kept_ledger_rollback(w.ledger);
        return status;
    }
    done.run = w.run;
    *ret_written = done;
    return KEPT_OK;
}
