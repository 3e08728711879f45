#include "support.h"

#include "cdnow.h"
#include "kept/gammagamma.h"
#include "kept/special.h"

/* Fader & Hardie 2013, CDNOW; more digits as run by a peer. */
static const kept_gammagamma_par cdnow_par = {6.2493492, 3.7442563, 15.4443067};

enum { MANY = 5000 };

/* Published: p 6.25, q 3.74, gamma 15.44, LL -4055.9177 on the 946 repeaters; run by a peer:
 * 6.2493492 3.7442563 15.4443067, SE 1.190 .2901 4.1595. Expected spend of the first ten customers:
 * lifetimes test:189 (the last digit there is that of an optimiser with looser tolerance). */
void test_gammagamma__cdnow(void **state)
{
    (void)state;
    static cdnow c;
    if (!cdnow_read(&c))
        return;
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_gammagamma_data data = {c.n, c.x, c.m, NULL};
    kept_gammagamma_fit fit;
    CHECK_OK(kept_gammagamma_fit_ml(&data, NULL, &arena, &fit, &err));
    assert_true(fit.converged && fit.gradient_norm < 1e-6);
    CHECK_ABS(fit.customers, 946, 0);
    CHECK_ABS(fit.left_out, 2357 - 946, 0);
    CHECK_ABS(fit.par.p, 6.25, 5e-3);
    CHECK_ABS(fit.par.q, 3.74, 5e-3);
    CHECK_ABS(fit.par.gamma, 15.44, 5e-3);
    CHECK_REL(fit.par.p, 6.2493492, 1e-3);
    CHECK_REL(fit.par.gamma, 15.4443067, 1e-3);
    CHECK_ABS(fit.loglik, -4055.9177, 5e-5);
    CHECK_ABS(fit.se[0], 1.190, 5e-4);
    CHECK_ABS(fit.se[1], .2901, 5e-5);
    CHECK_ABS(fit.se[2], 4.1595, 5e-3);
    const double want[] = {24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17};
    double got[CDNOW_CUSTOMERS];
    CHECK_OK(kept_gammagamma_expected(&data, fit.par, got, &err));
    for (size_t i = 0; i < 10; i++)
        CHECK_ABS(got[i], want[i], .0051);
    /* Spend and number of orders hardly go together there: the paper reports .11 over repeaters. */
    double x[CDNOW_CUSTOMERS], m[CDNOW_CUSTOMERS];
    size_t n = 0;
    for (size_t i = 0; i < c.n; i++)
        if (c.x[i] > 0 && c.m[i] > 0.0) {
            x[n] = c.x[i];
            m[n++] = c.m[i];
        }
    kept_correlation r;
    CHECK_OK(kept_correlate(n, x, m, NULL, .95, &r, &err));
    CHECK_ABS(r.r, .11, .01);
    assert_true(r.low > 0.0 && r.high < .2);
}

/* The same likelihood from gamma functions alone. */
static double plain_loglik(const kept_gammagamma_data *d, kept_gammagamma_par p)
{
    double sum = 0.0;
    for (size_t i = 0; i < d->n; i++) {
        double x = d->x[i], m = d->m[i], w = d->w ? d->w[i] : 1.0;
        if (d->x[i] == 0 || m == 0.0)
            continue;
        sum += w * (lgamma(p.p * x + p.q) - lgamma(p.p * x) - lgamma(p.q) + p.q * log(p.gamma) +
                    (p.p * x - 1.0) * log(m) + p.p * x * log(x) -
                    (p.p * x + p.q) * log(p.gamma + x * m));
    }
    return sum;
}

