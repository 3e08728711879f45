#include "math/newton.h"

#include <math.h>
#include <string.h>

typedef double square[KEPT_NEWTON_MAX][KEPT_NEWTON_MAX];

typedef struct eigen {
    double value[KEPT_NEWTON_MAX];
    square vector; /* vector[i][k]: component i of vector k */
} eigen;

static void rotate(square m, size_t n, eigen *e, size_t p, size_t q)
{
    if (m[p][q] == 0.0)
        return;
    double theta = (m[q][q] - m[p][p]) / (2.0 * m[p][q]);
    double t = copysign(1.0, theta) / (fabs(theta) + hypot(theta, 1.0));
    double c = 1.0 / hypot(t, 1.0), s = t * c;
    for (size_t k = 0; k < n; k++) {
        double kp = m[k][p], kq = m[k][q];
        m[k][p] = c * kp - s * kq;
        m[k][q] = s * kp + c * kq;
    }
    for (size_t k = 0; k < n; k++) {
        double pk = m[p][k], qk = m[q][k];
        m[p][k] = c * pk - s * qk;
        m[q][k] = s * pk + c * qk;
    }
    for (size_t k = 0; k < n; k++) {
        double kp = e->vector[k][p], kq = e->vector[k][q];
        e->vector[k][p] = c * kp - s * kq;
        e->vector[k][q] = s * kp + c * kq;
    }
}

/* Eigenvalues and vectors of a small symmetric matrix by cyclic Jacobi rotations. */
static void decompose(const double (*matrix)[KEPT_NEWTON_MAX], size_t n, eigen *e)
{
    enum { SWEEPS = 30 };
    square m;
    memcpy(m, matrix, sizeof m);
    memset(e, 0, sizeof *e);
    for (size_t i = 0; i < n; i++)
        e->vector[i][i] = 1.0;
    for (int sweep = 0; sweep < SWEEPS; sweep++)
        for (size_t p = 0; p + 1 < n; p++)
            for (size_t q = p + 1; q < n; q++)
                rotate(m, n, e, p, q);
    for (size_t i = 0; i < n; i++)
        e->value[i] = m[i][i];
}

static double lowest(const eigen *e, size_t n)
{
    double low = e->value[0];
    for (size_t i = 1; i < n; i++)
        low = fmin(low, e->value[i]);
    return low;
}

static double highest(const eigen *e, size_t n)
{
    double high = e->value[0];
    for (size_t i = 1; i < n; i++)
        high = fmax(high, e->value[i]);
    return high;
}

static bool definite(const eigen *e, size_t n)
{
    return lowest(e, n) > 1e-13 * fabs(highest(e, n));
}

bool kept_newton_covariance(size_t n, const double (*hessian)[KEPT_NEWTON_MAX],
                            double (*ret_inverse)[KEPT_NEWTON_MAX])
{
    square minus = {{0}};
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            if (!isfinite(hessian[i][j]))
                return false;
            minus[i][j] = -0.5 * (hessian[i][j] + hessian[j][i]);
        }
    eigen e;
    decompose((const double(*)[KEPT_NEWTON_MAX])minus, n, &e);
    if (!definite(&e, n))
        return false;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            double sum = 0.0;
            for (size_t k = 0; k < n; k++)
                sum += e.vector[i][k] * e.vector[j][k] / e.value[k];
            ret_inverse[i][j] = sum;
        }
    return true;
}

/* ---- One local model: gain(s) = g s - s A s / 2, A = minus the Hessian, some variables held ----
 */

typedef struct model {
    size_t n;
    bool held[KEPT_NEWTON_MAX]; /* at a bound, with the gradient pointing outwards */
    bool any_held;
    double g[KEPT_NEWTON_MAX]; /* 0 where held */
    square a;
    eigen e;
    double along[KEPT_NEWTON_MAX]; /* gradient in the eigenvectors' frame */
} model;

static void build_model(const kept_newton_problem *p, const kept_newton_result *at, model *m)
{
    memset(m, 0, sizeof *m);
    m->n = p->n;
    double scale = 0.0;
    for (size_t i = 0; i < p->n; i++)
        scale = fmax(scale, fabs(at->hessian[i][i]));
    for (size_t i = 0; i < p->n; i++) {
        m->held[i] = (at->u[i] <= p->lower[i] && at->gradient[i] < 0.0) ||
                     (at->u[i] >= p->upper[i] && at->gradient[i] > 0.0);
        m->any_held |= m->held[i];
        m->g[i] = m->held[i] ? 0.0 : at->gradient[i];
    }
    for (size_t i = 0; i < p->n; i++)
        for (size_t j = 0; j < p->n; j++) {
            bool cut = m->held[i] || m->held[j];
            m->a[i][j] = !cut     ? -0.5 * (at->hessian[i][j] + at->hessian[j][i])
                         : i == j ? scale
                                  : 0.0;
        }
    decompose((const double(*)[KEPT_NEWTON_MAX])m->a, p->n, &m->e);
    for (size_t k = 0; k < p->n; k++)
        for (size_t i = 0; i < p->n; i++)
            m->along[k] += m->e.vector[i][k] * m->g[i];
}

