#include "workspace.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "store/ledger/customers.h"

static void run_sql(const char *path, const char *sql)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

void test_ledger__create_and_open(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    kept_err err = KEPT_ERR_INIT;
    assert_string_equal(kept_store_name(w.store), "firm");
    assert_string_equal(kept_store_currency(w.store), "");
    assert_string_equal(kept_store_timezone(w.store), "UTC");
    assert_int_equal(kept_store_create(w.folder, NULL, &err), KEPT_EINPUT);
    CHECK_CONTAINS(err.msg, "already");
    assert_int_equal(kept_store_create("/etc", NULL, &err), KEPT_EINPUT);
    CHECK_CONTAINS(err.msg, "other files");
    char other[400];
    snprintf(other, sizeof other, "%s/other", w.root);
    kept_store_opts opts = {.name = "Acme", .currency = "EUR", .timezone = "Europe/Berlin"};
    CHECK_OK(kept_store_create(other, &opts, &err));
    KEPT_AUTO_STORE *store = NULL;
    CHECK_OK(kept_store_open(other, NULL, &store, &err));
    assert_string_equal(kept_store_name(store), "Acme");
    assert_string_equal(kept_store_currency(store), "EUR");
    assert_string_equal(kept_store_timezone(store), "Europe/Berlin");
    opts.currency = "EURO";
    assert_int_equal(kept_store_create(other, &opts, &err), KEPT_EARG);
    CHECK_CONTAINS(err.msg, "EURO");
    opts.currency = "EUR";
    opts.timezone = "Europe/Atlantis";
    assert_int_equal(kept_store_create(other, &opts, &err), KEPT_EARG);
    CHECK_CONTAINS(err.msg, "Europe/Atlantis");
    remove_workspace(&w);
}

void test_ledger__finds_the_workspace_it_stands_in(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    char below[400];
    snprintf(below, sizeof below, "%s/facts", w.folder);
    assert_string_equal(kept_store_find(below, &arena), kept_store_folder(w.store));
    assert_null(kept_store_find(w.root, &arena));
    kept_store *store = NULL;
    kept_err err = KEPT_ERR_INIT;
    assert_int_equal(kept_store_open(w.root, NULL, &store, &err), KEPT_ENOTFOUND);
    CHECK_CONTAINS(err.msg, "kept init");
    assert_int_equal(kept_store_open("/no/such/folder", NULL, &store, &err), KEPT_ENOTFOUND);
    remove_workspace(&w);
}

void test_ledger__one_writer_many_readers(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    kept_err err = KEPT_ERR_INIT;
    kept_store *second = NULL;
    kept_open_opts writing = {.to_write = true};
    assert_int_equal(kept_store_open(w.folder, &writing, &second, &err), KEPT_EBUSY);
    CHECK_CONTAINS(err.msg, "Another program is writing");
    KEPT_AUTO_STORE *reader = NULL;
    CHECK_OK(kept_store_open(w.folder, NULL, &reader, &err));
    /* A reader sees what a writer commits meanwhile. */
    import_orders(&w, "('A','1','x','2024-01-01',1)");
    workspace r = {.store = reader};
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    assert_string_equal(orders_text(&r, everyone(), &arena), "A/1=1.0");
    /* While it reads, joined files stay for it. */
    import_orders(&w, "('B','1','x','2024-01-01',1)");
    CHECK_OK(kept_facts_view(reader, everyone(), "orders", &err));
    CHECK_OK(kept_compact(w.store, "orders", NULL, NULL, &err));
    assert_string_equal(text_of(&r, "SELECT order_id FROM orders ORDER BY 1", &arena), "A B");
    remove_workspace(&w);
}

void test_ledger__refuses_what_it_does_not_understand(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    close_workspace(&w);
    char path[400];
    snprintf(path, sizeof path, "%s/kept.db", w.folder);
    kept_err err = KEPT_ERR_INIT;
    kept_store *store = NULL;
    run_sql(path, "PRAGMA user_version = 99");
    assert_int_equal(kept_store_open(w.folder, NULL, &store, &err), KEPT_EINPUT);
    CHECK_CONTAINS(err.msg, "newer Kept");
    run_sql(path, "PRAGMA application_id = 5");
    assert_int_equal(kept_store_open(w.folder, NULL, &store, &err), KEPT_EINPUT);
    CHECK_CONTAINS(err.msg, "not a ledger");
    FILE *f = fopen(path, "wb");
    fputs("this is no database at all, but a text that somebody put here instead of one", f);
    fclose(f);
    assert_int_equal(kept_store_open(w.folder, NULL, &store, &err), KEPT_EINPUT);
    kept_folder_remove(w.root);
}

