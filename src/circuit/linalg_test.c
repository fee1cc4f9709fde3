/* SPDX-License-Identifier: Apache-2.0 */
/* linalg_test.c - eigenbases and powers of matrices with known, repeated, and random eigenvalues. */
#include "circuit/linalg.h"

#include "base/rng.h"
#include "circuit/complex.h"
#include "tests/unit.h"

#include <stdlib.h>
#include <string.h>

enum { SIDE_MOST = 16, NUMBERS_MOST = SIDE_MOST * SIDE_MOST };

static double uniform(kt_rng *rng)
{
    return 2 * kt_rng_uniform(rng) - 1;
}

static double distance(size_t n, const kt_complex *a, const kt_complex *b)
{
    double most = 0;
    for (size_t k = 0; k < n * n; k++)
        most = fmax(most, sqrt(kt_c_abs2(kt_c_sub(a[k], b[k]))));
    return most;
}

static void random_matrix(size_t n, kt_rng *rng, kt_complex *out)
{
    for (size_t k = 0; k < n * n; k++)
        out[k] = kt_c(uniform(rng), uniform(rng));
}

/* Columns made orthonormal one after another, twice over. */
static void random_unitary(size_t n, kt_rng *rng, kt_complex *out)
{
    random_matrix(n, rng, out);
    for (size_t pass = 0; pass < 2; pass++) {
        for (size_t col = 0; col < n; col++) {
            for (size_t other = 0; other < col; other++) {
                kt_complex inner = { 0, 0 };
                for (size_t k = 0; k < n; k++)
                    inner = kt_c_add(inner, kt_c_mul(kt_c_conj(out[k * n + other]), out[k * n + col]));
                for (size_t k = 0; k < n; k++)
                    out[k * n + col] = kt_c_sub(out[k * n + col], kt_c_mul(inner, out[k * n + other]));
            }
            double norm = 0;
            for (size_t k = 0; k < n; k++)
                norm += kt_c_abs2(out[k * n + col]);
            for (size_t k = 0; k < n; k++)
                out[k * n + col] = kt_c_scale(1 / sqrt(norm), out[k * n + col]);
        }
    }
}

/* basis diag(values) basis^dagger */
static void compose(size_t n, const kt_complex *basis, const kt_complex *values, kt_complex *out)
{
    memset(out, 0, n * n * sizeof *out);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            for (size_t k = 0; k < n; k++)
                out[i * n + j] = kt_c_add(out[i * n + j],
                                          kt_c_mul(kt_c_mul(basis[i * n + k], values[k]), kt_c_conj(basis[j * n + k])));
}

static void assert_eigen(size_t n, const kt_complex *a, const char *what)
{
    kt_complex values[SIDE_MOST], vectors[NUMBERS_MOST], again[NUMBERS_MOST];
    kt_error err;
    if (kt_mat_eigen_normal(n, a, values, vectors, &err) < 0)
        fail_msg("%s: %s", what, err.message);
    compose(n, vectors, values, again);
    if (!kt_mat_is_unitary(n, vectors, 1e-13) || distance(n, a, again) > 1e-12)
        fail_msg("%s: off by %g", what, distance(n, a, again));
}

TEST(linalg, random_unitaries_have_orthonormal_eigenbases)
{
    kt_rng rng;
    kt_complex u[NUMBERS_MOST];
    kt_rng_seed(&rng, 1);
    for (int trial = 0; trial < 200; trial++) {
        size_t n = 1 + kt_rng_below(&rng, SIDE_MOST);
        random_unitary(n, &rng, u);
        assert_eigen(n, u, "random unitary");
    }
}

