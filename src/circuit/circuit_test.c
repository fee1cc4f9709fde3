/* SPDX-License-Identifier: Apache-2.0 */
/* circuit_test.c - building, refusing, binding and playing circuits. */
#include "circuit/circuit.h"

#include "circuit/gate.h"
#include "tests/unit.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static kt_circuit *new_circuit(int qubits)
{
    kt_circuit *c = NULL;
    assert_int_equal(kt_circuit_new(qubits, &c, NULL), 0);
    return c;
}

static const kt_op *op_at(const kt_circuit *c, size_t index)
{
    size_t count;
    const kt_op *ops = kt_circuit_ops(c, &count);
    assert_true(index < count);
    return &ops[index];
}

TEST(circuit, holds_what_was_put_in)
{
    KT_OWN(kt_circuit) *c = new_circuit(3);
    assert_int_equal(kt_circuit_gate1(c, KT_GATE_H, 1, NULL), 0);
    assert_int_equal(kt_circuit_gate2(c, KT_GATE_CNOT, 2, 0, NULL), 0);
    assert_int_equal(kt_circuit_rotate(c, KT_GATE_RX, 0, KT_ANGLE(0.5), NULL), 0);
    assert_int_equal(kt_circuit_gate(c, KT_GATE_CSWAP, (int[]){ 2, 1, 0 }, NULL, NULL), 0);
    assert_int_equal(kt_circuit_operation_count(c), 4);
    assert_int_equal(kt_circuit_qubit_count(c), 3);
    const kt_op *cnot = op_at(c, 1), *rx = op_at(c, 2);
    assert_true(cnot->kind == KT_OP_GATE && cnot->gate == KT_GATE_CNOT && cnot->power == 1);
    assert_true(cnot->qubit_count == 2 && cnot->qubits[0] == 2 && cnot->qubits[1] == 0 && cnot->angle_count == 0);
    assert_true(rx->angle_count == 1 && rx->angles[0].value == 0.5 && rx->angles[0].term_count == 0);
    assert_false(kt_circuit_has_noise(c) || kt_circuit_has_measure(c));
    assert_true(kt_circuit_is_bound(c));
}

TEST(circuit, a_spec_brings_controls_and_power)
{
    KT_OWN(kt_circuit) *c = new_circuit(4);
    const kt_gate_spec spec = { .gate = KT_GATE_X,
                                .control_count = 2,
                                .controls = (int[]){ 3, 1 },
                                .control_states = (int[]){ 0, 1 },
                                .qubits = (int[]){ 0 },
                                .power = 0.5 };
    assert_int_equal(kt_circuit_gate_spec(c, &spec, NULL), 0);
    const kt_op *op = op_at(c, 0);
    assert_true(op->control_count == 2 && op->control_states == 2 && op->power == 0.5 && op->qubit_count == 3);
    assert_true(op->qubits[0] == 3 && op->qubits[1] == 1 && op->qubits[2] == 0);
}

TEST(circuit, measurements_and_noise_are_known_of)
{
    KT_OWN(kt_circuit) *c = new_circuit(2);
    assert_int_equal(kt_circuit_noise(c, KT_NOISE_BIT_FLIP, (int[]){ 1 }, (double[]){ 0.25 }, NULL), 0);
    assert_true(kt_circuit_has_noise(c));
    assert_int_equal(kt_circuit_measure(c, 1, 7, NULL), 0);
    assert_true(kt_circuit_has_measure(c) && op_at(c, 1)->cell == 7);
    assert_int_equal(kt_circuit_reset(c, 1, NULL), 0);
    assert_int_equal(kt_circuit_barrier(c, 0, NULL, NULL), 0);
    assert_true(op_at(c, 3)->qubit_count == 2 && op_at(c, 3)->qubits[1] == 1);
    assert_int_equal(kt_circuit_barrier(c, 1, (int[]){ 1 }, NULL), 0);
    assert_true(op_at(c, 4)->qubit_count == 1 && op_at(c, 4)->qubits[0] == 1);
}

