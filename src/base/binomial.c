/* SPDX-License-Identifier: Apache-2.0 */
/* binomial.c - how many of n trials succeed: by inversion when few are expected, else by transformed rejection
 * (W. Hoermann, "The generation of binomial random variates", 1993, algorithm BTRS), whose expected number of tries
 * stays below 1.5 for any n. Probabilities are taken from C. Loader's saddle-point form (2000), which keeps its
 * precision where n is huge.
 * Only + - * / and sqrt are used, which IEEE 754 rounds alike everywhere, and never libm's log and exp, which differ
 * from one C library to the next: a seed gives the same counts on every machine. */
#include "base/rng.h"

#include <math.h>

/* Above, counts could no longer be told apart in a double: more trials are drawn in parts. */
#define MOST_TRIALS_AT_ONCE ((uint64_t)1 << 50)
static const double few_successes = 10;        /* expected; the rejection's squeeze holds from here on */
static const uint64_t most_by_inversion = 150; /* P(more) < 1e-100 when fewer than 10 are expected */
static const double ln2_high = 0x1.62e42fefa38p-1, ln2_low = 0x1.ef35793c7673p-45; /* high times 1100 is exact */

/* log(1 + x) for 1 + x > 0: the atanh series, at most 0.1716 squared a term, behind powers of two taken out. */
static double det_log1p(double x)
{
    int exponent = 0;
    double s;
    if (x > -0.25 && x < 0.375) {
        s = x / (2 + x);
    } else {
        double m = frexp(1 + x, &exponent); /* exact */
        if (m < 0x1.6a09e667f3bcdp-1) {
            m *= 2;
            exponent--;
        }
        s = (m - 1) / (m + 1);
    }
    const double square = s * s;
    double sum = 0;
    for (int k = 25; k >= 3; k -= 2)
        sum = (sum + 1.0 / k) * square;
    return exponent * ln2_high + (2 * s + (2 * s * sum + exponent * ln2_low));
}

/* exp(-x) for 0 <= x <= 40: Taylor of x / 64, squared six times. */
static double det_exp_minus(double x)
{
    const double part = -x / 64;
    double value = 1;
    for (int k = 16; k >= 1; k--)
        value = 1 + value * part / k;
    for (int k = 0; k < 6; k++)
        value *= value;
    return value;
}

/* log(n!) less Stirling's formula. */
static double stirling_error(double n)
{
    enum { SMALL_COUNT = 16 };
    static const double small[SMALL_COUNT] = {
        0,
        0.08106146679532726,
        0.0413406959554093,
        0.02767792568499834,
        0.020790672103765093,
        0.016644691189821193,
        0.013876128823070748,
        0.01189670994589177,
        0.010411265261972096,
        0.009255462182712733,
        0.00833056343336287,
        0.007573675487951841,
        0.00694284010720953,
        0.006408994188004207,
        0.0059513701127588475,
        0.005554733551962801,
    };
    if (n < SMALL_COUNT)
        return small[(int)n];
    const double square = 1 / (n * n);
    return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - square / 1188) * square) * square) * square) / n;
}

/* x log(x / mean) + mean - x for x > 0, precise where x is near the mean. */
static double deviance(double x, double mean)
{
    const double gap = x - mean, v = gap / (x + mean);
    if (v > 0.1 || v < -0.1)
        return x * det_log1p(gap / mean) - gap;
    const double square = v * v;
    double sum = 0;
    for (int k = 19; k >= 3; k -= 2)
        sum = (sum + 1.0 / k) * square;
    return gap * v + 2 * x * v * sum;
}

/* log of P(k successes of n), n > 0, 0 < p <= 0.5. */
static double log_probability(double k, double n, double p)
{
    static const double half_log_2pi = 0x1.d67f1c864beb5p-1;
    if (k == 0)
        return n * det_log1p(-p);
    if (k == n)
        return n * det_log1p(p - 1);
    const double rest = n - k;
    const double product = det_log1p(k - 1) + det_log1p(rest - 1) - det_log1p(n - 1); /* log(k (n - k) / n) */
    return stirling_error(n) - stirling_error(k) - stirling_error(rest) - deviance(k, n * p) -
           deviance(rest, n * (1 - p)) - half_log_2pi - 0.5 * product;
}

static uint64_t by_inversion(kt_rng *rng, uint64_t n, double p)
{
    const double odds = p / (1 - p), none = det_exp_minus(-(double)n * det_log1p(-p));
    for (;;) {
        double left = kt_rng_uniform(rng), probability = none;
        const uint64_t most = n < most_by_inversion ? n : most_by_inversion;
        for (uint64_t k = 0; k <= most; k++) {
            if (left < probability)
                return k;
            left -= probability;
            probability *= (double)(n - k) / (double)(k + 1) * odds;
        }
        /* Rounding left a crumb behind the last outcome: draw again. */
    }
}

static uint64_t by_rejection(kt_rng *rng, uint64_t trials, double p)
{
    const double n = (double)trials, spread = sqrt(n * p * (1 - p));
    const double b = 1.15 + 2.53 * spread, a = -0.0873 + 0.0248 * b + 0.01 * p, centre = n * p + 0.5;
    const double alpha = (2.83 + 5.1 / b) * spread, squeeze = 0.92 - 4.2 / b;
    const double log_of_mode = log_probability(floor((n + 1) * p), n, p);
    for (;;) {
        const double u = kt_rng_uniform(rng) - 0.5;
        const double v = 1 - kt_rng_uniform(rng); /* (0, 1] */
        const double side = 0.5 - fabs(u);
        if (side == 0)
            continue;
        const double k = floor((2 * a / side + b) * u + centre);
        if (k < 0 || k > n)
            continue;
        if (side >= 0.07 && v <= squeeze)
            return (uint64_t)k;
        const double height = v * alpha / (a / (side * side) + b);
        if (det_log1p(height - 1) <= log_probability(k, n, p) - log_of_mode)
            return (uint64_t)k;
    }
}

static uint64_t draw_part(kt_rng *rng, uint64_t trials, double p)
{
    return (double)trials * p < few_successes ? by_inversion(rng, trials, p) : by_rejection(rng, trials, p);
}

uint64_t kt_rng_binomial(kt_rng *rng, uint64_t trials, double p)
{
    if (trials == 0 || !(p > 0))
        return 0;
    if (p >= 1)
        return trials;
    if (p > 0.5)
        return trials - kt_rng_binomial(rng, trials, 1 - p); /* 1 - p is exact here */
    uint64_t successes = 0;
    for (; trials > MOST_TRIALS_AT_ONCE; trials -= MOST_TRIALS_AT_ONCE)
        successes += draw_part(rng, MOST_TRIALS_AT_ONCE, p);
    return successes + draw_part(rng, trials, p);
}
