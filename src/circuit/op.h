/* SPDX-License-Identifier: Apache-2.0 */
/* op.h - one operation of a circuit, as the passes, the simulator and the devices read it.
 * Everything an op points to is borrowed from whoever hands it over (a circuit's arena, the interpreter) and lives
 * for the call, or as long as the circuit. */
#ifndef KT_CIRCUIT_OP_H
#define KT_CIRCUIT_OP_H

#include "base/base.h"
#include <ketch/circuit.h>

/* Where in a program something stands. file: index into the program's list of files, 0 the main one.
 * line 0: unknown (built from C). column counts characters from 1. */
typedef struct kt_source {
    uint32_t file, line, column;
} kt_source;

/* d(angle)/d(parameter), and for an unbound circuit the parameter's factor in angle = value + sum of terms. */
typedef struct kt_angle_term {
    uint32_t parameter; /* index into the circuit's (or the interpreter's) list of free parameters */
    double factor;
} kt_angle_term;

typedef struct kt_angle {
    double value;
    uint32_t term_count;
    const kt_angle_term *terms;
} kt_angle;

typedef enum kt_op_kind {
    KT_OP_GATE,           /* gate, angles, controls, power                                    */
    KT_OP_UNITARY,        /* matrix (2^k square, k = targets), controls, power                */
    KT_OP_NOISE,          /* noise, angles hold its parameters                                */
    KT_OP_KRAUS,          /* matrix_count matrices of 2^k square                              */
    KT_OP_MEASURE,        /* one qubit into `cell`                                            */
    KT_OP_RESET,          /* one qubit                                                        */
    KT_OP_BARRIER,        /* qubits                                                           */
    KT_OP_DELAY,          /* qubits, angles[0].value = seconds                                */
    KT_OP_VERBATIM_BEGIN, /* the verbatim box opens                                           */
    KT_OP_VERBATIM_END,
    KT_OP_KIND_COUNT
} kt_op_kind;

/* A classical cell that a measurement writes: (declaration index << 32 | bit). Result columns stand in the order of
 * cells. Measurements without a destination use KT_CELL_ANONYMOUS + k in order of appearance. */
typedef uint64_t kt_cell;
#define KT_CELL_ANONYMOUS ((kt_cell)UINT32_MAX << 32)
/* Measured, but no column of the result: a feedback key (measure_ff), a value used where it stands. */
#define KT_CELL_NONE UINT64_MAX

typedef struct kt_op {
    uint8_t kind;          /* kt_op_kind */
    uint8_t gate;          /* GATE: kt_gate; NOISE: kt_noise */
    uint8_t control_count; /* leading qubits that control; at most 63 */
    uint8_t angle_count;
    uint32_t qubit_count; /* controls, then targets; the first target is the matrix's most significant bit */
    const uint32_t *qubits;
    uint64_t control_states; /* bit k: the state control k must be in */
    double power;            /* 1: the gate itself */
    const kt_angle *angles;
    const kt_complex *matrix; /* row-major */
    uint32_t matrix_count;
    kt_source source;
    kt_cell cell;
} kt_op;

#endif
