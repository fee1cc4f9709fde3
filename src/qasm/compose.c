/* SPDX-License-Identifier: Apache-2.0 */
/* compose.c - the matrix of a row of gates on few qubits: each gate is applied to every column of the identity. */
#include "circuit/gate.h"
#include "qasm/play.h"

#include <string.h>

enum { COMPOSE_QUBITS_MOST = 6, SIDE_MOST = 1 << COMPOSE_QUBITS_MOST };

/* An operation in terms of the composed matrix's index bits. */
typedef struct placed {
    size_t targets, side;
    size_t control_mask, control_value;
    size_t offset[SIDE_MOST]; /* index bits of each row of the operation's own matrix */
    size_t target_mask;
} placed;

/* The index bit of a qubit: the first qubit is the most significant. */
static size_t bit_of(uint32_t qubit, const uint32_t *qubits, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (qubits[i] == qubit)
            return (size_t)1 << (count - 1 - i);
    return 0;
}

static void place(const kt_op *op, const uint32_t *qubits, uint32_t count, placed *out)
{
    memset(out, 0, sizeof(*out));
    out->targets = op->qubit_count - op->control_count;
    out->side = (size_t)1 << out->targets;
    for (uint32_t k = 0; k < op->control_count; k++) {
        const size_t bit = bit_of(op->qubits[k], qubits, count);
        out->control_mask |= bit;
        if ((op->control_states >> k & 1) != 0)
            out->control_value |= bit;
    }
    for (size_t row = 0; row < out->side; row++)
        for (size_t t = 0; t < out->targets; t++)
            if ((row >> (out->targets - 1 - t) & 1) != 0)
                out->offset[row] |= bit_of(op->qubits[op->control_count + t], qubits, count);
    out->target_mask = out->offset[out->side - 1];
}

/* column <- operation * column; entries of a column stand `stride` apart. */
static void apply(const placed *at, const kt_complex *matrix, size_t n, kt_complex *column, size_t stride)
{
    kt_complex old[SIDE_MOST];
    for (size_t base = 0; base < n; base++) {
        if ((base & at->target_mask) != 0 || (base & at->control_mask) != at->control_value)
            continue;
        for (size_t row = 0; row < at->side; row++)
            old[row] = column[(base | at->offset[row]) * stride];
        for (size_t row = 0; row < at->side; row++) {
            kt_complex sum = { 0, 0 };
            for (size_t k = 0; k < at->side; k++) {
                const kt_complex m = matrix[row * at->side + k];
                sum.re += m.re * old[k].re - m.im * old[k].im;
                sum.im += m.re * old[k].im + m.im * old[k].re;
            }
            column[(base | at->offset[row]) * stride] = sum;
        }
    }
}

int kt_compose(const kt_op *ops, size_t op_count, const uint32_t *qubits, uint32_t count, kt_complex *out,
               kt_error *err)
{
    kt_complex matrix[SIDE_MOST * SIDE_MOST];
    placed at;
    const size_t n = (size_t)1 << count;
    memset(out, 0, n * n * sizeof(*out));
    for (size_t i = 0; i < n; i++)
        out[i * n + i].re = 1;
    for (size_t i = 0; i < op_count; i++) {
        if (ops[i].kind != KT_OP_GATE && ops[i].kind != KT_OP_UNITARY)
            continue; /* a barrier */
        int rc = kt_op_matrix(&ops[i], matrix, err);
        if (rc < 0)
            return rc;
        place(&ops[i], qubits, count, &at);
        for (size_t column = 0; column < n; column++)
            apply(&at, matrix, n, out + column, n);
    }
    return 0;
}
