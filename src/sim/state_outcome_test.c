/* SPDX-License-Identifier: Apache-2.0 */
/* state_outcome_test.c - probabilities, samples and reduced density matrices beside their definitions, on states of
 * several chunks too. */
#include "tests/unit.h"

#include "sim/state_naive_test.h"

static double weight(const kt_state *state, uint64_t index)
{
    const kt_complex *a = kt_state_data_const(state);
    return state->density ? a[index * (((uint64_t)1 << state->qubits) + 1)].re : kt_norm2(a[index]);
}

static void try_probabilities(kt_rng *rng, kt_state *state, int k)
{
    uint32_t p[32];
    random_positions(rng, state->qubits, k, p);
    const size_t outcomes = (size_t)1 << k;
    double *expected = calloc(outcomes, sizeof *expected), *out = malloc(outcomes * sizeof *out);
    assert_non_null(expected);
    assert_non_null(out);
    for (uint64_t i = 0; i < (uint64_t)1 << state->qubits; i++)
        expected[matrix_index(i, k, p)] += weight(state, i);
    assert_int_equal(kt_state_probabilities(state, k, p, out, NULL), 0);
    for (size_t i = 0; i < outcomes; i++)
        assert_true(fabs(out[i] - expected[i]) < TOLERANCE);
    free(expected);
    free(out);
}

TEST(state_outcome, probabilities_are_sums_over_the_other_qubits_in_the_order_asked_for)
{
    kt_rng rng;
    kt_rng_seed(&rng, 31);
    for (int n = 0; n <= 6; n++) {
        kt_state *state = random_state(&rng, n, false, NULL, NULL), *rho = random_mixture(&rng, n);
        for (int k = 0; k <= n; k++) {
            try_probabilities(&rng, state, k);
            try_probabilities(&rng, rho, k);
        }
        kt_state_free(state);
        kt_state_free(rho);
    }
    static const struct {
        int n, k;
    } large[] = { { 15, 1 }, { 16, 15 }, { 17, 3 }, { 18, 18 }, { 22, 2 } };
    for (size_t i = 0; i < KT_COUNT(large); i++) {
        kt_state *state = random_state(&rng, large[i].n, false, NULL, NULL);
        try_probabilities(&rng, state, large[i].k);
        kt_state_free(state);
    }
}

/* The outcome of a uniform from the running sum in order of basis states. */
static uint64_t naive_outcome(const kt_state *state, int k, const uint32_t *p, double uniform)
{
    double sum = 0;
    uint64_t last = 0;
    for (uint64_t i = 0; i < (uint64_t)1 << state->qubits; i++) {
        if (weight(state, i) <= 0)
            continue;
        sum += weight(state, i);
        last = i;
        if (uniform < sum)
            break;
    }
    return matrix_index(last, k, p);
}

TEST(state_outcome, samples_follow_the_running_sum_of_probabilities)
{
    kt_rng rng;
    kt_rng_seed(&rng, 32);
    static const struct {
        int n, k;
        bool density;
    } rows[] = { { 1, 1, false }, { 3, 2, false }, { 4, 4, true }, { 15, 9, false }, { 17, 17, false } };
    for (size_t r = 0; r < KT_COUNT(rows); r++) {
        kt_state *state =
            rows[r].density ? random_mixture(&rng, rows[r].n) : random_state(&rng, rows[r].n, false, NULL, NULL);
        uint32_t p[32];
        double uniforms[40];
        uint64_t outcomes[40];
        random_positions(&rng, rows[r].n, rows[r].k, p);
        for (size_t i = 0; i < KT_COUNT(uniforms); i++)
            uniforms[i] = ((double)i + kt_rng_uniform(&rng)) / (double)KT_COUNT(uniforms);
        assert_int_equal(kt_state_sample(state, rows[r].k, p, KT_COUNT(uniforms), uniforms, outcomes, NULL), 0);
        for (size_t i = 0; i < KT_COUNT(uniforms); i++)
            assert_int_equal(outcomes[i], naive_outcome(state, rows[r].k, p, uniforms[i]));
        kt_state_free(state);
    }
}

TEST(state_outcome, never_samples_what_has_no_probability)
{
    static const double uniforms[] = { 0, 0, 0.5, 1 - 0x1p-53, 1 - 0x1p-53 };
    uint64_t outcomes[5];
    uint32_t p[16];
    for (uint32_t i = 0; i < 16; i++)
        p[i] = 15 - i;
    kt_state *vector;
    assert_int_equal(kt_state_new(16, false, NULL, &vector, NULL), 0);
    kt_complex *a = kt_state_data(vector);
    a[0].re = 0;
    /* A norm that is a rounding off, in the middle of a chunk; the chunks around it are empty. */
    a[20000].re = sqrt(0.3) * (1 - 1e-15);
    a[20007].im = sqrt(0.7);
    assert_int_equal(kt_state_sample(vector, 16, p, 5, uniforms, outcomes, NULL), 0);
    for (int i = 0; i < 5; i++)
        assert_int_equal(outcomes[i], i < 2 ? 20000 : 20007);
    assert_int_equal(kt_state_sample(vector, 16, p, 0, NULL, NULL, NULL), 0);
    kt_state_free(vector);
}

TEST(state_outcome, reduced_density_matrix_is_the_partial_trace)
{
    kt_rng rng;
    kt_rng_seed(&rng, 33);
    for (int n = 0; n <= 4; n++) {
        for (int k = 0; k <= n; k++) {
            kt_state *states[2] = { random_state(&rng, n, false, NULL, NULL), random_mixture(&rng, n) };
            for (int density = 0; density < 2; density++) {
                const uint64_t size = (uint64_t)1 << n;
                const kt_complex *a = kt_state_data_const(states[density]);
                kt_complex expected[256] = { { 0 } }, out[256];
                uint32_t p[8];
                uint64_t mask = 0;
                random_positions(&rng, n, k, p);
                for (int i = 0; i < k; i++)
                    mask |= (uint64_t)1 << p[i];
                for (uint64_t r = 0; r < size; r++)
                    for (uint64_t c = 0; c < size; c++)
                        if (((r ^ c) & ~mask) == 0) {
                            kt_complex *to = &expected[(matrix_index(r, k, p) << k) + matrix_index(c, k, p)];
                            *to = plus(*to, density ? a[r * size + c] : mul(a[r], conjugate(a[c])));
                        }
                assert_int_equal(kt_state_reduced(states[density], k, p, out, NULL), 0);
                assert_same(out, expected, (uint64_t)1 << 2 * k);
                kt_state_free(states[density]);
            }
        }
    }
}

TEST(state_outcome, refuses_a_reduced_density_matrix_of_thirteen_qubits)
{
    kt_state *vector;
    kt_error err;
    uint32_t p[13];
    for (uint32_t i = 0; i < 13; i++)
        p[i] = i;
    assert_int_equal(kt_state_new(13, false, NULL, &vector, NULL), 0);
    assert_int_equal(kt_state_reduced(vector, 13, p, NULL, &err), KT_E_LIMIT);
    kt_state_free(vector);
}
