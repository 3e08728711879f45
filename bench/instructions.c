/* bench/instructions N - one fit and one prediction over compressed rows, for counting their
 * instructions: nothing else of the models runs inside the counted functions. */
#include <math.h>

#include "bench.h"
#include "kept/bgnbd.h"
#include "kept/clv.h"

static const kept_bgnbd_par truth = {0.243, 4.414, 0.793, 2.426};

int main(int argc, char **argv)
{
    size_t n = argc > 1 ? (size_t)strtoull(argv[1], NULL, 10) : 20000;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    uint32_t *x = KEPT_NEW_N(&arena, uint32_t, n);
    double *t_x = KEPT_NEW_N(&arena, double, n), *T = KEPT_NEW_N(&arena, double, n);
    if (!x || !t_x || !T)
        return 1;
    for (size_t i = 0; i < n; i++)
        T[i] = (double)(189 + i % 84) / 7.0;
    const kept_bgnbd_sim sim = {.x = x, .t_x = t_x};
    BENCH_OK(kept_bgnbd_simulate_rows(truth, n, T, 0, 1, 1, &sim, &err));
    for (size_t i = 0; i < n; i++)
        t_x[i] = ceil(7.0 * t_x[i]) / 7.0; /* whole days, as a file of orders gives them */

    const kept_bgnbd_data data = {n, x, t_x, T, NULL};
    kept_bgnbd_rows rows;
    BENCH_OK(kept_bgnbd_compress(&data, &arena, &rows, &err));
    const kept_bgnbd_data compressed = kept_bgnbd_rows_view(&rows);
    kept_bgnbd_opts fit_opts = KEPT_BGNBD_OPTS_INIT;
    fit_opts.threads = 1;
    kept_bgnbd_fit fit;
    BENCH_OK(kept_bgnbd_fit_ml(&compressed, &fit_opts, &arena, &fit, &err));
    if (!fit.converged)
        return 1;

    kept_clv_opts opts = KEPT_CLV_OPTS_INIT;
    opts.horizon = 52;
    opts.discount = 0.0018;
    opts.threads = 1;
    kept_clv_out out = {.p_alive = KEPT_NEW_N(&arena, double, rows.n),
                        .orders = KEPT_NEW_N(&arena, double, rows.n),
                        .orders_variance = KEPT_NEW_N(&arena, double, rows.n),
                        .discounted_orders = KEPT_NEW_N(&arena, double, rows.n)};
    if (!out.p_alive || !out.orders || !out.orders_variance || !out.discounted_orders)
        return 1;
    BENCH_OK(kept_clv_predict(&compressed, NULL, fit.par, NULL, &opts, &arena, &out, &err));
    bench_print("customers", (double)n, "");
    bench_print("distinct_rows", (double)rows.n, "");
    bench_print("evaluations", fit.n_eval, "");
    return 0;
}
