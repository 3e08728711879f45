/* The doctor at a sound workspace, and at every sort of damage. */
#include "workspace.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <sqlite3.h>

#include "store/doctor.h"

static void make_firm(workspace *w)
{
    make_workspace(w);
    import_orders(w, "('A','1','x','2024-01-01',1), ('B','1','x','2024-01-02',2)");
    import_orders(w, "('B','1','x','2024-01-02',22), ('C','1','z','2024-01-03',3)");
    close_workspace(w);
}

static char *path_in(const workspace *w, const char *name)
{
    static char path[600];
    snprintf(path, sizeof path, "%s/%s", w->folder, name);
    return path;
}

static kept_doctor look(const workspace *w, bool quick, kept_arena *arena)
{
    kept_err err = KEPT_ERR_INIT;
    kept_doctor doctor = {0};
    const kept_doctor_opts opts = {.quick = quick};
    CHECK_OK(kept_doctor_look(w->folder, everyone(), &opts, arena, &doctor, &err));
    return doctor;
}

static const kept_doctor_check *check_of(const kept_doctor *doctor, const char *what)
{
    for (size_t i = 0; i < doctor->n; i++)
        if (strcmp(doctor->checks[i].what, what) == 0)
            return &doctor->checks[i];
    fail_msg("no check \"%s\"", what);
    return NULL;
}

/* One check alone is unhealthy, says so, and advises. */
static void check_fault(const kept_doctor *doctor, const char *what, const char *says)
{
    const kept_doctor_check *c = check_of(doctor, what);
    assert_int_equal(c->health, KEPT_UNHEALTHY);
    CHECK_CONTAINS(c->found, says);
    assert_non_null(c->todo);
    for (size_t i = 0; i < doctor->n; i++)
        if (doctor->checks[i].health == KEPT_UNHEALTHY && &doctor->checks[i] != c)
            fail_msg("%s: %s", doctor->checks[i].what, doctor->checks[i].found);
    assert_int_equal(doctor->unhealthy, 1);
}

static void overwrite(const char *path, off_t at, const char *bytes, size_t len)
{
    int fd = open(path, O_WRONLY);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, bytes, len, at), len);
    close(fd);
}

static void run_sql(const workspace *w, const char *sql)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(path_in(w, "kept.db"), &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    sqlite3_close(db);
}

void test_doctor__sound(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    workspace w;
    make_firm(&w);
    for (int quick = 0; quick < 2; quick++) {
        kept_doctor doctor = look(&w, quick, &arena);
        for (size_t i = 0; i < doctor.n; i++)
            if (doctor.checks[i].health != KEPT_HEALTHY)
                fail_msg("%s: %s", doctor.checks[i].what, doctor.checks[i].found);
        assert_int_equal(doctor.unhealthy, 0);
        CHECK_CONTAINS(check_of(&doctor, "Facts")->found, "2 files");
        CHECK_CONTAINS(check_of(&doctor, "Vectors")->found, "1 file");
    }
    remove_workspace(&w);
}

void test_doctor__facts(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    workspace w;
    make_firm(&w);
    overwrite(path_in(&w, "facts/orders/1.parquet"), 100, "damage", 6);
    kept_doctor doctor = look(&w, false, &arena);
    check_fault(&doctor, "Facts",
                "Of 2 files 1 not what was written: facts/orders/1.parquet is "
                "damaged");
    doctor = look(&w, true, &arena); /* sizes alone do not show it */
    assert_int_equal(doctor.unhealthy, 0);
    assert_int_equal(truncate(path_in(&w, "facts/orders/1.parquet"), 100), 0);
    doctor = look(&w, true, &arena);
    check_fault(&doctor, "Facts", "facts/orders/1.parquet has another size");
    unlink(path_in(&w, "facts/orders/1.parquet"));
    doctor = look(&w, false, &arena);
    check_fault(&doctor, "Facts", "facts/orders/1.parquet is missing");
    remove_workspace(&w);
}

void test_doctor__strays(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    workspace w;
    make_firm(&w);
    FILE *f = fopen(path_in(&w, "facts/orders/9.parquet.tmp"), "wb");
    fclose(f);
    kept_doctor doctor = look(&w, false, &arena);
    assert_int_equal(doctor.unhealthy, 0);
    CHECK_CONTAINS(check_of(&doctor, "Other files")->found, "1 file");
    CHECK_CONTAINS(check_of(&doctor, "Other files")->found, "facts/orders/9.parquet.tmp");
    /* Nothing was changed. */
    assert_int_equal(access(path_in(&w, "facts/orders/9.parquet.tmp"), F_OK), 0);
    remove_workspace(&w);
}