TEST(linalg, repeated_and_nearly_repeated_eigenvalues_do_no_harm)
{
    static const double angles[][4] = { { 0.3, 0.3, 0.3, 0.3 },         { 0.3, -0.3, 0.3, -0.3 },
                                        { M_PI, 0, M_PI, 0 },           { M_PI, M_PI, M_PI, 0.1 },
                                        { 1, 1 + 1e-9, 1 + 1e-13, -1 }, { M_PI / 2, -M_PI / 2, 0, M_PI },
                                        { 0.7, 0.7 + 1e-6, 0.7, -0.7 } };
    kt_rng rng;
    kt_rng_seed(&rng, 2);
    for (size_t k = 0; k < KT_COUNT(angles); k++) {
        for (int trial = 0; trial < 20; trial++) {
            kt_complex basis[16], values[4], u[16];
            random_unitary(4, &rng, basis);
            for (size_t j = 0; j < 4; j++)
                values[j] = kt_c_turn(angles[k][j]);
            compose(4, basis, values, u);
            assert_eigen(4, u, "repeated eigenvalues");
        }
    }
}

TEST(linalg, permutations_are_diagonalised)
{
    kt_rng rng;
    kt_rng_seed(&rng, 3);
    for (int trial = 0; trial < 300; trial++) {
        size_t n = 2 + kt_rng_below(&rng, 7), to[8];
        kt_complex p[64] = { { 0, 0 } };
        for (size_t k = 0; k < n; k++)
            to[k] = k;
        for (size_t k = n - 1; k > 0; k--) {
            size_t j = kt_rng_below(&rng, k + 1), kept = to[k];
            to[k] = to[j];
            to[j] = kept;
        }
        for (size_t k = 0; k < n; k++) /* some with phases, as gates have */
            p[k * n + to[k]] = kt_c_turn(trial % 3 == 0 ? 0 : (double)kt_rng_below(&rng, 8) * M_PI / 4);
        assert_eigen(n, p, "permutation");
    }
}

TEST(linalg, hermitian_eigenvalues_come_in_ascending_order)
{
    kt_rng rng;
    kt_rng_seed(&rng, 4);
    for (int trial = 0; trial < 100; trial++) {
        kt_complex a[NUMBERS_MOST], h[NUMBERS_MOST], vectors[NUMBERS_MOST], again[NUMBERS_MOST], z[SIDE_MOST];
        double values[SIDE_MOST];
        size_t n = 1 + kt_rng_below(&rng, SIDE_MOST);
        random_matrix(n, &rng, a);
        kt_mat_adjoint(n, a, h);
        for (size_t k = 0; k < n * n; k++)
            h[k] = kt_c_add(h[k], a[k]);
        assert_int_equal(kt_mat_eigen_hermitian(n, h, values, vectors, NULL), 0);
        for (size_t k = 0; k < n; k++) {
            z[k] = kt_c(values[k], 0);
            assert_true(k == 0 || values[k - 1] <= values[k]);
        }
        compose(n, vectors, z, again);
        assert_true(distance(n, h, again) < 1e-12);
        assert_true(kt_mat_is_unitary(n, vectors, 1e-13));
    }
}

TEST(linalg, a_large_observable_is_diagonalised_in_a_moment)
{
    enum { n = 64 };
    kt_complex *a = calloc(3 * n * n, sizeof *a), *h = a + n * n, *vectors = h + n * n;
    double values[n];
    kt_rng rng;
    kt_rng_seed(&rng, 5);
    random_matrix(n, &rng, a);
    kt_mat_adjoint(n, a, h);
    for (size_t k = 0; k < n * n; k++)
        h[k] = kt_c_add(h[k], a[k]);
    assert_int_equal(kt_mat_eigen_hermitian(n, h, values, vectors, NULL), 0);
    assert_true(kt_mat_is_unitary(n, vectors, 1e-12));
    free(a);
}

TEST(linalg, a_matrix_without_an_orthonormal_eigenbasis_is_refused)
{
    const kt_complex jordan[4] = { { 1, 0 }, { 1, 0 }, { 0, 0 }, { 1, 0 } };
    kt_complex values[2], vectors[4];
    double real[2];
    kt_error err;
    assert_int_equal(kt_mat_eigen_normal(2, jordan, values, vectors, &err), KT_E_INVALID);
    assert_string_equal(err.message,
                        "a matrix of 2 rows has no orthonormal eigenbasis; it must be Hermitian or unitary");
    assert_int_equal(kt_mat_eigen_hermitian(2, jordan, real, vectors, &err), KT_E_INVALID);
}

