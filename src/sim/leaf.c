/* SPDX-License-Identifier: Apache-2.0 */
/* leaf.c - the end of a play. With shots: the state is turned into the bases of the wanted observables, open
 * measurements and whatever the wants look at are sampled together, and every distinct outcome becomes a row of the
 * tally. Without: exact values are added, weighted by the path's probability. See leaf.h. */
#include "sim/leaf.h"

#include "circuit/pass.h"
#include "sim/counts.h"
#include "sim/sample.h"

#include <stdlib.h>
#include <string.h>

enum { OUTCOME_BYTES = 160, OUTCOMES_ALWAYS = 1 << 16 };
static const uint64_t SAMPLE_STREAM = UINT64_C(0x73616d706c65), SHUFFLE_STREAM = UINT64_C(0x73687566666c65);

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

/* Sorts a list of qubits and removes repetitions; returns how many are left. */
static uint32_t sort_qubits(uint32_t *qubits, uint32_t count)
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
    for (uint32_t q = 0; rc == 0 && need_all && m->lazy && q < m->qubit_capacity; q++)
        if (m->seen[q])
            rc = kt_machine_enter(m, q, err);
    for (size_t i = 0; rc == 0 && i < l->want_count; i++)
        rc = each_target(&l->wants[i], enter, m, err);
    for (uint32_t i = 0; rc == 0 && m->lazy && need_all && i < l->all_count; i++)
        rc = kt_machine_enter(m, l->all[i], err);
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
    l->all_count = sort_qubits(l->all, m->used);
    return again ? KT_LEAF_AGAIN : 0;
}

typedef struct qubit_list {
    uint32_t *items;
    uint32_t count, capacity;
} qubit_list;

static int add_qubit(void *ctx, uint32_t qubit, kt_error *err)
{
    qubit_list *list = ctx;
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
    qubit_list list = { 0 };
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < l->want_count; i++)
        rc = each_target(&l->wants[i], add_qubit, &list, err);
    for (uint32_t i = 0; rc == 0 && l->all_wanted && i < l->all_count; i++)
        rc = add_qubit(&list, l->all[i], err);
    if (rc < 0) {
        free(list.items);
        return rc;
    }
    free(l->frame);
    l->frame = list.items;
    l->frame_count = sort_qubits(list.items, list.count);
    return 0;
}

static uint32_t label_of(const kt_leaves *l, uint32_t qubit)
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
        labels[q] = label_of(l, q);
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

/* ---- shots ---- */

/* Turns the state so that measuring every wanted observable is measuring bits. */
static int rotate(kt_leaves *l, kt_error *err)
{
    size_t count = 0;
    const kt_op *ops = l->rotated == NULL ? NULL : kt_circuit_ops(l->rotated, &count);
    for (size_t i = 0; i < count; i++) {
        uint32_t positions[64];
        bool present = ops[i].qubit_count <= KT_COUNT(positions);
        for (uint32_t q = 0; present && q < ops[i].qubit_count; q++) {
            positions[q] = kt_machine_position(l->m, ops[i].qubits[q]);
            present = positions[q] != KT_ABSENT;
        }
        int rc = present ? kt_state_apply(l->m->state, &ops[i], positions, err) : 0;
        if (rc < 0)
            return rc;
    }
    return 0;
}

/* Where one bit of a row comes from: the constant `value`, or the sampled bit at `shift`. */
typedef struct bit_source {
    int value; /* 0, 1, or KT_OPEN */
    uint32_t shift;
} bit_source;

/* What is sampled at this leaf, and how rows are made from it. */
typedef struct leaf_plan {
    qubit_list sampled; /* ascending */
    uint32_t bit_count;
    bit_source *bits;  /* of the row's words */
    bit_source *frame; /* of the row's frame */
    uint64_t *words;
} leaf_plan;

static void plan_fini(leaf_plan *plan)
{
    free(plan->sampled.items);
    free(plan->bits);
    free(plan->frame);
    free(plan->words);
}

static bit_source sampled_bit(const leaf_plan *plan, uint32_t qubit)
{
    uint32_t low = 0, high = plan->sampled.count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (plan->sampled.items[middle] < qubit)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == plan->sampled.count || plan->sampled.items[low] != qubit)
        return (bit_source){ 0, 0 }; /* outside the state: |0> */
    return (bit_source){ KT_OPEN, plan->sampled.count - 1 - low };
}

