/* SPDX-License-Identifier: Apache-2.0 */
/* compile_test.c - what each kind of device takes of a program, and in which words it refuses the rest. */
#include "sandbox/sample_test.h"

#define MEASURED " b[0] = measure $1;"

typedef struct row {
    const char *arn, *source, *expect; /* expect NULL: it is taken; else a part of the refusal */
    int64_t shots;
} row;

static void check_rows(const row *rows, size_t count)
{
    KT_OWN(kt_devices) *devices = sample_shipped();
    for (size_t i = 0; i < count; i++) {
        kt_compiled compiled = { 0 };
        kt_error err = { 0 };
        const kt_compile_question question = { .device = kt_devices_find(devices, kt_view_of(rows[i].arn)),
                                               .source = kt_view_of(rows[i].source),
                                               .shots = rows[i].shots };
        int rc = kt_compile(&question, &compiled, &err);
        if (rows[i].expect == NULL && rc != 0)
            fail_msg("%s\nrefused: %s", rows[i].source, err.message);
        if (rows[i].expect != NULL && (rc != KT_E_INVALID || strstr(err.message, rows[i].expect) == NULL))
            fail_msg("%s\nexpected: %s\nfound: %d %s", rows[i].source, rows[i].expect, rc, err.message);
        if (rc < 0)
            assert_null(compiled.program);
        kt_compiled_fini(&compiled);
    }
}

TEST(compile, takes_the_gates_that_a_device_advertises_and_no_others)
{
    static const row rows[] = {
        { GARNET, "bit[1] b; h $1;" MEASURED, NULL, 1 },
        { GARNET, "bit[1] b; ms(0.1, 0.2, 0.3) $1, $2;" MEASURED, "uses a gate: ms which is not supported", 1 },
        { FORTE, "qubit[3] q; ccnot q[0], q[1], q[2];", "uses a gate: ccnot which is not supported", 100 },
        { FORTE, "bit[1] b; gpi(0.1) $1;" MEASURED, "uses a gate: gpi which is not supported", 100 },
        { GARNET, "bit[1] b; U(1, 2, 3) $1;" MEASURED, "uses a gate: U which is not supported", 1 },
        { SV1, "qubit[1] q; U(1, 2, 3) q[0]; gphase(0.1);", NULL, 1 },
        { GARNET, "bit[1] b; ctrl @ x $1, $2;" MEASURED, "gate modifiers are not supported on Garnet", 1 },
        { SV1, "qubit[2] q; ctrl @ x q[0], q[1]; pow(0.5) @ x q[0];", NULL, 1 },
        { GARNET, "bit[1] b; cx $1, $2;" MEASURED, "'cx' is not defined", 1 },
        { GARNET, "bit[1] b;\n#pragma braket unitary([[0, 1], [1, 0]]) $1\n" MEASURED, "unitary pragmas", 1 },
        { SV1, "qubit[1] q;\n#pragma braket unitary([[0, 1], [1, 0]]) q[0]\n", NULL, 1 },
        { GARNET, "bit[1] b; barrier $1;" MEASURED, NULL, 1 },
        { IBEX, "bit[1] b; barrier $1;" MEASURED, "barrier is not supported", 1 },
        { GARNET, "bit[1] b; reset $1;" MEASURED, "reset is not supported", 1 },
        { FORTE, "bit[1] b; delay[10ns] $1;" MEASURED, "delay is not supported", 100 },
    };
    check_rows(rows, KT_COUNT(rows));
}

TEST(compile, takes_noise_on_the_density_matrix_simulator_alone)
{
    static const row rows[] = {
        { DM1, "qubit[1] q; x q[0];\n#pragma braket noise bit_flip(0.1) q[0]\n", NULL, 1 },
        { SV1, "qubit[1] q; x q[0];\n#pragma braket noise bit_flip(0.1) q[0]\n", "noise instructions", 1 },
        { GARNET, "x $1;\n#pragma braket noise bit_flip(0.1) $1\n", "noise instructions", 1 },
        { SV1, "qubit[1] q; x q[0];\n#pragma braket noise kraus([[1, 0], [0, 1]]) q[0]\n", "noise instructions", 1 },
    };
    check_rows(rows, KT_COUNT(rows));
}

