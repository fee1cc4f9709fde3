/* SPDX-License-Identifier: Apache-2.0 */
/* machine.c - the machine's state and its room: which qubit lies where, how memory is given out, how a play begins.
 * The sink is in machine_sink.c, and what decides measurements in machine_decide.c. */
#include "sim/machine_priv.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { POLL_EVERY = 256, POLL_ALWAYS_QUBITS = 13 };
static const int64_t POLL_NS = 100 * 1000 * 1000;
static const uint64_t ROOT_KEY = UINT64_C(0x6b657463685f7274);

int kt_machine_grow(void **items, size_t item_bytes, size_t count, size_t *capacity, kt_error *err)
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
int kt_machine_reach(kt_machine *m, uint32_t qubit, kt_error *err)
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

/* A growing state that takes less than this part of what there is needs no look ahead. */
enum { SURVEY_FROM_PARTS = 256 };

static bool needs_survey(const kt_machine *m)
{
    uint64_t bytes = kt_state_bytes((int)m->used + 1, m->density);
    return m->lazy && m->used >= m->surveyed && bytes > m->options->memory_bytes / SURVEY_FROM_PARTS;
}

/* Makes the state larger, refused before it begins. While the old one is copied both are there, yet together they fill
 * no more than the new one will: its amplitudes beyond the copied ones are pages that nothing has touched. So what is
 * added is reserved, not the two. */
static int grow_state(kt_machine *m, uint32_t to_qubits, kt_error *err)
{
    uint32_t qubits = (uint32_t)kt_state_qubits(m->state);
    uint64_t before = kt_state_bytes((int)qubits, m->density), after = kt_state_bytes((int)to_qubits, m->density);
    char what[64];
    snprintf(what, sizeof what, "a %s of %u qubits", m->density ? "density matrix" : "state vector", to_qubits);
    int rc = kt_machine_reserve(m, after == UINT64_MAX ? after : after - before, what, err);
    for (; rc == 0 && qubits < to_qubits; qubits++)
        rc = kt_state_grow(m->state, err);
    if (rc == 0)
        m->held_bytes += after - before;
    return rc;
}

int kt_machine_enter(kt_machine *m, uint32_t qubit, kt_error *err)
{
    int rc = kt_machine_reach(m, qubit, err);
    if (rc < 0)
        return rc;
    m->seen[qubit] |= KT_SEEN;
    if (m->position[qubit] != KT_ABSENT)
        return 0;
    size_t capacity = m->used_capacity;
    rc = kt_machine_grow((void **)&m->qubit_at, sizeof *m->qubit_at, m->used, &capacity, err);
    m->used_capacity = (uint32_t)capacity;
    if (rc == 0 && m->live && (uint32_t)kt_state_qubits(m->state) == m->used) {
        m->surveying = needs_survey(m);
        m->live = !m->surveying;
        if (m->live)
            rc = grow_state(m, m->used + 1, err);
    }
    if (rc < 0)
        return rc;
    m->qubit_at[m->used] = qubit;
    m->position[qubit] = m->used++;
    return 0;
}

int kt_machine_fill(kt_machine *m, kt_error *err)
{
    m->live = true;
    return (uint32_t)kt_state_qubits(m->state) < m->used ? grow_state(m, m->used, err) : 0;
}

/* ---- the state as a whole ---- */

void kt_machine_drop_state(kt_machine *m)
{
    if (m->state != NULL)
        m->held_bytes -= kt_state_bytes(kt_state_qubits(m->state), m->density);
    kt_state_free(m->state);
    m->state = NULL;
}

/* |0...0> of the qubits that a play begins with. */
static int fresh_state(kt_machine *m, kt_error *err)
{
    kt_machine_drop_state(m);
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
    if (rc == 0 && options->instructions != NULL)
        rc = kt_pool_set_instructions(m->pool, options->instructions, err);
    if (rc == 0 && qubit_count > 0)
        rc = kt_machine_reach(m, qubit_count - 1, err);
    uint32_t used = 0;
    for (uint32_t q = 0; rc == 0 && positions != NULL && q < qubit_count; q++)
        used += positions[q] != KT_ABSENT;
    size_t capacity = 0;
    if (rc == 0 && used > 0)
        rc = kt_machine_grow((void **)&m->qubit_at, sizeof *m->qubit_at, used, &capacity, err);
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

void kt_machine_end_survey(kt_machine *m)
{
    m->surveyed = m->used;
    m->surveying = false;
    kt_machine_drop_state(m);
    m->live = true;
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
    kt_machine_drop_state(m);
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
