/* math/newton.h - maximises a smooth function of a few variables by Newton steps in a trust
 * region inside a box.
 *
 * Why Newton: our likelihoods give their second derivatives almost for free beside the first, a
 * fit then takes 8 to 20 evaluations instead of 150, and the size of the Newton step is a test of
 * convergence that does not depend on units or on how much data there is: with log-parameters, a
 * step of 1e-8 means eight settled digits. A likelihood that only creeps upwards for ever (all
 * customers alike) keeps a Newton step near 1 however flat it gets, so it is never mistaken for
 * a maximum. */
#ifndef KEPT_MATH_NEWTON_H
#define KEPT_MATH_NEWTON_H

#include <stdbool.h>
#include <stddef.h>

#include "kept/err.h"
#include "kept/stop.h"

enum { KEPT_NEWTON_MAX = 8 };

/* Writes f, its gradient and its Hessian (n rows of KEPT_NEWTON_MAX) at u; f = NaN where undefined.
 */
typedef void (*kept_newton_fn)(void *context, const double *u, double *ret_f, double *ret_gradient,
                               double (*ret_hessian)[KEPT_NEWTON_MAX]);

typedef struct kept_newton_problem {
    size_t n; /* variables, at most KEPT_NEWTON_MAX */
    kept_newton_fn fn;
    void *context;
    double start[KEPT_NEWTON_MAX];
    double lower[KEPT_NEWTON_MAX], upper[KEPT_NEWTON_MAX];
    double step_tol; /* converged when no variable would move more than this */
    int max_eval;
} kept_newton_problem;

typedef struct kept_newton_result {
    double u[KEPT_NEWTON_MAX];
    double f;
    double gradient[KEPT_NEWTON_MAX];
    double hessian[KEPT_NEWTON_MAX][KEPT_NEWTON_MAX];
    int n_eval;
    kept_stop stop; /* CONVERGED, MAXEVAL, BOUNDARY or STALLED */
} kept_newton_result;

/* KEPT_ENUM: fn is not finite at the start. */
KEPT_MUST_CHECK kept_status kept_newton_maximise(const kept_newton_problem *problem,
                                                 kept_newton_result *ret_result, kept_err *err);

/* The same, repeated from other starts (rows of elsewhere) while no maximum was found: beside a
 * slope that leads to the edge there may be one. The highest point wins, and at the same height a
 * maximum; n_eval counts all climbs, which share max_eval. */
KEPT_MUST_CHECK kept_status kept_newton_maximise_from(const kept_newton_problem *problem,
                                                      size_t n_elsewhere,
                                                      const double (*elsewhere)[KEPT_NEWTON_MAX],
                                                      kept_newton_result *ret_result,
                                                      kept_err *err);

/* Inverse of minus a Hessian; false (ret_inverse untouched) unless it is clearly positive
 * definite. */
bool kept_newton_covariance(size_t n, const double (*hessian)[KEPT_NEWTON_MAX],
                            double (*ret_inverse)[KEPT_NEWTON_MAX]);

#endif
