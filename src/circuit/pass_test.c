/* SPDX-License-Identifier: Apache-2.0 */
/* pass_test.c - idle qubits leave, facts are right, observables become Z or are refused. */
#include "circuit/pass.h"

#include "circuit/complex.h"
#include "circuit/gate.h"
#include "circuit/linalg.h"
#include "tests/unit.h"

#include <math.h>
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

TEST(compact, keeps_the_qubits_that_something_touches_under_their_labels)
{
    static const kt_factor_arg x4 = { .kind = KT_OBS_X, .qubit_count = 1, .qubits = { 4 } };
    KT_OWN(kt_circuit) *c = new_circuit(7), *out = NULL;
    assert_int_equal(kt_circuit_rotate(c, KT_GATE_RX, 3, KT_PARAM("t"), NULL), 0);
    assert_int_equal(kt_circuit_gate2(c, KT_GATE_CNOT, 3, 1, NULL), 0);
    assert_int_equal(kt_circuit_barrier(c, 0, NULL, NULL), 0);
    assert_int_equal(kt_circuit_barrier(c, 1, (int[]){ 0 }, NULL), 0);
    assert_int_equal(kt_circuit_want_expectation(c, 1, &(kt_term_arg){ 2, 1, &x4 }, NULL), 0);
    assert_int_equal(kt_circuit_want_probability(c, 2, (int[]){ 6, 1 }, NULL), 1);
    assert_int_equal(kt_pass_compact(c, &out, NULL), 0);
    assert_int_equal(kt_circuit_qubit_count(out), 4);
    const uint32_t labels[] = { 1, 3, 4, 6 };
    for (uint32_t k = 0; k < 4; k++)
        assert_int_equal(kt_circuit_label(out, k), labels[k]);
    assert_int_equal(kt_circuit_operation_count(out), 3); /* the barrier on an idle qubit is gone */
    assert_true(op_at(out, 1)->qubits[0] == 1 && op_at(out, 1)->qubits[1] == 0);
    assert_int_equal(op_at(out, 2)->qubit_count, 4);
    size_t count;
    const kt_want *wants = kt_circuit_wants(out, &count);
    assert_true(wants[0].terms[0].factors[0].qubits[0] == 2 && wants[0].terms[0].coefficient == 2);
    assert_true(wants[1].targets[0] == 3 && wants[1].targets[1] == 0);
    assert_false(kt_circuit_is_bound(out));
    assert_int_equal(kt_circuit_operation_count(c), 4);
}

TEST(compact, of_nothing_is_nothing)
{
    KT_OWN(kt_circuit) *c = new_circuit(3), *out = NULL;
    assert_int_equal(kt_circuit_want_state_vector(c, NULL), 0);
    assert_int_equal(kt_pass_compact(c, &out, NULL), 0);
    assert_int_equal(kt_circuit_qubit_count(out), 0);
}

TEST(facts, count_and_measure_depth)
{
    KT_OWN(kt_circuit) *c = new_circuit(3);
    kt_circuit_facts facts;
    assert_int_equal(kt_circuit_gate1(c, KT_GATE_H, 0, NULL), 0);
    assert_int_equal(kt_circuit_gate1(c, KT_GATE_H, 1, NULL), 0);
    assert_int_equal(kt_circuit_barrier(c, 2, (int[]){ 0, 2 }, NULL), 0);
    assert_int_equal(kt_circuit_gate1(c, KT_GATE_X, 2, NULL), 0);
    assert_int_equal(kt_circuit_noise(c, KT_NOISE_BIT_FLIP, (int[]){ 2 }, (double[]){ 0.1 }, NULL), 0);
    assert_int_equal(kt_circuit_measure(c, 2, 0, NULL), 0);
    assert_int_equal(kt_pass_facts(c, &facts, NULL), 0);
    assert_true(facts.gate_count == 3 && facts.noise_count == 1 && facts.measure_count == 1);
    assert_int_equal(facts.depth, 4);
    assert_true(facts.terminal_measurements);
}

TEST(facts, know_when_one_state_serves_all_shots)
{
    static const struct {
        const char *steps; /* m0a: measure qubit 0 into bit a; x0, r0, b0 */
        bool terminal;
    } rows[] = {
        { "m0a m1b", true }, { "m0a x1 m1b", true }, { "m0a x0", false },  { "m0a m1a", false },
        { "r0 m0a", false }, { "m0a b0", true },     { "m0a m0b", false }, { "x0", true },
    };
    for (size_t k = 0; k < KT_COUNT(rows); k++) {
        KT_OWN(kt_circuit) *c = new_circuit(2);
        kt_circuit_facts facts;
        for (const char *s = rows[k].steps; s != NULL && *s != '\0'; s = strchr(s, ' ')) {
            s += *s == ' ';
            int qubit = s[1] - '0';
            int rc = *s == 'm'   ? kt_circuit_measure(c, qubit, s[2] - 'a', NULL)
                     : *s == 'x' ? kt_circuit_gate1(c, KT_GATE_X, qubit, NULL)
                     : *s == 'r' ? kt_circuit_reset(c, qubit, NULL)
                                 : kt_circuit_barrier(c, 1, &qubit, NULL);
            assert_int_equal(rc, 0);
        }
        assert_int_equal(kt_pass_facts(c, &facts, NULL), 0);
        if (facts.terminal_measurements != rows[k].terminal)
            fail_msg("%s", rows[k].steps);
    }
}