TEST(circuit, kraus_operators_and_unitaries_are_copied)
{
    KT_OWN(kt_circuit) *c = new_circuit(2);
    kt_complex m[8] = { { 1, 0 }, { 0, 0 }, { 0, 0 }, { 0.6, 0 }, { 0, 0 }, { 0.8, 0 }, { 0, 0 }, { 0, 0 } };
    kt_complex y[4] = { { 0, 0 }, { 0, -1 }, { 0, 1 }, { 0, 0 } };
    assert_int_equal(kt_circuit_kraus(c, 1, (int[]){ 0 }, 2, m, NULL), 0);
    assert_int_equal(kt_circuit_unitary(c, 1, (int[]){ 1 }, y, NULL), 0);
    m[5].re = y[1].im = 9;
    assert_true(op_at(c, 0)->matrix[5].re == 0.8 && op_at(c, 0)->matrix_count == 2);
    assert_true(op_at(c, 1)->matrix[1].im == -1);
}

/* Every call that a circuit refuses: its message, and nothing changes. */
static int refused(kt_circuit *c, int which, kt_error *err)
{
    static const kt_complex zeros[16] = { { 0, 0 } };
    static const kt_factor_arg z0 = { .kind = KT_OBS_Z, .qubit_count = 1, .qubits = { 0 } };
    static const kt_factor_arg z0z0[] = { { .kind = KT_OBS_Z, .qubit_count = 1, .qubits = { 0 } },
                                          { .kind = KT_OBS_Z, .qubit_count = 1, .qubits = { 0 } } };
    static const kt_complex skew[4] = { { 0, 0 }, { 1, 0 }, { 2, 0 }, { 0, 0 } };
    static const kt_factor_arg h0 = { .kind = KT_OBS_HERMITIAN, .qubit_count = 1, .qubits = { 0 }, .matrix = skew };
    static const kt_factor_arg none = { .kind = KT_OBS_HERMITIAN, .qubit_count = 1, .qubits = { 0 } };
    static const kt_factor_arg wide = { .kind = KT_OBS_Z, .qubit_count = 2, .qubits = { 0, 1 } };
    static const kt_factor_arg odd = { .kind = (kt_pauli)77, .qubit_count = 1, .qubits = { 0 } };
    static const kt_factor_arg empty = { .kind = KT_OBS_Z };
    switch (which) {
    case 0: return kt_circuit_gate1(c, KT_GATE_H, 2, err);
    case 1: return kt_circuit_gate1(c, KT_GATE_H, -1, err);
    case 2: return kt_circuit_gate2(c, KT_GATE_CNOT, 1, 1, err);
    case 3: return kt_circuit_gate1(c, KT_GATE_CNOT, 1, err);
    case 4: return kt_circuit_gate1(c, (kt_gate)99, 1, err);
    case 5: return kt_circuit_gate(c, (kt_gate)99, (int[]){ 0 }, NULL, err);
    case 6: return kt_circuit_gate(c, KT_GATE_RX, (int[]){ 0 }, NULL, err);
    case 7: return kt_circuit_gate(c, KT_GATE_RX, NULL, &KT_ANGLE(1), err);
    case 8: return kt_circuit_rotate(c, KT_GATE_RX, 0, KT_ANGLE(NAN), err);
    case 9: return kt_circuit_rotate(c, KT_GATE_RX, 0, (kt_angle_arg){ 0, "theta", INFINITY }, err);
    case 10: return kt_circuit_rotate(c, KT_GATE_RX, 0, KT_PARAM("1st angle"), err);
    case 11: return kt_circuit_rotate(c, KT_GATE_RX, 5, KT_PARAM("theta"), err);
    case 12:
        return kt_circuit_gate_spec(c, &(kt_gate_spec){ .gate = KT_GATE_X, .qubits = (int[]){ 0 }, .power = NAN }, err);
    case 13:
        return kt_circuit_gate_spec(
            c, &(kt_gate_spec){ .gate = KT_GATE_X, .control_count = 64, .qubits = (int[]){ 0 }, .power = 1 }, err);
    case 14:
        return kt_circuit_gate_spec(c,
                                    &(kt_gate_spec){ .gate = KT_GATE_X,
                                                     .control_count = 1,
                                                     .controls = (int[]){ 1 },
                                                     .control_states = (int[]){ 2 },
                                                     .qubits = (int[]){ 0 },
                                                     .power = 1 },
                                    err);
    case 15: return kt_circuit_unitary(c, 1, (int[]){ 0 }, zeros, err);
    case 16: return kt_circuit_unitary(c, 11, (int[]){ 0 }, zeros, err);
    case 17: return kt_circuit_kraus(c, 1, (int[]){ 0 }, 2, zeros, err);
    case 18: return kt_circuit_kraus(c, 1, (int[]){ 0 }, 5, zeros, err);
    case 19: return kt_circuit_kraus(c, 3, (int[]){ 0 }, 1, zeros, err);
    case 20: return kt_circuit_noise(c, KT_NOISE_BIT_FLIP, (int[]){ 0 }, (double[]){ 1.5 }, err);
    case 21: return kt_circuit_noise(c, (kt_noise)99, (int[]){ 0 }, (double[]){ 0.5 }, err);
    case 22: return kt_circuit_noise(c, KT_NOISE_BIT_FLIP, (int[]){ 0 }, NULL, err);
    case 23: return kt_circuit_measure(c, 0, -1, err);
    case 24: return kt_circuit_measure(c, 2, 0, err);
    case 25: return kt_circuit_want_probability(c, 2, (int[]){ 1, 1 }, err);
    case 26: return kt_circuit_want_probability(c, 1, (int[]){ 2 }, err);
    case 27: return kt_circuit_want_density_matrix(c, -1, NULL, err);
    case 28: return kt_circuit_want_amplitude(c, "0x", err);
    case 29: return kt_circuit_want_amplitude(c, NULL, err);
    case 30: return kt_circuit_want_expectation(c, 0, NULL, err);
    case 31: return kt_circuit_want_expectation(c, 1, &(kt_term_arg){ 1, 0, NULL }, err);
    case 32: return kt_circuit_want_expectation(c, 1, &(kt_term_arg){ NAN, 1, &z0 }, err);
    case 33: return kt_circuit_want_expectation(c, 1, &(kt_term_arg){ 1, 2, z0z0 }, err);
    case 34: return kt_circuit_want_variance(c, &(kt_term_arg){ 1, 1, &h0 }, err);
    case 35: return kt_circuit_want_sample(c, &(kt_term_arg){ 1, 1, &none }, err);
    case 36: return kt_circuit_want_sample(c, &(kt_term_arg){ 1, 1, &wide }, err);
    case 37: return kt_circuit_want_sample(c, &(kt_term_arg){ 1, 1, &odd }, err);
    case 38: return kt_circuit_want_sample(c, &(kt_term_arg){ 1, 1, &empty }, err);
    case 39: return kt_circuit_want_gradient(c, 1, &(kt_term_arg){ 1, 1, &z0 }, 1, NULL, err);
    case 40: return kt_circuit_want_gradient(c, 1, &(kt_term_arg){ NAN, 1, &z0 }, 1, (const char *[]){ "theta" }, err);
    case 41: return kt_circuit_barrier(c, 1, (int[]){ 2 }, err);
    case 42: return kt_circuit_barrier(c, 70000, (int[]){ 2 }, err);
    case 43: return kt_circuit_reset(c, -3, err);
    default: return 1;
    }
}

