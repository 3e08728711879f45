#include "support.h"

#include "kept/clv.h"

static const kept_bgnbd_par cdnow_par = {.2425945, 4.4136019, .7929199, 2.4258881};
static const kept_gammagamma_par cdnow_gg = {6.2493492, 3.7442563, 15.4443067};

/* ln 1.1 = .0953101798; a week is 7 / 365.25 of a year, a month a twelfth. */
void test_clv__units_and_discount(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    CHECK_REL(kept_discount_per_unit(.10, KEPT_UNIT_YEAR), .0953101798043, 1e-12);
    CHECK_REL(kept_discount_per_unit(.10, KEPT_UNIT_MONTH), .0953101798043 / 12.0, 1e-12);
    CHECK_REL(kept_discount_per_unit(.10, KEPT_UNIT_WEEK), .0953101798043 * 7.0 / 365.25, 1e-12);
    assert_true(kept_discount_per_unit(0.0, KEPT_UNIT_DAY) == 0.0);
    assert_true(isnan(kept_discount_per_unit(-1.0, KEPT_UNIT_DAY)));
    CHECK_REL(kept_discount_yearly(kept_discount_per_unit(.15, KEPT_UNIT_DAY), KEPT_UNIT_DAY), .15,
              1e-12);
    kept_time_unit unit;
    CHECK_OK(kept_unit_parse("weeks", &unit, &err));
    assert_int_equal(unit, KEPT_UNIT_WEEK);
    assert_string_equal(kept_unit_name(unit), "week");
    assert_true(kept_unit_days(KEPT_UNIT_MONTH) == 365.25 / 12.0);
    assert_int_equal(kept_unit_parse("fortnight", &unit, &err), KEPT_EARG);
    CHECK_CONTAINS(err.msg, "fortnight");
}

enum { N = 5 };
static const uint32_t x[N] = {0, 2, 26, 200, 10000};
static const double t_x[N] = {0, 30.43, 30.86, 38, 7305}, T[N] = {38.86, 38.86, 31, 40, 7305};
static const double m[N] = {0, 22.35, 71, 12, 1e6};

/* The one pass gives what the single functions give; intervals hold the middle 90 %. */
void test_clv__predict_joins_the_models(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_bgnbd_data data = {N, x, t_x, T, NULL};
    double alive[N], any[N], orders[N], variance[N], discounted[N], mean[N], spend[N], spend_var[N];
    double low[N], high[N], value[N], want[N];
    uint32_t orders_low[N], orders_high[N];
    kept_clv_out out = {.p_alive = alive,
                        .p_order = any,
                        .orders = orders,
                        .orders_variance = variance,
                        .orders_low = orders_low,
                        .orders_high = orders_high,
                        .discounted_orders = discounted,
                        .spend_mean = mean,
                        .spend = spend,
                        .spend_variance = spend_var,
                        .spend_low = low,
                        .spend_high = high,
                        .value = value};
    kept_clv_opts opts = KEPT_CLV_OPTS_INIT;
    opts.horizon = 52.0;
    opts.discount = kept_discount_per_unit(.1, KEPT_UNIT_WEEK);
    CHECK_OK(kept_clv_predict(&data, m, cdnow_par, &cdnow_gg, &opts, &arena, &out, &err));
    assert_int_equal(arena.used, 0);
    CHECK_OK(kept_bgnbd_orders(&data, cdnow_par, 52.0, 1, want, NULL, &err));
    static double count_p[3000];
    for (size_t i = 0; i < N; i++) {
        CHECK_REL(orders[i], want[i], 1e-15);
        CHECK_REL(value[i], discounted[i] * mean[i], 1e-15);
        CHECK_REL(spend[i], orders[i] * mean[i], 1e-15);
        assert_true(discounted[i] < orders[i] && any[i] <= alive[i]);
        assert_true(low[i] <= high[i] && orders_low[i] <= orders_high[i]);
        double tail, p;
        CHECK_OK(kept_bgnbd_order_pmf(&data, i, cdnow_par, 52.0, 3000, count_p, &tail, &err));
        CHECK_OK(kept_gammagamma_spend_cdf(cdnow_gg, (kept_spend_history){x[i], m[i]}, 3000,
                                           count_p, high[i], &p, &err));
        assert_true(high[i] == 0.0 ? p >= .95 : fabs(p - .95) < 2e-3);
        CHECK_OK(kept_gammagamma_spend_cdf(cdnow_gg, (kept_spend_history){x[i], m[i]}, 3000,
                                           count_p, low[i], &p, &err));
        assert_true(low[i] == 0.0 ? p >= .05 : fabs(p - .05) < 2e-3);
    }
    CHECK_ABS(mean[0], 35.17, .005); /* population mean of CDNOW */
    /* Only what is asked for, without money and without end. */
    kept_clv_out few = {.discounted_orders = discounted};
    opts.horizon = INFINITY;
    opts.discount = .0027;
    CHECK_OK(kept_clv_predict(&data, NULL, cdnow_par, NULL, &opts, &arena, &few, &err));
    CHECK_ABS(discounted[1], 5.1563589, 5e-8);
    few.value = value;
    assert_int_equal(kept_clv_predict(&data, NULL, cdnow_par, NULL, &opts, &arena, &few, &err),
                     KEPT_EARG);
    few.spend_low = low;
    assert_int_equal(kept_clv_predict(&data, m, cdnow_par, &cdnow_gg, &opts, &arena, &few, &err),
                     KEPT_EARG);
}

