#include "support.h"

#include "kept/bgnbd.h"
#include "models/worth/bgnbd_int.h"

static const kept_bgnbd_par cdnow_par = {.2425945, 4.4136019, .7929199, 2.4258881};

/* Published for CDNOW (Fader, Hardie & Lee 2005 note on E[X(t)]; lifetimes tests): t = .1429, 1,
 * 3, 31.8571, 32 and 78 weeks. A peer prints 1.8576 for the last; 2F1 and quadrature agree on
 * 1.857956. */
void test_bgnbd_predict__published_expectation(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    const double t[] = {.1429, 1, 3, 31.8571, 32, 78, 0};
    const double want[] = {.0078, .0532, .1506, 1.0405, 1.0437, 1.8580, 0};
    double got[7];
    CHECK_OK(kept_bgnbd_expected(cdnow_par, 7, t, got, &err));
    for (size_t i = 0; i < 7; i++)
        CHECK_ABS(got[i], want[i], 5e-5);
    CHECK_ABS(got[5], 1.857956, 5e-7);
}

/* CET(39 | x = 2, t_x = 30.43, T = 38.86) = 1.226: the worked example of the paper (lifetimes
 * test:537-547). */
void test_bgnbd_predict__published_conditional_expectation(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    const uint32_t x[] = {2};
    const double t_x[] = {30.43}, T[] = {38.86};
    kept_bgnbd_data data = {1, x, t_x, T, NULL};
    double cet;
    CHECK_OK(kept_bgnbd_orders(&data, cdnow_par, 39.0, 1, &cet, NULL, &err));
    CHECK_ABS(cet, 1.226, 5e-4);
}

/* DERT at .0027 a week: values on which two other methods agree to all digits shown. */
void test_bgnbd_predict__reference_dert(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    const uint32_t x[] = {2, 10, 0};
    const double t_x[] = {30.43, 30, 0}, T[] = {38.86, 38.86, 38.86};
    const double want[] = {5.1563589, 15.7275989, 1.0142121};
    kept_bgnbd_data data = {3, x, t_x, T, NULL};
    double got[3];
    CHECK_OK(kept_bgnbd_discounted(&data, cdnow_par, INFINITY, .0027, 1, &arena, got, &err));
    for (size_t i = 0; i < 3; i++)
        CHECK_ABS(got[i], want[i], 5e-8);
}

/* 2F1(a, b; c; z) by its series, in long double; 0 <= z < 1. */
static long double hyp2f1(long double a, long double b, long double c, long double z)
{
    long double sum = 0.0L, term = 1.0L;
    for (long double k = 0.0L; k < 1e6L; k += 1.0L) {
        sum += term;
        term *= (a + k) * (b + k) / ((c + k) * (k + 1.0L)) * z;
        if (fabsl(term) < 1e-22L * fabsl(sum))
            break;
    }
    return sum;
}

/* Equation (9) of the paper, its 2F1 by the plain series. */
static double paper_mean(kept_bgnbd_par p, double t)
{
    long double a = p.a, b = p.b, r = p.r, z = (long double)t / ((long double)p.alpha + t);
    return (double)((a + b - 1.0L) / (a - 1.0L) *
                    (1.0L - powl(1.0L - z, r) * hyp2f1(r, b, a + b - 1.0L, z)));
}

/* Against the paper's closed form where that keeps its digits (a away from 1), and against the
 * integral E[(1 - (1 + p t / alpha)^-r) / p], p ~ Beta(a, b), everywhere: near a = 1, at tiny and
 * huge parameters, tiny and huge horizons. */