void test_ledger__temporary_workspace_leaves_nothing(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    kept_store *store = NULL;
    CHECK_OK(kept_store_open_temporary(NULL, NULL, &store, &err));
    char folder[400];
    snprintf(folder, sizeof folder, "%s", kept_store_folder(store));
    assert_int_equal(access(folder, F_OK), 0);
    kept_store_close(store);
    assert_int_equal(access(folder, F_OK), -1);
}

/* Every key is random and different, found again, and gone when the transaction is rolled back. */
void test_ledger__customers_keys(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    enum { N = 20000 };
    uint64_t *keys = KEPT_NEW_N(&arena, uint64_t, N);
    for (int pass = 0; pass < 2; pass++) {
        kept_customer_book book;
        CHECK_OK(kept_customer_book_open(&w.store->ledger, true, N, &book, &err));
        for (int i = 0; i < N; i++) {
            char id[16];
            uint64_t key = 0;
            int len = snprintf(id, sizeof id, "k%07d", i);
            CHECK_OK(kept_customer_book_key(&book, id, (size_t)len, &key, &err));
            assert_true(key != 0);
            if (pass)
                assert_true(keys[i] == key);
            keys[i] = key;
        }
        assert_int_equal(book.added, pass ? 0 : N);
        kept_customer_book_read(&book);
        kept_customer_birth birth = {.who = "tester", .at = 1, .import = pass + 1};
        int64_t added = -1;
        CHECK_OK(kept_ledger_begin(&w.store->ledger, &err));
        CHECK_OK(kept_customer_book_write(&book, &birth, &added, &err));
        CHECK_OK(kept_ledger_commit(&w.store->ledger, &err));
        assert_int_equal(added, pass ? 0 : N);
        kept_customer_book_close(&book);
    }
    const char **ids = KEPT_NEW_N(&arena, const char *, N);
    CHECK_OK(kept_customer_names(w.store, everyone(), keys, N, &arena, ids, &err));
    assert_string_equal(ids[12345], "k0012345");
    uint64_t found = 0;
    CHECK_OK(kept_customer_find(w.store, everyone(), "k0000007", &found, &err));
    assert_true(found == keys[7]);
    assert_int_equal(kept_customer_find(w.store, everyone(), "nobody", &found, &err),
                     KEPT_ENOTFOUND);
    kept_scope nobody = KEPT_SCOPE_NOBODY, one = {.sight = KEPT_SEES_SOME,
                                                  .customers = &keys[7],
                                                  .n_customers = 1,
                                                  .who = "one",
                                                  .as_of = KEPT_NO_DAY,
                                                  .known_at = KEPT_NO_TIME};
    assert_int_equal(kept_customer_find(w.store, &nobody, "k0000007", &found, &err),
                     KEPT_ENOTFOUND);
    assert_int_equal(kept_customer_find(w.store, &one, "k0000008", &found, &err), KEPT_ENOTFOUND);
    CHECK_OK(kept_customer_find(w.store, &one, "k0000007", &found, &err));
    CHECK_OK(kept_customer_names(w.store, &one, keys + 6, 3, &arena, ids, &err));
    assert_string_equal(ids[0], "");
    assert_string_equal(ids[1], "k0000007");
    assert_string_equal(ids[2], "");
    remove_workspace(&w);
}

/* --- Faults of the disk --- */

static void damage(const char *path, off_t cut, long flip)
{
    if (cut >= 0)
        assert_int_equal(truncate(path, cut), 0);
    if (flip < 0)
        return;
    FILE *f = fopen(path, "r+b");
    assert_non_null(f);
    fseek(f, flip, SEEK_SET);
    int c = fgetc(f);
    fseek(f, flip, SEEK_SET);
    fputc(c ^ 0x10, f);
    fclose(f);
}

