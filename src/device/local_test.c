/* SPDX-License-Identifier: Apache-2.0 */
/* local_test.c - from a program's text, or a circuit, to its result on the local devices. */
#include "tests/unit.h"

#include "base/base.h"

#include <ketch/ketch.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NEAR(a, b) assert_true(fabs((a) - (b)) < 1e-12)

/* Runs a program; on refusal *result is NULL. diagnostics may be NULL. */
static int try_text(const char *text, kt_run_options options, kt_inputs *take_inputs, kt_result **result,
                    kt_diagnostics **diagnostics, kt_error *err)
{
    kt_program *program = NULL;
    if (kt_program_parse(text, strlen(text), NULL, &program, NULL, err) < 0)
        fail_msg("%s", err->message);
    options.has_seed = 1;
    options.seed = 9;
    options.threads = 1;
    *result = NULL;
    int rc = kt_run_program(program, take_inputs, &options, result, diagnostics, err);
    kt_inputs_free(take_inputs);
    kt_program_free(program);
    return rc;
}

static kt_result *run_text(const char *text, int64_t shots)
{
    kt_error err = { 0 };
    kt_result *r = NULL;
    if (try_text(text, (kt_run_options){ .shots = shots }, NULL, &r, NULL, &err) < 0)
        fail_msg("%s", err.message);
    return r;
}

static uint64_t count_of(const kt_result *r, const char *bits)
{
    char text[80];
    for (size_t i = 0; i < kt_result_outcome_count(r); i++) {
        uint64_t times = kt_result_outcome(r, i, text);
        if (strcmp(text, bits) == 0)
            return times;
    }
    return 0;
}

/* ---- what is measured: the table of Amazon's local simulator ---- */

TEST(local, bits_and_measured_qubits_follow_the_reference)
{
    static const struct {
        const char *text, *bits;
        int columns;
        uint32_t qubits[3];
    } rows[] = {
        { "qubit[2] q; bit[2] c; x q[0]; c = measure q;", "10", 2, { 0, 1 } },
        { "qubit[2] q; bit[2] c; x q[0]; c[0] = measure q[1]; c[1] = measure q[0];", "01", 2, { 1, 0 } },
        { "qubit[3] q; x q[2]; measure q[2]; measure q[0];", "10", 2, { 2, 0 } },
        { "qubit[3] q; x q[0];", "1", 1, { 0 } },
        { "qubit[5] q; x q[3]; h q[1]; h q[1];", "01", 2, { 0, 1 } },
        { "x $3; i $1;", "01", 2, { 0, 1 } },
        { "bit[1] b; x $3; i $1; b[0] = measure $3;", "1", 1, { 3 } },
        { "qubit q; bit b; x q; b = measure q; x q;", "1", 1, { 0 } },
        { "qubit q; x q; measure q; x q;", "0", 1, { 0 } },
        { "OPENQASM 3;", "", 0, { 0 } },
        { "qubit[2] q;", "", 0, { 0 } },
        { "qubit[2] q; bit[1] b; bit[1] c; x q[1]; c[0] = measure q[1]; b[0] = measure q[0];", "01", 2, { 0, 1 } },
    };
    for (size_t i = 0; i < KT_COUNT(rows); i++) {
        kt_result *r = run_text(rows[i].text, 7);
        if (kt_result_column_count(r) != rows[i].columns || count_of(r, rows[i].bits) != 7)
            fail_msg("%s", rows[i].text);
        for (int c = 0; c < rows[i].columns; c++)
            assert_int_equal(kt_result_measured_qubit(r, c), rows[i].qubits[c]);
        kt_result_free(r);
    }
}

TEST(local, the_default_is_1000_shots_or_exact_when_only_exact_can_answer)
{
    kt_result *r = run_text("qubit q; h q;", KT_SHOTS_DEFAULT);
    assert_int_equal(kt_result_shots(r), 1000);
    kt_result_free(r);
    r = run_text("qubit q; h q;\n#pragma braket result probability\n", KT_SHOTS_DEFAULT);
    assert_int_equal(kt_result_shots(r), 1000);
    kt_result_free(r);
    r = run_text("qubit q; h q;\n#pragma braket result state_vector\n", KT_SHOTS_DEFAULT);
    assert_int_equal(kt_result_shots(r), 0);
    kt_result_free(r);
    r = run_text("qubit q; bit b; x q; b = measure q; if (b) { x q; }\n#pragma braket result state_vector\n",
                 KT_SHOTS_DEFAULT);
    assert_int_equal(kt_result_shots(r), 0);
    kt_result_free(r);
}

