/* What became of warnings: noted as they are found, and as they are fixed. */
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "store/inside.h"
#include "store/records/warnings.h"

static const char *kind_of(const kept_warning *w)
{
    return w->about ? w->about->name : KEPT_SUBJECT_FIRM;
}

/* --- Reading --- */

static kept_status in_sight(kept_store *store, const kept_scope *scope,
                            const kept_warning_state *state, bool *ret_yes, kept_err *err)
{
    *ret_yes = scope->sight == KEPT_SEES_ALL;
    const kept_record_kind *kind =
        kept_catalogue_record(kept_store_catalogue(store), state->subject_kind);
    if (*ret_yes || !kind || scope->sight == KEPT_SEES_NOTHING)
        return KEPT_OK;
    KEPT_AUTO_ARENA scratch = KEPT_ARENA_INIT;
    kept_record record;
    kept_status status =
        kept_record_get(store, scope, kind, state->subject, &scratch, &record, err);
    if (status == KEPT_ENOTFOUND)
        return KEPT_OK;
    *ret_yes = status == KEPT_OK;
    return status;
}

static kept_status read_state(sqlite3_stmt *stmt, const char *today, kept_arena *arena,
                              kept_warning_state *ret_state, kept_err *err)
{
    bool ok = true;
    kept_warning_state s = {.warning = kept_ledger_text(stmt, 0, arena, &ok),
                            .subject_kind = kept_ledger_text(stmt, 1, arena, &ok),
                            .subject = sqlite3_column_int64(stmt, 2),
                            .state = kept_ledger_text(stmt, 3, arena, &ok),
                            .first_seen = kept_ledger_text(stmt, 4, arena, &ok),
                            .last_seen = kept_ledger_text(stmt, 5, arena, &ok),
                            .until = kept_ledger_text(stmt, 6, arena, &ok),
                            .reason = kept_ledger_text(stmt, 7, arena, &ok),
                            .who = kept_ledger_text(stmt, 8, arena, &ok)};
    if (!ok)
        return kept_nomem(err);
    if (strcmp(s.state, "accepted") == 0 && (!s.until || strcmp(s.until, today) < 0)) {
        s.state = "open";
        s.until = s.reason = s.who = NULL;
    }
    *ret_state = s;
    return KEPT_OK;
}

kept_status kept_warning_states(kept_store *store, const kept_scope *scope,
                                const kept_warning *warning, kept_arena *arena,
                                kept_warning_state **ret_states, size_t *ret_n, kept_err *err)
{
    char today[11];
    kept_day_write(kept_rule_today(scope), today);
    KEPT_AUTO_STMT *stmt = NULL;
    KEPT_TRY(kept_ledger_prepare(&store->ledger, &stmt, err,
                                 "SELECT warning, subject_kind, subject, state, first_seen, "
                                 "last_seen, until, reason, who FROM warning_state "
                                 "WHERE ?1 IS NULL OR warning = ?1 "
                                 "ORDER BY warning, subject",
                                 "t", warning ? warning->name : NULL));
    kept_warning_state *states = NULL;
    for (size_t n = 0, room = 0;;) {
        bool row = false, yes = false;
        KEPT_TRY(kept_ledger_step(&store->ledger, stmt, &row, err));
        if (!row) {
            *ret_states = states;
            *ret_n = n;
            return KEPT_OK;
        }
        if (n == room) {
            room = room ? room * 2 : 32;
            kept_warning_state *more = KEPT_NEW_N(arena, kept_warning_state, room);
            if (!more)
                return kept_nomem(err);
            if (n)
                memcpy(more, states, n * sizeof *more);
            states = more;
        }
        KEPT_TRY(read_state(stmt, today, arena, &states[n], err));
        KEPT_TRY(in_sight(store, scope, &states[n], &yes, err));
        n += yes;
    }
}

/* --- Noting --- */

/* What is to be written, found out before anything is locked. */
typedef struct note {
    const kept_warning *warning;
    int64_t subject;
    bool fires; /* else: fixed */
} note;

typedef struct notes {
    note *list;
    size_t n, room;
} notes;

static kept_status add_note(kept_arena *arena, notes *all, note one, kept_err *err)
{
    if (all->n == all->room) {
        size_t room = all->room ? all->room * 2 : 32;
        note *more = KEPT_NEW_N(arena, note, room);
        if (!more)
            return kept_nomem(err);
        if (all->n)
            memcpy(more, all->list, all->n * sizeof *more);
        all->list = more;
        all->room = room;
    }
    all->list[all->n++] = one;
    return KEPT_OK;
}

static int by_subject(const void *a, const void *b)
{
    int64_t p = ((const kept_warning_state *)a)->subject;
    int64_t q = ((const kept_warning_state *)b)->subject;
    return (p > q) - (p < q);
}