void test_gammagamma__derivatives_agree_with_differences(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    const uint32_t x[] = {1, 2, 0, 40, 10000, 3};
    const double m[] = {12.5, .01, 0, 33, 1e9, 0}, w[] = {2, 1, 9, 3, 1, 1};
    kept_gammagamma_data data = {6, x, m, w};
    const double points[][3] = {{6.25, 3.74, 15.44}, {.3, 40, 1e6}, {20, .5, .02}};
    const double step = 1e-4;
    for (size_t k = 0; k < 3; k++) {
        kept_gammagamma_par par = {points[k][0], points[k][1], points[k][2]};
        double ll, g[3], h[3][3];
        CHECK_OK(kept_gammagamma_loglik(&data, par, 1, &arena, &ll, g, h, &err));
        CHECK_REL(ll, plain_loglik(&data, par), 1e-9);
        for (size_t i = 0; i < 3; i++) {
            double high[3], low[3], up, down, g_up[3], g_down[3];
            memcpy(high, points[k], sizeof high);
            memcpy(low, points[k], sizeof low);
            high[i] *= exp(step);
            low[i] *= exp(-step);
            CHECK_OK(kept_gammagamma_loglik(&data, (kept_gammagamma_par){high[0], high[1], high[2]},
                                            1, &arena, &up, g_up, NULL, &err));
            CHECK_OK(kept_gammagamma_loglik(&data, (kept_gammagamma_par){low[0], low[1], low[2]}, 1,
                                            &arena, &down, g_down, NULL, &err));
            double scale = 1.0 + fabs(g[i]) + fabs(h[i][i]);
            CHECK_ABS((up - down) / (2.0 * step), g[i], 1e-6 * scale);
            for (size_t j = 0; j < 3; j++)
                CHECK_ABS((g_up[j] - g_down[j]) / (2.0 * step), h[i][j], 1e-6 * scale);
        }
    }
}

static void simulate(uint32_t *x, double *m, size_t n, double money, uint64_t seed)
{
    kept_err err = KEPT_ERR_INIT;
    for (size_t i = 0; i < n; i++) {
        kept_rng rng = kept_rng_make(seed, i);
        double nu, spend[8], sum = 0.0;
        x[i] = (uint32_t)(i % 8 + 1);
        CHECK_OK(kept_gammagamma_simulate(cdnow_par, x[i], &rng, &nu, spend, &err));
        for (uint32_t k = 0; k < x[i]; k++)
            sum += spend[k];
        m[i] = money * sum / x[i];
    }
}

/* The truth within four standard errors; the money unit changes gamma alone, from 1e-4 to 1e7. */
void test_gammagamma__recovers_the_truth_in_any_unit(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    static uint32_t x[MANY];
    static double m[MANY];
    const double truth[] = {cdnow_par.p, cdnow_par.q, cdnow_par.gamma};
    const double money[] = {1.0, 1e-4, 1e7};
    for (size_t k = 0; k < 3; k++) {
        simulate(x, m, MANY, money[k], 42);
        kept_gammagamma_data data = {MANY, x, m, NULL};
        kept_gammagamma_fit fit;
        CHECK_OK(kept_gammagamma_fit_ml(&data, NULL, &arena, &fit, &err));
        assert_true(fit.converged);
        const double got[] = {fit.par.p, fit.par.q, fit.par.gamma / money[k]};
        for (size_t i = 0; i < 3; i++)
            CHECK_ABS(log(got[i] / truth[i]), 0.0, 4.0 * sqrt(fit.cov_log[i][i]));
    }
}

void test_gammagamma__thread_count_changes_nothing(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    static uint32_t x[MANY];
    static double m[MANY];
    simulate(x, m, MANY, 1.0, 43);
    kept_gammagamma_data data = {MANY, x, m, NULL};
    kept_gammagamma_opts opts = KEPT_GAMMAGAMMA_OPTS_INIT;
    kept_gammagamma_fit one, four;
    opts.threads = 1;
    CHECK_OK(kept_gammagamma_fit_ml(&data, &opts, &arena, &one, &err));
    opts.threads = 4;
    CHECK_OK(kept_gammagamma_fit_ml(&data, &opts, &arena, &four, &err));
    assert_memory_equal(&one.par, &four.par, sizeof one.par);
    assert_memory_equal(one.cov_log, four.cov_log, sizeof one.cov_log);
}

