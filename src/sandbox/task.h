/* SPDX-License-Identifier: Apache-2.0 */
/* task.h - quantum tasks: made, queued, run, cancelled, searched. Live ones are in memory as well as on disk; ended
 * ones on disk alone. The operations of Braket's API are in braket_*.c, the life of a task in task.c, computing in
 * runner.c. */
#ifndef KT_SANDBOX_TASK_H
#define KT_SANDBOX_TASK_H

#include "sandbox/device.h"
#include "sandbox/sandbox.h"

typedef enum kt_task_status {
    KT_TASK_CREATED,
    KT_TASK_QUEUED,
    KT_TASK_RUNNING,
    KT_TASK_COMPLETED,
    KT_TASK_FAILED,
    KT_TASK_CANCELLING,
    KT_TASK_CANCELLED,
    KT_TASK_STATUS_COUNT
} kt_task_status;
const char *kt_task_status_text(kt_task_status status);

typedef struct kt_tasks kt_tasks;
/* Takes up again what was live when the last process ended. */
int kt_tasks_new(kt_sandbox *sandbox, kt_tasks **out, kt_error *err);
void kt_tasks_free(kt_tasks *tasks); /* waits for circuits being computed */
/* Tasks before a position in a device's queue; for GetDevice's deviceQueueInfo. */
size_t kt_tasks_queue_count(const kt_tasks *tasks, const char *device_arn, bool priority);

#endif
