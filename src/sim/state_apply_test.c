/* SPDX-License-Identifier: Apache-2.0 */
/* state_apply_test.c - every operation beside the full matrix, on random states at random positions, for every row
 * of kernels. */
#include "tests/unit.h"

#include "sim/state_naive_test.h"

/* One random matrix under random controls, on a state vector and the naive one. */
static void try_matrix(kt_rng *rng, const kt_kernels *kernels, int n, int k, int controls, form form)
{
    kt_complex m[1 << 12];
    uint32_t positions[16];
    random_matrix(rng, form, k, m);
    random_positions(rng, n, k + controls, positions);
    const uint64_t states = kt_rng_next(rng);
    kt_state *state = random_state(rng, n, false, NULL, kernels);
    kt_complex *expected = copied(state);
    uint64_t mask = 0, value = 0;
    for (int i = 0; i < controls; i++) {
        mask |= (uint64_t)1 << positions[k + i];
        value |= (states >> i & 1) << positions[k + i];
    }
    naive_apply(expected, state->count, m, k, positions, mask, value);
    assert_int_equal(kt_state_apply_matrix(state, m, k, positions, controls, positions + k, states, NULL), 0);
    assert_same(kt_state_data(state), expected, state->count);
    free(expected);
    kt_state_free(state);
}

TEST(state_apply, applies_every_form_of_matrix_at_every_place_like_the_full_matrix)
{
    kt_rng rng;
    kt_rng_seed(&rng, 1);
    const kt_kernels *rows[4];
    kt_kernels_list(rows);
    for (int r = 0; rows[r]; r++)
        for (int n = 1; n <= 6; n++)
            for (int k = 0; k <= n; k++)
                for (int controls = 0; controls <= n - k; controls++)
                    for (form form = 0; form < FORM_COUNT; form++)
                        for (int repeat = 0; repeat < (n < 5 ? 4 : 8); repeat++)
                            try_matrix(&rng, rows[r], n, k, controls, form);
}

TEST(state_apply, has_the_same_bits_on_every_instruction_set)
{
    const kt_kernels *rows[4];
    kt_kernels_list(rows);
    for (uint64_t seed = 0; seed < 300; seed++) {
        kt_state *first = NULL;
        for (int r = 0; rows[r]; r++) {
            kt_rng rng;
            kt_rng_seed(&rng, seed);
            const int n = 1 + (int)kt_rng_below(&rng, 8);
            const int k = 1 + (int)kt_rng_below(&rng, (uint64_t)(n < 4 ? n : 4));
            kt_complex m[256];
            uint32_t positions[8];
            random_matrix(&rng, (form)(seed % FORM_COUNT), k, m);
            random_positions(&rng, n, k, positions);
            kt_state *state = random_state(&rng, n, false, NULL, rows[r]);
            kt_state_apply_matrix(state, m, k, positions, 0, NULL, 0, NULL);
            if (first) {
                for (uint64_t i = 0; i < state->count; i++) {
                    assert_true(kt_state_data(state)[i].re == kt_state_data(first)[i].re);
                    assert_true(kt_state_data(state)[i].im == kt_state_data(first)[i].im);
                }
                assert_true(kt_state_norm(state) == kt_state_norm(first));
                const uint64_t x = kt_rng_below(&rng, (uint64_t)1 << n), z = kt_rng_below(&rng, (uint64_t)1 << n);
                assert_true(kt_state_pauli_expectation(state, x, z) == kt_state_pauli_expectation(first, x, z));
                const kt_complex a = kt_state_inner(state, first), b = kt_state_inner(first, state);
                assert_true(a.re == b.re);
                kt_state_free(state);
            } else {
                first = state;
            }
        }
        kt_state_free(first);
    }
}

TEST(state_apply, applies_a_matrix_to_both_sides_of_a_density_matrix)
{
    kt_rng rng;
    kt_rng_seed(&rng, 2);
    for (int n = 1; n <= 4; n++) {
        for (int k = 1; k <= n; k++) {
            for (int controls = 0; controls <= n - k; controls++) {
                for (form form = 0; form < FORM_COUNT; form++) {
                    kt_complex m[256];
                    uint32_t p[8];
                    random_matrix(&rng, form, k, m);
                    random_positions(&rng, n, k + controls, p);
                    const uint64_t states = kt_rng_next(&rng);
                    uint64_t mask = 0, value = 0;
                    for (int i = 0; i < controls; i++) {
                        mask |= (uint64_t)1 << p[k + i];
                        value |= (states >> i & 1) << p[k + i];
                    }
                    kt_state *rho = random_state(&rng, n, true, NULL, NULL);
                    kt_complex *expected = copied(rho);
                    naive_both(expected, n, m, k, p, mask, value);
                    kt_state_apply_matrix(rho, m, k, p, controls, p + k, states, NULL);
                    assert_same(kt_state_data(rho), expected, rho->count);
                    free(expected);
                    kt_state_free(rho);
                }
            }
        }
    }
}

TEST(state_apply, applies_left_to_the_ket_side_only)
{
    kt_rng rng;
    kt_rng_seed(&rng, 3);
    kt_complex m[16];
    random_matrix(&rng, DENSE, 2, m);
    const uint32_t p[2] = { 2, 0 }, rows[2] = { 5, 3 };
    for (int density = 0; density < 2; density++) {
        kt_state *state = random_state(&rng, 3, density, NULL, NULL);
        kt_complex *expected = copied(state);
        naive_apply(expected, state->count, m, 2, density ? rows : p, 0, 0);
        assert_int_equal(kt_state_apply_left(state, m, 2, p, NULL), 0);
        assert_same(kt_state_data(state), expected, state->count);
        free(expected);
        kt_state_free(state);
    }
}

