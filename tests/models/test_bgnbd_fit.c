#include "support.h"

#include "cdnow.h"
#include "kept/bgnbd.h"

/* Seven-digit CDNOW estimates: a peer's published test (CLVTools test_correctness_bgnbd.R:9). */
static const kept_bgnbd_par cdnow_par = {.2425945, 4.4136019, .7929199, 2.4258881};

enum { MANY = 5000 };

typedef struct firm { /* simulated customers */
    uint32_t x[MANY];
    double t_x[MANY], T[MANY];
} firm;

static kept_bgnbd_data simulate(firm *f, kept_bgnbd_par par, size_t n, uint64_t seed)
{
    kept_err err = KEPT_ERR_INIT;
    for (size_t i = 0; i < n; i++)
        f->T[i] = 26.0 + (double)(i % 91) / 7.0;
    kept_bgnbd_sim out = {.x = f->x, .t_x = f->t_x};
    CHECK_OK(kept_bgnbd_simulate_rows(par, n, f->T, 0.0, seed, 1, &out, &err));
    return (kept_bgnbd_data){n, f->x, f->t_x, f->T, NULL};
}

/* Fader, Hardie & Lee 2005: r .243 alpha 4.414 a .793 b 2.426, LL -9582.4; more digits and the
 * standard errors from CLVTools (same test file, and run): LL -9582.4292. Check sums of the file:
 * 6,919 rows, 6,696 customer-days, 2,357 customers, 946 repeaters, 2,457 repeat orders, then 1,882
 * orders worth 70,976.39 in the holdout. */
void test_bgnbd_fit__cdnow(void **state)
{
    (void)state;
    static cdnow c;
    if (!cdnow_read(&c))
        return;
    assert_int_equal(c.rows, 6919);
    assert_int_equal(c.customer_days, 6696);
    assert_int_equal(c.n, 2357);
    assert_int_equal(c.repeaters, 946);
    assert_int_equal(c.repeat_orders, 2457);
    assert_int_equal(c.holdout_orders, 1882);
    CHECK_ABS(c.holdout_spend, 70976.39, 0.005);
    assert_int_equal(c.x[0], 2);
    CHECK_ABS(c.t_x[0], 30.43, 0.005);
    CHECK_ABS(c.T[0], 38.86, 0.005);

    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_bgnbd_data data = {c.n, c.x, c.t_x, c.T, NULL};
    kept_bgnbd_rows rows;
    kept_bgnbd_fit plain, fit;
    CHECK_OK(kept_bgnbd_compress(&data, &arena, &rows, &err));
    kept_bgnbd_data view = kept_bgnbd_rows_view(&rows);
    CHECK_OK(kept_bgnbd_fit_ml(&data, NULL, &arena, &plain, &err));
    CHECK_OK(kept_bgnbd_fit_ml(&view, NULL, &arena, &fit, &err));
    assert_int_equal(fit.stop, KEPT_STOP_CONVERGED);
    assert_true(fit.converged && fit.gradient_norm < 1e-6 && fit.n_eval < 25);
    CHECK_ABS(fit.par.r, .2425945, 1e-6);
    CHECK_ABS(fit.par.alpha, 4.4136019, 2e-5);
    CHECK_ABS(fit.par.a, .7929199, 1e-5);
    CHECK_ABS(fit.par.b, 2.4258881, 5e-5);
    CHECK_ABS(fit.loglik, -9582.4292, 0.00005);
    CHECK_ABS(fit.se[0], .01256, 0.000005);
    CHECK_ABS(fit.se[1], .37822, 0.000005);
    CHECK_ABS(fit.se[2], .18573, 0.00001);
    CHECK_ABS(fit.se[3], .70541, 0.00003);
    CHECK_ABS(fit.aic, 8.0 + 2.0 * 9582.4292, 0.0001);
    CHECK_ABS(fit.bic, 4.0 * log(2357.0) + 2.0 * 9582.4292, 0.0001);
    CHECK_ABS(fit.customers, 2357.0, 0.0);
    assert_int_equal(fit.distinct_rows, rows.n);
    assert_true(rows.n < 2000);
    CHECK_REL(plain.par.r, fit.par.r, 1e-9);
    CHECK_REL(plain.par.b, fit.par.b, 1e-9);
    CHECK_REL(plain.loglik, fit.loglik, 1e-13);
}

