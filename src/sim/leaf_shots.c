/* SPDX-License-Identifier: Apache-2.0 */
/* leaf_shots.c - the shots of one leaf: the state is turned into the bases of the wanted observables, open measurements
 * and whatever the wants look at are sampled together, and every distinct outcome becomes a row of the tally. */
#include "sim/leaf_priv.h"
#include "sim/sample.h"

#include <stdlib.h>
#include <string.h>

enum { OUTCOME_BYTES = 160, OUTCOMES_ALWAYS = 1 << 16 };
static const uint64_t SAMPLE_STREAM = UINT64_C(0x73616d706c65);

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
    kt_qubit_list sampled; /* ascending */
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
    const bit_source outside = { 0, 0 }; /* of the state: |0> */
    uint32_t low = 0, high = plan->sampled.count;
    if (plan->sampled.items == NULL)
        return outside;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (plan->sampled.items[middle] < qubit)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == plan->sampled.count || plan->sampled.items[low] != qubit)
        return outside;
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
        rc = kt_qubit_list_add(&plan->sampled, l->frame[i], err);
    for (size_t i = 0; rc == 0 && i < m->open_count; i++)
        rc = kt_qubit_list_add(&plan->sampled, m->measured[m->open[i]].qubit, err);
    for (uint32_t i = 0; rc == 0 && !l->by_cells && i < l->all_count; i++)
        if (kt_machine_position(m, l->all[i]) != KT_ABSENT)
            rc = kt_qubit_list_add(&plan->sampled, l->all[i], err);
    if (rc < 0)
        return rc;
    plan->sampled.count = kt_qubits_sort(plan->sampled.items, plan->sampled.count);
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

/* How many distinct outcomes the memory that is left can take, through tally and result. */
static uint64_t room_for_outcomes(const kt_leaves *l)
{
    const kt_machine *m = l->m;
    uint64_t left = m->options->memory_bytes > m->held_bytes ? m->options->memory_bytes - m->held_bytes : 0;
    return left / OUTCOME_BYTES + OUTCOMES_ALWAYS;
}

int kt_leaf_sample(kt_leaves *l, kt_error *err)
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
    for (uint32_t i = 0; rc == 0 && plan.sampled.items != NULL && i < plan.sampled.count; i++)
        positions[i] = kt_machine_position(l->m, plan.sampled.items[i]);
    if (rc == 0) {
        kt_rng rng;
        kt_rng_seed_stream(&rng, l->m->options->seed, l->m->key ^ SAMPLE_STREAM);
        kt_sampling sampling = { .state = l->m->state,
                                 .k = (int)plan.sampled.count,
                                 .positions = positions,
                                 .shots = l->m->shots,
                                 .outcomes_most = room_for_outcomes(l),
                                 .poll = kt_leaf_poll,
                                 .poll_ctx = l->m };
        rc = kt_sample_state(&sampling, &rng, &seen, &count, err);
    }
    if (rc == 0)
        rc = add_rows(l, &plan, seen, count, err);
    free(seen);
    plan_fini(&plan);
    return rc;
}
