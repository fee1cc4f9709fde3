/* SPDX-License-Identifier: Apache-2.0 */
/* machine_sink.c - takes operations and measurements as they are played. See machine.h for when a measurement is
 * decided. */
#include "sim/machine_priv.h"

enum { MOST_QUBITS_OF_AN_OP = 128 };

static int take_reset(kt_machine *m, uint32_t qubit, kt_error *err)
{
    if (m->position[qubit] == KT_ABSENT)
        return 0;
    if (m->density) {
        int rc = kt_machine_is_open(m, qubit) ? kt_machine_resolve(m, qubit, false, err) : 0;
        return rc == 0 && m->live ? kt_state_reset(m->state, m->position[qubit], err) : rc;
    }
    int rc = kt_machine_resolve(m, qubit, false, err);
    if (rc == 0 && m->live && m->last_outcome == 1)
        kt_state_flip(m->state, m->position[qubit]);
    return rc;
}

/* While looking ahead: only what enters the state counts. */
static int survey(kt_machine *m, const kt_op *op, kt_error *err)
{
    bool acts =
        op->kind == KT_OP_GATE || op->kind == KT_OP_UNITARY || op->kind == KT_OP_NOISE || op->kind == KT_OP_KRAUS;
    int rc = kt_machine_poll(m, err);
    for (uint32_t i = 0; acts && rc == 0 && i < op->qubit_count; i++)
        rc = kt_machine_enter(m, op->qubits[i], err);
    return rc;
}

/* A gate, a unitary or a channel: open measurements of its qubits are decided first. */
static int take_acting(kt_machine *m, const kt_op *op, kt_error *err)
{
    uint32_t positions[MOST_QUBITS_OF_AN_OP];
    if (op->qubit_count > MOST_QUBITS_OF_AN_OP)
        return kt_fail(err, KT_E_LIMIT, "an operation acts on %u qubits, at most %d are simulated", op->qubit_count,
                       MOST_QUBITS_OF_AN_OP);
    for (uint32_t i = 0; i < op->qubit_count; i++) {
        int rc = kt_machine_is_open(m, op->qubits[i]) ? kt_machine_resolve(m, op->qubits[i], false, err) : 0;
        if (rc == 0)
            rc = kt_machine_enter(m, op->qubits[i], err);
        if (rc < 0)
            return rc;
        if (m->surveying)
            return survey(m, op, err);
        positions[i] = m->position[op->qubits[i]];
    }
    if (!m->live)
        return 0;
    if (op->kind == KT_OP_NOISE || op->kind == KT_OP_KRAUS)
        return kt_state_noise(m->state, op, positions, err);
    return kt_state_apply(m->state, op, positions, err);
}

static int take_op(void *ctx, const kt_op *op, kt_error *err)
{
    kt_machine *m = ctx;
    if (m->surveying)
        return survey(m, op, err);
    int rc = kt_machine_sync(m, err);
    m->event++;
    if (rc == 0)
        rc = kt_machine_poll(m, err);
    if (rc < 0)
        return rc;
    switch ((kt_op_kind)op->kind) {
    case KT_OP_GATE:
    case KT_OP_UNITARY:
    case KT_OP_NOISE:
    case KT_OP_KRAUS: return take_acting(m, op, err);
    case KT_OP_RESET:
        for (uint32_t i = 0; rc == 0 && i < op->qubit_count; i++) {
            rc = kt_machine_reach(m, op->qubits[i], err);
            if (rc == 0) {
                m->seen[op->qubits[i]] |= KT_SEEN;
                rc = take_reset(m, op->qubits[i], err);
            }
        }
        return rc;
    default: return 0;
    }
}

/* Index of the cell among those that any play measured into. */
static int find_cell(kt_machine *m, kt_cell cell, uint32_t *out, kt_error *err)
{
    kt_view key = { (const char *)&cell, sizeof cell };
    uintptr_t found = (uintptr_t)kt_map_get(m->cell_index, key);
    if (found == 0) {
        int rc = kt_machine_grow((void **)&m->cells, sizeof *m->cells, m->cell_count, &m->cell_capacity, err);
        if (rc == 0 && kt_map_set(m->cell_index, key, (void *)(uintptr_t)(m->cell_count + 1)) < 0)
            rc = kt_fail_nomem(err, sizeof cell, "measured bits");
        if (rc < 0)
            return rc;
        m->cells[m->cell_count] = (kt_cell_seen){ .cell = cell, .last = -1 };
        found = ++m->cell_count;
    }
    *out = (uint32_t)(found - 1);
    return 0;
}

/* Whether a measurement is decided where it stands: as it was before, or, beyond the path, when its statement's values
 * have been read before. */
static bool is_decided_here(const kt_machine *m, kt_source source)
{
    if (m->cursor < m->path.count)
        return !m->path.steps[m->cursor].forced && m->path.steps[m->cursor].event == m->event;
    return m->live && m->eager_count > 0 && kt_machine_is_eager(m, source);
}

static int take_measure(void *ctx, const kt_op *op, int *outcome, kt_error *err)
{
    kt_machine *m = ctx;
    uint32_t qubit = op->qubits[0], cell = 0;
    size_t ordinal = m->measured_count;
    if (m->surveying) {
        *outcome = kt_machine_position(m, qubit) == KT_ABSENT ? 0 : KT_OUTCOME_UNKNOWN;
        return kt_machine_poll(m, err);
    }
    int rc = kt_machine_sync(m, err);
    m->event++;
    if (rc == 0)
        rc = kt_machine_poll(m, err);
    if (rc == 0)
        rc = kt_machine_reach(m, qubit, err);
    if (rc == 0 && op->cell != KT_CELL_NONE)
        rc = find_cell(m, op->cell, &cell, err);
    if (rc == 0)
        rc = kt_machine_grow((void **)&m->measured, sizeof *m->measured, ordinal, &m->measured_capacity, err);
    if (rc == 0)
        rc = kt_machine_grow((void **)&m->open, sizeof *m->open, m->open_count, &m->open_capacity, err);
    if (rc == 0)
        rc = kt_path_reach(&m->path, ordinal, err);
    if (rc < 0)
        return rc;
    bool absent = m->position[qubit] == KT_ABSENT; /* nothing has touched it: it is |0> */
    m->seen[qubit] |= absent ? KT_SEEN : KT_SEEN | KT_SEEN_OPEN;
    if (op->cell != KT_CELL_NONE) {
        m->cells[cell].qubit = qubit;
        m->cells[cell].last = (int64_t)ordinal;
    }
    m->measured[m->measured_count++] = (kt_measured){ op->source, qubit, cell, absent ? 0 : KT_OPEN, false };
    if (!absent) {
        m->open[m->open_count++] = ordinal;
        if (is_decided_here(m, op->source))
            rc = kt_machine_resolve(m, qubit, false, err);
    }
    *outcome = absent ? 0 : kt_path_outcome(&m->path, ordinal);
    m->measured[ordinal].told = *outcome != KT_OUTCOME_UNKNOWN;
    return rc;
}

kt_sink kt_machine_sink(kt_machine *m)
{
    return (kt_sink){ .op = take_op, .measure = take_measure, .ctx = m };
}
