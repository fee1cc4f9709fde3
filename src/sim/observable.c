/* SPDX-License-Identifier: Apache-2.0 */
/* observable.c - exact expectations of sums of tensor products.
 * A product of Paulis is read off the state by two masks. A product with H or a Hermitian matrix on few qubits is read
 * off the reduced density matrix of those qubits; on more qubits it is applied to a copy. */
#include "sim/observable.h"

#include "circuit/linalg.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { REDUCED_MOST_QUBITS = 5, GRAIN = 1 << 14 };

static uint32_t factor_qubits(const kt_factor *f)
{
    return f->qubit_count == 0 ? 1 : f->qubit_count;
}

void kt_factor_matrix(const kt_factor *f, kt_complex *out)
{
    static const kt_complex paulis[][4] = {
        [KT_OBS_I] = { { 1, 0 }, { 0, 0 }, { 0, 0 }, { 1, 0 } },
        [KT_OBS_X] = { { 0, 0 }, { 1, 0 }, { 1, 0 }, { 0, 0 } },
        [KT_OBS_Y] = { { 0, 0 }, { 0, -1 }, { 0, 1 }, { 0, 0 } },
        [KT_OBS_Z] = { { 1, 0 }, { 0, 0 }, { 0, 0 }, { -1, 0 } },
        [KT_OBS_H] = { { M_SQRT1_2, 0 }, { M_SQRT1_2, 0 }, { M_SQRT1_2, 0 }, { -M_SQRT1_2, 0 } },
    };
    size_t side = (size_t)1 << factor_qubits(f);
    const kt_complex *from = f->kind == KT_OBS_HERMITIAN ? f->matrix : paulis[f->kind];
    memcpy(out, from, side * side * sizeof *out);
}

int kt_factor_eigenvalues(const kt_factor *f, double *out, kt_error *err)
{
    if (f->kind != KT_OBS_HERMITIAN) {
        out[0] = 1;
        out[1] = f->kind == KT_OBS_I ? 1 : -1;
        return 0;
    }
    size_t side = (size_t)1 << factor_qubits(f);
    kt_complex *vectors = malloc(side * side * sizeof *vectors);
    if (vectors == NULL)
        return kt_fail_nomem(err, side * side * sizeof *vectors, "eigenvalues of an observable");
    int rc = kt_mat_eigen_hermitian(side, f->matrix, out, vectors, err);
    free(vectors);
    return rc;
}

/* A term taken apart: what acts by masks, and whether that is all. */
typedef struct term_shape {
    uint64_t x_mask, z_mask;
    uint32_t acting_qubits; /* of all factors but I */
    bool only_paulis;
} term_shape;

static term_shape shape_of(const kt_term *term, kt_where where)
{
    term_shape shape = { .only_paulis = true };
    for (uint32_t i = 0; i < term->factor_count; i++) {
        const kt_factor *f = &term->factors[i];
        if (f->kind == KT_OBS_I)
            continue;
        shape.acting_qubits += f->qubit_count;
        if (f->kind == KT_OBS_H || f->kind == KT_OBS_HERMITIAN) {
            shape.only_paulis = false;
            continue;
        }
        uint64_t bit = where.position == NULL ? 0 : UINT64_C(1) << where.position[f->qubits[0]];
        if (f->kind != KT_OBS_Z)
            shape.x_mask |= bit;
        if (f->kind != KT_OBS_X)
            shape.z_mask |= bit;
    }
    return shape;
}

