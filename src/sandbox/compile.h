/* SPDX-License-Identifier: Apache-2.0 */
/* compile.h - an OpenQASM program as a device takes it: parsed, turned into a circuit, and checked against what the
 * device advertises. */
#ifndef KT_SANDBOX_COMPILE_H
#define KT_SANDBOX_COMPILE_H

#include "qasm/program.h"
#include "sandbox/device.h"

typedef struct kt_compiled {
    kt_program *program;
    kt_circuit *circuit; /* of the qubits in use; NULL: it decides by measured values, so it is played */
    bool is_physical;    /* written with $n: labels are the device's */
} kt_compiled;

typedef struct kt_compile_question {
    const kt_sandbox_device *device;
    kt_view source;
    const kt_inputs *inputs;
    int64_t shots;         /* of one execution */
    bool has_experimental; /* dynamic circuits are allowed where the device has them */
    bool in_set;           /* result types are refused */
    bool keeps_labels;     /* disableQubitRewiring: q[3] is the device's qubit 3 */
} kt_compile_question;

/* KT_E_INVALID (or another code for bad input, made KT_E_INVALID): the device refuses; the message is for the client.
 */
int kt_compile(const kt_compile_question *question, kt_compiled *out, kt_error *err);
void kt_compiled_fini(kt_compiled *compiled);

#endif
