/* SPDX-License-Identifier: Apache-2.0 */
/* write_back_test.c - what kt_circuit_to_qasm writes, the front end reads back as the same circuit. It stands here and
 * not beside write_qasm.c because src/circuit knows no parser. */
#include "qasm/program.h"

#include "base/rng.h"
#include "circuit/gate.h"
#include "tests/unit.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { QUBITS = 5 };

static kt_circuit *read_back(const kt_circuit *c)
{
    char *text = NULL;
    KT_OWN(kt_program) *program = NULL;
    kt_circuit *again = NULL;
    kt_error err = { .message = "" };
    assert_int_equal(kt_circuit_to_qasm(c, &text, NULL), 0);
    int rc = kt_program_parse(text, strlen(text), NULL, &program, NULL, &err);
    if (rc == 0 && kt_circuit_parameter_count(c) > 0 && !kt_circuit_is_bound(c)) {
        KT_OWN(kt_inputs) *inputs = NULL;
        assert_int_equal(kt_inputs_new(&inputs, NULL), 0);
        for (int k = 0; k < kt_circuit_parameter_count(c); k++)
            assert_int_equal(kt_inputs_set(inputs, kt_circuit_parameter_name(c, k), 0.25 + k, NULL), 0);
        rc = kt_program_circuit(program, inputs, &again, NULL, &err);
    } else if (rc == 0) {
        rc = kt_program_circuit(program, NULL, &again, NULL, &err);
    }
    if (rc < 0)
        fail_msg("%s in\n%s", err.message, text);
    kt_text_free(text);
    return again;
}

static bool same_numbers(const kt_complex *a, const kt_complex *b, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        if (fabs(a[k].re - b[k].re) > 1e-14 || fabs(a[k].im - b[k].im) > 1e-14)
            return false;
    }
    return true;
}

/* What an op does: to which qubits, under which controls, with which numbers. */
static bool same_op(const kt_circuit *c, const kt_op *a, const kt_circuit *d, const kt_op *b)
{
    if (a->kind != b->kind || a->qubit_count != b->qubit_count || a->control_count != b->control_count ||
        a->control_states != b->control_states || a->angle_count != b->angle_count)
        return false;
    for (size_t k = 0; k < a->qubit_count; k++) {
        if (kt_circuit_label(c, a->qubits[k]) != kt_circuit_label(d, b->qubits[k]))
            return false;
    }
    for (size_t k = 0; k < a->angle_count; k++) {
        if (fabs(a->angles[k].value - b->angles[k].value) > 1e-14)
            return false;
    }
    kt_complex left[256], right[256];
    size_t numbers = (size_t)1 << (2 * (a->qubit_count - a->control_count));
    switch (a->kind) {
    case KT_OP_GATE: return a->gate == b->gate && a->power == b->power;
    case KT_OP_UNITARY:
        assert_int_equal(kt_op_matrix(a, left, NULL), 0);
        assert_int_equal(kt_op_matrix(b, right, NULL), 0);
        return same_numbers(left, right, numbers);
    case KT_OP_NOISE: return a->gate == b->gate;
    case KT_OP_KRAUS:
        return a->matrix_count == b->matrix_count && same_numbers(a->matrix, b->matrix, a->matrix_count * numbers);
    case KT_OP_MEASURE: return (uint32_t)a->cell == (uint32_t)b->cell;
    default: return true;
    }
}

static void assert_same(const kt_circuit *c, const kt_circuit *d)
{
    size_t count, other;
    const kt_op *ops = kt_circuit_ops(c, &count), *back = kt_circuit_ops(d, &other);
    for (size_t k = 0; k < count && k < other; k++) {
        if (!same_op(c, &ops[k], d, &back[k]))
            fail_msg("operation %zu, %s, came back as %s", k, kt_op_name(&ops[k]), kt_op_name(&back[k]));
    }
    assert_int_equal(count, other);
    size_t wants, other_wants;
    kt_circuit_wants(c, &wants);
    kt_circuit_wants(d, &other_wants);
    assert_int_equal(wants, other_wants);
}

/* `count` of the circuit's qubits in a random order. */
static void draw_qubits(kt_rng *rng, int *out, int count)
{
    int all[QUBITS];
    for (int k = 0; k < QUBITS; k++)
        all[k] = k;
    for (int k = 0; k < count; k++) {
        int j = k + (int)kt_rng_below(rng, (uint64_t)(QUBITS - k));
        out[k] = all[j];
        all[j] = all[k];
    }
}

static void add_gate(kt_circuit *c, kt_rng *rng, bool inputs)
{
    static const double powers[] = { 1, 1, 1, 0.5, -0.25, 2, 3 };
    int gate = (int)kt_rng_below(rng, KT_GATE_COUNT), qubits[QUBITS], states[2];
    int controls = (int)kt_rng_below(rng, 3);
    kt_angle_arg angles[3];
    for (int k = 0; k < 3; k++)
        angles[k] = inputs && kt_rng_below(rng, 2) ? (kt_angle_arg){ 0.5, "theta", -1.5 }
                                                   : KT_ANGLE(6 * kt_rng_uniform(rng) - 3);
    draw_qubits(rng, qubits, controls + kt_gate_rows[gate].qubit_count);
    for (int k = 0; k < controls; k++)
        states[k] = gate == KT_GATE_GPHASE ? 1 : (int)kt_rng_below(rng, 2);
    const kt_gate_spec spec = { .gate = (kt_gate)gate,
                                .control_count = controls,
                                .controls = qubits,
                                .control_states = states,
                                .qubits = qubits + controls,
                                .angles = angles,
                                .power = powers[kt_rng_below(rng, KT_COUNT(powers))] };
    assert_int_equal(kt_circuit_gate_spec(c, &spec, NULL), 0);
}

