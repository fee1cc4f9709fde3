/* SPDX-License-Identifier: Apache-2.0 */
/* task.c - the table of live tasks, by uuid, and how it is filled again at the start.
 * What was live when the last process ended is taken up bit by bit between other events, in the order of creation, so
 * that the first answer need not wait for 100,000 rows; whoever needs all of them at once calls kt_tasks_load_all.
 * Nothing new is queued before all of the old is. */
#include "sandbox/action_cache.h"
#include "sandbox/task_priv.h"
#include "sandbox/task_store.h"

#include <stdlib.h>
#include <string.h>

enum { BUCKETS_LEAST = 1024, LOAD_AT_ONCE = 2000, POLL_MS = 200 };

static size_t bucket_of(const kt_tasks *tasks, const uint8_t uuid[KT_UUID_BYTES])
{
    uint64_t bits; /* random already, but for the version digit */
    memcpy(&bits, uuid + 8, sizeof bits);
    return (size_t)((bits * UINT64_C(0x9E3779B97F4A7C15)) >> 20) & (tasks->bucket_count - 1);
}

kt_task *kt_tasks_find(const kt_tasks *tasks, const uint8_t uuid[KT_UUID_BYTES])
{
    kt_task *task = tasks->buckets[bucket_of(tasks, uuid)];
    while (task != NULL && memcmp(task->uuid, uuid, KT_UUID_BYTES) != 0)
        task = task->chain;
    return task;
}

static int grow(kt_tasks *tasks, kt_error *err)
{
    const size_t count = tasks->bucket_count * 2;
    kt_task **old = tasks->buckets, **buckets = calloc(count, sizeof(kt_task *));
    if (buckets == NULL)
        return kt_fail_nomem(err, count * sizeof *buckets, "the table of tasks");
    const size_t old_count = tasks->bucket_count;
    tasks->buckets = buckets;
    tasks->bucket_count = count;
    for (size_t i = 0; i < old_count; i++)
        for (kt_task *task = old[i], *chain; task != NULL; task = chain) {
            chain = task->chain;
            const size_t to = bucket_of(tasks, task->uuid);
            task->chain = buckets[to];
            buckets[to] = task;
        }
    free(old);
    return 0;
}

int kt_tasks_put(kt_tasks *tasks, kt_task *take_task, kt_error *err)
{
    if (tasks->count >= tasks->bucket_count) {
        const int rc = grow(tasks, err);
        if (rc < 0)
            return rc;
    }
    const size_t to = bucket_of(tasks, take_task->uuid);
    take_task->chain = tasks->buckets[to];
    tasks->buckets[to] = take_task;
    tasks->count++;
    return 0;
}

void kt_tasks_drop(kt_tasks *tasks, kt_task *take_task)
{
    kt_task **at = &tasks->buckets[bucket_of(tasks, take_task->uuid)];
    while (*at != take_task)
        at = &(*at)->chain;
    *at = take_task->chain;
    tasks->count--;
    tasks->queues[take_task->queue]->live_count--;
    free(take_task);
}

kt_task_queue *kt_tasks_queue(kt_tasks *tasks, kt_view device_arn)
{
    for (size_t i = 0; i < tasks->queue_count; i++)
        if (kt_view_is(device_arn, tasks->queues[i]->arn))
            return tasks->queues[i];
    return NULL;
}

size_t kt_tasks_queue_count(const kt_tasks *tasks, const char *device_arn, bool priority)
{
    for (size_t i = 0; i < tasks->queue_count; i++)
        if (strcmp(tasks->queues[i]->arn, device_arn) == 0)
            return tasks->queues[i]->lanes[priority].count;
    return 0;
}

/* ---- jobs ---- */

static void release(kt_tasks *tasks);

static int apply_job(void *ctx, kt_db *db, kt_error *err)
{
    kt_task_job *job = ctx;
    return job->apply(job, db, err);
}

static void job_done(void *ctx, int rc, const kt_error *err)
{
    kt_task_job *job = ctx;
    kt_tasks *tasks = job->tasks;
    job->done(job, rc, err);
    if (--tasks->writes_count == 0 && tasks->is_closing)
        release(tasks);
}

int kt_tasks_write(kt_task_job *job, kt_error *err)
{
    kt_tasks *tasks = job->tasks;
    if (tasks->is_closing)
        return kt_fail(err, KT_E_CANCELLED, "the sandbox is closing");
    const kt_db_job order = { apply_job, job_done, job };
    const int rc = kt_db_writer_put(tasks->sandbox->writer, &order, err);
    if (rc == 0)
        tasks->writes_count++;
    return rc;
}

/* ---- taking up what was live ---- */

