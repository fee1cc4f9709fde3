/* SPDX-License-Identifier: Apache-2.0 */
/* observe.c - wanted results from the bits that a device read: each Pauli factor of a rotated circuit is the sign of a
 * bit. What has no shots (state vectors, gradients) is not asked of devices. */
#include "sandbox/noisy.h"

#include <stdlib.h>
#include <string.h>

enum { LISTED_QUBITS_MOST = 24 }; /* 16 million probabilities */

/* Where each qubit's bit stands among the columns. */
typedef struct observation {
    const kt_circuit *circuit;
    kt_result *result;
    uint32_t *column_of; /* by qubit */
    char *bits;          /* of one outcome */
    double *values;      /* scratch: one an outcome */
} observation;

static int find_columns(observation *o, kt_error *err)
{
    uint32_t qubits = (uint32_t)kt_circuit_qubit_count(o->circuit);
    int columns = kt_result_column_count(o->result);
    for (uint32_t q = 0; q < qubits; q++) {
        int c = 0;
        while (c < columns && kt_result_measured_qubit(o->result, c) != kt_circuit_label(o->circuit, q))
            c++;
        if (c == columns)
            return kt_fail(err, KT_E_INTERNAL, "qubit %u was not measured", kt_circuit_label(o->circuit, q));
        o->column_of[q] = (uint32_t)c;
    }
    return 0;
}

/* The observable's value for the outcome in o->bits. */
static double term_value(const observation *o, const kt_term *term)
{
    double sign = 1;
    for (uint32_t f = 0; f < term->factor_count; f++)
        if (term->factors[f].kind != KT_OBS_I && o->bits[o->column_of[term->factors[f].qubits[0]]] == '1')
            sign = -sign;
    return sign;
}

/* Values of a term for every outcome, into o->values. */
static void fill_values(observation *o, const kt_term *term)
{
    for (size_t i = 0; i < kt_result_outcome_count(o->result); i++) {
        kt_result_outcome(o->result, i, o->bits);
        o->values[i] = term_value(o, term);
    }
}

static double mean_value(const observation *o)
{
    double sum = 0;
    for (size_t i = 0; i < kt_result_outcome_count(o->result); i++)
        sum += o->values[i] * (double)kt_result_outcome(o->result, i, o->bits);
    return sum / (double)kt_result_shots(o->result);
}

/* One expectation, variance or list of samples for one term; out must hold `size` numbers. */
static void observe_term(observation *o, const kt_want *want, const kt_term *term, double *out, size_t size)
{
    fill_values(o, term);
    double mean = mean_value(o);
    if (want->type == KT_RESULT_EXPECTATION)
        out[0] = mean * term->coefficient;
    else if (want->type == KT_RESULT_VARIANCE)
        out[0] = (1 - mean * mean) * term->coefficient * term->coefficient;
    else
        for (size_t shot = 0; shot < size; shot++)
            out[shot] = o->values[kt_result_shot_outcome(o->result, shot)] * term->coefficient;
}

static bool is_identity(const kt_term *term)
{
    for (uint32_t f = 0; f < term->factor_count; f++)
        if (term->factors[f].kind != KT_OBS_I)
            return false;
    return true;
}

static int observe_observable(observation *o, const kt_want *want, kt_error *err)
{
    uint32_t qubits = (uint32_t)kt_circuit_qubit_count(o->circuit);
    size_t a_value = want->type == KT_RESULT_SAMPLE ? kt_result_shots(o->result) : 1;
    size_t count = a_value * (want->all_qubits ? qubits : 1);
    double *out = calloc(count + 1, sizeof *out), *one = calloc(a_value + 1, sizeof *one);
    if (out == NULL || one == NULL) {
        free(out);
        free(one);
        return kt_fail_nomem(err, count * sizeof *out, "values of an observable");
    }
    for (uint32_t q = 0; want->all_qubits && q < qubits; q++) {
        kt_factor factor = want->terms[0].factors[0];
        factor.qubit_count = 1;
        factor.qubits = &q;
        kt_term term = { want->terms[0].coefficient, 1, &factor };
        observe_term(o, want, &term, out + q * a_value, a_value);
    }
    for (uint32_t t = 0; !want->all_qubits && t < want->term_count; t++) {
        observe_term(o, want, &want->terms[t], one, a_value);
        if (want->type == KT_RESULT_VARIANCE && is_identity(&want->terms[t]))
            one[0] = 0;
        for (size_t i = 0; i < a_value; i++)
            out[i] += one[i];
    }
    free(one);
    return kt_result_add_numbers(o->result, want, NULL, out, count, err);
}

static int observe_probability(observation *o, const kt_want *want, kt_error *err)
{
    uint32_t qubits = (uint32_t)kt_circuit_qubit_count(o->circuit);
    uint32_t targets = want->all_qubits ? qubits : want->target_count;
    if (targets > LISTED_QUBITS_MOST)
        return kt_fail(err, KT_E_CAPACITY, "the probabilities of %u qubits are more than this machine can list",
                       targets);
    size_t count = (size_t)1 << targets;
    double *out = calloc(count, sizeof *out);
    if (out == NULL)
        return kt_fail_nomem(err, count * sizeof *out, "probabilities");
    for (size_t i = 0; i < kt_result_outcome_count(o->result); i++) {
        uint64_t times = kt_result_outcome(o->result, i, o->bits);
        size_t index = 0;
        for (uint32_t t = 0; t < targets; t++) {
            uint32_t qubit = want->all_qubits ? t : want->targets[t];
            index = index << 1 | (size_t)(o->bits[o->column_of[qubit]] == '1');
        }
        out[index] += (double)times / (double)kt_result_shots(o->result);
    }
    return kt_result_add_numbers(o->result, want, NULL, out, count, err);
}

int kt_observe(const kt_circuit *circuit, kt_result *result, kt_error *err)
{
    size_t want_count, qubits = (size_t)kt_circuit_qubit_count(circuit);
    const kt_want *wants = kt_circuit_wants(circuit, &want_count);
    observation o = { .circuit = circuit,
                      .result = result,
                      .column_of = calloc(qubits + 1, sizeof *o.column_of),
                      .bits = malloc((size_t)kt_result_column_count(result) + 1),
                      .values = calloc(kt_result_outcome_count(result) + 1, sizeof *o.values) };
    int rc = o.column_of == NULL || o.bits == NULL || o.values == NULL ? kt_fail_nomem(err, qubits, "observables") : 0;
    if (rc == 0 && want_count > 0)
        rc = find_columns(&o, err);
    for (size_t i = 0; rc == 0 && i < want_count; i++)
        rc = wants[i].type == KT_RESULT_PROBABILITY ? observe_probability(&o, &wants[i], err)
                                                    : observe_observable(&o, &wants[i], err);
    free(o.column_of);
    free(o.bits);
    free(o.values);
    return rc;
}
