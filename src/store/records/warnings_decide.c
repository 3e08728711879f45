/* What people decide about warnings: to live with one for a while, and other limits. Each decision
 * is a change of the ledger as a whole, in the log with old and new. */
#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "store/inside.h"
#include "store/records/log.h"
#include "store/records/warnings.h"
#include "store/records/write.h"

static kept_status begin(kept_store *store, const kept_scope *scope, kept_writing **ret_writing,
                         kept_err *err)
{
    if (scope->sight != KEPT_SEES_ALL)
        return kept_fail(err, KEPT_EDENIED,
                         "%s may not decide about warnings: that takes sight of all customers.",
                         scope->who ? scope->who : "Nobody");
    return kept_writing_begin(store, scope, "command", ret_writing, err);
}

static const char *kind_of(const kept_warning *w)
{
    return w->about ? w->about->name : KEPT_SUBJECT_FIRM;
}

static const char *subject_text(const kept_warning *w, int64_t subject, kept_arena *arena)
{
    return w->about ? kept_short_id(arena, (kept_ref){w->about, subject}) : KEPT_SUBJECT_FIRM;
}

/* What was noted; *ret_state.state NULL: nothing. */
static kept_status find_state(kept_store *store, const kept_scope *scope, const kept_warning *w,
                              int64_t subject, kept_arena *arena, kept_warning_state *ret_state,
                              kept_err *err)
{
    kept_warning_state *states = NULL;
    size_t n = 0;
    KEPT_TRY(kept_warning_states(store, scope, w, arena, &states, &n, err));
    *ret_state = (kept_warning_state){0};
    for (size_t i = 0; i < n; i++)
        if (states[i].subject == subject)
            *ret_state = states[i];
    return KEPT_OK;
}

/* --- Accepting --- */

static kept_status need_firing(kept_store *store, const kept_scope *scope, const kept_warning *w,
                               int64_t subject, kept_arena *arena, kept_err *err)
{
    kept_warning_look look;
    KEPT_TRY(kept_warning_judge(store, scope, w, subject, arena, &look, err));
    if (look.n && look.cases[0].fires)
        return KEPT_OK;
    const char *text = subject_text(w, subject, arena);
    if (!text)
        return kept_nomem(err);
    return kept_fail(err, KEPT_EARG,
                     "The warning %s does not fire for %s, so there is nothing to accept.", w->name,
                     text);
}

static kept_status log_state(kept_writing *writing, const kept_warning *w,
                             const kept_warning_state *old, int64_t subject, const char *state,
                             const char *until, const char *action, const char *why,
                             kept_arena *arena, kept_err *err)
{
    const char *text = subject_text(w, subject, arena);
    if (!text)
        return kept_nomem(err);
    kept_log_value values[] = {{"warning", NULL, w->name},
                               {"subject", NULL, text},
                               {"state", old->state, state},
                               {"until", old->until, until}};
    return kept_writing_log(writing, (kept_ref){0}, action, values, sizeof values / sizeof *values,
                            why, err);
}

kept_status kept_warning_accept(kept_store *store, const kept_scope *scope,
                                const kept_warning *warning, int64_t subject, int32_t until,
                                const char *reason, kept_err *err)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    char today[11], last[11];
    kept_day_write(kept_rule_today(scope), today);
    kept_day_write(until, last);
    if (until < kept_rule_today(scope))
        return kept_fail(err, KEPT_EARG, "%s is past; accept the warning until a day to come.",
                         last);
    if (!reason || !reason[strspn(reason, " \t\r\n")])
        return kept_fail(err, KEPT_EARG, "Say why the warning is accepted, in a few words.");
    KEPT_AUTO_WRITING *writing = NULL;
    KEPT_TRY(begin(store, scope, &writing, err));
    KEPT_TRY(need_firing(store, scope, warning, subject, &arena, err));
    kept_warning_state old;
    KEPT_TRY(find_state(store, scope, warning, subject, &arena, &old, err));
    KEPT_TRY(kept_ledger_exec(
        &store->ledger, err,
        "INSERT INTO warning_state (warning, subject_kind, subject, state, first_seen, last_seen, "
        "until, reason, who, at) VALUES (?1, ?2, ?3, 'accepted', ?4, ?4, ?5, ?6, ?7, ?8) "
        "ON CONFLICT (warning, subject_kind, subject) DO UPDATE SET state = 'accepted', "
        "first_seen = CASE state WHEN 'fixed' THEN ?4 ELSE first_seen END, last_seen = ?4, "
        "until = ?5, reason = ?6, who = ?7, at = ?8",
        "ttitttti", warning->name, kind_of(warning), subject, today, last, reason, scope->who,
        kept_time_now()));
    KEPT_TRY(log_state(writing, warning, &old, subject, "accepted", last, "accept", reason, &arena,
                       err));
    return kept_writing_commit(writing, err);
}

