/* SPDX-License-Identifier: Apache-2.0 */
/* task_result_test.c - results as Braket stores them: what is right is read, what is wrong is said with its place. */
#include "braket/task_result.h"

#include "circuit/result.h"
#include "tests/unit.h"
#include <ketch/run.h>
#include <stdlib.h>
#include <string.h>

#define GATE(rest)                                                                                                     \
    "{\"braketSchemaHeader\":{\"name\":\"braket.task_result.gate_model_task_result\",\"version\":\"1\"}," rest "}"
#define SET(rest)                                                                                                      \
    "{\"braketSchemaHeader\":{\"name\":\"braket.task_result.program_set_task_result\",\"version\":\"1\"}," rest "}"

static const struct {
    const char *text;
    int64_t shots;
    const char *message; /* a part of what is said */
} bad[] = {
    { "", 1, "expected" },
    { "{}", 1, "braketSchemaHeader.name" },
    { GATE("\"measurements\":[[0],[1]]"), 3, "found 2 rows, expected 3" },
    { GATE("\"measurements\":[[0],[1,0]]"), 2, "measurements[1]: found 2 columns, expected 1" },
    { GATE("\"measurements\":[[0],[2]]"), 2, "measurements[1][0]: expected 0 or 1" },
    { GATE("\"measurements\":[[0]],\"measuredQubits\":[0,1]"), 1, "found 2 qubits for 1 columns" },
    { GATE("\"measurements\":[[0]],\"measuredQubits\":[-1]"), 1, "measuredQubits[0]" },
    { GATE("\"measurements\":null"), 5, "neither measurements nor measurementProbabilities" },
    { GATE("\"measurementProbabilities\":{\"00\":0.5,\"1\":0.5}"), 10, "expected 2 of 0 and 1" },
    { GATE("\"measurementProbabilities\":{\"0\":1.5}"), 10, "expected a number from 0 to 1" },
    { GATE("\"resultTypes\":[{\"type\":{\"type\":\"expectation\",\"observable\":[\"z\"],\"targets\":[0]},\"value\":"
           "\"x\"}]"),
      0, "resultTypes[0]: expectation: value" },
    { GATE("\"resultTypes\":[{\"type\":{\"type\":\"colour\"},\"value\":1}]"), 0, "'colour' is no result type" },
    { GATE("\"resultTypes\":[{\"type\":{\"type\":\"statevector\"},\"value\":[[1]]}]"), 0, "a list of [re, im]" },
    { SET("\"programResults\":7"), 1, "programResults" },
    { SET("\"programResults\":[{}]"), 1, "programResults[0]: executableResults" },
    { SET("\"programResults\":[\"../../other\"]"), 1, "no path of a part" },
};

TEST(task_result, says_where_a_result_is_wrong)
{
    for (size_t i = 0; i < KT_COUNT(bad); i++) {
        kt_task_result *result = NULL;
        kt_error err = { 0 };
        const int rc = kt_task_result_new(kt_view_of(bad[i].text), bad[i].shots, &result, &err);
        if (rc >= 0 || strstr(err.message, bad[i].message) == NULL || result != NULL)
            fail_msg("%s: %d, %s", bad[i].text, rc, err.message);
    }
}

static kt_task_result *read(const char *text, int64_t shots)
{
    kt_task_result *result = NULL;
    kt_error err = { 0 };
    if (kt_task_result_new(kt_view_of(text), shots, &result, &err) < 0)
        fail_msg("%s: %s", text, err.message);
    return result;
}

TEST(task_result, gathers_rows_into_counts)
{
    KT_OWN(kt_task_result) *result = read(GATE("\"measurements\":[[0,1],[1,1],[0,1]],\"measuredQubits\":[4,2]"), 3);
    const kt_result *counts = kt_task_result_at(result, 0)->result;
    char bits[8];
    assert_int_equal(kt_result_outcome_count(counts), 2);
    assert_int_equal(kt_result_outcome(counts, 0, bits), 2);
    assert_string_equal(bits, "01");
    assert_int_equal(kt_result_measured_qubit(counts, 0), 4);
    assert_int_equal(kt_result_shots(counts), 3);
}

TEST(task_result, makes_counts_of_probabilities)
{
    KT_OWN(kt_task_result) *result = read(GATE("\"measurementProbabilities\":{\"00\":0.25,\"11\":0.75}"), 1000);
    char bits[8];
    assert_int_equal(kt_result_outcome(kt_task_result_at(result, 0)->result, 1, bits), 750);
    assert_string_equal(bits, "11");
}

