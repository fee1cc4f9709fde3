/* SPDX-License-Identifier: Apache-2.0 */
/* machine_decide.c - gives open measurements their values: deals shots to both sides, keeps the state for the side that
 * waits, and finds the way along the path again when the program is played another time. */
#include "sim/machine_priv.h"

#include "base/rng.h"

/* An outcome less likely than this is rounding, not physics: exact runs do not follow it. */
static const double LEAST_PROBABILITY = 1e-13;

/* Open measurements of the qubit get their value; is_new: the newest step decided them. */
static int close_open(kt_machine *m, uint32_t qubit, int value, bool is_new, kt_error *err)
{
    size_t kept = 0;
    int rc = 0;
    for (size_t i = 0; i < m->open_count; i++) {
        size_t ordinal = m->open[i];
        if (m->measured[ordinal].qubit != qubit) {
            m->open[kept++] = ordinal;
            continue;
        }
        m->measured[ordinal].value = (int8_t)value;
        if (is_new && rc == 0)
            rc = kt_path_decide(&m->path, ordinal, err);
    }
    m->open_count = kept;
    m->seen[qubit] &= (uint8_t)~KT_SEEN_OPEN;
    return rc;
}

bool kt_machine_is_open(const kt_machine *m, uint32_t qubit)
{
    return qubit < m->qubit_capacity && (m->seen[qubit] & KT_SEEN_OPEN) != 0;
}

/* Which sides a new step has: shots are dealt by a binomial draw, exact runs follow whatever is possible. */
static void split(const kt_machine *m, double p_one, kt_step *step)
{
    if (p_one < 0 || p_one > 1)
        p_one = p_one < 0 ? 0 : 1;
    bool zero, one;
    if (m->exact) {
        one = p_one > LEAST_PROBABILITY;
        zero = 1 - p_one > LEAST_PROBABILITY;
    } else {
        kt_rng rng;
        kt_rng_seed_stream(&rng, m->options->seed, m->key);
        uint64_t ones = kt_rng_binomial(&rng, m->shots, p_one);
        one = ones > 0;
        zero = ones < m->shots;
        step->shots = zero ? m->shots - ones : ones;
        step->waiting_shots = ones;
    }
    step->outcome = !zero;
    step->waiting = zero && one;
    step->probability = zero ? 1 - p_one : p_one;
}

/* Keeps the state for the side that waits, if there is room for it: else it is computed again when its turn comes. */
static void keep_snapshot(kt_machine *m, kt_step *step)
{
    uint64_t bytes = kt_state_bytes(kt_state_qubits(m->state), m->density);
    if (m->options->memory_bytes < m->held_bytes || bytes > m->options->memory_bytes - m->held_bytes)
        return;
    if (kt_state_copy(m->state, &step->snapshot, NULL) == 0)
        m->held_bytes += bytes;
}

/* Adds a step to the path: the qubit's value becomes one of its two. */
static int decide(kt_machine *m, uint32_t qubit, bool forced, kt_error *err)
{
    uint32_t position = m->position[qubit];
    kt_step step = { .event = m->event, .key = m->key, .weight = m->weight, .qubit = qubit, .forced = forced };
    split(m, kt_state_probability_one(m->state, position), &step);
    if (step.waiting)
        keep_snapshot(m, &step);
    uint64_t bytes = step.snapshot == NULL ? 0 : kt_state_bytes(kt_state_qubits(m->state), m->density);
    int rc = kt_path_push(&m->path, &step, err);
    if (rc < 0)
        m->held_bytes -= bytes;
    return rc;
}

/* Passes the next step of the path, a known one or a new one, which concerns the qubit. */
int kt_machine_resolve(kt_machine *m, uint32_t qubit, bool forced, kt_error *err)
{
    if (m->never_read && m->exact && m->density) { /* nobody asks which outcome it was */
        int rc = kt_state_dephase(m->state, m->position[qubit], err);
        return rc < 0 ? rc : close_open(m, qubit, KT_LOST, false, err);
    }
    bool is_new = m->cursor == m->path.count;
    if (is_new) {
        int rc = decide(m, qubit, forced, err);
        if (rc < 0)
            return rc;
    }
    const kt_step *step = &m->path.steps[m->cursor];
    if (step->qubit != qubit)
        return kt_fail(err, KT_E_INTERNAL, "qubit %u was measured where qubit %u was measured before", qubit,
                       step->qubit);
    if (!m->live && m->cursor == m->hold_step)
        m->live = true;
    if (m->live)
        kt_state_collapse(m->state, m->position[qubit], step->outcome, step->probability);
    m->cursor++;
    if (!m->exact)
        m->shots = step->shots;
    m->weight = step->weight * step->probability;
    m->key = kt_path_child_key(step->key, step->outcome);
    m->last_outcome = step->outcome;
    return close_open(m, qubit, step->outcome, is_new, err);
}

