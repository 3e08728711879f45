#include "support.h"

#include <pthread.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "store/engine/duck.h"

static char folder[] = "/tmp/kept-duck-XXXXXX";

static const char *scratch(void)
{
    static bool made;
    if (!made)
        made = mkdtemp(folder) != NULL;
    return folder;
}

static kept_duck *open_duck(const char *const *allow, size_t n_allow, const volatile int *cancel)
{
    kept_err err = KEPT_ERR_INIT;
    kept_duck *duck = NULL;
    kept_duck_opts opts = {.threads = 2,
                           .memory_mib = 256,
                           .temp_folder = scratch(),
                           .allow = allow,
                           .n_allow = n_allow,
                           .timezone = "Europe/Berlin",
                           .cancel = cancel};
    CHECK_OK(kept_duck_open(&opts, &duck, &err));
    return duck;
}

void test_duck__counts_and_parameters(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    kept_duck *duck = open_duck(NULL, 0, NULL);
    int64_t n = -1;
    CHECK_OK(
        kept_duck_exec(duck, "CREATE TABLE t (a BIGINT, b VARCHAR, c DATE)", NULL, 0, NULL, &err));
    kept_duck_value row[] = {KEPT_DV_INT(-7), KEPT_DV_TEXT("it's \"so\"; DROP TABLE t"),
                             KEPT_DV_DAY(19813)};
    CHECK_OK(kept_duck_exec(duck, "INSERT INTO t VALUES ($1, $2, $3)", row, 3, &n, &err));
    assert_int_equal(n, 1);
    CHECK_OK(kept_duck_int(duck, "SELECT sum(a) FROM t", NULL, 0, &n, &err)); /* HUGEINT */
    assert_int_equal(n, -7);
    CHECK_OK(kept_duck_int(duck, "SELECT sum(a) FROM t WHERE false", NULL, 0, &n, &err));
    assert_int_equal(n, 0);
    CHECK_OK(kept_duck_int(duck, "SELECT count(*) FROM t WHERE b = $1 AND c = DATE '2024-03-31'",
                           &row[1], 1, &n, &err));
    assert_int_equal(n, 1);
    CHECK_OK(kept_duck_int(duck, "SELECT $1::UBIGINT = 18446744073709551615",
                           &KEPT_DV_UINT(UINT64_MAX), 1, &n, &err));
    assert_int_equal(n, 1);
    kept_duck_close(duck);
}

void test_duck__one_statement_only(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    kept_duck *duck = open_duck(NULL, 0, NULL);
    assert_int_equal(kept_duck_exec(duck, "SELECT 1; SELECT 2", NULL, 0, NULL, &err),
                     KEPT_EINTERNAL);
    CHECK_CONTAINS(err.msg, "One statement");
    assert_int_equal(kept_duck_exec(duck, "", NULL, 0, NULL, &err), KEPT_EINTERNAL);
    assert_int_equal(kept_duck_exec(duck, "SELEC 1", NULL, 0, NULL, &err), KEPT_EINTERNAL);
    assert_null(strchr(err.msg, '\n'));
    assert_int_equal(kept_duck_exec(duck, "SELECT $1", NULL, 0, NULL, &err), KEPT_EINTERNAL);
    kept_duck_close(duck);
}

/* A million rows come in order through many chunks, while other statements run in between. */
void test_duck__streams_in_order(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    kept_duck *duck = open_duck(NULL, 0, NULL);
    kept_duck_rows *rows = NULL;
    CHECK_OK(kept_duck_exec(duck,
                            "CREATE TABLE t AS SELECT range AS i, CASE WHEN range % 3 = 0 "
                            "THEN NULL ELSE 'customer number ' || range END AS s "
                            "FROM range(1000000)",
                            NULL, 0, NULL, &err));
    CHECK_OK(kept_duck_query(duck, "SELECT i, s FROM t", NULL, 0, &rows, &err));
    assert_int_equal(kept_duck_columns(rows), 2);
    assert_string_equal(kept_duck_column_name(rows, 1), "s");
    int64_t want = 0;
    size_t chunks = 0;
    for (size_t n;;) {
        CHECK_OK(kept_duck_next(rows, &n, &err));
        if (n == 0)
            break;
        const int64_t *i = kept_duck_data(rows, 0);
        for (size_t k = 0; k < n; k++, want++) {
            assert_true(i[k] == want);
            size_t len;
            const char *text = kept_duck_text(rows, 1, k, &len);
            assert_true((text == NULL) == (want % 3 == 0));
            assert_true(!text || memcmp(text, "customer number ", 16) == 0);
        }
        int64_t other;
        if (chunks++ == 3)
            CHECK_OK(kept_duck_int(duck, "SELECT count(*) FROM t", NULL, 0, &other, &err));
    }
    assert_int_equal(want, 1000000);
    assert_true(chunks > 100);
    kept_duck_rows_free(rows);
    CHECK_OK(kept_duck_query(duck, "SELECT i FROM t", NULL, 0, &rows, &err));
    kept_duck_rows_free(rows); /* before the end */
    CHECK_OK(kept_duck_query(duck, "SELECT i FROM t WHERE i < 0", NULL, 0, &rows, &err));
    size_t none = 9;
    CHECK_OK(kept_duck_next(rows, &none, &err));
    assert_int_equal(none, 0);
    CHECK_OK(kept_duck_next(rows, &none, &err)); /* again at the end */
    assert_int_equal(none, 0);
    kept_duck_close(duck); /* frees rows left open */
}

