/* SPDX-License-Identifier: Apache-2.0 */
/* result_write.c - the parts that both JSON forms of a result have in common, streamed: nothing is built as a tree. */
#include "circuit/result_write.h"

void kt_write_complex(kt_jw *w, kt_complex value)
{
    kt_jw_array(w);
    kt_jw_double(w, value.re);
    kt_jw_double(w, value.im);
    kt_jw_close(w);
}

static void write_qubit(kt_jw *w, uint32_t qubit, const kt_result *labels)
{
    kt_jw_uint(w, labels != NULL && qubit < labels->label_count ? labels->labels[qubit] : qubit);
}

void kt_write_qubits(kt_jw *w, uint32_t count, const uint32_t *qubits, const kt_result *labels)
{
    kt_jw_array(w);
    for (uint32_t i = 0; i < count; i++)
        write_qubit(w, qubits[i], labels);
    kt_jw_close(w);
}

void kt_write_term_targets(kt_jw *w, const kt_term *term, const kt_result *labels)
{
    kt_jw_array(w);
    for (uint32_t f = 0; f < term->factor_count; f++)
        for (uint32_t i = 0; i < term->factors[f].qubit_count; i++)
            write_qubit(w, term->factors[f].qubits[i], labels);
    kt_jw_close(w);
}

static void write_numbers(kt_jw *w, const double *numbers, size_t count)
{
    kt_jw_array(w);
    for (size_t i = 0; i < count; i++)
        kt_jw_double(w, numbers[i]);
    kt_jw_close(w);
}

/* A vector of pairs, or with rows > 1 a square matrix of them. */
static void write_pairs(kt_jw *w, const kt_complex *values, size_t count)
{
    kt_jw_array(w);
    for (size_t i = 0; i < count; i++)
        kt_write_complex(w, values[i]);
    kt_jw_close(w);
}

static void write_matrix(kt_jw *w, const kt_complex *values, size_t count)
{
    size_t side = 1;
    while (side * side < count)
        side *= 2;
    kt_jw_array(w);
    for (size_t row = 0; row < side; row++)
        write_pairs(w, values + row * side, side);
    kt_jw_close(w);
}

static void write_amplitudes(kt_jw *w, const kt_result_value *v)
{
    kt_jw_object(w);
    for (size_t i = 0; i < v->count && i < v->want.state_count; i++) {
        bool again = false; /* an object has a key once */
        for (size_t j = 0; j < i && !again; j++)
            again = kt_view_is(kt_view_of(v->want.states[j]), v->want.states[i]);
        if (again)
            continue;
        kt_jw_key(w, v->want.states[i]);
        kt_write_complex(w, v->complexes[i]);
    }
    kt_jw_close(w);
}

static void write_gradient(kt_jw *w, const kt_result_value *v)
{
    kt_jw_object(w);
    kt_jw_key(w, "expectation");
    kt_jw_double(w, v->expectation);
    kt_jw_key(w, "gradient");
    kt_jw_object(w);
    for (size_t p = 0; p < v->count; p++) {
        kt_jw_key(w, v->names[p]);
        kt_jw_double(w, v->numbers[p]);
    }
    kt_jw_close(w);
    kt_jw_close(w);
}

/* One eigenvalue a shot; for "all" one such list a qubit. */
static void write_samples(kt_jw *w, const kt_result *r, const kt_result_value *v)
{
    size_t shots = (size_t)r->info.shots;
    if (!v->want.all_qubits || shots == 0) {
        write_numbers(w, v->numbers, v->count);
        return;
    }
    kt_jw_array(w);
    for (size_t at = 0; at + shots <= v->count; at += shots)
        write_numbers(w, v->numbers + at, shots);
    kt_jw_close(w);
}

void kt_write_value(kt_jw *w, const kt_result *r, const kt_result_value *v)
{
    int indent = w->indent;
    w->indent = 0; /* long lists of numbers stay on one line */
    switch ((kt_result_type)v->want.type) {
    case KT_RESULT_STATE_VECTOR: write_pairs(w, v->complexes, v->count); break;
    case KT_RESULT_DENSITY_MATRIX: write_matrix(w, v->complexes, v->count); break;
    case KT_RESULT_AMPLITUDE: write_amplitudes(w, v); break;
    case KT_RESULT_EXPECTATION:
    case KT_RESULT_VARIANCE:
        if (v->want.all_qubits)
            write_numbers(w, v->numbers, v->count);
        else
            kt_jw_double(w, v->numbers[0]);
        break;
    case KT_RESULT_SAMPLE: write_samples(w, r, v); break;
    case KT_RESULT_ADJOINT_GRADIENT: write_gradient(w, v); break;
    default: write_numbers(w, v->numbers, v->count); break;
    }
    w->indent = indent;
}
