/* Kills a child process at every named step of import, undo, joining and making a workspace, and
 * looks at what it left. */
#include "workspace.h"

#include <dirent.h>
#include <signal.h>
#include <sys/wait.h>

#include "base/array.h"

typedef enum deed { IMPORT, UNDO, JOIN } deed;

static const char second_values[] = "('B','1','x','2024-01-02',22), ('A','1','x','2024-01-01',1),"
                                    "('C','1','z','2024-01-03',3)";

/* In the child: does the deed with KEPT_DIE_AT set; returns only when it was not killed. */
static void do_deed(workspace *w, deed what, const char *step)
{
    kept_err err = KEPT_ERR_INIT;
    kept_import import;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_open_opts opts = {.to_write = true, .threads = 1};
    if (kept_store_open(w->folder, &opts, &w->store, &err) != KEPT_OK ||
        kept_store__duck_for(w->store, NULL, 0, &w->duck, &err) != KEPT_OK)
        return;
    setenv("KEPT_DIE_AT", step, 1);
    kept_status status = KEPT_OK;
    if (what == IMPORT)
        status = import_sql(w, "orders", orders_of(&arena, second_values), false, &import, &err);
    else if (what == UNDO)
        status = kept_import_undo(w->store, everyone(), 1, &err);
    else
        status = kept_compact(w->store, "orders", NULL, NULL, &err);
    if (status != KEPT_OK)
        fprintf(stderr, "%s: %s\n", step, err.msg);
}

static void kill_at(workspace *w, deed what, const char *step)
{
    close_workspace(w);
    pid_t child = fork();
    if (child == 0) {
        do_deed(w, what, step);
        _exit(7);
    }
    int how = 0;
    waitpid(child, &how, 0);
    if (!WIFSIGNALED(how) || WTERMSIG(how) != SIGKILL)
        fail_msg("no step \"%s\" was reached", step);
    open_workspace(w);
}

/* Files of facts/orders and the rows of the ledger are the same ones. */
static void check_no_strays(workspace *w)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_fact_file *files = NULL;
    size_t n = 0, found = 0;
    CHECK_OK(kept_ledger_files(&w->store->ledger, NULL, &arena, &files, &n, &err));
    char folder[400];
    snprintf(folder, sizeof folder, "%s/facts/orders", w->folder);
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir && (entry = readdir(dir));)
        found += entry->d_name[0] != '.';
    if (dir)
        closedir(dir);
    assert_int_equal(found, n);
    for (size_t i = 0; i < n; i++)
        CHECK_OK(kept_fact_file_verify(w->store, &files[i], &err));
}

static void check_state(workspace *w, const char *want)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    check_no_strays(w);
    assert_string_equal(orders_text(w, everyone(), &arena), want);
}

/* Customers' ids and their records come and go together. */
static void check_records(workspace *w, int64_t want)
{
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_STMT *stmt = NULL;
    bool row = false;
    CHECK_OK(kept_ledger_prepare(&w->store->ledger, &stmt, &err,
                                 "SELECT count(*), (SELECT count(*) FROM customer_id i"
                                 " WHERE i.record IN (SELECT id FROM customer)) FROM customer",
                                 ""));
    CHECK_OK(kept_ledger_step(&w->store->ledger, stmt, &row, &err));
    assert_int_equal(sqlite3_column_int64(stmt, 0), want);
    assert_int_equal(sqlite3_column_int64(stmt, 1), want);
}

static const char first_state[] = "A/1=1.0 B/1=2.0";
static const char second_state[] = "A/1=1.0 B/1=22.0 C/1=3.0";

static void first_import(workspace *w)
{
    make_workspace(w);
    import_orders(w, "('A','1','x','2024-01-01',1), ('B','1','x','2024-01-02',2)");
}

void test_crash__import_at_every_step(void **state)
{
    (void)state;
    static const char *const steps[] = {"import begun",      "customers met",   "facts written",
                                        "facts renamed",     "vectors written", "vectors renamed",
                                        "customers written", "ledger rows",     "committed"};
    for (size_t i = 0; i < KEPT_N(steps); i++) {
        workspace w;
        first_import(&w);
        kill_at(&w, IMPORT, steps[i]);
        bool done = strcmp(steps[i], "committed") == 0;
        check_state(&w, done ? second_state : first_state);
        check_records(&w, done ? 2 : 1);
        uint64_t key = 0;
        kept_err err = KEPT_ERR_INIT;
        assert_int_equal(kept_customer_find(w.store, everyone(), "z", &key, &err),
                         done ? KEPT_OK : KEPT_ENOTFOUND);
        /* And the same import can be made now. */
        import_orders(&w, second_values);
        check_state(&w, second_state);
        remove_workspace(&w);
    }
}

