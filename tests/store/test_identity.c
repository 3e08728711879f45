/* Several keys that are one customer: wherever facts are read they count as one. */
#include "workspace.h"

#include <sys/wait.h>
#include <unistd.h>

#include "base/array.h"
#include "kept/random.h"
#include "store/facts/order_summary.h"
#include "store/ledger/customers.h"
#include "store/ledger/identity.h"

/* --- Helpers --- */

static int64_t ledger_int(workspace *w, const char *sql)
{
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_STMT *stmt = NULL;
    bool row = false;
    CHECK_OK(kept_ledger_prepare(&w->store->ledger, &stmt, &err, sql, ""));
    CHECK_OK(kept_ledger_step(&w->store->ledger, stmt, &row, &err));
    return row ? sqlite3_column_int64(stmt, 0) : -1;
}

static int64_t record_of(workspace *w, const char *id)
{
    kept_err err = KEPT_ERR_INIT;
    uint64_t key = 0;
    int64_t record = 0;
    CHECK_OK(kept_customer_find(w->store, everyone(), id, &key, &err));
    CHECK_OK(kept_customer_record(w->store, everyone(), key, &record, &err));
    assert_true(record > 0);
    return record;
}

static uint64_t key_of(workspace *w, const char *id)
{
    kept_err err = KEPT_ERR_INIT;
    uint64_t key = 0;
    CHECK_OK(kept_ledger_customer_key(&w->store->ledger, id, &key, &err));
    assert_true(key != 0);
    return key;
}

/* The id of `from` and its key belong to another record from now on. */
static void give_id(workspace *w, const char *from, int64_t record)
{
    kept_err err = KEPT_ERR_INIT;
    kept_ledger *ledger = &w->store->ledger;
    int64_t before = record_of(w, from);
    CHECK_OK(kept_ledger_begin(ledger, &err));
    CHECK_OK(kept_ledger_exec(ledger, &err,
                              "UPDATE customer_id SET record = ?2 WHERE external_id = ?1", "ti",
                              from, record));
    CHECK_OK(kept_ledger_note_joined(ledger, record, &err));
    CHECK_OK(kept_ledger_note_joined(ledger, before, &err));
    CHECK_OK(kept_ledger_commit(ledger, &err));
}

static void join(workspace *w, const char *into, const char *from)
{
    give_id(w, from, record_of(w, into));
}

/* "id:x/lines/spend id:..." of the summary, by id; ids of joined customers are those in `names`. */
static char *summary_text(workspace *w, const kept_scope *scope, kept_arena *arena)
{
    kept_err err = KEPT_ERR_INIT;
    kept_order_summary s;
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    CHECK_OK(kept_order_summarise(w->store, scope, NULL, arena, &s, &err));
    const char **ids = KEPT_NEW_N(arena, const char *, s.n + 1);
    CHECK_OK(kept_customer_names(w->store, scope, s.customer, s.n, arena, ids, &err));
    for (size_t done = 0; done < s.n; done++) { /* smallest id that is left */
        size_t next = s.n;
        for (size_t i = 0; i < s.n; i++)
            if (ids[i] && (next == s.n || strcmp(ids[i], ids[next]) < 0))
                next = i;
        kept_buf_printf(&out, "%s%s:%u/%u/%g", done ? " " : "", ids[next], s.x[next], s.lines[next],
                        (double)s.spend[next] / 1e4);
        ids[next] = NULL;
    }
    for (size_t i = 1; i < s.n; i++)
        assert_true(s.customer[i - 1] < s.customer[i]);
    return kept_arena_strdup(arena, kept_buf_text(&out));
}

/* By which of two joined ids does their customer go? That of the smaller key. */
static const char *goes_by(workspace *w, const char *a, const char *b)
{
    return key_of(w, a) < key_of(w, b) ? a : b;
}

/* --- Every customer of the facts is a record --- */