void test_doctor__ledger_gone(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    workspace w;
    make_firm(&w);
    char copy[600];
    snprintf(copy, sizeof copy, "%s", path_in(&w, "kept.db.before-1-12"));
    assert_int_equal(rename(path_in(&w, "kept.db"), copy), 0);
    FILE *f = fopen(path_in(&w, "kept.db.before-2-2"), "wb");
    fclose(f);
    kept_doctor doctor = look(&w, false, &arena);
    check_fault(&doctor, "Ledger file", "kept.db is missing");
    CHECK_CONTAINS(check_of(&doctor, "Ledger file")->todo, "kept.db.before-1-12");
    CHECK_CONTAINS(check_of(&doctor, "Ledger file")->todo, "kept backup restore");
    assert_int_equal(check_of(&doctor, "Facts")->health, KEPT_NOT_LOOKED_AT);
    f = fopen(path_in(&w, "kept.db"), "wb");
    fclose(f);
    doctor = look(&w, false, &arena);
    check_fault(&doctor, "Ledger file", "kept.db is empty");
    f = fopen(path_in(&w, "kept.db"), "wb");
    fputs("These are words, not a database, but long enough to be looked at as one.", f);
    fclose(f);
    doctor = look(&w, false, &arena);
    check_fault(&doctor, "Ledger file", "its beginning was overwritten");
    remove_workspace(&w);
}

/* Cut off anywhere: one sentence that says how much is left, and never a crash. */
void test_doctor__ledger_cut_off(void **state)
{
    (void)state;
    workspace w;
    make_firm(&w);
    struct stat info;
    assert_int_equal(stat(path_in(&w, "kept.db"), &info), 0);
    for (off_t left = info.st_size - 512; left > 512; left -= info.st_size / 9) {
        KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
        assert_int_equal(truncate(path_in(&w, "kept.db"), left), 0);
        kept_doctor doctor = look(&w, false, &arena);
        assert_true(doctor.unhealthy > 0);
        char text[100];
        snprintf(text, sizeof text, "cut off: %lld of %lld bytes", (long long)left,
                 (long long)info.st_size);
        bool said = false;
        for (size_t i = 0; i < doctor.n; i++)
            said |= strstr(doctor.checks[i].found, text) != NULL;
        if (!said)
            fail_msg("%lld bytes: %s", (long long)left, doctor.checks[2].found);
    }
    remove_workspace(&w);
}

/* Bytes overwritten on pages all over the file: found, told, and as much looked at as can be. */
void test_doctor__ledger_overwritten(void **state)
{
    (void)state;
    static char page[4096];
    workspace w;
    make_firm(&w);
    struct stat info;
    assert_int_equal(stat(path_in(&w, "kept.db"), &info), 0);
    memset(page, 0x55, sizeof page);
    size_t found = 0, tried = 0;
    for (off_t at = 0; at < info.st_size; at += 4096 * (off_t)11, tried++) {
        KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
        char was[4096];
        int fd = open(path_in(&w, "kept.db"), O_RDWR);
        assert_int_equal(pread(fd, was, sizeof was, at), sizeof was);
        assert_int_equal(pwrite(fd, page, 200, at), 200);
        close(fd);
        kept_doctor doctor = look(&w, false, &arena);
        found += doctor.unhealthy > 0;
        overwrite(path_in(&w, "kept.db"), at, was, sizeof was);
    }
    assert_true(tried > 5);
    assert_true(found + 1 >= tried); /* a page out of use may hold anything */
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_doctor doctor = look(&w, false, &arena);
    assert_int_equal(doctor.unhealthy, 0);
    remove_workspace(&w);
}

void test_doctor__newer_ledger(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    workspace w;
    make_firm(&w);
    run_sql(&w, "PRAGMA user_version = 999");
    kept_doctor doctor = look(&w, false, &arena);
    check_fault(&doctor, "Ledger file", "newer Kept");
    CHECK_CONTAINS(check_of(&doctor, "Ledger file")->todo, "newer program");
    remove_workspace(&w);
}

void test_doctor__references_and_clocks(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    workspace w;
    make_firm(&w);
    run_sql(&w, "PRAGMA foreign_keys = OFF; UPDATE fact_file SET last_import = 77 WHERE id = 1");
    kept_doctor doctor = look(&w, false, &arena);
    check_fault(&doctor, "References", "row 1 of fact_file refers to a row of import");
    run_sql(&w, "UPDATE fact_file SET last_import = 1 WHERE id = 1");
    run_sql(&w, "UPDATE import SET imported_at = 4102444800000000 WHERE id = 2");
    doctor = look(&w, false, &arena);
    check_fault(&doctor, "Clock", "The newest change is dated 2100-01-01T00:00:00Z");
    run_sql(&w, "UPDATE import SET imported_at = 5 WHERE id = 2");
    doctor = look(&w, false, &arena);
    check_fault(&doctor, "Clock", "1 changes are dated earlier");
    remove_workspace(&w);
}

void test_doctor__folder_that_cannot_be_written(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    workspace w;
    if (geteuid() == 0)
        return; /* who may do everything finds no folder closed */
    make_firm(&w);
    assert_int_equal(chmod(w.folder, 0555), 0);
    kept_doctor doctor = look(&w, false, &arena);
    assert_int_equal(chmod(w.folder, 0755), 0);
    check_fault(&doctor, "Folder", "can be read but not written");
    remove_workspace(&w);
}

void test_doctor__who_may(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_doctor doctor;
    static const kept_scope nobody = KEPT_SCOPE_NOBODY;
    assert_int_equal(kept_doctor_look("/", &nobody, NULL, &arena, &doctor, &err), KEPT_EDENIED);
    assert_int_equal(kept_doctor_look("/no-such-folder", everyone(), NULL, &arena, &doctor, &err),
                     KEPT_ENOTFOUND);
}