TEST(compile, takes_native_gates_on_couplings_in_a_verbatim_box)
{
    static const row rows[] = {
        { GARNET, "bit[1] b;\n#pragma braket verbatim\nbox { prx(1, 2) $1; cz $1, $2; }" MEASURED, NULL, 1 },
        { GARNET, "bit[1] b;\n#pragma braket verbatim\nbox { h $1; }" MEASURED, "gate h is not a native gate", 1 },
        { GARNET, "bit[1] b;\n#pragma braket verbatim\nbox { cz $1, $3; }" MEASURED, "1 and 3 are not connected", 1 },
        { GARNET, "bit[1] b; cz $1, $3;" MEASURED, NULL, 1 }, /* the compiler brings them together */
        { GARNET, "bit[1] b; qubit[2] q;\n#pragma braket verbatim\nbox { cz q[0], q[1]; } b[0] = measure q[0];",
          "works on physical qubits", 1 },
        { FORTE, "bit[1] b;\n#pragma braket verbatim\nbox { gpi2(1) $1; zz(1.5) $1, $35; }" MEASURED, NULL, 100 },
        { FORTE, "bit[1] b; x $1;\n#pragma braket verbatim\nbox { gpi2(1) $1; }" MEASURED,
          "outside of the verbatim box", 100 },
        { GARNET, "bit[1] b; x $1;\n#pragma braket verbatim\nbox { prx(1, 2) $1; }" MEASURED, NULL, 1 },
        { GARNET, "bit[1] b;\n#pragma braket verbatim\nbox[100ns] { prx(1, 2) $1; }" MEASURED, "box with a duration",
          1 },
    };
    check_rows(rows, KT_COUNT(rows));
}

TEST(compile, takes_the_qubits_that_a_device_has)
{
    static const row rows[] = {
        { GARNET, "bit[1] b; h $21; b[0] = measure $21;", "Garnet has no qubit $21", 1 },
        { GARNET, "bit[1] b; h $0; b[0] = measure $0;", "Garnet has no qubit $0", 1 },
        { CEPHEUS, "bit[1] b; h $8; b[0] = measure $8;", "has no qubit $8", 10 },
        { CEPHEUS, "bit[1] b; h $107; b[0] = measure $107;", NULL, 10 },
        { GARNET, "qubit[21] q; h q;", "the program uses 21 qubits, Garnet has 20", 1 },
        { GARNET, "qubit[100] q; bit[1] b; h q[99]; b[0] = measure q[99];", NULL, 1 },
        { SV1, "qubit[34] q; h q;", NULL, 1 },
        { SV1, "qubit[35] q; h q;", "the program uses 35 qubits, SV1 has 34", 1 },
        { DM1, "qubit[18] q; h q;", "the program uses 18 qubits, DM1 has 17", 1 },
        { SV1, "qubit[3] q; h q[0]; h q[2];", "not contiguous: qubit 1 is not used and qubit 2 is", 1 },
        { SV1, "h $0;", "physical qubits are not supported on SV1", 1 },
        { SV1, "qubit[1] q; h q[0]; // as on $1\n", NULL, 1 },
        { SV1, "qubit[1] q; /* $1 */ h q[0];", NULL, 1 },
    };
    check_rows(rows, KT_COUNT(rows));
}