void test_gammagamma__degenerate_data(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    const uint32_t x[] = {3, 3, 3, 3, 0};
    double m[] = {10, 10, 10, 10, NAN}; /* the mean of no orders may be anything */
    kept_gammagamma_data one = {1, x, m, NULL}, alike = {5, x, m, NULL},
                         none = {1, x + 4, m + 4, NULL};
    kept_gammagamma_fit fit;
    CHECK_OK(kept_gammagamma_fit_ml(&one, NULL, &arena, &fit, &err));
    assert_int_equal(fit.stop, KEPT_STOP_NOT_IDENTIFIED);
    assert_true(isnan(fit.par.p));
    CHECK_OK(kept_gammagamma_fit_ml(&none, NULL, &arena, &fit, &err));
    assert_int_equal(fit.stop, KEPT_STOP_NOT_IDENTIFIED);
    CHECK_ABS(fit.left_out, 1.0, 0.0);
    CHECK_OK(kept_gammagamma_fit_ml(&alike, NULL, &arena, &fit, &err));
    assert_int_equal(fit.stop, KEPT_STOP_BOUNDARY);
    assert_true(!fit.converged && isfinite(fit.loglik) && isnan(fit.se[0]));
    m[2] = -4;
    assert_int_equal(kept_gammagamma_fit_ml(&alike, NULL, &arena, &fit, &err), KEPT_EARG);
    CHECK_CONTAINS(err.msg, "Row 2");
}

/* An infinite mean is said to be infinite. */
void test_gammagamma__infinite_means(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    const kept_gammagamma_par heavy = {.2, .5, 10};
    assert_true(isinf(kept_gammagamma_population_mean(heavy)));
    const uint32_t x[] = {0, 2, 3};
    const double m[] = {0, 30, 30};
    kept_gammagamma_data data = {3, x, m, NULL};
    double mean[3], spend, variance;
    CHECK_OK(kept_gammagamma_expected(&data, heavy, mean, &err));
    assert_true(isinf(mean[0]) && isinf(mean[1])); /* q' = .5 and .9 */
    CHECK_REL(mean[2], .2 * 100.0 / (1.1 - 1.0), 1e-12);
    kept_gammagamma_spend_moments(heavy, (kept_spend_history){3, 30}, 2.0, 1.0, &spend, &variance);
    CHECK_REL(spend, 2.0 * mean[2], 1e-12);
    assert_true(isinf(variance));
    kept_gammagamma_spend_moments(heavy, (kept_spend_history){0, 0}, 0.0, 0.0, &spend, &variance);
    assert_true(spend == 0.0 && variance == 0.0);
}

/* The spend of n orders by simulation: distribution, quantiles and moments. */
void test_gammagamma__future_spend_agrees_with_simulation(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    enum { DRAWS = 40000 };
    const kept_spend_history history = {4, 28.0};
    const double count_p[] = {.5, .2, .15, .1, .05}, prob[] = {.3, .6, .9};
    const kept_gammagamma_par now = {cdnow_par.p, cdnow_par.q + 4 * cdnow_par.p,
                                     cdnow_par.gamma + 4 * 28.0};
    double q[3], below[3] = {0}, sum = 0, square = 0, mean, variance;
    CHECK_OK(
        kept_gammagamma_spend_quantiles(cdnow_par, history, 5, count_p, &arena, 3, prob, q, &err));
    assert_true(q[0] == 0.0 && q[1] > 0.0 && q[2] > q[1]);
    kept_rng rng = kept_rng_make(9, 9);
    for (int i = 0; i < DRAWS; i++) {
        double u = kept_rng_uniform(&rng), nu, spend[4], total = 0.0;
        size_t n = 0;
        for (double cum = count_p[0]; n < 4 && u > cum; cum += count_p[n])
            n++;
        CHECK_OK(kept_gammagamma_simulate(now, n, &rng, &nu, spend, &err));
        for (size_t k = 0; k < n; k++)
            total += spend[k];
        for (size_t j = 0; j < 3; j++)
            below[j] += total <= q[j];
        sum += total;
        square += total * total;
    }
    CHECK_ABS(below[0] / DRAWS, .5, .01); /* nothing is spent with probability .5 */
    CHECK_ABS(below[1] / DRAWS, .6, .01);
    CHECK_ABS(below[2] / DRAWS, .9, .006);
    /* E[n] = .2 + .3 + .3 + .2 = 1, E[n^2] = .2 + .6 + .9 + .8 = 2.5 */
    kept_gammagamma_spend_moments(cdnow_par, history, 1.0, 2.5 - 1.0, &mean, &variance);
    CHECK_ABS(sum / DRAWS, mean, 4.0 * sqrt(variance / DRAWS));
    CHECK_REL(square / DRAWS - sum / DRAWS * sum / DRAWS, variance, .05);
    for (size_t j = 1; j < 3; j++) {
        double p;
        CHECK_OK(kept_gammagamma_spend_cdf(cdnow_par, history, 5, count_p, q[j], &p, &err));
        CHECK_ABS(p, prob[j], 1e-9);
    }
}

