/* SPDX-License-Identifier: Apache-2.0 */
/* observe_test.c - results computed here: the program that goes out is run by the local simulator, and the values
 * computed from its counts are held against the exact ones; the text keeps its lines; a plan survives the store. */
#include "braket/target.h"

#include "tests/unit.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SHOTS = 40000 };

/* A device that measures z only, with some gates beside those that the programs have. */
static kt_target *device_with(const char *gates, const char *native, const char *more)
{
    char capabilities[1500];
    kt_target *target = NULL;
    kt_error err = { 0 };
    snprintf(capabilities, sizeof(capabilities),
             "{\"service\":{\"shotsRange\":[1,100000]},\"action\":{\"braket.ir.openqasm.program\":{"
             "\"supportedOperations\":[\"u\",\"cnot\",\"i\"%s],\"supportedResultTypes\":[{\"name\":\"Expectation\","
             "\"observables\":[\"z\"]}]%s}},\"paradigm\":{\"nativeGateSet\":[%s]}}",
             gates, more, native);
    kt_json *answer =
        json_pack("{s:s,s:s,s:s,s:s,s:s}", "deviceArn", "arn:aws:braket:eu-north-1::device/qpu/x/One", "deviceName",
                  "One", "deviceType", "QPU", "deviceStatus", "ONLINE", "deviceCapabilities", capabilities);
    if (kt_target_new(answer, &target, &err) < 0)
        fail_msg("%s", err.message);
    kt_json_free(answer);
    return target;
}

static kt_program *parsed(const char *text)
{
    kt_program *program = NULL;
    kt_error err = { 0 };
    if (kt_program_parse(text, strlen(text), NULL, &program, NULL, &err) < 0)
        fail_msg("%s\n%s", err.message, text);
    return program;
}

static int order(const kt_target *target, const char *text, kt_target_order *out, kt_error *err)
{
    KT_OWN(kt_program) *program = parsed(text);
    const kt_target_question question = {
        .program = program, .source = kt_view_of(text), .file_name = "p.qasm", .shots = SHOTS, .observes = true
    };
    return kt_target_order_make(target, &question, out, NULL, err);
}

static kt_result *run(const char *text, int64_t shots)
{
    KT_OWN(kt_program) *program = parsed(text);
    kt_result *result = NULL;
    kt_error err = { 0 };
    const kt_run_options options = { .shots = shots, .seed = 7, .has_seed = 1 };
    if (kt_run_program(program, NULL, &options, &result, NULL, &err) < 0)
        fail_msg("%s\n%s", err.message, text);
    return result;
}

static char *source_of(const kt_target_order *made)
{
    KT_OWN(kt_json) *action = NULL;
    assert_int_equal(kt_json_parse(kt_buf_view(&made->action), &action, NULL), 0);
    return strdup(json_string_value(json_object_get(action, "source")));
}

static void holds(const kt_target *target, const char *text)
{
    kt_target_order made = { 0 };
    kt_error err = { 0 };
    kt_observe_plan *plan = NULL;
    kt_json *json = NULL;
    kt_result *values = NULL;
    if (order(target, text, &made, &err) < 0)
        fail_msg("%s", err.message);
    assert_non_null(made.observe);
    assert_true(made.may_join_set);
    assert_int_equal(kt_observe_to_json(made.observe, &json, &err), 0);
    if (kt_observe_from_json(json, &plan, &err) < 0)
        fail_msg("%s", err.message);
    assert_non_null(strstr(kt_observe_note(plan), "One does not"));
    char *source = source_of(&made);
    kt_result *counts = run(source, SHOTS), *exact = run(text, 0);
    assert_int_equal(kt_result_value_count(counts), 0);
    if (kt_observe_apply(plan, counts, &values, &err) < 0)
        fail_msg("%s", err.message);
    assert_int_equal(kt_result_value_count(values), kt_result_value_count(exact));
    for (size_t i = 0; i < kt_result_value_count(exact); i++) {
        size_t count = 0, expected = 0;
        const double *found = kt_result_numbers(values, i, &count), *right = kt_result_numbers(exact, i, &expected);
        assert_int_equal(count, expected);
        for (size_t k = 0; k < count; k++)
            if (fabs(found[k] - right[k]) > 0.06)
                fail_msg("%s: %g, not %g\n%s", kt_result_value_text(exact, i), found[k], right[k], source);
    }
    kt_result_free(counts);
    kt_result_free(exact);
    kt_result_free(values);
    kt_observe_plan_free(plan);
    kt_json_free(json);
    kt_target_order_fini(&made);
    free(source);
}

#define STATE                                                                                                          \
    "OPENQASM 3.0;\nqubit[2] q;\nU(0.7, 0.4, 0.2) q[0];\nU(1.1, 0.9, 0.3) q[1];\ncnot q[0], q[1];\n"                   \
    "U(0.5, 0.3, 0) q[0];\n"
#define EXPECTATION "#pragma braket result expectation "
#define VARIANCE "#pragma braket result variance "
#define ONE "hermitian([[1, 0.5-0.3im], [0.5+0.3im, -0.2]])"

static const char *const observables[] = {
    EXPECTATION "x(q[0])\n" VARIANCE "y(q[1])\n",
    EXPECTATION "h(q[0]) @ y(q[1])\n",
    EXPECTATION "x all\n" VARIANCE "x all\n",
    EXPECTATION ONE " q[0]\n" VARIANCE ONE " q[0]\n" EXPECTATION "h(q[1])\n",
    EXPECTATION "hermitian([[0, 0, 1, 0], [0, 0, 0, -1], [1, 0, 0, 0], [0, -1, 0, 0]]) q[0], q[1]\n",
    EXPECTATION "hermitian([[0, 0, 0, -1im], [0, 0, 1im, 0], [0, -1im, 0, 0], [1im, 0, 0, 0]]) q[1], q[0]\n",
    EXPECTATION "hermitian([[1, 0, 0, 0], [0, 2, 0, 0], [0, 0, -3, 0], [0, 0, 0, 0.5]]) q[0], q[1]\n",
};

