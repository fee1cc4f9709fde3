/* SPDX-License-Identifier: Apache-2.0 */
/* result_test.c - filling a result, reading it, and its two forms as JSON. */
#include "tests/unit.h"

#include "circuit/result.h"

#include <stdlib.h>
#include <string.h>

/* A result of two columns (qubits 3 and 1), 10 shots: 00 three times, 01 five times, 11 twice. */
static kt_result *make_counts(void)
{
    kt_result *r = NULL;
    uint32_t labels[] = { 3, 1 };
    kt_result_info info = { .device = "local:sv", .shots = 10, .seed = 7, .qubit_count = 4, .elapsed_ns = 1500000 };
    assert_int_equal(kt_result_new(&r, NULL), 0);
    assert_int_equal(kt_result_set_info(r, &info, NULL), 0);
    assert_int_equal(kt_result_set_columns(r, 2, labels, NULL), 0);
    uint64_t zero = 0, one = UINT64_C(1) << 62, three = UINT64_C(3) << 62;
    assert_int_equal(kt_result_add_outcome(r, &three, 2, NULL, NULL), 0);
    assert_int_equal(kt_result_add_outcome(r, &one, 4, NULL, NULL), 0);
    assert_int_equal(kt_result_add_outcome(r, &zero, 3, NULL, NULL), 0);
    assert_int_equal(kt_result_add_outcome(r, &one, 1, NULL, NULL), 0);
    return r;
}

TEST(result, outcomes_are_sorted_and_equal_ones_added_up)
{
    kt_result *r = make_counts();
    char bits[8];
    assert_int_equal(kt_result_seal(r, 1, NULL), 0);
    assert_int_equal(kt_result_outcome_count(r), 3);
    assert_int_equal(kt_result_outcome(r, 0, bits), 3);
    assert_string_equal(bits, "00");
    assert_int_equal(kt_result_outcome(r, 1, bits), 5);
    assert_string_equal(bits, "01");
    assert_int_equal(kt_result_outcome(r, 2, bits), 2);
    assert_string_equal(bits, "11");
    assert_int_equal(kt_result_outcome(r, 3, bits), 0);
    assert_int_equal(kt_result_measured_qubit(r, 0), 3);
    assert_int_equal(kt_result_measured_qubit(r, 1), 1);
    assert_int_equal(kt_result_measured_qubit(r, 2), 0);
    assert_int_equal(kt_result_column_count(r), 2);
    assert_int_equal(kt_result_qubit_count(r), 4);
    assert_int_equal(kt_result_elapsed_ns(r), 1500000);
    kt_result_free(r);
}

TEST(result, shots_show_each_outcome_as_often_as_it_was_seen)
{
    kt_result *r = make_counts();
    uint64_t seen[3] = { 0 };
    assert_int_equal(kt_result_seal(r, 99, NULL), 0);
    for (uint64_t shot = 0; shot < 10; shot++)
        seen[kt_result_shot_outcome(r, shot)]++;
    assert_int_equal(seen[0], 3);
    assert_int_equal(seen[1], 5);
    assert_int_equal(seen[2], 2);
    assert_int_equal(kt_result_shot_outcome(r, 10), 0);
    kt_result_free(r);
}

TEST(result, ranks_of_shots_are_a_permutation_for_any_number_of_shots)
{
    static const uint64_t sizes[] = { 1, 2, 3, 5, 16, 17, 1000, 4097 };
    for (size_t s = 0; s < KT_COUNT(sizes); s++) {
        uint8_t *hit = calloc(sizes[s], 1);
        for (uint64_t shot = 0; shot < sizes[s]; shot++) {
            uint64_t rank = kt_shot_rank(42, sizes[s], shot);
            assert_true(rank < sizes[s]);
            assert_int_equal(hit[rank]++, 0);
        }
        free(hit);
    }
}

TEST(result, a_prefix_of_the_shots_is_a_fair_sample)
{
    uint64_t low = 0; /* ranks below one half among the first 1000 of 100,000 shots: 500 +- 5 sigma */
    for (uint64_t shot = 0; shot < 1000; shot++)
        low += kt_shot_rank(5, 100000, shot) < 50000;
    assert_in_range(low, 420, 580);
}