TEST(circuit, what_has_no_place_is_refused_with_the_reason_and_changes_nothing)
{
    static const char *const messages[] = {
        "h: qubit 2 does not exist; the circuit has qubits 0 to 1",
        "h: qubit -1 does not exist; qubits are counted from 0",
        "cnot: qubit 1 is named twice; its qubits must be distinct",
        "cnot has 2 qubits and 0 angles, not 1 and 0; use kt_circuit_gate",
        "gate number 99 does not exist; ketch/gates.def lists them",
        "gate number 99 does not exist; ketch/gates.def lists them",
        "rx: 1 angles are needed, none are given",
        "rx: 1 qubits are needed, none are given",
        "rx: angle 1 is nan; it must be a finite number",
        "rx: angle 1 has the factor inf; it must be a finite number",
        "'1st angle' can't name a parameter; a name is letters, digits and _, such as theta_1",
        "rx: qubit 5 does not exist; the circuit has qubits 0 to 1",
        "x: its power is nan; it must lie between -2^53 and 2^53",
        "x with 64 control qubits; 0 to 63 are taken",
        "x: control state 0 is 2; it must be 0 or 1",
        "the matrix on 1 qubits is not unitary (within 1e-05)",
        "a unitary of 11 qubits; 1 to 10 are taken",
        "the kraus operators are no channel: the sum of K^dagger K is not the identity (within 1e-05)",
        "5 kraus operators on 1 qubit; 1 to 4 are taken",
        "kraus operators on 3 qubits; 1 or 2 are taken",
        "bit_flip: parameter 1 is 1.5; it must lie between 0 and 1",
        "noise number 99 does not exist; ketch/noise.def lists them",
        "bit_flip: 1 parameters are needed, none are given",
        "measure: bit -1 does not exist; bits are counted from 0",
        "measure: qubit 2 does not exist; the circuit has qubits 0 to 1",
        "probability: qubit 1 is named twice; its qubits must be distinct",
        "probability: qubit 2 does not exist; the circuit has qubits 0 to 1",
        "density_matrix of -1 qubits; 0 to 65535 are taken",
        "amplitude of the state \"0x\"; a state is a string of 0 and 1",
        "amplitude of the state \"\"; a state is a string of 0 and 1",
        "expectation of 0 terms; it takes at least one",
        "expectation: an observable of 0 factors; it must have at least one",
        "expectation: a coefficient is nan; it must be a finite number",
        "expectation: qubit 0 is named twice; its qubits must be distinct",
        "variance: its matrix is not hermitian; it must equal its conjugate transpose",
        "sample: a hermitian factor has no matrix",
        "sample: a factor of the observable acts on 2 qubits; at most 1 are taken",
        "sample: observable number 77 does not exist",
        "sample: a factor of the observable acts on 0 qubits; 1 to 6 are taken",
        "adjoint_gradient by 1 parameters; name them, or give 0 for all",
        "adjoint_gradient: a coefficient is nan; it must be a finite number",
        "barrier: qubit 2 does not exist; the circuit has qubits 0 to 1",
        "barrier of 70000 qubits; 0 to 65535 are taken",
        "reset: qubit -3 does not exist; qubits are counted from 0",
    };
    KT_OWN(kt_circuit) *c = new_circuit(2);
    kt_error err;
    for (int which = 0; which < (int)KT_COUNT(messages); which++) {
        size_t wants;
        err.message[0] = '\0';
        assert_true(refused(c, which, &err) < 0);
        assert_string_equal(err.message, messages[which]);
        kt_circuit_wants(c, &wants);
        assert_int_equal(kt_circuit_operation_count(c), 0);
        assert_int_equal(wants, 0);
        assert_int_equal(kt_circuit_parameter_count(c), 0);
        assert_true(kt_circuit_is_bound(c));
    }
    assert_int_equal(refused(c, (int)KT_COUNT(messages), &err), 1);
}

