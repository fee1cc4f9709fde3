/* SPDX-License-Identifier: Apache-2.0 */
/* exact.c - exact values of wanted results from a state. See exact.h. */
#include "sim/exact.h"

#include "sim/gradient.h"
#include "sim/observable.h"

#include <stdlib.h>
#include <string.h>

enum { REDUCED_MOST_QUBITS = 12 };
static const double CERTAIN = 1 - 1e-9; /* a path at least this likely is the only one */

void kt_exact_fini(kt_exact *e)
{
    free(e->numbers);
    free(e->squares);
    free(e->complexes);
    *e = (kt_exact){ 0 };
}

/* Room for `count` numbers (complex numbers), zeroed, at the first branch. */
static int make_room(kt_exact *e, kt_machine *m, uint64_t count, bool is_complex, kt_error *err)
{
    if (e->numbers != NULL || e->complexes != NULL)
        return 0;
    uint64_t each = is_complex ? sizeof *e->complexes : 2 * sizeof *e->numbers;
    int rc = kt_machine_reserve(m, count > UINT64_MAX / each ? UINT64_MAX : count * each, "a wanted result", err);
    if (rc < 0)
        return rc;
    if (is_complex) {
        e->complexes = calloc(count, sizeof *e->complexes);
    } else {
        e->numbers = calloc(count, sizeof *e->numbers);
        e->squares = calloc(count, sizeof *e->squares);
    }
    if (is_complex ? e->complexes == NULL : e->numbers == NULL || e->squares == NULL)
        return kt_fail_nomem(err, count * each, "a wanted result");
    e->count = count;
    m->held_bytes += count * each;
    return 0;
}

/* Position p holds bit p: with the first qubit highest, the order of the state is the order of the result. */
static bool in_order(const kt_machine *m, uint32_t count, const uint32_t *qubits)
{
    for (uint32_t i = 0; i < count; i++)
        if (m->position[qubits[i]] != count - 1 - i)
            return false;
    return (uint32_t)kt_state_qubits(m->state) == count;
}

/* The state's index for index i of the result. */
static uint64_t place_of(const kt_machine *m, uint32_t count, const uint32_t *qubits, uint64_t i)
{
    uint64_t place = 0;
    for (uint32_t q = 0; q < count; q++)
        place |= (i >> (count - 1 - q) & 1) << m->position[qubits[q]];
    return place;
}

static int only_branch(const kt_machine *m, const char *what, kt_error *err)
{
    if (m->weight >= CERTAIN)
        return 0;
    return kt_fail(err, KT_E_UNSUPPORTED,
                   "%s needs one state at the end, but measurements or resets in the middle leave several: ask for "
                   "probabilities, expectations or a density matrix",
                   what);
}

static int add_state_vector(kt_exact *e, kt_machine *m, const uint32_t *all, uint32_t n, kt_error *err)
{
    int rc = only_branch(m, "the state vector", err);
    if (rc == 0)
        rc = make_room(e, m, UINT64_C(1) << n, true, err);
    if (rc < 0)
        return rc;
    const kt_complex *data = kt_state_data_const(m->state);
    if (in_order(m, n, all)) {
        memcpy(e->complexes, data, e->count * sizeof *data);
        return 0;
    }
    for (uint64_t i = 0; i < e->count; i++)
        e->complexes[i] = data[place_of(m, n, all, i)];
    return 0;
}

static int add_amplitudes(kt_exact *e, kt_machine *m, const kt_want *want, const uint32_t *all, uint32_t n,
                          kt_error *err)
{
    int rc = only_branch(m, "an amplitude", err);
    if (rc == 0)
        rc = make_room(e, m, want->state_count, true, err);
    for (uint32_t s = 0; rc == 0 && s < want->state_count; s++) {
        uint64_t index = 0;
        if (strlen(want->states[s]) != n)
            return kt_fail(err, KT_E_INVALID, "the amplitude's state \"%s\" has %zu bits, the circuit has %u qubits",
                           want->states[s], strlen(want->states[s]), n);
        for (uint32_t q = 0; q < n; q++)
            index = index << 1 | (want->states[s][q] == '1');
        e->complexes[s] = kt_state_data_const(m->state)[place_of(m, n, all, index)];
    }
    return rc;
}