TEST(local, local_is_the_density_matrix_when_there_is_noise)
{
    static const struct {
        const char *text, *device;
    } rows[] = {
        { "qubit q; x q;", "local:sv" },
        { "qubit q; x q;\n#pragma braket noise bit_flip(0.1) q\n", "local:dm" },
        { "qubit q; bit b; x q; b = measure q; if (b) { x q; }\n#pragma braket noise bit_flip(0.1) q\n", "local:dm" },
        { "qubit q; bit b;\n#pragma braket noise bit_flip(0.1) q\nb = measure q; if (b) { x q; }", "local:dm" },
        { "qubit q; bit b; b = measure q; if (b) { x q; }", "local:sv" },
    };
    for (size_t i = 0; i < KT_COUNT(rows); i++) {
        kt_result *r = run_text(rows[i].text, 20);
        assert_string_equal(kt_result_device(r), rows[i].device);
        kt_result_free(r);
    }
}

TEST(local, refusals_point_into_the_program)
{
    static const struct {
        const char *text;
        int64_t shots;
        const char *device;
        uint32_t line;
        int code;
        const char *says;
    } rows[] = {
        { "qubit q;\nx q;\n#pragma braket noise bit_flip(0.1) q\n", 5, "local:sv", 3, KT_E_UNSUPPORTED, "local:dm" },
        { "qubit q;\nx q;\n#pragma braket result sample z(q)\n", 0, NULL, 3, KT_E_INVALID, "shots > 0" },
        { "qubit q;\nx q;\n#pragma braket result state_vector\n", 5, NULL, 3, KT_E_INVALID, "shots = 0" },
        { "qubit q;\nx q;\n#pragma braket result state_vector\n", 0, "local:dm", 3, KT_E_UNSUPPORTED, "local:dm" },
        { "qubit[2] q;\nx q;\n#pragma braket result amplitude \"1\"\n", 0, NULL, 3, KT_E_INVALID, "number of qubits" },
        { "qubit q;\n#pragma braket result expectation x(q)\n#pragma braket result expectation z(q)\n", 5, NULL, 3,
          KT_E_INVALID, "conflicting result types applied to a single qubit" },
        { "qubit q; bit b; h q; b = measure q; if (b) { x q; }\n#pragma braket result expectation x(q)\n"
          "#pragma braket result expectation z(q)\n",
          5, NULL, 3, KT_E_INVALID, "conflicting result types applied to a single qubit" },
        { "qubit q;\nx q;", 0, NULL, 0, KT_E_INVALID, "result types must be specified" },
        { "qubit q; bit b;\nx q; b = measure q; if (b) { x q; }\n#pragma braket noise bit_flip(0.1) q\n", 5, "local:sv",
          3, KT_E_UNSUPPORTED, "local:dm" },
        { "qubit q; bit b; x q; b = measure q; if (b) { x q; }\n#pragma braket result sample z(q)\n", 0, NULL, 2,
          KT_E_INVALID, "shots > 0" },
    };
    for (size_t i = 0; i < KT_COUNT(rows); i++) {
        kt_error err = { 0 };
        kt_result *r = NULL;
        kt_diagnostics *d = NULL;
        kt_run_options o = { .shots = rows[i].shots, .device = rows[i].device };
        int rc = try_text(rows[i].text, o, NULL, &r, &d, &err);
        if (rc != rows[i].code || strstr(err.message, rows[i].says) == NULL)
            fail_msg("row %zu: %d %s", i, rc, err.message);
        if (rows[i].line > 0) {
            assert_int_equal(kt_diagnostics_count(d), 1);
            assert_int_equal(kt_diagnostics_get(d, 0)->line, rows[i].line);
        }
        assert_null(r);
        kt_diagnostics_free(d);
    }
}

