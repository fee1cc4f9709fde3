/* SPDX-License-Identifier: Apache-2.0 */
/* machine.c - takes operations and measurements as they are played. See machine.h for when a measurement is decided. */
#include "sim/machine.h"

#include "base/rng.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_QUBITS_OF_AN_OP = 128, POLL_EVERY = 256, POLL_ALWAYS_QUBITS = 13 };
enum { SEEN = 1, HAS_OPEN = 2 }; /* bits of machine.seen */
static const int64_t POLL_NS = 100 * 1000 * 1000;
/* An outcome less likely than this is rounding, not physics: exact runs do not follow it. */
static const double LEAST_PROBABILITY = 1e-13;
static const uint64_t ROOT_KEY = UINT64_C(0x6b657463685f7274);

static int grow(void **items, size_t item_bytes, size_t count, size_t *capacity, kt_error *err)
{
    if (count < *capacity)
        return 0;
    size_t wanted = *capacity == 0 ? 32 : 2 * *capacity;
    while (wanted <= count)
        wanted *= 2;
    void *grown = realloc(*items, wanted * item_bytes);
    if (grown == NULL)
        return kt_fail_nomem(err, wanted * item_bytes, "a running circuit");
    *items = grown;
    *capacity = wanted;
    return 0;
}

/* ---- qubits ---- */

/* Arrays by qubit reach at least to `qubit`. */
static int reach_qubit(kt_machine *m, uint32_t qubit, kt_error *err)
{
    if (qubit < m->qubit_capacity)
        return 0;
    uint32_t wanted = qubit < 32 ? 64 : 2 * qubit;
    uint32_t *position = realloc(m->position, wanted * sizeof *position);
    if (position != NULL)
        m->position = position;
    uint8_t *seen = realloc(m->seen, wanted);
    if (seen != NULL)
        m->seen = seen;
    if (position == NULL || seen == NULL)
        return kt_fail_nomem(err, wanted * sizeof *position, "a running circuit");
    for (uint32_t q = m->qubit_capacity; q < wanted; q++) {
        position[q] = KT_ABSENT;
        seen[q] = 0;
    }
    m->qubit_capacity = wanted;
    return 0;
}

uint32_t kt_machine_position(const kt_machine *m, uint32_t qubit)
{
    return qubit < m->qubit_capacity ? m->position[qubit] : KT_ABSENT;
}

int kt_machine_reserve(kt_machine *m, uint64_t bytes, const char *what, kt_error *err)
{
    uint64_t most = m->options->memory_bytes;
    for (;;) {
        uint64_t left = most > m->held_bytes ? most - m->held_bytes : 0;
        if (bytes <= left)
            return 0;
        uint64_t freed = kt_path_drop_snapshot(&m->path);
        if (freed == 0)
            break;
        m->held_bytes -= freed;
    }
    char need[24], have[24];
    kt_size_text((double)bytes + (double)m->held_bytes, need, sizeof need);
    kt_size_text((double)most, have, sizeof have);
    return kt_fail(err, KT_E_CAPACITY, "%s needs %s of memory, and %s is there for it: use fewer qubits", what, need,
                   have);
}

/* Makes the state one qubit larger. */
static int grow_state(kt_machine *m, kt_error *err)
{
    int qubits = kt_state_qubits(m->state);
    uint64_t before = kt_state_bytes(qubits, m->density), after = kt_state_bytes(qubits + 1, m->density);
    char what[64];
    snprintf(what, sizeof what, "a %s of %d qubits", m->density ? "density matrix" : "state vector", qubits + 1);
    int rc = kt_machine_reserve(m, after == UINT64_MAX ? after : after - before, what, err);
    if (rc == 0)
        rc = kt_state_grow(m->state, err);
    if (rc == 0)
        m->held_bytes += after - before;
    return rc;
}

