/* SPDX-License-Identifier: Apache-2.0 */
/* modify.c - modifiers on a gate that was defined by a body. What the body does is recorded, then sent with the
 * controls in front: reversed and inverted for a negative power, again and again for a whole one. A fractional power
 * is the power of the matrix (up to six qubits), which is not what the gates' own powers would give. */
#include "circuit/linalg.h"
#include "qasm/play.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { COMPOSE_QUBITS_MOST = 6, REPEATS_MOST = 64, CONTROLS_MOST = 63 };

static bool copy_angles(kt_memory *m, const kt_op *op, kt_op *out)
{
    size_t terms = 0;
    for (uint32_t i = 0; i < op->angle_count; i++)
        terms += op->angles[i].term_count;
    kt_angle *angles = kt_memory_take(m, ((size_t)op->angle_count + 1) * sizeof(*angles));
    kt_angle_term *kept = kt_memory_take(m, (terms + 1) * sizeof(*kept));
    if (angles == NULL || kept == NULL)
        return false;
    for (uint32_t i = 0; i < op->angle_count; i++) {
        angles[i] = op->angles[i];
        if (angles[i].term_count > 0)
            memcpy(kept, op->angles[i].terms, angles[i].term_count * sizeof(*kept));
        angles[i].terms = kept;
        kept += angles[i].term_count;
    }
    out->angles = angles;
    return true;
}

int kt_recorder_add(kt_play *p, kt_recorder *r, const kt_op *op)
{
    kt_memory *m = &p->memory;
    if (r->count == r->room) {
        const size_t wider = r->room == 0 ? 16 : r->room * 2;
        kt_op *ops = kt_memory_take(m, wider * sizeof(*ops));
        if (ops == NULL)
            return kt_play_memory(p, "a gate's body");
        if (r->count > 0)
            memcpy(ops, r->ops, r->count * sizeof(*ops));
        r->ops = ops;
        r->room = wider;
    }
    kt_op copy = *op;
    uint32_t *qubits = kt_memory_take(m, ((size_t)op->qubit_count + 1) * sizeof(*qubits));
    if (qubits == NULL || !copy_angles(m, op, &copy))
        return kt_play_memory(p, "a gate's body");
    if (op->qubit_count > 0)
        memcpy(qubits, op->qubits, op->qubit_count * sizeof(*qubits));
    copy.qubits = qubits;
    if (op->matrix != NULL) {
        const size_t bytes = sizeof(kt_complex) << (2 * (op->qubit_count - op->control_count));
        kt_complex *matrix = kt_memory_take(m, bytes);
        if (matrix == NULL)
            return kt_play_memory(p, "a gate's matrix");
        memcpy(matrix, op->matrix, bytes);
        copy.matrix = matrix;
    }
    r->ops[r->count++] = copy;
    return 0;
}

/* Sends one recorded operation with the controls in front. */
static int emit_controlled(kt_play *p, const kt_op *op, const kt_modify *how, const kt_stmt *s)
{
    kt_op sent = *op;
    sent.source = s->source;
    if (how->control_count == 0 || op->kind == KT_OP_BARRIER)
        return kt_emit(p, &sent, s->length);
    if (how->control_count + op->control_count > CONTROLS_MOST)
        return kt_play_fail(p, s->source, s->length, KT_E_LIMIT, NULL, "a gate has at most %d controls, found %" PRIu32,
                            CONTROLS_MOST, how->control_count + op->control_count);
    uint32_t *qubits = kt_memory_take(&p->memory, ((size_t)how->control_count + op->qubit_count) * sizeof(*qubits));
    if (qubits == NULL)
        return kt_play_memory(p, "a controlled gate");
    memcpy(qubits, how->controls, how->control_count * sizeof(*qubits));
    if (op->qubit_count > 0)
        memcpy(qubits + how->control_count, op->qubits, op->qubit_count * sizeof(*qubits));
    sent.qubits = qubits;
    sent.qubit_count += how->control_count;
    sent.control_count = (uint8_t)(sent.control_count + how->control_count);
    sent.control_states = how->control_states | op->control_states << how->control_count;
    return kt_emit(p, &sent, s->length);
}

static int emit_inverse(kt_play *p, const kt_op *op, const kt_modify *how, const kt_stmt *s)
{
    kt_op inverse;
    size_t terms = 0;
    if (op->kind == KT_OP_BARRIER)
        return kt_emit(p, op, s->length);
    for (uint32_t i = 0; i < op->angle_count; i++)
        terms += op->angles[i].term_count;
    kt_angle *angles = kt_memory_take(&p->memory, ((size_t)op->angle_count + 1) * sizeof(*angles));
    kt_angle_term *kept = kt_memory_take(&p->memory, (terms + 1) * sizeof(*kept));
    if (angles == NULL || kept == NULL)
        return kt_play_memory(p, "an inverted gate");
    kt_op_invert(op, &inverse, angles, kept);
    return emit_controlled(p, &inverse, how, s);
}

