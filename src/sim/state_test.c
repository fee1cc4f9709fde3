/* SPDX-License-Identifier: Apache-2.0 */
/* state_test.c - the memory of a state. */
#include "tests/unit.h"

#include "sim/state_naive_test.h"

#include <sys/resource.h>

TEST(state, starts_in_zero_and_tells_its_size)
{
    for (int density = 0; density < 2; density++) {
        for (int n = 0; n <= 11; n++) {
            kt_state *state;
            assert_int_equal(kt_state_new(n, density, NULL, &state, NULL), 0);
            assert_int_equal(kt_state_qubits(state), n);
            assert_int_equal(kt_state_is_density(state), density);
            assert_null(kt_state_pool(state));
            assert_int_equal(kt_state_bytes(n, density), state->count * sizeof(kt_complex));
            assert_true(kt_state_data(state)[0].re == 1);
            assert_true(kt_state_norm(state) == 1);
            for (uint64_t i = 1; i < state->count; i += i < 64 ? 1 : 997)
                assert_true(kt_norm2(kt_state_data(state)[i]) == 0);
            kt_state_free(state);
        }
    }
    assert_true(kt_state_bytes(34, false) == (uint64_t)16 << 34);
    assert_true(kt_state_bytes(60, false) == UINT64_MAX);
    assert_true(kt_state_bytes(30, true) == UINT64_MAX);
    assert_true(kt_state_bytes(INT32_MAX, true) == UINT64_MAX);
    kt_state_free(NULL);
}

TEST(state, copies_and_assigns)
{
    kt_rng rng;
    kt_rng_seed(&rng, 10);
    kt_state *a = random_state(&rng, 4, false, NULL, NULL), *b = random_state(&rng, 4, false, NULL, NULL), *c;
    assert_int_equal(kt_state_copy(a, &c, NULL), 0);
    assert_memory_equal(kt_state_data(a), kt_state_data(c), a->count * sizeof(kt_complex));
    assert_int_equal(kt_state_assign(c, b), 0);
    assert_memory_equal(kt_state_data(b), kt_state_data(c), a->count * sizeof(kt_complex));
    kt_state_free(a);
    kt_state_free(b);
    kt_state_free(c);
}

TEST(state, grows_by_a_qubit_in_zero_at_the_top)
{
    kt_rng rng;
    kt_rng_seed(&rng, 11);
    for (int density = 0; density < 2; density++) {
        for (int n = 0; n <= 5; n++) {
            kt_state *state = random_state(&rng, n, density, NULL, NULL);
            kt_complex *before = copied(state);
            assert_int_equal(kt_state_grow(state, NULL), 0);
            assert_int_equal(kt_state_qubits(state), n + 1);
            const uint64_t size = (uint64_t)1 << n, rows = density ? size : 1;
            for (uint64_t i = 0; i < state->count; i++) {
                const uint64_t row = density ? i >> (n + 1) : 0, column = i & (2 * size - 1);
                const kt_complex expected =
                    row < rows && column < size ? before[row * size + column] : (kt_complex){ 0, 0 };
                assert_true(kt_state_data(state)[i].re == expected.re && kt_state_data(state)[i].im == expected.im);
            }
            free(before);
            kt_state_free(state);
        }
    }
}

TEST(state, reports_when_there_is_no_memory_and_leaves_everything_as_it_was)
{
    kt_state *vector = NULL, *other = NULL;
    kt_error err;
    assert_int_equal(kt_state_new(70, false, NULL, &vector, &err), KT_E_NOMEM);
    assert_int_equal(kt_state_new(50, false, NULL, &vector, &err), KT_E_NOMEM);
    assert_null(vector);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    assert_int_equal(kt_state_new(20, false, NULL, &vector, NULL), 0);
    struct rlimit before, none;
    assert_int_equal(getrlimit(RLIMIT_AS, &before), 0);
    none = before;
    none.rlim_cur = 1 << 20;
    assert_int_equal(setrlimit(RLIMIT_AS, &none), 0);
    const int copy = kt_state_copy(vector, &other, &err), grow = kt_state_grow(vector, &err);
    assert_int_equal(setrlimit(RLIMIT_AS, &before), 0);
    assert_int_equal(copy, KT_E_NOMEM);
    assert_int_equal(grow, KT_E_NOMEM);
    assert_null(other);
    assert_int_equal(kt_state_qubits(vector), 20);
    assert_true(kt_state_norm(vector) == 1);
    kt_state_free(vector);
#else
    (void)other;
#endif
}
