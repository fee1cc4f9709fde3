/* SPDX-License-Identifier: Apache-2.0 */
/* observe.c - from a device's counts to the values that were wanted, by the arithmetic of the local simulator. A plan
 * is a circuit without operations but identities: its labels and wanted results are all that is needed. */
#include "braket/observe_priv.h"

#include "circuit/gate.h"
#include "circuit/result.h"
#include "sim/counts.h"
#include "sim/observable.h"
#include <ketch/program.h>
#include <stdlib.h>
#include <string.h>

enum { WORD = 64 };

struct kt_observe_plan {
    kt_circuit *circuit;
    bool by_columns; /* the program measures: "all" are the measured qubits, in their order */
    char *note;
};

void kt_observe_plan_free(kt_observe_plan *plan)
{
    if (plan == NULL)
        return;
    kt_circuit_free(plan->circuit);
    free(plan->note);
    free(plan);
}

const char *kt_observe_note(const kt_observe_plan *plan)
{
    return plan->note;
}

/* ---- making ---- */

static int take(kt_circuit **take_circuit, bool by_columns, const char *note, kt_observe_plan **out, kt_error *err)
{
    KT_OWN(kt_observe_plan) *plan = calloc(1, sizeof(*plan));
    if (plan != NULL)
        plan->note = strdup(note);
    if (plan == NULL || plan->note == NULL)
        return kt_fail_nomem(err, sizeof(*plan), "a plan of results");
    plan->circuit = KT_GIVE(*take_circuit);
    plan->by_columns = by_columns;
    *out = KT_GIVE(plan);
    return 0;
}

int kt_observe_plan_new(const kt_circuit *circuit, const char *note, kt_observe_plan **out, kt_error *err)
{
    KT_OWN(kt_circuit) *bare = NULL;
    size_t count = 0;
    const kt_want *wants = kt_circuit_wants(circuit, &count);
    int rc = kt_circuit_new_like(circuit, &bare, err);
    for (uint32_t q = 0; rc == 0 && q < (uint32_t)kt_circuit_qubit_count(circuit); q++) {
        const kt_op op = { .kind = KT_OP_GATE, .gate = KT_GATE_I, .qubit_count = 1, .qubits = &q, .power = 1 };
        rc = kt_circuit_add_op(bare, &op, err);
    }
    for (size_t i = 0; rc >= 0 && i < count; i++)
        rc = kt_circuit_add_want(bare, &wants[i], err);
    return rc < 0 ? rc : take(&bare, kt_circuit_has_measure(circuit), note, out, err);
}

/* ---- computing ---- */

typedef struct applying {
    const kt_observe_plan *plan;
    const kt_result *from;
    kt_result *to;
    uint32_t qubits, columns;
    int32_t *column_of; /* of a qubit; -1: it was not measured */
    uint32_t *all, all_count;
    char *bits;
    uint64_t *words;
    uint32_t *identity; /* 0, 1, 2 ... of the columns */
} applying;

static int no_poll(void *ctx, kt_error *err)
{
    (void)ctx;
    (void)err;
    return 0;
}

static int factor_values(const kt_factor *factor, double *out, kt_error *err)
{
    kt_turn turns[KT_FACTOR_MOST_QUBITS];
    return kt_observe_factor(factor, out, turns, err);
}

static int find_columns(applying *a, kt_error *err)
{
    for (uint32_t q = 0; q < a->qubits; q++)
        a->column_of[q] = -1;
    for (uint32_t c = 0; c < a->columns; c++) {
        a->identity[c] = c;
        for (uint32_t q = 0; q < a->qubits; q++)
            if (kt_result_measured_qubit(a->from, (int)c) == kt_circuit_label(a->plan->circuit, q)) {
                a->column_of[q] = (int32_t)c;
                if (a->plan->by_columns)
                    a->all[a->all_count++] = q;
            }
    }
    for (uint32_t q = 0; !a->plan->by_columns && q < a->qubits; q++) {
        if (a->column_of[q] < 0)
            return kt_fail(err, KT_E_INVALID, "the device's result has no measured qubit %u",
                           kt_circuit_label(a->plan->circuit, q));
        a->all[a->all_count++] = q;
    }
    return 0;
}

