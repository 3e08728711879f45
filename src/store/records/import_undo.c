/* Taking an import of records back: every record as it stood before, but for those that somebody
 * changed since. */
#include <inttypes.h>
#include <string.h>

#include "store/records/import_int.h"

typedef struct undoing {
    kept_writing *w;
    kept_store *store;
    const kept_scope *scope;
    kept_arena *arena; /* the caller's */
    kept_import import;
    kept_record_undone *undone;
    size_t room;
} undoing;

/* One record that the import touched: the log rows from its first change by it on. */
typedef struct touched {
    kept_ref ref;
    int64_t first, last; /* changes by the import */
    bool added;
} touched;

static kept_status stays(undoing *u, kept_ref ref, const char *why, kept_err *err)
{
    if (u->undone->n_stayed == u->room) {
        size_t room = u->room ? 2 * u->room : 16;
        kept_stayed *more = KEPT_NEW_N(u->arena, kept_stayed, room);
        if (!more)
            return kept_nomem(err);
        if (u->undone->n_stayed)
            memcpy(more, u->undone->stayed, u->undone->n_stayed * sizeof *more);
        u->undone->stayed = more;
        u->room = room;
    }
    u->undone->stayed[u->undone->n_stayed++] = (kept_stayed){ref, why};
    return why ? KEPT_OK : kept_nomem(err);
}

/* --- Changed since? --- */

/* The value before the changes after `last`; rows stand newest first. */
static const kept_log_value *oldest(const kept_log_row *rows, size_t n, int64_t last,
                                    const char *field)
{
    const kept_log_value *found = NULL;
    for (size_t i = 0; i < n && rows[i].seq > last; i++)
        for (size_t k = 0; k < rows[i].n_values; k++)
            if (strcmp(rows[i].values[k].field, field) == 0)
                found = &rows[i].values[k];
    return found;
}

/* The newest change after `last` that still shows: what was changed and changed back does not. */
static const kept_log_row *changed_since(const kept_log_row *rows, size_t n, int64_t last)
{
    for (size_t i = 0; i < n && rows[i].seq > last; i++) {
        bool plain = !rows[i].erased && strcmp(rows[i].action, "merge") != 0 &&
                     strcmp(rows[i].action, "split") != 0 && strcmp(rows[i].action, "erase") != 0;
        if (!plain)
            return &rows[i];
        for (size_t k = 0; k < rows[i].n_values; k++) {
            const kept_log_value *now = NULL, *value = &rows[i].values[k];
            for (size_t j = 0; j <= i && !now; j++)
                for (size_t m = 0; m < rows[j].n_values && !now; m++)
                    if (strcmp(rows[j].values[m].field, value->field) == 0)
                        now = &rows[j].values[m];
            const kept_log_value *was = oldest(rows, n, last, value->field);
            if (!kept_text_equal(now->now, was->old))
                return &rows[i];
        }
    }
    return NULL;
}

/* --- One record --- */

static kept_status take_back(undoing *u, const touched *t, kept_err *why)
{
    kept_edited edited;
    if (!t->added)
        return kept_record__take_back(u->w, t->ref, t->first, &edited, why);
    kept_edit edit = {.kind = t->ref.kind, .id = t->ref.id, .archive = 1};
    return kept_record_write(u->w, &edit, &edited, why);
}

static kept_status undo_record(undoing *u, const touched *t, kept_err *err)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err why = KEPT_ERR_INIT;
    kept_log_row *rows = NULL;
    size_t n = 0;
    KEPT_TRY(kept_record_history(u->store, u->scope, t->ref, 0, &arena, &rows, &n, err));
    const kept_log_row *since = changed_since(rows, n, t->last);
    if (since)
        return stays(u, t->ref, kept_arena_printf(u->arena, "changed since, by %s", since->who),
                     err);
    kept_status status = take_back(u, t, &why);
    if (status == KEPT_EINPUT || status == KEPT_EARG || status == KEPT_ENOTFOUND)
        return stays(u, t->ref, kept_arena_strdup(u->arena, why.msg), err);
    if (status != KEPT_OK && err)
        *err = why;
    KEPT_TRY(status);
    if (t->added)
        u->undone->archived++;
    else
        u->undone->restored++;
    return KEPT_OK;
}

/* --- All of them --- */

