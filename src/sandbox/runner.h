/* SPDX-License-Identifier: Apache-2.0 */
/* runner.h - what a task asks for: checked against its device when it is made, computed by worker threads when its time
 * comes, and laid out as Braket lays results into S3. Knows nothing of queues, of the database or of HTTP. */
#ifndef KT_SANDBOX_RUNNER_H
#define KT_SANDBOX_RUNNER_H

#include "sandbox/device.h"

#include <uv.h>

/* ---- the action, checked when the task is made ---- */

typedef struct kt_action_info {
    const char *type; /* actionMetadata.actionType: "braket.ir.openqasm.program", "..._set", "braket.ir.ahs.program",
                       * "braket.ir.jaqcd.program" */
    bool is_program_set;
    uint32_t program_count, executable_count; /* of a set */
    uint32_t qubit_count;
} kt_action_info;

/* One reason of a program set's refusal (programSetValidationFailures). */
typedef struct kt_program_failure {
    uint32_t program_index;
    int64_t inputs_index; /* -1: not said */
    const char *message;
} kt_program_failure;

typedef struct kt_action_refusal {
    const char *message;                /* of the ValidationException */
    const kt_program_failure *failures; /* then reason is ProgramSetValidationFailed */
    size_t failure_count;
} kt_action_refusal;

typedef struct kt_action_question {
    const kt_sandbox_device *device;
    kt_view action, device_parameters; /* JSON texts; device_parameters may be empty */
    int64_t shots;
    bool has_experimental; /* experimentalCapabilities ALL */
    bool has_result_file;  /* an analog task that the scenario answers */
} kt_action_question;

/* 0: the device takes it. KT_E_INVALID: it refuses, *refusal says how (texts in the arena), in Braket's words where
 * they are known. Other codes: our own failure. */
int kt_action_check(const kt_action_question *question, kt_arena *arena, kt_action_info *info,
                    kt_action_refusal *refusal, kt_error *err);

/* ---- computing ---- */

typedef struct kt_result_object {
    char *key_suffix; /* "results.json", "programs/0/results.json"; joined to outputS3Directory with '/' */
    char *body;
    size_t body_bytes;
} kt_result_object;

typedef struct kt_run_outcome {
    const char *failure_reason; /* NULL: COMPLETED. A program set has results also when it FAILED */
    int64_t simulated_ms;       /* simulatorMetadata.executionDuration */
    int64_t successful_shots;
    const kt_result_object *objects; /* borrowed until `done` returns */
    size_t object_count;
} kt_run_outcome;

typedef struct kt_run_order {
    kt_action_question question;               /* copied */
    const char *task_arn, *bucket, *directory; /* copied */
    uint64_t seed;
    int64_t created_ns, ended_ns; /* for the task metadata; by the sandbox's clock */
    const char *result_file;      /* analog: the file to answer with */
    /* Once, on the loop thread. */
    void (*done)(void *ctx, const kt_run_outcome *outcome);
    void *ctx;
} kt_run_order;

typedef struct kt_runner kt_runner;
int kt_runner_new(uv_loop_t *loop, int threads, kt_runner **out, kt_error *err); /* threads 0: one a processor */
/* KT_E_NOMEM; `done` is not called then. */
int kt_runner_put(kt_runner *runner, const kt_run_order *order, kt_error *err);
/* Lets running orders be cancelled, waits for the threads; `done` of what was not finished is not called. Frees itself
 * when its loop handle is closed. */
void kt_runner_close(kt_runner *runner);

#endif