/* The whole body once, forwards or backwards. */
static int emit_once(kt_play *p, const kt_recorder *r, const kt_modify *how, bool inverse, const kt_stmt *s)
{
    int rc = 0;
    for (size_t i = 0; i < r->count && rc == 0; i++) {
        const kt_memory_mark mark = kt_memory_get_mark(&p->memory);
        rc = inverse ? emit_inverse(p, &r->ops[r->count - 1 - i], how, s) : emit_controlled(p, &r->ops[i], how, s);
        if (p->recorder == NULL)
            kt_memory_release(&p->memory, mark);
    }
    return rc;
}

/* The power of the body's matrix as one unitary. */
static int emit_matrix(kt_play *p, const kt_recorder *r, const kt_modify *how, const kt_stmt *s)
{
    const uint32_t k = how->target_count;
    const size_t n = (size_t)1 << k;
    kt_error why = { 0 };
    for (size_t i = 0; i < r->count; i++)
        for (uint32_t a = 0; a < r->ops[i].angle_count; a++)
            if (r->ops[i].angles[a].term_count > 0)
                return kt_play_fail(p, s->source, s->length, KT_E_UNSUPPORTED, NULL,
                                    "a gradient through the power %g of a defined gate is not supported", how->power);
    kt_complex *matrix = kt_memory_take(&p->memory, n * n * sizeof(*matrix));
    kt_complex *power = kt_memory_take(&p->memory, n * n * sizeof(*power));
    if (matrix == NULL || power == NULL)
        return kt_play_memory(p, "the matrix of a gate");
    int rc = kt_compose(r->ops, r->count, how->targets, k, matrix, &why);
    if (rc == 0)
        rc = kt_mat_power(n, matrix, how->power, power, &why);
    if (rc < 0)
        return kt_play_fail(p, s->source, s->length, rc, NULL, "%s", why.message);
    const kt_op op = { .kind = KT_OP_UNITARY,
                       .qubit_count = k,
                       .qubits = how->targets,
                       .power = 1,
                       .matrix = power,
                       .matrix_count = 1,
                       .source = s->source };
    return emit_controlled(p, &op, how, s);
}

/* Power 0 leaves the identity, and the qubits in the circuit. */
static int emit_identity(kt_play *p, const kt_modify *how, const kt_stmt *s)
{
    int rc = 0;
    for (uint32_t i = 0; i < how->target_count && rc == 0; i++) {
        const kt_op op = { .kind = KT_OP_GATE,
                           .gate = KT_GATE_I,
                           .qubit_count = 1,
                           .qubits = &how->targets[i],
                           .power = 1,
                           .source = s->source };
        rc = emit_controlled(p, &op, how, s);
    }
    return rc;
}

/* A single gate takes the power itself, where that is the same as the power of its matrix. */
static bool is_single(const kt_recorder *r, double power)
{
    return r->count == 1 && (r->ops[0].kind == KT_OP_GATE || r->ops[0].kind == KT_OP_UNITARY) &&
           (power == floor(power) || fabs(r->ops[0].power) <= 1);
}

int kt_modify_emit(kt_play *p, const kt_recorder *r, const kt_modify *how, const kt_stmt *s)
{
    const double repeats = fabs(how->power);
    if (r->count == 0)
        return 0;
    if (how->power == 0)
        return emit_identity(p, how, s);
    if (repeats == 1)
        return emit_once(p, r, how, how->power < 0, s);
    if (is_single(r, how->power)) {
        kt_op op = r->ops[0];
        op.power *= how->power;
        return emit_controlled(p, &op, how, s);
    }
    const bool is_whole = repeats == floor(repeats);
    if ((!is_whole || repeats > REPEATS_MOST) && how->target_count <= COMPOSE_QUBITS_MOST)
        return emit_matrix(p, r, how, s);
    if (!is_whole)
        return kt_play_fail(p, s->source, s->length, KT_E_UNSUPPORTED, NULL,
                            "the power %g of a defined gate on %" PRIu32
                            " qubits: fractional powers go up to %d qubits",
                            how->power, how->target_count, COMPOSE_QUBITS_MOST);
    int rc = 0;
    for (double i = 0; i < repeats && rc == 0; i++)
        rc = emit_once(p, r, how, how->power < 0, s);
    return rc;
}
