/* SPDX-License-Identifier: Apache-2.0 */
/* write_qasm_priv.h - the writer of OpenQASM, for its two files: write_qasm.c (program, operations) and
 * write_qasm_want.c (results). Failures of memory stick in `out`. */
#ifndef KT_CIRCUIT_WRITE_QASM_PRIV_H
#define KT_CIRCUIT_WRITE_QASM_PRIV_H

#include "base/buf.h"
#include "circuit/circuit.h"

/* One classical register: the declaration index that cells carry, and its width. */
typedef struct kt_qasm_bits {
    uint32_t declaration;
    uint64_t width;
} kt_qasm_bits;

typedef struct kt_qasm_writer {
    const kt_circuit *circuit;
    kt_arena *arena;
    kt_buf *out;
    const char *qubits_name, *bits_name;
    kt_qasm_bits *registers; /* ascending by declaration */
    size_t register_count;
    bool physical; /* qubits are $label */
    bool inputs;   /* angles are written with their parameters */
    int depth;     /* of verbatim boxes */
} kt_qasm_writer;

void kt_qasm_put_number(kt_qasm_writer *w, double value);
void kt_qasm_put_matrix(kt_qasm_writer *w, size_t n, const kt_complex *matrix);
void kt_qasm_put_qubit(kt_qasm_writer *w, uint32_t qubit);
void kt_qasm_put_qubits(kt_qasm_writer *w, const uint32_t *qubits, size_t count); /* each after a blank */
int kt_qasm_put_want(kt_qasm_writer *w, const kt_want *want, kt_error *err);

#endif