TEST(circuit, operations_of_a_wrong_shape_are_refused)
{
    static const kt_angle angle = { .value = 1 };
    static const kt_complex one[4] = { { 1, 0 } };
    static const uint32_t qubits[] = { 0, 1, 0 };
    static const kt_angle_term unknown = { 3, 1 };
    static const kt_angle free_angle = { .term_count = 1, .terms = &unknown };
    static const struct {
        kt_op op;
        const char *message;
    } rows[] = {
        { { .kind = KT_OP_GATE, .gate = 200 }, "gate number 200 does not exist; ketch/gates.def lists them" },
        { { .kind = KT_OP_NOISE, .gate = 200 }, "noise number 200 does not exist; ketch/noise.def lists them" },
        { { .kind = 99 }, "operation kind 99 does not exist" },
        { { .kind = KT_OP_GATE, .gate = KT_GATE_CNOT, .qubit_count = 1, .qubits = qubits },
          "cnot acts on 2 qubits, not 1" },
        { { .kind = KT_OP_GATE,
            .gate = KT_GATE_X,
            .qubit_count = 1,
            .qubits = qubits,
            .angle_count = 1,
            .angles = &angle },
          "x takes 0 angles, not 1" },
        { { .kind = KT_OP_GATE,
            .gate = KT_GATE_RX,
            .qubit_count = 1,
            .qubits = qubits,
            .angle_count = 1,
            .angles = &free_angle },
          "rx: angle 1 names parameter number 3; the circuit has 0" },
        { { .kind = KT_OP_UNITARY, .qubit_count = 11, .qubits = qubits }, "unitary acts on 1 to 10 qubits, not 11" },
        { { .kind = KT_OP_UNITARY, .qubit_count = 1, .qubits = qubits }, "unitary has 0 matrices; it must have 1" },
        { { .kind = KT_OP_KRAUS, .qubit_count = 1, .qubits = qubits, .matrix = one, .matrix_count = 17 },
          "kraus has 17 matrices; it must have 1 to 16" },
        { { .kind = KT_OP_KRAUS, .control_count = 1, .qubit_count = 2, .qubits = qubits },
          "kraus has 1 control qubits; at most 0 are taken" },
        { { .kind = KT_OP_GATE, .gate = KT_GATE_X, .control_count = 2, .qubit_count = 1, .qubits = qubits },
          "x has 2 control qubits but only 1 qubits in all" },
        { { .kind = KT_OP_MEASURE, .qubit_count = 2, .qubits = qubits }, "measure acts on 1 qubit, not 2" },
        { { .kind = KT_OP_VERBATIM_BEGIN, .qubit_count = 1, .qubits = qubits }, "verbatim acts on 0 qubits, not 1" },
        { { .kind = KT_OP_DELAY, .qubit_count = 1, .qubits = qubits }, "delay takes 1 angle, not 0" },
    };
    KT_OWN(kt_circuit) *c = new_circuit(2);
    kt_error err;
    for (size_t k = 0; k < KT_COUNT(rows); k++) {
        kt_op op = rows[k].op;
        op.power = 1;
        assert_true(kt_circuit_add_op(c, &op, &err) < 0);
        assert_string_equal(err.message, rows[k].message);
    }
    const kt_op repeated = { .kind = KT_OP_BARRIER, .qubit_count = 3, .qubits = qubits };
    assert_int_equal(kt_circuit_add_op(c, &repeated, &err), 0); /* a barrier may name a qubit twice */
}

