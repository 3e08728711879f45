/* bench/facts FOLDER N [batches] - N simulated customers through the importer and the summary, as
 * ratios to what the engine alone takes for the bare work in the same run. */
#include <math.h>
#include <string.h>
#include <sys/stat.h>

#include "base/date.h"
#include "base/text.h"
#include "bench.h"
#include "kept/bgnbd.h"
#include "store/engine/duck.h"
#include "store/facts/import.h"
#include "store/facts/order_summary.h"
#include "store/store.h"

enum { MAX_BATCHES = 100, START = 20000, DAYS = 546 };

typedef struct setup {
    const char *folder;
    size_t customers;
    size_t batches;
    char path[MAX_BATCHES][512]; /* by day, one batch after the other */
    const char *paths[MAX_BATCHES];
    size_t orders;
} setup;

static const kept_bgnbd_par truth = {0.8, 4.4, 0.8, 6.0};

/* Rows as an ERP exports them: by day, order numbers rising with the day. */
static void write_files(setup *s)
{
    kept_err err = KEPT_ERR_INIT;
    static kept_buf day_rows[DAYS];
    static size_t day_orders[DAYS];
    kept_arena arena = KEPT_ARENA_INIT;
    for (size_t i = 0; i < s->customers; i++) {
        kept_rng rng = kept_rng_make(1, i);
        double first = kept_rng_uniform(&rng) * 84;
        kept_bgnbd_customer c;
        kept_arena_mark mark = kept_arena_get_mark(&arena);
        BENCH_OK(kept_bgnbd_simulate(truth, (DAYS - first) / 7, &rng, &arena, &c, &err));
        for (size_t k = 0; k <= c.n; k++) {
            int day = (int)(k ? fmin(first + 7 * c.times[k - 1], DAYS - 1) : first);
            char date[11];
            kept_day_write(START + day, date);
            kept_buf_printf(&day_rows[day], "%zu,%d%06zu,1,%s,%.2f\n", i + 1, 100 + day,
                            ++day_orders[day], date, 5 + 100 * kept_rng_uniform(&rng));
            s->orders++;
        }
        kept_arena_rewind(&arena, mark);
    }
    kept_arena_free(&arena);
    for (size_t b = 0; b < s->batches; b++) {
        snprintf(s->path[b], sizeof s->path[b], "%s/orders-%zu-%zu.csv", s->folder, s->batches, b);
        s->paths[b] = s->path[b];
        FILE *f = fopen(s->path[b], "wb");
        if (!f)
            exit(1);
        fputs("customer,order_id,line_id,happened_at,amount\n", f);
        for (size_t day = b * DAYS / s->batches; day < (b + 1) * DAYS / s->batches; day++)
            fwrite(day_rows[day].data, 1, day_rows[day].len, f);
        fclose(f);
    }
    for (size_t day = 0; day < DAYS; day++)
        kept_buf_free(&day_rows[day]);
}

/* COPY of the same files with explicit columns (ids are texts, as they are to us), ORDER BY and
 * zstd: what the engine alone takes. */
static bench_timer bare_copy(const setup *s)
{
    kept_err err = KEPT_ERR_INIT;
    kept_duck_opts opts = {.temp_folder = s->folder, .allow = &s->folder, .n_allow = 1};
    kept_duck *duck;
    BENCH_OK(kept_duck_open(&opts, &duck, &err));
    bench_timer t = bench_start();
    for (size_t b = 0; b < s->batches; b++) {
        kept_buf sql = KEPT_BUF_INIT;
        kept_buf_printf(&sql,
                        "COPY (SELECT * FROM read_csv('%s', auto_detect=false, header=true, "
                        "delim=',', columns={'customer': 'VARCHAR', 'order_id': 'VARCHAR', "
                        "'line_id': 'VARCHAR', 'happened_at': 'DATE', 'amount': 'DECIMAL(18,4)'}) "
                        "ORDER BY customer, happened_at) TO '%s/bare-%zu.parquet' "
                        "(FORMAT parquet, COMPRESSION zstd)",
                        s->path[b], s->folder, b);
        BENCH_OK(kept_duck_exec(duck, kept_buf_text(&sql), NULL, 0, NULL, &err));
        kept_buf_free(&sql);
    }
    bench_timer took = bench_stop(t);
    kept_duck_close(duck);
    return took;
}

