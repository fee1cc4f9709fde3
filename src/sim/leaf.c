/* SPDX-License-Identifier: Apache-2.0 */
/* leaf.c - the end of a play: what the program wanted and which qubits it used is learnt, then shots are sampled
 * (leaf_shots.c) or exact values are added, weighted by the path's probability. */
#include "sim/leaf_priv.h"

#include "circuit/pass.h"

#include <stdlib.h>
#include <string.h>

int kt_leaves_init(kt_leaves *l, kt_machine *m, const kt_player *player, kt_error *err)
{
    *l = (kt_leaves){ .m = m, .player = player };
    return kt_tally_init(&l->tally, err);
}

static void drop_exacts(kt_leaves *l)
{
    for (size_t i = 0; l->exacts != NULL && i < l->want_count; i++)
        kt_exact_fini(&l->exacts[i]);
    free(l->exacts);
    l->exacts = NULL;
}

void kt_leaves_fini(kt_leaves *l)
{
    drop_exacts(l);
    kt_tally_fini(&l->tally);
    kt_circuit_free(l->rotated);
    kt_arena_free(l->own);
    free(l->all);
    free(l->frame);
    *l = (kt_leaves){ 0 };
}

/* ---- which qubits ---- */

static int compare_qubits(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return left < right ? -1 : left > right;
}

uint32_t kt_qubits_sort(uint32_t *qubits, uint32_t count)
{
    uint32_t kept = 0;
    if (count > 0)
        qsort(qubits, count, sizeof *qubits, compare_qubits);
    for (uint32_t i = 0; i < count; i++)
        if (kept == 0 || qubits[kept - 1] != qubits[i])
            qubits[kept++] = qubits[i];
    return kept;
}

typedef int each_qubit(void *ctx, uint32_t qubit, kt_error *err);

/* Calls back for every qubit that a want names. */
static int each_target(const kt_want *want, each_qubit *call, void *ctx, kt_error *err)
{
    int rc = 0;
    for (uint32_t i = 0; rc == 0 && i < want->target_count; i++)
        rc = call(ctx, want->targets[i], err);
    for (uint32_t t = 0; t < want->term_count; t++)
        for (uint32_t f = 0; f < want->terms[t].factor_count; f++)
            for (uint32_t i = 0; rc == 0 && i < want->terms[t].factors[f].qubit_count; i++)
                rc = call(ctx, want->terms[t].factors[f].qubits[i], err);
    return rc;
}

static int enter(void *ctx, uint32_t qubit, kt_error *err)
{
    return kt_machine_enter(ctx, qubit, err);
}

static bool is_about_all(const kt_want *want)
{
    if (want->type == KT_RESULT_ADJOINT_GRADIENT)
        return false; /* there all_qubits means all parameters */
    return want->all_qubits || want->type == KT_RESULT_STATE_VECTOR || want->type == KT_RESULT_AMPLITUDE;
}

/* Asks the program for its wants and keeps them. */
static int ask_wants(kt_leaves *l, kt_error *err)
{
    const kt_want *wants = NULL;
    size_t count = 0;
    int rc = l->about->wants(l->about->ctx, l->m->used, &wants, &count, err);
    if (rc < 0)
        return rc;
    l->own = kt_arena_new(0);
    kt_want *copies = l->own == NULL ? NULL : KT_ARENA_ARRAY(l->own, kt_want, count);
    for (size_t i = 0; copies != NULL && i < count; i++) {
        copies[i] = wants[i];
        if (!kt_want_copy(l->own, &copies[i]))
            copies = NULL;
    }
    if (copies == NULL)
        return kt_fail_nomem(err, count * sizeof *wants, "wanted results");
    l->wants = copies;
    l->want_count = count;
    return 0;
}

/* Once. A static circuit's wants were set before. */
static int learn_wants(kt_leaves *l, kt_error *err)
{
    if (l->wants_known)
        return 0;
    int rc = l->about != NULL && l->about->wants != NULL ? ask_wants(l, err) : 0;
    for (size_t i = 0; rc == 0 && i < l->want_count; i++)
        l->all_wanted = l->all_wanted || is_about_all(&l->wants[i]);
    l->wants_known = rc == 0;
    return rc;
}

/* The qubits in use become those of the state; qubits that only other branches touch enter as |0>. Returns
 * KT_LEAF_AGAIN when earlier leaves did not know them all. */