TEST(circuit, wants_of_a_wrong_shape_are_refused)
{
    static const uint32_t q0 = 0, p9 = 9;
    static const kt_complex inf[4] = { { INFINITY, 0 } };
    static const kt_factor z_all = { .kind = KT_OBS_Z }, z0 = { .kind = KT_OBS_Z, .qubit_count = 1, .qubits = &q0 };
    static const kt_factor odd = { .kind = 9, .qubit_count = 1, .qubits = &q0 };
    static const kt_factor huge = { .kind = KT_OBS_HERMITIAN, .qubit_count = 7, .qubits = &q0 };
    static const kt_factor endless = { .kind = KT_OBS_HERMITIAN, .qubit_count = 1, .qubits = &q0, .matrix = inf };
    static const kt_factor pair[] = { { .kind = KT_OBS_Z }, { .kind = KT_OBS_X } };
    static const kt_term terms[] = { { 1, 1, &z_all }, { 1, 1, &z0 },  { 1, 1, &odd },
                                     { 1, 1, &huge },  { 1, 2, pair }, { 1, 1, &endless } };
    static const struct {
        kt_want want;
        const char *message;
    } rows[] = {
        { { .type = 50 }, "result type number 50 does not exist" },
        { { .type = KT_RESULT_AMPLITUDE }, "amplitude names no state; give bit strings such as \"01\"" },
        { { .type = KT_RESULT_PROBABILITY }, "probability of 0 qubits; name at least one, or all" },
        { { .type = KT_RESULT_VARIANCE, .term_count = 2, .terms = terms }, "variance of 2 terms; it takes one" },
        { { .type = KT_RESULT_EXPECTATION }, "expectation of 0 terms; it takes at least one" },
        { { .type = KT_RESULT_EXPECTATION, .term_count = 1, .terms = &terms[0] },
          "expectation: a factor of the observable names no qubit" },
        { { .type = KT_RESULT_EXPECTATION, .all_qubits = true, .term_count = 1, .terms = &terms[1] },
          "expectation: a factor of the observable names qubits, but every qubit is meant" },
        { { .type = KT_RESULT_EXPECTATION, .term_count = 1, .terms = &terms[2] },
          "expectation: observable number 9 does not exist" },
        { { .type = KT_RESULT_EXPECTATION, .term_count = 1, .terms = &terms[3] },
          "expectation: a factor of the observable acts on 7 qubits; at most 6 are taken" },
        { { .type = KT_RESULT_EXPECTATION, .all_qubits = true, .term_count = 1, .terms = &terms[4] },
          "expectation: an observable of 2 factors; it must have exactly one on all qubits" },
        { { .type = KT_RESULT_EXPECTATION, .term_count = 1, .terms = &terms[5] },
          "expectation: the hermitian matrix has an entry that is not finite" },
        { { .type = KT_RESULT_ADJOINT_GRADIENT, .parameter_count = 1, .parameters = &p9 },
          "adjoint_gradient names parameter number 9; the circuit has 0" },
    };
    KT_OWN(kt_circuit) *c = new_circuit(2);
    kt_error err;
    for (size_t k = 0; k < KT_COUNT(rows); k++) {
        assert_true(kt_circuit_add_want(c, &rows[k].want, &err) < 0);
        assert_string_equal(err.message, rows[k].message);
    }
}