void test_bgnbd_predict__expectation_by_three_methods(void **state)
{
    (void)state;
    const kept_bgnbd_par away[] = {{.2425945, 4.4136019, .7929199, 2.4258881},
                                   {2.24, 43, .79, 4.43},
                                   {.05, .1, 3.5, .4},
                                   {30, 7, .2, 90}};
    const double t[] = {1e-3, .5, 39, 400};
    for (size_t i = 0; i < 4; i++)
        for (size_t j = 0; j < 4; j++) {
            double mean, by_integral;
            kept_bgnbd__moments(away[i], t[j], &mean, NULL);
            CHECK_REL(mean, paper_mean(away[i], t[j]), j == 0 ? 1e-10 : 1e-12);
            kept_bgnbd__moments_integral(away[i], t[j], &by_integral, NULL);
            CHECK_REL(by_integral, mean, 1e-11);
        }
    const kept_bgnbd_par hard[] = {
        {.25, 4, 1.0, 2.5},  {.25, 4, 1.0 + 1e-12, 2.5},    {.25, 4, 1e-4, 2.5},
        {1e-5, 4, .8, 1e-3}, {10000.25, 7309, .8, 10002.5}, {3000, 1, 500, 500},
        {.25, 4, 1e5, 1e5},  {1e5, 1e5, 1e-3, 10}};
    for (size_t i = 0; i < 8; i++)
        for (size_t j = 0; j < 4; j++) {
            double mean, pairs, mean2, pairs2;
            kept_bgnbd__moments(hard[i], t[j], &mean, &pairs);
            kept_bgnbd__moments_integral(hard[i], t[j], &mean2, &pairs2);
            assert_true(mean > 0.0 && isfinite(mean) && isfinite(pairs));
            CHECK_REL(mean, mean2, 1e-10);
            CHECK_REL(pairs, pairs2, 1e-8);
        }
    /* Where the series would be long the integral takes over without a step. */
    double below, above;
    kept_bgnbd__moments(cdnow_par, 4.4136019 * 480.0, &below, NULL);
    kept_bgnbd__moments(cdnow_par, 4.4136019 * 500.0, &above, NULL);
    CHECK_REL(below, paper_mean(cdnow_par, 4.4136019 * 480.0), 1e-10);
    CHECK_REL(above, paper_mean(cdnow_par, 4.4136019 * 500.0), 1e-10);
}

/* Every probability by itself, its sum and its two moments. */
void test_bgnbd_predict__pmf(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    enum { N = 60000 };
    static double p[N];
    const kept_bgnbd_par par[] = {cdnow_par, {10000.25, 7309, .8, 10002.5}, {2, .1, 1, 50}};
    const double t[] = {39, 7305, 30};
    for (size_t i = 0; i < 3; i++) {
        double tail, sum = 0.0, mean = 0.0, pairs = 0.0, want, want_pairs;
        CHECK_OK(kept_bgnbd_pmf(par[i], t[i], N, p, &tail, &err));
        for (size_t k = N; k-- > 0;) {
            assert_true(p[k] >= 0.0);
            sum += p[k];
            mean += (double)k * p[k];
            pairs += (double)k * ((double)k - 1.0) * p[k];
        }
        kept_bgnbd__moments(par[i], t[i], &want, &want_pairs);
        CHECK_ABS(sum + tail, 1.0, 1e-10);
        CHECK_REL(mean, want, 1e-9);
        CHECK_REL(pairs, want_pairs, 1e-8);
        for (size_t n = 1; n < N; n = n * 3 + 1) {
            double above = tail;
            for (size_t k = N; k-- > n;)
                above += p[k];
            CHECK_ABS(kept_bgnbd__beyond(par[i], t[i], (double)n), above, 1e-10);
        }
    }
    /* The paper's equation (8) for x = 1, written out. */
    double s = 39.0 / cdnow_par.alpha, z = s / (1.0 + s), r = cdnow_par.r,
           c = cdnow_par.a + cdnow_par.b;
    double none = pow(1.0 - z, r);
    CHECK_OK(kept_bgnbd_pmf(cdnow_par, 39.0, 2, p, NULL, &err));
    CHECK_REL(p[0], none, 1e-14);
    CHECK_REL(p[1], cdnow_par.b / c * r * z * none + cdnow_par.a / c * (1.0 - none), 1e-13);
}

enum { MANY = 40000 };
static struct {
    uint32_t x[MANY], future[MANY], q[2 * MANY];
    double t_x[MANY], T[MANY], mean[MANY], variance[MANY], p_alive[MANY], p_order[MANY];
    bool alive[MANY];
} sim;

static kept_bgnbd_data simulate(double horizon)
{
    kept_err err = KEPT_ERR_INIT;
    for (size_t i = 0; i < MANY; i++)
        sim.T[i] = 26.0 + (double)(i % 91) / 7.0;
    kept_bgnbd_sim out = {.x = sim.x, .t_x = sim.t_x, .alive = sim.alive, .future = sim.future};
    CHECK_OK(kept_bgnbd_simulate_rows(cdnow_par, MANY, sim.T, horizon, 11, 0, &out, &err));
    return (kept_bgnbd_data){MANY, sim.x, sim.t_x, sim.T, NULL};
}

/* Predictions against what the simulated customers then do, in four groups by x: each sum within
 * four standard errors. And the 80 % intervals hold for at least 80 %. */
