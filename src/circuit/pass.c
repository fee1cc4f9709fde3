/* SPDX-License-Identifier: Apache-2.0 */
/* pass.c - leaving out idle qubits, and what a look at a circuit says. */
#include "circuit/pass.h"

#include <stdlib.h>
#include <string.h>

static bool is_timing(const kt_op *op)
{
    return op->kind == KT_OP_BARRIER || op->kind == KT_OP_DELAY;
}

/* --- compact --- */

enum { UNUSED = UINT32_MAX };

static void mark_all(uint32_t *map, const uint32_t *qubits, size_t count)
{
    for (size_t k = 0; k < count; k++)
        map[qubits[k]] = 0;
}

static void mark_want(uint32_t *map, const kt_want *want)
{
    mark_all(map, want->targets, want->target_count);
    for (size_t k = 0; k < want->term_count; k++) {
        for (size_t j = 0; j < want->terms[k].factor_count; j++)
            mark_all(map, want->terms[k].factors[j].qubits, want->terms[k].factors[j].qubit_count);
    }
}

/* Old index -> new index, or UNUSED. Barriers and delays do nothing to a qubit and don't count as a use. */
static uint32_t mark_used(const kt_circuit *c, uint32_t *map)
{
    size_t op_count, want_count;
    const kt_op *ops = kt_circuit_ops(c, &op_count);
    const kt_want *wants = kt_circuit_wants(c, &want_count);
    uint32_t kept = 0, qubits = (uint32_t)kt_circuit_qubit_count(c);
    for (uint32_t q = 0; q < qubits; q++)
        map[q] = UNUSED;
    for (size_t k = 0; k < op_count; k++) {
        if (!is_timing(&ops[k]))
            mark_all(map, ops[k].qubits, ops[k].qubit_count);
    }
    for (size_t k = 0; k < want_count; k++)
        mark_want(map, &wants[k]);
    for (uint32_t q = 0; q < qubits; q++) {
        if (map[q] != UNUSED)
            map[q] = kept++;
    }
    return kept;
}

/* The indexes renamed, in the arena; those of unused qubits are left out. */
static const uint32_t *rename_qubits(kt_arena *arena, const uint32_t *map, const uint32_t *qubits, uint32_t *count)
{
    uint32_t kept = 0;
    uint32_t *renamed = KT_ARENA_ARRAY(arena, uint32_t, (size_t)*count + 1);
    for (uint32_t k = 0; renamed != NULL && k < *count; k++) {
        if (map[qubits[k]] != UNUSED)
            renamed[kept++] = map[qubits[k]];
    }
    *count = kept;
    return renamed;
}

static void rename_term(kt_arena *arena, const uint32_t *map, kt_term *term)
{
    kt_factor *factors = kt_arena_copy(arena, term->factors, term->factor_count * sizeof *factors);
    for (size_t k = 0; factors != NULL && k < term->factor_count; k++)
        factors[k].qubits = rename_qubits(arena, map, factors[k].qubits, &factors[k].qubit_count);
    term->factors = factors;
}

static int compact_want(const kt_want *from, const uint32_t *map, kt_circuit *out, kt_error *err)
{
    KT_OWN(kt_arena) *arena = kt_arena_new(0);
    if (arena == NULL)
        return kt_fail_nomem(err, sizeof *from, "a wanted result");
    kt_want want = *from;
    want.targets = rename_qubits(arena, map, from->targets, &want.target_count);
    if (want.term_count > 0) {
        kt_term *terms = kt_arena_copy(arena, from->terms, from->term_count * sizeof *terms);
        for (size_t k = 0; terms != NULL && k < want.term_count; k++)
            rename_term(arena, map, &terms[k]);
        want.terms = terms;
    }
    if (kt_arena_failed(arena))
        return kt_fail_nomem(err, kt_arena_used_bytes(arena), "a wanted result");
    int rc = kt_circuit_add_want(out, &want, err);
    return rc < 0 ? rc : 0;
}

static int compact_op(const kt_op *from, const uint32_t *map, uint32_t *room, kt_circuit *out, kt_error *err)
{
    kt_op op = *from;
    op.qubit_count = 0;
    op.qubits = room;
    for (size_t k = 0; k < from->qubit_count; k++) {
        if (map[from->qubits[k]] != UNUSED)
            room[op.qubit_count++] = map[from->qubits[k]];
    }
    if (is_timing(from) && op.qubit_count == 0)
        return 0;
    return kt_circuit_add_op(out, &op, err);
}

/* The most qubits that one operation names. */
static size_t widest_op(const kt_op *ops, size_t count)
{
    size_t widest = 1;
    for (size_t k = 0; k < count; k++)
        widest = ops[k].qubit_count > widest ? ops[k].qubit_count : widest;
    return widest;
}

