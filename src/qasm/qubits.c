/* SPDX-License-Identifier: Apache-2.0 */
/* qubits.c - operands of quantum operations become lists of qubit indexes; operations leave for the sink (or for a
 * recorder, while a gate's body is being changed by modifiers). */
#include "qasm/play.h"

#include <inttypes.h>
#include <string.h>

int kt_operand(kt_play *p, const kt_expr *e, const uint32_t **qubits, uint32_t *count)
{
    kt_value v;
    int rc = kt_eval(p, e, &v);
    if (rc < 0)
        return rc;
    if (v.kind != KT_VALUE_QUBITS) {
        char text[64];
        return kt_play_fail(p, e->source, e->length, KT_E_INVALID, NULL,
                            "a qubit or qubit register is expected, found %s",
                            kt_value_kind_text(&v, text, sizeof(text)));
    }
    if (v.width == 0)
        return kt_play_fail(p, e->source, e->length, KT_E_INVALID, NULL, "this selects no qubits");
    *qubits = v.qubits;
    *count = v.width;
    return 0;
}

int kt_operand_list(kt_play *p, const kt_expr *list, uint32_t **qubits, uint32_t *count)
{
    uint32_t total = 0, room = 0;
    uint32_t *all = NULL;
    for (const kt_expr *e = list; e != NULL; e = e->next) {
        const uint32_t *some = NULL;
        uint32_t n = 0;
        int rc = kt_operand(p, e, &some, &n);
        if (rc < 0)
            return rc;
        if (total + n > room) {
            room = (total + n) * 2;
            uint32_t *wider = kt_memory_take(&p->memory, room * sizeof(*wider));
            if (wider == NULL)
                return kt_play_memory(p, "a list of qubits");
            if (total > 0)
                memcpy(wider, all, total * sizeof(*wider));
            all = wider;
        }
        if (n > 0)
            memcpy(all + total, some, n * sizeof(*some));
        total += n;
    }
    *qubits = all;
    *count = total;
    return 0;
}

/* Position of a label among the program's physical qubits, or UINT32_MAX. */
static uint32_t physical_position(const kt_program *program, uint64_t label)
{
    uint32_t low = 0, high = program->physical_count;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (program->physical[middle] < label)
            low = middle + 1;
        else
            high = middle;
    }
    return low < program->physical_count && program->physical[low] == label ? low : UINT32_MAX;
}

int kt_physical_qubit(kt_play *p, uint64_t label, kt_source at, uint32_t *out)
{
    const kt_program *program = p->program;
    int rc = 0;
    for (uint32_t i = 0; i < program->physical_count && p->physical[i] == UINT32_MAX && rc == 0; i++) {
        if (program->physical[i] < p->register_qubits)
            p->physical[i] = program->physical[i]; /* registers came first: label and index are the same */
        else
            rc = kt_play_add_qubit(p, program->physical[i], at, &p->physical[i]);
    }
    const uint32_t position = physical_position(program, label);
    if (rc == 0)
        *out = p->physical[position];
    return rc;
}

int kt_register_qubit(kt_play *p, kt_source at, uint32_t *out)
{
    const uint32_t label = p->register_qubits++;
    const uint32_t position = p->program->physical_count == 0 ? UINT32_MAX : physical_position(p->program, label);
    if (position != UINT32_MAX && p->physical[position] != UINT32_MAX) {
        *out = p->physical[position];
        return 0;
    }
    return kt_play_add_qubit(p, label, at, out);
}

/* The two operands that are the same qubit. */
static int say_twice(kt_play *p, const uint32_t *qubits, uint32_t i, kt_source at, uint32_t length)
{
    uint32_t k = 0;
    while (qubits[k] != qubits[i])
        k++;
    return kt_play_fail(p, at, length, KT_E_INVALID, NULL, "operands %" PRIu32 " and %" PRIu32 " are the same qubit",
                        k + 1, i + 1);
}

int kt_distinct(kt_play *p, const uint32_t *qubits, uint32_t count, kt_source at, uint32_t length)
{
    enum { FEW = 32 };
    if (count <= FEW) {
        for (uint32_t i = 1; i < count; i++)
            for (uint32_t k = 0; k < i; k++)
                if (qubits[i] == qubits[k])
                    return say_twice(p, qubits, i, at, length);
        return 0;
    }
    uint8_t *seen = kt_memory_take(&p->memory, p->qubit_count);
    if (seen == NULL)
        return kt_play_memory(p, "a gate's operands");
    memset(seen, 0, p->qubit_count);
    for (uint32_t i = 0; i < count; i++) {
        if (seen[qubits[i]] != 0)
            return say_twice(p, qubits, i, at, length);
        seen[qubits[i]] = 1;
    }
    return 0;
}

/* What keeping the operation in a circuit takes: wide barriers and matrices in a loop would fill any machine. */
static int count_bytes(kt_play *p, const kt_op *op, uint32_t length)
{
    const uint32_t targets = op->qubit_count - op->control_count;
    uint64_t bytes =
        sizeof(*op) + (uint64_t)op->qubit_count * sizeof(op->qubits[0]) + op->angle_count * sizeof(kt_angle);
    if (op->matrix != NULL)
        bytes += ((uint64_t)op->matrix_count * sizeof(kt_complex)) << (2 * targets);
    p->emitted_bytes += bytes;
    if (p->emitted_bytes <= p->limits.memory_bytes)
        return 0;
    char limit[24];
    kt_size_text((double)p->limits.memory_bytes, limit, sizeof(limit));
    return kt_play_fail(p, op->source, length, KT_E_LIMIT, "raise the memory limit",
                        "the program's operations need more than %s of memory", limit);
}

int kt_emit(kt_play *p, const kt_op *op, uint32_t length)
{
    int rc = kt_play_count_more(p, op->source, length);
    if (rc == 0)
        rc = count_bytes(p, op, length);
    if (rc < 0)
        return rc;
    if (p->recorder != NULL)
        return kt_recorder_add(p, p->recorder, op);
    if (op->kind != KT_OP_BARRIER && op->kind != KT_OP_DELAY)
        for (uint32_t i = 0; i < op->qubit_count; i++)
            p->touched[op->qubits[i]] = 1;
    kt_error why = { 0 };
    rc = p->sink->op(p->sink->ctx, op, &why);
    if (rc == KT_E_INVALID || rc == KT_E_LIMIT || rc == KT_E_UNSUPPORTED)
        return kt_play_fail(p, op->source, length, rc, NULL, "%s", why.message);
    if (rc < 0)
        p->error = why;
    return rc;
}