/* Published stability points at r .25 alpha 4 a .8 b 2.5, T = 40 (pymc-marketing
 * tests/clv/models/test_beta_geo.py): x = 0: -.59947382; x = 200, t_x = 38: 100.7957. */
void test_bgnbd_fit__published_likelihoods(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    const kept_bgnbd_par par = {.25, 4.0, .8, 2.5};
    const uint32_t x[] = {0, 200};
    const double t_x[] = {0.0, 38.0}, T[] = {40.0, 40.0};
    double ll;
    kept_bgnbd_data none = {1, x, t_x, T, NULL}, many = {1, x + 1, t_x + 1, T + 1, NULL};
    CHECK_OK(kept_bgnbd_loglik(&none, par, 1, &arena, &ll, NULL, NULL, &err));
    CHECK_ABS(ll, -.59947382, 5e-9);
    CHECK_OK(kept_bgnbd_loglik(&many, par, 1, &arena, &ll, NULL, NULL, &err));
    CHECK_ABS(ll, 100.7957, 5e-5);
}

/* The paper's likelihood term by term (equation 6), straight from gamma functions. */
static double plain_loglik(const kept_bgnbd_data *d, kept_bgnbd_par p)
{
    double sum = 0.0;
    for (size_t i = 0; i < d->n; i++) {
        double x = d->x[i], w = d->w ? d->w[i] : 1.0;
        double common = lgamma(p.r + x) - lgamma(p.r) + p.r * log(p.alpha) - lgamma(p.a) -
                        lgamma(p.b) + lgamma(p.a + p.b) - lgamma(p.a + p.b + x);
        double alive = lgamma(p.a) + lgamma(p.b + x) - (p.r + x) * log(p.alpha + d->T[i]);
        double dead =
            lgamma(p.a + 1.0) + lgamma(p.b + x - 1.0) - (p.r + x) * log(p.alpha + d->t_x[i]);
        double l = d->x[i] == 0 ? alive : fmax(alive, dead) + log1p(exp(-fabs(alive - dead)));
        sum += w * (common + l);
    }
    return sum;
}

static kept_bgnbd_par moved(kept_bgnbd_par p, size_t i, double by)
{
    double v[] = {p.r, p.alpha, p.a, p.b};
    v[i] *= exp(by);
    return (kept_bgnbd_par){v[0], v[1], v[2], v[3]};
}

/* Rows of every kind: none, one, many, ten thousand, last order on the last day, T = 0. */
void test_bgnbd_fit__derivatives_agree_with_differences(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    const uint32_t x[] = {0, 0, 1, 2, 7, 7, 300, 10000, 1};
    const double t_x[] = {0, 0, 3.5, 30.43, 12, 40, 39, 7300, 1e-3};
    const double T[] = {40, 0, 20, 38.86, 40, 40, 40, 7305, 7305};
    const double w[] = {5, 1, 2, 1, 3, 1, .5, 1, 1};
    kept_bgnbd_data data = {9, x, t_x, T, w};
    const kept_bgnbd_par points[] = {{.25, 4.0, .8, 2.5}, {5, 900, .01, 3}, {.02, .3, 40, .5}};
    const double step = 1e-4;
    for (size_t k = 0; k < 3; k++) {
        double ll, g[4], h[4][4], up, down, g_up[4], g_down[4];
        CHECK_OK(kept_bgnbd_loglik(&data, points[k], 1, &arena, &ll, g, h, &err));
        CHECK_REL(ll, plain_loglik(&data, points[k]), 1e-11);
        for (size_t i = 0; i < 4; i++) {
            kept_bgnbd_par high = moved(points[k], i, step), low = moved(points[k], i, -step);
            CHECK_OK(kept_bgnbd_loglik(&data, high, 1, &arena, &up, g_up, NULL, &err));
            CHECK_OK(kept_bgnbd_loglik(&data, low, 1, &arena, &down, g_down, NULL, &err));
            double scale = 1.0 + fabs(g[i]) + fabs(h[i][i]);
            CHECK_ABS((up - down) / (2.0 * step), g[i], 1e-6 * scale);
            for (size_t j = 0; j < 4; j++)
                CHECK_ABS((g_up[j] - g_down[j]) / (2.0 * step), h[i][j], 1e-6 * scale);
        }
    }
}