TEST(result, own_json_has_the_documented_members_in_order)
{
    kt_result *r = make_counts();
    char *text = NULL;
    assert_int_equal(kt_result_seal(r, 1, NULL), 0);
    assert_int_equal(kt_result_to_json(r, &text, NULL), 0);
    assert_string_equal(text, "{\"counts\":{\"00\":3,\"01\":5,\"11\":2},\"measured_qubits\":[3,1],\"results\":[],"
                              "\"device\":\"local:sv\",\"shots\":10,\"seed\":7,\"qubits\":4,\"elapsed_s\":0.0015}");
    free(text);
    kt_result_free(r);
}

static const kt_complex swap_x[] = { { 0, 0 }, { 0, -1 }, { 0, 1 }, { 0, 0 } };
static const uint32_t both[] = { 0, 1 }, second[] = { 1 };
static const kt_factor z_on_0 = { .kind = KT_OBS_Z, .qubit_count = 1, .qubits = both };
static const kt_factor z_then_matrix[] = {
    { .kind = KT_OBS_Z, .qubit_count = 1, .qubits = both },
    { .kind = KT_OBS_HERMITIAN, .qubit_count = 1, .qubits = second, .matrix = swap_x }
};
static const kt_term product = { 1, 2, z_then_matrix };
static const kt_term sum[] = { { 2, 1, &z_on_0 }, { -0.5, 2, z_then_matrix } };
static const kt_factor z_anywhere = { .kind = KT_OBS_Z };
static const kt_term z_of_all = { 1, 1, &z_anywhere };
static const char *const states[] = { "01", "10" };

static double *numbers_of(size_t count, const double *from)
{
    double *copy = malloc(count * sizeof *copy);
    memcpy(copy, from, count * sizeof *copy);
    return copy;
}

static kt_complex *complexes_of(size_t count, const kt_complex *from)
{
    kt_complex *copy = malloc(count * sizeof *copy);
    memcpy(copy, from, count * sizeof *copy);
    return copy;
}

/* Every type of value, shots 0, qubits labelled 4 and 6. */
static kt_result *make_values(void)
{
    static const double quarter[] = { 0.25, 0.25, 0.5, 0 }, half[] = { 0.5 }, per_qubit[] = { 1, -1 };
    static const kt_complex vector[] = { { 1, 0 }, { 0, 0 }, { 0, 0.5 }, { 0, 0 } };
    static const char *const names[] = { "theta" };
    static const uint32_t labels[] = { 4, 6 };
    kt_result *r = NULL;
    kt_result_info info = { .device = "local:sv",
                            .seed = 1,
                            .qubit_count = 2,
                            .action_json = "{\"source\":\"x\"}",
                            .started_wall_ns = INT64_C(1764000000250000000),
                            .ended_wall_ns = INT64_C(1764000001000000000) };
    assert_int_equal(kt_result_new(&r, NULL), 0);
    assert_int_equal(kt_result_set_info(r, &info, NULL), 0);
    assert_int_equal(kt_result_set_columns(r, 2, both, NULL), 0);
    assert_int_equal(kt_result_set_labels(r, 2, labels, NULL), 0);
    assert_int_equal(kt_result_seal(r, 1, NULL), 0);
    kt_want want = { .type = KT_RESULT_STATE_VECTOR };
    assert_int_equal(kt_result_add_complexes(r, &want, NULL, complexes_of(4, vector), 4, NULL), 0);
    want = (kt_want){ .type = KT_RESULT_AMPLITUDE, .state_count = 2, .states = states };
    assert_int_equal(kt_result_add_complexes(r, &want, NULL, complexes_of(2, vector), 2, NULL), 0);
    want = (kt_want){ .type = KT_RESULT_PROBABILITY, .target_count = 2, .targets = both };
    assert_int_equal(kt_result_add_numbers(r, &want, NULL, numbers_of(4, quarter), 4, NULL), 0);
    want = (kt_want){ .type = KT_RESULT_PROBABILITY, .all_qubits = true };
    assert_int_equal(kt_result_add_numbers(r, &want, NULL, numbers_of(4, quarter), 4, NULL), 0);
    want = (kt_want){ .type = KT_RESULT_EXPECTATION, .term_count = 1, .terms = &product };
    assert_int_equal(kt_result_add_numbers(r, &want, NULL, numbers_of(1, half), 1, NULL), 0);
    want = (kt_want){ .type = KT_RESULT_EXPECTATION, .term_count = 2, .terms = sum };
    assert_int_equal(kt_result_add_numbers(r, &want, NULL, numbers_of(1, half), 1, NULL), 0);
    want = (kt_want){ .type = KT_RESULT_VARIANCE, .all_qubits = true, .term_count = 1, .terms = &z_of_all };
    assert_int_equal(kt_result_add_numbers(r, &want, NULL, numbers_of(2, per_qubit), 2, NULL), 0);
    want = (kt_want){ .type = KT_RESULT_DENSITY_MATRIX, .target_count = 1, .targets = second };
    assert_int_equal(kt_result_add_complexes(r, &want, NULL, complexes_of(4, vector), 4, NULL), 0);
    want = (kt_want){ .type = KT_RESULT_ADJOINT_GRADIENT, .term_count = 2, .terms = sum };
    assert_int_equal(kt_result_add_gradient(r, &want, NULL, 0.75, names, half, 1, NULL), 0);
    return r;
}