static bit_source measured_bit(const leaf_plan *plan, const kt_measured *measured)
{
    if (measured->value != KT_OPEN)
        return (bit_source){ measured->value == 1, 0 };
    return sampled_bit(plan, measured->qubit);
}

static int make_plan(const kt_leaves *l, leaf_plan *plan, kt_error *err)
{
    const kt_machine *m = l->m;
    int rc = 0;
    for (uint32_t i = 0; rc == 0 && i < l->frame_count; i++)
        rc = add_qubit(&plan->sampled, l->frame[i], err);
    for (size_t i = 0; rc == 0 && i < m->open_count; i++)
        rc = add_qubit(&plan->sampled, m->measured[m->open[i]].qubit, err);
    for (uint32_t i = 0; rc == 0 && !l->by_cells && i < l->all_count; i++)
        if (kt_machine_position(m, l->all[i]) != KT_ABSENT)
            rc = add_qubit(&plan->sampled, l->all[i], err);
    if (rc < 0)
        return rc;
    plan->sampled.count = sort_qubits(plan->sampled.items, plan->sampled.count);
    plan->bit_count = l->by_cells ? (uint32_t)m->cell_count : l->all_count;
    plan->bits = calloc(plan->bit_count + 1, sizeof *plan->bits);
    plan->frame = calloc(l->frame_count + 1, sizeof *plan->frame);
    plan->words = calloc(plan->bit_count / 64 + 1, sizeof *plan->words);
    if (plan->bits == NULL || plan->frame == NULL || plan->words == NULL)
        return kt_fail_nomem(err, plan->bit_count * sizeof *plan->bits, "measured bits");
    for (uint32_t i = 0; i < l->frame_count; i++)
        plan->frame[i] = sampled_bit(plan, l->frame[i]);
    for (uint32_t b = 0; b < plan->bit_count; b++) {
        if (!l->by_cells)
            plan->bits[b] = sampled_bit(plan, l->all[b]);
        else if (m->cells[b].last >= 0)
            plan->bits[b] = measured_bit(plan, &m->measured[m->cells[b].last]);
    }
    return 0;
}

static uint64_t bit_of(bit_source source, uint64_t outcome)
{
    return source.value == KT_OPEN ? outcome >> source.shift & 1 : (uint64_t)source.value;
}

/* ---- output variables ---- */

/* A play whose measurements all give what one sampled outcome says, to hear the output variables. */
typedef struct scripted {
    const kt_leaves *leaves;
    const leaf_plan *plan;
    uint64_t outcome;
    size_t ordinal;
    kt_buf json;
} scripted;

static int ignore_op(void *ctx, const kt_op *op, kt_error *err)
{
    (void)op;
    return kt_machine_poll(((scripted *)ctx)->leaves->m, err);
}

static int scripted_measure(void *ctx, const kt_op *op, int *outcome, kt_error *err)
{
    scripted *s = ctx;
    (void)op;
    if (s->ordinal >= s->leaves->m->measured_count)
        return kt_fail(err, KT_E_INTERNAL, "a program measured more than when it was played before");
    *outcome = (int)bit_of(measured_bit(s->plan, &s->leaves->m->measured[s->ordinal++]), s->outcome);
    return 0;
}

static int take_output(void *ctx, const char *name, const char *json, kt_error *err)
{
    scripted *s = ctx;
    kt_buf_addf(&s->json, "%c\"%s\":%s", s->json.length == 0 ? '{' : ',', name, json);
    return kt_buf_check(&s->json, err, "output variables");
}

/* The output variables as a JSON object for one outcome, into *json; nothing when the program has none. */
static int hear_outputs(const kt_leaves *l, const leaf_plan *plan, uint64_t outcome, kt_buf *json, kt_error *err)
{
    scripted s = { .leaves = l, .plan = plan, .outcome = outcome, .json = *json };
    kt_buf_clear(&s.json);
    kt_sink sink = { .op = ignore_op, .measure = scripted_measure, .output = take_output, .ctx = &s };
    int rc = l->player->play(l->player->ctx, &sink, err);
    if (rc == 0 && s.json.length > 0)
        kt_buf_addc(&s.json, '}');
    if (rc == 0)
        rc = kt_buf_check(&s.json, err, "output variables");
    *json = s.json;
    return rc;
}

