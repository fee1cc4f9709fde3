/* SPDX-License-Identifier: Apache-2.0 */
/* action.h - the program as submitted, in the form of a Braket action: what a task result carries with it. */
#ifndef KT_DEVICE_ACTION_H
#define KT_DEVICE_ACTION_H

#include "base/buf.h"
#include "qasm/program.h"

/* JSON text of a braket.ir.openqasm.program: the main file's text and the inputs (NULL: null). */
int kt_action_of_program(const kt_program *program, const kt_inputs *inputs, kt_buf *out, kt_error *err);
/* The same for a circuit, written as OpenQASM. */
int kt_action_of_circuit(const kt_circuit *circuit, kt_buf *out, kt_error *err);

#endif
