#include "store/records/log.h"

#include <string.h>

#include "store/records/write_int.h"

#define LOG_COLUMNS "seq, at, who, through, kind, record, action, why, payload"

typedef struct rows {
    kept_log_row *items;
    size_t n, room;
} rows;

static kept_status add_row(kept_store *store, sqlite3_stmt *stmt, kept_arena *arena, rows *out,
                           kept_err *err)
{
    bool ok = true;
    if (out->n == out->room) {
        kept_log_row *more =
            KEPT_NEW_N(arena, kept_log_row, out->room = out->room ? 2 * out->room : 16);
        if (!more)
            return kept_nomem(err);
        if (out->n)
            memcpy(more, out->items, out->n * sizeof *more);
        out->items = more;
    }
    const char *payload = (const char *)sqlite3_column_text(stmt, 8);
    kept_log_row row = {.seq = sqlite3_column_int64(stmt, 0),
                        .at = sqlite3_column_int64(stmt, 1),
                        .who = kept_ledger_text(stmt, 2, arena, &ok),
                        .through = kept_ledger_text(stmt, 3, arena, &ok),
                        .ref = {NULL, sqlite3_column_int64(stmt, 5)},
                        .action = kept_ledger_text(stmt, 6, arena, &ok),
                        .why = kept_ledger_text(stmt, 7, arena, &ok),
                        .erased = payload == NULL};
    if (!ok)
        return kept_nomem(err);
    KEPT_TRY(kept_log__kind(store, (const char *)sqlite3_column_text(stmt, 4), &row.ref.kind, err));
    if (payload) {
        kept_log_value *values = NULL;
        KEPT_TRY(kept_payload__read(payload, row.seq, arena, &values, &row.n_values, err));
        KEPT_TRY(kept_log__fields(store, row.ref.kind, values, row.n_values, arena, err));
        row.values = values;
    }
    out->items[out->n++] = row;
    return KEPT_OK;
}

/* Of a kind that always had its name, the index gives the newest rows at once; of names several,
 * all of the record's rows have to be read and sorted. */
#define OF_RECORD                                                                                  \
    "SELECT " LOG_COLUMNS " FROM change_log WHERE kind = ?1 AND record = ?2"                       \
    " ORDER BY seq DESC LIMIT ?3"
#define OF_RENAMED                                                                                 \
    "SELECT " LOG_COLUMNS " FROM change_log WHERE record = ?2 AND kind IN"                         \
    " (SELECT ?1 UNION ALL SELECT name FROM declaration"                                           \
    "  WHERE what = 'renamed' AND text = ?1) ORDER BY seq DESC LIMIT ?3"

static kept_status was_renamed(kept_store *store, const kept_record_kind *kind, bool *ret_yes,
                               kept_err *err)
{
    KEPT_AUTO_LENT lent = {0};
    KEPT_TRY(kept_lend(store, "SELECT 1 FROM declaration WHERE what = 'renamed' AND text = ?1",
                       &lent, err));
    sqlite3_bind_text(lent.stmt, 1, kind->name, -1, SQLITE_STATIC);
    return kept_ledger_step(&store->ledger, lent.stmt, ret_yes, err);
}

kept_status kept_record_history(kept_store *store, const kept_scope *scope, kept_ref ref,
                                size_t limit, kept_arena *arena, kept_log_row **ret_rows,
                                size_t *ret_n, kept_err *err)
{
    KEPT_AUTO_LENT lent = {0};
    rows out = {0};
    bool in_sight = false, renamed = false;
    KEPT_TRY(kept_record__in_sight(store, scope, ref, &in_sight, err));
    if (!in_sight)
        return kept_record__not_found(ref, err);
    KEPT_TRY(was_renamed(store, ref.kind, &renamed, err));
    KEPT_TRY(kept_lend(store, renamed ? OF_RENAMED : OF_RECORD, &lent, err));
    sqlite3_bind_text(lent.stmt, 1, ref.kind->name, -1, SQLITE_STATIC);
    sqlite3_bind_int64(lent.stmt, 2, ref.id);
    sqlite3_bind_int64(lent.stmt, 3, limit ? (int64_t)limit : -1);
    for (bool row = true; row;) {
        KEPT_TRY(kept_ledger_step(&store->ledger, lent.stmt, &row, err));
        if (row)
            KEPT_TRY(add_row(store, lent.stmt, arena, &out, err));
    }
    *ret_rows = out.items;
    *ret_n = out.n;
    return KEPT_OK;
}

kept_status kept_log_last(kept_store *store, int64_t *ret_seq, kept_err *err)
{
    KEPT_AUTO_LENT lent = {0};
    bool row = false;
    KEPT_TRY(kept_lend(store, "SELECT coalesce(max(seq), 0) FROM change_log", &lent, err));
    KEPT_TRY(kept_ledger_step(&store->ledger, lent.stmt, &row, err));
    *ret_seq = row ? sqlite3_column_int64(lent.stmt, 0) : 0;
    return KEPT_OK;
}

/* Rows of the whole ledger are for everybody; of kinds no longer declared for who sees all. */
static kept_status row_in_sight(kept_store *store, const kept_scope *scope, sqlite3_stmt *stmt,
                                bool *ret_yes, kept_err *err)
{
    const char *kind = (const char *)sqlite3_column_text(stmt, 4);
    kept_ref ref = {NULL, sqlite3_column_int64(stmt, 5)};
    *ret_yes = scope->sight == KEPT_SEES_ALL || !kind;
    if (*ret_yes)
        return KEPT_OK;
    KEPT_TRY(kept_log__kind(store, kind, &ref.kind, err));
    return ref.kind ? kept_record__in_sight(store, scope, ref, ret_yes, err) : KEPT_OK;
}

static kept_status read_since(kept_store *store, const kept_scope *scope, int64_t seq, size_t limit,
                              kept_arena *arena, rows *out, kept_err *err)
{
    KEPT_AUTO_LENT lent = {0};
    KEPT_TRY(kept_lend(store, "SELECT " LOG_COLUMNS " FROM change_log WHERE seq > ?1 ORDER BY seq",
                       &lent, err));
    sqlite3_bind_int64(lent.stmt, 1, seq);
    for (bool row = true; row && (limit == 0 || out->n < limit);) {
        bool in_sight = false;
        KEPT_TRY(kept_ledger_step(&store->ledger, lent.stmt, &row, err));
        if (store->cancel && *store->cancel)
            return kept_fail(err, KEPT_ECANCELLED, "Cancelled.");
        if (row)
            KEPT_TRY(row_in_sight(store, scope, lent.stmt, &in_sight, err));
        if (in_sight)
            KEPT_TRY(add_row(store, lent.stmt, arena, out, err));
    }
    return KEPT_OK;
}

kept_status kept_log_since(kept_store *store, const kept_scope *scope, int64_t seq, size_t limit,
                           kept_arena *arena, kept_log_row **ret_rows, size_t *ret_n, kept_err *err)
{
    rows out = {0};
    KEPT_TRY(kept_record__need_sight(store, scope, err));
    if (scope && scope->sight != KEPT_SEES_NOTHING)
        KEPT_TRY(read_since(store, scope, seq, limit, arena, &out, err));
    *ret_rows = out.items;
    *ret_n = out.n;
    return KEPT_OK;
}
