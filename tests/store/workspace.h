/* What the tests of the store share: a workspace in a temporary folder, rows put into the table
 * `stage` by SQL, facts read back as text. */
#ifndef KEPT_TESTS_STORE_WORKSPACE_H
#define KEPT_TESTS_STORE_WORKSPACE_H

#include "support.h"

#include <unistd.h>

#include "store/facts/commit.h"
#include "store/facts/files.h"
#include "store/facts/read.h"
#include "store/inside.h"

typedef struct workspace {
    char root[256];
    char folder[300];
    kept_store *store;
    kept_duck *duck; /* for importing */
} workspace;

static inline const kept_scope *everyone(void)
{
    static const kept_scope scope = KEPT_SCOPE_ALL("tester");
    return &scope;
}

static inline void open_workspace(workspace *w)
{
    kept_err err = KEPT_ERR_INIT;
    kept_open_opts opts = {.to_write = true, .threads = 2};
    CHECK_OK(kept_store_open(w->folder, &opts, &w->store, &err));
    CHECK_OK(kept_store__duck_for(w->store, NULL, 0, &w->duck, &err));
}

static inline void close_workspace(workspace *w)
{
    kept_duck_close(w->duck);
    kept_store_close(w->store);
    w->duck = NULL;
    w->store = NULL;
}

static inline void make_workspace(workspace *w)
{
    kept_err err = KEPT_ERR_INIT;
    const char *base = getenv("TMPDIR");
    snprintf(w->root, sizeof w->root, "%s/kept-test-XXXXXX", base ? base : "/tmp");
    assert_non_null(mkdtemp(w->root));
    snprintf(w->folder, sizeof w->folder, "%s/firm", w->root);
    CHECK_OK(kept_store_create(w->folder, NULL, &err));
    open_workspace(w);
}

static inline void remove_workspace(workspace *w)
{
    close_workspace(w);
    kept_folder_remove(w->root);
}

/* Columns of the table `stage` but row, as the importer would give them. */
static inline kept_staged *staged(workspace *w, const char *kind, kept_arena *arena)
{
    kept_err err = KEPT_ERR_INIT;
    kept_staged *stage = KEPT_NEW(arena, kept_staged);
    CHECK_OK(kept_fact_kinds_find(kept_store_kinds(w->store), kind, &stage->kind, &err));
    const char **columns = KEPT_NEW_N(arena, const char *, 64);
    kept_duck_rows *rows = NULL;
    size_t n = 0;
    CHECK_OK(kept_duck_query(w->duck,
                             "SELECT column_name FROM duckdb_columns() WHERE table_name = 'stage'"
                             " AND column_name <> 'row' ORDER BY column_index",
                             NULL, 0, &rows, &err));
    CHECK_OK(kept_duck_next(rows, &n, &err));
    for (size_t i = 0; i < n; i++) {
        size_t len = 0;
        const char *text = kept_duck_text(rows, 0, i, &len);
        columns[i] = kept_arena_strndup(arena, text, len);
    }
    kept_duck_rows_free(rows);
    stage->columns = columns;
    stage->n_columns = n;
    int64_t count = 0;
    CHECK_OK(kept_duck_int(w->duck, "SELECT count(*) FROM stage", NULL, 0, &count, &err));
    stage->read = (size_t)count;
    return stage;
}

/* Imports the rows of `select`, which gives row and the columns of the kind. */
static inline kept_status import_sql(workspace *w, const char *kind, const char *select,
                                     bool dry_run, kept_import *ret, kept_err *err)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    char sql[16384];
    snprintf(sql, sizeof sql, "CREATE OR REPLACE TABLE stage AS %s", select);
    KEPT_TRY(kept_duck_exec(w->duck, sql, NULL, 0, NULL, err));
    kept_staged *stage = staged(w, kind, &arena);
    kept_commit c = {.store = w->store,
                     .duck = w->duck,
                     .stage = stage,
                     .arena = &arena,
                     .dry_run = dry_run,
                     .hashes = "hash"};
    c.result = (kept_import){.kind = kind, .who = "tester", .files = "test.csv", .mapping = "a=b"};
    kept_status status = kept_commit_begin(&c, err);
    if (status == KEPT_OK)
        status = kept_commit_rows(&c, err);
    if (status == KEPT_OK)
        status = kept_commit_finish(&c, err);
    kept_commit_done(&c);
    if (status == KEPT_OK)
        *ret = c.result;
    return status;
}

/* Rows of "(order, line, customer, day, amount)" for the kind orders; NULL as in SQL. */
static inline const char *orders_of(kept_arena *arena, const char *values)
{
    return kept_arena_printf(
        arena,
        "SELECT row_number() OVER () AS \"row\", c::VARCHAR AS customer, d::DATE AS happened_at,"
        " o::VARCHAR AS order_id, l::VARCHAR AS line_id, a::DECIMAL(18,4) AS amount"
        " FROM (VALUES %s) v(o, l, c, d, a)",
        values);
}

static inline kept_import import_orders(workspace *w, const char *values)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_import import = {0};
    CHECK_OK(import_sql(w, "orders", orders_of(&arena, values), false, &import, &err));
    return import;
}

/* The result of a query with one text column, its rows joined by blanks. */
static inline char *text_of(workspace *w, const char *sql, kept_arena *arena)
{
    kept_err err = KEPT_ERR_INIT;
    kept_buf out = KEPT_BUF_INIT;
    kept_duck_rows *rows = NULL;
    CHECK_OK(kept_facts_query(w->store, sql, NULL, 0, &rows, &err));
    for (size_t n = 1; n;) {
        CHECK_OK(kept_duck_next(rows, &n, &err));
        for (size_t i = 0; i < n; i++) {
            size_t len = 0;
            const char *text = kept_duck_text(rows, 0, i, &len);
            kept_buf_add(&out, out.len ? " " : "");
            kept_buf_add_n(&out, text ? text : "NULL", text ? len : 4);
        }
    }
    kept_duck_rows_free(rows);
    char *copy = kept_arena_strdup(arena, kept_buf_text(&out));
    kept_buf_free(&out);
    return copy;
}

/* "order/line=amount ..." of the orders as they stand for the scope. */
static inline char *orders_text(workspace *w, const kept_scope *scope, kept_arena *arena)
{
    kept_err err = KEPT_ERR_INIT;
    CHECK_OK(kept_facts_view(w->store, scope, "orders", &err));
    return text_of(w,
                   "SELECT concat(coalesce(order_id, '-'), '/', coalesce(line_id, '-'), '=',"
                   " coalesce(amount::DOUBLE::VARCHAR, 'none')) AS t FROM orders ORDER BY t",
                   arena);
}

#endif
