/* SPDX-License-Identifier: Apache-2.0 */
/* submit.c - from a caller's order to a task in line: read, checked against the device, put into the run's batch. */
#include "api/api_priv.h"

#include <stdlib.h>
#include <string.h>

enum { SHOTS_USUAL = 1000 };

/* What an order becomes on its way. */
typedef struct work {
    kt_program *parsed; /* of text or a circuit */
    char *text;         /* of a circuit or a program without text */
    kt_target_order order;
    kt_json *tags;
    char *about;
    kt_task_spec spec;
} work;

static void work_fini(work *w)
{
    kt_program_free(w->parsed);
    kt_text_free(w->text);
    kt_target_order_fini(&w->order);
    kt_json_free(w->tags);
    free(w->about);
}
#define WORK_OWN __attribute__((cleanup(work_fini))) work

static int count_kinds(const kt_braket_order *order)
{
    return (order->source != NULL || order->program != NULL) + (order->circuit != NULL) + (order->action != NULL);
}

/* A program of whatever there is, and its text as it is sent. */
static int read_program(work *w, const kt_braket_order *order, kt_view *source, const kt_program **program,
                        kt_diagnostics **diagnostics, kt_error *err)
{
    const kt_parse_options options = { .file_name = order->file_name };
    int rc = 0;
    if (order->source != NULL) {
        *source = (kt_view){ order->source, order->source_bytes > 0 ? order->source_bytes : strlen(order->source) };
    } else {
        rc = order->circuit != NULL ? kt_circuit_to_qasm(order->circuit, &w->text, err)
                                    : kt_program_format(order->program, &w->text, err);
        if (rc == 0)
            *source = kt_view_of(w->text);
    }
    *program = order->program;
    if (rc < 0 || order->program != NULL)
        return rc;
    rc = kt_program_parse(source->data, source->length, &options, &w->parsed, diagnostics, err);
    *program = w->parsed;
    return rc;
}

static int check_program(work *w, const kt_braket_device *device, const kt_braket_order *order,
                         kt_diagnostics **diagnostics, kt_error *err)
{
    const kt_program *program = NULL;
    kt_diagnostics *found = NULL, *of_device = NULL;
    kt_target_question question = { .file_name = order->file_name == NULL ? "<source>" : order->file_name,
                                    .inputs = order->inputs,
                                    .shots = order->shots,
                                    .observes = true };
    int rc = read_program(w, order, &question.source, &program, &found, err);
    question.program = program;
    if (rc == 0)
        rc = kt_target_order_make(device->target, &question, &w->order, &of_device, err);
    if (of_device != NULL) { /* the reading had no faults: at most warnings, which the device's are worth more than */
        kt_diagnostics_free(found);
        found = of_device;
    }
    if (diagnostics != NULL)
        *diagnostics = found;
    else
        kt_diagnostics_free(found);
    w->spec.action = kt_buf_view(&w->order.action);
    w->spec.shots = w->order.shots;
    w->spec.experimental = w->order.needs_experimental;
    return rc;
}

static int check_action(work *w, const kt_braket_device *device, const kt_braket_order *order, kt_error *err)
{
    const kt_target_facts *facts = kt_target_facts_of(device->target);
    int64_t executables = 1;
    w->spec.shots = order->shots;
    if (w->spec.shots < 0)
        w->spec.shots = facts->shots_least > SHOTS_USUAL  ? facts->shots_least
                        : facts->shots_most < SHOTS_USUAL ? facts->shots_most
                                                          : SHOTS_USUAL;
    w->spec.action = kt_view_of(order->action);
    return kt_target_check_action(device->target, w->spec.action, w->spec.shots, &executables, err);
}