TEST(local, a_program_that_decides_is_refused_before_its_state_takes_memory)
{
    static const struct {
        const char *text, *device;
        uint64_t memory_bytes;
        const char *says;
    } rows[] = {
        { "qubit[40] q; h q; bit b; b = measure q[0]; if (b) x q[1];", NULL, 1 << 20,
          "40 qubits need 16.0 TiB of memory (16.0 TiB for the state vector, 0 B for the results), and this machine "
          "has "
          "1.0 MiB" },
        { "qubit[40] q; h q; bit b; b = measure q[0]; if (b) x q[1];", NULL, 0, "40 qubits need 16.0 TiB" },
        { "qubit[20] q; h q; bit b; b = measure q[0]; if (b) x q[1];", "local:dm", 1 << 20,
          "20 qubits need 16.0 TiB of memory (16.0 TiB for the density matrix" },
        { "qubit[20] q; bit b; h q;\n#pragma braket noise bit_flip(0.1) q[0]\nb = measure q[0]; if (b) x q[1];", NULL,
          1 << 20, "(16.0 TiB for the density matrix" },
        { "qubit[14] q; bit b; h q; b = measure q[0]; if (b) x q[1];\n#pragma braket noise bit_flip(0.1) q[0]\n", NULL,
          1 << 20, "(4.0 GiB for the density matrix" },
        { "output bit c; qubit[40] q; h q; c = measure q[0];", NULL, 1 << 20, "40 qubits need 16.0 TiB" },
    };
    for (size_t i = 0; i < KT_COUNT(rows); i++) {
        kt_error err = { 0 };
        kt_result *r = NULL;
        kt_run_options o = { .shots = 10, .device = rows[i].device, .memory_bytes = rows[i].memory_bytes };
        int rc = try_text(rows[i].text, o, NULL, &r, NULL, &err);
        if (rc != KT_E_CAPACITY || strstr(err.message, rows[i].says) == NULL)
            fail_msg("row %zu: %d %s", i, rc, err.message);
        assert_null(r);
    }
}

TEST(local, qubits_that_nothing_but_a_measurement_touches_need_no_memory)
{
    kt_error err = { 0 };
    kt_result *r = NULL;
    kt_run_options o = { .shots = 10, .memory_bytes = 1 << 20 };
    if (try_text("qubit[40] q; bit[40] b; b = measure q; if (b[3]) { x q[1]; }", o, NULL, &r, NULL, &err) < 0)
        fail_msg("%s", err.message);
    assert_int_equal(count_of(r, "0000000000000000000000000000000000000000"), 10);
    kt_result_free(r);
}

TEST(local, a_state_that_would_grow_beyond_the_memory_in_a_branch_is_refused)
{
    static const char *const rows[] = {
        "qubit q; bit b; h q; b = measure q; if (b) { x q; } qubit[40] r; h r;",
        "qubit[40] q; bit b; h q[0]; b = measure q[0]; if (b) { h q; }",
        "qubit[40] q; bit b; h q[0]; b = measure q[0]; if (b) { x q; }\n#pragma braket noise bit_flip(0.1) q[0]\n",
        ("qubit[40] q; bit[40] b; h q[0]; b[0] = measure q[0]; if (b[0]) { x q[1]; } b = measure q;\n"
         "#pragma braket result probability all\n"),
        "qubit[40] q; bit b; h q[0]; for int i in [1:39] { b = measure q[i - 1]; if (b || !b) { h q[i]; } }",
    };
    for (size_t i = 0; i < KT_COUNT(rows); i++) {
        kt_error err = { 0 };
        kt_result *r = NULL;
        kt_run_options o = { .shots = 10, .memory_bytes = 1 << 20 };
        int rc = try_text(rows[i], o, NULL, &r, NULL, &err);
        if (rc != KT_E_CAPACITY || strstr(err.message, "1.0 MiB") == NULL)
            fail_msg("row %zu: %d %s", i, rc, err.message);
        assert_null(r);
    }
}

TEST(local, wrong_options_are_refused)
{
    static const struct {
        kt_run_options options;
        int code;
    } rows[] = {
        { { .device = "local:tn" }, KT_E_NOT_FOUND },
        { { .shots = -2 }, KT_E_INVALID },
        { { .threads = -1 }, KT_E_INVALID },
    };
    kt_circuit *c = NULL;
    assert_int_equal(kt_circuit_new(1, &c, NULL), 0);
    for (size_t i = 0; i < KT_COUNT(rows); i++) {
        kt_result *r = NULL;
        assert_int_equal(kt_run_circuit(c, &rows[i].options, &r, NULL), rows[i].code);
    }
    kt_circuit_free(c);
}

