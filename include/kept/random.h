/* kept/random.h - reproducible random numbers (xoshiro256++, Blackman & Vigna 2021).
 *
 * A generator is a value owned by the caller; there is no global state. A (seed, stream) pair
 * gives the same sequence on every machine and thread count: give each customer or block its own
 * stream. Not for secrets. */
#ifndef KEPT_RANDOM_H
#define KEPT_RANDOM_H

#include <stdint.h>

typedef struct kept_rng {
    uint64_t s[4];
} kept_rng;

kept_rng kept_rng_make(uint64_t seed, uint64_t stream);
uint64_t kept_rng_u64(kept_rng *rng);
uint64_t kept_rng_below(kept_rng *rng, uint64_t n); /* uniform on 0..n-1, without bias; n > 0 */
double kept_rng_uniform(kept_rng *rng);             /* open interval (0, 1) */
double kept_rng_normal(kept_rng *rng);              /* mean 0, standard deviation 1 */
double kept_rng_exponential(kept_rng *rng);         /* mean 1 */
double kept_rng_gamma(kept_rng *rng,
                      double shape); /* scale 1; shape > 0 (Marsaglia & Tsang 2000) */
double kept_rng_beta(kept_rng *rng, double a, double b); /* a, b > 0 */
int64_t kept_rng_poisson(kept_rng *rng, double mean);    /* mean >= 0 */
int64_t kept_rng_geometric(kept_rng *rng, double p);     /* failures before success, 0 < p <= 1 */

#endif
