/* SPDX-License-Identifier: Apache-2.0 */
/* program_set_test.c - a program set's result in parts, as the service stores it; and what becomes of a set of which
 * some or all executables fail. */
#include "sandbox/order_test.h"

#define TURN "input float a; bit[1] b; rx(a) $1; b[0] = measure $1;"
#define PLAIN "{\"source\":\"bit[2] b; x $3; i $5; b[0] = measure $3; b[1] = measure $5;\"}"
#define SWEPT "{\"source\":\"" TURN "\",\"inputs\":{\"a\":[0, 3.141592653589793]}}"
#define WRONG "{\"source\":\"bit[1] b; x $99; b[0] = measure $99;\"}"

static int64_t bit_of(const outcome *o, const char *key, const char *path)
{
    return json_integer_value(json_at(outcome_get(o, key), path));
}

TEST(program_set, the_parts_name_each_other)
{
    kt_arena *arena = kt_arena_new(0);
    outcome o = order_run(&sample_row(arena, FLAWLESS)->device, SET(PLAIN "," SWEPT), 30, NULL);
    assert_null(o.reason);
    assert_int_equal(o.count, 9);
    const kt_json *results = outcome_get(&o, "results.json"), *metadata = outcome_get(&o, "metadata.json");
    assert_text(results, "braketSchemaHeader.name", "braket.task_result.program_set_task_result");
    assert_int_equal(json_array_size(json_at(results, "programResults")), 2);
    assert_text(results, "programResults.1", "programs/1/results.json");
    assert_text(results, "taskMetadata", "metadata.json");
    assert_text(results, "s3Location.0", "bucket");
    assert_text(results, "s3Location.1", "tasks/x");
    const kt_json *program = outcome_get(&o, "programs/1/results.json");
    assert_text(program, "braketSchemaHeader.name", "braket.task_result.program_result");
    assert_int_equal(json_array_size(json_at(program, "executableResults")), 2);
    assert_text(program, "executableResults.1", "executables/1.json");
    assert_text(program, "source", "program.json");
    assert_text(outcome_get(&o, "programs/1/program.json"), "source", TURN);
    assert_int_equal(json_array_size(json_at(outcome_get(&o, "programs/1/program.json"), "inputs.a")), 2);
    assert_text(metadata, "braketSchemaHeader.name", "braket.task_result.program_set_task_metadata");
    assert_int_equal(json_integer_value(json_at(metadata, "requestedShots")), 30);
    assert_int_equal(json_integer_value(json_at(metadata, "successfulShots")), 30);
    assert_int_equal(json_integer_value(json_at(metadata, "totalFailedExecutables")), 0);
    assert_int_equal(json_array_size(json_at(metadata, "programMetadata.1.executables")), 2);
    assert_text(metadata, "status", "COMPLETED");
    assert_int_equal(o.successful_shots, 30);
    outcome_fini(&o);
    kt_arena_free(arena);
}

TEST(program_set, every_executable_has_its_share_of_shots_and_its_input)
{
    kt_arena *arena = kt_arena_new(0);
    outcome o = order_run(&sample_row(arena, FLAWLESS)->device, SET(PLAIN "," SWEPT), 30, NULL);
    static const char *const keys[] = { "programs/0/executables/0.json", "programs/1/executables/0.json",
                                        "programs/1/executables/1.json" };
    static const int64_t first_bits[] = { 1, 0, 1 }, indexes[] = { 0, 0, 1 };
    for (size_t i = 0; i < KT_COUNT(keys); i++) {
        const kt_json *executable = outcome_get(&o, keys[i]);
        assert_text(executable, "braketSchemaHeader.name", "braket.task_result.program_set_executable_result");
        assert_int_equal(json_integer_value(json_at(executable, "inputsIndex")), indexes[i]);
        assert_int_equal(json_array_size(json_at(executable, "measurements")), 10);
        assert_int_equal(bit_of(&o, keys[i], "measurements.9.0"), first_bits[i]);
    }
    assert_int_equal(bit_of(&o, keys[0], "measuredQubits.1"), 5);
    outcome_fini(&o);
    kt_arena_free(arena);
}

TEST(program_set, an_executable_that_fails_says_so_and_the_others_count)
{
    kt_arena *arena = kt_arena_new(0);
    outcome o = order_run(&sample_row(arena, FLAWLESS)->device, SET(WRONG "," SWEPT), 30, NULL);
    assert_null(o.reason);
    const kt_json *failed = outcome_get(&o, "programs/0/executables/0.json");
    assert_text(failed, "braketSchemaHeader.name", "braket.task_result.program_set_executable_failure");
    assert_text(failed, "failureMetadata.failureReason", "Row has no qubit $99");
    assert_text(failed, "failureMetadata.category", "COMPILATION");
    assert_true(json_is_false(json_at(failed, "failureMetadata.retryable")));
    const kt_json *metadata = outcome_get(&o, "metadata.json");
    assert_text(metadata, "programMetadata.0.executables.0.category", "COMPILATION");
    assert_int_equal(json_object_size(json_at(metadata, "programMetadata.1.executables.0")), 0);
    assert_int_equal(json_integer_value(json_at(metadata, "successfulShots")), 20);
    assert_int_equal(json_integer_value(json_at(metadata, "totalFailedExecutables")), 1);
    assert_int_equal(o.successful_shots, 20);
    outcome_fini(&o);
    kt_arena_free(arena);
}

TEST(program_set, a_set_that_failed_as_a_whole_has_its_parts_too)
{
    kt_arena *arena = kt_arena_new(0);
    outcome o = order_run(&sample_row(arena, FLAWLESS)->device, SET(WRONG "," WRONG), 30, NULL);
    assert_string_equal(o.reason,
                        "all executables of the program set failed, the first one with: Row has no qubit $99");
    assert_text(outcome_get(&o, "metadata.json"), "status", "FAILED");
    assert_int_equal(json_integer_value(json_at(outcome_get(&o, "metadata.json"), "successfulShots")), 0);
    assert_text(outcome_get(&o, "results.json"), "programResults.0", "programs/0/results.json");
    assert_int_equal(o.successful_shots, 0);
    outcome_fini(&o);
    kt_arena_free(arena);
}

TEST(program_set, equal_programs_have_chances_of_their_own)
{
    kt_arena *arena = kt_arena_new(0);
    static const char coin[] = "{\"source\":\"bit[1] b; h $1; b[0] = measure $1;\"}";
    char action[512];
    snprintf(action, sizeof action, SET("%s,%s"), coin, coin);
    outcome o = order_run(&sample_row(arena, FLAWLESS)->device, action, 200, NULL);
    assert_false(json_equal(json_at(outcome_get(&o, "programs/0/executables/0.json"), "measurements"),
                            json_at(outcome_get(&o, "programs/1/executables/0.json"), "measurements")));
    outcome_fini(&o);
    kt_arena_free(arena);
}
