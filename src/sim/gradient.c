/* SPDX-License-Identifier: Apache-2.0 */
/* gradient.c - the adjoint method: with psi the final state and lambda = O psi, both walk back through the circuit; in
 * front of gate U with angle a, dE/da = 2 Re <lambda| dU/da |psi>. An angle that depends on parameters hands its
 * derivative on through its terms (the chain rule). Three states beside the machine's.
 * Source: T. Jones, J. Gacon, "Efficient calculation of gradients in classical simulations of variational quantum
 * algorithms" (2020). */
#include "sim/gradient.h"

#include "circuit/gate.h"
#include "circuit/pass.h"
#include "sim/observable.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_TARGETS = 10, MOST_QUBITS_OF_AN_OP = 128, MOST_ANGLES = 8 };

typedef struct walk {
    kt_machine *m;
    kt_state *psi, *lambda, *scratch;
    double *by_parameter; /* of all the circuit's parameters */
    kt_complex *matrix;   /* 2^t square of the largest op */
} walk;

static bool acts(const kt_op *op)
{
    return op->kind == KT_OP_GATE || op->kind == KT_OP_UNITARY;
}

/* A circuit of gates alone, measured at most at its end. */
static int check_circuit(const kt_circuit *circuit, kt_error *err)
{
    kt_circuit_facts facts;
    int rc = kt_pass_facts(circuit, &facts, err);
    if (rc < 0)
        return rc;
    size_t count;
    const kt_op *ops = kt_circuit_ops(circuit, &count);
    for (size_t i = 0; i < count; i++)
        if (ops[i].kind == KT_OP_NOISE || ops[i].kind == KT_OP_KRAUS || ops[i].kind == KT_OP_RESET)
            return kt_fail(err, KT_E_UNSUPPORTED, "an adjoint gradient needs a circuit without noise and reset");
    if (!facts.terminal_measurements)
        return kt_fail(err, KT_E_UNSUPPORTED, "an adjoint gradient needs a circuit that is measured only at its end");
    return 0;
}

/* 2 Re <lambda| d(op)/d(angle) |psi>. Where the controls don't hold, the derivative is zero and not the identity: that
 * part is taken off again. An op without targets (gphase) turns its last control into one. */
static int derivative(walk *w, const kt_op *op, const uint32_t *positions, int which, double *out, kt_error *err)
{
    uint32_t controls = op->control_count, targets = op->qubit_count - controls;
    int rc = kt_op_derivative(op, which, w->matrix, err);
    if (rc < 0)
        return rc;
    if (targets == 0 && controls == 0) { /* a phase of everything: no expectation depends on it */
        *out = 0;
        return 0;
    }
    if (targets == 0) {
        kt_complex phase = w->matrix[0];
        bool one = (op->control_states >> (controls - 1) & 1) != 0;
        memset(w->matrix, 0, 4 * sizeof *w->matrix);
        w->matrix[one ? 3 : 0] = phase;
        controls--;
        targets = 1;
    }
    rc = kt_state_assign(w->scratch, w->psi);
    if (rc == 0)
        rc = kt_state_apply_matrix(w->scratch, w->matrix, (int)targets, positions + controls, (int)controls, positions,
                                   op->control_states, err);
    if (rc < 0)
        return rc;
    double sum = kt_state_inner(w->lambda, w->scratch).re;
    if (controls > 0) {
        memset(w->matrix, 0, sizeof *w->matrix << (2 * targets));
        rc = kt_state_assign(w->scratch, w->psi);
        if (rc == 0)
            rc = kt_state_apply_matrix(w->scratch, w->matrix, (int)targets, positions + controls, (int)controls,
                                       positions, op->control_states, err);
        sum -= kt_state_inner(w->lambda, w->scratch).re;
    }
    *out = 2 * sum;
    return rc;
}

/* Undoes the op on one of the two states. */
static int undo(kt_state *state, const kt_op *op, const uint32_t *positions, kt_error *err)
{
    size_t term_count = 0;
    for (int a = 0; a < op->angle_count; a++)
        term_count += op->angles[a].term_count;
    kt_angle_term *terms = malloc((term_count + 1) * sizeof *terms);
    if (terms == NULL)
        return kt_fail_nomem(err, term_count * sizeof *terms, "a gradient");
    kt_op inverse;
    kt_angle angles[MOST_ANGLES];
    kt_op_invert(op, &inverse, angles, terms);
    int rc = kt_state_apply(state, &inverse, positions, err);
    free(terms);
    return rc;
}

/* Walks over one op: psi to the state before it, then the derivatives by its angles, then lambda after it. */
static int step_back(walk *w, const kt_op *op, kt_error *err)
{
    uint32_t positions[MOST_QUBITS_OF_AN_OP];
    for (uint32_t i = 0; i < op->qubit_count; i++)
        positions[i] = w->m->position[op->qubits[i]];
    int rc = kt_machine_poll(w->m, err);
    if (rc == 0)
        rc = undo(w->psi, op, positions, err);
    for (int a = 0; rc == 0 && a < op->angle_count; a++) {
        const kt_angle *angle = &op->angles[a];
        double value = 0;
        if (angle->term_count > 0)
            rc = derivative(w, op, positions, a, &value, err);
        for (uint32_t t = 0; rc == 0 && t < angle->term_count; t++)
            w->by_parameter[angle->terms[t].parameter] += angle->terms[t].factor * value;
    }
    return rc < 0 ? rc : undo(w->lambda, op, positions, err);
}

static int walk_back(walk *w, const kt_circuit *circuit, kt_error *err)
{
    size_t count;
    const kt_op *ops = kt_circuit_ops(circuit, &count);
    int rc = 0;
    for (size_t i = count; rc == 0 && i > 0; i--)
        if (acts(&ops[i - 1]))
            rc = step_back(w, &ops[i - 1], err);
    return rc;
}

int kt_gradient(kt_machine *m, const kt_circuit *circuit, const kt_want *want, double *out, kt_error *err)
{
    walk w = { .m = m };
    kt_where where = { m->position };
    uint64_t bytes = kt_state_bytes(kt_state_qubits(m->state), false);
    int rc = check_circuit(circuit, err);
    if (rc == 0)
        rc = kt_machine_reserve(m, bytes > UINT64_MAX / 3 ? UINT64_MAX : 3 * bytes, "an adjoint gradient", err);
    if (rc == 0)
        rc = kt_expect(m->state, where, want->term_count, want->terms, &out[0], err);
    if (rc == 0)
        rc = kt_observable_apply(m->state, where, want->term_count, want->terms, &w.lambda, err);
    if (rc == 0)
        rc = kt_state_copy(m->state, &w.psi, err);
    if (rc == 0)
        rc = kt_state_copy(m->state, &w.scratch, err);
    w.by_parameter = calloc((size_t)kt_circuit_parameter_count(circuit) + 1, sizeof *w.by_parameter);
    w.matrix = malloc(sizeof *w.matrix << (2 * MOST_TARGETS));
    if (rc == 0 && (w.by_parameter == NULL || w.matrix == NULL))
        rc = kt_fail_nomem(err, sizeof *w.matrix << (2 * MOST_TARGETS), "a gradient");
    if (rc == 0)
        rc = walk_back(&w, circuit, err);
    for (uint32_t p = 0; rc == 0 && p < want->parameter_count; p++)
        out[1 + p] = w.by_parameter[want->parameters[p]];
    kt_state_free(w.psi);
    kt_state_free(w.lambda);
    kt_state_free(w.scratch);
    free(w.by_parameter);
    free(w.matrix);
    return rc;
}