static int add_probability(kt_exact *e, kt_machine *m, const uint32_t *positions, uint32_t k, kt_error *err)
{
    uint64_t size = UINT64_C(1) << k;
    int rc = make_room(e, m, size, false, err);
    if (rc < 0)
        return rc;
    double *p = m->weight == 1 ? e->numbers : malloc(size * sizeof *p);
    if (p == NULL)
        return kt_fail_nomem(err, size * sizeof *p, "probabilities");
    rc = kt_state_probabilities(m->state, (int)k, positions, p, err);
    if (p == e->numbers)
        return rc;
    for (uint64_t i = 0; rc == 0 && i < size; i++)
        e->numbers[i] += m->weight * p[i];
    free(p);
    return rc;
}

/* |state><state|, or the density matrix itself, when the targets are all qubits in order. */
static void add_whole_matrix(kt_exact *e, const kt_machine *m, uint64_t side)
{
    const kt_complex *data = kt_state_data_const(m->state);
    for (uint64_t row = 0; row < side; row++)
        for (uint64_t column = 0; column < side; column++) {
            kt_complex value;
            if (m->density) {
                value = data[row * side + column];
            } else {
                kt_complex a = data[row], b = data[column];
                value = (kt_complex){ a.re * b.re + a.im * b.im, a.im * b.re - a.re * b.im };
            }
            e->complexes[row * side + column].re += m->weight * value.re;
            e->complexes[row * side + column].im += m->weight * value.im;
        }
}

static int add_density_matrix(kt_exact *e, kt_machine *m, const uint32_t *targets, const uint32_t *positions,
                              uint32_t k, kt_error *err)
{
    uint64_t size = k >= 32 ? UINT64_MAX : UINT64_C(1) << (2 * k);
    int rc = make_room(e, m, size, true, err);
    if (rc < 0)
        return rc;
    if (in_order(m, k, targets)) {
        add_whole_matrix(e, m, UINT64_C(1) << k);
        return 0;
    }
    if (k > REDUCED_MOST_QUBITS)
        return kt_fail(err, KT_E_LIMIT, "a density matrix of %u of the qubits was asked for, at most %d are possible",
                       k, REDUCED_MOST_QUBITS);
    kt_complex *rho = malloc(size * sizeof *rho);
    if (rho == NULL)
        return kt_fail_nomem(err, size * sizeof *rho, "a density matrix");
    rc = kt_state_reduced(m->state, (int)k, positions, rho, err);
    for (uint64_t i = 0; rc == 0 && i < size; i++) {
        e->complexes[i].re += m->weight * rho[i].re;
        e->complexes[i].im += m->weight * rho[i].im;
    }
    free(rho);
    return rc;
}

/* One expectation (with its square for a variance) of the terms. */
static int add_expectation(kt_exact *e, kt_machine *m, bool square, uint32_t count, const kt_term *terms, size_t at,
                           kt_error *err)
{
    kt_where where = { m->position };
    uint64_t bytes = kt_state_bytes(kt_state_qubits(m->state), m->density);
    double value = 0, squared = 0;
    int rc = kt_machine_reserve(m, bytes * (uint64_t)kt_expect_copies(count, terms, square), "an expectation", err);
    if (rc == 0)
        rc = kt_expect(m->state, where, count, terms, &value, err);
    if (rc == 0 && square)
        rc = kt_expect_square(m->state, where, count, terms, &squared, err);
    if (rc < 0)
        return rc;
    e->numbers[at] += m->weight * value;
    e->squares[at] += m->weight * squared;
    return 0;
}

