#include "store/records/rule.h"

#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "store/inside.h"
#include "store/records/rule_int.h"

enum {
    MOST_BYTES = 1000000, /* of one value */
    FIRST_ROOM = 32,
};

/* About a minute on a small machine; the eight built-in warnings over a million records take a
 * tenth of it. */
static const uint64_t most_steps = UINT64_C(3000000000);

/* One rule as it runs. */
typedef struct running {
    const char *source;
    const char *today;
    const kept_rule_param *params;
    size_t n_params;
    kept_ledger *ledger;
    kept_rule_guard guard;
    int old_length;
} running;

static void stop(running *r)
{
    if (!r->ledger)
        return;
    kept_rule__guard_off(r->ledger->db);
    sqlite3_limit(r->ledger->db, SQLITE_LIMIT_LENGTH, r->old_length);
}

static void start(running *r, kept_ledger *ledger)
{
    r->ledger = ledger;
    r->old_length = sqlite3_limit(ledger->db, SQLITE_LIMIT_LENGTH, MOST_BYTES);
    kept_rule__guard_on(ledger->db, &r->guard);
}

/* The sentence for a call of SQLite that failed. */
static kept_status fail(const running *r, int rc, kept_err *err)
{
    if (r->guard.cancelled)
        return kept_fail(err, KEPT_ECANCELLED, "Stopped; nothing was changed.");
    if (r->guard.spent)
        return kept_fail(err, KEPT_EINPUT,
                         "%s: the rule was stopped because it takes too long; does it join without "
                         "a condition, or repeat without an end?",
                         r->source);
    if (r->guard.why[0])
        return kept_fail(err, KEPT_EINPUT, "%s: the rule is refused: %s.", r->source, r->guard.why);
    switch (rc & 0xff) {
    case SQLITE_ERROR:
    case SQLITE_TOOBIG:
    case SQLITE_MISMATCH:
    case SQLITE_RANGE:
    case SQLITE_AUTH:
        return kept_fail(err, KEPT_EINPUT, "%s: the rule cannot be read or worked out: %s.",
                         r->source, sqlite3_errmsg(r->ledger->db));
    default:
        return kept_ledger_fail(r->ledger, rc, err);
    }
}

/* --- Preparing --- */

static bool is_blank(const char *text)
{
    return text[strspn(text, " \t\r\n;")] == '\0';
}

static kept_status prepare(running *r, const char *sql, sqlite3_stmt **ret_stmt, kept_err *err)
{
    const char *rest = "";
    int rc = sqlite3_prepare_v2(r->ledger->db, sql, -1, ret_stmt, &rest);
    if (rc != SQLITE_OK)
        return fail(r, rc, err);
    if (!*ret_stmt || sqlite3_column_count(*ret_stmt) == 0 || !sqlite3_stmt_readonly(*ret_stmt) ||
        sqlite3_stmt_isexplain(*ret_stmt) || !is_blank(rest))
        return kept_fail(err, KEPT_EINPUT, "%s: a rule is one SELECT and nothing else.", r->source);
    return kept_rule__guard_names(r->ledger->db, &r->guard) ? KEPT_OK : fail(r, SQLITE_AUTH, err);
}

static kept_status bind_cell(const running *r, sqlite3_stmt *stmt, int at, kept_rule_cell cell,
                             kept_err *err)
{
    int rc = SQLITE_OK;
    switch (cell.type) {
    case KEPT_RULE_NULL:
        rc = sqlite3_bind_null(stmt, at);
        break;
    case KEPT_RULE_INT:
        rc = sqlite3_bind_int64(stmt, at, cell.i);
        break;
    case KEPT_RULE_REAL:
        rc = sqlite3_bind_double(stmt, at, cell.real);
        break;
    case KEPT_RULE_TEXT:
        rc = sqlite3_bind_text(stmt, at, cell.text, -1, SQLITE_TRANSIENT);
        break;
    }
    return rc == SQLITE_OK ? KEPT_OK : fail(r, rc, err);
}

