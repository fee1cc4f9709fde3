/* SPDX-License-Identifier: Apache-2.0 */
/* sample_test.c - sorted uniform numbers and many measurements of one state. */
#include "tests/unit.h"

#include "sim/sample.h"

#include <math.h>
#include <stdlib.h>

TEST(sample, uniforms_ascend_and_fill_the_interval)
{
    static const size_t counts[] = { 0, 1, 2, 17, 1000, 100000 };
    for (size_t c = 0; c < KT_COUNT(counts); c++) {
        kt_rng rng;
        double *u = malloc((counts[c] + 1) * sizeof *u), sum = 0;
        kt_rng_seed(&rng, 1);
        kt_sample_uniforms(&rng, counts[c], u);
        for (size_t i = 0; i < counts[c]; i++) {
            assert_true(u[i] >= (i == 0 ? 0 : u[i - 1]) && u[i] < 1);
            sum += u[i];
        }
        if (counts[c] >= 1000)
            assert_true(fabs(sum / (double)counts[c] - 0.5) < 5 / sqrt(12.0 * (double)counts[c]));
        free(u);
    }
}

/* Kolmogorov's distance to the uniform distribution, at the one-in-a-million level. */
TEST(sample, uniforms_are_uniform)
{
    enum { N = 20000 };
    static double u[N];
    kt_rng rng;
    double most = 0;
    kt_rng_seed(&rng, 77);
    kt_sample_uniforms(&rng, N, u);
    for (int i = 0; i < N; i++)
        most = fmax(most, fabs(u[i] - (i + 0.5) / N));
    assert_true(most * sqrt(N) < 2.7);
}

/* |00> + |01> + |10> + sqrt(5)|11> over sqrt(8) */
static kt_state *uneven(void)
{
    kt_state *psi = NULL;
    assert_int_equal(kt_state_new(2, false, NULL, &psi, NULL), 0);
    kt_complex *data = kt_state_data(psi);
    for (int i = 0; i < 4; i++)
        data[i] = (kt_complex){ sqrt(i == 3 ? 5.0 / 8 : 1.0 / 8), 0 };
    return psi;
}

static int sample(const kt_state *psi, int k, const uint32_t *positions, uint64_t shots, kt_rng *rng, kt_seen **out,
                  size_t *count)
{
    kt_sampling sampling = { .state = psi, .k = k, .positions = positions, .shots = shots };
    return kt_sample_state(&sampling, rng, out, count, NULL);
}

static void check_shots(uint64_t shots)
{
    kt_state *psi = uneven();
    uint32_t positions[] = { 1, 0 };
    kt_rng rng;
    kt_seen *seen = NULL;
    size_t count = 0;
    uint64_t total = 0;
    kt_rng_seed(&rng, 5);
    assert_int_equal(sample(psi, 2, positions, shots, &rng, &seen, &count), 0);
    assert_int_equal(count, 4);
    for (size_t i = 0; i < count; i++) {
        double p = i == 3 ? 5.0 / 8 : 1.0 / 8;
        assert_int_equal(seen[i].outcome, i);
        total += seen[i].times;
        assert_true(fabs((double)seen[i].times - p * (double)shots) < 5 * sqrt(p * (1 - p) * (double)shots));
    }
    assert_int_equal(total, shots);
    free(seen);
    kt_state_free(psi);
}

TEST(sample, outcomes_come_ascending_with_their_frequencies)
{
    check_shots(1000);
    check_shots(100000);
}

TEST(sample, millions_of_shots_are_dealt_by_probability)
{
    check_shots(UINT64_C(5) << 20);
    check_shots(UINT64_C(1) << 45);
}

TEST(sample, no_positions_give_one_outcome)
{
    kt_state *psi = uneven();
    kt_rng rng;
    kt_seen *seen = NULL;
    size_t count = 0;
    kt_rng_seed(&rng, 5);
    assert_int_equal(sample(psi, 0, NULL, 12, &rng, &seen, &count), 0);
    assert_int_equal(count, 1);
    assert_int_equal(seen[0].times, 12);
    free(seen);
    kt_state_free(psi);
}

TEST(sample, impossible_outcomes_never_come_however_many_shots)
{
    kt_state *psi = NULL;
    uint32_t positions[] = { 2, 1, 0 };
    kt_rng rng;
    kt_seen *seen = NULL;
    size_t count = 0;
    assert_int_equal(kt_state_new(3, false, NULL, &psi, NULL), 0);
    kt_state_data(psi)[0] = (kt_complex){ 0, 0 };
    kt_state_data(psi)[2] = kt_state_data(psi)[5] = (kt_complex){ M_SQRT1_2, 0 };
    kt_rng_seed(&rng, 9);
    assert_int_equal(sample(psi, 3, positions, UINT64_C(1) << 40, &rng, &seen, &count), 0);
    assert_int_equal(count, 2);
    assert_int_equal(seen[0].outcome, 2);
    assert_int_equal(seen[1].outcome, 5);
    free(seen);
    kt_state_free(psi);
}

TEST(sample, more_outcomes_than_there_is_room_for_are_refused)
{
    kt_state *psi = uneven();
    uint32_t positions[] = { 1, 0 };
    kt_sampling sampling = { .state = psi, .k = 2, .positions = positions, .shots = 1000, .outcomes_most = 3 };
    kt_rng rng;
    kt_seen *seen = NULL;
    size_t count;
    kt_rng_seed(&rng, 1);
    assert_int_equal(kt_sample_state(&sampling, &rng, &seen, &count, NULL), KT_E_CAPACITY);
    assert_null(seen);
    kt_state_free(psi);
}
