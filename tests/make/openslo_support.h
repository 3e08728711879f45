/* Firms and files for tests of OpenSLO. The firm stands still at 2026-06-30. */
#ifndef KEPT_TESTS_MAKE_OPENSLO_SUPPORT_H
#define KEPT_TESTS_MAKE_OPENSLO_SUPPORT_H

#include "support.h"

#include "base/array.h"
#include "general/op_table.h"
#include "make/openslo.h"
#include "make/ops.h"

/* A file of the firm; lives until the firm is removed. */
static inline const char *slo_file(small_firm *f, const char *name, const char *text)
{
    const char *path = kept_arena_printf(&f->arena, "%s/%s", f->root, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    return path;
}

/* What an export says; the firm's promises named, or all. */
static inline const char *slo_export(small_firm *f, const char *promise)
{
    op_run r;
    const char *const words[] = {promise ? "promise" : NULL, promise, NULL};
    firm_ask(&r, f, &kept_op_openslo_export, words);
    const char *text = kept_arena_strdup(&f->arena, r.result.document);
    run_end(&r);
    assert_non_null(text);
    return text ? text : "";
}

static inline void slo_import(op_run *r, small_firm *f, const char *text)
{
    const char *path = slo_file(f, "slo.yaml", text);
    firm_ask(r, f, &kept_op_openslo_import, (const char *const[]){"file", path, NULL});
}

/* What the ledger says now: cells joined by |, rows by line ends. */
static inline const char *slo_rows(small_firm *f, const char *sql)
{
    char path[320];
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    snprintf(path, sizeof path, "%s/kept.db", f->folder);
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        kept_buf_add(&out, out.len ? "\n" : "");
        for (int i = 0; i < sqlite3_column_count(stmt); i++) {
            const char *text = (const char *)sqlite3_column_text(stmt, i);
            kept_buf_printf(&out, "%s%s", i ? "|" : "", text ? text : "-");
        }
    }
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    return kept_arena_strdup(&f->arena, kept_buf_text(&out));
}
#define ROWS(firm, sql, want) assert_string_equal(slo_rows((firm), (sql)), (want))

/* A whole SLO around parts that tests replace; NULL: the usual one. */
typedef struct slo_parts {
    const char *version, *kind, *metadata, *indicator, *window, *method, *objectives, *more;
} slo_parts;

static inline const char *slo_text(small_firm *f, const slo_parts *p)
{
    static const char indicator[] =
        "  indicator:\n    metadata: {name: arrivals}\n    spec:\n      ratioMetric:\n"
        "        counter: true\n"
        "        good: {metricSource: {type: Prometheus, spec: {query: sum(good)}}}\n"
        "        total: {metricSource: {type: Prometheus, spec: {query: sum(all)}}}\n";
    return kept_arena_printf(
        &f->arena, "apiVersion: %s\nkind: %s\nmetadata:\n%sspec:\n  service: web\n%s%s%s%s%s",
        p->version ? p->version : "openslo/v1", p->kind ? p->kind : "SLO",
        p->metadata ? p->metadata : "  name: arrivals-slo\n",
        p->indicator ? p->indicator : indicator,
        p->window ? p->window : "  timeWindow: [{duration: 30d, isRolling: true}]\n",
        p->method ? p->method : "  budgetingMethod: Occurrences\n",
        p->objectives ? p->objectives : "  objectives: [{target: 0.95}]\n", p->more ? p->more : "");
}

#endif