/* ---- rows ---- */

static int add_row(kt_leaves *l, leaf_plan *plan, const kt_seen *seen, const char *outputs, kt_error *err)
{
    memset(plan->words, 0, (plan->bit_count / 64 + 1) * sizeof *plan->words);
    for (uint32_t b = 0; b < plan->bit_count; b++)
        plan->words[b / 64] |= bit_of(plan->bits[b], seen->outcome) << (63 - b % 64);
    uint64_t frame = 0;
    for (uint32_t i = 0; i < l->frame_count; i++)
        frame = frame << 1 | bit_of(plan->frame[i], seen->outcome);
    return kt_tally_add(&l->tally, plan->words, plan->bit_count, frame, outputs, seen->times, err);
}

static int add_rows(kt_leaves *l, leaf_plan *plan, const kt_seen *seen, size_t count, kt_error *err)
{
    bool outputs = l->about != NULL && l->about->has_outputs != NULL && l->about->has_outputs(l->about->ctx);
    KT_BUF_OWN json;
    kt_buf_init(&json, 0);
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < count; i++) {
        if (i % 1024 == 0)
            rc = kt_machine_poll(l->m, err);
        if (rc == 0 && outputs)
            rc = hear_outputs(l, plan, seen[i].outcome, &json, err);
        if (rc == 0)
            rc = add_row(l, plan, &seen[i], outputs ? json.data : NULL, err);
    }
    return rc;
}

static int poll(void *ctx, kt_error *err)
{
    return kt_machine_poll(ctx, err);
}

/* How many distinct outcomes the memory that is left can take, through tally and result. */
static uint64_t room_for_outcomes(const kt_leaves *l)
{
    const kt_machine *m = l->m;
    uint64_t left = m->options->memory_bytes > m->held_bytes ? m->options->memory_bytes - m->held_bytes : 0;
    return left / OUTCOME_BYTES + OUTCOMES_ALWAYS;
}

static int sample(kt_leaves *l, kt_error *err)
{
    leaf_plan plan = { 0 };
    kt_seen *seen = NULL;
    size_t count = 0;
    uint32_t positions[64];
    int rc = rotate(l, err);
    if (rc == 0)
        rc = make_plan(l, &plan, err);
    if (rc == 0 && plan.sampled.count >= KT_COUNT(positions))
        rc = kt_fail(err, KT_E_LIMIT, "%u qubits are to be measured at once, at most 63 can be", plan.sampled.count);
    for (uint32_t i = 0; rc == 0 && i < plan.sampled.count; i++)
        positions[i] = kt_machine_position(l->m, plan.sampled.items[i]);
    if (rc == 0) {
        kt_rng rng;
        kt_rng_seed_stream(&rng, l->m->options->seed, l->m->key ^ SAMPLE_STREAM);
        kt_sampling sampling = { .state = l->m->state,
                                 .k = (int)plan.sampled.count,
                                 .positions = positions,
                                 .shots = l->m->shots,
                                 .outcomes_most = room_for_outcomes(l),
                                 .poll = poll,
                                 .poll_ctx = l->m };
        rc = kt_sample_state(&sampling, &rng, &seen, &count, err);
    }
    if (rc == 0)
        rc = add_rows(l, &plan, seen, count, err);
    free(seen);
    plan_fini(&plan);
    return rc;
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
        rc = sample(l, err);
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

/* ---- the result ---- */

typedef struct column {
    kt_cell cell;
    uint32_t from, qubit;
} column;

static int compare_columns(const void *a, const void *b)
{
    const column *left = a, *right = b;
    return left->cell < right->cell ? -1 : left->cell > right->cell;
}

/* The columns in order: cells as declared, or, when nothing was measured, all qubits in use, counted from 0. */
static int make_columns(const kt_leaves *l, kt_result *result, column *columns, uint32_t count, uint32_t *from,
                        kt_error *err)
{
    uint32_t *labels = malloc((count + 1) * sizeof *labels);
    if (labels == NULL)
        return kt_fail_nomem(err, count * sizeof *labels, "measured columns");
    for (uint32_t c = 0; c < count; c++) {
        if (l->by_cells)
            columns[c] = (column){ l->m->cells[c].cell, c, l->m->cells[c].qubit };
        else
            columns[c] = (column){ c, c, l->all[c] };
    }
    if (count > 0)
        qsort(columns, count, sizeof *columns, compare_columns);
    for (uint32_t c = 0; c < count; c++) {
        labels[c] = l->by_cells ? label_of(l, columns[c].qubit) : c;
        from[c] = columns[c].from;
    }
    int rc = kt_result_set_columns(result, count, labels, err);
    free(labels);
    return rc;
}

/* "all" means every qubit in use; with measurements in a static circuit, the measured ones in order of columns, as the
 * SDK computes it. */
static int add_counted(kt_leaves *l, const column *columns, uint32_t count, uint64_t seed, kt_result *result,
                       kt_error *err)
{
    uint32_t *measured = malloc((count + 1) * sizeof *measured);
    if (measured == NULL)
        return kt_fail_nomem(err, count * sizeof *measured, "measured columns");
    for (uint32_t c = 0; c < count; c++)
        measured[c] = columns[c].qubit;
    bool by_columns = l->circuit != NULL && l->by_cells;
    kt_counts counts = { .tally = &l->tally,
                         .shots = l->m->options->shots,
                         .seed = seed,
                         .frame = l->frame,
                         .frame_count = l->frame_count,
                         .all = by_columns ? measured : l->all,
                         .all_count = by_columns ? count : l->all_count,
                         .poll = poll,
                         .poll_ctx = l->m };
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < l->want_count; i++) {
        double *numbers = NULL;
        size_t number_count = 0;
        rc = kt_machine_poll(l->m, err);
        if (rc == 0)
            rc = kt_counts_value(&counts, &l->wants[i], &numbers, &number_count, err);
        if (rc == 0)
            rc = kt_result_add_numbers(result, &l->wants[i], NULL, numbers, number_count, err);
    }
    free(measured);
    return rc;
}