/* The truth lies within four standard errors on this seed (chance of failing by luck < 0.1 %). */
void test_bgnbd_fit__recovers_the_truth(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    static firm f;
    kept_bgnbd_data data = simulate(&f, cdnow_par, MANY, 20250101);
    kept_bgnbd_fit fit;
    CHECK_OK(kept_bgnbd_fit_ml(&data, NULL, &arena, &fit, &err));
    assert_true(fit.converged);
    const double got[] = {fit.par.r, fit.par.alpha, fit.par.a, fit.par.b};
    const double truth[] = {cdnow_par.r, cdnow_par.alpha, cdnow_par.a, cdnow_par.b};
    for (size_t i = 0; i < 4; i++) {
        CHECK_ABS(log(got[i] / truth[i]), 0.0, 4.0 * sqrt(fit.cov_log[i][i]));
        assert_true(fit.low[i] < got[i] && got[i] < fit.high[i]);
        CHECK_REL(fit.se[i], got[i] * sqrt(fit.cov_log[i][i]), 1e-12);
    }
    /* The same in days instead of weeks, from the default start: only alpha changes, by 7. */
    for (size_t i = 0; i < MANY; i++) {
        f.t_x[i] *= 7.0;
        f.T[i] *= 7.0;
    }
    kept_bgnbd_fit days;
    CHECK_OK(kept_bgnbd_fit_ml(&data, NULL, &arena, &days, &err));
    CHECK_REL(days.par.r, fit.par.r, 1e-7);
    CHECK_REL(days.par.alpha, 7.0 * fit.par.alpha, 1e-7);
    CHECK_REL(days.par.b, fit.par.b, 1e-7);
    /* And from far away. */
    kept_bgnbd_opts opts = KEPT_BGNBD_OPTS_INIT;
    opts.start = (kept_bgnbd_par){50.0, 1.0, 30.0, 0.05};
    CHECK_OK(kept_bgnbd_fit_ml(&data, &opts, &arena, &fit, &err));
    assert_true(fit.converged);
    CHECK_REL(fit.par.r, days.par.r, 1e-7);
}

/* Same bits for any number of threads. */
void test_bgnbd_fit__thread_count_changes_nothing(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    static firm f;
    kept_bgnbd_data data = simulate(&f, cdnow_par, MANY, 3);
    kept_bgnbd_opts opts = KEPT_BGNBD_OPTS_INIT;
    kept_bgnbd_fit one, other;
    opts.threads = 1;
    CHECK_OK(kept_bgnbd_fit_ml(&data, &opts, &arena, &one, &err));
    for (opts.threads = 2; opts.threads <= 5; opts.threads += 3) {
        CHECK_OK(kept_bgnbd_fit_ml(&data, &opts, &arena, &other, &err));
        assert_memory_equal(&one.par, &other.par, sizeof one.par);
        assert_memory_equal(one.cov_log, other.cov_log, sizeof one.cov_log);
        assert_memory_equal(&one.loglik, &other.loglik, sizeof one.loglik);
    }
}

static kept_bgnbd_fit fit_of(size_t n, const uint32_t *x, const double *t_x, const double *T,
                             const double *w)
{
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_bgnbd_data data = {n, x, t_x, T, w};
    kept_bgnbd_fit fit;
    CHECK_OK(kept_bgnbd_fit_ml(&data, NULL, &arena, &fit, &err));
    assert_true(fit.converged == (fit.stop == KEPT_STOP_CONVERGED));
    if (!fit.converged)
        assert_true(isnan(fit.se[0]) && isnan(fit.low[3]));
    return fit;
}

