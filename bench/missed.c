/* bench/missed N - N promises of 10 to 69 cases so far: a prior from all, for each that of the
 * others, and the chance that it will be missed, on one core. */
#include "kept/missed.h"
#include "bench.h"
#include "kept/random.h"

static kept_missed_ask ask_of(const kept_record_of *record, kept_rng *rng)
{
    kept_missed_ask ask = {.allowance = {kept_rng_below(rng, 2) == 0, 3, 950000},
                           .seen = record->n,
                           .failed = record->failed,
                           .open = (int64_t)kept_rng_below(rng, 20),
                           .level = .9};
    ask.more = (kept_volume){5 + (double)kept_rng_below(rng, 30), 8};
    return ask;
}

int main(int argc, char **argv)
{
    size_t n = argc > 1 ? (size_t)strtoull(argv[1], NULL, 10) : 10000;
    kept_arena arena = KEPT_ARENA_INIT, scratch = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_rng rng = kept_rng_make(1, 0);
    kept_record_of *records = KEPT_NEW_N(&arena, kept_record_of, n);
    kept_missed_ask *asks = KEPT_NEW_N(&arena, kept_missed_ask, n);
    if (n == 0 || !records || !asks)
        return 1;
    for (size_t i = 0; i < n; i++) {
        double chance = kept_rng_beta(&rng, 1.5, 28.5);
        records[i] = (kept_record_of){10 + (int64_t)kept_rng_below(&rng, 60), 0, 1};
        for (int64_t k = 0; k < records[i].n; k++)
            records[i].failed += kept_rng_uniform(&rng) < chance;
        asks[i] = ask_of(&records[i], &rng);
    }

    kept_prior_fitted *fitted;
    kept_prior all;
    bench_timer t = bench_start();
    BENCH_OK(kept_prior_fit_grid(records, n, &arena, &fitted, &err));
    double fit = bench_stop(t).cpu;
    BENCH_OK(kept_prior_fit(records, n, &arena, &all, &err));

    kept_arena_mark mark = kept_arena_get_mark(&scratch);
    t = bench_start();
    for (size_t i = 0; i < n; i++) {
        kept_prior prior;
        BENCH_OK(
            kept_prior_without(fitted, records[i].n, records[i].failed, &scratch, &prior, &err));
        kept_arena_rewind(&scratch, mark);
    }
    double without = bench_stop(t).cpu;

    double expected = 0.0;
    t = bench_start();
    for (size_t i = 0; i < n; i++) {
        kept_missed missed;
        BENCH_OK(kept_missed_by_end(&asks[i], &all, &scratch, &missed, &err));
        expected += missed.p;
    }
    double forecast = bench_stop(t).cpu;

    bench_print("promises", (double)n, "");
    bench_print("points", (double)all.n, "");
    bench_print("prior_fit_cpu", fit, "s");
    bench_print("prior_without_each", 1e6 * without / (double)n, "us");
    bench_print("forecast_cpu", forecast, "s");
    bench_print("forecast_each", 1e6 * forecast / (double)n, "us");
    bench_print("expected_missed", expected, "");
    kept_arena_free(&arena);
    kept_arena_free(&scratch);
    return 0;
}
