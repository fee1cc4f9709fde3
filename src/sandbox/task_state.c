/* SPDX-License-Identifier: Apache-2.0 */
/* task_state.c - the states of a task and what leads from one to the next. */
#include "sandbox/task_state.h"

static const char *const status_names[KT_TASK_STATUS_COUNT] = {
    [KT_TASK_CREATED] = "CREATED",     [KT_TASK_QUEUED] = "QUEUED", [KT_TASK_RUNNING] = "RUNNING",
    [KT_TASK_COMPLETED] = "COMPLETED", [KT_TASK_FAILED] = "FAILED", [KT_TASK_CANCELLING] = "CANCELLING",
    [KT_TASK_CANCELLED] = "CANCELLED",
};

/* One above the state that follows; 0: the event is refused. */
#define TO(state) ((uint8_t)(KT_TASK_##state + 1))
static const uint8_t next_states[KT_TASK_STATUS_COUNT][KT_TASK_EVENT_COUNT] = {
    [KT_TASK_CREATED] = {
        [KT_TASK_EV_STORED] = TO(QUEUED),
        [KT_TASK_EV_CANCEL] = TO(CANCELLING),
    },
    [KT_TASK_QUEUED] = {
        [KT_TASK_EV_START] = TO(RUNNING),
        [KT_TASK_EV_FAIL] = TO(FAILED),
        [KT_TASK_EV_CANCEL] = TO(CANCELLING),
    },
    [KT_TASK_RUNNING] = {
        [KT_TASK_EV_FINISH] = TO(COMPLETED),
        [KT_TASK_EV_FAIL] = TO(FAILED),
        [KT_TASK_EV_CANCEL] = TO(CANCELLING),
    },
    [KT_TASK_CANCELLING] = {
        [KT_TASK_EV_START] = TO(CANCELLING),
        [KT_TASK_EV_FINISH] = TO(COMPLETED),
        [KT_TASK_EV_FAIL] = TO(FAILED),
        [KT_TASK_EV_CANCEL] = TO(CANCELLING),
        [KT_TASK_EV_GONE] = TO(CANCELLED),
    },
};
#undef TO

int kt_task_apply(kt_task_status status, kt_task_event event)
{
    return (int)next_states[status][event] - 1;
}

const char *kt_task_status_text(kt_task_status status)
{
    return status_names[status];
}

int kt_task_status_of(kt_view text)
{
    for (int i = 0; i < KT_TASK_STATUS_COUNT; i++)
        if (kt_view_is(text, status_names[i]))
            return i;
    return -1;
}