/* Data without an answer: each is told from a converged fit, and nothing overflows. */
void test_bgnbd_fit__degenerate_data(void **state)
{
    (void)state;
    const uint32_t x[] = {3, 3, 3, 3, 0, 0, 0, 0};
    const double t_x[] = {10, 10, 10, 10, 0, 0, 0, 0}, T[] = {20, 20, 20, 20, 9, 8, 7, 6};
    const double crowd[] = {1e6, 0, 0, 0, 0, 0, 0, 0};
    kept_bgnbd_fit fit = fit_of(0, x, t_x, T, NULL);
    assert_int_equal(fit.stop, KEPT_STOP_NOT_IDENTIFIED);
    assert_true(isnan(fit.par.r) && isnan(fit.loglik));
    assert_int_equal(fit_of(1, x, t_x, T, NULL).stop, KEPT_STOP_NOT_IDENTIFIED);
    assert_int_equal(fit_of(4, x + 4, t_x + 4, T + 4, NULL).stop, KEPT_STOP_NOT_IDENTIFIED);
    fit = fit_of(4, x, t_x, T, NULL);
    assert_int_equal(fit.stop, KEPT_STOP_BOUNDARY);
    assert_true(isfinite(fit.loglik) && fit.par.r > 0.0 && isfinite(fit.par.r));
    fit = fit_of(8, x, t_x, T, crowd);
    assert_int_equal(fit.stop, KEPT_STOP_BOUNDARY);
    assert_int_equal(fit.distinct_rows, 1);
    CHECK_ABS(fit.customers, 1e6, 0.0);
    /* Two kinds of customers, nobody ever gone quiet long enough to tell: some edge, not a crash.
     */
    fit = fit_of(4, x + 2, t_x + 2, T + 2, NULL);
    assert_true(!fit.converged && isfinite(fit.loglik));
}

/* Everybody orders at one rate and nobody leaves. */
void test_bgnbd_fit__all_alike_is_said_so(void **state)
{
    (void)state;
    enum { N = 400 };
    uint32_t x[N];
    double t_x[N], T[N];
    for (uint32_t i = 0; i < N; i++) { /* less spread than Poisson: 9, 10 or 11 orders */
        x[i] = 9 + i % 3;
        t_x[i] = 49.0;
        T[i] = 50.0;
    }
    kept_bgnbd_fit fit = fit_of(N, x, t_x, T, NULL);
    assert_int_equal(fit.stop, KEPT_STOP_BOUNDARY);
    CHECK_REL(fit.par.r / fit.par.alpha, 0.2, 0.02);
    CHECK_CONTAINS(kept_stop_text(fit.stop), "alike");
    assert_string_equal(kept_stop_name(fit.stop), "boundary");
}

/* Heavy buyers over twenty years in days: up to 10,000 orders a customer, at known parameters. */
void test_bgnbd_fit__twenty_years_of_heavy_buyers(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    enum { N = 1500 };
    static uint32_t x[N];
    static double t_x[N], T[N];
    const kept_bgnbd_par par = {1.5, 4.0, .6, 300.0};
    for (size_t i = 0; i < N; i++)
        T[i] = 7305.0 - (double)(i % 365);
    kept_bgnbd_sim out = {.x = x, .t_x = t_x};
    CHECK_OK(kept_bgnbd_simulate_rows(par, N, T, 0.0, 5, 0, &out, &err));
    uint32_t most = 0;
    for (size_t i = 0; i < N; i++)
        most = x[i] > most ? x[i] : most;
    assert_true(most > 5000);
    kept_bgnbd_data data = {N, x, t_x, T, NULL};
    kept_bgnbd_fit fit;
    CHECK_OK(kept_bgnbd_fit_ml(&data, NULL, &arena, &fit, &err));
    assert_true(fit.converged);
    CHECK_ABS(log(fit.par.r / par.r), 0.0, 4.0 * sqrt(fit.cov_log[0][0]));
    CHECK_ABS(log(fit.par.alpha / par.alpha), 0.0, 4.0 * sqrt(fit.cov_log[1][1]));
    CHECK_ABS(log(fit.par.a / par.a), 0.0, 4.0 * sqrt(fit.cov_log[2][2]));
    CHECK_ABS(log(fit.par.b / par.b), 0.0, 4.0 * sqrt(fit.cov_log[3][3]));
}

void test_bgnbd_fit__bad_rows_are_named(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    uint32_t x[] = {1, 2, 0};
    double t_x[] = {1, 3, 0}, T[] = {2, 4, 5}, w[] = {1, 1, 1};
    kept_bgnbd_data data = {3, x, t_x, T, w};
    kept_bgnbd_fit fit = {.n_eval = 77};
    t_x[1] = 4.5;
    assert_int_equal(kept_bgnbd_fit_ml(&data, NULL, &arena, &fit, &err), KEPT_EARG);
    CHECK_CONTAINS(err.msg, "Row 1");
    t_x[1] = NAN;
    assert_int_equal(kept_bgnbd_fit_ml(&data, NULL, &arena, &fit, &err), KEPT_EARG);
    t_x[1] = 0;
    assert_int_equal(kept_bgnbd_fit_ml(&data, NULL, &arena, &fit, &err), KEPT_EARG);
    t_x[1] = 3;
    w[2] = -1;
    assert_int_equal(kept_bgnbd_fit_ml(&data, NULL, &arena, &fit, &err), KEPT_EARG);
    CHECK_CONTAINS(err.msg, "Row 2");
    w[2] = 1;
    kept_bgnbd_opts opts = KEPT_BGNBD_OPTS_INIT;
    opts.start.a = -1;
    assert_int_equal(kept_bgnbd_fit_ml(&data, &opts, &arena, &fit, &err), KEPT_EARG);
    CHECK_CONTAINS(err.msg, " a ");
    assert_int_equal(fit.n_eval, 77); /* untouched */
    assert_int_equal(arena.used, 0);
}

