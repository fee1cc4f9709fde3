/* SPDX-License-Identifier: Apache-2.0 */
/* state.h - a quantum state in memory: a state vector of 2^n amplitudes, or a density matrix of 4^n.
 * Here qubits are named by POSITION: position p is bit p of a basis index (0 = least significant). Who calls decides
 * which qubit lies where. A density matrix rho[row][col] is a vector of 2n bits: column bit p is bit p, row bit p is
 * bit p + n. Matrices given for positions (p0, p1, ...) have p0 as their most significant bit.
 * Numbers depend on nothing but the operations: not on threads, not on earlier contents of memory. */
#ifndef KT_SIM_STATE_H
#define KT_SIM_STATE_H

#include "circuit/op.h"
#include "sim/pool.h"

typedef struct kt_state kt_state;

/* Bytes that a state of n qubits needs; density: 4^n. UINT64_MAX when it can't be expressed. */
uint64_t kt_state_bytes(int qubits, bool density);
/* |0...0> of n (>= 0) qubits. pool is borrowed and must outlive the state; NULL: no threads. KT_E_NOMEM. */
int kt_state_new(int qubits, bool density, kt_pool *pool, kt_state **out, kt_error *err);
int kt_state_copy(const kt_state *state, kt_state **out, kt_error *err);
int kt_state_assign(kt_state *to, const kt_state *from); /* equal sizes */
void kt_state_free(kt_state *state);
KT_DEFINE_FREEP(kt_state)
int kt_state_qubits(const kt_state *state);
bool kt_state_is_density(const kt_state *state);
kt_pool *kt_state_pool(const kt_state *state);
kt_complex *kt_state_data(kt_state *state); /* 2^n or 4^n numbers */
const kt_complex *kt_state_data_const(const kt_state *state);
/* Adds a qubit in |0> as the new highest position. */
int kt_state_grow(kt_state *state, kt_error *err);

/* Applies a GATE or UNITARY op (controls and power included) with positions in place of op->qubits; GATE picks a kernel
 * by shape, so a diagonal gate costs one multiplication an amplitude. At most 10 targets. */
int kt_state_apply(kt_state *state, const kt_op *op, const uint32_t *positions, kt_error *err);
/* Applies a plain matrix (unitary or not) to k positions under controls; used for Kraus operators, gradients, H. */
int kt_state_apply_matrix(kt_state *state, const kt_complex *matrix, int k, const uint32_t *positions, int controls,
                          const uint32_t *control_positions, uint64_t control_states, kt_error *err);
/* The same on a state vector only, but leaving a density matrix's bra side alone (rho -> M rho): for expectations. */
int kt_state_apply_left(kt_state *state, const kt_complex *matrix, int k, const uint32_t *positions, kt_error *err);
/* Applies a NOISE or KRAUS op to a density matrix. KT_E_UNSUPPORTED for a state vector. */
int kt_state_noise(kt_state *state, const kt_op *op, const uint32_t *positions, kt_error *err);

/* Probability that the qubit at `position` is 1 (norm is 1). */
double kt_state_probability_one(const kt_state *state, uint32_t position);
/* Projects the qubit onto outcome and rescales by 1/sqrt(probability) (density: 1/probability). */
void kt_state_collapse(kt_state *state, uint32_t position, int outcome, double probability);
/* X on the positions (a flip of bits): what a reset does after a collapse to 1. */
void kt_state_flip(kt_state *state, uint32_t position);
/* Density matrix: resets a qubit to |0> exactly (sum over both outcomes), without branching. */
int kt_state_reset(kt_state *state, uint32_t position, kt_error *err);
/* Density matrix: forgets the coherences of a qubit (an unread measurement). */
int kt_state_dephase(kt_state *state, uint32_t position, kt_error *err);

double kt_state_norm(const kt_state *state); /* sum |a|^2, or the trace */
/* <a|b> of two state vectors of one size. */
kt_complex kt_state_inner(const kt_state *a, const kt_state *b);
/* Probabilities of all outcomes of measuring k positions (first = most significant bit of out's index).
 * out: 2^k numbers. */
int kt_state_probabilities(const kt_state *state, int k, const uint32_t *positions, double *out, kt_error *err);
/* Expectation of a product of Paulis given as masks over positions (bit p of x_mask: X or Y acts on p, bit p of z_mask:
 * Z or Y), one pass, nothing copied. */
double kt_state_pauli_expectation(const kt_state *state, uint64_t x_mask, uint64_t z_mask);
/* `count` outcomes of measuring k positions, first = most significant: outcomes[i] for the ascending uniforms
 * uniforms[i] in [0, 1). One pass over the state; k <= 63. */
int kt_state_sample(const kt_state *state, int k, const uint32_t *positions, size_t count, const double *uniforms,
                    uint64_t *outcomes, kt_error *err);
/* The reduced density matrix of k positions, 4^k numbers row-major (k <= 12). */
int kt_state_reduced(const kt_state *state, int k, const uint32_t *positions, kt_complex *out, kt_error *err);

#endif
