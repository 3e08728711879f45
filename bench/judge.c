/* bench/judge FOLDER DELIVERIES PROMISES - deliveries judged for promises of one customer each,
 * with five windows, as ratios to what the engine alone takes for the same counts in the same run.
 * The counts by themselves; the verdicts, with the promises read and planned; and all that kept
 * judge does before it writes: what is open, the chance of being missed with priors from others,
 * the alarms. */
#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "bench.h"
#include "keep/judge.h"
#include "store/facts/files.h"
#include "store/facts/import.h"
#include "store/facts/read.h"
#include "store/inside.h"
#include "store/judge/cases.h"
#include "store/measures/measures.h"

enum { START = 19800, DAYS = 450, SEEN = START + 420, WINDOWS = 5, RUNS = 5 };

typedef struct setup {
    const char *folder;
    size_t deliveries, promises;
    char csv[512], parquet[512];
} setup;

/* Most come in time, some late, some not at all, some are called off. */
static void write_file(setup *s, kept_duck *duck)
{
    kept_err err = KEPT_ERR_INIT;
    kept_buf sql = KEPT_BUF_INIT;
    snprintf(s->csv, sizeof s->csv, "%s/deliveries.csv", s->folder);
    snprintf(s->parquet, sizeof s->parquet, "%s/bare.parquet", s->folder);
    kept_buf_printf(
        &sql,
        "CREATE TABLE d AS SELECT (i * 7919) %% %zu AS customer, i AS delivery_id, p - 20 AS"
        " requested_at, p AS first_promised_at, CASE WHEN hash(i) %% 50 > 1 AND p < DATE"
        " '2025-05-01' THEN p + (hash(i + 1) %% 12)::INTEGER - 9 END AS delivered_at,"
        " CASE WHEN hash(i) %% 50 = 0 THEN p - 3 END AS cancelled_at FROM"
        " (SELECT i, DATE '1970-01-01' + (%d + (hash(i + 2) %% %d))::INTEGER AS p"
        " FROM range(%zu) r(i))",
        s->promises, START, DAYS, s->deliveries);
    BENCH_OK(kept_duck_exec(duck, kept_buf_text(&sql), NULL, 0, NULL, &err));
    kept_buf_clear(&sql);
    kept_buf_printf(&sql, "COPY d TO '%s' (FORMAT csv, HEADER)", s->csv);
    BENCH_OK(kept_duck_exec(duck, kept_buf_text(&sql), NULL, 0, NULL, &err));
    kept_buf_clear(&sql);
    kept_buf_printf(&sql,
                    "COPY (SELECT * FROM d ORDER BY customer, requested_at) TO '%s' (FORMAT "
                    "parquet, COMPRESSION zstd)",
                    s->parquet);
    BENCH_OK(kept_duck_exec(duck, kept_buf_text(&sql), NULL, 0, NULL, &err));
    BENCH_OK(kept_duck_exec(duck, "DROP TABLE d", NULL, 0, NULL, &err));
    kept_buf_clear(&sql);
    kept_buf_printf(
        &sql,
        "CREATE TABLE w AS SELECT c * %d + k AS w, c AS customer, DATE '1970-01-01' +"
        " (%d + 90 * k)::INTEGER AS first, DATE '1970-01-01' + (%d + 90 * k)::INTEGER AS"
        " last FROM range(%zu) a(c), range(%d) b(k)",
        WINDOWS, START, START + 89, s->promises, WINDOWS);
    BENCH_OK(kept_duck_exec(duck, kept_buf_text(&sql), NULL, 0, NULL, &err));
    kept_buf_free(&sql);
}

static const char bare_sql[] =
    "SELECT w, count(*) FILTER (WHERE cancelled_at IS NULL AND delivered_at <= first_promised_at),"
    " count(*) FILTER (WHERE cancelled_at IS NULL AND (delivered_at > first_promised_at OR"
    " (delivered_at IS NULL AND first_promised_at <= DATE '1970-01-01' + %d))),"
    " count(*) FILTER (WHERE cancelled_at <= first_promised_at)"
    " FROM read_parquet('%s') d JOIN w ON d.customer = w.customer AND"
    " first_promised_at BETWEEN w.first AND w.last GROUP BY w";