TEST(result, values_are_read_back_by_type)
{
    kt_result *r = make_values();
    size_t count;
    assert_int_equal(kt_result_value_count(r), 9);
    assert_int_equal(kt_result_value_type(r, 3), KT_RESULT_PROBABILITY);
    assert_int_equal(kt_result_value_type(r, 9), KT_RESULT_TYPE_COUNT);
    assert_non_null(kt_result_numbers(r, 2, &count));
    assert_int_equal(count, 4);
    assert_null(kt_result_numbers(r, 0, &count));
    assert_int_equal(count, 0);
    assert_non_null(kt_result_complexes(r, 1, &count));
    assert_int_equal(count, 2);
    assert_null(kt_result_complexes(r, 2, &count));
    assert_null(kt_result_numbers(r, 8, &count));
    assert_true(kt_result_gradient_expectation(r, 8) == 0.75);
    assert_int_equal(kt_result_gradient_count(r, 8), 1);
    assert_string_equal(kt_result_gradient_name(r, 8, 0), "theta");
    assert_true(kt_result_gradient_value(r, 8, 0) == 0.5);
    assert_null(kt_result_gradient_name(r, 8, 1));
    assert_null(kt_result_gradient_name(r, 8, -1));
    assert_int_equal(kt_result_gradient_count(r, 0), 0);
    kt_result_free(r);
}

TEST(result, texts_read_like_the_pragmas)
{
    static const char *const expected[] = {
        "state_vector",
        "amplitude \"01\", \"10\"",
        "probability q[0], q[1]",
        "probability all",
        "expectation z(q[0]) @ hermitian([[0, -1im], [1im, 0]]) q[1]",
        "expectation 2 * z(q[0]) + -0.5 * z(q[0]) @ hermitian([[0, -1im], [1im, 0]]) q[1]",
        "variance z all",
        "density_matrix q[1]",
    };
    kt_result *r = make_values();
    for (size_t i = 0; i < KT_COUNT(expected); i++)
        assert_string_equal(kt_result_value_text(r, i), expected[i]);
    assert_null(kt_result_value_text(r, 99));
    kt_result_free(r);
}

TEST(result, own_json_shows_every_type_with_labels_as_targets)
{
    static const char *const parts[] = {
        "{\"type\":\"state_vector\",\"observable\":null,\"targets\":null,\"value\":[[1,0],[0,0],[0,0.5],[0,0]]}",
        "{\"type\":\"amplitude\",\"observable\":null,\"targets\":null,\"value\":{\"01\":[1,0],\"10\":[0,0]}}",
        "{\"type\":\"probability\",\"observable\":null,\"targets\":[4,6],\"value\":[0.25,0.25,0.5,0]}",
        "{\"type\":\"probability\",\"observable\":null,\"targets\":null,\"value\":[0.25,0.25,0.5,0]}",
        ("{\"type\":\"expectation\",\"observable\":\"z @ hermitian([[0, -1im], [1im, 0]])\",\"targets\":[4,6],"
         "\"value\":0.5}"),
        "\"targets\":[[4],[4,6]],\"value\":0.5}",
        "{\"type\":\"variance\",\"observable\":\"z\",\"targets\":null,\"value\":[1,-1]}",
        "{\"type\":\"density_matrix\",\"observable\":null,\"targets\":[6],\"value\":[[[1,0],[0,0]],[[0,0.5],[0,0]]]}",
        "\"value\":{\"expectation\":0.75,\"gradient\":{\"theta\":0.5}}}",
    };
    kt_result *r = make_values();
    char *text = NULL;
    assert_int_equal(kt_result_to_json(r, &text, NULL), 0);
    for (size_t i = 0; i < KT_COUNT(parts); i++)
        if (strstr(text, parts[i]) == NULL)
            fail_msg("no %s in %s", parts[i], text);
    free(text);
    kt_result_free(r);
}

