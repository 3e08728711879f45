/* The tables of records as they stand in kept.db, opening for records, who waits for whom. */
#include "records.h"

#include <sys/wait.h>

#include "base/date.h"
#include "store/records/packs.h"
#include "store/records/record.h"

static const char things[] = "  - {name: words, type: prose, title: Words}\n"
                             "  - {name: level, type: choice, title: Level, choices: [low, high]}\n"
                             "  - {name: ready, type: flag, title: Ready}\n"
                             "  - {name: pieces, type: integer, title: Pieces}\n"
                             "  - {name: weight, type: number, title: Weight}\n"
                             "  - {name: part, type: share, title: Part}\n"
                             "  - {name: price, type: money, title: Price}\n"
                             "  - {name: on_day, type: date, title: Day}\n"
                             "  - {name: customer, type: ref, title: Customer, to: customer}\n"
                             "  - {name: about, type: ref, title: About, to: [customer, x_thing]}\n"
                             "  - {name: goals, type: refs, title: Goals, to: goal}\n"
                             "  - {name: kin, type: refs, title: Kin, to: x_thing}\n";
static void make_things(workspace *w)
{
    kept_err err = KEPT_ERR_INIT;
    make_closed(w);
    declare_kind(w, "x_thing", "XT",
                 "unique: name\nstates:\n  new: {title: New, moves: [old]}\n  old: {title: Old}\n",
                 things);
    CHECK_OK(reopen(w, &err));
}

void test_schema__every_kind_is_a_strict_table(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    const kept_catalogue *catalogue = kept_store_catalogue(w.store);
    assert_true(catalogue->n_records > 10);
    for (size_t i = 0; i < catalogue->n_records; i++) {
        KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
        const kept_record_kind *kind = catalogue->records[i];
        const char *strict = read_sql(
            &w,
            kept_arena_printf(&arena,
                              "SELECT name, type, strict FROM pragma_table_list WHERE name IN"
                              " ('%s', '%s_in_words') ORDER BY name",
                              kind->name, kind->name),
            &arena);
        assert_string_equal(strict, kept_arena_printf(&arena, "%s|table|1 %s_in_words|view|0",
                                                      kind->name, kind->name));
        /* Every field has its columns or its table; the view can be read. */
        for (size_t f = 0; f < kind->n_fields; f++)
            if (kind->fields[f].type == KEPT_RECORD_REFS)
                CHECK_SQL(&w,
                          kept_arena_printf(&arena, "SELECT count(*) FROM \"%s__%s\"", kind->name,
                                            kind->fields[f].name),
                          "0");
        CHECK_SQL(&w, kept_arena_printf(&arena, "SELECT * FROM \"%s_in_words\"", kind->name), "");
    }
    CHECK_SQL(&w,
              "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
              " AND strict = 0 AND name NOT LIKE 'sqlite_%'",
              "0");
    CHECK_SQL(&w, "PRAGMA user_version", "3");
    CHECK_SQL(&w, "PRAGMA foreign_key_check", "");
    CHECK_SQL(&w, "PRAGMA integrity_check", "ok");
    remove_workspace(&w);
}

void test_schema__columns_indexes_and_references(void **state)
{
    (void)state;
    workspace w;
    make_things(&w);
    CHECK_SQL(&w, "SELECT name, type FROM pragma_table_info('x_thing')",
              "id|INTEGER name|TEXT words|TEXT level|TEXT ready|INTEGER pieces|INTEGER"
              " weight|INTEGER part|INTEGER price|INTEGER on_day|TEXT customer|INTEGER"
              " about_customer|INTEGER about_x_thing|INTEGER state|TEXT revision|INTEGER"
              " made_at|INTEGER made_by|TEXT changed_at|INTEGER changed_by|TEXT"
              " archived_at|INTEGER");
    CHECK_SQL(&w, "SELECT \"from\", \"table\" FROM pragma_foreign_key_list('x_thing') ORDER BY 1",
              "about_customer|customer about_x_thing|x_thing customer|customer");
    CHECK_SQL(&w, "SELECT name, type FROM pragma_table_info('x_thing__goals')",
              "x_thing|INTEGER goal|INTEGER");
    CHECK_SQL(&w, "SELECT name FROM pragma_table_info('x_thing__kin')", "x_thing other");
    CHECK_SQL(&w, "SELECT name FROM sqlite_schema WHERE name GLOB 'index__x_thing__*' ORDER BY 1",
              "index__x_thing__about_customer index__x_thing__about_x_thing"
              " index__x_thing__customer index__x_thing__goals__goal"
              " index__x_thing__kin__other index__x_thing__name__name index__x_thing__open"
              " index__x_thing__state");
    kept_folder_remove(w.root);
}