static bench_timer bare(const setup *s, kept_duck *duck, int64_t *good, int64_t *bad)
{
    kept_err err = KEPT_ERR_INIT;
    kept_buf sql = KEPT_BUF_INIT;
    kept_duck_rows *rows = NULL;
    kept_buf_printf(&sql, bare_sql, SEEN, s->parquet);
    bench_timer t = bench_start();
    BENCH_OK(kept_duck_query(duck, kept_buf_text(&sql), NULL, 0, &rows, &err));
    *good = *bad = 0;
    for (size_t n = 1; n;) {
        BENCH_OK(kept_duck_next(rows, &n, &err));
        for (size_t i = 0; i < n; i++) {
            *good += ((const int64_t *)kept_duck_data(rows, 1))[i];
            *bad += ((const int64_t *)kept_duck_data(rows, 2))[i];
        }
    }
    bench_timer took = bench_stop(t);
    kept_duck_rows_free(rows);
    kept_buf_free(&sql);
    return took;
}

static kept_case_ask make_ask(const setup *s, kept_store *store, kept_case_group *group,
                              kept_arena *arena)
{
    kept_err err = KEPT_ERR_INIT;
    kept_scope scope = KEPT_SCOPE_ALL("bench");
    kept_measures all;
    BENCH_OK(kept_store_measures(store, arena, &all, &err));
    BENCH_OK(kept_measures_find(&all, "on_time", &group->measure, &err));
    kept_case_window *windows = KEPT_NEW_N(arena, kept_case_window, s->promises * WINDOWS);
    kept_case_member *members = KEPT_NEW_N(arena, kept_case_member, s->promises);
    for (size_t c = 0; c < s->promises; c++) {
        char id[24];
        snprintf(id, sizeof id, "%zu", c);
        members[c] = (kept_case_member){.set = (int64_t)c};
        BENCH_OK(kept_customer_find(store, &scope, id, &members[c].customer, &err));
        for (int k = 0; k < WINDOWS; k++)
            windows[c * WINDOWS + (size_t)k] = (kept_case_window){.promise = (int64_t)c,
                                                                  .start = START + 90 * k,
                                                                  .end = START + 90 * k + 89,
                                                                  .set = (int64_t)c,
                                                                  .within = -1};
    }
    return (kept_case_ask){.group = group,
                           .windows = windows,
                           .n_windows = s->promises * WINDOWS,
                           .members = members,
                           .n_members = s->promises,
                           .seen = SEEN};
}

static bench_timer judge(kept_store *store, const kept_case_ask *ask, int64_t *good, int64_t *bad)
{
    kept_err err = KEPT_ERR_INIT;
    kept_scope scope = KEPT_SCOPE_ALL("bench");
    kept_arena arena = KEPT_ARENA_INIT;
    kept_case_count *counts = KEPT_NEW_N(&arena, kept_case_count, ask->n_windows);
    bench_timer t = bench_start();
    BENCH_OK(kept_cases_count(store, &scope, ask, &arena, counts, &err));
    bench_timer took = bench_stop(t);
    *good = *bad = 0;
    for (size_t i = 0; i < ask->n_windows; i++) {
        *good += counts[i].counts.good;
        *bad += counts[i].counts.bad;
    }
    kept_arena_free(&arena);
    return took;
}

static bench_timer less(bench_timer a, bench_timer b)
{
    return (bench_timer){a.wall < b.wall ? a.wall : b.wall, a.cpu < b.cpu ? a.cpu : b.cpu};
}

static void import(const setup *s, kept_store *store)
{
    kept_err err = KEPT_ERR_INIT;
    kept_scope scope = KEPT_SCOPE_ALL("bench");
    kept_arena arena = KEPT_ARENA_INIT;
    kept_import_opts opts = {0};
    kept_import imported;
    kept_import_view view;
    const char *path = s->csv;
    BENCH_OK(kept_import_files(store, &scope, "deliveries", &path, 1, &opts, &arena, &imported,
                               &view, &err));
    kept_arena_free(&arena);
}

/* --- All of it --- */

static void add_promises(const setup *s, kept_store *store)
{
    kept_err err = KEPT_ERR_INIT;
    kept_buf sql = KEPT_BUF_INIT;
    char first[11];
    kept_day_write(START, first);
    kept_buf_printf(
        &sql,
        "INSERT INTO promise (text, state, customer, judged, measure, target, window_kind,"
        " starts_on, revision, made_at, made_by, changed_at, changed_by, archived_at)"
        " SELECT 'On time', 'active', record, 'counted', 'on_time', 900000 + id %% 8 * 10000,"
        " 'quarter', '%s', 1, 1, 'bench', 1, 'bench', 0 FROM"
        " (SELECT record, record AS id FROM customer_id GROUP BY record LIMIT %zu)",
        first, s->promises);
    BENCH_OK(kept_ledger_run(&store->ledger, kept_buf_text(&sql), &err));
    kept_buf_free(&sql);
}

