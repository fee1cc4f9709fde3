/* SPDX-License-Identifier: Apache-2.0 */
/* result_value.c - the values of wanted results inside a kt_result, and the words for what was wanted.
 * A result outlives the circuit it came from, so each want is copied deeply into the result's arena. */
#include "circuit/gate.h"
#include "circuit/result_priv.h"

#include <stdlib.h>
#include <string.h>

static const char *const type_names[KT_RESULT_TYPE_COUNT] = {
    [KT_RESULT_STATE_VECTOR] = "state_vector",
    [KT_RESULT_AMPLITUDE] = "amplitude",
    [KT_RESULT_PROBABILITY] = "probability",
    [KT_RESULT_EXPECTATION] = "expectation",
    [KT_RESULT_VARIANCE] = "variance",
    [KT_RESULT_SAMPLE] = "sample",
    [KT_RESULT_DENSITY_MATRIX] = "density_matrix",
    [KT_RESULT_ADJOINT_GRADIENT] = "adjoint_gradient",
};

static const char factor_names[] = {
    [KT_OBS_I] = 'i', [KT_OBS_X] = 'x', [KT_OBS_Y] = 'y', [KT_OBS_Z] = 'z', [KT_OBS_H] = 'h'
};

const char *kt_result_type_name(uint8_t type)
{
    return type < KT_RESULT_TYPE_COUNT ? type_names[type] : "unknown";
}

static void add_number(kt_buf *out, double value)
{
    char text[32];
    kt_double_text(value, text, sizeof text);
    kt_buf_adds(out, text);
}

/* "0.5", "-1im", "0.5-1im": a matrix entry as a pragma writes it. */
static void add_entry(kt_buf *out, kt_complex value)
{
    if (value.re != 0 || value.im == 0)
        add_number(out, value.re == 0 ? 0 : value.re);
    if (value.im == 0)
        return;
    if (value.re != 0 && value.im > 0)
        kt_buf_addc(out, '+');
    add_number(out, value.im);
    kt_buf_adds(out, "im");
}

/* "z" or "hermitian([[0, -1im], [1im, 0]])". */
static void add_factor(kt_buf *out, const kt_factor *f)
{
    if (f->kind != KT_OBS_HERMITIAN) {
        kt_buf_addc(out, factor_names[f->kind]);
        return;
    }
    size_t side = f->qubit_count == 0 ? 2 : (size_t)1 << f->qubit_count;
    kt_buf_adds(out, "hermitian([");
    for (size_t row = 0; row < side; row++) {
        kt_buf_adds(out, row == 0 ? "[" : ", [");
        for (size_t column = 0; column < side; column++) {
            if (column > 0)
                kt_buf_adds(out, ", ");
            add_entry(out, f->matrix[row * side + column]);
        }
        kt_buf_addc(out, ']');
    }
    kt_buf_adds(out, "])");
}

static void add_qubits(kt_buf *out, uint32_t count, const uint32_t *qubits)
{
    for (uint32_t i = 0; i < count; i++)
        kt_buf_addf(out, "%sq[%u]", i == 0 ? "" : ", ", qubits[i]);
}

/* One term after another; with_qubits: "z(q[0])" in place of "z". */
static void add_terms(kt_buf *out, const kt_want *want, bool with_qubits)
{
    for (uint32_t t = 0; t < want->term_count; t++) {
        const kt_term *term = &want->terms[t];
        if (t > 0)
            kt_buf_adds(out, " + ");
        if (term->coefficient != 1 || want->type == KT_RESULT_ADJOINT_GRADIENT) {
            add_number(out, term->coefficient);
            kt_buf_adds(out, " * ");
        }
        for (uint32_t f = 0; f < term->factor_count; f++) {
            const kt_factor *factor = &term->factors[f];
            if (f > 0)
                kt_buf_adds(out, " @ ");
            add_factor(out, factor);
            if (!with_qubits || factor->qubit_count == 0)
                continue;
            bool matrix = factor->kind == KT_OBS_HERMITIAN;
            kt_buf_adds(out, matrix ? " " : "(");
            add_qubits(out, factor->qubit_count, factor->qubits);
            kt_buf_adds(out, matrix ? "" : ")");
        }
    }
}

int kt_observable_text(const kt_want *want, kt_buf *out)
{
    add_terms(out, want, false);
    return out->failed;
}

int kt_want_text(const kt_want *want, kt_buf *out)
{
    if (want->text != NULL)
        return kt_buf_adds(out, want->text);
    kt_buf_adds(out, kt_result_type_name(want->type));
    switch ((kt_result_type)want->type) {
    case KT_RESULT_AMPLITUDE:
        for (uint32_t i = 0; i < want->state_count; i++)
            kt_buf_addf(out, "%s \"%s\"", i == 0 ? "" : ",", want->states[i]);
        break;
    case KT_RESULT_PROBABILITY:
    case KT_RESULT_DENSITY_MATRIX:
        kt_buf_addc(out, ' ');
        if (want->all_qubits)
            kt_buf_adds(out, "all");
        else
            add_qubits(out, want->target_count, want->targets);
        break;
    case KT_RESULT_EXPECTATION:
    case KT_RESULT_VARIANCE:
    case KT_RESULT_SAMPLE:
        kt_buf_addc(out, ' ');
        add_terms(out, want, true);
        if (want->all_qubits)
            kt_buf_adds(out, " all");
        break;
    case KT_RESULT_ADJOINT_GRADIENT:
        kt_buf_adds(out, " expectation(");
        add_terms(out, want, true);
        kt_buf_adds(out, ")");
        break;
    default: break;
    }
    return out->failed;
}