TEST(circuit, wants_are_numbered_and_copied_deeply)
{
    KT_OWN(kt_circuit) *c = new_circuit(2);
    kt_complex m[4] = { { 1, 0 }, { 0, 1 }, { 0, -1 }, { 2, 0 } };
    kt_factor_arg factors[] = { { .kind = KT_OBS_HERMITIAN, .qubit_count = 1, .qubits = { 1 }, .matrix = m },
                                { .kind = KT_OBS_X, .qubit_count = 1, .qubits = { 0 } } };
    const kt_term_arg sum[] = { { 1, 2, factors }, { -0.5, 1, &factors[1] } };
    assert_int_equal(kt_circuit_want_state_vector(c, NULL), 0);
    assert_int_equal(kt_circuit_want_amplitude(c, "01", NULL), 1);
    assert_int_equal(kt_circuit_want_probability(c, 0, NULL, NULL), 2);
    assert_int_equal(kt_circuit_want_probability(c, 2, (int[]){ 1, 0 }, NULL), 3);
    assert_int_equal(kt_circuit_want_expectation(c, 2, sum, NULL), 4);
    assert_int_equal(kt_circuit_want_variance(c, &sum[1], NULL), 5);
    assert_int_equal(kt_circuit_want_sample(c, &sum[1], NULL), 6);
    assert_int_equal(kt_circuit_want_density_matrix(c, 1, (int[]){ 1 }, NULL), 7);
    m[0].re = 7;
    factors[0].qubits[0] = 0;
    size_t count;
    const kt_want *wants = kt_circuit_wants(c, &count);
    assert_int_equal(count, 8);
    assert_true(wants[2].all_qubits && wants[2].target_count == 0);
    assert_true(wants[3].targets[0] == 1 && wants[3].targets[1] == 0);
    assert_string_equal(wants[1].states[0], "01");
    assert_true(wants[4].term_count == 2 && wants[4].terms[1].coefficient == -0.5);
    assert_true(wants[4].terms[0].factors[0].matrix[0].re == 1 && wants[4].terms[0].factors[0].qubits[0] == 1);
}