/* Quantile and distribution function undo each other over many counts and odd parameters. */
void test_gammagamma__quantiles_undo_the_cdf(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    const kept_gammagamma_par par[] = {cdnow_par, {.01, .3, 1e8}, {500, 900, .5}};
    const kept_spend_history history[] = {{0, 0}, {1, .01}, {10000, 1e9}};
    const size_t n_counts[] = {2, 40, 120, 300, 4000};
    static double count_p[4000];
    const double prob[] = {.02, .25, .5, .975, .9999};
    for (size_t a = 0; a < 3; a++)
        for (size_t b = 0; b < 3; b++)
            for (size_t c = 0; c < 5; c++) {
                size_t n = n_counts[c];
                double q[5], p;
                for (size_t k = 0; k < n; k++)
                    count_p[k] = 1.0 / (double)n;
                CHECK_OK(kept_gammagamma_spend_quantiles(par[a], history[b], n, count_p, &arena, 5,
                                                         prob, q, &err));
                for (size_t j = 0; j < 5; j++) {
                    if (prob[j] <= 1.0 / (double)n) {
                        assert_true(q[j] == 0.0);
                        continue;
                    }
                    CHECK_OK(
                        kept_gammagamma_spend_cdf(par[a], history[b], n, count_p, q[j], &p, &err));
                    CHECK_ABS(p, prob[j], n <= 128 ? 1e-8 : 3e-3);
                }
            }
}

void test_gammagamma__refuses_bad_input(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    double p, q[1];
    const double too_much[] = {.7, .7}, fine[] = {.5, .5}, prob[] = {1.0};
    const kept_spend_history h = {0, 0};
    assert_int_equal(kept_gammagamma_spend_cdf(cdnow_par, h, 2, too_much, 1, &p, &err), KEPT_EARG);
    assert_int_equal(kept_gammagamma_spend_cdf(cdnow_par, h, 2, fine, -1, &p, &err), KEPT_EARG);
    assert_int_equal(
        kept_gammagamma_spend_quantiles(cdnow_par, h, 2, fine, &arena, 1, prob, q, &err),
        KEPT_EARG);
    assert_int_equal(
        kept_gammagamma_spend_cdf((kept_gammagamma_par){NAN, 1, 1}, h, 2, fine, 1, &p, &err),
        KEPT_EARG);
}

/* Each allocation of the fit in turn fails. */
void test_gammagamma__survives_lack_of_memory(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    static uint32_t x[200];
    static double m[200];
    simulate(x, m, 200, 1.0, 44);
    kept_gammagamma_data data = {200, x, m, NULL};
    size_t nth = 1;
    for (; nth < 50; nth++) {
        KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
        kept_gammagamma_fit fit = {.n_eval = 77};
        kept_arena_fail_nth(nth);
        kept_status status = kept_gammagamma_fit_ml(&data, NULL, &arena, &fit, &err);
        kept_arena_fail_nth(0);
        if (status == KEPT_OK)
            break;
        assert_int_equal(status, KEPT_ENOMEM);
        assert_int_equal(fit.n_eval, 77);
        assert_int_equal(arena.used, 0);
    }
    assert_true(nth > 5 && nth < 50);
}