int kt_machine_enter(kt_machine *m, uint32_t qubit, kt_error *err)
{
    int rc = reach_qubit(m, qubit, err);
    if (rc < 0)
        return rc;
    m->seen[qubit] |= SEEN;
    if (m->position[qubit] != KT_ABSENT)
        return 0;
    size_t capacity = m->used_capacity;
    rc = grow((void **)&m->qubit_at, sizeof *m->qubit_at, m->used, &capacity, err);
    m->used_capacity = (uint32_t)capacity;
    if (rc == 0 && m->live && (uint32_t)kt_state_qubits(m->state) == m->used)
        rc = grow_state(m, err);
    if (rc < 0)
        return rc;
    m->qubit_at[m->used] = qubit;
    m->position[qubit] = m->used++;
    return 0;
}

/* ---- the state as a whole ---- */

static void drop_state(kt_machine *m)
{
    if (m->state != NULL)
        m->held_bytes -= kt_state_bytes(kt_state_qubits(m->state), m->density);
    kt_state_free(m->state);
    m->state = NULL;
}

/* |0...0> of the qubits that a play begins with. */
static int fresh_state(kt_machine *m, kt_error *err)
{
    drop_state(m);
    uint32_t qubits = m->lazy ? m->first_count : m->used;
    uint64_t bytes = kt_state_bytes((int)qubits, m->density);
    char what[64];
    snprintf(what, sizeof what, "a %s of %u qubits", m->density ? "density matrix" : "state vector", qubits);
    int rc = kt_machine_reserve(m, bytes, what, err);
    if (rc == 0)
        rc = kt_state_new((int)qubits, m->density, m->pool, &m->state, err);
    if (rc == 0)
        m->held_bytes += bytes;
    return rc;
}

int kt_machine_init(kt_machine *m, const kt_sim_options *options, uint32_t qubit_count, const uint32_t *positions,
                    kt_error *err)
{
    *m = (kt_machine){ .options = options, .live = true, .lazy = positions == NULL };
    m->density = options->method == KT_SIM_DENSITY_MATRIX;
    m->exact = options->shots == 0;
    m->pool = kt_pool_new(options->threads);
    m->cell_index = kt_map_new(NULL);
    int rc = 0;
    if (m->pool == NULL || m->cell_index == NULL)
        rc = kt_fail_nomem(err, sizeof *m, "a simulator");
    if (rc == 0 && qubit_count > 0)
        rc = reach_qubit(m, qubit_count - 1, err);
    uint32_t used = 0;
    for (uint32_t q = 0; rc == 0 && positions != NULL && q < qubit_count; q++)
        used += positions[q] != KT_ABSENT;
    size_t capacity = 0;
    if (rc == 0 && used > 0)
        rc = grow((void **)&m->qubit_at, sizeof *m->qubit_at, used, &capacity, err);
    m->used_capacity = (uint32_t)capacity;
    for (uint32_t q = 0; rc == 0 && positions != NULL && q < qubit_count; q++) {
        m->position[q] = positions[q];
        if (positions[q] != KT_ABSENT)
            m->qubit_at[positions[q]] = q;
    }
    m->used = used;
    if (rc < 0)
        kt_machine_fini(m);
    return rc;
}

void kt_machine_fini(kt_machine *m)
{
    kt_state_free(m->state);
    kt_path_fini(&m->path);
    kt_pool_free(m->pool);
    kt_map_free(m->cell_index);
    free(m->position);
    free(m->seen);
    free(m->qubit_at);
    free(m->first);
    free(m->measured);
    free(m->open);
    free(m->cells);
    free(m->eager);
    *m = (kt_machine){ 0 };
}

int kt_machine_begin(kt_machine *m, kt_error *err)
{
    m->event = m->cursor = m->measured_count = m->open_count = 0;
    m->shots = m->options->shots;
    m->weight = 1;
    m->key = ROOT_KEY;
    for (size_t i = 0; i < m->cell_count; i++)
        m->cells[i].last = -1;
    if (m->qubit_capacity > 0)
        memset(m->seen, 0, m->qubit_capacity);
    int rc = m->live ? fresh_state(m, err) : 0;
    if (!m->lazy || rc < 0)
        return rc;
    for (uint32_t p = 0; p < m->used; p++)
        m->position[m->qubit_at[p]] = KT_ABSENT;
    m->used = 0;
    for (uint32_t i = 0; rc == 0 && i < m->first_count; i++)
        rc = kt_machine_enter(m, m->first[i], err);
    return rc;
}

