/* SPDX-License-Identifier: Apache-2.0 */
/* binomial_test.c - mean, variance and the whole distribution are right, the time is bounded, the numbers repeat. */
#include "base/rng.h"

#include "tests/unit.h"
#include <math.h>

static const struct {
    uint64_t trials;
    double p;
    int draws;
} cases[] = {
    { 1, 0.5, 20000 },
    { 10, 0.3, 20000 },
    { 25, 0.4, 20000 },
    { 40, 0.5, 20000 },
    { 1000, 0.009, 20000 },
    { 1000, 0.01, 20000 },
    { 1000, 0.99, 20000 },
    { 1000000, 0.37, 20000 },
    { (uint64_t)1 << 40, 0.25, 20000 },
    { 1000000000, 1e-9, 20000 },
    { (uint64_t)1 << 45, 1e-13, 20000 },
    { (uint64_t)1 << 50, 0.5, 20000 },
    { (uint64_t)1 << 52, 0.75, 20000 },
    { (uint64_t)1 << 58, 0.1, 300 },
};

TEST(binomial, mean_and_variance_are_those_of_the_distribution)
{
    kt_rng rng;
    kt_rng_seed(&rng, 20261123);
    for (size_t i = 0; i < KT_COUNT(cases); i++) {
        const double n = (double)cases[i].trials, p = cases[i].p, draws = cases[i].draws;
        const double mean = n * p, variance = n * p * (1 - p), spread = sqrt(variance);
        double sum = 0, squares = 0;
        for (int d = 0; d < cases[i].draws; d++) {
            const uint64_t drawn = kt_rng_binomial(&rng, cases[i].trials, p);
            assert_true(drawn <= cases[i].trials);
            const double z = ((double)drawn - mean) / spread;
            sum += z;
            squares += z * z;
        }
        /* 4.5 standard errors; the fourth moment is 3 + (1 - 6pq) / npq. */
        const double kurtosis = 3 + (1 - 6 * p * (1 - p)) / variance;
        assert_true(fabs(sum / sqrt(draws)) < 4.5);
        assert_true(fabs(squares / draws - 1) < 4.5 * sqrt((kurtosis - 1) / draws) + 1e-9);
    }
}

static double chi_square(kt_rng *rng, uint64_t n, double p, int draws, int *degrees)
{
    double counts[256] = { 0 }, sum = 0;
    *degrees = -1;
    for (int d = 0; d < draws; d++)
        counts[kt_rng_binomial(rng, n, p)]++;
    for (uint64_t k = 0; k <= n; k++) {
        const double log_p = lgamma((double)n + 1) - lgamma((double)k + 1) - lgamma((double)(n - k) + 1) +
                             (double)k * log(p) + (double)(n - k) * log1p(-p);
        const double expected = draws * exp(log_p);
        if (expected < 10)
            continue;
        sum += (counts[k] - expected) * (counts[k] - expected) / expected;
        ++*degrees;
    }
    return sum;
}

TEST(binomial, every_outcome_has_its_probability)
{
    static const struct {
        uint64_t n;
        double p;
    } shapes[] = { { 6, 0.5 }, { 30, 0.34 }, { 40, 0.5 }, { 255, 0.03 }, { 255, 0.3 }, { 200, 0.95 } };
    kt_rng rng;
    kt_rng_seed(&rng, 99);
    for (size_t i = 0; i < KT_COUNT(shapes); i++) {
        int degrees;
        const double sum = chi_square(&rng, shapes[i].n, shapes[i].p, 200000, &degrees);
        assert_true(degrees > 3);
        assert_true((sum - degrees) / sqrt(2.0 * degrees) < 4.5);
    }
}

TEST(binomial, certain_and_senseless_probabilities_need_no_chance)
{
    kt_rng rng, before;
    kt_rng_seed(&rng, 1);
    before = rng;
    assert_true(kt_rng_binomial(&rng, 100, 0) == 0);
    assert_true(kt_rng_binomial(&rng, 100, -0.5) == 0);
    assert_true(kt_rng_binomial(&rng, 100, 1) == 100);
    assert_true(kt_rng_binomial(&rng, UINT64_MAX, 1.5) == UINT64_MAX);
    assert_true(kt_rng_binomial(&rng, 100, NAN) == 0);
    assert_true(kt_rng_binomial(&rng, 0, 0.5) == 0);
    assert_memory_equal(&rng, &before, sizeof(rng));
}

TEST(binomial, extreme_arguments_end_and_stay_in_range)
{
    static const double probabilities[] = { 5e-324, 1e-300, 1e-19, 1e-18, 0x1p-53, 0.5, 0x1.fffffffffffffp-1 };
    kt_rng rng;
    kt_rng_seed(&rng, 8);
    for (size_t i = 0; i < KT_COUNT(probabilities); i++)
        for (uint64_t n = 1; n != 0 && n < (uint64_t)1 << 60; n *= 1000)
            assert_true(kt_rng_binomial(&rng, n, probabilities[i]) <= n);
    assert_true(kt_rng_binomial(&rng, (uint64_t)1 << 50, 5e-324) == 0);
}

/* Frozen: a change here changes every seeded result with measurements in the middle. */
TEST(binomial, a_seed_gives_the_same_numbers_for_ever)
{
    kt_rng rng;
    static const uint64_t expected[] = { 503, 4, 699978838, 168884995835830 };
    kt_rng_seed(&rng, 2026);
    assert_true(kt_rng_binomial(&rng, 1000, 0.5) == expected[0]);
    assert_true(kt_rng_binomial(&rng, 1000, 0.003) == expected[1]);
    assert_true(kt_rng_binomial(&rng, 1000000007, 0.7) == expected[2]);
    assert_true(kt_rng_binomial(&rng, (uint64_t)1 << 49, 0.3) == expected[3]);
}
