/* SPDX-License-Identifier: Apache-2.0 */
/* order_test.c - what a device's capabilities refuse of a program, each with its line and column. */
#include "braket/target.h"

#include "tests/unit.h"
#include <string.h>

/* Four qubits in a row, numbered from 1; one-qubit gates and cz. */
#define ONE                                                                                                            \
    "{\"service\":{\"shotsRange\":[1,1000]},\"action\":{\"braket.ir.openqasm.program\":{"                              \
    "\"supportedOperations\":[\"h\",\"x\",\"rx\",\"rz\",\"cz\"],\"supportedPragmas\":[\"verbatim\"],"                  \
    "\"supportsPartialVerbatimBox\":false,\"supportsUnassignedMeasurements\":false,"                                   \
    "\"supportedResultTypes\":[{\"name\":\"Expectation\",\"observables\":[\"z\"],\"minShots\":10,"                     \
    "\"maxShots\":1000}]}},\"paradigm\":{\"qubitCount\":4,\"nativeGateSet\":[\"rx\",\"cz\"],\"connectivity\":{"        \
    "\"fullyConnected\":false,\"connectivityGraph\":{\"1\":[\"2\"],\"2\":[\"3\"],\"3\":[\"4\"]}}}}"

static kt_target *device(const char *type, const char *capabilities)
{
    kt_target *target = NULL;
    kt_error err = { 0 };
    kt_json *answer =
        json_pack("{s:s,s:s,s:s,s:s,s:s}", "deviceArn", "arn:aws:braket:eu-north-1::device/qpu/x/One", "deviceName",
                  "One", "deviceType", type, "deviceStatus", "ONLINE", "deviceCapabilities", capabilities);
    if (kt_target_new(answer, &target, &err) < 0)
        fail_msg("%s", err.message);
    kt_json_free(answer);
    return target;
}

static int ask(const kt_target *target, const char *text, int64_t shots, bool in_set, kt_error *err)
{
    kt_program *program = NULL;
    kt_target_order made = { 0 };
    if (kt_program_parse(text, strlen(text), NULL, &program, NULL, err) < 0)
        fail_msg("%s\n%s", err->message, text);
    const kt_target_question question = {
        .program = program, .source = kt_view_of(text), .file_name = "p.qasm", .shots = shots, .in_set = in_set
    };
    const int rc = kt_target_order_make(target, &question, &made, NULL, err);
    if (rc == 0)
        kt_target_order_fini(&made);
    kt_program_free(program);
    return rc;
}

#define HEAD "OPENQASM 3.0;\nbit[2] b;\nqubit[2] q;\n"
#define BOX "OPENQASM 3.0;\nbit b;\n#pragma braket verbatim\nbox {\n"

TEST(order, refuses_with_line_and_column)
{
    static const struct {
        const char *text;
        int64_t shots;
        const char *words;
    } cases[] = {
        { HEAD "y q[0];\n", 100, "4:1: One has no gate 'y'" },
        { HEAD "ctrl @ x q[0], q[1];\n", 100, "4:1: One takes no gate modifiers" },
        { HEAD "#pragma braket noise bit_flip(0.1) q[0]\n", 100, "4:1: One takes no noise" },
        { HEAD "reset q[0];\n", 100, "4:1: One takes no reset" },
        { HEAD "h q[0];\nbarrier q;\n", 100, "5:1: One takes no barriers" },
        { HEAD "h q[0];\nmeasure q[0];\n", 100, "5:1: One wants a bit for each measurement" },
        { HEAD "b[0] = measure q[0];\nh q[0];\n", 100, "5:1: One does nothing to a qubit that was measured" },
        { HEAD "if (true) { h q[0]; }\n", 100, "4:1: One takes no if statements" },
        { HEAD "for int i in [0:1] { h q[i]; }\n", 100, "4:1: One takes no for loops" },
        { HEAD "gate g a { h a; }\ng q[0];\n", 100, "4:1: One takes no gate definitions" },
        { HEAD "int n = 2;\nh q[0];\n", 100, "4:1: One takes no classical variables" },
        { HEAD "qubit[2] r;\nh q[0];\n", 100, "4:1: One takes no second qubit register" },
        { "OPENQASM 3.0;\ninclude \"stdgates.inc\";\nqubit q;\nh q;\n", 100, "2:1: One takes no includes" },
        { BOX "  h $1;\n}\n", 100, "5:3: 'h' is no native gate of One" },
        { BOX "  cz $1, $3;\n}\n", 100, "5:3: qubits $1 and $3 are not coupled on One" },
        { BOX "  rx(1.0) $1;\n}\nx $2;\n", 100, "7:1: One takes no gates outside of the verbatim box" },
        { "OPENQASM 3.0;\nx $7;\n", 100, "One has no qubit $7" },
        { "OPENQASM 3.0;\nqubit[5] q;\nh q;\n", 100, "the program uses 5 qubits, One has 4" },
        { HEAD "h q[0];\n#pragma braket result expectation x(q[0])\n", 100,
          "5:1: One does not measure the observable" },
        { HEAD "h q[0];\n#pragma braket result variance z(q[0])\n", 100, "5:1: One does not compute the result type" },
        { HEAD "h q[0];\n#pragma braket result expectation z(q[0])\n", 5,
          "5:1: One computes Expectation with at least" },
        { HEAD "h q[0];\n", 2000, "2000 shots are outside of what One takes: 1 to 1000" },
    };
    KT_OWN(kt_target) *target = device("QPU", ONE);
    for (size_t i = 0; i < KT_COUNT(cases); i++) {
        kt_error err = { 0 };
        const int rc = ask(target, cases[i].text, cases[i].shots, false, &err);
        if (rc >= 0 || strstr(err.message, cases[i].words) == NULL)
            fail_msg("%s\nsays: %s", cases[i].text, rc < 0 ? err.message : "nothing");
    }
}

TEST(order, lets_through_what_the_device_takes)
{
    static const char *const texts[] = {
        HEAD "h q[0];\ncz q[0], q[1];\nb = measure q;\n",
        "OPENQASM 3.0;\ninput float theta;\nqubit q;\nx q;\n",
        BOX "  rx(1.0) $1;\n  cz $2, $1;\n}\nb = measure $1;\n",
        HEAD "h q;\n#pragma braket result expectation z(q[0])\n",
    };
    KT_OWN(kt_target) *target = device("QPU", ONE);
    for (size_t i = 0; i < KT_COUNT(texts); i++) {
        kt_error err = { 0 };
        if (ask(target, texts[i], 100, false, &err) < 0)
            fail_msg("%s\nsays: %s", texts[i], err.message);
    }
}

TEST(order, of_a_member_of_a_set)
{
    KT_OWN(kt_target) *target = device("QPU", ONE);
    kt_error err = { 0 };
    assert_int_equal(ask(target, HEAD "h q;\n", 100, true, &err), 0);
    assert_true(ask(target, HEAD "h q;\n", 0, true, &err) < 0);
    assert_true(ask(target, HEAD "h q;\n#pragma braket result expectation z(q[0])\n", 100, true, &err) < 0);
    assert_non_null(strstr(err.message, "5:1: result types are not computed for members of a program set"));
}
