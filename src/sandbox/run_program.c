/* SPDX-License-Identifier: Apache-2.0 */
/* run_program.c - one OpenQASM program on its device, and its gate-model result as Braket lays it out. */
#include "device/device.h"
#include "sandbox/device_parameters.h"
#include "sandbox/runner_priv.h"

#include <ketch/run.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PARALLEL_QUBITS = 18 }; /* from here on one circuit is worth all threads */

static int64_t monotonic_ns(void)
{
    const kt_clock *clock = kt_clock_system();
    return clock->monotonic_ns(clock->ctx);
}

static bool is_simulator(const kt_sandbox_device *device)
{
    return device->kind == KT_DEVICE_SV1 || device->kind == KT_DEVICE_DM1;
}

int kt_work_execute(kt_work *work, const kt_compiled *compiled, const kt_inputs *inputs, uint64_t shots, uint64_t seed,
                    kt_result **out, kt_error *err)
{
    const kt_sandbox_device *device = work->order.question.device;
    int qubits = compiled->circuit == NULL ? 0 : kt_circuit_qubit_count(compiled->circuit);
    int threads = qubits < PARALLEL_QUBITS ? 1 : 0;
    int64_t began_ns = monotonic_ns();
    int rc;
    if (!is_simulator(device) && compiled->circuit != NULL) {
        const kt_noisy_order order = { .device = device,
                                       .compiled = compiled,
                                       .shots = shots,
                                       .seed = seed,
                                       .memory_bytes = kt_device_memory_bytes(),
                                       .threads = threads,
                                       .progress = kt_work_stops,
                                       .progress_ctx = work };
        rc = kt_noisy_run(&order, out, err);
    } else {
        const kt_run_options options = { .device = device->kind == KT_DEVICE_DM1 ? "local:dm" : "local:sv",
                                         .shots = (int64_t)shots,
                                         .has_seed = 1,
                                         .seed = seed,
                                         .threads = threads,
                                         .progress = kt_work_stops,
                                         .progress_ctx = work };
        rc = kt_run_program(compiled->program, inputs, &options, out, NULL, err);
    }
    work->spent_ns += monotonic_ns() - began_ns;
    return rc;
}

/* The program as it is placed on the device's qubits; NULL: it is played by measured values, or can't be written. */
static int compiled_text(const kt_sandbox_device *device, const kt_compiled *compiled, char **out, kt_error *err)
{
    KT_OWN(kt_circuit) *placed = NULL;
    kt_error own = { 0 };
    *out = NULL;
    if (compiled->circuit == NULL)
        return 0;
    int rc = kt_place_circuit(device, compiled, &placed, err);
    if (rc < 0)
        return rc;
    rc = kt_circuit_to_qasm(placed, out, &own);
    if (rc == KT_E_UNSUPPORTED || rc == KT_E_INVALID)
        return 0;
    return rc < 0 ? kt_fail(err, (kt_code)rc, "%s", own.message) : 0;
}

/* {"iqmMetadata": {header, "compiledProgram"}}: the member and its header have the vendor's name in common. */
static int write_vendor(const char *member, const char *program, char **out, kt_error *err)
{
    KT_BUF_OWN json;
    kt_buf_init(&json, 0);
    kt_jw w;
    kt_jw_init(&w, kt_out_buf(&json), 0);
    kt_jw_object(&w);
    kt_jw_key(&w, member);
    kt_jw_object(&w);
    kt_jw_key(&w, "braketSchemaHeader");
    kt_jw_object(&w);
    char name[64];
    snprintf(name, sizeof name, "braket.task_result.%.*s_metadata", (int)(strlen(member) - strlen("Metadata")), member);
    kt_jw_key(&w, "name");
    kt_jw_strz(&w, name);
    kt_jw_key(&w, "version");
    kt_jw_strz(&w, "1");
    kt_jw_close(&w);
    kt_jw_key(&w, "compiledProgram");
    kt_jw_strz(&w, program);
    kt_jw_close(&w);
    kt_jw_close(&w);
    int rc = kt_jw_end(&w, err);
    if (rc == 0 && (*out = kt_buf_take(&json)) == NULL)
        rc = kt_fail_nomem(err, 0, "a compiled program");
    return rc;
}

int kt_vendor_json(const kt_sandbox_device *device, const kt_compiled *compiled, kt_view source, char **out,
                   kt_error *err)
{
    *out = NULL;
    if (device->metadata_member == NULL || strcmp(device->metadata_member, "ionqMetadata") == 0)
        return 0;
    char *text = NULL;
    int rc = compiled_text(device, compiled, &text, err);
    if (rc < 0)
        return rc;
    char *as_written = text == NULL ? strndup(source.data, source.length) : NULL;
    if (text == NULL && as_written == NULL)
        return kt_fail_nomem(err, source.length, "a compiled program");
    rc = write_vendor(device->metadata_member, text != NULL ? text : as_written, out, err);
    kt_text_free(text);
    free(as_written);
    return rc;
}

static int write_result(kt_work *work, const kt_compiled *compiled, kt_view source, const kt_result *result,
                        kt_error *err)
{
    const kt_run_order *order = &work->order;
    const kt_sandbox_device *device = order->question.device;
    char *vendor = NULL;
    int rc = kt_vendor_json(device, compiled, source, &vendor, err);
    KT_BUF_OWN body;
    kt_buf_init(&body, 0);
    const kt_braket_about about = {
        .task_id = order->task_arn,
        .device_id = device->arn,
        .shots = (uint64_t)order->question.shots,
        .created_wall_ns = order->created_ns,
        .ended_wall_ns = order->ended_ns,
        .status = "COMPLETED",
        .action_json = order->question.action.data,
        .device_parameters_json =
            order->question.device_parameters.length > 0 ? order->question.device_parameters.data : NULL,
        .has_duration = is_simulator(device),
        .duration_ms = (uint64_t)kt_spent_ms(work->spent_ns),
        .vendor_json = vendor,
    };
    if (rc == 0)
        rc = kt_result_write_braket(result, &about, kt_out_buf(&body), err);
    free(vendor);
    return rc < 0 ? rc : kt_work_add(work, &body, err, "results.json");
}

int kt_run_single(kt_work *work, const kt_action *action, kt_error *err)
{
    const kt_action_question *asked = &work->order.question;
    KT_OWN(kt_inputs) *inputs = NULL;
    KT_OWN(kt_result) *result = NULL;
    kt_compiled compiled = { 0 };
    kt_device_parameters parameters = { 0 };
    int rc = kt_device_parameters_read(asked->device, asked->device_parameters, asked->shots, &parameters, err);
    if (rc == 0)
        rc = kt_action_inputs(action, 0, 0, &inputs, err);
    const kt_compile_question question = { .device = asked->device,
                                           .source = kt_action_source(action, 0),
                                           .inputs = inputs,
                                           .shots = asked->shots,
                                           .has_experimental = asked->has_experimental,
                                           .keeps_labels = parameters.keeps_labels };
    if (rc == 0)
        rc = kt_compile(&question, &compiled, err);
    if (rc == 0)
        rc = kt_work_execute(work, &compiled, inputs, (uint64_t)asked->shots, work->order.seed, &result, err);
    if (rc == 0)
        rc = write_result(work, &compiled, question.source, result, err);
    if (rc == 0)
        work->outcome.successful_shots = asked->shots;
    kt_compiled_fini(&compiled);
    return rc;
}