/* The factors' matrices put together, the first one most significant. side: 2^k, k all factors' qubits. */
static void product_matrix(const kt_term *term, bool squared, kt_complex *out)
{
    kt_complex own[1 << (2 * REDUCED_MOST_QUBITS)], twice[1 << (2 * REDUCED_MOST_QUBITS)];
    size_t side = 1;
    out[0] = (kt_complex){ 1, 0 };
    for (uint32_t i = 0; i < term->factor_count; i++) {
        const kt_factor *f = &term->factors[i];
        if (f->kind == KT_OBS_I)
            continue;
        size_t k = (size_t)1 << f->qubit_count, wide = side * k;
        kt_factor_matrix(f, own);
        if (squared) {
            kt_mat_mul(k, own, own, twice);
            memcpy(own, twice, k * k * sizeof *own);
        }
        /* In place, from the last entry on: entry (r, c) of the old matrix becomes a block. */
        kt_complex before[1 << (2 * REDUCED_MOST_QUBITS)];
        memcpy(before, out, side * side * sizeof *out);
        for (size_t row = 0; row < wide; row++)
            for (size_t column = 0; column < wide; column++) {
                kt_complex a = before[row / k * side + column / k], b = own[row % k * k + column % k];
                out[row * wide + column] = (kt_complex){ a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re };
            }
        side = wide;
    }
}

/* tr(rho M) over the qubits that the term acts on. */
static int expect_reduced(const kt_state *state, kt_where where, const kt_term *term, bool squared, double *out,
                          kt_error *err)
{
    kt_complex rho[1 << (2 * REDUCED_MOST_QUBITS)], matrix[1 << (2 * REDUCED_MOST_QUBITS)];
    uint32_t positions[REDUCED_MOST_QUBITS];
    uint32_t k = 0;
    for (uint32_t i = 0; i < term->factor_count; i++)
        for (uint32_t q = 0; term->factors[i].kind != KT_OBS_I && q < term->factors[i].qubit_count; q++)
            positions[k++] = where.position[term->factors[i].qubits[q]];
    int rc = kt_state_reduced(state, (int)k, positions, rho, err);
    if (rc < 0)
        return rc;
    product_matrix(term, squared, matrix);
    size_t side = (size_t)1 << k;
    double sum = 0;
    for (size_t i = 0; i < side; i++)
        for (size_t j = 0; j < side; j++)
            sum += rho[i * side + j].re * matrix[j * side + i].re - rho[i * side + j].im * matrix[j * side + i].im;
    *out = sum;
    return 0;
}

/* Applies each factor of the term to the state, times the term's coefficient left out. */
static int apply_term(kt_state *state, kt_where where, const kt_term *term, kt_error *err)
{
    kt_complex *matrix = malloc(sizeof *matrix << (2 * KT_FACTOR_MOST_QUBITS));
    if (matrix == NULL)
        return kt_fail_nomem(err, sizeof *matrix << (2 * KT_FACTOR_MOST_QUBITS), "an observable");
    int rc = 0;
    for (uint32_t i = 0; rc == 0 && i < term->factor_count; i++) {
        const kt_factor *f = &term->factors[i];
        if (f->kind == KT_OBS_I)
            continue;
        uint32_t positions[KT_FACTOR_MOST_QUBITS];
        for (uint32_t q = 0; q < f->qubit_count; q++)
            positions[q] = where.position[f->qubits[q]];
        kt_factor_matrix(f, matrix);
        rc = kt_state_apply_left(state, matrix, (int)f->qubit_count, positions, err);
    }
    free(matrix);
    return rc;
}

typedef struct add_scaled_job {
    kt_complex *to;
    const kt_complex *from;
    double factor;
} add_scaled_job;

static void add_scaled_body(void *ctx, uint64_t begin, uint64_t end, uint64_t chunk)
{
    const add_scaled_job *job = ctx;
    (void)chunk;
    for (uint64_t i = begin; i < end; i++) {
        job->to[i].re += job->factor * job->from[i].re;
        job->to[i].im += job->factor * job->from[i].im;
    }
}

static uint64_t amplitude_count(const kt_state *state)
{
    int bits = kt_state_qubits(state) * (kt_state_is_density(state) ? 2 : 1);
    return UINT64_C(1) << bits;
}

/* to += factor * from */
static void add_scaled(kt_state *to, const kt_state *from, double factor)
{
    add_scaled_job job = { kt_state_data(to), kt_state_data_const(from), factor };
    uint64_t count = amplitude_count(to);
    if (kt_state_pool(to) == NULL)
        add_scaled_body(&job, 0, count, 0);
    else
        kt_pool_each(kt_state_pool(to), count, GRAIN, add_scaled_body, &job);
}