static int add_outcomes(applying *a, const uint32_t *frame, uint32_t frame_count, kt_tally *tally, kt_error *err)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < kt_result_outcome_count(a->from); i++) {
        const uint64_t times = kt_result_outcome(a->from, i, a->bits);
        uint64_t seen = 0;
        memset(a->words, 0, (a->columns / WORD + 1) * sizeof(*a->words));
        for (uint32_t c = 0; c < a->columns; c++)
            a->words[c / WORD] |= (uint64_t)(a->bits[c] == '1') << (WORD - 1 - c % WORD);
        for (uint32_t f = 0; f < frame_count; f++)
            seen = seen << 1 | (uint64_t)(a->bits[a->column_of[frame[f]]] == '1');
        rc = tally == NULL ? kt_result_add_outcome(a->to, a->words, times, NULL, err)
                           : kt_tally_add(tally, a->words, a->columns, seen, NULL, times, err);
    }
    return tally == NULL || rc < 0 ? rc : kt_tally_finish(tally, a->columns, a->identity, err);
}

/* The qubits that a want looks at, ascending, each once. */
static int frame_of(const applying *a, const kt_want *want, uint32_t frame[WORD], uint32_t *count, kt_error *err)
{
    *count = 0;
    for (uint32_t q = 0; q < a->qubits; q++) {
        bool is_in = false;
        for (uint32_t i = 0; want->all_qubits && i < a->all_count; i++)
            is_in = is_in || a->all[i] == q;
        for (uint32_t i = 0; i < want->target_count; i++)
            is_in = is_in || want->targets[i] == q;
        for (uint32_t t = 0; t < want->term_count; t++)
            for (uint32_t f = 0; f < want->terms[t].factor_count; f++)
                for (uint32_t i = 0; i < want->terms[t].factors[f].qubit_count; i++)
                    is_in = is_in || want->terms[t].factors[f].qubits[i] == q;
        if (is_in && a->column_of[q] < 0)
            return kt_fail(err, KT_E_INVALID, "the device's result has no measured qubit %u",
                           kt_circuit_label(a->plan->circuit, q));
        if (is_in && *count == WORD)
            return kt_fail(err, KT_E_LIMIT, "a result of more than %d qubits is not computed here", (int)WORD);
        if (is_in)
            frame[(*count)++] = q;
    }
    return 0;
}

static int add_value(applying *a, const kt_want *want, kt_error *err)
{
    uint32_t frame[WORD], frame_count = 0;
    double *numbers = NULL;
    size_t count = 0;
    kt_tally tally = { 0 };
    int rc = frame_of(a, want, frame, &frame_count, err);
    if (rc < 0)
        return rc;
    rc = kt_tally_init(&tally, err);
    if (rc == 0)
        rc = add_outcomes(a, frame, frame_count, &tally, err);
    const kt_counts counts = { .tally = &tally,
                               .shots = kt_result_shots(a->from),
                               .seed = kt_result_seed(a->from),
                               .frame = frame,
                               .frame_count = frame_count,
                               .all = a->all,
                               .all_count = a->all_count,
                               .poll = no_poll,
                               .values = factor_values };
    if (rc == 0)
        rc = kt_counts_value(&counts, want, &numbers, &count, err);
    kt_tally_fini(&tally);
    return rc < 0 ? rc : kt_result_add_numbers(a->to, want, NULL, numbers, count, err);
}

static int copy_counts(applying *a, kt_error *err)
{
    const kt_result_info info = { .device = kt_result_device(a->from),
                                  .shots = kt_result_shots(a->from),
                                  .seed = kt_result_seed(a->from),
                                  .qubit_count = (uint32_t)kt_result_qubit_count(a->from),
                                  .elapsed_ns = kt_result_elapsed_ns(a->from) };
    uint32_t *labels = malloc(((size_t)a->columns + a->qubits + 1) * sizeof(*labels));
    if (labels == NULL)
        return kt_fail_nomem(err, a->columns * sizeof(*labels), "measured columns");
    for (uint32_t c = 0; c < a->columns; c++)
        labels[c] = kt_result_measured_qubit(a->from, (int)c);
    for (uint32_t q = 0; q < a->qubits; q++)
        labels[a->columns + q] = kt_circuit_label(a->plan->circuit, q);
    int rc = kt_result_set_info(a->to, &info, err);
    if (rc == 0)
        rc = kt_result_set_columns(a->to, a->columns, labels, err);
    if (rc == 0)
        rc = kt_result_set_labels(a->to, a->qubits, labels + a->columns, err);
    if (rc == 0)
        rc = add_outcomes(a, NULL, 0, NULL, err);
    free(labels);
    return rc < 0 ? rc : kt_result_seal(a->to, kt_result_seed(a->from), err);
}

