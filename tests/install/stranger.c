/* A program of somebody else: it sees only the installed headers and libkept. It simulates
 * customers with known parameters, fits BG/NBD and expects each parameter within four standard
 * errors of the truth. */
#include <kept/arena.h>
#include <kept/bgnbd.h>
#include <kept/err.h>

#include <math.h>
#include <stdio.h>

enum { N = 4000 };

static uint32_t x[N];
static double t_x[N], T[N];

int main(void)
{
    const kept_bgnbd_par truth = {0.6, 8.0, 0.9, 2.5};
    const double want[KEPT_BGNBD_N_PAR] = {truth.r, truth.alpha, truth.a, truth.b};
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;

    for (size_t i = 0; i < N; i++)
        T[i] = 52.0 + (double)(i % 26);
    const kept_bgnbd_sim sim = {.x = x, .t_x = t_x};
    const kept_bgnbd_data data = {.n = N, .x = x, .t_x = t_x, .T = T};
    kept_bgnbd_fit fit;
    if (kept_bgnbd_simulate_rows(truth, N, T, 0.0, 7, 1, &sim, &err) != KEPT_OK ||
        kept_bgnbd_fit_ml(&data, NULL, &arena, &fit, &err) != KEPT_OK) {
        fprintf(stderr, "%s\n", err.msg);
        return 1;
    }
    const double got[KEPT_BGNBD_N_PAR] = {fit.par.r, fit.par.alpha, fit.par.a, fit.par.b};
    int wrong = !fit.converged;
    for (int k = 0; k < KEPT_BGNBD_N_PAR; k++) {
        double z = (got[k] - want[k]) / fit.se[k];
        printf("%s = %.4f, truth %.4f, z = %.2f\n", kept_bgnbd_par_name[k], got[k], want[k], z);
        wrong |= !(fabs(z) < 4.0);
    }
    return wrong;
}