int kt_machine_restart(kt_machine *m, const uint32_t *first, uint32_t count, kt_error *err)
{
    uint32_t *copy = malloc((count + 1) * sizeof *copy);
    if (copy == NULL)
        return kt_fail_nomem(err, count * sizeof *copy, "a running circuit");
    if (count > 0)
        memcpy(copy, first, count * sizeof *copy);
    free(m->first);
    m->first = copy;
    m->first_count = count;
    kt_path_fini(&m->path);
    drop_state(m);
    m->held_bytes = 0;
    m->live = true;
    m->done = 0;
    return 0;
}

/* ---- progress ---- */

int kt_machine_poll(kt_machine *m, kt_error *err)
{
    const kt_sim_options *o = m->options;
    if (o->progress == NULL || o->monotonic_ns == NULL)
        return 0;
    if (m->used < POLL_ALWAYS_QUBITS && m->polls++ % POLL_EVERY != 0)
        return 0;
    int64_t now = o->monotonic_ns(o->clock_ctx);
    if (m->polled_ns == 0)
        m->polled_ns = now;
    if (now - m->polled_ns < POLL_NS)
        return 0;
    m->polled_ns = now;
    double done = m->done;
    if (m->event_total > 0 && (double)m->event / (double)m->event_total > done)
        done = (double)m->event / (double)m->event_total;
    if (o->progress(o->progress_ctx, done > 1 ? 1 : done) != 0)
        return kt_fail(err, KT_E_CANCELLED, "cancelled after %.0f %% of the work", done * 100);
    return 0;
}

/* ---- deciding ---- */

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
    m->seen[qubit] &= (uint8_t)~HAS_OPEN;
    return rc;
}

