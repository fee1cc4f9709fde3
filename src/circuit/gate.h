/* SPDX-License-Identifier: Apache-2.0 */
/* gate.h - what a gate and a noise channel are: rows, matrices, Kraus operators. Conventions: ketch/gates.def. */
#ifndef KT_CIRCUIT_GATE_H
#define KT_CIRCUIT_GATE_H

#include "base/error.h"
#include "base/view.h"
#include "circuit/op.h"

typedef enum kt_shape {
    KT_SHAPE_IDENTITY,
    KT_SHAPE_DIAGONAL,
    KT_SHAPE_PERMUTE,
    KT_SHAPE_DENSE,
    KT_SHAPE_CONTROLLED_DENSE
} kt_shape;

typedef struct kt_gate_row {
    const char *name;
    uint8_t qubit_count, angle_count;
    kt_shape shape;
} kt_gate_row;
typedef struct kt_noise_row {
    const char *name;
    uint8_t qubit_count, parameter_count;
} kt_noise_row;

enum {
    KT_ANGLES_MOST = 3,        /* angles of a gate, parameters of a noise channel */
    KT_GATE_NUMBERS_MOST = 64, /* in the matrix of a gate: 8 x 8 */
    KT_UNITARY_QUBITS_MOST = 10
};

extern const kt_gate_row kt_gate_rows[KT_GATE_COUNT];
extern const kt_noise_row kt_noise_rows[KT_NOISE_COUNT];

/* The gate (noise) of that exact name, or -1. */
int kt_gate_find(kt_view name);
int kt_noise_find(kt_view name);

/* The word for an operation in messages and pictures: "cnot", "depolarizing", "measure". */
const char *kt_op_name(const kt_op *op);

/* The gate's own matrix, 2^k square, row-major (1 number for gphase); angles: angle_count numbers. */
void kt_gate_matrix(kt_gate gate, const double *angles, kt_complex *out);
/* d(matrix)/d(angles[which]), the same shape. */
void kt_gate_derivative(kt_gate gate, const double *angles, int which, kt_complex *out);
/* The matrix an op (GATE or UNITARY) applies to its targets, its power included, controls not. out: 2^t square. */
int kt_op_matrix(const kt_op *op, kt_complex *out, kt_error *err);
/* d(kt_op_matrix)/d(angle `which`) of a GATE, power included (other powers than 1 and -1 through the eigenbasis). */
int kt_op_derivative(const kt_op *op, int which, kt_complex *out, kt_error *err);
/* Each parameter in [0, 1], and those of a Pauli channel together at most 1; else KT_E_INVALID. */
int kt_noise_check(kt_noise noise, const double *parameters, kt_error *err);
/* Kraus operators of a noise op (NOISE or KRAUS): at most 16 matrices of 4^k; returns how many. */
int kt_op_kraus(const kt_op *op, kt_complex out[16 * 16], kt_error *err);

/* The inverse of an op in its shortest form (s -> si, rx(t) -> rx(-t), else power negated). Angle terms are negated
 * too, into room that the caller provides: angles_out for op->angle_count, terms_out for as many as there are. */
void kt_op_invert(const kt_op *op, kt_op *out, kt_angle *angles_out, kt_angle_term *terms_out);

#endif