TEST(local, inputs_reach_the_angles_and_the_action)
{
    kt_inputs *inputs = NULL;
    kt_result *r = NULL;
    kt_error err = { 0 };
    char *text = NULL;
    size_t count;
    assert_int_equal(kt_inputs_new(&inputs, NULL), 0);
    assert_int_equal(kt_inputs_set(inputs, "theta", 0.4, NULL), 0);
    if (try_text("input float theta; qubit q; rx(theta) q;\n#pragma braket result expectation z(q)\n",
                 (kt_run_options){ .shots = 0 }, inputs, &r, NULL, &err) < 0)
        fail_msg("%s", err.message);
    NEAR(kt_result_numbers(r, 0, &count)[0], cos(0.4));
    assert_int_equal(kt_result_to_braket(r, &text, NULL), 0);
    assert_non_null(strstr(text, "\"source\":\"input float theta;"));
    assert_non_null(strstr(text, "\"inputs\":{\"theta\":0.4}}"));
    kt_text_free(text);
    kt_result_free(r);
}

TEST(local, the_adjoint_gradient_of_a_program_goes_through_its_expressions)
{
    kt_inputs *inputs = NULL;
    kt_result *r = NULL;
    kt_error err = { 0 };
    assert_int_equal(kt_inputs_new(&inputs, NULL), 0);
    assert_int_equal(kt_inputs_set(inputs, "t", 0.4, NULL), 0);
    if (try_text("input float t; qubit q; rx(2 * t + 1) q;\n"
                 "#pragma braket result adjoint_gradient expectation(3 * z(q)) t\n",
                 (kt_run_options){ .shots = KT_SHOTS_DEFAULT }, inputs, &r, NULL, &err) < 0)
        fail_msg("%s", err.message);
    NEAR(kt_result_gradient_expectation(r, 0), 3 * cos(1.8));
    NEAR(kt_result_gradient_value(r, 0, 0), -6 * sin(1.8));
    kt_result_free(r);
}

TEST(local, programs_that_decide_run_branch_by_branch)
{
    kt_result *r = run_text("qubit[2] q; bit[2] b; h q[0]; b[0] = measure q[0]; if (b[0] == 1) { x q[1]; } "
                            "b[1] = measure q[1];",
                            1000);
    assert_int_equal(count_of(r, "00") + count_of(r, "11"), 1000);
    assert_in_range(count_of(r, "00"), 400, 600);
    kt_result_free(r);
}

TEST(local, an_endless_loop_ends_at_the_statement_limit)
{
    kt_limits limits = { .statements = 5000 };
    kt_run_options o = { .shots = 10, .limits = &limits };
    kt_result *r = NULL;
    kt_error err = { 0 };
    kt_diagnostics *d = NULL;
    assert_int_equal(try_text("qubit q; bit b; b = 0; while (b == 0) { b = measure q; }", o, NULL, &r, &d, &err),
                     KT_E_LIMIT);
    assert_int_equal(kt_diagnostics_count(d), 1);
    kt_diagnostics_free(d);
}

TEST(local, output_variables_are_in_the_result)
{
    kt_result *r = run_text("qubit[2] q; output int[8] n; bit[2] c; x q; c = measure q; n = 0; "
                            "if (c[0]) { n += 2; } if (c[1]) { n += 1; }",
                            3);
    char *text = NULL;
    assert_int_equal(kt_result_to_json(r, &text, NULL), 0);
    assert_non_null(strstr(text, "\"outputs\":[{\"values\":{\"n\":3},\"count\":3}]"));
    kt_text_free(text);
    kt_result_free(r);
}

static int stop_at_once(void *ctx, double done)
{
    (void)done;
    ++*(int *)ctx;
    return 1;
}

