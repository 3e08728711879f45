/* What tests of the ledger's tables share: SQL on kept.db as a person would run it, and kinds of
 * records of a workspace's own. */
#ifndef KEPT_TESTS_STORE_RECORDS_H
#define KEPT_TESTS_STORE_RECORDS_H

#include "workspace.h"

#include <sys/stat.h>

static inline sqlite3 *open_db(const workspace *w)
{
    char path[400];
    snprintf(path, sizeof path, "%s/kept.db", w->folder);
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    sqlite3_busy_timeout(db, 5000);
    return db;
}

/* Runs SQL with foreign keys checked; fails the test with SQLite's words. */
static inline void run_sql_on(const workspace *w, const char *sql)
{
    char *why = NULL;
    sqlite3 *db = open_db(w);
    if (sqlite3_exec(db, "PRAGMA foreign_keys = ON", NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
        fail_msg("%s: %s", sql, why);
    sqlite3_close(db);
}

/* Rows of a query: cells joined by "|", rows by blanks. */
static inline const char *read_sql(const workspace *w, const char *sql, kept_arena *arena)
{
    kept_buf out = KEPT_BUF_INIT;
    sqlite3 *db = open_db(w);
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    int rc;
    for (bool first = true; (rc = sqlite3_step(stmt)) == SQLITE_ROW; first = false) {
        kept_buf_add(&out, first ? "" : " ");
        for (int i = 0; i < sqlite3_column_count(stmt); i++) {
            const char *text = (const char *)sqlite3_column_text(stmt, i);
            kept_buf_printf(&out, "%s%s", i ? "|" : "", text ? text : "-");
        }
    }
    if (rc != SQLITE_DONE)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    const char *copy = kept_arena_strdup(arena, kept_buf_text(&out));
    kept_buf_free(&out);
    return copy;
}

#define CHECK_SQL(w, sql, want)                                                                    \
    do {                                                                                           \
        KEPT_AUTO_ARENA arena_ = KEPT_ARENA_INIT;                                                  \
        assert_string_equal(read_sql((w), (sql), &arena_), (want));                                \
    } while (0)

/* Writes a file of the workspace's own catalogue; text NULL: removes it. */
static inline void declare(const workspace *w, const char *file, const char *text)
{
    char path[500];
    snprintf(path, sizeof path, "%s/catalogue", w->folder);
    mkdir(path, 0777);
    snprintf(path, sizeof path, "%s/catalogue/records", w->folder);
    mkdir(path, 0777);
    snprintf(path, sizeof path, "%s/catalogue/records/%s", w->folder, file);
    unlink(path);
    if (!text)
        return;
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

/* A kind with a name and what else is given, as lines of YAML. */
static inline void declare_kind(const workspace *w, const char *kind, const char *prefix,
                                const char *head, const char *fields)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    const char *file = kept_arena_printf(&arena, "%s.yaml", kind);
    declare(w, file,
            kept_arena_printf(&arena,
                              "kind: %s\ntitle: Thing\nplural: Things\nprefix: %s\nstage: general\n"
                              "pack: core\nsummary: A thing.\nlabel: name\n%s"
                              "fields:\n  - {name: name, type: text, title: Name}\n%s",
                              kind, prefix, head, fields));
}

/* Opens the workspace for reading and closes it. */
static inline kept_status reopen(const workspace *w, kept_err *err)
{
    kept_store *store = NULL;
    kept_status status = kept_store_open(w->folder, NULL, &store, err);
    kept_store_close(store);
    return status;
}

/* The name of a folder that is not there yet, in a temporary one. */
static inline void make_folder(workspace *w)
{
    const char *base = getenv("TMPDIR");
    *w = (workspace){0};
    snprintf(w->root, sizeof w->root, "%s/kept-test-XXXXXX", base ? base : "/tmp");
    assert_non_null(mkdtemp(w->root));
    snprintf(w->folder, sizeof w->folder, "%s/firm", w->root);
}

/* A workspace that nobody has open. */
static inline void make_closed(workspace *w)
{
    kept_err err = KEPT_ERR_INIT;
    make_folder(w);
    CHECK_OK(kept_store_create(w->folder, NULL, &err));
}

#endif