void test_duck__errors_while_reading(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    kept_duck *duck = open_duck(NULL, 0, NULL);
    kept_duck_rows *rows = NULL;
    kept_status status = kept_duck_query(
        duck, "SELECT CASE WHEN range = 300000 THEN 'x' ELSE '1' END::INTEGER FROM range(400000)",
        NULL, 0, &rows, &err);
    size_t n = 1;
    while (status == KEPT_OK && n)
        status = kept_duck_next(rows, &n, &err);
    assert_int_equal(status, KEPT_EINTERNAL);
    CHECK_CONTAINS(err.msg, "Could not convert");
    assert_null(strchr(err.msg, '\n'));
    kept_duck_rows_free(rows);
    kept_duck_close(duck);
}

void test_duck__is_locked_down(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    char file[4096];
    snprintf(file, sizeof file, "%s/allowed.csv", scratch());
    FILE *f = fopen(file, "w");
    assert_non_null(f);
    fputs("a\n1\n", f);
    fclose(f);
    kept_duck *duck = open_duck(NULL, 0, NULL);
    int64_t n = 0;
    CHECK_OK(
        kept_duck_int(duck, "SELECT count(*) FROM read_csv($1)", &KEPT_DV_TEXT(file), 1, &n, &err));
    assert_int_equal(n, 1);
    static const char *const refused[] = {
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM glob('/etc/*')",
        "ATTACH '/tmp/kept-never.db'",
        "COPY (SELECT 1) TO '/tmp/kept-never.csv'",
        "SET threads = 1",
        "SET enable_external_access = true",
        "INSTALL httpfs",
        "LOAD httpfs",
    };
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        assert_int_not_equal(kept_duck_exec(duck, refused[i], NULL, 0, NULL, &err), KEPT_OK);
    assert_int_not_equal(access("/tmp/kept-never.csv", F_OK), 0);
    kept_duck_close(duck);
    remove(file);
}

/* A file alone may be allowed, also by a relative path, and beside it nothing. */
void test_duck__allows_single_files(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    char here[4096], other[] = "/tmp/kept-duck-other-XXXXXX";
    assert_non_null(getcwd(here, sizeof here));
    assert_non_null(mkdtemp(other));
    assert_int_equal(chdir(other), 0);
    const char *const names[] = {"one.csv", "two.csv"};
    for (int i = 0; i < 2; i++) {
        FILE *f = fopen(names[i], "w");
        fputs("a\n1\n", f);
        fclose(f);
    }
    const char *allow[] = {"one.csv"};
    kept_duck *duck = open_duck(allow, 1, NULL);
    CHECK_OK(kept_duck_exec(duck, "SELECT * FROM read_csv('one.csv')", NULL, 0, NULL, &err));
    assert_int_not_equal(
        kept_duck_exec(duck, "SELECT * FROM read_csv('two.csv')", NULL, 0, NULL, &err), KEPT_OK);
    kept_duck_close(duck);
    remove("one.csv");
    remove("two.csv");
    assert_int_equal(chdir(here), 0);
    rmdir(other);
}

/* 2024-03-31 01:00 UTC is 03:00 in Berlin: summer time began at that moment. */
void test_duck__knows_time_zones(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    kept_duck *duck = open_duck(NULL, 0, NULL);
    int64_t n = 0;
    CHECK_OK(kept_duck_int(duck,
                           "SELECT hour(timezone('Europe/Berlin', timezone('UTC', TIMESTAMP "
                           "'2024-03-31 01:00:00')))",
                           NULL, 0, &n, &err));
    assert_int_equal(n, 3);
    CHECK_OK(kept_duck_int(duck, "SELECT hour(TIMESTAMPTZ '2024-03-31 01:00:00+00')", NULL, 0, &n,
                           &err)); /* on a session of its own */
    assert_int_equal(n, 3);
    kept_duck_close(duck);
    kept_duck_opts opts = {.timezone = "Europe/Berlon"};
    assert_int_equal(kept_duck_open(&opts, &duck, &err), KEPT_EARG);
    CHECK_CONTAINS(err.msg, "Europe/Berlon");
}