/* Every result type, computed here, written as Braket does, and read back. */
TEST(task_result, reads_back_what_the_local_simulator_says_in_brakets_words)
{
    static const struct {
        const char *wants;
        int64_t shots;
    } cases[] = {
        { "", 100 },
        { "#pragma braket result probability\n", 100 },
        { "#pragma braket result expectation x(q[0]) @ y(q[1])\n#pragma braket result variance z(q[2])\n", 0 },
        { "#pragma braket result expectation z all\n", 0 },
        { "#pragma braket result sample z(q[0])\n#pragma braket result sample z all\n", 20 },
        { "#pragma braket result state_vector\n#pragma braket result amplitude \"000\", \"111\"\n", 0 },
        { "#pragma braket result density_matrix q[0], q[1]\n", 0 },
    };
    for (size_t i = 0; i < KT_COUNT(cases); i++) {
        char text[500], *written = NULL;
        kt_program *program = NULL;
        kt_result *local = NULL;
        snprintf(text, sizeof(text), "OPENQASM 3;\nqubit[3] q;\nh q[0];\ncnot q[0], q[1];\nry(0.3) q[2];\n%s",
                 cases[i].wants);
        assert_int_equal(kt_program_parse(text, strlen(text), NULL, &program, NULL, NULL), 0);
        const kt_run_options options = { .shots = cases[i].shots, .has_seed = 1, .seed = 3 };
        assert_int_equal(kt_run_program(program, NULL, &options, &local, NULL, NULL), 0);
        assert_int_equal(kt_result_to_braket(local, &written, NULL), 0);
        KT_OWN(kt_task_result) *result = read(written, cases[i].shots);
        const kt_result *again = kt_task_result_at(result, 0)->result;
        assert_int_equal(kt_result_outcome_count(again), kt_result_outcome_count(local));
        assert_int_equal(kt_result_value_count(again), kt_result_value_count(local));
        for (size_t v = 0; v < kt_result_value_count(local); v++) {
            size_t own = 0, other = 0;
            const double *a = kt_result_numbers(local, v, &own), *b = kt_result_numbers(again, v, &other);
            assert_int_equal(kt_result_value_type(again, v), kt_result_value_type(local, v));
            assert_int_equal(own, other);
            if (a != NULL)
                assert_memory_equal(a, b, own * sizeof(*a));
            const kt_complex *c = kt_result_complexes(local, v, &own), *d = kt_result_complexes(again, v, &other);
            assert_int_equal(own, other);
            if (c != NULL)
                assert_memory_equal(c, d, own * sizeof(*c));
        }
        kt_text_free(written);
        kt_result_free(local);
        kt_program_free(program);
    }
}

TEST(task_result, asks_for_the_parts_of_a_program_set_until_it_has_them)
{
    static const struct {
        const char *path, *text;
    } parts[] = {
        { "metadata.json", "{\"deviceId\":\"arn:device\"}" },
        { "programs/0/results.json", "{\"executableResults\":[\"executables/0.json\",\"executables/1.json\"]}" },
        { "programs/0/executables/0.json", "{\"inputsIndex\":0,\"measurements\":[[1],[1]]}" },
        { "programs/0/executables/1.json",
          "{\"inputsIndex\":1,\"failureMetadata\":{\"failureReason\":\"hot\",\"retryable\":true,"
          "\"category\":\"DEVICE\"}}" },
    };
    KT_OWN(kt_task_result) *result =
        read(SET("\"programResults\":[\"programs/0/results.json\"],\"taskMetadata\":\"metadata.json\""), 4);
    kt_error err = { 0 };
    assert_int_equal(kt_task_result_missing(result).count, 2);
    assert_int_equal(kt_task_result_add_part(result, "programs/9/x.json", kt_view_of("{}"), &err), KT_E_INVALID);
    for (size_t i = 0; i < KT_COUNT(parts); i++) {
        assert_true(kt_task_result_missing(result).count > 0);
        if (kt_task_result_add_part(result, parts[i].path, kt_view_of(parts[i].text), &err) < 0)
            fail_msg("%s", err.message);
    }
    assert_int_equal(kt_task_result_missing(result).count, 0);
    assert_int_equal(kt_task_result_count(result), 2);
    assert_int_equal(kt_result_shots(kt_task_result_at(result, 0)->result), 2);
    assert_string_equal(kt_result_device(kt_task_result_at(result, 0)->result), "arn:device");
    assert_string_equal(kt_task_result_at(result, 1)->failure, "hot");
    assert_true(kt_task_result_at(result, 1)->is_retryable);
    assert_string_equal(kt_task_result_at(result, 1)->failure_category, "DEVICE");
}

TEST(task_result, shows_an_analog_simulation)
{
    KT_OWN(kt_task_result) *result =
        read("{\"braketSchemaHeader\":{\"name\":\"braket.task_result.analog_hamiltonian_simulation_task_result\","
             "\"version\":\"1\"},"
             "\"measurements\":[{\"shotMetadata\":{\"shotStatus\":\"Success\"},\"shotResult\":{\"preSequence\":[1,1,0],"
             "\"postSequence\":[0,1,0]}},{\"shotMetadata\":{\"shotStatus\":\"Failure\"},\"shotResult\":{}}]}",
             2);
    KT_BUF_OWN text;
    kt_buf_init(&text, 0);
    assert_int_equal(kt_task_result_text(result, &text, NULL), 0);
    assert_non_null(strstr(text.data, "rg.  1"));
    assert_non_null(strstr(text.data, "2 shots, 1 of them good"));
}