TEST(result, braket_json_shows_types_as_the_reference_writes_them)
{
    static const char *const parts[] = {
        "{\"braketSchemaHeader\":{\"name\":\"braket.task_result.gate_model_task_result\",\"version\":\"1\"},"
        "\"measurements\":null,\"measurementProbabilities\":null,\"resultTypes\":[{\"type\":{\"type\":\"statevector\"}",
        "{\"type\":{\"states\":[\"01\",\"10\"],\"type\":\"amplitude\"},\"value\":{\"01\":[1,0],\"10\":[0,0]}}",
        "{\"type\":{\"targets\":[0,1],\"type\":\"probability\"},\"value\":[0.25,0.25,0.5,0]}",
        "{\"type\":{\"targets\":null,\"type\":\"probability\"}",
        "{\"type\":{\"observable\":[\"z\",[[[0,0],[0,-1]],[[0,1],[0,0]]]],\"targets\":[0,1],\"type\":\"expectation\"}",
        "\"targets\":[0,0,1],\"type\":\"expectation\"}",
        "{\"type\":{\"observable\":[\"z\"],\"targets\":null,\"type\":\"variance\"},\"value\":[1,-1]}",
        "{\"type\":{\"targets\":[1],\"type\":\"densitymatrix\"}",
        "{\"type\":{\"parameters\":[\"theta\"],\"observable\":\"2 * z + -0.5 * z @ ",
        "\"targets\":[[0],[0,1]],\"type\":\"adjoint_gradient\"}",
        "],\"measuredQubits\":[0,1],\"outputs\":null,\"taskMetadata\":{\"braketSchemaHeader\":"
        "{\"name\":\"braket.task_result.task_metadata\",\"version\":\"1\"},\"id\":\"",
        "\"shots\":0,\"deviceId\":\"local:sv\",\"deviceParameters\":null,\"createdAt\":\"2025-11-24T16:00:00.250Z\","
        "\"endedAt\":\"2025-11-24T16:00:01.000Z\",\"status\":null,\"failureReason\":null},"
        "\"additionalMetadata\":{\"action\":{\"source\":\"x\"},\"aqtMetadata\":null,",
    };
    kt_result *r = make_values();
    char *text = NULL;
    assert_int_equal(kt_result_to_braket(r, &text, NULL), 0);
    for (size_t i = 0; i < KT_COUNT(parts); i++)
        if (strstr(text, parts[i]) == NULL)
            fail_msg("no %s in %s", parts[i], text);
    free(text);
    kt_result_free(r);
}

TEST(result, braket_rows_and_outputs_stand_shot_by_shot)
{
    kt_result *r = NULL;
    uint32_t label = 0;
    uint64_t one = UINT64_C(1) << 63;
    kt_result_info info = { .device = "local:sv", .shots = 3 };
    char *text = NULL;
    assert_int_equal(kt_result_new(&r, NULL), 0);
    assert_int_equal(kt_result_set_info(r, &info, NULL), 0);
    assert_int_equal(kt_result_set_columns(r, 1, &label, NULL), 0);
    assert_int_equal(kt_result_add_outcome(r, &one, 1, "{\"n\":1,\"b\":\"01\"}", NULL), 0);
    assert_int_equal(kt_result_add_outcome(r, &one, 2, "{\"n\":1,\"b\":\"01\"}", NULL), 0);
    assert_int_equal(kt_result_seal(r, 1, NULL), 0);
    assert_int_equal(kt_result_to_braket(r, &text, NULL), 0);
    assert_non_null(strstr(text, "\"measurements\":[[1],[1],[1]]"));
    assert_non_null(strstr(text, "\"outputs\":[{\"n\":1,\"b\":[0,1]},{\"n\":1,\"b\":[0,1]},{"));
    assert_non_null(strstr(text, "\"action\":null"));
    free(text);
    assert_int_equal(kt_result_to_json(r, &text, NULL), 0);
    assert_non_null(strstr(text, "\"outputs\":[{\"values\":{\"n\":1,\"b\":\"01\"},\"count\":3}]"));
    free(text);
    kt_result_free(r);
}

