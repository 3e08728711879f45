/* Do the 95 % intervals cover the truth? 500 simulated firms; every parameter of both models must
 * be covered in 92 to 98 % of them. Prints the rate with its Monte Carlo error. */
#include <math.h>
#include <stdio.h>

#include "kept/bgnbd.h"
#include "kept/gammagamma.h"

enum { SEEDS = 500, CUSTOMERS = 5000, MOST_ORDERS = 4096 };

static const kept_bgnbd_par bg_truth = {.2425945, 4.4136019, .7929199, 2.4258881};
static const kept_gammagamma_par gg_truth = {6.25, 3.74, 15.44};

static uint32_t x[CUSTOMERS];
static double t_x[CUSTOMERS], T[CUSTOMERS], m[CUSTOMERS];

static kept_status simulate(uint64_t seed, kept_err *err)
{
    for (size_t i = 0; i < CUSTOMERS; i++)
        T[i] = 26.0 + (double)(i % 91) / 7.0;
    kept_bgnbd_sim out = {.x = x, .t_x = t_x};
    KEPT_TRY(kept_bgnbd_simulate_rows(bg_truth, CUSTOMERS, T, 0.0, seed, 0, &out, err));
    for (size_t i = 0; i < CUSTOMERS; i++) {
        kept_rng rng = kept_rng_make(seed + 1000000, i);
        double nu, spend[MOST_ORDERS], sum = 0.0;
        size_t n = x[i] < MOST_ORDERS ? x[i] : MOST_ORDERS;
        KEPT_TRY(kept_gammagamma_simulate(gg_truth, n, &rng, &nu, spend, err));
        for (size_t k = 0; k < n; k++)
            sum += spend[k];
        m[i] = n ? sum / (double)n : 0.0;
    }
    return KEPT_OK;
}

static int report(const char *const *name, size_t n, const int *covered)
{
    int bad = 0;
    for (size_t i = 0; i < n; i++) {
        double rate = (double)covered[i] / SEEDS;
        bool ok = rate >= .92 && rate <= .98;
        printf("%-6s %5.1f %% +- %.1f (Monte Carlo standard error)%s\n", name[i], 100.0 * rate,
               100.0 * sqrt(rate * (1.0 - rate) / SEEDS), ok ? "" : "  OUTSIDE 92..98");
        bad += !ok;
    }
    return bad;
}

static kept_status run(int *bg, int *gg, int *failed, kept_err *err)
{
    const double bg_want[] = {bg_truth.r, bg_truth.alpha, bg_truth.a, bg_truth.b};
    const double gg_want[] = {gg_truth.p, gg_truth.q, gg_truth.gamma};
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        KEPT_TRY(simulate(seed, err));
        kept_bgnbd_data orders = {CUSTOMERS, x, t_x, T, NULL};
        kept_gammagamma_data spends = {CUSTOMERS, x, m, NULL};
        kept_bgnbd_fit bg_fit;
        kept_gammagamma_fit gg_fit;
        KEPT_TRY(kept_bgnbd_fit_ml(&orders, NULL, &arena, &bg_fit, err));
        KEPT_TRY(kept_gammagamma_fit_ml(&spends, NULL, &arena, &gg_fit, err));
        *failed += !bg_fit.converged + !gg_fit.converged;
        for (size_t i = 0; i < KEPT_BGNBD_N_PAR; i++)
            bg[i] += bg_fit.low[i] <= bg_want[i] && bg_want[i] <= bg_fit.high[i];
        for (size_t i = 0; i < KEPT_GAMMAGAMMA_N_PAR; i++)
            gg[i] += gg_fit.low[i] <= gg_want[i] && gg_want[i] <= gg_fit.high[i];
    }
    return KEPT_OK;
}

int main(void)
{
    kept_err err = KEPT_ERR_INIT;
    int bg[KEPT_BGNBD_N_PAR] = {0}, gg[KEPT_GAMMAGAMMA_N_PAR] = {0}, failed = 0;
    if (run(bg, gg, &failed, &err) != KEPT_OK) {
        fprintf(stderr, "%s\n", err.msg);
        return 1;
    }
    printf("%d firms of %d customers; fits without a maximum: %d\n", SEEDS, CUSTOMERS, failed);
    int bad = report(kept_bgnbd_par_name, KEPT_BGNBD_N_PAR, bg) +
              report(kept_gammagamma_par_name, KEPT_GAMMAGAMMA_N_PAR, gg);
    return bad || failed ? 1 : 0;
}