static bool copy_factor(kt_arena *arena, kt_factor *f)
{
    size_t side = f->qubit_count == 0 ? 2 : (size_t)1 << f->qubit_count;
    if (f->kind == KT_OBS_HERMITIAN)
        f->matrix = kt_arena_copy(arena, f->matrix, side * side * sizeof *f->matrix);
    f->qubits = kt_arena_copy(arena, f->qubits, f->qubit_count * sizeof *f->qubits);
    return !kt_arena_failed(arena);
}

static bool copy_term(kt_arena *arena, kt_term *term)
{
    kt_factor *factors = kt_arena_copy(arena, term->factors, term->factor_count * sizeof *factors);
    for (uint32_t f = 0; factors != NULL && f < term->factor_count; f++)
        if (!copy_factor(arena, &factors[f]))
            return false;
    term->factors = factors;
    return !kt_arena_failed(arena);
}

bool kt_want_copy(kt_arena *arena, kt_want *want)
{
    if (want->text != NULL)
        want->text = kt_arena_strndup(arena, want->text, strlen(want->text));
    want->targets = kt_arena_copy(arena, want->targets, want->target_count * sizeof *want->targets);
    want->parameters = kt_arena_copy(arena, want->parameters, want->parameter_count * sizeof *want->parameters);
    kt_term *terms = kt_arena_copy(arena, want->terms, want->term_count * sizeof *terms);
    for (uint32_t t = 0; terms != NULL && t < want->term_count; t++)
        if (!copy_term(arena, &terms[t]))
            return false;
    want->terms = terms;
    const char **states = kt_arena_copy(arena, want->states, want->state_count * sizeof *states);
    for (uint32_t s = 0; states != NULL && s < want->state_count; s++)
        states[s] = kt_arena_strndup(arena, want->states[s], strlen(want->states[s]));
    want->states = states;
    return !kt_arena_failed(arena);
}

/* A new value behind the others, with nothing in it but what was wanted. NULL: no memory. */
static kt_result_value *add_value(kt_result *r, const kt_want *want, const char *text)
{
    if (r->value_count == r->value_capacity) {
        size_t capacity = r->value_capacity == 0 ? 8 : 2 * r->value_capacity;
        kt_result_value *values = realloc(r->values, capacity * sizeof *values);
        if (values == NULL)
            return NULL;
        r->values = values;
        r->value_capacity = capacity;
    }
    KT_BUF_OWN words;
    kt_buf_init(&words, 0);
    if (text == NULL && kt_want_text(want, &words) == 0)
        text = words.data;
    kt_result_value value = { .want = *want };
    if (text == NULL || !kt_want_copy(r->arena, &value.want))
        return NULL;
    value.text = kt_arena_strndup(r->arena, text, strlen(text));
    if (value.text == NULL)
        return NULL;
    r->values[r->value_count] = value;
    return &r->values[r->value_count++];
}

int kt_result_add_numbers(kt_result *r, const kt_want *want, const char *text, double *take_numbers, size_t count,
                          kt_error *err)
{
    kt_result_value *value = add_value(r, want, text);
    if (value == NULL) {
        free(take_numbers);
        return kt_fail_nomem(err, count * sizeof *take_numbers, "a result's value");
    }
    value->numbers = take_numbers;
    value->count = count;
    return 0;
}

int kt_result_add_complexes(kt_result *r, const kt_want *want, const char *text, kt_complex *take_complexes,
                            size_t count, kt_error *err)
{
    kt_result_value *value = add_value(r, want, text);
    if (value == NULL) {
        free(take_complexes);
        return kt_fail_nomem(err, count * sizeof *take_complexes, "a result's value");
    }
    value->complexes = take_complexes;
    value->count = count;
    return 0;
}

int kt_result_add_gradient(kt_result *r, const kt_want *want, const char *text, double expectation,
                           const char *const *names, const double *values, size_t count, kt_error *err)
{
    double *numbers = malloc((count + 1) * sizeof *numbers);
    const char **copies = KT_ARENA_ARRAY(r->arena, const char *, count + 1);
    kt_result_value *value = numbers == NULL || copies == NULL ? NULL : add_value(r, want, text);
    for (size_t p = 0; value != NULL && p < count; p++) {
        numbers[p] = values[p];
        copies[p] = kt_arena_strndup(r->arena, names[p], strlen(names[p]));
    }
    if (value == NULL || kt_arena_failed(r->arena)) {
        free(numbers);
        return kt_fail_nomem(err, count * sizeof *numbers, "a gradient");
    }
    value->numbers = numbers;
    value->names = copies;
    value->count = count;
    value->expectation = expectation;
    return 0;
}