TEST(result, without_columns_every_shot_reads_0)
{
    kt_result *r = NULL;
    uint64_t none = 0;
    kt_result_info info = { .device = "local:sv", .shots = 2 };
    char *text = NULL, bits[2];
    assert_int_equal(kt_result_new(&r, NULL), 0);
    assert_int_equal(kt_result_set_info(r, &info, NULL), 0);
    assert_int_equal(kt_result_set_columns(r, 0, NULL, NULL), 0);
    assert_int_equal(kt_result_add_outcome(r, &none, 2, NULL, NULL), 0);
    assert_int_equal(kt_result_seal(r, 1, NULL), 0);
    assert_int_equal(kt_result_outcome(r, 0, bits), 2);
    assert_string_equal(bits, "");
    assert_int_equal(kt_result_to_json(r, &text, NULL), 0);
    assert_non_null(strstr(text, "{\"counts\":{\"0\":2},\"measured_qubits\":[]"));
    free(text);
    assert_int_equal(kt_result_to_braket(r, &text, NULL), 0);
    assert_non_null(strstr(text, "\"measurements\":[[0],[0]]"));
    assert_non_null(strstr(text, "\"measuredQubits\":null"));
    free(text);
    kt_result_free(r);
}

TEST(result, outcomes_of_equal_bits_and_other_outputs_are_one_outcome)
{
    kt_result *r = NULL;
    uint32_t label = 0;
    uint64_t zero = 0, one = UINT64_C(1) << 63;
    kt_result_info info = { .device = "local:sv", .shots = 6 };
    char bits[2];
    assert_int_equal(kt_result_new(&r, NULL), 0);
    assert_int_equal(kt_result_set_info(r, &info, NULL), 0);
    assert_int_equal(kt_result_set_columns(r, 1, &label, NULL), 0);
    assert_int_equal(kt_result_add_outcome(r, &one, 1, NULL, NULL), 0);
    assert_int_equal(kt_result_add_outcome(r, &zero, 2, "{\"n\":1}", NULL), 0);
    assert_int_equal(kt_result_add_outcome(r, &zero, 3, "{\"n\":2}", NULL), 0);
    assert_int_equal(kt_result_seal(r, 1, NULL), 0);
    assert_int_equal(kt_result_outcome_count(r), 2);
    assert_int_equal(kt_result_outcome(r, 0, bits), 5);
    uint64_t zeros = 0;
    for (uint64_t shot = 0; shot < 6; shot++)
        zeros += kt_result_shot_outcome(r, shot) == 0;
    assert_int_equal(zeros, 5);
    kt_result_free(r);
}

TEST(result, samples_of_all_qubits_are_one_list_a_qubit)
{
    static const double values[] = { 1, -1, -1, 1 };
    kt_result *r = NULL;
    kt_result_info info = { .device = "local:sv", .shots = 2 };
    kt_want want = { .type = KT_RESULT_SAMPLE, .all_qubits = true, .term_count = 1, .terms = &z_of_all };
    char *text = NULL;
    assert_int_equal(kt_result_new(&r, NULL), 0);
    assert_int_equal(kt_result_set_info(r, &info, NULL), 0);
    assert_int_equal(kt_result_seal(r, 1, NULL), 0);
    assert_int_equal(kt_result_add_numbers(r, &want, "sample z all", numbers_of(4, values), 4, NULL), 0);
    assert_int_equal(kt_result_to_json(r, &text, NULL), 0);
    assert_non_null(strstr(text, "\"value\":[[1,-1],[-1,1]]"));
    free(text);
    kt_result_free(r);
}

static char *braket_text(const kt_result *r, const kt_braket_about *about)
{
    kt_buf text;
    kt_buf_init(&text, 0);
    assert_int_equal(kt_result_write_braket(r, about, kt_out_buf(&text), NULL), 0);
    return kt_buf_take(&text);
}