/* Step of the model with A + shift I; returns its length. */
static double shifted_step(const model *m, double shift, double *step)
{
    double length2 = 0.0;
    memset(step, 0, KEPT_NEWTON_MAX * sizeof *step);
    for (size_t k = 0; k < m->n; k++) {
        double c = m->along[k] / (m->e.value[k] + shift);
        if (!isfinite(c))
            c = 0.0;
        length2 += c * c;
        for (size_t i = 0; i < m->n; i++)
            step[i] += c * m->e.vector[i][k];
    }
    return sqrt(length2);
}

/* The best step no longer than radius (More & Sorensen 1983, by bisection: n is tiny). */
static void trust_step(const model *m, double radius, double *step)
{
    double low = lowest(&m->e, m->n);
    double size = fmax(fabs(low), fabs(highest(&m->e, m->n)));
    if (definite(&m->e, m->n) && shifted_step(m, 0.0, step) <= radius)
        return;
    double floor_shift = fmax(0.0, -low) + 1e-14 * size + 1e-300;
    double lo = floor_shift, hi = floor_shift + 1e-8 * size + 1e-280;
    while (shifted_step(m, hi, step) > radius)
        hi = 2.0 * hi + 1e-280;
    for (int i = 0; i < 100; i++) {
        double mid = hi > 4.0 * lo ? sqrt(lo * hi) : 0.5 * (lo + hi);
        if (shifted_step(m, mid, step) > radius)
            lo = mid;
        else
            hi = mid;
    }
    double length = shifted_step(m, hi, step);
    if (low < 0.0 && length < 0.9 * radius) {
        /* The gradient has no part along the upward bend: add one, either way is as good. */
        size_t k = 0;
        for (size_t j = 1; j < m->n; j++)
            if (m->e.value[j] < m->e.value[k])
                k = j;
        double extra = copysign(sqrt(radius * radius - length * length), m->along[k]);
        for (size_t i = 0; i < m->n; i++)
            step[i] += extra * m->e.vector[i][k];
    }
}

static double gain_of(const model *m, const double *step)
{
    double gain = 0.0;
    for (size_t i = 0; i < m->n; i++) {
        gain += m->g[i] * step[i];
        for (size_t j = 0; j < m->n; j++)
            gain -= 0.5 * step[i] * m->a[i][j] * step[j];
    }
    return gain;
}

static double largest(const double *v, size_t n)
{
    double most = 0.0;
    for (size_t i = 0; i < n; i++)
        most = fmax(most, fabs(v[i]));
    return most;
}

static bool evaluate(const kept_newton_problem *p, kept_newton_result *at, int n_eval)
{
    p->fn(p->context, at->u, &at->f, at->gradient, at->hessian);
    at->n_eval = n_eval;
    if (!isfinite(at->f))
        return false;
    for (size_t i = 0; i < p->n; i++) {
        if (!isfinite(at->gradient[i]))
            return false;
        for (size_t j = 0; j < p->n; j++)
            if (!isfinite(at->hessian[i][j]))
                return false;
    }
    return true;
}

static void move(const kept_newton_problem *p, kept_newton_result *at, const model *m, double *step)
{
    for (size_t i = 0; i < p->n; i++) {
        if (m->held[i])
            step[i] = 0.0;
        double to = fmin(p->upper[i], fmax(p->lower[i], at->u[i] + step[i]));
        step[i] = to - at->u[i];
        at->u[i] = to;
    }
}

/* Size of the full Newton step, INFINITY where A is not definite; *ret_gain: what it promises. */
static double newton_size(const model *m, double *step, double *ret_gain)
{
    *ret_gain = INFINITY;
    if (!definite(&m->e, m->n))
        return INFINITY;
    shifted_step(m, 0.0, step);
    *ret_gain = gain_of(m, step);
    return largest(step, m->n);
}

/* The gain is below what rounding lets f show. A small Newton step is then judged by whether the
 * next one is smaller still; a large one means that f is flat there: no maximum to be found. */
static kept_stop polish(const kept_newton_problem *p, kept_newton_result *at, double size)
{
    const double flat = 1e-3, settled = 1e-5;
    if (!(size < flat))
        return KEPT_STOP_BOUNDARY;
    model m;
    double step[KEPT_NEWTON_MAX], gain;
    build_model(p, at, &m);
    size = newton_size(&m, step, &gain);
    while (size > p->step_tol && at->n_eval < p->max_eval) {
        kept_newton_result next = *at;
        move(p, &next, &m, step);
        double next_size = INFINITY;
        if (evaluate(p, &next, at->n_eval + 1)) {
            build_model(p, &next, &m);
            next_size = newton_size(&m, step, &gain);
        }
        at->n_eval = next.n_eval;
        if (!(next_size < size))
            break;
        *at = next;
        size = next_size;
    }
    return size <= fmax(settled, p->step_tol) ? KEPT_STOP_CONVERGED : KEPT_STOP_STALLED;
}

