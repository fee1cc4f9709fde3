/* SPDX-License-Identifier: Apache-2.0 */
/* state_naive_test.h - for tests: random states, and operations on them from the definition, entry by entry. To be
 * included after tests/unit.h. */
#ifndef KT_SIM_STATE_NAIVE_TEST_H
#define KT_SIM_STATE_NAIVE_TEST_H

#include "sim/state_priv.h"

#include "base/rng.h"
#include "circuit/gate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TOLERANCE 1e-12

static inline kt_complex mul(kt_complex a, kt_complex b)
{
    return (kt_complex){ a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re };
}

static inline kt_complex plus(kt_complex a, kt_complex b)
{
    return (kt_complex){ a.re + b.re, a.im + b.im };
}

static inline kt_complex conjugate(kt_complex a)
{
    return (kt_complex){ a.re, -a.im };
}

static inline double uniform(kt_rng *rng)
{
    return 2 * kt_rng_uniform(rng) - 1;
}

/* k distinct positions below n. */
static inline void random_positions(kt_rng *rng, int n, int k, uint32_t *out)
{
    uint32_t all[32];
    for (int i = 0; i < n; i++)
        all[i] = (uint32_t)i;
    for (int i = 0; i < k; i++) {
        const int j = i + (int)kt_rng_below(rng, (uint64_t)(n - i));
        const uint32_t kept = all[i];
        all[i] = all[j];
        all[j] = kept;
        out[i] = all[i];
    }
}

static inline kt_state *random_state(kt_rng *rng, int n, bool density, kt_pool *pool, const kt_kernels *kernels)
{
    kt_state *state;
    assert_int_equal(kt_state_new(n, density, pool, &state, NULL), 0);
    if (kernels)
        kt_state_use_kernels(state, kernels);
    double norm = 0;
    kt_complex *a = kt_state_data(state);
    for (uint64_t i = 0; i < state->count; i++) {
        a[i] = (kt_complex){ uniform(rng), uniform(rng) };
        norm += kt_norm2(a[i]);
    }
    for (uint64_t i = 0; i < state->count; i++) {
        a[i].re /= sqrt(norm);
        a[i].im /= sqrt(norm);
    }
    return state;
}

/* A density matrix that is one: a mixture of two random pure states. */
static inline kt_state *random_mixture(kt_rng *rng, int n)
{
    kt_state *rho;
    assert_int_equal(kt_state_new(n, true, NULL, &rho, NULL), 0);
    kt_complex *out = kt_state_data(rho);
    const uint64_t size = (uint64_t)1 << n;
    memset(out, 0, size * size * sizeof *out);
    for (int part = 0; part < 2; part++) {
        kt_state *pure = random_state(rng, n, false, NULL, NULL);
        const kt_complex *a = kt_state_data_const(pure);
        for (uint64_t r = 0; r < size; r++) {
            for (uint64_t c = 0; c < size; c++) {
                const kt_complex x = mul(a[r], conjugate(a[c]));
                out[r * size + c].re += (part ? 0.3 : 0.7) * x.re;
                out[r * size + c].im += (part ? 0.3 : 0.7) * x.im;
            }
        }
        kt_state_free(pure);
    }
    return rho;
}

typedef enum form { DENSE, REAL, DIAGONAL, PERMUTATION, TWO_BLOCKS, PHASED, FORM_COUNT } form;

/* Matrices of all the forms that plans tell apart; they need not be unitary. */
static inline void random_matrix(kt_rng *rng, form form, int k, kt_complex *m)
{
    const size_t n = (size_t)1 << k;
    memset(m, 0, n * n * sizeof *m);
    uint32_t image[1024];
    random_positions(rng, (int)(n < 32 ? n : 32), (int)(n < 32 ? n : 32), image);
    for (size_t r = 0; r < n; r++) {
        for (size_t c = 0; c < n; c++) {
            kt_complex *x = &m[r * n + c];
            const kt_complex any = { uniform(rng), uniform(rng) };
            switch (form) {
            case REAL: x->re = any.re; break;
            case DIAGONAL: *x = r == c ? (c % 3 == 1 ? (kt_complex){ 1, 0 } : any) : *x; break;
            case PERMUTATION: x->re = n <= 32 ? c == image[r] : c == (r ^ 1); break;
            case TWO_BLOCKS: *x = r == c || r == (n - 1 - c) ? any : *x; break;
            case PHASED: *x = (n <= 32 ? c == image[r] : c == (r ^ 3)) ? any : *x; break;
            default: *x = any;
            }
        }
    }
}

/* Which row of the matrix a basis index belongs to. */
static inline size_t matrix_index(uint64_t index, int k, const uint32_t *bits)
{
    size_t out = 0;
    for (int i = 0; i < k; i++)
        out = out << 1 | (size_t)(index >> bits[i] & 1);
    return out;
}

static inline void naive_apply(kt_complex *amps, uint64_t count, const kt_complex *m, int k, const uint32_t *bits,
                               uint64_t control_mask, uint64_t control_value)
{
    uint64_t targets = 0;
    for (int i = 0; i < k; i++)
        targets |= (uint64_t)1 << bits[i];
    kt_complex *out = calloc(count, sizeof *out);
    assert_non_null(out);
    for (uint64_t row = 0; row < count; row++) {
        if ((row & control_mask) != control_value) {
            out[row] = amps[row];
            continue;
        }
        for (uint64_t column = 0; column < count; column++)
            if (((row ^ column) & ~targets) == 0)
                out[row] = plus(
                    out[row], mul(m[(matrix_index(row, k, bits) << k) + matrix_index(column, k, bits)], amps[column]));
    }
    memcpy(amps, out, count * sizeof *out);
    free(out);
}

static inline void assert_same(const kt_complex *a, const kt_complex *b, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        if (fabs(a[i].re - b[i].re) > TOLERANCE || fabs(a[i].im - b[i].im) > TOLERANCE)
            fail_msg("number %llu is %.17g%+.17gi, not %.17g%+.17gi", (unsigned long long)i, a[i].re, a[i].im, b[i].re,
                     b[i].im);
    }
}

static inline kt_complex *copied(const kt_state *state)
{
    kt_complex *out = malloc(state->count * sizeof *out);
    assert_non_null(out);
    memcpy(out, kt_state_data_const(state), state->count * sizeof *out);
    return out;
}

/* rho -> M rho M^dagger with the naive reference. */
static inline void naive_both(kt_complex *rho, int n, const kt_complex *m, int k, const uint32_t *positions,
                              uint64_t control_mask, uint64_t control_value)
{
    kt_complex *conj = malloc(sizeof *conj << 2 * k);
    assert_non_null(conj);
    for (size_t i = 0; i < (size_t)1 << 2 * k; i++)
        conj[i] = conjugate(m[i]);
    uint32_t rows[16];
    for (int i = 0; i < k; i++)
        rows[i] = positions[i] + (uint32_t)n;
    const uint64_t count = (uint64_t)1 << 2 * n;
    naive_apply(rho, count, m, k, rows, control_mask << n, control_value << n);
    naive_apply(rho, count, conj, k, positions, control_mask, control_value);
    free(conj);
}

#endif
