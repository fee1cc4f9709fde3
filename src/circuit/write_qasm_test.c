/* SPDX-License-Identifier: Apache-2.0 */
/* write_qasm_test.c - circuits as OpenQASM. That the programs parse back to the same circuit is tested where the parser
 * is known, in tests/; Amazon's simulator took the same texts. */
#include "circuit/circuit.h"

#include "tests/unit.h"

#include <math.h>
#include <string.h>

static kt_circuit *new_circuit(int qubits)
{
    kt_circuit *c = NULL;
    assert_int_equal(kt_circuit_new(qubits, &c, NULL), 0);
    return c;
}

static void assert_qasm(const kt_circuit *c, const char *expect)
{
    char *text = NULL;
    assert_int_equal(kt_circuit_to_qasm(c, &text, NULL), 0);
    assert_string_equal(text, expect);
    kt_text_free(text);
}

TEST(write_qasm, gates_modifiers_and_measurements)
{
    KT_OWN(kt_circuit) *c = new_circuit(4);
    const kt_gate_spec spec = { .gate = KT_GATE_RX,
                                .control_count = 3,
                                .controls = (int[]){ 1, 2, 3 },
                                .control_states = (int[]){ 1, 0, 0 },
                                .qubits = (int[]){ 0 },
                                .angles = &KT_ANGLE(0.5),
                                .power = -1 };
    assert_int_equal(kt_circuit_gate1(c, KT_GATE_H, 0, NULL), 0);
    assert_int_equal(kt_circuit_gate_spec(c, &spec, NULL), 0);
    assert_int_equal(kt_circuit_gate(c, KT_GATE_GPHASE, NULL, &KT_ANGLE(1e-9), NULL), 0);
    assert_int_equal(kt_circuit_barrier(c, 2, (int[]){ 0, 1 }, NULL), 0);
    assert_int_equal(kt_circuit_reset(c, 3, NULL), 0);
    assert_int_equal(kt_circuit_measure(c, 0, 2, NULL), 0);
    assert_qasm(c, "OPENQASM 3.0;\n"
                   "bit[3] b;\n"
                   "qubit[4] q;\n"
                   "h q[0];\n"
                   "ctrl @ negctrl(2) @ pow(-1) @ rx(0.5) q[1], q[2], q[3], q[0];\n"
                   "gphase(1e-09);\n"
                   "barrier q[0], q[1];\n"
                   "reset q[3];\n"
                   "b[2] = measure q[0];\n");
}

TEST(write_qasm, free_parameters_are_inputs_until_they_are_bound)
{
    KT_OWN(kt_circuit) *c = new_circuit(1), *bound = NULL;
    assert_int_equal(kt_circuit_rotate(c, KT_GATE_RX, 0, KT_PARAM("b"), NULL), 0);
    assert_int_equal(kt_circuit_rotate(c, KT_GATE_RX, 0, (kt_angle_arg){ 0.1, "q", -2 }, NULL), 0);
    assert_int_equal(kt_circuit_rotate(c, KT_GATE_RX, 0, (kt_angle_arg){ 0, "q", -1 }, NULL), 0);
    assert_int_equal(kt_circuit_measure(c, 0, 0, NULL), 0);
    assert_qasm(c, "OPENQASM 3.0;\n"
                   "input float b;\n"
                   "input float q;\n"
                   "bit[1] b_;\n"
                   "qubit[1] q_;\n"
                   "rx(b) q_[0];\n"
                   "rx(0.1 - 2*q) q_[0];\n"
                   "rx(-q) q_[0];\n"
                   "b_[0] = measure q_[0];\n");
    assert_int_equal(kt_circuit_bind(c, (double[]){ 0.5, 0.25 }, &bound, NULL), 0);
    assert_qasm(bound, "OPENQASM 3.0;\n"
                       "bit[1] b;\n"
                       "qubit[1] q;\n"
                       "rx(0.5) q[0];\n"
                       "rx(-0.4) q[0];\n"
                       "rx(-0.25) q[0];\n"
                       "b[0] = measure q[0];\n");
}

TEST(write_qasm, a_parameter_named_like_a_word_of_the_language_is_refused)
{
    KT_OWN(kt_circuit) *c = new_circuit(1);
    char *text = NULL;
    kt_error err;
    assert_int_equal(kt_circuit_rotate(c, KT_GATE_RX, 0, KT_PARAM("pi"), NULL), 0);
    assert_int_equal(kt_circuit_to_qasm(c, &text, &err), KT_E_UNSUPPORTED);
    assert_string_equal(err.message, "a parameter named 'pi' can't be written to OpenQASM, where that word has a "
                                     "meaning; rename it");
}

