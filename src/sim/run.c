/* SPDX-License-Identifier: Apache-2.0 */
/* run.c - plays a circuit or a program into the machine until no branch is left, and hands over the result.
 * A circuit's layout is chosen before it is played: its first qubit lies highest, so that a state vector is already in
 * the order in which results show it; qubits that nothing but measurements touch stay outside the state. */
#include "sim/run.h"

#include "base/text.h"
#include "sim/leaf.h"

#include <stdlib.h>

/* Refuses a state of `used` qubits, with results of that many bytes, when both can't fit. */
static int check_bytes(const kt_sim_options *o, uint32_t used, double results, kt_error *err)
{
    bool density = o->method == KT_SIM_DENSITY_MATRIX;
    double state = 16;
    for (uint32_t i = 0; i < used && i < 500; i++)
        state *= density ? 4 : 2;
    if (state + results <= (double)o->memory_bytes)
        return 0;
    char need[24], parts[24], extra[24], have[24];
    kt_size_text(state + results, need, sizeof need);
    kt_size_text(state, parts, sizeof parts);
    kt_size_text(results, extra, sizeof extra);
    kt_size_text((double)o->memory_bytes, have, sizeof have);
    return kt_fail(err, KT_E_CAPACITY,
                   "%u qubits need %s of memory (%s for the %s, %s for the results), and this machine has %s for it: "
                   "use fewer qubits or ask for smaller results",
                   used, need, parts, density ? "density matrix" : "state vector", extra, have);
}

/* Once more from the start, with all qubits in use in the state from the start. */
static int play_with_all(kt_leaves *l, kt_error *err)
{
    uint32_t *order = malloc((l->all_count + 1) * sizeof *order);
    if (order == NULL)
        return kt_fail_nomem(err, l->all_count * sizeof *order, "qubits in use");
    for (uint32_t i = 0; i < l->all_count; i++)
        order[i] = l->all[l->all_count - 1 - i]; /* the first qubit lies highest */
    int rc = kt_machine_restart(l->m, order, l->all_count, err);
    free(order);
    return rc;
}

/* Plays until every branch has come to its end. */
static int explore(kt_leaves *l, kt_error *err)
{
    kt_machine *m = l->m;
    kt_sink sink = kt_machine_sink(m);
    for (;;) {
        int rc = kt_machine_begin(m, err);
        if (rc == 0)
            rc = l->player->play(l->player->ctx, &sink, err);
        if (m->surveying && (rc == 0 || rc == KT_E_DYNAMIC)) {
            kt_error_clear(err);
            rc = check_bytes(m->options, m->used, 0, err);
            if (rc < 0)
                return rc;
            kt_machine_end_survey(m);
            continue;
        }
        if (rc == KT_E_DYNAMIC) {
            kt_error_clear(err);
            rc = kt_machine_read(m, err);
            if (rc < 0)
                return rc;
            continue;
        }
        if (rc == 0)
            rc = kt_leaf(l, err);
        if (rc < 0)
            return rc;
        if (rc == KT_LEAF_AGAIN) {
            rc = play_with_all(l, err);
            if (rc < 0)
                return rc;
            continue;
        }
        if (!kt_machine_turn(m))
            return 0;
    }
}

int kt_sim_player(const kt_player *player, const kt_sim_about *about, const kt_sim_options *options, kt_result **out,
                  kt_error *err)
{
    kt_machine m;
    kt_leaves l;
    int rc = kt_machine_init(&m, options, 0, NULL, err);
    if (rc < 0)
        return rc;
    rc = kt_leaves_init(&l, &m, player, err);
    l.about = about;
    if (rc == 0)
        rc = explore(&l, err);
    if (rc == 0)
        rc = kt_leaves_result(&l, out, err);
    kt_leaves_fini(&l);
    kt_machine_fini(&m);
    return rc;
}

/* Which qubits must lie in the state: all when there are wanted results, else those that some operation acts on. */
static uint32_t choose_layout(const kt_circuit *circuit, uint32_t *positions)
{
    uint32_t n = (uint32_t)kt_circuit_qubit_count(circuit), used = 0;
    size_t op_count, want_count;
    const kt_op *ops = kt_circuit_ops(circuit, &op_count);
    kt_circuit_wants(circuit, &want_count);
    for (uint32_t q = 0; q < n; q++)
        positions[q] = want_count > 0 ? 0 : KT_ABSENT;
    for (size_t i = 0; i < op_count; i++)
        if (ops[i].kind == KT_OP_GATE || ops[i].kind == KT_OP_UNITARY || ops[i].kind == KT_OP_NOISE ||
            ops[i].kind == KT_OP_KRAUS)
            for (uint32_t q = 0; q < ops[i].qubit_count; q++)
                positions[ops[i].qubits[q]] = 0;
    for (uint32_t q = 0; q < n; q++)
        used += positions[q] != KT_ABSENT;
    uint32_t next = used;
    for (uint32_t q = 0; q < n; q++)
        if (positions[q] != KT_ABSENT)
            positions[q] = --next;
    return used;
}