void test_identity__imports_make_records(void **state)
{
    (void)state;
    workspace w;
    kept_err err = KEPT_ERR_INIT;
    make_workspace(&w);
    kept_import first =
        import_orders(&w, "('A','1','x','2024-01-01',1), ('B','1','y','2024-01-02',2)");
    assert_int_equal(first.new_customers, 2);
    kept_import second =
        import_orders(&w, "('C','1','x','2024-02-01',1), ('D','1','z','2024-02-02',2)");
    assert_int_equal(second.new_customers, 1);
    assert_int_equal(ledger_int(&w, "SELECT count(*) FROM customer"), 3);
    assert_int_equal(ledger_int(&w, "SELECT count(*) FROM customer c JOIN customer_id i ON i.record"
                                    " = c.id WHERE c.name = i.external_id AND c.revision = 1 AND"
                                    " c.made_by = 'tester' AND c.changed_at = c.made_at"),
                     3);
    assert_int_equal(ledger_int(&w, "SELECT count(*) FROM customer c JOIN import i ON i.imported_at"
                                    " = c.made_at WHERE i.id = 2"),
                     1);
    /* There and back. */
    uint64_t back = 0;
    int64_t record = record_of(&w, "y");
    CHECK_OK(kept_customer_of_record(w.store, everyone(), record, &back, &err));
    assert_true(back == key_of(&w, "y"));
    CHECK_OK(kept_customer_of_record(w.store, everyone(), 999, &back, &err));
    assert_true(back == 0);
    kept_scope nobody = KEPT_SCOPE_NOBODY;
    CHECK_OK(kept_customer_record(w.store, &nobody, key_of(&w, "y"), &record, &err));
    assert_int_equal(record, 0);
    remove_workspace(&w);
}

/* Nothing of a temporary workspace outlives it: it needs no records. */
void test_identity__temporary_workspaces_make_none(void **state)
{
    (void)state;
    workspace w = {0};
    kept_err err = KEPT_ERR_INIT;
    CHECK_OK(kept_store_open_temporary(NULL, NULL, &w.store, &err));
    CHECK_OK(kept_store__duck_for(w.store, NULL, 0, &w.duck, &err));
    import_orders(&w, "('A','1','x','2024-01-01',1)");
    assert_int_equal(ledger_int(&w, "SELECT count(*) FROM customer"), 0);
    assert_int_equal(ledger_int(&w, "SELECT customer FROM customer_id"), 1);
    close_workspace(&w);
}

/* --- One customer with several keys --- */

void test_identity__counts_as_one(void **state)
{
    (void)state;
    workspace w;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    make_workspace(&w);
    import_orders(&w, "('A','1','x','2024-01-01',1), ('B','1','y','2024-01-02',2),"
                      "('C','1','z','2024-01-03',4), ('D','1','x','2024-01-04',8)");
    import_orders(&w, "('E','1','y','2024-01-01',16), ('F','1','z','2024-01-05',32)");
    assert_string_equal(summary_text(&w, everyone(), &arena), "x:1/2/9 y:1/2/18 z:1/2/36");
    join(&w, "x", "y");
    const char *one = goes_by(&w, "x", "y"), *other = one[0] == 'x' ? "y" : "x";
    /* Days 1 (two lines of two keys), 2 and 4. */
    assert_string_equal(summary_text(&w, everyone(), &arena),
                        kept_arena_printf(&arena, "%s:2/4/27 z:1/2/36", one));
    CHECK_OK(kept_facts_view(w.store, everyone(), "orders", &err));
    assert_string_equal(text_of(&w,
                                "SELECT concat(count(DISTINCT customer), ' ', count(*), ' ',"
                                " sum(amount)::INTEGER) FROM orders",
                                &arena),
                        "2 6 63");
    /* Whichever id is asked for. */
    uint64_t a = 0, b = 0;
    CHECK_OK(kept_customer_find(w.store, everyone(), "x", &a, &err));
    CHECK_OK(kept_customer_find(w.store, everyone(), "y", &b, &err));
    assert_true(a == b && a == key_of(&w, one));
    const char *name = NULL;
    CHECK_OK(kept_customer_name(w.store, everyone(), key_of(&w, other), &arena, &name, &err));
    assert_string_equal(name, one);
    assert_int_equal(record_of(&w, "x"), record_of(&w, "y"));
    /* Facts that are loaded later under either id too; nobody is new. */
    kept_import later =
        import_orders(&w, "('G','1','y','2024-02-01',64), ('H','1','x','2024-02-02',128)");
    assert_int_equal(later.new_customers, 0);
    assert_string_equal(summary_text(&w, everyone(), &arena),
                        kept_arena_printf(&arena, "%s:4/6/219 z:1/2/36", one));
    /* And apart again. */
    CHECK_OK(kept_ledger_exec(&w.store->ledger, &err,
                              "INSERT INTO customer (id, name, revision, made_at, made_by,"
                              " changed_at, changed_by) VALUES (77, 'y again', 1, 1, '', 1, '')",
                              ""));
    give_id(&w, "y", 77);
    assert_int_equal(ledger_int(&w, "SELECT count(*) FROM customer_joined"), 0);
    assert_string_equal(summary_text(&w, everyone(), &arena), "x:2/3/137 y:2/3/82 z:1/2/36");
    remove_workspace(&w);
}