static int add_labels(const kt_leaves *l, kt_result *result, kt_error *err)
{
    uint32_t count = l->all_count == 0 ? 0 : l->all[l->all_count - 1] + 1;
    uint32_t *labels = malloc((count + 1) * sizeof *labels);
    if (labels == NULL)
        return kt_fail_nomem(err, count * sizeof *labels, "labels of qubits");
    for (uint32_t q = 0; q < count; q++)
        labels[q] = label_of(l, q);
    int rc = kt_result_set_labels(result, count, labels, err);
    free(labels);
    return rc;
}

static int fill_result(kt_leaves *l, kt_result *result, kt_error *err)
{
    const kt_sim_options *o = l->m->options;
    uint32_t count = l->by_cells ? (uint32_t)l->m->cell_count : l->all_count;
    column *columns = calloc(count + 1, sizeof *columns);
    uint32_t *from = malloc((count + 1) * sizeof *from);
    uint64_t seed = o->seed ^ SHUFFLE_STREAM;
    int rc = 0;
    if (columns == NULL || from == NULL)
        rc = kt_fail_nomem(err, count * sizeof *columns, "measured columns");
    if (rc == 0)
        rc = make_columns(l, result, columns, count, from, err);
    if (rc == 0)
        rc = kt_tally_finish(&l->tally, count, from, err);
    if (rc == 0)
        rc = kt_tally_give(&l->tally, result, err);
    if (rc == 0)
        rc = kt_result_seal(result, seed, err);
    if (rc == 0)
        rc = add_labels(l, result, err);
    if (rc == 0 && o->shots > 0)
        rc = add_counted(l, columns, count, seed, result, err);
    for (size_t i = 0; rc == 0 && o->shots == 0 && i < l->want_count; i++)
        rc = kt_exact_give(&l->exacts[i], &l->wants[i], l->circuit, result, err);
    free(columns);
    free(from);
    return rc;
}

int kt_leaves_result(kt_leaves *l, kt_result **out, kt_error *err)
{
    KT_OWN(kt_result) *result = NULL;
    const kt_sim_options *o = l->m->options;
    kt_result_info info = { .device = l->m->density ? "local:dm" : "local:sv",
                            .shots = o->shots,
                            .seed = o->seed,
                            .qubit_count = l->all_count };
    int rc = kt_result_new(&result, err);
    if (rc == 0)
        rc = kt_result_set_info(result, &info, err);
    if (rc == 0)
        rc = fill_result(l, result, err);
    if (rc < 0)
        return rc;
    *out = KT_GIVE(result);
    return 0;
}
