/* SPDX-License-Identifier: Apache-2.0 */
/* jaqcd.h - Braket's old JSON form of circuits (braket.ir.jaqcd.program), written as the OpenQASM program that says the
 * same. Everything behind it then knows one language. */
#ifndef KT_SANDBOX_JAQCD_H
#define KT_SANDBOX_JAQCD_H

#include "base/json.h"

/* Appends the program's text. Rotations into observables' bases are left out when the program names its results, which
 * ask for the same. Errors: KT_E_INVALID with the number of the instruction, in words for the client. */
int kt_jaqcd_to_qasm(const kt_json *program, kt_buf *out, kt_error *err);

#endif
