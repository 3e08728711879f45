/* bench/models N [lean] - N simulated customers from the default start: compress, fit, predict.
 * lean leaves out the uncompressed fit, so that instructions can be counted per distinct history.
 * Figures of peers for a million customers, by reference: lifetimes 14 s, CLVTools 16 s (and
 * wrong), BTYDplus 68 s, BTYD 78.5 s for the BG/NBD fit (CPU seconds, another machine's day). */
#include <math.h>
#include <string.h>

#include "bench.h"
#include "kept/bgnbd.h"
#include "kept/clv.h"
#include "kept/gammagamma.h"

static const kept_bgnbd_par truth = {0.243, 4.414, 0.793, 2.426};
static const kept_gammagamma_par spends = {6.25, 3.74, 15.44};

typedef struct columns {
    size_t n;
    uint32_t *x;
    double *t_x, *T, *m;
} columns;

/* Whole days in weeks, as a file of orders gives them; first orders over twelve weeks. */
static columns simulate(size_t n, kept_arena *arena)
{
    kept_err err = KEPT_ERR_INIT;
    columns c = {n, KEPT_NEW_N(arena, uint32_t, n), KEPT_NEW_N(arena, double, n),
                 KEPT_NEW_N(arena, double, n), KEPT_NEW_N(arena, double, n)};
    if (!c.x || !c.t_x || !c.T || !c.m)
        exit(1);
    for (size_t i = 0; i < n; i++)
        c.T[i] = (double)(189 + i % 84) / 7.0;
    kept_bgnbd_sim out = {.x = c.x, .t_x = c.t_x};
    BENCH_OK(kept_bgnbd_simulate_rows(truth, n, c.T, 0, 1, 0, &out, &err));
    for (size_t i = 0; i < n; i++) {
        c.t_x[i] = ceil(7.0 * c.t_x[i]) / 7.0;
        kept_rng rng = kept_rng_make(2, i);
        double nu = kept_rng_gamma(&rng, spends.q) / spends.gamma;
        c.m[i] = c.x[i] ? kept_rng_gamma(&rng, spends.p * c.x[i]) / nu / c.x[i] : 0;
    }
    return c;
}

static void predict(const kept_bgnbd_rows *rows, const kept_bgnbd_fit *fit, kept_arena *arena)
{
    kept_err err = KEPT_ERR_INIT;
    size_t n = rows->n;
    double *column[4];
    for (int k = 0; k < 4; k++)
        column[k] = KEPT_NEW_N(arena, double, n);
    kept_clv_opts opts = {.horizon = 52, .discount = 0.0018, .level = 0.95, .threads = 1};
    kept_clv_out out = {.p_alive = column[0],
                        .orders = column[1],
                        .orders_variance = column[2],
                        .discounted_orders = column[3]};
    kept_bgnbd_data data = kept_bgnbd_rows_view(rows);
    BENCH_OK(kept_clv_predict(&data, NULL, fit->par, NULL, &opts, arena, &out, &err));
}

int main(int argc, char **argv)
{
    size_t n = argc > 1 ? (size_t)strtoull(argv[1], NULL, 10) : 1000000;
    kept_arena arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    columns c = simulate(n, &arena);
    kept_bgnbd_data data = {c.n, c.x, c.t_x, c.T, NULL};
    kept_bgnbd_opts opts = KEPT_BGNBD_OPTS_INIT;
    opts.threads = 1;

    kept_bgnbd_rows rows;
    bench_timer t = bench_start();
    BENCH_OK(kept_bgnbd_compress(&data, &arena, &rows, &err));
    double compress = bench_stop(t).cpu;

    kept_bgnbd_data compressed = kept_bgnbd_rows_view(&rows);
    kept_bgnbd_fit fit, full;
    t = bench_start();
    BENCH_OK(kept_bgnbd_fit_ml(&compressed, &opts, &arena, &fit, &err));
    double fit_time = bench_stop(t).cpu;

    bool lean = argc > 2 && strcmp(argv[2], "lean") == 0;
    t = bench_start();
    if (lean)
        full = fit;
    else
        BENCH_OK(kept_bgnbd_fit_ml(&data, &opts, &arena, &full, &err));
    double full_time = bench_stop(t).cpu;

    t = bench_start();
    predict(&rows, &fit, &arena);
    double predict_time = bench_stop(t).cpu;

    kept_gammagamma_data gg = {c.n, c.x, c.m, NULL};
    kept_gammagamma_opts gg_opts = KEPT_GAMMAGAMMA_OPTS_INIT;
    gg_opts.threads = 1;
    kept_gammagamma_fit gg_fit;
    t = bench_start();
    BENCH_OK(kept_gammagamma_fit_ml(&gg, &gg_opts, &arena, &gg_fit, &err));
    double gg_time = bench_stop(t).cpu;
    if (!fit.converged || !full.converged || !gg_fit.converged) {
        fprintf(stderr, "a fit did not converge: its time means nothing\n");
        return 1;
    }
    bench_print("customers", (double)n, "");
    bench_print("distinct_rows", (double)rows.n, "");
    bench_print("compress_cpu", compress, "s");
    bench_print("fit_cpu", fit_time, "s");
    bench_print("fit_evaluations", fit.n_eval, "");
    if (!lean) {
        bench_print("fit_uncompressed_cpu", full_time, "s");
        bench_print("compressed_over_uncompressed", (compress + fit_time) / full_time, "");
    }
    bench_print("predict_cpu", predict_time, "s");
    bench_print("gamma_gamma_fit_cpu", gg_time, "s");
    bench_print("peak_memory", bench_peak_mib(), "MiB");
    kept_arena_free(&arena);
    return 0;
}
