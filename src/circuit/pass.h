/* SPDX-License-Identifier: Apache-2.0 */
/* pass.h - pure functions from circuit to circuit. The input is never changed; *out is new. */
#ifndef KT_CIRCUIT_PASS_H
#define KT_CIRCUIT_PASS_H

#include "circuit/circuit.h"

/* Leaves out qubits that no operation and no wanted result touches (barriers and delays don't count); labels are kept.
 * Order of qubits stays. */
int kt_pass_compact(const kt_circuit *c, kt_circuit **out, kt_error *err);
/* What a look at the circuit says, in one pass over it. */
typedef struct kt_circuit_facts {
    size_t gate_count, noise_count, measure_count, depth;
    bool terminal_measurements; /* no operation follows a measurement on the same qubit, no cell is measured twice,
                                   no reset: one state serves all shots */
} kt_circuit_facts;
int kt_pass_facts(const kt_circuit *c, kt_circuit_facts *out, kt_error *err);
/* Adds the basis rotations that turn every observable of the wanted results into Z (shots > 0), in front of the
 * measurements at the circuit's end. Hermitian factors get the adjoint of kt_mat_eigen_hermitian's eigenvectors, so
 * that eigenvalue number k is measured as the bits of k. KT_E_INVALID, with the lines of the results: two bases on one
 * qubit ("conflicting result types ..."), qubits grouped in two ways ("qubit part of incompatible results ..."). */
int kt_pass_measure_basis(const kt_circuit *c, kt_circuit **out, kt_error *err);

#endif
