/* SPDX-License-Identifier: Apache-2.0 */
/* gate.c - rows of the gate and noise tables, and what an operation does to its targets: matrix, derivative, inverse.
 * The numbers themselves are in gate_matrix.c and noise.c. */
#include "circuit/gate.h"

#include "circuit/complex.h"
#include "circuit/linalg.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

const kt_gate_row kt_gate_rows[KT_GATE_COUNT] = {
#define KT_GATE(id, name, qubits, angles, inverse, shape) { name, qubits, angles, KT_SHAPE_##shape },
#include <ketch/gates.def>
#undef KT_GATE
};
const kt_noise_row kt_noise_rows[KT_NOISE_COUNT] = {
#define KT_NOISE(id, name, qubits, parameters) { name, qubits, parameters },
#include <ketch/noise.def>
#undef KT_NOISE
};

/* How a gate is inverted: KT_GATE_<id> for another gate, or one of three words beyond the last gate. */
enum { KT_GATE_SELF = KT_GATE_COUNT, KT_GATE_NEGATE, KT_GATE_POWER };
static const uint8_t inverses[] = {
#define KT_GATE(id, name, qubits, angles, inverse, shape) KT_GATE_##inverse,
#include <ketch/gates.def>
#undef KT_GATE
};
static_assert(KT_COUNT(inverses) == KT_GATE_COUNT, "a gate lacks its inverse");
static_assert(KT_GATE_POWER <= UINT8_MAX, "kt_op.gate and the inverses are bytes");

int kt_gate_find(kt_view name)
{
    for (int gate = 0; gate < KT_GATE_COUNT; gate++) {
        if (kt_view_is(name, kt_gate_rows[gate].name))
            return gate;
    }
    return -1;
}

int kt_noise_find(kt_view name)
{
    for (int noise = 0; noise < KT_NOISE_COUNT; noise++) {
        if (kt_view_is(name, kt_noise_rows[noise].name))
            return noise;
    }
    return -1;
}

const char *kt_op_name(const kt_op *op)
{
    static const char *const names[KT_OP_KIND_COUNT] = {
        [KT_OP_UNITARY] = "unitary",         [KT_OP_KRAUS] = "kraus",
        [KT_OP_MEASURE] = "measure",         [KT_OP_RESET] = "reset",
        [KT_OP_BARRIER] = "barrier",         [KT_OP_DELAY] = "delay",
        [KT_OP_VERBATIM_BEGIN] = "verbatim", [KT_OP_VERBATIM_END] = "end of verbatim",
    };
    if (op->kind == KT_OP_GATE)
        return op->gate < KT_GATE_COUNT ? kt_gate_rows[op->gate].name : "unknown gate";
    if (op->kind == KT_OP_NOISE)
        return op->gate < KT_NOISE_COUNT ? kt_noise_rows[op->gate].name : "unknown noise";
    return op->kind < KT_OP_KIND_COUNT ? names[op->kind] : "unknown operation";
}

static size_t op_dimension(const kt_op *op)
{
    return (size_t)1 << (op->qubit_count - op->control_count);
}

static void gate_angles(const kt_op *op, double *angles)
{
    for (size_t k = 0; k < op->angle_count; k++)
        angles[k] = op->angles[k].value;
}

int kt_op_matrix(const kt_op *op, kt_complex *out, kt_error *err)
{
    size_t n = op_dimension(op);
    double angles[KT_ANGLES_MOST];
    kt_complex own[KT_GATE_NUMBERS_MOST];
    const kt_complex *base = op->matrix;
    if (op->kind == KT_OP_GATE) {
        gate_angles(op, angles);
        if (op->power == 1) {
            kt_gate_matrix(op->gate, angles, out);
            return 0;
        }
        kt_gate_matrix(op->gate, angles, own);
        base = own;
    }
    return kt_mat_power(n, base, op->power, out, err);
}

int kt_op_derivative(const kt_op *op, int which, kt_complex *out, kt_error *err)
{
    double angles[KT_ANGLES_MOST];
    kt_complex base[KT_GATE_NUMBERS_MOST], slope[KT_GATE_NUMBERS_MOST];
    assert(op->kind == KT_OP_GATE);
    gate_angles(op, angles);
    kt_gate_derivative(op->gate, angles, which, slope);
    if (op->power == 1) {
        memcpy(out, slope, op_dimension(op) * op_dimension(op) * sizeof *out);
        return 0;
    }
    if (op->power == -1) { /* the inverse is the adjoint, and taking the adjoint is linear */
        kt_mat_adjoint(op_dimension(op), slope, out);
        return 0;
    }
    kt_gate_matrix(op->gate, angles, base);
    return kt_mat_power_derivative(op_dimension(op), base, slope, op->power, out, err);
}

/* Copies the angles with the opposite sign. */
static void negate_angles(const kt_op *op, kt_angle *angles, kt_angle_term *terms)
{
    for (size_t k = 0; k < op->angle_count; k++) {
        const kt_angle *from = &op->angles[k];
        angles[k] = (kt_angle){ .value = -from->value, .term_count = from->term_count, .terms = terms };
        for (size_t j = 0; j < from->term_count; j++)
            *terms++ = (kt_angle_term){ from->terms[j].parameter, -from->terms[j].factor };
    }
}

void kt_op_invert(const kt_op *op, kt_op *out, kt_angle *angles_out, kt_angle_term *terms_out)
{
    assert(op->kind == KT_OP_GATE || op->kind == KT_OP_UNITARY);
    *out = *op;
    if (op->kind == KT_OP_UNITARY || op->power != 1) {
        out->power = -op->power;
        return;
    }
    switch (inverses[op->gate]) {
    case KT_GATE_SELF: break;
    case KT_GATE_NEGATE:
        negate_angles(op, angles_out, terms_out);
        out->angles = angles_out;
        break;
    case KT_GATE_POWER: out->power = -1; break;
    default: out->gate = inverses[op->gate];
    }
}