/* Event time, import time, undoing and joining of files leave one customer one. */
void test_identity__under_both_clocks(void **state)
{
    (void)state;
    workspace w;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    make_workspace(&w);
    kept_import first =
        import_orders(&w, "('A','1','x','2024-01-01',1), ('B','1','y','2024-01-02',2)");
    kept_import second =
        import_orders(&w, "('B','1','y','2024-01-02',20), ('C','1','x','2024-03-01',4),"
                          "('D','1','z','2024-03-01',5)");
    join(&w, "x", "y");
    const char *one = goes_by(&w, "x", "y");
    char *now = kept_arena_printf(&arena, "%s:2/3/25 z:0/1/5", one);
    char *before = kept_arena_printf(&arena, "%s:1/2/3", one);
    for (int pass = 0; pass < 2; pass++) { /* in two files, then in one */
        kept_scope scope = *everyone();
        assert_string_equal(summary_text(&w, &scope, &arena), now);
        scope.known_at = first.imported_at;
        assert_string_equal(summary_text(&w, &scope, &arena), before);
        scope = *everyone();
        scope.as_of = 19724; /* 2024-01-02 */
        assert_string_equal(summary_text(&w, &scope, &arena),
                            kept_arena_printf(&arena, "%s:1/2/21", one));
        CHECK_OK(kept_facts_view(w.store, &scope, "orders", &err));
        assert_string_equal(
            text_of(&w, "SELECT count(DISTINCT customer)::VARCHAR FROM orders", &arena), "1");
        CHECK_OK(kept_compact(w.store, "orders", NULL, NULL, &err));
    }
    CHECK_OK(kept_import_undo(w.store, everyone(), second.id, &err));
    assert_string_equal(summary_text(&w, everyone(), &arena), before);
    remove_workspace(&w);
}

/* Who may see one key of a customer sees them all; nobody else's. */
void test_identity__sight(void **state)
{
    (void)state;
    workspace w;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    make_workspace(&w);
    import_orders(&w, "('A','1','x','2024-01-01',1), ('B','1','y','2024-01-02',2),"
                      "('C','1','z','2024-01-03',4)");
    join(&w, "y", "x");
    static const char *const ids[] = {"x", "y"};
    for (size_t i = 0; i < KEPT_N(ids); i++) {
        uint64_t key = key_of(&w, ids[i]), found = 0;
        kept_scope some = {.sight = KEPT_SEES_SOME,
                           .customers = &key,
                           .n_customers = 1,
                           .who = "some",
                           .as_of = KEPT_NO_DAY,
                           .known_at = KEPT_NO_TIME};
        assert_string_equal(summary_text(&w, &some, &arena),
                            kept_arena_printf(&arena, "%s:1/2/3", goes_by(&w, "x", "y")));
        assert_string_equal(orders_text(&w, &some, &arena), "A/1=1.0 B/1=2.0");
        CHECK_OK(kept_customer_find(w.store, &some, "x", &found, &err));
        CHECK_OK(kept_customer_find(w.store, &some, "y", &found, &err));
        assert_int_equal(kept_customer_find(w.store, &some, "z", &found, &err), KEPT_ENOTFOUND);
        CHECK_OK(kept_customer_of_record(w.store, &some, record_of(&w, "x"), &found, &err));
        assert_true(found != 0);
        CHECK_OK(kept_customer_of_record(w.store, &some, record_of(&w, "z"), &found, &err));
        assert_true(found == 0);
    }
    remove_workspace(&w);
}

/* --- Random orders: joined afterwards, or under one id from the start --- */

enum { PEOPLE = 12, ROWS = 120, BATCHES = 3 };

/* Customers 3k + 1 and 3k + 2 are 3k for those who know. */
static char *batch_of(kept_arena *arena, kept_rng rng, bool knows)
{
    KEPT_AUTO_BUF values = KEPT_BUF_INIT;
    for (int i = 0; i < ROWS; i++) {
        unsigned order = (unsigned)(kept_rng_uniform(&rng) * 4 * ROWS);
        unsigned who = order % PEOPLE; /* an order is of one customer, whatever import brings it */
        unsigned day = 1 + (unsigned)(kept_rng_uniform(&rng) * 28);
        double amount = kept_rng_uniform(&rng) * 100 - 15;
        kept_buf_printf(&values, "%s('%u','%d','c%02u','2024-02-%02u',%.2f)", i ? "," : "", order,
                        i % 2, knows ? who - who % 3 : who, day, amount);
    }
    return kept_arena_strdup(arena, kept_buf_text(&values));
}