TEST(state_apply, collapses_and_flips_a_qubit)
{
    kt_rng rng;
    kt_rng_seed(&rng, 7);
    static const kt_complex x[4] = { { 0, 0 }, { 1, 0 }, { 1, 0 }, { 0, 0 } };
    for (int n = 1; n <= 4; n++) {
        for (uint32_t p = 0; p < (uint32_t)n; p++) {
            for (int which = 0; which < 4; which++) {
                const bool density = which & 1;
                const int outcome = which >> 1;
                kt_state *state = density ? random_mixture(&rng, n) : random_state(&rng, n, false, NULL, NULL);
                kt_complex *expected = copied(state);
                const double one = kt_state_probability_one(state, p), probability = outcome ? one : 1 - one;
                kt_complex m[4] = { { 0 } };
                m[outcome ? 3 : 0].re = 1 / sqrt(probability);
                if (density) {
                    naive_both(expected, n, m, 1, &p, 0, 0);
                    naive_both(expected, n, x, 1, &p, 0, 0);
                } else {
                    naive_apply(expected, state->count, m, 1, &p, 0, 0);
                    naive_apply(expected, state->count, x, 1, &p, 0, 0);
                }
                kt_state_collapse(state, p, outcome, probability);
                assert_true(fabs(kt_state_norm(state) - 1) < TOLERANCE);
                kt_state_flip(state, p);
                assert_same(kt_state_data(state), expected, state->count);
                free(expected);
                kt_state_free(state);
            }
        }
    }
}

TEST(state_apply, applies_every_gate_with_its_controls_and_power)
{
    kt_rng rng;
    kt_rng_seed(&rng, 8);
    for (int gate = 0; gate < KT_GATE_COUNT; gate++) {
        for (int repeat = 0; repeat < 8; repeat++) {
            const int n = 5, k = kt_gate_rows[gate].qubit_count, controls = repeat % 3;
            kt_angle angles[3];
            for (int i = 0; i < 3; i++)
                angles[i] = (kt_angle){ .value = 3 * uniform(&rng) };
            uint32_t p[8];
            random_positions(&rng, n, k + controls, p);
            const kt_op op = { .kind = KT_OP_GATE,
                               .gate = (uint8_t)gate,
                               .control_count = (uint8_t)controls,
                               .angle_count = kt_gate_rows[gate].angle_count,
                               .qubit_count = (uint32_t)(k + controls),
                               .qubits = p,
                               .control_states = kt_rng_next(&rng) & 3,
                               .power = repeat == 7 ? 0.5 : 1,
                               .angles = angles };
            kt_complex m[64];
            assert_int_equal(kt_op_matrix(&op, m, NULL), 0);
            uint64_t mask = 0, value = 0;
            for (int i = 0; i < controls; i++) {
                mask |= (uint64_t)1 << p[i];
                value |= (op.control_states >> i & 1) << p[i];
            }
            kt_state *state = random_state(&rng, n, false, NULL, NULL), *rho = random_state(&rng, n, true, NULL, NULL);
            kt_complex *expected = copied(state), *expected_rho = copied(rho);
            naive_apply(expected, state->count, m, k, p + controls, mask, value);
            naive_both(expected_rho, n, m, k, p + controls, mask, value);
            assert_int_equal(kt_state_apply(state, &op, p, NULL), 0);
            assert_int_equal(kt_state_apply(rho, &op, p, NULL), 0);
            assert_same(kt_state_data(state), expected, state->count);
            assert_same(kt_state_data(rho), expected_rho, rho->count);
            free(expected);
            free(expected_rho);
            kt_state_free(state);
            kt_state_free(rho);
        }
    }
}

TEST(state_apply, applies_a_unitary_of_many_qubits_and_refuses_eleven)
{
    kt_rng rng;
    kt_rng_seed(&rng, 9);
    enum { N = 7, K = 6 };
    kt_complex *m = malloc(sizeof *m << 2 * K);
    assert_non_null(m);
    uint32_t p[N];
    for (form form = 0; form < FORM_COUNT; form++) {
        random_matrix(&rng, form, K, m);
        random_positions(&rng, N, K, p);
        const kt_op op = {
            .kind = KT_OP_UNITARY, .qubit_count = K, .qubits = p, .power = 1, .matrix = m, .matrix_count = 1
        };
        kt_state *state = random_state(&rng, N, false, NULL, NULL);
        kt_complex *expected = copied(state);
        naive_apply(expected, state->count, m, K, p, 0, 0);
        assert_int_equal(kt_state_apply(state, &op, p, NULL), 0);
        assert_same(kt_state_data(state), expected, state->count);
        const kt_op too_many = { .kind = KT_OP_UNITARY, .qubit_count = 11, .power = 1, .matrix = m };
        assert_int_equal(kt_state_apply(state, &too_many, p, NULL), KT_E_LIMIT);
        assert_int_equal(kt_state_apply_matrix(state, m, 11, p, 0, NULL, 0, NULL), KT_E_LIMIT);
        assert_int_equal(kt_state_apply_left(state, m, 11, p, NULL), KT_E_LIMIT);
        free(expected);
        kt_state_free(state);
    }
    random_matrix(&rng, DENSE, 4, m);
    random_positions(&rng, 4, 4, p);
    kt_state *rho = random_state(&rng, 4, true, NULL, NULL);
    kt_complex *expected = copied(rho);
    naive_both(expected, 4, m, 4, p, 0, 0);
    assert_int_equal(kt_state_apply_matrix(rho, m, 4, p, 0, NULL, 0, NULL), 0);
    assert_same(kt_state_data(rho), expected, rho->count);
    free(expected);
    kt_state_free(rho);
    free(m);
}