/* Steps that were taken between two calls of the sink, and the moment when a waiting state comes to life. */
int kt_machine_sync(kt_machine *m, kt_error *err)
{
    while (m->cursor < m->path.count) {
        const kt_step *step = &m->path.steps[m->cursor];
        if (!step->forced || step->event != m->event)
            break;
        int rc = kt_machine_resolve(m, step->qubit, true, err);
        if (rc < 0)
            return rc;
    }
    if (!m->live && m->cursor == m->hold_step && m->event == m->hold_event)
        m->live = true;
    return 0;
}

int kt_machine_settle(kt_machine *m, kt_error *err)
{
    int rc = kt_machine_sync(m, err);
    if (rc == 0 && (!m->live || m->cursor != m->path.count))
        rc = kt_fail(err, KT_E_INTERNAL, "a program ended earlier than when it was played before");
    return rc;
}

static bool same_source(kt_source a, kt_source b)
{
    return a.file == b.file && a.line == b.line && a.column == b.column;
}

bool kt_machine_is_eager(const kt_machine *m, kt_source source)
{
    for (size_t i = 0; i < m->eager_count; i++)
        if (same_source(m->eager[i], source))
            return true;
    return false;
}

static int make_eager(kt_machine *m, kt_source source, kt_error *err)
{
    if (kt_machine_is_eager(m, source))
        return 0;
    int rc = kt_machine_grow((void **)&m->eager, sizeof *m->eager, m->eager_count, &m->eager_capacity, err);
    if (rc == 0)
        m->eager[m->eager_count++] = source;
    return rc;
}

/* Measurements that were decided after the program had been told "unknown": playing again is enough to tell it. */
static int find_untold(kt_machine *m, bool *found, kt_error *err)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < m->measured_count; i++) {
        if (m->measured[i].told || kt_path_outcome(&m->path, i) == KT_OUTCOME_UNKNOWN)
            continue;
        *found = true;
        rc = make_eager(m, m->measured[i].source, err);
    }
    return rc;
}

/* Decides the open measurements of the statement that measured last. */
static int decide_newest(kt_machine *m, kt_error *err)
{
    if (m->open_count == 0)
        return kt_fail(err, KT_E_INTERNAL, "a program read a measured value that nobody owes it");
    kt_source source = m->measured[m->open[m->open_count - 1]].source;
    int rc = make_eager(m, source, err);
    for (size_t i = 0; rc == 0 && i < m->open_count;) {
        if (same_source(m->measured[m->open[i]].source, source)) {
            rc = kt_machine_resolve(m, m->measured[m->open[i]].qubit, true, err);
            i = 0; /* the list has become shorter */
        } else {
            i++;
        }
    }
    return rc;
}

int kt_machine_read(kt_machine *m, kt_error *err)
{
    bool untold = false;
    int rc = kt_machine_sync(m, err);
    if (rc == 0 && !m->live)
        rc = kt_fail(err, KT_E_INTERNAL, "a program read a value earlier than when it was played before");
    if (rc == 0)
        rc = find_untold(m, &untold, err);
    if (rc == 0 && !untold)
        rc = decide_newest(m, err);
    m->live = false;
    m->hold_step = m->path.count;
    m->hold_event = m->event;
    return rc;
}

bool kt_machine_turn(kt_machine *m)
{
    uint64_t held = 0;
    kt_state *snapshot = NULL;
    kt_machine_drop_state(m);
    bool more = kt_path_turn(&m->path, &snapshot);
    m->state = snapshot; /* its bytes are among the held ones already */
    m->live = snapshot == NULL;
    m->hold_step = m->path.count - 1;
    m->hold_event = UINT64_MAX;
    /* Snapshots of removed steps are gone: count what is left. */
    for (size_t i = 0; i < m->path.count; i++)
        if (m->path.steps[i].snapshot != NULL)
            held += kt_state_bytes(kt_state_qubits(m->path.steps[i].snapshot), m->density);
    if (snapshot != NULL)
        held += kt_state_bytes(kt_state_qubits(snapshot), m->density);
    m->held_bytes = held;
    return more;
}