/* A customer who may order tens of thousands of times: counts go by in runs, quantiles hold. */
void test_clv__spend_of_a_very_heavy_buyer(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    const uint32_t heavy_x[] = {60000};
    const double heavy_t[] = {1000}, heavy_m[] = {20};
    const kept_bgnbd_par loyal = {2, 1, .001, 3e6};
    kept_bgnbd_data data = {1, heavy_x, heavy_t, heavy_t, NULL};
    double spend, variance, low, high;
    kept_clv_out out = {
        .spend = &spend, .spend_variance = &variance, .spend_low = &low, .spend_high = &high};
    kept_clv_opts opts = KEPT_CLV_OPTS_INIT;
    opts.horizon = 1000.0;
    CHECK_OK(kept_clv_predict(&data, heavy_m, loyal, &cdnow_gg, &opts, &arena, &out, &err));
    /* Close to normal: 60,000 orders at 20 each, give or take 1.645 standard deviations. */
    CHECK_REL(spend, 1.2e6, 1e-3);
    CHECK_REL(low, spend - 1.644854 * sqrt(variance), 1e-3);
    CHECK_REL(high, spend + 1.644854 * sqrt(variance), 1e-3);
}

/* The sum over customers and its two uncertainties, the second against brute force: the spread of
 * the total when the parameters move by one standard error along each axis of their covariance. */
void test_clv__totals(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    const double w[N] = {1000, 50, 3, 2, 1};
    kept_bgnbd_data data = {N, x, t_x, T, w};
    kept_bgnbd_fit fit = {.par = cdnow_par, .converged = true};
    fit.cov_log[0][0] = .0025; /* only r is uncertain: 5 % */
    kept_clv_opts opts = KEPT_CLV_OPTS_INIT;
    opts.horizon = 39.0;
    opts.discount = .002;
    kept_clv_total total;
    CHECK_OK(kept_clv_total_orders(&data, &fit, &opts, &arena, &total, &err));
    double mean[N], variance[N], sum = 0, var = 0, up = 0;
    CHECK_OK(kept_bgnbd_orders(&data, cdnow_par, 39.0, 1, mean, variance, &err));
    kept_bgnbd_par more = cdnow_par;
    more.r *= exp(.05);
    double moved[N];
    CHECK_OK(kept_bgnbd_orders(&data, more, 39.0, 1, moved, NULL, &err));
    for (size_t i = 0; i < N; i++) {
        sum += w[i] * mean[i];
        var += w[i] * variance[i];
        up += w[i] * moved[i];
    }
    CHECK_REL(total.orders, sum, 1e-14);
    CHECK_REL(total.orders_sd_chance, sqrt(var), 1e-12);
    CHECK_REL(total.orders_sd_estimation, fabs(up - sum), .05);
    CHECK_ABS(total.customers, 1056, 0);
    assert_true(total.discounted_orders < total.orders);
    fit.converged = false;
    CHECK_OK(kept_clv_total_orders(&data, &fit, &opts, &arena, &total, &err));
    assert_true(isnan(total.orders_sd_estimation) && total.orders_sd_chance > 0.0);
}

/* Each allocation of the one pass in turn fails; scratch is rewound every time. */
void test_clv__survives_lack_of_memory(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    kept_bgnbd_data data = {N, x, t_x, T, NULL};
    double value[N], variance[N], high[N];
    kept_clv_out out = {.value = value, .spend_variance = variance, .spend_high = high};
    kept_clv_opts opts = KEPT_CLV_OPTS_INIT;
    opts.horizon = 52.0;
    opts.discount = .002;
    size_t nth = 1;
    for (; nth < 100; nth++) {
        KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
        kept_arena_fail_nth(nth);
        kept_status status =
            kept_clv_predict(&data, m, cdnow_par, &cdnow_gg, &opts, &arena, &out, &err);
        kept_arena_fail_nth(0);
        assert_int_equal(arena.used, 0);
        if (status == KEPT_OK)
            break;
        assert_int_equal(status, KEPT_ENOMEM);
    }
    assert_true(nth > 5 && nth < 100);
}
