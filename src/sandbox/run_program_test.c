/* SPDX-License-Identifier: Apache-2.0 */
/* run_program_test.c - the gate-model result of one program, member by member as Braket lays it out. */
#include "sandbox/order_test.h"

#include "device/device.h"

#define BELL "bit[2] b; h $1; cnot $1, $2; b[0] = measure $1; b[1] = measure $2;"

TEST(run_program, a_result_has_every_member_that_braket_gives_it)
{
    KT_OWN(kt_devices) *devices = sample_shipped();
    outcome o = order_run(kt_devices_find(devices, kt_view_of(GARNET)), PROGRAM(BELL), 7, NULL);
    assert_null(o.reason);
    assert_int_equal(o.count, 1);
    assert_int_equal(o.successful_shots, 7);
    const kt_json *result = outcome_get(&o, "results.json");
    assert_text(result, "braketSchemaHeader.name", "braket.task_result.gate_model_task_result");
    assert_int_equal(json_array_size(json_at(result, "measurements")), 7);
    assert_int_equal(json_array_size(json_at(result, "measurements.6")), 2);
    assert_int_equal(json_integer_value(json_at(result, "measuredQubits.1")), 2);
    assert_int_equal(json_array_size(json_at(result, "resultTypes")), 0);
    assert_text(result, "taskMetadata.braketSchemaHeader.name", "braket.task_result.task_metadata");
    assert_text(result, "taskMetadata.id", "arn:aws:braket:us-east-1:123456789012:quantum-task/x");
    assert_text(result, "taskMetadata.deviceId", GARNET);
    assert_int_equal(json_integer_value(json_at(result, "taskMetadata.shots")), 7);
    assert_text(result, "taskMetadata.createdAt", "2023-11-14T22:13:20.000Z");
    assert_text(result, "taskMetadata.endedAt", "2023-11-14T22:13:21.500Z");
    assert_text(result, "taskMetadata.status", "COMPLETED");
    assert_text(result, "additionalMetadata.action.source", BELL);
    assert_null(json_object_get(json_at(result, "additionalMetadata"), "simulatorMetadata"));
    outcome_fini(&o);
}

TEST(run_program, each_vendor_has_its_metadata)
{
    static const struct {
        const char *arn, *member, *header;
    } rows[] = {
        { GARNET, "iqmMetadata", "braket.task_result.iqm_metadata" },
        { IBEX, "aqtMetadata", "braket.task_result.aqt_metadata" },
        { CEPHEUS, "rigettiMetadata", "braket.task_result.rigetti_metadata" },
    };
    KT_OWN(kt_devices) *devices = sample_shipped();
    for (size_t i = 0; i < KT_COUNT(rows); i++) {
        outcome o = order_run(kt_devices_find(devices, kt_view_of(rows[i].arn)), PROGRAM(BELL), 10, NULL);
        const kt_json *vendor = json_at(outcome_get(&o, "results.json"), "additionalMetadata");
        vendor = json_at(vendor, rows[i].member);
        assert_text(vendor, "braketSchemaHeader.name", rows[i].header);
        assert_text(vendor, "braketSchemaHeader.version", "1");
        assert_text(vendor, "compiledProgram",
                    "OPENQASM 3.0;\nbit[2] b;\nh $1;\ncnot $1, $2;\nb[0] = measure $1;\nb[1] = measure $2;\n");
        outcome_fini(&o);
    }
}

TEST(run_program, a_debiased_task_of_ionq_has_sharpened_probabilities)
{
    static const char debias[] =
        "{\"errorMitigation\":[{\"type\":\"braket.device_schema.error_mitigation.debias.Debias\"}]}";
    KT_OWN(kt_devices) *devices = sample_shipped();
    const kt_sandbox_device *forte = kt_devices_find(devices, kt_view_of(FORTE));
    outcome plain = order_run(forte, PROGRAM(BELL), 2500, NULL);
    assert_null(json_object_get(json_at(outcome_get(&plain, "results.json"), "additionalMetadata"), "ionqMetadata"));
    outcome_fini(&plain);
    outcome o = order_run_with(forte, PROGRAM(BELL), debias, 2500, NULL);
    assert_null(o.reason);
    const kt_json *vendor = json_at(outcome_get(&o, "results.json"), "additionalMetadata.ionqMetadata");
    assert_text(vendor, "braketSchemaHeader.name", "braket.task_result.ionq_metadata");
    const kt_json *sharpened = json_at(vendor, "sharpenedProbabilities");
    double likely = json_number_value(json_at(sharpened, "00")) + json_number_value(json_at(sharpened, "11"));
    assert_true(likely > 0.99 && likely <= 1 + 1e-9);
    outcome_fini(&o);
}

TEST(run_program, a_simulator_tells_its_time_and_no_vendor)
{
    KT_OWN(kt_devices) *devices = sample_shipped();
    outcome o = order_run(kt_devices_find(devices, kt_view_of(SV1)),
                          PROGRAM("qubit[1] q; h q[0];\\n#pragma braket result expectation x(q[0])\\n"), 0, NULL);
    const kt_json *result = outcome_get(&o, "results.json");
    assert_true(json_integer_value(json_at(result, "additionalMetadata.simulatorMetadata.executionDuration")) >= 1);
    assert_int_equal(json_object_size(json_at(result, "additionalMetadata")), 2);
    assert_null(json_object_get(result, "measurements"));
    assert_text(result, "resultTypes.0.type.type", "expectation");
    assert_true(json_number_value(json_at(result, "resultTypes.0.value")) > 0.999999);
    assert_true(o.simulated_ms >= 1);
    outcome_fini(&o);
}

TEST(run_program, a_task_that_does_not_fit_fails_with_need_and_have)
{
    static const struct {
        const char *arn, *source, *expect;
    } rows[] = {
        { SV1, "qubit[34] q; h q;", "34 qubits need 256.0 GiB of memory" },
        { DM1, "qubit[17] q; h q;", "17 qubits need 256.0 GiB of memory" },
    };
    if (kt_device_memory_bytes() >= UINT64_C(256) << 30)
        skip(); /* this machine holds them */
    KT_OWN(kt_devices) *devices = sample_shipped();
    for (size_t i = 0; i < KT_COUNT(rows); i++) {
        char action[256];
        snprintf(action, sizeof action, PROGRAM("%s"), rows[i].source);
        outcome o = order_run(kt_devices_find(devices, kt_view_of(rows[i].arn)), action, 1, NULL);
        assert_non_null(o.reason);
        if (strstr(o.reason, rows[i].expect) == NULL || strstr(o.reason, "this machine has") == NULL)
            fail_msg("%s", o.reason);
        assert_int_equal(o.count, 0);
        assert_int_equal(o.successful_shots, 0);
        outcome_fini(&o);
    }
}

TEST(run_program, the_old_form_runs_and_keeps_its_action)
{
    KT_OWN(kt_devices) *devices = sample_shipped();
    outcome o = order_run(kt_devices_find(devices, kt_view_of(SV1)),
                          OF("jaqcd.program") ",\"instructions\":[{\"type\":\"x\",\"target\":1},{\"type\":\"cnot\","
                                              "\"control\":1,\"target\":0}]}",
                          3, NULL);
    const kt_json *result = outcome_get(&o, "results.json");
    assert_text(result, "additionalMetadata.action.braketSchemaHeader.name", "braket.ir.jaqcd.program");
    for (int q = 0; q < 2; q++)
        assert_int_equal(json_integer_value(json_array_get(json_at(result, "measurements.2"), (size_t)q)), 1);
    outcome_fini(&o);
}