/* Bytes for the numbers of one wanted result, as far as a size of its own can matter. */
static double result_bytes(const kt_want *want, uint32_t qubits, uint64_t shots)
{
    double all = (double)(want->all_qubits || want->target_count > qubits ? qubits : want->target_count);
    double size = 1;
    switch ((kt_result_type)want->type) {
    case KT_RESULT_STATE_VECTOR:
        for (uint32_t i = 0; i < qubits && i < 1000; i++)
            size *= 2;
        return size * 16;
    case KT_RESULT_PROBABILITY:
        for (double i = 0; i < all && i < 1000; i++)
            size *= 2;
        return size * 16;
    case KT_RESULT_DENSITY_MATRIX:
        for (double i = 0; i < all && i < 500; i++)
            size *= 4;
        return size * 16;
    case KT_RESULT_SAMPLE: return (double)shots * 8 * (want->all_qubits ? (double)qubits : 1);
    default: return 0;
    }
}

/* used: qubits in the state. */
static int check_memory(const kt_circuit *circuit, uint32_t used, const kt_sim_options *o, kt_error *err)
{
    size_t want_count;
    const kt_want *wants = kt_circuit_wants(circuit, &want_count);
    double results = 0;
    for (size_t i = 0; i < want_count; i++)
        results += result_bytes(&wants[i], used, o->shots);
    return check_bytes(o, used, results, err);
}

/* A layout to be freed; *used: qubits in the state. NULL: no memory. */
static uint32_t *new_layout(const kt_circuit *circuit, uint32_t *used, kt_error *err)
{
    uint32_t n = (uint32_t)kt_circuit_qubit_count(circuit);
    uint32_t *positions = malloc((n + 1) * sizeof *positions);
    if (positions != NULL)
        *used = choose_layout(circuit, positions);
    else
        kt_fail_nomem(err, n * sizeof *positions, "a layout of qubits");
    return positions;
}

int kt_sim_check_memory(const kt_circuit *circuit, const kt_sim_options *options, kt_error *err)
{
    uint32_t used;
    uint32_t *positions = new_layout(circuit, &used, err);
    if (positions == NULL)
        return KT_E_NOMEM;
    free(positions);
    return check_memory(circuit, used, options, err);
}

static int run_circuit(const kt_circuit *circuit, const uint32_t *positions, const kt_sim_options *options,
                       kt_result **out, kt_error *err)
{
    kt_machine m;
    kt_leaves l;
    kt_player player = kt_circuit_player(circuit);
    uint32_t n = (uint32_t)kt_circuit_qubit_count(circuit);
    int rc = kt_machine_init(&m, options, n, positions, err);
    if (rc < 0)
        return rc;
    m.never_read = true;
    rc = kt_leaves_init(&l, &m, &player, err);
    l.circuit = circuit;
    l.wants = kt_circuit_wants(circuit, &l.want_count);
    l.all = malloc((n + 1) * sizeof *l.all);
    if (rc == 0 && l.all == NULL)
        rc = kt_fail_nomem(err, n * sizeof *l.all, "qubits in use");
    for (uint32_t q = 0; rc == 0 && q < n; q++)
        l.all[q] = q;
    l.all_count = rc == 0 ? n : 0;
    size_t op_count;
    kt_circuit_ops(circuit, &op_count);
    m.event_total = op_count;
    if (rc == 0)
        rc = explore(&l, err);
    if (rc == 0)
        rc = kt_leaves_result(&l, out, err);
    kt_leaves_fini(&l);
    kt_machine_fini(&m);
    return rc;
}

int kt_sim_circuit(const kt_circuit *circuit, const kt_sim_options *options, kt_result **out, kt_error *err)
{
    if (!kt_circuit_is_bound(circuit))
        return kt_fail(err, KT_E_INVALID,
                       "the circuit has %d free parameters that were given no value: bind them first",
                       kt_circuit_parameter_count(circuit));
    uint32_t used;
    uint32_t *positions = new_layout(circuit, &used, err);
    if (positions == NULL)
        return KT_E_NOMEM;
    int rc = check_memory(circuit, used, options, err);
    if (rc == 0)
        rc = run_circuit(circuit, positions, options, out, err);
    free(positions);
    return rc;
}