static void add_noise(kt_circuit *c, kt_rng *rng)
{
    int noise = (int)kt_rng_below(rng, KT_NOISE_COUNT), qubits[2];
    draw_qubits(rng, qubits, kt_noise_rows[noise].qubit_count);
    const double parameters[] = { kt_rng_uniform(rng) / 3, kt_rng_uniform(rng) / 3, kt_rng_uniform(rng) / 3 };
    assert_int_equal(kt_circuit_noise(c, (kt_noise)noise, qubits, parameters, NULL), 0);
}

static void add_other(kt_circuit *c, kt_rng *rng)
{
    static const kt_complex u[4] = { { 0.6, 0 }, { 0, 0.8 }, { 0, 0.8 }, { 0.6, 0 } };
    static const kt_complex kraus[8] = { { 1, 0 }, { 0, 0 }, { 0, 0 }, { 0.6, 0 }, { 0, 0 }, { 0.8, 0 } };
    int qubits[3];
    draw_qubits(rng, qubits, 3);
    switch (kt_rng_below(rng, 4)) {
    case 0: assert_int_equal(kt_circuit_unitary(c, 1, qubits, u, NULL), 0); break;
    case 1: assert_int_equal(kt_circuit_kraus(c, 1, qubits, 2, kraus, NULL), 0); break;
    case 2: assert_int_equal(kt_circuit_reset(c, qubits[0], NULL), 0); break;
    default: assert_int_equal(kt_circuit_barrier(c, 3, qubits, NULL), 0);
    }
}

TEST(write_back, random_circuits_come_back_as_they_were)
{
    for (uint64_t seed = 0; seed < 200; seed++) {
        kt_rng rng;
        kt_rng_seed(&rng, seed);
        KT_OWN(kt_circuit) *c = NULL, *again = NULL;
        assert_int_equal(kt_circuit_new(QUBITS, &c, NULL), 0);
        for (int k = 0; k < 20; k++) {
            uint64_t kind = kt_rng_below(&rng, 10);
            if (kind < 7)
                add_gate(c, &rng, false);
            else if (kind < 8)
                add_noise(c, &rng);
            else
                add_other(c, &rng);
        }
        for (int q = 0; q < QUBITS; q++)
            assert_int_equal(kt_circuit_measure(c, q, QUBITS - q, NULL), 0);
        again = read_back(c);
        assert_same(c, again);
    }
}

TEST(write_back, free_parameters_come_back_as_inputs)
{
    for (uint64_t seed = 0; seed < 50; seed++) {
        kt_rng rng;
        kt_rng_seed(&rng, seed);
        KT_OWN(kt_circuit) *c = NULL, *bound = NULL, *again = NULL;
        assert_int_equal(kt_circuit_new(QUBITS, &c, NULL), 0);
        for (int k = 0; k < 20; k++)
            add_gate(c, &rng, true);
        const double values[] = { 0.25 };
        assert_int_equal(kt_circuit_bind(c, values, &bound, NULL), 0);
        again = read_back(c);
        assert_same(bound, again);
    }
}

TEST(write_back, results_and_verbatim_boxes_come_back)
{
    static const kt_complex m[4] = { { 1, 0 }, { 0.5, -2 }, { 0.5, 2 }, { -1, 0 } };
    const kt_factor_arg factors[] = { { .kind = KT_OBS_HERMITIAN, .qubit_count = 1, .qubits = { 1 }, .matrix = m },
                                      { .kind = KT_OBS_X, .qubit_count = 1, .qubits = { 0 } } };
    const kt_op open = { .kind = KT_OP_VERBATIM_BEGIN }, close = { .kind = KT_OP_VERBATIM_END };
    KT_OWN(kt_circuit) *c = NULL, *again = NULL;
    assert_int_equal(kt_circuit_new(2, &c, NULL), 0);
    assert_int_equal(kt_circuit_add_op(c, &open, NULL), 0);
    assert_int_equal(kt_circuit_gate2(c, KT_GATE_CZ, 0, 1, NULL), 0);
    assert_int_equal(kt_circuit_add_op(c, &close, NULL), 0);
    assert_int_equal(kt_circuit_want_state_vector(c, NULL), 0);
    assert_int_equal(kt_circuit_want_amplitude(c, "01", NULL), 1);
    assert_int_equal(kt_circuit_want_probability(c, 0, NULL, NULL), 2);
    assert_int_equal(kt_circuit_want_density_matrix(c, 2, (int[]){ 1, 0 }, NULL), 3);
    assert_int_equal(kt_circuit_want_expectation(c, 1, &(kt_term_arg){ 1, 2, factors }, NULL), 4);
    assert_int_equal(kt_circuit_want_variance(c, &(kt_term_arg){ 1, 1, &factors[1] }, NULL), 5);
    again = read_back(c);
    assert_same(c, again);
    size_t count;
    const kt_want *wants = kt_circuit_wants(again, &count);
    assert_true(wants[2].all_qubits && wants[3].targets[0] == 1 && wants[3].targets[1] == 0);
    assert_true(same_numbers(wants[4].terms[0].factors[0].matrix, m, 4));
}