kept_status kept_warning_reopen(kept_store *store, const kept_scope *scope,
                                const kept_warning *warning, int64_t subject, kept_err *err)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    KEPT_AUTO_WRITING *writing = NULL;
    KEPT_TRY(begin(store, scope, &writing, err));
    kept_warning_state old;
    KEPT_TRY(find_state(store, scope, warning, subject, &arena, &old, err));
    if (!kept_text_equal(old.state, "accepted"))
        return kept_fail(err, KEPT_EARG, "The warning %s is not accepted there; it is %s.",
                         warning->name, old.state ? old.state : "not noted at all");
    KEPT_TRY(kept_ledger_exec(&store->ledger, err,
                              "UPDATE warning_state SET state = 'open', until = NULL, "
                              "reason = NULL, who = ?4, at = ?5 WHERE warning = ?1 AND "
                              "subject_kind = ?2 AND subject = ?3",
                              "ttiti", warning->name, kind_of(warning), subject, scope->who,
                              kept_time_now()));
    KEPT_TRY(log_state(writing, warning, &old, subject, "open", NULL, "reopen", NULL, &arena, err));
    return kept_writing_commit(writing, err);
}

/* --- Limits --- */

static kept_status read_limit(kept_store *store, const kept_warning *w,
                              const kept_warning_limit *limit, double *ret_value, kept_err *err)
{
    KEPT_AUTO_STMT *stmt = NULL;
    KEPT_TRY(kept_ledger_prepare(&store->ledger, &stmt, err,
                                 "SELECT value FROM warning_limit WHERE warning = ?1 AND name = ?2",
                                 "tt", w->name, limit->name));
    bool row = false;
    KEPT_TRY(kept_ledger_step(&store->ledger, stmt, &row, err));
    *ret_value = row ? sqlite3_column_double(stmt, 0) : limit->preset;
    return KEPT_OK;
}

static kept_status write_limit(kept_store *store, const kept_scope *scope, const kept_warning *w,
                               const kept_warning_limit *limit, const double *value, kept_err *err)
{
    if (!value)
        return kept_ledger_exec(&store->ledger, err,
                                "DELETE FROM warning_limit WHERE warning = ?1 AND name = ?2", "tt",
                                w->name, limit->name);
    KEPT_AUTO_STMT *stmt = NULL;
    KEPT_TRY(kept_ledger_prepare(&store->ledger, &stmt, err,
                                 "INSERT INTO warning_limit (warning, name, who, at, value) "
                                 "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (warning, name) "
                                 "DO UPDATE SET value = ?5, who = ?3, at = ?4",
                                 "ttti", w->name, limit->name, scope->who, kept_time_now()));
    sqlite3_bind_double(stmt, 5, *value);
    bool row = false;
    return kept_ledger_step(&store->ledger, stmt, &row, err);
}

kept_status kept_warning_set_limit(kept_store *store, const kept_scope *scope,
                                   const kept_warning *warning, const kept_warning_limit *limit,
                                   const double *value, kept_err *err)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    KEPT_AUTO_WRITING *writing = NULL;
    KEPT_TRY(begin(store, scope, &writing, err));
    double old = 0;
    KEPT_TRY(read_limit(store, warning, limit, &old, err));
    KEPT_TRY(write_limit(store, scope, warning, limit, value, err));
    const char *from = kept_warning_limit_text(limit, old, &arena);
    const char *to = kept_warning_limit_text(limit, value ? *value : limit->preset, &arena);
    if (!from || !to)
        return kept_nomem(err);
    kept_log_value values[] = {
        {"warning", NULL, warning->name}, {"limit", NULL, limit->name}, {"value", from, to}};
    KEPT_TRY(kept_writing_log(writing, (kept_ref){0}, "limit", values,
                              sizeof values / sizeof *values, NULL, err));
    return kept_writing_commit(writing, err);
}
