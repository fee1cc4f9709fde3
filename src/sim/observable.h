/* SPDX-License-Identifier: Apache-2.0 */
/* observable.h - observables as the simulator needs them: matrices, eigenvalues, exact expectations.
 * Factors name qubits; where a qubit lies is told by a kt_where. */
#ifndef KT_SIM_OBSERVABLE_H
#define KT_SIM_OBSERVABLE_H

#include "circuit/circuit.h"
#include "sim/state.h"

enum { KT_FACTOR_MOST_QUBITS = 10 };

/* Where qubits lie: position[qubit]. */
typedef struct kt_where {
    const uint32_t *position;
} kt_where;

/* The factor's matrix, 2^k square, row-major. */
void kt_factor_matrix(const kt_factor *f, kt_complex *out);
/* Its eigenvalues by the outcome measured after kt_pass_measure_basis's rotation: 2^k numbers (a Pauli: +1, -1). */
int kt_factor_eigenvalues(const kt_factor *f, double *out, kt_error *err);

/* <sum of terms>; and <(sum of terms)^2>. Copies of the state are made where there is no way around it: at most
 * kt_expect_copies() at a time. */
int kt_expect(const kt_state *state, kt_where where, uint32_t count, const kt_term *terms, double *out, kt_error *err);
int kt_expect_square(const kt_state *state, kt_where where, uint32_t count, const kt_term *terms, double *out,
                     kt_error *err);
int kt_expect_copies(uint32_t count, const kt_term *terms, bool square);
/* *out = (sum of terms) applied to the state (to a density matrix from the left): a new state, not normalised. */
int kt_observable_apply(const kt_state *state, kt_where where, uint32_t count, const kt_term *terms, kt_state **out,
                        kt_error *err);

#endif
