/* SPDX-License-Identifier: Apache-2.0 */
/* check.h - what may enter a circuit. Messages name the operation, the value and the limit. */
#ifndef KT_CIRCUIT_CHECK_H
#define KT_CIRCUIT_CHECK_H

#include "base/view.h"
#include "circuit/circuit.h"

enum { KT_QUBITS_MOST = 65535, KT_CONTROLS_MOST = 63, KT_HERMITIAN_QUBITS_MOST = 6 };

/* The shape of an operation: kind, numbers of qubits and angles, indexes in range, no qubit twice (barriers and delays
 * may repeat), finite angles, noise parameters in [0, 1]. That a matrix is unitary or a channel complete is not looked
 * at here. */
int kt_check_op(const kt_op *op, uint32_t qubit_count, size_t parameter_count, kt_error *err);
/* A wanted result likewise; observables' matrices are checked to be Hermitian. */
int kt_check_want(const kt_want *want, uint32_t qubit_count, size_t parameter_count, kt_error *err);
/* A name that OpenQASM takes for a variable: a letter or _, then letters, digits, _. */
int kt_check_parameter_name(kt_view name, kt_error *err);

#endif