/* device NULL: of a device that is in no file any more. */
static int add_queue(kt_tasks *tasks, const kt_sandbox_device *device, kt_view arn, kt_error *err)
{
    if (tasks->queue_count >= UINT16_MAX)
        return kt_fail(err, KT_E_LIMIT, "tasks of more than %d devices", UINT16_MAX);
    kt_task_queue **queues = realloc(tasks->queues, (tasks->queue_count + 1) * sizeof(kt_task_queue *));
    if (queues != NULL)
        tasks->queues = queues;
    char *name = strndup(arn.data, arn.length);
    kt_task_queue *queue = calloc(1, sizeof *queue);
    if (queues == NULL || name == NULL || queue == NULL) {
        free(name);
        free(queue);
        return kt_fail_nomem(err, sizeof *queue + arn.length, "a queue of tasks");
    }
    const bool is_qpu = device != NULL && !kt_device_is_simulator(device);
    *queue = (kt_task_queue){
        .tasks = tasks,
        .device = device,
        .arn = name,
        .index = (uint16_t)tasks->queue_count,
        .running_most = is_qpu ? 1 : KT_SIMULATORS_AT_ONCE,
    };
    queues[tasks->queue_count++] = queue;
    return 0;
}

static int take_up(kt_tasks *tasks, const kt_task_row *row, kt_error *err)
{
    kt_task_queue *queue = kt_tasks_queue(tasks, row->device_arn);
    if (queue == NULL) {
        const int rc = add_queue(tasks, NULL, row->device_arn, err);
        if (rc < 0)
            return rc;
        queue = tasks->queues[tasks->queue_count - 1];
    }
    kt_task *task = calloc(1, sizeof *task);
    if (task == NULL)
        return kt_fail_nomem(err, sizeof *task, "a task");
    *task = (kt_task){ .id = row->id,
                       .since_ns = row->created_ns,
                       .queue = queue->index,
                       .status = (uint8_t)row->status,
                       .is_priority = row->is_priority,
                       .is_too_late = row->status == KT_TASK_CANCELLING && row->started_ns != 0 };
    memcpy(task->uuid, row->uuid.data, KT_UUID_BYTES);
    int rc = kt_tasks_put(tasks, task, err);
    if (rc < 0) {
        free(task);
        return rc;
    }
    queue->live_count++;
    if (task->status == KT_TASK_CANCELLING && !task->is_too_late) {
        kt_task_leave(tasks, task);
        return 0;
    }
    rc = kt_task_enqueue(tasks, task, err);
    if (rc < 0)
        kt_tasks_drop(tasks, task);
    return rc;
}

static int load_some(kt_tasks *tasks, int64_t most, kt_error *err)
{
    kt_db_stmt *s = NULL;
    kt_task_row row;
    int rc = kt_task_row_live_begin(tasks->sandbox->read, tasks->loaded_id, &s, err);
    while (rc >= 0 && most-- > 0) {
        rc = kt_task_row_live_next(s, &row, err);
        if (rc <= 0 || row.id > tasks->load_last_id) {
            rc = rc < 0 ? rc : 0;
            break;
        }
        rc = take_up(tasks, &row, err);
        if (rc == 0)
            tasks->loaded_id = row.id;
    }
    kt_db_end(s);
    if (rc == 0 && most >= 0)
        tasks->loaded_id = tasks->load_last_id;
    return rc < 0 ? rc : 0;
}

static void pump_all(kt_tasks *tasks)
{
    for (size_t i = 0; i < tasks->queue_count; i++)
        kt_task_pump(tasks->queues[i]);
}

static void load_more(void *ctx)
{
    kt_tasks *tasks = ctx;
    kt_error err = { 0 };
    tasks->load_alarm = NULL;
    if (load_some(tasks, LOAD_AT_ONCE, &err) < 0)
        kt_logf(tasks->sandbox->log, KT_LOG_ERROR, "tasks of before: %s", err.message);
    if (tasks->loaded_id == tasks->load_last_id)
        pump_all(tasks);
    else
        kt_alarm_set(tasks->sandbox->world, kt_world_now_ns(tasks->sandbox->world), load_more, tasks,
                     &tasks->load_alarm, NULL);
}

int kt_tasks_load_all(kt_tasks *tasks, kt_error *err)
{
    if (tasks->loaded_id == tasks->load_last_id)
        return 0;
    const int rc = load_some(tasks, INT64_MAX, err);
    if (rc < 0)
        return rc;
    kt_alarm_cancel(tasks->sandbox->world, KT_GIVE(tasks->load_alarm));
    pump_all(tasks);
    return 0;
}

/* ---- the clock set back ---- */