TEST(write_qasm, noise_unitaries_and_their_controls_are_pragmas)
{
    static const kt_complex y[4] = { { 0, 0 }, { 0, -1 }, { 0, 1 }, { 0, 0 } };
    static const kt_complex mixed[4] = { { 0.6, 0 }, { 0, 0.8 }, { 0, 0.8 }, { 0.6, 0 } };
    static const kt_complex kraus[8] = { { 1, 0 }, { 0, 0 }, { 0, 0 }, { 0.6, 0 }, { 0, 0 }, { 0.8, 0 } };
    KT_OWN(kt_circuit) *c = new_circuit(2);
    assert_int_equal(kt_circuit_noise(c, KT_NOISE_BIT_FLIP, (int[]){ 1 }, (double[]){ 1 }, NULL), 0);
    assert_int_equal(kt_circuit_kraus(c, 1, (int[]){ 0 }, 2, kraus, NULL), 0);
    assert_int_equal(kt_circuit_unitary(c, 1, (int[]){ 0 }, mixed, NULL), 0);
    const kt_op controlled = { .kind = KT_OP_UNITARY,
                               .control_count = 1,
                               .control_states = 0,
                               .qubit_count = 2,
                               .qubits = (uint32_t[]){ 1, 0 },
                               .matrix = y,
                               .matrix_count = 1,
                               .power = -1 };
    assert_int_equal(kt_circuit_add_op(c, &controlled, NULL), 0);
    assert_qasm(c, "OPENQASM 3.0;\n"
                   "qubit[2] q;\n"
                   "#pragma braket noise bit_flip(1.0) q[1]\n"
                   "#pragma braket noise kraus([[1.0, 0.0], [0.0, 0.6]], [[0.0, 0.8], [0.0, 0.0]]) q[0]\n"
                   "#pragma braket unitary([[0.6, 0.8im], [0.8im, 0.6]]) q[0]\n"
                   "#pragma braket unitary([[0.0, -1.0im, 0.0, 0.0], [1.0im, 0.0, 0.0, 0.0], "
                   "[0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]]) q[1], q[0]\n");
}

TEST(write_qasm, a_unitary_with_too_many_controls_is_refused)
{
    static const kt_complex one[4] = { { 1, 0 }, { 0, 0 }, { 0, 0 }, { 1, 0 } };
    static const uint32_t qubits[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 };
    KT_OWN(kt_circuit) *c = new_circuit(11);
    char *text = NULL;
    kt_error err;
    const kt_op op = { .kind = KT_OP_UNITARY,
                       .control_count = 10,
                       .qubit_count = 11,
                       .qubits = qubits,
                       .matrix = one,
                       .matrix_count = 1,
                       .power = 1 };
    assert_int_equal(kt_circuit_add_op(c, &op, NULL), 0);
    assert_int_equal(kt_circuit_to_qasm(c, &text, &err), KT_E_UNSUPPORTED);
}

TEST(write_qasm, every_result_has_its_pragma)
{
    static const kt_complex m[4] = { { 1, 0 }, { 0.5, -2 }, { 0.5, 2 }, { -1, 0 } };
    const kt_factor_arg factors[] = { { .kind = KT_OBS_HERMITIAN, .qubit_count = 1, .qubits = { 1 }, .matrix = m },
                                      { .kind = KT_OBS_X, .qubit_count = 1, .qubits = { 0 } } };
    const kt_factor y_all = { .kind = KT_OBS_Y };
    const kt_term all = { 1, 1, &y_all };
    const kt_want want_all = { .type = KT_RESULT_SAMPLE, .all_qubits = true, .term_count = 1, .terms = &all };
    const kt_want amplitude = { .type = KT_RESULT_AMPLITUDE,
                                .state_count = 2,
                                .states = (const char *[]){ "00", "11" } };
    const kt_term_arg sum[] = { { -1, 1, &factors[1] }, { 0.5, 2, factors }, { -2, 1, &factors[1] } };
    KT_OWN(kt_circuit) *c = new_circuit(2);
    assert_int_equal(kt_circuit_rotate(c, KT_GATE_RX, 0, KT_PARAM("t"), NULL), 0);
    assert_int_equal(kt_circuit_want_state_vector(c, NULL), 0);
    assert_int_equal(kt_circuit_add_want(c, &amplitude, NULL), 1);
    assert_int_equal(kt_circuit_want_probability(c, 0, NULL, NULL), 2);
    assert_int_equal(kt_circuit_want_density_matrix(c, 2, (int[]){ 1, 0 }, NULL), 3);
    assert_int_equal(kt_circuit_want_expectation(c, 1, &(kt_term_arg){ 1, 2, factors }, NULL), 4);
    assert_int_equal(kt_circuit_want_variance(c, &(kt_term_arg){ 1, 1, &factors[1] }, NULL), 5);
    assert_int_equal(kt_circuit_add_want(c, &want_all, NULL), 6);
    assert_int_equal(kt_circuit_want_gradient(c, 3, sum, 0, NULL, NULL), 7);
    assert_int_equal(kt_circuit_want_gradient(c, 1, &sum[1], 1, (const char *[]){ "t" }, NULL), 8);
    assert_qasm(c, "OPENQASM 3.0;\n"
                   "input float t;\n"
                   "qubit[2] q;\n"
                   "rx(t) q[0];\n"
                   "#pragma braket result state_vector\n"
                   "#pragma braket result amplitude \"00\", \"11\"\n"
                   "#pragma braket result probability all\n"
                   "#pragma braket result density_matrix q[1], q[0]\n"
                   "#pragma braket result expectation hermitian([[1.0, 0.5-2.0im], [0.5+2.0im, -1.0]]) q[1] @ x(q[0])\n"
                   "#pragma braket result variance x(q[0])\n"
                   "#pragma braket result sample y all\n"
                   "#pragma braket result adjoint_gradient expectation(-1 * x(q[0]) + 0.5 * hermitian([[1.0, "
                   "0.5-2.0im], [0.5+2.0im, -1.0]]) q[1] @ x(q[0]) - 2 * x(q[0])) all\n"
                   "#pragma braket result adjoint_gradient expectation(0.5 * hermitian([[1.0, 0.5-2.0im], [0.5+2.0im, "
                   "-1.0]]) q[1] @ x(q[0])) t\n");
}