TEST(compile, leaves_out_of_the_language_what_braket_does)
{
    static const row rows[] = {
        { SV1, "include \"stdgates.inc\"; qubit[1] q; h q[0];", "[line 1] an include is not supported", 1 },
        { SV1, "include \"/etc/hostname\"; qubit[1] q; h q[0];", "includes no files", 1 },
        { SV1, "qubit[1] q; qubit[1] r; h q[0]; h r[0];", "more than one qubit register", 1 },
        { SV1, "qubit[1] q; bit[1] b; bit[1] c; b[0] = measure q[0];", "more than one bit register", 1 },
        { SV1, "qubit[3] q; h q[0:2];", "range is not supported", 1 },
        { SV1, "qubit[3] q; h q; h q[0:2:2];", "rangeWithStep is not supported", 1 },
        { SV1, "qubit[3] q; h q; h q[{0, 2}];", "selection is not supported", 1 },
        { SV1, "qubit[2] q; h q; h q[-1];", "negativeIndex is not supported", 1 },
        { SV1, "qubit[2] q; for int i in [0:1] { h q[i]; }", NULL, 1 },
        { SV1, "qubit[1] q; gate g a { h a; } g q[0];", NULL, 1 },
        { SV1, "qubit[1] q; h q[0]; switch (1) { case 1 { } }", "a switch statement", 1 },
        { SV1, "qubit[1] q; h q[0]; extern f(int) -> int;", "an extern declaration", 1 },
        { SV1, "qubit[1] q; output float x; h q[0];", "an output variable", 1 },
        { SV1, "qubit[1] q; bit[1] b; h q[0]; b[0] = measure q[0]; x q[0];", "an operation on a measured qubit", 1 },
        { SV1, "qubit[1] q; h q[0]; measure q[0]; x q[0];", NULL, 1 }, /* without a bit it is moved to the end */
        { SV1, "qubit[2] q; bit[1] b; h q; b[0] = measure q[0]; if (b[0] == 1) x q[1];", "dynamic circuits", 1 },
        { GARNET, "bit[1] b; for int i in [0:1] { h $1; }" MEASURED, "a for loop", 1 },
        { GARNET, "bit[1] b; while (true) { h $1; }" MEASURED, "a while loop", 1 },
        { GARNET, "bit[1] b; if (true) h $1;" MEASURED, "an if statement", 1 },
        { GARNET, "bit[1] b; gate g a { h a; } g $1;" MEASURED, "a gate definition", 1 },
        { GARNET, "bit[1] b; def f(qubit a) { h a; } f($1);" MEASURED, "a subroutine", 1 },
        { GARNET, "bit[1] b; const float a = 1; rx(a) $1;" MEASURED, "a classical variable", 1 },
        { GARNET, "bit[1] b; h $1; measure $1;", "[line 1] a measurement without a bit", 1 },
        { FORTE, "h $1; measure $1;", NULL, 100 },
        { GARNET, "bit[1] b; h $1;" MEASURED " x $1;", "an operation on a measured qubit", 1 },
        { GARNET, "bit[1] b; measure_ff(0) $1;" MEASURED, "without experimentalCapabilities ALL", 1 },
        { FORTE, "bit[1] b; measure_ff(0) $1;" MEASURED, "not supported by this device", 100 },
        { GARNET, "bit[1] b; h $1" MEASURED, "[line 1:", 1 },
        { GARNET, "input float a; bit[1] b; rx(a) $1;" MEASURED, "input 'a' was given no value", 1 },
    };
    check_rows(rows, KT_COUNT(rows));
}

TEST(compile, takes_the_results_that_a_device_offers_with_these_shots)
{
#define WANT(what) "#pragma braket result " what "\n"
    static const row rows[] = {
        { SV1, "qubit[1] q; h q[0];\n" WANT("expectation z(q[0])"), NULL, 0 },
        { SV1, "qubit[1] q; h q[0];\n" WANT("sample z(q[0])"), "sample can only be specified when shots>0", 0 },
        { SV1, "qubit[1] q; h q[0];\n" WANT("amplitude \"0\""), "Amplitude is not available when shots>0", 1 },
        { SV1, "qubit[1] q; h q[0];\n" WANT("state_vector"), "[line 2] result type StateVector is not supported", 0 },
        { DM1, "qubit[1] q; h q[0];\n" WANT("density_matrix"), NULL, 0 },
        { DM1, "qubit[1] q; h q[0];\n" WANT("density_matrix"), "not available when shots>0", 1 },
        { DM1, "qubit[1] q; h q[0];\n" WANT("amplitude \"0\""), "Amplitude is not supported on DM1", 0 },
        { GARNET, "h $1;\n" WANT("expectation x($1)"), NULL, 1 },
        { GARNET, "h $1;\n" WANT("expectation hermitian([[1, 0], [0, -1]]) $1"), "hermitian observables", 1 },
        { SV1, "qubit[1] q; h q[0];\n" WANT("expectation z(q[0])") WANT("expectation x(q[0])"), "onflicting", 1 },
        { SV1, "qubit[1] q; h q[0];\n" WANT("expectation z(q[0])") WANT("expectation x(q[0])"), NULL, 0 },
        { SV1, "qubit[2] q; bit[1] b; h q; b[0] = measure q[0];\n" WANT("probability"), "some of the qubits", 1 },
    };
#undef WANT
    check_rows(rows, KT_COUNT(rows));
}