/* Whoever waits since a moment that is now to come waits since now. */
static void set_back(void *ctx, int64_t now_ns)
{
    kt_tasks *tasks = ctx;
    for (size_t i = 0; i < tasks->bucket_count; i++)
        for (kt_task *task = tasks->buckets[i]; task != NULL; task = task->chain)
            task->since_ns = task->since_ns < now_ns ? task->since_ns : now_ns;
}

/* ---- beginning and end ---- */

static int make_queues(kt_tasks *tasks, kt_error *err)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < kt_devices_count(tasks->sandbox->devices); i++) {
        const kt_sandbox_device *device = kt_devices_at(tasks->sandbox->devices, i);
        rc = add_queue(tasks, device, kt_view_of(device->arn), err);
    }
    return rc;
}

/* Loading goes on with kt_tasks_load_all or not at all when an alarm can't be set. */
static void poll(uv_timer_t *timer)
{
    kt_tasks *tasks = timer->data;
    if (tasks->loaded_id != tasks->load_last_id && tasks->load_alarm == NULL)
        load_more(tasks);
    else
        pump_all(tasks);
}

static int start_poll(kt_tasks *tasks, kt_error *err)
{
    tasks->poll = calloc(1, sizeof *tasks->poll);
    if (tasks->poll == NULL)
        return kt_fail_nomem(err, sizeof *tasks->poll, "a timer");
    uv_timer_init(tasks->sandbox->loop, tasks->poll);
    tasks->poll->data = tasks;
    uv_timer_start(tasks->poll, poll, POLL_MS, POLL_MS);
    uv_unref((uv_handle_t *)tasks->poll);
    return 0;
}

static int fill(kt_tasks *tasks, kt_error *err)
{
    tasks->leaving_end = &tasks->leaving;
    tasks->bucket_count = BUCKETS_LEAST;
    tasks->buckets = calloc(tasks->bucket_count, sizeof(kt_task *));
    if (tasks->buckets == NULL)
        return kt_fail_nomem(err, tasks->bucket_count * sizeof(kt_task *), "the table of tasks");
    tasks->actions = kt_action_cache_new();
    if (tasks->actions == NULL)
        return kt_fail_nomem(err, 1, "verdicts on actions");
    int rc = make_queues(tasks, err);
    if (rc == 0)
        rc = kt_task_last_id(tasks->sandbox->read, &tasks->load_last_id, err);
    tasks->next_id = tasks->load_last_id + 1;
    if (rc == 0)
        rc = kt_runner_new(tasks->sandbox->loop, 0, &tasks->runner, err);
    if (rc == 0)
        rc = start_poll(tasks, err);
    if (rc == 0)
        kt_world_on_set_back(tasks->sandbox->world, set_back, tasks);
    if (rc == 0 && tasks->load_last_id > 0)
        rc = kt_alarm_set(tasks->sandbox->world, kt_world_now_ns(tasks->sandbox->world), load_more, tasks,
                          &tasks->load_alarm, err);
    return rc;
}

int kt_tasks_new(kt_sandbox *sandbox, kt_tasks **out, kt_error *err)
{
    kt_tasks *tasks = calloc(1, sizeof *tasks);
    if (tasks == NULL)
        return kt_fail_nomem(err, sizeof *tasks, "tasks");
    tasks->sandbox = sandbox;
    const int rc = fill(tasks, err);
    if (rc < 0) {
        kt_tasks_free(tasks);
        return rc;
    }
    *out = tasks;
    return 0;
}

static void release(kt_tasks *tasks)
{
    for (size_t i = 0; tasks->buckets != NULL && i < tasks->bucket_count; i++)
        for (kt_task *task = tasks->buckets[i], *chain; task != NULL; task = chain) {
            chain = task->chain;
            free(task);
        }
    free(tasks->buckets);
    for (size_t i = 0; i < tasks->queue_count; i++) {
        kt_lane_fini(&tasks->queues[i]->lanes[0]);
        kt_lane_fini(&tasks->queues[i]->lanes[1]);
        free(tasks->queues[i]->arn);
        free(tasks->queues[i]);
    }
    free(tasks->queues);
    kt_action_cache_free(tasks->actions);
    free(tasks);
}

static void free_handle(uv_handle_t *handle)
{
    free(handle);
}

void kt_tasks_free(kt_tasks *tasks)
{
    if (tasks == NULL)
        return;
    kt_tasks_stop(tasks);
    kt_world_on_set_back(tasks->sandbox->world, NULL, NULL);
    if (tasks->poll != NULL)
        uv_close((uv_handle_t *)KT_GIVE(tasks->poll), free_handle);
    if (tasks->writes_count == 0)
        release(tasks);
}
