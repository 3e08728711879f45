/* A small workspace for tests of rules: records through the one path that writes them, measures put
 * there directly. All days are counted from a fixed one. */
#ifndef KEPT_TESTS_GENERAL_SMALL_FIRM_H
#define KEPT_TESTS_GENERAL_SMALL_FIRM_H

#include "support.h"

#include <sqlite3.h>
#include <unistd.h>

#include "base/date.h"
#include "store/facts/files.h"
#include "store/records/write.h"

typedef struct small_firm {
    char root[256];
    char folder[300];
    kept_store *store;
    kept_arena arena;
    kept_scope scope; /* sees everything, as of 2026-06-30 */
} small_firm;

static inline void firm_open(small_firm *f)
{
    kept_err err = KEPT_ERR_INIT;
    kept_open_opts opts = {.records = true, .threads = 1};
    CHECK_OK(kept_store_open(f->folder, &opts, &f->store, &err));
}

static inline void firm_make(small_firm *f)
{
    kept_err err = KEPT_ERR_INIT;
    const char *base = getenv("TMPDIR");
    *f = (small_firm){.scope = KEPT_SCOPE_ALL("tester")};
    f->scope.as_of = kept_day_from_civil(2026, 6, 30);
    snprintf(f->root, sizeof f->root, "%s/kept-test-XXXXXX", base ? base : "/tmp");
    assert_non_null(mkdtemp(f->root));
    snprintf(f->folder, sizeof f->folder, "%s/firm", f->root);
    kept_store_opts opts = {.name = "Acme", .currency = "EUR"};
    CHECK_OK(kept_store_create(f->folder, &opts, &err));
    firm_open(f);
}

static inline void firm_close(small_firm *f)
{
    kept_store_close(f->store);
    f->store = NULL;
}

static inline void firm_remove(small_firm *f)
{
    firm_close(f);
    kept_arena_free(&f->arena);
    kept_folder_remove(f->root);
}

/* SQL on the ledger as another program would run it. */
static inline void firm_sql(small_firm *f, const char *sql)
{
    char path[320];
    snprintf(path, sizeof path, "%s/kept.db", f->folder);
    sqlite3 *db = NULL;
    char *why = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
        fail_msg("%s: %s", sql, why);
    sqlite3_close(db);
}

/* words: "field=value" ..., NULL. "state=..." moves; "id=..." edits that record instead. A field
 * given twice is a list. */
static inline int64_t firm_put(small_firm *f, const char *kind, const char *const *words)
{
    enum { MOST = 16 };
    kept_err err = KEPT_ERR_INIT;
    kept_set sets[MOST];
    const char *texts[MOST][MOST];
    size_t n = 0;
    kept_edit edit = {.kind = kept_catalogue_record(kept_store_catalogue(f->store), kind)};
    assert_non_null(edit.kind);
    for (size_t i = 0; words[i]; i++) {
        char *field = kept_arena_strdup(&f->arena, words[i]);
        char *value = strchr(field, '=');
        *value++ = '\0';
        if (strcmp(field, "state") == 0) {
            edit.state = value;
        } else if (strcmp(field, "id") == 0) {
            edit.id = strtoll(value, NULL, 10);
        } else if (n && strcmp(sets[n - 1].field, field) == 0) {
            texts[n - 1][sets[n - 1].n++] = value;
        } else {
            assert_true(n < MOST);
            texts[n][0] = value;
            sets[n] = (kept_set){.field = field, .texts = texts[n], .n = value[0] != '\0'};
            n++;
        }
    }
    edit.sets = sets;
    edit.n_sets = n;
    kept_edited edited;
    kept_scope scope = KEPT_SCOPE_ALL("tester");
    KEPT_AUTO_WRITING *writing = NULL;
    CHECK_OK(kept_writing_begin(f->store, &scope, "test", &writing, &err));
    CHECK_OK(kept_record_write(writing, &edit, &edited, &err));
    CHECK_OK(kept_writing_commit(writing, &err));
    return edited.ref.id;
}
#define PUT(firm, kind, ...) firm_put((firm), (kind), (const char *const[]){__VA_ARGS__, NULL})

/* A run of a measure without values yet. */
static inline void firm_run(small_firm *f, const char *measure)
{
    char sql[600];
    snprintf(sql, sizeof sql,
             "INSERT INTO measure_definition (measure, text, hash, since) VALUES ('%s', '', '', 0);"
             "INSERT INTO measure_run (measure, definition, as_of, known_at, ran_at, imports, who)"
             " SELECT '%s', max(id), '2026-06-30', 0, 0, 0, 'tester' FROM measure_definition;",
             measure, measure);
    firm_sql(f, sql);
}

/* A value of the newest run, in whole units of money. */
static inline void firm_measure(small_firm *f, const char *measure, int64_t customer,
                                const char *from, const char *to, int64_t units)
{
    char sql[600];
    snprintf(sql, sizeof sql,
             "INSERT INTO measure_value (measure, subject_kind, subject, period_start, period_end,"
             " value, exact, n, coverage, as_of, run) SELECT '%s', 'customer', %lld, '%s', '%s',"
             " %lld, %lld, 1, 1, '2026-06-30', max(id) FROM measure_run WHERE measure = '%s'",
             measure, (long long)customer, from, to, (long long)units, (long long)units * 10000,
             measure);
    firm_sql(f, sql);
}

/* Twelve months to the fixed day. */
static inline void firm_year(small_firm *f, const char *measure, int64_t customer, int64_t units)
{
    firm_measure(f, measure, customer, "2025-07-01", "2026-06-30", units);
}

#endif