TEST(compile, refuses_results_in_a_set)
{
    KT_OWN(kt_devices) *devices = sample_shipped();
    kt_compiled compiled = { 0 };
    kt_error err = { 0 };
    const kt_compile_question question = { .device = kt_devices_find(devices, kt_view_of(GARNET)),
                                           .source = kt_view_of("h $1;\n#pragma braket result probability\n"),
                                           .shots = 1,
                                           .in_set = true };
    assert_int_equal(kt_compile(&question, &compiled, &err), KT_E_INVALID);
    assert_string_equal(err.message, "Result types are not supported with program set.");
}

TEST(compile, keeps_the_labels_of_registers_when_rewiring_is_disabled)
{
    KT_OWN(kt_devices) *devices = sample_shipped();
    const kt_sandbox_device *garnet = kt_devices_find(devices, kt_view_of(GARNET));
    kt_compile_question question = {
        .device = garnet, .source = kt_view_of("qubit[5] q; h q[4]; cz q[4], q[1];"), .shots = 1, .keeps_labels = true
    };
    kt_compiled compiled = { 0 };
    kt_error err = { 0 };
    assert_int_equal(kt_compile(&question, &compiled, NULL), 0);
    assert_true(compiled.is_physical);
    assert_int_equal(kt_circuit_label(compiled.circuit, 1), 4);
    kt_compiled_fini(&compiled);
    question.source = kt_view_of("qubit[5] q; h q[0];");
    assert_int_equal(kt_compile(&question, &compiled, &err), KT_E_INVALID);
    assert_string_equal(err.message, "Garnet has no qubit $0");
}

TEST(compile, takes_dynamic_circuits_of_native_gates_where_they_are_asked_for)
{
#define BOX(gates) "bit[1] b;\n#pragma braket verbatim\nbox { " gates " }\nb[0] = measure $1;"
    static const struct {
        const char *source, *expect;
    } rows[] = {
        { BOX("prx(1, 2) $1; measure_ff(0) $1; cc_prx(1, 2, 0) $1; cz $1, $2;"), NULL },
        { BOX("h $1; measure_ff(0) $1; cc_prx(1, 2, 0) $1;"), "[line 3] gate h is not a native gate of Garnet" },
        { BOX("measure_ff(0) $1; cc_prx(1, 2, 0) $21;"), "[line 3] Garnet has no qubit $21" },
        { BOX("measure_ff(0) $1; cc_prx(1, 2, 0) $1; cz $1, $3;"), "qubits 1 and 3 are not connected" },
        { "bit[1] b; ms(1, 2) $1, $2; measure_ff(0) $1; cc_prx(1, 2, 0) $1; b[0] = measure $1;", "uses a gate: ms" },
        { "bit[1] b; x $1; measure_ff(0) $1; cc_prx(1, 2, 0) $1; b[0] = measure $1;", NULL },
    };
#undef BOX
    KT_OWN(kt_devices) *devices = sample_shipped();
    for (size_t i = 0; i < KT_COUNT(rows); i++) {
        kt_compiled compiled = { 0 };
        kt_error err = { 0 };
        const kt_compile_question question = { .device = kt_devices_find(devices, kt_view_of(GARNET)),
                                               .source = kt_view_of(rows[i].source),
                                               .shots = 1,
                                               .has_experimental = true };
        int rc = kt_compile(&question, &compiled, &err);
        if (rc != (rows[i].expect == NULL ? 0 : KT_E_INVALID) ||
            (rows[i].expect != NULL && strstr(err.message, rows[i].expect) == NULL))
            fail_msg("%s: %d %s", rows[i].source, rc, err.message);
        kt_compiled_fini(&compiled);
    }
}