static const kt_complex y_matrix[4] = { { 0, 0 }, { 0, -1 }, { 0, 1 }, { 0, 0 } };

static void multiply(const kt_op *op, kt_complex *total, size_t n)
{
    kt_complex m[16], product[16];
    assert_int_equal(kt_op_matrix(op, m, NULL), 0);
    kt_mat_mul(n, m, total, product);
    memcpy(total, product, n * n * sizeof *total);
}

TEST(measure_basis, rotations_turn_every_observable_into_z)
{
    static const double r = M_SQRT1_2;
    static const struct {
        kt_pauli kind;
        kt_complex matrix[4];
    } rows[] = {
        { KT_OBS_X, { { 0, 0 }, { 1, 0 }, { 1, 0 }, { 0, 0 } } },
        { KT_OBS_Y, { { 0, 0 }, { 0, -1 }, { 0, 1 }, { 0, 0 } } },
        { KT_OBS_Z, { { 1, 0 }, { 0, 0 }, { 0, 0 }, { -1, 0 } } },
        { KT_OBS_H, { { r, 0 }, { r, 0 }, { r, 0 }, { -r, 0 } } },
        { KT_OBS_HERMITIAN, { { 0, 0 }, { 0, -1 }, { 0, 1 }, { 0, 0 } } },
    };
    for (size_t k = 0; k < KT_COUNT(rows); k++) {
        KT_OWN(kt_circuit) *c = new_circuit(1), *out = NULL;
        const kt_factor_arg factor = { .kind = rows[k].kind, .qubit_count = 1, .matrix = y_matrix };
        assert_int_equal(kt_circuit_want_sample(c, &(kt_term_arg){ 1, 1, &factor }, NULL), 0);
        assert_int_equal(kt_pass_measure_basis(c, &out, NULL), 0);
        kt_complex total[4] = { { 1, 0 }, { 0, 0 }, { 0, 0 }, { 1, 0 } }, back[4], left[4], z[4];
        for (size_t j = 0; j < kt_circuit_operation_count(out); j++)
            multiply(op_at(out, j), total, 2);
        kt_mat_adjoint(2, total, back);
        kt_mat_mul(2, total, rows[k].matrix, left);
        kt_mat_mul(2, left, back, z);
        double first = rows[k].kind == KT_OBS_HERMITIAN ? -1 : 1; /* eigenvalues ascending */
        assert_true(fabs(z[0].re - first) < 1e-14 && fabs(z[3].re + first) < 1e-14);
        assert_true(sqrt(kt_c_abs2(z[1])) < 1e-14 && sqrt(kt_c_abs2(z[2])) < 1e-14);
    }
}

TEST(measure_basis, a_factor_wanted_twice_is_rotated_once_and_identity_is_free)
{
    static const kt_factor_arg x0 = { .kind = KT_OBS_X, .qubit_count = 1, .qubits = { 0 } };
    static const kt_factor_arg i0 = { .kind = KT_OBS_I, .qubit_count = 1, .qubits = { 0 } };
    static const kt_factor_arg z0 = { .kind = KT_OBS_Z, .qubit_count = 1, .qubits = { 1 } };
    KT_OWN(kt_circuit) *c = new_circuit(2), *out = NULL;
    const kt_term_arg terms[] = { { 1, 1, &x0 }, { 1, 1, &i0 }, { 1, 1, &z0 } };
    assert_int_equal(kt_circuit_want_expectation(c, 3, terms, NULL), 0);
    assert_int_equal(kt_circuit_want_variance(c, &terms[0], NULL), 1);
    assert_int_equal(kt_circuit_want_probability(c, 0, NULL, NULL), 2);
    assert_int_equal(kt_pass_measure_basis(c, &out, NULL), 0);
    assert_int_equal(kt_circuit_operation_count(out), 1);
    assert_int_equal(op_at(out, 0)->gate, KT_GATE_H);
}