TEST(result, a_braket_task_says_its_own_id_times_and_program)
{
    const kt_braket_about about = { .task_id = "arn:task",
                                    .device_id = "arn:device",
                                    .shots = 11,
                                    .created_wall_ns = INT64_C(1764000000250000000),
                                    .ended_wall_ns = INT64_C(1764000001000000000),
                                    .status = "COMPLETED",
                                    .action_json = "{\"source\":\"as sent\"}",
                                    .device_parameters_json = "{\"a\":1}",
                                    .has_duration = true,
                                    .duration_ms = 17 };
    kt_result *r = make_counts();
    assert_int_equal(kt_result_seal(r, 1, NULL), 0);
    char *text = braket_text(r, &about);
    assert_non_null(strstr(text, "\"measurements\":[["));
    assert_null(strstr(text, "null"));
    assert_non_null(strstr(text, "],\"resultTypes\":[],\"measuredQubits\":[3,1],\"taskMetadata\":{"
                                 "\"braketSchemaHeader\":{\"name\":\"braket.task_result.task_metadata\","
                                 "\"version\":\"1\"},\"id\":\"arn:task\",\"shots\":11,\"deviceId\":\"arn:device\","
                                 "\"deviceParameters\":{\"a\":1},\"createdAt\":\"2025-11-24T16:00:00.250Z\","
                                 "\"endedAt\":\"2025-11-24T16:00:01.000Z\",\"status\":\"COMPLETED\"},"
                                 "\"additionalMetadata\":{\"action\":{\"source\":\"as sent\"},\"simulatorMetadata\":{"
                                 "\"braketSchemaHeader\":{\"name\":\"braket.task_result.simulator_metadata\","
                                 "\"version\":\"1\"},\"executionDuration\":17}}}"));
    free(text);
    kt_result_free(r);
}

TEST(result, a_braket_task_of_0_shots_has_no_measurements_at_all)
{
    kt_result *r = make_values();
    char *text = braket_text(r, &(kt_braket_about){ .task_id = "arn:task" });
    assert_null(strstr(text, "\"measurements\""));
    assert_null(strstr(text, "\"outputs\""));
    assert_null(strstr(text, "Metadata\":null"));
    assert_non_null(strstr(text, "\"version\":\"1\"},\"resultTypes\":[{\"type\":{\"type\":\"statevector\"}"));
    assert_non_null(strstr(text, "\"deviceId\":\"local:sv\",\"createdAt\":\"2025-11-24T16:00:00.250Z\""));
    assert_non_null(strstr(text, "\"additionalMetadata\":{\"action\":{\"source\":\"x\"}}}"));
    free(text);
    kt_result_free(r);
}

TEST(result, a_braket_task_may_tell_the_share_of_each_outcome)
{
    kt_result *r = make_counts();
    assert_int_equal(kt_result_seal(r, 1, NULL), 0);
    char *text = braket_text(r, &(kt_braket_about){ .task_id = "arn:task", .as_probabilities = true });
    kt_json *document = NULL;
    double sum = 0;
    const char *bits;
    kt_json *share;
    assert_int_equal(kt_json_parse(kt_view_of(text), &document, NULL), 0);
    assert_null(json_object_get(document, "measurements"));
    json_object_foreach(json_object_get(document, "measurementProbabilities"), bits, share)
    {
        assert_int_equal(strlen(bits), 2);
        sum += json_number_value(share);
    }
    assert_true(sum > 1 - 1e-12 && sum < 1 + 1e-12);
    kt_json_free(document);
    free(text);
    kt_result_free(r);
}

TEST(result, vendor_metadata_stands_beside_the_action)
{
    static const struct {
        const char *given, *expect;
    } cases[] = {
        { " {\"iqmMetadata\": {\"compiledProgram\": \"x\"}}\n",
          "\"action\":{\"source\":\"x\"},\"iqmMetadata\": {\"compiledProgram\": \"x\"}}}" },
        { "{\"a\":1,\"b\":2}", "\"action\":{\"source\":\"x\"},\"a\":1,\"b\":2}}" },
        { "{ }", "\"action\":{\"source\":\"x\"}}}" },
    };
    kt_result *r = make_values();
    for (size_t i = 0; i < KT_COUNT(cases); i++) {
        char *text = braket_text(r, &(kt_braket_about){ .vendor_json = cases[i].given });
        if (strstr(text, cases[i].expect) == NULL)
            fail_msg("no %s in %s", cases[i].expect, text);
        free(text);
    }
    kt_result_free(r);
}

TEST(result, vendor_metadata_that_is_no_object_is_refused)
{
    static const char *const bad[] = { "", "{", "[1]", "null" };
    kt_result *r = make_values();
    for (size_t i = 0; i < KT_COUNT(bad); i++) {
        kt_error err = { 0 };
        KT_BUF_OWN text;
        kt_buf_init(&text, 0);
        const kt_braket_about about = { .vendor_json = bad[i] };
        assert_int_equal(kt_result_write_braket(r, &about, kt_out_buf(&text), &err), KT_E_INVALID);
        assert_non_null(strstr(err.message, "must be a JSON object"));
    }
    kt_result_free(r);
}
