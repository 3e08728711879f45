#include "kept/random.h"

#include <math.h>

static uint64_t splitmix(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static uint64_t rotl(uint64_t x, int k)
{
    return (x << k) | (x >> (64 - k));
}

kept_rng kept_rng_make(uint64_t seed, uint64_t stream)
{
    /* Hash the stream before mixing, so that neighbouring (seed, stream) pairs share no state. */
    uint64_t hashed = stream;
    uint64_t state = seed ^ splitmix(&hashed);
    kept_rng rng;
    for (int i = 0; i < 4; i++)
        rng.s[i] = splitmix(&state);
    return rng;
}

uint64_t kept_rng_u64(kept_rng *rng)
{
    uint64_t *s = rng->s;
    uint64_t result = rotl(s[0] + s[3], 23) + s[0];
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 45);
    return result;
}

uint64_t kept_rng_below(kept_rng *rng, uint64_t n)
{
    uint64_t limit = UINT64_MAX - UINT64_MAX % n;
    uint64_t u;
    do
        u = kept_rng_u64(rng);
    while (u >= limit);
    return u % n;
}

double kept_rng_uniform(kept_rng *rng)
{
    return ((double)(kept_rng_u64(rng) >> 12) + 0.5) * 0x1p-52;
}

double kept_rng_normal(kept_rng *rng)
{
    /* Marsaglia's polar method; the second value is dropped so that a generator stays four words.
     */
    for (;;) {
        double u = 2.0 * kept_rng_uniform(rng) - 1.0;
        double v = 2.0 * kept_rng_uniform(rng) - 1.0;
        double s = u * u + v * v;
        if (s > 0.0 && s < 1.0)
            return u * sqrt(-2.0 * log(s) / s);
    }
}

double kept_rng_exponential(kept_rng *rng)
{
    return -log(kept_rng_uniform(rng));
}

double kept_rng_gamma(kept_rng *rng, double shape)
{
    if (shape < 1.0) {
        double boost = pow(kept_rng_uniform(rng), 1.0 / shape);
        return kept_rng_gamma(rng, shape + 1.0) * boost;
    }
    double d = shape - 1.0 / 3.0;
    double c = 1.0 / sqrt(9.0 * d);
    for (;;) {
        double x = kept_rng_normal(rng);
        double v = 1.0 + c * x;
        if (v <= 0.0)
            continue;
        v = v * v * v;
        if (log(kept_rng_uniform(rng)) < 0.5 * x * x + d - d * v + d * log(v))
            return d * v;
    }
}

double kept_rng_beta(kept_rng *rng, double a, double b)
{
    double x = kept_rng_gamma(rng, a);
    double y = kept_rng_gamma(rng, b);
    /* Both underflow only for tiny a and b, where the mass sits at the two ends. */
    if (x + y <= 0.0)
        return kept_rng_uniform(rng) < a / (a + b) ? 1.0 : 0.0;
    return x / (x + y);
}

static int64_t poisson_small(kept_rng *rng, double mean)
{
    double limit = exp(-mean);
    double product = kept_rng_uniform(rng);
    int64_t n = 0;
    while (product > limit) {
        product *= kept_rng_uniform(rng);
        n++;
    }
    return n;
}

int64_t kept_rng_poisson(kept_rng *rng, double mean)
{
    /* Split a large mean by the waiting time of its m-th event (Ahrens & Dieter 1974): exact. */
    int64_t n = 0;
    while (mean > 16.0) {
        double m = floor(mean * 7.0 / 8.0);
        double wait = kept_rng_gamma(rng, m);
        if (wait > mean) {
            double p = mean / wait;
            for (int64_t i = 1; i < (int64_t)m; i++)
                n += kept_rng_uniform(rng) < p;
            return n;
        }
        n += (int64_t)m;
        mean -= wait;
    }
    return n + poisson_small(rng, mean);
}

int64_t kept_rng_geometric(kept_rng *rng, double p)
{
    if (p >= 1.0)
        return 0;
    return (int64_t)floor(log(kept_rng_uniform(rng)) / log1p(-p));
}