static int add_observable(kt_exact *e, kt_machine *m, const kt_want *want, const uint32_t *all, uint32_t n,
                          kt_error *err)
{
    bool square = want->type == KT_RESULT_VARIANCE;
    int rc = make_room(e, m, want->all_qubits ? n : 1, false, err);
    if (rc < 0 || !want->all_qubits)
        return rc < 0 ? rc : add_expectation(e, m, square, want->term_count, want->terms, 0, err);
    for (uint32_t i = 0; rc == 0 && i < n; i++) {
        kt_factor factor = want->terms[0].factors[0];
        factor.qubit_count = 1;
        factor.qubits = &all[i];
        kt_term term = { want->terms[0].coefficient, 1, &factor };
        rc = add_expectation(e, m, square, 1, &term, i, err);
    }
    return rc;
}

static int add_gradient(kt_exact *e, const kt_exact_source *from, const kt_want *want, kt_error *err)
{
    if (from->circuit == NULL)
        return kt_fail(err, KT_E_UNSUPPORTED,
                       "an adjoint gradient needs a circuit that does not decide by measured values");
    if (from->m->density)
        return kt_fail(err, KT_E_UNSUPPORTED, "an adjoint gradient is computed by local:sv only");
    int rc = make_room(e, from->m, 1 + (uint64_t)want->parameter_count, false, err);
    return rc < 0 ? rc : kt_gradient(from->m, from->circuit, want, e->numbers, err);
}

int kt_exact_add(kt_exact *e, const kt_exact_source *from, const kt_want *want, kt_error *err)
{
    kt_machine *m = from->m;
    uint32_t positions[64], all_count = from->all_count;
    bool some = want->type == KT_RESULT_PROBABILITY || want->type == KT_RESULT_DENSITY_MATRIX;
    const uint32_t *all = from->all, *targets = want->all_qubits ? all : want->targets;
    uint32_t k = !some ? 0 : want->all_qubits ? all_count : want->target_count;
    if (k > KT_COUNT(positions))
        return kt_fail(err, KT_E_CAPACITY, "a result over %u qubits has 2^%u numbers: name fewer targets", k, k);
    for (uint32_t i = 0; i < k; i++)
        positions[i] = m->position[targets[i]];
    switch ((kt_result_type)want->type) {
    case KT_RESULT_STATE_VECTOR: return add_state_vector(e, m, all, all_count, err);
    case KT_RESULT_AMPLITUDE: return add_amplitudes(e, m, want, all, all_count, err);
    case KT_RESULT_PROBABILITY: return add_probability(e, m, positions, k, err);
    case KT_RESULT_DENSITY_MATRIX: return add_density_matrix(e, m, targets, positions, k, err);
    case KT_RESULT_EXPECTATION:
    case KT_RESULT_VARIANCE: return add_observable(e, m, want, all, all_count, err);
    case KT_RESULT_ADJOINT_GRADIENT: return add_gradient(e, from, want, err);
    default: return kt_fail(err, KT_E_INVALID, "%s needs shots > 0", "sample");
    }
}

static int give_gradient(const kt_exact *e, const kt_want *want, const kt_circuit *circuit, kt_result *result,
                         kt_error *err)
{
    uint32_t count = want->parameter_count;
    const char **names = malloc((count + 1) * sizeof *names);
    if (names == NULL)
        return kt_fail_nomem(err, count * sizeof *names, "a gradient");
    for (uint32_t p = 0; p < count; p++)
        names[p] = kt_circuit_parameter_name(circuit, (int)want->parameters[p]);
    int rc = kt_result_add_gradient(result, want, NULL, e->numbers[0], names, e->numbers + 1, count, err);
    free(names);
    return rc;
}

int kt_exact_give(kt_exact *e, const kt_want *want, const kt_circuit *circuit, kt_result *result, kt_error *err)
{
    if (want->type == KT_RESULT_ADJOINT_GRADIENT)
        return give_gradient(e, want, circuit, result, err);
    if (e->complexes != NULL)
        return kt_result_add_complexes(result, want, NULL, KT_GIVE(e->complexes), e->count, err);
    for (size_t i = 0; want->type == KT_RESULT_VARIANCE && i < e->count; i++)
        e->numbers[i] = e->squares[i] - e->numbers[i] * e->numbers[i];
    return kt_result_add_numbers(result, want, NULL, KT_GIVE(e->numbers), e->count, err);
}