void test_ledger__damaged_fact_files_are_named(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    kept_err err = KEPT_ERR_INIT;
    import_orders(&w, "('A','1','x','2024-01-01',1), ('B','1','x','2024-01-01',2)");
    CHECK_OK(kept_facts_view(w.store, everyone(), "orders", &err));
    char path[400];
    snprintf(path, sizeof path, "%s/facts/orders/1.parquet", w.folder);
    damage(path, -1, 40);
    assert_int_equal(kept_facts_view(w.store, everyone(), "orders", &err), KEPT_ECORRUPT);
    CHECK_CONTAINS(err.msg, "facts/orders/1.parquet");
    damage(path, -1, 40); /* mended again */
    CHECK_OK(kept_facts_view(w.store, everyone(), "orders", &err));
    damage(path, 100, -1);
    assert_int_equal(kept_facts_view(w.store, everyone(), "orders", &err), KEPT_ECORRUPT);
    /* The import that wrote it can still be undone, and then nothing is missed. */
    CHECK_OK(kept_import_undo(w.store, everyone(), 1, &err));
    CHECK_OK(kept_facts_view(w.store, everyone(), "orders", &err));
    unlink(path);
    CHECK_OK(kept_facts_view(w.store, everyone(), "orders", &err));
    remove_workspace(&w);
}

/* A limit on the size of files stands for a full disk: the child may not finish its import, and
 * the workspace is as before. */
void test_ledger__full_disk(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    import_orders(&w, "('A','1','x','2024-01-01',1)");
    close_workspace(&w);
    pid_t child = fork();
    if (child == 0) {
        kept_err err = KEPT_ERR_INIT;
        signal(SIGXFSZ, SIG_IGN);
        kept_open_opts opts = {.to_write = true, .threads = 1};
        if (kept_store_open(w.folder, &opts, &w.store, &err) != KEPT_OK ||
            kept_store__duck_for(w.store, NULL, 0, &w.duck, &err) != KEPT_OK)
            _exit(9);
        struct rlimit limit = {200000, 200000};
        setrlimit(RLIMIT_FSIZE, &limit);
        kept_import import = {0};
        kept_status status =
            import_sql(&w, "orders",
                       "SELECT i AS \"row\", hash(i)::VARCHAR AS customer, DATE '2024-01-01' AS"
                       " happened_at, hash(i + 7)::VARCHAR AS order_id, '1' AS line_id,"
                       " (i % 977)::DECIMAL(18,4) AS amount FROM range(60000) r(i)",
                       false, &import, &err);
        bool sentence = strlen(err.msg) > 20;
        kept_duck_close(w.duck);
        kept_store_close(w.store);
        _exit(status == KEPT_EIO && sentence ? 0 : 1);
    }
    int how = 0;
    waitpid(child, &how, 0);
    assert_true(WIFEXITED(how));
    assert_int_equal(WEXITSTATUS(how), 0);
    open_workspace(&w);
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    assert_string_equal(orders_text(&w, everyone(), &arena), "A/1=1.0");
    remove_workspace(&w);
}

/* In a process that may not write there: as nobody when the tests run as root. */
static int read_only_child(workspace *w)
{
    kept_err err = KEPT_ERR_INIT;
    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
        return 2;
    kept_open_opts opts = {.to_write = true};
    if (kept_store_open(w->folder, &opts, &w->store, &err) != KEPT_EIO ||
        !strstr(err.msg, "permissions"))
        return 3;
    if (kept_store_open(w->folder, NULL, &w->store, &err) != KEPT_OK) {
        fprintf(stderr, "%s\n", err.msg);
        return 4;
    }
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    bool same = strcmp(orders_text(w, everyone(), &arena), "A/1=1.0") == 0;
    kept_store_close(w->store);
    return same ? 0 : 5;
}

void test_ledger__read_only_folder(void **state)
{
    (void)state;
    for (int lock = 0; lock < 2; lock++) { /* with and without the lock file */
        workspace w;
        make_workspace(&w);
        import_orders(&w, "('A','1','x','2024-01-01',1)");
        close_workspace(&w);
        char path[400];
        snprintf(path, sizeof path, "%s/kept.lock", w.folder);
        if (!lock)
            unlink(path);
        chmod(w.root, 0755);
        chmod(w.folder, 0555);
        pid_t child = fork();
        if (child == 0)
            _exit(read_only_child(&w));
        int how = 0;
        waitpid(child, &how, 0);
        chmod(w.folder, 0755);
        assert_true(WIFEXITED(how));
        assert_int_equal(WEXITSTATUS(how), 0);
        kept_folder_remove(w.root);
    }
}
