/* SPDX-License-Identifier: Apache-2.0 */
/* task_queue.c - one queue a device, of two lanes: tasks of jobs and reservations go before the others. A QPU runs one
 * task at a time, in its windows, once the task has waited as long as the scenario or the device's file says; a
 * simulator runs several, each once it can no longer be cancelled. A queue has one alarm, for the first that is due. */
#include "sandbox/task_priv.h"

#include <stddef.h>
#include <string.h>

bool kt_device_is_simulator(const kt_sandbox_device *device)
{
    return device->kind == KT_DEVICE_SV1 || device->kind == KT_DEVICE_DM1;
}

const char *kt_tasks_device_status(const kt_tasks *tasks, const kt_sandbox_device *device)
{
    const char *ordered = kt_world_device_status(tasks->sandbox->world, device->arn);
    return ordered != NULL ? ordered : device->status;
}

int kt_task_enqueue(kt_tasks *tasks, kt_task *task, kt_error *err)
{
    kt_lane *lane = &tasks->queues[task->queue]->lanes[task->is_priority];
    const int64_t now_ns = kt_world_now_ns(tasks->sandbox->world);
    if (task->since_ns > now_ns) /* the clock was set back since, or by another start of the program */
        task->since_ns = now_ns;
    const int rc = kt_lane_push(lane, task, offsetof(kt_task, place), err);
    if (rc == 0)
        task->is_waiting = true;
    return rc;
}

void kt_task_dequeue(kt_tasks *tasks, kt_task *task)
{
    if (task->is_waiting)
        kt_lane_remove(&tasks->queues[task->queue]->lanes[task->is_priority], task->place);
    task->is_waiting = false;
}

/* When this task may start as far as it alone is concerned. */
static int64_t due_ns(const kt_task_queue *queue, const kt_task *task)
{
    const kt_world *world = queue->tasks->sandbox->world;
    if (queue->device == NULL)
        return task->since_ns;
    if (kt_device_is_simulator(queue->device))
        return task->since_ns + kt_world_settings_of(world)->simulator_cancellable_ns;
    const int64_t ordered = kt_world_queue_ns(world, queue->arn);
    return task->since_ns + (ordered >= 0 ? ordered : queue->device->queue_ns);
}

/* The next to start, and from when. Priority goes first as soon as it is due. */
static kt_task *next_task(kt_task_queue *queue, int64_t now_ns, int64_t *at_ns)
{
    kt_task *priority = kt_lane_first(&queue->lanes[1]), *normal = kt_lane_first(&queue->lanes[0]);
    const int64_t priority_ns = priority != NULL ? due_ns(queue, priority) : INT64_MAX;
    const int64_t normal_ns = normal != NULL ? due_ns(queue, normal) : INT64_MAX;
    const bool is_priority = priority_ns <= now_ns || priority_ns <= normal_ns;
    *at_ns = is_priority ? priority_ns : normal_ns;
    return is_priority ? priority : normal;
}

static void wake(void *ctx)
{
    kt_task_queue *queue = ctx;
    queue->alarm = NULL;
    kt_task_pump(queue);
}

/* Looks again at that time. When there is no alarm to be had, the poll timer looks. */
static void wake_at(kt_task_queue *queue, int64_t at_ns)
{
    kt_world *world = queue->tasks->sandbox->world;
    if (queue->alarm != NULL && queue->alarm_ns == at_ns)
        return;
    kt_alarm_cancel(world, KT_GIVE(queue->alarm));
    queue->alarm_ns = at_ns;
    kt_alarm_set(world, at_ns, wake, queue, &queue->alarm, NULL);
}

/* Whether the device takes work now; *at_ns is moved to when it will, if that is known. */
static bool takes_work(const kt_task_queue *queue, int64_t now_ns, int64_t *at_ns)
{
    if (queue->device == NULL)
        return true;
    if (strcmp(kt_tasks_device_status(queue->tasks, queue->device), "ONLINE") != 0) {
        *at_ns = INT64_MAX; /* the poll timer sees it come back */
        return false;
    }
    int64_t next_ns = now_ns;
    bool is_open =
        kt_device_is_simulator(queue->device) || !kt_world_settings_of(queue->tasks->sandbox->world)->keep_windows;
    if (is_open || kt_device_is_open(queue->device, now_ns, &next_ns))
        return true;
    *at_ns = next_ns;
    return false;
}

void kt_task_pump(kt_task_queue *queue)
{
    kt_tasks *tasks = queue->tasks;
    if (tasks->is_closing || tasks->loaded_id != tasks->load_last_id)
        return;
    const int64_t now_ns = kt_world_now_ns(tasks->sandbox->world);
    while (queue->running_count < queue->running_most) {
        int64_t at_ns = 0;
        kt_task *task = next_task(queue, now_ns, &at_ns);
        if (task == NULL)
            return;
        if (at_ns <= now_ns && takes_work(queue, now_ns, &at_ns)) {
            if (kt_task_start(queue, task, NULL) < 0)
                return;
            continue;
        }
        if (at_ns != INT64_MAX)
            wake_at(queue, at_ns);
        return;
    }
}
