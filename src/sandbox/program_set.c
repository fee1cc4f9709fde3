/* SPDX-License-Identifier: Apache-2.0 */
/* program_set.c - a program set: every program with each of its inputs, and the result in parts, as the service stores
 * it: results.json                        names the others metadata.json                       of the task
 *   programs/I/results.json             names the executables of program I
 *   programs/I/program.json             the program
 *   programs/I/executables/J.json       what executable J gave
 * An executable that fails is a part that says so; the task fails only when all of them did, and has its parts then
 * too. */
#include "sandbox/runner_priv.h"

#include "base/rng.h"
#include "sandbox/device_parameters.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Why an executable failed. */
typedef struct failure {
    const char *reason; /* NULL: it did not */
    const char *category;
} failure;

/* The set while it runs. */
typedef struct set_run {
    kt_work *work;
    const kt_action *action;
    uint32_t *executables; /* by program */
    failure *failures;     /* by executable, over all programs */
    uint32_t total, failed_count;
    uint64_t shots_each;
    kt_device_parameters parameters;
} set_run;

static void write_header(kt_jw *w, const char *name)
{
    kt_jw_key(w, "braketSchemaHeader");
    kt_jw_object(w);
    kt_jw_key(w, "name");
    kt_jw_strz(w, name);
    kt_jw_key(w, "version");
    kt_jw_strz(w, "1");
    kt_jw_close(w);
}

/* ---- an executable ---- */

/* bits: room for the columns. */
static void write_measurements(kt_jw *w, const kt_result *result, char *bits)
{
    int columns = kt_result_column_count(result);
    kt_jw_key(w, "measurements");
    kt_jw_array(w);
    for (uint64_t shot = 0; shot < kt_result_shots(result); shot++) {
        kt_result_outcome(result, kt_result_shot_outcome(result, shot), bits);
        kt_jw_array(w);
        for (int c = 0; c < columns; c++)
            kt_jw_int(w, bits[c] - '0');
        kt_jw_close(w);
    }
    kt_jw_close(w);
    kt_jw_key(w, "measuredQubits");
    kt_jw_array(w);
    for (int c = 0; c < columns; c++)
        kt_jw_uint(w, kt_result_measured_qubit(result, c));
    kt_jw_close(w);
}

static void write_failure(kt_jw *w, const failure *f)
{
    kt_jw_key(w, "failureReason");
    kt_jw_strz(w, f->reason);
    kt_jw_key(w, "retryable");
    kt_jw_bool(w, false);
    kt_jw_key(w, "category");
    kt_jw_strz(w, f->category);
}

/* result: NULL when it failed. */
static int add_executable(set_run *s, size_t program, uint32_t executable, const failure *f, const kt_result *result,
                          kt_error *err)
{
    char *bits = result == NULL ? NULL : malloc((size_t)kt_result_column_count(result) + 1);
    if (result != NULL && bits == NULL)
        return kt_fail_nomem(err, (size_t)kt_result_column_count(result), "measured bits");
    KT_BUF_OWN body;
    kt_buf_init(&body, 0);
    kt_jw w;
    kt_jw_init(&w, kt_out_buf(&body), 0);
    kt_jw_object(&w);
    write_header(&w, result != NULL ? "braket.task_result.program_set_executable_result"
                                    : "braket.task_result.program_set_executable_failure");
    kt_jw_key(&w, "inputsIndex");
    kt_jw_uint(&w, executable);
    if (result != NULL) {
        write_measurements(&w, result, bits);
    } else {
        kt_jw_key(&w, "failureMetadata");
        kt_jw_object(&w);
        write_failure(&w, f);
        kt_jw_close(&w);
    }
    kt_jw_close(&w);
    free(bits);
    int rc = kt_jw_end(&w, err);
    return rc < 0 ? rc : kt_work_add(s->work, &body, err, "programs/%zu/executables/%u.json", program, executable);
}

static int note_failure(set_run *s, failure *f, const char *category, const kt_error *why, kt_error *err)
{
    *f = (failure){ kt_arena_strndup(s->work->arena, why->message, strlen(why->message)), category };
    s->failed_count++;
    return f->reason == NULL ? kt_fail_nomem(err, strlen(why->message), "a reason") : 0;
}

