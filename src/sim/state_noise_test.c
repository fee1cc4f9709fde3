/* SPDX-License-Identifier: Apache-2.0 */
/* state_noise_test.c - every channel beside the sum of its Kraus operators. */
#include "tests/unit.h"

#include "sim/state_naive_test.h"

/* Sum of K rho K^dagger with the naive reference. */
static void naive_kraus(kt_complex *rho, int n, int count, const kt_complex *kraus, int k, const uint32_t *positions)
{
    const uint64_t numbers = (uint64_t)1 << 2 * n;
    kt_complex *sum = calloc(numbers, sizeof *sum), *term = malloc(numbers * sizeof *term);
    assert_non_null(sum);
    assert_non_null(term);
    for (int i = 0; i < count; i++) {
        memcpy(term, rho, numbers * sizeof *term);
        naive_both(term, n, kraus + ((size_t)i << 2 * k), k, positions, 0, 0);
        for (uint64_t j = 0; j < numbers; j++)
            sum[j] = plus(sum[j], term[j]);
    }
    memcpy(rho, sum, numbers * sizeof *rho);
    free(sum);
    free(term);
}

static void try_noise(kt_rng *rng, const kt_op *op, int n)
{
    kt_complex kraus[256];
    const int count = kt_op_kraus(op, kraus, NULL);
    assert_true(count > 0);
    uint32_t p[4];
    random_positions(rng, n, (int)op->qubit_count, p);
    kt_state *rho = random_mixture(rng, n);
    kt_complex *expected = copied(rho);
    naive_kraus(expected, n, count, kraus, (int)op->qubit_count, p);
    assert_int_equal(kt_state_noise(rho, op, p, NULL), 0);
    assert_same(kt_state_data(rho), expected, rho->count);
    assert_true(fabs(kt_state_norm(rho) - 1) < TOLERANCE);
    free(expected);
    kt_state_free(rho);
}

TEST(state_noise, applies_every_noise_channel_as_the_sum_of_its_kraus_operators)
{
    kt_rng rng;
    kt_rng_seed(&rng, 4);
    static const uint32_t qubits[2] = { 0, 1 };
    for (int noise = 0; noise < KT_NOISE_COUNT; noise++) {
        for (int n = kt_noise_rows[noise].qubit_count; n <= 4; n++) {
            for (int repeat = 0; repeat < 6; repeat++) {
                kt_angle angles[3] = { { .value = kt_rng_uniform(&rng) / 3 },
                                       { .value = kt_rng_uniform(&rng) / 3 },
                                       { .value = kt_rng_uniform(&rng) / 3 } };
                if (repeat == 0)
                    angles[0].value = angles[1].value = angles[2].value = 0;
                const kt_op op = { .kind = KT_OP_NOISE,
                                   .gate = (uint8_t)noise,
                                   .angle_count = kt_noise_rows[noise].parameter_count,
                                   .qubit_count = kt_noise_rows[noise].qubit_count,
                                   .qubits = qubits,
                                   .angles = angles };
                try_noise(&rng, &op, n);
            }
        }
    }
}

TEST(state_noise, applies_kraus_operators_as_their_sum)
{
    kt_rng rng;
    kt_rng_seed(&rng, 5);
    static const uint32_t qubits[2] = { 0, 1 };
    /* Scaled unitaries and damping: channels of several forms. */
    const double s = sqrt(0.5);
    const kt_complex one[8] = { { s, 0 }, { 0, 0 }, { 0, 0 }, { 0, s }, { 0, 0 }, { 0, s }, { s, 0 }, { 0, 0 } };
    const kt_op op1 = { .kind = KT_OP_KRAUS, .qubit_count = 1, .qubits = qubits, .matrix = one, .matrix_count = 2 };
    kt_complex two[32] = { { 0 } };
    for (int i = 0; i < 4; i++) {
        two[5 * i].re = i == 3 ? sqrt(0.4) : 1;
        two[16 + 4 * ((i + 1) & 3) + 3].re = i == 1 ? sqrt(0.6) : 0;
    }
    const kt_op op2 = { .kind = KT_OP_KRAUS, .qubit_count = 2, .qubits = qubits, .matrix = two, .matrix_count = 2 };
    for (int n = 1; n <= 4; n++)
        for (int repeat = 0; repeat < 5; repeat++) {
            try_noise(&rng, &op1, n);
            if (n > 1)
                try_noise(&rng, &op2, n);
        }
}

TEST(state_noise, refuses_noise_on_a_state_vector_and_kraus_operators_that_are_too_large)
{
    kt_state *vector, *rho;
    kt_error err;
    static const uint32_t p[3] = { 0, 1, 2 };
    const kt_angle angle = { .value = 0.1 };
    const kt_op flip = {
        .kind = KT_OP_NOISE, .gate = KT_NOISE_BIT_FLIP, .angle_count = 1, .qubit_count = 1, .angles = &angle
    };
    const kt_op kraus = { .kind = KT_OP_KRAUS, .qubit_count = 3, .matrix_count = 1 };
    assert_int_equal(kt_state_new(3, false, NULL, &vector, NULL), 0);
    assert_int_equal(kt_state_new(3, true, NULL, &rho, NULL), 0);
    assert_int_equal(kt_state_noise(vector, &flip, p, &err), KT_E_UNSUPPORTED);
    assert_int_equal(kt_state_reset(vector, 0, &err), KT_E_UNSUPPORTED);
    assert_int_equal(kt_state_dephase(vector, 0, &err), KT_E_UNSUPPORTED);
    assert_int_equal(kt_state_noise(rho, &kraus, p, &err), KT_E_LIMIT);
    kt_state_free(vector);
    kt_state_free(rho);
}

TEST(state_noise, resets_and_dephases_a_qubit_of_a_density_matrix)
{
    kt_rng rng;
    kt_rng_seed(&rng, 6);
    static const kt_complex reset[8] = {
        { 1, 0 }, { 0, 0 }, { 0, 0 }, { 0, 0 }, { 0, 0 }, { 1, 0 }, { 0, 0 }, { 0, 0 }
    };
    static const kt_complex project[8] = { { 1, 0 }, { 0, 0 }, { 0, 0 }, { 0, 0 },
                                           { 0, 0 }, { 0, 0 }, { 0, 0 }, { 1, 0 } };
    for (int n = 1; n <= 4; n++) {
        for (uint32_t p = 0; p < (uint32_t)n; p++) {
            for (int which = 0; which < 2; which++) {
                kt_state *rho = random_mixture(&rng, n);
                kt_complex *expected = copied(rho);
                naive_kraus(expected, n, 2, which ? project : reset, 1, &p);
                assert_int_equal(which ? kt_state_dephase(rho, p, NULL) : kt_state_reset(rho, p, NULL), 0);
                assert_same(kt_state_data(rho), expected, rho->count);
                free(expected);
                kt_state_free(rho);
            }
        }
    }
}