static kept_status bind_one(const running *r, sqlite3_stmt *stmt, int at, kept_err *err)
{
    const char *name = sqlite3_bind_parameter_name(stmt, at);
    if (name && name[0] == ':') {
        if (strcmp(name + 1, "today") == 0)
            return bind_cell(r, stmt, at,
                             (kept_rule_cell){.type = KEPT_RULE_TEXT, .text = r->today}, err);
        for (size_t i = 0; i < r->n_params; i++)
            if (strcmp(name + 1, r->params[i].name) == 0)
                return bind_cell(r, stmt, at, r->params[i].value, err);
    }
    KEPT_AUTO_BUF list = KEPT_BUF_INIT;
    for (size_t i = 0; i < r->n_params; i++)
        kept_buf_printf(&list, ", :%s", r->params[i].name);
    return kept_fail(err, KEPT_EINPUT,
                     "%s: the rule asks for the value %s, which is not given; there are :today%s.",
                     r->source, name ? name : "?", kept_buf_text(&list));
}

static kept_status bind_all(const running *r, sqlite3_stmt *stmt, kept_err *err)
{
    int n = sqlite3_bind_parameter_count(stmt);
    for (int i = 1; i <= n; i++)
        KEPT_TRY(bind_one(r, stmt, i, err));
    return KEPT_OK;
}

/* --- Reading --- */

static kept_status read_cell(const running *r, sqlite3_stmt *stmt, int column, kept_arena *arena,
                             kept_rule_cell *ret_cell, kept_err *err)
{
    switch (sqlite3_column_type(stmt, column)) {
    case SQLITE_INTEGER:
        *ret_cell =
            (kept_rule_cell){.type = KEPT_RULE_INT, .i = sqlite3_column_int64(stmt, column)};
        ret_cell->real = (double)ret_cell->i;
        return KEPT_OK;
    case SQLITE_FLOAT:
        *ret_cell =
            (kept_rule_cell){.type = KEPT_RULE_REAL, .real = sqlite3_column_double(stmt, column)};
        return KEPT_OK;
    case SQLITE_TEXT: {
        bool ok = true;
        const char *text = kept_ledger_text(stmt, column, arena, &ok);
        *ret_cell = (kept_rule_cell){.type = KEPT_RULE_TEXT, .text = text};
        return ok ? KEPT_OK : kept_nomem(err);
    }
    case SQLITE_NULL:
        *ret_cell = (kept_rule_cell){.type = KEPT_RULE_NULL};
        return KEPT_OK;
    default:
        return kept_fail(err, KEPT_EINPUT,
                         "%s: the column %s holds bytes; a rule gives numbers and texts.",
                         r->source, sqlite3_column_name(stmt, column));
    }
}

static kept_status read_columns(sqlite3_stmt *stmt, kept_arena *arena, kept_rule_rows *rows,
                                kept_err *err)
{
    rows->n_columns = (size_t)sqlite3_column_count(stmt);
    rows->columns = KEPT_NEW_N(arena, const char *, rows->n_columns);
    if (!rows->columns)
        return kept_nomem(err);
    for (size_t i = 0; i < rows->n_columns; i++) {
        const char *name = sqlite3_column_name(stmt, (int)i);
        rows->columns[i] = name ? kept_arena_strdup(arena, name) : NULL;
        if (!rows->columns[i])
            return kept_nomem(err);
    }
    return KEPT_OK;
}

static kept_status make_room(kept_arena *arena, size_t *room, kept_rule_rows *rows, kept_err *err)
{
    if (rows->n < *room)
        return KEPT_OK;
    size_t more = *room ? *room * 2 : FIRST_ROOM;
    kept_rule_cell *cells = KEPT_NEW_N(arena, kept_rule_cell, more * rows->n_columns);
    if (!cells)
        return kept_nomem(err);
    if (rows->n)
        memcpy(cells, rows->cells, rows->n * rows->n_columns * sizeof *cells);
    rows->cells = cells;
    *room = more;
    return KEPT_OK;
}