/* Every gate set that turns are written in. */
TEST(observe, computes_what_the_simulator_says_whatever_gates_there_are)
{
    static const char *const gates[] = { ",\"h\",\"si\",\"ry\",\"rz\"", ",\"rz\",\"ry\"", ",\"prx\"", ",\"rx\",\"rz\"",
                                         ",\"gpi2\"" };
    for (size_t g = 0; g < KT_COUNT(gates); g++) {
        KT_OWN(kt_target) *target = device_with(gates[g], "", "");
        for (size_t i = 0; i < KT_COUNT(observables); i++) {
            char text[1500];
            snprintf(text, sizeof(text), "%s%s", STATE, observables[i]);
            holds(target, text);
        }
    }
}

TEST(observe, keeps_the_lines)
{
    KT_OWN(kt_target) *target = device_with(",\"h\",\"si\",\"ry\",\"rz\"", "", "");
    kt_target_order made = { 0 };
    kt_error err = { 0 };
    const char *text = "OPENQASM 3.0;\nqubit[2] q;\nbit[2] b;\ncnot q[0], q[1];\nb[0] = measure q[0];\n"
                       "b[1] = measure q[1];\n" EXPECTATION "y(q[1])\n";
    if (order(target, text, &made, &err) < 0)
        fail_msg("%s", err.message);
    char *source = source_of(&made);
    assert_string_equal(source, "OPENQASM 3.0;\nqubit[2] q;\nbit[2] b;\ncnot q[0], q[1];\nb[0] = measure q[0];\n"
                                "si q[1]; h q[1]; b[1] = measure q[1];\n// " EXPECTATION "y(q[1])\n");
    free(source);
    kt_target_order_fini(&made);
}

TEST(observe, turns_in_the_verbatim_box_where_nothing_may_stand_beside_it)
{
    KT_OWN(kt_target) *target = device_with(",\"h\",\"si\"", "\"rx\",\"rz\"", ",\"supportsPartialVerbatimBox\":false");
    kt_target_order made = { 0 };
    kt_error err = { 0 };
    const char *text =
        "OPENQASM 3.0;\nbit b;\n#pragma braket verbatim\nbox {\n  rx(pi / 2) $3;\n}\nb = measure $3;\n" EXPECTATION
        "x($3)\n";
    if (order(target, text, &made, &err) < 0)
        fail_msg("%s", err.message);
    char *source = source_of(&made);
    assert_non_null(strstr(source, "  rx(pi / 2) $3;\nrx(1.5707963267948966) $3; rz(1.5707963267948966) $3; "
                                   "rx(1.5707963267948966) $3; }\nb = measure $3;\n"));
    free(source);
    kt_target_order_fini(&made);
}

TEST(observe, refuses_what_it_cannot_measure)
{
    static const struct {
        const char *results, *words;
    } cases[] = {
        { EXPECTATION "hermitian([[0, 0, 0, 1], [0, 0, 1, 0], [0, 1, 0, 0], [1, 0, 0, 0.5]]) q[0], q[1]\n",
          "7:1: a Hermitian matrix of 2 qubits" },
        { EXPECTATION "x(q[0])\n" EXPECTATION "y(q[0])\n", "8:1: conflicting result types" },
        { EXPECTATION "x(q[0])\n#pragma braket result state_vector\n", "does not measure the observable x" },
    };
    KT_OWN(kt_target) *target = device_with(",\"ry\",\"rz\"", "", "");
    for (size_t i = 0; i < KT_COUNT(cases); i++) {
        char text[1000];
        kt_target_order made = { 0 };
        kt_error err = { 0 };
        snprintf(text, sizeof(text), "%s%s", STATE, cases[i].results);
        assert_true(order(target, text, &made, &err) < 0);
        if (strstr(err.message, cases[i].words) == NULL)
            fail_msg("%s", err.message);
    }
    KT_OWN(kt_target) *bare = device_with("", "", "");
    kt_target_order made = { 0 };
    kt_error err = { 0 };
    assert_true(order(bare, STATE EXPECTATION "x(q[0])\n", &made, &err) < 0);
    assert_non_null(strstr(err.message, "no gates to turn q[0]"));
}

TEST(observe, refuses_results_and_plans_that_do_not_fit)
{
    KT_OWN(kt_target) *target = device_with(",\"ry\",\"rz\"", "", "");
    kt_target_order made = { 0 };
    kt_error err = { 0 };
    kt_result *values = NULL;
    kt_observe_plan *plan = NULL;
    assert_int_equal(order(target, STATE EXPECTATION "x(q[1])\n", &made, &err), 0);
    kt_result *other = run("OPENQASM 3.0;\nqubit q;\nx q;\n", 10);
    assert_int_equal(kt_observe_apply(made.observe, other, &values, &err), KT_E_INVALID);
    assert_non_null(strstr(err.message, "no measured qubit 1"));
    kt_json *odd = json_pack("{ss, s[i]}", "program", "OPENQASM 3.0;\nqubit[2] q;\nh q;\n", "labels", 1);
    assert_int_equal(kt_observe_from_json(odd, &plan, &err), KT_E_INVALID);
    assert_int_equal(kt_observe_from_json(NULL, &plan, &err), KT_E_INVALID);
    kt_json_free(odd);
    kt_result_free(other);
    kt_target_order_fini(&made);
}
