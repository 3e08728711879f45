#include "support.h"

#include "math/newton.h"

typedef void (*surface)(const double *u, double *f, double *g, double h[2][2]);

static void call(void *context, const double *u, double *ret_f, double *ret_gradient,
                 double (*ret_hessian)[KEPT_NEWTON_MAX])
{
    double h[2][2] = {{0}};
    (*(surface *)context)(u, ret_f, ret_gradient, h);
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < 2; j++)
            ret_hessian[i][j] = h[i][j];
}

static kept_newton_result climb_from(surface s, double a, double b, int max_eval)
{
    kept_err err = KEPT_ERR_INIT;
    kept_newton_problem p = {.n = 2,
                             .fn = call,
                             .context = &s,
                             .start = {a, b},
                             .lower = {-20, -20},
                             .upper = {20, 20},
                             .step_tol = 1e-9,
                             .max_eval = max_eval};
    kept_newton_result r;
    CHECK_OK(kept_newton_maximise(&p, &r, &err));
    return r;
}

/* Rosenbrock's valley, upside down: the maximum is 0 at (1, 1). */
static void valley(const double *u, double *f, double *g, double h[2][2])
{
    double d = u[1] - u[0] * u[0], e = 1.0 - u[0];
    *f = -(100.0 * d * d + e * e);
    g[0] = 400.0 * d * u[0] + 2.0 * e;
    g[1] = -200.0 * d;
    h[0][0] = 400.0 * d - 800.0 * u[0] * u[0] - 2.0;
    h[0][1] = h[1][0] = 400.0 * u[0];
    h[1][1] = -200.0;
}

/* Two hills of cos along x and a bowl along y; (pi, 0) is a saddle with a zero gradient. */
static void hills(const double *u, double *f, double *g, double h[2][2])
{
    *f = cos(u[0]) - u[1] * u[1];
    g[0] = -sin(u[0]);
    g[1] = -2.0 * u[1];
    h[0][0] = -cos(u[0]);
    h[1][1] = -2.0;
}

/* Rises for ever towards 0 as u0 grows: there is no maximum. */
static void slope(const double *u, double *f, double *g, double h[2][2])
{
    *f = -exp(-u[0]) - u[1] * u[1];
    g[0] = exp(-u[0]);
    g[1] = -2.0 * u[1];
    h[0][0] = -exp(-u[0]);
    h[1][1] = -2.0;
}

/* A hill near (-5, 0), a little above 2, beside a slope that rises for ever towards 1. */
static void hill_beside_slope(const double *u, double *f, double *g, double h[2][2])
{
    double z = u[0] + 5.0, bell = 2.0 * exp(-z * z), s = 1.0 / (1.0 + exp(-u[0]));
    *f = bell + s - u[1] * u[1];
    g[0] = -2.0 * z * bell + s * (1.0 - s);
    g[1] = -2.0 * u[1];
    h[0][0] = (4.0 * z * z - 2.0) * bell + s * (1.0 - s) * (1.0 - 2.0 * s);
    h[1][1] = -2.0;
}

static void broken(const double *u, double *f, double *g, double h[2][2])
{
    hills(u, f, g, h);
    *f = NAN;
}

void test_newton__finds_the_maximum_of_a_curved_valley(void **state)
{
    (void)state;
    kept_newton_result r = climb_from(valley, -1.2, 1.0, 200);
    assert_int_equal(r.stop, KEPT_STOP_CONVERGED);
    CHECK_ABS(r.u[0], 1.0, 1e-9);
    CHECK_ABS(r.u[1], 1.0, 1e-9);
    assert_true(r.n_eval < 60);
}

void test_newton__leaves_a_saddle(void **state)
{
    (void)state;
    kept_newton_result r = climb_from(hills, 3.14159265358979323846, 0.5, 200);
    assert_int_equal(r.stop, KEPT_STOP_CONVERGED);
    CHECK_ABS(r.f, 1.0, 1e-12);
}

void test_newton__says_when_there_is_no_maximum(void **state)
{
    (void)state;
    kept_newton_result r = climb_from(slope, 0.0, 3.0, 200);
    assert_int_equal(r.stop, KEPT_STOP_BOUNDARY);
    CHECK_ABS(r.u[1], 0.0, 1e-6);
    r = climb_from(valley, -1.2, 1.0, 5);
    assert_int_equal(r.stop, KEPT_STOP_MAXEVAL);
    assert_int_equal(r.n_eval, 5);
}

void test_newton__climbs_again_from_elsewhere(void **state)
{
    (void)state;
    surface s = hill_beside_slope;
    kept_err err = KEPT_ERR_INIT;
    kept_newton_problem p = {.n = 2,
                             .fn = call,
                             .context = &s,
                             .start = {3, 1},
                             .lower = {-20, -20},
                             .upper = {20, 20},
                             .step_tol = 1e-9,
                             .max_eval = 200};
    kept_newton_result alone, both;
    CHECK_OK(kept_newton_maximise(&p, &alone, &err));
    assert_int_equal(alone.stop, KEPT_STOP_BOUNDARY);
    const double elsewhere[][KEPT_NEWTON_MAX] = {{8, 0}, {-4.8, 0.5}};
    CHECK_OK(kept_newton_maximise_from(&p, 2, elsewhere, &both, &err));
    assert_int_equal(both.stop, KEPT_STOP_CONVERGED);
    assert_true(both.f > 2.0);
    CHECK_ABS(both.u[0], -5.0, 0.01);
    assert_true(both.n_eval > alone.n_eval);
    /* The climbs share one limit: with too little left for another, the first stands. */
    p.max_eval = alone.n_eval + 2;
    CHECK_OK(kept_newton_maximise_from(&p, 2, elsewhere, &both, &err));
    assert_int_equal(both.stop, KEPT_STOP_BOUNDARY);
    assert_int_equal(both.n_eval, p.max_eval);
}

void test_newton__refuses_a_start_without_a_value(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    surface s = broken;
    kept_newton_problem p = {
        .n = 2, .fn = call, .context = &s, .upper = {1, 1}, .step_tol = 1e-9, .max_eval = 9};
    kept_newton_result r;
    assert_int_equal(kept_newton_maximise(&p, &r, &err), KEPT_ENUM);
}

/* Inverse of [[2, 1], [1, 3]] is [[3, -1], [-1, 2]] / 5. */
void test_newton__covariance(void **state)
{
    (void)state;
    const double h[2][KEPT_NEWTON_MAX] = {{-2, -1}, {-1, -3}};
    double inverse[KEPT_NEWTON_MAX][KEPT_NEWTON_MAX];
    assert_true(kept_newton_covariance(2, h, inverse));
    CHECK_ABS(inverse[0][0], 0.6, 1e-14);
    CHECK_ABS(inverse[0][1], -0.2, 1e-14);
    CHECK_ABS(inverse[1][1], 0.4, 1e-14);
    const double flat[2][KEPT_NEWTON_MAX] = {{-1, -1}, {-1, -1}};
    assert_false(kept_newton_covariance(2, flat, inverse));
}