static int learn_qubits(kt_leaves *l, kt_error *err)
{
    kt_machine *m = l->m;
    bool by_cells = m->cell_count > 0, need_all = l->all_wanted || !by_cells;
    int rc = 0;
    m->live = false; /* until it is known how many enter */
    for (uint32_t q = 0; rc == 0 && need_all && m->lazy && q < m->qubit_capacity; q++)
        if (m->seen[q])
            rc = kt_machine_enter(m, q, err);
    for (size_t i = 0; rc == 0 && i < l->want_count; i++)
        rc = each_target(&l->wants[i], enter, m, err);
    for (uint32_t i = 0; rc == 0 && m->lazy && need_all && i < l->all_count; i++)
        rc = kt_machine_enter(m, l->all[i], err);
    if (rc == 0)
        rc = kt_machine_fill(m, err);
    if (rc < 0)
        return rc;
    bool again = l->leaf_count > 0 && by_cells != l->by_cells;
    l->by_cells = by_cells;
    if (!m->lazy)
        return again ? KT_LEAF_AGAIN : 0;
    again = again || (l->leaf_count > 0 && need_all && m->used > l->all_count);
    if (m->used > l->all_capacity) {
        uint32_t *all = realloc(l->all, 2 * m->used * sizeof *all);
        if (all == NULL)
            return kt_fail_nomem(err, 2 * m->used * sizeof *all, "qubits in use");
        l->all = all;
        l->all_capacity = 2 * m->used;
    }
    if (m->used > 0)
        memcpy(l->all, m->qubit_at, m->used * sizeof *l->all);
    l->all_count = kt_qubits_sort(l->all, m->used);
    return again ? KT_LEAF_AGAIN : 0;
}

int kt_qubit_list_add(void *ctx, uint32_t qubit, kt_error *err)
{
    kt_qubit_list *list = ctx;
    if (list->count == list->capacity) {
        uint32_t capacity = list->capacity == 0 ? 64 : 2 * list->capacity;
        uint32_t *items = realloc(list->items, capacity * sizeof *items);
        if (items == NULL)
            return kt_fail_nomem(err, capacity * sizeof *items, "a list of qubits");
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->count++] = qubit;
    return 0;
}

/* The qubits whose bits the wants need from every shot. */
static int make_frame(kt_leaves *l, kt_error *err)
{
    kt_qubit_list list = { 0 };
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < l->want_count; i++)
        rc = each_target(&l->wants[i], kt_qubit_list_add, &list, err);
    for (uint32_t i = 0; rc == 0 && l->all_wanted && i < l->all_count; i++)
        rc = kt_qubit_list_add(&list, l->all[i], err);
    if (rc < 0) {
        free(list.items);
        return rc;
    }
    free(l->frame);
    l->frame = list.items;
    l->frame_count = kt_qubits_sort(list.items, list.count);
    return 0;
}

uint32_t kt_leaf_label(const kt_leaves *l, uint32_t qubit)
{
    if (l->circuit != NULL)
        return kt_circuit_label(l->circuit, qubit);
    return l->about != NULL && l->about->label != NULL ? l->about->label(l->about->ctx, qubit) : qubit;
}

/* A circuit of the rotations alone. */
static int make_rotations(kt_leaves *l, kt_error *err)
{
    KT_OWN(kt_circuit) *plain = NULL;
    uint32_t qubits = l->frame_count == 0 ? 1 : l->frame[l->frame_count - 1] + 1;
    int rc = kt_circuit_new((int)qubits, &plain, err);
    uint32_t *labels = malloc(qubits * sizeof *labels);
    if (rc == 0 && labels == NULL)
        rc = kt_fail_nomem(err, qubits * sizeof *labels, "labels of qubits");
    for (uint32_t q = 0; rc == 0 && q < qubits; q++)
        labels[q] = kt_leaf_label(l, q);
    if (rc == 0)
        rc = kt_circuit_set_labels(plain, labels, err);
    free(labels);
    for (size_t i = 0; rc >= 0 && i < l->want_count; i++)
        rc = kt_circuit_add_want(plain, &l->wants[i], err);
    if (rc < 0)
        return rc;
    kt_circuit_free(l->rotated);
    l->rotated = NULL;
    return kt_pass_measure_basis(plain, &l->rotated, err);
}

/* What the first leaf finds out for all of them. */
static int prepare(kt_leaves *l, kt_error *err)
{
    if (l->m->exact) {
        l->exacts = calloc(l->want_count + 1, sizeof *l->exacts);
        return l->exacts == NULL ? kt_fail_nomem(err, l->want_count * sizeof *l->exacts, "wanted results") : 0;
    }
    int rc = make_frame(l, err);
    return rc == 0 && l->want_count > 0 ? make_rotations(l, err) : rc;
}

int kt_leaf(kt_leaves *l, kt_error *err)
{
    kt_machine *m = l->m;
    int rc = kt_machine_settle(m, err);
    if (rc == 0)
        rc = learn_wants(l, err);
    if (rc == 0)
        rc = learn_qubits(l, err);
    if (rc == KT_LEAF_AGAIN) {
        drop_exacts(l);
        kt_tally_fini(&l->tally);
        rc = kt_tally_init(&l->tally, err);
        l->leaf_count = 0;
        return rc < 0 ? rc : KT_LEAF_AGAIN;
    }
    if (rc == 0 && l->leaf_count == 0)
        rc = prepare(l, err);
    if (rc == 0 && !m->exact)
        rc = kt_leaf_sample(l, err);
    kt_exact_source source = { m, l->all, l->all_count, l->circuit };
    for (size_t i = 0; rc == 0 && m->exact && i < l->want_count; i++) {
        rc = kt_machine_poll(m, err);
        if (rc == 0)
            rc = kt_exact_add(&l->exacts[i], &source, &l->wants[i], err);
    }
    l->leaf_count++;
    m->done += m->exact ? m->weight : (double)m->shots / (double)m->options->shots;
    return rc;
}
