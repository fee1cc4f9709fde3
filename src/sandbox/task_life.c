/* SPDX-License-Identifier: Apache-2.0 */
/* task_life.c - a task from its start to its end. While it runs it has a kt_task_run: what is to become of it. Its
 * results and its end are one write; only when that is on disk is the task gone from memory. A write that fails is
 * tried again: an end is never lost.
 * That a task runs is written too, but nothing depends on it: whoever was live at a crash is run again, by its seed. */
#include "sandbox/task_store.h"

#include <stdlib.h>
#include <string.h>

enum { RETRY_NS = 100 * 1000 * 1000, LEAVING_NS = 50 * 1000 * 1000 };

typedef struct kt_task_run kt_task_run;
struct kt_task_run {
    kt_task_job job;
    kt_task *task;
    kt_task_queue *queue;
    kt_task_run *next, **before; /* in kt_tasks.runs; before is NULL while it is being written */
    kt_alarm *alarm;
    bool has_slot; /* counted among its queue's running ones */
    kt_task_event event;
    kt_task_ending ending;
    char *reason; /* the scenario's or the runner's, copied */
    char *bucket, *directory;
    kt_result_object *objects;           /* copied */
    char (*files)[KT_OBJECT_FILE_BYTES]; /* of objects being written: removed when that fails */
    size_t object_count;
};

static void run_link(kt_task_run *run)
{
    kt_tasks *tasks = run->job.tasks;
    run->next = tasks->runs;
    run->before = &tasks->runs;
    if (run->next != NULL)
        run->next->before = &run->next;
    tasks->runs = run;
}

static void run_unlink(kt_task_run *run)
{
    if (run->before == NULL)
        return;
    *run->before = run->next;
    if (run->next != NULL)
        run->next->before = run->before;
    run->before = NULL;
}

static kt_task_run *run_new(kt_tasks *tasks, kt_task *task, kt_error *err)
{
    kt_task_run *run = calloc(1, sizeof *run);
    if (run == NULL) {
        kt_fail_nomem(err, sizeof *run, "a task's run");
        return NULL;
    }
    *run = (kt_task_run){ .job.tasks = tasks,
                          .task = task,
                          .queue = tasks->queues[task->queue],
                          .ending = { .successful_shots = -1, .simulated_ms = -1 } };
    run_link(run);
    return run;
}

static void free_objects(kt_task_run *run)
{
    for (size_t i = 0; i < run->object_count; i++) {
        free(run->objects[i].key_suffix);
        free(run->objects[i].body);
    }
    free(KT_GIVE(run->objects));
    free(KT_GIVE(run->files));
    run->object_count = 0;
}

static void run_free(kt_task_run *run)
{
    run_unlink(run);
    free_objects(run);
    free(run->reason);
    free(run->bucket);
    free(run->directory);
    free(run);
}

/* ---- the end ---- */

static void end(kt_task_run *run, kt_task_event event);

static int write_object(kt_db *db, const kt_task_run *run, size_t index, kt_error *err)
{
    KT_BUF_OWN key = { 0 };
    const kt_result_object *object = &run->objects[index];
    kt_buf_addf(&key, "%s/%s", run->directory, object->key_suffix);
    const int rc = kt_buf_check(&key, err, "key of a result");
    if (rc < 0)
        return rc;
    return kt_object_write(db, run->job.tasks->sandbox->state_dir, run->bucket, key.data,
                           (kt_view){ object->body, object->body_bytes }, "application/json", run->ending.ended_ns,
                           run->files[index], err);
}

static int write_end(kt_task_job *job, kt_db *db, kt_error *err)
{
    const kt_task_run *run = (kt_task_run *)job;
    kt_task_ending ending = run->ending;
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < run->object_count; i++)
        rc = write_object(db, run, i, err);
    if (rc == KT_E_NOT_FOUND) {
        ending.status = KT_TASK_FAILED;
        ending.failure_reason = "The S3 bucket for the results does not exist any more.";
        rc = 0;
    }
    return rc < 0 ? rc : kt_task_mark_ended(db, run->task->id, &ending, err);
}

static void end_again(void *ctx)
{
    kt_task_run *run = ctx;
    run->alarm = NULL;
    end(run, run->event);
}

static void retry_end(kt_task_run *run)
{
    kt_world *world = run->job.tasks->sandbox->world;
    kt_alarm_set(world, kt_world_now_ns(world) + RETRY_NS, end_again, run, &run->alarm, NULL);
}

/* What was written is in no row: the next attempt makes it anew. */
static void remove_files(kt_task_run *run)
{
    for (size_t i = 0; i < run->object_count; i++) {
        kt_object_remove(run->job.tasks->sandbox->state_dir, run->files[i]);
        run->files[i][0] = '\0';
    }
}