int kt_observable_apply(const kt_state *state, kt_where where, uint32_t count, const kt_term *terms, kt_state **out,
                        kt_error *err)
{
    KT_OWN(kt_state) *total = NULL;
    KT_OWN(kt_state) *part = NULL;
    int rc = kt_state_copy(state, &total, err);
    if (rc == 0)
        add_scaled(total, state, -1); /* exactly zero */
    for (uint32_t t = 0; rc == 0 && t < count; t++) {
        rc = part == NULL ? kt_state_copy(state, &part, err) : kt_state_assign(part, state);
        if (rc == 0)
            rc = apply_term(part, where, &terms[t], err);
        if (rc == 0)
            add_scaled(total, part, terms[t].coefficient);
    }
    if (rc < 0)
        return rc;
    *out = KT_GIVE(total);
    return 0;
}

/* <state| part> or the trace of part. */
static double overlap(const kt_state *state, const kt_state *part)
{
    return kt_state_is_density(state) ? kt_state_norm(part) : kt_state_inner(state, part).re;
}

static int expect_term(const kt_state *state, kt_where where, const kt_term *term, double *out, kt_error *err)
{
    term_shape shape = shape_of(term, where);
    if (shape.only_paulis) {
        *out = kt_state_pauli_expectation(state, shape.x_mask, shape.z_mask);
        return 0;
    }
    if (shape.acting_qubits <= REDUCED_MOST_QUBITS)
        return expect_reduced(state, where, term, false, out, err);
    KT_OWN(kt_state) *part = NULL;
    int rc = kt_state_copy(state, &part, err);
    if (rc == 0)
        rc = apply_term(part, where, term, err);
    if (rc == 0)
        *out = overlap(state, part);
    return rc;
}

int kt_expect(const kt_state *state, kt_where where, uint32_t count, const kt_term *terms, double *out, kt_error *err)
{
    double sum = 0;
    for (uint32_t t = 0; t < count; t++) {
        double value = 0;
        int rc = expect_term(state, where, &terms[t], &value, err);
        if (rc < 0)
            return rc;
        sum += terms[t].coefficient * value;
    }
    *out = sum;
    return 0;
}

static bool squares_to_one(const kt_term *term)
{
    for (uint32_t i = 0; i < term->factor_count; i++)
        if (term->factors[i].kind == KT_OBS_HERMITIAN)
            return false;
    return true;
}

int kt_expect_square(const kt_state *state, kt_where where, uint32_t count, const kt_term *terms, double *out,
                     kt_error *err)
{
    if (count == 1 && squares_to_one(&terms[0])) {
        *out = terms[0].coefficient * terms[0].coefficient;
        return 0;
    }
    if (count == 1 && shape_of(&terms[0], where).acting_qubits <= REDUCED_MOST_QUBITS) {
        int rc = expect_reduced(state, where, &terms[0], true, out, err);
        if (rc == 0)
            *out *= terms[0].coefficient * terms[0].coefficient;
        return rc;
    }
    KT_OWN(kt_state) *once = NULL;
    KT_OWN(kt_state) *twice = NULL;
    int rc = kt_observable_apply(state, where, count, terms, &once, err);
    if (rc < 0 || !kt_state_is_density(state)) {
        if (rc == 0)
            *out = kt_state_norm(once);
        return rc;
    }
    rc = kt_observable_apply(once, where, count, terms, &twice, err);
    if (rc == 0)
        *out = kt_state_norm(twice);
    return rc;
}

int kt_expect_copies(uint32_t count, const kt_term *terms, bool square)
{
    int most = 0;
    for (uint32_t t = 0; t < count; t++) {
        term_shape shape = shape_of(&terms[t], (kt_where){ NULL });
        bool copies = !shape.only_paulis && shape.acting_qubits > REDUCED_MOST_QUBITS;
        if (copies && most < 1)
            most = 1;
        if (square && (count > 1 || (copies && !squares_to_one(&terms[t]))))
            most = 3;
    }
    return most;
}