static volatile int cancel_flag;

static void *cancel_soon(void *arg)
{
    (void)arg;
    nanosleep(&(struct timespec){0, 50000000}, NULL);
    cancel_flag = 1;
    return NULL;
}

void test_duck__cancels(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    const char *endless = "SELECT count(*) FROM range(1000000000) a, range(1000000000) b "
                          "WHERE a.range + b.range < 0";
    cancel_flag = 0;
    kept_duck *duck = open_duck(NULL, 0, &cancel_flag);
    pthread_t thread;
    pthread_create(&thread, NULL, cancel_soon, NULL);
    assert_int_equal(kept_duck_exec(duck, endless, NULL, 0, NULL, &err), KEPT_ECANCELLED);
    pthread_join(thread, NULL);
    assert_int_equal(kept_duck_exec(duck, "SELECT 1", NULL, 0, NULL, &err), KEPT_ECANCELLED);
    cancel_flag = 0;
    CHECK_OK(kept_duck_exec(duck, "SELECT 1", NULL, 0, NULL, &err)); /* usable again */
    pthread_create(&thread, NULL, cancel_soon, NULL);
    int64_t n;
    assert_int_equal(kept_duck_int(duck, endless, NULL, 0, &n, &err), KEPT_ECANCELLED);
    pthread_join(thread, NULL);
    cancel_flag = 0;
    kept_duck_close(duck);
}

void test_duck__files_that_cannot_be_read(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    char file[4096], sql[8192];
    snprintf(file, sizeof file, "%s/cut.parquet", scratch());
    kept_duck *duck = open_duck(NULL, 0, NULL);
    int64_t n = 0;
    snprintf(sql, sizeof sql, "COPY (SELECT range FROM range(1000)) TO '%s'", file);
    CHECK_OK(kept_duck_exec(duck, sql, NULL, 0, &n, &err));
    assert_int_equal(n, 1000);
    assert_int_equal(truncate(file, 500), 0);
    kept_duck_value value = KEPT_DV_TEXT(file);
    assert_int_equal(
        kept_duck_int(duck, "SELECT count(*) FROM read_parquet($1)", &value, 1, &n, &err),
        KEPT_ECORRUPT);
    remove(file);
    kept_status status =
        kept_duck_int(duck, "SELECT count(*) FROM read_parquet($1)", &value, 1, &n, &err);
    if (status != KEPT_EIO)
        fail_msg("%d: %s", status, err.msg);
    CHECK_CONTAINS(err.msg, "cut.parquet");
    kept_duck_close(duck);
}

/* Beyond the limit the engine spills; with no room even for that it says so and lives on. */
void test_duck__memory_limit(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    kept_duck *duck = NULL;
    kept_duck_opts opts = {.threads = 1, .memory_mib = 20};
    CHECK_OK(kept_duck_open(&opts, &duck, &err));
    assert_int_equal(kept_duck_exec(duck,
                                    "CREATE TABLE t AS SELECT hash(range) h, range::VARCHAR "
                                    "|| 'some text to fill the memory' s FROM range(3000000)",
                                    NULL, 0, NULL, &err),
                     KEPT_ENOMEM);
    CHECK_OK(kept_duck_exec(duck, "SELECT 1", NULL, 0, NULL, &err));
    kept_duck_close(duck);
}

void test_duck__quotes(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    assert_string_equal(kept_duck_name(&arena, "a\"b"), "\"a\"\"b\"");
    assert_string_equal(kept_duck_literal(&arena, "it's"), "'it''s'");
    kept_duck *duck = open_duck(NULL, 0, NULL);
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    kept_buf_printf(&sql, "SELECT %s = $1", kept_duck_literal(&arena, "\\'; --\n\xc3\xbc'"));
    int64_t n = 0;
    CHECK_OK(
        kept_duck_int(duck, kept_buf_text(&sql), &KEPT_DV_TEXT("\\'; --\n\xc3\xbc'"), 1, &n, &err));
    assert_int_equal(n, 1);
    kept_duck_close(duck);
    rmdir(scratch());
}