TEST(local, a_run_can_be_cancelled)
{
    int calls = 0;
    kt_run_options o = { .shots = 100000, .progress = stop_at_once, .progress_ctx = &calls };
    kt_result *r = NULL;
    kt_error err = { 0 };
    int rc = try_text("qubit[12] q; bit b; for int i in [0:400000] { h q; b = measure q[0]; if (b) { x q[1]; } }", o,
                      NULL, &r, NULL, &err);
    assert_int_equal(rc, KT_E_CANCELLED);
    assert_int_equal(calls, 1);
}

TEST(local, a_long_classical_loop_can_be_cancelled)
{
    int calls = 0;
    kt_run_options o = { .shots = 10, .progress = stop_at_once, .progress_ctx = &calls };
    kt_result *r = NULL;
    kt_error err = { 0 };
    int rc = try_text("qubit q; int x = 0; for int i in [0:40000000] { x += 1; }", o, NULL, &r, NULL, &err);
    assert_int_equal(rc, KT_E_CANCELLED);
    assert_int_equal(calls, 1);
}

TEST(local, instructions_that_the_machine_lacks_are_refused)
{
    kt_run_options o = { .shots = 10, .instructions = "abacus" };
    kt_result *r = NULL;
    kt_error err = { 0 };
    assert_int_equal(try_text("qubit q; h q;", o, NULL, &r, NULL, &err), KT_E_UNSUPPORTED);
    assert_non_null(strstr(err.message, "'abacus'"));
    o.instructions = "scalar";
    assert_int_equal(try_text("qubit q; h q;", o, NULL, &r, NULL, &err), 0);
    kt_result_free(r);
}

/* ---- circuits ---- */

TEST(local, a_circuit_is_measured_on_all_its_qubits)
{
    kt_circuit *c = NULL;
    kt_result *r = NULL;
    kt_run_options o = { .shots = 4, .has_seed = 1, .seed = 1 };
    char *text = NULL;
    assert_int_equal(kt_circuit_new(3, &c, NULL), 0);
    assert_int_equal(kt_circuit_gate1(c, KT_GATE_X, 1, NULL), 0);
    assert_int_equal(kt_run_circuit(c, &o, &r, NULL), 0);
    assert_int_equal(count_of(r, "010"), 4);
    assert_int_equal(kt_result_seed(r), 1);
    assert_true(kt_result_elapsed_ns(r) > 0);
    assert_int_equal(kt_result_to_braket(r, &text, NULL), 0);
    assert_non_null(strstr(text, "\"source\":\"OPENQASM 3"));
    kt_text_free(text);
    kt_result_free(r);
    kt_circuit_free(c);
}

TEST(local, without_a_seed_two_runs_differ)
{
    kt_circuit *c = NULL;
    kt_result *r[2] = { NULL };
    assert_int_equal(kt_circuit_new(1, &c, NULL), 0);
    for (int i = 0; i < 2; i++)
        assert_int_equal(kt_run_circuit(c, NULL, &r[i], NULL), 0);
    assert_true(kt_result_seed(r[0]) != kt_result_seed(r[1]));
    assert_int_equal(kt_result_shots(r[0]), 1000);
    kt_result_free(r[0]);
    kt_result_free(r[1]);
    kt_circuit_free(c);
}

TEST(local, a_bound_circuit_gives_its_gradient)
{
    kt_circuit *c = NULL, *bound = NULL;
    kt_result *r = NULL;
    kt_factor_arg z = { .kind = KT_OBS_Z, .qubit_count = 1, .qubits = { 0 } };
    kt_term_arg term = { 1, 1, &z };
    double value = 0.3;
    assert_int_equal(kt_circuit_new(1, &c, NULL), 0);
    assert_int_equal(kt_circuit_rotate(c, KT_GATE_RY, 0, KT_PARAM("a"), NULL), 0);
    assert_int_equal(kt_circuit_want_gradient(c, 1, &term, 0, NULL, NULL), 0);
    assert_int_equal(kt_run_circuit(c, NULL, &r, NULL), KT_E_INVALID);
    assert_int_equal(kt_circuit_bind(c, &value, &bound, NULL), 0);
    assert_int_equal(kt_run_circuit(bound, NULL, &r, NULL), 0);
    NEAR(kt_result_gradient_value(r, 0, 0), -sin(0.3));
    kt_result_free(r);
    kt_circuit_free(bound);
    kt_circuit_free(c);
}
