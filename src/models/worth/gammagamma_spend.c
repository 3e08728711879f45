/* Gamma-Gamma: the distribution of a customer's future spend.
 *
 * Given n orders, S / (S + gamma') ~ Beta(p n, q'). Over the number of orders this is a mixture,
 * with a lump at 0 for no order at all. Quantiles are found by Newton's method on the scale of
 * normal scores against ln S, where the mixture is close to a straight line. */
#include <math.h>

#include "kept/special.h"
#include "math/beta.h"
#include "models/worth/gammagamma_int.h"

enum { EXACT_POINTS = 128, BINS = 96, MAX_PARTS = 2 * BINS };

typedef struct part {
    double mass, shape, log_beta; /* shape = p n */
} part;

typedef struct mixture { /* of ln(S / gamma') given at least one order */
    size_t n;
    part part[MAX_PARTS];
    double q, some;  /* some: P(at least one order) */
    double mean, sd; /* of ln(S / gamma') */
} mixture;

static void add_part(mixture *mix, kept_gammagamma_par now, double n, double mass)
{
    if (!(mass > 0.0))
        return;
    double shape = now.p * n;
    mix->part[mix->n++] = (part){mass, shape, kept_log_beta(shape, now.q)};
}

/* Two points with the mass, mean, variance and skewness of a run of counts (Gauss). */
static void add_bin(mixture *mix, kept_gammagamma_par now, const kept_count_point *point, size_t n)
{
    double mass = 0.0, mean = 0.0, m2 = 0.0, m3 = 0.0;
    for (size_t i = 0; i < n; i++) {
        mass += point[i].mass;
        mean += point[i].mass * point[i].n;
    }
    if (!(mass > 0.0))
        return;
    mean /= mass;
    for (size_t i = 0; i < n; i++) {
        double d = point[i].n - mean;
        m2 += point[i].mass * d * d;
        m3 += point[i].mass * d * d * d;
    }
    double sd = sqrt(m2 / mass);
    if (!(sd > 1e-9 * mean)) {
        add_part(mix, now, mean, mass);
        return;
    }
    double half = m3 / mass / (sd * sd * sd) / 2.0, root = sqrt(half * half + 1.0);
    double high = half + root, low = half - root, share = -low / (high - low);
    add_part(mix, now, mean + sd * low, mass * (1.0 - share));
    add_part(mix, now, mean + sd * high, mass * share);
}

static void build(mixture *mix, kept_gammagamma_par now, size_t n, const kept_count_point *point)
{
    mix->n = 0;
    mix->q = now.q;
    mix->some = 0.0;
    for (size_t i = 0; i < n; i++)
        mix->some += point[i].mass;
    if (n <= EXACT_POINTS) {
        for (size_t i = 0; i < n; i++)
            add_part(mix, now, point[i].n, point[i].mass);
    } else {
        /* Runs of about equal mass. */
        size_t from = 0;
        double seen = 0.0;
        for (size_t bin = 1; bin <= BINS && from < n; bin++) {
            size_t to = from;
            while (to < n && (bin == BINS || to == from || seen < mix->some * (double)bin / BINS))
                seen += point[to++].mass;
            add_bin(mix, now, point + from, to - from);
            from = to;
        }
    }
}

/* ln(S / gamma') given n is a difference of two log-gammas: mean psi(p n) - psi(q). */
static void find_scale(mixture *mix)
{
    double mean = 0.0, square = 0.0;
    for (size_t i = 0; i < mix->n; i++) {
        double m = kept_digamma(mix->part[i].shape);
        mean += mix->part[i].mass * m;
        square += mix->part[i].mass * (m * m + kept_trigamma(mix->part[i].shape));
    }
    mean /= mix->some;
    mix->mean = mean - kept_digamma(mix->q);
    mix->sd = sqrt(fmax(0.0, square / mix->some - mean * mean) + kept_trigamma(mix->q));
}

/* P(ln(S / gamma') <= v | some order) and its density. */
static double mixture_cdf(const mixture *mix, double v, double *ret_density)
{
    double x = 1.0 / (1.0 + exp(-v)), y = 1.0 / (1.0 + exp(v)), p = 0.0, density = 0.0;
    for (size_t i = 0; i < mix->n; i++) {
        const part *c = &mix->part[i];
        double at;
        p += c->mass * kept_beta_inc_xy(c->shape, mix->q, x, y, c->log_beta, &at);
        density += c->mass * at;
    }
    *ret_density = density / mix->some;
    return p / mix->some;
}

/* The v with mixture_cdf(v) = prob, 0 < prob < 1; Newton on normal scores inside a bracket. */
static double mixture_quantile(const mixture *mix, double prob)
{
    enum { MAX_STEPS = 200 };
    double want = kept_normal_quantile(prob), low = -INFINITY, high = INFINITY;
    double v = mix->mean + mix->sd * want, reach = mix->sd;
    for (int i = 0; i < MAX_STEPS; i++) {
        double density, p = mixture_cdf(mix, v, &density);
        if (p < prob)
            low = v;
        else
            high = v;
        double score = kept_normal_quantile(p), gap = score - want;
        double slope = density / (0.39894228040143267794 * exp(-0.5 * score * score));
        double next = v - gap / slope;
        bool trusted = isfinite(next) && fabs(next - v) <= 4.0 * reach;
        if (trusted && fabs(gap) < 1e-6)
            return next; /* converges quadratically: the error now is about 1e-12 */
        if (!trusted || !(next > low && next < high)) {
            reach *= 2.0;
            next = isinf(low) ? high - reach : isinf(high) ? low + reach : 0.5 * (low + high);
        }
        if (high - low <= 1e-12 * (1.0 + fabs(v)))
            break;
        v = next;
    }
    return v;
}