static int compact_into(const kt_circuit *c, const uint32_t *map, uint32_t kept, uint32_t *room, kt_circuit *out,
                        kt_error *err)
{
    size_t op_count, want_count;
    const kt_op *ops = kt_circuit_ops(c, &op_count);
    const kt_want *wants = kt_circuit_wants(c, &want_count);
    for (uint32_t q = 0; q < (uint32_t)kt_circuit_qubit_count(c); q++) {
        if (map[q] != UNUSED)
            room[map[q]] = kt_circuit_label(c, q);
    }
    int rc = kept == 0 ? 0 : kt_circuit_set_labels(out, room, err);
    if (rc == 0)
        rc = kt_circuit_copy_parameters(out, c, err);
    for (size_t k = 0; rc == 0 && k < op_count; k++)
        rc = compact_op(&ops[k], map, room, out, err);
    for (size_t k = 0; rc == 0 && k < want_count; k++)
        rc = compact_want(&wants[k], map, out, err);
    return rc;
}

int kt_pass_compact(const kt_circuit *c, kt_circuit **out, kt_error *err)
{
    KT_OWN(kt_circuit) *compact = NULL;
    KT_OWN(kt_arena) *arena = kt_arena_new(0);
    size_t op_count, qubits = (size_t)kt_circuit_qubit_count(c);
    const kt_op *ops = kt_circuit_ops(c, &op_count);
    size_t room_count = qubits + widest_op(ops, op_count);
    uint32_t *map = arena == NULL ? NULL : KT_ARENA_ARRAY(arena, uint32_t, qubits + 1 + room_count);
    if (map == NULL)
        return kt_fail_nomem(err, room_count * sizeof *map, "a map of qubits");
    uint32_t kept = mark_used(c, map);
    int rc = kt_circuit_new((int)kept, &compact, err);
    if (rc == 0)
        rc = compact_into(c, map, kept, map + qubits + 1, compact, err);
    if (rc == 0)
        *out = KT_GIVE(compact);
    return rc;
}

/* --- facts --- */

typedef struct qubit_fact {
    size_t level;
    bool measured;
} qubit_fact;

static size_t highest_level(const kt_op *op, const qubit_fact *qubits)
{
    size_t level = 0;
    for (size_t k = 0; k < op->qubit_count; k++)
        level = qubits[op->qubits[k]].level > level ? qubits[op->qubits[k]].level : level;
    return level;
}

/* A barrier lines its qubits up without taking a step; everything else that has qubits takes one. */
static void step_levels(const kt_op *op, qubit_fact *qubits, size_t *depth)
{
    size_t level = highest_level(op, qubits) + (is_timing(op) ? 0 : 1);
    for (size_t k = 0; k < op->qubit_count; k++)
        qubits[op->qubits[k]].level = level;
    if (op->qubit_count > 0 && level > *depth)
        *depth = level;
}

static int compare_cells(const void *a, const void *b)
{
    kt_cell left = *(const kt_cell *)a, right = *(const kt_cell *)b;
    return (left > right) - (left < right);
}

static bool has_repetition(kt_cell *cells, size_t count)
{
    qsort(cells, count, sizeof *cells, compare_cells);
    for (size_t k = 1; k < count; k++) {
        if (cells[k] == cells[k - 1])
            return true;
    }
    return false;
}

static void look_at(const kt_op *op, qubit_fact *qubits, kt_cell *cells, kt_circuit_facts *facts)
{
    facts->gate_count += op->kind == KT_OP_GATE || op->kind == KT_OP_UNITARY;
    facts->noise_count += op->kind == KT_OP_NOISE || op->kind == KT_OP_KRAUS;
    step_levels(op, qubits, &facts->depth);
    for (size_t k = 0; k < op->qubit_count && !is_timing(op); k++)
        facts->terminal_measurements = facts->terminal_measurements && !qubits[op->qubits[k]].measured;
    if (op->kind == KT_OP_RESET)
        facts->terminal_measurements = false;
    if (op->kind == KT_OP_MEASURE) {
        qubits[op->qubits[0]].measured = true;
        cells[facts->measure_count++] = op->cell;
    }
}

int kt_pass_facts(const kt_circuit *c, kt_circuit_facts *out, kt_error *err)
{
    KT_OWN(kt_arena) *arena = kt_arena_new(0);
    size_t op_count, measures = 0, qubit_count = (size_t)kt_circuit_qubit_count(c);
    const kt_op *ops = kt_circuit_ops(c, &op_count);
    for (size_t k = 0; k < op_count; k++)
        measures += ops[k].kind == KT_OP_MEASURE;
    qubit_fact *qubits = arena == NULL ? NULL : KT_ARENA_ARRAY(arena, qubit_fact, qubit_count + 1);
    kt_cell *cells = qubits == NULL ? NULL : KT_ARENA_ARRAY(arena, kt_cell, measures + 1);
    if (cells == NULL)
        return kt_fail_nomem(err, qubit_count * sizeof *qubits, "facts about a circuit");
    kt_circuit_facts facts = { .terminal_measurements = true };
    for (size_t k = 0; k < op_count; k++)
        look_at(&ops[k], qubits, cells, &facts);
    if (has_repetition(cells, measures))
        facts.terminal_measurements = false;
    *out = facts;
    return 0;
}
