/* BG/NBD: the distribution of the number of orders, for given parameters. The formulas and why
 * they are the ones used stand in bgnbd_int.h. */
#include <math.h>

#include "kept/special.h"
#include "math/beta.h"
#include "models/worth/bgnbd_int.h"

/* P(N = k), from its logarithm. */
static double chance_at(double r, double s, double k)
{
    return exp(kept_lgamma_rise(r, k) - kept_lgamma(k + 1.0) - r * log1p(s) +
               (k > 0.0 ? k * log(s / (1.0 + s)) : 0.0));
}

/* Where to start: at 0 unless P(N = 0) underflows, else well below the bulk. */
static double first_count(double r, double s)
{
    if (r * log1p(s) < 600.0)
        return 0.0;
    return fmax(0.0, floor(r * s - 12.0 * sqrt(r * s * (1.0 + s))));
}

/* ---- Moments ---- */

static void moments_series(kept_bgnbd_par par, double s, double *ret_mean, double *ret_pairs)
{
    double z = s / (1.0 + s), c = par.a + par.b;
    double start = first_count(par.r, s), chance = start > 0.0 ? 0.0 : exp(-par.r * log1p(s));
    double survive = 1.0, once = 0.0, twice = 0.0; /* once: s_0 + ... + s_{k-1}; twice: sum j s_j */
    double mean = 0.0, pairs = 0.0;
    for (double k = 0.0;; k += 1.0) {
        if (k == start && start > 0.0)
            chance = chance_at(par.r, s, k);
        mean += chance * once;
        pairs += chance * twice;
        double ratio = z * (par.r + k) / (k + 1.0);
        if (k > start && ratio < 1.0 && chance * once <= 1e-17 * (1.0 - ratio) * mean &&
            (!ret_pairs || chance * twice <= 1e-17 * (1.0 - ratio) * pairs))
            break;
        chance *= ratio;
        once += survive;
        twice += k * survive;
        survive *= (par.b + k) / (c + k);
    }
    *ret_mean = mean;
    if (ret_pairs)
        *ret_pairs = 2.0 * pairs;
}

void kept_bgnbd__moments(kept_bgnbd_par par, double t, double *ret_mean, double *ret_pairs)
{
    const double longest = 20000.0;
    double s = t / par.alpha;
    if (s == 0.0) {
        *ret_mean = 0.0;
        if (ret_pairs)
            *ret_pairs = 0.0;
        return;
    }
    double terms = par.r * s + 9.0 * sqrt(par.r * s * (1.0 + s)) + 40.0 * (1.0 + s);
    if (terms < longest)
        moments_series(par, s, ret_mean, ret_pairs);
    else
        kept_bgnbd__moments_integral(par, t, ret_mean, ret_pairs);
}

size_t kept_bgnbd__beta_nodes(double a, double b, double step,
                              kept_beta_node ret_node[KEPT_BETA_NODES])
{
    /* The density of y = ln(p / q) is p^a q^b: smooth, with one peak at ln(a / b) and exponential
     * tails. With y = peak + width sinh(v) the trapezoidal rule converges exponentially. The
     * width is capped, because the bends at y = 0 have a width of 1 however small a and b are. */
    const double negligible = 60.0;
    double peak = log(a / b), width = fmin(2.0, sqrt(1.0 / a + 1.0 / b));
    double top = -a * log1p(b / a) - b * log1p(a / b), sum = 0.0;
    size_t n = 0;
    for (int side = -1; side <= 1; side += 2)
        for (int i = side < 0 ? 1 : 0; n < KEPT_BETA_NODES / 2 * (side < 0 ? 1 : 2); i++) {
            double v = side * i * step, y = peak + width * sinh(v);
            double log_p = y < 0.0 ? y - log1p(exp(y)) : -log1p(exp(-y));
            double log_q = y < 0.0 ? -log1p(exp(y)) : -y - log1p(exp(-y));
            double log_w = a * log_p + b * log_q - top + log(cosh(v));
            if (log_w < -negligible)
                break;
            ret_node[n] = (kept_beta_node){exp(log_p), exp(log_q), exp(log_w)};
            sum += ret_node[n++].w;
        }
    for (size_t i = 0; i < n; i++)
        ret_node[i].w /= sum;
    return n;
}

/* E[X (X - 1) | p] / (2 q) = P(M >= 2) / p^2 with M negative binomial, M's mean being r p s. */
static double pairs_given_p(double r, double s, double p)
{
    double u = p * s, each = s / (1.0 + u);
    if (u * (r + 1.0) >= 0.5)
        return (-expm1(-r * log1p(u)) - r * u * exp(-(r + 1.0) * log1p(u))) / (p * p);
    /* The bracket cancels for small u: sum what is left of it. */
    double w = u / (1.0 + u), term = r * (r + 1.0) / 2.0, sum = 0.0;
    for (double k = 2.0; term > 1e-17 * sum; k += 1.0) {
        sum += term;
        term *= w * (r + k) / (k + 1.0);
    }
    return exp(-r * log1p(u)) * sum * each * each;
}

void kept_bgnbd__moments_integral(kept_bgnbd_par par, double t, double *ret_mean, double *ret_pairs)
{
    kept_beta_node node[KEPT_BETA_NODES];
    size_t n = kept_bgnbd__beta_nodes(par.a, par.b, 1.0 / 32.0, node);
    double s = t / par.alpha, mean = 0.0, pairs = 0.0;
    for (size_t i = 0; i < n; i++) {
        double p = node[i].p;
        mean += node[i].w * (p * s < 1e-290 ? par.r * s : -expm1(-par.r * log1p(p * s)) / p);
        if (ret_pairs)
            pairs += node[i].w * node[i].q * pairs_given_p(par.r, s, p);
    }
    *ret_mean = mean;
    if (ret_pairs)
        *ret_pairs = 2.0 * pairs;
}

/* ---- Counts ---- */

kept_bgnbd_walk kept_bgnbd__walk(kept_bgnbd_par par, double t)
{
    double s = t / par.alpha;
    kept_bgnbd_walk w = {
        .par = par, .z = s / (1.0 + s), .tail = 1.0, .survive = 1.0, .beyond = 1.0};
    w.start = first_count(par.r, s);
    w.p_start = chance_at(par.r, s, w.start);
    w.chance = w.start > 0.0 ? 0.0 : w.p_start;
    return w;
}

double kept_bgnbd__step(kept_bgnbd_walk *w)
{
    double p = w->survive * w->chance + w->drop * w->tail;
    double c = w->par.a + w->par.b + w->k;
    w->tail = fmax(0.0, w->tail - w->chance);
    w->beyond = w->survive * w->tail;
    w->chance *= w->z * (w->par.r + w->k) / (w->k + 1.0);
    w->drop = w->survive * w->par.a / c;
    w->survive *= (w->par.b + w->k) / c;
    w->k += 1.0;
    if (w->k == w->start)
        w->chance = w->p_start;
    return p;
}

double kept_bgnbd__beyond(kept_bgnbd_par par, double t, double n)
{
    if (n <= 0.0)
        return 1.0;
    if (t == 0.0)
        return 0.0;
    double c = par.alpha + t;
    double chances =
        kept_beta_inc_xy(n, par.r, t / c, par.alpha / c, kept_log_beta(n, par.r), NULL);
    double survive =
        exp(kept_lgamma_rise(par.b, n - 1.0) - kept_lgamma_rise(par.a + par.b, n - 1.0));
    return survive * chances;
}