void kept_gammagamma__quantiles(kept_gammagamma_par now, size_t n_point, kept_count_point *point,
                                size_t n_prob, const double *prob, double *ret_q)
{
    const double negligible = 1e-14;
    size_t n = 0;
    for (size_t i = 0; i < n_point; i++)
        if (point[i].mass > negligible)
            point[n++] = point[i];
    mixture mix;
    build(&mix, now, n, point);
    double none = 1.0 - mix.some;
    bool scaled = false;
    for (size_t j = 0; j < n_prob; j++) {
        ret_q[j] = 0.0;
        double rest = prob[j] - none;
        if (!(rest > 1e-12) || mix.n == 0)
            continue;
        if (!scaled)
            find_scale(&mix);
        scaled = true;
        double share = fmin(rest / mix.some, 1.0 - 1e-15);
        ret_q[j] = now.gamma * exp(mixture_quantile(&mix, share));
    }
}

static kept_status check_history(kept_gammagamma_par par, kept_spend_history history,
                                 size_t n_count, const double *count_p, kept_err *err)
{
    kept_gammagamma_data one = {1, &history.x, &history.m, NULL};
    KEPT_TRY(kept_gammagamma__check_par(par, err));
    KEPT_TRY(kept_gammagamma__check_data(&one, err));
    double sum = 0.0;
    for (size_t k = 0; k < n_count; k++) {
        if (!(count_p[k] >= 0.0 && count_p[k] <= 1.0 + 1e-9))
            return kept_fail(err, KEPT_EARG, "The chance of %zu orders is %g.", k, count_p[k]);
        sum += count_p[k];
    }
    if (n_count == 0 || sum > 1.0 + 1e-6)
        return kept_fail(err, KEPT_EARG,
                         "The chances of 0, 1, ... orders add up to %g; at most 1 is possible.",
                         sum);
    return KEPT_OK;
}

/* Mass at each count above 0; what is missing of 1 goes to the last. */
static double mass_at(size_t n_count, const double *count_p, size_t k, double missing)
{
    return count_p[k] + (k + 1 == n_count ? fmax(0.0, missing) : 0.0);
}

static double missing_of(size_t n_count, const double *count_p)
{
    double sum = 0.0;
    for (size_t k = 0; k < n_count; k++)
        sum += count_p[k];
    return 1.0 - sum;
}

kept_status kept_gammagamma_spend_cdf(kept_gammagamma_par par, kept_spend_history history,
                                      size_t n_count, const double *count_p, double s,
                                      double *ret_p, kept_err *err)
{
    KEPT_TRY(check_history(par, history, n_count, count_p, err));
    if (!(s >= 0.0))
        return kept_fail(err, KEPT_EARG, "A spend of %g is not 0 or more.", s);
    kept_gammagamma_par now = kept_gammagamma__update(par, history);
    double missing = missing_of(n_count, count_p), sum = mass_at(n_count, count_p, 0, missing);
    double x = 1.0 / (1.0 + now.gamma / s), y = 1.0 / (1.0 + s / now.gamma);
    for (size_t k = 1; k < n_count; k++) {
        double mass = mass_at(n_count, count_p, k, missing), shape = par.p * (double)k;
        if (mass > 0.0)
            sum += mass * kept_beta_inc_xy(shape, now.q, x, y, kept_log_beta(shape, now.q), NULL);
    }
    *ret_p = fmin(1.0, sum);
    return KEPT_OK;
}

kept_status kept_gammagamma_spend_quantiles(kept_gammagamma_par par, kept_spend_history history,
                                            size_t n_count, const double *count_p,
                                            kept_arena *scratch, size_t n_prob, const double *prob,
                                            double *ret_q, kept_err *err)
{
    KEPT_TRY(check_history(par, history, n_count, count_p, err));
    for (size_t j = 0; j < n_prob; j++)
        if (!(prob[j] >= 0.0 && prob[j] < 1.0))
            return kept_fail(err, KEPT_EARG, "A quantile at %g does not lie in 0 to 1.", prob[j]);
    kept_arena_mark mark = kept_arena_get_mark(scratch);
    kept_count_point *point = KEPT_NEW_N(scratch, kept_count_point, n_count);
    if (!point)
        return kept_nomem(err);
    double missing = missing_of(n_count, count_p);
    for (size_t k = 1; k < n_count; k++)
        point[k - 1] = (kept_count_point){(double)k, mass_at(n_count, count_p, k, missing)};
    kept_gammagamma__quantiles(kept_gammagamma__update(par, history), n_count - 1, point, n_prob,
                               prob, ret_q);
    kept_arena_rewind(scratch, mark);
    return KEPT_OK;
}

void kept_gammagamma_spend_moments(kept_gammagamma_par par, kept_spend_history history,
                                   double count_mean, double count_variance, double *ret_mean,
                                   double *ret_variance)
{
    kept_gammagamma_par now = kept_gammagamma__update(par, history);
    *ret_mean = *ret_variance = 0.0;
    if (!(count_mean > 0.0))
        return;
    *ret_mean = count_mean * kept_gammagamma_population_mean(now);
    *ret_variance = INFINITY;
    if (!(now.q > 2.0))
        return;
    /* Given nu: S has mean p n / nu and variance p n / nu^2; average over n, then over nu. */
    double p = now.p, inverse2 = now.gamma * now.gamma / ((now.q - 1.0) * (now.q - 2.0));
    double inverse = now.gamma / (now.q - 1.0);
    double squares = p * p * (count_variance + count_mean * count_mean) + p * count_mean;
    *ret_variance =
        fmax(0.0, squares * inverse2 - p * p * count_mean * count_mean * inverse * inverse);
}
