/* SPDX-License-Identifier: Apache-2.0 */
/* run_program.c - one OpenQASM program on its device, and its gate-model result as Braket lays it out. */
#include "device/device.h"
#include "sandbox/device_parameters.h"
#include "sandbox/runner_priv.h"
#include "sandbox/vendor.h"

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
    if (!is_simulator(device)) {
        const kt_noisy_order order = { .device = device,
                                       .compiled = compiled,
                                       .inputs = inputs,
                                       .shots = shots,
                                       .seed = seed,
                                       .memory_bytes = kt_device_memory_bytes(),
                                       .threads = threads,
                                       .progress = kt_work_stops,
                                       .progress_ctx = work };
        rc = compiled->circuit != NULL ? kt_noisy_run(&order, out, err) : kt_noisy_play(&order, out, err);
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

/* IonQ's results hold the share of each outcome, not each shot. */
static bool gives_probabilities(const kt_sandbox_device *device)
{
    return device->metadata_member != NULL && strcmp(device->metadata_member, "ionqMetadata") == 0;
}

static int write_result(kt_work *work, const kt_vendor_question *about_vendor, kt_error *err)
{
    const kt_run_order *order = &work->order;
    const kt_sandbox_device *device = order->question.device;
    char *vendor = NULL;
    int rc = kt_vendor_json(about_vendor, &vendor, err);
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
        .as_probabilities = gives_probabilities(device),
    };
    if (rc == 0)
        rc = kt_result_write_braket(about_vendor->result, &about, kt_out_buf(&body), err);
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
    const kt_vendor_question about_vendor = { .device = asked->device,
                                              .compiled = &compiled,
                                              .source = question.source,
                                              .result = result,
                                              .is_debiased = parameters.debiases };
    if (rc == 0)
        rc = write_result(work, &about_vendor, err);
    if (rc == 0)
        work->outcome.successful_shots = asked->shots;
    kt_compiled_fini(&compiled);
    return rc;
}
