#include "support.h"

#include "kept/special.h"

/* Values of the gamma family: Abramowitz & Stegun tables 6.1 to 6.4 and exact constants
 * (ln Gamma(1/2) = ln sqrt(pi); psi(1) = -Euler; psi'(1) = pi^2 / 6; psi'(1/2) = pi^2 / 2). */
void test_special__gamma_family(void **state)
{
    (void)state;
    CHECK_ABS(kept_lgamma(0.5), 0.57236494292470008707, 1e-15);
    CHECK_ABS(kept_lgamma(10.0), log(362880.0), 1e-13);
    CHECK_ABS(kept_digamma(1.0), -0.57721566490153286061, 1e-14);
    CHECK_ABS(kept_digamma(0.5), -1.96351002602142347944, 1e-14);
    CHECK_REL(kept_trigamma(1.0), 1.64493406684822643647, 1e-14);
    CHECK_REL(kept_trigamma(0.5), 4.93480220054467930942, 1e-14);
    assert_true(isnan(kept_lgamma(0.0)) && isnan(kept_digamma(-1.0)) && isnan(kept_trigamma(NAN)));
    /* The recurrences hold over the whole range. */
    for (double x = 1e-3; x < 1e6; x *= 3.7) {
        CHECK_REL(kept_digamma(x + 1.0) - kept_digamma(x), 1.0 / x, 1e-12 * fmax(1.0, x * x / 1e2));
        CHECK_ABS(kept_trigamma(x) - kept_trigamma(x + 1.0), 1.0 / (x * x),
                  1e-13 / (x * x) + 1e-15);
    }
}

/* Their recurrences, which plain differences lose at large arguments. */
void test_special__psi_rise(void **state)
{
    (void)state;
    const double base[] = {0.01, 0.7, 15.9, 16.0, 250.0, 1e5, 1e9};
    for (size_t i = 0; i < sizeof base / sizeof base[0]; i++) {
        double first = 0.0, second = 0.0;
        for (int j = 1; j < 30; j++) {
            first += 1.0 / (base[i] + j - 1.0);
            second -= 1.0 / (base[i] + j - 1.0) / (base[i] + j - 1.0);
            CHECK_REL(kept_digamma_rise(base[i], j), first, 1e-12);
            CHECK_REL(kept_trigamma_rise(base[i], j), second, 1e-12);
        }
    }
    assert_true(isnan(kept_digamma_rise(-1.0, 1.0)) && isnan(kept_trigamma_rise(1.0, -1.0)));
}

/* The sum of logarithms is the definition. */
void test_special__lgamma_rise(void **state)
{
    (void)state;
    const double base[] = {0.01, 0.7, 15.9, 16.0, 250.0, 1e5, 1e9};
    for (size_t i = 0; i < sizeof base / sizeof base[0]; i++) {
        double sum = 0.0;
        for (int j = 0; j < 30; j++) {
            CHECK_REL(kept_lgamma_rise(base[i], j), sum, 2e-14 + (j < 2 ? 1e-12 : 0.0));
            sum += log(base[i] + j);
        }
    }
}

/* Closed forms: I_x(1, b) = 1 - (1 - x)^b; I_x(a, 1) = x^a; I_x(2, 2) = 3 x^2 - 2 x^3; binomial
 * sums for whole a and b; the symmetry I_x(a, b) = 1 - I_{1-x}(b, a). */
void test_special__beta_inc(void **state)
{
    (void)state;
    for (double x = 0.05; x < 1.0; x += 0.1) {
        CHECK_ABS(kept_beta_inc(1.0, 3.7, x), 1.0 - pow(1.0 - x, 3.7), 1e-14);
        CHECK_ABS(kept_beta_inc(0.01, 1.0, x), pow(x, 0.01), 1e-14);
        CHECK_ABS(kept_beta_inc(2.0, 2.0, x), 3.0 * x * x - 2.0 * x * x * x, 1e-14);
        CHECK_ABS(kept_beta_inc(33.3, 0.2, x), 1.0 - kept_beta_inc(0.2, 33.3, 1.0 - x), 1e-13);
        double sum = 0.0, term = pow(1.0 - x, 50.0); /* P(Binomial(50, x) >= 20) = I_x(20, 31) */
        for (int k = 0; k <= 50; k++) {
            sum += k >= 20 ? term : 0.0;
            term *= (50.0 - k) / (k + 1.0) * x / (1.0 - x);
        }
        CHECK_ABS(kept_beta_inc(20.0, 31.0, x), sum, 1e-13);
    }
    /* Large and symmetric: exactly one half. */
    CHECK_ABS(kept_beta_inc(1e6, 1e6, 0.5), 0.5, 1e-9);
    assert_true(kept_beta_inc(3.0, 4.0, 0.0) == 0.0 && kept_beta_inc(3.0, 4.0, 1.0) == 1.0);
    assert_true(kept_beta_inc(1e5, 1.0, 0.1) == 0.0 && isnan(kept_beta_inc(0.0, 1.0, 0.5)));
}

/* Standard table values; and the two functions undo each other. */
void test_special__normal(void **state)
{
    (void)state;
    CHECK_REL(kept_normal_quantile(0.975), 1.95996398454005423552, 1e-15);
    CHECK_REL(kept_normal_quantile(0.999), 3.09023230616781354152, 1e-14);
    for (double z = -8.0; z <= 5.0; z += 0.25)
        CHECK_ABS(kept_normal_quantile(kept_normal_cdf(z)), z, 1e-9);
    for (double z = -30.0; z <= -1.0; z += 1.0)
        CHECK_REL(kept_normal_quantile(kept_normal_cdf(z)), z, 1e-13);
    assert_true(isinf(kept_normal_quantile(0.0)) && isnan(kept_normal_quantile(1.5)));
}

/* By hand: u = 1..5, v = 2 1 4 3 5: covariance 8, variances 10: r = 0.8. Fisher: atanh 0.8 =
 * 1.0986123, 1.959964 / sqrt 2 = 1.3859038: tanh(-0.2872915) and tanh(2.4845161). */
void test_special__correlation(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    const double u[] = {1, 2, 3, 4, 5}, v[] = {2, 1, 4, 3, 5};
    kept_correlation c;
    CHECK_OK(kept_correlate(5, u, v, NULL, 0.95, &c, &err));
    CHECK_ABS(c.r, 0.8, 1e-15);
    CHECK_ABS(c.low, -0.2796400, 1e-6);
    CHECK_ABS(c.high, 0.9861962, 1e-6);
    const double w[] = {2, 0, 1, 1, 1}, again[] = {1, 1, 3, 4, 5}, v2[] = {2, 2, 4, 3, 5};
    kept_correlation weighted, spelt_out;
    CHECK_OK(kept_correlate(5, u, v, w, 0.95, &weighted, &err));
    CHECK_OK(kept_correlate(5, again, v2, NULL, 0.95, &spelt_out, &err));
    CHECK_REL(weighted.r, spelt_out.r, 1e-14);
    CHECK_REL(weighted.low, spelt_out.low, 1e-13);
    const double flat[] = {3, 3, 3, 3, 3};
    CHECK_OK(kept_correlate(5, flat, v, NULL, 0.95, &c, &err));
    assert_true(isnan(c.r) && isnan(c.low));
    const double broken[] = {1, 2, NAN, 4, 5};
    assert_int_equal(kept_correlate(5, broken, v, NULL, 0.95, &c, &err), KEPT_EARG);
    CHECK_CONTAINS(err.msg, "Row 2");
}