static bench_timer import_all(const setup *s, kept_store *store)
{
    kept_err err = KEPT_ERR_INIT;
    kept_scope scope = KEPT_SCOPE_ALL("bench");
    bench_timer t = bench_start();
    for (size_t b = 0; b < s->batches; b++) {
        kept_arena arena = KEPT_ARENA_INIT;
        kept_import_opts opts = {0};
        kept_import import;
        kept_import_view view;
        BENCH_OK(kept_import_files(store, &scope, "orders", &s->paths[b], 1, &opts, &arena, &import,
                                   &view, &err));
        kept_arena_free(&arena);
    }
    return bench_stop(t);
}

static bench_timer summarise(kept_store *store, size_t *ret_n)
{
    kept_err err = KEPT_ERR_INIT;
    kept_scope scope = KEPT_SCOPE_ALL("bench");
    kept_arena arena = KEPT_ARENA_INIT;
    kept_order_opts opts = {KEPT_NO_DAY, KEPT_NO_DAY};
    kept_order_summary summary;
    bench_timer t = bench_start();
    BENCH_OK(kept_order_summarise(store, &scope, &opts, &arena, &summary, &err));
    bench_timer took = bench_stop(t);
    *ret_n = summary.n;
    kept_arena_free(&arena);
    return took;
}

/* The same summary as bare SQL over the bare files: days merged, then customers. */
static bench_timer bare_summary(const setup *s, size_t *ret_n)
{
    kept_err err = KEPT_ERR_INIT;
    kept_duck_opts opts = {.temp_folder = s->folder, .allow = &s->folder, .n_allow = 1};
    kept_duck *duck;
    BENCH_OK(kept_duck_open(&opts, &duck, &err));
    kept_buf sql = KEPT_BUF_INIT;
    kept_buf_printf(&sql,
                    "SELECT customer, count(*) - 1 AS x, min(happened_at) AS first, "
                    "max(happened_at) AS last, sum(amount)::DOUBLE AS spend, "
                    "(sum(amount) - min_by(amount, happened_at))::DOUBLE AS spend_repeat "
                    "FROM (SELECT customer, happened_at, sum(amount) AS amount "
                    "FROM read_parquet('%s/bare-*.parquet') GROUP BY customer, happened_at) "
                    "GROUP BY customer",
                    s->folder);
    bench_timer t = bench_start();
    kept_duck_rows *rows;
    BENCH_OK(kept_duck_query(duck, kept_buf_text(&sql), NULL, 0, &rows, &err));
    size_t n, total = 0;
    do {
        BENCH_OK(kept_duck_next(rows, &n, &err));
        total += n;
    } while (n);
    bench_timer took = bench_stop(t);
    kept_duck_rows_free(rows);
    kept_buf_free(&sql);
    kept_duck_close(duck);
    *ret_n = total;
    return took;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: facts FOLDER CUSTOMERS [BATCHES]\n");
        return 2;
    }
    static setup s;
    s.folder = argv[1];
    s.customers = (size_t)strtoull(argv[2], NULL, 10);
    s.batches = argc > 3 ? (size_t)strtoull(argv[3], NULL, 10) : 1;
    if (s.batches < 1 || s.batches > MAX_BATCHES)
        return 2;
    kept_err err = KEPT_ERR_INIT;
    write_files(&s);
    bench_timer copy = bare_copy(&s);
    kept_store_opts settings = {.name = "bench"};
    kept_open_opts open = {.to_write = true, .allow = &s.folder, .n_allow = 1};
    kept_store *store;
    BENCH_OK(kept_store_open_temporary(&settings, &open, &store, &err));
    bench_timer import = import_all(&s, store);
    size_t n, n_bare;
    bench_timer bare = bare_summary(&s, &n_bare);
    summarise(store, &n); /* the first pass verifies the hashes of the files */
    bench_timer summary = summarise(store, &n);
    kept_store_close(store);
    if (n != n_bare) {
        fprintf(stderr, "%zu customers by our summary, %zu by the engine's\n", n, n_bare);
        return 1;
    }
    bench_print("orders", (double)s.orders, "rows");
    bench_print("batches", (double)s.batches, "");
    bench_print("bare_copy_wall", copy.wall, "s");
    bench_print("import_wall", import.wall, "s");
    bench_print("import_over_copy", import.wall / copy.wall, "(wall)");
    bench_print("import_over_copy_cpu", import.cpu / copy.cpu, "(CPU)");
    bench_print("bare_summary_cpu", bare.cpu, "s");
    bench_print("summary_cpu", summary.cpu, "s");
    bench_print("summary_over_sql", summary.cpu / bare.cpu, "(CPU)");
    bench_print("peak_memory", bench_peak_mib(), "MiB");
    return 0;
}