TEST(circuit, parameters_are_numbered_by_first_use)
{
    KT_OWN(kt_circuit) *c = new_circuit(1);
    assert_int_equal(kt_circuit_rotate(c, KT_GATE_RX, 0, KT_PARAM("b"), NULL), 0);
    assert_int_equal(kt_circuit_rotate(c, KT_GATE_RY, 0, KT_PARAM("a"), NULL), 0);
    assert_int_equal(kt_circuit_rotate(c, KT_GATE_RZ, 0, (kt_angle_arg){ 0.1, "b", 2 }, NULL), 0);
    assert_int_equal(kt_circuit_parameter_count(c), 2);
    assert_string_equal(kt_circuit_parameter_name(c, 0), "b");
    assert_string_equal(kt_circuit_parameter_name(c, 1), "a");
    assert_null(kt_circuit_parameter_name(c, 2));
    assert_null(kt_circuit_parameter_name(c, -1));
    assert_false(kt_circuit_is_bound(c));
    assert_int_equal(kt_circuit_add_parameter(c, "b", NULL), 0);
}

TEST(circuit, a_gradient_by_all_parameters_learns_of_later_ones)
{
    static const kt_factor_arg z = { .kind = KT_OBS_Z, .qubit_count = 1, .qubits = { 0 } };
    const kt_term_arg term = { 1, 1, &z };
    KT_OWN(kt_circuit) *c = new_circuit(1);
    assert_int_equal(kt_circuit_want_gradient(c, 1, &term, 0, NULL, NULL), 0);
    for (int k = 0; k < 40; k++) {
        char name[16];
        snprintf(name, sizeof name, "p%d", k);
        assert_int_equal(kt_circuit_rotate(c, KT_GATE_RX, 0, KT_PARAM(name), NULL), 0);
    }
    assert_int_equal(kt_circuit_want_gradient(c, 1, &term, 2, (const char *[]){ "p7", "new" }, NULL), 1);
    size_t count;
    const kt_want *wants = kt_circuit_wants(c, &count);
    assert_true(wants[0].all_qubits && wants[0].parameter_count == 41 && wants[0].parameters[40] == 40);
    assert_true(!wants[1].all_qubits && wants[1].parameter_count == 2 && wants[1].parameters[0] == 7);
    assert_true(wants[1].parameters[1] == 40);
}

TEST(circuit, binding_makes_a_copy_with_values_and_keeps_the_derivatives)
{
    static const kt_factor_arg z = { .kind = KT_OBS_Z, .qubit_count = 1, .qubits = { 0 } };
    KT_OWN(kt_circuit) *c = new_circuit(2), *bound = NULL, *again = NULL;
    kt_error err;
    assert_int_equal(kt_circuit_rotate(c, KT_GATE_RX, 0, (kt_angle_arg){ 0.5, "t", 2 }, NULL), 0);
    assert_int_equal(kt_circuit_gate2(c, KT_GATE_CNOT, 0, 1, NULL), 0);
    assert_int_equal(kt_circuit_want_expectation(c, 1, &(kt_term_arg){ 1, 1, &z }, NULL), 0);
    assert_int_equal(kt_circuit_bind(c, (double[]){ NAN }, &bound, &err), KT_E_INVALID);
    assert_string_equal(err.message, "parameter 't' is nan; it must be a finite number");
    assert_int_equal(kt_circuit_bind(c, NULL, &bound, &err), KT_E_INVALID);
    assert_null(bound);
    assert_int_equal(kt_circuit_bind(c, (double[]){ 0.25 }, &bound, NULL), 0);
    const kt_angle *angle = &op_at(bound, 0)->angles[0];
    assert_true(angle->value == 1.0 && angle->term_count == 1 && angle->terms[0].factor == 2);
    assert_true(kt_circuit_is_bound(bound) && !kt_circuit_is_bound(c));
    assert_true(op_at(c, 0)->angles[0].value == 0.5);
    assert_int_equal(kt_circuit_operation_count(bound), 2);
    assert_int_equal(kt_circuit_parameter_count(bound), 1);
    assert_int_equal(kt_circuit_bind(bound, (double[]){ 9 }, &again, NULL), 0); /* bound already: nothing to add */
    assert_true(op_at(again, 0)->angles[0].value == 1.0);
    size_t wants;
    kt_circuit_wants(bound, &wants);
    assert_int_equal(wants, 1);
}