static bool refused(const workspace *w, const char *sql)
{
    sqlite3 *db = open_db(w);
    int rc = sqlite3_exec(db, "PRAGMA foreign_keys = ON", NULL, NULL, NULL);
    assert_int_equal(rc, SQLITE_OK);
    rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
    sqlite3_close(db);
    return (rc & 0xff) == SQLITE_CONSTRAINT;
}

static const char one_thing[] =
    "INSERT INTO x_thing (id, name, ready, about_x_thing, revision, made_at, made_by, changed_at,"
    " changed_by) VALUES ";

void test_schema__references_are_checked_at_the_end(void **state)
{
    (void)state;
    workspace w;
    make_things(&w);
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    assert_true(
        refused(&w, kept_arena_printf(&arena, "%s (1, 'a', 1, 7, 1, 0, '', 0, '')", one_thing)));
    assert_true(
        refused(&w, kept_arena_printf(&arena, "%s (1, 'a', 2, NULL, 1, 0, '', 0, '')", one_thing)));
    run_sql_on(&w, kept_arena_printf(&arena,
                                     "BEGIN; %s (1, 'a', 1, 2, 1, 0, '', 0, '');"
                                     "%s (2, 'b', 0, 1, 1, 0, '', 0, '');"
                                     "INSERT INTO x_thing__kin VALUES (1, 2), (1, 1); COMMIT",
                                     one_thing, one_thing));
    CHECK_SQL(&w, "SELECT id, state, archived_at FROM x_thing", "1|new|0 2|new|0");
    kept_folder_remove(w.root);
}

void test_schema__in_words(void **state)
{
    (void)state;
    workspace w;
    make_things(&w);
    run_sql_on(
        &w, "BEGIN;"
            "INSERT INTO customer (id, name, revision, made_at, made_by, changed_at, changed_by)"
            " VALUES (4, 'Acme', 1, 0, '', 0, '');"
            "INSERT INTO x_thing (id, name, level, ready, pieces, weight, part, price, on_day,"
            " customer, about_x_thing, revision, made_at, made_by, changed_at, changed_by) VALUES"
            " (1, 'One', 'low', 1, -3, -1500000, 955000, 12300, '2024-05-06', 4, 2, 2,"
            "  1700000000000000, 'ann', 1700000001000000, 'bob'),"
            " (2, NULL, NULL, 0, NULL, 9000000, 1000000, -5, NULL, NULL, NULL, 1,"
            "  1700000000000000, 'ann', 1700000000000000, 'ann');"
            "INSERT INTO x_thing__kin VALUES (1, 2), (1, 1); COMMIT");
    CHECK_SQL(
        &w,
        "SELECT id, level, ready, pieces, weight, part, price, on_day, customer, about, goals,"
        " kin, state, revision, made_at, changed_by, archived_at FROM x_thing_in_words",
        "XT-1|low|yes|-3|-1.5|95.5%|1.23|2024-05-06|C-4 Acme|XT-2|-|XT-1 One, XT-2|new|2|"
        "2023-11-14T22:13:20Z|bob|- "
        "XT-2|-|no|-|9|100%|-0.0005|-|-|-|-|-|new|1|2023-11-14T22:13:20Z|ann|-");
    kept_folder_remove(w.root);
}

void test_schema__a_ledger_of_a_newer_program_is_refused(void **state)
{
    (void)state;
    workspace w;
    make_closed(&w);
    kept_err err = KEPT_ERR_INIT;
    run_sql_on(&w, "UPDATE declaration SET text = '99.1.0' WHERE what = 'release'");
    CHECK_OK(reopen(&w, &err)); /* the same declarations: nothing that we could spoil */
    run_sql_on(&w, "UPDATE declaration SET hash = 'other' WHERE what = 'records'");
    assert_int_equal(reopen(&w, &err), KEPT_EINPUT);
    CHECK_CONTAINS(err.msg, "was made by a newer Kept (99.1.0, this program is ");
    run_sql_on(&w, "UPDATE declaration SET text = '0.0.9' WHERE what = 'release'");
    CHECK_OK(reopen(&w, &err));
    run_sql_on(&w, "UPDATE declaration SET text = '99' WHERE what = 'form'");
    assert_int_equal(reopen(&w, &err), KEPT_EINPUT);
    CHECK_CONTAINS(err.msg, "newer Kept");
    kept_folder_remove(w.root);
}