static kept_stop climb(const kept_newton_problem *p, kept_newton_result *at)
{
    const double widest = 4.0;
    double radius = 1.0;
    while (at->n_eval < p->max_eval) {
        model m;
        build_model(p, at, &m);
        double step[KEPT_NEWTON_MAX], full_gain;
        double noise = 1e-14 * (1.0 + fabs(at->f));
        double size = newton_size(&m, step, &full_gain);
        if (size <= p->step_tol)
            return m.any_held ? KEPT_STOP_BOUNDARY : KEPT_STOP_CONVERGED;
        if (full_gain <= noise)
            return polish(p, at, size);
        trust_step(&m, radius, step);
        kept_newton_result next = *at;
        move(p, &next, &m, step);
        double gain = gain_of(&m, step), length = 0.0;
        for (size_t i = 0; i < p->n; i++)
            length = hypot(length, step[i]);
        if (gain <= noise && radius >= 0.5)
            return KEPT_STOP_BOUNDARY;
        if (radius < 1e-9)
            return KEPT_STOP_STALLED;
        bool ok = evaluate(p, &next, at->n_eval + 1);
        double ratio = ok && gain > 0.0 ? (next.f - at->f) / gain : -1.0;
        if (ratio < 0.25)
            radius = 0.25 * fmin(radius, length);
        else if (ratio > 0.75 && length > 0.8 * radius)
            radius = fmin(2.0 * radius, widest);
        if (ratio > 1e-4)
            *at = next;
        else
            at->n_eval = next.n_eval;
    }
    return KEPT_STOP_MAXEVAL;
}

/* At a bound, even when rounding hides the pull outwards. */
static bool at_edge(const kept_newton_problem *p, const kept_newton_result *at)
{
    for (size_t i = 0; i < p->n; i++)
        if (at->u[i] <= p->lower[i] || at->u[i] >= p->upper[i])
            return true;
    return false;
}

/* No slope left to speak of, and yet no settled point: f is flat here. */
static bool is_level(const kept_newton_problem *p, const kept_newton_result *at)
{
    return largest(at->gradient, p->n) <= 1e-8 * (1.0 + fabs(at->f));
}

kept_status kept_newton_maximise(const kept_newton_problem *problem, kept_newton_result *ret_result,
                                 kept_err *err)
{
    kept_newton_result at;
    memset(&at, 0, sizeof at);
    if (problem->n == 0 || problem->n > KEPT_NEWTON_MAX)
        return kept_fail(err, KEPT_EINTERNAL, "An optimiser was given %zu variables.", problem->n);
    for (size_t i = 0; i < problem->n; i++)
        at.u[i] = fmin(problem->upper[i], fmax(problem->lower[i], problem->start[i]));
    if (!evaluate(problem, &at, 1))
        return kept_fail(err, KEPT_ENUM,
                         "The likelihood is not a finite number at the starting values; give "
                         "other starting values.");
    at.stop = climb(problem, &at);
    if (at.stop != KEPT_STOP_MAXEVAL &&
        (at_edge(problem, &at) || (at.stop == KEPT_STOP_STALLED && is_level(problem, &at))))
        at.stop = KEPT_STOP_BOUNDARY;
    *ret_result = at;
    return KEPT_OK;
}

kept_status kept_newton_maximise_from(const kept_newton_problem *problem, size_t n_elsewhere,
                                      const double (*elsewhere)[KEPT_NEWTON_MAX],
                                      kept_newton_result *ret_result, kept_err *err)
{
    kept_newton_problem there = *problem;
    kept_newton_result best, other;
    KEPT_TRY(kept_newton_maximise(problem, &best, err));
    int n_eval = best.n_eval;
    for (size_t i = 0; i < n_elsewhere; i++) {
        there.max_eval = problem->max_eval - n_eval;
        if (best.stop == KEPT_STOP_CONVERGED || there.max_eval < 1)
            break;
        memcpy(there.start, elsewhere[i], sizeof there.start);
        if (kept_newton_maximise(&there, &other, NULL) != KEPT_OK)
            continue; /* the point in hand stays good */
        n_eval += other.n_eval;
        double same = 1e-9 * (1.0 + fabs(best.f));
        if (other.f > best.f + (other.stop == KEPT_STOP_CONVERGED ? -same : same))
            best = other;
    }
    best.n_eval = n_eval;
    *ret_result = best;
    return KEPT_OK;
}