static kept_status count_touched(const undoing *u, size_t *ret_n, kept_err *err)
{
    KEPT_AUTO_LENT lent = {0};
    bool row = false;
    KEPT_TRY(kept_lend(u->store,
                       "SELECT count(*) FROM (SELECT DISTINCT kind, record FROM change_log"
                       " WHERE seq BETWEEN ?1 AND ?2)",
                       &lent, err));
    sqlite3_bind_int64(lent.stmt, 1, u->import.first_change);
    sqlite3_bind_int64(lent.stmt, 2, u->import.last_change);
    KEPT_TRY(kept_ledger_step(&u->store->ledger, lent.stmt, &row, err));
    *ret_n = row ? (size_t)sqlite3_column_int64(lent.stmt, 0) : 0;
    return KEPT_OK;
}

/* The newest first, so that names that went from one record to another find their way back. */
static kept_status list_touched(const undoing *u, kept_arena *arena, touched **ret, size_t *ret_n,
                                kept_err *err)
{
    KEPT_AUTO_LENT lent = {0};
    size_t room = 0, n = 0;
    KEPT_TRY(count_touched(u, &room, err));
    touched *list = KEPT_NEW_N(arena, touched, room);
    if (!list)
        return kept_nomem(err);
    KEPT_TRY(kept_lend(u->store,
                       "SELECT kind, record, min(seq), max(seq), max(action = 'add')"
                       " FROM change_log WHERE seq BETWEEN ?1 AND ?2 AND record IS NOT NULL"
                       " GROUP BY kind, record ORDER BY max(seq) DESC",
                       &lent, err));
    sqlite3_bind_int64(lent.stmt, 1, u->import.first_change);
    sqlite3_bind_int64(lent.stmt, 2, u->import.last_change);
    for (bool row = true; row && n < room;) {
        KEPT_TRY(kept_ledger_step(&u->store->ledger, lent.stmt, &row, err));
        if (!row)
            break;
        const char *kind = (const char *)sqlite3_column_text(lent.stmt, 0);
        touched *t = &list[n++];
        *t = (touched){.ref = {NULL, sqlite3_column_int64(lent.stmt, 1)},
                       .first = sqlite3_column_int64(lent.stmt, 2),
                       .last = sqlite3_column_int64(lent.stmt, 3),
                       .added = sqlite3_column_int(lent.stmt, 4) != 0};
        KEPT_TRY(kept_log__kind(u->store, kind, &t->ref.kind, err));
        if (!t->ref.kind)
            return kept_fail(err, KEPT_EINPUT,
                             "Import %" PRId64 " is of the kind %s, which is no longer declared; "
                             "its records stay as they are.",
                             u->import.id, u->import.kind);
    }
    *ret = list;
    *ret_n = n;
    return KEPT_OK;
}

static kept_status note_undone(const undoing *u, kept_err *err)
{
    kept_ledger *ledger = &u->store->ledger;
    int64_t now = 0;
    KEPT_TRY(kept_ledger_next_time(ledger, &now, err));
    return kept_ledger_exec(ledger, err,
                            "UPDATE import SET undone_at = ?2, undone_by = ?3 WHERE id = ?1", "iit",
                            u->import.id, now, u->scope->who);
}

static kept_status undo_all(undoing *u, kept_err *err)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    touched *list = NULL;
    size_t n = 0;
    KEPT_TRY(kept_import_get(u->store, u->scope, u->import.id, u->arena, &u->import, err));
    if (u->import.undone_at)
        return kept_fail(err, KEPT_EINPUT, "Import %" PRId64 " was undone already.", u->import.id);
    if (!u->import.records)
        return kept_fail(err, KEPT_EINTERNAL, "Import %" PRId64 " is one of facts.", u->import.id);
    KEPT_TRY(list_touched(u, &arena, &list, &n, err));
    for (size_t i = 0; i < n; i++) {
        if (u->store->cancel && *u->store->cancel)
            return kept_fail(err, KEPT_ECANCELLED, "Stopped; nothing was changed.");
        KEPT_TRY(undo_record(u, &list[i], err));
    }
    KEPT_TRY(note_undone(u, err));
    return kept_writing_commit(u->w, err);
}

kept_status kept_record_import_undo(kept_store *store, const kept_scope *scope, int64_t id,
                                    kept_arena *arena, kept_record_undone *ret_undone,
                                    kept_err *err)
{
    kept_record_undone undone = {0};
    undoing u = {
        .store = store, .scope = scope, .arena = arena, .import = {.id = id}, .undone = &undone};
    KEPT_TRY(kept_store__may_write(store, scope, err));
    char *through = kept_arena_printf(arena, "undo %" PRId64, id);
    if (!through)
        return kept_nomem(err);
    KEPT_TRY(kept_writing_begin(store, scope, through, &u.w, err));
    kept_status status = undo_all(&u, err);
    kept_writing_end(u.w);
    KEPT_TRY(status);
    *ret_undone = undone;
    return KEPT_OK;
}
