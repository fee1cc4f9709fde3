/* SPDX-License-Identifier: Apache-2.0 */
/* task.c - what a task tells of itself, cancelling it, and its end. */
#include "api/api_priv.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    kt_braket_state shown;
    kt_item_state state;
    const char *text;
} states[] = {
    { KT_BRAKET_WAITING, KT_ITEM_WAITING, "waiting" },    { KT_BRAKET_CREATED, KT_ITEM_CREATED, "created" },
    { KT_BRAKET_QUEUED, KT_ITEM_QUEUED, "queued" },       { KT_BRAKET_RUNNING, KT_ITEM_RUNNING, "running" },
    { KT_BRAKET_FETCHING, KT_ITEM_FETCHING, "fetching" }, { KT_BRAKET_DONE, KT_ITEM_DONE, "done" },
    { KT_BRAKET_FAILED, KT_ITEM_FAILED, "failed" },       { KT_BRAKET_CANCELLED, KT_ITEM_CANCELLED, "cancelled" },
    { KT_BRAKET_UNSURE, KT_ITEM_UNSURE, "unsure" },
};

kt_braket_state kt_quantum_task_state(const kt_quantum_task *task)
{
    size_t i = 0;
    while (i < KT_COUNT(states) - 1 && states[i].state != task->state)
        i++;
    return states[i].shown;
}

const char *kt_braket_state_text(kt_braket_state state)
{
    for (size_t i = 0; i < KT_COUNT(states); i++)
        if (states[i].shown == state)
            return states[i].text;
    return "unknown";
}

int kt_quantum_task_has_ended(const kt_quantum_task *task)
{
    return task->state >= KT_ITEM_DONE;
}

const char *kt_quantum_task_arn(const kt_quantum_task *task)
{
    return task->arn;
}

const char *kt_quantum_task_run(const kt_quantum_task *task)
{
    return task->run_id;
}

const char *kt_quantum_task_label(const kt_quantum_task *task)
{
    return task->label;
}

const char *kt_quantum_task_queue_position(const kt_quantum_task *task)
{
    return task->queue_position;
}

const kt_error *kt_quantum_task_error(const kt_quantum_task *task)
{
    static const kt_error without_memory = { .code = KT_E_NOMEM, .message = "out of memory for what went wrong" };
    if (task->state <= KT_ITEM_DONE)
        return NULL;
    return task->error != NULL ? task->error : &without_memory;
}

/* ---- results ---- */

size_t kt_quantum_task_execution_count(const kt_quantum_task *task)
{
    return task->result == NULL ? 0 : kt_task_result_count(task->result);
}

int kt_quantum_task_execution(const kt_quantum_task *task, size_t index, kt_braket_execution *out, kt_error *err)
{
    const size_t count = kt_quantum_task_execution_count(task);
    if (index >= count)
        return kt_fail(err, KT_E_NOT_FOUND, "no execution %zu: the task has %zu", index, count);
    const kt_execution *execution = kt_task_result_at(task->result, index);
    *out = (kt_braket_execution){ .program_index = execution->program_index,
                                  .inputs_index = execution->inputs_index,
                                  .result = task->computed != NULL ? task->computed : execution->result,
                                  .failure = execution->failure };
    return 0;
}

const kt_result *kt_quantum_task_result(const kt_quantum_task *task)
{
    if (task->computed != NULL)
        return task->computed;
    return kt_quantum_task_execution_count(task) == 0 ? NULL : kt_task_result_at(task->result, 0)->result;
}

int kt_quantum_task_result_json(const kt_quantum_task *task, char **out, kt_error *err)
{
    if (task->result == NULL)
        return kt_fail(err, KT_E_NOT_FOUND, "the task has no result");
    char *text = json_dumps(kt_task_result_json(task->result), JSON_COMPACT);
    if (text == NULL)
        return kt_fail_nomem(err, 0, "a result");
    *out = text;
    return 0;
}

/* ---- waiting, cancelling, the end ---- */

static bool has_ended(const void *of)
{
    return kt_quantum_task_has_ended(of);
}

int kt_quantum_task_wait(kt_quantum_task *task, int64_t timeout_ms, kt_error *err)
{
    return kt_api_wait(task->ctx, has_ended, task, timeout_ms, err);
}

int kt_quantum_task_cancel(kt_quantum_task *task, kt_error *err)
{
    (void)err; /* today nothing can go wrong here; what does later is told by the task's states */
    if (task->run == NULL || kt_quantum_task_has_ended(task))
        return 0;
    uv_update_time(&task->ctx->loop);
    kt_batch_cancel_one(task->run->batch, task->index);
    return 0;
}

static void leave_ended(kt_quantum_task *task)
{
    kt_ctx *ctx = task->ctx;
    kt_quantum_task *before = NULL;
    for (kt_quantum_task *t = ctx->first_ended; t != NULL; before = t, t = t->next_ended) {
        if (t != task)
            continue;
        if (before == NULL)
            ctx->first_ended = t->next_ended;
        else
            before->next_ended = t->next_ended;
        if (ctx->last_ended == t)
            ctx->last_ended = before;
        return;
    }
}

void kt_api_task_free(kt_quantum_task *task)
{
    kt_ctx *ctx = task->ctx;
    if (kt_quantum_task_has_ended(task))
        leave_ended(task);
    else
        ctx->unended--;
    if (task->before == NULL)
        ctx->first = task->after;
    else
        task->before->after = task->after;
    if (task->after == NULL)
        ctx->last = task->before;
    else
        task->after->before = task->before;
    if (task->run != NULL && task->index < task->run->capacity && task->run->tasks[task->index] == task)
        task->run->tasks[task->index] = NULL;
    kt_task_result_free(task->result);
    kt_observe_plan_free(task->observe);
    kt_result_free(task->computed);
    free(task->label);
    free(task->error);
    free(task);
}

void kt_quantum_task_free(kt_quantum_task *task)
{
    if (task != NULL)
        kt_api_task_free(task);
}

kt_quantum_task *kt_ctx_next_task(const kt_ctx *ctx, const kt_quantum_task *before)
{
    return before == NULL ? ctx->first : before->after;
}