static bool is_open(const kt_machine *m, uint32_t qubit)
{
    return qubit < m->qubit_capacity && (m->seen[qubit] & HAS_OPEN) != 0;
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
static int resolve(kt_machine *m, uint32_t qubit, bool forced, kt_error *err)
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
static int sync(kt_machine *m, kt_error *err)
{
    while (m->cursor < m->path.count) {
        const kt_step *step = &m->path.steps[m->cursor];
        if (!step->forced || step->event != m->event)
            break;
        int rc = resolve(m, step->qubit, true, err);
        if (rc < 0)
            return rc;
    }
    if (!m->live && m->cursor == m->hold_step && m->event == m->hold_event)
        m->live = true;
    return 0;
}

int kt_machine_settle(kt_machine *m, kt_error *err)
{
    int rc = sync(m, err);
    if (rc == 0 && (!m->live || m->cursor != m->path.count))
        rc = kt_fail(err, KT_E_INTERNAL, "a program ended earlier than when it was played before");
    return rc;
}

static bool same_source(kt_source a, kt_source b)
{
    return a.file == b.file && a.line == b.line && a.column == b.column;
}

static bool is_eager(const kt_machine *m, kt_source source)
{
    for (size_t i = 0; i < m->eager_count; i++)
        if (same_source(m->eager[i], source))
            return true;
    return false;
}

static int make_eager(kt_machine *m, kt_source source, kt_error *err)
{
    if (is_eager(m, source))
        return 0;
    int rc = grow((void **)&m->eager, sizeof *m->eager, m->eager_count, &m->eager_capacity, err);
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
            rc = resolve(m, m->measured[m->open[i]].qubit, true, err);
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
    int rc = sync(m, err);
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
    drop_state(m);
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

/* ---- the sink ---- */

static int take_reset(kt_machine *m, uint32_t qubit, kt_error *err)
{
    if (m->position[qubit] == KT_ABSENT)
        return 0;
    if (m->density) {
        int rc = is_open(m, qubit) ? resolve(m, qubit, false, err) : 0;
        return rc == 0 && m->live ? kt_state_reset(m->state, m->position[qubit], err) : rc;
    }
    int rc = resolve(m, qubit, false, err);
    if (rc == 0 && m->live && m->last_outcome == 1)
        kt_state_flip(m->state, m->position[qubit]);
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
        int rc = is_open(m, op->qubits[i]) ? resolve(m, op->qubits[i], false, err) : 0;
        if (rc == 0)
            rc = kt_machine_enter(m, op->qubits[i], err);
        if (rc < 0)
            return rc;
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
    int rc = sync(m, err);
    m->event++;
    if (rc == 0)
        rc = kt_machine_poll(m, err);
    if (rc < 0)
        return rc;
    switch ((kt_op_kind)op->kind) {
    case KT_OP_GATE:
    case KT_OP_UNITARY:
    case KT_OP_NOISE:
    case KT_OP_KRAUS:
        return take_acting(m, op, err);
    case KT_OP_RESET:
        for (uint32_t i = 0; rc == 0 && i < op->qubit_count; i++) {
            rc = reach_qubit(m, op->qubits[i], err);
            if (rc == 0) {
                m->seen[op->qubits[i]] |= SEEN;
                rc = take_reset(m, op->qubits[i], err);
            }
        }
        return rc;
    default:
        return 0;
    }
}

/* Index of the cell among those that any play measured into. */
static int find_cell(kt_machine *m, kt_cell cell, uint32_t *out, kt_error *err)
{
    kt_view key = { (const char *)&cell, sizeof cell };
    uintptr_t found = (uintptr_t)kt_map_get(m->cell_index, key);
    if (found == 0) {
        int rc = grow((void **)&m->cells, sizeof *m->cells, m->cell_count, &m->cell_capacity, err);
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
    return m->live && m->eager_count > 0 && is_eager(m, source);
}

static int take_measure(void *ctx, const kt_op *op, int *outcome, kt_error *err)
{
    kt_machine *m = ctx;
    uint32_t qubit = op->qubits[0], cell = 0;
    size_t ordinal = m->measured_count;
    int rc = sync(m, err);
    m->event++;
    if (rc == 0)
        rc = kt_machine_poll(m, err);
    if (rc == 0)
        rc = reach_qubit(m, qubit, err);
    if (rc == 0 && op->cell != KT_CELL_NONE)
        rc = find_cell(m, op->cell, &cell, err);
    if (rc == 0)
        rc = grow((void **)&m->measured, sizeof *m->measured, ordinal, &m->measured_capacity, err);
    if (rc == 0)
        rc = grow((void **)&m->open, sizeof *m->open, m->open_count, &m->open_capacity, err);
    if (rc == 0)
        rc = kt_path_reach(&m->path, ordinal, err);
    if (rc < 0)
        return rc;
    bool absent = m->position[qubit] == KT_ABSENT; /* nothing has touched it: it is |0> */
    m->seen[qubit] |= absent ? SEEN : SEEN | HAS_OPEN;
    if (op->cell != KT_CELL_NONE) {
        m->cells[cell].qubit = qubit;
        m->cells[cell].last = (int64_t)ordinal;
    }
    m->measured[m->measured_count++] = (kt_measured){ op->source, qubit, cell, absent ? 0 : KT_OPEN, false };
    if (!absent) {
        m->open[m->open_count++] = ordinal;
        if (is_decided_here(m, op->source))
            rc = resolve(m, qubit, false, err);
    }
    *outcome = absent ? 0 : kt_path_outcome(&m->path, ordinal);
    m->measured[ordinal].told = *outcome != KT_OUTCOME_UNKNOWN;
    return rc;
}

kt_sink kt_machine_sink(kt_machine *m)
{
    return (kt_sink){ .op = take_op, .measure = take_measure, .ctx = m };
}