/* Promises that have ended have verdicts and nothing to look out for. */
static void end_promises(kept_store *store)
{
    kept_err err = KEPT_ERR_INIT;
    kept_buf sql = KEPT_BUF_INIT;
    char last[11];
    kept_day_write(SEEN - 30, last);
    kept_buf_printf(&sql, "UPDATE promise SET ends_on = '%s'", last);
    BENCH_OK(kept_ledger_run(&store->ledger, kept_buf_text(&sql), &err));
    kept_buf_free(&sql);
}

static bench_timer judge_all(kept_store *store, size_t *ret_judged)
{
    kept_err err = KEPT_ERR_INIT;
    kept_arena arena = KEPT_ARENA_INIT;
    kept_ctx ctx = {.arena = &arena,
                    .scope = KEPT_SCOPE_ALL("bench"),
                    .role = KEPT_ROLE_ADMIN,
                    .store = store,
                    .seed = 1};
    kept_judging j;
    ctx.scope.as_of = SEEN;
    bench_timer t = bench_start();
    BENCH_OK(kept_judge_promises(&ctx, store, 0, &j, &err));
    bench_timer took = bench_stop(t);
    *ret_judged = j.n;
    kept_arena_free(&arena);
    return took;
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: judge FOLDER DELIVERIES PROMISES\n");
        return 2;
    }
    static setup s;
    s.folder = argv[1];
    s.deliveries = (size_t)strtoull(argv[2], NULL, 10);
    s.promises = (size_t)strtoull(argv[3], NULL, 10);
    kept_err err = KEPT_ERR_INIT;
    kept_arena arena = KEPT_ARENA_INIT;
    kept_duck_opts opts = {.temp_folder = s.folder, .allow = &s.folder, .n_allow = 1};
    kept_duck *duck;
    BENCH_OK(kept_duck_open(&opts, &duck, &err));
    write_file(&s, duck);
    kept_store_opts settings = {.name = "bench"};
    kept_open_opts open = {.to_write = true, .allow = &s.folder, .n_allow = 1};
    kept_store *store;
    char folder[512];
    snprintf(folder, sizeof folder, "%s/firm", s.folder);
    kept_folder_remove(folder);
    BENCH_OK(kept_store_create(folder, &settings, &err));
    BENCH_OK(kept_store_open(folder, &open, &store, &err));
    import(&s, store);
    kept_case_group group = {.match = KEPT_MATCH_CUSTOMERS};
    kept_case_ask ask = make_ask(&s, store, &group, &arena);
    int64_t good = 0, bad = 0, bare_good = 0, bare_bad = 0;
    /* The first pass verifies the hashes of the files. */
    bench_timer ours = judge(store, &ask, &good, &bad);
    bench_timer theirs = bare(&s, duck, &bare_good, &bare_bad);
    for (int i = 0; i < RUNS; i++) {
        bench_timer ours_now = judge(store, &ask, &good, &bad);
        ours = less(ours, ours_now);
        theirs = less(theirs, bare(&s, duck, &bare_good, &bare_bad));
    }
    size_t judged = 0;
    add_promises(&s, store);
    bench_timer all = judge_all(store, &judged);
    for (int i = 0; i < RUNS; i++)
        all = less(all, judge_all(store, &judged));
    size_t verdicts = 0;
    end_promises(store);
    bench_timer closed = judge_all(store, &verdicts);
    for (int i = 0; i < RUNS; i++)
        closed = less(closed, judge_all(store, &verdicts));
    kept_store_close(store);
    kept_duck_close(duck);
    kept_arena_free(&arena);
    if (good != bare_good || bad != bare_bad) {
        fprintf(stderr, "%lld good and %lld bad by us, %lld and %lld by bare SQL\n",
                (long long)good, (long long)bad, (long long)bare_good, (long long)bare_bad);
        return 1;
    }
    bench_print("cases", (double)(good + bad), "");
    bench_print("windows", (double)ask.n_windows, "");
    bench_print("bare_wall", theirs.wall, "s");
    bench_print("judge_wall", ours.wall, "s");
    bench_print("judge_over_sql", ours.wall / theirs.wall, "(wall)");
    bench_print("judge_over_sql_cpu", ours.cpu / theirs.cpu, "(CPU)");
    bench_print("verdicts", (double)verdicts, "");
    bench_print("verdicts_wall", closed.wall, "s");
    bench_print("verdicts_over_sql", closed.wall / theirs.wall, "(wall)");
    bench_print("judged", (double)judged, "windows with a verdict or an outlook");
    bench_print("all_wall", all.wall, "s");
    bench_print("all_over_sql", all.wall / theirs.wall, "(wall)");
    bench_print("all_over_sql_cpu", all.cpu / theirs.cpu, "(CPU)");
    return 0;
}