void test_crash__undo_at_every_step(void **state)
{
    (void)state;
    static const char *const steps[] = {"undo noted", "undo committed"};
    for (size_t i = 0; i < KEPT_N(steps); i++) {
        workspace w;
        first_import(&w);
        kill_at(&w, UNDO, steps[i]);
        check_state(&w, i ? "" : first_state);
        remove_workspace(&w);
    }
}

void test_crash__joining_at_every_step(void **state)
{
    (void)state;
    static const char *const steps[] = {"joined facts written",   "joined facts renamed",
                                        "joined vectors written", "joined vectors renamed",
                                        "joined ledger rows",     "joined committed",
                                        "joined one removed"};
    for (size_t i = 0; i < KEPT_N(steps); i++) {
        workspace w;
        first_import(&w);
        kept_import second = import_orders(&w, second_values);
        kill_at(&w, JOIN, steps[i]);
        check_state(&w, second_state);
        kept_err err = KEPT_ERR_INIT;
        CHECK_OK(kept_compact(w.store, NULL, NULL, NULL, &err));
        check_state(&w, second_state);
        CHECK_OK(kept_import_undo(w.store, everyone(), second.id, &err));
        check_state(&w, first_state);
        remove_workspace(&w);
    }
}

void test_crash__making_a_workspace(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    close_workspace(&w);
    kept_folder_remove(w.folder);
    kept_err err = KEPT_ERR_INIT;
    pid_t child = fork();
    if (child == 0) {
        setenv("KEPT_DIE_AT", "ledger made", 1);
        (void)!kept_store_create(w.folder, NULL, NULL);
        _exit(7);
    }
    int how = 0;
    waitpid(child, &how, 0);
    assert_true(WIFSIGNALED(how));
    kept_store *store = NULL;
    assert_int_equal(kept_store_open(w.folder, NULL, &store, &err), KEPT_ENOTFOUND);
    CHECK_OK(kept_store_create(w.folder, NULL, &err));
    open_workspace(&w);
    check_state(&w, "");
    remove_workspace(&w);
}

/* The temporary folder of a killed process goes when the next one is made. */
void test_crash__temporary_folders_do_not_pile_up(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    close_workspace(&w);
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
        kept_temp temp;
        if (kept_temp_make(&arena, &temp, NULL) == KEPT_OK)
            (void)!write(ends[1], temp.root, strlen(temp.root) + 1);
        kill(getpid(), SIGKILL);
    }
    char root[400] = "";
    assert_true(read(ends[0], root, sizeof root - 1) > 1);
    waitpid(child, NULL, 0);
    assert_int_equal(access(root, F_OK), 0);
    open_workspace(&w);
    assert_int_equal(access(root, F_OK), -1);
    assert_int_equal(access(w.store->temp.root, F_OK), 0);
    close(ends[0]);
    close(ends[1]);
    remove_workspace(&w);
}

/* What people put beside Kept's own files stays. */
void test_crash__sweeps_only_its_own(void **state)
{
    (void)state;
    workspace w;
    first_import(&w);
    char stray[400], mended[400], temp[400], left[400];
    snprintf(stray, sizeof stray, "%s/facts/orders/77.parquet.tmp", w.folder);
    snprintf(mended, sizeof mended, "%s/rejects/1-mended.csv", w.folder);
    snprintf(left, sizeof left, "%s/rejects/9.csv", w.folder);
    snprintf(temp, sizeof temp, "%s", w.store->temp.root);
    close_workspace(&w);
    assert_int_equal(access(temp, F_OK), -1);
    const char *const made[] = {stray, mended, left};
    for (size_t i = 0; i < KEPT_N(made); i++) {
        FILE *f = fopen(made[i], "w");
        assert_non_null(f);
        fclose(f);
    }
    kill_at(&w, UNDO, "undo noted");
    assert_int_equal(access(stray, F_OK), -1);
    assert_int_equal(access(left, F_OK), -1);
    assert_int_equal(access(mended, F_OK), 0);
    unlink(mended);
    check_state(&w, first_state);
    remove_workspace(&w);
}
