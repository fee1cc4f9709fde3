/* SPDX-License-Identifier: Apache-2.0 */
/* rng.h - seeded random numbers: xoshiro256** seeded by splitmix64, the same on every machine. */
#ifndef KT_BASE_RNG_H
#define KT_BASE_RNG_H

#include "base/error.h"

typedef struct kt_rng {
    uint64_t s[4];
} kt_rng;

void kt_rng_seed(kt_rng *rng, uint64_t seed);
/* An independent stream for a part of the work: same (seed, stream) gives the same numbers. */
void kt_rng_seed_stream(kt_rng *rng, uint64_t seed, uint64_t stream);
uint64_t kt_rng_next(kt_rng *rng);
double kt_rng_uniform(kt_rng *rng);                 /* [0, 1), 53 bits */
uint64_t kt_rng_below(kt_rng *rng, uint64_t bound); /* [0, bound), no bias; bound > 0 */
/* Number of successes in `trials` with probability p: exact distribution, bounded time (about 64 + a few steps for
 * any count), the same on every machine. */
uint64_t kt_rng_binomial(kt_rng *rng, uint64_t trials, double p);
/* A seed from the system's randomness. */
int kt_rng_system_seed(uint64_t *out, kt_error *err);

#endif