void test_bgnbd_predict__agrees_with_simulation(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    const double horizon = 39.0, prob[] = {.1, .9};
    kept_bgnbd_data d = simulate(horizon);
    CHECK_OK(kept_bgnbd_orders(&d, cdnow_par, horizon, 0, sim.mean, sim.variance, &err));
    CHECK_OK(kept_bgnbd_p_alive(&d, cdnow_par, 0, sim.p_alive, &err));
    CHECK_OK(kept_bgnbd_p_order(&d, cdnow_par, horizon, 0, sim.p_order, &err));
    CHECK_OK(kept_bgnbd_order_quantiles(&d, cdnow_par, horizon, 2, prob, 0, sim.q, &err));
    for (uint32_t group = 0; group < 4; group++) {
        double orders = 0, var = 0, alive = 0, alive_var = 0, any = 0, any_var = 0, square = 0;
        size_t inside = 0, n = 0;
        for (size_t i = 0; i < MANY; i++) {
            if ((sim.x[i] < 3 ? sim.x[i] : 3) != group)
                continue;
            double miss = sim.future[i] - sim.mean[i];
            n++;
            orders += miss;
            var += sim.variance[i];
            square += miss * miss;
            alive += sim.alive[i] - sim.p_alive[i];
            alive_var += sim.p_alive[i] * (1.0 - sim.p_alive[i]);
            any += (sim.future[i] > 0) - sim.p_order[i];
            any_var += sim.p_order[i] * (1.0 - sim.p_order[i]);
            inside += sim.q[2 * i] <= sim.future[i] && sim.future[i] <= sim.q[2 * i + 1];
        }
        assert_true(n > 1000);
        CHECK_ABS(orders, 0.0, 4.0 * sqrt(var));
        CHECK_REL(square, var, .2);
        CHECK_ABS(alive, 0.0, 4.0 * sqrt(alive_var) + 1e-9);
        CHECK_ABS(any, 0.0, 4.0 * sqrt(any_var));
        assert_true((double)inside > .79 * (double)n);
    }
}

/* One customer's whole distribution has the mean, variance, quantiles and chance of an order that
 * the column functions give. */
void test_bgnbd_predict__distribution_agrees_with_columns(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    enum { N = 9000 };
    static double p[N];
    const uint32_t x[] = {0, 2, 26, 10000, 3};
    const double t_x[] = {0, 30.43, 30.86, 7305, .5}, T[] = {38.86, 38.86, 31, 7305, 300};
    const double horizon[] = {39, 520, 52, 2000, 10}, prob[] = {0, .025, .5, .9, .999};
    kept_bgnbd_data d = {5, x, t_x, T, NULL};
    for (size_t i = 0; i < 5; i++) {
        double mean[5], variance[5], any[5], tail, sum = 0, m = 0, v = 0;
        uint32_t q[25];
        size_t limit;
        CHECK_OK(kept_bgnbd_order_pmf(&d, i, cdnow_par, horizon[i], N, p, &tail, &err));
        CHECK_OK(kept_bgnbd_orders(&d, cdnow_par, horizon[i], 1, mean, variance, &err));
        CHECK_OK(kept_bgnbd_p_order(&d, cdnow_par, horizon[i], 1, any, &err));
        CHECK_OK(kept_bgnbd_order_quantiles(&d, cdnow_par, horizon[i], 5, prob, 1, q, &err));
        for (size_t k = 0; k < N; k++) {
            sum += p[k];
            m += (double)k * p[k];
            v += (double)k * (double)k * p[k];
        }
        CHECK_ABS(sum + tail, 1.0, 1e-10);
        CHECK_REL(mean[i], m, 1e-9);
        CHECK_REL(variance[i], v - m * m, 1e-7);
        CHECK_REL(any[i], 1.0 - p[0], 1e-10);
        for (size_t j = 0; j < 5; j++) {
            double below = 0;
            for (uint32_t k = 0; k < q[5 * i + j]; k++)
                below += p[k];
            assert_true(below < prob[j] || q[5 * i + j] == 0);
            assert_true(below + p[q[5 * i + j]] >= prob[j] - 1e-12);
        }
        CHECK_OK(kept_bgnbd_order_limit(&d, i, cdnow_par, horizon[i], 1e-6, &limit, &err));
        CHECK_OK(kept_bgnbd_order_pmf(&d, i, cdnow_par, horizon[i], limit, p, &tail, &err));
        assert_true(limit <= N && tail <= 1e-6);
    }
    /* Past the end of the walk the closed form takes over: the same answer as the whole pmf. */
    const uint32_t heavy_x[] = {60000};
    const double heavy_t[] = {1000};
    kept_bgnbd_data heavy = {1, heavy_x, heavy_t, heavy_t, NULL};
    const kept_bgnbd_par loyal = {2, 1, .3, 3e6};
    uint32_t q[3];
    const double wide[] = {.001, .5, .999};
    CHECK_OK(kept_bgnbd_order_quantiles(&heavy, loyal, 100, 3, wide, 1, q, &err));
    for (size_t j = 0; j < 3; j++) {
        double alive = kept_bgnbd__alive(&heavy, 0, loyal);
        kept_bgnbd_par now = kept_bgnbd__update(&heavy, 0, loyal);
        assert_true(1.0 - alive * kept_bgnbd__beyond(now, 100, q[j] + 1.0) >= wide[j]);
        assert_true(1.0 - alive * kept_bgnbd__beyond(now, 100, q[j]) < wide[j]);
    }
    CHECK_ABS(q[1], 6000, 60);
}

