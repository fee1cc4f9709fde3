/* SPDX-License-Identifier: Apache-2.0 */
/* rng_test.c - the same numbers on every machine, and even ones. */
#include "base/rng.h"

#include "tests/unit.h"

/* From the authors' C code for xoshiro256** with a state filled by splitmix64 from 42. */
TEST(rng, a_seed_gives_the_published_sequence)
{
    kt_rng rng;
    kt_rng_seed(&rng, 42);
    assert_true(rng.s[0] == 0xbdd732262feb6e95u);
    static const uint64_t expected[] = { 0x15780b2e0c2ec716u, 0x6104d9866d113a7eu, 0xae17533239e499a1u,
                                         0xecb8ad4703b360a1u };
    for (size_t i = 0; i < KT_COUNT(expected); i++)
        assert_true(kt_rng_next(&rng) == expected[i]);
}

TEST(rng, streams_of_one_seed_and_one_stream_of_many_seeds_all_differ)
{
    kt_rng a, b;
    kt_rng_seed_stream(&a, 1, 2);
    kt_rng_seed_stream(&b, 1, 2);
    assert_true(kt_rng_next(&a) == kt_rng_next(&b));
    static const uint64_t pairs[][2] = { { 1, 3 }, { 2, 1 }, { 0, 2 }, { 3, 0 }, { 1, 0 }, { 0, 0 } };
    kt_rng_seed_stream(&a, 1, 2);
    const uint64_t first = kt_rng_next(&a);
    for (size_t i = 0; i < KT_COUNT(pairs); i++) {
        kt_rng_seed_stream(&b, pairs[i][0], pairs[i][1]);
        assert_true(kt_rng_next(&b) != first);
    }
}

TEST(rng, uniform_numbers_lie_in_zero_to_one_and_average_a_half)
{
    kt_rng rng;
    double sum = 0;
    kt_rng_seed(&rng, 3);
    for (int i = 0; i < 100000; i++) {
        const double u = kt_rng_uniform(&rng);
        assert_true(u >= 0 && u < 1);
        sum += u;
    }
    assert_true(sum > 100000 * (0.5 - 0.004) && sum < 100000 * (0.5 + 0.004));
}

TEST(rng, below_is_even_for_a_bound_that_is_no_power_of_two)
{
    kt_rng rng;
    double counts[7] = { 0 }, chi_square = 0;
    kt_rng_seed(&rng, 4);
    for (int i = 0; i < 70000; i++) {
        const uint64_t drawn = kt_rng_below(&rng, 7);
        assert_true(drawn < 7);
        counts[drawn]++;
    }
    for (size_t i = 0; i < KT_COUNT(counts); i++)
        chi_square += (counts[i] - 10000) * (counts[i] - 10000) / 10000;
    assert_true(chi_square < 22.5); /* 6 degrees of freedom, p = 0.001 */
    assert_true(kt_rng_below(&rng, 1) == 0);
    for (int i = 0; i < 100; i++) /* nearly half of all draws are unfair to this bound */
        assert_true(kt_rng_below(&rng, ((uint64_t)1 << 63) + 1) <= (uint64_t)1 << 63);
}

TEST(rng, the_system_gives_a_new_seed_each_time)
{
    uint64_t a = 0, b = 0;
    assert_int_equal(kt_rng_system_seed(&a, NULL), 0);
    assert_int_equal(kt_rng_system_seed(&b, NULL), 0);
    assert_true(a != b);
}