TEST(measure_basis, all_means_every_qubit)
{
    static const kt_factor y = { .kind = KT_OBS_Y };
    const kt_term term = { 1, 1, &y };
    const kt_want want = { .type = KT_RESULT_EXPECTATION, .all_qubits = true, .term_count = 1, .terms = &term };
    KT_OWN(kt_circuit) *c = new_circuit(3), *out = NULL;
    assert_int_equal(kt_circuit_add_want(c, &want, NULL), 0);
    assert_int_equal(kt_pass_measure_basis(c, &out, NULL), 0);
    assert_int_equal(kt_circuit_operation_count(out), 6);
    assert_true(op_at(out, 4)->gate == KT_GATE_SI && op_at(out, 5)->gate == KT_GATE_H && op_at(out, 5)->qubits[0] == 2);
}

TEST(measure_basis, measurements_at_the_end_follow_the_rotations)
{
    static const kt_factor_arg x0 = { .kind = KT_OBS_X, .qubit_count = 1, .qubits = { 0 } };
    KT_OWN(kt_circuit) *c = new_circuit(2), *out = NULL, *in_place = NULL;
    assert_int_equal(kt_circuit_measure(c, 0, 0, NULL), 0);
    assert_int_equal(kt_circuit_gate1(c, KT_GATE_T, 1, NULL), 0);
    assert_int_equal(kt_circuit_want_sample(c, &(kt_term_arg){ 1, 1, &x0 }, NULL), 0);
    assert_int_equal(kt_pass_measure_basis(c, &out, NULL), 0);
    assert_true(op_at(out, 0)->gate == KT_GATE_T && op_at(out, 1)->gate == KT_GATE_H);
    assert_int_equal(op_at(out, 2)->kind, KT_OP_MEASURE);
    assert_int_equal(kt_circuit_gate1(c, KT_GATE_X, 0, NULL), 0); /* now the measurement is in the middle */
    assert_int_equal(kt_pass_measure_basis(c, &in_place, NULL), 0);
    assert_int_equal(op_at(in_place, 0)->kind, KT_OP_MEASURE);
    assert_int_equal(op_at(in_place, 3)->gate, KT_GATE_H);
}

/* Letters: observable, qubits; H and G are two different two-qubit matrices, P a probability. */
static int want_from_text(kt_circuit *c, const char *text, uint32_t line)
{
    static kt_complex h[16], g[16];
    for (size_t k = 0; k < 4; k++) {
        h[k * 5].re = (double)k;
        g[k * 5].re = (double)(k * k);
    }
    const uint32_t qubits[2] = { (uint32_t)(text[1] - '0'), (uint32_t)(text[2] - '0') };
    bool pair = text[0] == 'H' || text[0] == 'G';
    uint8_t kind = pair ? KT_OBS_HERMITIAN : (uint8_t)(strchr("ixyzh", text[0]) - "ixyzh");
    const kt_factor factor = {
        .kind = kind, .qubit_count = pair ? 2 : 1, .qubits = qubits, .matrix = text[0] == 'H' ? h : g
    };
    const kt_term term = { 1, 1, &factor };
    const kt_want want = {
        .type = KT_RESULT_EXPECTATION, .term_count = 1, .terms = &term, .source = { .line = line, .column = 1 }
    };
    return kt_circuit_add_want(c, &want, NULL);
}

TEST(measure_basis, what_one_run_can_not_measure_is_refused_as_the_reference_does)
{
    static const struct {
        const char *first, *second;
        const char *message; /* NULL: fine */
    } rows[] = {
        { "x0", "x0", NULL },
        { "x0", "z1", NULL },
        { "x0", "i0", NULL },
        { "H01", "H01", NULL },
        { "H01", "i1", NULL },
        { "x0", "z0",
          "conflicting result types applied to a single qubit: qubit 0 is to be measured in x in line 5 and in z in "
          "line 6; ask for them in separate runs, or with shots=0" },
        { "H01", "G01",
          "conflicting result types applied to a single qubit: qubit 0 is to be measured in hermitian in line 5 and in "
          "another hermitian in line 6; ask for them in separate runs, or with shots=0" },
        { "H01", "H10",
          "qubit part of incompatible results targets: qubit 1 is part of 2 measured together in line 5 and of 2 in "
          "line 6 in another grouping or order; ask for them in separate runs, or with shots=0" },
        { "H01", "z1",
          "qubit part of incompatible results targets: qubit 1 is part of 2 measured together in line 5 and of 1 in "
          "line 6 in another grouping or order; ask for them in separate runs, or with shots=0" },
    };
    for (size_t k = 0; k < KT_COUNT(rows); k++) {
        KT_OWN(kt_circuit) *c = new_circuit(2), *out = NULL;
        kt_error err = { .message = "" };
        assert_int_equal(want_from_text(c, rows[k].first, 5), 0);
        assert_int_equal(want_from_text(c, rows[k].second, 6), 1);
        int rc = kt_pass_measure_basis(c, &out, &err);
        assert_int_equal(rc, rows[k].message == NULL ? 0 : KT_E_INVALID);
        assert_string_equal(err.message, rows[k].message == NULL ? "" : rows[k].message);
    }
}
