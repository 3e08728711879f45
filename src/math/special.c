#include "kept/special.h"

#include <math.h>

#include "math/beta.h"

double kept_lgamma(double x)
{
    if (!(x > 0.0))
        return NAN;
    int sign; /* lgamma() would write the global signgam */
    return lgamma_r(x, &sign);
}

/* ln Gamma(x) less its Stirling main term: 1/(12 x) - 1/(360 x^3) + ...; x >= 16. */
static double stirling_rest(double x)
{
    double v = 1.0 / (x * x);
    return (1.0 / 12.0 -
            v * (1.0 / 360.0 - v * (1.0 / 1260.0 - v * (1.0 / 1680.0 - v * (1.0 / 1188.0))))) /
           x;
}

double kept_lgamma_rise(double x, double d)
{
    if (!(x > 0.0) || !(d >= 0.0))
        return NAN;
    if (x < 16.0)
        return kept_lgamma(x + d) - kept_lgamma(x);
    return (x - 0.5) * log1p(d / x) + d * (log(x + d) - 1.0) + stirling_rest(x + d) -
           stirling_rest(x);
}

/* digamma(x) - ln x and trigamma(x) - 1 / x by their asymptotic series; x >= 10. */
static double digamma_rest(double x)
{
    double v = 1.0 / (x * x);
    return -0.5 / x -
           v * (1.0 / 12.0 -
                v * (1.0 / 120.0 -
                     v * (1.0 / 252.0 - v * (1.0 / 240.0 - v * (1.0 / 132.0 - v * (691.0 / 32760.0 -
                                                                                   v / 12.0))))));
}

static double trigamma_rest(double x)
{
    double v = 1.0 / (x * x);
    return 0.5 * v +
           v / x *
               (1.0 / 6.0 -
                v * (1.0 / 30.0 -
                     v * (1.0 / 42.0 - v * (1.0 / 30.0 - v * (5.0 / 66.0 - v * (691.0 / 2730.0 -
                                                                                v * 7.0 / 6.0))))));
}

double kept_digamma(double x)
{
    if (!(x > 0.0))
        return NAN;
    double sum = 0.0;
    for (; x < 10.0; x += 1.0)
        sum -= 1.0 / x;
    return sum + log(x) + digamma_rest(x);
}

double kept_trigamma(double x)
{
    if (!(x > 0.0))
        return NAN;
    double sum = 0.0;
    for (; x < 10.0; x += 1.0)
        sum += 1.0 / (x * x);
    return sum + 1.0 / x + trigamma_rest(x);
}

double kept_digamma_rise(double x, double d)
{
    if (!(x > 0.0) || !(d >= 0.0))
        return NAN;
    if (x < 16.0)
        return kept_digamma(x + d) - kept_digamma(x);
    return log1p(d / x) + digamma_rest(x + d) - digamma_rest(x);
}

double kept_trigamma_rise(double x, double d)
{
    if (!(x > 0.0) || !(d >= 0.0))
        return NAN;
    if (x < 16.0)
        return kept_trigamma(x + d) - kept_trigamma(x);
    return -(d / x) / (x + d) + trigamma_rest(x + d) - trigamma_rest(x);
}

double kept_log_beta(double a, double b)
{
    double small = a < b ? a : b, large = a < b ? b : a;
    return kept_lgamma(small) - kept_lgamma_rise(large, small);
}

/* Continued fraction of the incomplete beta function by the modified Lentz method; converges in
 * O(sqrt(max(a, b))) steps for x below the mean. */
static double beta_fraction(double a, double b, double x)
{
    enum { MAX_STEPS = 100000 };
    const double tiny = 1e-300;
    double c = 1.0, d = 1.0 - (a + b) * x / (a + 1.0);
    d = 1.0 / (fabs(d) < tiny ? tiny : d);
    double h = d;
    for (int m = 1; m < MAX_STEPS; m++) {
        double dm = m, am = a + 2.0 * dm;
        double even = dm * (b - dm) * x / ((am - 1.0) * am);
        d = 1.0 + even * d;
        c = 1.0 + even / c;
        d = 1.0 / (fabs(d) < tiny ? tiny : d);
        c = fabs(c) < tiny ? tiny : c;
        h *= d * c;
        double odd = -(a + dm) * (a + b + dm) * x / (am * (am + 1.0));
        d = 1.0 + odd * d;
        c = 1.0 + odd / c;
        d = 1.0 / (fabs(d) < tiny ? tiny : d);
        c = fabs(c) < tiny ? tiny : c;
        double step = d * c;
        h *= step;
        if (fabs(step - 1.0) < 1e-15)
            break;
    }
    return h;
}

double kept_beta_inc_xy(double a, double b, double x, double y, double log_beta,
                        double *ret_density_logit)
{
    if (ret_density_logit)
        *ret_density_logit = 0.0;
    if (x <= 0.0)
        return 0.0;
    if (y <= 0.0)
        return 1.0;
    double log_x = x > 0.5 ? log1p(-y) : log(x), log_y = y > 0.5 ? log1p(-x) : log(y);
    double density = exp(a * log_x + b * log_y - log_beta);
    if (ret_density_logit)
        *ret_density_logit = density;
    if (density == 0.0)
        return x * (a + b) < a ? 0.0 : 1.0;
    double p = x < (a + 1.0) / (a + b + 2.0) ? density * beta_fraction(a, b, x) / a
                                             : 1.0 - density * beta_fraction(b, a, y) / b;
    return p < 0.0 ? 0.0 : p > 1.0 ? 1.0 : p;
}