static void end_written(kt_task_job *job, int rc, const kt_error *err)
{
    kt_task_run *run = (kt_task_run *)job;
    kt_tasks *tasks = job->tasks;
    kt_task_queue *queue = run->queue;
    if (rc < 0)
        remove_files(run);
    if (rc < 0 && !tasks->is_closing) {
        kt_logf(tasks->sandbox->log, KT_LOG_ERROR, "the end of a task was not written: %s", err->message);
        run_link(run);
        retry_end(run);
        return;
    }
    if (run->has_slot)
        queue->running_count--;
    kt_tasks_drop(tasks, run->task);
    run_free(run);
    kt_task_pump(queue);
}

static void end(kt_task_run *run, kt_task_event event)
{
    kt_tasks *tasks = run->job.tasks;
    run->event = event;
    run->ending.status = (kt_task_status)kt_task_apply(run->task->status, event);
    run->ending.ended_ns = kt_world_now_ns(tasks->sandbox->world);
    run->job.apply = write_end;
    run->job.done = end_written;
    run_unlink(run);
    if (kt_tasks_write(&run->job, NULL) == 0)
        return;
    run_link(run);
    retry_end(run);
}

/* ---- computing ---- */

static void compute(kt_task_run *run);

static void compute_again(void *ctx)
{
    kt_task_run *run = ctx;
    run->alarm = NULL;
    compute(run);
}

static void compute_later(kt_task_run *run, int64_t delay_ns)
{
    kt_world *world = run->job.tasks->sandbox->world;
    if (kt_alarm_set(world, kt_world_now_ns(world) + delay_ns, compute_again, run, &run->alarm, NULL) < 0)
        compute(run);
}

static int copy_objects(kt_task_run *run, const kt_run_outcome *outcome)
{
    run->objects = calloc(outcome->object_count + 1, sizeof *run->objects);
    run->files = calloc(outcome->object_count + 1, sizeof *run->files);
    if (run->objects == NULL || run->files == NULL)
        return KT_E_NOMEM;
    for (size_t i = 0; i < outcome->object_count; i++) {
        const kt_result_object *from = &outcome->objects[i];
        kt_result_object *to = &run->objects[i];
        run->object_count++;
        to->key_suffix = strdup(from->key_suffix);
        to->body = malloc(from->body_bytes + 1);
        to->body_bytes = from->body_bytes;
        if (to->key_suffix == NULL || to->body == NULL)
            return KT_E_NOMEM;
        memcpy(to->body, from->body, from->body_bytes);
    }
    return 0;
}

static void fail(kt_task_run *run, const char *reason)
{
    run->ending.failure_reason = reason;
    end(run, KT_TASK_EV_FAIL);
}

static void computed(void *ctx, const kt_run_outcome *outcome)
{
    kt_task_run *run = ctx;
    run->ending.simulated_ms = outcome->simulated_ms;
    run->ending.successful_shots = outcome->successful_shots;
    if (copy_objects(run, outcome) < 0) {
        free_objects(run);
        fail(run, "The results did not fit into this machine's memory.");
        return;
    }
    if (outcome->failure_reason == NULL) {
        end(run, KT_TASK_EV_FINISH);
        return;
    }
    run->reason = strdup(outcome->failure_reason);
    fail(run, run->reason != NULL ? run->reason : "The task failed.");
}

static int put_order(kt_task_run *run, const kt_task_row *row, kt_view action, kt_error *err)
{
    const kt_sandbox_device *device = run->queue->device;
    const kt_world *world = run->job.tasks->sandbox->world;
    const char *result_file = kt_world_result_file(world, run->queue->arn);
    char arn[KT_TASK_ARN_BYTES] = "";
    if (row->arn.length < sizeof arn)
        memcpy(arn, row->arn.data, row->arn.length);
    run->bucket = strndup(row->bucket.data, row->bucket.length);
    run->directory = strndup(row->directory.data, row->directory.length);
    if (run->bucket == NULL || run->directory == NULL)
        return kt_fail_nomem(err, row->bucket.length + row->directory.length, "a task's run");
    const kt_run_order order = {
        .question = { .device = device,
                      .action = action,
                      .device_parameters = row->device_parameters,
                      .shots = row->shots,
                      .has_experimental = kt_view_is(row->experimental_json, KT_EXPERIMENTAL_ALL),
                      .has_result_file = result_file != NULL },
        .task_arn = arn,
        .bucket = run->bucket,
        .directory = run->directory,
        .seed = (uint64_t)row->seed,
        .created_ns = row->created_ns,
        .ended_ns = kt_world_now_ns(world),
        .result_file = result_file,
        .done = computed,
        .ctx = run,
    };
    return kt_runner_put(run->job.tasks->runner, &order, err);
}