static int check_order(work *w, const kt_braket_device *device, const kt_braket_order *order,
                       kt_diagnostics **diagnostics, kt_error *err)
{
    if (diagnostics != NULL)
        *diagnostics = NULL;
    if (count_kinds(order) != 1)
        return kt_fail(err, KT_E_INVALID, "an order has %s: set one of source (or program), circuit and action",
                       count_kinds(order) == 0 ? "nothing to run" : "more than one thing to run");
    if (order->shots < 0 && order->shots != KT_SHOTS_DEFAULT)
        return kt_fail(err, KT_E_INVALID, "shots: found %lld, expected 0 or more, or KT_SHOTS_DEFAULT",
                       (long long)order->shots);
    return order->action != NULL ? check_action(w, device, order, err)
                                 : check_program(w, device, order, diagnostics, err);
}

int kt_braket_check(const kt_braket_device *device, const kt_braket_order *order, kt_diagnostics **diagnostics,
                    kt_error *err)
{
    WORK_OWN w = { 0 };
    return check_order(&w, device, order, diagnostics, err);
}

/* ---- what goes with it ---- */

static int read_tags(work *w, const char *text, kt_error *err)
{
    const char *name;
    kt_json *value;
    if (text == NULL)
        return 0;
    const int rc = kt_json_parse(kt_view_of(text), &w->tags, err);
    if (rc < 0)
        return kt_wrap(err, rc, "tags");
    if (!json_is_object(w->tags))
        return kt_fail(err, KT_E_INVALID, "tags: expected a JSON object of texts");
    json_object_foreach(w->tags, name, value) if (!json_is_string(value)) return kt_fail(
        err, KT_E_INVALID, "tags: '%.60s' is not a text", name);
    return 0;
}

static int set_about(work *w, const char *label, kt_error *err)
{
    KT_OWN(kt_json) *about = json_object(), *observe = NULL;
    const int rc = w->order.observe == NULL ? 0 : kt_observe_to_json(w->order.observe, &observe, err);
    if (rc < 0)
        return rc;
    if (about != NULL && observe != NULL && json_object_set(about, "observe", observe) < 0)
        return kt_fail_nomem(err, 0, "an order");
    if (about == NULL || (label != NULL && json_object_set_new(about, "label", json_string(label)) < 0))
        return kt_fail(err, KT_E_INVALID, "the label of an order is not UTF-8");
    w->about = json_dumps(about, JSON_COMPACT);
    return w->about == NULL ? kt_fail_nomem(err, 0, "an order") : 0;
}

static int complete(work *w, const kt_braket_device *device, const kt_braket_order *order, kt_error *err)
{
    const kt_target_facts *facts = kt_target_facts_of(device->target);
    int rc = read_tags(w, order->tags, err);
    if (rc == 0)
        rc = set_about(w, order->label, err);
    w->spec.device_arn = facts->arn;
    w->spec.region = device->region;
    w->spec.poll_interval_ms = facts->poll_interval_ms;
    w->spec.tags = w->tags;
    w->spec.about = w->about;
    w->spec.reservation = order->reservation;
    if (order->device_parameters != NULL)
        w->spec.device_parameters = kt_view_of(order->device_parameters);
    return rc;
}

int kt_braket_submit(kt_ctx *ctx, const kt_braket_device *device, const kt_braket_order *order, kt_quantum_task **out,
                     kt_diagnostics **diagnostics, kt_error *err)
{
    WORK_OWN w = { 0 };
    kt_api_run *run = NULL;
    kt_quantum_task *task = NULL;
    int rc = check_order(&w, device, order, diagnostics, err);
    if (rc == 0)
        rc = complete(&w, device, order, err);
    if (rc == 0)
        rc = kt_api_open_store(ctx, err);
    if (rc < 0)
        return rc;
    uv_update_time(&ctx->loop);
    rc = kt_api_run_open(ctx, &run, err);
    if (rc == 0)
        rc = kt_api_run_take(run, (uint32_t)run->count, order->label, &task, err);
    if (rc < 0 || task == NULL)
        return rc;
    rc = kt_batch_add(run->batch, &w.spec, err);
    if (rc < 0) {
        run->count--;
        kt_api_task_free(task);
        return rc;
    }
    task->observe = KT_GIVE(w.order.observe);
    task->changed = order->changed;
    task->user = order->user;
    if (out != NULL)
        *out = task;
    return 0;
}
