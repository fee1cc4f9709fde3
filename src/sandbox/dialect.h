/* SPDX-License-Identifier: Apache-2.0 */
/* dialect.h - how much of OpenQASM 3 a device reads. Braket's services take less of the language than its local
 * simulator does; what they leave out is seen in the program's text, before anything is computed. */
#ifndef KT_SANDBOX_DIALECT_H
#define KT_SANDBOX_DIALECT_H

#include "qasm/ast.h"
#include "sandbox/device.h"

/* KT_E_INVALID with the line: an include, an output, a second register of qubits or of bits, ranges and other forbidden
 * ways of indexing; on QPUs also control flow, definitions and classical variables, measurements without a destination
 * where every one needs its bit, and gates beside a verbatim box where it must stand alone. */
int kt_dialect_check(const kt_sandbox_device *device, const kt_ast *ast, kt_error *err);
/* For programs that decide by measured values, which have no circuit to look at: gates that the device has, native and
 * on couplings in a verbatim box, and qubits that exist. */
int kt_dialect_check_gates(const kt_sandbox_device *device, const kt_ast *ast, kt_error *err);

#endif
