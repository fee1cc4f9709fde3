/* SPDX-License-Identifier: Apache-2.0 */
/* circuit.h - the circuit's inside, for passes, simulator and devices: operations in order, wanted results, labels.
 * A kt_circuit only grows; passes make new circuits. Everything read from it lives as long as it does. */
#ifndef KT_CIRCUIT_CIRCUIT_H
#define KT_CIRCUIT_CIRCUIT_H

#include "base/arena.h"
#include "circuit/sink.h"
#include <ketch/result.h>

KT_DEFINE_FREEP(kt_circuit)

/* One factor of an observable. */
typedef struct kt_factor {
    uint8_t kind; /* kt_pauli */
    uint32_t qubit_count;
    const uint32_t *qubits;   /* first = most significant bit of the matrix */
    const kt_complex *matrix; /* HERMITIAN only */
    kt_source source;
} kt_factor;

typedef struct kt_term {
    double coefficient;
    uint32_t factor_count;
    const kt_factor *factors;
} kt_term;

/* One wanted result. */
typedef struct kt_want {
    uint8_t type;            /* kt_result_type */
    bool all_qubits;         /* no targets were named ("all"): probability, density matrix over every qubit;
                                expectation, variance, sample with a single one-qubit factor: one value a qubit;
                                gradient: by every free parameter (parameters holds them all) */
    uint32_t target_count;   /* probability, density matrix */
    const uint32_t *targets; /* order matters: first = most significant */
    uint32_t term_count;     /* expectation, variance, sample, gradient */
    const kt_term *terms;    /* with all_qubits: one term, one factor, its qubits empty */
    uint32_t state_count;    /* amplitude */
    const char *const *states;
    uint32_t parameter_count; /* gradient: indexes of free parameters, in order wanted */
    const uint32_t *parameters;
    const char *text; /* for a person: "expectation z(q[0]) @ x(q[1])"; may be NULL: made from the rest */
    kt_source source;
} kt_want;

const kt_op *kt_circuit_ops(const kt_circuit *c, size_t *count);
const kt_want *kt_circuit_wants(const kt_circuit *c, size_t *count);
/* Label of a qubit: the index it has in the program or the number behind `$`. */
uint32_t kt_circuit_label(const kt_circuit *c, uint32_t qubit);
bool kt_circuit_has_noise(const kt_circuit *c);
bool kt_circuit_has_measure(const kt_circuit *c);
bool kt_circuit_is_bound(const kt_circuit *c); /* no angle waits for a parameter */

/* Building without the public calls' argument forms: deep-copies op (want) into the circuit's arena, after checking
 * indexes and repetition. Angle terms of a bound circuit are kept: they are derivatives for the adjoint gradient. */
int kt_circuit_add_op(kt_circuit *c, const kt_op *op, kt_error *err);
int kt_circuit_add_want(kt_circuit *c, const kt_want *want, kt_error *err); /* index, or a negative code */
/* Declares the qubits' labels (count == qubit count); default: label i is i. */
int kt_circuit_set_labels(kt_circuit *c, const uint32_t *labels, kt_error *err);
/* Adds a free parameter (or finds it); returns its index or a negative code. */
int kt_circuit_add_parameter(kt_circuit *c, const char *name, kt_error *err);
/* Takes back parameters that were added last and that no operation names, until `count` are left. */
void kt_circuit_drop_parameters(kt_circuit *c, size_t count);
/* Says that angles are final: terms are derivatives, nothing waits to be bound. */
void kt_circuit_set_bound(kt_circuit *c);
/* Adds one qubit with a label at the end; returns its index or a negative code (at most 65535 qubits). */
int kt_circuit_add_qubit(kt_circuit *c, uint32_t label, kt_error *err);

/* A circuit with the same qubits, labels, free parameters and boundness, without operations and wanted results. */
int kt_circuit_new_like(const kt_circuit *c, kt_circuit **out, kt_error *err);
/* Gives `to`, which has none, the free parameters of `from` under the same indexes, and its boundness. */
int kt_circuit_copy_parameters(kt_circuit *to, const kt_circuit *from, kt_error *err);

/* A sink that builds a static circuit: every measurement's outcome is unknown. */
kt_sink kt_circuit_sink(kt_circuit *c);
/* A player that plays the circuit. */
kt_player kt_circuit_player(const kt_circuit *c);

#endif