static void compute(kt_task_run *run)
{
    kt_tasks *tasks = run->job.tasks;
    if (run->ending.failure_reason != NULL) {
        end(run, KT_TASK_EV_FAIL);
        return;
    }
    kt_error err = { 0 };
    kt_db_stmt *row_stmt = NULL, *action_stmt = NULL;
    kt_task_row row;
    kt_view action = { 0 };
    int rc = kt_task_row_by_id(tasks->sandbox->read, run->task->id, &row_stmt, &row, &err);
    if (rc == 1)
        rc = kt_task_action(tasks->sandbox->read, run->task->id, &action_stmt, &action, &err);
    if (rc == 0)
        rc = kt_fail(&err, KT_E_INTERNAL, "its row is gone");
    if (rc == 1)
        rc = put_order(run, &row, action, &err);
    kt_db_end(action_stmt);
    kt_db_end(row_stmt);
    if (rc >= 0)
        return;
    kt_logf(tasks->sandbox->log, KT_LOG_ERROR, "task %lld can't be run yet: %s", (long long)run->task->id, err.message);
    free(KT_GIVE(run->bucket));
    free(KT_GIVE(run->directory));
    compute_later(run, RETRY_NS);
}

/* ---- the start ---- */

typedef struct running_note {
    kt_task_job job;
    int64_t id, started_ns;
    kt_task_status status;
} running_note;

static int write_running(kt_task_job *job, kt_db *db, kt_error *err)
{
    const running_note *note = (running_note *)job;
    return kt_task_mark_running(db, note->id, note->status, note->started_ns, err);
}

static void running_written(kt_task_job *job, int rc, const kt_error *err)
{
    if (rc < 0)
        kt_logf(job->tasks->sandbox->log, KT_LOG_WARN, "the start of a task was not written: %s", err->message);
    free(job);
}

static void note_running(kt_tasks *tasks, const kt_task *task, int64_t started_ns)
{
    running_note *note = calloc(1, sizeof *note);
    if (note == NULL)
        return;
    *note = (running_note){ { tasks, write_running, running_written }, task->id, started_ns, task->status };
    if (kt_tasks_write(&note->job, NULL) < 0)
        free(note);
}

int kt_task_start(kt_task_queue *queue, kt_task *task, kt_error *err)
{
    kt_tasks *tasks = queue->tasks;
    kt_world *world = tasks->sandbox->world;
    kt_task_run *run = run_new(tasks, task, err);
    if (run == NULL)
        return KT_E_NOMEM;
    run->has_slot = true;
    run->ending.started_ns = kt_world_now_ns(world);
    queue->running_count++;
    kt_task_dequeue(tasks, task);
    if (task->status != KT_TASK_RUNNING) /* it is when it ran before a restart */
        task->status = (uint8_t)kt_task_apply(task->status, KT_TASK_EV_START);
    if (queue->device == NULL) {
        run->ending.started_ns = 0;
        fail(run, "The device of this task is no longer in the sandbox.");
        return 0;
    }
    note_running(tasks, task, run->ending.started_ns);
    const char *ordered = kt_world_task_failure(world, queue->arn);
    if (ordered != NULL) {
        run->reason = strdup(ordered);
        run->ending.failure_reason = run->reason != NULL ? run->reason : "The task failed.";
    }
    if (kt_device_is_simulator(queue->device))
        compute(run);
    else
        compute_later(run, queue->device->task_ns);
    return 0;
}

/* ---- leaving ---- */

static void all_left(void *ctx)
{
    kt_tasks *tasks = ctx;
    kt_task *task = tasks->leaving;
    tasks->leaving_alarm = NULL;
    tasks->leaving = NULL;
    tasks->leaving_end = &tasks->leaving;
    for (kt_task *next; task != NULL; task = next) {
        next = task->next;
        kt_task_run *run = run_new(tasks, task, NULL);
        if (run != NULL) {
            end(run, KT_TASK_EV_GONE);
            continue;
        }
        task->is_leaving = false;
        kt_task_leave(tasks, task);
    }
}

void kt_task_leave(kt_tasks *tasks, kt_task *task)
{
    if (task->is_leaving || tasks->is_closing)
        return;
    kt_world *world = tasks->sandbox->world;
    task->is_leaving = true;
    task->next = NULL;
    *tasks->leaving_end = task;
    tasks->leaving_end = &task->next;
    if (tasks->leaving_alarm == NULL)
        kt_alarm_set(world, kt_world_now_ns(world) + LEAVING_NS, all_left, tasks, &tasks->leaving_alarm, NULL);
}

void kt_tasks_stop(kt_tasks *tasks)
{
    kt_world *world = tasks->sandbox->world;
    tasks->is_closing = true;
    if (tasks->runner != NULL)
        kt_runner_close(KT_GIVE(tasks->runner));
    kt_alarm_cancel(world, KT_GIVE(tasks->load_alarm));
    kt_alarm_cancel(world, KT_GIVE(tasks->leaving_alarm));
    for (size_t i = 0; i < tasks->queue_count; i++)
        kt_alarm_cancel(world, KT_GIVE(tasks->queues[i]->alarm));
    while (tasks->runs != NULL) {
        kt_alarm_cancel(world, tasks->runs->alarm);
        run_free(tasks->runs);
    }
}