static int run_executable(set_run *s, size_t program, uint32_t executable, uint32_t ordinal, kt_error *err)
{
    const kt_action_question *asked = &s->work->order.question;
    KT_OWN(kt_inputs) *inputs = NULL;
    KT_OWN(kt_result) *result = NULL;
    kt_compiled compiled = { 0 };
    kt_error own = { 0 };
    failure *f = &s->failures[ordinal];
    const char *category = "COMPILATION";
    kt_rng rng;
    kt_rng_seed_stream(&rng, s->work->order.seed, ordinal);
    int rc = kt_action_inputs(s->action, program, executable, &inputs, &own);
    const kt_compile_question question = { .device = asked->device,
                                           .source = kt_action_source(s->action, program),
                                           .inputs = inputs,
                                           .shots = (int64_t)s->shots_each,
                                           .has_experimental = asked->has_experimental,
                                           .in_set = true,
                                           .keeps_labels = s->parameters.keeps_labels };
    if (rc == 0)
        rc = kt_compile(&question, &compiled, &own);
    if (rc == 0) {
        category = "DEVICE";
        rc = kt_work_execute(s->work, &compiled, inputs, s->shots_each, kt_rng_next(&rng), &result, &own);
    }
    kt_compiled_fini(&compiled);
    if (rc == KT_E_NOMEM || rc == KT_E_CANCELLED) {
        if (err != NULL)
            *err = own;
        return rc;
    }
    rc = rc < 0 ? note_failure(s, f, category, &own, err) : 0;
    return rc < 0 ? rc : add_executable(s, program, executable, f, result, err);
}

/* ---- a program ---- */

static int add_program(set_run *s, size_t program, kt_error *err)
{
    kt_json *source = json_array_get(json_object_get(s->action->document, "programs"), program);
    KT_BUF_OWN text;
    kt_buf_init(&text, 0);
    kt_jw w;
    kt_jw_init(&w, kt_out_buf(&text), 0);
    kt_jw_object(&w);
    write_header(&w, "braket.ir.openqasm.program");
    kt_jw_key(&w, "source");
    kt_jw_string(&w, kt_action_source(s->action, program));
    kt_jw_key(&w, "inputs");
    kt_json *inputs = json_object_get(source, "inputs");
    if (json_is_object(inputs))
        kt_jw_value(&w, inputs);
    else
        kt_jw_null(&w);
    kt_jw_close(&w);
    int rc = kt_jw_end(&w, err);
    return rc < 0 ? rc : kt_work_add(s->work, &text, err, "programs/%zu/program.json", program);
}

static void write_program_metadata(kt_jw *w, const set_run *s, int64_t spent_ns)
{
    const kt_sandbox_device *device = s->work->order.question.device;
    kt_jw_key(w, "additionalMetadata");
    kt_jw_object(w);
    if (device->kind == KT_DEVICE_SV1 || device->kind == KT_DEVICE_DM1) {
        kt_jw_key(w, "simulatorMetadata");
        kt_jw_object(w);
        write_header(w, "braket.task_result.simulator_metadata");
        kt_jw_key(w, "executionDuration");
        kt_jw_int(w, kt_spent_ms(spent_ns));
        kt_jw_close(w);
    }
    kt_jw_close(w);
}

static int add_program_result(set_run *s, size_t program, int64_t spent_ns, kt_error *err)
{
    KT_BUF_OWN body;
    kt_buf_init(&body, 0);
    kt_jw w;
    kt_jw_init(&w, kt_out_buf(&body), 0);
    kt_jw_object(&w);
    write_header(&w, "braket.task_result.program_result");
    kt_jw_key(&w, "executableResults");
    kt_jw_array(&w);
    for (uint32_t e = 0; e < s->executables[program]; e++) {
        char path[48];
        snprintf(path, sizeof path, "executables/%u.json", e);
        kt_jw_strz(&w, path);
    }
    kt_jw_close(&w);
    kt_jw_key(&w, "source");
    kt_jw_strz(&w, "program.json");
    write_program_metadata(&w, s, spent_ns);
    kt_jw_close(&w);
    int rc = kt_jw_end(&w, err);
    return rc < 0 ? rc : kt_work_add(s->work, &body, err, "programs/%zu/results.json", program);
}

/* ---- the task ---- */

static void write_time(kt_jw *w, const char *name, int64_t wall_ns)
{
    char text[32];
    if (kt_time_text(wall_ns, text, sizeof text, NULL) < 0)
        return;
    kt_jw_key(w, name);
    kt_jw_strz(w, text);
}

static void write_executables(kt_jw *w, const set_run *s)
{
    uint32_t ordinal = 0;
    kt_jw_key(w, "programMetadata");
    kt_jw_array(w);
    for (size_t p = 0; p < s->action->program_count; p++) {
        kt_jw_object(w);
        kt_jw_key(w, "executables");
        kt_jw_array(w);
        for (uint32_t e = 0; e < s->executables[p]; e++, ordinal++) {
            kt_jw_object(w);
            if (s->failures[ordinal].reason != NULL)
                write_failure(w, &s->failures[ordinal]);
            kt_jw_close(w);
        }
        kt_jw_close(w);
        kt_jw_close(w);
    }
    kt_jw_close(w);
}

