/* SPDX-License-Identifier: Apache-2.0 */
/* braket_get.c - GetQuantumTask and CancelQuantumTask.
 * A cancel takes the task from its queue at once, so that it does not start meanwhile, and is answered when it is on
 * disk. It comes too late for a task that runs: accepted, shown as CANCELLING, and without effect. */
#include "sandbox/braket.h"
#include "sandbox/task_json.h"

#include <string.h>

static void not_found(kt_call *call)
{
    kt_call_error(call, 404, "ResourceNotFoundException", "QuantumTask not found: %.*s",
                  KT_VIEW_ARG(call->segments[1]));
}

/* The task that the path names, if it is in this region: its statement is open and must be ended. Answers the call
 * itself and returns false when there is none. */
static bool find_row(kt_call *call, kt_db_stmt **stmt, kt_task_row *row)
{
    const kt_view arn = call->segments[1];
    uint8_t uuid[KT_UUID_BYTES];
    kt_error err = { 0 };
    int rc = 0;
    if (kt_task_arn_parse(arn, uuid))
        rc = kt_task_row_by_uuid(call->sandbox->read, uuid, stmt, row, &err);
    if (rc == 1 && kt_view_equal(row->arn, arn) && kt_view_is(row->region, call->region))
        return true;
    if (rc < 0)
        kt_call_failed(call, &err);
    else
        not_found(call);
    return false;
}

/* The task in memory, if it is live. Those of before a restart are looked for, too. */
static kt_task *find_live(kt_tasks *tasks, const kt_task_row *row)
{
    uint8_t uuid[KT_UUID_BYTES];
    memcpy(uuid, row->uuid.data, sizeof uuid);
    if (kt_task_is_terminal(row->status))
        return NULL;
    kt_task *task = kt_tasks_find(tasks, uuid);
    if (task == NULL && kt_tasks_load_all(tasks, NULL) == 0)
        task = kt_tasks_find(tasks, uuid);
    return task;
}

static bool wants_queue(const kt_call *call)
{
    return kt_call_query(call, "additionalAttributeNames", 0).data != NULL;
}

void kt_braket_get_task(kt_call *call)
{
    kt_tasks *tasks = call->sandbox->tasks;
    kt_db_stmt *stmt = NULL;
    kt_task_row row;
    if (!find_row(call, &stmt, &row)) {
        kt_db_end(stmt);
        return;
    }
    const kt_task *task = find_live(tasks, &row);
    const kt_task_status status = task != NULL ? (kt_task_status)task->status : row.status;
    kt_buf body;
    kt_buf_init(&body, 0);
    kt_jw w;
    kt_jw_init(&w, kt_out_buf(&body), 0);
    kt_jw_object(&w);
    kt_task_json_details(&w, &row, status);
    if (wants_queue(call)) {
        const kt_lane *lane = task != NULL ? &tasks->queues[task->queue]->lanes[task->is_priority] : NULL;
        const bool waits = task != NULL && task->is_waiting && status == KT_TASK_QUEUED;
        kt_task_json_queue(&w, status, waits ? kt_lane_position(lane, task->place) : 0, row.is_priority);
    }
    kt_jw_close(&w);
    kt_db_end(stmt);
    kt_error err = { 0 };
    if (kt_jw_end(&w, &err) < 0) {
        kt_buf_fini(&body);
        kt_call_failed(call, &err);
        return;
    }
    kt_call_json(call, 200, &body);
}

/* ---- cancelling ---- */

typedef struct cancelling {
    kt_task_job job;
    kt_call *call;
    int64_t id, now_ns;
    uint8_t uuid[KT_UUID_BYTES];
    kt_view token;
} cancelling;

static void answer_cancel(kt_call *call, const char *status)
{
    kt_buf body;
    kt_buf_init(&body, 0);
    kt_buf_addf(&body, "{\"quantumTaskArn\":\"%.*s\",\"cancellationStatus\":\"%s\"}", KT_VIEW_ARG(call->segments[1]),
                status);
    kt_call_json(call, 200, &body);
}

static void too_late(kt_call *call, kt_task_status status)
{
    kt_call_error(call, 409, "ConflictException", "The quantum task is in the terminal state %s and can't be cancelled",
                  kt_task_status_text(status));
}

static int apply_cancel(kt_task_job *job, kt_db *db, kt_error *err)
{
    const cancelling *c = (cancelling *)job;
    return kt_task_mark_cancelling(db, c->id, c->now_ns, c->token, err);
}

/* The commit failed: the task goes on as if nobody had asked. Its place in the queue is lost. */
static void take_back(kt_tasks *tasks, kt_task *task)
{
    if (task == NULL || task->is_leaving || task->is_too_late || task->status != KT_TASK_CANCELLING)
        return;
    task->status = KT_TASK_QUEUED;
    kt_task_enqueue(tasks, task, NULL);
    kt_task_pump(tasks->queues[task->queue]);
}

static void cancel_written(kt_task_job *job, int rc, const kt_error *err)
{
    cancelling *c = (cancelling *)job;
    kt_tasks *tasks = job->tasks;
    kt_task *task = kt_tasks_find(tasks, c->uuid);
    if (rc < 0) {
        take_back(tasks, task);
        kt_call_failed(c->call, err);
        return;
    }
    if (rc == 0) {
        too_late(c->call, KT_TASK_COMPLETED);
        return;
    }
    if (task != NULL && !task->is_too_late)
        kt_task_leave(tasks, task);
    answer_cancel(c->call, "CANCELLING");
}

/* What the memory says of the cancel, at once. */
static void note_cancel(kt_tasks *tasks, kt_task *task)
{
    const kt_task_status before = task->status;
    task->status = (uint8_t)kt_task_apply(before, KT_TASK_EV_CANCEL);
    if (before == KT_TASK_CANCELLING)
        return;
    task->is_too_late = before == KT_TASK_RUNNING || kt_world_settings_of(tasks->sandbox->world)->cancel_too_late;
    if (!task->is_too_late)
        kt_task_dequeue(tasks, task);
}

static void cancel_live(kt_call *call, kt_task *task)
{
    kt_tasks *tasks = call->sandbox->tasks;
    kt_error err = { 0 };
    cancelling *c = KT_ARENA_NEW(call->arena, cancelling);
    if (c == NULL) {
        kt_fail_nomem(&err, sizeof *c, "a request");
        kt_call_failed(call, &err);
        return;
    }
    *c = (cancelling){ .job = { tasks, apply_cancel, cancel_written },
                       .call = call,
                       .id = task->id,
                       .now_ns = kt_world_now_ns(call->sandbox->world),
                       .token = kt_braket_text(call, "clientToken") };
    memcpy(c->uuid, task->uuid, sizeof c->uuid);
    if (kt_tasks_write(&c->job, &err) < 0)
        kt_call_failed(call, &err);
    else
        note_cancel(tasks, task);
}

void kt_braket_cancel_task(kt_call *call)
{
    kt_db_stmt *stmt = NULL;
    kt_task_row row;
    const bool is_there = find_row(call, &stmt, &row);
    kt_task *task = is_there ? find_live(call->sandbox->tasks, &row) : NULL;
    const bool is_repeated = is_there && row.cancel_token.data != NULL &&
                             kt_view_equal(row.cancel_token, kt_braket_text(call, "clientToken"));
    kt_db_end(stmt);
    if (!is_there)
        return;
    if (task != NULL)
        cancel_live(call, task);
    else if (row.status == KT_TASK_CANCELLED && is_repeated)
        answer_cancel(call, "CANCELLED");
    else
        too_late(call, row.status);
}