TEST(write_qasm, what_braket_has_no_pragma_for_is_refused)
{
    static const kt_factor_arg z = { .kind = KT_OBS_Z, .qubit_count = 1, .qubits = { 0 } };
    KT_OWN(kt_circuit) *c = new_circuit(1), *d = new_circuit(1), *bound = NULL;
    char *text = NULL;
    kt_error err;
    assert_int_equal(kt_circuit_want_expectation(c, 1, &(kt_term_arg){ 2, 1, &z }, NULL), 0);
    assert_int_equal(kt_circuit_to_qasm(c, &text, &err), KT_E_UNSUPPORTED);
    assert_string_equal(err.message, "the expectation of a sum with coefficients has no pragma in Braket's OpenQASM; "
                                     "want that of each term");
    assert_int_equal(kt_circuit_rotate(d, KT_GATE_RX, 0, KT_PARAM("t"), NULL), 0);
    assert_int_equal(kt_circuit_want_gradient(d, 1, &(kt_term_arg){ 1, 1, &z }, 0, NULL, NULL), 0);
    assert_int_equal(kt_circuit_bind(d, (double[]){ 1 }, &bound, NULL), 0);
    assert_int_equal(kt_circuit_to_qasm(bound, &text, &err), KT_E_UNSUPPORTED);
    assert_null(text);
}

TEST(write_qasm, labels_and_verbatim_boxes_use_physical_qubits)
{
    static const kt_angle seconds = { .value = 1e-6 };
    static const uint32_t q0 = 0;
    const kt_op open = { .kind = KT_OP_VERBATIM_BEGIN }, close = { .kind = KT_OP_VERBATIM_END };
    const kt_op delay = { .kind = KT_OP_DELAY, .qubit_count = 1, .qubits = &q0, .angle_count = 1, .angles = &seconds };
    KT_OWN(kt_circuit) *c = new_circuit(2), *twice = new_circuit(2);
    assert_int_equal(kt_circuit_set_labels(c, (uint32_t[]){ 5, 8 }, NULL), 0);
    assert_int_equal(kt_circuit_add_op(c, &open, NULL), 0);
    assert_int_equal(kt_circuit_gate2(c, KT_GATE_CZ, 1, 0, NULL), 0);
    assert_int_equal(kt_circuit_add_op(c, &delay, NULL), 0);
    assert_int_equal(kt_circuit_add_op(c, &close, NULL), 0);
    assert_qasm(c, "OPENQASM 3.0;\n"
                   "#pragma braket verbatim\n"
                   "box {\n"
                   "    cz $8, $5;\n"
                   "    delay[1e-06s] $5;\n"
                   "}\n");
    assert_int_equal(kt_circuit_set_labels(twice, (uint32_t[]){ 1, 1 }, NULL), 0);
    assert_int_equal(kt_circuit_gate2(twice, KT_GATE_CZ, 1, 0, NULL), 0);
    assert_qasm(twice, "OPENQASM 3.0;\nqubit[2] q;\ncz q[1], q[0];\n");
}

TEST(write_qasm, each_register_of_measured_cells_is_declared)
{
    static const struct {
        uint32_t qubit;
        kt_cell cell;
    } rows[] = { { 0, (kt_cell)4 << 32 | 1 }, { 1, 2 }, { 0, KT_CELL_ANONYMOUS }, { 1, (kt_cell)4 << 32 } };
    KT_OWN(kt_circuit) *c = new_circuit(2);
    for (size_t k = 0; k < KT_COUNT(rows); k++) {
        const kt_op op = { .kind = KT_OP_MEASURE, .qubit_count = 1, .qubits = &rows[k].qubit, .cell = rows[k].cell };
        assert_int_equal(kt_circuit_add_op(c, &op, NULL), 0);
    }
    assert_qasm(c, "OPENQASM 3.0;\n"
                   "bit[3] b0;\n"
                   "bit[2] b1;\n"
                   "qubit[2] q;\n"
                   "b1[1] = measure q[0];\n"
                   "b0[2] = measure q[1];\n"
                   "measure q[0];\n"
                   "b1[0] = measure q[1];\n");
}
