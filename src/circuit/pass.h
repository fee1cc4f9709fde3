/* SPDX-License-Identifier: Apache-2.0 */
/* pass.h - pure functions from circuit to circuit. The input is never changed; *out is new. */
#ifndef KT_CIRCUIT_PASS_H
#define KT_CIRCUIT_PASS_H

#include "circuit/circuit.h"

/* Leaves out qubits that no operation and no wanted result touches; labels are kept. Order of qubits stays. */
int kt_pass_compact(const kt_circuit *c, kt_circuit **out, kt_error *err);
/* What a look at the circuit says, in one pass over it. */
typedef struct kt_circuit_facts {
    size_t gate_count, noise_count, measure_count, depth;
    bool terminal_measurements; /* no operation follows a measurement on the same qubit, no cell is measured twice,
                                   no reset: one state serves all shots */
} kt_circuit_facts;
int kt_pass_facts(const kt_circuit *c, kt_circuit_facts *out, kt_error *err);
/* Adds the basis rotations that turn every observable of the wanted results into Z (shots > 0), and says so per qubit.
 * Two bases on one qubit: KT_E_INVALID "conflicting result types applied to a single qubit". See result/observable notes
 * in braket.md 3.5 and 4.6. Multi-qubit Hermitian factors get a unitary of their eigenvectors. */
int kt_pass_measure_basis(const kt_circuit *c, kt_circuit **out, kt_error *err);

#endif