/* --- Who waits for whom --- */

/* A child that writes for a while, once the parent may go on. */
static pid_t hold_ledger(const workspace *w, useconds_t micros)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        sqlite3 *db = NULL;
        char path[400];
        snprintf(path, sizeof path, "%s/kept.db", w->folder);
        sqlite3_open(path, &db);
        if (sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK)
            _exit(1);
        (void)!write(ends[1], "x", 1);
        usleep(micros);
        sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
        sqlite3_close(db);
        _exit(0);
    }
    char c;
    assert_int_equal(read(ends[0], &c, 1), 1);
    close(ends[0]);
    close(ends[1]);
    return child;
}

void test_schema__writers_of_records_wait(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w); /* open for writing facts */
    kept_err err = KEPT_ERR_INIT;
    volatile int cancel = 0;
    kept_open_opts opts = {.records = true, .cancel = &cancel};
    KEPT_AUTO_STORE *one = NULL;
    KEPT_AUTO_STORE *two = NULL;
    CHECK_OK(kept_store_open(w.folder, &opts, &one, &err));
    CHECK_OK(kept_store_open(w.folder, &opts, &two, &err));
    kept_ledger *const ledgers[] = {&w.store->ledger, &one->ledger, &two->ledger};
    for (size_t i = 0; i < 3; i++) {
        pid_t child = hold_ledger(&w, 150000);
        int64_t start = kept_time_now();
        CHECK_OK(kept_ledger_begin(ledgers[i], &err));
        assert_true(kept_time_now() - start > 50000);
        CHECK_OK(kept_ledger_set(ledgers[i], "waited", "yes", &err));
        CHECK_OK(kept_ledger_commit(ledgers[i], &err));
        waitpid(child, NULL, 0);
    }
    /* Cancelled while it waits: at once and not after ten seconds. */
    pid_t child = hold_ledger(&w, 400000);
    cancel = 1;
    int64_t start = kept_time_now();
    assert_int_equal(kept_ledger_begin(&one->ledger, &err), KEPT_ECANCELLED);
    assert_true(kept_time_now() - start < 300000);
    waitpid(child, NULL, 0);
    remove_workspace(&w);
}

/* --- Packs --- */

void test_schema__packs(void **state)
{
    (void)state;
    workspace w;
    make_closed(&w);
    kept_err err = KEPT_ERR_INIT;
    bool on = false, changed = false;
    declare(&w, "../packs.yaml",
            "- {name: x_shop, title: Shop, summary: What a shop needs.}\n"
            "- {name: x_yard, title: Yard, summary: The yard., on: yes}\n");
    kept_open_opts opts = {.records = true};
    KEPT_AUTO_STORE *store = NULL;
    CHECK_OK(kept_store_open(w.folder, &opts, &store, &err));
    CHECK_OK(kept_pack_is_on(store, "core", &on, &err));
    assert_true(on);
    CHECK_OK(kept_pack_is_on(store, "x_yard", &on, &err));
    assert_true(on);
    CHECK_OK(kept_pack_is_on(store, "x_shop", &on, &err));
    assert_false(on);
    CHECK_OK(kept_pack_set(store, everyone(), "command", "x_shop", true, &changed, &err));
    assert_true(changed);
    CHECK_OK(kept_pack_set(store, everyone(), "command", "x_shop", true, &changed, &err));
    assert_false(changed);
    CHECK_OK(kept_pack_set(store, everyone(), "command", "x_yard", false, &changed, &err));
    CHECK_OK(kept_pack_is_on(store, "x_shop", &on, &err));
    assert_true(on);
    CHECK_OK(kept_pack_is_on(store, "x_yard", &on, &err));
    assert_false(on);
    CHECK_SQL(&w, "SELECT seq, who, kind, action, payload FROM change_log",
              "1|tester|-|pack|{\"x_shop\":[\"no\",\"yes\"]}"
              " 2|tester|-|pack|{\"x_yard\":[\"yes\",\"no\"]}");
    assert_int_equal(kept_pack_set(store, everyone(), "command", "core", false, &changed, &err),
                     KEPT_EARG);
    assert_int_equal(kept_pack_is_on(store, "x_shopp", &on, &err), KEPT_ENOTFOUND);
    CHECK_CONTAINS(err.msg, "x_shop");
    kept_scope some = KEPT_SCOPE_NOBODY;
    assert_int_equal(kept_pack_set(store, &some, "command", "x_shop", false, &changed, &err),
                     KEPT_EDENIED);
    kept_folder_remove(w.root);
}
