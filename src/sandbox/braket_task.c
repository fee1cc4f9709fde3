/* SPDX-License-Identifier: Apache-2.0 */
/* braket_task.c - CreateQuantumTask. What it needs lies in the call's arena until the answer, so creating a task takes
 * one small allocation that stays. Nothing is answered before the task is committed; a client token that comes again
 * finds the task it made, also when both come at the same time, because the writer decides who was first. */
#include "sandbox/action_cache.h"
#include "sandbox/braket.h"
#include "sandbox/braket_tags.h"
#include "sandbox/task_store.h"
#include "sign/sigv4.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct creation {
    kt_task_draft draft;
    kt_call *call;
    kt_tasks *tasks;
    kt_task_queue *queue;
    const kt_sandbox_device *device;
    bool is_reserved;
    int64_t now_ns;
} creation;

static void refuse(kt_call *call, const char *format, ...) KT_PRINTF(2, 3);
static void refuse(kt_call *call, const char *format, ...)
{
    char message[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    kt_call_error(call, 400, "ValidationException", "%s", message);
}

/* ---- what was asked, as text ---- */

/* Compact JSON with sorted keys, in the arena; data NULL for an absent or empty value. */
static kt_view json_text(kt_call *call, const kt_json *value)
{
    if (value == NULL || (json_is_array(value) && json_array_size(value) == 0) ||
        (json_is_object(value) && json_object_size(value) == 0))
        return (kt_view){ 0 };
    const size_t flags = JSON_COMPACT | JSON_SORT_KEYS;
    const size_t length = json_dumpb(value, NULL, 0, flags); /* 0: there is no memory to sort the keys */
    char *text = kt_arena_alloc(call->arena, length + 1);
    if (length == 0 || (text != NULL && json_dumpb(value, text, length, flags) != length))
        kt_arena_fail(call->arena);
    return kt_arena_failed(call->arena) ? (kt_view){ 0 } : (kt_view){ text, length };
}

static void digest_part(kt_buf *text, kt_view part)
{
    kt_buf_addf(text, "%zu:", part.length);
    kt_buf_add(text, part.data, part.length);
}

/* Two requests with one digest ask for the same task. */
static int digest_request(creation *c, kt_error *err)
{
    kt_task_draft *d = &c->draft;
    KT_BUF_OWN text = { 0 };
    kt_buf_addf(&text, "%lld;", (long long)d->shots);
    const kt_view parts[] = {
        d->device_arn,        d->bucket,    d->directory,         d->job_token, d->associations_json,
        d->experimental_json, d->tags_json, d->device_parameters, d->action
    };
    for (size_t i = 0; i < KT_COUNT(parts); i++)
        digest_part(&text, parts[i]);
    if (kt_buf_check(&text, err, "the request") < 0)
        return err->code;
    kt_sha256(text.data, text.length, d->digest);
    return 0;
}

static int read_request(creation *c, kt_error *err)
{
    kt_call *call = c->call;
    kt_task_draft *d = &c->draft;
    const kt_world_settings *settings = kt_world_settings_of(call->sandbox->world);
    d->region = kt_view_of(call->region);
    d->device_arn = kt_braket_text(call, "deviceArn");
    d->bucket = kt_braket_text(call, "outputS3Bucket");
    d->directory = kt_braket_text(call, "outputS3KeyPrefix"); /* the uuid comes later */
    d->action = kt_braket_text(call, "action");
    d->device_parameters = kt_braket_text(call, "deviceParameters");
    d->job_token = kt_braket_text(call, "jobToken");
    d->associations_json = json_text(call, kt_braket_member(call, "associations"));
    d->experimental_json = json_text(call, kt_braket_member(call, "experimentalCapabilities"));
    d->tags_json = json_text(call, kt_braket_member(call, "tags"));
    d->shots = kt_braket_int(call, "shots", 0);
    d->token = kt_braket_text(call, "clientToken");
    const char *scope = kt_arena_printf(call->arena, "task %s %s", call->region, call->account);
    d->token_scope = kt_view_of(scope);
    d->created_ns = c->now_ns;
    d->token_since_ns = c->now_ns - settings->token_memory_ns;
    if (scope == NULL || kt_arena_failed(call->arena))
        return kt_fail_nomem(err, d->action.length, "a request");
    return digest_request(c, err);
}

/* ---- checks: each answers the call itself and returns false when it refuses ---- */

static void answer_created(kt_call *call, const char *arn)
{
    kt_buf body;
    kt_buf_init(&body, 0);
    kt_buf_addf(&body, "{\"quantumTaskArn\":\"%s\"}", arn);
    kt_call_json(call, 201, &body);
}

static bool answer_known(creation *c, int found)
{
    if (found == KT_TOKEN_NEW)
        return false;
    if (found == KT_TOKEN_SAME)
        answer_created(c->call, c->draft.known_arn);
    else
        refuse(c->call, "The client token %.*s was used for a quantum task with other parameters.",
               KT_VIEW_ARG(c->draft.token));
    return true;
}

static bool check_device(creation *c)
{
    kt_call *call = c->call;
    const kt_view arn = c->draft.device_arn;
    c->device = kt_devices_find(call->sandbox->devices, arn);
    c->queue = c->device == NULL ? NULL : kt_tasks_queue(c->tasks, arn);
    if (c->queue == NULL) {
        refuse(call, "Device not found: %.*s", KT_VIEW_ARG(arn));
        return false;
    }
    if (!kt_device_in_region(c->device, call->region)) {
        refuse(call, "Device %s is not available in region %s", c->device->arn, call->region);
        return false;
    }
    const char *status = kt_tasks_device_status(c->tasks, c->device);
    if (strcmp(status, "RETIRED") == 0)
        kt_call_error(call, 410, "DeviceRetiredException", "The device %s is retired", c->device->arn);
    else if (strcmp(status, "OFFLINE") == 0)
        kt_call_error(call, 424, "DeviceOfflineException", "The device %s is offline", c->device->arn);
    else
        return true;
    return false;
}

static bool check_associations(creation *c)
{
    kt_call *call = c->call;
    const kt_json *association = json_array_get(kt_braket_member(call, "associations"), 0);
    if (association == NULL)
        return true;
    const char *arn = json_string_value(json_object_get(association, "arn"));
    const char *rest = strchr(arn + strlen("arn:aws"), ':'); /* its pattern was checked */
    const char *wanted = kt_arena_printf(call->arena, ":braket:%s:%s:reservation/", call->region, call->account);
    uint8_t uuid[KT_UUID_BYTES];
    if (kt_device_is_simulator(c->device))
        refuse(call, "Reservations are not supported for the simulator %s", c->device->arn);
    else if (wanted == NULL || strncmp(rest, wanted, strlen(wanted)) != 0 ||
             !kt_uuid_parse(kt_view_of(rest + strlen(wanted)), uuid))
        refuse(call, "%s is not a reservation of this account in region %s", arn, call->region);
    else
        c->is_reserved = true;
    return kt_device_is_simulator(c->device) ? false : c->is_reserved;
}

static bool check_shots(creation *c, const kt_action_info *info)
{
    const kt_sandbox_device *device = c->device;
    const int64_t least = info->is_program_set ? 1 : device->shots_least;
    const int64_t most = info->is_program_set ? device->program_shots_most : device->shots_most;
    if (c->draft.shots >= least && c->draft.shots <= most)
        return true;
    refuse(c->call, "The number of shots must be between %lld and %lld for device %s, but is %lld", (long long)least,
           (long long)most, device->arn, (long long)c->draft.shots);
    return false;
}

/* ValidationException with what is wrong with single programs of a set. */
static void refuse_programs(kt_call *call, const kt_action_refusal *refusal)
{
    kt_buf body;
    kt_buf_init(&body, 0);
    kt_jw w;
    kt_jw_init(&w, kt_out_buf(&body), 0);
    kt_jw_object(&w);
    kt_jw_key(&w, "message");
    kt_jw_strz(&w, refusal->message);
    kt_jw_key(&w, "reason");
    kt_jw_strz(&w, "ProgramSetValidationFailed");
    kt_jw_key(&w, "programSetValidationFailures");
    kt_jw_array(&w);
    for (size_t i = 0; i < refusal->failure_count; i++) {
        const kt_program_failure *failure = &refusal->failures[i];
        kt_jw_object(&w);
        kt_jw_key(&w, "programIndex");
        kt_jw_uint(&w, failure->program_index);
        if (failure->inputs_index >= 0) {
            kt_jw_key(&w, "inputsIndex");
            kt_jw_int(&w, failure->inputs_index);
        }
        kt_jw_key(&w, "errors");
        kt_jw_array(&w);
        kt_jw_strz(&w, failure->message);
        kt_jw_close(&w);
        kt_jw_close(&w);
    }
    kt_jw_close(&w);
    kt_jw_close(&w);
    kt_error err = { 0 };
    if (kt_jw_end(&w, &err) < 0) {
        kt_buf_fini(&body);
        kt_call_failed(call, &err);
        return;
    }
    const kt_http_header headers[] = { { kt_view_of("x-amzn-ErrorType"), kt_view_of("ValidationException") },
                                       { kt_view_of("Content-Type"), kt_view_of("application/json") } };
    const kt_http_reply reply = { .status = 400, .headers = headers, .header_count = 2, .take_body = &body };
    kt_call_reply(call, &reply);
}

static bool check_action(creation *c)
{
    kt_task_draft *d = &c->draft;
    const kt_action_question question = {
        .device = c->device,
        .action = d->action,
        .device_parameters = d->device_parameters,
        .shots = d->shots,
        .has_experimental = kt_view_is(d->experimental_json, KT_EXPERIMENTAL_ALL),
        .has_result_file = kt_world_result_file(c->call->sandbox->world, c->device->arn) != NULL,
    };
    kt_action_info info = { 0 };
    kt_action_refusal refusal = { 0 };
    kt_error err = { 0 };
    const int rc = kt_action_check_cached(c->tasks->actions, &question, c->call->arena, &info, &refusal, &err);
    if (rc == KT_E_INVALID && refusal.failure_count > 0)
        refuse_programs(c->call, &refusal);
    else if (rc == KT_E_INVALID)
        refuse(c->call, "%s", refusal.message != NULL ? refusal.message : err.message);
    else if (rc < 0)
        kt_call_failed(c->call, &err);
    if (rc < 0)
        return false;
    /* A copy: the cache's may be overwritten while the writer reads it. */
    d->action_type = kt_view_of(kt_arena_printf(c->call->arena, "%s", info.type != NULL ? info.type : ""));
    d->program_count = info.is_program_set ? (int64_t)info.program_count : -1;
    d->executable_count = info.is_program_set ? (int64_t)info.executable_count : -1;
    return check_shots(c, &info);
}

static bool check_bucket(creation *c)
{
    kt_error err = { 0 };
    const kt_view name = c->draft.bucket;
    const char *bucket = kt_arena_strndup(c->call->arena, name.data, name.length);
    const int rc = bucket == NULL ? kt_fail_nomem(&err, name.length + 1, "a request")
                                  : kt_bucket_exists(c->call->sandbox, bucket, &err);
    if (rc < 0)
        kt_call_failed(c->call, &err);
    else if (rc == 0)
        refuse(c->call, "The S3 bucket %.*s does not exist, or the caller has no access to it", KT_VIEW_ARG(name));
    return rc > 0;
}

static bool check_quota(creation *c)
{
    const uint32_t most = kt_world_settings_of(c->call->sandbox->world)->concurrent_tasks_most;
    if (most == 0 || c->queue->live_count < most)
        return true;
    kt_call_error(c->call, 402, "ServiceQuotaExceededException",
                  "You have exceeded the number of concurrent quantum tasks allowed for device %s: %u", c->device->arn,
                  most);
    return false;
}

/* ---- making it ---- */

static int apply_creation(kt_task_job *job, kt_db *db, kt_error *err)
{
    return kt_task_insert(db, (kt_task_draft *)job, err);
}

static void enqueue(creation *c)
{
    kt_error err = { 0 };
    kt_task *task = c->draft.task;
    task->status = (uint8_t)kt_task_apply(KT_TASK_CREATED, KT_TASK_EV_STORED);
    int rc = c->tasks->is_closing ? KT_E_CANCELLED : kt_tasks_load_all(c->tasks, &err);
    if (rc == 0)
        rc = kt_tasks_put(c->tasks, task, &err);
    if (rc < 0) {
        c->queue->live_count--;
        free(task);
    } else if ((rc = kt_task_enqueue(c->tasks, task, &err)) < 0) {
        kt_tasks_drop(c->tasks, task);
    }
    if (rc == KT_E_CANCELLED)
        return;
    if (rc < 0) /* it is on disk: the next start takes it up */
        kt_logf(c->call->sandbox->log, KT_LOG_ERROR, "task %s waits for a restart: %s", c->draft.arn, err.message);
    else
        kt_task_pump(c->queue);
}

static void created(kt_task_job *job, int rc, const kt_error *err)
{
    creation *c = (creation *)job;
    if (rc == KT_TOKEN_NEW) {
        enqueue(c);
        answer_created(c->call, c->draft.arn);
        return;
    }
    c->queue->live_count--;
    free(c->draft.task);
    if (rc < 0)
        kt_call_failed(c->call, err);
    else
        answer_known(c, rc);
}

static int name_task(creation *c, kt_error *err)
{
    kt_call *call = c->call;
    kt_task_draft *d = &c->draft;
    char uuid[37];
    kt_world_uuid(call->sandbox->world, uuid);
    kt_uuid_parse(kt_view_of(uuid), d->task->uuid);
    snprintf(d->arn, sizeof d->arn, "arn:aws:braket:%s:%s:quantum-task/%s", call->region, call->account, uuid);
    char *directory = kt_arena_printf(call->arena, "%.*s/%s", KT_VIEW_ARG(d->directory), uuid);
    if (directory == NULL)
        return kt_fail_nomem(err, d->directory.length, "a request");
    d->directory = kt_view_of(directory);
    d->seed = (int64_t)kt_world_random(call->sandbox->world);
    return 0;
}

static int make(creation *c, kt_error *err)
{
    kt_task *task = calloc(1, sizeof *task);
    if (task == NULL)
        return kt_fail_nomem(err, sizeof *task, "a task");
    *task = (kt_task){ .id = c->tasks->next_id,
                       .since_ns = c->now_ns,
                       .queue = c->queue->index,
                       .status = KT_TASK_CREATED,
                       .is_priority = c->is_reserved || c->draft.job_token.data != NULL };
    c->draft.task = task;
    c->draft.job = (kt_task_job){ c->tasks, apply_creation, created };
    int rc = name_task(c, err);
    if (rc == 0)
        rc = kt_tasks_write(&c->draft.job, err);
    if (rc < 0) {
        free(task);
        return rc;
    }
    c->tasks->next_id++;
    c->queue->live_count++;
    return 0;
}

void kt_braket_create_task(kt_call *call)
{
    kt_error err = { 0 };
    creation *c = KT_ARENA_NEW(call->arena, creation);
    if (c == NULL) {
        kt_fail_nomem(&err, sizeof *c, "a request");
        kt_call_failed(call, &err);
        return;
    }
    c->call = call;
    c->tasks = call->sandbox->tasks;
    c->now_ns = kt_world_now_ns(call->sandbox->world);
    int rc = read_request(c, &err);
    if (rc == 0)
        rc = kt_task_token_find(call->sandbox->read, &c->draft, &err);
    if (rc < 0) {
        kt_call_failed(call, &err);
        return;
    }
    if (answer_known(c, rc))
        return;
    if (!kt_braket_check_tags(call, kt_braket_member(call, "tags")))
        return;
    if (!check_device(c) || !check_associations(c) || !check_bucket(c) || !check_action(c) || !check_quota(c))
        return;
    if (make(c, &err) < 0)
        kt_call_failed(call, &err);
}
