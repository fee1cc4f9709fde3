/* SPDX-License-Identifier: Apache-2.0 */
/* rng.c - xoshiro256** 1.0 (Blackman, Vigna), its state filled by splitmix64 so that near seeds give far streams.
 * Integers and one exact scaling by 2^-53: every machine draws the same numbers. Binomial numbers: binomial.c. */
#include "base/rng.h"

#include <errno.h>
#include <sys/random.h>

static uint64_t splitmix(uint64_t *state)
{
    uint64_t z = *state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

void kt_rng_seed(kt_rng *rng, uint64_t seed)
{
    for (size_t i = 0; i < KT_COUNT(rng->s); i++)
        rng->s[i] = splitmix(&seed);
}

/* The two numbers are stirred one after the other, so (1, 2) and (2, 1) are different streams. */
void kt_rng_seed_stream(kt_rng *rng, uint64_t seed, uint64_t stream)
{
    uint64_t state = splitmix(&seed) + stream;
    kt_rng_seed(rng, splitmix(&state));
}

static uint64_t rotate(uint64_t x, int by)
{
    return (x << by) | (x >> (64 - by));
}

uint64_t kt_rng_next(kt_rng *rng)
{
    uint64_t *s = rng->s;
    const uint64_t drawn = rotate(s[1] * 5, 7) * 9;
    const uint64_t shifted = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotate(s[3], 45);
    return drawn;
}

double kt_rng_uniform(kt_rng *rng)
{
    return (double)(kt_rng_next(rng) >> 11) * 0x1p-53;
}

/* The high half of a 128-bit product; low halves that would favour some numbers are drawn again (Lemire 2019). */
uint64_t kt_rng_below(kt_rng *rng, uint64_t bound)
{
    __uint128_t product = (__uint128_t)kt_rng_next(rng) * bound;
    if ((uint64_t)product < bound) {
        const uint64_t unfair = (0 - bound) % bound;
        while ((uint64_t)product < unfair)
            product = (__uint128_t)kt_rng_next(rng) * bound;
    }
    return (uint64_t)(product >> 64);
}

int kt_rng_system_seed(uint64_t *out, kt_error *err)
{
    uint64_t seed;
    ssize_t got;
    do
        got = getrandom(&seed, sizeof(seed), 0);
    while (got < 0 && errno == EINTR);
    if (got != (ssize_t)sizeof(seed))
        return kt_fail_sys(err, KT_E_IO, errno, "can't draw a seed from the system");
    *out = seed;
    return 0;
}
