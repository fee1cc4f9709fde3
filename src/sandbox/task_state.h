/* SPDX-License-Identifier: Apache-2.0 */
/* task_state.h - which state a task goes to on which event: one table, no side effects. */
#ifndef KT_SANDBOX_TASK_STATE_H
#define KT_SANDBOX_TASK_STATE_H

#include "sandbox/task.h"

typedef enum kt_task_event {
    KT_TASK_EV_STORED, /* its row is committed: it stands in its device's queue */
    KT_TASK_EV_START,  /* its device has taken it */
    KT_TASK_EV_FINISH, /* its results are there */
    KT_TASK_EV_FAIL,   /* it has no results, and a reason */
    KT_TASK_EV_CANCEL, /* somebody asked for its end */
    KT_TASK_EV_GONE,   /* it was taken from the queue for good */
    KT_TASK_EVENT_COUNT
} kt_task_event;

/* The next state, or -1 when the event is refused in this one. A cancel that comes too late shows CANCELLING until the
 * task ends as it would have ended. */
int kt_task_apply(kt_task_status status, kt_task_event event);
static inline bool kt_task_is_terminal(kt_task_status status)
{
    return status == KT_TASK_COMPLETED || status == KT_TASK_FAILED || status == KT_TASK_CANCELLED;
}
/* The status of that name, or -1. */
int kt_task_status_of(kt_view text);

#endif