static void import_batches(workspace *w, uint64_t seed, bool knows, kept_arena *arena)
{
    for (int b = 0; b < BATCHES; b++)
        import_orders(w, batch_of(arena, kept_rng_make(seed, (uint64_t)b), knows));
}

/* The summary without names, by the figures. */
static char *figures_of(workspace *w, kept_arena *arena)
{
    kept_err err = KEPT_ERR_INIT;
    kept_order_summary s;
    int64_t *repeats = NULL;
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    CHECK_OK(kept_order_summarise(w->store, everyone(), NULL, arena, &s, &err));
    for (size_t p = 0; p < PEOPLE; p += 3) {
        char id[8];
        uint64_t key = 0;
        snprintf(id, sizeof id, "c%02zu", p);
        if (kept_customer_find(w->store, everyone(), id, &key, NULL) != KEPT_OK)
            continue;
        for (size_t i = 0; i < s.n; i++)
            if (s.customer[i] == key)
                kept_buf_printf(&out, "%s %d %d %u %u %lld %lld;", id, s.first_day[i],
                                s.last_day[i], s.x[i], s.lines[i], (long long)s.spend[i],
                                (long long)s.spend_repeat[i]);
    }
    kept_buf_printf(&out, " %zu %lld %lld %lld", s.n, (long long)s.returns, (long long)s.returned,
                    (long long)s.unplaced);
    kept_track_opts track = {KEPT_NO_DAY, KEPT_NO_DAY, 19754, 7, 5};
    CHECK_OK(kept_order_track(w->store, everyone(), &track, arena, &repeats, &err));
    for (size_t i = 0; i < track.n_periods; i++)
        kept_buf_printf(&out, " %lld", (long long)repeats[i]);
    return kept_arena_strdup(arena, kept_buf_text(&out));
}

void test_identity__joined_as_if_always_one(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
        kept_err err = KEPT_ERR_INIT;
        workspace apart, always;
        make_workspace(&apart);
        make_workspace(&always);
        import_batches(&apart, seed, false, &arena);
        import_batches(&always, seed, true, &arena);
        char *want = figures_of(&always, &arena);
        assert_string_not_equal(figures_of(&apart, &arena), want);
        for (int p = 0; p < PEOPLE; p++) {
            if (p % 3 == 0)
                continue;
            join(&apart, kept_arena_printf(&arena, "c%02d", p - p % 3),
                 kept_arena_printf(&arena, "c%02d", p));
        }
        assert_string_equal(figures_of(&apart, &arena), want);
        CHECK_OK(kept_compact(apart.store, "orders", NULL, NULL, &err));
        assert_string_equal(figures_of(&apart, &arena), want);
        CHECK_OK(kept_import_undo(apart.store, everyone(), 2, &err));
        CHECK_OK(kept_import_undo(always.store, everyone(), 2, &err));
        assert_string_equal(figures_of(&apart, &arena), figures_of(&always, &arena));
        remove_workspace(&apart);
        remove_workspace(&always);
    }
}

/* --- Records written while an import is under way --- */

typedef struct staging {
    kept_arena arena;
    kept_commit commit;
} staging;

/* An import up to the point where only publishing is left. */
static void stage_orders(workspace *w, const char *values, staging *s)
{
    kept_err err = KEPT_ERR_INIT;
    *s = (staging){0};
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    kept_buf_printf(&sql, "CREATE OR REPLACE TABLE stage AS %s", orders_of(&s->arena, values));
    CHECK_OK(kept_duck_exec(w->duck, kept_buf_text(&sql), NULL, 0, NULL, &err));
    s->commit = (kept_commit){.store = w->store,
                              .duck = w->duck,
                              .stage = staged(w, "orders", &s->arena),
                              .arena = &s->arena,
                              .hashes = "hash"};
    s->commit.result =
        (kept_import){.kind = "orders", .who = "tester", .files = "test.csv", .mapping = "a=b"};
    CHECK_OK(kept_commit_begin(&s->commit, &err));
    CHECK_OK(kept_commit_rows(&s->commit, &err));
}

static kept_import publish_orders(staging *s)
{
    kept_err err = KEPT_ERR_INIT;
    CHECK_OK(kept_commit_finish(&s->commit, &err));
    kept_import import = s->commit.result;
    kept_commit_done(&s->commit);
    kept_arena_free(&s->arena);
    return import;
}

/* In the child, which must not touch anything of its parent: another program, without the writer's
 * lock, gives the id to a record 500 and holds the ledger for `naps` milliseconds. */