/* Grouping loses nobody and leads back to every input row. */
void test_bgnbd_fit__compress(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    const uint32_t x[] = {2, 0, 2, 0, 2, 1};
    const double t_x[] = {3, 0, 3, -0.0, 3, 3}, T[] = {9, 9, 9, 9, 8, 9}, w[] = {1, 2, 4, 8, 16, 0};
    kept_bgnbd_data data = {6, x, t_x, T, w};
    kept_bgnbd_rows rows;
    CHECK_OK(kept_bgnbd_compress(&data, &arena, &rows, &err));
    assert_int_equal(rows.n, 4);
    const uint32_t want_x[] = {0, 1, 2, 2};
    const double want_T[] = {9, 9, 8, 9}, want_w[] = {10, 0, 16, 5};
    for (size_t i = 0; i < rows.n; i++) {
        assert_int_equal(rows.x[i], want_x[i]);
        assert_true(rows.T[i] == want_T[i] && rows.w[i] == want_w[i]);
    }
    for (size_t i = 0; i < 6; i++) {
        uint32_t r = rows.row[i];
        assert_true(rows.x[r] == x[i] && rows.t_x[r] == t_x[i] && rows.T[r] == T[i]);
    }
}

/* Each allocation in turn fails: an error each time, no leak, the result untouched. */
void test_bgnbd_fit__survives_lack_of_memory(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    static firm f;
    kept_bgnbd_data data = simulate(&f, cdnow_par, 300, 4);
    size_t failures = 0;
    for (size_t nth = 1; nth < 100; nth++) {
        KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
        kept_bgnbd_rows rows;
        kept_bgnbd_fit fit = {.n_eval = 77};
        kept_arena_fail_nth(nth);
        kept_status status = kept_bgnbd_compress(&data, &arena, &rows, &err);
        if (status == KEPT_OK) {
            kept_bgnbd_data view = kept_bgnbd_rows_view(&rows);
            status = kept_bgnbd_fit_ml(&view, NULL, &arena, &fit, &err);
        }
        kept_arena_fail_nth(0);
        if (status == KEPT_OK)
            break;
        failures++;
        assert_int_equal(status, KEPT_ENOMEM);
        assert_int_equal(fit.n_eval, 77);
    }
    assert_true(failures > 10 && failures < 99);
}

/* Hardly anybody leaves: from the default start the climb ends at the edge; the maximum, higher up,
 * is found from another start. */
void test_bgnbd_fit__finds_the_maximum_beside_the_edge(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    enum { N = 700 };
    static uint32_t x[N];
    static double t_x[N], T[N];
    const kept_bgnbd_par par = {.28, .04, .002, .2};
    for (int i = 0; i < N; i++)
        T[i] = 1 + i % 30;
    kept_bgnbd_sim out = {.x = x, .t_x = t_x};
    CHECK_OK(kept_bgnbd_simulate_rows(par, N, T, 0.0, 38, 1, &out, &err));
    kept_bgnbd_data data = {N, x, t_x, T, NULL};
    kept_bgnbd_opts opts = KEPT_BGNBD_OPTS_INIT;
    kept_bgnbd_fit edge, fit;
    opts.max_eval = 25;
    CHECK_OK(kept_bgnbd_fit_ml(&data, &opts, &arena, &edge, &err));
    assert_false(edge.converged);
    CHECK_OK(kept_bgnbd_fit_ml(&data, NULL, &arena, &fit, &err));
    assert_true(fit.converged && fit.loglik > edge.loglik + 0.1);
    CHECK_ABS(log(fit.par.a / par.a), 0.0, 4.0 * sqrt(fit.cov_log[2][2]));
}