static int compute(applying *a, kt_error *err)
{
    size_t count = 0;
    const kt_want *wants = kt_circuit_wants(a->plan->circuit, &count);
    int rc = find_columns(a, err);
    if (rc == 0)
        rc = copy_counts(a, err);
    for (size_t i = 0; rc == 0 && i < count; i++)
        rc = add_value(a, &wants[i], err);
    return rc;
}

int kt_observe_apply(const kt_observe_plan *plan, const kt_result *result, kt_result **out, kt_error *err)
{
    KT_OWN(kt_result) *made = NULL;
    applying a = { .plan = plan,
                   .from = result,
                   .qubits = (uint32_t)kt_circuit_qubit_count(plan->circuit),
                   .columns = (uint32_t)kt_result_column_count(result) };
    const size_t room = (size_t)a.qubits + a.columns + 1;
    int rc = kt_result_new(&made, err);
    a.to = made;
    a.column_of = calloc(room, sizeof(*a.column_of));
    a.all = calloc(room, sizeof(*a.all));
    a.bits = calloc(room, 1);
    a.words = calloc(a.columns / WORD + 1, sizeof(*a.words));
    a.identity = calloc(room, sizeof(*a.identity));
    if (rc == 0 && (a.column_of == NULL || a.all == NULL || a.bits == NULL || a.words == NULL || a.identity == NULL))
        rc = kt_fail_nomem(err, room * sizeof(*a.all), "results");
    if (rc == 0)
        rc = compute(&a, err);
    free(a.column_of);
    free(a.all);
    free(a.bits);
    free(a.words);
    free(a.identity);
    if (rc == 0)
        *out = KT_GIVE(made);
    return rc;
}

/* ---- in the store ---- */

int kt_observe_to_json(const kt_observe_plan *plan, kt_json **out, kt_error *err)
{
    char *text = NULL;
    const uint32_t qubits = (uint32_t)kt_circuit_qubit_count(plan->circuit);
    const int rc = kt_circuit_to_qasm(plan->circuit, &text, err);
    if (rc < 0)
        return rc;
    KT_OWN(kt_json) *labels = json_array();
    bool is_whole = labels != NULL;
    for (uint32_t q = 0; is_whole && q < qubits; q++)
        is_whole = json_array_append_new(labels, json_integer(kt_circuit_label(plan->circuit, q))) == 0;
    KT_OWN(kt_json) *json = !is_whole ? NULL
                                      : json_pack("{ss, sO, sb, ss}", "program", text, "labels", labels, "by_columns",
                                                  plan->by_columns, "note", plan->note);
    kt_text_free(text);
    if (json == NULL)
        return kt_fail_nomem(err, 256, "a plan of results");
    *out = KT_GIVE(json);
    return 0;
}

static int read_labels(kt_circuit *circuit, const kt_json *list, kt_error *err)
{
    const size_t count = (size_t)kt_circuit_qubit_count(circuit);
    if (json_array_size(list) != count)
        return kt_fail(err, KT_E_INVALID, "a plan of results has %zu labels for %zu qubits", json_array_size(list),
                       count);
    uint32_t *labels = calloc(count + 1, sizeof(*labels));
    if (labels == NULL)
        return kt_fail_nomem(err, count * sizeof(*labels), "a plan of results");
    for (size_t i = 0; i < count; i++)
        labels[i] = (uint32_t)json_integer_value(json_array_get(list, i));
    const int rc = kt_circuit_set_labels(circuit, labels, err);
    free(labels);
    return rc;
}

int kt_observe_from_json(const kt_json *json, kt_observe_plan **out, kt_error *err)
{
    const kt_json *text = json_object_get(json, "program");
    const char *note = json_string_value(json_object_get(json, "note"));
    kt_program *program = NULL;
    KT_OWN(kt_circuit) *circuit = NULL;
    if (!json_is_string(text))
        return kt_fail(err, KT_E_INVALID, "expected a plan of results; it has no program");
    int rc = kt_program_parse(json_string_value(text), json_string_length(text), NULL, &program, NULL, err);
    if (rc == 0)
        rc = kt_program_circuit(program, NULL, &circuit, NULL, err);
    kt_program_free(program);
    if (rc == 0)
        rc = read_labels(circuit, json_object_get(json, "labels"), err);
    return rc < 0
               ? rc
               : take(&circuit, json_is_true(json_object_get(json, "by_columns")), note == NULL ? "" : note, out, err);
}