/* DECT by brute force: expected orders of short intervals, each discounted at its middle. */
void test_bgnbd_predict__discounted_agrees_with_summing(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    enum { STEPS = 2000 };
    const uint32_t x[] = {0, 2, 26, 10000, 0};
    const double t_x[] = {0, 30.43, 30.86, 7305, 0}, T[] = {38.86, 38.86, 31, 7305, 0};
    kept_bgnbd_data d = {5, x, t_x, T, NULL};
    const double horizon = 200.0, discount = .0027;
    double sum[5] = {0}, before[5] = {0}, now[5], got[5], longer[5];
    for (int s = 1; s <= STEPS; s++) {
        double end = horizon * s / STEPS, mid = horizon * (s - .5) / STEPS;
        CHECK_OK(kept_bgnbd_orders(&d, cdnow_par, end, 1, now, NULL, &err));
        for (size_t i = 0; i < 5; i++)
            sum[i] += (now[i] - before[i]) * exp(-discount * mid);
        memcpy(before, now, sizeof now);
    }
    CHECK_OK(kept_bgnbd_discounted(&d, cdnow_par, horizon, discount, 1, &arena, got, &err));
    for (size_t i = 0; i < 5; i++)
        CHECK_REL(got[i], sum[i], 1e-6);
    /* Zero is a value: DECT at 0 is CET; and it is approached without a step. */
    CHECK_OK(kept_bgnbd_discounted(&d, cdnow_par, horizon, 0.0, 1, &arena, got, &err));
    for (size_t i = 0; i < 5; i++)
        CHECK_REL(got[i], now[i], 1e-15);
    CHECK_OK(kept_bgnbd_discounted(&d, cdnow_par, horizon, 1e-12, 1, &arena, got, &err));
    for (size_t i = 0; i < 5; i++)
        CHECK_REL(got[i], now[i], 1e-8);
    /* Without end: the mean diverges at a <= 1 and no discount, and is (a + b + x - 1) / (a - 1)
     * orders of a living customer above. */
    CHECK_OK(kept_bgnbd_discounted(&d, cdnow_par, INFINITY, 0.0, 1, &arena, got, &err));
    assert_true(isinf(got[0]) && isinf(got[3]));
    kept_bgnbd_par mortal = {.25, 4, 3, 2.5};
    CHECK_OK(kept_bgnbd_discounted(&d, mortal, INFINITY, 0.0, 1, &arena, got, &err));
    CHECK_REL(got[0], 4.5 / 2.0, 1e-14);
    CHECK_OK(kept_bgnbd_discounted(&d, mortal, INFINITY, 1e-12, 1, &arena, longer, &err));
    CHECK_REL(longer[3], got[3], 1e-6);
    CHECK_OK(kept_bgnbd_discounted(&d, cdnow_par, 1e7, discount, 1, &arena, longer, &err));
    CHECK_OK(kept_bgnbd_discounted(&d, cdnow_par, INFINITY, discount, 1, &arena, got, &err));
    for (size_t i = 0; i < 5; i++)
        CHECK_REL(longer[i], got[i], 1e-9);
    CHECK_OK(kept_bgnbd_discounted(&d, cdnow_par, 0.0, discount, 1, &arena, got, &err));
    assert_true(got[0] == 0.0 && arena.used == 0);
}

