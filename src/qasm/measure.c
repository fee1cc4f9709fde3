/* SPDX-License-Identifier: Apache-2.0 */
/* measure.c - measurements. One with a destination happens where it stands; one without is put off to the end of the
 * program, as Braket has it. A cell says which bit of which declaration takes the outcome. */
#include "qasm/play.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

int kt_measure_qubit(kt_play *p, uint32_t qubit, kt_cell cell, const kt_expr *at, kt_value *out)
{
    const kt_op op = {
        .kind = KT_OP_MEASURE, .qubit_count = 1, .qubits = &qubit, .power = 1, .source = at->source, .cell = cell
    };
    int outcome = KT_OUTCOME_UNKNOWN;
    int rc = kt_play_count_more(p, at->source, at->length);
    if (rc < 0)
        return rc;
    p->touched[qubit] = 1;
    rc = p->sink->measure(p->sink->ctx, &op, &outcome, &p->error);
    if (rc < 0)
        return rc;
    *out = (kt_value){
        .kind = KT_VALUE_BOOL, .is_bit = true, .unknown = outcome == KT_OUTCOME_UNKNOWN, .integer = outcome == 1
    };
    return 0;
}

int kt_exec_measure(kt_play *p, const kt_stmt *s)
{
    const uint32_t *qubits;
    uint32_t count = 0;
    int rc = kt_operand(p, s->expr->kind == KT_EXPR_MEASURE ? s->expr->a : s->expr, &qubits, &count);
    for (uint32_t i = 0; i < count && rc == 0; i++) {
        if (!kt_play_grow((void **)&p->late, &p->late_room, p->late_count, sizeof(p->late[0])))
            return kt_play_nomem(p);
        p->late[p->late_count++] = (kt_late_measure){ qubits[i], s->source, s->length };
        rc = kt_play_count_more(p, s->source, s->length);
    }
    return rc;
}

int kt_measure_flush(kt_play *p)
{
    int rc = 0;
    for (uint32_t i = 0; i < p->late_count && rc == 0; i++) {
        kt_value ignored;
        const kt_expr at = { .source = p->late[i].source, .length = p->late[i].length };
        rc = kt_measure_qubit(p, p->late[i].qubit, KT_CELL_ANONYMOUS + i, &at, &ignored);
    }
    return rc;
}

/* Measures qubit after qubit, outcome k into bit k of the destination. */
static int measure_all(kt_play *p, const uint32_t *qubits, uint32_t count, const kt_places *to, const kt_expr *at)
{
    int rc = 0;
    for (uint32_t i = 0; i < count && rc == 0; i++) {
        kt_value bit = { 0 };
        rc = kt_measure_qubit(p, qubits[i], to->at[i].cell, at, &bit);
        if (rc == 0)
            rc = kt_place_set(p, &to->at[i], &bit, at);
    }
    return rc;
}

int kt_measure_into(kt_play *p, const kt_expr *measure, const kt_expr *target)
{
    const uint32_t *qubits;
    uint32_t count = 0;
    kt_places to = { 0 };
    int rc = kt_operand(p, measure->a, &qubits, &count);
    if (rc == 0)
        rc = kt_places_of(p, target, &to);
    if (rc < 0)
        return rc;
    if (to.at == NULL) {
        kt_value outcome; /* into bits of a number: no column of the result */
        rc = kt_measure_value(p, measure, &outcome);
        return rc < 0 ? rc : kt_assign_value(p, target, &outcome, measure);
    }
    const bool is_part = target->kind == KT_EXPR_INDEX;
    if (count > to.count || (is_part && count != to.count))
        return kt_play_fail(p, target->source, target->length, KT_E_INVALID, NULL,
                            "%" PRIu32 " qubit%s measured into %" PRIu32 " bit%s", count, count == 1 ? "" : "s",
                            to.count, to.count == 1 ? "" : "s");
    return measure_all(p, qubits, count, &to, measure);
}

int kt_measure_new(kt_play *p, const kt_expr *measure, int32_t slot, const kt_stmt *s)
{
    const kt_expr name = { .kind = KT_EXPR_NAME,
                           .source = s->name_source,
                           .length = (uint32_t)s->name.length,
                           .text = s->name,
                           .slot = slot };
    return kt_measure_into(p, measure, &name);
}

int kt_measure_value(kt_play *p, const kt_expr *measure, kt_value *out)
{
    const uint32_t *qubits;
    uint32_t count = 0;
    const kt_places *to = p->destination;
    int rc = kt_operand(p, measure->a, &qubits, &count);
    if (rc < 0)
        return rc;
    const bool fits = to != NULL && to->count >= count;
    kt_bits *bits = kt_bits_take(&p->memory, count);
    if (bits == NULL)
        return kt_play_memory(p, "a measurement");
    kt_value bit = { 0 };
    for (uint32_t i = 0; i < count && rc == 0; i++) {
        rc = kt_measure_qubit(p, qubits[i], fits ? to->at[i].cell : KT_CELL_NONE, measure, &bit);
        if (rc == 0 && !fits && bit.unknown)
            return kt_fail(&p->error, KT_E_DYNAMIC, "a measured value is used where it stands");
        if (rc == 0)
            kt_bits_set(bits, i, &bit);
    }
    if (rc == 0)
        *out = count == 1 ? bit : (kt_value){ .kind = KT_VALUE_BITS, .bits = bits };
    return rc;
}