static int add_metadata(set_run *s, kt_error *err)
{
    const kt_run_order *order = &s->work->order;
    KT_BUF_OWN body;
    kt_buf_init(&body, 0);
    kt_jw w;
    kt_jw_init(&w, kt_out_buf(&body), 0);
    kt_jw_object(&w);
    write_header(&w, "braket.task_result.program_set_task_metadata");
    kt_jw_key(&w, "id");
    kt_jw_strz(&w, order->task_arn);
    kt_jw_key(&w, "deviceId");
    kt_jw_strz(&w, order->question.device->arn);
    kt_jw_key(&w, "requestedShots");
    kt_jw_int(&w, order->question.shots);
    kt_jw_key(&w, "successfulShots");
    kt_jw_int(&w, s->work->outcome.successful_shots);
    write_executables(&w, s);
    write_time(&w, "createdAt", order->created_ns);
    write_time(&w, "endedAt", order->ended_ns);
    kt_jw_key(&w, "status");
    kt_jw_strz(&w, s->failed_count == s->total ? "FAILED" : "COMPLETED");
    kt_jw_key(&w, "totalFailedExecutables");
    kt_jw_uint(&w, s->failed_count);
    kt_jw_close(&w);
    int rc = kt_jw_end(&w, err);
    return rc < 0 ? rc : kt_work_add(s->work, &body, err, "metadata.json");
}

static int add_results(set_run *s, kt_error *err)
{
    KT_BUF_OWN body;
    kt_buf_init(&body, 0);
    kt_jw w;
    kt_jw_init(&w, kt_out_buf(&body), 0);
    kt_jw_object(&w);
    write_header(&w, "braket.task_result.program_set_task_result");
    kt_jw_key(&w, "programResults");
    kt_jw_array(&w);
    for (size_t p = 0; p < s->action->program_count; p++) {
        char path[48];
        snprintf(path, sizeof path, "programs/%zu/results.json", p);
        kt_jw_strz(&w, path);
    }
    kt_jw_close(&w);
    kt_jw_key(&w, "taskMetadata");
    kt_jw_strz(&w, "metadata.json");
    kt_jw_key(&w, "s3Location");
    kt_jw_array(&w);
    kt_jw_strz(&w, s->work->order.bucket);
    kt_jw_strz(&w, s->work->order.directory);
    kt_jw_close(&w);
    kt_jw_close(&w);
    int rc = kt_jw_end(&w, err);
    return rc < 0 ? rc : kt_work_add(s->work, &body, err, "results.json");
}

static int run_programs(set_run *s, kt_error *err)
{
    uint32_t ordinal = 0;
    int rc = 0;
    for (size_t p = 0; rc == 0 && p < s->action->program_count; p++) {
        int64_t before_ns = s->work->spent_ns;
        for (uint32_t e = 0; rc == 0 && e < s->executables[p]; e++)
            rc = run_executable(s, p, e, ordinal++, err);
        if (rc == 0)
            rc = add_program(s, p, err);
        if (rc == 0)
            rc = add_program_result(s, p, s->work->spent_ns - before_ns, err);
    }
    return rc;
}

static int count_executables(set_run *s, kt_error *err)
{
    s->executables = calloc(s->action->program_count + 1, sizeof *s->executables);
    if (s->executables == NULL)
        return kt_fail_nomem(err, s->action->program_count * sizeof *s->executables, "a program set");
    int rc = 0;
    for (size_t p = 0; rc == 0 && p < s->action->program_count; p++) {
        rc = kt_action_executables(s->action, p, &s->executables[p], err);
        s->total += s->executables[p];
    }
    s->failures = rc == 0 ? calloc((size_t)s->total + 1, sizeof *s->failures) : NULL;
    return rc < 0 || s->failures != NULL ? rc : kt_fail_nomem(err, s->total * sizeof *s->failures, "a program set");
}

int kt_run_program_set(kt_work *work, const kt_action *action, kt_error *err)
{
    set_run s = { .work = work, .action = action };
    const kt_action_question *asked = &work->order.question;
    int rc = kt_device_parameters_read(asked->device, asked->device_parameters, asked->shots, &s.parameters, err);
    if (rc == 0)
        rc = count_executables(&s, err);
    if (rc == 0 && s.total > 0)
        s.shots_each = (uint64_t)work->order.question.shots / s.total;
    if (rc == 0)
        rc = run_programs(&s, err);
    work->outcome.successful_shots = (int64_t)(s.shots_each * (s.total - s.failed_count));
    if (rc == 0)
        rc = add_metadata(&s, err);
    if (rc == 0)
        rc = add_results(&s, err);
    if (rc == 0 && s.failed_count == s.total) {
        work->keeps_objects = true;
        rc = kt_fail(err, KT_E_FAILED, "all executables of the program set failed, the first one with: %s",
                     s.failures[0].reason);
    }
    free(s.executables);
    free(s.failures);
    return rc;
}