/* The tracking curve is the sum of E[X] over customers, by both of its ways. */
void test_bgnbd_predict__track(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    enum { START = 84, END = 78 };
    double start[START], w[START], end[END], got[END], few[2];
    for (int i = 0; i < START; i++) {
        start[i] = i / 7.0;
        w[i] = 1.0 + i % 5;
    }
    for (int k = 0; k < END; k++)
        end[k] = k + 1.0;
    CHECK_OK(kept_bgnbd_track(cdnow_par, START, start, w, END, end, got, &err));
    for (int k = 0; k < END; k += 7) {
        double sum = 0.0, mean;
        for (int i = 0; i < START; i++) {
            double t = end[k] - start[i];
            if (t <= 0.0)
                continue;
            CHECK_OK(kept_bgnbd_expected(cdnow_par, 1, &t, &mean, &err));
            sum += w[i] * mean;
        }
        CHECK_REL(got[k], sum, 1e-11);
    }
    CHECK_OK(kept_bgnbd_track(cdnow_par, 3, start, w, 2, end, few, &err));
    assert_true(few[0] > 0.0 && few[1] > few[0] && few[1] < got[1]);
}

void test_bgnbd_predict__thread_count_changes_nothing(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_bgnbd_data d = simulate(0.0);
    d.n = 5000;
    static double one[5000], four[5000];
    CHECK_OK(kept_bgnbd_discounted(&d, cdnow_par, 52.0, .002, 1, &arena, one, &err));
    CHECK_OK(kept_bgnbd_discounted(&d, cdnow_par, 52.0, .002, 4, &arena, four, &err));
    assert_memory_equal(one, four, sizeof one);
    CHECK_OK(kept_bgnbd_orders(&d, cdnow_par, 52.0, 1, one, NULL, &err));
    CHECK_OK(kept_bgnbd_orders(&d, cdnow_par, 52.0, 4, four, NULL, &err));
    assert_memory_equal(one, four, sizeof one);
}

/* A simulated customer's orders ascend within the time, and streams do not depend on threads. */
void test_bgnbd_predict__simulate(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_rng rng = kept_rng_make(1, 2);
    const kept_bgnbd_par par = {3, 2, 1, 20};
    size_t orders = 0;
    for (int i = 0; i < 500; i++) {
        kept_bgnbd_customer c;
        CHECK_OK(kept_bgnbd_simulate(par, 50.0, &rng, &arena, &c, &err));
        assert_true(c.lambda > 0.0 && c.p >= 0.0 && c.p <= 1.0);
        for (size_t k = 0; k < c.n; k++)
            assert_true(c.times[k] > (k ? c.times[k - 1] : 0.0) && c.times[k] <= 50.0);
        assert_true(c.alive || c.n > 0);
        orders += c.n;
    }
    double mean, pairs;
    kept_bgnbd__moments(par, 50.0, &mean, &pairs);
    double sd = sqrt(500.0 * (pairs + mean - mean * mean));
    CHECK_ABS((double)orders, 500.0 * mean, 4.0 * sd);
}

void test_bgnbd_predict__refuses_bad_input(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    const uint32_t x[] = {2};
    const double t_x[] = {3}, T[] = {4}, prob[] = {.9, .1};
    kept_bgnbd_data d = {1, x, t_x, T, NULL};
    double out;
    uint32_t q[2];
    kept_bgnbd_par unknown = {NAN, NAN, NAN, NAN};
    assert_int_equal(kept_bgnbd_p_alive(&d, unknown, 1, &out, &err), KEPT_EARG);
    CHECK_CONTAINS(err.msg, "estimated");
    assert_int_equal(kept_bgnbd_orders(&d, cdnow_par, INFINITY, 1, &out, NULL, &err), KEPT_EARG);
    assert_int_equal(kept_bgnbd_orders(&d, cdnow_par, -1, 1, &out, NULL, &err), KEPT_EARG);
    assert_int_equal(kept_bgnbd_discounted(&d, cdnow_par, 5, -.1, 1, &arena, &out, &err),
                     KEPT_EARG);
    assert_int_equal(kept_bgnbd_order_quantiles(&d, cdnow_par, 5, 2, prob, 1, q, &err), KEPT_EARG);
    assert_int_equal(kept_bgnbd_order_pmf(&d, 1, cdnow_par, 5, 1, &out, NULL, &err), KEPT_EARG);
    kept_arena_fail_nth(2);
    assert_int_equal(kept_bgnbd_discounted(&d, cdnow_par, 5, .1, 1, &arena, &out, &err),
                     KEPT_ENOMEM);
    kept_arena_fail_nth(0);
}
