/* SPDX-License-Identifier: Apache-2.0 */
/* state_sum_test.c - norms, expectations and inner products beside their definitions. */
#include "tests/unit.h"

#include "sim/state_naive_test.h"

/* <a|P|a> or tr(rho P) entry by entry. */
static double naive_expectation(const kt_state *state, uint64_t x, uint64_t z)
{
    const uint64_t size = (uint64_t)1 << state->qubits;
    const kt_complex *a = kt_state_data_const(state);
    double sum = 0;
    for (uint64_t i = 0; i < size; i++) {
        kt_complex c = { __builtin_parityll(i & z) ? -1 : 1, 0 };
        for (int y = 0; y < __builtin_popcountll(x & z); y++)
            c = mul(c, (kt_complex){ 0, 1 });
        const kt_complex entry = state->density ? a[i * size + (i ^ x)] : mul(conjugate(a[i ^ x]), a[i]);
        sum += mul(c, entry).re;
    }
    return sum;
}

TEST(state_sum, pauli_expectations_are_those_of_the_definition_for_all_masks)
{
    kt_rng rng;
    kt_rng_seed(&rng, 21);
    const kt_kernels *rows[4];
    kt_kernels_list(rows);
    for (int n = 1; n <= 5; n++) {
        for (int density = 0; density < 2; density++) {
            for (int r = 0; rows[r]; r++) {
                kt_state *state = density ? random_mixture(&rng, n) : random_state(&rng, n, false, NULL, rows[r]);
                for (uint64_t x = 0; x < (uint64_t)1 << n; x++)
                    for (uint64_t z = 0; z < (uint64_t)1 << n; z++)
                        assert_true(fabs(kt_state_pauli_expectation(state, x, z) - naive_expectation(state, x, z)) <
                                    TOLERANCE);
                kt_state_free(state);
            }
        }
    }
}

TEST(state_sum, norm_and_bit_probabilities_agree_with_the_definition)
{
    kt_rng rng;
    kt_rng_seed(&rng, 22);
    for (int n = 1; n <= 7; n++) {
        for (int density = 0; density < (n < 6 ? 2 : 1); density++) {
            kt_state *state = density ? random_mixture(&rng, n) : random_state(&rng, n, false, NULL, NULL);
            assert_true(fabs(kt_state_norm(state) - 1) < TOLERANCE);
            for (uint32_t p = 0; p < (uint32_t)n; p++) {
                const double z = naive_expectation(state, 0, (uint64_t)1 << p);
                assert_true(fabs(kt_state_probability_one(state, p) - (1 - z) / 2) < TOLERANCE);
            }
            kt_state_free(state);
        }
    }
}

TEST(state_sum, inner_product_conjugates_its_first_argument)
{
    kt_rng rng;
    kt_rng_seed(&rng, 23);
    for (int n = 0; n <= 6; n++) {
        kt_state *a = random_state(&rng, n, false, NULL, NULL), *b = random_state(&rng, n, false, NULL, NULL);
        kt_complex sum = { 0, 0 };
        for (uint64_t i = 0; i < a->count; i++)
            sum = plus(sum, mul(conjugate(kt_state_data(a)[i]), kt_state_data(b)[i]));
        const kt_complex inner = kt_state_inner(a, b);
        assert_true(fabs(inner.re - sum.re) < TOLERANCE && fabs(inner.im - sum.im) < TOLERANCE);
        kt_state_free(a);
        kt_state_free(b);
    }
}

TEST(state_sum, many_small_terms_do_not_lose_digits)
{
    kt_state *vector;
    assert_int_equal(kt_state_new(20, false, NULL, &vector, NULL), 0);
    for (uint64_t i = 0; i < vector->count; i++)
        kt_state_data(vector)[i] = (kt_complex){ 0x1p-10, 0 };
    kt_state_data(vector)[0].re = sqrt(0.1);
    assert_true(fabs(kt_state_norm(vector) - (1 - 0x1p-20 + 0.1)) < 1e-15);
    kt_state_free(vector);
}