double kept_beta_inc(double a, double b, double x)
{
    if (!(a > 0.0) || !(b > 0.0) || !(x >= 0.0 && x <= 1.0) || !isfinite(a) || !isfinite(b))
        return NAN;
    return kept_beta_inc_xy(a, b, x, 1.0 - x, kept_log_beta(a, b), NULL);
}

double kept_normal_cdf(double z)
{
    return 0.5 * erfc(-z * 0.70710678118654752440);
}

static double ratio8(const double *num, const double *den, double v)
{
    double p = num[7], q = den[7];
    for (int i = 6; i >= 0; i--) {
        p = p * v + num[i];
        q = q * v + den[i];
    }
    return p / q;
}

/* Wichura 1988, algorithm AS 241 (PPND16): relative accuracy about 1e-16. */
double kept_normal_quantile(double p)
{
    static const double a[] = {3.3871328727963666080e0, 1.3314166789178437745e2,
                               1.9715909503065514427e3, 1.3731693765509461125e4,
                               4.5921953931549871457e4, 6.7265770927008700853e4,
                               3.3430575583588128105e4, 2.5090809287301226727e3};
    static const double b[] = {1.0,
                               4.2313330701600911252e1,
                               6.8718700749205790830e2,
                               5.3941960214247511077e3,
                               2.1213794301586595867e4,
                               3.9307895800092710610e4,
                               2.8729085735721942674e4,
                               5.2264952788528545610e3};
    static const double c[] = {1.42343711074968357734e0,  4.63033784615654529590e0,
                               5.76949722146069140550e0,  3.64784832476320460504e0,
                               1.27045825245236838258e0,  2.41780725177450611770e-1,
                               2.27238449892691845833e-2, 7.74545014278341407640e-4};
    static const double d[] = {1.0,
                               2.05319162663775882187e0,
                               1.67638483018380384940e0,
                               6.89767334985100004550e-1,
                               1.48103976427480074590e-1,
                               1.51986665636164571966e-2,
                               5.47593808499534494600e-4,
                               1.05075007164441684324e-9};
    static const double e[] = {6.65790464350110377720e0,  5.46378491116411436990e0,
                               1.78482653991729133580e0,  2.96560571828504891230e-1,
                               2.65321895265761230930e-2, 1.24266094738807843860e-3,
                               2.71155556874348757815e-5, 2.01033439929228813265e-7};
    static const double f[] = {1.0,
                               5.99832206555887937690e-1,
                               1.36929880922735805310e-1,
                               1.48753612908506148525e-2,
                               7.86869131145613259100e-4,
                               1.84631831751005468180e-5,
                               1.42151175831644588870e-7,
                               2.04426310338993978564e-15};
    if (!(p >= 0.0 && p <= 1.0))
        return NAN;
    if (p == 0.0 || p == 1.0)
        return p == 0.0 ? -INFINITY : INFINITY;
    double q = p - 0.5;
    if (fabs(q) <= 0.425)
        return q * ratio8(a, b, 0.180625 - q * q);
    double r = sqrt(-log(q < 0.0 ? p : 1.0 - p));
    double z = r <= 5.0 ? ratio8(c, d, r - 1.6) : ratio8(e, f, r - 5.0);
    return q < 0.0 ? -z : z;
}

static kept_status check_columns(size_t n, const double *u, const double *v, const double *w,
                                 kept_err *err)
{
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(u[i]) || !isfinite(v[i]))
            return kept_fail(err, KEPT_EARG, "Row %zu of a correlation is not a finite number.", i);
        if (w && !(w[i] >= 0.0 && isfinite(w[i])))
            return kept_fail(err, KEPT_EARG,
                             "Row %zu of a correlation has a weight that is not 0 or more.", i);
    }
    return KEPT_OK;
}

kept_status kept_correlate(size_t n, const double *u, const double *v, const double *w,
                           double level, kept_correlation *ret_correlation, kept_err *err)
{
    if (!(level > 0.0 && level < 1.0))
        return kept_fail(err, KEPT_EARG, "The level of an interval must lie between 0 and 1.");
    KEPT_TRY(check_columns(n, u, v, w, err));
    double total = 0.0, mean_u = 0.0, mean_v = 0.0;
    for (size_t i = 0; i < n; i++) {
        double weight = w ? w[i] : 1.0;
        if (weight == 0.0)
            continue;
        total += weight;
        mean_u += (u[i] - mean_u) * (weight / total);
        mean_v += (v[i] - mean_v) * (weight / total);
    }
    double uu = 0.0, vv = 0.0, uv = 0.0;
    for (size_t i = 0; i < n; i++) {
        double weight = w ? w[i] : 1.0, du = u[i] - mean_u, dv = v[i] - mean_v;
        uu += weight * du * du;
        vv += weight * dv * dv;
        uv += weight * du * dv;
    }
    kept_correlation c = {NAN, NAN, NAN, total};
    if (total >= 2.0 && uu > 0.0 && vv > 0.0) {
        c.r = fmax(-1.0, fmin(1.0, uv / (sqrt(uu) * sqrt(vv))));
        if (total >= 4.0) {
            double half = kept_normal_quantile(0.5 + 0.5 * level) / sqrt(total - 3.0);
            c.low = tanh(atanh(c.r) - half);
            c.high = tanh(atanh(c.r) + half);
        }
    }
    *ret_correlation = c;
    return KEPT_OK;
}