static kept_status read_rows(const running *r, sqlite3_stmt *stmt, const kept_rule_how *how,
                             kept_arena *arena, kept_rule_rows *rows, kept_err *err)
{
    for (size_t room = 0;;) {
        int rc = sqlite3_step(stmt);
        if (rc == SQLITE_DONE)
            return KEPT_OK;
        if (rc != SQLITE_ROW)
            return fail(r, rc, err);
        if (how->limit && rows->n == how->limit) {
            rows->cut = true;
            return KEPT_OK;
        }
        KEPT_TRY(make_room(arena, &room, rows, err));
        kept_rule_cell *cells = rows->cells + rows->n * rows->n_columns;
        kept_arena_mark mark = kept_arena_get_mark(arena);
        for (size_t i = 0; i < rows->n_columns; i++)
            KEPT_TRY(read_cell(r, stmt, (int)i, arena, &cells[i], err));
        if (!how->keep || how->keep(how->asked, rows, cells))
            rows->n++;
        else
            kept_arena_rewind(arena, mark);
    }
}

/* --- The whole --- */

static kept_status run(running *r, const kept_scope *scope, const char *sql,
                       const kept_rule_how *how, kept_arena *arena, kept_rule_rows *ret_rows,
                       kept_err *err)
{
    KEPT_AUTO_STMT *stmt = NULL;
    KEPT_TRY(prepare(r, sql, &stmt, err));
    KEPT_TRY(bind_all(r, stmt, err));
    kept_rule_rows rows = {0};
    KEPT_TRY(read_columns(stmt, arena, &rows, err));
    if (scope->sight != KEPT_SEES_NOTHING)
        KEPT_TRY(read_rows(r, stmt, how, arena, &rows, err));
    *ret_rows = rows;
    return KEPT_OK;
}

kept_status kept_rule__run(kept_store *store, const kept_scope *scope, const char *sql,
                           const char *source, const kept_rule_param *params, size_t n_params,
                           const kept_rule_how *how, kept_arena *arena, kept_rule_rows *ret_rows,
                           kept_err *err)
{
    char today[11];
    kept_day_write(kept_rule_today(scope), today);
    running r = {.source = source,
                 .today = today,
                 .params = params,
                 .n_params = n_params,
                 .guard = {.catalogue = kept_store_catalogue(store),
                           .cancel = store->cancel,
                           .steps_left = how->steps ? how->steps : most_steps}};
    kept_ledger sight = {0};
    kept_ledger *ledger = &store->ledger;
    if (scope->sight == KEPT_SEES_SOME) {
        KEPT_TRY(kept_rule__open_sight(store, scope, arena, &sight, &r.guard.hidden, err));
        ledger = &sight;
    }
    start(&r, ledger);
    kept_status status = run(&r, scope, sql, how, arena, ret_rows, err);
    stop(&r);
    if (sight.db)
        kept_ledger_close(&sight);
    return status;
}

kept_status kept_rule_run(kept_store *store, const kept_scope *scope, const char *sql,
                          const char *source, const kept_rule_param *params, size_t n_params,
                          size_t limit, kept_arena *arena, kept_rule_rows *ret_rows, kept_err *err)
{
    kept_rule_how how = {.limit = limit};
    return kept_rule__run(store, scope, sql, source, params, n_params, &how, arena, ret_rows, err);
}

int32_t kept_rule_today(const kept_scope *scope)
{
    if (scope->as_of != KEPT_NO_DAY)
        return scope->as_of;
    if (scope->today)
        return scope->today;
    int64_t now = kept_time_now();
    return (int32_t)(now / KEPT_DAY_MICROS);
}

int kept_rule_column(const kept_rule_rows *rows, const char *name)
{
    for (size_t i = 0; i < rows->n_columns; i++)
        if (strcmp(rows->columns[i], name) == 0)
            return (int)i;
    return -1;
}