static kept_warning_state *find_state(kept_warning_state *states, size_t n, int64_t subject)
{
    kept_warning_state key = {.subject = subject};
    return n ? bsearch(&key, states, n, sizeof *states, by_subject) : NULL;
}

/* It fires no longer: fixed, unless there is just not enough data to tell. */
static kept_status note_gone(kept_store *store, const kept_scope *scope, const kept_warning *w,
                             int64_t subject, kept_arena *arena, notes *all, kept_err *err)
{
    kept_warning_look look;
    KEPT_TRY(kept_warning_judge(store, scope, w, subject, arena, &look, err));
    if (look.n && (!look.cases[0].enough || look.cases[0].fires))
        return KEPT_OK;
    return add_note(arena, all, (note){w, subject, false}, err);
}

static kept_status compare(kept_store *store, const kept_scope *scope,
                           const kept_warning_look *look, const char *today, kept_arena *arena,
                           notes *all, kept_err *err)
{
    const kept_warning *w = look->warning;
    kept_warning_state *states = NULL;
    size_t n = 0;
    KEPT_TRY(kept_warning_states(store, scope, w, arena, &states, &n, err));
    for (size_t i = 0; i < look->n; i++) {
        kept_warning_state *s = find_state(states, n, look->cases[i].subject);
        bool known = s && strcmp(s->last_seen, today) == 0 && strcmp(s->state, "fixed") != 0;
        if (s)
            s->subject_kind = NULL; /* it still fires */
        if (!known)
            KEPT_TRY(add_note(arena, all, (note){w, look->cases[i].subject, true}, err));
    }
    for (size_t i = 0; i < n; i++)
        if (states[i].subject_kind && strcmp(states[i].state, "fixed") != 0)
            KEPT_TRY(note_gone(store, scope, w, states[i].subject, arena, all, err));
    return KEPT_OK;
}

static kept_status write_note(kept_store *store, const kept_scope *scope, const note *one,
                              const char *today, kept_err *err)
{
    const char *name = one->warning->name, *kind = kind_of(one->warning);
    if (!one->fires)
        return kept_ledger_exec(&store->ledger, err,
                                "UPDATE warning_state SET state = 'fixed', until = NULL, "
                                "reason = NULL, who = ?4, at = ?5 WHERE warning = ?1 AND "
                                "subject_kind = ?2 AND subject = ?3",
                                "ttiti", name, kind, one->subject, scope->who, kept_time_now());
    /* On the right of SET, names mean the row as it was. */
    return kept_ledger_exec(
        &store->ledger, err,
        "INSERT INTO warning_state (warning, subject_kind, subject, state, first_seen, last_seen, "
        "who, at) VALUES (?1, ?2, ?3, 'open', ?4, ?4, ?5, ?6) "
        "ON CONFLICT (warning, subject_kind, subject) DO UPDATE SET last_seen = ?4, "
        "first_seen = CASE state WHEN 'fixed' THEN ?4 ELSE first_seen END, "
        "until = CASE WHEN state = 'accepted' AND until >= ?4 THEN until END, "
        "reason = CASE WHEN state = 'accepted' AND until >= ?4 THEN reason END, "
        "state = CASE WHEN state = 'accepted' AND until >= ?4 THEN 'accepted' ELSE 'open' END",
        "ttitti", name, kind, one->subject, today, scope->who, kept_time_now());
}

static kept_status write_notes(kept_store *store, const kept_scope *scope, const notes *all,
                               const char *today, kept_err *err)
{
    KEPT_TRY(kept_ledger_begin(&store->ledger, err));
    kept_status status = KEPT_OK;
    for (size_t i = 0; i < all->n && status == KEPT_OK; i++)
        status = write_note(store, scope, &all->list[i], today, err);
    if (status == KEPT_OK)
        status = kept_ledger_commit(&store->ledger, err);
    kept_ledger_rollback(&store->ledger);
    return status;
}

kept_status kept_warnings_note(kept_store *store, const kept_scope *scope,
                               const kept_warning_look *looks, size_t n, kept_err *err)
{
    if (scope->sight != KEPT_SEES_ALL || scope->as_of != KEPT_NO_DAY)
        return KEPT_OK;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    char today[11];
    kept_day_write(kept_rule_today(scope), today);
    notes all = {0};
    for (size_t i = 0; i < n; i++)
        if (looks[i].answer == KEPT_WARNING_QUIET || looks[i].answer == KEPT_WARNING_FIRES)
            KEPT_TRY(compare(store, scope, &looks[i], today, &arena, &all, err));
    return all.n ? write_notes(store, scope, &all, today, err) : KEPT_OK;
}