TEST(circuit, labels_default_to_indexes_and_follow_added_qubits)
{
    KT_OWN(kt_circuit) *c = new_circuit(0);
    kt_error err;
    assert_int_equal(kt_circuit_add_qubit(c, 0, NULL), 0);
    assert_int_equal(kt_circuit_add_qubit(c, 1, NULL), 1);
    assert_int_equal(kt_circuit_add_qubit(c, 7, NULL), 2);
    assert_int_equal(kt_circuit_add_qubit(c, 3, NULL), 3);
    assert_true(kt_circuit_label(c, 0) == 0 && kt_circuit_label(c, 1) == 1);
    assert_true(kt_circuit_label(c, 2) == 7 && kt_circuit_label(c, 3) == 3);
    assert_int_equal(kt_circuit_set_labels(c, (uint32_t[]){ 4, 3, 2, 1 }, NULL), 0);
    assert_int_equal(kt_circuit_label(c, 3), 1);
    KT_OWN(kt_circuit) *full = new_circuit(65535), *other = NULL;
    assert_int_equal(kt_circuit_add_qubit(full, 65535, &err), KT_E_LIMIT);
    assert_int_equal(kt_circuit_new(65536, &other, &err), KT_E_INVALID);
    assert_string_equal(err.message, "a circuit of 65536 qubits was asked for; it can have 0 to 65535");
    assert_int_equal(kt_circuit_new(-1, &other, NULL), KT_E_INVALID);
    kt_circuit_free(NULL);
}

typedef struct count_sink {
    size_t ops, measures, stop_at;
} count_sink;

static int count_op(void *ctx, const kt_op *op, kt_error *err)
{
    count_sink *counts = ctx;
    assert_int_not_equal(op->kind, KT_OP_MEASURE);
    return ++counts->ops == counts->stop_at ? kt_fail(err, KT_E_CANCELLED, "enough") : 0;
}

static int count_measure(void *ctx, const kt_op *op, int *outcome, kt_error *err)
{
    (void)err;
    assert_int_equal(op->kind, KT_OP_MEASURE);
    ((count_sink *)ctx)->measures++;
    *outcome = 1;
    return 0;
}

TEST(circuit, a_player_plays_into_a_sink_until_it_refuses)
{
    KT_OWN(kt_circuit) *c = new_circuit(1), *copy = new_circuit(1);
    for (int k = 0; k < 5; k++)
        assert_int_equal(kt_circuit_gate1(c, KT_GATE_X, 0, NULL), 0);
    assert_int_equal(kt_circuit_measure(c, 0, 0, NULL), 0);
    kt_player player = kt_circuit_player(c);
    count_sink counts = { .stop_at = 99 };
    const kt_sink counter = { .op = count_op, .measure = count_measure, .ctx = &counts };
    kt_error err;
    assert_int_equal(player.play(player.ctx, &counter, &err), 0);
    assert_true(counts.ops == 5 && counts.measures == 1);
    counts = (count_sink){ .stop_at = 3 };
    assert_int_equal(player.play(player.ctx, &counter, &err), KT_E_CANCELLED);
    assert_int_equal(counts.ops, 3);
    const kt_sink into = kt_circuit_sink(copy);
    assert_int_equal(player.play(player.ctx, &into, &err), 0);
    assert_int_equal(kt_circuit_operation_count(copy), 6);
    int outcome = 0;
    assert_int_equal(into.measure(into.ctx, op_at(c, 5), &outcome, &err), 0);
    assert_int_equal(outcome, KT_OUTCOME_UNKNOWN);
}

TEST(circuit, takes_a_million_gates)
{
    KT_OWN(kt_circuit) *c = new_circuit(20);
    for (int k = 0; k < 1000000; k++) {
        if (kt_circuit_gate2(c, KT_GATE_CNOT, k % 20, (k + 1) % 20, NULL) < 0)
            fail();
    }
    assert_int_equal(kt_circuit_operation_count(c), 1000000);
    assert_true(op_at(c, 999999)->qubits[0] == 19 && op_at(c, 999999)->qubits[1] == 0);
}