TEST(linalg, powers_multiply_back_to_the_whole)
{
    kt_rng rng;
    kt_rng_seed(&rng, 6);
    for (int trial = 0; trial < 50; trial++) {
        kt_complex u[16], third[16], square[16], cube[16];
        random_unitary(4, &rng, u);
        assert_int_equal(kt_mat_power(4, u, 1.0 / 3, third, NULL), 0);
        kt_mat_mul(4, third, third, square);
        kt_mat_mul(4, square, third, cube);
        assert_true(distance(4, cube, u) < 1e-12);
        assert_int_equal(kt_mat_power(4, third, 3, cube, NULL), 0);
        assert_true(distance(4, cube, u) < 1e-12);
        assert_int_equal(kt_mat_power(4, u, -5, square, NULL), 0);
        assert_int_equal(kt_mat_power(4, u, 5, cube, NULL), 0);
        kt_mat_mul(4, square, cube, third);
        assert_int_equal(kt_mat_power(4, u, 0, cube, NULL), 0);
        assert_true(distance(4, third, cube) < 1e-12); /* the identity */
    }
}

TEST(linalg, the_square_root_of_minus_one_is_plus_i)
{
    const kt_complex x[4] = { { 0, 0 }, { 1, 0 }, { 1, 0 }, { 0, 0 } };
    const kt_complex root[4] = { { 0.5, 0.5 }, { 0.5, -0.5 }, { 0.5, -0.5 }, { 0.5, 0.5 } };
    const kt_complex minus[1] = { { -1, -0.0 } }, nearly[1] = { { -1, -1.2e-16 } };
    kt_complex got[4];
    assert_int_equal(kt_mat_power(2, x, 0.5, got, NULL), 0);
    assert_true(distance(2, got, root) < 1e-15);
    assert_int_equal(kt_mat_power(1, minus, 0.5, got, NULL), 0);
    assert_true(got[0].im > 0.999);
    assert_int_equal(kt_mat_power(1, nearly, 0.5, got, NULL), 0);
    assert_true(got[0].im < -0.999); /* a diagonal matrix is taken at its word */
}

TEST(linalg, a_power_that_doubles_can_not_count_is_refused)
{
    const kt_complex one[1] = { { 1, 0 } };
    kt_complex got[1];
    kt_error err;
    assert_int_equal(kt_mat_power(1, one, 1e300, got, &err), KT_E_INVALID);
    assert_int_equal(kt_mat_power(1, one, NAN, got, &err), KT_E_INVALID);
    assert_string_equal(err.message, "a gate's power is nan; it must lie between -2^53 and 2^53");
    assert_int_equal(kt_mat_power_derivative(1, one, one, INFINITY, got, &err), KT_E_INVALID);
    assert_int_equal(kt_mat_power(1, one, 9007199254740992.0, got, NULL), 0);
}

TEST(linalg, tests_of_matrices_see_a_flaw_and_nan)
{
    kt_complex m[4] = { { 1, 0 }, { 0, 0 }, { 0, 0 }, { 1, 0 } };
    assert_true(kt_mat_is_unitary(2, m, 0) && kt_mat_is_hermitian(2, m, 0) && kt_mat_is_complete(2, m, 1, 0));
    m[1] = kt_c(1e-4, 0);
    assert_false(kt_mat_is_unitary(2, m, 1e-5) || kt_mat_is_hermitian(2, m, 1e-5) || kt_mat_is_complete(2, m, 1, 1e-5));
    m[1] = kt_c(NAN, 0);
    assert_false(kt_mat_is_unitary(2, m, 1e-5) || kt_mat_is_hermitian(2, m, 1e-5) || kt_mat_is_complete(2, m, 1, 1e-5));
}