static void write_record(const char *path, const char *id, int go, int naps)
{
    kept_err err = KEPT_ERR_INIT;
    kept_ledger ledger = {0};
    char byte;
    bool ok =
        kept_ledger_open(path, true, &ledger, &err) == KEPT_OK &&
        kept_ledger_begin(&ledger, &err) == KEPT_OK &&
        kept_ledger_exec(&ledger, &err,
                         "INSERT INTO customer (id, name, revision, made_at, made_by,"
                         " changed_at, changed_by) VALUES (500, 'Meanwhile', 1, 1, '', 1, '')",
                         "") == KEPT_OK &&
        kept_ledger_customer_link(&ledger, KEPT_SOURCE_FIRM, id, 500, &err) == KEPT_OK;
    byte = ok ? 'y' : 'n';
    ok = write(go, &byte, 1) == 1 && ok;
    usleep((useconds_t)naps * 1000);
    ok = ok && kept_ledger_commit(&ledger, &err) == KEPT_OK;
    if (!ok)
        fprintf(stderr, "in the child: %s\n", err.msg);
    kept_ledger_close(&ledger);
    _exit(ok ? 0 : 1);
}

/* Starts the other program and returns when it has written, but perhaps not committed. */
static pid_t start_writer(workspace *w, const char *id, int naps)
{
    int ends[2];
    char byte = 'n', path[400];
    snprintf(path, sizeof path, "%s/kept.db", w->folder);
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0)
        write_record(path, id, ends[1], naps);
    assert_int_equal(read(ends[0], &byte, 1), 1);
    assert_int_equal(byte, 'y');
    close(ends[0]);
    close(ends[1]);
    return child;
}

static void end_writer(pid_t child)
{
    int how = 0;
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_true(WIFEXITED(how) && WEXITSTATUS(how) == 0);
}

void test_identity__id_given_while_importing(void **state)
{
    (void)state;
    for (int waits = 0; waits < 2; waits++) { /* committed before publishing, or while it waits */
        workspace w;
        staging s;
        KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
        make_workspace(&w);
        stage_orders(&w,
                     "('A','1','a','2024-01-01',1), ('B','1','m','2024-01-02',2),"
                     "('C','1','z','2024-01-03',4)",
                     &s);
        pid_t child = start_writer(&w, "m", waits ? 300 : 0);
        if (!waits)
            end_writer(child);
        kept_import import = publish_orders(&s);
        if (waits)
            end_writer(child);
        assert_int_equal(import.new_customers, 2);
        assert_int_equal(ledger_int(&w, "SELECT count(*) FROM customer"), 3);
        assert_int_equal(ledger_int(&w, "SELECT record FROM customer_id WHERE source = 'import 1'"
                                        " AND external_id = 'm'"),
                         500);
        assert_int_equal(record_of(&w, "m"), 500);
        /* The key of the file and the key of the record are one customer, also with facts that come
         * under the record's own key. */
        assert_string_equal(summary_text(&w, everyone(), &arena), "a:0/1/1 m:0/1/2 z:0/1/4");
        import_orders(&w, "('D','1','m','2024-02-02',8)");
        assert_string_equal(summary_text(&w, everyone(), &arena), "a:0/1/1 m:1/2/10 z:0/1/4");
        assert_int_equal(ledger_int(&w, "SELECT count(*) FROM customer_id WHERE record IS NULL"),
                         0);
        remove_workspace(&w);
    }
}

/* Rows are staged and files written without keeping others from writing records. */
void test_identity__staging_lets_others_write(void **state)
{
    (void)state;
    workspace w;
    staging s;
    make_workspace(&w);
    stage_orders(&w, "('A','1','a','2024-01-01',1)", &s);
    end_writer(start_writer(&w, "other", 0));
    kept_import import = publish_orders(&s);
    assert_int_equal(import.new_customers, 1);
    assert_int_equal(ledger_int(&w, "SELECT count(*) FROM customer"), 2);
    assert_int_equal(ledger_int(&w, "SELECT count(*) FROM customer_joined"), 0);
    /* One that fails leaves no gap in the numbers. */
    stage_orders(&w, "('C','1','a','2024-01-02',1)", &s);
    assert_int_equal(s.commit.result.id, 2);
    kept_commit_done(&s.commit);
    kept_arena_free(&s.arena);
    assert_int_equal(import_orders(&w, "('C','1','a','2024-01-02',1)").id, 2);
    /* New records come behind those that others made. */
    assert_int_equal(record_of(&w, "a"), 501);
    remove_workspace(&w);
}
